//! OpenID Connect: asking a provider who somebody is (authorization code flow with PKCE).
//!
//! A sign-in is two calls: [`Provider::begin`] gives the address to send the browser to and the [`Secrets`] that the
//! browser keeps meanwhile, and [`Provider::finish`] takes both when the browser comes back. What comes of it is a
//! [`SignedIn`]: an issuer and its subject, which together name somebody for good. Names and addresses may change and
//! are for show.
//!
//! - `client`: requests to the provider, bounded in time and size
//! - `flow`: what a sign-in passes from one step to the next
//! - `profile`: what the provider says of somebody
//! - `provider`: what is known of the provider, and the two calls
//! - `settings`: what an operator says of the provider

mod client;
mod flow;
mod profile;
mod provider;
mod settings;
#[cfg(test)]
mod tests;

pub use flow::{Answer, Begun, Secrets, SignedIn};
pub use profile::Profile;
pub use provider::Provider;
pub use settings::Settings;

/// Why nobody was signed in. `Display` is for the log: it may hold what the provider said.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The provider cannot be used as the operator has set it up.
    #[error("the OpenID provider cannot be used as it is set up: {0}")]
    Settings(String),
    /// The provider cannot be reached, or does not answer as it should.
    #[error("the OpenID provider does not answer as it should: {0}")]
    Away(String),
    /// Somebody pressed "cancel", or the provider does not let them in here.
    #[error("the OpenID provider let nobody in: {0}")]
    Denied(String),
    /// The answer is not to the question that this browser was sent with.
    #[error("the answer does not belong to this browser's sign-in: {0}")]
    Foreign(&'static str),
    /// What the provider says of somebody cannot be believed.
    #[error("the OpenID provider's word cannot be believed: {0}")]
    Unbelievable(String),
}
