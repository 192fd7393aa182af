//! API tokens: what programs sign in with.

use std::collections::BTreeSet;

use sqlx::any::AnyRow;

use crate::row::{Columns, words};
use crate::users::User;
use crate::{Database, Error, Refusal, Result, random};

/// What every token begins with, so that scanners for leaked secrets know it.
pub const PREFIX: &str = "cbk_";
/// The most bytes of a token's name.
const LONGEST_NAME: usize = 200;
/// How old `last_used` gets before it is written again.
const USED_EVERY: i64 = 60;

words! {
    /// What a token may be used for, within what its user may.
    pub enum Scope {
        /// Reading.
        Read = "read",
        /// Changing pages, comments and the user's own things.
        Write = "write",
        /// Administering.
        Admin = "admin",
    }
}

/// An API token; what it is itself was shown when it was made and is stored nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What lists call it.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// What its user calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: BTreeSet<Scope>,
    /// When it was made, in unix seconds.
    pub created: i64,
    /// Until when it can be used, in unix seconds; always when there is none.
    pub expires: Option<i64>,
    /// When it was last used, to the minute, in unix seconds.
    pub last_used: Option<i64>,
}

impl Database {
    /// Makes a token and gives what to show its user, once.
    ///
    /// # Errors
    /// When the name or the scopes are empty, or the name is too long.
    pub async fn create_token(
        &self,
        user_id: &str,
        name: &str,
        scopes: &BTreeSet<Scope>,
        expires: Option<i64>,
    ) -> Result<(Token, String)> {
        if name.trim().is_empty() || scopes.is_empty() {
            return Err(Refusal::Empty.into());
        }
        if name.len() > LONGEST_NAME {
            return Err(Refusal::TooLong { most: LONGEST_NAME }.into());
        }
        let secret = format!("{PREFIX}{}", random::token());
        let token = Token {
            id: random::id(),
            user_id: user_id.to_string(),
            name: name.to_string(),
            scopes: scopes.clone(),
            created: self.now(),
            expires,
            last_used: None,
        };
        sqlx::query(
            "INSERT INTO tokens (id, token_hash, user_id, name, scopes, created, expires)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&token.id)
        .bind(random::hash(&secret))
        .bind(user_id)
        .bind(name)
        .bind(scopes.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(" "))
        .bind(token.created)
        .bind(expires)
        .execute(self.pool())
        .await?;
        Ok((token, secret))
    }

    /// The token that a program sent, and whose it is; none when it is unknown or expired, or the account is disabled.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_token(&self, secret: &str) -> Result<Option<(Token, User)>> {
        let now = self.now();
        let row = sqlx::query(
            "SELECT users.*, tokens.id AS token_id, tokens.created AS made, tokens.user_id, tokens.name AS token_name,
                    tokens.scopes, tokens.expires, tokens.last_used
             FROM tokens JOIN users ON users.id = tokens.user_id
             WHERE tokens.token_hash = $1 AND (tokens.expires IS NULL OR tokens.expires > $2) AND users.disabled = 0",
        )
        .bind(random::hash(secret))
        .bind(now)
        .fetch_optional(self.pool())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let mut token = token(&row, row.text("token_id")?, row.text("token_name")?, row.int("made")?)?;
        if token.last_used.is_none_or(|used| now - used >= USED_EVERY) {
            sqlx::query("UPDATE tokens SET last_used = $1 WHERE id = $2")
                .bind(now)
                .bind(&token.id)
                .execute(self.pool())
                .await?;
            token.last_used = Some(now);
        }
        Ok(Some((token, User::from_row(&row)?)))
    }

    /// The tokens of a user, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tokens(&self, user_id: &str) -> Result<Vec<Token>> {
        let rows = sqlx::query("SELECT * FROM tokens WHERE user_id = $1 ORDER BY created DESC, id")
            .bind(user_id)
            .fetch_all(self.pool())
            .await?;
        rows.iter().map(|row| token(row, row.text("id")?, row.text("name")?, row.int("created")?)).collect()
    }

    /// Revokes a token of a user; whether it was there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_token(&self, user_id: &str, id: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM tokens WHERE user_id = $1 AND id = $2").bind(user_id).bind(id);
        Ok(done.execute(self.pool()).await?.rows_affected() > 0)
    }
}

fn token(row: &AnyRow, id: String, name: String, created: i64) -> Result<Token> {
    let stored = row.text("scopes")?;
    let scopes = stored.split(' ').map(Scope::parse).collect::<Option<BTreeSet<Scope>>>();
    Ok(Token {
        id,
        user_id: row.text("user_id")?,
        name,
        scopes: scopes.ok_or_else(|| Error::Stored { column: "scopes".to_string(), value: stored })?,
        created,
        expires: row.int_or_null("expires")?,
        last_used: row.int_or_null("last_used")?,
    })
}
