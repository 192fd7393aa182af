//! Replacing and removing a file beside a page, and bringing an old version back. Each is a commit.

use super::{Place, Said, Shown, bytes_at};
use crate::address;
use crate::app::App;
use crate::http::error::AppError;
use crate::http::wiki::form::Fields;
use crate::http::wiki::identify::{Asker, Peer, Seen};
use crate::http::wiki::{attach, language, multipart, see_other, wiki};
use crate::i18n::attachments as words;
use crate::wiki::pages::{Pages, Writable};
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use sim_wasm::text::Lang;
use std::sync::Arc;
use store::Revision;

/// The page of a file.
pub(super) fn page_of(file: &str, lang: Lang) -> String {
    format!("/-/attachments/file/{}?lang={}", address::path(file), lang.code())
}

/// A file that is there and that the reader may change. What was done to it in the folder without git is in the history
/// then.
pub(super) async fn there(pages: &Pages<'_>, file: &str) -> Result<Writable, AppError> {
    let writable = pages.writable(file)?;
    match pages.start(&writable).await?.text {
        Some(_) => Ok(writable),
        None => Err(AppError::NotFound),
    }
}

/// Whether bytes can stand under this name.
///
/// # Errors
/// A sentence that says why not.
pub fn check(file: &str, bytes: &[u8]) -> Result<(), AppError> {
    let name = file.rsplit('/').next().unwrap_or_default().to_lowercase();
    attach::check(&name, bytes).map_err(AppError::Unsupported)
}

/// Writes a file, and shows it; none when it holds these bytes already.
///
/// # Errors
/// When the store cannot be written.
pub async fn write(
    app: &Arc<App>,
    pages: &Pages<'_>,
    writable: Writable,
    bytes: Vec<u8>,
    message: String,
) -> Result<Option<Revision>, AppError> {
    let file = writable.file().to_string();
    if pages.read(&pages.readable(&file)?, None).await?.as_ref() == Some(&bytes) {
        return Ok(None);
    }
    let revision = pages.commit(vec![(writable, Some(bytes))], message).await?;
    app.saved(vec![file]).await?;
    Ok(Some(revision))
}

/// `POST /-/attachments/replace/{path}`: the field `file` of a form with a file in it, or the body of a script's request.
pub(super) async fn replace(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    Place(file): Place,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let pages = wiki.pages(&reader);
    let lang = language(&uri, &headers);
    let writable = there(&pages, &file).await?;
    let body = to_bytes(body, multipart::LONGEST).await.map_err(|_| AppError::TooLarge)?;
    let bytes = match multipart::is_sent(&headers) {
        true => multipart::field(&headers, &body, "file").ok_or(AppError::BadRequest)?,
        false => &body,
    };
    if bytes.len() > attach::LONGEST {
        return Err(AppError::TooLarge);
    }
    let shown = Shown { app: &app, wiki, pages, edition: &edition, headers: &headers };
    if bytes.is_empty() {
        let problem = Some((422, words::strings(lang).no_file_chosen));
        return shown.file(&file, lang, Said { problem, ..Said::default() }).await;
    }
    match check(&file, bytes) {
        Err(AppError::Unsupported(problem)) => {
            let problem = Some((415, problem.as_str()));
            return shown.file(&file, lang, Said { problem, ..Said::default() }).await;
        }
        checked => checked?,
    }
    write(&app, &pages, writable, bytes.to_vec(), format!("Replace {file}")).await?;
    Ok(see_other(&page_of(&file, lang)))
}

/// `POST /-/attachments/restore/{path}`: the version of the commit `at` becomes the file.
pub(super) async fn restore(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Place(file): Place,
    uri: Uri,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, AppError> {
    let pages = wiki(&app)?.pages(&reader);
    let writable = there(&pages, &file).await?;
    let (bytes, version) = bytes_at(&pages, &file, &fields).await?;
    write(&app, &pages, writable, bytes, format!("Restore {file} of {version}")).await?;
    Ok(see_other(&page_of(&file, language(&uri, &headers))))
}

/// Removes a file, and shows that it is gone. It can be brought back.
///
/// # Errors
/// That it is not there or the reader may not change it, or when the store cannot be written.
pub async fn take_away(
    app: &Arc<App>,
    pages: &Pages<'_>,
    file: &str,
    message: String,
) -> Result<Revision, AppError> {
    let writable = there(pages, file).await?;
    let revision = pages.commit(vec![(writable, None)], message).await?;
    app.saved(vec![file.to_string()]).await?;
    Ok(revision)
}

/// `POST /-/attachments/remove/{path}`
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Peer(ip): Peer,
    Place(file): Place,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let pages = wiki.pages(&reader);
    take_away(&app, &pages, &file, format!("Remove {file}")).await?;
    wiki.audit(reader.user(), "file removed", &file, ip).await?;
    Ok(see_other(&format!("/-/removed?lang={}", language(&uri, &headers).code())))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn names_in_capitals_say_the_same() {
        assert!(check("tcp/SHOT.PNG", b"\x89PNG\r\n\x1a\n").is_ok());
        assert!(check("tcp/SHOT.PNG", b"<svg").is_err());
    }
}
