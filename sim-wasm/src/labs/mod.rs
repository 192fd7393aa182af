//! The labs, one module each.

pub mod accept_queue;
pub mod mtu;
pub mod nagle;
pub mod packet;
pub mod paws;
pub mod rst_handshake;
pub mod tcp_buffer;
pub mod tcp_timers;
pub mod time_wait;
