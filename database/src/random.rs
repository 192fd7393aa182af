//! Identifiers and tokens that nobody can guess, and the hash that a token is stored as.

use std::sync::atomic::{AtomicU32, Ordering};

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

/// 128 random bits as hex.
pub(crate) fn id() -> String {
    HEXLOWER.encode(&rand::random::<[u8; 16]>())
}

/// An identifier that sorts by when it was made: 40 bits of seconds, 24 bits that count within the process, and
/// 64 random bits, as hex.
pub(crate) fn ordered_id(now: i64) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = u64::from(COUNT.fetch_add(1, Ordering::Relaxed) & 0xff_ffff);
    let seconds = now.cast_unsigned() & 0xff_ffff_ffff;
    format!("{:016x}{:016x}", (seconds << 24) | count, rand::random::<u64>())
}

/// 256 random bits in the letters of URLs (RFC 4648, section 5).
pub(crate) fn token() -> String {
    BASE64URL_NOPAD.encode(&rand::random::<[u8; 32]>())
}

/// What a token is stored as. A token has 256 random bits, so that no slow hash is needed; and a search by the hash
/// tells by its time nothing about the token.
pub(crate) fn hash(token: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(token))
}
