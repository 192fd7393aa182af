//! Where the rules are kept.

use crate::row::Columns;
use crate::rules::{self, Rule, Rules, Who};
use crate::{Database, Error, Refusal, Result};

/// The most bytes of a folder's path.
const LONGEST_FOLDER: usize = 1024;

impl Database {
    /// All rules, by folder.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rules(&self) -> Result<Vec<Rule>> {
        let rows = sqlx::query("SELECT folder, who, may FROM rules").fetch_all(self.pool()).await?;
        let rules = rows.iter().map(|row| {
            Ok(Rule { folder: row.text("folder")?, who: parse_who(row.text("who")?)?, may: row.word("may")? })
        });
        let mut rules = rules.collect::<Result<Vec<_>>>()?;
        rules.sort_by(|a, b| (&a.folder, &a.who).cmp(&(&b.folder, &b.who)));
        Ok(rules)
    }

    /// All rules, ready to be asked, of a site that is `public` or not where none decides.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn permissions(&self, public: bool) -> Result<Rules> {
        Ok(Rules::new(public, self.rules().await?))
    }

    /// Sets what some people may in a folder, whatever they might before.
    ///
    /// # Errors
    /// When the folder's path is too long.
    pub async fn set_rule(&self, rule: &Rule) -> Result<()> {
        let folder = rules::folder(&rule.folder);
        if folder.len() > LONGEST_FOLDER {
            return Err(Refusal::TooLong { most: LONGEST_FOLDER }.into());
        }
        sqlx::query(
            "INSERT INTO rules (folder, who, may) VALUES ($1, $2, $3)
             ON CONFLICT (folder, who) DO UPDATE SET may = $3",
        )
        .bind(folder)
        .bind(rule.who.to_string())
        .bind(rule.may.word())
        .execute(self.pool())
        .await?;
        Ok(())
    }

    /// Removes a rule; whether it was there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_rule(&self, folder: &str, who: &Who) -> Result<bool> {
        let done = sqlx::query("DELETE FROM rules WHERE folder = $1 AND who = $2")
            .bind(rules::folder(folder))
            .bind(who.to_string());
        Ok(done.execute(self.pool()).await?.rows_affected() > 0)
    }
}

impl std::fmt::Display for Who {
    /// The word that forms use: `anyone`, `signed_in`, `writers` or `user:ID`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Who::Anyone => f.write_str("anyone"),
            Who::SignedIn => f.write_str("signed_in"),
            Who::Writers => f.write_str("writers"),
            Who::User(id) => write!(f, "user:{id}"),
        }
    }
}

impl Who {
    /// Whom a word stands for.
    pub fn parse(word: &str) -> Option<Who> {
        match word {
            "anyone" => Some(Who::Anyone),
            "signed_in" => Some(Who::SignedIn),
            "writers" => Some(Who::Writers),
            _ => word.strip_prefix("user:").filter(|id| !id.is_empty()).map(|id| Who::User(id.to_string())),
        }
    }
}

fn parse_who(value: String) -> Result<Who> {
    Who::parse(&value).ok_or_else(|| Error::Stored { column: "who".to_string(), value })
}
