//! Numbers as readers see them.

/// A time in picoseconds with three digits that count: `43.2 ns`, `7.00 µs`, `1.22 ms`.
pub(super) fn time(ps: u64) -> String {
    for (unit, size) in [("s", 1_000_000_000_000), ("ms", 1_000_000_000), ("µs", 1_000_000), ("ns", 1_000)] {
        if ps >= size {
            return format!("{} {unit}", three(ps, size));
        }
    }
    if ps == 0 { "0 ns".to_string() } else { format!("0.{ps:03} ns") }
}

/// `value / unit`, at least 1, with three digits that count, rounded.
fn three(value: u64, unit: u64) -> String {
    let whole = value / unit;
    let (parts, places) = match whole {
        0..10 => (100, 2),
        10..100 => (10, 1),
        _ => (1, 0),
    };
    let scaled = (value + unit / parts / 2) / (unit / parts);
    match places {
        0 => scaled.to_string(),
        _ => format!("{}.{:0places$}", scaled / parts, scaled % parts),
    }
}

/// A number with thousands apart: `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Thousandths as a number with some decimals, cut off: `0.071`, `99.3`.
pub(super) fn decimals(thousandths: u64, places: usize) -> String {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    text[..text.len() - 3 + places.min(3)].trim_end_matches('.').to_string()
}

/// Cycles in hundredths: `140`, `35.6`, `0.25`.
pub(super) fn cycles(hundredths: u64) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}
