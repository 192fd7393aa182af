//! Labs as pages and for programs.

use crate::app::TestApp;

#[tokio::test]
async fn the_page_of_a_lab() {
    let app = TestApp::sample();
    let answer = app.get("/en/labs/paws").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.attributes("figure.lab", "data-lab"), ["paws"]);
    assert_eq!(answer.attributes("figure.lab form", "method"), ["get"]);
    assert_eq!(answer.attributes("figure.lab form", "action"), ["/en/labs/paws"]);
    assert!(!answer.texts("figure.lab .lab-result").join("").is_empty());
    let articles = answer.attributes("main a", "href");
    assert!(articles.contains(&"/en/tcp/tw-recycle".to_string()), "{articles:?}");
    for preset in sim_wasm::lab::find("paws").unwrap().presets {
        let link = format!("/en/labs/paws?preset={}", preset.id);
        assert!(articles.contains(&link), "{link}");
        let answer = app.get(&link).await;
        assert_eq!(answer.status, 302);
        let to = answer.header("location").to_string();
        let page = app.get(&to).await;
        assert_eq!(page.status, 200, "{to}");
        // The other language shows the same state.
        let other = page.attributes(".lang, .lang-switch, header a[hreflang]", "href");
        assert!(other.contains(&to.replace("/en/", "/zh/")), "{other:?}");
    }
}

#[tokio::test]
async fn a_preset_can_be_varied() {
    let app = TestApp::sample();
    let answer = app.get("/en/labs/paws?preset=nat-two-clients&seed=7").await;
    assert_eq!(answer.status, 302);
    assert!(answer.header("location").contains("seed=7"));
    assert_eq!(app.get("/en/labs/paws?preset=none").await.status, 400);
}

#[tokio::test]
async fn wrong_settings_are_named() {
    let app = TestApp::sample();
    let answer = app.get("/zh/labs/paws?connections=1e9&rtt_ms=&nat=1").await;
    assert_eq!(answer.status, 400);
    let text = answer.texts("figure.lab").join(" ").replace('`', "");
    for says in ["connections 应是", "rtt_ms 应是", "没有名为 nat 的参数"] {
        assert!(text.contains(says), "{text}");
    }
    assert_eq!(answer.attributes("figure.lab form", "method"), ["get"]);
}

#[tokio::test]
async fn labs_for_programs() {
    let app = TestApp::sample();
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let labs = json(app.get("/api/v1/labs").await.text());
    assert_eq!(labs["labs"][0]["id"], "paws");
    let lab = json(app.get("/api/v1/labs/paws").await.text());
    assert_eq!(lab, labs["labs"][0]);
    assert!(lab["params"].as_array().unwrap().iter().all(|param| param["type"].is_string()));
    let report = json(app.get("/api/v1/labs/paws/run?preset=nat-two-clients&seed=3&lang=zh").await.text());
    assert_eq!(report["lab"], "paws");
    assert_eq!(report["params"]["seed"], "3");
}

#[tokio::test]
async fn programs_are_told_which_field_is_wrong() {
    let app = TestApp::sample();
    let answer = app.get("/api/v1/labs/paws/run?preset=nope&colour=red").await;
    assert_eq!(answer.status, 400);
    let answer: serde_json::Value = serde_json::from_str(answer.text()).unwrap();
    let fields = &answer["error"]["fields"];
    assert_eq!((&fields[0]["name"], &fields[0]["value"]), (&"preset".into(), &"nope".into()));
    assert!(fields[0]["message"].as_str().unwrap().contains("nat-two-clients"), "{fields}");
    assert_eq!((&fields[1]["name"], &fields[1]["value"]), (&"colour".into(), &"red".into()));
}

#[tokio::test]
async fn many_labs_at_once() {
    let app = TestApp::sample();
    let runs = (0..16).map(|seed| {
        let uri = format!("/api/v1/labs/paws/run?seed={seed}");
        let app = &app;
        async move { app.get(&uri).await.status }
    });
    let mut waiting: Vec<_> = runs.map(Box::pin).collect();
    for run in &mut waiting {
        assert_eq!(run.await, 200);
    }
}
