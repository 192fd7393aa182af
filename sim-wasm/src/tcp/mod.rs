//! Linux's TCP, with every difference between versions.
//!
//! A [`Host`] is told what happens (a segment, a call of a program, the time of a timer) and when; what it wants to send
//! and to tell its programs is collected afterwards (`poll_segment`, `poll_event`). It never looks at a clock.
//!
//! - [`host`]: what a segment belongs to, and when the next timer fires
//! - [`calls`]: socket, bind, listen, accept, connect, read, write, shutdown, close, setsockopt
//! - [`shown`]: what `ss` and `netstat` print
//! - [`socket`]: socket numbers, options, error numbers
//! - [`stack`]: what all sockets of a host share
//! - [`listen`]: listeners, SYNs, cookies
//! - [`request`]: connection requests, SYN-ACKs, the last ACK
//! - [`admission`]: the limits of a listener's two queues
//! - [`synack`]: when SYN-ACKs are sent again
//! - [`cookies`]: SYN cookies
//! - [`connect`]: the client's side of the handshake
//! - [`ports`]: which port a connect() gets
//! - [`congestion`]: how the congestion window grows and shrinks
//! - [`connection`]: the full socket: data, acknowledgements, closing
//! - [`time_wait`]: TIME_WAIT and orphans in FIN_WAIT2
//! - [`peers`]: what a host remembers of its peers
//! - [`routes`]: what a host knows of the MTU of its paths
//! - [`timestamps`]: how TSval is made, and PAWS
//! - [`timer`]: when a kernel timer really fires
//! - `query`: getsockopt, poll, `tcp_info`
//! - [`limits`]: what the model leaves out
//! - [`why`]: every reason to drop a segment, with its numbers

pub mod admission;
pub mod calls;
pub mod congestion;
pub mod connect;
pub mod connection;
pub mod cookies;
pub mod host;
pub mod limits;
pub mod listen;
pub mod peers;
pub mod ports;
mod query;
pub mod request;
pub mod routes;
pub mod rtt;
pub mod seq;
pub mod shown;
pub mod socket;
pub mod stack;
pub mod synack;
pub mod time_wait;
pub mod timer;
pub mod timestamps;
mod truesize;
pub mod why;

pub use connection::{Closing, Connection, Shutdown, State};
pub use host::{Host, HostConfig};
pub use peers::{PeerKey, Remembered};
pub use shown::{Shown, ShownTimer};
pub use socket::{Errno, Event, EventKind, Flow, SocketId, SocketOption};
pub use why::Why;
