//! Who connects: addresses and ports, which the hashing schedulers look at.

use super::settings::{Addresses, Settings};
use crate::rng::mix;

/// First of the ports that clients use (`net.ipv4.ip_local_port_range`).
const FIRST_PORT: u64 = 32_768;
const PORTS: u64 = 28_232;
/// Separates ports from addresses, which the seed gives too.
const PORT_STREAM: u64 = 0x706f_7274;

/// The address of a client, by its number.
pub(super) fn address(settings: &Settings, client: u64) -> u32 {
    let ip = |a: u32, b: u32, c: u32, d: u32| a << 24 | b << 16 | c << 8 | d;
    let number = client as u32;
    match settings.addresses {
        Addresses::Nat => ip(203, 0, 113, 10),
        Addresses::Subnet => ip(10, 0, 1, 1 + number % 254),
        Addresses::LastOctet => ip(10, number >> 8 & 255, number & 255, 7),
        Addresses::Random => (mix(settings.seed ^ mix(client + 1)) >> 32) as u32,
    }
}

/// The client's number and its port, of a connection counted over all directors.
pub(super) fn client(settings: &Settings, connection: u64) -> (u64, u16) {
    let port = FIRST_PORT + mix(settings.seed ^ PORT_STREAM ^ mix(connection)) % PORTS;
    (connection % settings.clients.max(1), port as u16)
}

/// `10.0.1.7`.
pub(super) fn dotted(address: u32) -> String {
    let [a, b, c, d] = address.to_be_bytes();
    format!("{a}.{b}.{c}.{d}")
}
