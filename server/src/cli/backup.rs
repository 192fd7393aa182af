//! `casebook backup` and `casebook restore`.

use super::{Failure, accounts, print};
use crate::backup;
use crate::config::{Config, Options};
use database::Database;
use std::fs;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use store::Store;

/// Writes a backup.
pub(super) fn backup(options: Options, file: &Path) -> Result<(), Failure> {
    let config = Config::new(options)?;
    let begun = backup::begin(file)?;
    let store = Arc::new(Store::open(&config.content)?);
    let count = with_database(&config, async |database| begun.write(store, database).await)?;
    let size = fs::metadata(file)?.len();
    print(&format!("{}: {size} bytes, {count} rows of the database\n", file.display()))
}

/// Brings a backup back.
pub(super) fn restore(options: Options, file: &Path) -> Result<(), Failure> {
    let config = Config::new(options)?;
    let (pages, rows) = backup::read(file, &config.content)?;
    let mut lines = BufReader::new(rows);
    let rows = with_database(&config, async |database| Ok(database.import(&mut lines).await?))?;
    print(&format!("{pages} files of the repository, {rows} rows of the database\n"))
}

fn with_database<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Database) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let database = accounts::open(config).await?;
        let done = work(&database).await;
        database.close().await;
        done
    })
}
