//! Addresses: IPv4 as numbers, MAC addresses by their last two bytes.

/// An IPv4 address, as the number that its four bytes make.
pub(super) type Ip = u32;

/// The address with these four bytes.
pub(super) const fn ip(a: u8, b: u8, c: u8, d: u8) -> Ip {
    u32::from_be_bytes([a, b, c, d])
}

/// `10.0.0.1`.
pub(super) fn dotted(ip: Ip) -> String {
    let [a, b, c, d] = ip.to_be_bytes();
    format!("{a}.{b}.{c}.{d}")
}

/// `10.0.0.0/24`; `default` for the prefix of length 0.
pub(super) fn prefixed(ip: Ip, prefix: u8) -> String {
    if prefix == 0 { "default".to_string() } else { format!("{}/{prefix}", dotted(ip)) }
}

/// The mask of a prefix of 0 to 32 bits.
pub(super) const fn mask(prefix: u8) -> u32 {
    // A shift by 32 is not defined for 32 bits: the prefix of length 0 has no bit set.
    if prefix == 0 { 0 } else { u32::MAX << (32 - prefix as u32) }
}

/// A MAC address of the form `02:00:00:00:xx:yy`: locally administered, so that no vendor has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mac(pub(super) u16);

impl Mac {
    /// All stations of a link.
    pub(super) const BROADCAST: Mac = Mac(0xffff);

    /// As tools print it.
    pub(super) fn text(self) -> String {
        if self == Mac::BROADCAST {
            return "ff:ff:ff:ff:ff:ff".to_string();
        }
        let [a, b] = self.0.to_be_bytes();
        format!("02:00:00:00:{a:02x}:{b:02x}")
    }
}
