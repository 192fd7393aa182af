//! `GET /-/lab-form/{lang}/{id}?name=value`: the form of a lab, for the editor's picker.

use super::{json, wiki};
use crate::app::App;
use crate::http::error::AppError;
use crate::http::lab::{given, take};
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use sim_wasm::lab;
use sim_wasm::text::Lang;
use sim_wasm::view::form::{Filled, fields_html};
use std::sync::Arc;

/// The ids of its fields begin with this.
const PREFIX: &str = "pick";

/// The fields, filled with a preset's values or the defaults, changed by those given.
pub async fn show(
    State(app): State<Arc<App>>,
    Path((code, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    wiki(&app)?;
    let lang = Lang::from_code(&code).ok_or(AppError::NotFound)?;
    let lab = lab::find(&id).ok_or(AppError::NotFound)?;
    let mut given = given(query.as_deref());
    let preset = take(&mut given, "preset");
    let pairs = given.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let html = match lab.params_in(lang, preset.as_deref(), pairs) {
        Ok(params) => fields_html(lab, &Filled::Valid(&params), lang, PREFIX),
        Err(errors) => fields_html(lab, &Filled::Wrong { given: &given, errors: &errors }, lang, PREFIX),
    };
    Ok(json(&headers, 200, serde_json::json!({ "html": format!("<form class=\"lab-form\">{html}</form>") }))
        .await)
}
