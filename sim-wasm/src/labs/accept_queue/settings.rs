//! The parameters as the run uses them.

use crate::kernel::{Change, KernelVersion, Sysctl};
use crate::lab::Params;
use crate::text::Lang;
use crate::time::Time;

/// Connections that a run tries at most, forged SYNs among them.
const MOST: u64 = 1_200_000;
const SECOND: u64 = 1_000_000_000;

/// Everything a run is told.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) server_kernel: KernelVersion,
    pub(super) sysctl: Sysctl,
    /// What the program gives to listen().
    pub(super) backlog: i32,
    /// Connections the program accepts in a second; 0 for none.
    pub(super) accept_per_s: u64,
    /// When it stops accepting, and when it goes on.
    pub(super) pause: Option<(Time, Time)>,
    pub(super) client_kernel: KernelVersion,
    pub(super) client_talks_first: bool,
    pub(super) read_timeout: Option<Time>,
    pub(super) connect_timeout: Option<Time>,
    pub(super) arrival_per_s: u64,
    /// Clients that connect at the very start.
    pub(super) burst: u32,
    /// Of all SYNs, how many in a hundred are forged.
    pub(super) flood_pct: u64,
    pub(super) duration: Time,
    pub(super) rtt: Time,
    pub(super) seed: u64,
}

impl Settings {
    pub(super) fn new(params: &Params) -> Settings {
        let number = |name| params.int(name).unsigned_abs();
        let timeout = |name| Some(Time::from_secs(number(name))).filter(|time| *time > Time::ZERO);
        let server_kernel = params.kernel("server_kernel");
        let sysctl = Sysctl {
            somaxconn: number("somaxconn") as u32,
            tcp_max_syn_backlog: number("max_syn_backlog") as u32,
            tcp_abort_on_overflow: params.int("abort_on_overflow") == 1,
            tcp_syncookies: number("syncookies") as u8,
            tcp_synack_retries: number("synack_retries") as u32,
            ..Sysctl::defaults(server_kernel)
        };
        let mut settings = Settings {
            server_kernel,
            sysctl,
            backlog: params.int("backlog") as i32,
            accept_per_s: number("accept_per_s"),
            pause: None,
            client_kernel: params.kernel("client_kernel"),
            client_talks_first: params.choice("talks_first") == "client",
            read_timeout: timeout("client_timeout_s"),
            connect_timeout: timeout("connect_timeout_s"),
            arrival_per_s: number("arrival_per_s").max(1),
            burst: number("burst") as u32,
            flood_pct: number("flood_pct").min(99),
            duration: Time::from_secs(number("duration_s")),
            rtt: Time::from_millis(number("rtt_ms")),
            seed: number("seed"),
        };
        settings.duration = settings.duration.min(settings.longest());
        // A quarter of the run shows how things are without the pause.
        let from = Time(settings.duration.0 / 4);
        settings.pause = timeout("accept_pause_s").map(|pause| (from, from + pause));
        settings
    }

    /// How long a run may be without trying too many connections.
    fn longest(&self) -> Time {
        let per_s = self.arrival_per_s * 100 / (100 - self.flood_pct);
        Time(MOST.saturating_sub(u64::from(self.burst)) * SECOND / per_s.max(1))
    }

    /// How long the program is busy with each connection.
    pub(super) fn busy(&self) -> Option<Time> {
        SECOND.checked_div(self.accept_per_s).map(Time)
    }

    /// Time from one client to the next, and from one forged SYN to the next.
    pub(super) fn intervals(&self) -> (Time, Option<Time>) {
        let clients = SECOND / self.arrival_per_s;
        let forged = (clients * (100 - self.flood_pct)).checked_div(self.flood_pct);
        (Time(clients), forged.map(|forged| Time(forged.max(1))))
    }
}

/// Remarks on settings that this combination does not use.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let settings = Settings::new(params);
    let mut notes = Vec::new();
    let mut note = |name, en: String, zh: String| notes.push((name, lang.pick(en, zh)));
    let kernel = settings.server_kernel;
    let (backlog, somaxconn) = (params.int("backlog"), params.int("somaxconn"));
    if backlog > somaxconn {
        note(
            "backlog",
            format!("listen() cuts it to somaxconn: {somaxconn}."),
            format!("listen() 会把它削到 somaxconn：{somaxconn}。"),
        );
    }
    if backlog.min(somaxconn) > 0xffff && !kernel.has(Change::Backlog32Bit) {
        note(
            "somaxconn",
            format!(
                "Linux {kernel} keeps the limit in 16 bits: it becomes {}.",
                backlog.min(somaxconn) & 0xffff
            ),
            format!("Linux {kernel} 用 16 位存这个上限，结果成了 {}。", backlog.min(somaxconn) & 0xffff),
        );
    }
    if kernel.has(Change::SynQueueHoldsBacklog) && params.int("syncookies") > 0 {
        note(
            "max_syn_backlog",
            format!("Not used: on Linux {kernel} it only counts with tcp_syncookies=0."),
            format!("未使用：在 Linux {kernel} 上，只有 tcp_syncookies=0 时它才起作用。"),
        );
    }
    if params.int("syncookies") == 2 && !kernel.has(Change::SyncookiesAlways) {
        note(
            "syncookies",
            format!("Linux {kernel} does not know 2: it means the same as 1."),
            format!("Linux {kernel} 没有 2 这个取值，效果同 1。"),
        );
    }
    if settings.accept_per_s == 0 && settings.pause.is_some() {
        note(
            "accept_pause_s",
            "Not used: nothing is accepted anyway.".into(),
            "未使用：本来就一条也不 accept。".into(),
        );
    }
    if settings.duration < Time::from_secs(params.int("duration_s").unsigned_abs()) {
        let seconds = settings.duration.secs();
        note(
            "duration_s",
            format!("Cut to {seconds} s: a run tries {MOST} connections at most."),
            format!("缩短为 {seconds} 秒：一次运行最多尝试 {MOST} 条连接。"),
        );
    }
    notes
}
