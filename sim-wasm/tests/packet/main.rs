//! Packet scripts, run on the kernels that their first lines name: what they say holds there, and nowhere else.
//!
//! A script is a file `*.pkt` in one of the folders. Its comment lines at the top say where it holds:
//!
//!     // passes: 2.6.32 3.10 el7 4.11 6.18
//!     // fails: 3.0
//!
//! A version may be a range: `2.6.32..3.5`, `4.10..`; both ends belong to it, and of the kernels in [`KERNELS`] those in it
//! are tried. Where a script fails, the line of the first expectation that does not hold may stand behind the version:
//! `3.0@12`.
//!
//!     // measured: 6.18
//!     // differs: 4.11
//!
//! `measured` names kernels on which the packets were seen: the live 6.18.44, through a TUN device, or one of the booted
//! old ones. What the other versions do follows from the kernel's sources. `differs` names kernels that do what the script
//! says while the model does not yet; once it does, `UPDATE_EXPECT=1` moves them to `passes`.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod messages;
mod random;

use sim_wasm::kernel::KernelVersion;
use sim_wasm::labs::packet::LAB;
use sim_wasm::packet::{self, Options, Verdict};
use sim_wasm::text::Lang;
use sim_wasm::view;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// The kernels that a range stands for, the oldest first; `el7` belongs to no range.
const KERNELS: &[&str] = &[
    "2.6.32", "3.0", "3.4", "3.5", "3.6", "3.10", "3.18", "4.3", "4.4", "4.9", "4.10", "4.11", "4.12",
    "4.14", "4.19", "5.4", "5.10", "5.15", "6.1", "6.6", "6.12", "6.18",
];

fn scripts(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            scripts(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "pkt") {
            found.push(path);
        }
    }
}

/// The versions that a head line names, each with the line behind its `@`.
fn versions(head: &str) -> Vec<(String, Option<u32>)> {
    let mut all = Vec::new();
    for word in head.split_whitespace() {
        let (word, line) = match word.split_once('@') {
            Some((word, line)) => (word, Some(line.parse().unwrap())),
            None => (word, None),
        };
        match word.split_once("..") {
            None => all.push((word.to_string(), line)),
            Some((first, last)) => {
                let place = |version: &str| {
                    let found = KERNELS.iter().position(|known| *known == version);
                    found.unwrap_or_else(|| panic!("{version} is no end of a range: add it to KERNELS"))
                };
                let last = if last.is_empty() { KERNELS.len() - 1 } else { place(last) };
                all.extend(KERNELS[place(first)..=last].iter().map(|version| (version.to_string(), line)));
            }
        }
    }
    all
}

fn head(source: &str, name: &str) -> Vec<(String, Option<u32>)> {
    let lines = source.lines().take_while(|line| line.starts_with("//"));
    lines.filter_map(|line| line.strip_prefix("// ")?.strip_prefix(name)).flat_map(versions).collect()
}

/// The script with some kernels moved from `differs` to `passes`. Lines that `fails` names move with the heads.
fn with_moved(source: &str, moved: &[String]) -> String {
    let written = |name: &str| -> Vec<String> {
        let lines = source.lines().filter_map(|line| line.strip_prefix("// ")?.strip_prefix(name));
        lines.flat_map(str::split_whitespace).map(str::to_string).collect()
    };
    let (mut passes, fails) = (written("passes:"), written("fails:"));
    passes.extend(moved.iter().cloned());
    let left: Vec<String> = head(source, "differs:").into_iter().map(|(version, _)| version).collect();
    let left: Vec<String> = left.into_iter().filter(|version| !moved.contains(version)).collect();
    let of_heads = ["// passes:", "// fails:", "// differs:"];
    let is_head = |line: &str| of_heads.iter().any(|head| line.starts_with(head));
    let before = source.lines().filter(|line| is_head(line)).count() as u32;
    let after = [&passes, &fails, &left].iter().filter(|list| !list.is_empty()).count() as u32;
    let fails: Vec<String> = fails
        .into_iter()
        .map(|word| match word.split_once('@') {
            Some((version, line)) => format!("{version}@{}", line.parse::<u32>().unwrap() + after - before),
            None => word,
        })
        .collect();
    let mut text = String::new();
    for (name, list) in [("passes", &passes), ("fails", &fails), ("differs", &left)] {
        if !list.is_empty() {
            let _ = writeln!(text, "// {name}: {}", list.join(" "));
        }
    }
    source.lines().filter(|line| !is_head(line)).fold(text, |text, line| text + line + "\n")
}

/// The script with what came of each line.
fn told(source: &str, kernel: &str) -> String {
    let params = LAB.params(None, [("kernel", kernel), ("script", source)]).unwrap();
    view::text(&params.run(Lang::En), Lang::En)
}

#[test]
fn every_script_holds_where_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packet");
    let mut files = Vec::new();
    scripts(&folder, &mut files);
    let only = std::env::var("SCRIPT").unwrap_or_default();
    let mut wrong = String::new();
    let mut runs = 0;
    for file in files.iter().filter(|file| file.to_string_lossy().contains(&only)) {
        let name = file.strip_prefix(&folder).unwrap().display();
        let source = fs::read_to_string(file).unwrap();
        let passes = head(&source, "passes:");
        let fails = head(&source, "fails:");
        let differs = head(&source, "differs:");
        assert!(!passes.is_empty() || !differs.is_empty(), "{name}: `// passes:` is missing");
        for (version, _) in head(&source, "measured:") {
            let known = [&passes, &fails, &differs].into_iter().flatten().any(|(known, _)| *known == version);
            assert!(known, "{name}: measured on {version}, and no word of what it does");
        }
        let mut holds_now = Vec::new();
        let expected = [(&passes, "pass"), (&fails, "fail"), (&differs, "differ")];
        let expected = expected.iter().flat_map(|(list, what)| list.iter().map(move |entry| (entry, *what)));
        for ((version, line), what) in expected {
            let kernel =
                KernelVersion::parse(version).unwrap_or_else(|_| panic!("{name}: no kernel {version}"));
            let outcome = packet::run(&source, &Options::new(kernel))
                .unwrap_or_else(|errors| panic!("{name}:{}: {}", errors[0].at, errors[0].message(Lang::En)));
            runs += 1;
            let first = outcome.first_failure().map(|(step, _)| step.at.line);
            let right = match (outcome.verdict(), what) {
                (Verdict::Passed, "pass") | (Verdict::NotModelled, "differ") => true,
                (Verdict::Failed, "fail" | "differ") => line.is_none_or(|line| first == Some(line)),
                _ => false,
            };
            if outcome.verdict() == Verdict::Passed && what == "differ" {
                holds_now.push(version.clone());
            }
            if !right {
                let text = told(&source, version);
                let _ = writeln!(wrong, "--- {name} on {version} should {what}\n{text}");
            }
        }
        if !holds_now.is_empty() && std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(file, with_moved(&source, &holds_now)).unwrap();
        }
    }
    assert!(runs > 0);
    assert!(wrong.is_empty(), "\n{wrong}");
}
