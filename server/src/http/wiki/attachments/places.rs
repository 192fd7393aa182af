//! Where files beside pages may stand, and moving them.

use super::change::{page_of, there};
use super::{Place, Said, Shown};
use crate::app::App;
use crate::content::path::{Kind, PagePath, classify};
use crate::http::error::AppError;
use crate::http::wiki::form::Fields;
use crate::http::wiki::identify::{Asker, Peer, Seen};
use crate::http::wiki::{language, moves, see_other, wiki};
use crate::i18n::attachments::{self as words, Strings};
use crate::pages::Link;
use crate::wiki::pages::Pages;
use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use sim_wasm::text::Lang;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whether a new file may stand at a path.
///
/// # Errors
/// A sentence that says why not.
pub fn check_path(path: &str) -> Result<(), AppError> {
    fits(path, words::strings(Lang::En)).map_err(|why| AppError::Refused(why.to_string()))
}

fn fits(path: &str, w: &'static Strings) -> Result<(), &'static str> {
    let is_wrong = |name: &str| {
        let special = |c: char| c.is_control() || "\\?#%<>|[]\"*:".contains(c);
        name.trim() != name
            || name.is_empty()
            || name.starts_with('.')
            || name.ends_with('~')
            || name.contains(special)
    };
    match () {
        () if path.split('/').any(is_wrong) => Err(w.path_wrong),
        () if PagePath::new(path).reserved().is_some() => Err(w.path_reserved),
        () => Ok(()),
    }
}

/// The path that a file is to have, or what is wrong with it.
fn new_path(asked: &str, file: &str, w: &'static Strings) -> Result<String, &'static str> {
    let path = asked.trim().trim_matches('/');
    fits(path, w)?;
    let ending = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase())
    };
    match () {
        () if path == file => Err(w.path_same),
        () if ending(path) != ending(file) || classify(path) != Kind::Attachment => Err(w.kind_stays),
        () => Ok(path.to_string()),
    }
}

/// `POST /-/attachments/move/{path}`: `to`.
pub(super) async fn rename(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    Peer(ip): Peer,
    Place(file): Place,
    Parts { uri, headers, .. }: Parts,
    fields: Fields,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let pages = wiki.pages(&reader);
    let lang = language(&uri, &headers);
    let w = words::strings(lang);
    there(&pages, &file).await?;
    let moved = match new_path(fields.get("to"), &file, w) {
        Ok(to) => carry_out(&app, &pages, &file, &to).await?.map(|done| (to, done)).ok_or(w.path_taken),
        Err(problem) => Err(problem),
    };
    let (to, done) = match moved {
        Ok(moved) => moved,
        Err(problem) => {
            let said = Said { to: fields.get("to"), problem: Some((422, problem)), ..Said::default() };
            let shown = Shown { app: &app, wiki, pages, edition: &edition, headers: &headers };
            return shown.file(&file, lang, said).await;
        }
    };
    wiki.redirect(&file, &to).await?;
    wiki.reload_redirects().await?;
    wiki.audit(reader.user(), "file moved", &format!("{file} to {to}"), ip).await?;
    moves::publish(&app, done.files, false).await?;
    if done.left.is_empty() {
        return Ok(see_other(&page_of(&to, lang)));
    }
    let left: Vec<Link> = done.left.iter().map(|file| moves::link(&edition, file)).collect();
    let edition = app.edition(reader.view()).await?;
    let shown = Shown { app: &app, wiki, pages, edition: &edition, headers: &headers };
    shown.file(&to, lang, Said { left: &left, ..Said::default() }).await
}

/// Moves the file and changes the links; none when something is at the new path already.
async fn carry_out(
    app: &Arc<App>,
    pages: &Pages<'_>,
    file: &str,
    to: &str,
) -> Result<Option<moves::Done>, AppError> {
    pages.writable(to)?;
    for _ in 0..moves::TRIES {
        let files = pages.files().await?;
        let moved = BTreeMap::from([(file.to_string(), to.to_string())]);
        let message = format!("Move /{file} to /{to}");
        match moves::rename(app, pages, files, moved, None, message).await? {
            moves::Tried::Done(done) => return Ok(Some(done)),
            moves::Tried::Taken => return Ok(None),
            moves::Tried::Again => {}
        }
    }
    Err(moves::busy())
}

#[cfg(test)]
mod tests {
    use super::new_path;
    use crate::i18n::attachments::strings;
    use sim_wasm::text::Lang;

    #[test]
    fn paths_that_files_can_have() {
        let w = strings(Lang::En);
        for (asked, found) in [
            ("net/b.png", Ok("net/b.png")),
            (" /net/b.PNG/ ", Ok("net/b.PNG")),
            ("网络/重 传.png", Ok("网络/重 传.png")),
            ("", Err(w.path_wrong)),
            ("../b.png", Err(w.path_wrong)),
            (".git/b.png", Err(w.path_wrong)),
            ("a//b.png", Err(w.path_wrong)),
            ("b.png~", Err(w.path_wrong)),
            ("tcp/a.png", Err(w.path_same)),
            ("tcp/a.svg", Err(w.kind_stays)),
            ("tcp/a", Err(w.kind_stays)),
            ("tags/a.png", Err(w.path_reserved)),
        ] {
            assert_eq!(new_path(asked, "tcp/a.png", w).as_deref().map_err(|it| *it), found, "{asked}");
        }
        assert_eq!(new_path("b.en.md", "a.md", w), Err(w.kind_stays), "a page is no file beside one");
    }
}
