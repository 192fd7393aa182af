//! The way from every other spelling to the one address, and from `/` to a language.

use crate::app::TestApp;

#[tokio::test]
async fn one_address_for_each_page() {
    let app = TestApp::sample();
    for (from, status, to) in [
        ("/en", 301, "/en/"),
        ("/en/tcp/", 301, "/en/tcp"),
        ("//en//tcp///tw-recycle", 301, "/en/tcp/tw-recycle"),
        ("/en/TCP/TW-Recycle", 301, "/en/tcp/tw-recycle"),
        ("/EN/tcp", 301, "/en/tcp"),
        ("/en/%74cp", 301, "/en/tcp"),
        ("/zh/tags/%e9%87%8d%e4%bc%a0", 301, "/zh/tags/%E9%87%8D%E4%BC%A0"),
        ("/en/tags/tcp%2Fip", 301, "/en/tags/TCP%2FIP"),
        ("/en/index", 301, "/en/"),
        ("/en/tcp/index", 301, "/en/tcp"),
        ("/en/tcp/index.html", 301, "/en/tcp"),
        ("/en/tcp/tw-recycle.html", 301, "/en/tcp/tw-recycle"),
        ("/en/tcp/index.md", 301, "/en/tcp.md"),
        ("/EN/TCP/Index.MD", 301, "/en/tcp.md"),
        ("/En", 301, "/en/"),
        ("/En/", 301, "/en/"),
        ("/En/TCP/", 301, "/en/tcp"),
        ("/en/labs/PAWS?connections=3", 301, "/en/labs/paws?connections=3"),
        ("/En/Labs/Paws/", 301, "/en/labs/paws"),
        ("/2019/05/16/syn", 301, "/en/tcp/tw-recycle"),
        ("/2019/05/16/syn/", 301, "/en/tcp/tw-recycle"),
        ("/en/labs/paws/?connections=3", 301, "/en/labs/paws?connections=3"),
        ("/tcp/tw-recycle", 302, "/en/tcp/tw-recycle"),
        ("/about", 302, "/en/about"),
    ] {
        let answer = app.get(from).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (status, to), "{from}");
        assert_ne!(app.get(to).await.status, 301, "{from} takes two steps");
    }
    assert_eq!(app.get("/en/tcp?utm_source=x").await.status, 200);
    assert_eq!(app.get_with("/about", &[("accept-language", "zh")]).await.header("location"), "/en/about");
}

/// `//host` at the start of a `Location` would lead to another site.
#[tokio::test]
async fn redirects_stay_here() {
    let app = TestApp::sample();
    for uri in [
        "//evil.example/",
        "//evil.example/en/..",
        "/%2Fevil.example/",
        "/\\evil.example/",
        "/en//evil.example/",
    ] {
        let location = app.get(uri).await.header("location").to_string();
        assert!(!location.starts_with("//") && !location.contains("\\"), "{uri} leads to {location}");
    }
}

#[tokio::test]
async fn the_readers_language() {
    let app = TestApp::sample();
    for (headers, wanted) in [
        (&[][..], "/en/"),
        (&[("accept-language", "zh-CN,zh;q=0.9")], "/zh/"),
        (&[("accept-language", "de")], "/en/"),
        (&[("accept-language", "zh"), ("cookie", "lang=en")], "/en/"),
        (&[("cookie", "theme=dark; lang=zh")], "/zh/"),
    ] {
        let answer = app.get_with("/", headers).await;
        assert_eq!(answer.status, 302);
        assert_eq!(answer.header("location"), wanted, "{headers:?}");
        assert_eq!(answer.header("vary"), "accept-language, cookie");
    }
}
