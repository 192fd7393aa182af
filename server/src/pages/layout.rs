//! What all pages share: head, navigation, language switch, style sheets and scripts.

use super::{Context, Link, offline, search};
use crate::address;
use crate::content::path::PagePath;
use crate::i18n::{self, SITE_NAME, Strings};
use serde_json::json;
use sim_wasm::text::Lang;

/// The frame of a page, as `base.html` shows it.
#[derive(Debug)]
pub struct Layout {
    /// Language of the page.
    pub lang: Lang,
    /// The interface's words in that language.
    pub t: &'static Strings,
    /// Name of the site.
    pub site_name: &'static str,
    /// Title of the page.
    pub title: String,
    /// For search engines and previews.
    pub description: String,
    /// The page's address with scheme and host; none for an error page.
    pub canonical: Option<String>,
    /// `hreflang` and address of each version of the page.
    pub alternates: Vec<(&'static str, String)>,
    /// OpenGraph's kind of page.
    pub og_type: &'static str,
    /// The nearest feed.
    pub feed: Link,
    /// Links of the site's head.
    pub nav: Vec<NavLink>,
    /// The home page.
    pub home: String,
    /// The same page in the other language, or that language's home page.
    pub switch: Switch,
    /// Files of the design.
    pub files: Files,
    /// There are accounts.
    pub accounts: bool,
    /// The way to the search.
    pub search: SearchLink,
    /// What can be done with the page, when it is one that can be edited.
    pub editing: Option<Editing>,
    /// Reading offline.
    pub offline: Offline,
    /// The words of a page that is a file, which no program of ours serves; none for pages that are served.
    pub exported: Option<&'static i18n::export::Strings>,
}

/// What can be done with a page of the content folder.
#[derive(Debug)]
pub struct Editing {
    /// Where it is edited.
    pub edit: String,
    /// Where its history is.
    pub history: String,
    /// Where it can be watched.
    pub watch: String,
    /// Where it is commented on, and the script that shows where; none where there is no page yet.
    pub comments: Option<Comments>,
}

/// Reading offline.
#[derive(Debug)]
pub struct Offline {
    /// The page about it.
    pub link: Link,
    /// What a copy says of itself.
    pub words: &'static i18n::offline::Strings,
    /// What a browser needs to know to install the site.
    pub manifest: String,
    /// The script that offers it, where it is there.
    pub js: Option<String>,
    /// The colours of the browser's own surroundings, light and dark.
    pub paper: [&'static str; 2],
}

/// Talking about a page.
#[derive(Debug)]
pub struct Comments {
    /// Where its comments are.
    pub link: Link,
    /// The script that marks the paragraphs with comments.
    pub js: Option<String>,
}

/// The link to the search.
#[derive(Debug)]
pub struct SearchLink {
    /// The page of results.
    pub link: Link,
    /// What it does, and by which keys.
    pub shortcut: &'static str,
    /// What a page needs to search by itself, because there is no server to ask.
    pub module: Option<SearchModule>,
}

/// Addresses of what searches in the browser.
#[derive(Debug)]
pub struct SearchModule {
    /// The bindings.
    pub js: String,
    /// The code.
    pub wasm: String,
    /// The pages that are searched.
    pub index: String,
}

/// A link of the navigation.
#[derive(Debug)]
pub struct NavLink {
    /// Where to.
    pub link: Link,
    /// The page shown is this one or below it.
    pub current: bool,
}

/// The language switch.
#[derive(Debug)]
pub struct Switch {
    /// Where it leads.
    pub href: String,
    /// The other language's tag.
    pub html_lang: &'static str,
    /// The page exists in the other language.
    pub translated: bool,
}

/// Addresses of the files of the design, those that are there.
#[derive(Debug)]
pub struct Files {
    /// Fonts that the first lines of every page need.
    pub fonts: Vec<String>,
    /// Style sheets and the media they are for.
    pub styles: Vec<(String, &'static str)>,
    /// What must run before the first paint.
    pub theme_js: Option<String>,
    /// Script of every page.
    pub site_js: Option<String>,
    /// Icon of the site.
    pub icon: Option<String>,
    /// The scripts that make labs live, on a page with labs, when all of them are there.
    pub live: Option<LiveLab>,
}

/// The fonts that every page shows at once: its titles' and its labels'.
const FONTS: [&str; 2] = [
    "fonts/source-serif-4/source-serif-4-latin-600-normal.woff2",
    "fonts/ibm-plex-mono/ibm-plex-mono-latin-400-normal.woff2",
];

/// The font of English text; Chinese text is set in the reader's own.
const TEXT_FONT: &str = "fonts/source-serif-4/source-serif-4-latin-400-normal.woff2";

/// The style sheets of every page.
const STYLES: [(&str, &str); 3] =
    [("css/site.css", "all"), ("css/article.css", "all"), ("css/print.css", "print")];

/// The scripts that make labs live.
#[derive(Debug)]
pub struct LiveLab {
    /// The module that finds labs on the page.
    pub js: String,
    /// By lab, where its simulator is: `{"paws": {"js": "…", "wasm": "…"}}`.
    pub modules: String,
}

impl Layout {
    /// The frame of the page at `address`, which the other language has at `other`.
    pub fn new(
        cx: &Context<'_>,
        lang: Lang,
        address: &str,
        other: Option<&str>,
        title: impl Into<String>,
    ) -> Layout {
        let mut layout = Layout::frame(cx, lang, address, other, title.into());
        layout.canonical = Some(cx.absolute_page(address));
        let mut versions = vec![(layout.t.html_lang, address)];
        versions.extend(other.map(|other| (i18n::strings(lang.other()).html_lang, other)));
        versions.sort_unstable();
        // Readers whose language is neither get English where there is a choice.
        let default = versions[0].1;
        versions.push(("x-default", default));
        let versions = versions.into_iter();
        layout.alternates = versions.map(|(tag, address)| (tag, cx.absolute_page(address))).collect();
        layout
    }

    /// The frame of a page that is no version of anything: an error at `address`.
    pub fn error(cx: &Context<'_>, lang: Lang, title: &str) -> Layout {
        Layout::frame(cx, lang, "", None, title.to_string())
    }

    fn frame(cx: &Context<'_>, lang: Lang, address: &str, other: Option<&str>, title: String) -> Layout {
        let t = i18n::strings(lang);
        let home = format!("/{}/", lang.code());
        Layout {
            lang,
            t,
            site_name: SITE_NAME,
            title,
            description: t.tagline.to_string(),
            canonical: None,
            alternates: Vec::new(),
            og_type: "website",
            feed: Link::new(format!("{home}atom.xml"), SITE_NAME),
            nav: nav(cx, lang, address),
            home,
            switch: Switch {
                href: other.map_or_else(|| format!("/{}/", lang.other().code()), str::to_string),
                html_lang: i18n::strings(lang.other()).html_lang,
                translated: other.is_some(),
            },
            files: Files {
                fonts: lang
                    .pick(Some(TEXT_FONT), None)
                    .iter()
                    .chain(&FONTS)
                    .filter_map(|name| cx.assets.address(name))
                    .collect(),
                styles: STYLES
                    .iter()
                    .filter_map(|(name, media)| Some((cx.assets.address(name)?, *media)))
                    .collect(),
                theme_js: cx.assets.address("js/theme.js"),
                site_js: cx.assets.address("js/site.js"),
                icon: cx.assets.address("favicon.svg"),
                live: None,
            },
            accounts: cx.wiki,
            search: search_link(cx, lang),
            editing: None,
            offline: offline(cx, lang),
            exported: cx.exported.then(|| i18n::export::strings(lang)),
        }
    }

    /// The frame of a page of the wiki itself, at `address`: one that search engines have nothing to do with.
    pub fn wiki(cx: &Context<'_>, lang: Lang, address: &str, title: impl Into<String>) -> Layout {
        let mut layout = Layout::frame(cx, lang, address, None, title.into());
        layout.switch.href = format!("{address}?lang={}", lang.other().code());
        layout.switch.translated = true;
        layout.files.styles.extend(cx.assets.address("css/wiki.css").map(|css| (css, "all")));
        layout
    }

    /// Of a page that can be edited, when pages can be.
    pub fn editable(mut self, cx: &Context<'_>, page: &PagePath) -> Layout {
        if !cx.wiki {
            return self;
        }
        let to = |verb| address::wiki(verb, self.lang, page.as_str());
        let comments = cx.site.page(page, self.lang).map(|_| Comments {
            link: Link::new(to("comments"), i18n::comments::strings(self.lang).comments),
            js: cx.assets.address("js/comments.js"),
        });
        self.editing =
            Some(Editing { edit: to("edit"), history: to("history"), watch: to("watch"), comments });
        self.files.styles.extend(cx.assets.address("css/comments.css").map(|css| (css, "all")));
        self
    }

    /// With this description, unless it is empty.
    pub fn describe(mut self, description: impl Into<String>) -> Layout {
        let description = description.into();
        if !description.is_empty() {
            self.description = description;
        }
        self
    }

    /// With this feed instead of the whole site's.
    pub fn feed(mut self, feed: Link) -> Layout {
        self.feed = feed;
        self
    }

    /// As an article rather than a page of the site.
    pub fn article(mut self) -> Layout {
        self.og_type = "article";
        self
    }

    /// With what these labs need.
    pub fn with_labs(mut self, cx: &Context<'_>, labs: &[&str]) -> Layout {
        self.files.live = modules(cx, labs);
        self.files.styles.extend(cx.assets.address("css/lab.css").map(|css| (css, "all")));
        self
    }

    /// The script of pages that can be commented on.
    pub fn comments_js(&self) -> Option<&str> {
        self.editing.as_ref()?.comments.as_ref()?.js.as_deref()
    }

    /// What the browser's tab says.
    pub fn document_title(&self) -> String {
        if self.title == self.site_name {
            self.title.clone()
        } else {
            format!("{} · {}", self.title, self.site_name)
        }
    }
}

/// What makes these labs live; none when a file of it is missing.
pub fn modules(cx: &Context<'_>, labs: &[&str]) -> Option<LiveLab> {
    let module = |lab: &&str| {
        let js = cx.assets.address(&format!("sim/{lab}.js"))?;
        let wasm = cx.assets.address(&format!("sim/{lab}_bg.wasm"))?;
        Some((lab.to_string(), json!({ "js": js, "wasm": wasm })))
    };
    let modules: Option<serde_json::Map<_, _>> = labs.iter().map(module).collect();
    Some(LiveLab { js: cx.assets.address("js/lab.js")?, modules: json!(modules?).to_string() })
}

fn search_link(cx: &Context<'_>, lang: Lang) -> SearchLink {
    let w = i18n::search::strings(lang);
    let module = || {
        Some(SearchModule {
            js: cx.assets.address("sim/search.js")?,
            wasm: cx.assets.address("sim/search_bg.wasm")?,
            index: search::index_address(lang),
        })
    };
    SearchLink {
        link: Link::new(search::address_in(lang), w.search),
        shortcut: w.shortcut,
        module: cx.exported.then(module).flatten(),
    }
}

fn offline(cx: &Context<'_>, lang: Lang) -> Offline {
    let words = i18n::offline::strings(lang);
    Offline {
        link: Link::new(offline::address(lang), words.title),
        words,
        manifest: offline::manifest_address(lang),
        js: cx.assets.address("js/offline.js"),
        paper: offline::PAPER,
    }
}

fn nav(cx: &Context<'_>, lang: Lang, address: &str) -> Vec<NavLink> {
    let t = i18n::strings(lang);
    let mut links: Vec<Link> = [("archives", t.articles), ("labs", t.labs), ("tags", t.tags)]
        .map(|(name, text)| Link::new(format!("/{}/{name}", lang.code()), text))
        .into();
    if let Some(about) = cx.site.page(&PagePath::new("about"), lang) {
        links.push(Link::new(about.address(), t.about));
    }
    let below =
        |href: &str| address.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    links.into_iter().map(|link| NavLink { current: below(&link.href), link }).collect()
}
