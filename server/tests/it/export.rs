//! The site as files: everything that a page names is there, whatever folder it lies in, and a second export changes nothing.

use crate::command_line::run;
use casebook::http::security::SITE_POLICY;
use database::{Database, May, Rule, Who};
use scraper::{ElementRef, Html, Selector};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use tempfile::TempDir;

/// Where the exported site will be: in a folder of a host.
const PUBLIC: &str = "https://casebook.example/notes";

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Every file below a folder, by path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = format!("{prefix}{}", entry.file_name().into_string().unwrap());
            match entry.path().is_dir() {
                true => walk(&entry.path(), &format!("{path}/"), files),
                false => drop(files.insert(path, fs::read(entry.path()).unwrap())),
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, "", &mut found);
    found
}

/// The repository's content as files, and what the command said.
fn site() -> &'static (TempDir, BTreeMap<String, Vec<u8>>, String) {
    static SITE: OnceLock<(TempDir, BTreeMap<String, Vec<u8>>, String)> = OnceLock::new();
    SITE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let said = export(repository(), folder.path().join("out").to_str().unwrap(), &[]);
        let files = files(&folder.path().join("out"));
        (folder, files, said)
    })
}

/// What the command prints when it succeeds.
fn export(folder: &Path, out: &str, more: &[&str]) -> String {
    let output = run(folder, &[&["export", out, "--public-url", PUBLIC], more].concat());
    let (said, error) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr).into_owned());
    assert_eq!(output.status.code(), Some(0), "{said}{error}");
    said.into_owned()
}

/// A folder with these files in it.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    folder
}

fn select<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

/// The pages of the exported site, read once.
fn pages() -> &'static BTreeMap<String, PageFacts> {
    static PAGES: OnceLock<BTreeMap<String, PageFacts>> = OnceLock::new();
    PAGES.get_or_init(|| {
        let pages = site().1.iter().filter(|(path, _)| path.ends_with(".html"));
        pages.map(|(path, body)| (path.clone(), PageFacts::read(&String::from_utf8_lossy(body)))).collect()
    })
}

/// What the tests ask of a page.
struct PageFacts {
    ids: BTreeSet<String>,
    /// Every address, with the attribute it stands in.
    addresses: Vec<(String, String)>,
    canonical: Option<String>,
    first_of_head: String,
    inline: usize,
}

impl PageFacts {
    fn read(text: &str) -> PageFacts {
        // Without scripts, what is meant for those who have none is markup like all else.
        let html = Html::parse_document(&text.replace("<noscript>", "").replace("</noscript>", ""));
        let mut addresses = Vec::new();
        for element in select(&html, "*") {
            for (name, value) in element.value().attrs() {
                let mut add = |value: &str| addresses.push((name.to_string(), value.to_string()));
                match name {
                    "href" | "src" | "action" | "poster" => add(value),
                    "data-root" | "data-to" | "data-js" | "data-wasm" | "data-index" => add(value),
                    "srcset" => value.split(',').for_each(|it| add(it.trim().split(' ').next().unwrap())),
                    "content" => value.strip_prefix("0; url=").into_iter().for_each(add),
                    "data-modules" => {
                        let modules: BTreeMap<String, BTreeMap<String, String>> =
                            serde_json::from_str(value).unwrap();
                        modules.values().flat_map(BTreeMap::values).for_each(|it| add(it));
                    }
                    name => assert!(
                        !value.starts_with("/en/") && !value.starts_with("/static/"),
                        "{name}={value}"
                    ),
                }
            }
        }
        let first = select(&html, "head > *").first().map(|it| it.html()).unwrap_or_default();
        PageFacts {
            ids: select(&html, "[id]").iter().filter_map(|it| it.attr("id")).map(str::to_string).collect(),
            addresses,
            canonical: select(&html, "link[rel=canonical]")
                .first()
                .and_then(|it| it.attr("href"))
                .map(str::to_string),
            first_of_head: first,
            inline: select(&html, "script:not([src]), style, [style], [onclick]").len(),
        }
    }
}

/// The file that an address means on a server of files, when it leads to one of ours.
fn file_of(page: &str, address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next().unwrap();
    let (mut names, rest): (Vec<&str>, &str) =
        match path.strip_prefix(PUBLIC).or_else(|| path.strip_prefix("/notes")) {
            Some(rest) => (Vec::new(), rest),
            None if path.contains("://") => return None,
            None => (page.split('/').collect(), path),
        };
    names.pop();
    if path.is_empty() {
        return Some(page.to_string());
    }
    for name in rest.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop().unwrap_or_else(|| panic!("{page}: {address} leads out of the site"))),
            name => names.push(name),
        }
    }
    let file = percent_encoding::percent_decode_str(&names.join("/")).decode_utf8().unwrap().into_owned();
    Some(match rest.ends_with('/') || rest.is_empty() || rest.ends_with("..") {
        true => format!("{file}/index.html").trim_start_matches('/').to_string(),
        false => file,
    })
}

#[test]
fn whatever_a_page_names_is_there() {
    let (_, files, said) = site();
    assert!(said.contains(" files written, 0 as before, 0 removed\n"), "{said}");
    assert!(files.len() > 200 && pages().len() > 100, "{said}");
    for (page, facts) in pages() {
        let mut followed = 0;
        for (attribute, address) in &facts.addresses {
            let anywhere = page == "404.html";
            assert!(
                !address.starts_with('/') || anywhere,
                "{page}: {attribute}={address} is no relative address"
            );
            assert!(
                !anywhere
                    || address.starts_with("/notes/")
                    || address.starts_with('#')
                    || address.contains("://"),
                "{page}: {attribute}={address} depends on where the page is shown"
            );
            let Some(file) = file_of(page, address) else {
                assert!(address.starts_with("https://"), "{page}: {attribute}={address}");
                continue;
            };
            assert!(
                files.contains_key(&file),
                "{page}: {attribute}={address} leads to {file}, which is not there"
            );
            followed += 1;
            // A figure in an article leads to rows that only the lab's own page has.
            let is_row = |it: &str| it.rsplit_once("-e").is_some_and(|(_, n)| n.parse::<u32>().is_ok());
            let fragment = address.split_once('#').map(|(_, fragment)| fragment);
            let fragment = fragment.filter(|it| !it.is_empty() && !is_row(it));
            if let Some(fragment) = fragment {
                let id = percent_encoding::percent_decode_str(fragment).decode_utf8().unwrap();
                assert!(pages()[&file].ids.contains(&*id), "{page}: {address}: no such place in {file}");
            }
        }
        assert!(followed > 5, "{page} names nothing");
    }
}

#[test]
fn every_page_carries_the_policy() {
    for (page, facts) in pages() {
        let wanted = SITE_POLICY.replace("; frame-ancestors 'none'", "");
        let head = Html::parse_fragment(&facts.first_of_head);
        let first = select(&head, "meta[http-equiv=Content-Security-Policy]");
        assert_eq!(first.first().and_then(|it| it.attr("content")), Some(&*wanted), "{page}");
        assert_eq!(facts.inline, 0, "{page} has inline scripts or styles");
    }
}

#[test]
fn what_needs_a_server_is_not_there() {
    for (page, body) in &site().1 {
        let text = String::from_utf8_lossy(body);
        for gone in ["/api/", "\"/-/", "&amp;format=", "?preset="] {
            assert!(!page.ends_with(".html") || !text.contains(gone), "{page} has {gone}");
        }
    }
    let lab = String::from_utf8_lossy(&site().1["en/labs/paws/index.html"]);
    for there in [
        "casebook lab run paws",
        "<noscript><p",
        "data-failed=\"Your browser",
        "data-preset=\"nat-two-clients\"",
    ] {
        assert!(lab.contains(there), "no {there}");
    }
}

#[test]
fn feeds_and_sitemap_have_the_public_addresses() {
    let files = &site().1;
    let urls = |file: &str, opening: &str, closing: char| -> Vec<String> {
        let text = String::from_utf8(files[file].clone()).unwrap();
        let parts = text.split(opening).skip(1).map(|rest| rest.split(closing).next().unwrap().to_string());
        parts.collect()
    };
    let sitemap = urls("sitemap.xml", "<loc>", '<');
    assert!(sitemap.len() > 80);
    for url in &sitemap {
        assert!(url.starts_with(&format!("{PUBLIC}/")) && url.ends_with('/'), "{url}");
        let file = file_of("", url).unwrap();
        assert_eq!(pages()[&file].canonical.as_ref(), Some(url), "the page says that it is elsewhere");
    }
    assert!(urls("robots.txt", "Sitemap: ", '\n').contains(&format!("{PUBLIC}/sitemap.xml")));
    let feeds: Vec<&String> = files.keys().filter(|path| path.ends_with("atom.xml")).collect();
    assert!(feeds.len() > 10);
    for feed in feeds {
        let links = urls(feed, "href=\"", '"');
        assert!(links.len() > 2, "{feed}");
        for link in links {
            assert!(
                link.starts_with(PUBLIC) && files.contains_key(&file_of("", &link).unwrap()),
                "{feed}: {link}"
            );
        }
        // A reader of feeds knows an article by this, wherever it is served from.
        assert!(urls(feed, "<id>", '<').iter().all(|id| id.starts_with(PUBLIC)), "{feed}");
        assert!(urls(feed, "<id>", '<').iter().skip(1).all(|id| !id.ends_with('/')), "{feed}");
    }
}

#[test]
fn the_same_content_gives_the_same_files_and_writes_none_twice() {
    let (first, _, _) = site();
    let out = first.path().join("out");
    let times = |folder: &Path| -> Vec<_> {
        files(folder)
            .into_keys()
            .map(|path| fs::metadata(folder.join(path)).unwrap().modified().unwrap())
            .collect()
    };
    let before = times(&out);
    let said = export(repository(), out.to_str().unwrap(), &[]);
    assert!(said.contains(": 0 files written, ") && said.contains(" 0 removed"), "{said}");
    assert_eq!(times(&out), before);
    let other = tempfile::tempdir().unwrap();
    export(repository(), other.path().join("new/deep").to_str().unwrap(), &[]);
    assert!(files(&other.path().join("new/deep")) == files(&out), "another folder, other bytes");
}

#[test]
fn an_export_follows_the_content_and_leaves_other_files_alone() {
    let folder = folder(&[
        ("content/a.en.md", "Text of [b](b.md)\n"),
        ("content/b.en.md", "Text\n"),
        ("content/deep/er/c.en.md", "Text\n"),
        ("content/x.txt", "text"),
    ]);
    let at = |path: &str| folder.path().join("out").join(path);
    export(folder.path(), "out", &[]);
    fs::write(at("CNAME"), "casebook.example\n").unwrap();
    fs::create_dir(at(".git")).unwrap();
    fs::write(at("en/x.txt"), "somebody changed it").unwrap();
    let untouched = fs::metadata(at("en/b/index.html")).unwrap().modified().unwrap();

    fs::remove_dir_all(folder.path().join("content/deep")).unwrap();
    fs::remove_file(folder.path().join("content/x.txt")).unwrap();
    fs::write(folder.path().join("content/a.en.md"), "Other text\n").unwrap();
    let said = export(folder.path(), "out", &[]);
    assert!(said.contains("en/x.txt: somebody changed it, so it stays"), "{said}");
    assert!(!at("en/deep").exists() && !at("zh/x.txt").exists());
    assert!(at("CNAME").exists() && at(".git").exists() && at("en/x.txt").exists());
    assert!(fs::read_to_string(at("en/a/index.html")).unwrap().contains("Other text"));
    assert_eq!(fs::metadata(at("en/b/index.html")).unwrap().modified().unwrap(), untouched);

    // Somebody else's file is in the way of a new page: nothing is done.
    fs::create_dir_all(at("en/n")).unwrap();
    fs::write(at("en/n/index.html"), "mine").unwrap();
    fs::write(folder.path().join("content/n.en.md"), "Text\n").unwrap();
    fs::write(folder.path().join("content/a.en.md"), "Newest text\n").unwrap();
    let before = files(&at(""));
    let output = run(folder.path(), &["export", "out", "--public-url", PUBLIC]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("out/en/n/index.html` is there already, and no export wrote it"), "{error}");
    assert!(files(&at("")) == before, "something was written");
}

#[test]
fn an_export_that_was_ended_is_taken_up_by_the_next() {
    let folder = folder(&[("content/a.en.md", "Text\n")]);
    export(folder.path(), "out", &[]);
    let whole = files(&folder.path().join("out"));
    let out = folder.path().join("out");
    fs::write(out.join(".casebook-export.new"), "half").unwrap();
    fs::remove_file(out.join("en/a/index.html")).unwrap();
    fs::write(out.join("index.html"), "half").unwrap();
    export(folder.path(), "out", &[]);
    fs::remove_file(out.join(".casebook-export.new")).ok();
    assert!(files(&out) == whole);
}

#[test]
fn old_addresses_lead_to_new_ones() {
    let folder = folder(&[
        (
            "content/net/页.zh.md",
            "---\ntitle: 新 & 旧\naliases: [/2014/05/old, /posts/a.html, /旧/地址/, /En/Net, /a$b]\n---\n正文\n",
        ),
        ("content/b.en.md", "---\ntitle: B\naliases: [/en/a]\n---\n[old](/posts/a.html)\n"),
    ]);
    export(folder.path(), "out", &[]);
    let read = |path: &str| fs::read_to_string(folder.path().join("out").join(path)).unwrap();
    for (file, up) in [
        ("2014/05/old/index.html", "../../../"),
        ("posts/a.html", "../"),
        ("旧/地址/index.html", "../../"),
        ("a$b/index.html", "../"),
    ] {
        let html = read(file);
        let to = format!("{up}zh/net/%E9%A1%B5/");
        for wanted in [
            format!("<meta http-equiv=\"refresh\" content=\"0; url={to}\">"),
            format!("data-to=\"{to}\""),
            format!("<link rel=\"canonical\" href=\"{PUBLIC}/zh/net/%E9%A1%B5/\">"),
            format!("<a href=\"{to}\">新 &#38; 旧</a>"),
            "本页已经搬走".to_string(),
        ] {
            assert!(html.contains(&wanted), "{file}: no {wanted} in\n{html}");
        }
    }
    assert!(read("en/b/index.html").contains("../../zh/net/%E9%A1%B5/"), "a link to an old address");
    let (rules, map) = (read("_redirects"), read("redirects.nginx.conf"));
    for (rule, line) in [
        (
            "/notes/2014/05/old /notes/zh/net/%E9%A1%B5/ 301",
            "\"/notes/2014/05/old\" \"/notes/zh/net/%E9%A1%B5/\";",
        ),
        ("/notes/2014/05/old/ /notes/zh/net/%E9%A1%B5/ 301", "\"/notes/2014/05/old/\" "),
        ("/notes/posts/a.html /notes/zh/net/%E9%A1%B5/ 301", "\"/notes/posts/a.html\" "),
        ("/notes/%E6%97%A7/%E5%9C%B0%E5%9D%80 /notes/", "\"/notes/旧/地址\" "),
        ("/notes/en/a /notes/en/b/ 301", "\"/notes/en/a\" \"/notes/en/b/\";"),
    ] {
        assert!(rules.contains(rule), "no {rule} in\n{rules}");
        assert!(map.contains(line), "no {line} in\n{map}");
    }
}

#[test]
fn what_cannot_be_a_file_is_said_and_the_rest_is_written() {
    let long = format!("content/{}.en.md", "长".repeat(80));
    let folder = folder(&[
        (
            "content/a.en.md",
            &format!(
                "---\ndate: 2026-01-01\ntags: [\"{}\", \"..\", TCP/IP, /etc]\n---\nText\n",
                "x".repeat(300)
            ),
        ),
        ("content/a/index.html", "an attachment"),
        ("content/pic.svg.en.md", "A page\n"),
        ("content/pic.svg", "<svg/>"),
        ("content/broken.en.md", "---\ndate: soon\n---\n"),
        ("content/draft.en.md", "---\ndraft: true\n---\nText\n"),
        ("content/run.html", "<script>"),
        (&long, "Text\n"),
    ]);
    let said = export(folder.path(), "out", &[]);
    for problem in [
        "en/a/index.html: another file has this name already",
        "en/pic.svg: a folder has this name already",
        "en/tags/../index.html: this cannot be the path of a file",
        "/index.html: a name has at most 255 bytes",
        "en/broken/index.html: the page cannot be shown",
        "1 error and ",
    ] {
        assert!(said.contains(problem), "no {problem} in\n{said}");
    }
    let files = files(&folder.path().join("out"));
    assert!(files["en/a/index.html"].starts_with(b"<!doctype html>"), "the page comes first");
    for there in [
        "en/tags/TCP/IP/index.html",
        "en/tags/etc/atom.xml",
        "en/pic.svg/index.html",
        "zh/pic.svg",
        "en/run.html",
    ] {
        assert!(files.contains_key(there), "no {there}");
    }
    assert!(!files.keys().any(|path| path.contains("draft") || path.contains("broken/")));
    let headers = String::from_utf8_lossy(&files["_headers"]);
    assert!(headers.contains("/notes/en/run.html\n  content-security-policy: sandbox; "), "{headers}");
    assert!(
        headers.contains("/notes/static/*\n  cache-control: public, max-age=31536000, immutable\n"),
        "{headers}"
    );
}

#[test]
fn wrong_usage_is_told() {
    let folder = folder(&[
        ("content/a.en.md", "Text\n"),
        ("full/mine.txt", "mine"),
        ("odd/.casebook-export", "../../etc/passwd"),
        ("file", "text"),
    ]);
    let before = files(folder.path());
    for (args, says) in [
        (&["export", "out"][..], "name it with --public-url"),
        (&["export"], "<DIR>"),
        (&["export", "out", "--public-url", "example.org"], "no public URL"),
        (&["export", "full", "--public-url", PUBLIC], "`full` is not empty, and no export wrote"),
        (&["export", "content/out", "--public-url", PUBLIC], "`content/out` is in the content folder"),
        (&["export", "content", "--public-url", PUBLIC], "`content` is in the content folder"),
        (&["export", "out/../content/a/b", "--public-url", PUBLIC], "is in the content folder"),
        (&["export", "odd", "--public-url", PUBLIC], "`odd/.casebook-export` is no list of an export"),
        (&["export", "file", "--public-url", PUBLIC], "`file` cannot be used"),
        (&["export", "out", "--public-url", PUBLIC, "--private"], "--private needs --wiki"),
        (
            &["serve", "--public-url", PUBLIC, "--listen", "127.0.0.1:0"],
            "the server answers at the root of a host",
        ),
    ] {
        let output = run(folder.path(), args);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {error}");
        assert!(error.contains(says), "{args:?}: {error}");
    }
    assert!(files(folder.path()) == before, "something was written");
}

/// Of a wiki, only what everybody may read.
#[tokio::test]
async fn nothing_is_exported_that_is_hidden() {
    let folder = folder(&[
        ("content/a.en.md", "---\ntags: [t]\n---\nPublic [text](ops/secret.md)\n"),
        ("content/ops/secret.en.md", "---\ntitle: Hidden words\n---\nText\n"),
        ("content/ops/secret.png", "a picture"),
    ]);
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let database =
        Database::open(&format!("sqlite:{}", data.join("casebook.sqlite").display())).await.unwrap();
    let rule = Rule { folder: "ops".to_string(), who: Who::Anyone, may: May::Nothing };
    database.set_rule(&rule).await.unwrap();
    for (from, to) in [("/en/first", "/en/a"), ("/en/once", "/en/ops/secret"), ("/en/ops/was", "/en/a")] {
        database.redirect(from, to).await.unwrap();
    }
    let said = export(folder.path(), "out", &["--wiki"]);
    let written = files(&folder.path().join("out"));
    assert!(written.contains_key("en/a/index.html") && written.contains_key("en/first/index.html"), "{said}");
    for (path, body) in &written {
        // The source of a page is as its author wrote it, on the server as well.
        let link = path == "en/a.md";
        let text = String::from_utf8_lossy(body);
        assert!(
            link || !["Hidden words", "ops/", "en/once"]
                .iter()
                .any(|it| path.contains(it) || text.contains(it)),
            "{path}"
        );
    }
    let output = run(folder.path(), &["export", "none", "--public-url", PUBLIC, "--wiki", "--private"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("nobody may read a page of this wiki without signing in"), "{error}");
    assert!(!folder.path().join("none").exists());
}
