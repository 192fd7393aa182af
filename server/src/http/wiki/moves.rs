//! Moving, renaming and removing pages and folders.

use super::edit::csrf;
use super::form::Fields;
use super::identify::{Asker, Peer, Seen};
use super::target::Target;
use super::{page, see_other, wiki};
use crate::app::App;
use crate::content::path::{Kind, PagePath, classify};
use crate::edition::Edition;
use crate::http::error::AppError;
use crate::i18n::history::{self as words, Strings};
use crate::pages::Link;
use crate::pages::wiki::moves::{self, Form};
use crate::wiki::Wiki;
use crate::wiki::pages::Pages;
use crate::wiki::relink::Moves;
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use sim_wasm::text::Lang;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How often a move begins anew because somebody saved a page that it changes.
pub(super) const TRIES: usize = 5;

/// With more files than this, all of the folder is read again.
const MANY: usize = 50;

/// The addresses of this part.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/-/move/{lang}", get(show).post(change))
        .route("/-/move/{lang}/{*path}", get(show).post(change))
        .route("/-/delete/{lang}", get(ask).post(delete))
        .route("/-/delete/{lang}/{*path}", get(ask).post(delete))
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// `GET /-/move/{lang}/{path}`
async fn show(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    target: Target,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let pages = wiki.pages(&reader);
    pages.writable(&pages.file_of(&target.path, target.lang).await?)?;
    let path = target.path.as_str();
    let files = pages.files().await?;
    if path.is_empty() || !files.iter().any(|file| is_page(file, path) || is_below(file, path)) {
        return Err(AppError::NotFound);
    }
    let is_page_there = files.iter().any(|file| is_page(file, path));
    let form = Form {
        to: path,
        is_folder: is_folder(&files, path),
        whole: !is_page_there,
        problem: None,
        csrf: &csrf(wiki, &headers),
    };
    let title = target.title(&edition);
    Ok(page(&headers, 200, moves::form(&edition.context(), target.subject(&title), form)?).await)
}

/// Whether a file is the page at a path, in any language.
fn is_page(file: &str, path: &str) -> bool {
    matches!(classify(file), Kind::Page { path: at, .. } if at.as_str() == path)
}

/// Whether there is more in a folder than its own page.
fn is_folder(files: &[String], path: &str) -> bool {
    files.iter().any(|file| is_below(file, path) && !is_page(file, path))
}

/// The path that a page is to have, or what is wrong with it.
fn new_path(asked: &str, target: &Target, whole: bool, w: &Strings) -> Result<PagePath, &'static str> {
    let path = asked.trim().trim_matches('/');
    let is_wrong = |name: &str| {
        let special = |c: char| c.is_control() || "\\?#%<>|[]\"*:".contains(c);
        name.trim() != name || name.is_empty() || name.starts_with('.') || name.contains(special)
    };
    // What a file's name says is its language and its kind, so a page cannot be called so.
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_marked = last == "index"
        || last.ends_with(".md")
        || Lang::ALL.iter().any(|it| last.ends_with(&format!(".{}", it.code())));
    let new = PagePath::new(path);
    match () {
        () if path.split('/').any(is_wrong) || is_marked => Err(w.path_wrong),
        () if path == target.path.as_str() => Err(w.path_same),
        () if whole && is_below(path, target.path.as_str()) => Err(w.path_inside),
        () if new.reserved().is_some() => Err(w.path_reserved),
        () => Ok(new),
    }
}

/// `POST /-/move/{lang}/{path}`: `to`, and `folder` for everything in it.
async fn change(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    Peer(ip): Peer,
    target: Target,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let pages = wiki.pages(&reader);
    let w = words::strings(target.lang);
    let file = pages.file_of(&target.path, target.lang).await?;
    // What was written in the folder without git is part of the page that moves.
    pages.start(&pages.writable(&file)?).await?;
    let whole = fields.has("folder");
    let title = target.title(&edition);
    let planned = match new_path(fields.get("to"), &target, whole, w) {
        Ok(to) => carry_out(&app, pages, &target, &to, whole).await?.map(|done| (to, done)),
        Err(problem) => Err(problem),
    };
    let (to, done) = match planned {
        Ok(done) => done,
        Err(problem) => {
            let form = Form {
                to: fields.get("to"),
                is_folder: whole || is_folder(&pages.files().await?, target.path.as_str()),
                whole,
                problem: Some(problem),
                csrf: &csrf(wiki, &headers),
            };
            let html = moves::form(&edition.context(), target.subject(&title), form)?;
            return Ok(page(&headers, 422, html).await);
        }
    };
    redirect(wiki, &target, &to, whole, &done.moved).await?;
    let object = format!("{} to {}", target.path.as_str(), to.as_str());
    wiki.audit(reader.user(), "page moved", &object, ip).await?;
    publish(&app, done.files, whole).await?;
    let address = to.address(target.lang);
    if done.left.is_empty() {
        return Ok(see_other(&address));
    }
    let left: Vec<Link> = done.left.iter().map(|file| link(&edition, file)).collect();
    let html = moves::moved(&edition.context(), target.subject(&title), address, &left)?;
    Ok(page(&headers, 200, html).await)
}

/// What a move did.
pub(super) struct Done {
    /// Old file to new file.
    moved: BTreeMap<String, String>,
    /// Every file that is not as it was.
    pub(super) files: Vec<String>,
    /// Pages with links to what moved, which the reader may not change.
    pub(super) left: Vec<String>,
}

/// Moves the files and changes the links, in one commit; or says what stands in the way.
async fn carry_out(
    app: &Arc<App>,
    pages: Pages<'_>,
    target: &Target,
    to: &PagePath,
    whole: bool,
) -> Result<Result<Done, &'static str>, AppError> {
    let (old, new) = (target.path.as_str(), to.as_str());
    for _ in 0..TRIES {
        let files = pages.files().await?;
        let moves_too = |file: &&String| is_page(file, old) || whole && is_below(file, old);
        let moved: BTreeMap<String, String> = files
            .iter()
            .filter(moves_too)
            .map(|file| (file.clone(), format!("{new}{}", &file[old.len()..])))
            .collect();
        if moved.is_empty() || old.is_empty() {
            return Err(AppError::NotFound);
        }
        let stays = |file: &&String| !moved.contains_key(*file);
        let is_taken = |file: &String| is_page(file, new) || moved.values().any(|new| new == file);
        let in_the_way =
            files.iter().filter(stays).any(|file| is_taken(file) || whole && is_below(file, new));
        if in_the_way {
            return Ok(Err(words::strings(target.lang).path_taken));
        }
        let folder = whole.then(|| (old.to_string(), new.to_string()));
        match rename(app, &pages, files, moved, folder, format!("Move /{old} to /{new}")).await? {
            Tried::Done(done) => return Ok(Ok(done)),
            Tried::Taken => return Ok(Err(words::strings(target.lang).path_taken)),
            Tried::Again => {}
        }
    }
    Err(busy())
}

/// What came of an attempt to give files other names.
pub(super) enum Tried {
    /// It is done.
    Done(Done),
    /// Something is there already.
    Taken,
    /// Somebody saved a page meanwhile whose links change.
    Again,
}

/// That others saved pages at each attempt.
pub(super) fn busy() -> AppError {
    AppError::Storage("other people are saving pages that this move changes; try again".to_string())
}

/// Gives files other names and changes the links to them, in one commit. `files` are all that there are; `folder` is the
/// old and the new path of a folder that moves as a whole.
pub(super) async fn rename(
    app: &Arc<App>,
    pages: &Pages<'_>,
    files: Vec<String>,
    moved: BTreeMap<String, String>,
    folder: Option<(String, String)>,
    message: String,
) -> Result<Tried, AppError> {
    let mut texts = Vec::new();
    for file in &files {
        let is_page = matches!(classify(file), Kind::Page { .. });
        if is_page || moved.contains_key(file) {
            texts.extend(pages.read(&pages.readable(file)?, None).await?.map(|bytes| (file.clone(), bytes)));
        }
    }
    let relinked = {
        let moved = moved.clone();
        app.compute(move || {
            let moves = Moves::new(moved, files.iter().map(String::as_str), folder);
            relink(&moves, texts)
        })
        .await?
    };
    let mut changes = Vec::new();
    let mut done = Done { moved, files: Vec::new(), left: Vec::new() };
    for page in &relinked {
        match done.moved.get(&page.file) {
            Some(new) => {
                let (from, to) = (pages.writable(&page.file)?, pages.writable(new)?);
                if pages.read(&pages.readable(new)?, None).await?.is_some() {
                    return Ok(Tried::Taken);
                }
                changes.extend([(from, None), (to, Some(page.after.clone()))]);
                done.files.extend([page.file.clone(), new.clone()]);
            }
            None => match pages.writable(&page.file) {
                Ok(writable) => {
                    changes.push((writable, Some(page.after.clone())));
                    done.files.push(page.file.clone());
                }
                Err(_) => done.left.push(page.file.clone()),
            },
        }
    }
    if !is_current(pages, &relinked).await? {
        return Ok(Tried::Again);
    }
    pages.commit(changes, message).await?;
    Ok(Tried::Done(done))
}

/// A file that moves or whose links change.
struct Relinked {
    file: String,
    before: Vec<u8>,
    after: Vec<u8>,
}

fn relink(moves: &Moves, texts: Vec<(String, Vec<u8>)>) -> Vec<Relinked> {
    let relinked = texts.into_iter().filter_map(|(file, before)| {
        let after = match std::str::from_utf8(&before) {
            Ok(text) if file.ends_with(".md") => moves.relink(&file, text).into_bytes(),
            _ => before.clone(),
        };
        (moves.moves(&file) || after != before).then_some(Relinked { file, before, after })
    });
    relinked.collect()
}

/// Whether the files still hold what the new texts were made from.
async fn is_current(pages: &Pages<'_>, relinked: &[Relinked]) -> Result<bool, AppError> {
    for page in relinked {
        if pages.read(&pages.readable(&page.file)?, None).await?.as_ref() != Some(&page.before) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The old addresses lead to the new ones, and what was said about the pages goes with them.
async fn redirect(
    wiki: &Wiki,
    target: &Target,
    to: &PagePath,
    whole: bool,
    moved: &BTreeMap<String, String>,
) -> Result<(), AppError> {
    let mut paths = BTreeSet::new();
    if whole {
        paths.insert((target.path.as_str().to_string(), to.as_str().to_string()));
    }
    for (old, new) in moved {
        match (classify(old), classify(new)) {
            (Kind::Page { path: old, lang, .. }, Kind::Page { path: new, .. }) => {
                wiki.database().move_comments(old.as_str(), new.as_str(), lang.code()).await?;
                paths.insert((old.as_str().to_string(), new.as_str().to_string()));
            }
            _ => {
                paths.insert((old.clone(), new.clone()));
            }
        }
    }
    for (old, new) in paths {
        wiki.redirect(&old, &new).await?;
    }
    Ok(wiki.reload_redirects().await?)
}

/// Shows the files as they are now.
pub(super) async fn publish(app: &Arc<App>, files: Vec<String>, whole: bool) -> Result<(), AppError> {
    if files.len() <= MANY && !whole {
        return Ok(app.saved(files).await?);
    }
    let app = app.clone();
    Ok(tokio::task::spawn_blocking(move || app.refresh()).await?)
}

pub(super) fn link(edition: &Edition, file: &str) -> Link {
    let Kind::Page { path, lang, .. } = classify(file) else { return Link::new("", file) };
    match edition.site.page(&path, lang) {
        Some(page) => Link::to(page),
        None => Link::new(path.address(lang), file),
    }
}

/// The page's files in other languages.
async fn others(pages: &Pages<'_>, target: &Target) -> Result<Vec<String>, AppError> {
    let mut others = Vec::new();
    for lang in Lang::ALL.into_iter().filter(|lang| *lang != target.lang) {
        let file = pages.file_of(&target.path, lang).await?;
        if pages.read(&pages.readable(&file)?, None).await?.is_some() {
            others.push(file);
        }
    }
    Ok(others)
}

/// `GET /-/delete/{lang}/{path}`: asks first.
async fn ask(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    target: Target,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let pages = wiki.pages(&reader);
    let file = pages.file_of(&target.path, target.lang).await?;
    pages.writable(&file)?;
    if pages.read(&pages.readable(&file)?, None).await?.is_none() {
        return Err(AppError::NotFound);
    }
    let linking = {
        let (edition, file) = (edition.clone(), file.clone());
        app.compute(move || linking(&edition, &file)).await?
    };
    let has_others = !others(&pages, &target).await?.is_empty();
    let title = target.title(&edition);
    let token = csrf(wiki, &headers);
    let html = moves::remove(&edition.context(), target.subject(&title), &linking, has_others, &token)?;
    Ok(page(&headers, 200, html).await)
}

/// The other pages with links to a page, among those that the reader may see.
fn linking(edition: &Edition, file: &str) -> Vec<Link> {
    let itself = BTreeMap::from([(file.to_string(), file.to_string())]);
    let pages: Vec<&str> = edition.site.pages().map(|page| page.file.as_str()).collect();
    let files = pages.into_iter().chain(edition.site.attachments.keys().map(String::as_str));
    let moves = Moves::new(itself, files, None);
    let leads_there =
        edition.site.pages().filter(|page| page.file != file && moves.touches(&page.file, &page.source));
    leads_there.map(|page| Link::to(page)).collect()
}

/// `POST /-/delete/{lang}/{path}`: with `all`, in every language.
async fn delete(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Peer(ip): Peer,
    target: Target,
    fields: Fields,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let pages = wiki.pages(&reader);
    let file = pages.file_of(&target.path, target.lang).await?;
    // What was written in the folder without git is kept in the history.
    if pages.start(&pages.writable(&file)?).await?.text.is_none() {
        return Err(AppError::NotFound);
    }
    let mut files = vec![file];
    if fields.has("all") {
        files.extend(others(&pages, &target).await?);
    }
    let changes: Result<Vec<_>, _> = files.iter().map(|file| Ok((pages.writable(file)?, None))).collect();
    let changes: Vec<_> = changes.map_err(|why: crate::wiki::pages::Refused| AppError::from(why))?;
    let what = if fields.has("all") { format!("/{}", target.path.as_str()) } else { target.address() };
    pages.commit(changes, format!("Remove {what}")).await?;
    wiki.audit(reader.user(), "page removed", &what, ip).await?;
    publish(&app, files, false).await?;
    Ok(see_other(&format!("/-/removed?lang={}", target.lang.code())))
}

#[cfg(test)]
mod tests {
    use super::new_path;
    use crate::content::path::PagePath;
    use crate::http::wiki::target::Target;
    use crate::i18n::history::strings;
    use sim_wasm::text::Lang;

    #[test]
    fn paths_that_pages_can_have() {
        let target = Target { lang: Lang::En, path: PagePath::new("tcp/a") };
        let w = strings(Lang::En);
        for (asked, found) in [
            ("net/b", Ok("net/b")),
            (" /net/b/ ", Ok("net/b")),
            ("网络/重传", Ok("网络/重传")),
            ("tcp/a/b", Ok("tcp/a/b")),
            ("", Err(w.path_wrong)),
            ("a//b", Err(w.path_wrong)),
            ("../b", Err(w.path_wrong)),
            (".git/b", Err(w.path_wrong)),
            ("a?b", Err(w.path_wrong)),
            ("b.md", Err(w.path_wrong)),
            ("b.en", Err(w.path_wrong)),
            ("b/index", Err(w.path_wrong)),
            ("tcp/a", Err(w.path_same)),
            ("tags/x", Err(w.path_reserved)),
        ] {
            let path = new_path(asked, &target, false, w);
            assert_eq!(path.as_ref().map(PagePath::as_str).map_err(|it| *it), found, "{asked}");
        }
        assert_eq!(new_path("tcp/a/b", &target, true, w), Err(w.path_inside));
    }
}
