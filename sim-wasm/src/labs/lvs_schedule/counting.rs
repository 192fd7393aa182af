//! The schedulers that count: lc, wlc, sed, nq. They keep nothing from one connection to the next.

/// A real server as one director counts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Dest {
    pub(super) weight: u64,
    /// ActiveConn.
    pub(super) active: u64,
    /// InActConn.
    pub(super) inactive: u64,
}

impl Dest {
    /// ip_vs_dest_conn_overhead, include/net/ip_vs.h: active << 8, plus inactive.
    pub(super) fn overhead(self) -> u64 {
        (self.active << 8) + self.inactive
    }

    /// ip_vs_sed_dest_overhead, ip_vs_sed.c: the connection to come is counted, inactive ones are not.
    pub(super) fn expected(self) -> u64 {
        self.active + 1
    }
}

/// Of the servers in the order of the list the one with the least cost per weight. Costs are compared by cross
/// multiplication, and strictly: of equal ones the first stays. Servers of weight 0 are passed over.
pub(super) fn least(
    order: impl Iterator<Item = (usize, Dest)>,
    cost: fn(Dest) -> u64,
    weighted: bool,
) -> Option<usize> {
    let mut best: Option<(usize, u64, u64)> = None;
    for (server, dest) in order.filter(|(_, dest)| dest.weight > 0) {
        let (own, weight) = (cost(dest), if weighted { dest.weight } else { 1 });
        if best.is_none_or(|(_, least, of)| least * weight > own * of) {
            best = Some((server, own, weight));
        }
    }
    best.map(|(server, ..)| server)
}

/// ip_vs_nq_schedule: the first server with nothing to do; without one, as sed.
pub(super) fn never_queue(order: impl Iterator<Item = (usize, Dest)> + Clone) -> Option<usize> {
    let idle = order.clone().find(|(_, dest)| dest.weight > 0 && dest.active == 0);
    idle.map(|(server, _)| server).or_else(|| least(order, Dest::expected, true))
}
