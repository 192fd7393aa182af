//! Numbers as readers see them.

/// A time in picoseconds with three digits that count: `1.60 ns`, `81.6 ns`, `1.07 ms`.
pub(super) fn time(ps: u64) -> String {
    for (unit, size) in [("s", 1_000_000_000_000), ("ms", 1_000_000_000), ("µs", 1_000_000), ("ns", 1_000)] {
        if ps >= size {
            return format!("{} {unit}", three(ps, size));
        }
    }
    format!("0.{ps:03} ns")
}

/// `value / unit`, at least 1, with three digits that count, rounded.
fn three(value: u64, unit: u64) -> String {
    let (parts, places) = match value / unit {
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

/// `32 KiB`, `1 MiB`, `35.75 MiB`.
pub(super) fn bytes(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => with_hundredths(bytes, 1 << 10, "KiB"),
        1_048_576..1_073_741_824 => with_hundredths(bytes, 1 << 20, "MiB"),
        _ => with_hundredths(bytes, 1 << 30, "GiB"),
    }
}

fn with_hundredths(bytes: u64, unit: u64, name: &str) -> String {
    let text = format!("{}.{:02}", bytes / unit, bytes % unit * 100 / unit);
    format!("{} {name}", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Millionths as percent: `12.5`.
pub(super) fn percent(millionths: u64) -> String {
    format!("{}.{}", millionths / 10_000, millionths / 1_000 % 10)
}

/// Tenths as a number.
pub(super) fn tenths(n: u64) -> String {
    format!("{}.{}", n / 10, n % 10)
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
