//! `/api/v1/…`: the labs for programs.

use super::error::AppError;
use super::lab::{given, take};
use super::respond;
use crate::app::App;
use crate::catalog;
use crate::document::{Document, Effort};
use crate::settings::{self, Wrong};
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use sim_wasm::text::Lang;
use sim_wasm::{lab as labs_of, view};
use std::sync::Arc;

/// `/api/v1/labs`
pub async fn labs(headers: HeaderMap) -> Response {
    json(&headers, catalog::all().to_string()).await
}

/// `/api/v1/labs/{id}`
pub async fn lab(Path(id): Path<String>, headers: HeaderMap) -> Result<Response, AppError> {
    let lab = labs_of::find(&id).ok_or(AppError::NotFound)?;
    Ok(json(&headers, catalog::lab(lab).to_string()).await)
}

/// `/api/v1/labs/{id}/run?name=value&format=json|svg&lang=en|zh&preset=…`
pub async fn run(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let lab = labs_of::find(&id).ok_or(AppError::NotFound)?;
    let mut given = given(query.as_deref());
    let lang = choice(&mut given, "lang", &["en", "zh"])?;
    let lang = Lang::from_code(&lang).unwrap_or_default();
    let format = choice(&mut given, "format", &["json", "svg"])?;
    let preset = take(&mut given, "preset");
    let params = settings::params(lab, preset.as_deref(), &given, lang).map_err(AppError::Invalid)?;
    let document = app
        .compute(move || {
            let report = params.run(lang);
            match format.as_str() {
                "svg" => Document::new("image/svg+xml", view::svg(&report, lang)),
                _ => Document::json(report.to_json()),
            }
        })
        .await?;
    Ok(respond::with(&headers, Arc::new(document.effort(Effort::Once))).await)
}

async fn json(headers: &HeaderMap, body: String) -> Response {
    respond::with(headers, Arc::new(Document::json(body).effort(Effort::Once))).await
}

/// One of a few words, the first when it is not given.
fn choice(given: &mut Vec<(String, String)>, name: &str, words: &[&str]) -> Result<String, AppError> {
    match take(given, name) {
        None => Ok(words.first().copied().unwrap_or_default().to_string()),
        Some(value) if words.contains(&value.as_str()) => Ok(value),
        Some(value) => Err(AppError::Invalid(vec![Wrong {
            message: format!("`{name}` is one of {}, not `{value}`", words.join(", ")),
            name: name.to_string(),
            value,
        }])),
    }
}
