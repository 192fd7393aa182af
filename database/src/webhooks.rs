//! Webhooks: addresses of other programs that are told of what happens.

use std::collections::BTreeSet;

use sqlx::any::AnyRow;

use crate::queue::{self, Channel};
use crate::row::Columns;
use crate::{Database, Refusal, Result, random};

/// The most bytes of an address.
const LONGEST_URL: usize = 2048;

/// An address that is told of what happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// What lists call it.
    pub id: String,
    /// Where to send to. That it is no address within the own network is checked when it is called.
    pub url: String,
    /// What the receiver checks the signature with.
    pub secret: String,
    /// The events that it is told of; all when there are none.
    pub events: BTreeSet<String>,
    /// Whether it is called at all.
    pub active: bool,
    /// When it was made, in unix seconds.
    pub created: i64,
}

impl Database {
    /// Makes a webhook with a new secret.
    ///
    /// # Errors
    /// When the address is none of the web, or an event has a space in its name.
    pub async fn create_webhook(&self, url: &str, events: &BTreeSet<String>) -> Result<Webhook> {
        check(url, events)?;
        let hook = Webhook {
            id: random::ordered_id(self.now()),
            url: url.to_string(),
            secret: random::token(),
            events: events.clone(),
            active: true,
            created: self.now(),
        };
        sqlx::query(
            "INSERT INTO webhooks (id, url, secret, events, active, created) VALUES ($1, $2, $3, $4, 1, $5)",
        )
        .bind(&hook.id)
        .bind(url)
        .bind(&hook.secret)
        .bind(joined(events))
        .bind(hook.created)
        .execute(self.pool())
        .await?;
        Ok(hook)
    }

    /// Changes a webhook; its secret stays.
    ///
    /// # Errors
    /// When the address or an event is refused, or the webhook is gone.
    pub async fn set_webhook(
        &self,
        id: &str,
        url: &str,
        events: &BTreeSet<String>,
        active: bool,
    ) -> Result<()> {
        check(url, events)?;
        let done = sqlx::query("UPDATE webhooks SET url = $1, events = $2, active = $3 WHERE id = $4")
            .bind(url)
            .bind(joined(events))
            .bind(i64::from(active))
            .bind(id)
            .execute(self.pool())
            .await?;
        if done.rows_affected() == 0 { Err(Refusal::Gone.into()) } else { Ok(()) }
    }

    /// Removes a webhook and what waits to be sent to it; whether it was there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_webhook(&self, id: &str) -> Result<bool> {
        let mut transaction = self.write().await?;
        sqlx::query("DELETE FROM queue WHERE kind = $1 AND recipient = $2")
            .bind(Channel::Webhook.word())
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        let done =
            sqlx::query("DELETE FROM webhooks WHERE id = $1").bind(id).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// All webhooks, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>> {
        let rows = sqlx::query("SELECT * FROM webhooks ORDER BY id").fetch_all(self.pool()).await?;
        rows.iter().map(Webhook::from_row).collect()
    }

    /// The webhook of an id, such as the recipient of a message.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhook(&self, id: &str) -> Result<Option<Webhook>> {
        let row = sqlx::query("SELECT * FROM webhooks WHERE id = $1").bind(id);
        row.fetch_optional(self.pool()).await?.as_ref().map(Webhook::from_row).transpose()
    }

    /// Queues a call of each active webhook that wants to hear of the event; how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_event(&self, event: &str, body: &str) -> Result<usize> {
        let mut hooks = self.webhooks().await?;
        hooks.retain(|hook| hook.hears(event));
        let now = self.now();
        let mut transaction = self.write().await?;
        for hook in &hooks {
            queue::put(&mut *transaction, Channel::Webhook, (&hook.id, event, body), now, now).await?;
        }
        transaction.commit().await?;
        Ok(hooks.len())
    }
}

impl Webhook {
    /// Whether it is called when `event` happens.
    pub(crate) fn hears(&self, event: &str) -> bool {
        self.active && (self.events.is_empty() || self.events.contains(event))
    }

    fn from_row(row: &AnyRow) -> Result<Webhook> {
        Ok(Webhook {
            id: row.text("id")?,
            url: row.text("url")?,
            secret: row.text("secret")?,
            events: row.text("events")?.split_whitespace().map(str::to_string).collect(),
            active: row.bool("active")?,
            created: row.int("created")?,
        })
    }
}

fn check(url: &str, events: &BTreeSet<String>) -> Result<()> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    if host.is_none_or(str::is_empty) || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Refusal::WebAddress.into());
    }
    if url.len() > LONGEST_URL {
        return Err(Refusal::TooLong { most: LONGEST_URL }.into());
    }
    if events.iter().any(|event| event.is_empty() || event.contains(char::is_whitespace)) {
        return Err(Refusal::Empty.into());
    }
    Ok(())
}

fn joined(events: &BTreeSet<String>) -> String {
    events.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}
