//! The parameters as the model uses them, and which of them have no effect.

use super::addr::{Ip, dotted, ip, mask};
use super::topology::{GATEWAY, INSIDE, NEIGHBOUR, OUTSIDE};
use crate::lab::Params;
use crate::text::Lang;

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    Ping,
    Tcp,
    Udp,
}

/// Where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    Neighbour,
    Inside,
    Outside,
}

/// The client's default gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GatewaySetting {
    Right,
    Wrong,
    None,
}

/// Whose address a second machine has too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stranger {
    None,
    Gateway,
    Neighbour,
}

/// Which way back is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReturnRoute {
    There,
    ServerNone,
    RouterNone,
}

/// What a rule does with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Firewall {
    Drop,
    /// ICMP port unreachable.
    Reject,
    /// ICMP administratively prohibited.
    RejectAdmin,
    /// A RST to TCP; the rule matches nothing else.
    RejectReset,
}

/// What is known before the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caches {
    /// Nothing.
    Empty,
    /// Everything but what the client, its neighbours and the switch would have to learn.
    LanEmpty,
    /// Everything.
    Known,
}

/// Everything a run is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) request: Request,
    pub(super) destination: Destination,
    pub(super) client: Ip,
    pub(super) prefix: u8,
    pub(super) gateway: GatewaySetting,
    pub(super) caches: Caches,
    pub(super) ttl: u8,
    /// Bytes behind the headers of a ping or a query.
    pub(super) payload: u32,
    pub(super) df: bool,
    pub(super) client_vlan: u16,
    pub(super) stranger: Stranger,
    pub(super) stranger_first: bool,
    pub(super) ip_forward: bool,
    pub(super) proxy_arp: bool,
    pub(super) snat: bool,
    pub(super) forward_rule: Option<Firewall>,
    pub(super) input_rule: Option<Firewall>,
    pub(super) mtu: u32,
    pub(super) return_route: ReturnRoute,
    pub(super) port_open: bool,
    pub(super) second_nic: bool,
    pub(super) rp_filter: u8,
}

impl Settings {
    /// The VLAN of all ports, but perhaps the client's.
    pub(super) const VLAN: u16 = 10;

    pub(super) fn new(params: &Params) -> Settings {
        let number = |name| params.int(name).unsigned_abs() as u32;
        let rule = match params.choice("firewall") {
            "drop" => Some(Firewall::Drop),
            "reject" => Some(Firewall::Reject),
            "reject-admin" => Some(Firewall::RejectAdmin),
            "reject-reset" => Some(Firewall::RejectReset),
            _ => None,
        };
        let at_server = params.choice("firewall_at") == "server";
        Settings {
            request: match params.choice("request") {
                "tcp" => Request::Tcp,
                "udp" => Request::Udp,
                _ => Request::Ping,
            },
            destination: match params.choice("destination") {
                "neighbour" => Destination::Neighbour,
                "inside" => Destination::Inside,
                _ => Destination::Outside,
            },
            client: ip(10, 0, 0, number("client_host") as u8),
            prefix: number("prefix") as u8,
            gateway: match params.choice("gateway") {
                "wrong" => GatewaySetting::Wrong,
                "none" => GatewaySetting::None,
                _ => GatewaySetting::Right,
            },
            caches: match params.choice("caches") {
                "empty" => Caches::Empty,
                "known" => Caches::Known,
                _ => Caches::LanEmpty,
            },
            ttl: number("ttl") as u8,
            payload: number("payload"),
            df: params.choice("df") == "on",
            client_vlan: number("vlan") as u16,
            stranger: match params.choice("duplicate") {
                "gateway" => Stranger::Gateway,
                "neighbour" => Stranger::Neighbour,
                _ => Stranger::None,
            },
            stranger_first: params.choice("duplicate_first") == "impostor",
            ip_forward: params.int("ip_forward") == 1,
            proxy_arp: params.int("proxy_arp") == 1,
            snat: params.choice("snat") == "on",
            forward_rule: rule.filter(|_| !at_server),
            input_rule: rule.filter(|_| at_server),
            mtu: number("mtu"),
            return_route: match params.choice("return_route") {
                "server" => ReturnRoute::ServerNone,
                "router" => ReturnRoute::RouterNone,
                _ => ReturnRoute::There,
            },
            port_open: params.choice("port") == "open",
            second_nic: params.choice("second_nic") == "on",
            rp_filter: number("rp_filter") as u8,
        }
    }

    /// The address that is asked.
    pub(super) fn target(&self) -> Ip {
        match self.destination {
            Destination::Neighbour => NEIGHBOUR,
            Destination::Inside => INSIDE,
            Destination::Outside => OUTSIDE,
        }
    }

    /// Does the client take this address for one on its own link?
    pub(super) fn on_link(&self, other: Ip) -> bool {
        (other ^ self.client) & mask(self.prefix) == 0
    }
}

/// Remarks on settings that were changed and have no effect.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let settings = Settings::new(params);
    let changed = |name: &str| {
        params.iter().any(|(param, value)| param.name == name && value.to_string() != param.default)
    };
    let direct = settings.on_link(settings.target());
    let outside = settings.destination == Destination::Outside;
    let inside = settings.destination == Destination::Inside;
    let neighbour = settings.destination == Destination::Neighbour;
    let tcp = settings.request == Request::Tcp;
    let known = settings.caches == Caches::Known;
    let filtered = settings.forward_rule.or(settings.input_rule);
    let gateway_unused = lang.pick(
        "Not used: the client takes the destination for one on its own link.",
        "未使用：客户端认为目的地址就在自己的链路上。",
    );
    let bypassed = lang.pick("Not used: the request does not pass the gateway.", "未使用：请求不经过网关。");
    let not_internet = lang
        .pick("Not used: only what goes to the Internet is translated.", "未使用：只转换去互联网的报文。");
    let small = lang.pick("No effect: a SYN is always small.", "不起作用：SYN 总是很小。");
    let passes = lang.pick("No effect: every packet fits.", "不起作用：每个报文都过得去。");
    let fits = settings.payload + super::packet::IP_HEADER + super::packet::SHORT_HEADER <= settings.mtu;
    let remarks: [(&'static str, bool, &str); 17] = [
        ("gateway", direct, gateway_unused),
        ("ip_forward", direct && neighbour, bypassed),
        (
            "proxy_arp",
            !direct || neighbour,
            lang.pick(
                "Not used: nobody asks for an address that is behind the gateway.",
                "未使用：没有人查询网关另一侧的地址。",
            ),
        ),
        ("snat", inside || neighbour && direct, not_internet),
        ("payload", tcp, small),
        ("df", tcp, small),
        ("mtu", tcp, small),
        ("mtu", !tcp && (neighbour || fits), passes),
        ("df", !tcp && (neighbour || fits), passes),
        (
            "port",
            settings.request == Request::Ping,
            lang.pick("Not used: a ping goes to no port.", "未使用：ping 不指向任何端口。"),
        ),
        (
            "duplicate",
            known,
            lang.pick(
                "No effect while the caches are filled: nobody asks.",
                "缓存已有记录，没有人查询，因此不起作用。",
            ),
        ),
        (
            "duplicate_first",
            settings.stranger == Stranger::None || known,
            lang.pick("Not used: only one machine answers.", "未使用：只有一台机器应答。"),
        ),
        ("firewall", settings.forward_rule.is_some() && direct, bypassed),
        (
            "firewall",
            settings.input_rule.is_some() && neighbour,
            lang.pick(
                "Not used: the rule is on the servers behind the routers.",
                "未使用：规则在路由器之后的服务器上。",
            ),
        ),
        (
            "firewall",
            filtered == Some(Firewall::RejectReset) && !tcp,
            lang.pick("The rule matches TCP alone.", "这条规则只匹配 TCP。"),
        ),
        ("firewall_at", filtered.is_none(), lang.pick("Not used: there is no rule.", "未使用：没有规则。")),
        (
            "second_nic",
            !inside,
            lang.pick(
                "Not used: only the server of the other subnet has it.",
                "未使用：只有另一子网的服务器才有。",
            ),
        ),
    ];
    let more: [(&'static str, bool, &str); 3] = [
        (
            "return_route",
            neighbour,
            lang.pick(
                "Not used: the neighbour needs no route to answer.",
                "未使用：邻居主机应答不需要路由。",
            ),
        ),
        (
            "return_route",
            outside && settings.return_route == ReturnRoute::RouterNone,
            lang.pick(
                "Not used: router 2 is not on the way to the Internet.",
                "未使用：去互联网不经过内部路由器。",
            ),
        ),
        (
            "rp_filter",
            neighbour,
            lang.pick(
                "Not used: it is set on the servers behind the routers.",
                "未使用：它设在路由器之后的服务器上。",
            ),
        ),
    ];
    let useless = remarks.into_iter().chain(more).filter(|(name, useless, _)| *useless && changed(name));
    let mut notes: Vec<(&'static str, String)> =
        useless.map(|(name, _, text)| (name, text.to_string())).collect();
    let refused = settings.gateway != GatewaySetting::None && !settings.on_link(GATEWAY);
    if refused && changed("prefix") && !direct {
        let (gateway, own) = (dotted(GATEWAY), format!("{}/{}", dotted(settings.client), settings.prefix));
        notes.push((
            "prefix",
            lang.pick(
                format!(
                    "The gateway {gateway} is not on {own}: the system takes no default route through it."
                ),
                format!("网关 {gateway} 不在 {own} 里：系统不接受经过它的默认路由。"),
            ),
        ));
    }
    notes
}
