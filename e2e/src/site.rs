//! The real server with the repository's content, on a port of its own.

use crate::process::Process;
use crate::repository;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A running server; ended when dropped.
pub struct Site {
    process: Process,
    /// Whatever is kept only as long as it runs.
    folder: TempDir,
}

impl Site {
    /// Starts it.
    pub fn start() -> Site {
        let folder = TempDir::new().expect("a temporary folder");
        Site::serve(folder, |command| {
            command.current_dir(repository("")).args(["--content", "content"]);
        })
    }

    /// Starts it with options of `casebook serve`.
    pub(crate) fn serve(folder: TempDir, options: impl Fn(&mut Command)) -> Site {
        let program = program();
        let process = Process::start(
            program.to_str().expect("a path in UTF-8"),
            |command, address| {
                command.args(["serve", "--listen", &address.to_string()]);
                options(command);
            },
            "/healthz",
            folder.path().join("server.log"),
        );
        Site { process, folder }
    }

    /// Where its files are.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it has printed.
    pub fn output(&self) -> String {
        self.process.output()
    }

    /// Ends it, as when a machine loses its power.
    pub fn stop(&mut self) {
        self.process.stop();
    }

    /// Starts it again at the same address.
    pub fn start_again(&mut self) {
        self.process.start_again();
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
