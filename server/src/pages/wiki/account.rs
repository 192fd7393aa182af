//! One's own account: name, password, second factor, sessions, tokens, drafts.

mod device;
mod qr;

use super::when;
use crate::address;
use crate::content::path::{self, Kind};
use crate::i18n::account::{self, Strings};
use crate::i18n::{oidc, oidc::Strings as OidcStrings};
use crate::i18n::{webhooks, wiki, wiki::Strings as WikiStrings};
use crate::pages::layout::Layout;
use crate::pages::{Context, Link};
use crate::wiki::templates::FOLDER as TEMPLATES;
use askama::Template;
use database::{Draft, Enrolment, Identity, Role, Scope, Session, Token, User};
use sim_wasm::text::Lang;

/// What the page is made of.
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    /// Whose it is.
    pub user: &'a User,
    /// The name that others see, as it was typed.
    pub display: &'a str,
    /// The address, as it was typed.
    pub email: &'a str,
    /// The token that the forms carry.
    pub csrf: &'a str,
    /// The password has to be entered again before something sensitive.
    pub stale: bool,
    /// The id of this session.
    pub session: &'a str,
    /// All sessions.
    pub sessions: &'a [Session],
    /// How many recovery codes are left, when the second factor is on.
    pub recovery_codes: Option<i64>,
    /// The API tokens.
    pub tokens: &'a [Token],
    /// It can be signed in to by password.
    pub has_password: bool,
    /// The accounts at providers that sign in to it.
    pub identities: &'a [Identity],
    /// What people know the provider as that they can link an account of, when there is one.
    pub provider: Option<&'a str>,
    /// What is being written.
    pub drafts: &'a [Draft],
    /// Pages can be made.
    pub may_write: bool,
    /// What this answer says besides.
    pub message: Message<'a>,
}

/// What an answer says besides the state of the account.
#[derive(Clone, Copy, Debug, Default)]
pub struct Message<'a> {
    /// What was done.
    pub done: Option<&'a str>,
    /// What went wrong.
    pub problem: Option<&'a str>,
    /// What is shown this once.
    pub shown: Shown<'a>,
}

/// What is shown once.
#[derive(Clone, Copy, Debug, Default)]
pub enum Shown<'a> {
    /// Nothing.
    #[default]
    Nothing,
    /// The secret of a second factor that is to be confirmed.
    Enrolment(&'a Enrolment),
    /// A second factor is to be confirmed; its secret was shown before.
    Confirm,
    /// Recovery codes.
    Codes(&'a [String]),
    /// An API token.
    Token(&'a str),
}

#[derive(Template)]
#[template(path = "wiki/account.html")]
struct Page<'a> {
    layout: Layout,
    w: &'static Strings,
    wiki: &'static WikiStrings,
    o: &'static OidcStrings,
    code: &'static str,
    account: Account<'a>,
    drafts: Vec<(Link, i64)>,
    languages: [(&'static str, &'static str); 2],
    templates: Vec<Link>,
}

impl Page<'_> {
    fn role(&self) -> &'static str {
        role(self.w, self.account.user.role)
    }

    fn link_with(&self, provider: &str) -> String {
        oidc::link_with(self.layout.lang, provider)
    }

    fn webhooks(&self) -> &'static str {
        webhooks::strings(self.layout.lang).webhooks
    }

    fn is_administrator(&self) -> bool {
        self.account.user.role == Role::Administrator
    }

    fn scopes(&self, token: &Token) -> String {
        token.scopes.iter().map(|scope| self.scope(scope)).collect::<Vec<_>>().join(", ")
    }

    fn scope(&self, scope: &Scope) -> &'static str {
        match scope {
            Scope::Read => self.w.scope_read,
            Scope::Write => self.w.scope_write,
            Scope::Admin => self.w.scope_admin,
        }
    }
}

/// A role in words.
pub fn role(w: &Strings, role: Role) -> &'static str {
    match role {
        Role::Reader => w.reader,
        Role::Writer => w.writer,
        Role::Administrator => w.administrator,
    }
}

/// The page.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, lang: Lang, account: Account<'_>) -> askama::Result<String> {
    let layout = Layout::wiki(cx, lang, "/-/account", crate::i18n::strings(lang).account);
    Page {
        layout,
        w: account::strings(lang),
        wiki: wiki::strings(lang),
        o: oidc::strings(lang),
        code: lang.code(),
        drafts: account.drafts.iter().filter_map(|draft| Some((editor(&draft.file)?, draft.saved))).collect(),
        account,
        languages: languages(lang),
        templates: team_templates(cx, lang),
    }
    .render()
}

/// The team's own templates: the names that the editor takes, and their titles.
fn team_templates(cx: &Context<'_>, lang: Lang) -> Vec<Link> {
    let pages = cx.site.pages().filter(|page| page.lang == lang && !page.is_index);
    pages
        .filter_map(|page| {
            let name = page.path.as_str().strip_prefix(TEMPLATES)?.strip_prefix('/')?;
            Some(Link::new(name, page.title.clone()))
        })
        .collect()
}

/// Where a file is edited.
fn editor(file: &str) -> Option<Link> {
    match path::classify(file) {
        Kind::Page { path, lang, .. } => {
            Some(Link::new(address::wiki("edit", lang, path.as_str()), path.address(lang)))
        }
        Kind::Attachment => None,
    }
}

/// Codes and names of both languages, that of the page first.
fn languages(lang: Lang) -> [(&'static str, &'static str); 2] {
    let named = |lang: Lang| (lang.code(), lang.pick("English", "中文"));
    [named(lang), named(lang.other())]
}
