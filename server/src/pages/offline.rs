//! Reading offline: the page about it, what there is to keep, and what a browser needs to know to install the site.
//!
//! Every address in the two files is relative, so that a site that is files works in any folder.

use super::layout::Layout;
use super::{Context, labs, search};
use crate::content::path::PagePath;
use crate::document::{self, Document};
use crate::i18n::offline::{self as words, Strings};
use crate::i18n::{self, SITE_NAME};
use askama::Template;
use serde_json::{Value, json};
use sim_wasm::lab;
use sim_wasm::text::Lang;

/// The last segment of the page's address.
pub const NAME: &str = "offline";

/// Where the list of what there is to keep is.
pub const LIST: &str = "/offline.json";

/// Where the worker is that keeps pages: it answers for what lies beside it and below.
pub const WORKER: &str = "/service-worker.js";

/// The light and the dark paper of `site.css`.
pub const PAPER: [&str; 2] = ["#f6f6f1", "#151918"];

#[derive(Template)]
#[template(path = "pages/offline.html")]
struct View {
    layout: Layout,
    w: &'static Strings,
    words: String,
}

/// The page's address.
pub fn address(lang: Lang) -> String {
    format!("/{}/{NAME}", lang.code())
}

/// The address of the manifest.
pub fn manifest_address(lang: Lang) -> String {
    format!("/{}/site.webmanifest", lang.code())
}

/// The page about what is kept, which stands in for those that are not.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, lang: Lang) -> askama::Result<String> {
    let w = words::strings(lang);
    let words = json!({
        "all": w.keep_all,
        "begun": w.begun,
        "close": w.close,
        "doing": w.doing,
        "done": w.done,
        "failed": w.failed,
        "full": w.full,
        "keeps_all": w.keeps_all,
        "keeps_opened": w.keeps_opened,
        "none": w.none,
        "removed": w.removed,
        "some_failed": w.some_failed,
    });
    let layout =
        Layout::new(cx, lang, &address(lang), Some(&address(lang.other())), w.title).describe(w.what);
    View { layout, w, words: words.to_string() }.render()
}

/// The web app manifest: the site with this language's home page at its front.
pub fn manifest(cx: &Context<'_>, lang: Lang) -> String {
    let t = i18n::strings(lang);
    let icon = |name: &str, purpose: &str| {
        let src = format!("..{}", cx.assets.address(name)?);
        Some(json!({ "src": src, "type": "image/svg+xml", "sizes": "any", "purpose": purpose }))
    };
    json!({
        "id": "./",
        "name": SITE_NAME,
        "short_name": SITE_NAME,
        "description": t.tagline,
        "lang": t.html_lang,
        "dir": "ltr",
        "start_url": "./",
        "scope": "../",
        "display": "minimal-ui",
        "background_color": PAPER[0],
        "theme_color": PAPER[0],
        "icons": [icon("favicon.svg", "any"), icon("icon.svg", "maskable")],
    })
    .to_string()
}

/// What there is to keep: files of the design, the labs, and of each language its pages with their sizes and hashes.
pub fn list(cx: &Context<'_>, published: &[(String, Document)]) -> String {
    let (shell, labs): (Vec<_>, Vec<_>) = files(cx).partition(|(name, _)| !name.starts_with("sim/"));
    let bytes: usize = shell.iter().chain(&labs).map(|(_, document)| document.body().len()).sum();
    let names = |files: &[(&str, &Document)]| -> Vec<String> {
        files.iter().map(|(name, _)| format!("static/{name}")).collect()
    };
    let (shell, labs) = (names(&shell), names(&labs));
    let program =
        document::hash(shell.iter().chain(&labs).map(String::as_str).collect::<String>().as_bytes());
    let pages = |lang: Lang| -> Vec<Value> {
        let below = PagePath::default().address(lang);
        let is_page = |address: &str, document: &Document| {
            address.starts_with(&below)
                && document.status == 200
                && document.content_type.starts_with("text/html")
        };
        let made = published.iter().filter(|(address, document)| is_page(address, document));
        let made =
            made.map(|(at, document)| json!([page(cx, at), document.body().len(), &document.hash()[..8]]));
        // Those of labs are made on request. They depend on the program alone.
        let labs = lab::all().iter().map(|it| json!([page(cx, &labs::address(lang, it)), 0, &program[..8]]));
        made.chain(labs).collect()
    };
    // Where no server searches, the browser does.
    let index = |lang: Lang| cx.exported.then(|| search::index_address(lang)[1..].to_string());
    let language = |lang: Lang| json!({ "offline": page(cx, &address(lang)), "search": index(lang), "pages": pages(lang) });
    let mut list = json!({
        "shell": shell,
        "labs": labs,
        "bytes": bytes,
        "languages": { "en": language(Lang::En), "zh": language(Lang::Zh) },
    });
    list["version"] = json!(document::hash(list.to_string().as_bytes()));
    list.to_string()
}

/// A page's address from the root of the site, wherever that is.
fn page(cx: &Context<'_>, address: &str) -> String {
    let absolute = cx.absolute_page(address);
    absolute.strip_prefix(cx.public_url).unwrap_or(&absolute).trim_start_matches('/').to_string()
}

/// The files that readers' pages are made of: not those of the editor, which is of no use offline.
fn files<'a>(cx: &Context<'a>) -> impl Iterator<Item = (&'a str, &'a Document)> {
    const ELSEWHERE: [&str; 5] = ["vendor/", "js/edit/", "js/editor-", "js/service-worker-", "css/wiki-"];
    const OF_WIKIS: [&str; 2] = ["js/comments-", "css/comments-"];
    let elsewhere: Vec<&str> =
        ELSEWHERE.into_iter().chain(OF_WIKIS.into_iter().filter(|_| !cx.wiki)).collect();
    let all = cx.assets.all().map(|(name, document)| (name, document.as_ref()));
    all.filter(move |(name, _)| !elsewhere.iter().any(|elsewhere| name.starts_with(elsewhere)))
}
