//! Clones that share a remote repository.

use crate::folder::{Folder, committed, draft, git};
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use store::{Error, Remote, Saved, Store};
use tempfile::TempDir;

/// A bare repository, and folders that share it.
struct Shared {
    bare: TempDir,
}

impl Shared {
    fn new() -> Shared {
        let bare = tempfile::tempdir().unwrap();
        git(bare.path(), &["init", "-q", "--bare"]);
        Shared { bare }
    }

    fn remote(&self) -> Remote {
        Remote::new(self.bare.path().to_str().unwrap(), "main").unwrap()
    }

    /// Two folders with the same file.
    fn two(&self, file: &str, text: &str) -> (Folder, Folder) {
        let a = Folder::new(&[(file, text)]);
        a.store.sync(&self.remote()).unwrap();
        (a, self.clone())
    }

    fn clone(&self) -> Folder {
        let folder = Folder::new(&[]);
        folder.store.sync(&self.remote()).unwrap();
        folder
    }

    fn tip(&self) -> String {
        git(self.bare.path(), &["rev-parse", "main"]).trim().to_string()
    }
}

#[test]
fn what_is_here_goes_there_and_back() {
    let shared = Shared::new();
    let (a, b) = shared.two("a.md", "1\n");
    assert_eq!(b.holds("a.md").unwrap(), "1\n");
    let sent = b.put("b.md", "2\n");
    let synced = b.store.sync(&shared.remote()).unwrap();
    assert!(synced.sent && !synced.received && synced.conflicts.is_empty());
    assert_eq!(synced.revision, sent);
    let synced = a.store.sync(&shared.remote()).unwrap();
    assert!(synced.received);
    assert_eq!(a.holds("b.md").unwrap(), "2\n");
    let again = a.store.sync(&shared.remote()).unwrap();
    assert!(!again.sent && !again.received);
    assert_eq!(again.revision, b.store.head().unwrap(), "nothing new makes no commit");
    a.is_clean();
    b.is_clean();
}

#[test]
fn different_places_of_a_page_are_merged() {
    let shared = Shared::new();
    let (a, b) = shared.two("a.md", "1\n2\n3\n4\n5\n");
    a.put("a.md", "a\n2\n3\n4\n5\n");
    b.put("a.md", "1\n2\n3\n4\nb\n");
    b.write("untouched.md", "edited in the folder\n");
    a.store.sync(&shared.remote()).unwrap();
    let synced = b.store.sync(&shared.remote()).unwrap();
    assert!(synced.sent && synced.received && synced.conflicts.is_empty());
    a.store.sync(&shared.remote()).unwrap();
    for folder in [&a, &b] {
        assert_eq!(folder.holds("a.md").unwrap(), "a\n2\n3\n4\nb\n");
        assert_eq!(folder.holds("untouched.md").unwrap(), "edited in the folder\n");
        folder.is_clean();
    }
}

#[test]
fn the_same_place_takes_the_remotes_text_and_keeps_ours() {
    let shared = Shared::new();
    let (a, b) = shared.two("a.md", "1\n");
    a.put("a.md", "remote\n");
    a.store.sync(&shared.remote()).unwrap();
    b.put("a.md", "local\n");
    b.put("other.md", "goes out all the same\n");
    let synced = b.store.sync(&shared.remote()).unwrap();
    assert!(synced.sent);
    assert_eq!(b.holds("a.md").unwrap(), "remote\n");
    let conflicts = b.store.conflicts().unwrap();
    let [conflict] = &conflicts[..] else { panic!("{conflicts:?}") };
    assert_eq!(synced.conflicts, [conflict.id]);
    assert_eq!((conflict.file.as_str(), conflict.author.name()), ("a.md", "Ann"));
    assert_eq!(conflict.yours.as_deref(), Some(&b"local\n"[..]));
    assert_eq!(conflict.theirs.as_deref(), Some(&b"remote\n"[..]));
    assert_eq!(b.store.sync(&shared.remote()).unwrap().conflicts, [], "it is kept once");
    a.store.sync(&shared.remote()).unwrap();
    assert_eq!(a.holds("other.md").unwrap(), "goes out all the same\n");
    let chosen = draft("a.md", Some(b.store.head().unwrap()), "remote and local\n");
    committed(b.store.settle(&conflict.id, &chosen).unwrap());
    assert_eq!(b.store.conflicts().unwrap(), []);
    b.is_clean();
}

#[test]
fn an_edit_survives_a_removal_on_either_side() {
    for remover_first in [true, false] {
        let shared = Shared::new();
        let (a, b) = shared.two("a.md", "1\n");
        let remove = |folder: &Folder| folder.remove("a.md");
        let edit = |folder: &Folder| folder.put("a.md", "edited\n");
        if remover_first {
            remove(&a);
            edit(&b);
        } else {
            edit(&a);
            remove(&b);
        }
        a.store.sync(&shared.remote()).unwrap();
        b.store.sync(&shared.remote()).unwrap();
        a.store.sync(&shared.remote()).unwrap();
        for folder in [&a, &b] {
            assert_eq!(folder.holds("a.md").unwrap(), "edited\n");
            folder.is_clean();
        }
    }
}

#[test]
fn pictures_and_folders_that_conflict_are_kept_too() {
    let shared = Shared::new();
    let (a, b) = shared.two("p.png", "\0old");
    a.put("p.png", "\0remote");
    a.put("x/page.md", "below\n");
    a.store.sync(&shared.remote()).unwrap();
    b.put("p.png", "\0local");
    b.put("x", "a file\n");
    let synced = b.store.sync(&shared.remote()).unwrap();
    assert_eq!(synced.conflicts.len(), 2);
    assert_eq!(b.holds("p.png").unwrap(), "\0remote");
    assert_eq!(b.holds("x/page.md").unwrap(), "below\n");
    let kept: Vec<_> =
        b.store.conflicts().unwrap().into_iter().map(|it| (it.file, it.yours.unwrap())).collect();
    assert!(kept.contains(&("p.png".to_string(), b"\0local".to_vec())), "{kept:?}");
    assert!(kept.contains(&("x".to_string(), b"a file\n".to_vec())), "{kept:?}");
    b.is_clean();
}

#[test]
fn a_save_through_the_remote_is_there_when_it_returns() {
    let shared = Shared::new();
    let (a, b) = shared.two("a.md", "1\n2\n3\n4\n5\n");
    let base = a.store.head().unwrap();
    let one = draft("a.md", Some(base), "a\n2\n3\n4\n5\n");
    let (revision, ..) = committed(a.store.save_through(&one, &shared.remote()).unwrap());
    assert_eq!(shared.tip(), revision.to_string());
    let other = draft("a.md", Some(base), "1\n2\n3\n4\nb\n");
    let (revision, text, merged) = committed(b.store.save_through(&other, &shared.remote()).unwrap());
    assert_eq!((shared.tip(), merged), (revision.to_string(), true));
    assert_eq!(b.holds("a.md").unwrap(), text);
    let same = draft("a.md", Some(base), "A\n2\n3\n4\n5\n");
    assert!(matches!(b.store.save_through(&same, &shared.remote()).unwrap(), Saved::Conflict { .. }));
    assert_eq!(b.git(&["log", "--merges", "--format=%s"]), "", "saves make no merges");
    b.is_clean();
}

#[test]
fn a_save_is_not_lost_while_the_remote_is_away() {
    let shared = Shared::new();
    let (a, _) = shared.two("a.md", "1\n");
    let away = shared.bare.path().with_extension("away");
    fs::rename(shared.bare.path(), &away).unwrap();
    let save = draft("a.md", Some(a.store.head().unwrap()), "2\n");
    let Err(Error::Remote { kept: Some(kept), message }) = a.store.save_through(&save, &shared.remote())
    else {
        panic!("the remote is away")
    };
    assert!(!message.is_empty());
    assert_eq!(a.store.head().unwrap(), kept);
    assert_eq!(a.holds("a.md").unwrap(), "2\n");
    assert!(matches!(a.store.sync(&shared.remote()), Err(Error::Remote { .. })));
    fs::rename(&away, shared.bare.path()).unwrap();
    assert!(matches!(a.store.save_through(&save, &shared.remote()).unwrap(), Saved::Unchanged { .. }));
    assert_eq!(shared.tip(), kept.to_string(), "the same save again takes it there");
}

/// A repository that somebody has begun to use differently, and one that is not there, and one that hangs.
#[test]
fn remotes_that_do_not_work_say_why() {
    let folder = Folder::new(&[("a.md", "1\n")]);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let hanging = format!("git://127.0.0.1:{}/x", listener.local_addr().unwrap().port());
    let remote = Remote::new(&hanging, "main").unwrap().with_timeout(Duration::from_millis(200));
    let error = folder.store.sync(&remote).unwrap_err().to_string();
    assert!(error.contains("no answer within 0.2 seconds"), "{error}");

    let shared = Shared::new();
    let hook = shared.bare.path().join("hooks/pre-receive");
    fs::write(&hook, "#!/bin/sh\necho closed on Sundays >&2\nexit 1\n").unwrap();
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let error = folder.store.sync(&shared.remote()).unwrap_err().to_string();
    assert!(error.contains("closed on Sundays"), "{error}");
}

#[test]
fn only_addresses_of_repositories_reach_git() {
    let good = [
        "https://example.org/x.git",
        "ssh://git@example.org:22/x",
        "git://example.org/x",
        "file:///srv/x",
        "/srv/x.git",
        "git@example.org:team/wiki.git",
    ];
    for url in good {
        assert!(Remote::new(url, "main").is_ok(), "{url}");
    }
    let bad = [
        "",
        "-u",
        "--upload-pack=touch /tmp/x",
        "ext::sh -c touch% /tmp/x",
        "ext::x",
        "http://example.org/x",
        "relative/x",
        "ssh://-oProxyCommand=x/y",
        "git@-oProxyCommand=x:y",
        "-x@host:y",
        "a b@host:y",
        "git@host:-x",
        "git@host:",
        "https://",
        "fd::7",
        "git@host::x",
        "https://a/\nb",
        "../x",
        "user@ho`st:x",
    ];
    for url in bad {
        assert!(matches!(Remote::new(url, "main"), Err(Error::Address { .. })), "{url}");
    }
    for branch in ["", "-x", "a..b", "a b", "a:b", "a^", "+x*", "x.lock", "@{u}"] {
        assert!(matches!(Remote::new("/srv/x", branch), Err(Error::Address { .. })), "{branch}");
    }
}

/// Two replicas, several people at each, all saving into one remote repository.
#[test]
fn two_hundred_saves_through_two_replicas_are_all_kept() {
    const SAVES: usize = 200;
    const PEOPLE: usize = 4;
    let shared = Shared::new();
    let text: String = (0..SAVES).map(|i| format!("line {i}\nbetween\n")).collect();
    let (a, b) = shared.two("a.md", &text);
    let base = a.store.head().unwrap();
    let next = AtomicUsize::new(0);
    let person = |store: &Store| {
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            if i >= SAVES {
                return;
            }
            let mine = text.replace(&format!("line {i}\n"), &format!("saved {i}\n"));
            let save = draft("a.md", Some(base), &mine);
            // Whoever was late each time presses the button again.
            loop {
                match store.save_through(&save, &shared.remote()) {
                    Ok(Saved::Committed { .. }) => break,
                    Err(Error::Remote { message, kept: None }) if message.contains("pushed first") => {}
                    other => panic!("save {i}: {other:?}"),
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..PEOPLE / 2 {
            scope.spawn(|| person(&a.store));
            scope.spawn(|| person(&b.store));
        }
    });
    for folder in [&a, &b] {
        folder.store.sync(&shared.remote()).unwrap();
        let expected: String = (0..SAVES).map(|i| format!("saved {i}\nbetween\n")).collect();
        assert_eq!(folder.holds("a.md").unwrap(), expected);
        assert_eq!(folder.store.conflicts().unwrap(), []);
        folder.is_clean();
    }
    assert_eq!(a.store.head().unwrap(), b.store.head().unwrap());
    assert_eq!(a.store.head().unwrap().to_string(), shared.tip());
}
