//! Opening the database and bringing its tables up to date.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyConnection, AnyPool, SqlSafeStr, Transaction};
use tokio::sync::Semaphore;

use crate::{Clock, Error, Result};

/// Every change to the tables, in order. One that was released is never edited.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "accounts", include_str!("../migrations/0001_accounts.sql")),
    (2, "writing", include_str!("../migrations/0002_writing.sql")),
    (3, "following", include_str!("../migrations/0003_following.sql")),
    (4, "identities", include_str!("../migrations/0004_identities.sql")),
    (5, "news", include_str!("../migrations/0005_news.sql")),
];

/// The version of the tables: the last migration's.
pub(crate) fn schema() -> i64 {
    MIGRATIONS.last().map_or(0, |(version, ..)| *version)
}

/// How many passwords are hashed at once: each takes 46 MiB and a core.
const HASHES_AT_ONCE: usize = 2;

/// WAL so that readers and the writer do not wait for each other; FULL so that what was acknowledged survives a power
/// cut.
const PRAGMAS: &str = "PRAGMA busy_timeout = 15000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                       PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF";

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// Accounts, permissions, comments: everything shared that is no page. Clones share their connections.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    pool: AnyPool,
    backend: Backend,
    url: String,
    clock: Clock,
    hashing: Arc<Semaphore>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Database").field(&place(&self.0.url)).finish()
    }
}

impl Database {
    /// Opens the database at `sqlite:PATH` (the file is made when it is missing, for its owner's eyes only) or
    /// `postgres://USER:PASSWORD@HOST/NAME` and brings its tables up to date.
    ///
    /// # Errors
    /// When it cannot be opened, or was written by a newer version of the program.
    pub async fn open(url: &str) -> Result<Database> {
        Database::open_with(url, Clock::system()).await
    }

    /// The same with another clock.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub async fn open_with(url: &str, clock: Clock) -> Result<Database> {
        sqlx::any::install_default_drivers();
        let failed = |reason: String| Error::Open { place: place(url), reason };
        let (backend, connect_url, connections) = if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            (Backend::Sqlite, sqlite_url(Path::new(path)).map_err(|error| failed(error.to_string()))?, 4)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            (Backend::Postgres, url.to_string(), 8)
        } else {
            return Err(failed("a database is written sqlite:PATH or postgres://USER@HOST/NAME".to_string()));
        };
        let options = AnyConnectOptions::from_str(&connect_url).map_err(|error| failed(reason(&error)))?;
        let pool = AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(20))
            .after_connect(move |connection, _| Box::pin(prepare(connection, backend)))
            .connect_with(options)
            .await
            .map_err(|error| failed(reason(&error)))?;
        let migrations = MIGRATIONS.iter().map(|&(version, name, sql)| {
            Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
        });
        Migrator::with_migrations(migrations.collect()).run(&pool).await.map_err(|error| {
            failed(format!("its tables cannot be brought to version {} of this program: {error}", schema()))
        })?;
        let hashing = Arc::new(Semaphore::new(HASHES_AT_ONCE));
        Ok(Database(Arc::new(Inner { pool, backend, url: url.to_string(), clock, hashing })))
    }

    /// Closes every connection; what is under way is finished first.
    pub async fn close(&self) {
        self.0.pool.close().await;
    }

    /// Whether the database answers, for a readiness probe.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(self.pool()).await?;
        Ok(())
    }

    /// The time that is stored, in unix seconds.
    pub fn now(&self) -> i64 {
        self.0.clock.now()
    }

    pub(crate) fn pool(&self) -> &AnyPool {
        &self.0.pool
    }

    pub(crate) fn backend(&self) -> Backend {
        self.0.backend
    }

    pub(crate) fn url(&self) -> &str {
        &self.0.url
    }

    pub(crate) fn hashing(&self) -> &Arc<Semaphore> {
        &self.0.hashing
    }

    /// A transaction that writes. In SQLite it is the writer from the start: one that becomes it later may find that
    /// what it read is no longer so.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Any>> {
        Ok(match self.backend() {
            Backend::Sqlite => self.pool().begin_with("BEGIN IMMEDIATE").await?,
            Backend::Postgres => self.pool().begin().await?,
        })
    }

    /// The same, alone among those that decide something over many rows.
    pub(crate) async fn write_alone(&self) -> Result<Transaction<'static, Any>> {
        let mut transaction = self.write().await?;
        sqlx::query("UPDATE site SET value = value WHERE name = 'lock'").execute(&mut *transaction).await?;
        Ok(transaction)
    }
}

async fn prepare(connection: &mut AnyConnection, backend: Backend) -> sqlx::Result<()> {
    if backend == Backend::Sqlite {
        sqlx::raw_sql(PRAGMAS).execute(connection).await?;
    }
    Ok(())
}

/// Makes the file when it is missing, readable by its owner alone (SQLite gives its journals the same mode), and gives
/// the URL of its one true path.
fn sqlite_url(path: &Path) -> std::io::Result<String> {
    let mut create = std::fs::OpenOptions::new();
    create.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut create, 0o600);
    match create.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let path = std::fs::canonicalize(path)?;
    let encoded: String = path.as_os_str().as_encoded_bytes().iter().map(|byte| encode(*byte)).collect();
    Ok(format!("sqlite://{encoded}?mode=rw"))
}

fn encode(byte: u8) -> String {
    match byte {
        b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    }
}

/// The database in messages: without the password, which stands between the first colon and the last `@` of the
/// authority, and without the query, which may hold one too.
fn place(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_string();
    };
    let rest = rest.split('?').next().unwrap_or_default();
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            format!("{scheme}://{}@{host}", user.split(':').next().unwrap_or_default())
        }
        None => format!("{scheme}://{rest}"),
    }
}

/// What the database said, without the words around it.
fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_string(),
        sqlx::Error::Io(error) => error.to_string(),
        sqlx::Error::PoolTimedOut => "no connection within 20 seconds".to_string(),
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn no_password_in_messages() {
        for (url, wanted) in [
            ("sqlite:/var/lib/casebook/db", "sqlite:/var/lib/casebook/db"),
            ("postgres://host/name", "postgres://host/name"),
            ("postgres://user@host/name", "postgres://user@host/name"),
            ("postgres://user:secret@host:5432/name", "postgres://user@host:5432/name"),
            ("postgres://user:se:cr@et@host/name?password=secret", "postgres://user@host/name"),
        ] {
            assert_eq!(place(url), wanted, "{url}");
        }
    }
}
