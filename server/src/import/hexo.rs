//! Hexo: posts in `source/_posts`, drafts, pages, and the addresses that `_config.yml` gave them.

use super::anchors::Style;
use super::dates::{self, Stamp};
use super::draft::{Draft, Site};
use super::front::{self, Front};
use super::page::{self, Read};
use super::permalink;
use super::report::Finding;
use super::source::Source;
use super::{hexo_tags, names};
use crate::content::yaml::{self, Entry, Value};
use jiff::civil::Date;
use sim_wasm::text::Lang;

/// Themes make lists of these themselves.
const LISTS: &[&str] =
    &["tags", "tag", "categories", "category", "archives", "archive", "search", "links-list", "404"];

/// What `_config.yml` says.
struct Config {
    /// The folder of the site within the source; empty, or with a slash at its end.
    base: String,
    /// `source/`, or where there is no site but posts alone, nothing.
    source: String,
    entries: Vec<Entry>,
}

impl Config {
    fn get(&self, key: &str) -> Option<String> {
        front::text(&self.entries, key)
    }

    fn posts(&self) -> String {
        format!("{}_posts/", self.source)
    }
}

/// Reads a site, or a folder of posts.
pub(super) fn read(source: &Source, lang: Option<Lang>, today: Date) -> Site {
    let mut site = Site::default();
    let config = config(source, &mut site.findings);
    let posts = config.posts();
    let has_posts = source.files().any(|file| file.starts_with(&posts));
    let url = config.get("url").unwrap_or_default();
    let given = config.get("root").unwrap_or_else(|| permalink::path_of(&url));
    site.root = given.trim_end_matches('/').to_string();
    site.origins = permalink::origin(&url).into_iter().collect();
    site.public = vec![config.source.clone()];
    site.prefixes =
        vec![posts.clone(), format!("{}_drafts/", config.source), config.source.clone(), config.base.clone()];
    let language = config.get("language").and_then(|word| names::language(&word));
    let math = config.entries.iter().any(|entry| matches!(entry.key.as_str(), "math" | "mathjax" | "katex"));
    let skipped = ["public_dir", "public", "themes", "scaffolds", "node_modules"]
        .map(|name| format!("{}{}/", config.base, config.get(name).unwrap_or_else(|| name.to_string())));
    let style = Style::Hexo { smart: smart(&config) };
    for file in source.files().filter(|file| names::is_markdown(file)) {
        let drafts = format!("{}_drafts/", config.source);
        let inside = |folder: &str| file.strip_prefix(folder);
        let (kind, rest) = match (inside(&posts), inside(&drafts), inside(&config.source)) {
            (Some(rest), _, _) => (Kind::Post, rest),
            (_, Some(rest), _) => (Kind::Draft, rest),
            (_, _, Some(rest)) if !has_posts && config.entries.is_empty() => (Kind::Post, rest),
            (_, _, Some(rest)) if !rest.starts_with('_') => (Kind::Page, rest),
            _ => continue,
        };
        if skipped.iter().any(|folder| file.starts_with(folder.as_str())) {
            continue;
        }
        let hints = page::Hints { lang, fallback: language };
        let Some(read) = page::read(source, file, hints, &mut site.findings) else { continue };
        let is_list = front::text(&read.entries, "type").or_else(|| front::text(&read.entries, "layout"));
        if kind == Kind::Page
            && is_list.is_some_and(|it| LISTS.contains(&it.as_str()))
            && read.text.text.trim().is_empty()
        {
            site.findings.push(Finding::note(
                file,
                0,
                "is a list that the site makes itself; it is left out",
            ));
            continue;
        }
        let mut draft = draft(&config, &site.root, kind, rest, read, &mut site.findings, today);
        draft.anchors = style;
        draft.math |= math;
        site.drafts.push(draft);
    }
    hexo_tags::translate(source, &mut site, &config.source, config.get("code_dir").as_deref());
    site
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Post,
    Draft,
    Page,
}

fn config(source: &Source, findings: &mut Vec<Finding>) -> Config {
    let file = source
        .files()
        .filter(|file| names::name(file) == "_config.yml")
        .min_by_key(|file| file.matches('/').count());
    let is_site = |file: &&str| {
        let base = &file[..file.len() - "_config.yml".len()];
        !base.contains("themes/")
    };
    let Some(file) = file.filter(is_site) else {
        let inner = source.files().find_map(|file| {
            let at = file.find("_posts/")?;
            (at == 0 || file[..at].ends_with('/')).then(|| file[..at].to_string())
        });
        return Config { base: String::new(), source: inner.unwrap_or_default(), entries: Vec::new() };
    };
    let base = file[..file.len() - "_config.yml".len()].to_string();
    let entries = entries(source, file, findings);
    let folder = front::text(&entries, "source_dir").unwrap_or_else(|| "source".to_string());
    Config { source: format!("{base}{}/", folder.trim_matches('/')), base, entries }
}

/// The keys of a file of YAML; what cannot be read is said.
pub(super) fn entries(source: &Source, file: &str, findings: &mut Vec<Finding>) -> Vec<Entry> {
    let text = match source.text(file) {
        Ok(text) => text,
        Err(finding) => {
            findings.push(finding);
            return Vec::new();
        }
    };
    match yaml::parse(&text, 1) {
        Ok(Some(yaml::Node { value: Value::Map(entries), .. })) => entries,
        Ok(_) => Vec::new(),
        Err(error) => {
            let message = format!("{}; its keys are read line by line", error.message);
            findings.push(Finding::note(file, error.line, message));
            let lines = text.lines().enumerate().filter_map(|(number, line)| {
                let node = yaml::parse(line, number + 1).ok()??;
                match node.value {
                    Value::Map(entries) => entries.into_iter().next(),
                    _ => None,
                }
            });
            lines.collect()
        }
    }
}

/// hexo-renderer-marked makes typographic quotes unless it is told not to.
fn smart(config: &Config) -> bool {
    match front::value(&config.entries, "marked").map(|node| &node.value) {
        Some(Value::Map(entries)) => {
            entries.iter().all(|it| it.key != "smartypants" || front::is_true(&it.value))
        }
        _ => true,
    }
}

fn draft(
    config: &Config,
    root: &str,
    kind: Kind,
    rest: &str,
    read: Read,
    findings: &mut Vec<Finding>,
    today: Date,
) -> Draft {
    let file = read.file.clone();
    let Read { mut front, entries, text, lang, broken, .. } = read;
    let (mut slug, _) = names::suffix(names::stem(rest));
    let pattern = config.get("new_post_name").unwrap_or_default();
    let named = dates::of_name(names::name(slug)).filter(|_| !slug.contains('/'));
    if let Some((date, title)) = named {
        front.date = front.date.or(Some(Stamp::day(date)));
        if pattern.contains(":day-:title") {
            slug = title;
        }
    }
    let stamp = front.date;
    front.unpin(today, named.map(|(date, _)| date), &file, findings);
    let slug = front::text(&entries, "slug").unwrap_or_else(|| slug.to_string());
    let mut old = Vec::new();
    let given = front::text(&entries, "permalink");
    let pattern = given.clone().or_else(|| config.get("permalink"));
    let pattern = pattern.unwrap_or_else(|| ":year/:month/:day/:title/".to_string());
    match kind {
        Kind::Post => {
            let values = |key: &str| value(config, &entries, &front, &slug, key);
            let times = stamp.map(|stamp| stamp.addresses(config.get("timezone").as_deref()));
            let made = permalink::expand(&pattern, times.as_deref(), &values);
            if made.is_empty() && !broken {
                let message = format!("has no date, so its old address ({pattern}) is not known");
                findings.push(Finding::note(&file, 0, message));
            }
            old.extend(made);
        }
        Kind::Page => old.push(given.unwrap_or_else(|| match names::name(&slug) {
            "index" => format!("{}/", names::folder(&slug)),
            _ => format!("{slug}.html"),
        })),
        Kind::Draft => front.draft = true,
    }
    let mut draft = Draft::new(&file, front, text, lang);
    draft.key = names::join(names::folder(&file), names::suffix(names::stem(&file)).0);
    draft.math = page::wants_math(&entries);
    draft.old = old.iter().map(|address| permalink::rooted(root, address)).collect();
    draft.names = vec![slug.clone(), names::name(&slug).to_string()];
    draft.assets = Some(names::stem(&file).to_string());
    draft.path = match kind {
        Kind::Page if slug == "index" => String::new(),
        Kind::Page if names::name(&slug) == "index" => names::folder(&slug).to_string(),
        Kind::Post | Kind::Draft | Kind::Page => slug,
    };
    draft.is_index = kind == Kind::Page && draft.path.is_empty();
    draft
}

/// What a word of the permalink stands for, besides those of the date.
fn value(config: &Config, entries: &[Entry], front: &Front, slug: &str, key: &str) -> Option<String> {
    match key {
        "title" => Some(slug.to_string()),
        "name" => Some(names::name(slug).to_string()),
        "post_title" => front.title.as_deref().map(permalink::hyphens),
        "category" => Some(match front.categories.is_empty() {
            true => config.get("default_category").unwrap_or_else(|| "uncategorized".to_string()),
            false => {
                front.categories.iter().map(|name| permalink::hyphens(name)).collect::<Vec<_>>().join("/")
            }
        }),
        key => front::text(entries, key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn site(files: &[(&str, &str)]) -> Site {
        read(&Source::of(files), None, date(2026, 1, 1))
    }

    #[test]
    fn addresses_follow_the_permalink() {
        let config = |line: &str| format!("url: https://b.example/x\nroot: /x/\npermalink: {line}\n");
        let post =
            "---\ntitle: A b\ndate: 2019-05-06 01:02:03\ncategories: [[Net, TCP]]\nabbrlink: 7f\n---\n正文\n";
        for (pattern, address) in [
            (":year/:month/:day/:title/", "/x/2019/05/06/sub/a b/"),
            (":year/:i_month/:i_day/:name.html", "/x/2019/5/6/a b.html"),
            ("posts/:abbrlink/", "/x/posts/7f/"),
            (":category/:post_title/", "/x/Net/TCP/A-b/"),
            (":hour:minute:second", "/x/010203"),
        ] {
            let site = site(&[("s/_config.yml", &config(pattern)), ("s/source/_posts/sub/a b.md", post)]);
            assert_eq!(site.drafts[0].old, [address]);
            assert_eq!((site.drafts[0].path.as_str(), site.drafts[0].lang), ("sub/a b", Lang::Zh));
        }
    }

    #[test]
    fn posts_alone_and_pages() {
        let post = "title: 标题\ndate: 2019/5/6\n---\n正文\n";
        for files in [&[("a.md", post)][..], &[("_posts/a.md", post)], &[("source/_posts/a.md", post)]] {
            let site = site(files);
            assert_eq!((site.drafts[0].path.as_str(), &site.drafts[0].old[0][..]), ("a", "/2019/05/06/a/"));
        }
        let site = site(&[
            ("_config.yml", "language: en\n"),
            ("source/_posts/a.md", "---\ntitle: a\npermalink: old/a.html\ndate: 2117-01-01\n---\n"),
            ("source/_drafts/d.md", "d"),
            ("source/about/index.md", "---\ntitle: About\n---\nx"),
            ("source/tags/index.md", "---\ntype: tags\n---\n"),
            ("source/tools/n.md", "x"),
            ("source/_data/x.md", "x"),
            ("themes/t/README.md", "x"),
        ]);
        let found: Vec<_> =
            site.drafts.iter().map(|draft| (draft.path.as_str(), draft.old.join(" "))).collect();
        let wanted = [("d", ""), ("a", "/old/a.html"), ("about", "/about/"), ("tools/n", "/tools/n.html")];
        assert_eq!(found, wanted.map(|(path, old)| (path, old.to_string())));
        assert_eq!(site.findings.len(), 2, "{:?}", site.findings);
    }
}
