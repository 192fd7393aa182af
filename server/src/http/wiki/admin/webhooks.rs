//! `/-/admin/webhooks`: who else is told of what happens.

use super::{desk, obstacle};
use crate::http::error::AppError;
use crate::http::wiki::account::visit::Visit;
use crate::http::wiki::form::Fields;
use crate::i18n::webhooks as words;
use crate::pages::wiki::admin::Desk;
use crate::pages::wiki::admin::webhooks::{self, Draft, Shown};
use crate::wiki::call;
use crate::wiki::call::events::EVENTS;
use axum::extract::Path;
use axum::response::Response;
use database::{Channel, Refusal, Webhook};
use outbound::signature::Secret;
use outbound::web::{self, Client};

const HERE: &str = "/-/admin/webhooks";

/// How many calls that failed are shown.
const FAILURES: u32 = 50;

/// `GET /-/admin/webhooks`
pub(super) async fn list(visit: Visit) -> Result<Response, AppError> {
    visit.administrator()?;
    respond(&visit, None, &Draft::default()).await
}

async fn respond(visit: &Visit, problem: Option<&str>, draft: &Draft) -> Result<Response, AppError> {
    let csrf = visit.csrf()?;
    let database = visit.wiki()?.database();
    let (hooks, failures) =
        (database.webhooks().await?, database.undelivered(Channel::Webhook, FAILURES).await?);
    let desk = with_done(visit, desk(visit, &csrf, problem)?);
    let html = webhooks::list(&visit.edition.context(), desk, &hooks, &failures, draft)?;
    Ok(visit.answer(if problem.is_some() { 422 } else { 200 }, html).await)
}

/// With what was done to a webhook, when the address says so.
fn with_done<'a>(visit: &Visit, desk: Desk<'a>) -> Desk<'a> {
    let done = visit.query("done").filter(|_| desk.problem.is_none());
    Desk { done: desk.done.or(done.and_then(|word| words::done(visit.lang, word))), ..desk }
}

fn draft(fields: &Fields) -> Draft {
    let ticked = EVENTS.iter().filter(|(name, ..)| fields.has(&format!("event:{name}")));
    Draft {
        url: fields.get("url").trim().to_string(),
        events: ticked.map(|(name, ..)| (*name).to_string()).collect(),
        active: fields.has("active"),
    }
}

/// What is wrong with an address as far as one can tell without calling it.
fn wrong(visit: &Visit, url: &str) -> Result<Option<String>, AppError> {
    let also = &visit.wiki()?.settings().webhook_also;
    let w = words::strings(visit.lang);
    let said = |why: web::Error| format!("{}{}", w.wrong, words::reason(visit.lang, &why.to_string()));
    Ok(web::check(url, also).err().map(said))
}

/// `POST /-/admin/webhooks`: another one, with its secret.
pub(super) async fn create(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    visit.administrator()?;
    let draft = draft(&fields);
    if let Some(problem) = obstacle(&visit, &fields).await? {
        return respond(&visit, Some(problem), &draft).await;
    }
    if let Some(problem) = wrong(&visit, &draft.url)? {
        return respond(&visit, Some(&problem), &draft).await;
    }
    match visit.wiki()?.database().create_webhook(&draft.url, &draft.events).await {
        Ok(hook) => {
            visit.audit("webhook made", &hook.url).await?;
            let secret = Secret::stored(&hook.secret).shown();
            show_one(&visit, &hook.id, &saved(&hook), Shown::New(&secret), None, None).await
        }
        Err(database::Error::Refused(why)) => respond(&visit, Some(&visit.refusal(&why)), &draft).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /-/admin/webhooks/retry`: a call that failed is made again.
pub(super) async fn retry(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    visit.administrator()?;
    if !visit.reader().may_change() {
        return Err(AppError::Forbidden);
    }
    let database = visit.wiki()?.database();
    let failures = database.undelivered(Channel::Webhook, FAILURES).await?;
    let id = failures.iter().map(|message| &message.id).find(|id| *id == fields.get("id"));
    match id {
        Some(id) if database.retry(id).await? => Ok(visit.back(HERE, "webhook-retry")),
        _ => respond(&visit, Some(&visit.refusal(&Refusal::Gone)), &Draft::default()).await,
    }
}

/// `GET /-/admin/webhooks/{id}`
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, AppError> {
    visit.administrator()?;
    let hook = find(&visit, &id).await?;
    show_one(&visit, &id, &saved(&hook), Shown::Nothing, None, None).await
}

async fn find(visit: &Visit, id: &str) -> Result<Webhook, AppError> {
    visit.wiki()?.database().webhook(id).await?.ok_or(AppError::NotFound)
}

fn saved(hook: &Webhook) -> Draft {
    Draft { url: hook.url.clone(), events: hook.events.clone(), active: hook.active }
}

async fn show_one(
    visit: &Visit,
    id: &str,
    draft: &Draft,
    shown: Shown<'_>,
    problem: Option<&str>,
    done: Option<&str>,
) -> Result<Response, AppError> {
    let csrf = visit.csrf()?;
    let desk = with_done(visit, desk(visit, &csrf, problem)?);
    let desk = Desk { done: done.or(desk.done), ..desk };
    let html = webhooks::one(&visit.edition.context(), desk, id, draft, shown)?;
    Ok(visit.answer(if problem.is_some() { 422 } else { 200 }, html).await)
}

/// `POST /-/admin/webhooks/{id}`: does what the button says.
pub(super) async fn change(
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, AppError> {
    visit.administrator()?;
    let hook = find(&visit, &id).await?;
    let is_change = fields.get("do") == "change";
    let draft = if is_change { draft(&fields) } else { saved(&hook) };
    if let Some(problem) = obstacle(&visit, &fields).await? {
        return show_one(&visit, &id, &draft, Shown::Nothing, Some(problem), None).await;
    }
    match fields.get("do") {
        "change" => save(&visit, &hook, &draft).await,
        "test" => test(&visit, &hook).await,
        "secret" => {
            visit.audit("webhook secret shown", &hook.url).await?;
            let secret = Secret::stored(&hook.secret).shown();
            show_one(&visit, &id, &draft, Shown::Asked(&secret), None, None).await
        }
        "remove" => {
            visit.wiki()?.database().remove_webhook(&id).await?;
            visit.audit("webhook removed", &hook.url).await?;
            Ok(visit.back(HERE, "webhook-removed"))
        }
        _ => Err(AppError::BadRequest),
    }
}

async fn save(visit: &Visit, hook: &Webhook, draft: &Draft) -> Result<Response, AppError> {
    let problem = match wrong(visit, &draft.url)? {
        Some(problem) => problem,
        None => {
            let database = visit.wiki()?.database();
            match database.set_webhook(&hook.id, &draft.url, &draft.events, draft.active).await {
                Ok(()) => {
                    visit.audit("webhook changed", &draft.url).await?;
                    return Ok(visit.back(&format!("{HERE}/{}", hook.id), "webhook"));
                }
                Err(database::Error::Refused(why)) => visit.refusal(&why),
                Err(error) => return Err(error.into()),
            }
        }
    };
    show_one(visit, &hook.id, draft, Shown::Nothing, Some(&problem), None).await
}

/// Calls it now, and shows its answer.
async fn test(visit: &Visit, hook: &Webhook) -> Result<Response, AppError> {
    let wiki = visit.wiki()?;
    visit.audit("webhook tested", &hook.url).await?;
    let client = Client::new(wiki.settings().webhook_also.clone());
    let w = words::strings(visit.lang);
    let answer = call::ping(&client, hook, wiki.database().now()).await;
    let said = match &answer {
        Ok(status) => format!("{}{status}", w.test_well),
        Err(why) => format!("{}{}", w.test_failed, words::reason(visit.lang, &why.to_string())),
    };
    let (problem, done) =
        if answer.is_ok() { (None, Some(said.as_str())) } else { (Some(said.as_str()), None) };
    show_one(visit, &hook.id, &saved(hook), Shown::Nothing, problem, done).await
}
