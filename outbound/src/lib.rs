//! What Casebook says to other machines of its own accord: calls of webhooks, mail, and the question to an OpenID
//! provider who somebody is. Nothing here knows of accounts, pages or HTTP servers.
//!
//! - [`address`]: which addresses are public
//! - [`web`]: requests by HTTP
//! - [`signature`]: how calls of webhooks are signed
//! - `tls`: whose TLS connections take
//! - [`mail`]: mails by SMTP
//! - [`oidc`]: people by OpenID Connect

pub mod address;
pub mod mail;
pub mod oidc;
pub mod signature;
mod tls;
pub mod web;
