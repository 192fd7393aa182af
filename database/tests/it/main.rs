//! Everything that the database keeps, on SQLite and on a real PostgreSQL: each test is written once and run on both.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod attempts;
mod audit;
mod dump;
mod following;
mod identities;
mod links;
mod news;
mod open;
mod postgres;
mod rules;
mod second_factor;
mod sessions;
mod tokens;
mod writing;

use database::{Clock, Database, NewUser, Role, User};
use tempfile::TempDir;

/// When the clock of every test starts, in unix seconds.
const START: i64 = 1_700_000_000;

/// An empty database of one test.
struct Site {
    db: Database,
    clock: Clock,
    url: String,
    _folder: Option<TempDir>,
}

impl Site {
    async fn sqlite() -> Site {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("casebook.db").display());
        Site::at(url, Some(folder)).await
    }

    async fn postgres() -> Site {
        Site::at(postgres::new_database().await, None).await
    }

    async fn at(url: String, folder: Option<TempDir>) -> Site {
        let clock = Clock::standing(START);
        let db = Database::open_with(&url, clock.clone()).await.unwrap();
        Site { db, clock, url, _folder: folder }
    }

    /// The same database as another server of the site has it.
    async fn replica(&self) -> Database {
        Database::open_with(&self.url, self.clock.clone()).await.unwrap()
    }

    async fn user(&self, name: &str, role: Role) -> User {
        self.db.create_user(&new_user(name, role)).await.unwrap()
    }
}

fn new_user(name: &str, role: Role) -> NewUser {
    NewUser { name: name.to_string(), display: String::new(), email: None, role }
}

/// Runs each `async fn(Site)` as a test on both databases.
macro_rules! on_both {
    ($($name:ident)+) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name($crate::Site::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name($crate::Site::postgres().await).await;
            }
        }
    )+};
}
pub(crate) use on_both;

/// Asserts that a call was refused, and why.
macro_rules! assert_refused {
    ($result:expr, $refusal:expr) => {
        match $result {
            Err(database::Error::Refused(refusal)) => assert_eq!(refusal, $refusal),
            other => panic!("not refused: {other:?}"),
        }
    };
}
pub(crate) use assert_refused;
