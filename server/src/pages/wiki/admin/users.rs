//! Accounts.

use super::Desk;
use crate::i18n::account::Strings as AccountStrings;
use crate::i18n::admin::Strings;
use crate::pages::Context;
use crate::pages::layout::Layout;
use crate::pages::wiki::{account, when};
use askama::Template;
use database::{Role, User};

#[derive(Template)]
#[template(path = "wiki/admin_users.html")]
struct List<'a> {
    layout: Layout,
    w: &'static Strings,
    a: &'static AccountStrings,
    desk: Desk<'a>,
    users: &'a [User],
}

impl List<'_> {
    fn role(&self, user: &User) -> &'static str {
        account::role(self.a, user.role)
    }
}

/// All accounts.
///
/// # Errors
/// When the template fails.
pub fn list(cx: &Context<'_>, desk: Desk<'_>, users: &[User]) -> askama::Result<String> {
    let a = desk.a();
    List { layout: Layout::wiki(cx, desk.lang, "/-/admin/users", a.users), w: desk.w(), a, desk, users }
        .render()
}

#[derive(Template)]
#[template(path = "wiki/admin_user.html")]
struct One<'a> {
    layout: Layout,
    w: &'static Strings,
    a: &'static AccountStrings,
    desk: Desk<'a>,
    user: &'a User,
    has_second_factor: bool,
    link: Option<&'a str>,
    roles: Vec<(&'static str, &'static str, bool)>,
    address: String,
}

/// One account. `link` sets a new password, and is shown this once.
///
/// # Errors
/// When the template fails.
pub fn one(
    cx: &Context<'_>,
    desk: Desk<'_>,
    user: &User,
    has_second_factor: bool,
    link: Option<&str>,
) -> askama::Result<String> {
    let address = format!("/-/admin/users/{}", user.id);
    One {
        layout: Layout::wiki(cx, desk.lang, &address, user.name.as_str()),
        w: desk.w(),
        a: desk.a(),
        roles: roles(desk.a(), user.role),
        address,
        desk,
        user,
        has_second_factor,
        link,
    }
    .render()
}

/// Every role as forms and people call it, and whether it is the one that holds.
pub(super) fn roles(a: &AccountStrings, now: Role) -> Vec<(&'static str, &'static str, bool)> {
    Role::ALL.iter().map(|role| (role.word(), account::role(a, *role), *role == now)).collect()
}
