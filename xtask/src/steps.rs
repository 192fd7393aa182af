//! Says what is being done and how long it took.

use anyhow::{Context, Result};
use std::time::{Duration, Instant};

/// Does one piece of work under its name.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("\n==> {name}");
    let start = Instant::now();
    let result = work().with_context(|| format!("{name} failed"));
    println!("    {name}: {}", seconds(start.elapsed()));
    result
}

/// A duration as a person reads it: `0.4 s`, `3 min 20 s`.
pub(crate) fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        long => format!("{} min {} s", long / 60, long % 60),
    }
}

/// A size as a person reads it.
pub(crate) fn kilobytes(bytes: usize) -> String {
    format!("{:.1} KB", bytes as f64 / 1000.0)
}
