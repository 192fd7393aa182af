//! What an operator chooses.

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
