//! Tells when something in a folder has changed.

use crate::background;
use notify::event::{AccessKind, AccessMode};
use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// A save is several events; this much quiet means that it is over.
const QUIET: Duration = Duration::from_millis(80);
/// Under a steady stream of events, this is how long to wait at most.
const LONGEST: Duration = Duration::from_millis(400);
/// How often to look where the system cannot tell.
const POLL: Duration = Duration::from_millis(500);

/// Calls `changed` on a thread of its own after each burst of changes below `folders`, until it returns `false`.
pub fn watch(folders: Vec<PathBuf>, mut changed: impl FnMut() -> bool + Send + 'static) {
    background::spawn(move || {
        let (tell, hear) = mpsc::channel();
        let _watchers: Vec<Box<dyn Watcher>> =
            folders.iter().filter_map(|folder| watcher(folder, &tell)).collect();
        while hear.recv().is_ok() {
            let since = Instant::now();
            while since.elapsed() < LONGEST && hear.recv_timeout(QUIET) != Err(RecvTimeoutError::Timeout) {}
            let began = Instant::now();
            if !changed() {
                break;
            }
            // A big site takes long. Under a steady stream of saves, half of a core is enough for it.
            std::thread::sleep(began.elapsed());
        }
    });
}

/// The system's own watcher, or one that polls where there is none (some network file systems, an exhausted
/// `fs.inotify.max_user_watches`).
fn watcher(folder: &Path, tell: &Sender<()>) -> Option<Box<dyn Watcher>> {
    let handler = |tell: Sender<()>| {
        move |event: notify::Result<Event>| {
            if event.as_ref().map_or(true, is_change) {
                // Nobody listens any more only when the thread above has ended.
                let _ = tell.send(());
            }
        }
    };
    let native = RecommendedWatcher::new(handler(tell.clone()), Config::default())
        .and_then(|mut watcher| watcher.watch(folder, RecursiveMode::Recursive).map(|()| watcher));
    let error = match native {
        Ok(watcher) => return Some(Box::new(watcher)),
        Err(error) => error,
    };
    tracing::warn!(folder = %folder.display(), %error, "cannot watch the folder; polling it instead");
    let polling = PollWatcher::new(handler(tell.clone()), Config::default().with_poll_interval(POLL))
        .and_then(|mut watcher| watcher.watch(folder, RecursiveMode::Recursive).map(|()| watcher));
    match polling {
        Ok(watcher) => Some(Box::new(watcher)),
        Err(error) => {
            tracing::error!(folder = %folder.display(), %error, "cannot poll the folder; changes need a restart");
            None
        }
    }
}

/// Reading is no change, and reading the folder because of a change must not look like one. What git keeps for itself
/// changes with every commit.
fn is_change(event: &Event) -> bool {
    let of_git = |path: &PathBuf| path.components().any(|part| part.as_os_str() == ".git");
    if !event.paths.is_empty() && event.paths.iter().all(of_git) {
        return false;
    }
    !matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write))
}
