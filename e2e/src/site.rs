//! The real server with the repository's content, on a port of its own.

use crate::process::Process;
use crate::repository;
use std::path::PathBuf;
use tempfile::TempDir;

/// A running server; ended when dropped.
pub struct Site {
    process: Process,
    _log: TempDir,
}

impl Site {
    /// Starts it.
    pub fn start() -> Site {
        let folder = TempDir::new().expect("a temporary folder");
        let program = program();
        let process = Process::start(
            program.to_str().expect("a path in UTF-8"),
            |command, address| {
                command.current_dir(repository(""));
                command.args(["serve", "--listen", &address.to_string(), "--content", "content"]);
            },
            "/healthz",
            folder.path().join("server.log"),
        );
        Site { process, _log: folder }
    }

    /// The address of a page, from its path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.process.address)
    }
}

/// The server's binary: `CASEBOOK_BIN`, or where cargo puts it.
fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("CASEBOOK_BIN") {
        return PathBuf::from(path);
    }
    // This test runs from target/debug/deps.
    let here = std::env::current_exe().expect("a test has a path");
    let program = here.ancestors().nth(2).expect("a test lies in the target directory").join("casebook");
    assert!(program.exists(), "{} is missing: run `cargo build` first", program.display());
    program
}
