//! The labs, one module each.

pub mod paws;
pub mod tcp_timers;
