//! Feeds of what somebody watches. Their addresses have a key in them, so that programs can read them without a session;
//! they show what the account may see at the time.

use crate::app::App;
use crate::content::path::{Kind, PagePath, classify};
use crate::document::{Cache, Document};
use crate::edition::Edition;
use crate::http::error::AppError;
use crate::http::respond;
use crate::http::wiki::form::Fields;
use crate::http::wiki::{history, language, wiki};
use crate::i18n::{SITE_NAME, watches as words};
use crate::pages::wiki::changes::{self, Change};
use crate::wiki::news;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use database::{SiteKey, User, Watch, Watched};
use sim_wasm::text::Lang;
use std::sync::Arc;
use store::{ChangeKind, Entry, FileChange};

/// The most changes in a feed.
const SHOWN: usize = 50;

/// So many of the newest commits are looked through for them.
const LOOKED_THROUGH: usize = 500;

/// What the key of a feed of all that somebody watches is for.
const ALL: &str = "feed of all watches";

/// The address of the feed of one watch.
pub(super) fn address_of_one(watch: &Watch, key: &SiteKey, lang: Lang) -> String {
    format!("/-/watches/{}/atom.xml?key={}&lang={}", watch.id, watch.feed_key(key), lang.code())
}

/// The address of the feed of all that somebody watches.
pub(super) fn address_of_all(user: &User, key: &SiteKey, lang: Lang) -> String {
    format!("/-/watches/atom.xml?user={}&key={}&lang={}", user.id, key.sign(ALL, &user.id), lang.code())
}

/// `GET /-/watches/{id}/atom.xml?key=`
pub(super) async fn of_one(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let database = wiki(&app)?.database();
    let (key, query, lang) = (database.site_key().await?, Fields::of_query(&uri), language(&uri, &headers));
    let watch = database.watch_by_id(&id).await?.filter(|watch| watch.is_feed_key(&key, query.get("key")));
    let watch = watch.ok_or(AppError::NotFound)?;
    let user = database.user(&watch.user_id).await?.ok_or(AppError::NotFound)?;
    let title = words::watched(lang, watch.kind, &watch.target);
    let itself = address_of_one(&watch, &key, lang);
    show(&app, &headers, lang, user, &[watch], (&title, &itself)).await
}

/// `GET /-/watches/atom.xml?user=&key=`
pub(super) async fn of_all(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let database = wiki(&app)?.database();
    let (key, query, lang) = (database.site_key().await?, Fields::of_query(&uri), language(&uri, &headers));
    if !key.verify(ALL, query.get("user"), query.get("key")) {
        return Err(AppError::NotFound);
    }
    let user = database.user(query.get("user")).await?.ok_or(AppError::NotFound)?;
    let watches = database.watches(&user.id).await?;
    let (title, itself) = (words::strings(lang).watches, address_of_all(&user, &key, lang));
    show(&app, &headers, lang, user, &watches, (title, &itself)).await
}

async fn show(
    app: &Arc<App>,
    headers: &HeaderMap,
    lang: Lang,
    user: User,
    watches: &[Watch],
    (title, itself): (&str, &str),
) -> Result<Response, AppError> {
    if user.disabled {
        return Err(AppError::NotFound);
    }
    let wiki = wiki(app)?;
    let reader = news::reader(wiki, user);
    let edition = app.edition(reader.view()).await?;
    let entries = match watches {
        [] => Vec::new(),
        watches => wiki.pages(&reader).changes(folder(watches), None, LOOKED_THROUGH).await?,
    };
    let matching = entries.into_iter().filter_map(|entry| watched(&edition, watches, entry)).take(SHOWN);
    let changes: Vec<Change> = matching.map(|entry| history::change(&edition, lang, entry)).collect();
    let title = format!("{SITE_NAME} · {title}");
    let xml = changes::feed_of(&edition.context(), lang, &changes, title, itself)?;
    let document = Document::new("application/atom+xml; charset=utf-8", xml).cache(Cache::NoStore);
    Ok(respond::with(headers, Arc::new(document)).await)
}

/// The folder that holds all that is watched; none for the whole site.
fn folder(watches: &[Watch]) -> Option<String> {
    let [only] = watches else { return None };
    let parent =
        (only.kind != Watched::Tag).then(|| PagePath::new(only.target.as_str()).parent()).flatten()?;
    Some(parent.as_str().to_string()).filter(|folder| !folder.is_empty())
}

/// What of a commit is watched; none when nothing is.
fn watched(edition: &Edition, watches: &[Watch], mut entry: Entry) -> Option<Entry> {
    let covered = |file: &str| {
        let Kind::Page { path, lang, .. } = classify(file) else { return false };
        let tags = edition.site.page(&path, lang).map(|page| page.front.tags.as_slice()).unwrap_or_default();
        watches.iter().any(|watch| watch.covers(path.as_str(), tags))
    };
    let is_watched = |change: &FileChange| {
        covered(&change.file) || matches!(&change.kind, ChangeKind::Renamed { from } if covered(from))
    };
    entry.files.retain(is_watched);
    (!entry.files.is_empty()).then_some(entry)
}
