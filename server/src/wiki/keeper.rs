//! What goes on by itself: other servers' changes, the remote repository, and what has expired.

use super::{Wiki, backups, post};
use crate::app::App;
use database::notify::{Listener, Notice};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How often the remote is asked for changes, when nobody tells of any.
const POLL: Duration = Duration::from_secs(5);

/// How often what has expired is swept.
const SWEEP: Duration = Duration::from_secs(3600);

/// What the servers of a site tell each other.
const PAGES: &str = "pages";
const RULES: &str = "rules";

/// Keeps the wiki of a site for as long as the site lives.
pub fn keep(app: &Arc<App>) {
    if app.wiki().is_none() {
        return;
    }
    tokio::spawn(sweep(Arc::downgrade(app)));
    tokio::spawn(backups::keep(Arc::downgrade(app)));
    tokio::spawn(super::call::keep(Arc::downgrade(app)));
    tokio::spawn(follow(Arc::downgrade(app)));
    tokio::spawn(super::follow::keep(Arc::downgrade(app)));
    tokio::spawn(post::keep(Arc::downgrade(app)));
}

async fn sweep(app: Weak<App>) {
    let mut hours = tokio::time::interval(SWEEP);
    loop {
        hours.tick().await;
        let Some(app) = app.upgrade() else { return };
        let Some(wiki) = app.wiki() else { return };
        let database = wiki.database();
        let swept = async {
            database.sweep_sessions().await?;
            database.sweep_attempts().await?;
            database.sweep_links().await
        };
        if let Err(error) = swept.await {
            tracing::error!("cannot sweep what has expired: {error}");
        }
    }
}

/// Waits for what other servers tell, and asks the remote now and then.
async fn follow(app: Weak<App>) {
    let mut listener: Option<Listener> = None;
    let mut polls = tokio::time::interval(POLL);
    polls.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // What is wrong with the store or the remote is said once, not every five seconds.
    let mut away = false;
    loop {
        let heard = match &mut listener {
            Some(listener) => tokio::select! {
                heard = listener.next() => Some(heard),
                _ = polls.tick() => None,
            },
            None => {
                polls.tick().await;
                None
            }
        };
        let Some(app) = app.upgrade() else { return };
        let Some(wiki) = app.wiki() else { return };
        match heard {
            Some(Ok(Notice::Changed(what))) if what == RULES => reload(&app).await,
            Some(Ok(Notice::Missed)) => reload(&app).await,
            Some(Ok(Notice::Changed(_))) => redirects(&app).await,
            None => {}
            Some(Err(error)) => {
                tracing::warn!("cannot hear the other servers of the site: {error}");
                listener = None;
            }
        }
        if listener.is_none() {
            match wiki.database().listen().await {
                Ok(new) => listener = Some(new),
                Err(error) => tracing::warn!("cannot listen to the other servers of the site: {error}"),
            }
        }
        let synced = match wiki.adopt().await {
            Ok(()) => wiki.sync().await,
            Err(error) => Err(error),
        };
        match synced {
            Ok(synced) => {
                if std::mem::take(&mut away) {
                    tracing::info!("the repository and its remote are in order again");
                }
                if synced.is_some_and(|synced| synced.received) {
                    let app = app.clone();
                    // Only a panic can fail here, and it has been logged.
                    let _ = tokio::task::spawn_blocking(move || app.refresh()).await;
                    wiki.committed.notify_one();
                }
            }
            Err(error) if !away => {
                away = true;
                tracing::error!("{error}");
            }
            Err(_) => {}
        }
    }
}

async fn reload(app: &App) {
    if let Some(wiki) = app.wiki()
        && let Err(error) = wiki.reload_rules().await
    {
        tracing::error!("cannot read the rules: {error}");
    }
    redirects(app).await;
}

async fn redirects(app: &App) {
    if let Some(wiki) = app.wiki()
        && let Err(error) = wiki.reload_redirects().await
    {
        tracing::error!("cannot read where pages went: {error}");
    }
}

/// Tells the other servers that pages changed, and whoever here tells watchers.
pub(super) async fn tell_pages(wiki: &Wiki) {
    wiki.committed.notify_one();
    tell(&wiki.database, PAGES).await;
}

/// Tells the other servers that permissions changed.
pub(super) async fn tell_rules(database: &database::Database) {
    tell(database, RULES).await;
}

async fn tell(database: &database::Database, what: &str) {
    // They find out by themselves a little later.
    if let Err(error) = database.announce(what).await {
        tracing::warn!("cannot tell the other servers of the site: {error}");
    }
}
