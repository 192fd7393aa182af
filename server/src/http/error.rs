//! Everything that can go wrong with a request, and how it is told: as a page, or as JSON under `/api`.

use super::wiki::{self, login};
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
use crate::wiki::pages::Refused;
use crate::wiki::reader::nothing;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use database::View;
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
    /// Somebody who has signed in may do more.
    SignIn,
    /// This reader may not do that.
    Forbidden,
    /// It comes from another site, or from a form that does not belong to the session.
    CrossSite,
    /// It asks for what is not possible as things are; the sentence says why.
    Refused(String),
    /// Too many attempts; again after so many seconds.
    TooMany(u64),
    /// The body is longer than we read.
    TooLarge,
    /// A file of a kind that we do not keep; the sentence says which.
    Unsupported(String),
    /// Nothing could be written; the sentence says why.
    Storage(String),
    /// Not a method that this address knows.
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
            AppError::SignIn => StatusCode::UNAUTHORIZED,
            AppError::Forbidden | AppError::CrossSite => StatusCode::FORBIDDEN,
            AppError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            AppError::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            AppError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            AppError::Unsupported(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            AppError::Storage(_) => StatusCode::INSUFFICIENT_STORAGE,
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
            AppError::SignIn => "sign_in",
            AppError::Forbidden => "forbidden",
            AppError::CrossSite => "cross_site",
            AppError::Refused(_) => "refused",
            AppError::TooMany(_) => "too_many",
            AppError::TooLarge => "too_large",
            AppError::Unsupported(_) => "unsupported",
            AppError::Storage(_) => "storage",
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
            AppError::SignIn => (t.sign_in_first, t.sign_in_first_text),
            AppError::Forbidden => (t.forbidden, t.forbidden_text),
            AppError::CrossSite => (t.cross_site, t.cross_site_text),
            AppError::Refused(_) | AppError::Unsupported(_) => (t.refused, t.refused_text),
            AppError::TooMany(_) => (t.too_many, t.too_many_text),
            AppError::TooLarge => (t.too_large, t.too_large_text),
            AppError::Storage(_) => (t.not_saved, t.not_saved_text),
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

    /// The sentences that say what in particular is wrong.
    fn details(&self) -> Vec<String> {
        match self {
            AppError::Refused(why) | AppError::Unsupported(why) | AppError::Storage(why) => vec![why.clone()],
            _ => self.fields().iter().map(|field| field.message.clone()).collect(),
        }
    }

    fn to_json(&self) -> String {
        let message = match self {
            AppError::Refused(why) | AppError::Unsupported(why) | AppError::Storage(why) => why.clone(),
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

impl From<anyhow::Error> for AppError {
    fn from(error: anyhow::Error) -> AppError {
        AppError::Internal(error)
    }
}

impl From<askama::Error> for AppError {
    fn from(error: askama::Error) -> AppError {
        AppError::Internal(error.into())
    }
}

impl From<tokio::task::JoinError> for AppError {
    fn from(error: tokio::task::JoinError) -> AppError {
        AppError::Internal(error.into())
    }
}

impl From<database::Error> for AppError {
    fn from(error: database::Error) -> AppError {
        match error {
            database::Error::Refused(why) => AppError::Refused(why.to_string()),
            error => AppError::Internal(error.into()),
        }
    }
}

impl From<store::Error> for AppError {
    fn from(error: store::Error) -> AppError {
        match error {
            store::Error::Path { .. } | store::Error::Revision(_) | store::Error::Unfinished(_) => {
                AppError::Refused(error.to_string())
            }
            store::Error::Missing(_) | store::Error::NoConflict(_) => AppError::NotFound,
            store::Error::Storage(_) | store::Error::Remote { .. } => AppError::Storage(error.to_string()),
            store::Error::Busy => AppError::Unavailable,
            _ => AppError::Internal(error.into()),
        }
    }
}

impl From<Refused> for AppError {
    fn from(refused: Refused) -> AppError {
        match refused {
            Refused::NotFound => AppError::NotFound,
            Refused::SignIn => AppError::SignIn,
            Refused::Forbidden => AppError::Forbidden,
        }
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
    let view = response.extensions().get::<View>().cloned().unwrap_or_else(nothing);
    let for_programs = path == "/api" || path.starts_with("/api/") || negotiate::wants_json(&headers);
    let document = if for_programs {
        Document::json(error.to_json())
    } else if matches!(*error, AppError::SignIn) && matches!(method, Method::GET | Method::HEAD) {
        return respond::found(&login::address(&uri));
    } else {
        // `/en/tcp/syn`, and `/-/history/en/tcp/syn`.
        let code = path.split('/').skip(1).step_by(2).take(2).find_map(Lang::from_code);
        let lang = code.unwrap_or_else(|| wiki::language(&uri, &headers));
        match app.edition(&view).await {
            Ok(edition) => Document::html(html(&edition, &error, lang, path)),
            Err(_) => Document::new("text/plain; charset=utf-8", error.words(lang).0),
        }
    };
    let status = error.status().as_u16();
    let mut shown = respond::with(&headers, Arc::new(document.status(status))).await;
    if let AppError::TooMany(seconds) = *error {
        respond::set(shown.headers_mut(), axum::http::header::RETRY_AFTER, &seconds.to_string());
    }
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
    let details = error.details();
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
