//! What is found and what is not, by whom, and in which order.

use proptest::prelude::*;
use search::{Asked, Found, Index, Page, Part, Query, Section};

fn page(key: &str, title: &str, text: &str) -> Page {
    let (lang, path) = key.split_once('/').unwrap_or_default();
    let section = |anchor: &str, text: &str| Section {
        anchor: anchor.to_string(),
        heading: anchor.to_string(),
        text: text.to_string(),
        ..Section::default()
    };
    Page {
        key: key.to_string(),
        lang: lang.to_string(),
        path: path.to_string(),
        address: format!("/{key}"),
        title: title.to_string(),
        sections: text.split('|').enumerate().map(|(n, text)| section(["", "one", "two"][n], text)).collect(),
        ..Page::default()
    }
}

const ALL: Asked<'_> = Asked { lang: None, visible: None, skip: 0, limit: 100 };

fn paths(found: &Found) -> Vec<&str> {
    found.hits.iter().map(|hit| hit.path.as_str()).collect()
}

fn site() -> Index {
    let mut index = Index::new([
        page(
            "en/syn",
            "Dropped SYNs",
            "The accept queue is full.|ListenOverflows counts them: net.core.somaxconn.",
        ),
        page("en/tw", "TIME_WAIT", "net.ipv4.tcp_tw_recycle drops the SYN.|A queue that has to accept."),
        page("en/cats", "Cats", "They sleep.|And queue for food."),
        page("zh/syn", "SYN 被丢弃", "全连接队列满了，overflow 在涨。|半连接队列"),
        page("zh/mao", "猫", "它们睡觉，也吃鱼。"),
    ]);
    let tagged = Page {
        tags: vec!["Load Balancing".to_string()],
        categories: vec!["网络".to_string()],
        ..page("en/lvs/nat", "LVS", "Rewrites the destination.")
    };
    index.add(tagged);
    index
}

#[test]
fn queries_and_what_they_find() {
    let index = site();
    for (query, wanted) in [
        ("accept queue", &["syn", "tw"][..]),
        ("\"accept queue\"", &["syn"]),
        ("queue -accept", &["cats"]),
        ("tw_recycle", &["tw"]),
        ("overflows", &["syn", "syn"]),
        ("ListenOverflows", &["syn"]),
        ("listenoverflows", &["syn"]),
        ("somax*", &["syn"]),
        ("somax", &[]),
        ("全连接队列overflow", &["syn"]),
        ("连接队列", &["syn"]),
        ("\"队列连接\"", &[]),
        ("猫", &["mao"]),
        ("鱼", &["mao"]),
        ("隊列", &["syn"]),
        ("ＴＩＭＥ＿ＷＡＩＴ", &["tw"]),
        ("tag:\"load balancing\"", &["lvs/nat"]),
        ("tag:load", &[]),
        ("category:网络 destination", &["lvs/nat"]),
        ("path:lvs", &["lvs/nat"]),
        ("path:lvs/n", &[]),
        ("lang:zh SYN", &["syn"]),
        ("-lang:zh -path:lvs queue", &["syn", "tw", "cats"]),
        ("-queue", &[]),
        ("", &[]),
        ("?!", &[]),
    ] {
        let mut found =
            paths(&index.find(&Query::parse(query), ALL)).iter().map(|it| it.to_string()).collect::<Vec<_>>();
        let mut wanted: Vec<String> = wanted.iter().map(|it| it.to_string()).collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{query}");
    }
}

#[test]
fn what_is_right_comes_first() {
    let index = site();
    for (query, first, anchor) in [
        ("syn", "syn", ""),
        ("queue that", "tw", "one"),
        ("accept queue", "syn", ""),
        ("somaxconn", "syn", "one"),
    ] {
        let found = index.find(&Query::parse(query), Asked { lang: Some("en"), ..ALL });
        assert_eq!((found.hits[0].path.as_str(), found.hits[0].anchor.as_str()), (first, anchor), "{query}");
    }
}

#[test]
fn a_language_in_the_query_goes_before_the_readers() {
    let asked = Asked { lang: Some("en"), ..ALL };
    assert_eq!(site().find(&Query::parse("lang:zh 队列"), asked).total, 1);
    assert_eq!(site().find(&Query::parse("队列"), asked).total, 0);
}

#[test]
fn a_slip_of_the_fingers_is_forgiven_and_told() {
    let index = site();
    for (query, wanted, corrected) in [
        ("recylce", &["tw"][..], Some("recycle")),
        ("tcp_tw_recylce", &["tw"], Some("tcp_tw_recycle")),
        ("net.ipv4.tcp_tw_recylce 队列 quuee", &["tw"], Some("net.ipv4.tcp_tw_recycle 队列 queue")),
        ("TIME_WIAT", &["tw"], Some("TIME_wait")),
        ("full quuee", &["syn"], Some("full queue")),
        ("somaxcnon full", &["syn"], Some("somaxconn full")),
        ("\"recylce\"", &[], None),
        ("zzzzzz", &[], None),
    ] {
        let found = index.find(&Query::parse(query), ALL);
        assert_eq!(paths(&found), wanted, "{query}");
        assert_eq!(found.corrected.as_deref(), corrected, "{query}");
    }
}

#[test]
fn most_of_the_words_do_when_no_page_has_all() {
    let found = site().find(&Query::parse("accept queue unheardof"), ALL);
    assert!(found.partial);
    assert_eq!(paths(&found), ["syn", "tw"]);
    let found = site().find(&Query::parse("为什么全连接队列满了呢"), ALL);
    assert_eq!(paths(&found), ["syn"]);
}

/// A hidden page is neither found nor counted, and its words are not offered as corrections.
#[test]
fn what_is_hidden_leaves_no_trace() {
    let index = site();
    let visible = |key: &str| key != "en/tw";
    let asked = Asked { visible: Some(&visible), ..ALL };
    for query in ["tw_recycle", "recylce", "recycl*", "path:tw", "TIME_WAIT"] {
        assert_eq!(index.find(&Query::parse(query), asked), Found::default(), "{query}");
    }
    assert_eq!(index.find(&Query::parse("queue"), asked).total, 2);
}

#[test]
fn pages_come_and_go() {
    let mut index = site();
    for round in 0..300 {
        index.add(page("en/new", "New", &format!("word{round} stays")));
    }
    assert_eq!(index.find(&Query::parse("stays"), ALL).total, 1);
    assert_eq!(index.find(&Query::parse("\"word298\""), ALL).total, 0);
    assert!(index.is_worn());
    index = Index::new(index.pages().cloned());
    assert!(index.size().terms < 100 && !index.is_worn(), "{:?}", index.size());
    assert_eq!(index.find(&Query::parse("stays"), ALL).total, 1);
    index.remove("en/new");
    assert_eq!(index.find(&Query::parse("stays"), ALL).total, 0);
    assert_eq!(paths(&index.find(&Query::parse("recycle"), ALL)), ["tw"]);
}

#[test]
fn results_come_by_the_page() {
    let index = Index::new((0..50).map(|n| page(&format!("en/{n:02}"), "Same", "same text")));
    let mut seen = Vec::new();
    for skip in [0, 20, 40] {
        let found = index.find(&Query::parse("same"), Asked { skip, limit: 20, ..ALL });
        assert_eq!(found.total, 50);
        seen.extend(found.hits.into_iter().map(|hit| hit.path));
    }
    seen.dedup();
    assert_eq!(seen.len(), 50);
}

fn marked(parts: &[Part]) -> String {
    parts.iter().filter(|part| part.hit).map(|part| part.text.as_str()).collect()
}

proptest! {
    /// Whatever run of Han characters somebody looks for: exactly the pages with it are found, and it is what is marked.
    #[test]
    fn runs_of_characters_are_found_where_they_are(
        texts in prop::collection::vec("[全连接队列包，a]{0,12}", 1..8),
        query in "[全连接队列包]{1,4}",
    ) {
        let index = Index::new(texts.iter().enumerate().map(|(n, text)| page(&format!("zh/{n}"), "x", text)));
        let found = index.find(&Query::parse(&format!("\"{query}\"")), ALL);
        let mut numbers: Vec<usize> = paths(&found).iter().map(|path| path.parse().unwrap()).collect();
        numbers.sort_unstable();
        let wanted: Vec<usize> = (0..texts.len()).filter(|n| texts[*n].contains(&query)).collect();
        prop_assert_eq!(numbers, wanted);
        for hit in &found.hits {
            prop_assert!(marked(&hit.snippet).contains(&query));
        }
    }

    /// No text and no query brings it down, and what is shown is what is there.
    #[test]
    fn any_text_and_any_query(texts in prop::collection::vec(".{0,60}", 0..6), query in ".{0,40}", typing: bool) {
        let index = Index::new(texts.iter().enumerate().map(|(n, text)| page(&format!("en/{n}"), text, &text.replace('|', " "))));
        let query = Query::parse(&query);
        let query = if typing { query.unfinished() } else { query };
        for hit in index.find(&query, ALL).hits {
            let text: String = hit.title.iter().map(|part| part.text.as_str()).collect();
            prop_assert_eq!(text.trim_start(), texts[hit.path.parse::<usize>().unwrap()].trim_start());
        }
    }
}
