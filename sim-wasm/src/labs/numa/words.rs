//! Numbers as readers see them.

use super::shares::WHOLE;
use crate::text::Lang;

/// `119,326`.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + 6);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Nanoseconds with one decimal, without the unit.
pub(super) fn ns(ps: u64) -> String {
    tenth((ps + 50) / 100)
}

/// GB with one decimal, without the unit.
pub(super) fn gb(mb: u64) -> String {
    tenth((mb * 10 + 512) / 1024)
}

/// GB/s with one decimal, without the unit.
pub(super) fn gb_s(kb_s: u64) -> String {
    tenth((kb_s + 50_000) / 100_000)
}

/// A number that counts tenths.
pub(super) fn tenth(tenths: u64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A number that counts thousandths, with two decimals.
pub(super) fn hundredth(thousandths: u64) -> String {
    let hundredths = (thousandths + 5) / 10;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A time in the unit that fits it.
pub(super) fn span(ps: u64) -> String {
    match ps {
        0..1_000_000 => format!("{} ns", ns(ps)),
        1_000_000..1_000_000_000 => format!("{} µs", tenth((ps + 50_000) / 100_000)),
        _ => format!("{} ms", tenth((ps + 50_000_000) / 100_000_000)),
    }
}

/// Percent of a whole.
pub(super) fn percent(part: u64, whole: u64) -> u64 {
    part.saturating_mul(200).checked_div(whole).unwrap_or(0).div_ceil(2)
}

/// Percent of millionths.
pub(super) fn percent_of(millionths: u64) -> u64 {
    percent(millionths, WHOLE)
}

/// `node 0`.
pub(super) fn node(node: usize, lang: Lang) -> String {
    lang.pick(format!("node {node}"), format!("节点 {node}"))
}
