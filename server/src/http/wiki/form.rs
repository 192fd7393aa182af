//! The fields of a form, and the body of a request as it is.

use crate::http::error::AppError;
use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{Uri, header};

/// How forms are sent.
pub(super) const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// The longest form: a page of 1 MiB of Chinese, percent-encoded, and some room.
pub(super) const LONGEST: usize = 4 << 20;

/// The fields of a form, in their order.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Those of an address: what stands behind its question mark.
    pub fn of_query(uri: &Uri) -> Fields {
        let query = uri.query().unwrap_or_default();
        Fields(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The first value of a field; empty when it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value.as_str())
    }

    /// The same without white space around it; none when nothing is left.
    pub fn given(&self, name: &str) -> Option<&str> {
        Some(self.get(name).trim()).filter(|value| !value.is_empty())
    }

    /// Whether the field is not there at all.
    pub fn has_not(&self, name: &str) -> bool {
        !self.0.iter().any(|(given, _)| given == name)
    }

    /// Whether a box is ticked.
    pub fn has(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = AppError;

    async fn from_request(request: Request, _: &S) -> Result<Fields, AppError> {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|it| it.as_bytes().starts_with(b"application/json"));
        let body = to_bytes(request.into_body(), LONGEST).await.map_err(|_| AppError::TooLarge)?;
        if !is_json {
            return Ok(Fields(form_urlencoded::parse(&body).into_owned().collect()));
        }
        let values: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(&body).map_err(|_| AppError::BadRequest)?;
        let text = |value| match value {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        Ok(Fields(values.into_iter().map(|(name, value)| (name, text(value))).collect()))
    }
}
