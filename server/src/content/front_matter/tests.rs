//! Heads of pages as they are found in the wild, and what is said of broken ones.

use super::*;
use jiff::civil::date;

fn read(text: &str) -> FrontMatter {
    let (page, warnings) = parse("x.en.md", text).unwrap();
    assert_eq!(warnings, [], "{text}");
    page.front_matter
}

fn error(text: &str) -> String {
    parse("x.en.md", text).unwrap_err().to_string()
}

#[test]
fn a_full_head() {
    let text = "\
---
title: \"Why your SYN is dropped: tcp_tw_recycle\"
date: 2024-01-02 10:00:00
updated: 2024-05-06T07:08:09+08:00
categories: tcp
tags: [NAT, PAWS, NAT]
summary: >
  One sentence
  on two lines.
aliases:
  - /2016/old
  - older.html
pinned: true
draft: no
series: TCP
order: 3
verified:
  - {kernel: 3.10, date: 2024-01-02, how: measured}
  - kernel: el7
---
Body
";
    let (page, warnings) = parse("x.en.md", text).unwrap();
    assert_eq!((page.body, page.body_line), ("Body\n", 21));
    assert_eq!(warnings, []);
    let front = page.front_matter;
    assert_eq!(front.title.as_deref(), Some("Why your SYN is dropped: tcp_tw_recycle"));
    assert_eq!((front.date, front.updated), (Some(date(2024, 1, 2)), Some(date(2024, 5, 6))));
    assert_eq!((front.categories, front.tags), (vec!["tcp".into()], vec!["NAT".into(), "PAWS".into()]));
    assert_eq!(front.summary.as_deref(), Some("One sentence on two lines."));
    assert_eq!(front.aliases, ["/2016/old", "/older.html"]);
    assert_eq!((front.pinned, front.draft, front.order), (true, false, Some(3)));
    assert_eq!(front.verified[0].kernel, "3.10");
    assert_eq!(front.verified[1], Verified { kernel: "el7".into(), date: None, how: String::new() });
}

#[test]
fn heads_as_hexo_and_jekyll_write_them() {
    let hexo = read(
        "title: 就是要你懂 TCP\ndate: 2017-06-07 17:30:03\ncategories:\n - [TCP, 性能]\n - NAT\n---\n\n正文\n",
    );
    assert_eq!(hexo.title.as_deref(), Some("就是要你懂 TCP"));
    assert_eq!(hexo.categories, ["TCP", "性能", "NAT"]);
    let jekyll = read(
        "---\nlayout: post\ntitle: x\nlast_modified_at: 2020-02-03\npublished: false\nsticky: 100\ntags:\n---\n",
    );
    assert_eq!((jekyll.draft, jekyll.pinned, jekyll.updated), (true, true, Some(date(2020, 2, 3))));
}

#[test]
fn byte_order_mark_and_carriage_returns() {
    let (page, _) = parse("x.en.md", "\u{feff}---\r\ntitle: x\r\n---\r\nBody\r\n").unwrap();
    assert_eq!(page.front_matter.title.as_deref(), Some("x"));
    assert_eq!((page.body, page.body_line), ("Body\r\n", 4));
}

#[test]
fn a_page_may_have_no_head() {
    for text in ["", "Text\n", "Note: this\n---\n", "---\n\nA rule, and no head.\n", "# title: x\n\n---\n"] {
        let (page, _) = parse("x.en.md", text).unwrap();
        assert_eq!(
            (page.body, page.body_line, page.front_matter),
            (text, 1, FrontMatter::default()),
            "{text}"
        );
    }
}

#[test]
fn an_empty_head_is_a_head() {
    let (page, _) = parse("x.en.md", "---\n---\nBody\n").unwrap();
    assert_eq!((page.body, page.body_line), ("Body\n", 3));
}

#[test]
fn unknown_keys_are_warned_of() {
    let (_, warnings) = parse("x.en.md", "---\ntitle: x\ncategores: y\nfrobnicate: z\n---\n").unwrap();
    let lines: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "x.en.md:3: warning: there is no key `categores`; did you mean `categories`?",
            "x.en.md:4: warning: there is no key `frobnicate`; it is passed over",
        ]
    );
}

#[test]
fn wrong_values_are_errors_with_their_line() {
    assert_eq!(
        error("---\ntitle: [a, b]\n---\n"),
        "x.en.md:2: error: `title` takes one line of text, not a list"
    );
    assert_eq!(
        error("---\ntitle: x\npinned: maybe\n---\n"),
        "x.en.md:3: error: `pinned` takes true or false, not `maybe`"
    );
    assert_eq!(
        error("---\ndate: tomorrow\n---\n"),
        "x.en.md:2: error: `date` takes a date such as 2024-01-02 or 2024-01-02 10:00:00, not `tomorrow`"
    );
    assert_eq!(error("---\norder: 1.5\n---\n"), "x.en.md:2: error: `order` takes a whole number, not `1.5`");
    assert_eq!(
        error("---\ntags:\n  - a\n  - {b: c}\n---\n"),
        "x.en.md:4: error: `tags` takes a name or a list of names, not a map"
    );
    assert_eq!(
        error("---\nverified:\n  - kernel: 3.10\n    when: now\n---\n"),
        "x.en.md:4: error: `verified` has kernel, date and how, but no `when`"
    );
    assert_eq!(
        error("---\naliases: https://example.org/x\n---\n"),
        "x.en.md:2: error: `aliases` takes addresses of this site such as /2016/old-page, not `https://example.org/x`"
    );
}

#[test]
fn unreadable_heads_are_errors_with_their_line() {
    assert_eq!(
        error("---\ntitle: x\n"),
        "x.en.md:1: error: the head that begins here is never closed by a line `---`"
    );
    assert_eq!(
        error("---\ntitle: x\ntitle: y\n---\n"),
        "x.en.md:3: error: `title` is given twice; the first time is on line 2"
    );
    assert!(error("---\ntitle: a: b\n---\n").starts_with("x.en.md:2: error: this is not valid YAML"));
    assert_eq!(
        error("---\n- a\n---\n"),
        "x.en.md:2: error: the head of a page is made of lines `key: value`, but here is a list"
    );
}
