//! The lab `tcp-buffer`: what buffers, round trip, rate, loss and the reader's own speed leave of a transfer.
//!
//! - [`transfer`]: two hosts, their programs and the path between them, event by event
//! - [`programs`]: what the two programs do

pub mod programs;
pub mod transfer;
