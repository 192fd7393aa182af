//! Saves: alone, together, against each other, and to the byte.

use crate::folder::{Folder, ann, committed, draft};
use store::{Change, Error, Piece, Saved, Side};

#[test]
fn a_save_is_a_commit_and_a_file() {
    let folder = Folder::new(&[("a.md", "one\n")]);
    let base = folder.store.head().unwrap();
    let (revision, text, merged) = committed(folder.save("a.md", Some(base), "two\n"));
    assert_eq!((text.as_str(), merged), ("two\n", false));
    assert_eq!(folder.store.head().unwrap(), revision);
    assert_eq!(folder.holds("a.md").unwrap(), "two\n");
    assert_eq!(folder.messages(), ["Ann: Edit", "folder: The folder as it was"]);
    folder.is_clean();
}

#[test]
fn a_new_page_in_a_new_folder() {
    let folder = Folder::new(&[]);
    committed(folder.save("深/い/page.zh.md", None, "新\n"));
    assert_eq!(folder.holds("深/い/page.zh.md").unwrap(), "新\n");
    folder.is_clean();
}

#[test]
fn the_text_that_is_there_makes_no_commit() {
    let folder = Folder::new(&[("a.md", "one\n")]);
    let base = folder.store.head().unwrap();
    for base in [Some(base), None] {
        let saved = folder.save("a.md", base, "one\n");
        let Saved::Unchanged { revision, .. } = saved else { panic!("{saved:?}") };
        assert_eq!(revision, folder.store.head().unwrap());
    }
    assert_eq!(folder.messages().len(), 1);
}

#[test]
fn changes_in_different_places_are_both_kept() {
    let folder = Folder::new(&[("a.md", "1\n2\n3\n4\n5\n")]);
    let base = folder.store.head().unwrap();
    committed(folder.save("a.md", Some(base), "one\n2\n3\n4\n5\n"));
    let (_, text, merged) = committed(folder.save("a.md", Some(base), "1\n2\n3\n4\nfive\n"));
    assert!(merged);
    assert_eq!(text, "one\n2\n3\n4\nfive\n");
    assert_eq!(folder.holds("a.md").unwrap(), text);
    folder.is_clean();
}

#[test]
fn changes_in_the_same_place_are_shown_and_a_second_save_wins() {
    let folder = Folder::new(&[("a.md", "1\n2\n3\n")]);
    let base = folder.store.head().unwrap();
    committed(folder.save("a.md", Some(base), "1\ntheirs\n3\n"));
    let saved = folder.save("a.md", Some(base), "1\nyours\n3\n");
    let Saved::Conflict { revision, base, theirs, yours, pieces } = saved else { panic!("{saved:?}") };
    assert_eq!(revision, folder.store.head().unwrap());
    assert_eq!(base.as_deref(), Some(&b"1\n2\n3\n"[..]));
    assert_eq!(theirs.as_deref(), Some(&b"1\ntheirs\n3\n"[..]));
    assert_eq!(yours, b"1\nyours\n3\n");
    let line = |text: &str| text.to_string();
    assert_eq!(
        pieces,
        [
            Piece::Same(line("1\n")),
            Piece::Conflict { base: line("2\n"), theirs: line("theirs\n"), yours: line("yours\n") },
            Piece::Same(line("3\n")),
        ]
    );
    assert_eq!(folder.holds("a.md").unwrap(), "1\ntheirs\n3\n");
    let (_, text, _) = committed(folder.save("a.md", Some(revision), "1\nboth\n3\n"));
    assert_eq!(text, "1\nboth\n3\n");
    folder.is_clean();
}

#[test]
fn nobody_conflicts_with_themselves_when_an_answer_was_lost() {
    let folder = Folder::new(&[("a.md", "1\n")]);
    let base = folder.store.head().unwrap();
    committed(folder.save("a.md", Some(base), "1\nmore\n"));
    let (_, text, _) = committed(folder.save("a.md", Some(base), "1\nmore\nand more\n"));
    assert_eq!(text, "1\nmore\nand more\n");
}

#[test]
fn a_page_that_is_there_already_is_not_overwritten_by_a_new_one() {
    let folder = Folder::new(&[("a.md", "title\ntheirs\n")]);
    let saved = folder.save("a.md", None, "title\nyours\n");
    let Saved::Conflict { base: None, theirs: Some(_), pieces, .. } = saved else { panic!("{saved:?}") };
    assert_eq!(pieces[0], Piece::Same("title\n".to_string()));
    assert!(
        matches!(&pieces[1], Piece::Conflict { theirs, yours, .. } if theirs == "theirs\n" && yours == "yours\n")
    );
    let saved = folder.save("a.md", None, "title\ntheirs\nmore\n");
    let Saved::Conflict { pieces, .. } = saved else { panic!("{saved:?}") };
    assert_eq!(pieces[1], Piece::Changed { by: Side::You, text: "more\n".to_string() });
}

#[test]
fn a_page_that_somebody_removed_is_not_brought_back_unasked() {
    let folder = Folder::new(&[("a.md", "1\n"), ("b.md", "")]);
    let base = folder.store.head().unwrap();
    folder.remove("a.md");
    let saved = folder.save("a.md", Some(base), "2\n");
    let Saved::Conflict { revision, base: Some(_), theirs: None, .. } = saved else { panic!("{saved:?}") };
    committed(folder.save("a.md", Some(revision), "2\n"));
    assert_eq!(folder.holds("a.md").unwrap(), "2\n");
    folder.is_clean();
}

#[test]
fn a_base_that_is_not_in_the_repository_is_no_base() {
    let folder = Folder::new(&[("a.md", "1\n")]);
    let gone = "1234567890123456789012345678901234567890".parse().unwrap();
    assert!(matches!(folder.save("a.md", Some(gone), "2\n"), Saved::Conflict { base: None, .. }));
    assert!(matches!(folder.save("a.md", Some(gone), "1\n"), Saved::Unchanged { .. }));
    assert!(matches!(folder.store.read("a.md", Some(&gone)), Err(Error::Missing(_))));
}

#[test]
fn every_byte_is_kept() {
    let texts = [
        "",
        "\n",
        "a",
        "a\n",
        "a\r\n",
        "a\r\nb\n",
        "a\rb",
        "\u{feff}# bom\r\n",
        "\ttab \n  spaces  \n",
        "a\n\n\n\n",
        "a\0b",
        "<b>raw</b>\n",
        "a\u{301} \u{1f600} 汉字\n",
        "<<<<<<< a\n=======\n>>>>>>> b\n",
    ];
    let folder = Folder::new(&[("a.md", "start")]);
    for text in texts {
        let base = folder.store.head().unwrap();
        let (_, stored, _) = committed(folder.save("a.md", Some(base), text));
        assert_eq!(stored, text);
        assert_eq!(folder.holds("a.md").unwrap(), text);
        assert!(matches!(folder.save("a.md", Some(base), text), Saved::Unchanged { .. }), "{text:?}");
    }
    folder.is_clean();
}

/// Line ends are the page's, whatever git is configured to prefer and whatever the folder's attributes ask for.
#[test]
fn no_setting_changes_line_ends() {
    let folder = Folder::new(&[(".gitattributes", "*.md text eol=crlf\n"), ("a.md", "1\r\n2\n")]);
    folder.git(&["config", "core.autocrlf", "true"]);
    assert_eq!(folder.holds("a.md").unwrap(), "1\r\n2\n");
    committed(folder.save("a.md", Some(folder.store.head().unwrap()), "1\n2\r\n"));
    assert_eq!(folder.holds("a.md").unwrap(), "1\n2\r\n");
    folder.is_clean();
    let folder = folder.reopened();
    assert_eq!(folder.messages().len(), 2);
}

#[test]
fn several_files_change_in_one_commit() {
    let folder = Folder::new(&[("a/b/page.md", "text\n"), ("c", "")]);
    let changes = [
        Change::Write { file: "x/page.md".to_string(), bytes: b"text\n".to_vec() },
        Change::Write { file: "x/picture.png".to_string(), bytes: vec![0, 255, 7] },
        Change::Remove { file: "a/b/page.md".to_string() },
        Change::Remove { file: "never/was.md".to_string() },
    ];
    let revision = folder.store.commit(&changes, &ann(), "Move").unwrap();
    assert_eq!(folder.store.commit(&changes, &ann(), "Move").unwrap(), revision, "nothing to change");
    assert_eq!(folder.store.list(&revision).unwrap(), ["c", "x/page.md", "x/picture.png"]);
    assert_eq!(folder.store.read("x/picture.png", None).unwrap().unwrap(), [0, 255, 7]);
    assert!(!folder.path("a").exists(), "no empty folders are left");
    folder.is_clean();
}

#[test]
fn a_file_may_become_a_folder_and_a_folder_a_file() {
    let folder = Folder::new(&[("a", "file\n"), ("b/c", "below\n")]);
    let changes = [
        Change::Remove { file: "a".to_string() },
        Change::Write { file: "a/x".to_string(), bytes: b"1".to_vec() },
        Change::Remove { file: "b/c".to_string() },
    ];
    let made = folder.store.commit(&changes, &ann(), "Turn round");
    assert!(matches!(made, Err(Error::Path { .. })), "in two steps: {made:?}");
    folder.remove("a");
    folder.put("a/x", "1");
    folder.remove("b/c");
    folder.put("b", "2");
    assert_eq!(
        (folder.holds("a/x").unwrap(), folder.holds("b").unwrap()),
        ("1".to_string(), "2".to_string())
    );
    assert!(matches!(folder.store.save(&draft("b/x", None, "")), Err(Error::Path { .. })));
    assert!(matches!(folder.store.save(&draft("a", None, "")), Err(Error::Path { .. })));
    folder.is_clean();
}

#[test]
fn paths_that_lead_elsewhere_are_refused() {
    let folder = Folder::new(&[("a.md", "")]);
    let deep = "d/".repeat(16) + "x";
    let long = "l".repeat(1025);
    for file in [
        "",
        "/a",
        "../a",
        "a/../b",
        "a/./b",
        "a//b",
        "a/",
        ".git/config",
        "a/.GIT/hooks/post-commit",
        ".gitmodules",
        ".Gitattributes",
        "a\\b",
        "a\nb",
        "a\0b",
        "a\u{7f}",
        &deep,
        &long,
        ".",
    ] {
        for error in [
            folder.store.save(&draft(file, None, "x")).unwrap_err(),
            folder.store.read(file, None).unwrap_err(),
            folder.store.commit(&[Change::Remove { file: file.to_string() }], &ann(), "x").unwrap_err(),
        ] {
            assert!(matches!(error, Error::Path { .. }), "{file:?}: {error}");
        }
    }
    assert_eq!(folder.messages().len(), 1);
}

#[test]
fn links_are_not_written_through() {
    let elsewhere = tempfile::tempdir().unwrap();
    let folder = Folder::new(&[("a.md", "1")]);
    std::os::unix::fs::symlink(elsewhere.path(), folder.path("out")).unwrap();
    std::fs::write(elsewhere.path().join("secret"), "s").unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("secret"), folder.path("s.md")).unwrap();
    assert_eq!(folder.store.read("out/secret", None).unwrap(), None);
    assert_eq!(folder.store.read("s.md", None).unwrap(), None);
    for file in ["out/new.md", "out/secret", "s.md"] {
        let saved = folder.store.save(&draft(file, None, "overwritten"));
        assert!(matches!(saved, Err(Error::Path { .. })), "{file}: {saved:?}");
    }
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 1);
    assert_eq!(std::fs::read_to_string(elsewhere.path().join("secret")).unwrap(), "s");
}

#[test]
fn a_program_stays_a_program() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("run.sh", "1")]);
    std::fs::set_permissions(folder.path("run.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    folder.git(&["commit", "-qam", "Executable"]);
    folder.put("run.sh", "2");
    assert_eq!(folder.path("run.sh").metadata().unwrap().permissions().mode() & 0o777, 0o755);
    folder.is_clean();
}

#[test]
fn names_of_authors_cannot_break_a_commit() {
    use store::Author;
    let cases = [
        ("Ann", "a@b", "Ann <a@b>"),
        ("  ", "", "somebody <nobody@localhost>"),
        ("<>\n\0", "a@b>\nx: y", "somebody <a@bx:y>"),
        ("A <b>\ncommitter", "", "A bcommitter <nobody@localhost>"),
        ("王小明", "w@例", "王小明 <w@例>"),
        (".,;'\"", "a", "somebody <a>"),
    ];
    let folder = Folder::new(&[]);
    for (name, email, shown) in cases {
        let mut draft = draft("a.md", Some(folder.store.head().unwrap()), shown);
        draft.author = Author::new(name, email);
        draft.message = "zero \0 byte".to_string();
        committed(folder.store.save(&draft).unwrap());
        assert_eq!(folder.git(&["log", "-1", "--format=%an <%ae>"]).trim_end(), shown);
    }
    folder.is_clean();
}

/// However many pages there are, a save writes the page, the folders on the way to it, and the commit.
#[test]
fn a_save_writes_nothing_about_other_pages() {
    let pages: Vec<String> = (0..2000).map(|i| format!("{}/{}/{i}.md", i % 7, i % 11)).collect();
    let files: Vec<(&str, &str)> = pages.iter().map(|it| (it.as_str(), "text\n")).collect();
    let folder = Folder::new(&files);
    let objects = || -> usize {
        let count = folder.git(&["count-objects"]);
        count.split(' ').next().unwrap().parse().unwrap()
    };
    let times = |file: &str| folder.path(file).metadata().unwrap().modified().unwrap();
    let (before, others) = (objects(), pages.iter().skip(1).map(|it| times(it)).collect::<Vec<_>>());
    let base = folder.store.head().unwrap();
    committed(folder.save(&pages[0], Some(base), "another text\n"));
    assert_eq!(objects() - before, 1 + 3 + 1, "page, three folders, commit");
    assert_eq!(pages.iter().skip(1).map(|it| times(it)).collect::<Vec<_>>(), others);
    folder.is_clean();
}
