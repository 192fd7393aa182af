//! `/-/admin/audit?user=&action=&before=`: who did what.

use super::desk;
use crate::http::error::AppError;
use crate::http::wiki::account::visit::Visit;
use crate::pages::wiki::admin::audit::{self, Wanted};
use axum::response::Response;
use database::audit::Filter;

/// Lines of a page.
const PAGE: usize = 50;

/// `GET /-/admin/audit`
pub(super) async fn list(visit: Visit) -> Result<Response, AppError> {
    visit.administrator()?;
    let csrf = visit.csrf()?;
    let database = visit.wiki()?.database();
    let asked = |name: &str| visit.query(name).map(str::to_string);
    let filter = Filter { user_id: asked("user"), action: asked("action"), before: asked("before") };
    // One more than is shown tells whether there are more.
    let mut entries = database.audit(&filter, PAGE as u32 + 1).await?;
    let has_more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let wanted = Wanted {
        user: filter.user_id.as_deref().unwrap_or_default(),
        action: filter.action.as_deref().unwrap_or_default(),
        is_later_page: filter.before.is_some(),
        older: entries.last().filter(|_| has_more).map(|entry| entry.id.as_str()),
    };
    let users = database.users().await?;
    let html = audit::render(&visit.edition.context(), desk(&visit, &csrf, None)?, &entries, &users, wanted)?;
    Ok(visit.answer(200, html).await)
}
