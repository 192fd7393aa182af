//! Who may do what where, and why.

use super::Desk;
use crate::i18n::account::Strings as AccountStrings;
use crate::i18n::admin::Strings;
use crate::pages::Context;
use crate::pages::layout::Layout;
use askama::Template;
use database::{May, Rule, User, Who};

/// The rules and what is asked about them.
#[derive(Clone, Copy, Debug)]
pub struct Book<'a> {
    /// All rules, by folder.
    pub rules: &'a [Rule],
    /// All accounts.
    pub users: &'a [User],
    /// Everybody reads where no rule decides.
    pub public: bool,
    /// The folder as it was typed.
    pub folder: &'a str,
    /// The question.
    pub question: Question<'a>,
    /// Its answer.
    pub answer: Option<Answer<'a>>,
}

/// What may somebody do with a page?
#[derive(Clone, Copy, Debug, Default)]
pub struct Question<'a> {
    /// The account's id; empty for those who have not signed in.
    pub user: &'a str,
    /// The page's path as it was typed.
    pub page: &'a str,
}

/// What they may, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// What they may.
    pub may: May,
    /// Why.
    pub because: Because<'a>,
    /// Whose rule of the folder gives it; none when no rule does.
    pub giver: Option<&'a Who>,
}

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because<'a> {
    /// It is an administrator.
    Administrator,
    /// No folder on the way has a rule.
    Default,
    /// The rules of this folder.
    Folder(&'a str),
}

/// A rule in words.
struct Line<'a> {
    rule: &'a Rule,
    who: String,
    is_unused: bool,
}

#[derive(Template)]
#[template(path = "wiki/admin_rules.html")]
struct Page<'a> {
    layout: Layout,
    w: &'static Strings,
    a: &'static AccountStrings,
    desk: Desk<'a>,
    book: Book<'a>,
    lines: Vec<Line<'a>>,
}

impl Page<'_> {
    fn may(&self, may: &May) -> &'static str {
        match may {
            May::Nothing => self.w.nothing,
            May::Read => self.w.read,
            May::Write => self.w.write,
        }
    }

    fn folder<'b>(&self, folder: &'b str) -> &'b str {
        if folder.is_empty() { self.w.whole_site } else { folder }
    }

    fn decides(&self, line: &Line<'_>, giver: &Option<&Who>) -> bool {
        *giver == Some(&line.rule.who)
    }

    /// The rules of a folder, for an answer.
    fn of(&self, folder: &str) -> Vec<&Line<'_>> {
        self.lines.iter().filter(|line| line.rule.folder == folder).collect()
    }
}

/// The page.
///
/// # Errors
/// When the template fails.
pub fn render(cx: &Context<'_>, desk: Desk<'_>, book: Book<'_>) -> askama::Result<String> {
    let w = desk.w();
    let lines = book.rules.iter().map(|rule| Line {
        rule,
        who: who(w, book.users, &rule.who),
        is_unused: !is_used(cx, &rule.folder),
    });
    Page {
        layout: Layout::wiki(cx, desk.lang, "/-/admin/rules", desk.a().rules),
        w,
        a: desk.a(),
        lines: lines.collect(),
        desk,
        book,
    }
    .render()
}

fn who(w: &Strings, users: &[User], who: &Who) -> String {
    match who {
        Who::Anyone => w.anyone.to_string(),
        Who::SignedIn => w.signed_in.to_string(),
        Who::Writers => w.writers.to_string(),
        Who::User(id) => match users.iter().find(|user| user.id == *id) {
            Some(user) => user.name.clone(),
            None => w.gone_user.to_string(),
        },
    }
}

/// Whether a page stands at the folder or below it: a rule for a misspelt folder protects nothing.
fn is_used(cx: &Context<'_>, folder: &str) -> bool {
    let below =
        |path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    folder.is_empty() || cx.site.pages().any(|page| below(page.path.as_str()))
}
