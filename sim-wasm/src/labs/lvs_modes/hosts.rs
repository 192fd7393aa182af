//! The machines: interfaces, addresses, routes, and whom they remember by ARP.

use super::addresses::{DIP, INNER_DIP, INNER_ROUTER, Ip, LAN_ROUTER, Mac, OUTER_ROUTER, VIP, VIP_ROUTER};
use super::settings::{Mode, Place, Settings};

/// The machines by their number; real servers follow the director.
pub(super) const CLIENT: usize = 0;
/// The router between the client and everybody else.
pub(super) const GATEWAY: usize = 1;
/// The machine with IPVS.
pub(super) const DIRECTOR: usize = 2;
/// The first real server.
pub(super) const SERVER: usize = 3;

/// A broadcast domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// Client and gateway.
    Outside,
    /// Gateway and director.
    Lan,
    /// Gateway and real servers, when they have a LAN of their own.
    Inner,
}

/// A network interface.
#[derive(Clone, Debug)]
pub(super) struct Interface {
    pub(super) name: &'static str,
    pub(super) segment: Segment,
    pub(super) mac: Mac,
    /// Addresses with the lengths of their prefixes; the first is the one to speak with.
    pub(super) addresses: Vec<(Ip, u32)>,
}

impl Interface {
    /// Is an address in one of its subnets?
    pub(super) fn reaches(&self, ip: Ip) -> bool {
        self.addresses.iter().any(|(own, length)| *length < 32 && (own ^ ip) >> (32 - length) == 0)
    }

    /// Has it this very address?
    pub(super) fn has(&self, ip: Ip) -> bool {
        self.addresses.iter().any(|(own, _)| *own == ip)
    }
}

/// An address that a machine knows the hardware address of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Neighbour {
    pub(super) interface: usize,
    pub(super) ip: Ip,
    pub(super) mac: Mac,
}

/// A machine.
#[derive(Clone, Debug)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) interfaces: Vec<Interface>,
    /// Has it the VIP on an interface that no link ends at?
    pub(super) inner_vip: bool,
    pub(super) gateway: Ip,
    pub(super) forwards: bool,
    pub(super) neighbours: Vec<Neighbour>,
}

impl Host {
    /// Does it take packets for this address?
    pub(super) fn is_local(&self, ip: Ip) -> bool {
        (self.inner_vip && ip == VIP) || self.interfaces.iter().any(|interface| interface.has(ip))
    }

    /// Interface and next hop for an address: on a link, or by the default gateway.
    pub(super) fn route(&self, ip: Ip) -> Option<(usize, Ip)> {
        let on_link = |ip: Ip| self.interfaces.iter().position(|interface| interface.reaches(ip));
        on_link(ip).map(|at| (at, ip)).or_else(|| on_link(self.gateway).map(|at| (at, self.gateway)))
    }

    /// The hardware address that it remembers.
    pub(super) fn neighbour(&self, interface: usize, ip: Ip) -> Option<Mac> {
        let known = |entry: &&Neighbour| entry.interface == interface && entry.ip == ip;
        self.neighbours.iter().find(known).map(|entry| entry.mac)
    }

    /// Remembers one, in place of an older one; true when the older one was another machine's.
    pub(super) fn learn(&mut self, interface: usize, ip: Ip, mac: Mac) -> bool {
        match self.neighbours.iter_mut().find(|entry| entry.interface == interface && entry.ip == ip) {
            Some(entry) => std::mem::replace(&mut entry.mac, mac) != mac,
            None => {
                self.neighbours.push(Neighbour { interface, ip, mac });
                false
            }
        }
    }
}

fn interface(name: &'static str, segment: Segment, mac: u8, addresses: &[(Ip, u32)]) -> Interface {
    Interface { name, segment, mac: Mac(mac), addresses: addresses.to_vec() }
}

fn host(name: &str, interfaces: Vec<Interface>, gateway: Ip, forwards: bool) -> Host {
    let name = name.to_string();
    Host { name, interfaces, inner_vip: false, gateway, forwards, neighbours: Vec::new() }
}

/// All machines of a run.
pub(super) fn hosts(settings: &Settings) -> Vec<Host> {
    let inner = settings.place != Place::Same;
    let servers = if inner { Segment::Inner } else { Segment::Lan };
    let (client_segment, client_gateway) = match settings.client_near {
        true => (servers, settings.server_router()),
        false => (Segment::Outside, OUTER_ROUTER),
    };
    let mut gateway = vec![
        interface("eth0", Segment::Outside, 1, &[(OUTER_ROUTER, 24)]),
        interface("eth1", Segment::Lan, 2, &[(LAN_ROUTER, 24), (VIP_ROUTER, 24)]),
    ];
    if inner {
        gateway.push(interface("eth2", Segment::Inner, 3, &[(INNER_ROUTER, 24)]));
    }
    let mut director = vec![interface("eth0", Segment::Lan, 4, &[(DIP, 24), (VIP, 32)])];
    if settings.place == Place::Inside {
        director.push(interface("eth1", Segment::Inner, 5, &[(INNER_DIP, 24)]));
    }
    let client = interface("eth0", client_segment, 0, &[(settings.client_ip(), 24)]);
    let mut hosts = vec![
        host("client", vec![client], client_gateway, false),
        // It has no route but those to its links.
        host("gateway", gateway, 0, true),
        host("director", director, LAN_ROUTER, settings.ip_forward),
    ];
    for server in 0..settings.servers {
        let mut addresses = vec![(settings.server_ip(server), 24)];
        if settings.vip_device() == Some("eth0") {
            addresses.push((VIP, 32));
        }
        let eth0 = interface("eth0", servers, 6 + server as u8, &addresses);
        let name = format!("rs{}", server + 1);
        let mut real = host(&name, vec![eth0], settings.server_gateway(), settings.server_forwards);
        real.inner_vip = settings.server_has_vip() && settings.vip_device() != Some("eth0");
        hosts.push(real);
    }
    hosts
}

/// The source address that a real server's ARP request bears, for a packet that waits for the answer: `arp_solicit`
/// (net/ipv4/arp.c). 0: the packet's own, when it is local. 1: the same, when it is in the subnet of the target. 2: the
/// interface's.
pub(super) fn arp_source(own: &Host, interface: &Interface, announce: u8, target: Ip, packet: Ip) -> Ip {
    let first = interface.addresses.first().map_or(0, |(ip, _)| *ip);
    let fits = match announce {
        0 => true,
        1 => interface.addresses.iter().any(|(own, length)| {
            *length < 32 && (own ^ packet) >> (32 - length) == 0 && (own ^ target) >> (32 - length) == 0
        }),
        _ => false,
    };
    if fits && own.is_local(packet) { packet } else { first }
}

/// Does a machine answer a request for this address that comes in on an interface? `arp_ignore` (net/ipv4/arp.c). 0: for
/// any local address. 1: for one of that interface. 2: the same, when the asker is in its subnet.
pub(super) fn arp_answers(own: &Host, interface: &Interface, ignore: u8, target: Ip, asker: Ip) -> bool {
    match ignore {
        0 => own.is_local(target),
        1 => interface.has(target),
        // inet_confirm_addr: the address itself must be of a subnet that the asker is in.
        _ => interface
            .addresses
            .iter()
            .any(|(ip, length)| *ip == target && *length < 32 && (ip ^ asker) >> (32 - length) == 0),
    }
}

/// The mode's usual name of the device, for words about the VIP.
pub(super) fn proper_device(mode: Mode) -> &'static str {
    if mode == Mode::Tun { "tunl0" } else { "lo" }
}
