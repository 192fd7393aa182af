//! What happened since it was last looked: commits, wherever they came from, and comments; watchers and webhooks are told.
//!
//! The database holds the last commit that was told. A server that finds newer ones writes whom to tell of them, and the
//! new last commit, in one transaction: of several servers one tells, and what was not told is told after a crash.
//!
//! - [`commits`]: whom to tell of a commit
//! - [`comments`]: whom to tell of a comment

mod comments;
mod commits;

use super::Wiki;
use super::pages::Whole;
use crate::app::App;
use crate::content::page::Page;
use crate::content::path::PagePath;
pub use comments::commented;
use database::{May, Outcome, User, Watch};
use serde_json::{Value, json};
use sim_wasm::text::Lang;
use std::sync::Weak;
use std::time::Duration;
use store::Revision;

/// How often it is looked when nothing is known to have happened: people commit and push without telling.
const LOOK: Duration = Duration::from_secs(5);

/// As many commits are told at once; older ones that came with them are not.
const MOST: usize = 1000;

/// How long the last commit that was told may be unknown here, in seconds: another server may have it first.
const PATIENCE: i64 = 10 * 60;

/// A page of the content folder in a language.
type Place = (PagePath, Lang);

/// What happens to pages, as webhooks name it.
pub mod event {
    /// A page is new.
    pub const CREATED: &str = "page.created";
    /// Its text is another.
    pub const CHANGED: &str = "page.changed";
    /// It has another address.
    pub const MOVED: &str = "page.moved";
    /// It is gone.
    pub const REMOVED: &str = "page.removed";
    /// Somebody wrote a comment on it.
    pub const COMMENTED: &str = "comment.created";
}

/// Looks for new commits for as long as the site lives.
pub(super) async fn keep(app: Weak<App>) {
    let mut follower = Follower::default();
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // What is wrong is said once, not every five seconds.
    let mut away = false;
    loop {
        let Some(strong) = app.upgrade() else { return };
        let Some(wiki) = strong.wiki() else { return };
        tokio::select! {
            _ = looks.tick() => {}
            () = wiki.committed.notified() => {}
        }
        match follower.look(&strong).await {
            Ok(()) if std::mem::take(&mut away) => tracing::info!("watchers and webhooks are told again"),
            Ok(()) => {}
            Err(error) if !away => {
                away = true;
                tracing::error!("cannot tell watchers and webhooks what happened: {error:#}");
            }
            Err(_) => {}
        }
    }
}

/// Follows the site's history.
#[derive(Debug, Default)]
pub struct Follower {
    /// Since when the last commit that was told is unknown here, in unix seconds.
    lost: Option<i64>,
}

impl Follower {
    /// Tells what happened since the last look of any server. What is there at the first look of all is no news.
    ///
    /// # Errors
    /// When the store or the database fails; the next look tells it.
    pub async fn look(&mut self, app: &App) -> anyhow::Result<()> {
        let Some(wiki) = app.wiki() else { return Ok(()) };
        let (database, whole) = (wiki.database(), Whole(wiki));
        let head = whole.head().await?.to_string();
        let Some(last) = database.followed().await? else {
            database.follow(None, &head, &Outcome::default()).await?;
            return Ok(());
        };
        if last == head {
            self.lost = None;
            return Ok(());
        }
        let from: Revision = last.parse()?;
        let Some(entries) = whole.since(from, MOST).await? else {
            let lost = *self.lost.get_or_insert(database.now());
            if database.now() - lost >= PATIENCE {
                tracing::warn!("the last commit that was told, {last}, is gone; what follows {head} is told");
                database.follow(Some(&last), &head, &Outcome::default()).await?;
            }
            return Ok(());
        };
        self.lost = None;
        // None: another server is ahead of this one, or somebody took commits back.
        let Some(newest) = entries.last().map(|entry| entry.revision.to_string()) else { return Ok(()) };
        let mut outcome = Outcome::default();
        for entry in &entries {
            commits::add(app, wiki, entry, from, &mut outcome).await?;
        }
        database.follow(Some(&last), &newest, &outcome).await?;
        Ok(())
    }
}

/// Title and tags of a page; its path and no tags when its text is missing or its head cannot be read. None for a draft.
fn title_and_tags(place: &Place, file: &str, text: Option<String>) -> Option<(String, Vec<String>)> {
    let page = text.and_then(|text| Page::read(place.0.clone(), place.1, false, file, text).ok());
    let Some((page, _)) = page else { return Some((format!("/{}", place.0.as_str()), Vec::new())) };
    // A title may hold what the database stores in no text.
    let title = page.title.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    (!page.front.draft).then_some((title, page.front.tags))
}

/// A page as webhooks are told of it.
fn described(app: &App, (path, lang): &Place, title: Option<&str>) -> Value {
    let address = format!("{}{}", app.settings().public_url, path.address(*lang));
    let mut page = json!({ "path": path.as_str(), "lang": lang.code(), "address": address });
    if let Some(title) = title {
        page["title"] = json!(title);
    }
    page
}

/// Who watches a page and gets mails: nobody when there are none.
async fn watchers(wiki: &Wiki, path: &str, tags: &[String]) -> Result<Vec<(Watch, User)>, database::Error> {
    match wiki.mailer() {
        Some(_) => wiki.database().watchers(path, tags).await,
        None => Ok(Vec::new()),
    }
}

/// Whether somebody may read a page and has an address to be told at.
fn may_hear(wiki: &Wiki, user: &User, path: &str) -> bool {
    !user.disabled
        && user.email.is_some()
        && wiki.rules().may(Some((user.id.as_str(), user.role)), path) != May::Nothing
}
