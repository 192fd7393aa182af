//! A remote repository, reached by the system's git: its SSH keys, credential helpers and proxies are those that people
//! have set up.

use crate::error::Error;
use git2::{Oid, Reference};
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long git may take, unless the remote says otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A branch of a repository elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    url: String,
    branch: String,
    timeout: Duration,
}

/// What became of a push.
pub(crate) enum Pushed {
    /// The remote has it.
    Accepted,
    /// Somebody else pushed before.
    Late,
}

impl Remote {
    /// A remote by its address (`https://`, `ssh://`, `git://`, `file://`, `user@host:path` or an absolute path) and the
    /// name of a branch there, which need not exist yet.
    ///
    /// # Errors
    /// [`Error::Address`] when git must not be called with such an address or branch.
    pub fn new(url: &str, branch: &str) -> Result<Remote, Error> {
        let refused = |why| Err(Error::Address { url: url.to_string(), why });
        if url.chars().any(|it| it.is_control() || it.is_whitespace()) {
            return refused("no spaces and control characters in an address");
        }
        if !is_address(url) {
            return refused(
                "an address begins with https://, ssh://, git:// or file://, is user@host:path or an absolute path",
            );
        }
        if branch.starts_with('-') || !Reference::is_valid_name(&format!("refs/heads/{branch}")) {
            return refused("no name of a branch");
        }
        Ok(Remote { url: url.to_string(), branch: branch.to_string(), timeout: TIMEOUT })
    }

    /// The same with another limit for each fetch and push, instead of 30 seconds.
    pub fn with_timeout(self, timeout: Duration) -> Remote {
        Remote { timeout, ..self }
    }

    /// Where the commit that was last fetched is kept.
    pub(crate) fn tracking(&self) -> String {
        format!("refs/casebook/remote/{}", self.branch)
    }

    /// Fetches the branch. False: the remote has no such branch yet.
    pub(crate) fn fetch(&self, folder: &Path) -> Result<bool, Error> {
        let refspec = format!("+refs/heads/{}:{}", self.branch, self.tracking());
        let args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", &self.url, &refspec];
        match self.git(folder, &args) {
            Ok(()) => Ok(true),
            Err(message) if message.contains("couldn't find remote ref") => Ok(false),
            Err(message) => Err(Error::Remote { message, kept: None }),
        }
    }

    /// Pushes a commit to the branch.
    pub(crate) fn push(&self, folder: &Path, commit: Oid) -> Result<Pushed, Error> {
        let refspec = format!("{commit}:refs/heads/{}", self.branch);
        match self.git(folder, &["push", "--quiet", "--porcelain", "--", &self.url, &refspec]) {
            Ok(()) => Ok(Pushed::Accepted),
            Err(message) if is_late(&message) => Ok(Pushed::Late),
            Err(message) => Err(Error::Remote { message, kept: None }),
        }
    }

    /// Runs git, and answers what it says when it fails.
    fn git(&self, folder: &Path, args: &[&str]) -> Result<(), String> {
        let mut git = Command::new("git");
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"] {
            git.env_remove(name);
        }
        git.arg("-C").arg(folder);
        // Nobody is there to be asked; hooks are for people; `ext::` and the like run programs.
        git.args(["-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never"]);
        git.args(args).env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
        git.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = git.spawn().map_err(|error| format!("git cannot be run: {error}"))?;
        let said = [child.stdout.take().map(read), child.stderr.take().map(read)];
        let outcome = wait(&mut child, self.timeout);
        let said: Vec<String> = said.into_iter().flatten().filter_map(|it| it.join().ok()).collect();
        match outcome {
            Some(true) => Ok(()),
            Some(false) => Err(said.concat().trim().to_string()),
            None => Err(format!("no answer within {} seconds", self.timeout.as_secs_f32())),
        }
    }
}

fn is_address(url: &str) -> bool {
    let after_scheme = ["https://", "ssh://", "git://", "file://"].iter().find_map(|it| url.strip_prefix(it));
    if let Some(rest) = after_scheme {
        return !rest.is_empty() && !rest.starts_with('-');
    }
    if url.starts_with('/') {
        return true;
    }
    // As SSH takes it. A host that begins with a dash would be an option to it, and two colons name a program.
    let Some((login, path)) = url.split_once(':') else { return false };
    let Some((user, host)) = login.split_once('@') else { return false };
    let plain = |it: &str| {
        !it.is_empty()
            && !it.starts_with('-')
            && it.chars().all(|it| it.is_ascii_alphanumeric() || "._-".contains(it))
    };
    plain(user) && plain(host) && !path.is_empty() && !path.starts_with([':', '-'])
}

/// Whether a push failed because the branch has moved, or is being moved at this moment.
fn is_late(message: &str) -> bool {
    [
        "[rejected]",
        "fetch first",
        "non-fast-forward",
        "failed to update ref",
        "cannot lock ref",
        "incorrect old value",
    ]
    .iter()
    .any(|it| message.contains(it))
}

fn read(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read until an error is all there is to tell.
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Whether the child succeeded. None: it did not finish in time, and is gone with what it had started.
fn wait(child: &mut Child, timeout: Duration) -> Option<bool> {
    let since = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.success()),
            Ok(None) if since.elapsed() < timeout => {}
            Ok(None) | Err(_) => break,
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
    // git runs other programs, such as ssh; they are all in its process group.
    let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).status();
    let _ = child.kill();
    let _ = child.wait();
    None
}
