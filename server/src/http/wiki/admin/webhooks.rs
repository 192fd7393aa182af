//! Webhooks: who else is told of what happens.
