//! Searching: this site's own articles by the queries of engineers, and the page and the API around it.

use crate::app::TestApp;
use casebook::edition::Parsed;
use casebook::finder::told;
use casebook::folder;
use search::{Asked, Index, Query};
use std::path::Path;

/// Every query with the pages that are right answers; see the file's head.
const QUERIES: &str = include_str!("search/queries.tsv");

fn index() -> Index {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    let parsed = Parsed::new(folder::read(&content).unwrap());
    Index::new(parsed.pages().map(|page| told(page)))
}

#[test]
fn every_query_finds_its_page() {
    let index = index();
    let (mut asked, mut first, mut missing, mut not_first) = (0, 0, Vec::new(), Vec::new());
    let (mut hits, mut marked) = (0, 0);
    for line in QUERIES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let [lang, kind, query, pages] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let wanted: Vec<&str> = pages.split('|').collect();
        let lang = Some(lang).filter(|lang| *lang != "any");
        let found = index.find(&Query::parse(query), Asked { lang, visible: None, skip: 0, limit: 10 });
        let paths: Vec<&str> = found.hits.iter().map(|hit| hit.path.as_str()).collect();
        asked += 1;
        if !paths.contains(&wanted[0]) {
            missing.push(format!("{kind} {query}: {} not in {paths:?}", wanted[0]));
        }
        if paths.first().is_some_and(|path| wanted.contains(path)) {
            first += 1;
        } else {
            not_first.push(format!("{kind} {query}: wanted {pages}, got {paths:?}"));
        }
        if !query.contains(':') {
            hits += found.hits.len();
            let has_mark = |hit: &&search::Hit| {
                [&hit.title, &hit.heading, &hit.snippet].into_iter().flatten().any(|part| part.hit)
            };
            marked += found.hits.iter().filter(has_mark).count();
        }
    }
    // A page that is found by its tags alone has nothing to mark.
    assert!(marked * 100 >= hits * 98, "something is marked in {marked} of {hits} results");
    assert!(asked >= 150);
    assert!(missing.is_empty(), "not among the first ten:\n{}", missing.join("\n"));
    assert!(first * 10 >= asked * 9, "first for {first} of {asked}:\n{}", not_first.join("\n"));
}

/// The sections that the index leads to are there in the pages, in their order.
#[tokio::test]
async fn results_lead_to_sections_that_are_there() {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    let app = TestApp::of(tempfile::tempdir().unwrap(), content.to_str().unwrap());
    let parsed = Parsed::new(folder::read(&content).unwrap());
    let mut sections = 0;
    for page in parsed.pages() {
        let answer = app.get(&page.address()).await;
        let ids = answer.attributes("main [id]", "id");
        let mut left = ids.iter();
        for section in told(page).sections.iter().filter(|section| !section.anchor.is_empty()) {
            assert!(left.any(|id| *id == section.anchor), "{} has no #{} there", page.file, section.anchor);
            sections += 1;
        }
    }
    assert!(sections > 500, "{sections}");
}

#[tokio::test]
async fn the_page_of_results() {
    let app = TestApp::sample();
    for (uri, status, says, not) in [
        ("/en/search", 200, "Try tw_recycle", "result"),
        ("/zh/search", 200, "试试 tw_recycle", "结果"),
        ("/en/search?q=syn", 200, "<mark>", "Nothing found"),
        ("/en/search?q=SYN&page=7", 200, "Previous", "Next"),
        ("/en/search?q=%22%3Cscript%3E", 200, "Nothing found for “&#34;&#60;script&#62;”", "<script>\""),
        ("/en/search?q=zzzzzz", 200, "Try fewer words", "<mark>"),
        ("/en/search?page=x", 200, "Try tw_recycle", "result"),
        ("/fr/search?q=syn", 404, "", "<mark>"),
    ] {
        let answer = app.get(uri).await;
        assert_eq!(answer.status, status, "{uri}");
        assert!(answer.text().contains(says), "{uri}: {}", answer.text());
        assert!(!answer.text().contains(not), "{uri}: {}", answer.text());
        if status == 200 {
            assert_eq!(answer.header("cache-control"), "no-store", "{uri}");
            assert!(answer.text().contains("noindex"), "{uri}");
        }
    }
    assert_eq!(app.get(&format!("/en/search?q={}", "x".repeat(501))).await.status, 413);
}
