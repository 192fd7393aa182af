//! What holds for the markup of every page: nothing inline, nothing from elsewhere, a complete head.

use crate::app::{PUBLIC_URL, TestApp};
use scraper::{Html, Selector};

const PAGES: &[&str] = &[
    "/en/",
    "/zh/",
    "/en/tcp",
    "/zh/tcp",
    "/en/about",
    "/en/tcp/tw-recycle",
    "/zh/tcp/tw-recycle",
    "/en/tcp/broken",
    "/en/categories",
    "/en/categories/tcp",
    "/zh/tags",
    "/en/tags/TCP%2FIP",
    "/en/archives",
    "/en/archives/2026",
    "/en/labs",
    "/en/labs/paws",
    "/zh/labs/paws?connections=3",
    "/en/labs/paws?connections=many&x=y",
    "/none",
    "/zh/none",
];

fn select<'a>(html: &'a Html, selector: &str) -> Vec<scraper::ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

#[tokio::test]
async fn nothing_inline_and_nothing_from_elsewhere() {
    let app = TestApp::sample();
    for uri in PAGES {
        let html = app.get(uri).await.html();
        assert!(select(&html, "script:not([src]), style, [style]").is_empty(), "{uri}");
        for element in select(&html, "*") {
            for (name, value) in element.value().attrs() {
                assert!(!name.starts_with("on"), "{uri}: {name}");
                let loads =
                    name == "src" || name == "srcset" || (name == "href" && element.value().name() == "link");
                let ours = value.starts_with('/')
                    || value.starts_with(PUBLIC_URL)
                    || value.starts_with("data:image/");
                assert!(!loads || ours, "{uri}: {name}={value}");
                assert!(!value.trim_start().to_lowercase().starts_with("javascript:"), "{uri}: {value}");
            }
        }
        let ids: Vec<&str> =
            select(&html, "[id]").iter().filter_map(|element| element.value().id()).collect();
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(ids.len(), unique.len(), "{uri} has an id twice");
        assert_eq!(select(&html, "h1").len(), 1, "{uri}");
        assert_eq!(select(&html, "main").len(), 1, "{uri}");
    }
}

#[tokio::test]
async fn links_of_the_site_lead_somewhere() {
    let app = TestApp::sample();
    for uri in PAGES {
        let answer = app.get(uri).await;
        for href in answer.attributes("a, link", "href") {
            let href = href.strip_prefix(PUBLIC_URL).unwrap_or(&href).to_string();
            if !href.starts_with('/') {
                continue;
            }
            let there = app.get(href.split('#').next().unwrap()).await;
            assert!(matches!(there.status.as_u16(), 200 | 302), "{uri} links to {href}: {}", there.status);
        }
    }
}

#[tokio::test]
async fn the_head_of_an_article() {
    let app = TestApp::sample();
    let answer = app.get("/en/tcp/tw-recycle").await;
    let one = |selector: &str, name: &str| answer.attributes(selector, name).join(" ");
    assert_eq!(answer.texts("title"), ["Why your SYN is dropped · Casebook"]);
    assert_eq!(one("html", "lang"), "en");
    assert_eq!(one("meta[name=description]", "content"), "A case.");
    assert_eq!(one("link[rel=canonical]", "href"), "https://kb.example/en/tcp/tw-recycle");
    assert_eq!(one("link[hreflang=en]", "href"), "https://kb.example/en/tcp/tw-recycle");
    assert_eq!(one("link[hreflang=zh-Hans]", "href"), "https://kb.example/zh/tcp/tw-recycle");
    assert_eq!(one("link[hreflang=x-default]", "href"), "https://kb.example/en/tcp/tw-recycle");
    assert_eq!(one("meta[property='og:type']", "content"), "article");
    assert_eq!(one("meta[property='og:url']", "content"), "https://kb.example/en/tcp/tw-recycle");
    assert_eq!(one("link[type='application/atom+xml']", "href"), "/en/atom.xml");
    assert_eq!(one("[hreflang=zh-Hans][lang]", "href"), "/zh/tcp/tw-recycle");
    let text = answer.texts("main").join(" ");
    for part in ["2026-03-02", "2026-04-05", "3.10", "ran it", "An older case"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let zh = app.get("/zh/tcp/tw-recycle").await;
    assert_eq!(zh.attributes("html", "lang"), ["zh-Hans"]);
}

#[tokio::test]
async fn an_untranslated_page_says_so() {
    let app = TestApp::sample();
    let answer = app.get("/en/about").await;
    assert!(answer.text().contains("has no Chinese version yet"));
    assert!(answer.attributes("link[hreflang=zh-Hans]", "href").is_empty());
}
