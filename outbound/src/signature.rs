//! How calls of webhooks are signed.
