//! Watching pages, folders and tags.

use crate::app::App;
use axum::Router;
use std::sync::Arc;

/// The addresses of this part.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
}
