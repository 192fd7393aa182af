//! The labs, one module each.

pub mod accept_queue;
pub mod paws;
