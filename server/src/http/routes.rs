//! The table of addresses.

use super::error::{self, AppError};
use super::{api, assets, canonical, documents, lab, root, security};
use crate::app::App;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;

/// A request that takes longer has been given up on.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Every address, and what each request passes through on its way, the last one first.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(root::home))
        .route("/healthz", get(root::alive))
        .route("/readyz", get(root::alive))
        .route("/static/{*name}", get(assets::file))
        .route("/api/v1/labs", get(api::labs))
        .route("/api/v1/labs/{id}", get(api::lab))
        .route("/api/v1/labs/{id}/run", get(api::run))
        .route("/{lang}/labs/{id}", get(lab::show))
        // Pages, their sources and attachments, lists, feeds, the sitemap: see `edition::publish`.
        .route("/{lang}", get(documents::show))
        .route("/{lang}/", get(documents::show))
        .route("/{lang}/{*path}", get(documents::show))
        .method_not_allowed_fallback(|| async { AppError::MethodNotAllowed })
        .layer(from_fn_with_state(app.clone(), canonical::redirect))
        .layer(from_fn(give_up))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), error::show))
        .layer(from_fn_with_state(app.clone(), security::headers))
        .with_state(app)
}

async fn give_up(request: Request, next: Next) -> Response {
    match tokio::time::timeout(TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => AppError::Unavailable.into_response(),
    }
}

fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    AppError::Internal(anyhow::anyhow!("a request panicked: {text}")).into_response()
}
