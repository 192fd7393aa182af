//! Whom to tell of a comment.

use super::{described, event, may_hear, title_and_tags, watchers};
use crate::app::App;
use crate::content::path::PagePath;
use crate::pages::wiki::when::machine;
use crate::wiki::Wiki;
use crate::wiki::news::comment_address;
use crate::wiki::pages::Whole;
use crate::wiki::reader::{Reader, nothing};
use database::{Comment, Happening, Outcome, Telling};
use serde_json::json;
use sim_wasm::text::Lang;
use std::collections::BTreeSet;

/// Tells watchers and webhooks of a comment that was just made. It is there whether or not that succeeds.
pub async fn commented(app: &App, comment: &Comment) {
    let Some(wiki) = app.wiki() else { return };
    if let Err(error) = tell_of_comment(app, wiki, comment).await {
        tracing::error!("cannot tell of the comment {}: {error:#}", comment.id);
    }
}

async fn tell_of_comment(app: &App, wiki: &Wiki, comment: &Comment) -> anyhow::Result<()> {
    let database = wiki.database();
    let Some(lang) = Lang::from_code(&comment.lang) else { return Ok(()) };
    let place = (PagePath::new(comment.path.as_str()), lang);
    let nobody = Reader::anonymous(nothing());
    let file = wiki.pages(&nobody).file_of(&place.0, lang).await?;
    let text = Whole(wiki).texts(vec![(file.clone(), None)]).await?.pop().flatten();
    let Some((title, tags)) = title_and_tags(&place, &file, text) else { return Ok(()) };
    let author = database.user(&comment.user_id).await?.map(|user| user.display).unwrap_or_default();
    let body = json!({
        "event": event::COMMENTED,
        "id": comment.id,
        "time": machine(comment.created),
        "page": described(app, &place, Some(&title)),
        "author": author,
        "comment": {
            "id": comment.id,
            "address": format!("{}{}", app.settings().public_url, comment_address(lang, &comment.path, &comment.id)),
            "parent": comment.parent,
            "quote": comment.anchor.as_ref().map(|anchor| &anchor.quote),
            "text": comment.body,
        },
    });
    let mut outcome =
        Outcome { events: vec![(event::COMMENTED.to_string(), body.to_string())], tellings: Vec::new() };
    let what = Happening {
        event: event::COMMENTED.to_string(),
        path: comment.path.clone(),
        lang: comment.lang.clone(),
        title,
        author,
        source: comment.id.clone(),
        moved_from: None,
    };
    let mut told = BTreeSet::from([comment.user_id.clone()]);
    for (watch, user) in watchers(wiki, &comment.path, &tags).await? {
        if may_hear(wiki, &user, &comment.path) && told.insert(user.id.clone()) {
            let watch_id = Some(watch.id);
            outcome.tellings.push(Telling { user_id: user.id, watch_id, what: what.clone() });
        }
    }
    if wiki.mailer().is_some() {
        let all = database.comments(&comment.path, &comment.lang).await?;
        for user_id in took_part(&all, comment) {
            let Some(user) = database.user(&user_id).await? else { continue };
            if may_hear(wiki, &user, &comment.path) && told.insert(user_id) {
                outcome.tellings.push(Telling { user_id: user.id, watch_id: None, what: what.clone() });
            }
        }
    }
    Ok(database.tell(&outcome).await?)
}

/// Who wrote in the thread of a comment.
fn took_part(all: &[Comment], comment: &Comment) -> BTreeSet<String> {
    let root = |comment: &Comment| {
        let mut at = comment.clone();
        // An answer is later than what it answers, so this ends.
        while let Some(parent) = at.parent.as_ref().and_then(|id| all.iter().find(|it| it.id == *id)) {
            at = parent.clone();
        }
        at.id
    };
    let thread = root(comment);
    let others = all.iter().filter(|it| it.deleted.is_none() && root(it) == thread);
    others.map(|it| it.user_id.clone()).collect()
}
