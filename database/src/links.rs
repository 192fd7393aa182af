//! Links that can be used once: for the first administrator, for who is invited, for who forgot the password.

use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

use crate::passwords::{self, check_password};
use crate::row::{Columns, words};
use crate::users::{self, NewUser, Role, User, is_email};
use crate::{Database, Refusal, Result, random};

const HOUR: i64 = 60 * 60;

words! {
    /// What a link is for.
    pub enum LinkKind {
        /// Makes the first account, an administrator's. Void as soon as there is any account.
        FirstAdministrator = "first_administrator",
        /// Makes an account.
        Invitation = "invitation",
        /// Sets a new password.
        PasswordReset = "password_reset",
    }
}

impl LinkKind {
    /// How long it can be used, in seconds.
    const fn lifetime(self) -> i64 {
        match self {
            LinkKind::FirstAdministrator | LinkKind::Invitation => 7 * 24 * HOUR,
            LinkKind::PasswordReset => 24 * HOUR,
        }
    }
}

/// A link that can be used once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What lists call it; not what the address holds.
    pub id: String,
    /// What it is for.
    pub kind: LinkKind,
    /// The role of the account that it makes.
    pub role: Role,
    /// The address that it was sent to.
    pub email: Option<String>,
    /// Whose password it resets.
    pub user_id: Option<String>,
    /// Who made it.
    pub made_by: Option<String>,
    /// When it was made, in unix seconds.
    pub created: i64,
    /// Until when it can be used, in unix seconds.
    pub expires: i64,
}

impl Database {
    /// A token for the link that makes the first administrator; none when there is any account. Every start may make
    /// another one: the first that is used voids all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn first_administrator(&self) -> Result<Option<String>> {
        if self.has_users().await? {
            return Ok(None);
        }
        self.make_link(LinkKind::FirstAdministrator, Role::Administrator, None, None, None).await.map(Some)
    }

    /// A token for a link that makes an account of a role.
    ///
    /// # Errors
    /// When the address cannot be one.
    pub async fn invite(&self, role: Role, email: Option<&str>, by: &str) -> Result<String> {
        if email.is_some_and(|email| !is_email(email)) {
            return Err(Refusal::EmailSpelling.into());
        }
        self.make_link(LinkKind::Invitation, role, email, None, Some(by)).await
    }

    /// A token for a link that sets a new password. Earlier ones of the same account are void.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reset_link(&self, user: &User, by: Option<&str>) -> Result<String> {
        sqlx::query("DELETE FROM links WHERE user_id = $1 AND used IS NULL")
            .bind(&user.id)
            .execute(self.pool())
            .await?;
        self.make_link(LinkKind::PasswordReset, user.role, user.email.as_deref(), Some(&user.id), by).await
    }

    async fn make_link(
        &self,
        kind: LinkKind,
        role: Role,
        email: Option<&str>,
        user_id: Option<&str>,
        made_by: Option<&str>,
    ) -> Result<String> {
        let token = random::token();
        let now = self.now();
        sqlx::query(
            "INSERT INTO links (id, token_hash, kind, role, email, user_id, made_by, created, expires)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(random::ordered_id(now))
        .bind(random::hash(&token))
        .bind(kind.word())
        .bind(role.word())
        .bind(email)
        .bind(user_id)
        .bind(made_by)
        .bind(now)
        .bind(now + kind.lifetime())
        .execute(self.pool())
        .await?;
        Ok(token)
    }

    /// What a token is for, without using it; none when it cannot be used (any more).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link(&self, token: &str) -> Result<Option<Link>> {
        let row = sqlx::query("SELECT * FROM links WHERE token_hash = $1 AND used IS NULL AND expires > $2")
            .bind(random::hash(token))
            .bind(self.now())
            .fetch_optional(self.pool())
            .await?;
        let link = row.as_ref().map(Link::from_row).transpose()?;
        let void = matches!(&link, Some(link) if link.kind == LinkKind::FirstAdministrator)
            && self.has_users().await?;
        Ok(link.filter(|_| !void))
    }

    /// The invitations that can still be used, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn invitations(&self) -> Result<Vec<Link>> {
        let rows = sqlx::query(
            "SELECT * FROM links WHERE kind = $1 AND used IS NULL AND expires > $2 ORDER BY id DESC",
        )
        .bind(LinkKind::Invitation.word())
        .bind(self.now())
        .fetch_all(self.pool())
        .await?;
        rows.iter().map(Link::from_row).collect()
    }

    /// Takes an invitation back; whether it could still be used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_invitation(&self, id: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM links WHERE id = $1 AND kind = $2 AND used IS NULL")
            .bind(id)
            .bind(LinkKind::Invitation.word());
        Ok(done.execute(self.pool()).await?.rows_affected() > 0)
    }

    /// Uses a link for the first administrator or an invitation: makes the account and gives it its password. The role
    /// is the link's, whatever `new` says. Nothing is used up when something is refused; of two who use the same link
    /// at once, one gets the account.
    ///
    /// # Errors
    /// When the link cannot be used, or the account or the password is refused.
    pub async fn accept(&self, token: &str, new: &NewUser, password: &str, site: &str) -> Result<User> {
        let making = |link: &Link| link.kind != LinkKind::PasswordReset;
        let link = self.link(token).await?.filter(making).ok_or(Refusal::LinkSpent)?;
        check_password(password, &new.name, site)?;
        let hash = self.hash_password(password).await?;
        let mut transaction = self.write_alone().await?;
        self.spend(&mut transaction, token).await?;
        if link.kind == LinkKind::FirstAdministrator {
            let any = sqlx::query("SELECT id FROM users LIMIT 1").fetch_optional(&mut *transaction).await?;
            if any.is_some() {
                return Err(Refusal::LinkSpent.into());
            }
        }
        let new = NewUser { role: link.role, ..new.clone() };
        let user = users::insert(&mut transaction, &new, self.now()).await?;
        passwords::store(&mut transaction, &user.id, &hash, self.now()).await?;
        sqlx::query("UPDATE links SET used_by = $1 WHERE id = $2")
            .bind(&user.id)
            .bind(&link.id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// Uses a link that sets a new password, which ends all sessions of the account.
    ///
    /// # Errors
    /// When the link cannot be used, or the password is refused.
    pub async fn reset_password(&self, token: &str, password: &str, site: &str) -> Result<User> {
        let link = self.link(token).await?.filter(|link| link.kind == LinkKind::PasswordReset);
        let user_id = link.and_then(|link| link.user_id).ok_or(Refusal::LinkSpent)?;
        let user = self.user(&user_id).await?.filter(|user| !user.disabled).ok_or(Refusal::LinkSpent)?;
        check_password(password, &user.name, site)?;
        let hash = self.hash_password(password).await?;
        let mut transaction = self.write().await?;
        self.spend(&mut transaction, token).await?;
        passwords::store(&mut transaction, &user.id, &hash, self.now()).await?;
        sqlx::query("DELETE FROM sessions WHERE user_id = $1")
            .bind(&user.id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// Removes the links that were not used in time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep_links(&self) -> Result<u64> {
        let done = sqlx::query("DELETE FROM links WHERE used IS NULL AND expires <= $1").bind(self.now());
        Ok(done.execute(self.pool()).await?.rows_affected())
    }

    async fn spend(&self, transaction: &mut Transaction<'static, Any>, token: &str) -> Result<()> {
        let done =
            sqlx::query("UPDATE links SET used = $1 WHERE token_hash = $2 AND used IS NULL AND expires > $1")
                .bind(self.now())
                .bind(random::hash(token))
                .execute(&mut **transaction)
                .await?;
        if done.rows_affected() == 0 { Err(Refusal::LinkSpent.into()) } else { Ok(()) }
    }
}

impl Link {
    fn from_row(row: &AnyRow) -> Result<Link> {
        Ok(Link {
            id: row.text("id")?,
            kind: row.word("kind")?,
            role: row.word("role")?,
            email: row.text_or_null("email")?,
            user_id: row.text_or_null("user_id")?,
            made_by: row.text_or_null("made_by")?,
            created: row.int("created")?,
            expires: row.int("expires")?,
        })
    }
}
