//! What lies between hosts: packets, links, address translation.

pub mod bottleneck;
pub mod link;
pub mod nat;
pub mod packet;
pub mod path;

pub use packet::{
    Endpoint, Flags, Icmp, Ipv4, SackBlocks, Segment, TcpOptions, TimestampOption, Unreachable,
};
