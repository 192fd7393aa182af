//! What came of a script, as a report: packets between the peer and the kernel, what each line came to, counters, sockets.

use crate::lab::Report;
use crate::lab::report::{Mood, ScriptLine, Table, Verdict};
use crate::lab::trace::{self, Findings, Head, Machine, Name, Trace};
use crate::packet::{self, Outcome, Status, Step};
use crate::tcp::shown;
use crate::text::Lang;

/// The lab's id.
pub const ID: &str = "packet";
/// Counts up when the same script would give another report.
pub const MODEL: u32 = 1;

/// The report of a run. `params` are what it was given.
pub fn report(outcome: &Outcome, params: Vec<(&'static str, String)>, lang: Lang) -> Report {
    let name = |id: &str, text: &str| Name { id: id.to_string(), text: text.to_string() };
    let host = &outcome.host;
    let machines = vec![
        Machine {
            name: name("peer", lang.pick("the script's peer", "脚本扮演的对端")),
            addr: outcome.peer,
            host: None,
        },
        Machine { name: name("host", lang.pick("kernel", "内核")), addr: host.addr(), host: Some(host) },
    ];
    let mut trace = Trace::of(machines, &outcome.packets, lang);
    for step in outcome.steps.iter().filter(|step| step.is_call) {
        if let Some(at) = step.time {
            trace.state_between(at, step.sent_before, 1, step.text.clone());
        }
    }
    let (all, held) = outcome.expectations();
    let verdict = outcome.verdict();
    let ended = outcome.ended_at;
    let sockets = Table::output("ss", "ss -tano", shown::ss(&host.shown(ended)));
    let findings = Findings {
        verdict: Verdict {
            code: verdict.word(),
            mood: match verdict {
                packet::Verdict::Passed => Mood::Good,
                packet::Verdict::Failed => Mood::Bad,
                packet::Verdict::NotModelled => Mood::Neutral,
            },
            text: outcome.sentence(lang),
        },
        totals: vec![("expectations", all as u64), ("held", held as u64)],
        series: Vec::new(),
        charts: Vec::new(),
        tables: unasked(outcome, lang).into_iter().chain([trace::netstat(host), sockets]).collect(),
    };
    let mut report = trace.report_as(Head { lab: ID, model: MODEL, params, seed: 1 }, findings);
    report.script = lines(outcome, lang);
    report
}

/// What came of each event, and what the rest of the script asks for and the model has not.
fn lines(outcome: &Outcome, lang: Lang) -> Vec<ScriptLine> {
    let notes = outcome.notes.iter().map(|note| ScriptLine {
        line: note.at.line,
        col: note.at.col,
        status: "not_modelled",
        remarks: vec![note.message(lang)],
        ..ScriptLine::default()
    });
    let mut lines: Vec<ScriptLine> = notes.chain(outcome.steps.iter().map(|step| line(step, lang))).collect();
    lines.sort_by_key(|line| (line.line, line.col));
    lines
}

fn line(step: &Step, lang: Lang) -> ScriptLine {
    let failure = step.failure();
    let status = match &step.status {
        Status::Failed(_) => "failed",
        _ if step.beyond_model() => "not_modelled",
        Status::Held => "held",
        Status::NotTried => "not_tried",
    };
    let mut remarks = step.printed.clone();
    remarks.extend(step.notes.iter().map(|note| note.message(lang)));
    remarks.extend(failure.map(|failure| failure.message(lang)));
    ScriptLine {
        line: step.at.line,
        col: step.at.col,
        t_us: step.time.map(crate::time::Time::micros),
        status,
        expected: if step.expects { step.text.clone() } else { String::new() },
        code: failure.map_or("", packet::Failure::code),
        instead: failure.map(packet::Failure::instead).unwrap_or_default(),
        remarks,
    }
}

/// What the host sent and no line asks about.
fn unasked(outcome: &Outcome, lang: Lang) -> Option<Table> {
    let columns = [lang.pick("seconds", "秒"), lang.pick("packet", "报文")].map(str::to_string);
    let rows = outcome.unasked.iter().map(|(at, packet)| vec![packet::seconds(*at), format!("> {packet}")]);
    let rows: Vec<Vec<String>> = rows.collect();
    let title = lang.pick("Sent, and no line asks about it", "发出了，但脚本没有提到");
    (!rows.is_empty()).then(|| Table::cells("unasked", title, columns.to_vec(), rows))
}
