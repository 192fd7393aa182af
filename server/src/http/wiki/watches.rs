//! Watching pages, folders and tags.

mod end;
mod feed;

use super::account::visit::Visit;
use super::form::Fields;
use super::see_other;
use super::target::Target;
use crate::app::App;
use crate::content::path::PagePath;
use crate::http::error::AppError;
use crate::i18n::watches as words;
use crate::pages::Link;
use crate::pages::wiki::watches::{self, Choice, List, Row};
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use database::{Pace, Refusal, User, Watch, Watched};
use sim_wasm::text::Lang;
use std::sync::Arc;

/// Where the list is.
const HERE: &str = "/-/watches";

/// So many things one may watch.
const MOST: usize = 500;

/// The addresses of this part.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/-/watch/{lang}", get(choices).post(choose))
        .route("/-/watch/{lang}/{*path}", get(choices).post(choose))
        .route(HERE, get(list).post(add))
        .route("/-/watches/end", post(remove))
        .route("/-/watches/pace", post(pace))
        .route("/-/watches/atom.xml", get(feed::of_all))
        .route("/-/watches/{id}/atom.xml", get(feed::of_one))
        .route("/-/unsubscribe/{token}", get(end::ask).post(end::end))
}

/// What was done, when the address says so.
fn done(visit: &Visit, lang: Lang) -> Option<&'static str> {
    let w = words::strings(lang);
    match visit.query("done")? {
        "watched" => Some(w.done_watched),
        "ended" => Some(w.done_ended),
        "pace" => Some(w.done_pace),
        _ => None,
    }
}

/// The account of the visitor. Programs watch nothing.
fn account(visit: &Visit) -> Result<&User, AppError> {
    visit.wiki()?;
    Ok(visit.signed_in()?.0)
}

/// Whether a page is the one at a path, or below it.
fn is_in(page: &str, path: &str) -> bool {
    path.is_empty() || page.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether there is a page or a folder at a path that the visitor may know of.
async fn is_there(visit: &Visit, path: &PagePath) -> Result<bool, AppError> {
    if !visit.reader().view().shows(path.as_str()) {
        return Ok(false);
    }
    if path.as_str().is_empty() || visit.edition.site.pages().any(|it| is_in(it.path.as_str(), path.as_str()))
    {
        return Ok(true);
    }
    // Drafts, and pages whose head cannot be read, are not in the edition.
    let pages = visit.wiki()?.pages(visit.reader());
    for lang in [visit.lang, visit.lang.other()] {
        let file = pages.file_of(path, lang).await?;
        if pages.read(&pages.readable(&file)?, None).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `GET /-/watch/{lang}/{path}`: what can be watched from here.
async fn choices(visit: Visit, target: Target) -> Result<Response, AppError> {
    let user = account(&visit)?;
    if !is_there(&visit, &target.path).await? {
        return Err(AppError::NotFound);
    }
    let watched = visit.wiki()?.database().watches(&user.id).await?;
    let choice = |kind: Watched, target: &str| Choice {
        kind,
        target: target.to_string(),
        is_watched: watched.iter().any(|watch| watch.kind == kind && watch.target == target),
    };
    let (site, path) = (&visit.edition.site, &target.path);
    let mut found = Vec::new();
    if !path.as_str().is_empty() {
        found.push(choice(Watched::Page, path.as_str()));
    }
    let has_more = site.pages().any(|it| it.path != *path && is_in(it.path.as_str(), path.as_str()));
    let mut at = if has_more { Some(path.clone()) } else { path.parent() };
    while let Some(folder) = at {
        if visit.reader().view().shows(folder.as_str()) {
            found.push(choice(Watched::Folder, folder.as_str()));
        }
        at = folder.parent();
    }
    if let Some(page) = site.page(path, target.lang) {
        found.extend(page.front.tags.iter().map(|tag| choice(Watched::Tag, tag.trim())));
    }
    let title = target.title(&visit.edition);
    let (subject, csrf) = (target.subject(&title), visit.csrf()?);
    let html = watches::choices(&visit.edition.context(), subject, &found, &csrf, done(&visit, target.lang))?;
    Ok(visit.answer(200, html).await)
}

/// `POST /-/watch/{lang}/{path}`: watches the page, or what `kind` and `target` name, or with `do=end` ends that.
async fn choose(visit: Visit, target: Target, fields: Fields) -> Result<Response, AppError> {
    let user = account(&visit)?;
    let kind = if fields.has_not("kind") { Some(Watched::Page) } else { Watched::parse(fields.get("kind")) };
    let kind = kind.ok_or(AppError::BadRequest)?;
    let what = if fields.has_not("target") { target.path.as_str() } else { fields.get("target") };
    let done = if fields.get("do") == "end" {
        visit.wiki()?.database().unwatch(&user.id, kind, what).await?;
        "ended"
    } else {
        begin(&visit, user, kind, what).await?;
        "watched"
    };
    Ok(see_other(&format!("{}?done={done}", target.wiki_address("watch"))))
}

/// Begins a watch of what the visitor may know of.
async fn begin(visit: &Visit, user: &User, kind: Watched, target: &str) -> Result<(), AppError> {
    if kind != Watched::Tag && !is_there(visit, &PagePath::new(target.trim_matches('/'))).await? {
        return Err(AppError::NotFound);
    }
    let database = visit.wiki()?.database();
    if database.watches(&user.id).await?.len() >= MOST {
        return Err(AppError::Refused(words::strings(visit.lang).too_many.to_string()));
    }
    match database.watch(&user.id, kind, target).await {
        Ok(_) => Ok(()),
        Err(database::Error::Refused(why)) => Err(AppError::Refused(visit.refusal(&why))),
        Err(error) => Err(error.into()),
    }
}

/// `GET /-/watches?tag=`
async fn list(visit: Visit) -> Result<Response, AppError> {
    let user = account(&visit)?;
    let wiki = visit.wiki()?;
    let database = wiki.database();
    let key = database.site_key().await?;
    let site = &visit.edition.site;
    let row = |watch: Watch| {
        let path = PagePath::new(watch.target.as_str());
        let here = [visit.lang, visit.lang.other()].into_iter().find_map(|lang| site.page(&path, lang));
        Row {
            page: here.filter(|_| watch.kind != Watched::Tag).map(Link::to),
            feed: feed::address_of_one(&watch, &key, visit.lang),
            id: watch.id,
            kind: watch.kind,
            target: watch.target,
            since: watch.created,
        }
    };
    let rows: Vec<Row> = database.watches(&user.id).await?.into_iter().map(row).collect();
    let list = List {
        rows: &rows,
        feed: &feed::address_of_all(user, &key, visit.lang),
        pace: database.pace(&user.id).await?,
        site_mails: wiki.mailer().is_some(),
        has_address: user.email.is_some(),
        tag: visit.query("tag").unwrap_or_default(),
        csrf: &visit.csrf()?,
        done: done(&visit, visit.lang),
    };
    let html = watches::list(&visit.edition.context(), visit.lang, list)?;
    Ok(visit.answer(200, html).await)
}

/// `POST /-/watches`: watches what `kind` and `target` name.
async fn add(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    let kind = Watched::parse(fields.get("kind")).ok_or(AppError::BadRequest)?;
    begin(&visit, account(&visit)?, kind, fields.get("target")).await?;
    Ok(visit.back(HERE, "watched"))
}

/// `POST /-/watches/end`
async fn remove(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    let user = account(&visit)?;
    let database = visit.wiki()?.database();
    let watches = database.watches(&user.id).await?;
    let Some(watch) = watches.iter().find(|watch| watch.id == fields.get("id")) else {
        return Err(AppError::Refused(visit.refusal(&Refusal::Gone)));
    };
    database.unwatch(&user.id, watch.kind, &watch.target).await?;
    Ok(visit.back(HERE, "ended"))
}

/// `POST /-/watches/pace`
async fn pace(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    let user = account(&visit)?;
    let pace = Pace::parse(fields.get("pace")).ok_or(AppError::BadRequest)?;
    visit.wiki()?.database().set_pace(&user.id, pace).await?;
    Ok(visit.back(HERE, "pace"))
}
