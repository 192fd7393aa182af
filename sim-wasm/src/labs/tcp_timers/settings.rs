//! The parameters as the scenario uses them, and which of them have no effect.

use crate::kernel::{Change, KernelVersion};
use crate::lab::{Param, Params};
use crate::net::Unreachable;
use crate::text::Lang;

/// What happens to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scene {
    ConnectBlackhole,
    ConnectUnreachable,
    ConnectRefused,
    LostSynAck,
    DeadPeerIdle,
    DeadPeerSending,
    PeerRebooted,
    FinWait1Orphan,
    FinWait2Orphan,
    ZeroWindow,
}

impl Scene {
    fn new(word: &str) -> Scene {
        match word {
            "connect-unreachable" => Scene::ConnectUnreachable,
            "connect-refused" => Scene::ConnectRefused,
            "lost-syn-ack" => Scene::LostSynAck,
            "dead-peer-idle" => Scene::DeadPeerIdle,
            "dead-peer-sending" => Scene::DeadPeerSending,
            "peer-rebooted" => Scene::PeerRebooted,
            "fin-wait1-orphan" => Scene::FinWait1Orphan,
            "fin-wait2-orphan" => Scene::FinWait2Orphan,
            "zero-window" => Scene::ZeroWindow,
            _ => Scene::ConnectBlackhole,
        }
    }

    /// Is the caller waiting for a connection?
    pub(super) fn is_connect(self) -> bool {
        use Scene::{ConnectBlackhole, ConnectRefused, ConnectUnreachable, LostSynAck};
        matches!(self, ConnectBlackhole | ConnectUnreachable | ConnectRefused | LostSynAck)
    }

    /// Does the SYN wait for an answer that never comes?
    fn repeats_syn(self) -> bool {
        matches!(self, Scene::ConnectBlackhole | Scene::LostSynAck)
    }

    /// Is nothing under way, so that keepalive alone can find anything out?
    pub(super) fn is_idle(self) -> bool {
        matches!(self, Scene::DeadPeerIdle | Scene::PeerRebooted)
    }

    /// The call that waits.
    pub(super) fn call(self) -> &'static str {
        match self {
            _ if self.is_connect() => "connect()",
            Scene::ZeroWindow => "write()",
            _ => "read()",
        }
    }

    /// Has the program let go of the socket?
    pub(super) fn is_orphan(self) -> bool {
        matches!(self, Scene::FinWait1Orphan | Scene::FinWait2Orphan)
    }
}

/// Everything a run is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) scene: Scene,
    pub(super) client_kernel: KernelVersion,
    pub(super) server_kernel: KernelVersion,
    /// None: the kernel's own default.
    pub(super) syn_retries: Option<u32>,
    pub(super) syn_linear_timeouts: u32,
    pub(super) synack_retries: u32,
    pub(super) retries2: u32,
    pub(super) keepalive: bool,
    pub(super) keepalive_time_s: u64,
    pub(super) keepalive_intvl_s: u64,
    pub(super) keepalive_probes: u32,
    /// 0: none.
    pub(super) user_timeout_ms: u64,
    pub(super) fin_timeout_s: u64,
    pub(super) orphan_retries: u32,
    pub(super) hz: u64,
    pub(super) icmp: Unreachable,
    pub(super) rtt_ms: u64,
    pub(super) seed: u64,
}

impl Settings {
    pub(super) fn new(params: &Params) -> Settings {
        let number = |name| params.int(name).unsigned_abs();
        let small = |name| number(name) as u32;
        Settings {
            scene: Scene::new(params.choice("scene")),
            client_kernel: params.kernel("client_kernel"),
            server_kernel: params.kernel("server_kernel"),
            syn_retries: params.choice("syn_retries").parse().ok(),
            syn_linear_timeouts: small("syn_linear_timeouts"),
            synack_retries: small("synack_retries"),
            retries2: small("retries2"),
            keepalive: params.int("keepalive") == 1,
            keepalive_time_s: number("keepalive_time_s"),
            keepalive_intvl_s: number("keepalive_intvl_s"),
            keepalive_probes: small("keepalive_probes"),
            user_timeout_ms: number("user_timeout_ms"),
            fin_timeout_s: number("fin_timeout_s"),
            orphan_retries: small("orphan_retries"),
            hz: number("hz"),
            icmp: match params.choice("icmp") {
                "net" => Unreachable::Net,
                "port" => Unreachable::Port,
                "filtered" => Unreachable::Filtered,
                _ => Unreachable::Host,
            },
            rtt_ms: number("rtt_ms"),
            seed: number("seed"),
        }
    }

    /// The same with keepalive on.
    pub(super) fn with_keepalive(self, time_s: u64, intvl_s: u64, probes: u32) -> Settings {
        Settings {
            keepalive: true,
            keepalive_time_s: time_s,
            keepalive_intvl_s: intvl_s,
            keepalive_probes: probes,
            ..self
        }
    }

    /// Does `TCP_USER_TIMEOUT` bound this wait in this kernel?
    fn heeds_user_timeout(&self) -> bool {
        let has = |change| self.client_kernel.has(change);
        match self.scene {
            Scene::ConnectUnreachable | Scene::ConnectRefused | Scene::FinWait2Orphan => false,
            Scene::ConnectBlackhole | Scene::LostSynAck => has(Change::UserTimeoutEndsConnect),
            Scene::DeadPeerIdle | Scene::PeerRebooted => self.keepalive && has(Change::UserTimeout),
            Scene::DeadPeerSending | Scene::FinWait1Orphan => has(Change::UserTimeout),
            Scene::ZeroWindow => has(Change::UserTimeoutEndsWindowProbes),
        }
    }

    /// Is the wait bounded by `TCP_USER_TIMEOUT`?
    pub(super) fn is_bounded(&self) -> bool {
        self.user_timeout_ms > 0 && self.heeds_user_timeout()
    }

    /// Does the parameter of this name change anything here?
    fn uses(&self, name: &str) -> bool {
        let scene = self.scene;
        let bounded = self.is_bounded();
        match name {
            "syn_retries" => scene.repeats_syn(),
            "syn_linear_timeouts" => scene.repeats_syn() && self.client_kernel.has(Change::SynLinearTimeouts),
            "retries2" => scene == Scene::DeadPeerSending && !bounded,
            "keepalive" => scene.is_idle(),
            "keepalive_time_s" => scene.is_idle() && self.keepalive,
            "keepalive_intvl_s" => scene == Scene::DeadPeerIdle && self.keepalive,
            "keepalive_probes" => scene == Scene::DeadPeerIdle && self.keepalive && !bounded,
            "user_timeout_ms" => self.heeds_user_timeout(),
            "fin_timeout_s" => scene == Scene::FinWait2Orphan,
            "orphan_retries" => scene == Scene::FinWait1Orphan && !bounded,
            "synack_retries" => scene == Scene::LostSynAck,
            "icmp" => scene == Scene::ConnectUnreachable,
            "server_kernel" => matches!(scene, Scene::LostSynAck | Scene::ZeroWindow),
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
        .map(|(param, _)| (param.name, reason(&settings, param.name, lang)))
        .collect()
}

/// Why a setting has no effect.
fn reason(settings: &Settings, name: &str, lang: Lang) -> String {
    let kernel = settings.client_kernel;
    let scene = settings.scene;
    let timeless = !scene.is_idle() || settings.keepalive;
    match name {
        "syn_linear_timeouts" if scene.repeats_syn() => lang.pick(
            format!("Linux {kernel} does not have it: new in 6.5."),
            format!("Linux {kernel} 没有这个参数，6.5 才有。"),
        ),
        "user_timeout_ms" if !kernel.has(Change::UserTimeout) => lang.pick(
            format!("Linux {kernel} does not have the option: new in 2.6.37."),
            format!("Linux {kernel} 没有这个选项，2.6.37 才有。"),
        ),
        "user_timeout_ms" if scene.repeats_syn() => lang.pick(
            format!(
                "Linux {kernel} does not heed it before the connection is established; 4.19 and later do."
            ),
            format!("Linux {kernel} 在连接建立之前不看它，4.19 起才看。"),
        ),
        "user_timeout_ms" if scene == Scene::ZeroWindow => lang.pick(
            format!("Linux {kernel} does not heed it while every probe is answered."),
            format!("探测都有应答时，Linux {kernel} 不看它。"),
        ),
        "user_timeout_ms" if !timeless => lang.pick(
            "No effect: nothing is unacknowledged, and SO_KEEPALIVE is off.".to_string(),
            "不起作用：没有未确认的数据，SO_KEEPALIVE 也没开。".to_string(),
        ),
        "keepalive" | "keepalive_time_s" | "keepalive_intvl_s" | "keepalive_probes"
            if scene == Scene::DeadPeerSending =>
        {
            lang.pick(
                "No effect: no keepalive probe goes out while data are unacknowledged.".to_string(),
                "不起作用：数据没有确认时，不发 keepalive 探测。".to_string(),
            )
        }
        "keepalive_time_s" | "keepalive_intvl_s" | "keepalive_probes"
            if scene.is_idle() && !settings.keepalive =>
        {
            lang.pick("Not used: SO_KEEPALIVE is off.".to_string(), "未使用：SO_KEEPALIVE 没开。".to_string())
        }
        "retries2" | "orphan_retries" | "keepalive_probes" if settings.user_timeout_ms > 0 => lang.pick(
            "Not used: TCP_USER_TIMEOUT takes its place.".to_string(),
            "未使用：由 TCP_USER_TIMEOUT 代替。".to_string(),
        ),
        _ => lang.pick("Not used in this scene.".to_string(), "这个场景用不到。".to_string()),
    }
}
