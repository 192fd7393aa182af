//! Says what is being done, how long it took, and what came of it.

use anyhow::{Context, Result, ensure};
use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Does one piece of work under its name.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("\n==> {name}");
    let start = Instant::now();
    let result = work().with_context(|| format!("{name} failed"))?;
    println!("    {name}: {}", seconds(start.elapsed()));
    Ok(result)
}

/// Steps whose times and results are wanted together at the end.
#[derive(Default)]
pub(crate) struct Steps {
    done: String,
}

impl Steps {
    /// Does one step; what it returns stands in the summary.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Result<String>) -> Result<()> {
        let start = Instant::now();
        let result = step(name, work)?;
        writeln!(self.done, "    {name:<24} {:>12}   {result}", seconds(start.elapsed()))?;
        Ok(())
    }

    /// One line for each step.
    pub(crate) fn summary(&self) -> &str {
        &self.done
    }
}

/// Tests that were counted in the output of `cargo test`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u32,
    failed: u32,
    ignored: u32,
}

impl Count {
    /// Adds a line such as `test result: ok. 9 passed; 0 failed; 1 ignored; …`; other lines do not count.
    fn add(&mut self, line: &str) {
        let Some((_, results)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for result in results.split("; ") {
            let Some((number, what)) = result.split_once(' ') else { continue };
            let number: u32 = number.parse().unwrap_or(0);
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

/// Runs `cargo test` with these arguments, shows its output as it comes, and returns the sum of its results.
pub(crate) fn cargo_test(args: &[&str], env: &[(&str, &std::ffi::OsStr)]) -> Result<String> {
    println!("$ cargo test {}", args.join(" "));
    let mut child = Command::new("cargo")
        .arg("test")
        .args(args)
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let mut count = Count::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            println!("{line}");
            count.add(&line);
        }
    }
    let result = format!("{} passed; {} failed; {} ignored", count.passed, count.failed, count.ignored);
    ensure!(child.wait()?.success() && count.failed == 0, "{result}");
    ensure!(count.passed > 0, "no test was run");
    Ok(result)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_add_up() {
        let mut count = Count::default();
        count.add("running 9 tests");
        count.add(
            "test result: ok. 9 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        );
        count.add(
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1s",
        );
        assert_eq!(count, Count { passed: 12, failed: 2, ignored: 1 });
    }
}
