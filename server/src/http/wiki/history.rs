//! What pages were: their versions, what changed in them and by whom, and bringing them back.

use super::edit::csrf;
use super::form::Fields;
use super::identify::{Asker, Seen};
use super::target::Target;
use super::{language, page, see_other, wiki};
use crate::address;
use crate::app::App;
use crate::content::path::{Kind, classify};
use crate::document::{Cache, Document};
use crate::edition::Edition;
use crate::edition::preview::Draft;
use crate::http::error::AppError;
use crate::http::respond;
use crate::i18n::history as words;
use crate::pages::Link;
use crate::pages::wiki::changes::{self, Change, Changed, Range};
use crate::pages::wiki::diff::{self, Side};
use crate::pages::wiki::history::{self, Old, Row};
use crate::pages::wiki::when::when;
use crate::pages::wiki::{blame, removed};
use crate::wiki::pages::{Pages, Readable};
use crate::wiki::past::{self, LONGEST, NoText, Version, What};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use sim_wasm::text::Lang;
use std::sync::Arc;
use store::{ChangeKind, Entry, FileChange, Revision, Saved};

/// Versions and changes on a page.
const PAGE: usize = 50;

/// Removed files that are listed.
const MOST_REMOVED: usize = 500;

/// The addresses of this part.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/-/history/{lang}", get(show))
        .route("/-/history/{lang}/{*path}", get(show))
        .route("/-/diff/{lang}", get(compare))
        .route("/-/diff/{lang}/{*path}", get(compare))
        .route("/-/revision/{lang}", get(revision))
        .route("/-/revision/{lang}/{*path}", get(revision))
        .route("/-/restore/{lang}", post(restore))
        .route("/-/restore/{lang}/{*path}", post(restore))
        .route("/-/blame/{lang}", get(lines))
        .route("/-/blame/{lang}/{*path}", get(lines))
        .route("/-/changes", get(recent))
        .route("/-/changes/atom.xml", get(feed))
        .route("/-/removed", get(list_removed))
        .route("/-/undelete", post(undelete))
}

impl From<NoText> for AppError {
    fn from(why: NoText) -> AppError {
        match why {
            NoText::Refused(why) => why.into(),
            NoText::Store(error) => error.into(),
        }
    }
}

fn asked(fields: &Fields, name: &str) -> Result<Option<Revision>, AppError> {
    fields.given(name).map(|text| text.parse().map_err(|_| AppError::BadRequest)).transpose()
}

/// A page with its past.
struct Past {
    page: Readable,
    is_there: bool,
    versions: Vec<Version>,
}

impl Past {
    /// At most `limit` versions, those after `after` when it is given.
    async fn of(
        pages: &Pages<'_>,
        target: &Target,
        after: Option<Revision>,
        limit: usize,
    ) -> Result<Past, AppError> {
        let (file, is_there) = past::file_of(pages, &target.path, target.lang).await?;
        let page = pages.readable(&file)?;
        let versions = past::versions(pages, &page, after, limit).await?;
        if versions.is_empty() && !is_there {
            return Err(AppError::NotFound);
        }
        Ok(Past { page, is_there, versions })
    }

    async fn read(&self, pages: &Pages<'_>, at: Revision) -> Result<Option<Vec<u8>>, AppError> {
        Ok(past::read(pages, &self.page, &self.versions, at).await?)
    }

    fn version(&self, at: Revision) -> Option<&Version> {
        self.versions.iter().find(|version| version.revision == at)
    }

    fn side(&self, at: Revision) -> Side {
        let made = self.version(at).map(|version| (version.time, version.author.clone()));
        Side::At(at.to_string(), made)
    }
}

/// `GET /-/history/{lang}/{path}?from=`
async fn show(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    target: Target,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let after = asked(&Fields::of_query(&uri), "from")?;
    let past = Past::of(&pages, &target, after, PAGE + 1).await?;
    let has_more = past.versions.len() > PAGE;
    let shown = &past.versions[..past.versions.len().min(PAGE)];
    let w = words::strings(target.lang);
    let row = |version: &Version| Row {
        revision: version.revision.to_string(),
        time: version.time,
        author: version.author.clone(),
        message: version.message.clone(),
        what: match version.what {
            What::Added => w.added,
            What::Changed => w.changed,
            What::Removed => w.removed,
            What::Moved(_) => w.moved_from,
        },
        from: match &version.what {
            What::Moved(from) => Some(from.clone()),
            _ => None,
        },
        is_there: version.file.is_some(),
    };
    let rows: Vec<Row> = shown.iter().map(row).collect();
    let next = rows.last().filter(|_| has_more).map(|row| row.revision.as_str());
    let title = target.title(&edition);
    let may_write = past.is_there && pages.writable(&past.page.file).is_ok();
    let range = (after.is_none(), next);
    let html = history::render(&edition.context(), target.subject(&title), &rows, range, may_write)?;
    Ok(page(&headers, 200, html).await)
}

/// `GET /-/diff/{lang}/{path}?from=&to=&view=`: without `from`, with the version before; without `to`, with the page as it
/// is; without both, the last change.
async fn compare(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    target: Target,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let query = Fields::of_query(&uri);
    let (from, mut to) = (asked(&query, "from")?, asked(&query, "to")?);
    let past = Past::of(&pages, &target, None, LONGEST).await?;
    if from.is_none() && to.is_none() {
        to = past.versions.first().map(|version| version.revision);
    }
    let before = match (from, to) {
        (None, Some(to)) => {
            let at =
                past.versions.iter().position(|version| version.revision == to).ok_or(AppError::NotFound)?;
            past.versions.get(at + 1).map(|version| version.revision)
        }
        (from, _) => from,
    };
    let (old, old_text) = match before {
        None => (Side::Nothing, None),
        Some(at) => (past.side(at), past.read(&pages, at).await?),
    };
    let (new, new_text) = match to {
        Some(at) => (past.side(at), past.read(&pages, at).await?),
        None => (if past.is_there { Side::Now } else { Side::Nothing }, pages.read(&past.page, None).await?),
    };
    let known = |at: Option<Revision>| at.is_some_and(|at| past.version(at).is_some());
    if old_text.is_none() && new_text.is_none() && !known(before) && !known(to) {
        return Err(AppError::NotFound);
    }
    let text = |bytes: Option<Vec<u8>>| String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
    let (old_text, new_text) = (text(old_text), text(new_text));
    let rows = app.compute(move || store::diff(&old_text, &new_text)).await?;
    let title = target.title(&edition);
    let split = query.get("view") != "inline";
    let html = diff::render(&edition.context(), target.subject(&title), (&old, &new), &rows, split)?;
    Ok(page(&headers, 200, html).await)
}

/// `GET /-/revision/{lang}/{path}?at=`
async fn revision(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    target: Target,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let pages = wiki.pages(&reader);
    let at = asked(&Fields::of_query(&uri), "at")?.ok_or(AppError::BadRequest)?;
    let past = Past::of(&pages, &target, None, LONGEST).await?;
    let bytes = past.read(&pages, at).await?.ok_or(AppError::NotFound)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let draft = Draft { file: past.page.file.clone(), path: target.path.clone(), lang: target.lang };
    let (shown, source) = (edition.clone(), text.clone());
    let preview = app.compute(move || shown.preview(&draft, &source)).await?;
    // A text whose head cannot be read has no title, and no HTML either.
    let is_readable = !preview.title.is_empty();
    let fallback = target.title(&edition);
    let title = if is_readable { &preview.title } else { &fallback };
    let token = csrf(wiki, &headers);
    let old = Old {
        revision: &at.to_string(),
        made: past.version(at).map(|version| (version.time, version.author.as_str())),
        html: is_readable.then_some(preview.html.as_str()),
        text: &text,
        is_removed: !past.is_there,
        csrf: pages.writable(&past.page.file).is_ok().then_some(token.as_str()),
    };
    let html = history::revision(&edition.context(), target.subject(title), old, &preview.labs)?;
    Ok(page(&headers, 200, html).await)
}

/// `POST /-/restore/{lang}/{path}`: the text of `at` becomes the page's, as a new version.
async fn restore(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    target: Target,
    fields: Fields,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let at = asked(&fields, "at")?.ok_or(AppError::BadRequest)?;
    let past = Past::of(&pages, &target, None, LONGEST).await?;
    let writable = pages.writable(&past.page.file)?;
    let bytes = past.read(&pages, at).await?.ok_or(AppError::NotFound)?;
    let message = match past.version(at) {
        Some(version) => format!("Restore the version of {}", when(version.time)),
        None => format!("Restore the version of commit {at}"),
    };
    let start = pages.start(&writable).await?;
    let base = start.text.is_some().then_some(start.revision);
    match pages.save(&writable, base, bytes, message).await? {
        Saved::Committed { .. } => app.saved(vec![past.page.file]).await?,
        Saved::Unchanged { .. } => {}
        Saved::Conflict { .. } => {
            let why = "somebody saved the page at this moment; look at what they changed, and try again";
            return Err(AppError::Refused(why.to_string()));
        }
    }
    Ok(see_other(&target.address()))
}

/// `GET /-/blame/{lang}/{path}?at=`: of the newest version when none is named.
async fn lines(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    target: Target,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let at = asked(&Fields::of_query(&uri), "at")?;
    let past = Past::of(&pages, &target, None, LONGEST).await?;
    let version = match at {
        Some(at) => past.version(at).filter(|version| version.file.is_some()),
        None => past.versions.iter().find(|version| version.file.is_some()),
    };
    let (at, file) =
        version.and_then(|it| Some((it.revision, it.file.as_deref()?))).ok_or(AppError::NotFound)?;
    let lines = pages.blame(&pages.readable(file)?, at).await?;
    let title = target.title(&edition);
    let html = blame::render(&edition.context(), target.subject(&title), &lines)?;
    Ok(page(&headers, 200, html).await)
}

/// `GET /-/changes?folder=&from=`
async fn recent(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let lang = language(&uri, &headers);
    let query = Fields::of_query(&uri);
    let folder =
        query.given("folder").map(|folder| folder.trim_matches('/')).filter(|folder| !folder.is_empty());
    let after = asked(&query, "from")?;
    let mut entries = pages.changes(folder.map(str::to_string), after, PAGE + 1).await?;
    let has_more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let next = entries.last().filter(|_| has_more).map(|entry| entry.revision.to_string());
    let changes: Vec<Change> = entries.into_iter().map(|entry| change(&edition, lang, entry)).collect();
    let range = Range { folder, is_first: after.is_none(), next: next.as_deref() };
    let html = changes::render(&edition.context(), lang, &changes, range)?;
    Ok(page(&headers, 200, html).await)
}

/// `GET /-/changes/atom.xml`
async fn feed(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let lang = language(&uri, &headers);
    let entries = pages.changes(None, None, PAGE).await?;
    let changes: Vec<Change> = entries.into_iter().map(|entry| change(&edition, lang, entry)).collect();
    let xml = changes::feed(&edition.context(), lang, &changes)?;
    let document = Document::new("application/atom+xml; charset=utf-8", xml).cache(Cache::NoStore);
    Ok(respond::with(&headers, Arc::new(document)).await)
}

pub(super) fn change(edition: &Edition, lang: Lang, entry: Entry) -> Change {
    let revision = entry.revision.to_string();
    Change {
        files: entry.files.iter().map(|file| changed(edition, lang, &revision, file)).collect(),
        revision,
        time: entry.time,
        author: entry.author.name().to_string(),
        message: entry.message,
    }
}

fn changed(edition: &Edition, words_in: Lang, revision: &str, change: &FileChange) -> Changed {
    let w = words::strings(words_in);
    let what = match change.kind {
        ChangeKind::Added => w.added,
        ChangeKind::Modified => w.changed,
        ChangeKind::Removed => w.removed,
        ChangeKind::Renamed { .. } => w.moved_from,
    };
    let Kind::Page { path, lang, .. } = classify(&change.file) else {
        let is_there = edition.site.attachments.contains_key(&change.file);
        let href = if is_there {
            format!("/{}/{}", words_in.code(), address::path(&change.file))
        } else {
            String::new()
        };
        return Changed { link: Link::new(href, change.file.clone()), diff: None, what };
    };
    let link = match edition.site.page(&path, lang) {
        Some(page) => Link::new(page.address(), format!("{} ({})", page.title, lang.code())),
        None => Link::new("", change.file.clone()),
    };
    let diff = format!("{}?to={revision}", address::wiki("diff", lang, path.as_str()));
    Changed { link, diff: Some(diff), what }
}

/// `GET /-/removed`
async fn list_removed(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let pages = wiki.pages(&reader);
    let lang = language(&uri, &headers);
    let row = |file: store::Removed| removed::Row {
        view: match classify(&file.file) {
            Kind::Page { path, lang, .. } => {
                Some(format!("{}?at={}", address::wiki("revision", lang, path.as_str()), file.restore))
            }
            Kind::Attachment => None,
        },
        at: file.restore.to_string(),
        time: file.time,
        author: file.author.name().to_string(),
        may_restore: pages.writable(&file.file).is_ok(),
        file: file.file,
    };
    let rows: Vec<removed::Row> = pages.removed(MOST_REMOVED).await?.into_iter().map(row).collect();
    let html = removed::render(&edition.context(), lang, &rows, &csrf(wiki, &headers))?;
    Ok(page(&headers, 200, html).await)
}

/// `POST /-/undelete`: a removed file is as it was at `at`.
async fn undelete(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    fields: Fields,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let at = asked(&fields, "at")?.ok_or(AppError::BadRequest)?;
    let file = fields.get("file").to_string();
    let writable = pages.writable(&file)?;
    let readable = pages.readable(&file)?;
    if pages.read(&readable, None).await?.is_some() {
        return Err(AppError::Refused(format!("`{file}` is there already; its history has what it was")));
    }
    let bytes = pages.read(&readable, Some(at)).await?.ok_or(AppError::NotFound)?;
    pages.commit(vec![(writable, Some(bytes))], format!("Bring back {file}")).await?;
    app.saved(vec![file.clone()]).await?;
    match classify(&file) {
        Kind::Page { path, lang, .. } => Ok(see_other(&path.address(lang))),
        Kind::Attachment => Ok(see_other("/-/removed")),
    }
}
