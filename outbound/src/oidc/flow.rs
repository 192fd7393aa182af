//! What a sign-in passes from one step to the next.

use super::profile::Profile;
use openidconnect::AccessToken;
use serde::{Deserialize, Serialize};

/// Where to send the browser, and what it has to bring back.
#[derive(Clone, Debug)]
pub struct Begun {
    /// The provider's page to sign in on.
    pub address: String,
    /// What [`Provider::finish`](super::Provider::finish) needs.
    pub secrets: Secrets,
}

/// What binds the answer to the question. It belongs to one browser and one sign-in.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secrets {
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}

/// What the browser brings back: the parameters of the address that the provider sent it to.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// `state`
    pub state: String,
    /// `code`
    pub code: Option<String>,
    /// `iss` (RFC 9207), which not every provider gives.
    pub issuer: Option<String>,
    /// `error`
    pub error: Option<String>,
    /// `error_description`, which is for developers.
    pub description: Option<String>,
}

/// Somebody whom the provider knows.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The issuer, which together with the subject names somebody for good.
    pub issuer: String,
    /// What the issuer calls somebody.
    pub subject: String,
    pub(super) profile: Profile,
    pub(super) access: AccessToken,
}
