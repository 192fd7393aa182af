//! The page with the conversations about a page, and with a text that somebody writes.

use super::{asked, names, open_by_paragraph, paragraphs_of};
use crate::app::App;
use crate::edition::Edition;
use crate::http::error::AppError;
use crate::http::wiki::edit::csrf;
use crate::http::wiki::form::Fields;
use crate::http::wiki::target::Target;
use crate::http::wiki::{page, wiki};
use crate::i18n::comments as words;
use crate::pages::Link;
use crate::pages::wiki::comments::{self as view, Choice, Comment, Form, Place};
use crate::wiki::discussion::Discussion;
use crate::wiki::paragraphs::{self, Found, Paragraph};
use crate::wiki::remarks;
use crate::wiki::threads::Thread;
use axum::http::HeaderMap;
use axum::response::Response;
use std::collections::HashMap;
use std::sync::Arc;

/// What somebody wants to write, or has written.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// `reply` or `edit`; anything else is a new comment.
    pub(super) verb: String,
    /// The comment that is answered or changed.
    pub(super) id: String,
    /// What names the paragraph: `on`, or `quote` and `nth`.
    pub(super) place: Fields,
    /// The text so far.
    pub(super) text: String,
    /// Why nothing was done with it.
    pub(super) problem: Option<String>,
    /// Somebody has to sign in first.
    pub(super) sign_in: bool,
}

impl Wanted {
    /// What an address asks for: a form for an answer, for a change, for a paragraph, or for the page.
    pub(super) fn asked(discussion: &Discussion<'_>, query: &Fields) -> Wanted {
        let place = query.clone();
        let changed = query.given("edit").and_then(|id| discussion.comment(id));
        if let Some(comment) = changed.filter(|comment| discussion.may_edit(comment)) {
            let (id, text) = (comment.id.clone(), comment.body.clone());
            return Wanted { verb: "edit".to_string(), id, text, place, ..Wanted::default() };
        }
        match query.given("reply") {
            Some(id) => Wanted { verb: "reply".to_string(), id: id.to_string(), place, ..Wanted::default() },
            None => Wanted { place, ..Wanted::default() },
        }
    }

    /// The form. An answer to a comment that is gone, or a change of one, is a new comment.
    fn form(&self, discussion: Option<&Discussion<'_>>, on: &str) -> Form {
        let thread = discussion.and_then(|discussion| discussion.thread_of(&self.id)).map(Thread::id);
        let verb = match (self.verb.as_str(), thread) {
            ("reply", Some(_)) => "reply",
            ("edit", Some(_)) => "edit",
            _ => "add",
        };
        let thread = thread.filter(|_| verb != "add");
        Form {
            verb,
            id: if thread.is_some() { self.id.clone() } else { String::new() },
            on: on.to_string(),
            text: self.text.clone(),
            thread: thread.unwrap_or_default().to_string(),
        }
    }
}

/// The page; without the conversations for those who may not read them (any more).
///
/// # Errors
/// When the database or a template fails.
pub(super) async fn respond(
    app: &Arc<App>,
    headers: &HeaderMap,
    status: u16,
    edition: &Arc<Edition>,
    target: &Target,
    discussion: Option<&Discussion<'_>>,
    wanted: Wanted,
) -> Result<Response, AppError> {
    let wiki = wiki(app)?;
    let paragraphs = if discussion.is_some() { paragraphs_of(edition, target) } else { Vec::new() };
    let focus = asked(&paragraphs, &wanted.place);
    let mut all = match discussion {
        Some(discussion) => sorted(app, edition, target, discussion, &paragraphs, focus).await?,
        None => view::Discussion::default(),
    };
    // What was written is shown again, whoever asks; an empty form is for those who may send it.
    if all.may_comment || !wanted.text.is_empty() {
        all.form = Some(wanted.form(discussion, focus.map_or("", |it| it.hash.as_str())));
    }
    all.problem = wanted.problem;
    all.sign_in = wanted.sign_in;
    let title = target.title(edition);
    let html = view::render(&edition.context(), target.subject(&title), &csrf(wiki, headers), all)?;
    Ok(page(headers, status, html).await)
}

/// The conversations where the page has them.
async fn sorted(
    app: &Arc<App>,
    edition: &Arc<Edition>,
    target: &Target,
    discussion: &Discussion<'_>,
    paragraphs: &[Paragraph],
    focus: Option<&Paragraph>,
) -> Result<view::Discussion, AppError> {
    let address = target.address();
    let names = names(wiki(app)?, discussion.people()).await?;
    let texts: Vec<(String, String)> = discussion.texts();
    let (shown, of) = (edition.clone(), target.clone());
    let bodies: HashMap<String, String> = app
        .compute(move || {
            let Some(page) = shown.site.page(&of.path, of.lang) else { return HashMap::new() };
            let body = |(id, text): (String, String)| {
                let html = remarks::render(&shown.site, page, &id, &text);
                (id, html)
            };
            texts.into_iter().map(body).collect()
        })
        .await?;
    let mut all = view::Discussion { may_comment: discussion.may_comment(), ..view::Discussion::default() };
    for thread in &discussion.threads {
        let anchor = thread.comments.first().and_then(|first| first.anchor.as_ref());
        let found = anchor.and_then(|anchor| paragraphs::find(paragraphs, anchor));
        let place = anchor.map(|anchor| place(&anchor.quote, found, &address));
        let is_focused = focus.is_some_and(|focus| place.as_ref().is_some_and(|it| it.hash == focus.hash));
        let is_settled = thread.is_settled();
        let settled =
            thread.speaker().and_then(|speaker| speaker.resolved_by.as_ref()).filter(|_| is_settled);
        let shown = view::Thread {
            id: thread.id().to_string(),
            on_page: anchor.is_none(),
            place: place.filter(|it| !is_focused || it.changed),
            settled: settled
                .map(|by| words::settled_by(target.lang, names.get(by).map_or("", String::as_str))),
            comments: thread.comments.iter().map(|it| comment(it, discussion, &names, &bodies)).collect(),
            may_settle: discussion.may_settle(thread),
        };
        match (is_focused, is_settled) {
            (true, _) => all.focused.push(shown),
            (false, false) => all.open.push(shown),
            (false, true) => all.settled.push(shown),
        }
    }
    all.focus = focus.map(|it| place(&it.quote, Some(Found::Same(it)), &address));
    if all.may_comment {
        let counts = open_by_paragraph(paragraphs, discussion);
        let here = target.wiki_address("comments");
        let choice = |it: &Paragraph| Choice {
            link: Link::new(format!("{here}?on={}#focus", it.hash), shortened(&it.quote)),
            count: counts.get(&it.hash).map(|count| words::count(target.lang, *count)),
        };
        all.choices = paragraphs.iter().map(choice).collect();
    }
    Ok(all)
}

fn place(quote: &str, found: Option<Found<'_>>, address: &str) -> Place {
    let (paragraph, changed) = match found {
        Some(Found::Same(it)) => (Some(it), false),
        Some(Found::Changed(it)) => (Some(it), true),
        None => (None, true),
    };
    Place {
        hash: paragraph.map(|it| it.hash.clone()).unwrap_or_default(),
        // The quote of a comment that was deleted is gone with it.
        quote: shortened(paragraph.filter(|_| quote.is_empty()).map_or(quote, |it| it.quote.as_str())),
        href: paragraph.map(|it| format!("{address}{}", it.fragment())),
        changed,
    }
}

/// A quote that says that it is none of the whole.
fn shortened(quote: &str) -> String {
    if quote.chars().count() < paragraphs::QUOTE { quote.to_string() } else { format!("{quote}…") }
}

fn comment(
    comment: &database::Comment,
    discussion: &Discussion<'_>,
    names: &HashMap<String, String>,
    bodies: &HashMap<String, String>,
) -> Comment {
    let is_there = comment.deleted.is_none();
    Comment {
        id: comment.id.clone(),
        author: names.get(&comment.user_id).cloned().unwrap_or_default(),
        time: comment.created,
        edited: comment.edited,
        body: is_there.then(|| bodies.get(&comment.id).cloned().unwrap_or_default()),
        may_edit: is_there && discussion.may_edit(comment),
        may_delete: is_there && discussion.may_delete(comment),
    }
}
