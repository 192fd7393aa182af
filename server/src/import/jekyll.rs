//! Jekyll: posts named by their day, drafts, collections and pages, and the addresses of `_config.yml`.

use super::anchors::Style;
use super::dates::{self, Stamp};
use super::draft::{Draft, Site};
use super::front;
use super::page::{self, Read};
use super::report::Finding;
use super::source::Source;
use super::{hexo, liquid, names, permalink};
use crate::content::yaml::{Entry, Value};
use jiff::civil::Date;
use sim_wasm::text::Lang;

/// Folders that pages are made with or from, but that are none.
const PASSED_OVER: &[&str] =
    &["_site", "_includes", "_layouts", "_sass", "_data", "_plugins", "vendor", "node_modules"];

/// What `_config.yml` says.
struct Config {
    base: String,
    entries: Vec<Entry>,
    /// Their names, with the patterns of their addresses.
    collections: Vec<(String, Option<String>)>,
}

impl Config {
    fn get(&self, key: &str) -> Option<String> {
        front::text(&self.entries, key)
    }

    fn style(&self) -> String {
        self.get("permalink").unwrap_or_else(|| "date".to_string())
    }
}

/// Reads a site.
pub(super) fn read(source: &Source, lang: Option<Lang>, today: Date) -> Site {
    let mut site = Site::default();
    let config = config(source, &mut site.findings);
    let url = config.get("url").unwrap_or_default();
    site.root = config.get("baseurl").unwrap_or_default().trim_end_matches('/').to_string();
    site.origins = permalink::origin(&url).into_iter().collect();
    site.public = vec![config.base.clone()];
    site.prefixes = vec![config.base.clone()];
    let language = ["lang", "language", "locale"].iter().find_map(|key| names::language(&config.get(key)?));
    let style = style(&config);
    for file in source.files().filter(|file| names::is_markdown(file)) {
        let Some(rest) = file.strip_prefix(config.base.as_str()) else { continue };
        if rest.split('/').any(|segment| PASSED_OVER.contains(&segment)) {
            continue;
        }
        let hints = page::Hints { lang, fallback: language };
        let Some(read) = page::read(source, file, hints, &mut site.findings) else { continue };
        let mut draft = match place(&config, rest) {
            Some(Kind::Unknown) => {
                site.findings.push(Finding::note(
                    file,
                    0,
                    "is in a folder that Jekyll shows nothing of; it is left out",
                ));
                continue;
            }
            Some(Kind::Page(_) | Kind::Item { .. })
                if read.written.trim().is_empty() && !config.entries.is_empty() =>
            {
                let message = "has no head, so it was no page of the site; it is left out";
                site.findings.push(Finding::note(file, 0, message));
                continue;
            }
            Some(kind) => draft(&config, &site.root, &kind, read, &mut site.findings, today),
            None => continue,
        };
        draft.anchors = style;
        site.drafts.push(draft);
    }
    let settings = liquid::Settings {
        url: permalink::origin(&url).unwrap_or_default(),
        root: site.root.clone(),
        base: config.base.clone(),
        title: config.get("title").unwrap_or_default(),
    };
    liquid::translate(source, &mut site, &settings);
    site
}

fn config(source: &Source, findings: &mut Vec<Finding>) -> Config {
    let shallow = source
        .files()
        .filter(|file| names::name(file) == "_config.yml")
        .min_by_key(|file| file.matches('/').count());
    let base = match shallow {
        Some(file) => file[..file.len() - "_config.yml".len()].to_string(),
        None => {
            let inner = source
                .files()
                .filter_map(|file| Some(&file[..file.find("_posts/")?]))
                .min_by_key(|it| it.len());
            inner.filter(|base| base.is_empty() || base.ends_with('/')).unwrap_or_default().to_string()
        }
    };
    let entries = shallow.map(|file| hexo::entries(source, file, findings)).unwrap_or_default();
    let collections = match front::value(&entries, "collections").map(|node| &node.value) {
        Some(Value::Map(entries)) => entries
            .iter()
            .map(|entry| match &entry.value.value {
                Value::Map(settings) => (entry.key.clone(), front::text(settings, "permalink")),
                _ => (entry.key.clone(), None),
            })
            .collect(),
        Some(Value::List(items)) => {
            items.iter().filter_map(|item| Some((item.scalar()?.to_string(), None))).collect()
        }
        _ => Vec::new(),
    };
    Config { base, entries, collections }
}

fn style(config: &Config) -> Style {
    let input = match front::value(&config.entries, "kramdown").map(|node| &node.value) {
        Some(Value::Map(entries)) => front::text(entries, "input"),
        _ => None,
    };
    if input.is_some_and(|input| input == "kramdown") { Style::KramdownBasic } else { Style::Kramdown }
}

/// What a file is, by its place.
enum Kind {
    /// Folders around `_posts`, and the name within it.
    Post {
        around: String,
        name: String,
    },
    Draft {
        around: String,
        name: String,
    },
    /// A collection and the name in it.
    Item {
        collection: String,
        name: String,
    },
    Page(String),
    Unknown,
}

fn place(config: &Config, rest: &str) -> Option<Kind> {
    let stem = names::stem(rest);
    let within = |folder: &str| {
        let at = stem.find(folder).filter(|at| *at == 0 || stem[..*at].ends_with('/'))?;
        Some((stem[..at].trim_end_matches('/').to_string(), stem[at + folder.len()..].to_string()))
    };
    if let Some((around, name)) = within("_posts/") {
        return Some(Kind::Post { around, name });
    }
    if let Some((around, name)) = within("_drafts/") {
        return Some(Kind::Draft { around, name });
    }
    // A folder of posts alone.
    if config.entries.is_empty() && dates::of_name(names::name(stem)).is_some() {
        return Some(Kind::Post { around: String::new(), name: stem.to_string() });
    }
    if let Some((collection, name)) = stem.strip_prefix('_').and_then(|rest| rest.split_once('/')) {
        let known = config.collections.iter().any(|(it, _)| it == collection);
        let item = Kind::Item { collection: collection.to_string(), name: name.to_string() };
        return Some(if known { item } else { Kind::Unknown });
    }
    Some(Kind::Page(stem.to_string()))
}

fn draft(
    config: &Config,
    root: &str,
    kind: &Kind,
    read: Read,
    findings: &mut Vec<Finding>,
    today: Date,
) -> Draft {
    let file = read.file.clone();
    let Read { mut front, entries, text, lang, .. } = read;
    // Where Jekyll takes a list, a text is a list of words; `category` is one name.
    for (key, names) in [("categories", &mut front.categories), ("tags", &mut front.tags)] {
        if let Some(text) = front::text(&entries, key) {
            *names = text.split([' ', ',']).filter(|it| !it.is_empty()).map(str::to_string).collect();
        }
    }
    let given = front::text(&entries, "permalink");
    let mut old: Vec<String> = Vec::new();
    let path = match kind {
        Kind::Post { around, name } | Kind::Draft { around, name } => {
            let (plain, _) = names::suffix(name);
            let named = dates::of_name(names::name(plain));
            let title = named.map_or(names::name(plain), |(_, title)| title).to_string();
            let mut above: Vec<String> =
                around.split('/').filter(|it| !it.is_empty()).map(str::to_string).collect();
            above.extend(
                front.categories.iter().filter(|it| !above.contains(it)).cloned().collect::<Vec<_>>(),
            );
            front.date = front.date.or(named.map(|(date, _)| Stamp::day(date)));
            if matches!(kind, Kind::Draft { .. }) {
                front.draft = true;
            } else {
                let times = front.date.map(|stamp| stamp.addresses(config.get("timezone").as_deref()));
                let slug = front::text(&entries, "slug").unwrap_or_else(|| title.clone());
                let pattern = pattern(given.as_deref().unwrap_or(&config.style()));
                let above = above.clone();
                old =
                    permalink::expand(&pattern, times.as_deref(), &|key| value(&above, &slug, &entries, key));
                if old.is_empty() {
                    findings.push(Finding::note(&file, 0, "has no date, so its old address is not known"));
                }
            }
            front.categories = above;
            front.unpin(today, named.map(|(date, _)| date), &file, findings);
            if front.title.is_none() && named.is_some() {
                front.title = Some(title.replace('-', " "));
            }
            names::join(around, &names::join(names::folder(plain), &title))
        }
        Kind::Item { collection, name } => {
            let own =
                config.collections.iter().find(|(it, _)| it == collection).and_then(|(_, own)| own.clone());
            let pattern =
                pattern(&given.or(own).unwrap_or_else(|| "/:collection/:path:output_ext".to_string()));
            let slug = front::text(&entries, "slug").unwrap_or_else(|| names::name(name).to_string());
            let times = front.date.map(|stamp| stamp.addresses(config.get("timezone").as_deref()));
            old = permalink::expand(&pattern, times.as_deref(), &|key| match key {
                "collection" => Some(collection.clone()),
                "path" => Some(name.clone()),
                key => value(&front.categories, &slug, &entries, key),
            });
            format!("{collection}/{name}")
        }
        Kind::Page(name) => {
            old.push(given.unwrap_or_else(|| match names::name(name) {
                "index" | "README" => format!("/{}/", names::folder(name)),
                _ => format!("/{name}.html"),
            }));
            name.clone()
        }
        Kind::Unknown => String::new(),
    };
    let mut draft = Draft::new(&file, front, text, lang);
    let (plain, _) = names::suffix(&path);
    draft.key = names::join(names::folder(&file), names::suffix(names::stem(&file)).0);
    draft.is_index = matches!(kind, Kind::Page(_)) && matches!(names::name(plain), "index" | "README");
    draft.path = if draft.is_index { names::folder(plain).to_string() } else { plain.to_string() };
    draft.old = old.iter().map(|address| permalink::rooted(root, address)).collect();
    draft.names = vec![names::name(plain).to_string()];
    // kramdown has formulas of its own, between two dollar signs.
    draft.math = true;
    draft
}

/// The pattern that a word of `permalink` stands for.
fn pattern(style: &str) -> String {
    let pattern = match style {
        "date" => "/:categories/:year/:month/:day/:title:output_ext",
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "ordinal" => "/:categories/:year/:y_day/:title:output_ext",
        "weekdate" => "/:categories/:year/W:week/:short_day/:title:output_ext",
        "none" => "/:categories/:title:output_ext",
        other => other,
    };
    pattern.to_string()
}

fn value(categories: &[String], slug: &str, entries: &[Entry], key: &str) -> Option<String> {
    match key {
        "title" => Some(slugified(slug, "._~!$&'()+,;=@", false)),
        "slug" | "name" => Some(slugified(slug, "", true)),
        "categories" => Some(categories.iter().map(|it| it.to_lowercase()).collect::<Vec<_>>().join("/")),
        "slugified_categories" => {
            Some(categories.iter().map(|it| slugified(it, "", true)).collect::<Vec<_>>().join("/"))
        }
        "output_ext" => Some(".html".to_string()),
        "collection" => Some("posts".to_string()),
        "basename" => front::text(entries, key),
        _ => None,
    }
}

/// `Utils.slugify`: what is no letter, no digit and none of `others` becomes `-`.
fn slugified(text: &str, others: &str, lower: bool) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            c if c.is_alphanumeric() || others.contains(c) => out.push(c),
            _ if out.is_empty() || out.ends_with('-') => {}
            _ => out.push('-'),
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    if lower { out.to_lowercase() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn drafts(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let site = read(&Source::of(files), None, date(2026, 1, 1));
        site.drafts.into_iter().map(|draft| (draft.path, draft.old.join(" "))).collect()
    }

    #[test]
    fn addresses_follow_the_permalink() {
        let post = ("net/_posts/2017-05-06-My post_x.md", "---\ntitle: a\ncategories: Linux tcp\n---\n");
        for (style, address) in [
            ("date", "/b/net/linux/tcp/2017/05/06/My-post_x.html"),
            ("pretty", "/b/net/linux/tcp/2017/05/06/My-post_x/"),
            ("ordinal", "/b/net/linux/tcp/2017/126/My-post_x.html"),
            ("none", "/b/net/linux/tcp/My-post_x.html"),
            ("/:short_year/:i_month/:slug", "/b/17/5/my-post-x"),
        ] {
            let config = format!("permalink: {style}\nbaseurl: /b\nurl: https://x.example\n");
            assert_eq!(drafts(&[("_config.yml", &config), post]), [("net/My post_x".into(), address.into())]);
        }
    }

    #[test]
    fn pages_drafts_and_collections() {
        let found = drafts(&[
            ("_config.yml", "collections:\n  docs:\n    output: true\n"),
            ("_docs/a.md", "---\n---\nx"),
            ("_drafts/idea.md", "x"),
            ("_includes/x.md", "x"),
            ("_posts/2018-01-02-a.md", "x"),
            ("_posts/2019-03-04-a.md", "x"),
            ("about.md", "---\npermalink: /me/\n---\n"),
            ("docs/index.md", "---\n---\nx"),
            ("docs/tools.md", "---\n---\nx"),
            ("README.md", "x"),
        ]);
        let wanted = [
            ("docs/a", "/docs/a.html"),
            ("idea", ""),
            ("a", "/2018/01/02/a.html"),
            ("a", "/2019/03/04/a.html"),
            ("about", "/me/"),
            ("docs", "/docs/"),
            ("docs/tools", "/docs/tools.html"),
        ];
        assert_eq!(found, wanted.map(|(path, old)| (path.to_string(), old.to_string())));
    }
}
