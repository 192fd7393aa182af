//! A closed network of queues, solved exactly: N customers think, are served by one of `c` processors, and with some
//! probability by a slow path of one or more lanes, and think again.
//!
//! With exponential times the weight of a state is a product of one factor for each station (Gordon and Newell 1967).
//! The sums over all states with n customers, G(n), come by convolution, station by station (Buzen 1973); the throughput of n
//! customers is G(n-1) / G(n). All terms are positive: nothing cancels.

use super::scaled::Scaled;

/// The stations. Times are in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// Mean time between an answer and the next request.
    pub think_ns: u64,
    /// Processors.
    pub processors: u32,
    /// Mean time that a request needs one.
    pub service_ns: u64,
    /// Requests of a thousand that take the slow path.
    pub slow_permille: u32,
    /// Lanes of the slow path; each serves one request at a time.
    pub lanes: u32,
    /// Mean time that a request needs a lane.
    pub slow_ns: u64,
}

/// What a number of customers come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Customers.
    pub customers: u32,
    /// Requests per 1000 seconds.
    pub per_1000_s: u64,
    /// Mean time from request to answer, nanoseconds.
    pub response_ns: u64,
    /// Mean time at the processors, with waiting.
    pub processor_ns: u64,
    /// Mean time in the slow path, with waiting, of a request that takes it; 0 when none does.
    pub slow_ns: u64,
    /// Customers in the slow path and in line for it, in thousandths.
    pub in_slow: u64,
    /// Customers at the processors and in line for them, in thousandths.
    pub at_processors: u64,
    /// Customers that think, in thousandths.
    pub thinking: u64,
}

/// A network whose thinking and processors are summed up: the slow path changes, they do not.
#[derive(Clone, Debug)]
pub struct Solver {
    network: Network,
    /// G(n) of thinking and processors alone.
    base: Vec<Scaled>,
}

impl Solver {
    /// For up to `most` customers. Takes time with its square.
    pub fn new(network: Network, most: u32) -> Solver {
        let most = most as usize;
        let think = weights(most, network.think_ns, |n| n as u64);
        let processors = u64::from(network.processors.max(1));
        let service = weights(most, network.service_ns, |n| (n as u64).min(processors));
        let sum = |n: usize| {
            let terms = think[..=n].iter().zip(service[..=n].iter().rev());
            terms.fold(Scaled::ZERO, |sum, (a, b)| sum.plus(a.times(*b)))
        };
        Solver { network, base: (0..=most).map(sum).collect() }
    }

    /// The outcome for `customers`, of which the solver must have been made for as many, when so many requests of a
    /// thousand take the slow path.
    pub fn outcome(&self, slow_permille: u32, customers: u32) -> Outcome {
        let n = (customers as usize).clamp(1, self.base.len().saturating_sub(1).max(1));
        let load = self.load(slow_permille);
        let whole = self.with_slow_path(load, n);
        match whole.len() > n {
            true => self.told(&whole, load, slow_permille, n),
            false => Outcome::default(),
        }
    }

    /// The requests per 1000 seconds of 1, 2, … customers.
    pub fn throughputs(&self, slow_permille: u32) -> Vec<u64> {
        let whole = self.with_slow_path(self.load(slow_permille), self.base.len());
        whole.windows(2).map(|pair| per_1000_s(pair[0].over(pair[1]))).collect()
    }

    /// What a request means to one lane: its chance to come there, times the service.
    fn load(&self, slow_permille: u32) -> Scaled {
        let visits = u64::from(slow_permille) * self.network.slow_ns;
        Scaled::from(visits).over(Scaled::from(1000 * u64::from(self.network.lanes.max(1))))
    }

    /// G(0) to G(`most`) of all stations.
    fn with_slow_path(&self, load: Scaled, most: usize) -> Vec<Scaled> {
        let mut sums: Vec<Scaled> = self.base.iter().copied().take(most + 1).collect();
        for _ in 0..self.network.lanes {
            for n in 1..sums.len() {
                sums[n] = sums[n].plus(load.times(sums[n - 1]));
            }
        }
        sums
    }

    fn told(&self, whole: &[Scaled], load: Scaled, slow_permille: u32, n: usize) -> Outcome {
        let Network { think_ns, lanes, .. } = self.network;
        // Requests per nanosecond.
        let rate = whole[n - 1].over(whole[n]);
        let thousand = Scaled::from(1000);
        // Of each lane: the sum over k of the chance that k or more are there.
        let mut power = Scaled::ONE;
        let mut in_lane = Scaled::ZERO;
        for k in 1..=n {
            power = power.times(load);
            in_lane = in_lane.plus(power.times(whole[n - k]).over(whole[n]));
        }
        let everybody = n as u64 * 1000;
        let in_slow = in_lane.times(Scaled::from(u64::from(lanes))).times(thousand).floor().min(everybody);
        let thinking = rate.times(Scaled::from(think_ns)).times(thousand).floor().min(everybody - in_slow);
        let at_processors = everybody - in_slow - thinking;
        // Little's law, for each part: how many are there, by how many come.
        let time = |there: u64, share: u64| {
            let come = rate.times(Scaled::from(share)).over(thousand);
            Scaled::from(there).over(come).over(thousand).floor()
        };
        Outcome {
            customers: n as u32,
            per_1000_s: per_1000_s(rate),
            response_ns: time(in_slow + at_processors, 1000),
            processor_ns: time(at_processors, 1000),
            slow_ns: time(in_slow, u64::from(slow_permille)),
            in_slow,
            at_processors,
            thinking,
        }
    }
}

/// Of requests per nanosecond.
fn per_1000_s(rate: Scaled) -> u64 {
    rate.times(Scaled::from(1_000_000_000_000)).floor()
}

/// The factor of a station for 0, 1, … customers there: each served for `mean_ns`, and `servers(n)` of n at once.
fn weights(most: usize, mean_ns: u64, servers: impl Fn(usize) -> u64) -> Vec<Scaled> {
    let mean = Scaled::from(mean_ns);
    let next = |weight: &mut Scaled, n: usize| {
        if n > 0 {
            *weight = weight.times(mean).over(Scaled::from(servers(n)));
        }
        Some(*weight)
    };
    (0..=most).scan(Scaled::ONE, next).collect()
}
