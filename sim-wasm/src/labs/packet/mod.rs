//! Packet scripts against any kernel.
//!
//! - [`report`]: what came of a script, as a report

pub mod report;
