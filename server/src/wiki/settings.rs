//! What an operator chooses.

use super::backups;
use database::Role;
use outbound::{mail, oidc};
use std::net::IpAddr;
use std::path::PathBuf;
use store::Remote;

/// How the wiki is set up.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where the database is, when it is SQLite.
    pub data: PathBuf,
    /// `postgres://…`, for several machines.
    pub database_url: Option<String>,
    /// Readers have to sign in, where no rule says otherwise.
    pub private: bool,
    /// The repository that all servers of the site share.
    pub remote: Option<Remote>,
    /// Addresses of reverse proxies, whose word on where a request comes from is taken.
    pub trusted_proxies: Vec<IpAddr>,
    /// The header in which those proxies name who is signed in.
    pub user_header: Option<String>,
    /// The provider that people sign in with.
    pub oidc: Option<oidc::Settings>,
    /// Role of accounts that are made for people who come from the provider or a proxy for the first time.
    pub new_accounts: Option<Role>,
    /// Where backups go that are made by themselves; none without it.
    pub backups: Option<backups::Settings>,
    /// Where mails go.
    pub mail: Option<mail::Settings>,
    /// Addresses that are not public, and that webhooks may be sent to.
    pub webhook_also: Vec<IpAddr>,
    /// Cookies are sent over plain HTTP too: for a network that one trusts.
    pub plain_http: bool,
}

impl Settings {
    /// Where the database is.
    pub fn database_url(&self) -> String {
        match &self.database_url {
            Some(url) => url.clone(),
            None => format!("sqlite:{}", self.data.join("casebook.sqlite").display()),
        }
    }
}
