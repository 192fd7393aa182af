//! The server.

pub mod content;
pub mod diagnostic;
pub mod markdown;
