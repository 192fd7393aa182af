//! Comments on pages and their paragraphs. `change` has what is done with them, `shown` how a page shows them.

mod change;
mod shown;

use super::form::Fields;
use super::identify::{Asker, Seen};
use super::target::Target;
use super::{json, language, page, wiki};
use crate::address;
use crate::app::App;
use crate::content::path::PagePath;
use crate::edition::Edition;
use crate::http::error::AppError;
use crate::http::negotiate;
use crate::pages::Link;
use crate::pages::wiki::comments;
use crate::wiki::Wiki;
use crate::wiki::discussion::{Discussion, NotDone};
use crate::wiki::paragraphs::{self, Found, Paragraph};
use crate::wiki::reader::Reader;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::get;
use database::Comment;
use serde_json::{Value, json};
use shown::Wanted;
use sim_wasm::text::Lang;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Comments of all pages that are listed at once.
const PAGE: usize = 50;

/// The addresses of this part.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/-/comments", get(recent))
        .route("/-/comments/{lang}", get(show).post(change::change))
        .route("/-/comments/{lang}/{*path}", get(show).post(change::change))
}

impl From<NotDone> for AppError {
    fn from(why: NotDone) -> AppError {
        match why {
            NotDone::Turned(why) => why.into(),
            NotDone::Wait(seconds) => AppError::TooMany(seconds),
            NotDone::Refused(why) => database::Error::Refused(why).into(),
            NotDone::Failed(error) => error.into(),
        }
    }
}

/// The paragraphs of a page.
pub(in crate::http) fn paragraphs_of(edition: &Edition, target: &Target) -> Vec<Paragraph> {
    let body = edition.bodies.get(&(target.path.clone(), target.lang));
    body.map(|body| paragraphs::of(&body.html)).unwrap_or_default()
}

/// The paragraph that a hash names, or the `nth` of those that begin with `quote`.
fn asked<'a>(paragraphs: &'a [Paragraph], fields: &Fields) -> Option<&'a Paragraph> {
    match fields.given("on") {
        Some(hash) => paragraphs.iter().find(|it| it.hash == hash),
        None => {
            let (quote, nth) = (fields.given("quote")?, fields.get("nth").parse().unwrap_or(0));
            paragraphs.iter().find(|it| it.quote == quote && it.nth == nth)
        }
    }
}

/// `GET /-/comments/{lang}/{path}?on=&reply=&edit=`, as a page or for the script of the page itself.
async fn show(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    target: Target,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let discussion = Discussion::of(wiki, &reader, &edition, &target.path, target.lang).await?;
    if negotiate::wants_json(&headers) {
        return Ok(json(&headers, 200, marks(&edition, &target, &discussion)).await);
    }
    let query = Fields::of_query(&uri);
    let wanted = Wanted::asked(&discussion, &query);
    shown::respond(&app, &headers, 200, &edition, &target, Some(&discussion), wanted).await
}

/// What the script of a page shows beside its paragraphs: those with open comments.
fn marks(edition: &Edition, target: &Target, discussion: &Discussion<'_>) -> Value {
    let count = discussion.open();
    let blocks: Vec<Value> = match count {
        // Readers ask on every page, and most pages have no comments.
        0 => Vec::new(),
        _ => {
            let paragraphs = paragraphs_of(edition, target);
            let counts = open_by_paragraph(&paragraphs, discussion);
            let block = |it: &Paragraph| {
                let open = counts.get(&it.hash)?;
                Some(json!({ "hash": it.hash, "quote": it.quote, "nth": it.nth, "open": open }))
            };
            paragraphs.iter().filter_map(block).collect()
        }
    };
    json!({ "count": count, "may_comment": discussion.may_comment(), "blocks": blocks })
}

/// How many comments there are in the open conversations on each paragraph, by its hash.
fn open_by_paragraph(paragraphs: &[Paragraph], discussion: &Discussion<'_>) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for thread in discussion.threads.iter().filter(|thread| !thread.is_settled()) {
        let anchor = thread.comments.first().and_then(|first| first.anchor.as_ref());
        if let Some(Found::Same(it) | Found::Changed(it)) =
            anchor.and_then(|it| paragraphs::find(paragraphs, it))
        {
            *counts.entry(it.hash.clone()).or_default() += thread.living().count();
        }
    }
    counts
}

/// The names that people go by, by their ids.
///
/// # Errors
/// When the database fails.
pub(in crate::http) async fn names(
    wiki: &Wiki,
    ids: BTreeSet<&str>,
) -> Result<HashMap<String, String>, database::Error> {
    let mut names = HashMap::new();
    for id in ids {
        let user = wiki.database().user(id).await?;
        names.insert(id.to_string(), user.map(|user| user.display).unwrap_or_default());
    }
    Ok(names)
}

/// `GET /-/comments?before=`: the newest comments of all pages that the reader may read.
async fn recent(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let lang = language(&uri, &headers);
    let query = Fields::of_query(&uri);
    let before = query.given("before");
    let mut visible = visible(wiki, &reader, &edition, before).await?;
    let has_more = visible.len() > PAGE;
    visible.truncate(PAGE);
    let next = visible.last().filter(|_| has_more).map(|comment| comment.id.clone());
    let names = names(wiki, visible.iter().map(|comment| comment.user_id.as_str()).collect()).await?;
    let rows: Vec<comments::Recent> = visible
        .iter()
        .filter_map(|comment| {
            let (path, of) = place(comment)?;
            let page = edition.site.page(&path, of)?;
            let to = format!("{}#c-{}", address::wiki("comments", of, path.as_str()), comment.id);
            Some(comments::Recent {
                link: Link::new(to, format!("{} ({})", page.title, of.code())),
                author: names.get(&comment.user_id).cloned().unwrap_or_default(),
                time: comment.created,
                is_reply: comment.parent.is_some(),
                excerpt: excerpt(&comment.body),
            })
        })
        .collect();
    let html = comments::recent(&edition.context(), lang, &rows, (before.is_none(), next.as_deref()))?;
    Ok(page(&headers, 200, html).await)
}

fn place(comment: &Comment) -> Option<(PagePath, Lang)> {
    Some((PagePath::new(comment.path.as_str()), Lang::from_code(&comment.lang)?))
}

/// How a comment begins, as it was written.
fn excerpt(body: &str) -> String {
    const LONGEST: usize = 200;
    let text = body.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LONGEST) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// The newest comments of pages that the reader may read: one more than are listed at once, if there are so many.
async fn visible(
    wiki: &Wiki,
    reader: &Reader,
    edition: &Edition,
    before: Option<&str>,
) -> Result<Vec<Comment>, AppError> {
    let pages = wiki.pages(reader);
    let shows = |comment: &Comment| {
        let page = place(comment).and_then(|(path, lang)| edition.site.page(&path, lang));
        page.is_some_and(|page| pages.shows(&page.file))
    };
    let (mut visible, mut before, mut batch) = (Vec::new(), before.map(str::to_string), PAGE + 1);
    loop {
        let most = u32::try_from(batch).unwrap_or(u32::MAX);
        let comments = wiki.database().recent_comments(before.as_deref(), most).await?;
        let was_last = comments.len() < batch;
        before = comments.last().map(|comment| comment.id.clone());
        visible.extend(comments.into_iter().filter(&shows));
        if was_last || visible.len() > PAGE {
            return Ok(visible);
        }
        batch = (batch * 2).min(2000);
    }
}
