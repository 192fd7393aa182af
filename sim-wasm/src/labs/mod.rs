//! The labs, one module each.

pub mod accept_queue;
#[cfg(feature = "cache-line")]
pub mod cache_line;
#[cfg(feature = "closed-loop")]
pub mod closed_loop;
#[cfg(feature = "dns")]
pub mod dns;
#[cfg(feature = "lvs-modes")]
pub mod lvs_modes;
#[cfg(feature = "lvs-schedule")]
pub mod lvs_schedule;
pub mod mtu;
pub mod nagle;
#[cfg(feature = "numa")]
pub mod numa;
pub mod packet;
#[cfg(feature = "packet-journey")]
pub mod packet_journey;
pub mod paws;
pub mod rst_handshake;
#[cfg(feature = "spinlock")]
pub mod spinlock;
pub mod tcp_buffer;
pub mod tcp_timers;
pub mod time_wait;
