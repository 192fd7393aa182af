//! What a commit did to pages, and whom to tell of it.

use super::{Place, described, event, may_hear, title_and_tags, watchers};
use crate::app::App;
use crate::content::path::{Kind, classify};
use crate::pages::wiki::when::machine;
use crate::wiki::Wiki;
use crate::wiki::pages::Whole;
use database::{Happening, Outcome, Telling};
use serde_json::json;
use std::collections::BTreeSet;
use store::{ChangeKind, Entry, FileChange, Revision};

/// What one change of a commit is to readers: the event, the page, and where it was before if it moved.
fn happened(change: &FileChange) -> Option<(&'static str, Place, Option<Place>)> {
    let place = |file: &str| match classify(file) {
        Kind::Page { path, lang, .. } => Some((path, lang)),
        Kind::Attachment => None,
    };
    let now = place(&change.file);
    match &change.kind {
        ChangeKind::Added => Some((event::CREATED, now?, None)),
        ChangeKind::Modified => Some((event::CHANGED, now?, None)),
        ChangeKind::Removed => Some((event::REMOVED, now?, None)),
        ChangeKind::Renamed { from } => match (place(from), now) {
            (Some(before), Some(now)) if before == now => Some((event::CHANGED, now, None)),
            (Some(before), Some(now)) => Some((event::MOVED, now, Some(before))),
            (Some(before), None) => Some((event::REMOVED, before, None)),
            (None, now) => Some((event::CREATED, now?, None)),
        },
    }
}

/// Adds what a commit did. `before` is a commit in which removed pages can be looked up. Nothing is told of drafts.
pub(super) async fn add(
    app: &App,
    wiki: &Wiki,
    entry: &Entry,
    before: Revision,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    let changes: Vec<_> = entry.files.iter().filter_map(|change| Some((change, happened(change)?))).collect();
    let version = |(change, (event, ..)): &(&FileChange, (&str, Place, Option<Place>))| {
        let file = match &change.kind {
            ChangeKind::Renamed { from } if *event == event::REMOVED => from,
            _ => &change.file,
        };
        (file.clone(), Some(if *event == event::REMOVED { before } else { entry.revision }))
    };
    let texts = Whole(wiki).texts(changes.iter().map(version).collect()).await?;
    let revision = entry.revision.to_string();
    for ((change, (event, place, from)), text) in changes.into_iter().zip(texts) {
        let Some((title, tags)) = title_and_tags(&place, &change.file, text) else { continue };
        let mut body = json!({
            "event": event,
            "id": format!("{revision}/{}/{}", place.1.code(), place.0.as_str()),
            "time": machine(entry.time),
            "page": described(app, &place, Some(&title)),
            "author": entry.author.name(),
            "message": entry.message.trim(),
            "revision": revision,
        });
        if let Some(from) = &from {
            body["from"] = described(app, from, None);
        }
        outcome.events.push((event.to_string(), body.to_string()));
        let what = Happening {
            event: event.to_string(),
            path: place.0.as_str().to_string(),
            lang: place.1.code().to_string(),
            title,
            author: entry.author.name().to_string(),
            source: revision.clone(),
            moved_from: from.as_ref().map(|(path, _)| path.as_str().to_string()),
        };
        let mut told = BTreeSet::new();
        for path in [Some(&place.0), from.as_ref().map(|(path, _)| path)].into_iter().flatten() {
            for (watch, user) in watchers(wiki, path.as_str(), &tags).await? {
                let is_author =
                    user.email.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(entry.author.email()));
                let may_hear = may_hear(wiki, &user, &what.path) && may_hear(wiki, &user, path.as_str());
                if !is_author && may_hear && told.insert(user.id.clone()) {
                    let watch_id = Some(watch.id);
                    outcome.tellings.push(Telling { user_id: user.id, watch_id, what: what.clone() });
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::happened;
    use crate::wiki::follow::event;
    use store::{ChangeKind, FileChange};

    #[test]
    fn what_a_change_is_to_readers() {
        let renamed = |from: &str| ChangeKind::Renamed { from: from.to_string() };
        for (file, kind, wanted) in [
            ("a.en.md", ChangeKind::Added, Some((event::CREATED, "/en/a", None))),
            ("a/index.zh.md", ChangeKind::Modified, Some((event::CHANGED, "/zh/a", None))),
            ("a.md", ChangeKind::Removed, Some((event::REMOVED, "/en/a", None))),
            ("b.en.md", renamed("a.en.md"), Some((event::MOVED, "/en/b", Some("/en/a")))),
            ("a.zh.md", renamed("a.en.md"), Some((event::MOVED, "/zh/a", Some("/en/a")))),
            ("a/index.en.md", renamed("a.en.md"), Some((event::CHANGED, "/en/a", None))),
            ("a.txt", renamed("a.en.md"), Some((event::REMOVED, "/en/a", None))),
            ("a.en.md", renamed("a.txt"), Some((event::CREATED, "/en/a", None))),
            ("b.txt", renamed("a.txt"), None),
            ("a.png", ChangeKind::Added, None),
        ] {
            let found = happened(&FileChange { file: file.to_string(), kind });
            let found = found.map(|(event, (path, lang), from)| {
                (event, path.address(lang), from.map(|(path, lang)| path.address(lang)))
            });
            let found = found.as_ref().map(|(event, page, from)| (*event, page.as_str(), from.as_deref()));
            assert_eq!(found, wanted, "{file}");
        }
    }
}
