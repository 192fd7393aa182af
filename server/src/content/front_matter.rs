//! The YAML head of a page, as Hexo and Jekyll write it.

mod dates;
mod head;
mod values;

use super::yaml::{self, Entry, Node, Value};
use crate::diagnostic::Diagnostic;
use jiff::civil::Date;
use sim_wasm::nearest::nearest;

/// What a page says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontMatter {
    /// Title; none when the page gives none.
    pub title: Option<String>,
    /// When it was first published.
    pub date: Option<Date>,
    /// When its text last changed in a way readers should know of.
    pub updated: Option<Date>,
    /// Categories, in the order given.
    pub categories: Vec<String>,
    /// Tags, in the order given.
    pub tags: Vec<String>,
    /// One or two sentences for lists, feeds and search engines.
    pub summary: Option<String>,
    /// Old addresses, answered with 301.
    pub aliases: Vec<String>,
    /// Shown first on the home page.
    pub pinned: bool,
    /// Not shown at all.
    pub draft: bool,
    /// The series it belongs to.
    pub series: Option<String>,
    /// Its place in a series or folder.
    pub order: Option<i64>,
    /// Kernels it was checked against.
    pub verified: Vec<Verified>,
}

/// One line of `verified`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Kernel version as written.
    pub kernel: String,
    /// When.
    pub date: Option<Date>,
    /// How, in the page's language.
    pub how: String,
}

/// A page split into its head and its body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page<'a> {
    /// The head; defaults when there is none.
    pub front_matter: FrontMatter,
    /// The markdown below it.
    pub body: &'a str,
    /// Line of the file on which the body begins, from 1.
    pub body_line: usize,
}

/// Keys that set a field, with the names other generators have for them.
const KEYS: &[&str] = &[
    "title",
    "date",
    "updated",
    "categories",
    "tags",
    "summary",
    "aliases",
    "pinned",
    "draft",
    "series",
    "order",
    "verified",
    "category",
    "tag",
    "description",
    "excerpt",
    "redirect_from",
    "alias",
    "published",
    "sticky",
    "top",
    "last_modified_at",
    "lastmod",
    "modified",
];

/// Keys of Hexo, Jekyll and their themes that mean nothing here.
const FOREIGN: &[&str] = &[
    "abbrlink",
    "author",
    "authors",
    "banner_img",
    "comment",
    "comments",
    "copyright",
    "cover",
    "disableNunjucks",
    "donate",
    "header",
    "header-img",
    "id",
    "image",
    "img",
    "index_img",
    "keywords",
    "lang",
    "language",
    "layout",
    "license",
    "math",
    "mathjax",
    "mermaid",
    "permalink",
    "photos",
    "reading_time",
    "reward",
    "share",
    "slug",
    "source",
    "subtitle",
    "thumbnail",
    "toc",
    "type",
    "url",
];

/// Splits and reads a page.
///
/// # Errors
/// The first thing that makes the head unreadable (no YAML, a value of the wrong kind), with its line. Unknown keys
/// are no error: other generators have many; they come back as warnings in the second part of the pair.
pub fn parse<'a>(file: &str, text: &'a str) -> Result<(Page<'a>, Vec<Diagnostic>), Diagnostic> {
    let error = |(line, message): (usize, String)| Diagnostic::error(file, line, message);
    let split = head::split(text).map_err(error)?;
    let mut page =
        Page { front_matter: FrontMatter::default(), body: split.body, body_line: split.body_line };
    let mut warnings = Vec::new();
    let root =
        yaml::parse(split.yaml, split.yaml_line).map_err(|wrong| error((wrong.line, wrong.message)))?;
    for entry in entries(root).map_err(error)? {
        if entry.value.is_null() {
            continue;
        }
        let known = set(&mut page.front_matter, &entry).map_err(error)?;
        if !known && !FOREIGN.contains(&entry.key.as_str()) {
            warnings.push(Diagnostic::warning(file, entry.line, unknown(&entry.key)));
        }
    }
    Ok((page, warnings))
}

fn entries(root: Option<Node>) -> Result<Vec<Entry>, (usize, String)> {
    match root {
        None => Ok(Vec::new()),
        Some(Node { value: Value::Map(entries), .. }) => Ok(entries),
        Some(node) if node.is_null() => Ok(Vec::new()),
        Some(node) => {
            let message =
                format!("the head of a page is made of lines `key: value`, but here is {}", node.kind());
            Err((node.line, message))
        }
    }
}

/// Takes over one key; false when it is none of ours.
fn set(front: &mut FrontMatter, entry: &Entry) -> Result<bool, (usize, String)> {
    match entry.key.as_str() {
        "title" => front.title = values::text(entry)?,
        "date" => front.date = values::date(entry)?,
        "updated" | "last_modified_at" | "lastmod" | "modified" => front.updated = values::date(entry)?,
        "categories" | "category" => front.categories = values::names(entry)?,
        "tags" | "tag" => front.tags = values::names(entry)?,
        "summary" | "description" | "excerpt" => front.summary = values::text(entry)?,
        "aliases" | "alias" | "redirect_from" => front.aliases = values::addresses(entry)?,
        "pinned" => front.pinned = values::yes_or_no(entry)?,
        "sticky" | "top" => front.pinned = values::yes_or_weight(entry)?,
        "draft" => front.draft = values::yes_or_no(entry)?,
        "published" => front.draft = !values::yes_or_no(entry)?,
        "series" => front.series = values::text(entry)?,
        "order" => front.order = Some(values::number(entry)?),
        "verified" => front.verified = values::verified(entry)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn unknown(key: &str) -> String {
    match nearest(key, KEYS.iter().copied()) {
        Some(near) => format!("there is no key `{key}`; did you mean `{near}`?"),
        None => format!("there is no key `{key}`; it is passed over"),
    }
}

#[cfg(test)]
mod tests;
