//! A script with what came of each of its lines, for a terminal.

use super::{table, text as report_text};
use crate::lab::Report;
use crate::lab::report::ScriptLine;
use crate::text::Lang;
use std::fmt::Write;

/// What stands before a line of the script.
fn mark(lines: &[&ScriptLine]) -> char {
    let any = |status| lines.iter().any(|line| line.status == status);
    match () {
        () if any("failed") => '✗',
        () if any("not_modelled") => '?',
        () if lines.iter().any(|line| line.status == "held" && !line.expected.is_empty()) => '✓',
        () => ' ',
    }
}

/// The script with a mark before each line that expects something, and below a line what is to be said of it; then how it
/// went, why packets were dropped, and what tools show at the end.
pub(super) fn text(source: &str, report: &Report, lang: Lang) -> String {
    let mut out = String::new();
    for (line, number) in source.lines().zip(1u32..) {
        let here: Vec<&ScriptLine> = report.script.iter().filter(|known| known.line == number).collect();
        let _ = writeln!(out, "{} {number:>3}  {line}", mark(&here));
        for remark in here.iter().flat_map(|line| &line.remarks) {
            let _ = writeln!(out, "       {remark}");
        }
    }
    let _ = writeln!(out, "\n{}", report.verdict.text);
    report_text::reasons(&mut out, report, lang);
    table::write(&mut out, report, lang);
    out
}
