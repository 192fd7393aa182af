//! The administrators' pages.
//!
//! - [`users`]: accounts, and one of them
//! - [`invitations`]: links that make accounts
//! - [`rules`]: who may do what where
//! - [`audit`]: who did what
//! - [`webhooks`]: who else is told of what happens

pub mod audit;
pub mod invitations;
pub mod rules;
pub mod users;
pub mod webhooks;

use crate::i18n::{account, admin, oidc};
use sim_wasm::text::Lang;

/// What all of these pages have.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    /// The language.
    pub lang: Lang,
    /// The token that the forms carry.
    pub csrf: &'a str,
    /// The password has to be entered again before something sensitive.
    pub stale: bool,
    /// What was done.
    pub done: Option<&'a str>,
    /// What went wrong.
    pub problem: Option<&'a str>,
}

impl Desk<'_> {
    fn w(&self) -> &'static admin::Strings {
        admin::strings(self.lang)
    }

    fn a(&self) -> &'static account::Strings {
        account::strings(self.lang)
    }

    fn o(&self) -> &'static oidc::Strings {
        oidc::strings(self.lang)
    }

    fn code(&self) -> &'static str {
        self.lang.code()
    }
}
