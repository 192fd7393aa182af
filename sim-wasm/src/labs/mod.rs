//! The labs, one module each.

pub mod paws;
pub mod time_wait;
