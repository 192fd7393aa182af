//! Which addresses are public. A request to any other reaches the machine itself, its network, or nobody.
//!
//! The tables have what IANA's registries of special addresses call not globally reachable; the few that are reachable
//! and special (AS112, for example) are like any other.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Blocks that are not public: the first address, how many bits of it count, and who says so.
const V4: &[(Ipv4Addr, u32, &str)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, "RFC 791: this network"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "RFC 1918: private"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "RFC 6598: behind a carrier's NAT"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "RFC 1122: loopback"),
    (Ipv4Addr::new(168, 63, 129, 16), 32, "Microsoft: the host of an Azure machine"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "RFC 3927: link-local, with the metadata of clouds"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "RFC 1918: private"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "RFC 6890: IETF protocols"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "RFC 5737: documentation"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "RFC 7526: relays of 6to4, given up"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "RFC 1918: private"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "RFC 2544: benchmarks"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "RFC 5737: documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "RFC 5737: documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "RFC 5771: multicast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "RFC 1112: reserved, with the broadcast address"),
];

/// The only block of IPv6 from which public addresses are given out (RFC 4291). Outside of it are, among others, `::`,
/// `::1`, 100::/64, 5f00::/16, fc00::/7, fe80::/10, fec0::/10 and ff00::/8.
const GLOBAL: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Blocks within [`GLOBAL`] that are not public.
const V6: &[(Ipv6Addr, u32, &str)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "RFC 2928: IETF protocols, with Teredo"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "RFC 3849: documentation"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "RFC 9637: documentation"),
];

/// Blocks whose addresses hold one of IPv4, to which packets go in the end: how many bits stand after it.
const HOLDING_V4: &[(Ipv6Addr, u32, u32, &str)] = &[
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96, 0, "RFC 4291: IPv4-mapped"),
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96, 0, "RFC 6052: NAT64"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, 80, "RFC 3056: 6to4"),
];

/// Whether an address is one of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !V4.iter().any(|(block, bits, _)| (address.to_bits() ^ block.to_bits()) >> (32 - bits) == 0)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let within = |block: Ipv6Addr, bits: u32| (address.to_bits() ^ block.to_bits()) >> (128 - bits) == 0;
    if let Some((_, _, after, _)) = HOLDING_V4.iter().find(|(block, bits, _, _)| within(*block, *bits)) {
        let held = (address.to_bits() >> after) & u128::from(u32::MAX);
        return u32::try_from(held).is_ok_and(|held| is_public_v4(Ipv4Addr::from_bits(held)));
    }
    within(GLOBAL.0, GLOBAL.1) && !V6.iter().any(|(block, bits, _)| within(*block, *bits))
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn both_sides_of_every_border() {
        // From, to, and whether they and everything between them is public.
        let ranges = [
            ("0.0.0.0", "0.255.255.255", false),
            ("1.0.0.0", "9.255.255.255", true),
            ("10.0.0.0", "10.255.255.255", false),
            ("11.0.0.0", "100.63.255.255", true),
            ("100.64.0.0", "100.127.255.255", false),
            ("100.128.0.0", "126.255.255.255", true),
            ("127.0.0.0", "127.255.255.255", false),
            ("128.0.0.0", "168.63.129.15", true),
            ("168.63.129.16", "168.63.129.16", false),
            ("168.63.129.17", "169.253.255.255", true),
            ("169.254.0.0", "169.254.255.255", false),
            ("169.255.0.0", "172.15.255.255", true),
            ("172.16.0.0", "172.31.255.255", false),
            ("172.32.0.0", "191.255.255.255", true),
            ("192.0.0.0", "192.0.0.255", false),
            ("192.0.1.0", "192.0.1.255", true),
            ("192.0.2.0", "192.0.2.255", false),
            ("192.0.3.0", "192.88.98.255", true),
            ("192.88.99.0", "192.88.99.255", false),
            ("192.88.100.0", "192.167.255.255", true),
            ("192.168.0.0", "192.168.255.255", false),
            ("192.169.0.0", "198.17.255.255", true),
            ("198.18.0.0", "198.19.255.255", false),
            ("198.20.0.0", "198.51.99.255", true),
            ("198.51.100.0", "198.51.100.255", false),
            ("198.51.101.0", "203.0.112.255", true),
            ("203.0.113.0", "203.0.113.255", false),
            ("203.0.114.0", "223.255.255.255", true),
            ("224.0.0.0", "239.255.255.255", false),
            ("240.0.0.0", "255.255.255.255", false),
            ("::", "::", false),
            ("::1", "::fffe:ffff:ffff", false),
            ("::ffff:0.0.0.0", "::ffff:0.255.255.255", false),
            ("::ffff:1.0.0.0", "::ffff:9.255.255.255", true),
            ("::ffff:10.0.0.0", "::ffff:10.255.255.255", false),
            ("::ffff:127.0.0.1", "::ffff:127.0.0.1", false),
            ("::ffff:255.255.255.255", "::1:0:0:0", false),
            ("64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff", "64:ff9b::0.255.255.255", false),
            ("64:ff9b::1.0.0.0", "64:ff9b::9.255.255.255", true),
            ("64:ff9b::192.168.0.1", "64:ff9b::192.168.255.255", false),
            ("64:ff9b::203.0.114.0", "64:ff9b::223.255.255.255", true),
            ("64:ff9b::224.0.0.0", "64:ff9b::1:0:0", false),
            ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:808:808", false),
            ("100::", "100::ffff:ffff:ffff:ffff", false),
            ("100:0:0:1::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("2000::", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true),
            ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("2001:200::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", true),
            ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("2001:db9::", "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true),
            ("2002::", "2002:ff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("2002:100::", "2002:9ff:ffff:ffff:ffff:ffff:ffff:ffff", true),
            ("2002:a00::", "2002:aff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("2002:7f00:1::", "2002:7f00:1:ffff:ffff:ffff:ffff:ffff", false),
            ("2002:e000::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("2003::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true),
            ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("3fff:1000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true),
            ("4000::", "5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fc00::", false),
            ("fd00:ec2::254", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("fe80::1", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
        ];
        for (from, to, public) in ranges {
            for address in [from, to] {
                assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
            }
        }
    }

    #[test]
    fn well_known_addresses() {
        for (address, public) in [
            ("1.1.1.1", true),
            ("93.184.215.14", true),
            ("2606:4700:4700::1111", true),
            ("2a00:1450:4001:82f::200e", true),
            ("::ffff:8.8.8.8", true),
            ("64:ff9b::808:808", true),
            ("169.254.169.254", false),
            ("::ffff:169.254.169.254", false),
            ("64:ff9b::a9fe:a9fe", false),
            ("2002:a9fe:a9fe::1", false),
            ("::127.0.0.1", false),
            ("::ffff:0:8.8.8.8", false),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }
}
