//! Ways to refer to something that a site needs to have seen: each row is a page and what its text becomes.

use super::site::Import;

/// Generator, settings, what stands in the page, and what stands there afterwards.
const ROWS: &[(&str, &str, &str, &str)] = &[
    ("jekyll", "baseurl: /b", "[x]({{ site.baseurl }}{% post_url 2020-01-03-two %})", "[x](two.en.md)"),
    ("jekyll", "baseurl: /b", "[x]({{ site.baseurl }}{% link _posts/2020-01-03-two.md %})", "[x](two.en.md)"),
    ("jekyll", "baseurl: /b", "[x]({% post_url 2020-01-03-two %})", "[x](two.en.md)"),
    ("jekyll", "", "[x]({{ site.baseurl }}{% post_url 2020-01-03-two %}#s)", "[x](two.en.md#s)"),
    ("jekyll", "baseurl: /b", "[x](/b/2020/01/03/two.html#s)", "[x](two.en.md#s)"),
    ("jekyll", "", "Text\n\n* toc\n{:toc .wide}\n", "Text"),
    ("hexo", "", "{% asset_img a.png \"a 'quoted' word\" %}", "![a 'quoted' word](one/a.png)"),
    ("hexo", "", "{% asset_img a.png \"the 'last'\" %}", "![the 'last'](one/a.png)"),
    (
        "hexo",
        "",
        "[x][1] ![y][2]\n\n[1]: /2020/01/03/two/ \"t\"\n[2]: a.png",
        "[x][1] ![y][2]\n\n[1]: two.en.md \"t\"\n[2]: one/a.png",
    ),
    ("hexo", "", "[![a](a.png)](/2020/01/03/two/)", "[![a](one/a.png)](two.en.md)"),
    (
        "hexo",
        "",
        "![a](a.png?size=2) <a href=\"/2020/01/03/two/\">x</a>",
        "![a](one/a.png) <a href=\"two.en.md\">x</a>",
    ),
    ("obsidian", "", "![[a.png|a picture|200x100]]", "![a picture](a.png)"),
    ("obsidian", "", "[[two|the second]] and [[two#S|s]]", "[the second](two.en.md) and [s](two.en.md#s)"),
    ("markdown", "", "![a](<a.png>) [two](./two.md)", "![a](a.png) [two](two.en.md)"),
];

#[test]
fn references_are_followed() {
    let mut wrong = Vec::new();
    for (generator, settings, text, wanted) in ROWS {
        let import = Import::new();
        let folder = match *generator {
            "jekyll" => "site/_posts/",
            "hexo" => "site/source/_posts/",
            _ => "site/",
        };
        let (one, two) = match *generator {
            "jekyll" => ("2020-01-02-one.md", "2020-01-03-two.md"),
            _ => ("one.md", "two.md"),
        };
        if ["jekyll", "hexo"].contains(generator) {
            import.put("site/_config.yml", format!("title: A site\n{settings}\n").as_bytes());
        }
        let asset = if *generator == "hexo" { "one/a.png" } else { "a.png" };
        import.put(&format!("{folder}{asset}"), b"\x89PNG");
        let head = |date: &str| format!("---\ntitle: T\ndate: {date}\n---\n");
        import.put(&format!("{folder}{one}"), format!("{}{text}\n", head("2020-01-02")).as_bytes());
        import.put(&format!("{folder}{two}"), format!("{}## s\n", head("2020-01-03")).as_bytes());
        let report = import.run(&import.around().join("site"), &[generator]);
        let files = import.files();
        let page = files.get("one.en.md").map(|page| String::from_utf8_lossy(page)).unwrap_or_default();
        let body = page.split_once("\n---\n").map_or("", |(_, body)| body.trim());
        if body != *wanted {
            wrong.push(format!(
                "{generator} `{settings}`: `{text}` became `{body}`, not `{wanted}`\n{}",
                report.text
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
