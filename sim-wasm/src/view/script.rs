//! A script with what came of each of its lines, for a terminal.

use crate::packet::{Outcome, Status, Step};
use crate::text::Lang;
use std::fmt::Write;

/// What stands before a line.
fn mark(steps: &[&Step]) -> char {
    if steps.iter().any(|step| step.failure().is_some()) {
        '✗'
    } else if steps.iter().any(|step| step.beyond_model()) {
        '?'
    } else if steps.iter().any(|step| matches!(step.status, Status::Held) && !step.expected.is_empty()) {
        '✓'
    } else {
        ' '
    }
}

/// The script with a mark before each line that expects something, below a line what is to be said of it, and at the end
/// how it went and what changed.
pub(super) fn text(source: &str, outcome: &Outcome, lang: Lang) -> String {
    let mut out = String::new();
    for (line, number) in source.lines().zip(1u32..) {
        let steps: Vec<&Step> = outcome.steps.iter().filter(|step| step.at.line == number).collect();
        let _ = writeln!(out, "{} {number:>3}  {line}", mark(&steps));
        for step in steps {
            remarks(&mut out, step, lang);
        }
    }
    out.push('\n');
    for note in &outcome.notes {
        let _ = writeln!(out, "{}: {}", note.at.line, note.message(lang));
    }
    for (at, packet) in &outcome.unasked {
        let at = at.micros();
        let (secs, micros) = (at / 1_000_000, at % 1_000_000);
        let _ = writeln!(
            out,
            "{}",
            lang.pick(
                format!("At {secs}.{micros:06} s the model sent what no line asks about: > {packet}"),
                format!("{secs}.{micros:06} 秒时模型发出了脚本没有提到的报文：> {packet}"),
            )
        );
    }
    let _ = writeln!(out, "{}", outcome.sentence(lang));
    out
}

fn remarks(out: &mut String, step: &Step, lang: Lang) {
    let mut say = |text: &str| {
        let _ = writeln!(out, "       {text}");
    };
    for printed in &step.printed {
        say(printed);
    }
    for note in &step.notes {
        say(&note.message(lang));
    }
    if let Some(failure) = step.failure() {
        say(&failure.message(lang));
    }
}
