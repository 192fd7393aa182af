//! The second factor: codes of an authenticator app (RFC 6238: SHA-1, 6 digits, 30 seconds, which every app knows), and
//! codes on paper for when the phone is lost.

use data_encoding::BASE32_NOPAD;
use sqlx::{Any, Transaction};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::row::Columns;
use crate::{Database, Error, Refusal, Result, User, random};

/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;
const STEP: u64 = 30;

/// What to give to an authenticator app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// The secret in base32, to be typed.
    pub secret: String,
    /// The same as an `otpauth` URL, to be scanned.
    pub url: String,
}

impl Database {
    /// Starts to set up the second factor of a user. It is not asked for before it is confirmed; starting again makes
    /// a new secret.
    ///
    /// # Errors
    /// When it is on already.
    pub async fn enrol_totp(&self, user: &User, site: &str) -> Result<Enrolment> {
        let secret = BASE32_NOPAD.encode(&rand::random::<[u8; 20]>());
        let done = sqlx::query(
            "INSERT INTO totp (user_id, secret, created) VALUES ($1, $2, $3)
             ON CONFLICT (user_id) DO UPDATE SET secret = $2, created = $3, last_step = 0 WHERE totp.confirmed = 0",
        )
        .bind(&user.id)
        .bind(&secret)
        .bind(self.now())
        .execute(self.pool())
        .await?;
        if done.rows_affected() == 0 {
            return Err(Refusal::SecondFactorState.into());
        }
        let url = generator(&secret, &user.name, site)?.to_url().map_err(|_| stored_secret())?;
        Ok(Enrolment { secret, url })
    }

    /// Turns the second factor on when `code` shows that the app has the secret, and gives the recovery codes to show,
    /// once. None when the code is wrong.
    ///
    /// # Errors
    /// When it was not set up, or is on already.
    pub async fn confirm_totp(&self, user_id: &str, code: &str) -> Result<Option<Vec<String>>> {
        let Some((secret, false)) = self.totp(user_id).await? else {
            return Err(Refusal::SecondFactorState.into());
        };
        let Some(step) = self.step_of(&secret, code)? else { return Ok(None) };
        let mut transaction = self.write().await?;
        let done = sqlx::query(
            "UPDATE totp SET confirmed = 1, last_step = $1 WHERE user_id = $2 AND secret = $3 AND confirmed = 0",
        )
        .bind(step)
        .bind(user_id)
        .bind(&secret)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Refusal::SecondFactorState.into());
        }
        let codes = new_codes(&mut transaction, user_id).await?;
        transaction.commit().await?;
        Ok(Some(codes))
    }

    /// Whether a user has to show the second factor.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_totp(&self, user_id: &str) -> Result<bool> {
        Ok(matches!(self.totp(user_id).await?, Some((_, true))))
    }

    /// Whether `code` is the code of now, or one step before or after, and was not used before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verify_totp(&self, user_id: &str, code: &str) -> Result<bool> {
        let Some((secret, true)) = self.totp(user_id).await? else { return Ok(false) };
        let Some(step) = self.step_of(&secret, code)? else { return Ok(false) };
        let used = sqlx::query("UPDATE totp SET last_step = $1 WHERE user_id = $2 AND last_step < $1")
            .bind(step)
            .bind(user_id);
        Ok(used.execute(self.pool()).await?.rows_affected() > 0)
    }

    /// Uses a recovery code up; whether it was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_recovery_code(&self, user_id: &str, code: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2")
            .bind(user_id)
            .bind(recovery_hash(user_id, code));
        Ok(done.execute(self.pool()).await?.rows_affected() > 0)
    }

    /// How many recovery codes a user has left.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recovery_codes_left(&self, user_id: &str) -> Result<i64> {
        let row =
            sqlx::query("SELECT COUNT(*) AS codes FROM recovery_codes WHERE user_id = $1").bind(user_id);
        row.fetch_one(self.pool()).await?.int("codes")
    }

    /// Makes new recovery codes, to show once; the old ones are void.
    ///
    /// # Errors
    /// When the second factor is off.
    pub async fn renew_recovery_codes(&self, user_id: &str) -> Result<Vec<String>> {
        if !self.has_totp(user_id).await? {
            return Err(Refusal::SecondFactorState.into());
        }
        let mut transaction = self.write().await?;
        let codes = new_codes(&mut transaction, user_id).await?;
        transaction.commit().await?;
        Ok(codes)
    }

    /// Turns the second factor off.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn disable_totp(&self, user_id: &str) -> Result<()> {
        let mut transaction = self.write().await?;
        for statement in
            ["DELETE FROM totp WHERE user_id = $1", "DELETE FROM recovery_codes WHERE user_id = $1"]
        {
            sqlx::query(statement).bind(user_id).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// The secret of a user and whether it is confirmed.
    async fn totp(&self, user_id: &str) -> Result<Option<(String, bool)>> {
        let row = sqlx::query("SELECT secret, confirmed FROM totp WHERE user_id = $1").bind(user_id);
        let row = row.fetch_optional(self.pool()).await?;
        row.map(|row| Ok((row.text("secret")?, row.bool("confirmed")?))).transpose()
    }

    /// The step that a code is of, when it is near now.
    fn step_of(&self, secret: &str, code: &str) -> Result<Option<i64>> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let step = generator(secret, "account", "")?.check(&digits, self.now().max(0).cast_unsigned());
        Ok(step.map(u64::cast_signed))
    }
}

fn generator(secret: &str, account: &str, site: &str) -> Result<Totp> {
    let builder = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(STEP)
        .with_secret(Secret::try_from_base32(secret).map_err(|_| stored_secret())?)
        .with_account_name(account)
        // A colon divides the two in the URL.
        .with_issuer(Some(site.replace(':', " ")).filter(|site| !site.is_empty()));
    builder.build().map_err(|_| stored_secret())
}

/// Without the secret itself, which belongs in no message.
fn stored_secret() -> Error {
    Error::Stored { column: "totp.secret".to_string(), value: String::new() }
}

async fn new_codes(transaction: &mut Transaction<'static, Any>, user_id: &str) -> Result<Vec<String>> {
    sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1")
        .bind(user_id)
        .execute(&mut **transaction)
        .await?;
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let letters = BASE32_NOPAD.encode(&rand::random::<[u8; 10]>()).to_lowercase();
        let (first, second) = letters.split_at(letters.len() / 2);
        let code = format!("{first}-{second}");
        sqlx::query("INSERT INTO recovery_codes (hash, user_id) VALUES ($1, $2)")
            .bind(recovery_hash(user_id, &code))
            .bind(user_id)
            .execute(&mut **transaction)
            .await?;
        codes.push(code);
    }
    Ok(codes)
}

/// 80 random bits need no slow hash. What people put between the letters when they type does not count.
fn recovery_hash(user_id: &str, code: &str) -> String {
    let letters: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    random::hash(&format!("{user_id} {}", letters.to_ascii_lowercase()))
}
