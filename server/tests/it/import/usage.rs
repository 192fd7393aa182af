//! What is said to somebody who asks for the wrong thing, and files that are there already.

use super::site::{Files, Import, fixtures, zip_of};
use crate::command_line::run;
use std::fs;

#[test]
fn wrong_usage_is_explained() {
    let import = Import::new();
    import.put("site/a.md", b"Text\n");
    import.put("file.txt", b"no zip\n");
    import.put("empty/picture.png", b"\x89PNG");
    import.put("empty.zip", &zip_of(&Files::new(), ""));
    import.put("broken.zip", b"PK\x03\x04 and nothing more");
    for (args, status, says) in [
        (&["import"][..], 2, "<GENERATOR>"),
        (&["import", "wordpress", "site"], 2, "hexo, jekyll, mdbook, obsidian, markdown"),
        (&["import", "hexo"], 2, "<SOURCE>"),
        (&["import", "markdown", "site", "--lang", "de"], 2, "`en` or `zh`"),
        (&["import", "markdown", "site", "--into", "../out"], 2, "--into"),
        (&["import", "markdown", "site", "--into", "tags"], 2, "--into"),
        (&["import", "markdown", "none"], 1, "`none`"),
        (&["import", "markdown", "file.txt"], 1, "file.txt"),
        (&["import", "markdown", "broken.zip"], 1, "broken.zip"),
        (&["import", "hexo", "empty"], 1, "`empty` has no pages"),
        (&["import", "mdbook", "empty.zip"], 1, "`empty.zip` has no pages"),
    ] {
        let args = [args, &["--content", "content"]].concat();
        let output = run(import.around(), &args);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {error}");
        assert!(error.contains(says), "{args:?}: {error}");
        assert!(!error.contains("panicked"), "{args:?}: {error}");
        assert!(import.files().is_empty(), "{args:?} wrote {:?}", import.files().keys());
    }
    assert!(!import.around().join("out").exists());
}

/// What is there stays as it is, and is named; the rest comes in.
#[test]
fn nothing_is_overwritten() {
    let import = Import::new();
    let source = fixtures().join("own");
    import.put("content/tcp/queue.en.md", b"Mine.\n");
    import.put("content/tcp/queue.png", b"mine");
    let report = import.run(&source, &["markdown"]);
    assert_eq!(report.status, Some(0), "{}", report.text);
    for file in ["tcp/queue.en.md", "tcp/queue.png"] {
        let line = report.text.lines().find(|line| line.contains(file) && line.contains("there already"));
        assert!(line.is_some(), "{file}: {}", report.text);
    }
    // Of pages and of files.
    assert_eq!(report.text.matches("1 conflict").count(), 2, "{}", report.text);
    let files = import.files();
    assert_eq!(files["tcp/queue.en.md"], b"Mine.\n");
    assert_eq!(files["tcp/queue.png"], b"mine");
    assert_eq!(files["tcp/queue.zh.md"], fs::read(source.join("tcp/queue.zh.md")).unwrap());
}

/// Pages below a folder of their own: links and addresses follow.
#[tokio::test]
async fn into_a_folder() {
    let import = Import::new();
    let report = import.run(&fixtures().join("hexo"), &["hexo", "--into", "old/blog"]);
    assert_eq!(report.status, Some(0), "{}", report.text);
    assert!(import.files().keys().all(|file| file.starts_with("old/blog/")), "{:?}", import.files().keys());
    let app = import.serve();
    let answer = app.get("/2019/05/17/high_load/").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (301, "/en/old/blog/high_load-2"));
    let links = app.get("/en/old/blog/high_load-2").await.attributes(".prose p > a", "href");
    assert_eq!(links, ["/zh/old/blog/High_load"]);
}

/// Links out of the source are not followed: what they lead to may be private.
#[cfg(unix)]
#[test]
fn links_out_of_the_source_are_not_followed() {
    let import = Import::new();
    import.put("secret.md", b"A secret.\n");
    import.put("secret.png", b"secret");
    import.put("site/a.md", b"![picture](picture.png) ![up](../secret.png) ![far](/etc/hostname)\n");
    std::os::unix::fs::symlink("../secret.md", import.around().join("site/b.md")).unwrap();
    std::os::unix::fs::symlink("../secret.png", import.around().join("site/picture.png")).unwrap();
    let report = import.run(&import.around().join("site"), &["markdown"]);
    assert_eq!(report.status, Some(0), "{}", report.text);
    assert_eq!(import.files().into_keys().collect::<Vec<_>>(), ["a.en.md"], "{}", report.text);
}
