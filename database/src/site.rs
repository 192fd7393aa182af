//! What the whole site has one of: its settings, and the key that it signs with.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

use crate::row::Columns;
use crate::{Database, Error, Result};

/// A random key of 256 bits for what the site hands out and takes back: links that need no login, form tokens.
#[derive(Clone)]
pub struct SiteKey([u8; 32]);

impl SiteKey {
    /// The mark of a message, in the letters of URLs: HMAC-SHA-256 (RFC 2104) over the purpose and the message.
    /// Marks of different purposes never fit each other.
    pub fn sign(&self, purpose: &str, message: &str) -> String {
        BASE64URL_NOPAD.encode(&self.mac(purpose, message))
    }

    /// Whether `mark` is the mark of the message. The time it takes does not tell how much of it is right.
    pub fn verify(&self, purpose: &str, message: &str, mark: &str) -> bool {
        let Ok(given) = BASE64URL_NOPAD.decode(mark.as_bytes()) else { return false };
        let wanted = self.mac(purpose, message);
        given.len() == wanted.len()
            && std::hint::black_box(given.iter().zip(wanted).fold(0, |differ, (a, b)| differ | (a ^ b))) == 0
    }

    fn mac(&self, purpose: &str, message: &str) -> [u8; 32] {
        let length = (purpose.len() as u64).to_be_bytes();
        hmac(&self.0, &[&length, purpose.as_bytes(), message.as_bytes()])
    }
}

/// HMAC-SHA-256 (RFC 2104) with a key of at most the hash's block of 64 bytes.
fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let padded = |pad: u8| {
        let mut block = [pad; 64];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let inner = parts.iter().fold(Sha256::new_with_prefix(padded(0x36)), Sha256::chain_update);
    Sha256::new_with_prefix(padded(0x5c)).chain_update(inner.finalize()).finalize().into()
}

impl Database {
    /// The key of the site, made when it is first asked for. Whoever restores a dump has the same key again.
    ///
    /// # Errors
    /// When the database fails or holds something else in its place.
    pub async fn site_key(&self) -> Result<SiteKey> {
        const NAME: &str = "key";
        sqlx::query("INSERT INTO site (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
            .bind(NAME)
            .bind(HEXLOWER.encode(&rand::random::<[u8; 32]>()))
            .execute(self.pool())
            .await?;
        let stored = self.site_value(NAME).await?.unwrap_or_default();
        let key = HEXLOWER.decode(stored.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        // Not the value itself: it is secret, even damaged.
        key.map(SiteKey).ok_or_else(|| Error::Stored { column: "site.key".to_string(), value: String::new() })
    }

    /// A setting of the site.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn setting(&self, name: &str) -> Result<Option<String>> {
        self.site_value(&setting(name)).await
    }

    /// Sets a setting of the site, or removes it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_setting(&self, name: &str, value: Option<&str>) -> Result<()> {
        let statement = match value {
            Some(value) => sqlx::query(
                "INSERT INTO site (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2",
            )
            .bind(setting(name))
            .bind(value),
            None => sqlx::query("DELETE FROM site WHERE name = $1").bind(setting(name)),
        };
        statement.execute(self.pool()).await?;
        Ok(())
    }

    async fn site_value(&self, name: &str) -> Result<Option<String>> {
        let row = sqlx::query("SELECT value FROM site WHERE name = $1").bind(name);
        row.fetch_optional(self.pool()).await?.map(|row| row.text("value")).transpose()
    }
}

/// The name in the table, where the key is too.
fn setting(name: &str) -> String {
    format!("setting.{name}")
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::{SiteKey, hmac};

    /// RFC 4231, sections 4.2 and 4.3.
    #[test]
    fn hmac_is_that_of_the_rfc() {
        for (key, data, wanted) in [
            (&[0x0b; 20][..], "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
        ] {
            assert_eq!(HEXLOWER.encode(&hmac(key, &[data.as_bytes()])), wanted);
        }
    }

    #[test]
    fn a_mark_fits_its_purpose_and_message_alone() {
        let key = SiteKey([7; 32]);
        let mark = key.sign("unsubscribe", "a");
        assert!(key.verify("unsubscribe", "a", &mark));
        for (purpose, message) in [("unsubscribe", "b"), ("form", "a"), ("unsubscrib", "ea")] {
            assert!(!key.verify(purpose, message, &mark), "{purpose} {message}");
        }
        assert!(!key.verify("unsubscribe", "a", &mark[1..]));
        assert!(!key.verify("unsubscribe", "a", ""));
        assert!(!SiteKey([8; 32]).verify("unsubscribe", "a", &mark));
    }
}
