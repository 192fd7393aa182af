//! The history: all of it, of a folder, of a file; lines and removed files.

use crate::folder::{Folder, ann, committed};
use store::{Change, ChangeKind, Error, Revision, Scope};

fn subjects(folder: &Folder, scope: Scope<'_>) -> Vec<String> {
    let log = folder.store.log(scope, None, 100).unwrap();
    log.into_iter().map(|it| it.message).collect()
}

fn put(folder: &Folder, file: &str, text: &str, message: &str) -> Revision {
    let change = Change::Write { file: file.to_string(), bytes: text.as_bytes().to_vec() };
    folder.store.commit(&[change], &ann(), message).unwrap()
}

fn rename(folder: &Folder, from: &str, to: &str, text: &str) -> Revision {
    let changes = [
        Change::Remove { file: from.to_string() },
        Change::Write { file: to.to_string(), bytes: text.as_bytes().to_vec() },
    ];
    folder.store.commit(&changes, &ann(), "move").unwrap()
}

#[test]
fn a_history_has_what_its_scope_covers() {
    let folder = Folder::new(&[]);
    put(&folder, "a/x.md", "1\n", "one");
    put(&folder, "a/y.md", "1\n", "two");
    put(&folder, "a.md", "1\n", "three");
    put(&folder, "a/x.md", "2\n", "four");
    assert_eq!(subjects(&folder, Scope::File("a/x.md")), ["four", "one"]);
    assert_eq!(subjects(&folder, Scope::Folder("a")), ["four", "two", "one"]);
    assert_eq!(subjects(&folder, Scope::Folder("a/")), ["four", "two", "one"]);
    assert_eq!(
        subjects(&folder, Scope::Everything),
        ["four", "three", "two", "one", "The folder as it was\n"]
    );
    assert_eq!(subjects(&folder, Scope::Folder("")).len(), 5);
    assert!(subjects(&folder, Scope::File("never.md")).is_empty());
}

#[test]
fn entries_say_what_happened() {
    let folder = Folder::new(&[("a.md", "1\n")]);
    put(&folder, "b.md", "a text that is long enough\nto be known again\n", "add");
    put(&folder, "a.md", "2\n", "modify");
    rename(&folder, "b.md", "c/d.md", "a text that is long enough\nto be known again\n");
    folder.remove("a.md");
    let kinds: Vec<_> = folder
        .store
        .log(Scope::Everything, None, 4)
        .unwrap()
        .into_iter()
        .map(|it| {
            (
                it.author.name().to_string(),
                it.files.into_iter().map(|it| (it.file, it.kind)).collect::<Vec<_>>(),
            )
        })
        .collect();
    let of_ann = |file: &str, kind| ("Ann".to_string(), vec![(file.to_string(), kind)]);
    assert_eq!(
        kinds,
        [
            of_ann("a.md", ChangeKind::Removed),
            of_ann("c/d.md", ChangeKind::Renamed { from: "b.md".to_string() }),
            of_ann("a.md", ChangeKind::Modified),
            of_ann("b.md", ChangeKind::Added),
        ]
    );
}

#[test]
fn a_file_keeps_its_history_when_it_moves() {
    let folder = Folder::new(&[]);
    let text = "a text that is long enough\nto be known again\nand again\n";
    put(&folder, "old.md", text, "first");
    rename(&folder, "old.md", "new.md", text);
    put(&folder, "old.md", "something else\n", "another at the old place");
    put(&folder, "new.md", &format!("{text}more\n"), "second");
    assert_eq!(subjects(&folder, Scope::File("new.md")), ["second", "move", "first"]);
}

#[test]
fn pages_of_a_history_follow_each_other() {
    let folder = Folder::new(&[]);
    for i in 0..10 {
        put(&folder, "a.md", &format!("{i}\n"), &format!("{i}"));
        put(&folder, "b.md", &format!("{i}\n"), "other");
    }
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = folder.store.log(Scope::File("a.md"), after.as_ref(), 3).unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.revision);
        all.extend(page.into_iter().map(|it| it.message));
    }
    assert_eq!(all, ["9", "8", "7", "6", "5", "4", "3", "2", "1", "0"]);
}

#[test]
fn every_line_has_an_author() {
    let folder = Folder::new(&[("a.md", "1\n2\n3\n")]);
    let first = folder.store.head().unwrap();
    let (second, ..) = committed(folder.save("a.md", Some(first), "1\ntwo\n3\nlast"));
    let lines = folder.store.blame("a.md", &second).unwrap();
    let shown: Vec<_> = lines.iter().map(|it| (it.text.as_str(), it.revision, it.author.name())).collect();
    assert_eq!(
        shown,
        [
            ("1\n", first, "folder"),
            ("two\n", second, "Ann"),
            ("3\n", first, "folder"),
            ("last", second, "Ann")
        ]
    );
    assert_eq!(folder.store.blame("a.md", &first).unwrap().len(), 3);
    assert_eq!(folder.store.blame("no.md", &first).unwrap(), []);
    let empty = put(&folder, "empty.md", "", "empty");
    assert_eq!(folder.store.blame("empty.md", &empty).unwrap(), []);
    let gone = "1234567890123456789012345678901234567890".parse().unwrap();
    assert!(matches!(folder.store.blame("a.md", &gone), Err(Error::Missing(_))));
}

#[test]
fn removed_files_can_be_brought_back() {
    let folder = Folder::new(&[("a.md", "a\n"), ("b.md", "b\n"), ("c.md", "a longer text\nof two lines\n")]);
    let before = folder.store.head().unwrap();
    let at = folder.remove("a.md");
    folder.remove("b.md");
    folder.put("b.md", "here again\n");
    rename(&folder, "c.md", "d.md", "a longer text\nof two lines\n");
    let removed = folder.store.removed(10).unwrap();
    let [gone] = &removed[..] else { panic!("{removed:?}") };
    assert_eq!(
        (gone.file.as_str(), gone.revision, gone.restore, gone.author.name()),
        ("a.md", at, before, "Ann")
    );
    let text = folder.store.read("a.md", Some(&gone.restore)).unwrap().unwrap();
    assert_eq!(text, b"a\n");
    assert_eq!(folder.store.removed(0).unwrap(), []);
}

#[test]
fn only_whole_ids_are_revisions() {
    let good = "0123456789abcdef0123456789abcdef01234567";
    assert_eq!(good.parse::<Revision>().unwrap().to_string(), good);
    for bad in [
        "",
        "HEAD",
        "0123456",
        "0123456789ABCDEF0123456789abcdef01234567",
        &format!("{good}0"),
        &good.replace('0', "-"),
    ] {
        assert!(matches!(bad.parse::<Revision>(), Err(Error::Revision(_))), "{bad}");
    }
}
