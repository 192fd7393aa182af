//! What people are to be told, until it is in a mail; how often they want mails; and up to which commit the site's
//! history has been told.

use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

use crate::queue::{self, Channel};
use crate::row::{Columns, words};
use crate::users::User;
use crate::{Database, Result, random};

/// The row of the table `site` that holds the last commit that was told.
const FOLLOWED: &str = "followed";

words! {
    /// How often somebody wants mails.
    pub enum Pace {
        /// What happens within ten minutes, in one mail.
        Soon = "soon",
        /// What happens within a day, in one mail.
        Daily = "daily",
        /// No mails.
        Never = "never",
    }
}

impl Pace {
    /// How long news are gathered, in seconds, from the first of them on; none when there are no mails.
    pub const fn seconds(self) -> Option<i64> {
        match self {
            Pace::Soon => Some(10 * 60),
            Pace::Daily => Some(24 * 60 * 60),
            Pace::Never => None,
        }
    }
}

/// Something that happened to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// The name of the event, as webhooks have it.
    pub event: String,
    /// The page, without a language.
    pub path: String,
    /// The language of the page.
    pub lang: String,
    /// The title that the page had.
    pub title: String,
    /// Who did it.
    pub author: String,
    /// The commit or the comment.
    pub source: String,
    /// For a page that moved: the path that it had.
    pub moved_from: Option<String>,
}

/// Somebody who is to be told of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// Whom.
    pub user_id: String,
    /// The watch that it comes of; none for somebody who took part.
    pub watch_id: Option<String>,
    /// What.
    pub what: Happening,
}

/// A [`Telling`] that waits to be in a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// What lists call it.
    pub id: String,
    /// Whom, and what.
    pub telling: Telling,
    /// Since when it waits, in unix seconds.
    pub made: i64,
}

/// Calls of webhooks (event and body), and whom to tell.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Name of each event and what is sent to webhooks that want to hear of it.
    pub events: Vec<(String, String)>,
    /// Whom to tell of what.
    pub tellings: Vec<Telling>,
}

impl Database {
    /// The commit up to which the history has been told; none before the first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn followed(&self) -> Result<Option<String>> {
        let row = sqlx::query("SELECT value FROM site WHERE name = $1").bind(FOLLOWED);
        row.fetch_optional(self.pool()).await?.map(|row| row.text("value")).transpose()
    }

    /// Tells what happened in the commits behind `from` up to `to`: all of it or, when another server was faster,
    /// nothing; whether it was told.
    ///
    /// # Errors
    /// When the database fails; nothing was told then.
    pub async fn follow(&self, from: Option<&str>, to: &str, outcome: &Outcome) -> Result<bool> {
        let hooks = self.webhooks().await?;
        let mut transaction = self.write().await?;
        let moved = match from {
            Some(from) => sqlx::query("UPDATE site SET value = $1 WHERE name = $2 AND value = $3")
                .bind(to)
                .bind(FOLLOWED)
                .bind(from),
            None => {
                sqlx::query("INSERT INTO site (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
                    .bind(FOLLOWED)
                    .bind(to)
            }
        };
        if moved.execute(&mut *transaction).await?.rows_affected() == 0 {
            return Ok(false);
        }
        self.put(&mut transaction, &hooks, outcome).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Tells what happened otherwise than by a commit.
    ///
    /// # Errors
    /// When the database fails; nothing was told then.
    pub async fn tell(&self, outcome: &Outcome) -> Result<()> {
        let hooks = self.webhooks().await?;
        let mut transaction = self.write().await?;
        self.put(&mut transaction, &hooks, outcome).await?;
        Ok(transaction.commit().await?)
    }

    async fn put(
        &self,
        transaction: &mut Transaction<'static, Any>,
        hooks: &[crate::Webhook],
        outcome: &Outcome,
    ) -> Result<()> {
        let now = self.now();
        for (event, body) in &outcome.events {
            for hook in hooks.iter().filter(|hook| hook.hears(event)) {
                let call = (hook.id.as_str(), event.as_str(), body.as_str());
                queue::put(&mut **transaction, Channel::Webhook, call, now, now).await?;
            }
        }
        for Telling { user_id, watch_id, what } in &outcome.tellings {
            sqlx::query(
                "INSERT INTO news
                     (id, user_id, watch_id, event, path, lang, title, author, source, moved_from, made)
                 SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
                 WHERE NOT EXISTS (SELECT 1 FROM paces WHERE user_id = $2 AND pace = $12)",
            )
            .bind(random::ordered_id(now))
            .bind(user_id)
            .bind(watch_id)
            .bind(&what.event)
            .bind(&what.path)
            .bind(&what.lang)
            .bind(&what.title)
            .bind(&what.author)
            .bind(&what.source)
            .bind(&what.moved_from)
            .bind(now)
            .bind(Pace::Never.word())
            .execute(&mut **transaction)
            .await?;
        }
        Ok(())
    }

    /// Those whose news have been gathered long enough, with all that waits for them, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_news(&self) -> Result<Vec<(User, Vec<News>)>> {
        let waiting = sqlx::query(
            "SELECT news.user_id AS user_id, MIN(news.made) AS since, MIN(paces.pace) AS pace
             FROM news LEFT JOIN paces ON paces.user_id = news.user_id
             GROUP BY news.user_id",
        );
        let mut due = Vec::new();
        for row in waiting.fetch_all(self.pool()).await? {
            let pace = row.text_or_null("pace")?.and_then(|word| Pace::parse(&word)).unwrap_or(Pace::Soon);
            let wait = pace.seconds().unwrap_or_default();
            if row.int("since")? + wait > self.now() {
                continue;
            }
            let user_id = row.text("user_id")?;
            let Some(user) = self.user(&user_id).await? else { continue };
            let rows = sqlx::query("SELECT * FROM news WHERE user_id = $1 ORDER BY id").bind(user_id);
            let rows = rows.fetch_all(self.pool()).await?;
            due.push((user, rows.iter().map(News::from_row).collect::<Result<_>>()?));
        }
        Ok(due)
    }

    /// Takes news away and puts the mail (recipient, subject, body) that was made of them into the queue, or none when
    /// there was nothing left to say; whether it did: when another server was faster, nothing happens.
    ///
    /// # Errors
    /// When the database fails; the news wait on.
    pub async fn hand_over(&self, news: &[News], mail: Option<(&str, &str, &str)>) -> Result<bool> {
        let mut transaction = self.write().await?;
        for one in news {
            let gone = sqlx::query("DELETE FROM news WHERE id = $1").bind(&one.id);
            if gone.execute(&mut *transaction).await?.rows_affected() == 0 {
                return Ok(false);
            }
        }
        if let Some(mail) = mail {
            queue::put(&mut *transaction, Channel::Mail, mail, self.now(), self.now()).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// How often a user wants mails.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pace(&self, user_id: &str) -> Result<Pace> {
        let row = sqlx::query("SELECT pace FROM paces WHERE user_id = $1").bind(user_id);
        let row = row.fetch_optional(self.pool()).await?;
        row.map(|row| row.word("pace")).transpose().map(|pace| pace.unwrap_or(Pace::Soon))
    }

    /// Sets how often a user wants mails. With [`Pace::Never`], what waited is forgotten.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_pace(&self, user_id: &str, pace: Pace) -> Result<()> {
        let mut transaction = self.write().await?;
        sqlx::query(
            "INSERT INTO paces (user_id, pace) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET pace = $2",
        )
        .bind(user_id)
        .bind(pace.word())
        .execute(&mut *transaction)
        .await?;
        if pace == Pace::Never {
            sqlx::query("DELETE FROM news WHERE user_id = $1")
                .bind(user_id)
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }
}

impl News {
    fn from_row(row: &AnyRow) -> Result<News> {
        Ok(News {
            id: row.text("id")?,
            telling: Telling {
                user_id: row.text("user_id")?,
                watch_id: row.text_or_null("watch_id")?,
                what: Happening {
                    event: row.text("event")?,
                    path: row.text("path")?,
                    lang: row.text("lang")?,
                    title: row.text("title")?,
                    author: row.text("author")?,
                    source: row.text("source")?,
                    moved_from: row.text_or_null("moved_from")?,
                },
            },
            made: row.int("made")?,
        })
    }
}
