//! A script line by line, for a terminal.

use super::scale::seconds;
use crate::lab::report::Report;
use crate::lab::script::{Line, Mark, Remark, RemarkKind, ScriptInfo, Unasked};
use crate::text::Lang;
use std::fmt::Write;

/// The script with a mark before each line that expects something, and below a line what is to be said of it.
pub(super) fn text(out: &mut String, report: &Report, script: &ScriptInfo, lang: Lang) {
    let mut unasked = script.unasked.iter().peekable();
    for line in &script.lines {
        self::line(out, report, line);
        while let Some(sent) = unasked.next_if(|sent| sent.after <= line.n) {
            self::unasked(out, sent, lang);
        }
    }
    unasked.for_each(|sent| self::unasked(out, sent, lang));
    out.push('\n');
}

fn line(out: &mut String, report: &Report, line: &Line) {
    let mark = match line.outcome {
        Mark::Held => '✓',
        Mark::Failed | Mark::Wrong => '✗',
        Mark::NotModelled => '?',
        Mark::NotTried => '-',
        Mark::Nothing | Mark::Done => ' ',
    };
    let _ = writeln!(out, "{mark} {:>3}  {}", line.n, line.text);
    for Remark { kind, text, why, .. } in &line.remarks {
        // What dropped a packet is told once, below the script.
        let known = |id: &u32| report.reasons.iter().any(|reason| reason.id == *id);
        match (kind, why.filter(known)) {
            (RemarkKind::Dropped, Some(id)) => _ = writeln!(out, "       x [{id}]"),
            _ => _ = writeln!(out, "       {text}"),
        }
    }
}

fn unasked(out: &mut String, sent: &Unasked, lang: Lang) {
    let (at, packet) = (seconds(sent.t_us), &sent.packet.text);
    let text = lang.pick(
        format!("sent at {at} s, and no line asks about it: > {packet}"),
        format!("{at} 秒时发出，脚本没有提到：> {packet}"),
    );
    let _ = writeln!(out, "       {text}");
}
