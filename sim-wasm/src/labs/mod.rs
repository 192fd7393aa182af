//! The labs, one module each.

pub mod paws;
pub mod rst_handshake;
pub mod time_wait;
