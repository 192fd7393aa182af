//! A site of a few files in a temporary folder, and answers that are easy to ask about.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use casebook::app::{App, Settings};
use casebook::http::routes;
use scraper::{Html, Selector};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt;

/// Where the test site says it is.
pub(crate) const PUBLIC_URL: &str = "https://kb.example";

/// One page of each kind.
pub(crate) const SAMPLE: &[(&str, &str)] = &[
    ("index.en.md", "---\ntitle: Casebook\n---\nWelcome.\n"),
    ("index.zh.md", "---\ntitle: Casebook\n---\n欢迎。\n"),
    ("about.en.md", "---\ntitle: About\n---\nAbout this site.\n"),
    ("tcp/index.en.md", "---\ntitle: All about TCP\n---\nSegments.\n"),
    (
        "tcp/tw-recycle.en.md",
        "---\ntitle: Why your SYN is dropped\ndate: 2026-03-02\nupdated: 2026-04-05\ncategories: [tcp]\n\
         tags: [TCP/IP, 重传]\nsummary: A case.\naliases: [/2019/05/16/syn/]\nverified:\n  - kernel: \"3.10\"\n    \
         date: 2026-03-01\n    how: ran it\n---\n## Case\n\nText & more.\n\n## Fix\n\n```lab paws\npreset: nat-two-clients\n```\n",
    ),
    (
        "tcp/tw-recycle.zh.md",
        "---\ntitle: SYN 为什么被丢弃\ndate: 2026-03-02\ncategories: [tcp]\ntags: [重传]\n---\n## 案例\n\n正文。\n",
    ),
    (
        "tcp/older.en.md",
        "---\ntitle: An older case\ndate: 2025-01-02\ncategories: [tcp]\npinned: true\n---\n[the case](tw-recycle.md#fix)\n",
    ),
    ("tcp/draft.en.md", "---\ntitle: Not yet\ndate: 2026-05-05\ndraft: true\n---\nSecret.\n"),
    ("tcp/broken.en.md", "---\ntitle: Broken\ndate: yesterday\n---\nText.\n"),
    (
        "tcp/notes.txt",
        "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 \
         0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 \
         0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\n",
    ),
    ("tcp/picture.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>\n"),
    ("tcp/tool.html", "<script>alert(1)</script>\n"),
];

/// A running site.
pub(crate) struct TestApp {
    folder: TempDir,
    app: Arc<App>,
    router: Router,
}

impl TestApp {
    /// A site of these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> TestApp {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            write(&folder.path().join(name), text);
        }
        TestApp::of(folder, "")
    }

    /// The site of the content that lies in a folder below this one.
    pub(crate) fn of(folder: TempDir, content: &str) -> TestApp {
        let settings = Settings {
            content: folder.path().join(content),
            public_url: PUBLIC_URL.to_string(),
            static_dir: None,
        };
        let app = App::open(settings, None).unwrap();
        TestApp { router: routes::router(app.clone()), app, folder }
    }

    /// The site of [`SAMPLE`].
    pub(crate) fn sample() -> TestApp {
        TestApp::new(SAMPLE)
    }

    /// Its state.
    pub(crate) fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Where a file of it lies.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        write(&self.path(name), text);
    }

    /// GET.
    pub(crate) async fn get(&self, uri: &str) -> Answer {
        self.get_with(uri, &[]).await
    }

    /// GET with headers.
    pub(crate) async fn get_with(&self, uri: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, uri, headers).await
    }

    /// Any request.
    pub(crate) async fn send(&self, method: Method, uri: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

/// Writes a file and the folders that it lies in.
pub(crate) fn write(path: &std::path::Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// A header; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The body as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as HTML.
    pub(crate) fn html(&self) -> Html {
        Html::parse_document(self.text())
    }

    /// The text of the elements that a selector finds.
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.html().select(&selector).map(|element| words(element.text().collect())).collect()
    }

    /// An attribute of the elements that a selector finds.
    pub(crate) fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        self.html()
            .select(&selector)
            .map(|element| element.value().attr(name).unwrap_or_default().to_string())
            .collect()
    }
}
