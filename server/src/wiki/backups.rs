//! A backup each day, of which the newest are kept.

use super::Wiki;
use crate::app::App;
use crate::backup;
use anyhow::Context as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Weak;
use std::time::Duration;

/// How often it is looked whether a backup is due.
const LOOK: Duration = Duration::from_secs(10 * 60);

/// How old the newest backup is when the next one is made, in seconds.
const DAY: i64 = 24 * 60 * 60;

/// What the files are called, in UTC. Others in the folder are none of ours.
const NAME: &str = "casebook-%Y-%m-%d-%H%M%S.tar.zst";

/// Where backups go, and how many are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The folder; made when it is missing.
    pub folder: PathBuf,
    /// As many are kept, the newest.
    pub keep: usize,
}

/// Makes backups for as long as the site lives, when the operator wants that.
pub(super) async fn keep(app: Weak<App>) {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let Some(app) = app.upgrade() else { return };
        let Some(wiki) = app.wiki().filter(|wiki| wiki.settings().backups.is_some()) else { return };
        match turn(wiki).await {
            Ok(None) => {}
            Ok(Some(file)) => tracing::info!("made the backup `{}`", file.display()),
            Err(error) => tracing::error!("cannot make a backup: {error:#}"),
        }
    }
}

/// Makes a backup when the newest in the folder is a day old, and removes those beyond the number that is kept; the new
/// one.
///
/// # Errors
/// When the folder or the backup cannot be written.
pub async fn turn(wiki: &Wiki) -> anyhow::Result<Option<PathBuf>> {
    let Some(Settings { folder, keep }) = &wiki.settings().backups else { return Ok(None) };
    let now = Timestamp::from_second(wiki.database().now())?;
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder `{}` for backups", folder.display()))?;
    let newest = made(folder)?.pop().map(|(made, _)| made);
    if newest.is_some_and(|made| now.as_second() - made.as_second() < DAY) {
        return Ok(None);
    }
    let file = folder.join(now.strftime(NAME).to_string());
    backup::begin(&file)?.write(wiki.store.clone(), wiki.database()).await?;
    let all = made(folder)?;
    for (_, old) in all.iter().take(all.len().saturating_sub((*keep).max(1))) {
        fs::remove_file(old).with_context(|| format!("cannot remove the old backup `{}`", old.display()))?;
    }
    Ok(Some(file))
}

/// The backups in a folder and when each was made, the oldest first.
fn made(folder: &Path) -> anyhow::Result<Vec<(Timestamp, PathBuf)>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut made = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let time = name.to_str().and_then(|name| jiff::civil::DateTime::strptime(NAME, name).ok());
        if let Some(time) = time.and_then(|time| time.to_zoned(TimeZone::UTC).ok()) {
            made.push((time.timestamp(), entry.path()));
        }
    }
    made.sort();
    Ok(made)
}
