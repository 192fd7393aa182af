//! Who has which address: the same on every run, so that figures and tool output can be compared.

/// An IPv4 address.
pub(super) type Ip = u32;

/// An address as a number.
const fn ip(a: u8, b: u8, c: u8, d: u8) -> Ip {
    u32::from_be_bytes([a, b, c, d])
}

/// The client on the internet.
pub(super) const CIP: Ip = ip(203, 0, 113, 10);
/// The gateway's address on the client's link.
pub(super) const OUTER_ROUTER: Ip = ip(203, 0, 113, 1);
/// The address that clients dial.
pub(super) const VIP: Ip = ip(198, 51, 100, 1);
/// The gateway's address in the subnet of the VIP: it finds the VIP by ARP.
pub(super) const VIP_ROUTER: Ip = ip(198, 51, 100, 254);
/// The gateway's address on the director's LAN.
pub(super) const LAN_ROUTER: Ip = ip(10, 0, 0, 1);
/// The director's own address there.
pub(super) const DIP: Ip = ip(10, 0, 0, 2);
/// The gateway's address on the other LAN.
pub(super) const INNER_ROUTER: Ip = ip(10, 0, 1, 1);
/// The director's address there, when it has a second interface.
pub(super) const INNER_DIP: Ip = ip(10, 0, 1, 2);
/// A client among real servers on the director's LAN.
pub(super) const LAN_CLIENT: Ip = ip(10, 0, 0, 50);
/// A client among real servers on the other LAN.
pub(super) const INNER_CLIENT: Ip = ip(10, 0, 1, 50);
/// The first real server on the director's LAN; the next ones follow.
pub(super) const LAN_SERVER: Ip = ip(10, 0, 0, 11);
/// The first real server on the other LAN.
pub(super) const INNER_SERVER: Ip = ip(10, 0, 1, 11);

/// The port of the service.
pub(super) const VPORT: u16 = 80;
/// The client's port of its first connection.
pub(super) const CPORT: u16 = 40_000;
/// The first local port of a FullNAT director.
pub(super) const LPORT: u16 = 1_025;
/// Local ports of one address for one real server: 1025 to 65535.
pub(super) const LOCAL_PORTS: u64 = 65_535 - 1_024;

/// An address in dots.
pub(super) fn dotted(ip: Ip) -> String {
    let [a, b, c, d] = ip.to_be_bytes();
    format!("{a}.{b}.{c}.{d}")
}

/// One end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) ip: Ip,
    pub(super) port: u16,
}

impl End {
    /// `198.51.100.1:80`.
    pub(super) fn text(self) -> String {
        format!("{}:{}", dotted(self.ip), self.port)
    }

    /// `198.51.100.1.80`, as tcpdump has it.
    pub(super) fn captured(self) -> String {
        format!("{}.{}", dotted(self.ip), self.port)
    }
}

/// The service.
pub(super) const SERVICE: End = End { ip: VIP, port: VPORT };

/// An interface's hardware address, by its place in [`MACS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mac(pub(super) u8);

/// Everybody on the link.
pub(super) const BROADCAST: Mac = Mac(255);

/// Symbol in figures, and the address in tool output.
const MACS: [(&str, &str); 9] = [
    ("mC", "52:54:00:00:0c:01"),
    ("mG1", "52:54:00:00:01:01"),
    ("mG2", "52:54:00:00:01:02"),
    ("mG3", "52:54:00:00:01:03"),
    ("mL", "52:54:00:00:02:01"),
    ("mL2", "52:54:00:00:02:02"),
    ("mR1", "52:54:00:00:03:01"),
    ("mR2", "52:54:00:00:03:02"),
    ("mR3", "52:54:00:00:03:03"),
];

impl Mac {
    /// Its symbol in figures.
    pub(super) fn symbol(self) -> &'static str {
        MACS.get(usize::from(self.0)).map_or("ff:ff", |mac| mac.0)
    }

    /// The whole address.
    pub(super) fn whole(self) -> &'static str {
        MACS.get(usize::from(self.0)).map_or("ff:ff:ff:ff:ff:ff", |mac| mac.1)
    }
}
