//! The parameters as the scenario uses them.

use crate::kernel::{Change, KernelVersion, Timestamps};
use crate::lab::Params;
use crate::text::Lang;
use crate::time::Time;

/// Real clients of a run at most.
const MOST_CLIENTS: u64 = 200;

/// What timestamp the RST carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RstTimestamp {
    /// The kernel sends the RST and fills it in.
    Kernel,
    /// No option.
    None,
    Zero,
    /// The SYN's TSval and so much.
    OfSyn(i32),
}

/// In which order the packets of a check reach the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    RstFirst,
    AckFirst,
    RstOnly,
    BeforeSyn,
}

/// Everything a run is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) server_kernel: KernelVersion,
    pub(super) server_timestamps: Timestamps,
    pub(super) backlog: i32,
    pub(super) workers: usize,
    pub(super) read_timeout: Option<Time>,
    /// `TCP_KEEPIDLE`, when `SO_KEEPALIVE` is on.
    pub(super) keepalive: Option<Time>,
    pub(super) client_kernel: KernelVersion,
    pub(super) client_timestamps: Timestamps,
    pub(super) rst_timestamp: RstTimestamp,
    /// Has a written RST the ACK flag?
    pub(super) rst_ack: bool,
    /// How far a written RST lies from the exact sequence number.
    pub(super) rst_offset: u32,
    pub(super) clients: u64,
    pub(super) order: Order,
    pub(super) order_every: u32,
    pub(super) rtt: Time,
    pub(super) checks: u32,
    pub(super) interval: Time,
    pub(super) seed: u64,
}

impl Settings {
    pub(super) fn new(params: &Params) -> Settings {
        let number = |name| params.int(name).unsigned_abs();
        let seconds = |name| Some(Time::from_secs(number(name))).filter(|time| *time > Time::ZERO);
        let timestamps = |name| Timestamps::from_value(params.int(name));
        Settings {
            server_kernel: params.kernel("server_kernel"),
            server_timestamps: timestamps("server_timestamps"),
            backlog: number("backlog") as i32,
            workers: number("workers") as usize,
            read_timeout: seconds("read_timeout_s"),
            keepalive: seconds("keepidle_s").filter(|_| params.int("keepalive") == 1),
            client_kernel: params.kernel("client_kernel"),
            client_timestamps: timestamps("client_timestamps"),
            rst_timestamp: match params.choice("rst_timestamp") {
                "kernel" => RstTimestamp::Kernel,
                "none" => RstTimestamp::None,
                "lower" => RstTimestamp::OfSyn(-1),
                "equal" => RstTimestamp::OfSyn(0),
                "higher" => RstTimestamp::OfSyn(1),
                _ => RstTimestamp::Zero,
            },
            rst_ack: params.choice("rst_flags") == "rst-ack",
            rst_offset: match params.choice("rst_seq") {
                "in-window" => 10,
                "outside" => 1_000_000,
                _ => 0,
            },
            clients: asked_clients(params).min(MOST_CLIENTS),
            order: match params.choice("order") {
                "ack-first" => Order::AckFirst,
                "rst-only" => Order::RstOnly,
                "before-syn" => Order::BeforeSyn,
                _ => Order::RstFirst,
            },
            order_every: number("order_every") as u32,
            rtt: Time::from_millis(number("rtt_ms")),
            checks: number("checks") as u32,
            interval: Time::from_millis(number("interval_ms")),
            seed: number("seed"),
        }
    }

    /// In which order the packets of the `n`th check arrive, from 1.
    pub(super) fn order_of(&self, n: u32) -> Order {
        if n.is_multiple_of(self.order_every.max(1)) { self.order } else { Order::AckFirst }
    }

    /// How long checks are made.
    pub(super) fn duration(&self) -> Time {
        Time(self.interval.0 * u64::from(self.checks))
    }
}

/// Real clients that would come at the given rate while checks are made.
fn asked_clients(params: &Params) -> u64 {
    let number = |name| params.int(name).unsigned_abs();
    number("real_clients_per_s") * number("checks") * number("interval_ms") / 1000
}

/// Remarks on settings that this combination does not use.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let settings = Settings::new(params);
    let mut notes = Vec::new();
    let mut note = |name, unused: bool, en: &str, zh: &str| {
        if unused {
            notes.push((name, lang.pick(en, zh).to_string()));
        }
    };
    let given =
        |name: &str| params.lab().param(name).is_some_and(|p| params.get(name).to_string() != p.default);
    let kernel = settings.rst_timestamp == RstTimestamp::Kernel;
    let before_syn = settings.order == Order::BeforeSyn;
    let asked = asked_clients(params);

    note(
        "read_timeout_s",
        settings.workers == 0 && given("read_timeout_s"),
        "Not used: nobody accepts, so nobody reads.",
        "未使用：没有人 accept，也就没有人读。",
    );
    note(
        "keepidle_s",
        settings.keepalive.is_none() && given("keepidle_s"),
        "Not used: SO_KEEPALIVE is off.",
        "未使用：SO_KEEPALIVE 没有打开。",
    );
    note(
        "client_timestamps",
        settings.client_timestamps == Timestamps::WithoutOffset
            && !settings.client_kernel.has(Change::TsOffsetPerConnection)
            && !settings.client_kernel.has(Change::TsOffsetPerAddressPair),
        "This kernel has no offset to leave out: 2 means the same as 1.",
        "这个内核本来就没有偏移，2 与 1 相同。",
    );
    note(
        "rst_timestamp",
        kernel && before_syn,
        "No kernel resets before it has a SYN-ACK: the checker writes the RST, with its SYN's timestamp.",
        "没有哪个内核会在收到 SYN-ACK 之前发 RST：由检查机自己写，时间戳与 SYN 相同。",
    );
    note(
        "rst_flags",
        kernel && !before_syn && given("rst_flags"),
        "Not used: the kernel's own RST has ACK set.",
        "未使用：内核自己的 RST 总带 ACK 标志。",
    );
    note(
        "rst_flags",
        before_syn && !given("rst_flags"),
        "Not used: before the SYN-ACK there is nothing to acknowledge, so the RST has no ACK flag.",
        "未使用：收到 SYN-ACK 之前没有什么可确认，RST 不带 ACK 标志。",
    );
    note(
        "rst_seq",
        kernel && !before_syn && given("rst_seq"),
        "Not used: the kernel's own RST is exact.",
        "未使用：内核自己的 RST 总是精确的。",
    );
    note(
        "rst_seq",
        before_syn && given("rst_seq"),
        "Not used: there is no connection yet whose number it could meet.",
        "未使用：连接还不存在，序列号无从比较。",
    );
    note(
        "order_every",
        settings.order == Order::AckFirst && given("order_every"),
        "Not used: all checks arrive as they were sent.",
        "未使用：所有检查都按发出的次序到达。",
    );
    note(
        "real_clients_per_s",
        asked > MOST_CLIENTS,
        &format!("Of {asked} clients only {MOST_CLIENTS} come, evenly over the run."),
        &format!("{asked} 个客户端里只来 {MOST_CLIENTS} 个，均匀分布在整个运行中。"),
    );
    notes
}
