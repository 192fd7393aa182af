//! Sessions: who a browser is signed in as.

use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::users::User;
use crate::{Database, Result, random};

/// A session ends when nothing was asked in it for so long, in seconds.
pub const IDLE: i64 = 14 * DAY;
/// A session ends so long after it began, in seconds.
pub const LONGEST: i64 = 90 * DAY;
/// How long the second factor may take after the password, in seconds.
pub const PENDING: i64 = 5 * 60;

const DAY: i64 = 24 * 60 * 60;
/// How old `last_seen` gets before it is written again: not every request should be a write.
const SEEN_EVERY: i64 = 60;
const LONGEST_AGENT: usize = 200;

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What lists and `end_session` call it; not what the browser shows.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// When it began, in unix seconds.
    pub created: i64,
    /// When it was last used, to the minute, in unix seconds.
    pub last_seen: i64,
    /// When it ends unless it is used, in unix seconds.
    pub expires: i64,
    /// When the password was last entered in it, in unix seconds.
    pub fresh: i64,
    /// The browser's `User-Agent`, cut to 200 characters.
    pub agent: String,
    /// The address it began at.
    pub ip: String,
}

impl Database {
    /// Begins a session of a user and gives the token for the cookie: 256 random bits, stored nowhere.
    ///
    /// A `pending` one is of somebody who entered the password and still owes the second factor: only
    /// [`Database::find_pending`] finds it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_session(&self, user_id: &str, agent: &str, ip: &str, pending: bool) -> Result<String> {
        let token = random::token();
        let agent: String = agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect();
        sqlx::query(
            "INSERT INTO sessions (id, token_hash, user_id, pending, created, last_seen, fresh, agent, ip)
             VALUES ($1, $2, $3, $4, $5, $5, $5, $6, $7)",
        )
        .bind(random::id())
        .bind(random::hash(&token))
        .bind(user_id)
        .bind(i64::from(pending))
        .bind(self.now())
        .bind(agent)
        .bind(ip)
        .execute(self.pool())
        .await?;
        Ok(token)
    }

    /// The session of a token and who it belongs to; none when it has ended, the account is disabled or the second
    /// factor is still due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_session(&self, token: &str) -> Result<Option<(Session, User)>> {
        let Some((mut session, user)) = self.session_of(token, false).await? else { return Ok(None) };
        let now = self.now();
        if now - session.last_seen >= SEEN_EVERY {
            sqlx::query("UPDATE sessions SET last_seen = $1 WHERE id = $2 AND last_seen < $1")
                .bind(now)
                .bind(&session.id)
                .execute(self.pool())
                .await?;
            session.last_seen = now;
            session.expires = expires(session.created, now, false);
        }
        Ok(Some((session, user)))
    }

    /// The session of somebody who still owes the second factor.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_pending(&self, token: &str) -> Result<Option<(Session, User)>> {
        self.session_of(token, true).await
    }

    /// Makes a pending session a full one under a new token, now that the second factor was shown. None when it has
    /// ended or was completed already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn complete_session(&self, token: &str) -> Result<Option<String>> {
        let rotated = random::token();
        let now = self.now();
        let done = sqlx::query(
            "UPDATE sessions SET token_hash = $1, pending = 0, created = $2, last_seen = $2, fresh = $2
             WHERE token_hash = $3 AND pending = 1 AND created > $4",
        )
        .bind(random::hash(&rotated))
        .bind(now)
        .bind(random::hash(token))
        .bind(now - PENDING)
        .execute(self.pool())
        .await?;
        Ok((done.rows_affected() > 0).then_some(rotated))
    }

    /// Notes that the password was entered again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn freshen_session(&self, id: &str) -> Result<()> {
        let update = sqlx::query("UPDATE sessions SET fresh = $1 WHERE id = $2").bind(self.now()).bind(id);
        update.execute(self.pool()).await?;
        Ok(())
    }

    /// The sessions of a user that have not ended, last used first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions(&self, user_id: &str) -> Result<Vec<Session>> {
        let rows =
            sqlx::query("SELECT * FROM sessions WHERE user_id = $1 AND pending = 0 ORDER BY last_seen DESC")
                .bind(user_id)
                .fetch_all(self.pool())
                .await?;
        let sessions = rows.iter().map(|row| session(row, row.text("id")?, row.int("created")?));
        let now = self.now();
        Ok(sessions
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .filter(|session| session.expires > now)
            .collect())
    }

    /// Ends a session of a user; whether it was there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&self, user_id: &str, id: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND id = $2").bind(user_id).bind(id);
        Ok(done.execute(self.pool()).await?.rows_affected() > 0)
    }

    /// Ends all sessions of a user but the one with the id `keep`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_sessions(&self, user_id: &str, keep: Option<&str>) -> Result<()> {
        sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND id <> $2")
            .bind(user_id)
            .bind(keep.unwrap_or_default())
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// Removes the sessions that have ended; once an hour is often enough.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep_sessions(&self) -> Result<u64> {
        let now = self.now();
        let done = sqlx::query(
            "DELETE FROM sessions WHERE last_seen <= $1 OR created <= $2 OR (pending = 1 AND created <= $3)",
        )
        .bind(now - IDLE)
        .bind(now - LONGEST)
        .bind(now - PENDING);
        Ok(done.execute(self.pool()).await?.rows_affected())
    }

    async fn session_of(&self, token: &str, pending: bool) -> Result<Option<(Session, User)>> {
        let row = sqlx::query(
            "SELECT users.*, sessions.id AS session_id, sessions.created AS began, sessions.user_id, sessions.pending,
                    sessions.last_seen, sessions.fresh, sessions.agent, sessions.ip
             FROM sessions JOIN users ON users.id = sessions.user_id
             WHERE sessions.token_hash = $1 AND sessions.pending = $2 AND users.disabled = 0",
        )
        .bind(random::hash(token))
        .bind(i64::from(pending))
        .fetch_optional(self.pool())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let session = session(&row, row.text("session_id")?, row.int("began")?)?;
        Ok(if session.expires > self.now() { Some((session, User::from_row(&row)?)) } else { None })
    }
}

fn session(row: &AnyRow, id: String, created: i64) -> Result<Session> {
    let last_seen = row.int("last_seen")?;
    Ok(Session {
        id,
        user_id: row.text("user_id")?,
        created,
        last_seen,
        expires: expires(created, last_seen, row.bool("pending")?),
        fresh: row.int("fresh")?,
        agent: row.text("agent")?,
        ip: row.text("ip")?,
    })
}

fn expires(created: i64, last_seen: i64, pending: bool) -> i64 {
    if pending { created + PENDING } else { (last_seen + IDLE).min(created + LONGEST) }
}
