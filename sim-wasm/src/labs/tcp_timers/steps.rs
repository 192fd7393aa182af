//! The wait taken apart: what was sent or changed, and how long the caller then waited.

use super::scenario::{CLIENT, End, Outcome};
use crate::tcp::ShownTimer;
use crate::text::Lang;
use crate::time::Time;
use crate::world::Packet;

/// Something from which on the caller waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) at: Time,
    pub(super) what: What,
    /// When the next step, or the end, came; none when nothing comes.
    pub(super) until: Option<Time>,
    /// The timer that ran, as it was at the end of the step.
    pub(super) timer: Option<ShownTimer>,
    /// When that timer was due.
    pub(super) due: Option<Time>,
}

impl Step {
    /// How long the caller waited.
    pub(super) fn waited(&self) -> Option<Time> {
        self.until.map(|until| until - self.at)
    }

    /// How late the kernel ran the timer.
    pub(super) fn late(&self) -> Time {
        self.until.zip(self.due).map_or(Time::ZERO, |(until, due)| until - due)
    }

    /// A moment at which somebody may look at it: the middle, or a minute into a wait without an end.
    pub(super) fn middle(&self) -> Time {
        self.at + self.waited().map_or(Time::from_secs(60), |waited| Time(waited.0 / 2))
    }
}

/// What happened at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The caller sent something, for the how manieth time.
    Sent(Kind, u32),
    /// `ss` shows another state.
    State(&'static str),
    /// The wait began without anything being sent.
    Began,
}

/// What the caller sends while it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Syn,
    Data,
    /// The tail loss probe: the same again, and not counted.
    LossProbe,
    Fin,
    /// Of an idle peer, or of a closed window.
    Probe,
}

impl Kind {
    /// Every kind, in the order of a legend.
    pub(super) const ALL: [Kind; 5] = [Kind::Syn, Kind::Data, Kind::LossProbe, Kind::Fin, Kind::Probe];

    /// Stable name of its marks.
    pub(super) fn id(self) -> &'static str {
        match self {
            Kind::Syn => "syn",
            Kind::Data => "data",
            Kind::LossProbe => "loss-probe",
            Kind::Fin => "fin",
            Kind::Probe => "probe",
        }
    }

    /// As a legend has it.
    pub(super) fn word(self, lang: Lang) -> &'static str {
        match self {
            Kind::Syn => "SYN",
            Kind::Data => lang.pick("data", "数据"),
            Kind::LossProbe => lang.pick("tail loss probe", "尾部丢失探测"),
            Kind::Fin => "FIN",
            Kind::Probe => lang.pick("probe", "探测"),
        }
    }
}

/// The steps of a wait, in the order of time.
pub(super) fn steps(outcome: &Outcome) -> Vec<Step> {
    let mut found = sent(outcome);
    for (at, state) in states(outcome) {
        if found.iter().all(|(sent_at, _)| *sent_at != at) {
            found.push((at, What::State(state)));
        }
    }
    if found.iter().all(|(at, _)| *at > outcome.began) {
        found.push((outcome.began, What::Began));
    }
    found.sort_by_key(|(at, _)| *at);
    let last = outcome.waited().map(|_| outcome.ended);
    let ends = found.iter().skip(1).map(|(at, _)| Some(*at)).chain([last]).collect::<Vec<_>>();
    let step = |((at, what), until): ((Time, What), Option<Time>)| {
        // A probe that is answered has its timer armed again.
        let before_next = until.map_or(Time(u64::MAX), |until| Time(until.0.saturating_sub(1)));
        let look = outcome.look(CLIENT, before_next.max(at));
        let timer = look.and_then(|look| look.line.as_ref()).and_then(|line| line.timer);
        Step { at, what, until, timer, due: look.and_then(|look| look.due()) }
    };
    found.into_iter().zip(ends).map(step).collect()
}

/// What the caller sent from the beginning of the wait on.
fn sent(outcome: &Outcome) -> Vec<(Time, What)> {
    let mut counts = [0; Kind::ALL.len()];
    let mut found = Vec::new();
    for packet in &outcome.world.packets {
        let in_time =
            packet.sent_at >= outcome.began && (packet.sent_at < outcome.ended || outcome.waited().is_none());
        if packet.from != CLIENT || !in_time || packet.segment.flags.rst() {
            continue;
        }
        let Some(kind) = kind(outcome, packet, counts[Kind::Data as usize] + counts[Kind::Fin as usize] > 0)
        else {
            continue;
        };
        counts[kind as usize] += 1;
        found.push((packet.sent_at, What::Sent(kind, counts[kind as usize])));
    }
    found
}

fn kind(outcome: &Outcome, packet: &Packet, again: bool) -> Option<Kind> {
    let flags = packet.segment.flags;
    let retransmits = || {
        let line = outcome.look(CLIENT, packet.sent_at).and_then(|look| look.line.as_ref());
        line.and_then(|line| line.timer).map_or(0, |timer| timer.retransmits)
    };
    if flags.syn() {
        Some(Kind::Syn)
    } else if again && (flags.fin() || packet.segment.len > 0) && retransmits() == 0 {
        Some(Kind::LossProbe)
    } else if flags.fin() {
        Some(Kind::Fin)
    } else if packet.segment.len > 0 {
        Some(Kind::Data)
    } else {
        // The last ACK of the handshake leaves when the wait of an idle caller begins.
        (packet.sent_at > outcome.began).then_some(Kind::Probe)
    }
}

/// When the state or the kind of timer changed during the wait.
fn states(outcome: &Outcome) -> Vec<(Time, &'static str)> {
    let mut found = Vec::new();
    let mut last = None;
    for look in outcome.looks.first().into_iter().flatten() {
        let Some(line) = &look.line else { continue };
        let now = (line.state, line.timer.map(|timer| timer.name));
        let during = look.at > outcome.began && look.at < outcome.ended && outcome.end != End::Never;
        if during && last.is_some_and(|last| last != now) {
            found.push((look.at, line.state));
        }
        last = Some(now);
    }
    found
}
