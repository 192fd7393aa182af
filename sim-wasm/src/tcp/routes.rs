//! What a host knows of the way to its peers: the MTU of its interface, and what routers told of the rest of the path
//! (`fib_nh_exception`, net/ipv4/route.c).

use super::stack::Stack;
use crate::kernel::Change;
use crate::net::{Flags, Ipv4};
use crate::sorted::SortedMap;
use crate::time::Time;

/// Headers without options, IP and TCP.
pub(super) const HEADERS: u32 = 40;
/// `net.ipv4.route.min_pmtu`: a router that tells of less is not believed.
pub const MIN_PMTU: u32 = 552;
/// `net.ipv4.route.min_adv_mss`: no less is announced.
const MIN_ADV_MSS: u32 = 256;
/// `net.ipv4.route.mtu_expires`
const EXPIRES_AFTER: Time = Time::from_secs(600);
/// Least MTU that IPv4 has (RFC 791).
const LEAST: u32 = 68;

/// What a router told of the path to a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The greatest packet that passes (`fnhe_pmtu`).
    pub mtu: u32,
    /// Below [`MIN_PMTU`]: packets to this peer may be fragmented (`fnhe_mtu_locked`).
    pub locked: bool,
    /// Until when it holds.
    pub expires: Time,
}

/// The ways of a host.
#[derive(Clone, Debug)]
pub(super) struct Routes {
    /// Of the interface.
    mtu: u32,
    exceptions: SortedMap<Ipv4, Exception>,
}

impl Default for Routes {
    fn default() -> Routes {
        Routes { mtu: 1500, exceptions: SortedMap::default() }
    }
}

impl Stack {
    pub(super) fn set_mtu(&mut self, mtu: u32) {
        self.routes.mtu = mtu.clamp(LEAST, 65_535);
    }

    /// What routers told of the path to a peer, while it holds.
    pub(super) fn exception(&self, peer: Ipv4, now: Time) -> Option<Exception> {
        self.routes.exceptions.get(&peer).copied().filter(|told| now < told.expires)
    }

    /// The greatest packet that passes to a peer, as far as is known (`ipv4_mtu`).
    pub(super) fn mtu_to(&self, peer: Ipv4) -> u32 {
        self.exception(peer, self.now).map_or(self.routes.mtu, |told| told.mtu)
    }

    /// The segment size that is announced to a peer (`ipv4_default_advmss`), which `TCP_MAXSEG` may make smaller. From
    /// 4.15 on it follows what is known of the path: LIVE 6.18.44, the SYN-ACK of a second connection says 1360.
    pub(super) fn own_mss(&self, peer: Ipv4, max_seg: Option<u16>) -> u16 {
        let mtu = if self.has(Change::AdvmssFollowsPath) { self.mtu_to(peer) } else { self.routes.mtu };
        let announced = mtu.saturating_sub(HEADERS).clamp(MIN_ADV_MSS, 65_535 - HEADERS) as u16;
        announced.min(max_seg.unwrap_or(announced))
    }

    /// A router says that packets to a peer must not be greater than `reported` (`__ip_rt_update_pmtu`).
    pub(super) fn learn_mtu(&mut self, peer: Ipv4, reported: u32) {
        let known = self.mtu_to(peer);
        let lock_held = self.exception(peer, self.now).is_some_and(|told| told.locked);
        if lock_held || known < reported {
            return;
        }
        let (mtu, locked) = match reported < MIN_PMTU {
            true => (known.min(MIN_PMTU), self.has(Change::SmallPathMayFragment)),
            false => (reported, false),
        };
        self.routes.exceptions.insert(peer, Exception { mtu, locked, expires: self.now + EXPIRES_AFTER });
    }

    /// Do packets to a peer say that they must not be fragmented (`ip_dont_fragment`)?
    pub(super) fn sets_dont_fragment(&self, peer: Ipv4, now: Time) -> bool {
        self.sysctl.ip_no_pmtu_disc == 0 && !self.exception(peer, now).is_some_and(|told| told.locked)
    }
}

impl super::Host {
    /// Gives its interface an MTU; 1500 before that.
    pub fn set_mtu(&mut self, mtu: u32) {
        self.stack.set_mtu(mtu);
    }

    /// What routers told it of the path to a peer, as `ip route get` shows it.
    pub fn route_exception(&self, peer: Ipv4, now: Time) -> Option<Exception> {
        self.stack.exception(peer, now)
    }

    /// Does a packet with these flags say that it must not be fragmented? A SYN-ACK does, whatever the setting: it is too
    /// small to be cut (LIVE 6.18.44, `ip_build_and_send_pkt`).
    pub fn sets_dont_fragment(&self, peer: Ipv4, flags: Flags, now: Time) -> bool {
        (flags.syn() && flags.ack()) || self.stack.sets_dont_fragment(peer, now)
    }
}

#[cfg(test)]
mod tests {
    use crate::kernel::{KernelVersion, Sysctl};
    use crate::net::{Flags, Ipv4};
    use crate::tcp::{Host, HostConfig};
    use crate::time::Time;

    fn host(kernel: &str) -> Host {
        let kernel = KernelVersion::parse(kernel).unwrap();
        Host::new(HostConfig {
            kernel,
            sysctl: Sysctl::defaults(kernel),
            hz: 250,
            uptime: Time::from_secs(1000),
            wall: Time::ZERO,
            secret: 1,
            addrs: vec![Ipv4::new(192, 0, 2, 1)],
        })
    }

    const PEER: Ipv4 = Ipv4::new(198, 51, 100, 1);

    /// Kernel, what routers say one after another, the MTU that is then known, what is announced to the peer, and whether
    /// packets may be fragmented. LIVE 6.18.44: 1400 and 400 (`mtu lock 552`, DF off).
    #[test]
    fn what_a_router_says_is_believed_within_bounds() {
        for (kernel, said, mtu, announced, fragments) in [
            ("6.18", &[][..], 1500, 1460, false),
            ("6.18", &[1400], 1400, 1360, false),
            ("6.18", &[1400, 1450], 1400, 1360, false),
            ("6.18", &[1400, 1300], 1300, 1260, false),
            ("6.18", &[400], 552, 512, true),
            ("6.18", &[400, 600], 552, 512, true),
            ("6.18", &[552], 552, 512, false),
            ("4.15", &[400], 552, 512, false),
            ("4.14", &[1400], 1400, 1460, false),
        ] {
            let mut host = host(kernel);
            for mtu in said {
                host.stack.learn_mtu(PEER, *mtu);
            }
            let known = (host.stack.mtu_to(PEER), host.stack.own_mss(PEER, None));
            assert_eq!(known, (mtu, announced), "{kernel} {said:?}");
            let df = host.sets_dont_fragment(PEER, Flags::ACK, Time::ZERO);
            assert_eq!(df, !fragments, "{kernel} {said:?}");
            host.stack.now = Time::from_secs(600);
            assert_eq!(host.stack.mtu_to(PEER), 1500, "forgotten after ten minutes");
        }
    }

    #[test]
    fn an_interface_bounds_what_is_announced() {
        let mut host = host("6.18");
        for (mtu, max_seg, announced) in [
            (9000, None, 8960),
            (1400, None, 1360),
            (68, None, 256),
            (1500, Some(1000), 1000),
            (1500, Some(1461), 1460),
        ] {
            host.set_mtu(mtu);
            assert_eq!(host.stack.own_mss(PEER, max_seg), announced, "{mtu} {max_seg:?}");
        }
    }
}
