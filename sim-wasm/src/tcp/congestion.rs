//! Congestion control: Reno, and CUBIC with HyStart, in the kernel's integers (net/ipv4/tcp_cong.c, tcp_cubic.c).

use super::seq::after;
use super::stack::Stack;
use crate::kernel::Change;
use crate::time::Time;

/// BICTCP_BETA_SCALE, and the share of the window that is kept after a loss.
const SCALE: u32 = 1024;
const BETA: u32 = 717;
/// `cube_rtt_scale`: the constant C of the cubic function, 0.4 in 1024ths, times ten for its unit of time.
const CUBE_SCALE: u64 = 410;
/// `cube_factor`: 2^40 / 410.
const CUBE_FACTOR: u64 = (1 << 40) / CUBE_SCALE;
/// `beta_scale`: how fast Reno would grow with CUBIC's share kept, in eighths of a window for each segment more.
const BETA_SCALE: u32 = 15;
/// HyStart watches windows from this size on.
const HYSTART_LOW_WINDOW: u32 = 16;
/// HYSTART_MIN_SAMPLES
const HYSTART_SAMPLES: u32 = 8;
/// `hystart_ack_delta`: ACKs this close are of one train.
const ACK_TRAIN_GAP: Time = Time::from_millis(2);
/// A window beyond any loss (TCP_INFINITE_SSTHRESH).
pub const INFINITE_SSTHRESH: u32 = 0x7fff_ffff;
/// A window that nothing can fill: a gigabyte in the smallest of usual segments.
const UNBOUNDED: u32 = 1 << 20;

/// The window of a connection, as congestion control keeps it.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// `snd_cwnd`, in segments.
    pub cwnd: u32,
    /// `snd_ssthresh`, in segments.
    pub ssthresh: u32,
    /// Part of a segment that has been earned (`snd_cwnd_cnt`).
    pub count: u32,
}

impl Window {
    /// Is it still doubling each round?
    pub fn in_slow_start(&self) -> bool {
        self.cwnd < self.ssthresh
    }

    /// `tcp_slow_start`: gives what of `acked` is left when slow start ends.
    fn slow_start(&mut self, acked: u32) -> u32 {
        let grown = (self.cwnd + acked).min(self.ssthresh);
        let left = acked - (grown - self.cwnd);
        self.cwnd = grown;
        left
    }

    /// `tcp_cong_avoid_ai`: one segment more for every `w` that are acknowledged.
    fn additive(&mut self, w: u32, acked: u32) {
        if self.count >= w {
            self.count = 0;
            self.cwnd += 1;
        }
        self.count += acked;
        if self.count >= w {
            let more = self.count / w;
            self.count -= more * w;
            self.cwnd += more;
        }
    }

    /// The same up to 3.18, for one ACK.
    fn additive_by_ack(&mut self, w: u32) {
        if self.count >= w {
            self.count = 0;
            self.cwnd += 1;
        } else {
            self.count += 1;
        }
    }
}

/// The algorithm of a connection.
#[derive(Clone, Debug)]
pub enum Algorithm {
    /// RFC 5681.
    Reno,
    /// RFC 9438, as Linux has it.
    Cubic(Box<Cubic>),
}

/// What CUBIC remembers (`struct bictcp`).
#[derive(Clone, Debug, Default)]
pub struct Cubic {
    /// So many acknowledged segments make the window grow by one.
    cnt: u32,
    last_max_cwnd: u32,
    /// The window at the last loss; only the oldest kernels undo by it.
    loss_cwnd: u32,
    last_cwnd: u32,
    /// When `cnt` was computed last, in jiffies.
    last_time: u64,
    origin: u32,
    /// When the cubic function reaches its origin, in 1024ths of a second after the epoch.
    k: u64,
    /// When growth began after a loss, in jiffies.
    epoch: Option<u64>,
    ack_cnt: u32,
    /// The window that Reno would have.
    tcp_cwnd: u32,
    delay_min: Option<Time>,
    /// Segments for each ACK, in sixteenths; up to 3.18.
    delayed_ack: u32,
    found: bool,
    samples: u32,
    round_start: Time,
    last_ack: Time,
    end_seq: u32,
    curr_rtt: Option<Time>,
}

impl Algorithm {
    /// The algorithm of a new connection whose next byte is `snd_nxt`.
    pub fn new(stack: &Stack, reno: bool, snd_nxt: u32) -> Algorithm {
        if reno {
            return Algorithm::Reno;
        }
        let mut cubic = Cubic { delayed_ack: 2 << 4, ..Cubic::default() };
        cubic.begin_round(stack, snd_nxt);
        Algorithm::Cubic(Box::new(cubic))
    }

    /// As `ss` prints it.
    pub fn name(&self) -> &'static str {
        match self {
            Algorithm::Reno => "reno",
            Algorithm::Cubic(_) => "cubic",
        }
    }

    /// Where slow start ends after a loss at a window of `cwnd`.
    pub fn loss_ssthresh(&mut self, cwnd: u32) -> u32 {
        match self {
            Algorithm::Reno => (cwnd / 2).max(2),
            Algorithm::Cubic(cubic) => cubic.loss_ssthresh(cwnd),
        }
    }

    /// The least window while a loss is repaired, up to 3.1 (`min_cwnd`).
    pub fn least_window(&self, ssthresh: u32) -> u32 {
        match self {
            Algorithm::Reno => ssthresh / 2,
            Algorithm::Cubic(_) => ssthresh,
        }
    }

    /// A retransmission timeout: all that was learned is forgotten (`bictcp_state`).
    pub fn timed_out(&mut self, stack: &Stack, snd_nxt: u32) {
        if let Algorithm::Cubic(cubic) = self {
            let delayed_ack = if stack.has(Change::CwndGrowsByAcked) { cubic.delayed_ack } else { 2 << 4 };
            **cubic = Cubic { delayed_ack, loss_cwnd: cubic.loss_cwnd, ..Cubic::default() };
            cubic.begin_round(stack, snd_nxt);
        }
    }

    /// The window to go back to when a loss was none.
    pub fn undo_cwnd(&self, stack: &Stack, window: &Window, prior_cwnd: u32) -> u32 {
        if stack.has(Change::UndoToPriorWindow) {
            return window.cwnd.max(prior_cwnd);
        }
        match self {
            // A threshold that no cut has set is infinite: after a second undo the kernel's window is without bound.
            Algorithm::Reno => window.cwnd.max(window.ssthresh.saturating_mul(2).min(UNBOUNDED)),
            Algorithm::Cubic(cubic) => window.cwnd.max(cubic.loss_cwnd.max(cubic.last_max_cwnd)),
        }
    }

    /// Sending starts again after a pause since `last_sent`: the pause does not count (`bictcp_cwnd_event`).
    pub fn starts_again(&mut self, stack: &Stack, last_sent: Time) {
        if let Algorithm::Cubic(cubic) = self
            && stack.has(Change::CubicPausesWithTheProgram)
            && let Some(epoch) = cubic.epoch
        {
            let (now, last) = (stack.jiffies(stack.now), stack.jiffies(last_sent));
            cubic.epoch = Some((epoch + (now - last)).min(now));
        }
    }

    /// Segments were acknowledged whose last took `rtt` there and back (`bictcp_acked`). `open`: nothing is known to be
    /// lost.
    pub fn measured(
        &mut self,
        stack: &Stack,
        window: &mut Window,
        acked: u32,
        rtt: Option<Time>,
        round: Round,
    ) {
        if let Algorithm::Cubic(cubic) = self {
            cubic.measured(stack, window, acked, rtt, round);
        }
    }

    /// The window grows by what was acknowledged (`tcp_reno_cong_avoid`, `bictcp_cong_avoid`).
    pub fn grow(&mut self, stack: &Stack, window: &mut Window, mut acked: u32, round: Round) {
        let by_acked = stack.has(Change::CwndGrowsByAcked);
        if window.in_slow_start() {
            if let Algorithm::Cubic(cubic) = self
                && !stack.has(Change::HystartRoundsBySample)
                && after(round.ack, cubic.end_seq)
            {
                cubic.begin_round(stack, round.snd_nxt);
            }
            let step = if stack.has(Change::SlowStartByAcked) { acked } else { 1 };
            acked = window.slow_start(step);
            if !by_acked || acked == 0 {
                return;
            }
        }
        let w = match self {
            Algorithm::Reno => window.cwnd,
            Algorithm::Cubic(cubic) => cubic.count_for(stack, window.cwnd, acked),
        };
        if by_acked {
            window.additive(w, acked);
        } else {
            window.additive_by_ack(w);
        }
    }
}

/// Where the sender stands when an ACK comes.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// What it acknowledges.
    pub ack: u32,
    /// The next byte to be sent.
    pub snd_nxt: u32,
    /// Is nothing known to be lost?
    pub open: bool,
    /// How long four large packets take at the rate of sending, a millisecond at most (`hystart_ack_delay`).
    pub ack_delay: Time,
}

impl Cubic {
    /// `bictcp_hystart_reset`
    fn begin_round(&mut self, stack: &Stack, snd_nxt: u32) {
        self.round_start = stack.now;
        self.last_ack = stack.now;
        self.end_seq = snd_nxt;
        self.curr_rtt = None;
        self.samples = 0;
    }

    fn loss_ssthresh(&mut self, cwnd: u32) -> u32 {
        self.epoch = None;
        // A flow that lost before it had its old window back leaves room to others (fast convergence).
        self.last_max_cwnd =
            if cwnd < self.last_max_cwnd { cwnd * (SCALE + BETA) / (2 * SCALE) } else { cwnd };
        self.loss_cwnd = cwnd;
        (cwnd * BETA / SCALE).max(2)
    }

    fn measured(&mut self, stack: &Stack, window: &mut Window, acked: u32, rtt: Option<Time>, round: Round) {
        if round.open && !stack.has(Change::CwndGrowsByAcked) {
            self.delayed_ack = self.delayed_ack + acked - (self.delayed_ack >> 4);
        }
        let Some(rtt) = rtt else { return };
        // A second after a loss the queue it came from may still be standing.
        if self.epoch.is_some_and(|epoch| stack.jiffies(stack.now) < epoch + stack.hz()) {
            return;
        }
        let rtt = rtt.max(Time::from_micros(1));
        if self.delay_min.is_none_or(|least| rtt < least) {
            self.delay_min = Some(rtt);
        }
        if self.found || !window.in_slow_start() {
            return;
        }
        // Also while the window is still too small to be watched.
        if stack.has(Change::HystartRoundsBySample) && after(round.ack, self.end_seq) {
            self.begin_round(stack, round.snd_nxt);
        }
        if window.cwnd >= HYSTART_LOW_WINDOW {
            self.hystart(stack, window, rtt, round);
        }
    }

    /// `hystart_update`: slow start ends when ACKs come for half a round trip without a gap, or when round trips grow.
    fn hystart(&mut self, stack: &Stack, window: &mut Window, rtt: Time, round: Round) {
        let delay_min = self.delay_min.unwrap_or(rtt);
        let exact = stack.has(Change::HystartRoundsBySample);
        if stack.now - self.last_ack <= ACK_TRAIN_GAP {
            self.last_ack = stack.now;
            let whole = if stack.has(Change::HystartAllowsForPackets) { round.ack_delay } else { Time::ZERO };
            if stack.now - self.round_start > Time((delay_min.0 + whole.0) / 2) {
                self.found = true;
            }
        }
        if self.curr_rtt.is_none_or(|least| rtt < least) && (exact || self.samples < HYSTART_SAMPLES) {
            self.curr_rtt = Some(rtt);
        }
        if self.samples < HYSTART_SAMPLES {
            self.samples += 1;
        } else {
            let (share, least) = if stack.has(Change::HystartDelayEighth) {
                (8, Time::from_millis(4))
            } else if stack.has(Change::HystartDelayFour) {
                (16, Time::from_millis(4))
            } else {
                (16, Time::from_millis(2))
            };
            let more = Time(delay_min.0 / share).clamp(least, Time::from_millis(16));
            self.found |= self.curr_rtt.is_some_and(|rtt| rtt > delay_min + more);
        }
        if self.found {
            window.ssthresh = window.cwnd;
        }
    }

    /// `bictcp_update`
    fn count_for(&mut self, stack: &Stack, cwnd: u32, acked: u32) -> u32 {
        let by_acked = stack.has(Change::CwndGrowsByAcked);
        let now = stack.jiffies(stack.now);
        self.ack_cnt += if by_acked { acked } else { 1 };
        if self.last_cwnd == cwnd && self.epoch.is_some_and(|_| now - self.last_time <= stack.hz() / 32) {
            return self.cnt.max(1);
        }
        if !(by_acked && self.epoch.is_some() && now == self.last_time) {
            self.follow_curve(stack, cwnd, acked, now);
        }
        self.be_friendly(cwnd);
        if by_acked {
            self.cnt = self.cnt.max(2);
        } else {
            self.cnt = ((self.cnt << 4) / self.delayed_ack.max(1)).max(1);
        }
        self.cnt
    }

    fn follow_curve(&mut self, stack: &Stack, cwnd: u32, acked: u32, now: u64) {
        self.last_cwnd = cwnd;
        self.last_time = now;
        let epoch = *self.epoch.get_or_insert_with(|| {
            self.ack_cnt = if stack.has(Change::CwndGrowsByAcked) { acked } else { 1 };
            self.tcp_cwnd = cwnd;
            if self.last_max_cwnd <= cwnd {
                self.k = 0;
                self.origin = cwnd;
            } else {
                self.k = (CUBE_FACTOR * u64::from(self.last_max_cwnd - cwnd)).cbrt_floor();
                self.origin = self.last_max_cwnd;
            }
            now
        });
        let ticks = now - epoch + self.delay_min.unwrap_or_default().0 / stack.jiffy().0;
        let t = (ticks << 10) / stack.hz();
        let away = t.abs_diff(self.k).min(1 << 17);
        let delta = ((CUBE_SCALE * away * away * away) >> 40) as u32;
        let target =
            if t < self.k { self.origin.saturating_sub(delta) } else { self.origin.saturating_add(delta) };
        self.cnt = if target > cwnd { cwnd / (target - cwnd) } else { 100 * cwnd };
        // Nothing is known of the path before its first loss.
        if self.last_max_cwnd == 0 && self.cnt > 20 {
            self.cnt = 20;
        }
    }

    /// Never slower than Reno would be.
    fn be_friendly(&mut self, cwnd: u32) {
        let step = ((cwnd * BETA_SCALE) >> 3).max(1);
        let steps = self.ack_cnt.saturating_sub(1) / step;
        self.ack_cnt -= steps * step;
        self.tcp_cwnd += steps;
        if self.tcp_cwnd > cwnd {
            self.cnt = self.cnt.min(cwnd / (self.tcp_cwnd - cwnd));
        }
    }
}

trait CubeRoot {
    fn cbrt_floor(self) -> u64;
}

impl CubeRoot for u64 {
    /// The greatest number whose cube is not greater.
    fn cbrt_floor(self) -> u64 {
        let (mut low, mut high) = (0, 1 << 21);
        while low < high {
            let middle = u64::midpoint(low, high + 1);
            if middle * middle * middle <= self { low = middle } else { high = middle - 1 }
        }
        low
    }
}
