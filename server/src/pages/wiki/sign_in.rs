//! Signing in, and the pages behind one-time links.

use crate::i18n::wiki::{self, Strings};
use crate::pages::Context;
use crate::pages::layout::Layout;
use askama::Template;
use sim_wasm::text::Lang;

/// The form to sign in with.
#[derive(Clone, Copy, Debug, Default)]
pub struct SignIn<'a> {
    /// Where to go on afterwards.
    pub next: &'a str,
    /// The name, when it was given before.
    pub name: &'a str,
    /// What went wrong.
    pub problem: Option<&'a str>,
    /// The password was right; what is missing is a code, and this is what it belongs to.
    pub pending: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "wiki/sign_in.html")]
struct SignInPage<'a> {
    layout: Layout,
    w: &'static Strings,
    form: SignIn<'a>,
}

/// The page to sign in on.
///
/// # Errors
/// When the template fails.
pub fn sign_in(cx: &Context<'_>, lang: Lang, form: SignIn<'_>) -> askama::Result<String> {
    let w = wiki::strings(lang);
    let mut layout = Layout::wiki(cx, lang, "/-/login", w.sign_in);
    let next: String = form_urlencoded::byte_serialize(form.next.as_bytes()).collect();
    layout.switch.href += &format!("&next={next}");
    SignInPage { layout, w, form }.render()
}

/// A one-time link for a new account, or for another password.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// Address of the page itself.
    pub address: &'a str,
    /// What it is for.
    pub title: &'a str,
    /// A sentence about it.
    pub text: &'a str,
    /// It makes an account rather than setting a password.
    pub is_new: bool,
    /// What was given before.
    pub name: &'a str,
    /// What was given before.
    pub display: &'a str,
    /// What was given before, or what the invitation says.
    pub email: &'a str,
    /// What went wrong.
    pub problem: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "wiki/link.html")]
struct LinkPage<'a> {
    layout: Layout,
    w: &'static Strings,
    form: Link<'a>,
}

/// The page of a one-time link.
///
/// # Errors
/// When the template fails.
pub fn link(cx: &Context<'_>, lang: Lang, form: Link<'_>) -> askama::Result<String> {
    LinkPage { layout: Layout::wiki(cx, lang, form.address, form.title), w: wiki::strings(lang), form }
        .render()
}
