//! The parameters as a transfer uses them, how long it takes, and which of them have no effect.

use super::programs::Writing;
use super::transfer::{HostSettings, TransferSettings};
use crate::kernel::{Change, KernelVersion, Sysctl};
use crate::lab::{Param, Params};
use crate::net::bottleneck::BottleneckConfig;
use crate::text::Lang;
use crate::time::Time;

/// Buffers that hold a few segments.
const SMALL_BUFFER: u32 = 8192;
/// A run stops after so many steps: more than the fastest and longest one takes.
const FUEL: u64 = 300_000_000;
/// How much longer than its duration a run may take: the handshake, and the last call of the reader.
const MARGIN: Time = Time::from_millis(200);

/// What the writing program does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    Bulk,
    Chunks,
    Burst,
}

/// Everything a run is told.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) rate_mbps: u64,
    pub(super) rtt_ms: u64,
    pub(super) queue_pkts: u64,
    pub(super) loss_ppm: u64,
    pub(super) reorder_ppm: u64,
    pub(super) reorder_ms: u64,
    /// 0: the kernel's own.
    pub(super) so_sndbuf: u32,
    pub(super) so_rcvbuf: u32,
    /// 0: as fast as it can.
    pub(super) reader_mbps: u64,
    pub(super) pattern: Pattern,
    pub(super) write_bytes: u64,
    pub(super) write_every_ms: u64,
    pub(super) window_scaling: bool,
    pub(super) reno: bool,
    pub(super) sender_kernel: KernelVersion,
    pub(super) receiver_kernel: KernelVersion,
    pub(super) tcp_wmem_max: u32,
    pub(super) tcp_rmem_max: u32,
    pub(super) duration: Time,
    pub(super) seed: u64,
    /// The part of the run that is looked at closely; none for all of it.
    pub(super) close_up: Option<(Time, Time)>,
}

impl Settings {
    pub(super) fn new(params: &Params) -> Settings {
        let number = |name| params.int(name).unsigned_abs();
        let small = |name| number(name) as u32;
        let duration = Time::from_secs(number("duration_s"));
        let (from, to) = (Time::from_millis(number("from_ms")), Time::from_millis(number("to_ms")));
        Settings {
            rate_mbps: number("rate_mbps"),
            rtt_ms: number("rtt_ms"),
            queue_pkts: number("queue_pkts"),
            loss_ppm: number("loss_ppm"),
            reorder_ppm: number("reorder_ppm"),
            reorder_ms: number("reorder_ms"),
            so_sndbuf: small("so_sndbuf"),
            so_rcvbuf: small("so_rcvbuf"),
            reader_mbps: number("reader_mbps"),
            pattern: match params.choice("writer") {
                "chunks" => Pattern::Chunks,
                "burst" => Pattern::Burst,
                _ => Pattern::Bulk,
            },
            write_bytes: number("write_bytes"),
            write_every_ms: number("write_every_ms"),
            window_scaling: params.int("window_scaling") == 1,
            reno: params.choice("congestion") == "reno",
            sender_kernel: params.kernel("sender_kernel"),
            receiver_kernel: params.kernel("receiver_kernel"),
            tcp_wmem_max: small("tcp_wmem_max"),
            tcp_rmem_max: small("tcp_rmem_max"),
            duration,
            seed: number("seed"),
            close_up: (from < to).then_some((from, to)),
        }
    }

    /// How long the whole run may take.
    pub(super) fn span(&self) -> Time {
        self.duration + MARGIN + Time::from_millis(3 * self.rtt_ms)
    }

    /// Bytes that fill the path: its rate for one round trip.
    pub(super) fn bdp(&self) -> u64 {
        self.rate_mbps * 125 * self.rtt_ms
    }

    /// What the writing program hands over at most, in kilobits per second; none for a bulk writer.
    pub(super) fn writer_kbps(&self) -> Option<u64> {
        match self.pattern {
            Pattern::Bulk => None,
            Pattern::Chunks => Some(self.write_bytes * 8 / self.write_every_ms.max(1)),
            Pattern::Burst => Some(self.write_bytes * 8 / self.duration.millis().max(1)),
        }
    }

    /// How many steps the run takes, about: a segment and the half of an acknowledgement, at the rate that path, programs
    /// and buffers leave at most.
    pub(super) fn steps(&self) -> u64 {
        let mut kbps = self.rate_mbps * 1000;
        if self.reader_mbps > 0 {
            kbps = kbps.min(self.reader_mbps * 1000);
        }
        if let Some(writer) = self.writer_kbps() {
            kbps = kbps.min(writer);
        }
        // A buffer of n bytes set by the program holds less than two times n bytes of data.
        for buffer in [self.so_sndbuf, self.so_rcvbuf].into_iter().filter(|bytes| *bytes > 0) {
            kbps = kbps.min(u64::from(buffer.max(2304)) * 16 / self.rtt_ms.max(1));
        }
        let mut steps = kbps * self.duration.millis() / 12_000 * 3 / 2 + 100;
        if self.pattern == Pattern::Chunks {
            // However few its bytes are, each write is a segment, its acknowledgement and a moment of its own.
            steps += 3 * self.duration.millis() / self.write_every_ms.max(1);
        }
        if [self.so_sndbuf, self.so_rcvbuf].iter().any(|bytes| (1..SMALL_BUFFER).contains(bytes)) {
            // Small windows are cut into small segments.
            steps += 8 * self.duration.millis() / self.rtt_ms.max(1);
        }
        steps
    }

    /// As the engine takes them.
    pub(super) fn transfer(&self) -> TransferSettings {
        let host = |kernel: KernelVersion, buffer: u32| {
            let defaults = Sysctl::defaults(kernel);
            let (rmem, wmem) = (defaults.tcp_rmem, defaults.tcp_wmem);
            let sysctl = Sysctl {
                tcp_window_scaling: self.window_scaling,
                tcp_rmem: [rmem[0], rmem[1].min(self.tcp_rmem_max), self.tcp_rmem_max],
                tcp_wmem: [wmem[0], wmem[1].min(self.tcp_wmem_max), self.tcp_wmem_max],
                ..defaults
            };
            HostSettings { kernel, sysctl, buffer: (buffer > 0).then_some(buffer) }
        };
        let forward = BottleneckConfig {
            rate_kbps: self.rate_mbps * 1000,
            delay: Time::from_micros(self.rtt_ms * 500),
            queue_pkts: self.queue_pkts,
            loss_ppm: self.loss_ppm,
            reorder_ppm: self.reorder_ppm,
            hold: Time::from_millis(self.reorder_ms),
        };
        TransferSettings {
            sender: host(self.sender_kernel, self.so_sndbuf),
            receiver: host(self.receiver_kernel, self.so_rcvbuf),
            forward,
            back: BottleneckConfig { loss_ppm: 0, reorder_ppm: 0, ..forward },
            reno: self.reno,
            writing: match self.pattern {
                Pattern::Bulk => Writing::Bulk,
                Pattern::Chunks => {
                    Writing::Chunks { bytes: self.write_bytes, every: Time::from_millis(self.write_every_ms) }
                }
                Pattern::Burst => Writing::Burst { bytes: self.write_bytes },
            },
            reader_mbps: self.reader_mbps,
            duration: self.duration,
            seed: self.seed,
            fuel: FUEL,
        }
    }

    /// Does the parameter of this name change anything here?
    fn uses(&self, name: &str) -> bool {
        match name {
            "write_bytes" => self.pattern != Pattern::Bulk,
            "write_every_ms" => self.pattern == Pattern::Chunks,
            "reorder_ms" => self.reorder_ppm > 0,
            "tcp_wmem_max" => self.so_sndbuf == 0,
            "tcp_rmem_max" => self.so_rcvbuf == 0 || !self.receiver_kernel.has(Change::RcvBufBoundsScale),
            "from_ms" | "to_ms" => self.close_up.is_some(),
            _ => true,
        }
    }
}

/// Remarks on settings that have no effect, or less than one thinks.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let settings = Settings::new(params);
    let changed = |param: &Param, value: &str| value != param.default;
    let mut notes: Vec<(&'static str, String)> = params
        .iter()
        .filter(|(param, value)| changed(param, &value.to_string()) && !settings.uses(param.name))
        .map(|(param, _)| (param.name, reason(param.name, lang)))
        .collect();
    let defaults = (Sysctl::defaults(settings.sender_kernel), Sysctl::defaults(settings.receiver_kernel));
    for (name, asked, most, sysctl) in [
        ("so_sndbuf", settings.so_sndbuf, defaults.0.wmem_max, "net.core.wmem_max"),
        ("so_rcvbuf", settings.so_rcvbuf, defaults.1.rmem_max, "net.core.rmem_max"),
    ] {
        if asked > most {
            notes.push((name, cut(most, sysctl, lang)));
        }
    }
    notes
}

fn cut(most: u32, sysctl: &str, lang: Lang) -> String {
    lang.pick(
        format!("The kernel cuts it to {sysctl}, here {most}, before it doubles it."),
        format!("内核先把它截到 {sysctl}（这里是 {most}），再翻倍。"),
    )
}

/// Why a setting has no effect.
fn reason(name: &str, lang: Lang) -> String {
    let text = match name {
        "write_bytes" | "write_every_ms" => {
            lang.pick("Not used: this program does not write so.", "未使用：程序不是这样写的。")
        }
        "reorder_ms" => lang.pick("Not used: no packet is held back.", "未使用：没有报文被扣住。"),
        "tcp_wmem_max" => lang.pick(
            "Not used: SO_SNDBUF is set, and the kernel leaves the buffer alone.",
            "未使用：程序设了 SO_SNDBUF，内核不再调整这个缓冲区。",
        ),
        "tcp_rmem_max" => lang.pick(
            "Not used: SO_RCVBUF is set, and the kernel leaves the buffer alone.",
            "未使用：程序设了 SO_RCVBUF，内核不再调整这个缓冲区。",
        ),
        _ => lang.pick(
            "Not used: the close-up must end later than it begins.",
            "未使用：细看的结束时刻要晚于开始时刻。",
        ),
    };
    text.to_string()
}
