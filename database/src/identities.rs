//! Identities: whom a provider that people sign in with (OpenID Connect) calls what. An issuer and its subject name
//! somebody for good; names and addresses may change hands, and nobody is ever found by them.

use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

use crate::error::{is_dangling, is_duplicate};
use crate::row::Columns;
use crate::users::{self, NewUser, User};
use crate::{Database, Error, Refusal, Result, random};

/// How many names are tried for a new account: `ada`, `ada-2`, and so on.
const NAMES: usize = 100;

/// The most characters of a name from elsewhere: some room is left for a number.
const LONGEST_NAME: usize = 60;

/// The most characters of what others see: of a name, and of an identity.
const LONGEST_LABEL: usize = 100;

/// The account of somebody at a provider, which signs in to an account here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What lists and [`Database::unlink_identity`] call it.
    pub id: String,
    /// The provider.
    pub issuer: String,
    /// What the provider calls somebody.
    pub subject: String,
    /// What people know it as.
    pub label: String,
    /// When it was linked, in unix seconds.
    pub created: i64,
}

/// What a provider says of somebody.
#[derive(Clone, Debug)]
pub struct NewIdentity {
    /// The provider.
    pub issuer: String,
    /// What the provider calls somebody.
    pub subject: String,
    /// What people know it as.
    pub label: String,
}

/// What came of linking an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linked {
    /// It belongs to the account from now on.
    Now,
    /// It did already.
    Before,
    /// It belongs to another account, and still does.
    ToAnother,
}

/// What came of unlinking an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlinked {
    /// It signs nobody in any more.
    Done,
    /// The account has no such identity.
    Unknown,
    /// It is the only way to sign in that the account has, so it stays.
    LastWayIn,
}

impl Database {
    /// The account that an identity signs in to, disabled or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user_of_identity(&self, issuer: &str, subject: &str) -> Result<Option<User>> {
        let row = sqlx::query(
            "SELECT users.* FROM identities JOIN users ON users.id = identities.user_id
             WHERE identities.issuer = $1 AND identities.subject = $2",
        )
        .bind(issuer)
        .bind(subject)
        .fetch_optional(self.pool())
        .await?;
        row.as_ref().map(User::from_row).transpose()
    }

    /// The identities of an account, first linked first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn identities(&self, user_id: &str) -> Result<Vec<Identity>> {
        let rows = sqlx::query("SELECT * FROM identities WHERE user_id = $1 ORDER BY id")
            .bind(user_id)
            .fetch_all(self.pool())
            .await?;
        rows.iter().map(Identity::from_row).collect()
    }

    /// Whether an account has a password.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_password(&self, user_id: &str) -> Result<bool> {
        let row = sqlx::query("SELECT user_id FROM passwords WHERE user_id = $1").bind(user_id);
        Ok(row.fetch_optional(self.pool()).await?.is_some())
    }

    /// Makes an account for somebody who comes from a provider for the first time. The name is made one that can be
    /// had: of what is no letter, hyphens; and when it is taken, with a number. An address that another account has, or
    /// that is none, is left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_user_of(&self, new: &NewUser, identity: &NewIdentity) -> Result<User> {
        let name = name(&new.name);
        let mut new = NewUser { display: printable(&new.display), ..new.clone() };
        let mut number = 1;
        loop {
            new.name = if number == 1 { name.clone() } else { format!("{name}-{number}") };
            match self.create_both(&new, identity).await {
                Err(Error::Refused(Refusal::NameTaken)) if number < NAMES => number += 1,
                Err(Error::Refused(Refusal::EmailTaken | Refusal::EmailSpelling)) if new.email.is_some() => {
                    new.email = None;
                }
                done => return done,
            }
        }
    }

    async fn create_both(&self, new: &NewUser, identity: &NewIdentity) -> Result<User> {
        let mut transaction = self.write().await?;
        let user = users::insert(&mut transaction, new, self.now()).await?;
        match insert(&mut transaction, &user.id, identity, self.now()).await {
            Ok(()) => {
                transaction.commit().await?;
                Ok(user)
            }
            // The same person came twice at once: one account is enough.
            Err(error) if is_duplicate(&error) => {
                transaction.rollback().await?;
                let first = self.user_of_identity(&identity.issuer, &identity.subject).await?;
                first.ok_or(Refusal::Gone.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Lets an identity sign in to an account.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn link_identity(&self, user_id: &str, identity: &NewIdentity) -> Result<Linked> {
        let mut transaction = self.write().await?;
        match insert(&mut transaction, user_id, identity, self.now()).await {
            Ok(()) => {
                transaction.commit().await?;
                Ok(Linked::Now)
            }
            Err(error) if is_duplicate(&error) => {
                transaction.rollback().await?;
                let of = self.user_of_identity(&identity.issuer, &identity.subject).await?;
                match of.is_some_and(|user| user.id == user_id) {
                    true => Ok(Linked::Before),
                    false => Ok(Linked::ToAnother),
                }
            }
            Err(error) if is_dangling(&error) => Err(Refusal::NoSuchUser.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Lets an identity of an account sign in no more, unless nothing else does.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unlink_identity(&self, user_id: &str, id: &str) -> Result<Unlinked> {
        // Alone, so that two at once do not each see the other's identity.
        let mut transaction = self.write_alone().await?;
        let removed = sqlx::query("DELETE FROM identities WHERE user_id = $1 AND id = $2")
            .bind(user_id)
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        if removed.rows_affected() == 0 {
            return Ok(Unlinked::Unknown);
        }
        let left = sqlx::query(
            "SELECT user_id FROM identities WHERE user_id = $1
             UNION ALL SELECT user_id FROM passwords WHERE user_id = $1",
        )
        .bind(user_id)
        .fetch_optional(&mut *transaction)
        .await?;
        if left.is_none() {
            transaction.rollback().await?;
            return Ok(Unlinked::LastWayIn);
        }
        transaction.commit().await?;
        Ok(Unlinked::Done)
    }
}

impl Identity {
    fn from_row(row: &AnyRow) -> Result<Identity> {
        Ok(Identity {
            id: row.text("id")?,
            issuer: row.text("issuer")?,
            subject: row.text("subject")?,
            label: row.text("label")?,
            created: row.int("created")?,
        })
    }
}

async fn insert(
    transaction: &mut Transaction<'static, Any>,
    user_id: &str,
    identity: &NewIdentity,
    now: i64,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO identities (id, issuer, subject, user_id, label, created) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(random::ordered_id(now))
    .bind(&identity.issuer)
    .bind(&identity.subject)
    .bind(user_id)
    .bind(printable(&identity.label))
    .bind(now)
    .execute(&mut **transaction)
    .await
    .map(|_| ())
}

/// A name that accounts can have, from one that providers give: `ada@example.org` is `ada`, `Ada Li` is `Ada-Li`.
fn name(given: &str) -> String {
    let local = given.split_once('@').map_or(given, |(local, _)| local);
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' };
    let name: String =
        local.trim().chars().map(plain).skip_while(|c| !c.is_alphanumeric()).take(LONGEST_NAME).collect();
    let name = name.trim_end_matches(['.', '-', '_']);
    if name.is_empty() { "user".to_string() } else { name.to_string() }
}

fn printable(text: &str) -> String {
    let shown: String = text.chars().filter(|c| !c.is_control()).take(LONGEST_LABEL).collect();
    shown.trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::{name, printable};

    #[test]
    fn names_from_elsewhere_become_names_of_accounts() {
        for (given, wanted) in [
            ("ada", "ada"),
            ("Ada.Li_2", "Ada.Li_2"),
            ("ada@example.org", "ada"),
            ("Ada Li", "Ada-Li"),
            ("王小明", "王小明"),
            ("EXAMPLE\\ada", "EXAMPLE-ada"),
            ("--ada--", "ada"),
            (".._", "user"),
            ("", "user"),
            ("@example.org", "user"),
            ("\r\nada", "ada"),
        ] {
            assert_eq!(name(given), wanted, "{given:?}");
        }
        assert_eq!(name(&"长".repeat(100)), "长".repeat(60));
        assert_eq!(printable("  Ada\u{1b}[1m\n "), "Ada[1m");
    }
}
