//! Who did what.

use super::Desk;
use crate::i18n::account::Strings as AccountStrings;
use crate::i18n::admin::{self, Strings};
use crate::pages::Context;
use crate::pages::layout::Layout;
use crate::pages::wiki::when;
use askama::Template;
use database::User;
use database::audit::Entry;

/// Which lines are shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// Only of the account with this id.
    pub user: &'a str,
    /// Only this action, as it is stored.
    pub action: &'a str,
    /// Not the newest.
    pub is_later_page: bool,
    /// Where the next page is.
    pub older: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "wiki/admin_audit.html")]
struct Page<'a> {
    layout: Layout,
    w: &'static Strings,
    a: &'static AccountStrings,
    desk: Desk<'a>,
    entries: &'a [Entry],
    users: &'a [User],
    wanted: Wanted<'a>,
    actions: Vec<(&'static str, &'static str)>,
}

impl Page<'_> {
    fn user<'b>(&'b self, entry: &'b Entry) -> &'b str {
        let Some(id) = &entry.user_id else { return "—" };
        self.users.iter().find(|user| user.id == *id).map_or(id, |user| &user.name)
    }

    fn action<'b>(&self, entry: &'b Entry) -> &'b str {
        admin::action(self.desk.lang, &entry.action)
    }

    fn detail(&self, entry: &Entry) -> String {
        if entry.detail.is_null() { String::new() } else { entry.detail.to_string() }
    }
}

/// The page.
///
/// # Errors
/// When the template fails.
pub fn render(
    cx: &Context<'_>,
    desk: Desk<'_>,
    entries: &[Entry],
    users: &[User],
    wanted: Wanted<'_>,
) -> askama::Result<String> {
    let actions = admin::ACTIONS.iter().map(|(stored, _)| (*stored, admin::action(desk.lang, stored)));
    Page {
        layout: Layout::wiki(cx, desk.lang, "/-/admin/audit", desk.a().audit),
        w: desk.w(),
        a: desk.a(),
        actions: actions.collect(),
        desk,
        entries,
        users,
        wanted,
    }
    .render()
}
