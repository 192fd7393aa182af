//! Where pages went that moved: every old address leads to the present one in one step.

use crate::row::Columns;
use crate::{Database, Result};

/// An address that a page had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The old address.
    pub source: String,
    /// Where the page is now.
    pub target: String,
    /// When it moved there first, in unix seconds.
    pub made: i64,
}

impl Database {
    /// Notes that a page moved. What led to the old address leads to the new one, and nothing leads away from there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn redirect(&self, source: &str, target: &str) -> Result<()> {
        let mut transaction = self.write_alone().await?;
        sqlx::query("DELETE FROM redirects WHERE source = $1")
            .bind(target)
            .execute(&mut *transaction)
            .await?;
        if source != target {
            sqlx::query("UPDATE redirects SET target = $1 WHERE target = $2")
                .bind(target)
                .bind(source)
                .execute(&mut *transaction)
                .await?;
            sqlx::query(
                "INSERT INTO redirects (source, target, made) VALUES ($1, $2, $3)
                 ON CONFLICT (source) DO UPDATE SET target = $2, made = $3",
            )
            .bind(source)
            .bind(target)
            .bind(self.now())
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Notes that there is a page at `address` again, so that it leads nowhere else; whether it did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_redirect(&self, address: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM redirects WHERE source = $1").bind(address);
        Ok(done.execute(self.pool()).await?.rows_affected() > 0)
    }

    /// Where the page went that was at `address`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn redirect_of(&self, address: &str) -> Result<Option<String>> {
        let row = sqlx::query("SELECT target FROM redirects WHERE source = $1").bind(address);
        row.fetch_optional(self.pool()).await?.map(|row| row.text("target")).transpose()
    }

    /// All of them, by old address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn redirects(&self) -> Result<Vec<Redirect>> {
        let rows = sqlx::query("SELECT * FROM redirects").fetch_all(self.pool()).await?;
        let redirects = rows.iter().map(|row| {
            Ok(Redirect { source: row.text("source")?, target: row.text("target")?, made: row.int("made")? })
        });
        let mut redirects = redirects.collect::<Result<Vec<_>>>()?;
        redirects.sort_by(|a, b| a.source.cmp(&b.source));
        Ok(redirects)
    }
}
