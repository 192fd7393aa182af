//! Accounts, sessions, permissions, comments: what is shared between the servers of a site and is no page.
//!
//! [`Database`] is the way to all of it, in SQLite or PostgreSQL. All SQL is in this crate, a module for each concern,
//! in one dialect for both. Nothing here knows of HTTP or of git.

pub mod attempts;
pub mod audit;
mod clock;
pub mod comments;
mod connect;
pub mod drafts;
mod dump;
mod error;
pub mod identities;
pub mod links;
pub mod news;
pub mod notify;
pub mod passwords;
pub mod queue;
mod random;
pub mod redirects;
mod row;
mod rule_store;
pub mod rules;
pub mod sessions;
mod site;
pub mod tokens;
pub mod totp;
pub mod users;
pub mod watches;
pub mod webhooks;

pub use attempts::{Attempt, Limit};
pub use clock::Clock;
pub use comments::{Anchor, Comment, NewComment};
pub use connect::Database;
pub use drafts::Draft;
pub use error::{Error, Refusal, Result};
pub use identities::{Identity, Linked, NewIdentity, Unlinked};
pub use links::{Link, LinkKind};
pub use news::{Happening, News, Outcome, Pace, Telling};
pub use notify::{Listener, Notice};
pub use queue::{Channel, Message};
pub use redirects::Redirect;
pub use rules::{May, Reader, Rule, Rules, View, Who};
pub use sessions::Session;
pub use site::SiteKey;
pub use tokens::{Scope, Token};
pub use totp::Enrolment;
pub use users::{NewUser, Role, User};
pub use watches::{Watch, Watched};
pub use webhooks::Webhook;
