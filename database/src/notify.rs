//! Telling the other servers of a site that something changed, by PostgreSQL's LISTEN and NOTIFY. A site on SQLite has
//! one server, which knows itself what it changed.

use sqlx::postgres::PgListener;

use crate::connect::Backend;
use crate::{Database, Result};

const CHANNEL: &str = "casebook";

/// What another server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// What it said changed.
    Changed(String),
    /// The connection was lost for a while: anything may have changed.
    Missed,
}

/// Hears what servers say; see [`Database::listen`].
pub struct Listener(Option<PgListener>);

impl Database {
    /// Tells every listening server, this one too, that `what` changed (fewer than 8000 bytes); to nobody on SQLite.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn announce(&self, what: &str) -> Result<()> {
        if self.backend() == Backend::Postgres {
            sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(what).execute(self.pool()).await?;
        }
        Ok(())
    }

    /// Listens to what is announced from now on, over a connection of its own.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn listen(&self) -> Result<Listener> {
        if self.backend() == Backend::Sqlite {
            return Ok(Listener(None));
        }
        let mut listener = PgListener::connect(self.url()).await?;
        listener.listen(CHANNEL).await?;
        Ok(Listener(Some(listener)))
    }
}

impl Listener {
    /// Waits for the next notice; forever on SQLite.
    ///
    /// # Errors
    /// When the connection is lost and cannot be made again; asking again tries again.
    pub async fn next(&mut self) -> Result<Notice> {
        let Some(listener) = &mut self.0 else { return std::future::pending().await };
        Ok(match listener.try_recv().await? {
            Some(notice) => Notice::Changed(notice.payload().to_string()),
            None => Notice::Missed,
        })
    }
}
