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
#[cfg(feature = "packet-journey")]
pub mod packet_journey;
#[cfg(feature = "lvs-modes")]
pub mod lvs_modes;
#[cfg(feature = "lvs-schedule")]
pub mod lvs_schedule;
#[cfg(feature = "dns")]
pub mod dns;
#[cfg(feature = "numa")]
pub mod numa;
#[cfg(feature = "spinlock")]
pub mod spinlock;
#[cfg(feature = "cache-line")]
pub mod cache_line;
#[cfg(feature = "closed-loop")]
pub mod closed_loop;
