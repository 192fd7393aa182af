//! `/{lang}/labs/{id}`: a lab, computed for the request.

use super::error::AppError;
use super::respond;
use super::wiki::identify::Seen;
use crate::app::App;
use crate::document::{Document, Effort};
use crate::pages;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use sim_wasm::lab;
use sim_wasm::text::Lang;
use std::sync::Arc;

/// Name and value of each setting of a query string.
pub(in crate::http) fn given(query: Option<&str>) -> Vec<(String, String)> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect()
}

/// The setting called `name`, taken out of the others.
pub(in crate::http) fn take(settings: &mut Vec<(String, String)>, name: &str) -> Option<String> {
    let at = settings.iter().position(|(given, _)| given == name)?;
    Some(settings.remove(at).1)
}

/// The page of a lab. `?preset=` is short for all settings of a scene.
pub async fn show(
    State(app): State<Arc<App>>,
    Seen(edition): Seen,
    Path((code, id)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let lang = Lang::from_code(&code).ok_or(AppError::NotFound)?;
    let Some(lab) = lab::find(&id) else {
        let to = edition.moved(uri.path()).ok_or(AppError::NotFound)?;
        return Ok(respond::moved(&respond::with_query(to, uri.query())));
    };
    let mut given = given(uri.query());
    let preset = take(&mut given, "preset");
    let pairs = given.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let params = lab.params_in(lang, preset.as_deref(), pairs);
    if let (Some(_), Ok(params)) = (&preset, &params) {
        let to = format!("{}?{}", pages::labs::address(lang, lab), params.to_query());
        return Ok(respond::found(&to));
    }
    let document = app
        .compute(move || {
            let cx = edition.context();
            match params {
                Ok(params) => pages::lab::render(&cx, lab, lang, &params).map(Document::html),
                Err(errors) => pages::lab::render_wrong(&cx, lab, lang, &given, &errors)
                    .map(|html| Document::html(html).status(400)),
            }
        })
        .await??;
    Ok(respond::with(&headers, Arc::new(document.effort(Effort::Once))).await)
}
