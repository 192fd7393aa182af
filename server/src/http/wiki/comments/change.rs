//! What is done with comments. A text that was not stored is shown again.

use super::shown::{self, Wanted};
use super::{asked, paragraphs_of};
use crate::app::App;
use crate::edition::Edition;
use crate::http::error::AppError;
use crate::http::wiki::form::Fields;
use crate::http::wiki::guard::Stale;
use crate::http::wiki::identify::{Asker, Seen};
use crate::http::wiki::target::Target;
use crate::http::wiki::{refusal, see_other, wiki};
use crate::i18n::comments as words;
use crate::wiki::discussion::{Discussion, NotDone};
use crate::wiki::follow;
use crate::wiki::pages::Refused;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::Response;
use database::{Anchor, Refusal};
use std::sync::Arc;

/// `POST /-/comments/{lang}/{path}`: `do` is `add`, `reply`, `edit`, `delete`, `settle` or `reopen`, the last five with
/// the `id` of a comment; `back` is `page` when the form stood in the page itself.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    stale: Option<Extension<Stale>>,
    target: Target,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let discussion = match Discussion::of(wiki, &reader, &edition, &target.path, target.lang).await {
        Ok(discussion) => Ok(discussion),
        Err(NotDone::Failed(error)) => return Err(error.into()),
        Err(why) => Err(why),
    };
    let outcome = match &discussion {
        _ if reader.is_anonymous() => Err(Trouble::SignIn),
        _ if stale.is_some() => Err(Trouble::Stale),
        Err(_) => Err(Trouble::PageGone),
        Ok(discussion) => carry_out(&app, &edition, &target, discussion, &fields).await,
    };
    let trouble = match outcome {
        Ok(to) => return Ok(see_other(&to)),
        Err(Trouble::NotDone(NotDone::Failed(error))) => return Err(error.into()),
        Err(Trouble::Unknown) => return Err(AppError::BadRequest),
        Err(trouble) => trouble,
    };
    let (status, problem) = trouble.told(&target);
    let wanted = Wanted {
        verb: fields.get("do").to_string(),
        id: fields.get("id").to_string(),
        text: fields.get("text").to_string(),
        problem: Some(problem),
        sign_in: matches!(trouble, Trouble::SignIn),
        place: fields,
    };
    shown::respond(&app, &headers, status, &edition, &target, discussion.ok().as_ref(), wanted).await
}

/// Why nothing was done.
enum Trouble {
    /// The session has ended, or there was none.
    SignIn,
    /// The form is of an earlier session.
    Stale,
    PageGone,
    ParagraphGone,
    /// The form is none of ours.
    Unknown,
    NotDone(NotDone),
}

impl From<NotDone> for Trouble {
    fn from(why: NotDone) -> Trouble {
        Trouble::NotDone(why)
    }
}

impl Trouble {
    /// The status of the answer, and the sentence for its reader.
    fn told(&self, target: &Target) -> (u16, String) {
        let w = words::strings(target.lang);
        let (status, words) = match self {
            Trouble::SignIn | Trouble::NotDone(NotDone::Turned(Refused::SignIn)) => (401, w.session_ended),
            Trouble::Stale => (403, w.session_changed),
            Trouble::NotDone(NotDone::Turned(Refused::Forbidden)) => (403, w.forbidden),
            Trouble::PageGone | Trouble::NotDone(NotDone::Turned(Refused::NotFound)) => (404, w.page_gone),
            Trouble::ParagraphGone => (422, w.paragraph_gone),
            Trouble::NotDone(NotDone::Refused(Refusal::Gone)) => (422, w.comment_gone),
            Trouble::NotDone(NotDone::Refused(why)) => return (422, refusal(why, target.lang)),
            Trouble::NotDone(NotDone::Wait(seconds)) => return (429, words::wait(target.lang, *seconds)),
            Trouble::Unknown | Trouble::NotDone(NotDone::Failed(_)) => (400, w.forbidden),
        };
        (status, words.to_string())
    }
}

/// Does what a form says; where to go then.
async fn carry_out(
    app: &Arc<App>,
    edition: &Edition,
    target: &Target,
    discussion: &Discussion<'_>,
    fields: &Fields,
) -> Result<String, Trouble> {
    let (verb, id) = (fields.get("do"), fields.get("id"));
    // Browsers send line ends of their own.
    let text = fields.get("text").replace("\r\n", "\n");
    let shown = match verb {
        "add" | "reply" => {
            let is_reply = verb == "reply";
            let anchor = if is_reply { None } else { anchor(edition, target, fields)? };
            let comment = discussion.add(&text, is_reply.then_some(id), anchor).await?;
            follow::commented(app, &comment).await;
            comment.id
        }
        "edit" => {
            discussion.edit(id, &text).await?;
            id.to_string()
        }
        "delete" => {
            discussion.delete(id).await?;
            discussion.thread_of(id).map_or("", |thread| thread.id()).to_string()
        }
        "settle" | "reopen" => {
            discussion.settle(id, verb == "settle").await?;
            id.to_string()
        }
        _ => return Err(Trouble::Unknown),
    };
    if fields.get("back") == "page" {
        let paragraphs = paragraphs_of(edition, target);
        let fragment = asked(&paragraphs, fields).map(|it| it.fragment());
        return Ok(target.address() + &fragment.unwrap_or_default());
    }
    Ok(format!("{}#c-{shown}", target.wiki_address("comments")))
}

/// The paragraph that a form names; none when it is about the page.
fn anchor(edition: &Edition, target: &Target, fields: &Fields) -> Result<Option<Anchor>, Trouble> {
    if fields.given("on").is_none() {
        return Ok(None);
    }
    let paragraphs = paragraphs_of(edition, target);
    let found = asked(&paragraphs, fields).ok_or(Trouble::ParagraphGone)?;
    Ok(Some(Anchor { hash: found.hash.clone(), quote: found.quote.clone() }))
}
