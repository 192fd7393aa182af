//! `/api/v1/…`: for programs. `openapi.json` describes it, and is served as it is.
//!
//! - [`archive`]: pages with their files as a zip
//! - [`attachments`]: the files beside pages
//! - [`comments`]: what is said about pages
//! - [`labs`]: what labs there are, and running them
//! - [`pages`]: reading and writing pages
//! - [`search`]: finding them

pub mod archive;
pub mod attachments;
pub mod comments;
pub mod labs;
pub mod pages;
pub mod search;

use super::respond;
use crate::app::App;
use crate::document::Document;
use axum::Router;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{MethodRouter, get, patch, put};
use std::sync::Arc;

/// The description, in OpenAPI 3.1.
pub const OPENAPI: &str = include_str!("openapi.json");

/// Every address with its methods, as the description has them: a test compares the two.
pub const ADDRESSES: &[(&str, &[&str])] = &[
    ("/api/v1/openapi.json", &["get"]),
    ("/api/v1/labs", &["get"]),
    ("/api/v1/labs/{id}", &["get"]),
    ("/api/v1/labs/{id}/run", &["get"]),
    ("/api/v1/pages", &["get"]),
    ("/api/v1/pages/{lang}/{path}", &["get", "put", "delete"]),
    ("/api/v1/history/{lang}/{path}", &["get"]),
    ("/api/v1/search", &["get"]),
    ("/api/v1/comments/{lang}/{path}", &["get", "post"]),
    ("/api/v1/comment/{id}", &["patch", "delete"]),
    ("/api/v1/attachments", &["get"]),
    ("/api/v1/attachments/{path}", &["put", "delete"]),
    ("/api/v1/archive/{path}", &["get"]),
];

/// The handlers of one of [`ADDRESSES`].
fn handlers(address: &str) -> Option<MethodRouter<Arc<App>>> {
    Some(match address {
        "/api/v1/openapi.json" => get(description),
        "/api/v1/labs" => get(labs::list),
        "/api/v1/labs/{id}" => get(labs::show),
        "/api/v1/labs/{id}/run" => get(labs::run),
        "/api/v1/pages" => get(pages::list),
        "/api/v1/pages/{lang}/{path}" => get(pages::read).put(pages::write).delete(pages::delete),
        "/api/v1/history/{lang}/{path}" => get(pages::history),
        "/api/v1/search" => get(search::find),
        "/api/v1/comments/{lang}/{path}" => get(comments::list).post(comments::add),
        "/api/v1/comment/{id}" => patch(comments::change).delete(comments::delete),
        "/api/v1/attachments" => get(attachments::list),
        "/api/v1/attachments/{path}" => put(attachments::write).delete(attachments::delete),
        "/api/v1/archive/{path}" => get(archive::show),
        _ => return None,
    })
}

/// The addresses. A path of a page has several segments, or none for the home page, which OpenAPI cannot say.
pub(super) fn routes() -> Router<Arc<App>> {
    ADDRESSES.iter().fold(Router::new(), |router, (address, _)| {
        let Some(handlers) = handlers(address) else { return router };
        match address.strip_suffix("/{path}") {
            None => router.route(address, handlers),
            Some(folder) => {
                router.route(folder, handlers.clone()).route(&format!("{folder}/{{*path}}"), handlers)
            }
        }
    })
}

/// `/api/v1/openapi.json`
async fn description(headers: HeaderMap) -> Response {
    respond::with(&headers, Arc::new(Document::new("application/json", OPENAPI))).await
}

#[cfg(test)]
mod tests {
    use super::{ADDRESSES, OPENAPI, handlers};
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn the_description_has_every_address_and_no_other() {
        let document: serde_json::Value = serde_json::from_str(OPENAPI).unwrap();
        let described: BTreeMap<&str, BTreeSet<&str>> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(path, item)| {
                let methods = item.as_object().unwrap().keys().map(String::as_str);
                (path.as_str(), methods.filter(|key| *key != "parameters").collect())
            })
            .collect();
        let served: BTreeMap<&str, BTreeSet<&str>> =
            ADDRESSES.iter().map(|(path, methods)| (*path, methods.iter().copied().collect())).collect();
        assert_eq!(described, served);
        assert!(ADDRESSES.iter().all(|(address, _)| handlers(address).is_some()));
    }

    #[test]
    fn references_lead_somewhere() {
        let document: serde_json::Value = serde_json::from_str(OPENAPI).unwrap();
        let mut rest = OPENAPI;
        let mut seen = 0;
        while let Some((_, after)) = rest.split_once("\"$ref\": \"#") {
            let (pointer, after) = after.split_once('"').unwrap();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
            (rest, seen) = (after, seen + 1);
        }
        assert!(seen > 5);
    }
}
