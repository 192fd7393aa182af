//! Drafts: texts that were not saved yet, kept for their writer on every machine.

use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::{Database, Refusal, Result};

/// The most bytes of a draft.
pub const LONGEST: usize = 4 * 1024 * 1024;

/// The unsaved text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The file that it would be saved to.
    pub file: String,
    /// The whole text.
    pub text: String,
    /// The revision that it was begun from; none for a new page.
    pub base: Option<String>,
    /// When it was stored, in unix seconds.
    pub saved: i64,
}

impl Database {
    /// Keeps a draft of a user in place of the one before of the same file.
    ///
    /// # Errors
    /// When it is longer than [`LONGEST`] or has a NUL character that PostgreSQL cannot store.
    pub async fn put_draft(
        &self,
        user_id: &str,
        file: &str,
        text: &str,
        base: Option<&str>,
    ) -> Result<Draft> {
        if text.len() > LONGEST {
            return Err(Refusal::TooLong { most: LONGEST }.into());
        }
        let draft = Draft {
            file: file.to_string(),
            text: text.to_string(),
            base: base.map(str::to_string),
            saved: self.now(),
        };
        sqlx::query(
            "INSERT INTO drafts (user_id, file, text, base, saved) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (user_id, file) DO UPDATE SET text = $3, base = $4, saved = $5",
        )
        .bind(user_id)
        .bind(file)
        .bind(text)
        .bind(base)
        .bind(draft.saved)
        .execute(self.pool())
        .await?;
        Ok(draft)
    }

    /// The draft of a user for a file.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn draft(&self, user_id: &str, file: &str) -> Result<Option<Draft>> {
        let row =
            sqlx::query("SELECT * FROM drafts WHERE user_id = $1 AND file = $2").bind(user_id).bind(file);
        row.fetch_optional(self.pool()).await?.as_ref().map(Draft::from_row).transpose()
    }

    /// The drafts of a user, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drafts(&self, user_id: &str) -> Result<Vec<Draft>> {
        let rows =
            sqlx::query("SELECT * FROM drafts WHERE user_id = $1 ORDER BY saved DESC, file").bind(user_id);
        rows.fetch_all(self.pool()).await?.iter().map(Draft::from_row).collect()
    }

    /// Removes the draft of a user for a file; whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_draft(&self, user_id: &str, file: &str) -> Result<bool> {
        let done =
            sqlx::query("DELETE FROM drafts WHERE user_id = $1 AND file = $2").bind(user_id).bind(file);
        Ok(done.execute(self.pool()).await?.rows_affected() > 0)
    }
}

impl Draft {
    fn from_row(row: &AnyRow) -> Result<Draft> {
        Ok(Draft {
            file: row.text("file")?,
            text: row.text("text")?,
            base: row.text_or_null("base")?,
            saved: row.int("saved")?,
        })
    }
}
