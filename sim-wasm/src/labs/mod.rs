//! The labs, one module each.

pub mod paws;
