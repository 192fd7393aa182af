//! `/api/v1/labs…`: the labs for programs.

use crate::app::App;
use crate::catalog;
use crate::document::{Document, Effort};
use crate::http::error::AppError;
use crate::http::lab::{given, take};
use crate::http::respond;
use crate::mime;
use crate::settings::{self, Wrong};
use crate::too_long;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use sim_wasm::export::Format;
use sim_wasm::lab as labs_of;
use sim_wasm::text::Lang;
use std::sync::Arc;

/// `/api/v1/labs`
pub async fn list(headers: HeaderMap) -> Response {
    json(&headers, catalog::all().to_string()).await
}

/// `/api/v1/labs/{id}`
pub async fn show(Path(id): Path<String>, headers: HeaderMap) -> Result<Response, AppError> {
    let lab = labs_of::find(&id).ok_or(AppError::NotFound)?;
    Ok(json(&headers, catalog::lab(lab).to_string()).await)
}

/// `/api/v1/labs/{id}/run?name=value&format=json|csv|pcapng|svg&lang=en|zh&preset=…`
pub async fn run(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let lab = labs_of::find(&id).ok_or(AppError::NotFound)?;
    let mut given = given(query.as_deref());
    let lang = choice(&mut given, "lang", &Lang::ALL, Lang::code)?;
    let formats: Vec<Format> = Format::of(lab).collect();
    let format = choice(&mut given, "format", &formats, Format::word)?;
    let preset = take(&mut given, "preset");
    let params = settings::params(lab, preset.as_deref(), &given, lang).map_err(AppError::Invalid)?;
    if !params.is_served() {
        return Err(AppError::TooLong(too_long::message(&params, lang), too_long::fields(&params, lang)));
    }
    let (content_type, disposition) = served(format);
    let document =
        app.compute(move || Document::new(content_type, format.file(&params.run(lang), lang))).await?;
    let mut response = respond::with(&headers, Arc::new(document.effort(Effort::Once))).await;
    let disposition = format!("{disposition}; filename=\"{}.{}\"", lab.id, format.word());
    respond::set(response.headers_mut(), header::CONTENT_DISPOSITION, &disposition);
    Ok(response)
}

/// The media type of a file, and whether a browser shows or saves it.
fn served(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Json => ("application/json", "inline"),
        Format::Csv => ("text/csv; charset=utf-8; header=present", "attachment"),
        Format::Pcapng => (mime::PCAPNG, "attachment"),
        Format::Svg => ("image/svg+xml", "inline"),
    }
}

async fn json(headers: &HeaderMap, body: String) -> Response {
    respond::with(headers, Arc::new(Document::json(body).effort(Effort::Once))).await
}

/// One of a few values by its word; the default when none is given.
fn choice<T: Copy + Default>(
    given: &mut Vec<(String, String)>,
    name: &str,
    values: &[T],
    word: fn(T) -> &'static str,
) -> Result<T, AppError> {
    let Some(wanted) = take(given, name) else { return Ok(T::default()) };
    values.iter().copied().find(|value| word(*value) == wanted).ok_or_else(|| {
        let words: Vec<&str> = values.iter().copied().map(word).collect();
        let message = format!("`{name}` is one of {}, not `{wanted}`", words.join(", "));
        AppError::Invalid(vec![Wrong { message, name: name.to_string(), value: wanted }])
    })
}
