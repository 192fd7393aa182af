//! The parameters as the programs use them, and which of them have no effect.

use crate::kernel::KernelVersion;
use crate::lab::{Param, Params};
use crate::text::Lang;
use crate::time::Time;

/// What the client does with `TCP_CORK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cork {
    Off,
    /// Set before each request, cleared behind it.
    Around,
    /// Set once, never cleared.
    Kept,
}

/// When the server sets `TCP_QUICKACK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QuickAck {
    Never,
    Once,
    EachRead,
}

/// Everything a run is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) client_kernel: KernelVersion,
    pub(super) server_kernel: KernelVersion,
    pub(super) writes: u32,
    pub(super) write_bytes: u32,
    /// 0: like the others.
    pub(super) last_write_bytes: u32,
    /// Between two calls of one request.
    pub(super) write_gap: Time,
    pub(super) response_bytes: u32,
    pub(super) response_writes: u32,
    pub(super) nodelay: bool,
    pub(super) cork: Cork,
    pub(super) one_writev: bool,
    pub(super) server_quickack: QuickAck,
    pub(super) server_nodelay: bool,
    pub(super) think: Time,
    pub(super) gap: Time,
    pub(super) rtt: Time,
    pub(super) requests: u32,
    pub(super) hz: u64,
    pub(super) seed: u64,
}

impl Settings {
    pub(super) fn new(params: &Params) -> Settings {
        let number = |name| params.int(name).unsigned_abs();
        let small = |name| number(name) as u32;
        Settings {
            client_kernel: params.kernel("client_kernel"),
            server_kernel: params.kernel("server_kernel"),
            writes: small("writes"),
            write_bytes: small("write_bytes"),
            last_write_bytes: small("last_write_bytes"),
            write_gap: Time::from_micros(number("write_gap_us")),
            response_bytes: small("response_bytes"),
            response_writes: small("response_writes"),
            nodelay: params.int("nodelay") == 1,
            cork: match params.choice("cork") {
                "1" => Cork::Around,
                "kept" => Cork::Kept,
                _ => Cork::Off,
            },
            one_writev: params.int("one_writev") == 1,
            server_quickack: match params.choice("server_quickack") {
                "once" => QuickAck::Once,
                "each" => QuickAck::EachRead,
                _ => QuickAck::Never,
            },
            server_nodelay: params.int("server_nodelay") == 1,
            think: Time::from_millis(number("think_ms")),
            gap: Time::from_millis(number("gap_ms")),
            rtt: Time::from_micros(number("rtt_us")),
            requests: small("requests"),
            hz: number("hz"),
            seed: number("seed"),
        }
    }

    /// The sizes of a request's calls of `write()`.
    pub(super) fn request(&self) -> Vec<u32> {
        let mut parts = vec![self.write_bytes; self.writes as usize];
        if let Some(last) = parts.last_mut().filter(|_| self.last_write_bytes > 0) {
            *last = self.last_write_bytes;
        }
        if self.one_writev { vec![parts.iter().sum()] } else { parts }
    }

    /// The sizes of a response's calls of `write()`; never more calls than bytes.
    pub(super) fn response(&self) -> Vec<u32> {
        let calls = self.response_writes.min(self.response_bytes).max(1);
        let (each, rest) = (self.response_bytes / calls, self.response_bytes % calls);
        (0..calls).map(|n| each + u32::from(n < rest)).collect()
    }

    /// Does the parameter of this name change anything here?
    fn uses(&self, name: &str) -> bool {
        match name {
            "write_bytes" => self.writes > 1 || self.last_write_bytes == 0,
            "cork" => self.cork == Cork::Kept || self.request().len() > 1,
            "one_writev" => self.writes > 1,
            "write_gap_us" => self.request().len() > 1,
            "nodelay" => self.cork != Cork::Kept,
            "server_nodelay" => self.response().len() > 1 || self.response_bytes > super::FULL_SEGMENT,
            "gap_ms" => self.requests > 1,
            _ => true,
        }
    }
}

/// Remarks on settings that were changed and have no effect.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let settings = Settings::new(params);
    let changed = |param: &Param, value: &str| value != param.default;
    params
        .iter()
        .filter(|(param, value)| changed(param, &value.to_string()) && !settings.uses(param.name))
        .map(|(param, _)| (param.name, reason(param.name, lang).to_string()))
        .collect()
}

/// Why a setting has no effect.
fn reason(name: &str, lang: Lang) -> &'static str {
    match name {
        "write_bytes" => {
            lang.pick("Not used: the only call is the last.", "未使用：只有一次调用，也就是最后一次。")
        }
        "cork" => lang.pick(
            "Nothing to gain: the request is a single call already.",
            "没有可合并的：请求本来就是一次调用。",
        ),
        "one_writev" | "write_gap_us" => {
            lang.pick("No effect: the request is a single call already.", "不起作用：请求本来就是一次调用。")
        }
        "nodelay" => lang.pick(
            "No effect: TCP_CORK, while set, holds small segments back all the same.",
            "不起作用：TCP_CORK 设着的时候照样扣住小报文。",
        ),
        "server_nodelay" => {
            lang.pick("No effect: the response is one small segment.", "不起作用：响应只有一个小报文。")
        }
        _ => lang.pick("Not used: there is one request.", "未使用：只有一个请求。"),
    }
}
