//! What each station can do at most, and which of them is the limit.

use super::network::Network;

/// Requests per 1000 seconds that each part lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Capacity {
    pub(super) processors: u64,
    /// Of all requests, when only some of them take the slow path; none when it holds up nobody.
    pub(super) slow_path: Option<u64>,
}

/// Nanoseconds in 1000 seconds.
const WHOLE: u64 = 1_000_000_000_000;

impl Capacity {
    pub(super) fn of(network: &Network) -> Capacity {
        Capacity {
            processors: u64::from(network.processors) * WHOLE / network.service_ns.max(1),
            slow_path: slow_path(network, network.slow_permille),
        }
    }
}

/// The same for a share of the requests, in thousandths.
pub(super) fn slow_path(network: &Network, permille: u32) -> Option<u64> {
    let held = u64::from(permille) * network.slow_ns;
    (held > 0).then(|| u64::from(network.lanes) * WHOLE / held * 1000)
}

/// The share in hundredths of a percent at which the slow path becomes the limit: 1 / (X S); none when it never does.
pub(super) fn knee(network: &Network) -> Option<u64> {
    let processors = u128::from(Capacity::of(network).processors);
    let held = processors * u128::from(network.slow_ns);
    let share = u128::from(network.lanes) * u128::from(WHOLE) * 10_000;
    share.checked_div(held).map(|share| share as u64).filter(|share| *share <= 10_000)
}
