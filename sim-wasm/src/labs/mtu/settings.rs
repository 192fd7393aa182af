//! The parameters as the scenario uses them, and which of them have no effect.

use crate::kernel::KernelVersion;
use crate::lab::Params;
use crate::net::path::{Hop, Path};
use crate::text::Lang;

/// Bytes of IP and TCP headers that an MSS leaves room for.
const HEADERS: u32 = 40;
/// TCP_MIN_MSS: `TCP_MAXSEG` takes no less.
const LEAST_MAXSEG: u16 = 88;

/// Which packets a rule rewrites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clamp {
    Off,
    Both,
    /// The client's SYN alone.
    Syn,
}

/// Everything a run is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) client_kernel: KernelVersion,
    pub(super) server_kernel: KernelVersion,
    pub(super) client_mtu: u32,
    pub(super) server_mtu: u32,
    /// Of the middle link, towards the server and towards the client; none where nothing is narrow.
    pub(super) middle: [Option<u32>; 2],
    pub(super) icmp: bool,
    pub(super) clamp: Clamp,
    pub(super) probing: u8,
    pub(super) no_pmtu_disc: u8,
    /// Bytes of `TCP_MAXSEG`; 0: not set.
    pub(super) max_seg: u16,
    pub(super) request: u32,
    pub(super) response: u32,
    pub(super) offload: bool,
    pub(super) rtt_ms: u64,
    pub(super) seed: u64,
}

impl Settings {
    pub(super) fn new(params: &Params) -> Settings {
        let number = |name| params.int(name).unsigned_abs();
        let small = |name| number(name) as u32;
        let middle = match params.choice("tunnel") {
            "none" => None,
            "pppoe" => Some(1492),
            "ipip" => Some(1480),
            "gre" => Some(1476),
            "vxlan" => Some(1450),
            "wireguard" => Some(1420),
            _ => Some(small("path_mtu")),
        };
        let way = params.choice("way");
        Settings {
            client_kernel: params.kernel("client_kernel"),
            server_kernel: params.kernel("server_kernel"),
            client_mtu: small("client_mtu"),
            server_mtu: small("server_mtu"),
            middle: [middle.filter(|_| way != "to-client"), middle.filter(|_| way != "to-server")],
            icmp: params.choice("icmp") == "delivered",
            clamp: match params.choice("clamp") {
                "to-pmtu" => Clamp::Both,
                "syn" => Clamp::Syn,
                _ => Clamp::Off,
            },
            probing: small("mtu_probing") as u8,
            no_pmtu_disc: small("no_pmtu_disc") as u8,
            max_seg: small("max_seg") as u16,
            request: small("request_bytes"),
            response: small("response_bytes"),
            offload: params.choice("offload") == "on",
            rtt_ms: number("rtt_ms"),
            seed: number("seed"),
        }
    }

    /// The narrowest link of the middle, there or back.
    pub(super) fn narrowest(&self) -> Option<u32> {
        self.middle.into_iter().flatten().min()
    }

    /// The ways to the server and to the client. Router 1 stands on the client's side, router 2 on the server's.
    pub(super) fn paths(&self) -> [Path; 2] {
        let hop = |mtu: u32, clamp: Option<u16>| Hop { mtu, tells: self.icmp, clamp };
        // The narrower of what lies on both sides of router 1 (`xt_TCPMSS`).
        let most = self.narrowest().unwrap_or(u32::MAX).min(self.client_mtu).saturating_sub(HEADERS) as u16;
        let towards_server = (self.clamp != Clamp::Off).then_some(most);
        let towards_client = (self.clamp == Clamp::Both).then_some(most);
        let open = 65_535;
        [
            Path::new(vec![hop(self.middle[0].unwrap_or(open), towards_server), hop(self.server_mtu, None)]),
            Path::new(vec![hop(self.middle[1].unwrap_or(open), None), hop(self.client_mtu, towards_client)]),
        ]
    }
}

/// Remarks on settings that were changed and have no effect.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let settings = Settings::new(params);
    let changed = |name: &str| {
        params.iter().any(|(param, value)| param.name == name && value.to_string() != param.default)
    };
    let mut notes = Vec::new();
    let mut note = |name: &'static str, useless: bool, text: String| {
        if useless && changed(name) {
            notes.push((name, text));
        }
    };
    let tunnel = params.choice("tunnel");
    note(
        "path_mtu",
        tunnel != "custom",
        lang.pick("Not used: the tunnel decides.", "未使用：由隧道决定。").to_string(),
    );
    note(
        "way",
        tunnel == "none",
        lang.pick("Not used: there is no tunnel.", "未使用：没有隧道。").to_string(),
    );
    note(
        "icmp",
        settings.no_pmtu_disc == 1,
        lang.pick(
            "Not used: packets without DF are cut, and nothing is said.",
            "未使用：不带 DF 的报文直接分片，没有通知。",
        )
        .to_string(),
    );
    note(
        "mtu_probing",
        settings.no_pmtu_disc == 1,
        lang.pick("Nothing disappears without DF.", "不带 DF 就不会有去无回。").to_string(),
    );
    note(
        "max_seg",
        (1..LEAST_MAXSEG).contains(&settings.max_seg),
        lang.pick(
            format!("No effect: the kernel refuses less than {LEAST_MAXSEG} with EINVAL."),
            format!("不起作用：小于 {LEAST_MAXSEG} 时内核返回 EINVAL。"),
        ),
    );
    let announced = settings.client_mtu - HEADERS;
    note(
        "max_seg",
        u32::from(settings.max_seg) >= announced,
        lang.pick(
            format!("No effect: the interface allows {announced} at most."),
            format!("不起作用：网卡最多允许 {announced}。"),
        ),
    );
    notes
}
