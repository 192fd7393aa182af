//! Who is there: machines with interfaces, routes and rules, as the settings make them.
//!
//! ```text
//! client ---+                     +-- router 2 -------- server 10.0.1.20
//! neighbour +-- switch -- gateway-+
//! impostor -+                     +-- provider's router -- server 203.0.113.80
//! ```
//!
//! The addresses of the outer networks are those for documentation (RFC 5737).

use super::addr::{Ip, Mac, ip, mask};
use super::settings::{Firewall, GatewaySetting, ReturnRoute, Settings, Stranger};

/// A machine. The order is that of a figure's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Client,
    Switch,
    Neighbour,
    Impostor,
    Gateway,
    Inner,
    Provider,
    Inside,
    Outside,
}

impl Who {
    /// Every one.
    pub(super) const ALL: [Who; 9] = [
        Who::Client,
        Who::Switch,
        Who::Neighbour,
        Who::Impostor,
        Who::Gateway,
        Who::Inner,
        Who::Provider,
        Who::Inside,
        Who::Outside,
    ];
}

/// The client's network as it really is, which the others have configured.
pub(super) const LAN: (Ip, u8) = (ip(10, 0, 0, 0), 24);
pub(super) const GATEWAY: Ip = ip(10, 0, 0, 1);
/// An address of the client's network that nobody has.
pub(super) const NOBODY: Ip = ip(10, 0, 0, 254);
pub(super) const NEIGHBOUR: Ip = ip(10, 0, 0, 20);
pub(super) const INSIDE: Ip = ip(10, 0, 1, 20);
/// The inner server's second interface, on the client's network.
pub(super) const INSIDE_SECOND: Ip = ip(10, 0, 0, 30);
pub(super) const OUTSIDE: Ip = ip(203, 0, 113, 80);
/// What the gateway makes of the client's address.
pub(super) const PUBLIC: Ip = ip(198, 51, 100, 2);
/// The gateway's interface to the provider.
pub(super) const UPLINK: usize = 2;
/// MTU of links on which nothing else is set, in bytes.
pub(super) const ETHERNET: u32 = 1500;

/// An interface.
#[derive(Clone, Copy, Debug)]
pub(super) struct Iface {
    pub(super) name: &'static str,
    pub(super) mac: Mac,
    pub(super) ip: Ip,
    pub(super) prefix: u8,
    pub(super) mtu: u32,
    /// The machine at the other end of the cable, and its interface; of the switch, the port.
    pub(super) peer: (Who, usize),
}

/// A line of a route table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    pub(super) net: Ip,
    pub(super) prefix: u8,
    /// The next hop; none for a network that the interface is on.
    pub(super) via: Option<Ip>,
    pub(super) dev: usize,
}

impl Route {
    pub(super) fn matches(&self, dst: Ip) -> bool {
        dst & mask(self.prefix) == self.net
    }
}

/// What a machine is and how it is set up.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) ifaces: Vec<Iface>,
    pub(super) routes: Vec<Route>,
    /// `net.ipv4.ip_forward`.
    pub(super) forward: bool,
    /// `proxy_arp` of all its interfaces.
    pub(super) proxy_arp: bool,
    /// `rp_filter`: 0 off, 1 strict, 2 loose.
    pub(super) rp_filter: u8,
    /// For what it forwards from its first interface.
    pub(super) forward_rule: Option<Firewall>,
    /// For what is meant for itself.
    pub(super) input_rule: Option<Firewall>,
    /// The interface that it masquerades on.
    pub(super) masquerade: Option<usize>,
    /// Does a program listen on the ports of the request?
    pub(super) listens: bool,
}

impl Node {
    /// The line of the route table that decides: of those that match, the one with the longest prefix.
    pub(super) fn route(&self, dst: Ip) -> Option<Route> {
        let matching = self.routes.iter().filter(|route| route.matches(dst));
        matching.copied().max_by_key(|route| route.prefix)
    }

    /// Is this one of its own addresses, on whatever interface?
    pub(super) fn has(&self, ip: Ip) -> bool {
        self.ifaces.iter().any(|iface| iface.ip == ip)
    }
}

/// A port of the switch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Port {
    pub(super) vlan: u16,
    /// The machine that is plugged in, and its interface.
    pub(super) to: (Who, usize),
}

/// Everything there is before the first packet.
#[derive(Clone, Debug)]
pub(super) struct Topology {
    /// By [`Who`]. The switch has no addresses, and stays empty.
    pub(super) nodes: [Node; Who::ALL.len()],
    pub(super) ports: Vec<Port>,
    /// Did the client's system refuse the default route, since the gateway is on no network that it is on?
    pub(super) refused: bool,
}

fn iface(name: &'static str, mac: u16, addr: (Ip, u8), mtu: u32, peer: (Who, usize)) -> Iface {
    Iface { name, mac: Mac(mac), ip: addr.0, prefix: addr.1, mtu, peer }
}

/// A host or router with the routes that its addresses bring with them.
fn node(ifaces: Vec<Iface>, further: &[(Ip, u8, Ip, usize)]) -> Node {
    let own = ifaces.iter().enumerate().map(|(dev, iface)| Route {
        net: iface.ip & mask(iface.prefix),
        prefix: iface.prefix,
        via: None,
        dev,
    });
    let further = further.iter().map(|&(net, prefix, via, dev)| Route { net, prefix, via: Some(via), dev });
    Node { routes: own.chain(further).collect(), ifaces, ..Node::default() }
}

/// Builds it.
pub(super) fn build(settings: &Settings) -> Topology {
    let mut ports = vec![
        Port { vlan: settings.client_vlan, to: (Who::Client, 0) },
        Port { vlan: Settings::VLAN, to: (Who::Gateway, 0) },
        Port { vlan: Settings::VLAN, to: (Who::Neighbour, 0) },
    ];
    let mut plug = |who, dev| {
        ports.push(Port { vlan: Settings::VLAN, to: (who, dev) });
        (Who::Switch, ports.len() - 1)
    };
    let mut nodes: [Node; Who::ALL.len()] = Default::default();
    let (client, refused) = client(settings);
    nodes[Who::Client as usize] = client;
    nodes[Who::Neighbour as usize] = Node {
        listens: settings.port_open,
        ..node(vec![iface("eth0", 0x14, (NEIGHBOUR, 24), ETHERNET, (Who::Switch, 2))], &[(0, 0, GATEWAY, 0)])
    };
    if settings.stranger != Stranger::None {
        let taken = if settings.stranger == Stranger::Gateway { GATEWAY } else { NEIGHBOUR };
        let own = iface("eth0", 0x66, (taken, 24), ETHERNET, plug(Who::Impostor, 0));
        nodes[Who::Impostor as usize] = node(vec![own], &[]);
    }
    nodes[Who::Gateway as usize] = gateway(settings);
    nodes[Who::Inner as usize] = inner(settings);
    nodes[Who::Provider as usize] = Node {
        forward: true,
        ..node(
            vec![
                iface("eth0", 0x201, (ip(198, 51, 100, 1), 30), settings.mtu, (Who::Gateway, UPLINK)),
                iface("eth1", 0x401, (ip(203, 0, 113, 1), 24), ETHERNET, (Who::Outside, 0)),
            ],
            &[],
        )
    };
    let first = iface("eth0", 0x314, (INSIDE, 24), ETHERNET, (Who::Inner, 1));
    let mut inside = vec![first];
    if settings.second_nic {
        inside.push(iface("eth1", 0x1e, (INSIDE_SECOND, 24), ETHERNET, plug(Who::Inside, 1)));
    }
    let outside = vec![iface("eth0", 0x450, (OUTSIDE, 24), ETHERNET, (Who::Provider, 1))];
    for (who, ifaces, router) in
        [(Who::Inside, inside, ip(10, 0, 1, 1)), (Who::Outside, outside, ip(203, 0, 113, 1))]
    {
        let default = [(0, 0, router, 0)];
        let routed = settings.return_route != ReturnRoute::ServerNone;
        nodes[who as usize] = Node {
            rp_filter: settings.rp_filter,
            input_rule: settings.input_rule,
            listens: settings.port_open,
            ..node(ifaces, if routed { &default } else { &[] })
        };
    }
    Topology { nodes, ports, refused }
}

fn client(settings: &Settings) -> (Node, bool) {
    let addr = (settings.client, settings.prefix);
    let own = iface("eth0", 0x0a, addr, ETHERNET, (Who::Switch, 0));
    let via = match settings.gateway {
        GatewaySetting::Right => GATEWAY,
        GatewaySetting::Wrong => NOBODY,
        GatewaySetting::None => return (node(vec![own], &[]), false),
    };
    // fib_check_nh, net/ipv4/fib_semantics.c: the next hop of a route must be on a link. `ip route add` says
    // "Error: Nexthop has invalid gateway."
    let on_link = (via ^ settings.client) & mask(settings.prefix) == 0;
    let default = [(0, 0, via, 0)];
    (node(vec![own], if on_link { &default } else { &[] }), !on_link)
}

fn gateway(settings: &Settings) -> Node {
    Node {
        forward: settings.ip_forward,
        proxy_arp: settings.proxy_arp,
        forward_rule: settings.forward_rule,
        masquerade: settings.snat.then_some(UPLINK),
        ..node(
            vec![
                iface("eth0", 0x01, (GATEWAY, 24), ETHERNET, (Who::Switch, 1)),
                iface("eth1", 0x101, (ip(10, 0, 255, 1), 30), settings.mtu, (Who::Inner, 0)),
                iface("eth2", 0x202, (PUBLIC, 30), settings.mtu, (Who::Provider, 0)),
            ],
            &[(ip(10, 0, 1, 0), 24, ip(10, 0, 255, 2), 1), (0, 0, ip(198, 51, 100, 1), UPLINK)],
        )
    }
}

fn inner(settings: &Settings) -> Node {
    let back = [(LAN.0, LAN.1, ip(10, 0, 255, 1), 0)];
    let routed = settings.return_route != ReturnRoute::RouterNone;
    Node {
        forward: true,
        ..node(
            vec![
                iface("eth0", 0x102, (ip(10, 0, 255, 2), 30), settings.mtu, (Who::Gateway, 1)),
                iface("eth1", 0x301, (ip(10, 0, 1, 1), 24), ETHERNET, (Who::Inside, 0)),
            ],
            if routed { &back } else { &[] },
        )
    }
}
