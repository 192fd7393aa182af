//! Entity tags, 304, content codings and caching, for every kind of document.

use crate::app::TestApp;
use std::io::Read;

const DOCUMENTS: &[&str] = &[
    "/en/",
    "/en/tcp",
    "/en/tcp/tw-recycle",
    "/en/tcp/tw-recycle.md",
    "/en/tcp/notes.txt",
    "/en/categories",
    "/en/tags/TCP%2FIP",
    "/en/archives",
    "/en/labs",
    "/en/labs/paws",
    "/en/atom.xml",
    "/sitemap.xml",
    "/api/v1/labs",
    "/api/v1/labs/paws/run",
];

fn decode(encoding: &str, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    match encoding {
        "br" => drop(brotli::Decompressor::new(body, 4096).read_to_end(&mut out).unwrap()),
        "gzip" => drop(flate2::read::GzDecoder::new(body).read_to_end(&mut out).unwrap()),
        "zstd" => out = zstd::bulk::decompress(body, 10 << 20).unwrap(),
        _ => out = body.to_vec(),
    }
    out
}

#[tokio::test]
async fn each_coding_is_a_representation_of_its_own() {
    let app = TestApp::sample();
    for uri in DOCUMENTS {
        let plain = app.get(uri).await;
        assert_eq!(plain.header("content-encoding"), "", "{uri}");
        let mut tags = vec![plain.header("etag").to_string()];
        for encoding in ["br", "gzip", "zstd"] {
            let answer = app.get_with(uri, &[("accept-encoding", encoding)]).await;
            assert_eq!(answer.header("content-encoding"), encoding, "{uri}");
            assert!(answer.body.len() < plain.body.len(), "{uri}");
            assert_eq!(decode(encoding, &answer.body), plain.body, "{uri}");
            assert!(answer.header("vary").contains("accept-encoding"), "{uri}");
            tags.push(answer.header("etag").to_string());
        }
        assert!(tags.iter().all(|tag| tag.starts_with('"') && tag.ends_with('"')), "{uri}: {tags:?}");
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 4, "{uri}");
    }
}

#[tokio::test]
async fn what_the_reader_has_is_not_sent_again() {
    let app = TestApp::sample();
    for uri in DOCUMENTS {
        for encoding in ["identity", "br"] {
            let first = app.get_with(uri, &[("accept-encoding", encoding)]).await;
            let tag = first.header("etag").to_string();
            let weak = format!("W/{tag}");
            let list = format!("\"other\", {tag} , W/\"third\"");
            for (known, status) in
                [(&*tag, 304), (&*weak, 304), (&*list, 304), ("*", 304), ("\"other\"", 200), ("", 200)]
            {
                let headers = [("accept-encoding", encoding), ("if-none-match", known)];
                let again = app.get_with(uri, &headers).await;
                assert_eq!(again.status.as_u16(), status, "{uri} {known}");
                assert_eq!(again.header("etag"), tag, "{uri} {known}");
                assert_eq!(again.header("vary"), first.header("vary"), "{uri}");
                assert_eq!(again.header("cache-control"), first.header("cache-control"), "{uri}");
                assert_eq!(again.body.is_empty(), status == 304, "{uri} {known}");
            }
        }
    }
}

#[tokio::test]
async fn how_long_to_keep() {
    let app = TestApp::sample();
    for uri in DOCUMENTS {
        assert_eq!(app.get(uri).await.header("cache-control"), "no-cache", "{uri}");
    }
    for uri in ["/none", "/en/tcp/broken", "/en/labs/paws?x=1", "/api/v1/labs/none", "/healthz"] {
        let answer = app.get(uri).await;
        assert_eq!((answer.header("cache-control"), answer.header("etag")), ("no-store", ""), "{uri}");
    }
}

#[tokio::test]
async fn the_design_is_kept_for_ever() {
    let app = TestApp::sample();
    let home = app.get("/en/").await;
    let mut files = home.attributes("link[rel=stylesheet], link[rel=icon]", "href");
    files.extend(home.attributes("script", "src"));
    files.extend(app.get("/en/labs/paws").await.attributes("script", "src"));
    let modules = app.get("/en/labs/paws").await.attributes("script[data-modules]", "data-modules");
    let modules: serde_json::Value = serde_json::from_str(&modules[0]).unwrap();
    files.extend(["js", "wasm"].map(|kind| modules["paws"][kind].as_str().unwrap().to_string()));
    for uri in files {
        let answer = app.get_with(&uri, &[("accept-encoding", "br")]).await;
        assert_eq!(answer.status, 200, "{uri}");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable", "{uri}");
        if uri.ends_with(".wasm") {
            assert_eq!(answer.header("content-type"), "application/wasm");
            assert_eq!(answer.header("content-encoding"), "br");
        }
        if uri.ends_with(".css") {
            let css = String::from_utf8(decode(answer.header("content-encoding"), &answer.body)).unwrap();
            for reference in css.split("url(\"../").skip(1).filter_map(|rest| rest.split('"').next()) {
                let answer = app.get(&format!("/static/{reference}")).await;
                assert_eq!(answer.status, 200, "{uri} refers to {reference}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_is_also_its_source() {
    let app = TestApp::sample();
    let page = app.get("/en/tcp/tw-recycle").await;
    assert_eq!(page.header("vary"), "accept, accept-encoding");
    for accept in ["text/markdown", "text/markdown, text/html;q=0.9"] {
        let source = app.get_with("/en/tcp/tw-recycle", &[("accept", accept)]).await;
        assert_eq!(source.header("content-type"), "text/markdown; charset=utf-8");
        assert_eq!(source.header("vary"), "accept, accept-encoding");
        assert!(source.text().starts_with("---\ntitle: Why your SYN"));
        assert_eq!(source.body, app.get("/en/tcp/tw-recycle.md").await.body);
    }
    let browser = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    assert_eq!(app.get_with("/en/tcp/tw-recycle", &browser).await.body, page.body);
    assert_eq!(app.get("/zh/tcp/index.md").await.status, 404);
}
