//! The repository's content on a port of its own: served by the real server, or exported to files that any server serves.

use crate::files::Files;
use crate::process::Process;
use crate::repository;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use tempfile::TempDir;

/// A running site; ended when dropped.
pub struct Site {
    server: Server,
    /// The path that its addresses begin with.
    base: String,
    /// Whatever is kept only as long as it runs.
    folder: TempDir,
}

enum Server {
    Casebook(Box<Process>),
    Files(Files),
}

impl Site {
    /// The server that every test may read from: tests that run at the same time share it, and the last one ends it.
    pub fn shared() -> Arc<Site> {
        static SHARED: Mutex<Weak<Site>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let site = Arc::new(Site::start());
            *shared = Arc::downgrade(&site);
            site
        })
    }

    /// Starts a server that one test has for itself.
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
        Site { server: Server::Casebook(Box::new(process)), base: String::new(), folder }
    }

    /// What `casebook export` makes of the repository's content, from a plain server of files: at its root, or below a
    /// folder of this name.
    pub fn exported(name: &'static str) -> Site {
        static EXPORTED: OnceLock<PathBuf> = OnceLock::new();
        // Nobody is left to remove it when the last test has ended, so it lies where cargo builds, and is written to again.
        let written = EXPORTED.get_or_init(|| {
            let out = target().join("exported-site");
            export(&repository("content"), &out);
            out
        });
        Site::files(TempDir::new().expect("a temporary folder"), name, written.clone())
    }

    /// What it makes of these files.
    pub fn exported_from(name: &'static str, files: &[(&str, &str)]) -> Site {
        let folder = TempDir::new().expect("a temporary folder");
        for (file, text) in files {
            let file = folder.path().join("content").join(file);
            std::fs::create_dir_all(file.parent().expect("a file lies in a folder"))
                .expect("a folder can be made");
            std::fs::write(file, text).expect("a file can be written");
        }
        let out = folder.path().join("out");
        export(&folder.path().join("content"), &out);
        Site::files(folder, name, out)
    }

    fn files(folder: TempDir, name: &'static str, written: PathBuf) -> Site {
        let base = if name.is_empty() { String::new() } else { format!("/{name}") };
        Site { server: Server::Files(Files::serve(&[(name, written)])), base, folder }
    }

    /// Where its files are.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it has printed.
    pub fn output(&self) -> String {
        match &self.server {
            Server::Casebook(process) => process.output(),
            Server::Files(_) => String::new(),
        }
    }

    /// Ends it, as when a machine loses its power.
    pub fn stop(&mut self) {
        match &mut self.server {
            Server::Casebook(process) => process.stop(),
            Server::Files(files) => files.stop(),
        }
    }

    /// Starts it again at the same address.
    pub fn start_again(&mut self) {
        self.process().start_again();
    }

    fn process(&mut self) -> &mut Process {
        match &mut self.server {
            Server::Casebook(process) => process,
            Server::Files(_) => panic!("files are served as long as the test runs"),
        }
    }

    /// The address of a page, from its path.
    pub fn url(&self, path: &str) -> String {
        match &self.server {
            Server::Casebook(process) => format!("http://{}{path}", process.address),
            Server::Files(files) => files.url(&format!("{}{path}", self.base)),
        }
    }

    /// Whether its pages are files, which no program of ours serves.
    pub fn is_exported(&self) -> bool {
        matches!(self.server, Server::Files(_))
    }

    /// The path of a page as its address has it in the end: pages that are files lie in folders.
    pub fn page(&self, path: &str) -> String {
        match &self.server {
            Server::Casebook(_) => path.to_string(),
            Server::Files(_) => format!("{}/", path.trim_end_matches('/')),
        }
    }
}

fn export(content: &Path, out: &Path) {
    let mut command = Command::new(program());
    command.arg("export").arg(out).arg("--content").arg(content);
    command.args(["--public-url", "https://casebook.example/notes"]);
    let output = command.output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The server's binary: `CASEBOOK_BIN`, or where cargo puts it.
fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("CASEBOOK_BIN") {
        return PathBuf::from(path);
    }
    let program = target().join("casebook");
    assert!(program.exists(), "{} is missing: run `cargo build` first", program.display());
    program
}

/// Where cargo puts what it builds.
fn target() -> PathBuf {
    // This test runs from target/debug/deps.
    let here = std::env::current_exe().expect("a test has a path");
    here.ancestors().nth(2).expect("a test lies in the target directory").to_path_buf()
}
