//! The script in the report: each line with what came of it.

use super::settings;
use crate::lab::Params;
use crate::lab::report::Report;
use crate::lab::script::{Line, Mark, Remark, RemarkKind, ScriptInfo, Sent, Unasked};
use crate::packet::{Failure, Outcome, Status, Step};
use crate::script::ast::{Action, Event, NotModelled};
use crate::script::{Packet, ScriptError, parse_with};
use crate::text::Lang;

/// The lines of a script that cannot be read.
pub(super) fn unreadable(source: &str, errors: &[ScriptError], lang: Lang) -> ScriptInfo {
    let mut lines = blank(source);
    for error in errors {
        let text = error.message(lang);
        let remark = Remark { kind: RemarkKind::Wrong, text, col: Some(error.at.col), why: None };
        // An error at the end of the script may lie behind its last line.
        let at = (error.at.line as usize).clamp(1, lines.len()) - 1;
        lines[at].outcome = Mark::Wrong;
        lines[at].remarks.push(remark);
    }
    ScriptInfo { lines, unasked: Vec::new() }
}

/// The lines of a script that was run, of which `report` has the packets and the reasons.
pub(super) fn lines(
    params: &Params,
    outcome: &Outcome,
    asked: Asked,
    report: &Report,
    lang: Lang,
) -> ScriptInfo {
    let source = params.text("script");
    let reader = Reader { outcome, report, lang, asked };
    let mut lines = blank(source);
    let mut state = None;
    for (index, step) in outcome.steps.iter().enumerate() {
        let Some(line) = lines.get_mut((step.at.line as usize).saturating_sub(1)) else { continue };
        reader.tell(line, index, step);
        if step.time.is_some() && step.state != state {
            state = step.state;
            line.state = state.or(Some("CLOSED"));
        }
    }
    for note in outcome.notes.iter().filter(|note| !settings::is_about(note, params)) {
        let Some(line) = lines.get_mut((note.at.line as usize).saturating_sub(1)) else { continue };
        if note.matters {
            line.outcome = line.outcome.max(Mark::NotModelled);
        }
        line.remarks.push(beyond(note, lang));
    }
    ScriptInfo { lines, unasked: reader.unasked() }
}

fn blank(source: &str) -> Vec<Line> {
    let source = source.strip_suffix('\n').unwrap_or(source);
    let line = |(text, n): (&str, u32)| Line {
        n,
        text: text.to_string(),
        outcome: Mark::Nothing,
        t_us: None,
        expected: String::new(),
        instead: String::new(),
        packets: Vec::new(),
        state: None,
        remarks: Vec::new(),
    };
    source.split('\n').zip(1..).map(line).collect()
}

/// Of each step the packet that it lets arrive or expects.
pub(super) struct Asked(Vec<Option<Packet>>);

impl Asked {
    pub(super) fn new(source: &str, defines: &[(&str, &str)]) -> Asked {
        let events = parse_with(source, defines).map(|script| script.events).unwrap_or_default();
        let packet = |event: Event| match event.action {
            Action::Inject(packet) | Action::Expect(packet) => Some(packet),
            _ => None,
        };
        Asked(events.into_iter().map(packet).collect())
    }

    fn packet(&self, step: usize) -> Option<&Packet> {
        self.0.get(step)?.as_ref()
    }

    /// What happened instead, as the script would write it: of a packet no more than the script asks about.
    fn instead(&self, step: usize, failure: &Failure) -> String {
        let (Failure::OtherSent { sent, .. }, Some(asked)) = (failure, self.packet(step)) else {
            return failure.instead();
        };
        let sent = Packet {
            ends: asked.ends,
            win: sent.win.filter(|_| asked.win.is_some()),
            options: sent.options.clone().filter(|_| asked.options.is_some()),
            ..sent.clone()
        };
        format!("> {sent}")
    }

    /// The first step that does not hold: its line, how it failed, and what happened instead.
    pub(super) fn first_failure<'a>(&self, outcome: &'a Outcome) -> Option<(u32, &'a Failure, String)> {
        let mut steps = outcome.steps.iter().enumerate();
        steps.find_map(|(index, step)| {
            let failure = step.failure()?;
            Some((step.at.line, failure, self.instead(index, failure)))
        })
    }
}

fn beyond(note: &NotModelled, lang: Lang) -> Remark {
    let text = note.message(lang);
    Remark { kind: RemarkKind::NotModelled, text, col: Some(note.at.col), why: None }
}

struct Reader<'a> {
    outcome: &'a Outcome,
    report: &'a Report,
    lang: Lang,
    asked: Asked,
}

impl Reader<'_> {
    /// Adds to a line what came of a step on it.
    fn tell(&self, line: &mut Line, index: usize, step: &Step) {
        line.outcome = line.outcome.max(mark(step));
        line.t_us = line.t_us.or(step.time.map(|time| time.micros()));
        if line.expected.is_empty() {
            line.expected.clone_from(&step.expected);
        }
        let inbound = self.asked.packet(index).cloned();
        let inbound = inbound.map(|packet| Packet { ends: None, ..packet }.to_string()).unwrap_or_default();
        line.packets.extend(step.packets.iter().filter_map(|&packet| self.sent(packet, &inbound)));
        let mut remark = |kind, text, why| line.remarks.push(Remark { kind, text, col: None, why });
        if let Some(failure) = step.failure() {
            let why = failure.dropped().and_then(|(pos, _)| {
                let dropped = self.outcome.steps.iter().find(|step| step.at == *pos)?;
                self.why(dropped)
            });
            remark(RemarkKind::Failure, failure.message(self.lang), why);
            if line.instead.is_empty() {
                line.instead = self.asked.instead(index, failure);
            }
        }
        if let Some(why) = &step.why {
            line.remarks.push(Remark {
                kind: RemarkKind::Dropped,
                text: why.text(self.lang),
                col: None,
                why: self.why(step),
            });
        }
        line.remarks.extend(step.notes.iter().map(|note| beyond(note, self.lang)));
        let printed = step.printed.iter();
        line.remarks.extend(printed.map(|text| Remark {
            kind: RemarkKind::Printed,
            text: text.clone(),
            col: None,
            why: None,
        }));
    }

    /// A packet of the run. Events are numbered in the order of the packets: this lab has no other events.
    fn sent(&self, packet: usize, inbound: &str) -> Option<Sent> {
        let event = u32::try_from(packet).ok()? + 1;
        match self.outcome.written.get(packet)? {
            Some(written) => Some(Sent { event, inbound: false, text: written.to_string() }),
            None => Some(Sent { event, inbound: true, text: inbound.to_string() }),
        }
    }

    /// The reason for which the packet of a step was dropped.
    fn why(&self, step: &Step) -> Option<u32> {
        let event = self.report.events.get(*step.packets.first()?)?;
        event.packet.as_ref()?.why
    }

    /// The packets that no step has taken.
    fn unasked(&self) -> Vec<Unasked> {
        let mut taken = vec![false; self.outcome.packets.len()];
        for packet in self.outcome.steps.iter().flat_map(|step| &step.packets) {
            if let Some(taken) = taken.get_mut(*packet) {
                *taken = true;
            }
        }
        let left = (0..taken.len()).filter(|&packet| !taken[packet]);
        let unasked = left.filter_map(|packet| {
            let at = self.outcome.packets.get(packet)?.sent_at;
            let before = |step: &&Step| step.time.is_some_and(|time| time <= at);
            let after = self.outcome.steps.iter().rfind(before).map_or(0, |step| step.at.line);
            Some(Unasked { after, t_us: at.micros(), packet: self.sent(packet, "")? })
        });
        unasked.collect()
    }
}

fn mark(step: &Step) -> Mark {
    match step.status {
        Status::Failed(_) => Mark::Failed,
        _ if step.beyond_model() => Mark::NotModelled,
        Status::NotTried if !step.notes.is_empty() => Mark::NotModelled,
        Status::NotTried => Mark::NotTried,
        Status::Held if step.expected.is_empty() => Mark::Done,
        Status::Held => Mark::Held,
    }
}
