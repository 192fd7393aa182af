//! The parameters as the model uses them.

use super::addresses::{
    CIP, DIP, End, INNER_CLIENT, INNER_DIP, INNER_ROUTER, INNER_SERVER, Ip, LAN_CLIENT, LAN_ROUTER,
    LAN_SERVER, VPORT,
};
use super::rules::Rule;
use crate::kernel::KernelVersion;
use crate::lab::Params;

/// The smallest MSS that is taken for one (TCP_MIN_MSS).
const LEAST_MSS: u32 = 88;

/// How the director hands requests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Nat,
    Dr,
    Tun,
    FullNat,
}

impl Mode {
    pub(super) const ALL: [Mode; 4] = [Mode::Nat, Mode::Dr, Mode::Tun, Mode::FullNat];

    /// Its usual name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Mode::Nat => "NAT",
            Mode::Dr => "DR",
            Mode::Tun => "TUN",
            Mode::FullNat => "FullNAT",
        }
    }

    /// Does the real server get packets for the VIP?
    pub(super) fn keeps_vip(self) -> bool {
        matches!(self, Mode::Dr | Mode::Tun)
    }
}

/// Where the real servers stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// On the director's LAN.
    Same,
    /// On another LAN, behind the gateway.
    Routed,
    /// On another LAN, in which the director has a second interface.
    Inside,
}

/// What filters packets on the director.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Firewall {
    Off,
    /// INPUT lets nothing through to the service.
    Input,
    /// INPUT lets through what conntrack knows, and new connections with a SYN.
    Stateful,
    /// The policy of FORWARD is DROP.
    Forward,
}

/// Where real servers have the VIP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VipAt {
    /// Where the mode wants it: lo for DR, tunl0 for TUN, else nowhere.
    Proper,
    Eth0,
    Nowhere,
}

/// The state of the real servers' tunnel interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tunnel {
    Up,
    Down,
    /// The module ipip is not loaded.
    Absent,
}

/// Whose ports let out packets with their own source address only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AntiSpoofing {
    Off,
    Servers,
    /// Real servers and the director.
    All,
}

/// Everything a run is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) mode: Mode,
    pub(super) request: u32,
    pub(super) response: u32,
    pub(super) connections: u32,
    /// The port that the program on the real server listens on.
    pub(super) rport: u16,
    pub(super) kernel: KernelVersion,
    pub(super) ip_forward: bool,
    pub(super) pmtu_disc: bool,
    pub(super) firewall: Firewall,
    pub(super) conntrack: bool,
    /// The FullNAT director adds the TOA option.
    pub(super) toa: bool,
    pub(super) servers: usize,
    pub(super) place: Place,
    /// The real servers' default gateway is the director.
    pub(super) via_director: bool,
    pub(super) vip: VipAt,
    pub(super) arp_ignore: u8,
    pub(super) arp_announce: u8,
    /// They are set for `lo` alone, where no ARP arrives.
    pub(super) arp_on_lo: bool,
    pub(super) rp_filter_all: u8,
    pub(super) rp_filter_tunl0: u8,
    pub(super) tunl0: Tunnel,
    /// `ip_forward` of the real servers.
    pub(super) server_forwards: bool,
    /// MSS that the real servers' route announces; 0: from the MTU.
    pub(super) advmss: u32,
    pub(super) toa_module: bool,
    /// The client stands among the real servers.
    pub(super) client_near: bool,
    pub(super) icmp: bool,
    /// MTU of director and real servers, and of the links between them.
    pub(super) inner_mtu: u32,
    pub(super) anti_spoofing: AntiSpoofing,
    /// How often a remembered hardware address has expired, in percent.
    pub(super) arp_expiry: u64,
    pub(super) seed: u64,
}

impl Settings {
    pub(super) fn new(params: &Params) -> Settings {
        let number = |name| params.int(name).unsigned_abs();
        let small = |name| number(name) as u32;
        let on = |name| params.int(name) == 1;
        Settings {
            mode: match params.choice("mode") {
                "nat" => Mode::Nat,
                "tun" => Mode::Tun,
                "fullnat" => Mode::FullNat,
                _ => Mode::Dr,
            },
            request: small("request_bytes"),
            response: small("response_bytes"),
            connections: small("connections"),
            rport: small("rport") as u16,
            kernel: params.kernel("director_kernel"),
            ip_forward: on("ip_forward"),
            pmtu_disc: on("pmtu_disc"),
            firewall: match params.choice("firewall") {
                "input" => Firewall::Input,
                "stateful" => Firewall::Stateful,
                "forward" => Firewall::Forward,
                _ => Firewall::Off,
            },
            conntrack: on("vs_conntrack"),
            toa: params.choice("toa") == "on",
            servers: small("real_servers") as usize,
            place: match params.choice("rs_lan") {
                "routed" => Place::Routed,
                "inside" => Place::Inside,
                _ => Place::Same,
            },
            via_director: params.choice("rs_gateway") == "director",
            vip: match params.choice("vip_on_rs") {
                "eth0" => VipAt::Eth0,
                "none" => VipAt::Nowhere,
                _ => VipAt::Proper,
            },
            arp_ignore: small("arp_ignore") as u8,
            arp_announce: small("arp_announce") as u8,
            arp_on_lo: params.choice("arp_scope") == "lo",
            rp_filter_all: small("rp_filter_all") as u8,
            rp_filter_tunl0: small("rp_filter_tunl0") as u8,
            tunl0: match params.choice("tunl0") {
                "down" => Tunnel::Down,
                "absent" => Tunnel::Absent,
                _ => Tunnel::Up,
            },
            server_forwards: on("rs_ip_forward"),
            advmss: small("advmss"),
            toa_module: params.choice("toa_module") == "loaded",
            client_near: params.choice("client_lan") == "real-servers",
            icmp: params.choice("icmp") == "delivered",
            inner_mtu: small("inner_mtu"),
            anti_spoofing: match params.choice("anti_spoofing") {
                "servers" => AntiSpoofing::Servers,
                "all" => AntiSpoofing::All,
                _ => AntiSpoofing::Off,
            },
            arp_expiry: number("arp_expiry"),
            seed: number("seed"),
        }
    }

    /// The same scene with everything set as the mode wants it, and one connection.
    pub(super) fn in_order(&self, mode: Mode) -> Settings {
        Settings {
            mode,
            request: self.request,
            response: self.response,
            connections: 1,
            rport: VPORT,
            kernel: self.kernel,
            ip_forward: true,
            pmtu_disc: true,
            firewall: Firewall::Off,
            conntrack: false,
            toa: true,
            servers: 1,
            place: Place::Same,
            via_director: mode == Mode::Nat,
            vip: VipAt::Proper,
            arp_ignore: 1,
            arp_announce: 2,
            arp_on_lo: false,
            rp_filter_all: 0,
            rp_filter_tunl0: 0,
            tunl0: Tunnel::Up,
            server_forwards: false,
            advmss: 0,
            toa_module: true,
            client_near: false,
            icmp: true,
            inner_mtu: 1500,
            anti_spoofing: AntiSpoofing::Off,
            arp_expiry: 0,
            seed: self.seed,
        }
    }

    /// The address of the client.
    pub(super) fn client_ip(&self) -> Ip {
        match (self.client_near, self.place) {
            (false, _) => CIP,
            (true, Place::Same) => LAN_CLIENT,
            (true, _) => INNER_CLIENT,
        }
    }

    /// The address of a real server, by its number from 0.
    pub(super) fn server_ip(&self, server: usize) -> Ip {
        let first = if self.place == Place::Same { LAN_SERVER } else { INNER_SERVER };
        first + server as u32
    }

    /// What `ipvsadm -r` has for it. For DR and TUN ipvsadm puts the service's port there, whatever was given
    /// (ipvsadm.c, `process_options`).
    pub(super) fn destination(&self, server: usize) -> End {
        let port = if self.mode.keeps_vip() { VPORT } else { self.rport };
        End { ip: self.server_ip(server), port }
    }

    /// The address that the director has towards the real servers: outer source of TUN, local address of FullNAT.
    pub(super) fn director_ip(&self) -> Ip {
        if self.place == Place::Inside { INNER_DIP } else { DIP }
    }

    /// The ordinary router of the real servers' LAN.
    pub(super) fn server_router(&self) -> Ip {
        if self.place == Place::Same { LAN_ROUTER } else { INNER_ROUTER }
    }

    /// The default gateway of the real servers. The director can be it only where it is on their LAN.
    pub(super) fn server_gateway(&self) -> Ip {
        if self.via_director && self.place != Place::Routed {
            self.director_ip()
        } else {
            self.server_router()
        }
    }

    /// The interface of the real servers that has the VIP.
    pub(super) fn vip_device(&self) -> Option<&'static str> {
        match (self.vip, self.mode) {
            (VipAt::Eth0, _) => Some("eth0"),
            (VipAt::Nowhere, _) | (VipAt::Proper, Mode::Nat | Mode::FullNat) => None,
            (VipAt::Proper, Mode::Dr) => Some("lo"),
            (VipAt::Proper, Mode::Tun) => (self.tunl0 != Tunnel::Absent).then_some("tunl0"),
        }
    }

    /// Do the real servers take packets for the VIP? The addresses of an interface that is down are no local ones.
    pub(super) fn server_has_vip(&self) -> bool {
        match self.vip_device() {
            Some("tunl0") => self.tunl0 == Tunnel::Up,
            device => device.is_some(),
        }
    }

    /// The greater of `conf.all` and `conf.eth0`: what counts for ARP that comes in on eth0.
    pub(super) fn arp_ignore_in_force(&self) -> u8 {
        if self.arp_on_lo { 0 } else { self.arp_ignore }
    }

    /// The same for ARP that goes out on eth0.
    pub(super) fn arp_announce_in_force(&self) -> u8 {
        if self.arp_on_lo { 0 } else { self.arp_announce }
    }

    /// The greater of both: what counts for packets that come out of the tunnel (`IN_DEV_RPFILTER`).
    pub(super) fn rp_filter_in_force(&self) -> u8 {
        self.rp_filter_all.max(self.rp_filter_tunl0)
    }

    /// Is DF copied into the outer header, and obeyed before?
    pub(super) fn obeys_df(&self) -> bool {
        self.pmtu_disc || !Rule::PmtuDiscSysctl.holds(self.kernel)
    }

    /// Does the director take one off the TTL of requests? FullNAT is a fork of 2.6.32, which does not.
    pub(super) fn decrements_ttl(&self) -> bool {
        self.mode != Mode::FullNat && Rule::TtlDecrement.holds(self.kernel)
    }

    /// Do IPVS connections have an entry in conntrack?
    pub(super) fn tracked(&self) -> bool {
        self.conntrack && Rule::ConntrackSysctl.holds(self.kernel)
    }

    /// Do rules of iptables see the packets of the service? FullNAT directors are taken to do without.
    pub(super) fn filtered(&self) -> Firewall {
        if self.mode == Mode::FullNat { Firewall::Off } else { self.firewall }
    }

    /// The MSS that real servers announce.
    pub(super) fn server_mss(&self) -> u32 {
        let own = self.inner_mtu.saturating_sub(40);
        if self.advmss == 0 { own } else { own.min(self.advmss.max(LEAST_MSS)) }
    }
}
