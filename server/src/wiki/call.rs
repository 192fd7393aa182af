//! Calls the webhooks that wait in the queue: each receiver gets one call after the other, and none waits for another
//! receiver.
//!
//! - [`events`]: what they are told of

pub mod events;

use crate::app::App;
use crate::pages::wiki::when::machine;
use database::queue::LEASE;
use database::{Channel, Database, Message, Webhook};
use outbound::signature::Secret;
use outbound::web::{Client, Error};
use serde_json::json;
use std::collections::{HashMap, VecDeque};
use std::sync::Weak;
use std::time::Duration;
use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};

/// How often the queue is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// How many calls wait here for one receiver; more stay in the queue.
const LONGEST_LINE: usize = 500;

/// How long after it was taken from the queue a call may begin, so that it ends while nobody else takes it.
const STILL_OURS: Duration = Duration::from_secs(LEASE.unsigned_abs() - 30);

/// What a receiver that is gone for good answers.
const GONE: u16 = 410;

/// Calls webhooks for as long as the site lives.
pub async fn keep(app: Weak<App>) {
    let caller = app.upgrade().and_then(|app| {
        let wiki = app.wiki()?;
        Some(Caller::new(wiki.database().clone(), Client::new(wiki.settings().webhook_also.clone())))
    });
    let Some(mut caller) = caller else { return };
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        if app.strong_count() == 0 {
            return;
        }
        caller.round(LOOK).await;
    }
}

/// Calls one webhook now, past the queue, whether it is active or not; gives the status of its answer.
///
/// # Errors
/// When the call is not made or not answered well.
pub async fn ping(client: &Client, hook: &Webhook, now: i64) -> Result<u16, Error> {
    let id = format!("ping-{}-{now}", hook.id);
    let body =
        json!({ "event": events::PING, "id": id, "time": machine(now), "webhook": hook.id }).to_string();
    post(client, hook, (&id, &body), now).await
}

async fn post(client: &Client, hook: &Webhook, (id, body): (&str, &str), now: i64) -> Result<u16, Error> {
    let signed = Secret::stored(&hook.secret).headers(id, now, body);
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(signed.iter().map(|(name, value)| (*name, value.as_str())));
    client.post(&hook.url, &headers, body.to_string()).await
}

/// How a call ended, as far as the calls after it are concerned.
enum After {
    /// The next one may be made.
    GoOn,
    /// Nobody was there: whoever waits behind it would only wait as long again.
    NobodyThere(String),
}

/// Takes calls from the queue and makes them.
#[derive(Debug)]
pub struct Caller {
    database: Database,
    client: Client,
    calls: JoinSet<After>,
    /// Which receiver a call is for.
    receivers: HashMap<Id, String>,
    /// What waits for each receiver that is being called, and when it was taken from the queue.
    lines: HashMap<String, VecDeque<(Instant, Message)>>,
}

impl Caller {
    /// One that has not begun.
    pub fn new(database: Database, client: Client) -> Caller {
        Caller { database, client, calls: JoinSet::new(), receivers: HashMap::new(), lines: HashMap::new() }
    }

    /// Takes what is due, and makes calls until all are made or this time is over; what is under way then goes on in
    /// the next round.
    pub async fn round(&mut self, time: Duration) {
        let end = Instant::now() + time;
        if let Err(error) = self.take().await {
            tracing::error!("cannot read which webhooks are to be called: {error}");
        }
        while let Ok(Some(ended)) = timeout_at(end, self.calls.join_next_with_id()).await {
            match ended {
                Ok((id, after)) => self.go_on(id, after).await,
                // Only a panic ends it like that, and it has been logged.
                Err(error) => self.go_on(error.id(), After::GoOn).await,
            }
        }
    }

    async fn take(&mut self) -> database::Result<()> {
        while let Some(message) = self.database.claim(Channel::Webhook).await? {
            match self.lines.get_mut(&message.recipient) {
                Some(line) if line.len() < LONGEST_LINE => line.push_back((Instant::now(), message)),
                // It is due again when nobody has it any more.
                Some(_) => {}
                None => {
                    self.lines.insert(message.recipient.clone(), VecDeque::new());
                    self.begin(message);
                }
            }
        }
        Ok(())
    }

    fn begin(&mut self, message: Message) {
        let (database, client, receiver) =
            (self.database.clone(), self.client.clone(), message.recipient.clone());
        let call = self.calls.spawn(async move {
            call(&database, &client, &message).await.unwrap_or_else(|error| {
                // The message is due again when nobody has it any more.
                tracing::error!("cannot note how the call of a webhook ended: {error}");
                After::GoOn
            })
        });
        self.receivers.insert(call.id(), receiver);
    }

    /// Makes the next call of the receiver whose call ended.
    async fn go_on(&mut self, ended: Id, after: After) {
        let Some(receiver) = self.receivers.remove(&ended) else { return };
        let mut line = self.lines.remove(&receiver).unwrap_or_default();
        line.retain(|(taken, _)| taken.elapsed() < STILL_OURS);
        if let After::NobodyThere(reason) = after {
            for (_, message) in line.drain(..) {
                if let Err(error) = self.database.not_delivered(&message, &reason).await {
                    tracing::error!("cannot note that a webhook was not called: {error}");
                }
            }
        }
        if let Some((_, next)) = line.pop_front() {
            self.lines.insert(receiver, line);
            self.begin(next);
        }
    }
}

/// Makes a call and notes how it ended.
async fn call(database: &Database, client: &Client, message: &Message) -> database::Result<After> {
    let hook = database.webhook(&message.recipient).await?.filter(|hook| hook.active);
    let Some(hook) = hook else {
        // It was paused or removed meanwhile.
        database.delivered(message).await?;
        return Ok(After::GoOn);
    };
    let answer = post(client, &hook, (&message.id, &message.body), database.now()).await;
    match answer {
        Ok(_) => {
            database.delivered(message).await?;
            Ok(After::GoOn)
        }
        Err(Error::Answered { status: GONE, .. }) => {
            pause(database, &hook).await?;
            database.delivered(message).await?;
            Ok(After::GoOn)
        }
        Err(error) => {
            let reason = error.to_string();
            database.not_delivered(message, &reason).await?;
            Ok(match error {
                Error::Answered { .. } => After::GoOn,
                _ => After::NobodyThere(reason),
            })
        }
    }
}

/// Calls a receiver no more that asked for it, unless it was changed since.
async fn pause(database: &Database, called: &Webhook) -> database::Result<()> {
    if database.webhook(&called.id).await?.as_ref() != Some(called) {
        return Ok(());
    }
    database.set_webhook(&called.id, &called.url, &called.events, false).await?;
    tracing::warn!("the webhook {} answered 410 (gone) and is called no more", called.url);
    database.log(None, "webhook gone", &called.url, "", &json!({ "answered": GONE })).await
}
