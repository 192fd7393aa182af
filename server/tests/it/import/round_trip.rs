//! Out by the archive and in again: the same files.

use super::site::{Expected, Import, fixtures};

#[tokio::test]
async fn what_is_taken_out_comes_in_the_same() {
    for name in ["hexo", "own"] {
        let first = Import::new();
        let report = first.run(&fixtures().join(name), &Expected::of(name).arguments());
        assert_eq!(report.status, Some(0), "{}", report.text);
        let mut wanted = first.files();
        // What no reader sees is in no archive.
        wanted.retain(|file, _| !file.starts_with("unfinished."));
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
