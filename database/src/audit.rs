//! The log of who did what. It is only ever added to; texts are as they came, so whoever prints them escapes them.

use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::{Database, Error, Result, random};

/// The most bytes of an action, an object and a detail; what is longer is cut.
const LONGEST: (usize, usize, usize) = (100, 1_000, 16_000);

/// A line of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Sorts by when it was written.
    pub id: String,
    /// When, in unix seconds.
    pub made: i64,
    /// Whose doing it was; none when nobody was signed in.
    pub user_id: Option<String>,
    /// What was done: a word such as `sign_in` or `role`.
    pub action: String,
    /// To what.
    pub object: String,
    /// From which address.
    pub ip: String,
    /// What else there is to know.
    pub detail: serde_json::Value,
}

/// Which lines to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only what this user did.
    pub user_id: Option<String>,
    /// Only this action.
    pub action: Option<String>,
    /// Only what was written before the line of this id: the last of the page before.
    pub before: Option<String>,
}

impl Database {
    /// Adds a line.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn log(
        &self,
        user_id: Option<&str>,
        action: &str,
        object: &str,
        ip: &str,
        detail: &serde_json::Value,
    ) -> Result<()> {
        let (longest_action, longest_object, longest_detail) = LONGEST;
        let mut detail = detail.to_string();
        if detail.len() > longest_detail {
            // The start as a string: half of an object would not be JSON.
            detail = serde_json::json!({ "cut": cut(&detail, longest_detail / 2) }).to_string();
        }
        let now = self.now();
        sqlx::query(
            "INSERT INTO audit (id, made, user_id, action, object, ip, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(random::ordered_id(now))
        .bind(now)
        .bind(user_id)
        .bind(cut(action, longest_action))
        .bind(cut(object, longest_object))
        .bind(cut(ip, longest_action))
        .bind(detail)
        .execute(self.pool())
        .await?;
        Ok(())
    }

    /// At most `most` lines that the filter lets through, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit(&self, filter: &Filter, most: u32) -> Result<Vec<Entry>> {
        let rows = sqlx::query(
            "SELECT * FROM audit
             WHERE ($1 = '' OR user_id = $1) AND ($2 = '' OR action = $2) AND ($3 = '' OR id < $3)
             ORDER BY id DESC LIMIT $4",
        )
        .bind(filter.user_id.as_deref().unwrap_or_default())
        .bind(filter.action.as_deref().unwrap_or_default())
        .bind(filter.before.as_deref().unwrap_or_default())
        .bind(i64::from(most))
        .fetch_all(self.pool())
        .await?;
        rows.iter().map(Entry::from_row).collect()
    }
}

impl Entry {
    fn from_row(row: &AnyRow) -> Result<Entry> {
        let detail = row.text("detail")?;
        Ok(Entry {
            id: row.text("id")?,
            made: row.int("made")?,
            user_id: row.text_or_null("user_id")?,
            action: row.text("action")?,
            object: row.text("object")?,
            ip: row.text("ip")?,
            detail: serde_json::from_str(&detail)
                .map_err(|_| Error::Stored { column: "detail".to_string(), value: detail })?,
        })
    }
}

/// The start of a text, at most `most` bytes; NUL, which PostgreSQL cannot store, is replaced: a line of the log must
/// not be lost for what is in it.
fn cut(text: &str, most: usize) -> String {
    text.get(..text.floor_char_boundary(most)).unwrap_or_default().replace('\0', "\u{fffd}")
}
