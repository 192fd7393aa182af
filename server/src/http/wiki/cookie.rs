//! The session's cookie, and the token that a form of the same session carries.

use crate::wiki::Settings;
use axum::http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha256};

/// The cookie's name. The prefix makes browsers refuse it from other hosts and over plain HTTP.
pub(super) fn name(settings: &Settings) -> &'static str {
    if settings.plain_http { "casebook" } else { "__Host-casebook" }
}

/// The name of the cookie of a session that counts only while a proxy names the reader.
pub(super) fn proxied(settings: &Settings) -> &'static str {
    if settings.plain_http { "casebook-proxied" } else { "__Host-casebook-proxied" }
}

/// Gives the browser its session.
pub(super) fn set(headers: &mut HeaderMap, settings: &Settings, token: &str) {
    // Sessions end on the server; the browser forgets the cookie a little later.
    append(headers, settings, name(settings), token, 90 * 24 * 3600);
}

/// Gives the browser the session that a proxy's word began.
pub(super) fn set_proxied(headers: &mut HeaderMap, settings: &Settings, token: &str) {
    append(headers, settings, proxied(settings), token, 90 * 24 * 3600);
}

/// Takes it back.
pub(super) fn clear(headers: &mut HeaderMap, settings: &Settings) {
    append(headers, settings, name(settings), "", 0);
}

/// Gives the browser a cookie that it keeps for so many seconds.
pub(super) fn append(headers: &mut HeaderMap, settings: &Settings, name: &str, value: &str, max_age: u32) {
    let secure = if settings.plain_http { "" } else { "; Secure" };
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// What forms of a session carry, so that no other site can send them: only pages of the session know it.
pub(super) fn form_token(session_token: &str) -> String {
    hex(&Sha256::digest(format!("casebook form {session_token}")))
}

/// Compares without telling by the time it takes where the two differ.
pub(super) fn same(a: &str, b: &str) -> bool {
    Sha256::digest(a) == Sha256::digest(b)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
