//! Signing in, and the pages behind one-time links.

use crate::i18n::oidc;
use crate::i18n::wiki::{self, Strings};
use crate::pages::layout::Layout;
use crate::pages::{self, Context};
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
    /// What people know the provider as that they can sign in with instead.
    pub provider: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "wiki/sign_in.html")]
struct SignInPage<'a> {
    layout: Layout,
    w: &'static Strings,
    form: SignIn<'a>,
}

impl SignInPage<'_> {
    fn with(&self, provider: &str) -> String {
        oidc::sign_in_with(self.layout.lang, provider)
    }
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

/// A page on the way to a provider, or back from it.
#[derive(Template)]
#[template(path = "wiki/elsewhere.html")]
struct Elsewhere<'a> {
    layout: Layout,
    text: &'a str,
    is_problem: bool,
    onward: pages::Link,
}

/// The page that leads to a provider. A redirection would not do: browsers hold the answer to a form to the site's
/// `form-action`.
///
/// # Errors
/// When the template fails.
pub fn leaving(cx: &Context<'_>, lang: Lang, provider: &str, address: &str) -> askama::Result<String> {
    let title = oidc::leaving(lang, provider);
    let onward = pages::Link::new(address, title.clone());
    let layout = Layout::wiki(cx, lang, "/-/login", title);
    Elsewhere { layout, text: oidc::strings(lang).leaving_text, is_problem: false, onward }.render()
}

/// The page that says why somebody came back from a provider in vain.
///
/// # Errors
/// When the template fails.
pub fn in_vain(
    cx: &Context<'_>,
    lang: Lang,
    title: &str,
    text: &str,
    onward: pages::Link,
) -> askama::Result<String> {
    let layout = Layout::wiki(cx, lang, "/-/login", title);
    Elsewhere { layout, text, is_problem: true, onward }.render()
}
