//! What waits to be sent: mails and calls of webhooks. A server that takes something has it for five minutes alone;
//! when it dies, another takes it after that. So a thing may be sent twice, and is never lost.

use sqlx::AnyExecutor;
use sqlx::any::AnyRow;

use crate::row::{Columns, words};
use crate::{Database, Result, random};

/// How long whoever took something has it alone, in seconds.
pub const LEASE: i64 = 5 * 60;
/// After how many failures it is given up: the last wait but one was over a day.
pub const TRIES: i64 = 12;
/// The wait after the first failure, in seconds; each further one doubles it.
const FIRST_WAIT: i64 = 60;
const LONGEST_ERROR: usize = 1000;

words! {
    /// How it is sent.
    pub enum Channel {
        /// As a mail; the recipient is an address.
        Mail = "mail",
        /// To a webhook; the recipient is its id, the subject the event.
        Webhook = "webhook",
    }
}

/// Something to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What lists call it. It stays the same when sending is tried again, so that receivers can drop duplicates.
    pub id: String,
    /// The mail address or the id of the webhook.
    pub recipient: String,
    /// The subject of the mail or the event.
    pub subject: String,
    /// The whole text.
    pub body: String,
    /// When it was put in, in unix seconds.
    pub created: i64,
    /// Not to be sent before, in unix seconds.
    pub not_before: i64,
    /// How often it was tried, with the present one.
    pub tries: i64,
    /// Whether it was given up.
    pub failed: bool,
    /// Why it was not sent the last time.
    pub error: Option<String>,
    lease: Option<String>,
}

impl Database {
    /// Puts a mail into the queue, to be sent at `not_before` (unix seconds) or soon after.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_mail(&self, to: &str, subject: &str, body: &str, not_before: i64) -> Result<()> {
        put(self.pool(), Channel::Mail, (to, subject, body), self.now(), not_before).await
    }

    /// Takes the message that is due longest, for [`LEASE`] seconds; none when nothing is due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim(&self, channel: Channel) -> Result<Option<Message>> {
        let now = self.now();
        loop {
            let due = sqlx::query(
                "SELECT id FROM queue WHERE kind = $1 AND failed = 0 AND not_before <= $2 AND leased_until <= $2
                 ORDER BY not_before, id LIMIT 1",
            )
            .bind(channel.word())
            .bind(now)
            .fetch_optional(self.pool())
            .await?;
            let Some(due) = due else { return Ok(None) };
            let taken = sqlx::query(
                "UPDATE queue SET leased_until = $1, lease = $2, tries = tries + 1
                 WHERE id = $3 AND failed = 0 AND not_before <= $4 AND leased_until <= $4 RETURNING *",
            )
            .bind(now + LEASE)
            .bind(random::id())
            .bind(due.text("id")?)
            .bind(now)
            .fetch_optional(self.pool())
            .await?;
            // None: another server was faster; there may be more.
            if let Some(row) = taken {
                return Message::from_row(&row).map(Some);
            }
        }
    }

    /// Notes that a message was sent, which removes it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delivered(&self, message: &Message) -> Result<()> {
        sqlx::query("DELETE FROM queue WHERE id = $1").bind(&message.id).execute(self.pool()).await?;
        Ok(())
    }

    /// Notes that a message could not be sent: it is due again after a minute, then two, four and so on, and given up
    /// after [`TRIES`]. Nothing happens when somebody else took it meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn not_delivered(&self, message: &Message, error: &str) -> Result<()> {
        let doublings = u32::try_from(message.tries - 1).unwrap_or_default().min(30);
        let error: String = error.chars().filter(|c| !c.is_control()).take(LONGEST_ERROR).collect();
        sqlx::query(
            "UPDATE queue SET not_before = $1, leased_until = 0, lease = NULL, failed = $2, error = $3
             WHERE id = $4 AND lease = $5",
        )
        .bind(self.now() + (FIRST_WAIT << doublings))
        .bind(i64::from(message.tries >= TRIES))
        .bind(error)
        .bind(&message.id)
        .bind(message.lease.as_deref().unwrap_or_default())
        .execute(self.pool())
        .await?;
        Ok(())
    }

    /// At most `most` messages that could not be sent yet or were given up, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn undelivered(&self, channel: Channel, most: u32) -> Result<Vec<Message>> {
        let rows = sqlx::query(
            "SELECT * FROM queue WHERE kind = $1 AND error IS NOT NULL ORDER BY id DESC LIMIT $2",
        )
        .bind(channel.word())
        .bind(i64::from(most))
        .fetch_all(self.pool())
        .await?;
        rows.iter().map(Message::from_row).collect()
    }

    /// Makes a message due now, also one that was given up, with all its tries again; whether it was there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry(&self, id: &str) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE queue SET not_before = $1, leased_until = 0, lease = NULL, failed = 0, tries = 0 WHERE id = $2",
        )
        .bind(self.now())
        .bind(id);
        Ok(done.execute(self.pool()).await?.rows_affected() > 0)
    }
}

/// Puts a message of (recipient, subject, body) into the queue.
pub(crate) async fn put<'c>(
    executor: impl AnyExecutor<'c>,
    channel: Channel,
    (recipient, subject, body): (&str, &str, &str),
    now: i64,
    not_before: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO queue (id, kind, recipient, subject, body, created, not_before, leased_until, tries, failed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0)",
    )
    .bind(random::ordered_id(now))
    .bind(channel.word())
    .bind(recipient)
    .bind(subject)
    .bind(body)
    .bind(now)
    .bind(not_before)
    .execute(executor)
    .await?;
    Ok(())
}

impl Message {
    fn from_row(row: &AnyRow) -> Result<Message> {
        Ok(Message {
            id: row.text("id")?,
            recipient: row.text("recipient")?,
            subject: row.text("subject")?,
            body: row.text("body")?,
            created: row.int("created")?,
            not_before: row.int("not_before")?,
            tries: row.int("tries")?,
            failed: row.bool("failed")?,
            error: row.text_or_null("error")?,
            lease: row.text_or_null("lease")?,
        })
    }
}
