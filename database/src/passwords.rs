//! Passwords: Argon2id with 46 MiB and one pass, as OWASP's cheat sheet on storing them has it.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::row::Columns;
use crate::users::key;
use crate::{Database, Error, Refusal, Result, User};

/// The fewest characters of a password; 15 are recommended.
pub const MIN_CHARACTERS: usize = 8;
/// The most bytes of a password; it may have 64 characters in any script.
pub const MAX_BYTES: usize = 256;

/// Memory in KiB, passes, lanes.
const COST: (u32, u32, u32) = (47_104, 1, 1);

/// Passwords that attackers try first, one a line, in lower case, sorted by bytes. They follow what is in every leak:
/// runs on keyboards, repeated and counting digits, years, first names, teams, heroes, and common words of English and
/// of pinyin with the digits that people put behind them. All have at least [`MIN_CHARACTERS`].
const COMMON: &str = include_str!("common_passwords.txt");

/// What is wrong with a password that `name` chose on the site `site`, if anything is.
///
/// # Errors
/// The rule it breaks.
pub fn check_password(password: &str, name: &str, site: &str) -> std::result::Result<(), Refusal> {
    if password.chars().count() < MIN_CHARACTERS {
        return Err(Refusal::PasswordShort);
    }
    if password.len() > MAX_BYTES {
        return Err(Refusal::PasswordLong);
    }
    let folded = key(password);
    if folded == key(name) || folded == key(site) {
        return Err(Refusal::PasswordIsName);
    }
    let mut letters = folded.chars();
    let first = letters.next();
    let one_letter = letters.all(|letter| Some(letter) == first);
    if one_letter || COMMON.lines().any(|common| common == folded) {
        return Err(Refusal::PasswordCommon);
    }
    Ok(())
}

impl Database {
    /// Gives an account a password and ends its sessions, except the one with the id `keep`.
    ///
    /// # Errors
    /// When the password breaks a rule, or there is no such account.
    pub async fn set_password(
        &self,
        user: &User,
        password: &str,
        site: &str,
        keep: Option<&str>,
    ) -> Result<()> {
        check_password(password, &user.name, site)?;
        let hash = self.hash_password(password).await?;
        let mut transaction = self.write().await?;
        store(&mut transaction, &user.id, &hash, self.now()).await?;
        sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND id <> $2")
            .bind(&user.id)
            .bind(keep.unwrap_or_default())
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// The account that `password` signs in to, by its name or its e-mail address; none when the account is unknown,
    /// disabled or has another password. All of these take the same time.
    ///
    /// # Errors
    /// When the database or the hashing fails.
    pub async fn authenticate(&self, name_or_email: &str, password: &str) -> Result<Option<User>> {
        let user = match self.user_by_name(name_or_email).await? {
            Some(user) => Some(user),
            None => self.user_by_email(name_or_email).await?,
        };
        let id = user.as_ref().map(|user| user.id.as_str());
        let right = self.verify(id, password).await?;
        Ok(user.filter(|user| right && !user.disabled))
    }

    /// Whether it is the password of the account, for asking again before something sensitive.
    ///
    /// # Errors
    /// When the database or the hashing fails.
    pub async fn is_password(&self, user_id: &str, password: &str) -> Result<bool> {
        self.verify(Some(user_id), password).await
    }

    async fn verify(&self, user_id: Option<&str>, password: &str) -> Result<bool> {
        let row =
            sqlx::query("SELECT hash FROM passwords WHERE user_id = $1").bind(user_id.unwrap_or_default());
        let stored = row.fetch_optional(self.pool()).await?.map(|row| row.text("hash")).transpose()?;
        // Longer ones were never accepted; hashing them would be work for nothing.
        let (Some(stored), Some(id), true) = (stored, user_id, password.len() <= MAX_BYTES) else {
            self.hash_password(password.get(..MIN_CHARACTERS).unwrap_or_default()).await?;
            return Ok(false);
        };
        let given = password.to_string();
        let hash = stored.clone();
        let (right, outdated) = self.hashing_thread(move || verify(&given, &hash)).await?;
        if right && outdated {
            let hash = self.hash_password(password).await?;
            // Unless it was changed meanwhile.
            sqlx::query("UPDATE passwords SET hash = $1 WHERE user_id = $2 AND hash = $3")
                .bind(hash)
                .bind(id)
                .bind(stored)
                .execute(self.pool())
                .await?;
        }
        Ok(right)
    }

    /// The hash of a password in the PHC string format.
    pub(crate) async fn hash_password(&self, password: &str) -> Result<String> {
        let password = password.to_string();
        self.hashing_thread(move || {
            let hash: PasswordHash = argon2()?.hash_password(password.as_bytes())?;
            Ok(hash.to_string())
        })
        .await
    }

    async fn hashing_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> password_hash::Result<T> + Send + 'static,
    ) -> Result<T> {
        // Both fail only while the program ends. The permit goes along: when whoever asked is gone, the work is not.
        let permit = self.hashing().clone().acquire_owned().await;
        let permit = permit.map_err(|error| Error::Hash(error.to_string()))?;
        let work = move || {
            let done = work();
            drop(permit);
            done
        };
        let done = tokio::task::spawn_blocking(work).await.map_err(|error| Error::Hash(error.to_string()))?;
        done.map_err(|error| Error::Hash(error.to_string()))
    }
}

/// Stores the hash of an account's password as part of a transaction.
pub(crate) async fn store(
    transaction: &mut sqlx::Transaction<'static, sqlx::Any>,
    user_id: &str,
    hash: &str,
    now: i64,
) -> Result<()> {
    let done = sqlx::query(
        "INSERT INTO passwords (user_id, hash, changed) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET hash = $2, changed = $3",
    )
    .bind(user_id)
    .bind(hash)
    .bind(now)
    .execute(&mut **transaction)
    .await;
    match done {
        Err(error) if crate::error::is_dangling(&error) => Err(Refusal::NoSuchUser.into()),
        done => done.map(|_| ()).map_err(Into::into),
    }
}

fn argon2() -> password_hash::Result<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(memory, passes, lanes, None)?))
}

/// Whether the password is right, and whether its hash costs less than [`COST`].
fn verify(password: &str, stored: &str) -> password_hash::Result<(bool, bool)> {
    let hash = PasswordHash::new(stored).map_err(|_| password_hash::Error::EncodingInvalid)?;
    let params = Params::try_from(&hash)?;
    let (memory, passes, lanes) = COST;
    let outdated = params.m_cost() < memory || params.t_cost() < passes || params.p_cost() < lanes;
    match argon2()?.verify_password(password.as_bytes(), &hash) {
        Ok(()) => Ok((true, outdated)),
        Err(password_hash::Error::PasswordInvalid) => Ok((false, outdated)),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{COMMON, MIN_CHARACTERS, check_password};
    use crate::Refusal;

    #[test]
    fn rules_for_passwords() {
        for (password, wanted) in [
            ("correct horse battery staple", Ok(())),
            ("春眠不觉晓处处闻啼鸟", Ok(())),
            ("kx3 fQ!a", Ok(())),
            ("7 chars", Err(Refusal::PasswordShort)),
            ("七个汉字的密码", Err(Refusal::PasswordShort)),
            ("password", Err(Refusal::PasswordCommon)),
            ("PassWord123", Err(Refusal::PasswordCommon)),
            ("woaini1314", Err(Refusal::PasswordCommon)),
            ("zzzzzzzzzzzzzzzzz", Err(Refusal::PasswordCommon)),
            ("哈哈哈哈哈哈哈哈哈", Err(Refusal::PasswordCommon)),
            ("margarethe", Err(Refusal::PasswordIsName)),
            ("The Network Casebook", Err(Refusal::PasswordIsName)),
        ] {
            assert_eq!(check_password(password, "Margarethe", "the network casebook"), wanted, "{password}");
        }
        let longest = "龘1".repeat(64);
        assert_eq!(check_password(&longest, "", ""), Ok(()));
        assert_eq!(check_password(&(longest + "1"), "", ""), Err(Refusal::PasswordLong));
    }

    #[test]
    fn common_passwords_are_what_the_comparison_needs() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() > 1000);
        assert!(lines.is_sorted_by(|a, b| a < b), "sorted, each once");
        for line in lines {
            assert!(line.chars().count() >= MIN_CHARACTERS && line.to_lowercase() == line, "{line}");
        }
    }
}
