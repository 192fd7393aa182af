//! How fast the server and the labs are on this machine. Prints; judges nothing.
//!
//! - [`server`]: the server that is measured
//! - [`saves`]: how long a save takes in a wiki of ten thousand pages
//! - [`searches`]: how long a search takes in ten thousand pages, and what the index costs
//! - [`vocabulary`]: pages in both languages out of words that a seed chooses

mod saves;
mod searches;
mod server;
mod vocabulary;

use crate::packages::{self, Package, Sign};
use crate::project;
use crate::steps::step;
use crate::wasm;
use anyhow::{Result, bail};
use server::{BROTLI, Server};
use std::time::Instant;
use xshell::{Shell, cmd};

const WRK: [Package; 1] = [Package { name: "wrk", sign: Sign::Program("wrk") }];

/// Runs the modules that pages load.
const NODE: [Package; 1] = [Package { name: "nodejs", sign: Sign::Program("node") }];

/// What is loaded: name, address, and whether the client has it already.
const PAGES: [(&str, &str, bool); 4] = [
    ("home", "/en/", false),
    ("article", "/en/tcp/tw-recycle", false),
    ("article, 304", "/en/tcp/tw-recycle", true),
    ("lab", "/en/labs/paws", false),
];

/// What is measured, by its name.
const PARTS: [(&str, Part); 5] = [
    ("pages", pages),
    ("saves", |_| saves::run()),
    ("searches", |_| searches::run()),
    ("labs", lab_runs),
    ("transfers", transfers),
];

type Part = fn(&Shell) -> Result<()>;

/// Measures everything, or one part, and prints.
pub(crate) fn run(sh: &Shell, only: Option<&str>) -> Result<()> {
    let parts: Vec<_> = PARTS.iter().filter(|(name, _)| only.is_none_or(|only| only == *name)).collect();
    if parts.is_empty() {
        let names = PARTS.map(|(name, _)| name).join(", ");
        bail!("there is no such part; it is one of {names}");
    }
    step("release build", || Ok(cmd!(sh, "cargo build --release --locked --package casebook").run()?))?;
    parts.into_iter().try_for_each(|(name, part)| step(name, || part(sh)))
}

fn lab_runs(sh: &Shell) -> Result<()> {
    Ok(cmd!(sh, "cargo run --quiet --release --package sim-wasm --example time").run()?)
}

/// Segments per second, natively and in the module that pages load; `cargo xtask wasm` builds that anew.
fn transfers(sh: &Shell) -> Result<()> {
    packages::need(sh, &NODE)?;
    let results = project::target().join("criterion");
    // What is not measured any more would be shown too.
    sh.remove_path(&results)?;
    cmd!(sh, "cargo bench --locked --package sim-wasm --bench transfer").run()?;
    let modules = project::root().join(wasm::PACKAGE);
    Ok(cmd!(sh, "node sim-wasm/benches/transfer.mjs {results} {modules}").run()?)
}

fn pages(sh: &Shell) -> Result<()> {
    packages::need(sh, &WRK)?;
    let start = Instant::now();
    let server = Server::start(project::root(), &[])?;
    let program = std::fs::metadata(server::program())?.len();
    println!(
        "    start: {} ms, resident: {}, program: {:.1} MB",
        start.elapsed().as_millis(),
        server.resident()?,
        program as f64 / 1e6
    );
    println!("    {:<14} {:>12} {:>10} {:>10} {:>10}", "page", "requests/s", "p50", "p99", "resident");
    for (name, path, known) in PAGES {
        let mut args =
            vec!["--threads=1", "--connections=16", "--duration=4s", "--latency", "--header", BROTLI];
        let etag = if known { server.etag(path)? } else { String::new() };
        let condition = format!("If-None-Match: {etag}");
        if known {
            args.extend(["--header", &condition]);
        }
        let url = format!("http://{}{path}", server.address);
        let report = cmd!(sh, "wrk {args...} {url}").quiet().read()?;
        if report.contains("Non-2xx") && !known {
            bail!("{path} does not answer 200:\n{report}");
        }
        let value = |label: &str| {
            let line = report.lines().find_map(|line| line.trim().strip_prefix(label));
            line.map_or("?", str::trim).to_string()
        };
        println!(
            "    {name:<14} {:>12} {:>10} {:>10} {:>10}",
            value("Requests/sec:"),
            value("50%"),
            value("99%"),
            server.resident()?
        );
    }
    Ok(())
}
