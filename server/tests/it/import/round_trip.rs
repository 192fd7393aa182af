//! Out by the archive and in again: the same files.

use super::site::Import;
use super::{SITES, imported};

#[tokio::test]
async fn what_is_taken_out_comes_in_the_same() {
    for name in SITES {
        let (_, first, _) = imported(name);
        let mut wanted = first.files();
        wanted.retain(|file, bytes| !file.ends_with(".md") || !is_draft(bytes));
        let app = first.serve();
        let answer = app.get("/api/v1/archive").await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/zip"));

        let second = Import::new();
        let source = second.put("archive.zip", &answer.body);
        let report = second.run(&source, &["markdown"]);
        assert_eq!(report.status, Some(0), "{}", report.text);
        let found = second.files();
        assert_eq!(
            found.keys().collect::<Vec<_>>(),
            wanted.keys().collect::<Vec<_>>(),
            "{name}: {}",
            report.text
        );
        for (file, bytes) in &wanted {
            assert!(found[file] == *bytes, "{name}: {file} has changed");
        }
    }
}

/// What no reader sees is in no archive.
fn is_draft(source: &[u8]) -> bool {
    let source = str::from_utf8(source).unwrap();
    let head = source.split("\n---\n").next().unwrap();
    head.lines().any(|line| line == "draft: true")
}
