//! A writer that is killed in the middle of a save. The test binary runs itself as that writer.

use crate::folder::{Folder, draft};
use std::collections::HashSet;
use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use store::{Revision, Saved, Store};

const CHILD: &str = "STORE_TEST_CRASHING_FOLDER";
const KILLS: u64 = 40;

/// What the child does, until it is killed: saves pages, and prints each commit once it was told that it is there.
#[test]
fn the_child_saves_until_it_is_killed() {
    let Ok(folder) = env::var(CHILD) else { return };
    let store = Store::open(Path::new(&folder)).unwrap();
    for i in 0_u64.. {
        let file = format!("page-{}.md", i % 5);
        let start = store.start(&file).unwrap();
        let text = format!(
            "{}{} line {i}\n",
            String::from_utf8(start.text.unwrap_or_default()).unwrap(),
            std::process::id()
        );
        let saved = store.save(&draft(&file, Some(start.revision), &text)).unwrap();
        let Saved::Committed { revision, .. } = saved else { panic!("{saved:?}") };
        // Not `println!`, which the test harness would catch.
        use std::io::Write;
        let mut out = std::io::stdout().lock();
        writeln!(out, "saved {revision}").and_then(|()| out.flush()).unwrap();
    }
}

#[test]
fn nothing_that_was_acknowledged_is_lost_when_the_writer_is_killed() {
    let mut folder = Folder::new(&[("other.md", "not touched\n")]);
    let mut acknowledged: Vec<Revision> = Vec::new();
    let mut at_work = 0;
    for kill in 0..KILLS {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "--nocapture", "crash::the_child_saves_until_it_is_killed"])
            .env(CHILD, folder.path(""))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let seen = AtomicUsize::new(0);
        let said = thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let saved = out.lines().map_while(Result::ok).filter_map(|line| {
                    let revision = line.split_once("saved ").map(|(_, it)| it.to_string());
                    seen.fetch_add(usize::from(revision.is_some()), Ordering::Relaxed);
                    revision
                });
                saved.collect::<Vec<_>>()
            });
            // Once it is at work, at some moment of one of the next saves.
            while seen.load(Ordering::Relaxed) == 0 {
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_micros(kill * 7919 % 30_000));
            child.kill().unwrap();
            child.wait().unwrap();
            reader.join().unwrap()
        });
        // The last line may be cut off.
        acknowledged.extend(said.iter().filter_map(|it| it.parse::<Revision>().ok()));
        let lock = std::fs::read_to_string(folder.path(".git/casebook/lock")).unwrap();
        at_work += usize::from(!lock.is_empty());
        folder.git(&["fsck", "--strict", "--no-progress", "--no-dangling"]);
        folder = folder.reopened();
        folder.is_clean();
        let history = folder.git(&["rev-list", "HEAD"]);
        let history: HashSet<&str> = history.lines().collect();
        for revision in &acknowledged {
            assert!(history.contains(revision.to_string().as_str()), "{revision} was lost at kill {kill}");
        }
        for page in folder.store.list(&folder.store.head().unwrap()).unwrap() {
            assert!(folder.holds(&page).is_some());
        }
    }
    assert!(acknowledged.len() as u64 >= KILLS);
    assert!(at_work > 0, "at least one kill has to hit a write");
    let authors = folder.git(&["log", "--format=%an: %s"]);
    assert!(
        !authors.contains("Edited in the folder"),
        "no file of an interrupted save was taken for an edit"
    );
}
