//! Every kind of answer carries the security headers and can be read with HEAD.

use crate::app::TestApp;
use axum::http::Method;
use casebook::http::security::{ATTACHMENT_POLICY, SITE_POLICY};

/// One address of each kind, with the status it answers with.
const KINDS: &[(&str, u16)] = &[
    ("/", 302),
    ("/en/", 200),
    ("/zh/", 200),
    ("/en", 301),
    ("/en/tcp", 200),
    ("/en/tcp/", 301),
    ("/en/tcp/tw-recycle", 200),
    ("/en/tcp/tw-recycle.md", 200),
    ("/en/index.md", 200),
    ("/en/tcp/broken", 500),
    ("/en/tcp/draft", 404),
    ("/en/tcp/notes.txt", 200),
    ("/en/tcp/picture.svg", 200),
    ("/en/tcp/tool.html", 200),
    ("/en/categories", 200),
    ("/en/categories/tcp", 200),
    ("/en/categories/tcp/atom.xml", 200),
    ("/en/categories/none", 404),
    ("/zh/tags", 200),
    ("/zh/tags/%E9%87%8D%E4%BC%A0", 200),
    ("/en/tags/TCP%2FIP", 200),
    ("/en/tags/TCP%2FIP/atom.xml", 200),
    ("/en/archives", 200),
    ("/en/archives/2026", 200),
    ("/en/archives/1999", 404),
    ("/en/labs", 200),
    ("/en/labs/paws", 200),
    ("/zh/labs/paws?connections=3", 200),
    ("/en/labs/paws?connections=many", 400),
    ("/en/labs/paws?preset=nat-two-clients", 302),
    ("/en/labs/none", 404),
    ("/en/atom.xml", 200),
    ("/zh/offline", 200),
    ("/zh/site.webmanifest", 200),
    ("/offline.json", 200),
    ("/service-worker.js", 200),
    ("/sitemap.xml", 200),
    ("/robots.txt", 200),
    ("/static/none.css", 404),
    ("/api/v1/labs", 200),
    ("/api/v1/labs/paws", 200),
    ("/api/v1/labs/paws/run", 200),
    ("/api/v1/labs/paws/run?format=svg", 200),
    ("/api/v1/labs/paws/run?format=pcapng", 200),
    ("/api/v1/labs/paws/run?format=pdf", 400),
    ("/api/v1/labs/paws/run?x=1", 400),
    ("/api/v1/labs/tcp-buffer/run?rate_mbps=10000&duration_s=60", 422),
    ("/api/v1/labs/none", 404),
    ("/api/v1/archive/tcp", 200),
    ("/api/v1/archive/none", 404),
    ("/api/none", 404),
    ("/healthz", 200),
    ("/readyz", 200),
    ("/2019/05/16/syn", 301),
    ("/none", 404),
    ("/en/%ff", 400),
    ("/en/%2e%2e/etc/passwd", 400),
];

#[tokio::test]
async fn every_answer_is_guarded() {
    let app = TestApp::sample();
    for (uri, status) in KINDS {
        for method in [Method::GET, Method::HEAD, Method::POST] {
            let answer = app.send(method.clone(), uri, &[]).await;
            if method == Method::POST {
                assert!(matches!(answer.status.as_u16(), 405 | 400), "{uri}: {}", answer.status);
                if answer.status == 405 {
                    assert_eq!(answer.header("allow"), "GET,HEAD", "{uri}");
                }
            } else {
                assert_eq!(answer.status.as_u16(), *status, "{method} {uri}");
            }
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "strict-origin-when-cross-origin"),
                ("permissions-policy", "geolocation=(), camera=(), microphone=()"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ] {
                assert_eq!(answer.header(name), value, "{method} {uri}");
            }
            let policy = answer.header("content-security-policy");
            let attachment = ["notes.txt", "picture.svg", "tool.html", "archive/tcp"]
                .iter()
                .any(|name| uri.ends_with(name));
            let wanted = if attachment && method != Method::POST { ATTACHMENT_POLICY } else { SITE_POLICY };
            assert_eq!(policy, wanted, "{method} {uri}");
            assert_eq!(answer.header("server"), "", "{uri}");
        }
    }
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let app = TestApp::sample();
    for (uri, _) in KINDS {
        let get = app.get(uri).await;
        let head = app.send(Method::HEAD, uri, &[]).await;
        assert!(head.body.is_empty(), "{uri}");
        for name in ["content-type", "etag", "vary", "cache-control", "location"] {
            assert_eq!(get.header(name), head.header(name), "{uri}: {name}");
        }
        if !get.body.is_empty() {
            assert_eq!(head.header("content-length"), get.body.len().to_string(), "{uri}");
        }
    }
}

#[tokio::test]
async fn kinds_of_content() {
    let app = TestApp::sample();
    for (uri, content_type) in [
        ("/en/", "text/html; charset=utf-8"),
        ("/en/tcp/tw-recycle.md", "text/markdown; charset=utf-8"),
        ("/en/tcp/notes.txt", "text/plain; charset=utf-8"),
        ("/en/tcp/picture.svg", "image/svg+xml"),
        ("/en/tcp/tool.html", "application/octet-stream"),
        ("/en/atom.xml", "application/atom+xml; charset=utf-8"),
        ("/sitemap.xml", "application/xml"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/api/v1/labs", "application/json"),
        ("/api/v1/labs/paws/run?format=svg", "image/svg+xml"),
        ("/api/v1/labs/none", "application/json"),
        ("/none", "text/html; charset=utf-8"),
        ("/en/site.webmanifest", "application/manifest+json"),
        ("/offline.json", "application/json"),
        ("/service-worker.js", "text/javascript; charset=utf-8"),
        ("/api/v1/archive/tcp", "application/zip"),
    ] {
        assert_eq!(app.get(uri).await.header("content-type"), content_type, "{uri}");
    }
    assert_eq!(app.get("/en/tcp/tool.html").await.header("content-disposition"), "attachment");
    assert_eq!(app.get("/en/tcp/picture.svg").await.header("content-disposition"), "");
}

#[tokio::test]
async fn long_addresses_are_refused() {
    let app = TestApp::sample();
    let answer = app.get(&format!("/en/labs/paws?x={}", "a".repeat(33_000))).await;
    assert_eq!(answer.status, 414);
    assert_eq!(answer.header("content-security-policy"), SITE_POLICY);
}
