//! The folder has other users: editors on its files, and git.

use crate::folder::{Folder, committed, draft, git};
use std::fs;
use std::process::Command;
use store::{Change, Error, Save, Saved, Store};

#[test]
fn an_edit_in_the_folder_is_committed_before_a_save_and_merged_with_it() {
    let folder = Folder::new(&[("a.md", "1\n2\n3\n4\n5\n")]);
    let base = folder.store.head().unwrap();
    folder.write("a.md", "1\n2\n3\n4\noutside\n");
    let (_, text, merged) = committed(folder.save("a.md", Some(base), "web\n2\n3\n4\n5\n"));
    assert_eq!((text.as_str(), merged), ("web\n2\n3\n4\noutside\n", true));
    assert_eq!(folder.holds("a.md").unwrap(), text);
    assert_eq!(
        folder.messages(),
        ["Ann: Edit", "folder: Edited in the folder", "folder: The folder as it was"]
    );
    folder.is_clean();
}

#[test]
fn an_edit_in_the_folder_of_the_same_place_is_a_conflict_and_stays() {
    let folder = Folder::new(&[("a.md", "1\n")]);
    let base = folder.store.head().unwrap();
    folder.write("a.md", "outside\n");
    let saved = folder.save("a.md", Some(base), "web\n");
    assert!(matches!(&saved, Saved::Conflict { theirs: Some(it), .. } if it == b"outside\n"), "{saved:?}");
    assert_eq!(folder.holds("a.md").unwrap(), "outside\n");
}

#[test]
fn an_editor_starts_from_what_is_in_the_folder() {
    let folder = Folder::new(&[("a.md", "1\n")]);
    folder.write("a.md", "outside\n");
    folder.write("new.md", "new\n");
    for file in ["a.md", "new.md"] {
        let start = folder.store.start(file).unwrap();
        let text = String::from_utf8(start.text.unwrap()).unwrap();
        assert_eq!(start.revision, folder.store.head().unwrap());
        committed(folder.save(file, Some(start.revision), &text.replace('\n', " and web\n")));
    }
    assert_eq!(folder.holds("a.md").unwrap(), "outside and web\n");
    assert_eq!(folder.holds("new.md").unwrap(), "new and web\n");
    assert_eq!(folder.store.start("nowhere.md").unwrap().text, None);
    folder.is_clean();
}

#[test]
fn other_files_that_are_being_edited_are_left_alone() {
    let folder = Folder::new(&[("a.md", "1\n"), ("b.md", "1\n")]);
    folder.write("b.md", "half done");
    folder.put("a.md", "2\n");
    assert_eq!(folder.on_disk("b.md").unwrap(), "half done");
    assert_eq!(folder.in_head("b.md").unwrap(), "1\n");
    assert_eq!(folder.git(&["status", "--porcelain"]), " M b.md\n");
}

#[test]
fn what_was_edited_while_the_store_was_closed_is_committed_when_it_is_opened() {
    let folder = Folder::new(&[("a.md", "1\n"), ("gone.md", "1\n"), (".gitignore", "*.log\n")]);
    folder.write("a.md", "2\n");
    folder.write("new/b.md", "new\n");
    folder.write("x.log", "ignored");
    folder.write(".a.md.swp", "an editor's");
    folder.write("a.md~", "a backup");
    fs::remove_file(folder.path("gone.md")).unwrap();
    let folder = folder.reopened();
    let head = folder.store.head().unwrap();
    assert_eq!(folder.store.list(&head).unwrap(), [".gitignore", "a.md", "new/b.md"]);
    assert_eq!(folder.holds("a.md").unwrap(), "2\n");
    assert_eq!(folder.messages(), ["folder: Edited in the folder", "folder: The folder as it was"]);
    let folder = folder.reopened();
    assert_eq!(folder.store.head().unwrap(), head, "opening a folder that nobody edited changes nothing");
}

#[test]
fn a_folder_that_is_a_repository_already_stays_the_same_one() {
    let dir = tempfile::tempdir().unwrap();
    git(dir.path(), &["init", "-q", "-b", "trunk"]);
    fs::write(dir.path().join("a.md"), "1\n").unwrap();
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "-qm", "First"]);
    let head = git(dir.path(), &["rev-parse", "trunk"]);
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.head().unwrap().to_string(), head.trim());
    committed(store.save(&draft("a.md", Some(store.head().unwrap()), "2\n")).unwrap());
    assert_eq!(git(dir.path(), &["log", "--format=%s", "trunk"]), "Edit\nFirst\n");
}

#[test]
fn folders_that_cannot_be_used_say_what_to_do() {
    let outer = tempfile::tempdir().unwrap();
    git(outer.path(), &["init", "-q"]);
    fs::create_dir(outer.path().join("content")).unwrap();
    let refused = |path: &std::path::Path, word: &str| {
        let error = Store::open(path).unwrap_err();
        assert!(matches!(error, Error::Folder(_) | Error::Unfinished(_)), "{error:?}");
        assert!(error.to_string().contains(word), "{error}");
    };
    refused(&outer.path().join("content"), "run `git init` in it");
    refused(&outer.path().join("nowhere"), "cannot be opened");
    git(&outer.path().join("content"), &["init", "-q"]);
    Store::open(&outer.path().join("content")).unwrap();

    let detached = tempfile::tempdir().unwrap();
    Store::open(detached.path()).unwrap();
    git(detached.path(), &["checkout", "-q", "--detach"]);
    refused(detached.path(), "git switch");
    git(detached.path(), &["switch", "-q", "main"]);
    Store::open(detached.path()).unwrap();
}

#[test]
fn commits_made_in_the_folder_are_built_upon() {
    let folder = Folder::new(&[("a.md", "1\n2\n3\n4\n5\n"), ("b.md", "1\n")]);
    let base = folder.store.head().unwrap();
    folder.write("a.md", "git\n2\n3\n4\n5\n");
    folder.git(&["commit", "-qam", "By git"]);
    let (_, text, merged) = committed(folder.save("a.md", Some(base), "1\n2\n3\n4\nweb\n"));
    assert!(merged);
    assert_eq!(folder.holds("a.md").unwrap(), text);
    assert_eq!(folder.messages(), ["Ann: Edit", "Bob: By git", "folder: The folder as it was"]);
    // A text taken back to what it was before that commit is an edit, not an old file.
    folder.write("b.md", "2\n");
    folder.git(&["commit", "-qam", "Again"]);
    folder.put("a.md", "x\n");
    folder.write("b.md", "1\n");
    folder.store.start("b.md").unwrap();
    assert_eq!(folder.holds("b.md").unwrap(), "1\n");
    folder.is_clean();
}

#[test]
fn a_push_into_the_folder_changes_it() {
    let folder = Folder::new(&[("a.md", "1\n2\n3\n4\n5\n")]);
    let clone = tempfile::tempdir().unwrap();
    git(clone.path(), &["clone", "-q", folder.path("").to_str().unwrap(), "."]);
    let base = folder.store.head().unwrap();
    fs::write(clone.path().join("a.md"), "pushed\n2\n3\n4\n5\n").unwrap();
    git(clone.path(), &["commit", "-qam", "Pushed"]);
    git(clone.path(), &["push", "-q"]);
    assert_eq!(folder.on_disk("a.md").unwrap(), "pushed\n2\n3\n4\n5\n");
    let (_, text, _) = committed(folder.save("a.md", Some(base), "1\n2\n3\n4\nweb\n"));
    assert_eq!(text, "pushed\n2\n3\n4\nweb\n");
    folder.is_clean();
    // Who is late merges, as always with git.
    git(clone.path(), &["pull", "-q", "--no-rebase"]);
    assert_eq!(fs::read_to_string(clone.path().join("a.md")).unwrap(), text);
}

/// Somebody moved the branch without the folder, as a push with other settings does.
#[test]
fn a_file_that_nobody_edited_follows_the_branch() {
    let folder = Folder::new(&[("a.md", "1\n"), ("b.md", "1\n"), ("c.md", "1\n2\n3\n4\n")]);
    let before = folder.store.head().unwrap();
    folder.put("a.md", "2\n");
    folder.remove("b.md");
    folder.put("c.md", "1\n2\n3\nbranch\n");
    let after = folder.store.head().unwrap();
    folder.git(&["reset", "-q", "--hard", &before.to_string()]);
    let folder = folder.reopened();
    folder.git(&["update-ref", "refs/heads/main", &after.to_string()]);
    folder.write("c.md", "folder\n2\n3\n4\n");
    let folder = folder.reopened();
    assert_eq!(folder.holds("a.md").unwrap(), "2\n");
    assert_eq!(folder.holds("b.md"), None);
    assert_eq!(folder.holds("c.md").unwrap(), "folder\n2\n3\nbranch\n", "an edit is merged");
    folder.is_clean();
}

#[test]
fn an_edit_that_cannot_be_merged_is_kept_as_a_conflict() {
    let folder = Folder::new(&[("a.md", "1\n")]);
    let before = folder.store.head().unwrap();
    folder.put("a.md", "branch\n");
    let after = folder.store.head().unwrap();
    folder.git(&["reset", "-q", "--hard", &before.to_string()]);
    let folder = folder.reopened();
    folder.git(&["update-ref", "refs/heads/main", &after.to_string()]);
    folder.write("a.md", "folder\n");
    let folder = folder.reopened();
    assert_eq!(folder.holds("a.md").unwrap(), "branch\n");
    let conflicts = folder.store.conflicts().unwrap();
    let [conflict] = &conflicts[..] else { panic!("{conflicts:?}") };
    assert_eq!(conflict.file, "a.md");
    assert_eq!(conflict.author.name(), "folder");
    assert_eq!(conflict.base.as_deref(), Some(&b"1\n"[..]));
    assert_eq!(conflict.theirs.as_deref(), Some(&b"branch\n"[..]));
    assert_eq!(conflict.yours.as_deref(), Some(&b"folder\n"[..]));
    assert_eq!(conflict.pieces.len(), 1);
    folder.is_clean();

    let unseen = draft("a.md", Some(before), "chosen\n");
    assert!(matches!(folder.store.settle(&conflict.id, &unseen).unwrap(), Saved::Conflict { .. }));
    assert_eq!(folder.store.conflicts().unwrap().len(), 1, "it stays until the choice is saved");
    let chosen = Save { base: Some(folder.store.head().unwrap()), ..unseen };
    committed(folder.store.settle(&conflict.id, &chosen).unwrap());
    assert_eq!(folder.store.conflicts().unwrap(), []);
    assert_eq!(folder.holds("a.md").unwrap(), "chosen\n");
    assert!(matches!(folder.store.settle(&conflict.id, &chosen), Err(Error::NoConflict(_))));
}

#[test]
fn a_merge_that_somebody_began_with_git_is_theirs_to_finish() {
    let folder = Folder::new(&[("a.md", "1\n"), ("b.md", "1\n")]);
    folder.git(&["switch", "-qc", "side"]);
    folder.write("a.md", "side\n");
    folder.git(&["commit", "-qam", "Side"]);
    folder.git(&["switch", "-q", "main"]);
    folder.write("a.md", "main\n");
    folder.git(&["commit", "-qam", "Main"]);
    let merge =
        Command::new("git").args(["merge", "-q", "side"]).current_dir(folder.path("")).output().unwrap();
    assert!(!merge.status.success());
    let marked = folder.on_disk("a.md").unwrap();
    let base = folder.store.head().unwrap();
    let saved = folder.store.save(&draft("a.md", Some(base), "web\n"));
    assert!(matches!(&saved, Err(Error::Unfinished(it)) if it.contains("git merge --abort")), "{saved:?}");
    committed(folder.save("b.md", Some(base), "web\n"));
    assert_eq!(folder.on_disk("a.md").unwrap(), marked);
    let folder = folder.reopened();
    assert_eq!(folder.on_disk("a.md").unwrap(), marked);
    folder.git(&["merge", "--abort"]);
    assert_eq!(folder.holds("a.md").unwrap(), "main\n");
    assert_eq!(folder.holds("b.md").unwrap(), "web\n");
}

/// Each of these leaves the folder's files and moves the branch or the index.
#[test]
fn what_git_was_told_to_leave_in_the_folder_stays_there() {
    for args in [
        &["reset", "-q", "--soft", "HEAD~1"][..],
        &["reset", "-q", "HEAD~1"],
        &["rm", "-q", "--cached", "a.md"],
    ] {
        let folder = Folder::new(&[("a.md", "1\n"), ("b.md", "1\n")]);
        folder.put("a.md", "2\n");
        folder.git(args);
        if args[0] == "rm" {
            // As a commit does that read the index just before a save.
            folder.git(&["commit", "-qm", "Without it"]);
        }
        folder.put("b.md", "2\n");
        assert_eq!(folder.holds("a.md").unwrap(), "2\n", "after git {args:?}");
        folder.is_clean();
    }
}

/// git works in the folder while pages are saved: each of its commits either succeeds or fails, and undoes nothing.
#[test]
fn saves_and_git_commits_at_the_same_time_lose_nothing() {
    const EACH: usize = 25;
    let folder = Folder::new(&[("web.md", ""), ("git.md", "")]);
    let made = std::thread::scope(|scope| {
        let by_git = scope.spawn(|| {
            let run = |args: &[&str]| {
                let mut git = Command::new("git");
                git.args(["-c", "user.name=Bob", "-c", "user.email=b@x"]).args(args);
                git.current_dir(folder.path("")).output().unwrap().status.success()
            };
            let mut made = Vec::new();
            for i in 0..EACH {
                let file = format!("git-{i}.md");
                folder.write(&file, "git\n");
                while !run(&["add", &file]) {}
                while !run(&["commit", "-qm", &file]) {
                    // A save may have adopted the file as an edit in the folder.
                    if folder.in_head(&file).is_some() {
                        break;
                    }
                }
                made.push(file);
            }
            made
        });
        for i in 0..EACH {
            let change = Change::Write { file: format!("web-{i}.md"), bytes: b"web\n".to_vec() };
            folder.store.commit(&[change], &crate::folder::ann(), "Web").unwrap();
        }
        by_git.join().unwrap()
    });
    let folder = folder.reopened();
    for file in made.into_iter().chain((0..EACH).map(|i| format!("web-{i}.md"))) {
        assert!(folder.holds(&file).is_some(), "{file}");
    }
    folder.is_clean();
}

/// A program that died while it held the index does not stop saves; its lock goes when it is old.
#[test]
fn a_forgotten_lock_of_the_index_does_not_stop_saves() {
    let folder = Folder::new(&[("a.md", "1\n")]);
    let lock = folder.path(".git/index.lock");
    fs::write(&lock, "").unwrap();
    folder.put("a.md", "2\n");
    assert_eq!(folder.holds("a.md").unwrap(), "2\n");
    assert!(lock.exists(), "it may be in use");
    let day_ago = std::time::SystemTime::now() - std::time::Duration::from_hours(24);
    fs::File::options().write(true).open(&lock).unwrap().set_modified(day_ago).unwrap();
    folder.put("a.md", "3\n");
    assert_eq!(folder.holds("a.md").unwrap(), "3\n");
    folder.is_clean();
}
