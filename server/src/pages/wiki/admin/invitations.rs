//! Links that make accounts.

use super::{Desk, users};
use crate::i18n::account::Strings as AccountStrings;
use crate::i18n::admin::Strings;
use crate::i18n::watches::{self, Strings as MailStrings};
use crate::i18n::wiki::{self, Strings as WikiStrings};
use crate::pages::Context;
use crate::pages::layout::Layout;
use crate::pages::wiki::{account, when};
use askama::Template;
use database::{Link, Role, User};

#[derive(Template)]
#[template(path = "wiki/admin_invitations.html")]
struct Page<'a> {
    layout: Layout,
    w: &'static Strings,
    a: &'static AccountStrings,
    wiki: &'static WikiStrings,
    desk: Desk<'a>,
    open: &'a [Link],
    users: &'a [User],
    roles: Vec<(&'static str, &'static str, bool)>,
    email: &'a str,
    made: Option<Made<'a>>,
    mails: &'static MailStrings,
}

/// An invitation that was just made.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    /// The link, which is shown this once.
    pub link: &'a str,
    /// The address that it was sent to, if it was.
    pub sent_to: Option<&'a str>,
}

impl Page<'_> {
    fn role(&self, link: &Link) -> &'static str {
        account::role(self.a, link.role)
    }

    fn by(&self, link: &Link) -> &str {
        let by = self.users.iter().find(|user| Some(&user.id) == link.made_by.as_ref());
        by.map_or("—", |user| user.name.as_str())
    }
}

/// The open invitations. `email` is what was typed.
///
/// # Errors
/// When the template fails.
pub fn render(
    cx: &Context<'_>,
    desk: Desk<'_>,
    open: &[Link],
    users: &[User],
    email: &str,
    made: Option<Made<'_>>,
) -> askama::Result<String> {
    Page {
        layout: Layout::wiki(cx, desk.lang, "/-/admin/invitations", desk.a().invitations),
        w: desk.w(),
        a: desk.a(),
        wiki: wiki::strings(desk.lang),
        roles: users::roles(desk.a(), Role::Writer),
        desk,
        open,
        users,
        email,
        made,
        mails: watches::strings(desk.lang),
    }
    .render()
}
