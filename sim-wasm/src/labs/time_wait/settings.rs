//! The parameters as the scenes use them, and which of them have no effect.

use crate::kernel::{Change, KernelVersion};
use crate::lab::Params;
use crate::text::Lang;
use crate::time::Time;

/// Whose program closes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Client,
    Server,
}

/// The number or timestamp of a SYN, against the one TIME_WAIT knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Against {
    Newer,
    Equal,
    Older,
    /// It carries none.
    Absent,
}

impl Against {
    fn of(word: &str) -> Against {
        match word {
            "higher" | "newer" => Against::Newer,
            "equal" => Against::Equal,
            "none" => Against::Absent,
            _ => Against::Older,
        }
    }
}

/// Everything a run is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// Is it the scene of one SYN, not of a rate?
    pub(super) syn_hits: bool,
    pub(super) client_kernel: KernelVersion,
    pub(super) server_kernel: KernelVersion,
    pub(super) closes_first: Side,
    pub(super) tw_reuse: u8,
    pub(super) tw_recycle: bool,
    pub(super) timestamps: bool,
    pub(super) max_tw_buckets: u32,
    pub(super) ports: (u16, u16),
    pub(super) loopback: bool,
    pub(super) destinations: u16,
    /// From one end to the other.
    pub(super) delay: Time,
    pub(super) rate_per_s: u64,
    pub(super) duration_s: u64,
    pub(super) syn_seq: Against,
    pub(super) syn_tsval: Against,
    pub(super) syn_after: Time,
    pub(super) rfc1337: bool,
    pub(super) seed: u64,
}

impl Settings {
    pub(super) fn new(params: &Params) -> Settings {
        let number = |name| params.int(name).unsigned_abs();
        let port = |name| number(name) as u16;
        let syn_hits = params.choice("scene") == "syn-hits";
        let loopback = number("loopback") == 1 && !syn_hits;
        let client_kernel = params.kernel("client_kernel");
        Settings {
            syn_hits,
            client_kernel,
            server_kernel: if loopback { client_kernel } else { params.kernel("server_kernel") },
            // Only a TIME_WAIT at the server can be hit by a SYN.
            closes_first: match params.choice("closes_first") {
                "client" if !syn_hits => Side::Client,
                _ => Side::Server,
            },
            tw_reuse: number("tw_reuse") as u8,
            tw_recycle: number("tw_recycle") == 1,
            timestamps: number("timestamps") == 1,
            max_tw_buckets: number("max_tw_buckets") as u32,
            ports: (port("port_first").min(port("port_last")), port("port_first").max(port("port_last"))),
            loopback,
            destinations: number("destinations") as u16,
            delay: if loopback { LOOPBACK } else { Time::from_micros(number("rtt_ms") * 500) },
            rate_per_s: number("rate_per_s").max(1),
            duration_s: number("duration_s"),
            syn_seq: Against::of(params.choice("syn_seq")),
            syn_tsval: Against::of(params.choice("syn_tsval")),
            syn_after: Time::from_millis(number("syn_after_ms")),
            rfc1337: number("rfc1337") == 1,
            seed: number("seed"),
        }
    }

    /// The kernel of the end that closes first.
    pub(super) fn closer(&self) -> KernelVersion {
        match self.closes_first {
            Side::Client => self.client_kernel,
            Side::Server => self.server_kernel,
        }
    }

    /// Does the end that closes first shorten TIME_WAIT?
    pub(super) fn recycles(&self) -> bool {
        self.tw_recycle && self.timestamps && !self.closer().has(Change::TwRecycleRemoved)
    }

    /// Does `tcp_tw_reuse` do anything in this run?
    pub(super) fn reuses(&self) -> bool {
        self.reuse_is_on() && self.timestamps && self.closes_first == Side::Client
    }

    fn reuse_is_on(&self) -> bool {
        match self.tw_reuse {
            0 => false,
            2 if self.client_kernel.has(Change::TwReuseLoopback) => self.loopback,
            _ => true,
        }
    }

    /// How many ports connect() may choose.
    pub(super) fn port_count(&self) -> u64 {
        u64::from(self.ports.1 - self.ports.0) + 1
    }

    /// How many connections of this client can be told apart: ports times destinations.
    pub(super) fn places(&self) -> u64 {
        self.port_count() * u64::from(self.destinations)
    }
}

/// From one end to the other on the same host.
const LOOPBACK: Time = Time::from_micros(25);

/// Which parameters belong to which scene alone.
const OF_RATE: &[&str] =
    &["tw_reuse", "port_first", "port_last", "loopback", "destinations", "rate_per_s", "duration_s"];
const OF_SYN_HITS: &[&str] = &["rfc1337", "syn_seq", "syn_tsval", "syn_after_ms"];

/// Remarks on settings that this combination does not use.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let settings = Settings::new(params);
    let mut notes: Vec<(&'static str, String)> = Vec::new();
    let mut note = |name, en: String, zh: String| notes.push((name, lang.pick(en, zh)));
    let idle = if settings.syn_hits { OF_RATE } else { OF_SYN_HITS };
    for (param, value) in params.iter() {
        if idle.contains(&param.name) && value.to_string() != param.default {
            let scene = params.choice("scene");
            note(param.name, format!("Not used in the scene {scene}."), format!("{scene} 场景不用它。"));
        }
    }
    let closer = settings.closer();
    if settings.tw_recycle && closer.has(Change::TwRecycleRemoved) {
        note(
            "tw_recycle",
            format!("Linux {closer} does not have it: removed in 4.12 (commit 4396e46187ca)."),
            format!("Linux {closer} 没有这个参数：4.12 已将其删除（提交 4396e46187ca）。"),
        );
    } else if settings.tw_recycle && !settings.timestamps {
        note("tw_recycle", "No effect without timestamps.".into(), "没有时间戳时不起作用。".into());
    }
    if !settings.syn_hits {
        rate_notes(params, &settings, &mut note);
        return notes;
    }
    if params.choice("closes_first") == "client" {
        note(
            "closes_first",
            "Not used: in this scene the server closes first.".into(),
            "未使用：这个场景总是服务端先关闭。".into(),
        );
    }
    if !settings.timestamps && params.choice("syn_tsval") != "newer" {
        note(
            "syn_tsval",
            "Not used: no SYN carries a timestamp.".into(),
            "未使用：SYN 都不带时间戳。".into(),
        );
    }
    notes
}

fn rate_notes(params: &Params, settings: &Settings, note: &mut impl FnMut(&'static str, String, String)) {
    let client = settings.client_kernel;
    if settings.tw_reuse > 0 && settings.closes_first == Side::Server {
        note(
            "tw_reuse",
            "No effect: the client has no TIME_WAIT to take a port from.".into(),
            "不起作用：客户端没有 TIME_WAIT，没有端口可取。".into(),
        );
    } else if settings.tw_reuse > 0 && !settings.timestamps {
        note("tw_reuse", "No effect without timestamps.".into(), "没有时间戳时不起作用。".into());
    } else if settings.tw_reuse == 2 && !client.has(Change::TwReuseLoopback) {
        note(
            "tw_reuse",
            format!("On Linux {client} every value but 0 means on: 2 is new in 4.19."),
            format!("在 Linux {client} 上，非 0 就是打开：2 是 4.19 才有的。"),
        );
    }
    if params.int("port_first") > params.int("port_last") {
        note(
            "port_last",
            "Below the first port: a kernel would refuse it, the lab takes the two the other way round."
                .into(),
            "小于起始端口：内核会拒绝，这里把两者对调使用。".into(),
        );
    }
    if settings.loopback {
        if params.kernel("server_kernel") != client {
            note(
                "server_kernel",
                "Not used: both ends are on the client’s host.".into(),
                "未使用：两端都在客户端那台机器上。".into(),
            );
        }
        if params.int("rtt_ms") != 1 {
            note("rtt_ms", "Not used on the loopback.".into(), "走回环地址时不用它。".into());
        }
    }
}
