//! A run taken apart: which request waited for what, and for how long.

use super::scenario::{Outcome, Request};
use super::watch::{Hold, Look, Release, Rule};
use crate::tcp::seq::after;
use crate::time::Time;
use crate::world::{HostId, Packet};

/// Bytes that were held, and what they waited for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wait {
    pub(super) hold: Hold,
    pub(super) until: Time,
    pub(super) release: Release,
    /// The ACK that let them go, when it was one.
    pub(super) ack: Option<Ack>,
}

/// What made the peer acknowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The data itself.
    Data,
    /// Its delayed-ACK timer.
    Timer,
    /// A tail loss probe of the sender, which has waited for its own timer.
    LossProbe,
    /// More data, before the timer.
    MoreData,
}

/// An ACK that let held bytes go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ack {
    /// How long after the data had arrived it was sent.
    pub(super) put_off: Time,
    pub(super) cause: Cause,
    /// The ACK state of its sender when the data had arrived.
    pub(super) state: Option<Look>,
}

impl Wait {
    /// How long the bytes were held.
    pub(super) fn span(&self) -> Time {
        self.until - self.hold.at
    }

    /// How long the ACK was put off that they waited for.
    pub(super) fn put_off(&self) -> Time {
        self.ack.map_or(Time::ZERO, |ack| ack.put_off)
    }

    /// Did they wait for a timer of either end?
    pub(super) fn stalls(&self) -> bool {
        let cause = self.ack.map(|ack| ack.cause);
        matches!(cause, Some(Cause::Timer | Cause::LossProbe)) || self.release == Release::Timer
    }
}

/// A request with what it waited for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) request: Request,
    pub(super) waits: Vec<Wait>,
}

impl Asked {
    pub(super) fn stalls(&self) -> bool {
        self.waits.iter().any(Wait::stalls)
    }

    /// How long timers were waited for.
    pub(super) fn stalled_for(&self) -> Time {
        let spans = self.waits.iter().filter(|wait| wait.stalls()).map(|wait| match wait.release {
            Release::Timer => wait.span(),
            _ => wait.put_off(),
        });
        spans.fold(Time::ZERO, |sum, span| sum + span)
    }
}

/// The requests of a run, each with its waits.
pub(super) fn requests(outcome: &Outcome) -> Vec<Asked> {
    let mut asked: Vec<Asked> =
        outcome.requests.iter().map(|request| Asked { request: *request, waits: Vec::new() }).collect();
    for hold in &outcome.watch.holds {
        let Some((until, release)) = hold.until.filter(|(until, _)| *until > hold.at) else { continue };
        let ack = match release {
            Release::Ack(packet) if hold.rule == Rule::Nagle => ack(outcome, hold, packet),
            _ => None,
        };
        let at = asked.partition_point(|asked| asked.request.began <= hold.at);
        if let Some(asked) = at.checked_sub(1).and_then(|at| asked.get_mut(at)) {
            asked.waits.push(Wait { hold: *hold, until, release, ack });
        }
    }
    asked
}

/// What is known of the ACK that let held bytes go.
fn ack(outcome: &Outcome, hold: &Hold, packet: usize) -> Option<Ack> {
    let packets = &outcome.world.packets;
    let sent = packets.get(packet)?;
    // The small segment that was waited for.
    let sent_before = packets.partition_point(|packet| packet.sent_at <= hold.at);
    let waited_for = packets.get(..sent_before)?.iter().rev().find(|data| {
        data.from == hold.host && data.segment.len > 0 && data.segment.end_seq() == hold.snd_sml
    })?;
    let arrived = waited_for.arrived_at?;
    let put_off = sent.sent_at - arrived;
    let cause = match () {
        () if outcome.watch.fired.binary_search(&(sent.sent_at, sent.from)).is_ok() => Cause::Timer,
        () if put_off == Time::ZERO => Cause::Data,
        () if is_repetition(packets.get(..packet)?, hold.host, sent.sent_at) => Cause::LossProbe,
        () => Cause::MoreData,
    };
    let state = outcome.watch.ack_state(sent.from, arrived).copied();
    Some(Ack { put_off, cause, state })
}

/// Had what arrived from a host at a moment been sent before?
fn is_repetition(packets: &[Packet], from: HostId, arrived: Time) -> bool {
    let mut data = packets.iter().rev().filter(|packet| packet.from == from && packet.segment.len > 0);
    let Some(last) = data.find(|packet| packet.arrived_at == Some(arrived)) else { return false };
    data.next().is_some_and(|before| !after(last.segment.end_seq(), before.segment.end_seq()))
}

/// The sums of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) asked: u64,
    pub(super) answered: u64,
    pub(super) stalled: u64,
    /// Requests some of whose bytes waited for an ACK or for a window.
    pub(super) held: u64,
    pub(super) median: Time,
    pub(super) p99: Time,
    pub(super) worst: Time,
    /// The median of those that did not stall; zero when all did.
    pub(super) median_of_others: Time,
    pub(super) requests_per_s: u64,
    pub(super) packets: u64,
}

/// Sums a run up.
pub(super) fn sums(outcome: &Outcome, asked: &[Asked]) -> Sums {
    let sorted = |keep: &dyn Fn(&Asked) -> bool| {
        let mut times: Vec<Time> =
            asked.iter().filter(|asked| keep(asked)).filter_map(|asked| asked.request.took()).collect();
        times.sort_unstable();
        times
    };
    let times = sorted(&|_| true);
    let others = sorted(&|asked| !asked.stalls());
    let began = asked.first().map_or(Time::ZERO, |first| first.request.began);
    let ended = asked.iter().filter_map(|asked| asked.request.ended).max().unwrap_or(began);
    let answered = times.len() as u64;
    let count = |keep: &dyn Fn(&Asked) -> bool| asked.iter().filter(|asked| keep(asked)).count() as u64;
    Sums {
        asked: asked.len() as u64,
        answered,
        stalled: count(&Asked::stalls),
        held: count(&|asked| !asked.waits.is_empty()),
        median: quantile(&times, 50),
        p99: quantile(&times, 99),
        worst: times.last().copied().unwrap_or_default(),
        median_of_others: quantile(&others, 50),
        requests_per_s: answered * 1_000_000_000 / (ended - began).0.max(1),
        packets: outcome.world.packets.len() as u64,
    }
}

/// The smallest of the sorted times that so many percent do not exceed.
fn quantile(sorted: &[Time], percent: usize) -> Time {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}

/// The waits of one kind: same end, same rule, same way out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// Whose bytes.
    pub(super) host: HostId,
    pub(super) first: Wait,
    /// How long the longest of them was.
    pub(super) longest: Time,
    /// How long an ACK was put off at most.
    pub(super) put_off: Time,
    pub(super) times: u64,
}

/// The kinds of waits of a run, those that stall first.
pub(super) fn kinds(asked: &[Asked]) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    let key = |wait: &Wait| {
        let ack = wait.ack.map(|ack| ack.cause as u8);
        let timer = wait.release == Release::Timer;
        (!wait.stalls(), wait.hold.host, wait.hold.rule as u8, timer, ack)
    };
    for wait in asked.iter().flat_map(|asked| &asked.waits) {
        match kinds.iter_mut().find(|kind| key(&kind.first) == key(wait)) {
            Some(kind) => {
                kind.times += 1;
                kind.longest = kind.longest.max(wait.span());
                kind.put_off = kind.put_off.max(wait.put_off());
            }
            None => kinds.push(Kind {
                host: wait.hold.host,
                first: *wait,
                longest: wait.span(),
                put_off: wait.put_off(),
                times: 1,
            }),
        }
    }
    kinds.sort_by_key(|kind| key(&kind.first));
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_members() {
        let times: Vec<Time> = (1..=20).map(Time::from_millis).collect();
        for (count, percent, millis) in
            [(0, 50, 0), (1, 50, 1), (1, 99, 1), (2, 50, 1), (5, 50, 3), (20, 50, 10), (20, 99, 20)]
        {
            assert_eq!(
                quantile(&times[..count], percent),
                Time::from_millis(millis),
                "{percent} % of {count}"
            );
        }
    }
}
