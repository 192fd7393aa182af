//! git's index after saves, as git itself sees it.

use crate::folder::Folder;

/// Whatever git wrote into the index, after a save the index has the page, and everything else is as it was.
#[test]
fn the_index_follows_a_save_whatever_git_made_of_it() {
    for before in [
        &["update-index", "--index-version", "2"][..],
        &["update-index", "--index-version", "4"],
        &["update-index", "--force-untracked-cache"],
        &["-c", "index.skipHash=true", "update-index", "--force-write-index"],
        // An entry with extended flags: version 3.
        &["update-index", "--skip-worktree", "b/c.md"],
    ] {
        let folder = Folder::new(&[("a.md", "1\n"), ("b/c.md", "1\n"), ("b.md", "1\n"), ("队列.md", "1\n")]);
        folder.git(before);
        let base = Some(folder.store.head().unwrap());
        for file in ["a.md", "b/c.md", "队列.md", "b/new.md", "b-new.md", "zz.md"] {
            let is_there = folder.path(file).exists();
            folder.save(file, base.filter(|_| is_there), &format!("2 {file}\n"));
        }
        folder.is_clean();
        let (files, head) =
            (folder.git(&["ls-files"]), folder.git(&["ls-tree", "-r", "--name-only", "HEAD"]));
        assert_eq!(files, head, "{before:?}");
    }
}

#[test]
fn an_index_that_is_damaged_does_not_keep_a_save_from_being_made() {
    let folder = Folder::new(&[("a.md", "1\n")]);
    let base = Some(folder.store.head().unwrap());
    for damage in [&b""[..], b"DIRC", b"DIRC\0\0\0\x02\xff\xff\xff\xff", &[0; 100]] {
        std::fs::write(folder.path(".git/index"), damage).unwrap();
        let _ = folder.store.save(&crate::folder::draft("a.md", base, &format!("{damage:?}\n")));
    }
    std::fs::remove_file(folder.path(".git/index")).unwrap();
    folder.save("b.md", None, "2\n");
    assert_eq!(folder.holds("b.md").as_deref(), Some("2\n"));
}
