//! How long a search takes in ten thousand pages of both languages, and what the index costs.

use super::server::{self, Folder, Server, call};
use super::vocabulary::{Chance, Vocabulary};
use anyhow::{Result, ensure};
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

const PAGES: usize = 10_000;
const QUERIES: usize = 2_000;
const SEED: u64 = 20_261_130;
/// Longer than this nobody waits for an index.
const PATIENCE: Duration = Duration::from_secs(120);

/// Makes the pages, starts a server on them, and searches.
pub(super) fn run() -> Result<()> {
    let folder = Folder::new()?;
    let mut chance = Chance::new(SEED);
    let vocabulary = Vocabulary::new(&mut chance);
    for page in 0..PAGES {
        let chinese = page % 2 == 1;
        let lang = if chinese { "zh" } else { "en" };
        let inside = folder.0.join("content").join(format!("folder-{:02}", page / 2 % 50));
        fs::create_dir_all(&inside)?;
        fs::write(
            inside.join(format!("page-{}.{lang}.md", page / 2)),
            vocabulary.page(&mut chance, chinese),
        )?;
    }
    let indexed = Command::new(server::program()).arg("reindex").current_dir(&folder.0).output()?;
    ensure!(indexed.status.success(), "{}", String::from_utf8_lossy(&indexed.stderr));
    println!("    index: {}", String::from_utf8_lossy(&indexed.stdout).trim());
    let start = Instant::now();
    let server = Server::start(&folder.0, &[])?;
    println!("    start: {:.1} s, resident: {}", start.elapsed().as_secs_f64(), server.resident()?);
    let ask = |query: &str| -> Result<(u16, String)> {
        let query: String = query.bytes().map(|byte| format!("%{byte:02x}")).collect();
        call(server.address, "", "GET", &format!("/api/v1/search?q={query}"), "")
    };
    while ask("x")?.0 != 200 {
        ensure!(start.elapsed() < PATIENCE, "the index is not built after {PATIENCE:?}");
    }
    println!(
        "    all pages can be searched after {:.1} s, resident: {}",
        start.elapsed().as_secs_f64(),
        server.resident()?
    );
    let (mut times, mut found) = (Vec::with_capacity(QUERIES), 0);
    for _ in 0..QUERIES {
        let query = vocabulary.query(&mut chance);
        let since = Instant::now();
        let (status, answer) = ask(&query)?;
        times.push((since.elapsed(), query));
        ensure!(status == 200, "{status} {answer}");
        found += usize::from(!answer.contains("\"total\":0"));
    }
    times.sort();
    let at = |share: usize| times[(QUERIES - 1) * share / 100].0.as_secs_f64() * 1e3;
    println!(
        "    {QUERIES} searches, {found} with results: p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, longest {:.1} ms ({}), resident: {}",
        at(50),
        at(95),
        at(99),
        at(100),
        times[QUERIES - 1].1,
        server.resident()?
    );
    Ok(())
}
