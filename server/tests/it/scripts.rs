//! A lab that takes a text: in its form, in addresses of any length, in articles, and for programs.

use crate::app::{Answer, TestApp};
use scraper::Selector;
use serde_json::Value;
use sim_wasm::lab::{self, Params};
use sim_wasm::text::Lang;

const SCRIPT: &str = "// A <script> & \"more\"\n+0 listen(3, 1) = 0\n";

fn params(lang: Lang, preset: Option<&str>, settings: &[(&str, &str)]) -> Params {
    lab::find("packet").unwrap().params_in(lang, preset, settings.iter().copied()).unwrap()
}

fn address(script: &str) -> String {
    format!("/en/labs/packet?{}", params(Lang::En, None, &[("script", script)]).to_query())
}

/// What stands in the field of the script.
fn written(answer: &Answer) -> String {
    let selector = Selector::parse("textarea[name=script]").unwrap();
    answer.html().select(&selector).next().unwrap().text().collect()
}

#[tokio::test]
async fn a_script_stands_in_its_field_as_it_was_written() {
    let app = TestApp::sample();
    for script in [SCRIPT, "", "\n\n  first\n", "</textarea><b>", "// 脚本\r\n\t+0 x\r\n"] {
        let answer = app.get(&address(script)).await;
        assert_eq!(answer.status, 200, "{script}");
        assert_eq!(written(&answer), script.replace("\r\n", "\n"));
    }
    // As a form sends it.
    let answer = app.get("/en/labs/packet?kernel=4.4&set=&script=%2F%2F+a%0D%0A%2B0+x").await;
    assert_eq!(written(&answer), "// a\n+0 x");
    assert_eq!(answer.attributes("select[name=kernel] option[selected]", "value"), ["4.4"]);
}

#[tokio::test]
async fn each_line_is_marked_for_everybody() {
    let app = TestApp::sample();
    let to = app.get("/en/labs/packet?preset=old-timestamp").await.header("location").to_string();
    let answer = app.get(&to).await;
    assert_eq!(
        answer.attributes("nav.scenes a[aria-current]", "href"),
        ["/en/labs/packet?preset=old-timestamp"]
    );
    let script = written(&answer);
    let lines: Vec<&str> = script.trim_end().split('\n').collect();
    let numbers = answer.attributes(".script li[data-line]", "data-line");
    assert_eq!(numbers, (1..=lines.len()).map(|n| n.to_string()).collect::<Vec<_>>());
    let marks = answer.texts(".script li .mark");
    let failed: Vec<usize> =
        (1..).zip(&marks).filter(|(_, mark)| *mark == "does not hold").map(|(n, _)| n).collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(answer.attributes(".verdict a", "href"), [format!("#lab-l{}", failed[0])]);
    assert!(marks.contains(&"holds".to_string()), "{marks:?}");
}

#[tokio::test]
async fn an_example_has_comments_in_the_language_of_the_page() {
    let app = TestApp::sample();
    for (lang, says) in [(Lang::En, "// A server listens"), (Lang::Zh, "// 服务端监听")] {
        let page = format!("/{}/labs/packet", lang.code());
        // The default is the same text as the first example.
        assert!(written(&app.get(&page).await).starts_with(says));
        let to = app.get(&format!("{page}?preset=handshake")).await.header("location").to_string();
        assert_eq!(to, format!("{page}?{}", params(lang, Some("handshake"), &[]).to_query()));
        let answer = app.get(&to).await;
        assert!(written(&answer).starts_with(says));
        assert_eq!(
            answer.attributes("nav.scenes a[aria-current]", "href"),
            [format!("{page}?preset=handshake")]
        );
    }
}

#[tokio::test]
async fn eight_kilobytes_fit_into_an_address() {
    let app = TestApp::sample();
    for script in ["<".repeat(8 * 1024), "// 中文\n".repeat(800)] {
        let answer = app.get(&address(&script)).await;
        assert_eq!(answer.status, 200);
        assert_eq!(written(&answer), script);
    }
    let too_long = app.get(&address(&"<".repeat(12 * 1024))).await;
    assert_eq!(too_long.status, 414);
    let text = too_long.texts("main").join(" ");
    assert!(text.contains("32,768 bytes") && text.contains("command line"), "{text}");
}

const ARTICLE: &str = "---
title: Scripts
---

```lab packet
title: A SYN on an old connection
kernel: \"3.10\"
script: |
  // The text begins at the margin, and a # is no comment.
   0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
  +0 bind(3, ..., ...) = 0
  +0 listen(3, 128) = 0
  +0 < S 0:0(0) win 64240 <mss 1460>
  +0 > S. 0:0(0) ack 1 <...>
  +0.1 < . 1:1(0) ack 1 win 64240

  +60 < S 5000:5000(0) win 64240 <mss 1460>
  +0 > . 1:1(0) ack 1
compare:
  kernel: \"6.18\"
```

```lab packet
preset: keepalive
script: |
  +0 listen(3, 1) = 0
set:
  - net.ipv4.tcp_sack=0
```
";

#[tokio::test]
async fn an_article_carries_scripts() {
    let app = TestApp::new(&[("tcp/scripts.en.md", ARTICLE), ("tcp/scripts.zh.md", ARTICLE)]);
    let answer = app.get("/en/tcp/scripts").await;
    let script = written(&answer);
    assert!(
        script.starts_with("// The text begins at the margin, and a # is no comment.\n 0 socket("),
        "{script}"
    );
    assert!(
        script.ends_with("\n\n+60 < S 5000:5000(0) win 64240 <mss 1460>\n+0 > . 1:1(0) ack 1\n"),
        "{script}"
    );
    let difference = answer.texts(".difference > p").join("");
    assert_eq!(difference, "Line 10: kernel 3.10 sends nothing; kernel 6.18 sends . 1:1(0) ack 1.");
    assert_eq!(answer.texts(".lab-compare h4"), ["kernel 3.10", "kernel 6.18"]);
    // Two figures never have lines of the same name.
    let mut ids = answer.attributes(".script li[id]", "id");
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all);
    let wrong = answer.texts("main").join(" ");
    assert!(wrong.contains("`set` takes one value, not a list"), "{wrong}");
    let zh = app.get("/zh/tcp/scripts").await.texts(".difference > p").join("");
    assert_eq!(zh, "第 10 行：kernel 3.10 没有发出报文；kernel 6.18 发出 . 1:1(0) ack 1。");
}

#[tokio::test]
async fn programs_get_the_lines() {
    let app = TestApp::sample();
    let lab: Value = serde_json::from_str(app.get("/api/v1/labs/packet").await.text()).unwrap();
    let param = lab["params"].as_array().unwrap().iter().find(|param| param["name"] == "script").unwrap();
    assert_eq!((&param["type"], &param["max_bytes"]), (&"text".into(), &32768.into()));
    let answer = app.get("/api/v1/labs/packet/run?preset=old-timestamp&kernel=4.4&lang=zh").await;
    let report: Value = serde_json::from_str(answer.text()).unwrap();
    assert_eq!(report["verdict"]["code"], "failed");
    assert!(report["params"]["script"].as_str().unwrap().starts_with("// 这个脚本是故意写错的"));
    let lines = report["script"]["lines"].as_array().unwrap();
    let failed = lines.iter().find(|line| line["outcome"] == "failed").unwrap();
    assert_eq!(failed["expected"], "> . 1:1(0) ack 6 <...>");
    assert_eq!(failed["instead"], "> . 1:1(0) ack 1 <...>");
    let why = &failed["remarks"][0]["why"];
    let reason = report["reasons"].as_array().unwrap().iter().find(|reason| reason["id"] == *why).unwrap();
    assert_eq!(reason["code"], "paws_estab");
    // A lab without scripts has nothing of the kind.
    let paws: Value = serde_json::from_str(app.get("/api/v1/labs/paws/run").await.text()).unwrap();
    assert!(paws.get("script").is_none());
}
