//! Where a generator published a page, by its settings: each row is a site of one post.

use super::site::{Import, spellings};

type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// Generator, settings, the post's file, its head, and the address that it had.
const ROWS: &[Row] = &[
    ("hexo", "", "source/_posts/a.md", "date: 2020-01-02", "/2020/01/02/a/"),
    (
        "hexo",
        "permalink: :year/:month/:day/:title/",
        "source/_posts/net/A b.md",
        "date: 2020-01-02",
        "/2020/01/02/net/A b/",
    ),
    (
        "hexo",
        "permalink: :year/:month/:name.html",
        "source/_posts/net/A b.md",
        "date: 2020-01-02",
        "/2020/01/A b.html",
    ),
    (
        "hexo",
        "permalink: :year/:i_month/:i_day/:title/",
        "source/_posts/a.md",
        "date: 2020-01-02",
        "/2020/1/2/a/",
    ),
    (
        "hexo",
        "permalink: :category/:title/",
        "source/_posts/a.md",
        "date: 2020-01-02\ncategories: [Net, TCP IP]",
        "/Net/TCP-IP/a/",
    ),
    (
        "hexo",
        "permalink: posts/:abbrlink.html",
        "source/_posts/a.md",
        "date: 2020-01-02\nabbrlink: 4a17b156",
        "/posts/4a17b156.html",
    ),
    (
        "hexo",
        "root: /blog/\npermalink: :year/:title/",
        "source/_posts/a.md",
        "date: 2020-01-02",
        "/blog/2020/a/",
    ),
    ("hexo", "", "source/_posts/a.md", "date: 2020-01-02\npermalink: /kept/here.html", "/kept/here.html"),
    ("hexo", "", "source/tools/index.md", "date: 2020-01-02", "/tools/"),
    ("hexo", "", "source/tools/ss.md", "date: 2020-01-02", "/tools/ss.html"),
    ("jekyll", "", "_posts/2020-01-02-a.md", "categories: [Net]", "/net/2020/01/02/a.html"),
    ("jekyll", "", "_posts/2020-01-02-a.md", "title: A", "/2020/01/02/a.html"),
    (
        "jekyll",
        "permalink: pretty",
        "_posts/2020-01-02-a.md",
        "categories: Net Dns",
        "/net/dns/2020/01/02/a/",
    ),
    ("jekyll", "permalink: none", "_posts/2020-01-02-a.md", "categories: [Net]", "/net/a.html"),
    ("jekyll", "permalink: ordinal", "_posts/2020-02-02-a.md", "title: A", "/2020/033/a.html"),
    ("jekyll", "permalink: weekdate", "_posts/2020-01-02-a.md", "title: A", "/2020/W01/Thu/a.html"),
    ("jekyll", "permalink: /posts/:year/:title", "_posts/2020-01-02-a.md", "title: A", "/posts/2020/a"),
    (
        "jekyll",
        "permalink: /:year-:month-:day/:title/",
        "_posts/2020-01-02-A b.md",
        "title: A",
        "/2020-01-02/A-b/",
    ),
    ("jekyll", "baseurl: /notes", "_posts/2020-01-02-a.md", "title: A", "/notes/2020/01/02/a.html"),
    ("jekyll", "", "_posts/2020-01-02-a.md", "permalink: /kept/here/", "/kept/here/"),
    (
        "jekyll",
        "collections:\n  notes:\n    output: true\n    permalink: /kept/:name/",
        "_notes/ss.md",
        "title: A",
        "/kept/ss/",
    ),
    ("jekyll", "permalink: pretty", "tools/ss.md", "title: A", "/tools/ss/"),
    ("jekyll", "", "tools/ss.md", "title: A", "/tools/ss.html"),
    ("mdbook", "", "src/a b.md", "", "/a b.html"),
    ("mdbook", "[book]\nsrc = \".\"", "tools/README.md", "", "/tools/"),
    ("mdbook", "[book]\nsrc = \"./src\"", "src/tools/README.md", "", "/tools/"),
    ("mdbook", "[output.html]\nsite-url = \"/book/\"", "src/a.md", "", "/book/a.html"),
    ("mdbook", "[output.html.redirect]\n\"/gone/b.html\" = \"../a.html\"", "src/a.md", "", "/gone/b.html"),
];

#[tokio::test]
async fn every_pattern_gives_the_old_address() {
    let mut wrong = Vec::new();
    for row in ROWS {
        wrong.extend(check(row).await.err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Brings one site in and asks for its page; what is wrong, if something is.
async fn check((generator, settings, file, head, address): &Row) -> Result<(), String> {
    let import = Import::new();
    let (config, above) = match *generator {
        "mdbook" => ("book.toml", ""),
        _ => ("_config.yml", "title: A site\n"),
    };
    import.put(&format!("site/{config}"), format!("{above}{settings}\n").as_bytes());
    let head = if head.is_empty() { String::new() } else { format!("---\n{head}\n---\n") };
    import.put(&format!("site/{file}"), format!("{head}Text of the page.\n").as_bytes());
    if *generator == "mdbook" {
        let chapter = file.strip_prefix("src/").unwrap_or(file);
        let folder = if *file == chapter { "" } else { "src/" };
        let summary = format!("# Summary\n\n- [A](<{chapter}>)\n");
        import.put(&format!("site/{folder}SUMMARY.md"), summary.as_bytes());
    }
    let case = format!("{generator} `{settings}` {file}");
    let report = import.run(&import.around().join("site"), &[generator]);
    let written = import.files();
    if report.status != Some(0) || written.len() != 1 {
        return Err(format!("{case}: {:?}: {}", written.keys(), report.text));
    }
    let page = written.into_values().next().unwrap_or_default();
    let app = import.serve();
    for spelling in spellings(address) {
        let answer = app.get(&spelling).await;
        if answer.status != 301 {
            return Err(format!(
                "{case}: {} for {spelling}\n{}",
                answer.status,
                String::from_utf8_lossy(&page)
            ));
        }
        let shown = app.get(answer.header("location")).await;
        assert!(shown.text().contains("Text of the page."), "{case}: {spelling}");
    }
    Ok(())
}
