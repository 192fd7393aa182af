//! Which language a page is taken to be in, and files that are no text.

use super::site::Import;
use std::collections::BTreeSet;

#[test]
fn the_language_is_found() {
    const CHINESE: &str = "连接变慢了，是因为 SYN 被丢弃。\n";
    const ENGLISH: &str = "Connections are slow, since SYNs are dropped.\n";
    for (file, text, options, written) in [
        ("a.md", ENGLISH, &[][..], "a.en.md"),
        ("a.md", CHINESE, &[], "a.zh.md"),
        ("a.md", ENGLISH, &["--lang", "zh"], "a.zh.md"),
        ("a.md", CHINESE, &["--lang", "en"], "a.en.md"),
        ("a.zh.md", CHINESE, &[], "a.zh.md"),
        ("a.md", "---\ntitle: A\nlang: zh-CN\n---\nRead `man 7 tcp`.\n", &[], "a.zh.md"),
        ("a.md", "---\ntitle: A\nlang: en\n---\n什么是 SYN？\n", &[], "a.en.md"),
        // Code is in no language.
        (
            "a.md",
            "怎么看队列：\n\n```bash\nss -lnt | awk '{ print $2, $3 }' | sort | uniq -c\n```\n",
            &[],
            "a.zh.md",
        ),
        ("a.md", "The prompt of this machine says `root@机器`, and so it stays.\n", &[], "a.en.md"),
    ] {
        let import = Import::new();
        import.put(&format!("site/{file}"), text.as_bytes());
        let report = import.run(&import.around().join("site"), &[&["markdown"], options].concat());
        let files: Vec<String> = import.files().into_keys().collect();
        assert_eq!((report.status, files), (Some(0), vec![written.to_string()]), "{text}: {}", report.text);
    }
}

/// The two languages of a page come in as two languages of one page.
#[test]
fn translations_stay_together() {
    let import = Import::new();
    import.put("site/tcp/a.en.md", b"---\ntitle: A\n---\nText\n");
    import.put("site/tcp/a.zh.md", "---\ntitle: 甲\n---\n正文\n".as_bytes());
    assert_eq!(import.run(&import.around().join("site"), &["markdown"]).status, Some(0));
    assert_eq!(import.files().into_keys().collect::<Vec<_>>(), ["tcp/a.en.md", "tcp/a.zh.md"]);
}

/// A file in another encoding is named and stays out; those beside it come in.
#[test]
fn what_is_no_utf8_is_named() {
    // "队列" in GBK.
    let gbk = b"---\ntitle: gbk\n---\n\n\xb6\xd3\xc1\xd0\n";
    for (generator, file, beside) in [
        ("hexo", "source/_posts/gbk.md", "source/_posts/good.md"),
        ("jekyll", "_posts/2020-01-02-gbk.md", "_posts/2020-01-02-good.md"),
        ("obsidian", "gbk.md", "good.md"),
        ("markdown", "gbk.md", "good.md"),
    ] {
        let import = Import::new();
        import.put(&format!("site/{file}"), gbk);
        import.put(&format!("site/{beside}"), b"---\ntitle: good\ndate: 2020-01-02\n---\nText\n");
        import.put("site/_config.yml", b"title: x\n");
        let report = import.run(&import.around().join("site"), &[generator]);
        let named: BTreeSet<&str> = report.named();
        assert!(named.contains(&*format!("{file}:5")), "{generator}: {}", report.text);
        assert!(report.text.contains("UTF-8"), "{generator}: {}", report.text);
        let written = import.files();
        let good = written.iter().filter(|(name, _)| name.contains("good")).count();
        assert_eq!(good, 1, "{generator}: {:?}", written.keys());
        let bytes: Vec<u8> = written.into_values().flatten().collect();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains('\u{fffd}'), "{generator}: {text}");
    }
}

/// Our own files are taken as they are: line ends, a byte order mark, spaces at the ends of lines, no last line end.
#[test]
fn own_files_are_kept_to_the_byte() {
    for text in [
        "\u{feff}---\r\ntitle: \"A\"\r\n---\r\nText  \r\n\tand more\r\n",
        "---\ntitle: A\n---\n\n# A\n\nNo line end",
        "---\n# a comment\ntitle:   'A'\nodd-key: x\ntags:\n- a\n---\n\n\n\nText\n\n\n",
        "No head at all, and a tab\there.\n",
        "",
    ] {
        let import = Import::new();
        import.put("site/tcp/a.en.md", text.as_bytes());
        import.put("site/tcp/a.zh.md", "---\ntitle: 甲\n---\n正文\n".as_bytes());
        let report = import.run(&import.around().join("site"), &["markdown"]);
        assert_eq!(report.status, Some(0), "{}", report.text);
        assert_eq!(String::from_utf8(import.files()["tcp/a.en.md"].clone()).unwrap(), text);
    }
}
