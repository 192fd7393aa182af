//! Sends the mails that wait in the queue.

use super::letter::{Body, Letter};
use super::{Wiki, news};
use crate::app::App;
use database::{Channel, Message};
use outbound::mail::{Mail, Mailer};
use std::sync::Weak;
use std::time::{Duration, SystemTime};

/// How often it is looked what is due.
const LOOK: Duration = Duration::from_secs(5);

/// Makes mails and sends them for as long as the site lives; does nothing when no mails are sent.
pub(super) async fn keep(app: Weak<App>) {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // What is wrong is said once, not every five seconds.
    let mut away = false;
    loop {
        looks.tick().await;
        let Some(app) = app.upgrade() else { return };
        if app.wiki().is_none_or(|wiki| wiki.mailer().is_none()) {
            return;
        }
        match turn(&app).await {
            Ok(Sent::Nothing) => {}
            Ok(Sent::All) => {
                if std::mem::take(&mut away) {
                    tracing::info!("mails are sent again");
                }
            }
            Ok(Sent::NotAll(error)) if !away => {
                away = true;
                tracing::error!("a mail was not sent, and will be tried again: {error}");
            }
            Err(error) if !away => {
                away = true;
                tracing::error!("cannot make or send mails: {error:#}");
            }
            Ok(Sent::NotAll(_)) | Err(_) => {}
        }
    }
}

async fn turn(app: &App) -> anyhow::Result<Sent> {
    news::gather(app).await?;
    match app.wiki() {
        Some(wiki) => send_due(wiki).await,
        None => Ok(Sent::Nothing),
    }
}

/// What became of the mails that were due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// None was due.
    Nothing,
    /// All were sent.
    All,
    /// Some were not, and will be tried again; what was wrong with the last of them.
    NotAll(String),
}

/// Sends every mail that is due.
///
/// # Errors
/// When the database fails.
pub async fn send_due(wiki: &Wiki) -> anyhow::Result<Sent> {
    let (Some(mailer), database) = (wiki.mailer(), wiki.database()) else { return Ok(Sent::Nothing) };
    let mut sent = Sent::Nothing;
    while let Some(message) = database.claim(Channel::Mail).await? {
        match send(mailer, &message).await {
            Ok(()) => {
                database.delivered(&message).await?;
                if sent == Sent::Nothing {
                    sent = Sent::All;
                }
            }
            Err(error) => {
                let error = format!("{error:#}");
                database.not_delivered(&message, &error).await?;
                sent = Sent::NotAll(error);
            }
        }
    }
    Ok(sent)
}

async fn send(mailer: &Mailer, message: &Message) -> anyhow::Result<()> {
    let body: Body = serde_json::from_str(&message.body)?;
    let written = SystemTime::UNIX_EPOCH + Duration::from_secs(message.created.unsigned_abs());
    let mail = Mail {
        to: &message.recipient,
        subject: &message.subject,
        text: &body.text,
        id: &message.id,
        written,
        unsubscribe: body.unsubscribe.as_deref(),
    };
    Ok(mailer.send(&mail).await?)
}

/// Puts a mail into the queue; whether it will be sent: without a mail server nothing is.
///
/// # Errors
/// When the database fails.
pub async fn queue(wiki: &Wiki, to: &str, letter: &Letter) -> anyhow::Result<bool> {
    if wiki.mailer().is_none() {
        return Ok(false);
    }
    let body = serde_json::to_string(&letter.body)?;
    let database = wiki.database();
    database.queue_mail(to, &letter.subject, &body, database.now()).await?;
    Ok(true)
}
