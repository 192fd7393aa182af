//! How calls of webhooks are signed: as Standard Webhooks 1.0 says (standardwebhooks.com), for which receivers find
//! libraries in most languages.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The length of a key of HMAC-SHA-256, in bytes.
const KEY: usize = 64;

/// What the receiver and we know, and nobody else.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// The secret as it is stored: random bytes in base64 with the letters of URLs. Any other text counts as its bytes.
    pub fn stored(text: &str) -> Secret {
        Secret(BASE64URL_NOPAD.decode(text.as_bytes()).unwrap_or_else(|_| text.as_bytes().to_vec()))
    }

    /// The secret as libraries of receivers take it.
    pub fn shown(&self) -> String {
        format!("whsec_{}", BASE64.encode(&self.0))
    }

    /// The headers of a call: its id, which stays the same when it is tried again, the time of this try in unix
    /// seconds, and the signature over both and the body.
    pub fn headers(&self, id: &str, timestamp: i64, body: &str) -> [(&'static str, String); 3] {
        [
            ("webhook-id", id.to_string()),
            ("webhook-timestamp", timestamp.to_string()),
            ("webhook-signature", self.sign(id, timestamp, body)),
        ]
    }

    fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new(&key(&self.0).into());
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
    }
}

impl std::fmt::Debug for Secret {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// The key for a secret of any length, as RFC 2104 says: filled up with zeros, and hashed when it is longer.
fn key(secret: &[u8]) -> [u8; KEY] {
    let mut key = [0; KEY];
    let mut put = |bytes: &[u8]| key.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    if secret.len() > KEY {
        put(&Sha256::digest(secret))
    } else {
        put(secret)
    }
    key
}

#[cfg(test)]
mod tests {
    use super::Secret;
    use data_encoding::BASE64;

    #[test]
    fn known_signatures() {
        // The first is the example of the libraries; the others were made with Python's hmac.
        let example = Secret(BASE64.decode(b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap());
        let stored = Secret::stored("-h9EaY6z2P0iR2yRttsAJUpvlLneAyhNcpe84QYrUHU");
        let (short, long) = (Secret::stored("not base64!"), Secret::stored(&"not base64!".repeat(10)));
        for (secret, id, timestamp, body, signature) in [
            (
                &example,
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1_614_265_330,
                r#"{"test": 2432232314}"#,
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            ),
            (
                &stored,
                "0123",
                1_772_460_299,
                r#"{"type":"ping","data":"汉"}"#,
                "v1,jPUIzMRquO3pkAFfmRQ1H9FiffccKHPczFPiDhWi1/Y=",
            ),
            (&short, "id", 0, "", "v1,chU+lhyNvqws1YL+t/Y637KQgPwXwJGJNTo08MeBVwE="),
            (&long, "id", 0, "", "v1,17Aj0in7z71TwMwNc7CeyxR1517PvuCWNiIU3PIP8hs="),
        ] {
            let headers = secret.headers(id, timestamp, body);
            assert_eq!(
                headers,
                [
                    ("webhook-id", id.to_string()),
                    ("webhook-timestamp", timestamp.to_string()),
                    ("webhook-signature", signature.to_string()),
                ]
            );
        }
    }

    #[test]
    fn a_secret_is_shown_as_libraries_take_it() {
        for (stored, shown) in [
            (
                "-h9EaY6z2P0iR2yRttsAJUpvlLneAyhNcpe84QYrUHU",
                "whsec_+h9EaY6z2P0iR2yRttsAJUpvlLneAyhNcpe84QYrUHU=",
            ),
            ("not base64!", "whsec_bm90IGJhc2U2NCE="),
        ] {
            let secret = Secret::stored(stored);
            assert_eq!(secret.shown(), shown);
            assert_eq!(format!("{secret:?}"), "Secret");
        }
    }
}
