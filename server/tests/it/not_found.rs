//! A 404 that helps, and errors for programs.

use crate::app::TestApp;

#[tokio::test]
async fn the_other_language_is_named() {
    let app = TestApp::sample();
    let answer = app.get("/zh/about").await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.attributes("html", "lang"), ["zh-Hans"]);
    let links = answer.attributes("main a", "href");
    assert!(links.contains(&"/en/about".to_string()), "{links:?}");
}

#[tokio::test]
async fn names_and_titles_that_are_near() {
    let app = TestApp::sample();
    for uri in ["/en/tcp/tw-recicle", "/en/syn-is-dropped", "/en/lvs/tw_recycle"] {
        let links = app.get(uri).await.attributes("main a", "href");
        assert!(links.contains(&"/en/tcp/tw-recycle".to_string()), "{uri}: {links:?}");
    }
    let links = app.get("/zh/%E4%B8%A2%E5%BC%83").await.attributes("main a", "href");
    assert!(links.contains(&"/zh/tcp/tw-recycle".to_string()), "{links:?}");
}

#[tokio::test]
async fn a_way_on_without_a_guess() {
    let app = TestApp::sample();
    let answer = app.get_with("/xyzzy", &[("accept-language", "zh")]).await;
    assert_eq!(answer.attributes("html", "lang"), ["zh-Hans"]);
    let links = answer.attributes("main a", "href");
    assert_eq!(links, ["/zh/", "/zh/archives", "/zh/labs"]);
    assert_eq!(answer.attributes("meta[name=robots]", "content"), ["noindex"]);
}

#[tokio::test]
async fn programs_get_json() {
    let app = TestApp::sample();
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let missing = json(app.get("/api/v1/labs/none").await.text());
    assert_eq!(missing["error"]["code"], "not_found");
    assert_eq!(missing["error"]["fields"], serde_json::json!([]));
    let wrong = app.get("/api/v1/labs/paws/run?conections=3&interval_ms=x&format=json").await;
    let error = json(wrong.text())["error"].clone();
    assert_eq!(error["code"], "invalid_parameter");
    let names: Vec<&str> =
        error["fields"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["conections", "interval_ms"]);
    assert!(error["fields"][0]["message"].as_str().unwrap().contains("connections"));
    for wrong in ["format=pdf", "lang=de", "preset=none", "connections=1&connections=2"] {
        let answer = app.get(&format!("/api/v1/labs/paws/run?{wrong}")).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
}

/// Nothing of a request comes back as markup.
#[tokio::test]
async fn addresses_are_escaped() {
    let app = TestApp::sample();
    for uri in
        ["/en/%3Cscript%3Ealert(1)%3C/script%3E", "/en/labs/paws?connections=%3Cscript%3E&%22%3E%3Cb%3E=1"]
    {
        let answer = app.get(uri).await;
        assert!(!answer.text().contains("<script>") && !answer.text().contains("<b>"), "{uri}");
    }
}
