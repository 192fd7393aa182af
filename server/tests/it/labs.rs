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

/// A minute at ten gigabits per second.
const LONG: &str = "rate_mbps=10000&duration_s=60&queue_pkts=20000";

#[tokio::test]
async fn the_server_says_what_it_does_not_run() {
    let app = TestApp::sample();
    let answer = app.get(&format!("/en/labs/tcp-buffer?{LONG}")).await;
    assert_eq!(answer.status, 200, "a reader's own browser makes the run");
    assert_eq!(answer.attributes(".lab-result[data-waiting]", "data-full"), [""]);
    let text = answer.texts(".lab-waiting").join(" ");
    assert!(text.contains("75 million steps") && text.contains("up to 5 million"), "{text}");
    let command = "casebook lab run tcp-buffer rate_mbps=10000 queue_pkts=20000 duration_s=60";
    assert!(text.contains(command), "{text}");
    assert_eq!(answer.attributes("input[name=duration_s]", "value"), ["60"], "the form keeps the values");
    assert_eq!(answer.attributes(".lab-files a:not([hidden])", "href"), [""; 0], "there are no files of it");

    let answer = app.get(&format!("/zh/labs/tcp-buffer?{LONG}")).await;
    let text = answer.texts(".lab-waiting").join(" ");
    assert!(text.contains("7500 万步") && text.contains("最多运行 500 万步"), "{text}");

    let answer = app.get("/en/labs/tcp-buffer").await;
    assert!(!answer.texts(".lab-result > .verdict").join("").is_empty());
    assert_eq!(answer.attributes(".lab-files a:not([hidden])", "href").len(), 4);
    assert_eq!(answer.attributes(".lab-progress[hidden] button", "type"), ["button"]);
    let answer = app.get("/en/labs/paws").await;
    assert_eq!(answer.attributes(".lab-progress", "class"), [""; 0], "no run of it is long");
}

#[tokio::test]
async fn programs_are_told_that_a_run_is_too_long() {
    let app = TestApp::sample();
    for format in ["json", "csv", "pcapng", "svg"] {
        let answer = app.get(&format!("/api/v1/labs/tcp-buffer/run?{LONG}&format={format}")).await;
        assert_eq!(answer.status, 422, "{format}");
        let answer: serde_json::Value = serde_json::from_str(answer.text()).unwrap();
        let error = &answer["error"];
        assert_eq!(error["code"], "run_too_long");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("Lower `duration_s` or `rate_mbps`; the command line"), "{message}");
        assert_eq!(
            (&error["fields"][0]["name"], &error["fields"][0]["value"]),
            (&"duration_s".into(), &"60".into())
        );
    }
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
