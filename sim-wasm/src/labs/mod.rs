//! The labs, one module each.

pub mod packet;
pub mod paws;
