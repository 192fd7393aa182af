//! Packet scripts: what is read from them, and what is said of those that cannot be read.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod code;
mod errors;
mod lines;
mod random;
mod shell;
mod wrong_lines;
