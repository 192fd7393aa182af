//! Watches: who wants to hear of changes to a page, below a folder or with a tag, in any language.

use sqlx::AssertSqlSafe;
use sqlx::any::AnyRow;

use crate::row::{Columns, words};
use crate::users::User;
use crate::{Database, Refusal, Result, SiteKey, random, rules};

/// The most bytes of a target.
const LONGEST_TARGET: usize = 1024;
const UNSUBSCRIBE: &str = "unsubscribe";
const FEED: &str = "feed of a watch";

words! {
    /// What is watched.
    pub enum Watched {
        /// One page, by its path.
        Page = "page",
        /// A folder with all below it; empty for the whole site.
        Folder = "folder",
        /// All pages with a tag.
        Tag = "tag",
    }
}

/// That a user wants to hear of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// What lists call it.
    pub id: String,
    /// Who.
    pub user_id: String,
    /// What kind of thing is watched.
    pub kind: Watched,
    /// The path or the tag.
    pub target: String,
    /// Since when, in unix seconds.
    pub created: i64,
}

impl Database {
    /// Lets a user watch something; the same again changes nothing.
    ///
    /// # Errors
    /// When the target is too long, or a tag is empty.
    pub async fn watch(&self, user_id: &str, kind: Watched, target: &str) -> Result<Watch> {
        let target = spelling(kind, target);
        if target.len() > LONGEST_TARGET {
            return Err(Refusal::TooLong { most: LONGEST_TARGET }.into());
        }
        if kind != Watched::Folder && target.is_empty() {
            return Err(Refusal::Empty.into());
        }
        sqlx::query(
            "INSERT INTO watches (id, user_id, kind, target, created) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (user_id, kind, target) DO NOTHING",
        )
        .bind(random::id())
        .bind(user_id)
        .bind(kind.word())
        .bind(&target)
        .bind(self.now())
        .execute(self.pool())
        .await?;
        let row = sqlx::query("SELECT * FROM watches WHERE user_id = $1 AND kind = $2 AND target = $3")
            .bind(user_id)
            .bind(kind.word())
            .bind(&target)
            .fetch_one(self.pool())
            .await?;
        watch(&row, row.text("id")?, row.int("created")?)
    }

    /// Ends a watch of a user; whether it was there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unwatch(&self, user_id: &str, kind: Watched, target: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM watches WHERE user_id = $1 AND kind = $2 AND target = $3")
            .bind(user_id)
            .bind(kind.word())
            .bind(spelling(kind, target));
        Ok(done.execute(self.pool()).await?.rows_affected() > 0)
    }

    /// What a user watches, by kind and target.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn watches(&self, user_id: &str) -> Result<Vec<Watch>> {
        let rows = sqlx::query("SELECT * FROM watches WHERE user_id = $1").bind(user_id);
        let rows = rows.fetch_all(self.pool()).await?;
        let watches = rows.iter().map(|row| watch(row, row.text("id")?, row.int("created")?));
        let mut watches = watches.collect::<Result<Vec<_>>>()?;
        watches.sort_by(|a, b| (a.kind, &a.target).cmp(&(b.kind, &b.target)));
        Ok(watches)
    }

    /// Who watches a page: the page, a folder that it is in (or describes), or one of its tags; each user once, with
    /// the watch that is nearest. Accounts that are disabled are left out; whether the others may read the page is for
    /// the caller to check.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn watchers(&self, path: &str, tags: &[String]) -> Result<Vec<(Watch, User)>> {
        let path = rules::folder(path);
        let mut targets = vec![(Watched::Page, path.clone())];
        let mut at = Some(path.as_str());
        while let Some(folder) = at {
            targets.push((Watched::Folder, folder.to_string()));
            at = rules::parent(folder);
        }
        targets.extend(tags.iter().map(|tag| (Watched::Tag, spelling(Watched::Tag, tag))));
        let wanted: Vec<String> = (0..targets.len())
            .map(|n| format!("(watches.kind = ${} AND watches.target = ${})", 2 * n + 1, 2 * n + 2))
            .collect();
        let statement = format!(
            "SELECT users.*, watches.id AS watch_id, watches.created AS since, watches.user_id, watches.kind,
                    watches.target
             FROM watches JOIN users ON users.id = watches.user_id
             WHERE users.disabled = 0 AND ({})",
            wanted.join(" OR "),
        );
        // Nothing but numbers of parameters was put into it.
        let mut query = sqlx::query(AssertSqlSafe(statement));
        for (kind, target) in &targets {
            query = query.bind(kind.word()).bind(target);
        }
        let rows = query.fetch_all(self.pool()).await?;
        let found = rows
            .iter()
            .map(|row| Ok((watch(row, row.text("watch_id")?, row.int("since")?)?, User::from_row(row)?)));
        let mut found = found.collect::<Result<Vec<_>>>()?;
        let distance = |watch: &Watch| {
            targets.iter().position(|(kind, target)| *kind == watch.kind && *target == watch.target)
        };
        found.sort_by_cached_key(|(watch, user)| (user.id.clone(), distance(watch)));
        found.dedup_by(|(_, later), (_, first)| later.id == first.id);
        Ok(found)
    }

    /// The watch of an id, whoever's it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn watch_by_id(&self, id: &str) -> Result<Option<Watch>> {
        let row = sqlx::query("SELECT * FROM watches WHERE id = $1").bind(id);
        let row = row.fetch_optional(self.pool()).await?;
        row.map(|row| watch(&row, row.text("id")?, row.int("created")?)).transpose()
    }

    /// The watch that the token of a link in a mail would end; none when there is no such watch.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn watch_by_token(&self, key: &SiteKey, token: &str) -> Result<Option<Watch>> {
        match meant(key, token) {
            Some(id) => self.watch_by_id(id).await,
            None => Ok(None),
        }
    }

    /// Ends a watch by the token of a link in a mail, without any sign-in; gives what it was, none when there is no
    /// such watch.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unsubscribe(&self, key: &SiteKey, token: &str) -> Result<Option<Watch>> {
        let Some(id) = meant(key, token) else { return Ok(None) };
        let row = sqlx::query("DELETE FROM watches WHERE id = $1 RETURNING *").bind(id);
        let row = row.fetch_optional(self.pool()).await?;
        row.map(|row| watch(&row, row.text("id")?, row.int("created")?)).transpose()
    }
}

impl Watch {
    /// The token of the link that ends this watch.
    pub fn unsubscribe_token(&self, key: &SiteKey) -> String {
        format!("{}.{}", self.id, key.sign(UNSUBSCRIBE, &self.id))
    }

    /// What the address of its feed has, so that programs can read it without a session.
    pub fn feed_key(&self, key: &SiteKey) -> String {
        key.sign(FEED, &self.id)
    }

    /// Whether the address of its feed is one that we gave out.
    pub fn is_feed_key(&self, key: &SiteKey, given: &str) -> bool {
        key.verify(FEED, &self.id, given)
    }

    /// Whether it is for the page at `path` with these tags, as [`Database::watchers`] finds it.
    pub fn covers(&self, path: &str, tags: &[String]) -> bool {
        let path = rules::folder(path);
        match self.kind {
            Watched::Page => self.target == path,
            Watched::Folder => {
                let below = path.strip_prefix(self.target.as_str());
                self.target.is_empty() || below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
            Watched::Tag => tags.iter().any(|tag| spelling(Watched::Tag, tag) == self.target),
        }
    }
}

/// The id of the watch that a token of ours is for.
fn meant<'a>(key: &SiteKey, token: &'a str) -> Option<&'a str> {
    let (id, mark) = token.split_once('.')?;
    key.verify(UNSUBSCRIBE, id, mark).then_some(id)
}

fn watch(row: &AnyRow, id: String, created: i64) -> Result<Watch> {
    Ok(Watch {
        id,
        user_id: row.text("user_id")?,
        kind: row.word("kind")?,
        target: row.text("target")?,
        created,
    })
}

/// The one spelling of a target.
fn spelling(kind: Watched, target: &str) -> String {
    match kind {
        Watched::Page | Watched::Folder => rules::folder(target),
        Watched::Tag => target.trim().to_string(),
    }
}
