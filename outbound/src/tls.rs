//! Whose TLS the clients here take.

/// Chooses it for the program. Whoever chose before is as good.
pub(crate) fn choose() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
