//! How long a save takes in a wiki of ten thousand pages, from the request to the answer, and whether readers see it then.

use super::server::{self, Folder, Server, call};
use anyhow::{Context, Result, bail, ensure};
use std::fmt::Write as _;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

const PAGES: usize = 10_000;
const SAVES: usize = 500;
/// Saves of people, who read before they write: with one after the other at once, the next one would wait for what the
/// server does after it has answered.
const PAUSE: Duration = Duration::from_millis(20);

/// Makes the pages, starts a wiki on them, and saves.
pub(super) fn run() -> Result<()> {
    let folder = Folder::new()?;
    for page in 0..PAGES {
        let path = folder.0.join("content").join(format!("{}.en.md", name(page)));
        fs::create_dir_all(path.parent().context("a page has a folder")?)?;
        fs::write(path, text(page, ""))?;
    }
    let casebook = |arguments: &[&str]| -> Result<String> {
        let output = Command::new(server::program()).args(arguments).current_dir(&folder.0).output()?;
        ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.trim().to_string())
    };
    casebook(&["user", "add", "bench", "--role", "writer"])?;
    let token = casebook(&["token", "create", "bench", "saves", "--scope", "read", "--scope", "write"])?;
    let start = Instant::now();
    let server = Server::start(&folder.0, &["--wiki"])?;
    println!(
        "    {PAGES} pages, start: {:.1} s, resident: {}",
        start.elapsed().as_secs_f64(),
        server.resident()?
    );
    let mut times = Vec::with_capacity(SAVES);
    for save in 0..SAVES {
        let page = save * 7919 % PAGES;
        times.push(save_one(&server, &token, page, &format!("It was changed by save {save}."))?);
        std::thread::sleep(PAUSE);
    }
    times.sort();
    let at = |share: usize| times[(SAVES - 1) * share / 100].as_secs_f64() * 1e3;
    println!(
        "    {SAVES} saves, each visible when it was answered: p50 {:.1} ms, p95 {:.1} ms, longest {:.1} ms, resident: {}",
        at(50),
        at(95),
        at(100),
        server.resident()?
    );
    Ok(())
}

/// Saves a page, and looks whether readers see it.
fn save_one(server: &Server, token: &str, page: usize, change: &str) -> Result<Duration> {
    let address = format!("/api/v1/pages/en/{}", name(page));
    let (status, before) = call(server.address, token, "GET", &address, "")?;
    ensure!(status == 200, "{address}: {status} {before}");
    let base = before.split_once("\"revision\":\"").and_then(|(_, rest)| rest.split('"').next());
    let base = base.with_context(|| format!("no revision in {before}"))?;
    let mut body = String::new();
    let text = text(page, change).replace('\n', "\\n");
    write!(body, "{{\"base\":\"{base}\",\"message\":\"Change a line\",\"text\":\"{text}\"}}")?;
    let since = Instant::now();
    let (status, answer) = call(server.address, token, "PUT", &address, &body)?;
    let took = since.elapsed();
    ensure!(status == 200, "{address}: {status} {answer}");
    let (_, shown) = call(server.address, "", "GET", &format!("/en/{}", name(page)), "")?;
    if !shown.contains(change) {
        bail!("{address} was saved, and readers do not see it");
    }
    Ok(took)
}

fn name(page: usize) -> String {
    format!("folder-{:02}/page-{page}", page % 50)
}

/// A page of about two thousand bytes with a heading, a list, code and a link, and with no character that JSON has a name
/// for but the line's end.
fn text(page: usize, change: &str) -> String {
    let next = name((page + 50) % PAGES);
    let paragraph =
        "The queue was full, and the kernel dropped what came. Nobody saw it in the log. ".repeat(4);
    let list: String = (1..=8).map(|item| format!("- counter {item} of page {page}\n")).collect();
    format!(
        "---\ntitle: Page {page}\n---\n{change}\n\n## What was seen\n\n{paragraph}\n\n{list}\n```sh\nss -lnt\n```\n\n\
         ## Why\n\n{paragraph}\n\n[the next one](/en/{next})\n\n{paragraph}\n"
    )
}
