//! Accounts.

use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

use crate::error::is_duplicate;
use crate::row::{Columns, words};
use crate::{Database, Refusal, Result, random};

words! {
    /// What an account may do where no rule says otherwise; each may what those before it may.
    pub enum Role {
        /// Reads and comments.
        Reader = "reader",
        /// Writes pages.
        Writer = "writer",
        /// Does everything, rules or not.
        Administrator = "administrator",
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// 128 random bits as hex; never changes.
    pub id: String,
    /// The name to sign in with, as it was written when the account was made.
    pub name: String,
    /// The name that others see.
    pub display: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// What it may do.
    pub role: Role,
    /// Whether it may not sign in.
    pub disabled: bool,
    /// When it was made, in unix seconds.
    pub created: i64,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The name to sign in with.
    pub name: String,
    /// The name that others see; the name to sign in with when it is empty.
    pub display: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// What it may do.
    pub role: Role,
}

impl Database {
    /// Makes an account, which has no password yet.
    ///
    /// # Errors
    /// When the name, the displayed name or the address is refused or taken.
    pub async fn create_user(&self, new: &NewUser) -> Result<User> {
        let mut transaction = self.write().await?;
        let user = insert(&mut transaction, new, self.now()).await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users(&self) -> Result<Vec<User>> {
        let rows = sqlx::query("SELECT * FROM users").fetch_all(self.pool()).await?;
        let mut users = rows.iter().map(User::from_row).collect::<Result<Vec<_>>>()?;
        users.sort_by_cached_key(|user| key(&user.name));
        Ok(users)
    }

    /// Whether there is any account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_users(&self) -> Result<bool> {
        Ok(sqlx::query("SELECT id FROM users LIMIT 1").fetch_optional(self.pool()).await?.is_some())
    }

    /// The account of an id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user(&self, id: &str) -> Result<Option<User>> {
        let row =
            sqlx::query("SELECT * FROM users WHERE id = $1").bind(id).fetch_optional(self.pool()).await?;
        row.as_ref().map(User::from_row).transpose()
    }

    /// The account of a name, in any letter case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user_by_name(&self, name: &str) -> Result<Option<User>> {
        if !is_name(name) {
            return Ok(None);
        }
        let found = sqlx::query("SELECT * FROM users WHERE name_key = $1").bind(key(name));
        found.fetch_optional(self.pool()).await?.as_ref().map(User::from_row).transpose()
    }

    /// The account of an e-mail address, in any letter case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>> {
        if !is_email(email) {
            return Ok(None);
        }
        let found = sqlx::query("SELECT * FROM users WHERE email_key = $1").bind(key(email));
        found.fetch_optional(self.pool()).await?.as_ref().map(User::from_row).transpose()
    }

    /// Gives an account another role. It holds from the next request on: sessions read it anew each time.
    ///
    /// # Errors
    /// When there is no such account, or it is the last administrator.
    pub async fn set_role(&self, id: &str, role: Role) -> Result<()> {
        let mut transaction = self.write_alone().await?;
        if role != Role::Administrator {
            another_administrator(&mut transaction, id).await?;
        }
        let done = sqlx::query("UPDATE users SET role = $1 WHERE id = $2").bind(role.word()).bind(id);
        found(done.execute(&mut *transaction).await?.rows_affected())?;
        Ok(transaction.commit().await?)
    }

    /// Disables an account, which ends its sessions, its API tokens and the open links from it and to it at once, or
    /// enables it again.
    ///
    /// # Errors
    /// When there is no such account, or it is the last administrator.
    pub async fn set_disabled(&self, id: &str, disabled: bool) -> Result<()> {
        let mut transaction = self.write_alone().await?;
        if disabled {
            another_administrator(&mut transaction, id).await?;
            for statement in [
                "DELETE FROM sessions WHERE user_id = $1",
                "DELETE FROM tokens WHERE user_id = $1",
                "DELETE FROM links WHERE (user_id = $1 OR made_by = $1) AND used IS NULL",
            ] {
                sqlx::query(statement).bind(id).execute(&mut *transaction).await?;
            }
        }
        let done =
            sqlx::query("UPDATE users SET disabled = $1 WHERE id = $2").bind(i64::from(disabled)).bind(id);
        found(done.execute(&mut *transaction).await?.rows_affected())?;
        Ok(transaction.commit().await?)
    }

    /// Changes the name that others see and the e-mail address.
    ///
    /// # Errors
    /// When there is no such account, or one of the two is refused or taken.
    pub async fn set_profile(&self, id: &str, display: &str, email: Option<&str>) -> Result<()> {
        check_profile(display, email)?;
        let done = sqlx::query("UPDATE users SET display = $1, email = $2, email_key = $3 WHERE id = $4")
            .bind(display)
            .bind(email)
            .bind(email.map(key))
            .bind(id)
            .execute(self.pool())
            .await;
        match done {
            Err(error) if is_duplicate(&error) => Err(Refusal::EmailTaken.into()),
            done => found(done?.rows_affected()),
        }
    }
}

impl User {
    pub(crate) fn from_row(row: &AnyRow) -> Result<User> {
        Ok(User {
            id: row.text("id")?,
            name: row.text("name")?,
            display: row.text("display")?,
            email: row.text_or_null("email")?,
            role: row.word("role")?,
            disabled: row.bool("disabled")?,
            created: row.int("created")?,
        })
    }
}

/// Makes an account as part of a transaction.
pub(crate) async fn insert(
    transaction: &mut Transaction<'static, Any>,
    new: &NewUser,
    now: i64,
) -> Result<User> {
    let user = User {
        id: random::id(),
        name: new.name.clone(),
        display: if new.display.is_empty() { new.name.clone() } else { new.display.clone() },
        email: new.email.clone(),
        role: new.role,
        disabled: false,
        created: now,
    };
    if !is_name(&user.name) {
        return Err(Refusal::NameSpelling.into());
    }
    check_profile(&user.display, user.email.as_deref())?;
    let name_key = key(&user.name);
    let same_name = sqlx::query("SELECT id FROM users WHERE name_key = $1").bind(&name_key);
    if same_name.fetch_optional(&mut **transaction).await?.is_some() {
        return Err(Refusal::NameTaken.into());
    }
    let done = sqlx::query(
        "INSERT INTO users (id, name, name_key, display, email, email_key, role, disabled, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
    )
    .bind(&user.id)
    .bind(&user.name)
    .bind(&name_key)
    .bind(&user.display)
    .bind(&user.email)
    .bind(user.email.as_deref().map(key))
    .bind(user.role.word())
    .bind(now)
    .execute(&mut **transaction)
    .await;
    match done {
        Ok(_) => Ok(user),
        // The name was free a moment ago, so it is the address, or somebody was faster.
        Err(error) if is_duplicate(&error) => {
            let of_name = error.to_string().contains("name_key");
            Err(if of_name { Refusal::NameTaken } else { Refusal::EmailTaken }.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// The spelling by which names and addresses are the same.
pub(crate) fn key(text: &str) -> String {
    text.to_lowercase()
}

fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.chars().count())
        && name.starts_with(char::is_alphanumeric)
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

/// What can be a mail address (RFC 5321's limits): whether somebody reads there, only a mail can tell.
pub(crate) fn is_email(email: &str) -> bool {
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !matches!(c, '<' | '>' | ',' | ';' | '"');
    email.len() <= 254
        && email.chars().all(plain)
        && email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && local.len() <= 64 && !domain.is_empty() && !domain.contains('@')
        })
}

fn check_profile(display: &str, email: Option<&str>) -> Result<()> {
    let printable = !display.trim().is_empty() && !display.chars().any(char::is_control);
    if !printable || display.chars().count() > 100 {
        return Err(Refusal::DisplaySpelling.into());
    }
    if email.is_some_and(|email| !is_email(email)) {
        return Err(Refusal::EmailSpelling.into());
    }
    Ok(())
}

fn found(rows: u64) -> Result<()> {
    if rows == 0 { Err(Refusal::NoSuchUser.into()) } else { Ok(()) }
}

/// Refuses when the account is the only one that administers.
async fn another_administrator(transaction: &mut Transaction<'static, Any>, id: &str) -> Result<()> {
    let rows = sqlx::query("SELECT id FROM users WHERE role = $1 AND disabled = 0 LIMIT 2")
        .bind(Role::Administrator.word())
        .fetch_all(&mut **transaction)
        .await?;
    match rows.as_slice() {
        [only] if only.text("id")? == id => Err(Refusal::LastAdministrator.into()),
        _ => Ok(()),
    }
}
