//! Comments on pages and on their paragraphs.

use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::{Database, Refusal, Result, random};

/// The most bytes of a comment.
pub const LONGEST: usize = 64 * 1024;

/// The paragraph that a comment is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// What finds the paragraph again; opaque here.
    pub hash: String,
    /// How it begins, to be shown when it is not found any more.
    pub quote: String,
}

/// A comment. Of one that was deleted only its place in the thread is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Sorts by when it was made.
    pub id: String,
    /// The page, without a language.
    pub path: String,
    /// The language of the page.
    pub lang: String,
    /// The comment that it answers.
    pub parent: Option<String>,
    /// The paragraph; none for the page as a whole.
    pub anchor: Option<Anchor>,
    /// Whose it is.
    pub user_id: String,
    /// Markdown.
    pub body: String,
    /// When it was made, in unix seconds.
    pub created: i64,
    /// When it was last changed, in unix seconds.
    pub edited: Option<i64>,
    /// When it was marked as settled, in unix seconds.
    pub resolved: Option<i64>,
    /// Who marked it.
    pub resolved_by: Option<String>,
    /// When it was deleted, in unix seconds.
    pub deleted: Option<i64>,
}

/// A comment to be made.
#[derive(Clone, Debug)]
pub struct NewComment {
    /// The page, without a language.
    pub path: String,
    /// The language of the page.
    pub lang: String,
    /// The comment on the same page that it answers.
    pub parent: Option<String>,
    /// The paragraph; none for the page as a whole.
    pub anchor: Option<Anchor>,
    /// Whose it is.
    pub user_id: String,
    /// Markdown.
    pub body: String,
}

impl Database {
    /// Makes a comment.
    ///
    /// # Errors
    /// When it is empty or too long, or what it answers is gone or on another page.
    pub async fn add_comment(&self, new: NewComment) -> Result<Comment> {
        check(&new.body)?;
        if let Some(parent) = &new.parent {
            let parent = self.comment(parent).await?;
            parent
                .filter(|parent| parent.path == new.path && parent.lang == new.lang)
                .ok_or(Refusal::Gone)?;
        }
        let now = self.now();
        let comment = Comment {
            id: random::ordered_id(now),
            path: new.path,
            lang: new.lang,
            parent: new.parent,
            anchor: new.anchor,
            user_id: new.user_id,
            body: new.body,
            created: now,
            edited: None,
            resolved: None,
            resolved_by: None,
            deleted: None,
        };
        sqlx::query(
            "INSERT INTO comments (id, path, lang, parent, anchor, quote, user_id, body, created)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&comment.id)
        .bind(&comment.path)
        .bind(&comment.lang)
        .bind(&comment.parent)
        .bind(comment.anchor.as_ref().map(|anchor| &anchor.hash))
        .bind(comment.anchor.as_ref().map(|anchor| &anchor.quote))
        .bind(&comment.user_id)
        .bind(&comment.body)
        .bind(now)
        .execute(self.pool())
        .await?;
        Ok(comment)
    }

    /// A comment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn comment(&self, id: &str) -> Result<Option<Comment>> {
        let row = sqlx::query("SELECT * FROM comments WHERE id = $1").bind(id);
        row.fetch_optional(self.pool()).await?.as_ref().map(Comment::from_row).transpose()
    }

    /// The comments of a page, oldest first, with those that were deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn comments(&self, path: &str, lang: &str) -> Result<Vec<Comment>> {
        let rows = sqlx::query("SELECT * FROM comments WHERE path = $1 AND lang = $2 ORDER BY id")
            .bind(path)
            .bind(lang)
            .fetch_all(self.pool())
            .await?;
        rows.iter().map(Comment::from_row).collect()
    }

    /// At most `most` comments of all pages, newest first, without those that were deleted; those before the comment
    /// `before` when it is given. Whoever shows them has to leave out those of pages that the reader may not read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recent_comments(&self, before: Option<&str>, most: u32) -> Result<Vec<Comment>> {
        let rows = sqlx::query(
            "SELECT * FROM comments WHERE deleted IS NULL AND ($1 = '' OR id < $1) ORDER BY id DESC LIMIT $2",
        )
        .bind(before.unwrap_or_default())
        .bind(i64::from(most))
        .fetch_all(self.pool())
        .await?;
        rows.iter().map(Comment::from_row).collect()
    }

    /// Changes the text of a comment. That it is its author who asks is checked by the caller.
    ///
    /// # Errors
    /// When the text is empty or too long, or the comment is gone.
    pub async fn edit_comment(&self, id: &str, body: &str) -> Result<()> {
        check(body)?;
        let update =
            sqlx::query("UPDATE comments SET body = $1, edited = $2 WHERE id = $3 AND deleted IS NULL")
                .bind(body)
                .bind(self.now())
                .bind(id);
        found(update.execute(self.pool()).await?.rows_affected())
    }

    /// Marks a comment as settled by a user, or as open again.
    ///
    /// # Errors
    /// When it is gone.
    pub async fn resolve_comment(&self, id: &str, by: Option<&str>) -> Result<()> {
        let update = sqlx::query(
            "UPDATE comments SET resolved = $1, resolved_by = $2 WHERE id = $3 AND deleted IS NULL",
        )
        .bind(by.map(|_| self.now()))
        .bind(by)
        .bind(id);
        found(update.execute(self.pool()).await?.rows_affected())
    }

    /// Deletes a comment: its text and quote are erased; its place stays, for the answers to it.
    ///
    /// # Errors
    /// When it is gone already.
    pub async fn delete_comment(&self, id: &str) -> Result<()> {
        let update = sqlx::query(
            "UPDATE comments SET deleted = $1, body = '', quote = '' WHERE id = $2 AND deleted IS NULL",
        )
        .bind(self.now())
        .bind(id);
        found(update.execute(self.pool()).await?.rows_affected())
    }

    /// Takes the comments of a page along when it moves, in one language; how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn move_comments(&self, from: &str, to: &str, lang: &str) -> Result<u64> {
        let update = sqlx::query("UPDATE comments SET path = $1 WHERE path = $2 AND lang = $3")
            .bind(to)
            .bind(from)
            .bind(lang);
        Ok(update.execute(self.pool()).await?.rows_affected())
    }
}

impl Comment {
    fn from_row(row: &AnyRow) -> Result<Comment> {
        let anchor = match (row.text_or_null("anchor")?, row.text_or_null("quote")?) {
            (Some(hash), quote) => Some(Anchor { hash, quote: quote.unwrap_or_default() }),
            (None, _) => None,
        };
        Ok(Comment {
            id: row.text("id")?,
            path: row.text("path")?,
            lang: row.text("lang")?,
            parent: row.text_or_null("parent")?,
            anchor,
            user_id: row.text("user_id")?,
            body: row.text("body")?,
            created: row.int("created")?,
            edited: row.int_or_null("edited")?,
            resolved: row.int_or_null("resolved")?,
            resolved_by: row.text_or_null("resolved_by")?,
            deleted: row.int_or_null("deleted")?,
        })
    }
}

fn check(body: &str) -> Result<()> {
    if body.trim().is_empty() {
        return Err(Refusal::Empty.into());
    }
    if body.len() > LONGEST {
        return Err(Refusal::TooLong { most: LONGEST }.into());
    }
    Ok(())
}

fn found(rows: u64) -> Result<()> {
    if rows == 0 { Err(Refusal::Gone.into()) } else { Ok(()) }
}
