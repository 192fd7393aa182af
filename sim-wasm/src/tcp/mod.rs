//! Linux's TCP, as far as the labs ask for it, with every difference between versions.
//!
//! A [`Host`] is told what happens (`receive`, `connect`, `send`, `close`, `on_timers`) and when; what it wants to
//! send and to tell its programs is collected afterwards (`poll_segment`, `poll_event`). It never looks at a clock.
//!
//! - [`host`]: sockets, timers, what a segment belongs to
//! - [`listen`]: SYNs and connection requests
//! - [`connect`]: the client's side of the handshake
//! - [`connection`]: synchronised states, data, closing
//! - [`time_wait`]: TIME_WAIT and orphans in FIN_WAIT2
//! - [`peers`]: what `tcp_tw_recycle` remembers
//! - [`timestamps`]: how TSval is made, and PAWS
//! - [`timer`]: when a kernel timer really fires
//! - [`why`]: every reason to drop a segment, with its numbers

pub mod connect;
pub mod connection;
pub mod host;
pub mod listen;
pub mod peers;
pub mod rtt;
pub mod seq;
pub mod time_wait;
pub mod timer;
pub mod timestamps;
pub mod why;

pub use host::{AppEvent, AppEventKind, Flow, Host, HostConfig};
pub use peers::{PeerKey, Remembered};
pub use why::Why;
