//! The table of addresses.

use super::error::{self, AppError};
use super::wiki::{self, guard, identify};
use super::{api, assets, canonical, documents, lab, root, search, security};
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
use tower_http::csrf::CsrfLayer;

/// A request that takes longer has been given up on.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Every address, and what each request to it passes through.
pub fn router(app: Arc<App>) -> Router {
    guarded(table(), app)
}

fn table() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(root::home))
        .route("/healthz", get(root::alive))
        .route("/readyz", get(root::alive))
        .route("/static/{*name}", get(assets::file))
        .merge(api::routes())
        .route("/{lang}/labs/{id}", get(lab::show))
        .route("/{lang}/search", get(search::show))
        // Pages, their sources and attachments, lists, feeds, the sitemap: see `edition::publish`.
        .route("/{lang}", get(documents::show))
        .route("/{lang}/", get(documents::show))
        .route("/{lang}/{*path}", get(documents::show))
        .merge(wiki::routes())
        .method_not_allowed_fallback(|| async { AppError::MethodNotAllowed })
}

/// The way to the table, innermost first.
fn guarded(table: Router<Arc<App>>, app: Arc<App>) -> Router {
    table
        .layer(from_fn_with_state(app.clone(), guard::guard))
        .layer(from_fn_with_state(app.clone(), canonical::redirect))
        .layer(from_fn_with_state(app.clone(), identify::identify))
        .layer(CsrfLayer::new().with_rejection_response(|_| AppError::CrossSite.into_response()))
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

#[cfg(test)]
mod tests {
    use super::{guarded, table};
    use crate::app::{App, Settings};
    use crate::http::security::SITE_POLICY;
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, header};
    use axum::routing::get;
    use tower::ServiceExt;

    #[tokio::test(start_paused = true)]
    async fn mistakes_of_ours_are_answered_too() {
        let content = tempfile::tempdir().unwrap();
        let app = App::open(
            Settings {
                content: content.path().to_path_buf(),
                public_url: "http://x".to_string(),
                static_dir: None,
            },
            None,
        );
        let table = table()
            .route("/en/panic", get(|| async { panic!("secret") as &str }))
            .route("/api/panic", get(|| async { panic!("secret {}", 1) as &str }))
            .route("/zh/slow", get(std::future::pending::<&str>));
        let router = guarded(table, app.unwrap());
        for (uri, status, says) in [
            ("/en/panic", 500, "The server made a mistake"),
            ("/api/panic", 500, "\"code\":\"internal\""),
            ("/zh/slow", 503, "处理时间过长"),
        ] {
            let request = Request::get(uri).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{uri}");
            assert_eq!(response.headers()[header::CONTENT_SECURITY_POLICY], SITE_POLICY, "{uri}");
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let text = String::from_utf8_lossy(&body);
            assert!(text.contains(says) && !text.contains("secret"), "{uri}: {text}");
        }
    }
}
