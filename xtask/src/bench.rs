//! How fast the server and the labs are on this machine. Prints; judges nothing.

use crate::packages::{self, Package, Sign};
use crate::project;
use crate::steps::step;
use crate::wasm;
use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use xshell::{Shell, cmd};

const WRK: [Package; 1] = [Package { name: "wrk", sign: Sign::Program("wrk") }];

/// Runs the modules that pages load.
const NODE: [Package; 1] = [Package { name: "nodejs", sign: Sign::Program("node") }];

/// What every browser sends.
const BROTLI: &str = "Accept-Encoding: br";

/// What is loaded: name, address, and whether the client has it already.
const PAGES: [(&str, &str, bool); 4] = [
    ("home", "/en/", false),
    ("article", "/en/tcp/tw-recycle", false),
    ("article, 304", "/en/tcp/tw-recycle", true),
    ("lab", "/en/labs/paws", false),
];

/// Measures and prints.
pub(crate) fn run(sh: &Shell) -> Result<()> {
    step("wrk", || packages::need(sh, &WRK))?;
    step("release build", || Ok(cmd!(sh, "cargo build --release --locked --package casebook").run()?))?;
    step("pages", || pages(sh))?;
    step("lab runs", || lab_runs(sh))?;
    step("transfers", || transfers(sh))
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
    let start = Instant::now();
    let server = Server::start()?;
    println!("    start: {} ms, resident: {}", start.elapsed().as_millis(), server.resident()?);
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

/// The release server on a port of its own; ended when dropped.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start() -> Result<Server> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = Command::new(project::target().join("release/casebook"))
            .args(["serve", "--listen", &address.to_string()])
            .current_dir(project::root())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start the server")?;
        let server = Server { child, address };
        let patience = Instant::now() + Duration::from_secs(10);
        while server.head("/healthz").map_or(true, |head| !head.starts_with("HTTP/1.1 200")) {
            if Instant::now() > patience {
                bail!("the server does not answer on {address}; run it by hand to see why");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(server)
    }

    /// Status line and headers of an answer.
    fn head(&self, path: &str) -> Result<String> {
        let mut stream = TcpStream::connect(self.address)?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\n{BROTLI}\r\nConnection: close\r\n\r\n",
            self.address
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let answer = String::from_utf8_lossy(&answer);
        Ok(answer.split("\r\n\r\n").next().unwrap_or_default().to_string())
    }

    fn etag(&self, path: &str) -> Result<String> {
        let head = self.head(path)?;
        let tag = head
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("etag")));
        Ok(tag.with_context(|| format!("{path} has no ETag"))?.1.to_string())
    }

    /// Memory in use.
    fn resident(&self) -> Result<String> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
        let kib: f64 = kib.context("no VmRSS in /proc")?.trim().parse()?;
        Ok(format!("{:.1} MB", kib * 1.024 / 1000.0))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing else to do about it here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
