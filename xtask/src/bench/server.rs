//! The server that is measured: the release build, as a process.

use crate::project;
use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What every browser sends.
pub(super) const BROTLI: &str = "Accept-Encoding: br";

/// Where the release build is.
pub(super) fn program() -> PathBuf {
    project::target().join("release/casebook")
}

/// The release server on a port of its own; ended when dropped.
pub(super) struct Server {
    child: Child,
    pub(super) address: SocketAddr,
}

impl Server {
    /// Starts it in a folder, and waits until it answers.
    pub(super) fn start(folder: &Path, arguments: &[&str]) -> Result<Server> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = Command::new(program())
            .args(["serve", "--listen", &address.to_string()])
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start the server")?;
        let server = Server { child, address };
        let patience = Instant::now() + Duration::from_secs(60);
        while server.head("/healthz").map_or(true, |head| !head.starts_with("HTTP/1.1 200")) {
            if Instant::now() > patience {
                bail!("the server does not answer on {address}; run it by hand to see why");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(server)
    }

    /// Status line and headers of an answer.
    pub(super) fn head(&self, path: &str) -> Result<String> {
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

    /// A page's tag.
    pub(super) fn etag(&self, path: &str) -> Result<String> {
        let head = self.head(path)?;
        let tag = head
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("etag")));
        Ok(tag.with_context(|| format!("{path} has no ETag"))?.1.to_string())
    }

    /// Memory in use.
    pub(super) fn resident(&self) -> Result<String> {
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

/// A request, with a token unless it is empty: the status and the body.
pub(super) fn call(
    to: SocketAddr,
    token: &str,
    method: &str,
    path: &str,
    body: &str,
) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect(to)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let who = if token.is_empty() { String::new() } else { format!("authorization: Bearer {token}\r\n") };
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {to}\r\n{who}content-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.split(' ').nth(1).and_then(|it| it.parse().ok());
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_string());
    Ok((status.with_context(|| format!("no status in {answer:?}"))?, body.unwrap_or_default()))
}

/// A folder that goes when it is dropped.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    /// Among the temporary files; where those are in memory, `TMPDIR` can name a folder on a disk.
    pub(super) fn new() -> Result<Folder> {
        let path = std::env::temp_dir().join(format!("casebook-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is in the way of nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
