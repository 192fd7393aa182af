//! Editing a page: the form, and what comes of saving.

use super::form::Fields;
use super::guard::Stale;
use super::identify::{Asker, Seen, session_token};
use super::target::Target;
use super::{cookie, json, page, see_other, wiki};
use crate::app::App;
use crate::content::path::PagePath;
use crate::diagnostic::{Diagnostic, Severity};
use crate::edition::Edition;
use crate::edition::preview::{Draft, Preview};
use crate::http::error::AppError;
use crate::http::negotiate;
use crate::i18n::wiki as words;
use crate::pages::wiki::conflict;
use crate::pages::wiki::edit::{self, Editor};
use crate::wiki::pages::{Pages, Refused};
use crate::wiki::reader::Reader;
use crate::wiki::{Wiki, newlines, templates};
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use jiff::Zoned;
use serde_json::{Value, json};
use sim_wasm::text::Lang;
use std::sync::Arc;
use store::{Piece, Revision, Saved, Side};

/// The longest page, as the reader of the content folder has it.
pub(super) const LONGEST: usize = 1 << 20;

/// `GET /-/edit/{lang}/{path}`
pub async fn show(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    target: Target,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let pages = wiki.pages(&reader);
    let file = pages.file_of(&target.path, target.lang).await?;
    let start = pages.start(&pages.writable(&file)?).await?;
    let head = start.revision.to_string();
    let is_new = start.text.is_none();
    let text = match start.text.map(String::from_utf8) {
        Some(Ok(text)) => text,
        None => beginning(pages, &edition, &target, &uri).await?,
        Some(Err(_)) => {
            let why = format!("`{file}` is no UTF-8, so it cannot be edited here; save it as UTF-8 first");
            return Err(AppError::Refused(why));
        }
    };
    let csrf = csrf(wiki, &headers);
    let editor = Editor {
        text: &text,
        base: if is_new { "" } else { &head },
        is_new,
        csrf: &csrf,
        ..Editor::default()
    };
    let title = target.title(&edition);
    let html = edit::render(&edition.context(), target.subject(&title), editor, &[])?;
    Ok(page(&headers, 200, html).await)
}

/// What a new page begins with: `?template=` names a template of ours, or a page of the team's own.
async fn beginning(
    pages: Pages<'_>,
    edition: &Edition,
    target: &Target,
    uri: &Uri,
) -> Result<String, AppError> {
    let query = Fields::of_query(uri);
    let Some(name) = query.given("template") else { return Ok(templates::blank(&target.path)) };
    let today = Zoned::now().date();
    if let Some(own) = templates::own(name, target.lang) {
        return Ok(templates::fill(own, today));
    }
    let path = PagePath::new(format!("{}/{name}", templates::FOLDER));
    let found = Lang::ALL.into_iter().filter_map(|lang| edition.site.page(&path, lang));
    let Some(page) = found.max_by_key(|page| page.lang == target.lang) else {
        return Err(AppError::Refused(format!("there is no template `{name}`")));
    };
    let bytes = pages.read(&pages.readable(&page.file)?, None).await?.unwrap_or_default();
    Ok(templates::fill(&String::from_utf8_lossy(&bytes), today))
}

/// The form token of the request's session.
pub(super) fn csrf(wiki: &Wiki, headers: &HeaderMap) -> String {
    session_token(wiki, headers).map(cookie::form_token).unwrap_or_default()
}

/// `POST /-/edit/{lang}/{path}`: saves, or shows a preview, or shows what stands in the way.
pub async fn save(
    State(app): State<Arc<App>>,
    Asker(reader): Asker,
    Seen(edition): Seen,
    stale: Option<Extension<Stale>>,
    target: Target,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, AppError> {
    let wiki = wiki(&app)?;
    let for_script = negotiate::wants_json(&headers);
    if fields.has_not("text") {
        return Err(AppError::Refused("there is no `text` in the request".to_string()));
    }
    let file = wiki.pages(&reader).file_of(&target.path, target.lang).await?;
    // The session ended while somebody wrote: what they wrote is shown to them again, to be saved in a new one.
    let ended = wiki.pages(&reader).writable(&file) == Err(Refused::SignIn);
    if (ended || stale.is_some()) && !for_script {
        let w = words::strings(target.lang);
        let (status, notice) = if ended { (401, w.session_ended) } else { (403, w.session_changed) };
        let title = target.title(&edition);
        let csrf = csrf(wiki, &headers);
        let editor = Editor {
            text: fields.get("text"),
            base: fields.get("base"),
            is_new: fields.given("base").is_none(),
            message: fields.get("message"),
            csrf: &csrf,
            notice: Some(notice),
            ..Editor::default()
        };
        let html = edit::render(&edition.context(), target.subject(&title), editor, &[])?;
        return Ok(page(&headers, status, html).await);
    }
    if stale.is_some() {
        return Err(AppError::CrossSite);
    }
    let submission = Submission::read(wiki, &reader, &file, &fields).await?;
    let wanted = fields.get("do");
    let draft = Draft { file: file.clone(), path: target.path.clone(), lang: target.lang };
    let preview = {
        let (edition, draft, text) = (edition.clone(), draft.clone(), submission.text.clone());
        app.compute(move || edition.preview(&draft, &text)).await?
    };
    let findings = match wanted {
        "force" => Vec::new(),
        _ => new_errors(&app, &edition, &draft, submission.before.as_deref(), &preview).await?,
    };
    if wanted == "preview" || !findings.is_empty() {
        if for_script {
            return Ok(json(&headers, 422, json!({ "diagnostics": diagnostics(&findings) })).await);
        }
        let title = target.title(&edition);
        let csrf = csrf(wiki, &headers);
        let editor = Editor {
            text: &submission.text,
            base: fields.get("base"),
            is_new: submission.base.is_none(),
            message: fields.get("message"),
            csrf: &csrf,
            findings: &findings,
            preview: (wanted == "preview").then_some(preview.html.as_str()),
            notice: None,
        };
        let html = edit::render(&edition.context(), target.subject(&title), editor, &preview.labs)?;
        return Ok(page(&headers, if findings.is_empty() { 200 } else { 422 }, html).await);
    }
    refuse_reserved(&target)?;
    let pages = wiki.pages(&reader);
    let page_of = pages.writable(&file)?;
    let message = message(fields.given("message"), &target, submission.base.is_none());
    let saved = pages.save(&page_of, submission.base, submission.text.into_bytes(), message).await;
    if let Err(store::Error::Remote { kept: Some(_), .. }) = saved {
        // It is here, and goes to the others when the remote is back.
        app.saved(vec![file.clone()]).await?;
    }
    match saved? {
        Saved::Committed { revision, merged, .. } => {
            wiki.forget_draft(&reader, &file).await?;
            app.saved(vec![file]).await?;
            saved_answer(&headers, &target, &revision, merged, for_script).await
        }
        Saved::Unchanged { revision, .. } => {
            wiki.forget_draft(&reader, &file).await?;
            saved_answer(&headers, &target, &revision, false, for_script).await
        }
        Saved::Conflict { revision, theirs, base, pieces, .. } => {
            if for_script {
                return Ok(json(&headers, 409, conflict_json(&revision, base, theirs, &pieces)).await);
            }
            let shown: Vec<conflict::Piece<'_>> = pieces.iter().map(shown).collect();
            let title = target.title(&edition);
            let html = conflict::render(
                &edition.context(),
                target.subject(&title),
                conflict::Form {
                    action: &target.wiki_address("edit"),
                    base: &revision.to_string(),
                    csrf: &csrf(wiki, &headers),
                    message: fields.get("message"),
                },
                &shown,
            )?;
            Ok(page(&headers, 409, html).await)
        }
    }
}

/// A text that was sent, with the line ends of the text that it began from.
struct Submission {
    text: String,
    base: Option<Revision>,
    before: Option<String>,
}

impl Submission {
    async fn read(wiki: &Wiki, reader: &Reader, file: &str, fields: &Fields) -> Result<Submission, AppError> {
        let pages = wiki.pages(reader);
        pages.writable(file)?;
        let base: Option<Revision> = match fields.given("base") {
            None => None,
            Some(base) => Some(base.parse().map_err(|_| AppError::BadRequest)?),
        };
        let before = match &base {
            // A revision that is no longer there has nothing to compare with.
            Some(base) => pages.read(&pages.readable(file)?, Some(*base)).await.unwrap_or(None),
            None => None,
        };
        let before = before.and_then(|bytes| String::from_utf8(bytes).ok());
        let text = newlines::as_before(before.as_deref(), fields.get("text"));
        if text.len() > LONGEST {
            return Err(AppError::TooLarge);
        }
        Ok(Submission { text, base, before })
    }
}

/// What a commit says: what its author said, else what was done.
pub(in crate::http) fn message(given: Option<&str>, target: &Target, is_new: bool) -> String {
    const LONGEST: usize = 200;
    match given {
        Some(message) => message.chars().take(LONGEST).collect(),
        None => format!("{} {}", if is_new { "Add" } else { "Change" }, target.address()),
    }
}

fn refuse_reserved(target: &Target) -> Result<(), AppError> {
    match target.path.reserved() {
        Some(name) => {
            Err(AppError::Refused(format!("`{name}` is an address of the site itself; choose another name")))
        }
        None => Ok(()),
    }
}

/// Refuses a text of a program that is too long, or that would bring errors to the page that it does not have yet.
///
/// # Errors
/// What is wrong with it.
pub(in crate::http) async fn check(
    app: &Arc<App>,
    edition: &Arc<Edition>,
    target: &Target,
    file: &str,
    before: Option<&str>,
    text: &str,
) -> Result<(), AppError> {
    refuse_reserved(target)?;
    if text.len() > LONGEST {
        return Err(AppError::TooLarge);
    }
    let draft = Draft { file: file.to_string(), path: target.path.clone(), lang: target.lang };
    let (shown, of, wanted) = (edition.clone(), draft.clone(), text.to_string());
    let preview = app.compute(move || shown.preview(&of, &wanted)).await?;
    let findings = new_errors(app, edition, &draft, before, &preview).await?;
    match findings.is_empty() {
        true => Ok(()),
        false => {
            Err(AppError::Refused(findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))
        }
    }
}

/// A conflict as programs get it.
pub(in crate::http) fn conflict_json(
    revision: &Revision,
    base: Option<Vec<u8>>,
    theirs: Option<Vec<u8>>,
    pieces: &[Piece],
) -> Value {
    let text = |bytes: Option<Vec<u8>>| bytes.map(|it| String::from_utf8_lossy(&it).into_owned());
    json!({
        "revision": revision.to_string(),
        "theirs": text(theirs),
        "base": text(base),
        "pieces": pieces.iter().map(piece).collect::<Vec<_>>(),
    })
}

/// Errors of the new text that the text before did not have: those are no reason to refuse a change elsewhere.
async fn new_errors(
    app: &Arc<App>,
    edition: &Arc<Edition>,
    draft: &Draft,
    before: Option<&str>,
    preview: &Preview,
) -> Result<Vec<Diagnostic>, AppError> {
    let errors = |preview: &Preview| -> Vec<Diagnostic> {
        preview.diagnostics.iter().filter(|it| it.severity == Severity::Error).cloned().collect()
    };
    let mut found = errors(preview);
    let Some(before) = before.filter(|_| !found.is_empty()) else { return Ok(found) };
    let (shown, draft, before) = (edition.clone(), draft.clone(), before.to_string());
    let known = errors(&app.compute(move || shown.preview(&draft, &before)).await?);
    found.retain(|finding| known.iter().all(|known| known.message != finding.message));
    Ok(found)
}

pub(super) fn diagnostics(findings: &[Diagnostic]) -> Value {
    findings
        .iter()
        .map(|it| {
            let severity = if it.severity == Severity::Error { "error" } else { "warning" };
            json!({ "line": it.line, "severity": severity, "message": it.message })
        })
        .collect()
}

async fn saved_answer(
    headers: &HeaderMap,
    target: &Target,
    revision: &Revision,
    merged: bool,
    for_script: bool,
) -> Result<Response, AppError> {
    match for_script {
        true => {
            let body = json!({
                "address": target.address(), "revision": revision.to_string(), "merged": merged
            });
            Ok(json(headers, 200, body).await)
        }
        false => Ok(see_other(&target.address())),
    }
}

fn piece(piece: &Piece) -> Value {
    match piece {
        Piece::Same(text) => json!({ "same": text }),
        Piece::Changed { by, text } => {
            json!({ "by": if *by == Side::You { "you" } else { "them" }, "text": text })
        }
        Piece::Conflict { base, theirs, yours } => json!({ "base": base, "theirs": theirs, "yours": yours }),
    }
}

pub(super) fn shown(piece: &Piece) -> conflict::Piece<'_> {
    match piece {
        Piece::Same(text) | Piece::Changed { text, .. } => conflict::Piece::Settled(text),
        Piece::Conflict { base, theirs, yours } => conflict::Piece::Both { before: base, theirs, yours },
    }
}
