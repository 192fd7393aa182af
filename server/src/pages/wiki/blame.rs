//! Who wrote which line.

use super::Subject;
use super::when::{machine, when};
use crate::i18n::history::{self, Strings};
use crate::pages::Context;
use crate::pages::layout::Layout;
use askama::Template;
use store::BlameLine;

/// Lines of one commit.
struct Group<'a> {
    revision: String,
    author: &'a str,
    time: i64,
    lines: Vec<(usize, &'a str)>,
}

impl Group<'_> {
    fn moment(&self) -> String {
        when(self.time)
    }

    fn datetime(&self) -> String {
        machine(self.time)
    }
}

#[derive(Template)]
#[template(path = "wiki/blame.html")]
struct Page<'a> {
    layout: Layout,
    w: &'static Strings,
    groups: Vec<Group<'a>>,
    page: String,
    history: String,
    diff: String,
}

/// The page.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, subject: Subject<'_>, lines: &[BlameLine]) -> askama::Result<String> {
    let w = history::strings(subject.lang);
    Page {
        layout: Layout::wiki(
            cx,
            subject.lang,
            &subject.wiki("blame"),
            format!("{} · {}", w.blame, subject.title),
        ),
        w,
        groups: groups(lines),
        page: subject.address(),
        history: subject.wiki("history"),
        diff: subject.wiki("diff"),
    }
    .render()
}

fn groups(lines: &[BlameLine]) -> Vec<Group<'_>> {
    let stretches = lines.chunk_by(|a, b| a.revision == b.revision);
    stretches
        .scan(0, |before, stretch| {
            let from = *before + 1;
            *before += stretch.len();
            Some((from, stretch))
        })
        .filter_map(|(from, stretch)| {
            let first = stretch.first()?;
            let lines = stretch.iter().enumerate();
            Some(Group {
                revision: first.revision.to_string(),
                author: first.author.name(),
                time: first.time,
                lines: lines
                    .map(|(index, line)| (from + index, line.text.trim_end_matches(['\r', '\n'])))
                    .collect(),
            })
        })
        .collect()
}
