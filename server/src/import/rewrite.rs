//! The text of a page with its references as they have to be here. All other bytes stay.

use super::anchors::{self, Heading};
use super::draft::{Draft, Head, Site};
use super::links::{Index, Target, decode};
use super::refs::{self, How, Reference};
use super::report::{Finding, Kind};
use super::text::Edit;
use super::{names, plain};
use crate::content::path::resolve;
use crate::markdown;
use crate::wiki::relink::{Form, encoded, relative};
use std::collections::HashSet;
use std::ops::Range;

/// All that rewriting a page needs.
pub(super) struct Cx<'a> {
    pub(super) site: &'a Site,
    pub(super) index: &'a Index<'a>,
    /// Files that the pages get.
    pub(super) places: &'a [String],
    /// Headings of all pages.
    pub(super) headings: &'a [Vec<Heading>],
    /// By page: the heading at its top that only repeats its title.
    pub(super) titles: &'a [Option<Range<usize>>],
}

/// What came of a page.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) edits: Vec<Edit>,
    pub(super) findings: Vec<Finding>,
}

/// The changes that a page needs; `file` names the place of a file that it refers to.
pub(super) fn page(
    cx: &Cx<'_>,
    number: usize,
    remote: &mut HashSet<String>,
    file: &mut dyn FnMut(&str) -> String,
) -> Changes {
    let mut changes = Changes::default();
    let Some(draft) = cx.site.drafts.get(number) else { return changes };
    let text = draft.text.text.as_str();
    let found = refs::find(text);
    let folder = names::folder(&cx.places[number]);
    // What leads there already stays as its author wrote it, in pages of our own.
    let is_kept = matches!(draft.head, Head::Kept(..));
    let is_in_place = cx.is_in_place(number);
    let mut whole_tags = HashSet::new();
    for reference in &found.references {
        let line = draft.text.line(reference.range.start);
        let mut say = |kind: Kind, message: String| {
            changes.findings.push(Finding { file: draft.file.clone(), line, kind, message });
        };
        let kind = if reference.is_image { Kind::Image } else { Kind::Link };
        let target = cx.index.target(draft, &reference.written, reference.is_image);
        let new = match target {
            Target::Page(to, anchor) => {
                let (anchor, missing) = cx.anchor(to, anchor);
                if missing {
                    let shown = anchor.as_deref().unwrap_or_default();
                    say(Kind::Link, format!("`{}`: the page has no heading `#{shown}`", reference.written));
                }
                cx.way(number, to, anchor.as_deref(), &reference.written)
            }
            Target::File(from) => {
                let place = file(&from);
                let path = reference.written.split(['?', '#']).next().unwrap_or_default();
                let leads_there = resolve(folder, &decode(path)).as_deref() == Some(place.as_str());
                let stays = is_kept && (leads_there || (is_in_place && place == from));
                (!stays).then(|| encoded(&relative(folder, &place), Form::Bare, false))
            }
            Target::Site(address) => Some(address),
            Target::Other => None,
            Target::Remote => {
                if reference.is_image && remote.insert(reference.written.clone()) {
                    say(
                        Kind::Note,
                        format!(
                            "the picture {} stays where it is; pages load nothing from other sites, so readers see a link",
                            reference.written
                        ),
                    );
                }
                None
            }
            Target::Broken(why) => {
                say(kind, format!("`{}`: {why}", reference.written));
                None
            }
        };
        let tidied = match &reference.how {
            _ if is_kept => None,
            How::Html(tag) if reference.is_image && whole_tags.insert(tag.start) => {
                tidy(text, tag, new.as_deref())
            }
            _ => None,
        };
        match (tidied, new) {
            (Some(edits), _) => changes.edits.extend(edits),
            (None, Some(new)) => {
                changes.edits.push(Edit::new(reference.range.clone(), form(reference, &new)))
            }
            (None, None) => {}
        }
    }
    if is_kept {
        moved_wiki_links(cx, text, &found.wiki, &mut changes.edits);
    } else {
        headings(cx, number, draft, &mut changes);
        match draft.anchors.is_published() {
            true => foreign(draft, &found, &mut changes),
            false if cx.site.wiki => {}
            false => wiki_links(cx, draft, &found.wiki, &mut changes.findings),
        }
    }
    changes
}

fn form(reference: &Reference, new: &str) -> String {
    match reference.how {
        How::Html(_) => new.replace('&', "&amp;").replace('"', "&quot;"),
        How::Markdown | How::Loose => new.to_string(),
    }
}

/// Links by the path, the name or the title of a page: they mean the same here, if there is one.
fn wiki_links(cx: &Cx<'_>, draft: &Draft, links: &[Range<usize>], findings: &mut Vec<Finding>) {
    let text = draft.text.text.as_str();
    for range in links.iter().filter(|range| text[(*range).clone()].starts_with("[[")) {
        let inside = &text[range.start + 2..range.end];
        let target = inside[..inside.find(['|', '#', ']']).unwrap_or(inside.len())].trim();
        let target = target.strip_suffix(".md").unwrap_or(target);
        let is = |draft: &Draft| {
            let title = draft.title().is_some_and(|title| title.to_lowercase() == target.to_lowercase());
            title || draft.path == target || names::name(&draft.path) == target
        };
        if !target.is_empty() && !cx.site.drafts.iter().any(is) {
            let message = format!("`{}`: there is no page of this path, name or title", &text[range.clone()]);
            let line = draft.text.line(range.start);
            findings.push(Finding { file: draft.file.clone(), line, kind: Kind::Link, message });
        }
    }
}

/// Links by the path of a page, in pages of our own that go to another folder.
fn moved_wiki_links(cx: &Cx<'_>, text: &str, links: &[Range<usize>], edits: &mut Vec<Edit>) {
    for range in links {
        let open = range.start + text[range.clone()].find("[[").map_or(0, |at| at + 2);
        let inside = &text[open..range.end];
        let target = &inside[..inside.find(['|', '#', ']']).unwrap_or(inside.len())];
        let wanted = target.trim().trim_start_matches('/');
        let page = cx.site.drafts.iter().position(|draft| draft.path == wanted && !wanted.is_empty());
        if let Some(page) = page.filter(|page| !cx.is_in_place(*page))
            && let Some(path) = plain::path_of("", &cx.places[page])
        {
            edits.push(Edit::new(open..open + target.len(), path.trim_start_matches('/')));
        }
    }
}

impl Cx<'_> {
    /// Whether a page has the same place here as in the source.
    fn is_in_place(&self, number: usize) -> bool {
        let file = self.site.drafts.get(number).map(|draft| draft.file.as_str());
        file == self.places.get(number).map(String::as_str)
    }

    /// The anchor as it is on our side, and whether there is none.
    fn anchor(&self, to: usize, anchor: Option<String>) -> (Option<String>, bool) {
        let Some(wanted) = anchor.filter(|anchor| !anchor.is_empty()) else { return (None, false) };
        let headings = self.headings.get(to).map(Vec::as_slice).unwrap_or_default();
        let is_published = self.site.drafts.get(to).is_some_and(|draft| draft.anchors.is_published());
        let slug = markdown::slug(&wanted);
        let found = headings
            .iter()
            .find(|heading| heading.old.as_deref() == Some(wanted.as_str()))
            .or_else(|| headings.iter().find(|heading| heading.new == wanted))
            .or_else(|| {
                headings.iter().find(|heading| markdown::slug(&heading.text) == slug && !is_published)
            });
        match found {
            Some(heading) if self.titles.get(to).is_some_and(|it| it.as_ref() == Some(&heading.range)) => {
                (None, false)
            }
            Some(heading) if is_published => {
                (Some(heading.old.clone().unwrap_or(heading.new.clone())), false)
            }
            Some(heading) => (Some(heading.new.clone()), false),
            // Some generators write the table of contents with ids in small letters.
            None => match headings
                .iter()
                .find(|it| it.old.as_ref().is_some_and(|old| old.to_lowercase() == wanted.to_lowercase()))
            {
                Some(heading) => (heading.old.clone(), false),
                None => (Some(wanted), true),
            },
        }
    }

    /// A link from page to page; none when it may stay as it is.
    fn way(&self, from: usize, to: usize, anchor: Option<&str>, written: &str) -> Option<String> {
        let fragment =
            anchor.map_or(String::new(), |anchor| format!("#{}", encoded(anchor, Form::Bare, false)));
        let (path, old) = written.split_once('#').unwrap_or((written, ""));
        let same_anchor = decode(old) == anchor.unwrap_or_default();
        if from == to && path.is_empty() {
            // An anchor of the title alone leads to the top.
            let top = if fragment.is_empty() { "#top".to_string() } else { fragment };
            return (!same_anchor).then_some(top);
        }
        let is_kept = matches!(self.site.drafts.get(from)?.head, Head::Kept(..));
        let in_place = self.is_in_place(from) && self.is_in_place(to);
        let (from, to) = (self.places.get(from)?, self.places.get(to)?);
        let folder = names::folder(from);
        let leads_there = || {
            let ours = plain::path_of(folder, &decode(path))?;
            Some(ours == plain::path_of("", to)? && path.ends_with(".md"))
        };
        // Others get the name of the file, which every viewer of markdown understands.
        if is_kept && same_anchor && (in_place || leads_there().unwrap_or(false)) {
            return None;
        }
        Some(encoded(&relative(folder, to), Form::Bare, false) + &fragment)
    }
}

/// A picture's tag without what the site's policy forbids: as markdown where that says it all, else without its style.
fn tidy(text: &str, tag: &Range<usize>, new: Option<&str>) -> Option<Vec<Edit>> {
    let written = &text[tag.clone()];
    let attributes = refs::attributes(written);
    let value = |name: &str| {
        attributes
            .iter()
            .find(|it| it.name == name)
            .map_or(String::new(), |it| refs::decoded(&written[it.value.clone()]))
    };
    let src =
        new.map_or_else(|| encoded(&value("src"), Form::Bare, false).replace("%25", "%"), str::to_string);
    let only = [
        "src",
        "alt",
        "style",
        "width",
        "height",
        "align",
        "class",
        "loading",
        "referrerpolicy",
        "data-src",
        "title",
    ];
    let alone = line_is_pictures(text, tag);
    if alone && attributes.iter().all(|it| only.contains(&it.name.as_str())) {
        let alt = value("alt").replace(['\n', '\r'], " ").replace('[', "\\[").replace(']', "\\]");
        let title = value("title").replace('"', "'");
        let title = if title.is_empty() { String::new() } else { format!(" \"{title}\"") };
        return Some(vec![Edit::new(tag.clone(), format!("![{alt}]({src}{title})"))]);
    }
    let kept = ["src", "alt", "title"];
    let mut edits = Vec::new();
    for attribute in &attributes {
        let at = |range: &Range<usize>| tag.start + range.start..tag.start + range.end;
        if attribute.name == "src" && new.is_some() {
            edits.push(Edit::new(at(&attribute.value), src.replace('&', "&amp;").replace('"', "&quot;")));
        } else if !kept.contains(&attribute.name.as_str()) {
            // The space before it goes with it.
            let whole = at(&attribute.whole);
            let space = text[..whole.start]
                .chars()
                .next_back()
                .filter(|c| c.is_whitespace())
                .map_or(0, char::len_utf8);
            edits.push(Edit::new(whole.start - space..whole.end, ""));
        }
    }
    (!edits.is_empty()).then_some(edits)
}

/// Whether markdown in place of a tag is read as markdown: within a line of text, or where its block holds pictures alone.
fn line_is_pictures(text: &str, tag: &Range<usize>) -> bool {
    use pulldown_cmark::{Event, Parser, Tag};
    let blocks = Parser::new_ext(text, markdown::options()).into_offset_iter();
    let block =
        blocks.filter(|(event, _)| matches!(event, Event::Start(Tag::HtmlBlock))).map(|(_, range)| range);
    let Some(block) = block.into_iter().find(|block| block.contains(&tag.start)) else { return true };
    markdown::pieces(&text[block]).iter().all(|(_, piece)| match piece {
        markdown::Piece::Text(text) => text.trim().is_empty(),
        markdown::Piece::Tag(tag) => markdown::tag_name(tag).as_deref() == Some("img"),
        markdown::Piece::Dropped(_) => false,
    })
}

/// Old ids of headings, and the title that the body repeats.
fn headings(cx: &Cx<'_>, number: usize, draft: &Draft, changes: &mut Changes) {
    let text = draft.text.text.as_str();
    let title = cx.titles.get(number).and_then(Option::as_ref);
    if let Some(range) = title {
        let after = text[range.end..].len() - text[range.end..].trim_start_matches(['\n', '\r']).len();
        changes.edits.push(Edit::new(range.start..range.end + after, ""));
    }
    if !draft.anchors.is_published() {
        return;
    }
    let mut ids = markdown::Ids::new();
    for heading in
        cx.headings.get(number).into_iter().flatten().filter(|heading| Some(&heading.range) != title)
    {
        let mut say = |message: String| {
            changes.findings.push(Finding::note(&draft.file, draft.text.line(heading.range.start), message));
        };
        let Some(old) = &heading.old else {
            ids.take(&markdown::slug(&heading.text));
            continue;
        };
        let fits = markdown::chosen(old) == *old;
        let wanted = if fits { old.clone() } else { heading.new.clone() };
        let has_it = heading.chosen.as_deref() == Some(old.as_str())
            || (heading.chosen.is_none()
                && markdown::slug(&heading.text) == *old
                && !ends_in_braces(text, heading));
        let taken = ids.take(&wanted);
        if !fits {
            say(format!("the old anchor `#{old}` cannot be kept; the heading has `#{}`", heading.new));
        } else if taken != wanted {
            say(format!(
                "the anchor `#{old}` belongs to the page around the text; the heading has `#{taken}`"
            ));
        } else if !has_it {
            changes.edits.push(id(text, heading, old));
        }
    }
}

/// What stands at the end of a heading, where its id goes.
fn content_end(text: &str, heading: &Heading) -> usize {
    let written = text[heading.range.clone()].trim_end();
    let is_atx = written.starts_with('#');
    let end = if is_atx {
        written.len()
    } else {
        written.rfind('\n').map_or(written.len(), |at| written[..at].trim_end().len())
    };
    heading.range.start + end
}

fn ends_in_braces(text: &str, heading: &Heading) -> bool {
    text[..content_end(text, heading)].ends_with('}')
}

fn id(text: &str, heading: &Heading, old: &str) -> Edit {
    let end = content_end(text, heading);
    let before = &text[heading.range.start..end];
    // A list of classes that the generator knew takes the id as well.
    match before.strip_suffix('}').and_then(|rest| rest.rfind('{').map(|at| &rest[at + 1..])) {
        Some(list) if list.trim_start().starts_with('.') && heading.chosen.is_none() => {
            Edit::new(end - 1..end - 1, format!(" #{old}"))
        }
        _ => Edit::new(end..end, format!(" {{#{old}}}")),
    }
}

/// What the old generator took for text, and our markdown does not.
fn foreign(draft: &Draft, found: &refs::Found, changes: &mut Changes) {
    let text = draft.text.text.as_str();
    for range in &found.wiki {
        let open = range.start + usize::from(text[range.start..].starts_with('!'));
        changes.edits.push(Edit::new(open..open, "\\"));
    }
    for range in &found.formulas {
        let held = text[range.clone()].trim_matches('$');
        let command = held
            .match_indices('\\')
            .any(|(at, _)| held[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic()));
        // A theme may have made formulas of all pages; what only a formula has is one.
        let is_one = command || held.contains('^') || (draft.math && held.contains(['_', '{', '=']));
        if !is_one {
            let (start, end) = (range.start, range.end);
            changes.edits.push(Edit::new(start..start, "\\"));
            changes.edits.push(Edit::new(end - 1..end - 1, "\\"));
        }
    }
    if draft.anchors == anchors::Style::Kramdown || draft.anchors == anchors::Style::KramdownBasic {
        for range in &found.display {
            let held = text[range.clone()].trim_matches('$');
            if !held.contains('\n') && held.trim() == held {
                changes.edits.push(Edit::new(range.start..range.start + 1, ""));
                changes.edits.push(Edit::new(range.end - 1..range.end, ""));
            }
        }
    }
}

/// The heading at the top of a text, when it says what the title says.
pub(super) fn repeated_title(draft: &Draft, headings: &[Heading]) -> Option<Range<usize>> {
    let first = headings.first().filter(|heading| heading.level == 1)?;
    let above = &draft.text.text[..first.range.start];
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let same = plain(&first.text) == plain(draft.title()?);
    (same && above.trim().is_empty() && matches!(draft.head, Head::New(_))).then(|| first.range.clone())
}
