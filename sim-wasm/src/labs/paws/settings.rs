//! The parameters as the scenario uses them.

use crate::kernel::{Change, KernelVersion, Timestamps};
use crate::lab::Params;
use crate::text::Lang;

/// What lies between clients and server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Path {
    Direct,
    Nat,
    Containers,
    DnatAndDirect,
    DrAndDirect,
    FullNat,
}

impl Path {
    /// Does one client use two addresses of the server?
    pub(super) fn is_double(self) -> bool {
        matches!(self, Path::DnatAndDirect | Path::DrAndDirect)
    }
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Close {
    ServerFin,
    ClientFin,
    ClientRst,
    ServerRst,
}

/// Everything a run is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) server_kernel: KernelVersion,
    pub(super) tw_recycle: bool,
    pub(super) server_timestamps: Timestamps,
    pub(super) client_kernel: KernelVersion,
    pub(super) client_timestamps: Timestamps,
    /// When the clients' setting changes, in seconds, and to what.
    pub(super) change: Option<(u64, Timestamps)>,
    pub(super) prober: bool,
    pub(super) close: Close,
    /// Every so many connections is a curl; 0 for none.
    pub(super) curl_every: u32,
    pub(super) connect_timeout_s: u64,
    pub(super) path: Path,
    pub(super) clients: usize,
    pub(super) rtt_ms: u64,
    pub(super) jitter_ms: u64,
    pub(super) reorder_pct: u64,
    pub(super) connections: u32,
    pub(super) interval_ms: u64,
    pub(super) seed: u64,
}

impl Settings {
    pub(super) fn new(params: &Params) -> Settings {
        let number = |name| params.int(name).unsigned_abs();
        let path = match params.choice("path") {
            "direct" => Path::Direct,
            "containers" => Path::Containers,
            "dnat-and-direct" => Path::DnatAndDirect,
            "dr-and-direct" => Path::DrAndDirect,
            "fullnat" => Path::FullNat,
            _ => Path::Nat,
        };
        let change = change(params);
        Settings {
            server_kernel: params.kernel("server_kernel"),
            tw_recycle: params.int("tw_recycle") == 1,
            server_timestamps: Timestamps::from_value(params.int("server_timestamps")),
            client_kernel: params.kernel("client_kernel"),
            client_timestamps: Timestamps::from_value(
                change.map_or(params.int("client_timestamps"), |(from, _)| from),
            ),
            change: change.map(|(_, to)| (number("change_at_s"), Timestamps::from_value(to))),
            prober: params.choice("tool") == "prober",
            close: match params.choice("close") {
                "client-fin" => Close::ClientFin,
                "client-rst" => Close::ClientRst,
                "server-rst" => Close::ServerRst,
                _ => Close::ServerFin,
            },
            curl_every: number("curl_every") as u32,
            connect_timeout_s: number("connect_timeout_s"),
            path,
            clients: if path.is_double() { 1 } else { number("clients") as usize },
            rtt_ms: number("rtt_ms"),
            jitter_ms: number("jitter_ms"),
            reorder_pct: number("reorder_pct"),
            connections: number("connections") as u32,
            interval_ms: number("interval_ms"),
            seed: number("seed"),
        }
    }

    /// Is the `n`th connection, from 1, a plain curl?
    pub(super) fn is_curl(&self, n: u32) -> bool {
        self.curl_every > 0 && n.is_multiple_of(self.curl_every)
    }

    /// How the `n`th connection ends.
    pub(super) fn close_of(&self, n: u32) -> Close {
        if self.is_curl(n) { Close::ServerFin } else { self.close }
    }

    /// Can the server remember anything at all?
    pub(super) fn knob_exists(&self) -> bool {
        !self.server_kernel.has(Change::TwRecycleRemoved)
    }
}

/// The values before and after `timestamps_change`.
fn change(params: &Params) -> Option<(i64, i64)> {
    let (from, to) = params.choice("timestamps_change").split_once('-')?;
    Some((from.parse().ok()?, to.parse().ok()?))
}

/// Remarks on settings that this combination does not use.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let settings = Settings::new(params);
    let mut notes = Vec::new();
    let mut note = |name, en: String, zh: String| notes.push((name, lang.pick(en, zh)));
    let kernel = settings.server_kernel;
    if !settings.knob_exists() {
        note(
            "tw_recycle",
            format!("Linux {kernel} does not have it: removed in 4.12 (commit 4396e46187ca)."),
            format!("Linux {kernel} 没有这个参数：4.12 已将其删除（提交 4396e46187ca）。"),
        );
    }
    if let Some((from, _)) = change(params) {
        if from != params.int("client_timestamps") {
            note(
                "client_timestamps",
                format!("Not used: the switch below starts from {from}."),
                format!("未使用：下面的切换从 {from} 开始。"),
            );
        }
    } else if params.int("change_at_s") != 10 {
        note("change_at_s", "Not used: nothing is switched.".into(), "未使用：没有切换。".into());
    }
    if settings.path.is_double() && params.int("clients") != 1 {
        note(
            "clients",
            "Not used: this path has one client.".into(),
            "未使用：这种路径只有一台客户端。".into(),
        );
    }
    let old_client = !settings.client_kernel.has(Change::TsOffsetPerConnection)
        && !settings.client_kernel.has(Change::TsOffsetPerAddressPair);
    let kernel = settings.client_kernel;
    let switched = params.choice("timestamps_change");
    if old_client && matches!(switched, "2-1" | "1-2") {
        note(
            "timestamps_change",
            format!("On Linux {kernel} 1 and 2 mean the same: this switch changes nothing."),
            format!("在 Linux {kernel} 上 1 与 2 相同：这样切换没有任何变化。"),
        );
    }
    if settings.prober && settings.curl_every == 0 {
        note(
            "client_timestamps",
            "Not used: the prober writes its own timestamps.".into(),
            "未使用：探测工具自己填时间戳。".into(),
        );
    } else if old_client && switched == "none" && params.int("client_timestamps") == 2 {
        note(
            "client_timestamps",
            format!("On Linux {kernel} 2 means the same as 1: there is no offset to leave out."),
            format!("在 Linux {kernel} 上 2 与 1 相同：本来就没有偏移。"),
        );
    }
    notes
}
