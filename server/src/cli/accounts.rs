//! What the commands about accounts share: the database, and the log of what was done.

use super::Failure;
use crate::config::{Config, Options};
use crate::pages::wiki::when::when;
use crate::wiki::Settings;
use anyhow::Context as _;
use database::{Database, User};
use std::future::Future;

/// The accounts of the site that the configuration names. The server may run meanwhile.
pub(super) struct Accounts {
    config: Config,
    pub(super) database: Database,
}

/// Runs a command about accounts.
pub(super) fn with<F: Future<Output = Result<(), Failure>>>(
    options: Options,
    command: impl FnOnce(Accounts) -> F,
) -> Result<(), Failure> {
    let config = Config::new(options)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let database = open(&config).await?;
        let done = command(Accounts { config, database: database.clone() }).await;
        database.close().await;
        done
    })
}

/// Opens the database that the configuration names.
pub(super) async fn open(config: &Config) -> anyhow::Result<Database> {
    let settings = Settings {
        data: config.data.clone(),
        database_url: config.database_url.clone(),
        ..Settings::default()
    };
    if settings.database_url.is_none() {
        std::fs::create_dir_all(&settings.data)
            .with_context(|| format!("cannot make the data folder `{}`", settings.data.display()))?;
    }
    Ok(Database::open(&settings.database_url()).await?)
}

impl Accounts {
    /// The account of a name.
    pub(super) async fn find(&self, name: &str) -> Result<User, Failure> {
        let found = self.database.user_by_name(name).await?;
        found.ok_or_else(|| {
            Failure::Usage(format!(
                "there is no account `{name}`; `casebook user list` names those that there are"
            ))
        })
    }

    /// An address of the site with its scheme and host.
    pub(super) fn absolute(&self, address: &str) -> String {
        match &self.config.public_url {
            Some(url) => format!("{url}{address}"),
            None => format!("http://{}{address}", self.config.listen),
        }
    }

    /// Writes down what was done. Whoever is at the machine has no account.
    pub(super) async fn audit(&self, action: &str, object: &str) -> Result<(), Failure> {
        Ok(self.database.log(None, action, object, "command line", &serde_json::Value::Null).await?)
    }
}

/// Rows with their columns one below the other.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or_default()).collect();
    let mut out = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        out += cells.collect::<Vec<_>>().join("  ").trim_end();
        out.push('\n');
    }
    out
}

/// Unix seconds as people read them.
pub(super) fn time(seconds: Option<i64>) -> String {
    seconds.map_or_else(|| "-".to_string(), when)
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_stand_one_below_the_other() {
        let rows = [["ren", "writer", "x"], ["administrator", "reader", ""]];
        let rows = rows.map(|row| row.map(str::to_string).to_vec());
        assert_eq!(table(&rows), "ren            writer  x\nadministrator  reader\n");
    }
}
