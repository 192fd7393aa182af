//! How often something may be tried: counted in a sliding window in the database, so that all servers of a site count
//! together.

use std::net::IpAddr;

use crate::row::Columns;
use crate::{Database, Result, random};

/// How often something may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is tried; each kind is counted on its own.
    pub kind: &'static str,
    /// How many attempts of one subject the window may hold, at least one.
    pub attempts: u32,
    /// The length of the window, in seconds.
    pub window: i64,
}

/// Failed sign-ins of one account.
pub const SIGN_IN_ACCOUNT: Limit = Limit { kind: "sign_in_account", attempts: 10, window: 15 * 60 };
/// Failed sign-ins from one address ([`network`]).
pub const SIGN_IN_NETWORK: Limit = Limit { kind: "sign_in_network", attempts: 50, window: 15 * 60 };
/// Comments of one account.
pub const COMMENTS: Limit = Limit { kind: "comment", attempts: 60, window: 60 * 60 };

/// Whether an attempt may be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It may, and is counted; take it back with its id when it was no failure.
    Allowed(String),
    /// Not before so many seconds have passed.
    Wait(i64),
}

/// Whom an address stands for: IPv4 addresses each for themselves, of IPv6 ones the /64 that a customer gets.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

impl Database {
    /// Counts an attempt of `subject` and tells whether it may be made. One that may not is not counted, so that the
    /// wait does not grow.
    ///
    /// It is counted before it is judged: any number at the same time never get more than the limit.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempt(&self, limit: &Limit, subject: &str) -> Result<Attempt> {
        let now = self.now();
        let id = random::id();
        let subject = random::hash(subject);
        sqlx::query("INSERT INTO attempts (id, kind, subject, made, expires) VALUES ($1, $2, $3, $4, $5)")
            .bind(&id)
            .bind(limit.kind)
            .bind(&subject)
            .bind(now)
            .bind(now + limit.window)
            .execute(self.pool())
            .await?;
        // The attempt that has to leave the window before there is room for this one.
        let blocking = sqlx::query(
            "SELECT made FROM attempts WHERE kind = $1 AND subject = $2 AND made > $3 AND id <> $4
             ORDER BY made DESC LIMIT 1 OFFSET $5",
        )
        .bind(limit.kind)
        .bind(&subject)
        .bind(now - limit.window)
        .bind(&id)
        .bind(i64::from(limit.attempts.saturating_sub(1)))
        .fetch_optional(self.pool())
        .await?;
        let Some(blocking) = blocking else { return Ok(Attempt::Allowed(id)) };
        self.withdraw_attempt(&id).await?;
        Ok(Attempt::Wait(blocking.int("made")? + limit.window - now))
    }

    /// Takes an attempt back that was no failure.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn withdraw_attempt(&self, id: &str) -> Result<()> {
        sqlx::query("DELETE FROM attempts WHERE id = $1").bind(id).execute(self.pool()).await?;
        Ok(())
    }

    /// Forgets the attempts of `subject`, which succeeded.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_attempts(&self, limit: &Limit, subject: &str) -> Result<()> {
        sqlx::query("DELETE FROM attempts WHERE kind = $1 AND subject = $2")
            .bind(limit.kind)
            .bind(random::hash(subject))
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// Removes the attempts that no window holds any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep_attempts(&self) -> Result<u64> {
        let done = sqlx::query("DELETE FROM attempts WHERE expires <= $1").bind(self.now());
        Ok(done.execute(self.pool()).await?.rows_affected())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::network;

    #[test]
    fn an_ipv6_customer_is_one_subject() {
        for (address, wanted) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ] {
            assert_eq!(network(address.parse().unwrap()), wanted, "{address}");
        }
    }
}
