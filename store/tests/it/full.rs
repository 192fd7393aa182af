//! A disk that is full, or cannot be written to. The test binary runs itself in a mount namespace of its own with a small
//! file system in memory, for which it has to be root there.

use crate::folder::{Folder, committed, draft, git};
use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};
use store::{Error, Saved, Store};

const CHILD: &str = "STORE_TEST_SMALL_DISK";

/// Runs a test of this module where `CHILD` names a folder on a disk of one mebibyte.
fn on_a_small_disk(test: &str) {
    let mount = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=1m,mode=777 small \"$0\" && exec \"$@\"";
    let Output { status, stdout, stderr } = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .arg(mount.path())
        .arg(env::current_exe().unwrap())
        .args(["--exact", "--nocapture", test])
        .env(CHILD, mount.path())
        .output()
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success() && said.contains("1 passed"), "{said}");
}

fn fill(folder: &Path) {
    let mut file = File::create(folder.join(".filler")).unwrap();
    for size in [1 << 16, 1 << 12, 1] {
        while file.write_all(&vec![b'x'; size]).is_ok() {}
    }
}

#[test]
fn a_full_disk_loses_nothing() {
    if env::var_os(CHILD).is_none() {
        return on_a_small_disk("full::a_full_disk_loses_nothing");
    }
    let folder = Path::new(&env::var_os(CHILD).unwrap()).to_path_buf();
    fs::write(folder.join(".gitignore"), ".filler\n").unwrap();
    fs::write(folder.join("a.md"), "1\n").unwrap();
    let store = Store::open(&folder).unwrap();
    let base = store.head().unwrap();
    // At each stage that a save can come to with so much room.
    let mut refused = 0;
    for room in 0..40 {
        let before = store.head().unwrap();
        fill(&folder);
        let filler = File::options().write(true).open(folder.join(".filler")).unwrap();
        let length = filler.metadata().unwrap().len();
        filler.set_len(length.saturating_sub(room * 4096)).unwrap();
        drop(filler);
        let text = format!("full {room}\n");
        match store.save(&draft("a.md", Some(before), &text)) {
            Ok(Saved::Committed { revision, .. }) => assert_eq!(store.head().unwrap(), revision),
            Ok(other) => panic!("{other:?}"),
            Err(Error::Storage(message)) => {
                assert!(message.contains("No space left") || message.contains("disk full"), "{message}");
                assert_eq!(store.head().unwrap(), before, "nothing was saved");
                refused += 1;
            }
            Err(other) => panic!("{other:?}"),
        }
        git(&folder, &["fsck", "--strict", "--no-progress", "--no-dangling"]);
        fs::remove_file(folder.join(".filler")).unwrap();
        // As soon as there is room, everything works.
        let now = store.head().unwrap();
        let text = format!("room {room}\n");
        let saved = store.save(&draft("a.md", Some(now), &text));
        committed(saved.unwrap_or_else(|error| panic!("with room again, after {room}: {error}")));
        assert_eq!(fs::read_to_string(folder.join("a.md")).unwrap(), text);
        git(&folder, &["-c", "gc.reflogExpire=now", "gc", "--quiet", "--prune=now"]);
        assert_eq!(git(&folder, &["status", "--porcelain"]), "");
    }
    assert!(refused > 0, "the disk was never full");
    let messages = git(&folder, &["log", "--format=%s"]);
    assert!(!messages.contains("Edited in the folder"), "{messages}");
    assert!(store.read("a.md", Some(&base)).unwrap().is_some());
}

#[test]
fn a_disk_that_cannot_be_written_to_says_so() {
    if env::var_os(CHILD).is_none() {
        return on_a_small_disk("full::a_disk_that_cannot_be_written_to_says_so");
    }
    let folder = Path::new(&env::var_os(CHILD).unwrap()).to_path_buf();
    fs::write(folder.join("a.md"), "1\n").unwrap();
    let store = Store::open(&folder).unwrap();
    let base = store.head().unwrap();
    let mount = |how: &str| Command::new("mount").args(["-o", how]).arg(&folder).status().unwrap().success();
    assert!(mount("remount,ro"));
    let error = store.save(&draft("a.md", Some(base), "2\n")).unwrap_err();
    assert!(matches!(&error, Error::Storage(it) if it.contains("Read-only file system")), "{error}");
    assert!(matches!(Store::open(&folder), Ok(_) | Err(Error::Storage(_))));
    assert_eq!(store.read("a.md", Some(&base)).unwrap().unwrap(), b"1\n");
    assert_eq!(store.start("a.md").unwrap().revision, base, "reading goes on");
    assert!(mount("remount,rw"));
    committed(store.save(&draft("a.md", Some(base), "2\n")).unwrap());
}

/// Where the page itself cannot be written, the save is done all the same, and the page follows later.
#[test]
fn a_page_that_cannot_be_replaced_follows_later() {
    let folder = Folder::new(&[("d/a.md", "1\n")]);
    let base = folder.store.head().unwrap();
    let command = |flag: &str| Command::new("chattr").arg(flag).arg(folder.path("d/a.md")).output();
    // Root may write anywhere; a file in the way of the folder stops it, too.
    if !command("+i").is_ok_and(|it| it.status.success()) {
        let scratch = folder.path(".git/casebook/file");
        fs::create_dir_all(scratch.join("in the way")).unwrap();
    }
    committed(folder.save("d/a.md", Some(base), "2\n"));
    assert_eq!(folder.in_head("d/a.md").unwrap(), "2\n");
    assert_eq!(folder.on_disk("d/a.md").unwrap(), "1\n");
    let _ = command("-i");
    let _ = fs::remove_dir_all(folder.path(".git/casebook/file"));
    let base = folder.store.head().unwrap();
    let start = folder.store.start("d/a.md").unwrap();
    assert_eq!((start.revision, start.text.as_deref()), (base, Some(&b"2\n"[..])));
    assert_eq!(folder.holds("d/a.md").unwrap(), "2\n");
    folder.is_clean();
}
