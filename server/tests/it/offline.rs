//! Reading offline: what browsers are told there is to keep, and how the site is installed.

use crate::app::{SAMPLE, TestApp};
use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn the_list_names_what_is_there_with_its_size() {
    let app = TestApp::sample();
    let list = json(app.get("/offline.json").await.text());
    let files: Vec<&str> = ["shell", "labs"]
        .iter()
        .flat_map(|kind| list[*kind].as_array().unwrap())
        .map(|file| file.as_str().unwrap())
        .collect();
    let mut bytes = 0;
    for file in &files {
        let answer = app.get(&format!("/{file}")).await;
        assert_eq!(answer.status, 200, "{file}");
        bytes += answer.body.len();
    }
    assert_eq!(list["bytes"], bytes);
    for part in ["css/site-", "js/lab-", "js/worker-", "fonts/", "sim/paws_bg-"] {
        assert!(files.iter().any(|file| file.contains(part)), "{part}: {files:?}");
    }
    for part in ["vendor", "editor", "service-worker"] {
        assert!(!files.iter().any(|file| file.contains(part)), "{part}: {files:?}");
    }
    for lang in ["en", "zh"] {
        let mut paths = Vec::new();
        for page in list["languages"][lang]["pages"].as_array().unwrap() {
            let path = page[0].as_str().unwrap();
            let answer = app.get(&format!("/{path}")).await;
            assert_eq!(answer.status, 200, "{path}");
            // A lab is made for each request.
            assert!(page[1] == answer.body.len() || path.contains("/labs/"), "{path}");
            paths.push(path.to_string());
        }
        let offline = list["languages"][lang]["offline"].as_str().unwrap();
        assert_eq!(offline, format!("{lang}/offline"));
        for wanted in ["", "tcp/tw-recycle", "tcp", "labs/paws", "tags", "offline"] {
            assert!(paths.contains(&format!("{lang}/{wanted}")), "{lang}/{wanted}: {paths:?}");
        }
        assert!(!paths.iter().any(|path| path.contains("draft") || path.contains("broken")), "{paths:?}");
    }
}

#[tokio::test]
async fn another_text_is_another_version() {
    let version = |app: TestApp| async move {
        json(app.get("/offline.json").await.text())["version"].as_str().unwrap().to_string()
    };
    let first = version(TestApp::sample()).await;
    assert_eq!(version(TestApp::sample()).await, first);
    let files: Vec<(&str, &str)> = SAMPLE
        .iter()
        .map(|(file, text)| (*file, if *file == "about.en.md" { "Something else.\n" } else { *text }))
        .collect();
    assert_ne!(version(TestApp::new(&files)).await, first);
}

#[tokio::test]
async fn the_site_can_be_installed_in_each_language() {
    let app = TestApp::sample();
    for lang in ["en", "zh"] {
        let address = format!("/{lang}/site.webmanifest");
        let page = app.get(&format!("/{lang}/")).await;
        assert_eq!(page.attributes("link[rel=manifest]", "href"), std::slice::from_ref(&address));
        let manifest = json(app.get(&address).await.text());
        assert_eq!(manifest["start_url"], "./", "its own folder is the home page");
        assert_eq!(manifest["scope"], "../");
        let icons = manifest["icons"].as_array().unwrap();
        assert_eq!(icons.len(), 2);
        for icon in icons {
            let file = icon["src"].as_str().unwrap().strip_prefix("..").unwrap();
            assert_eq!(app.get(file).await.header("content-type"), "image/svg+xml", "{file}");
        }
    }
}

#[tokio::test]
async fn the_worker_is_asked_for_anew_each_time() {
    let answer = TestApp::sample().get("/service-worker.js").await;
    assert_eq!(answer.header("cache-control"), "no-cache");
    assert!(answer.text().contains("addEventListener(\"fetch\""));
}
