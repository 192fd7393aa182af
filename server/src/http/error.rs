//! Everything that can go wrong with a request, and how it is told: as a page, or as JSON under `/api`.

use super::{negotiate, respond};
use crate::address;
use crate::app::App;
use crate::content::similar;
use crate::document::Document;
use crate::edition::Edition;
use crate::i18n;
use crate::pages::error::{self as page, Help};
use crate::pages::{Context, Link};
use crate::settings::Wrong;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sim_wasm::text::Lang;
use std::sync::Arc;

/// Why a request failed.
#[derive(Debug)]
pub enum AppError {
    /// There is nothing at this address.
    NotFound,
    /// The address cannot be any of ours.
    BadRequest,
    /// Settings that cannot be used.
    Invalid(Vec<Wrong>),
    /// Settings whose run is too long for the server: what to say, and which settings make it so.
    TooLong(String, Vec<Wrong>),
    /// Neither GET nor HEAD.
    MethodNotAllowed,
    /// The address is longer than we read.
    UriTooLong,
    /// It took too long.
    Unavailable,
    /// A mistake of ours: for the log, not for the reader.
    Internal(anyhow::Error),
}

impl AppError {
    fn status(&self) -> StatusCode {
        match self {
            AppError::NotFound => StatusCode::NOT_FOUND,
            AppError::BadRequest | AppError::Invalid(_) => StatusCode::BAD_REQUEST,
            AppError::TooLong(..) => StatusCode::UNPROCESSABLE_ENTITY,
            AppError::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            AppError::UriTooLong => StatusCode::URI_TOO_LONG,
            AppError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            AppError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The word for programs.
    fn code(&self) -> &'static str {
        match self {
            AppError::NotFound => "not_found",
            AppError::BadRequest => "bad_request",
            AppError::Invalid(_) => "invalid_parameter",
            AppError::TooLong(..) => "run_too_long",
            AppError::MethodNotAllowed => "method_not_allowed",
            AppError::UriTooLong => "uri_too_long",
            AppError::Unavailable => "unavailable",
            AppError::Internal(_) => "internal",
        }
    }

    /// Title and sentence for people.
    fn words(&self, lang: Lang) -> (&'static str, &'static str) {
        let t = i18n::strings(lang);
        match self {
            AppError::NotFound => (t.not_found, t.not_found_text),
            AppError::BadRequest | AppError::Invalid(_) => (t.bad_request, t.bad_request_text),
            AppError::TooLong(..) => (t.run_too_long, t.bad_request_text),
            AppError::MethodNotAllowed => (t.method_not_allowed, t.method_not_allowed_text),
            AppError::UriTooLong => (t.uri_too_long, t.uri_too_long_text),
            AppError::Unavailable => (t.unavailable, t.unavailable_text),
            AppError::Internal(_) => (t.internal, t.internal_text),
        }
    }

    fn fields(&self) -> &[Wrong] {
        match self {
            AppError::Invalid(fields) | AppError::TooLong(_, fields) => fields,
            _ => &[],
        }
    }

    fn to_json(&self) -> String {
        let message = match self {
            AppError::Invalid(fields) => {
                fields.iter().map(|it| it.message.as_str()).collect::<Vec<_>>().join("; ")
            }
            AppError::TooLong(message, _) => message.clone(),
            _ => self.words(Lang::En).0.to_string(),
        };
        serde_json::json!({
            "error": { "code": self.code(), "message": message, "fields": self.fields() }
        })
        .to_string()
    }
}

impl<E: Into<anyhow::Error>> From<E> for AppError {
    fn from(error: E) -> AppError {
        AppError::Internal(error.into())
    }
}

/// The error itself travels with the response: only [`show`] knows the request, and so the language and the form.
impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Gives failed requests their body, and the log its line.
pub async fn show(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (method, uri, headers) = (request.method().clone(), request.uri().clone(), request.headers().clone());
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<Arc<AppError>>() else { return response };
    match error.as_ref() {
        AppError::Internal(cause) => tracing::error!(%method, %uri, "{cause:#}"),
        AppError::Unavailable => tracing::error!(%method, path = uri.path(), "gave up on a request"),
        _ => tracing::debug!(%method, path = uri.path(), code = error.code(), "refused"),
    }
    let path = uri.path();
    let document = if path == "/api" || path.starts_with("/api/") {
        Document::json(error.to_json())
    } else {
        let code = path.split('/').nth(1).and_then(Lang::from_code);
        let lang = code.unwrap_or_else(|| negotiate::language(&headers));
        Document::html(html(&app.edition(), &error, lang, path))
    };
    let status = error.status().as_u16();
    let mut shown = respond::with(&headers, Arc::new(document.status(status))).await;
    // `Allow` on a 405 was set by the router.
    for (name, value) in response.headers() {
        if !shown.headers().contains_key(name) && name != axum::http::header::CONTENT_LENGTH {
            shown.headers_mut().insert(name.clone(), value.clone());
        }
    }
    shown
}

fn html(edition: &Edition, error: &AppError, lang: Lang, path: &str) -> String {
    let cx = edition.context();
    let help = match error {
        AppError::NotFound => help(edition, &cx, lang, path),
        _ => Help::default(),
    };
    let details: Vec<String> = error.fields().iter().map(|field| field.message.clone()).collect();
    let words = error.words(lang);
    page::render(&cx, lang, error.status().as_u16(), words, &details, help)
        .unwrap_or_else(|_| words.0.to_string())
}

/// The page in the other language, and pages of a similar name.
fn help(edition: &Edition, cx: &Context<'_>, lang: Lang, path: &str) -> Help {
    const SIMILAR: usize = 5;
    let tail = path.strip_prefix(&format!("/{}/", lang.code())).unwrap_or(path);
    let elsewhere = format!("/{}/{tail}", lang.other().code());
    let other_language = edition.document(&elsewhere).filter(|found| found.status == 200).map(|_| {
        let page = cx.site.pages().find(|page| page.address() == elsewhere);
        page.map_or_else(|| Link::new(&elsewhere, &elsewhere), |page| Link::to(page))
    });
    let wanted = address::decode(tail).unwrap_or_default();
    let wanted = wanted.rsplit('/').next().unwrap_or_default();
    let pages = cx.site.pages().filter(|page| page.lang == lang && !page.path.as_str().is_empty());
    let candidates = pages.map(|page| (page, vec![page.path.name(), page.title.as_str()]));
    let similar = similar::most(wanted, candidates, SIMILAR);
    Help { other_language, similar: similar.into_iter().map(|page| Link::to(page)).collect() }
}
