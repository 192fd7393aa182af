//! Packet scripts run against the TCP model of a kernel: the script is the peer and the program, the model answers.
//! Times, sequence numbers and comparisons are those of packetdrill, in whose language scripts are written.
//!
//! - [`run`]: the lines one after the other, each at its time
//! - `expect`: waits for a packet and compares it
//! - [`outcome`]: what came of each line, and why
//! - `wire`: sequence numbers, acknowledgements and timestamps of the script and those of the host
//! - `calls`: file descriptors and system calls; `sockopt`, `ready`: setsockopt and its like, poll and epoll
//! - `info`: the fields of `tcp_info`
//! - [`sysctl`]: settings by name

mod calls;
mod expect;
mod info;
pub mod outcome;
mod ready;
pub mod run;
mod sockopt;
pub mod sysctl;
mod wire;

pub use outcome::{Failure, Outcome, Status, Step, Verdict, seconds};
pub use run::{Options, files, run};
