//! What was committed since a commit.

use crate::folder::{Folder, ann};
use store::{Change, Revision};

fn put(folder: &Folder, file: &str) -> Revision {
    let change = Change::Write { file: file.to_string(), bytes: b"1\n".to_vec() };
    folder.store.commit(&[change], &ann(), file).unwrap()
}

fn since(folder: &Folder, after: &Revision, limit: usize) -> Vec<String> {
    let entries = folder.store.since(after, limit).unwrap().unwrap();
    entries.into_iter().map(|it| it.message.trim().to_string()).collect()
}

#[test]
fn what_came_with_a_merge_is_new_however_old_it_is() {
    let folder = Folder::new(&[]);
    let first = folder.store.head().unwrap();
    let told = put(&folder, "a.md");
    folder.git(&["checkout", "--quiet", "-b", "side", &first.to_string()]);
    let aside = put(&folder, "b.md");
    folder.git(&["checkout", "--quiet", "-"]);
    assert!(since(&folder, &told, 9).is_empty());
    folder.git(&["merge", "--quiet", "--no-ff", "-m", "merge", "side"]);
    let last = put(&folder, "c.md");
    assert_eq!(since(&folder, &told, 9), ["b.md", "merge", "c.md"]);
    assert_eq!(since(&folder, &told, 2), ["merge", "c.md"], "the newest of them");
    assert_eq!(since(&folder, &aside, 9), ["a.md", "merge", "c.md"]);
    assert!(since(&folder, &last, 9).is_empty());
    let unknown: Revision = "1".repeat(40).parse().unwrap();
    assert_eq!(folder.store.since(&unknown, 9).unwrap(), None);
    let entry = folder.store.entry(&aside).unwrap().unwrap();
    assert_eq!((entry.revision, entry.files[0].file.as_str()), (aside, "b.md"));
    assert_eq!(folder.store.entry(&unknown).unwrap(), None);
}
