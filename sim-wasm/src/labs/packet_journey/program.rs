//! What the program that asks is told: `ping`, or the calls of a client of TCP or UDP as `strace -T` prints them.

use super::addr::dotted;
use super::packet::{DEFAULT_TTL, Icmp, TCP_PORT, UDP_ANSWER, UDP_PORT};
use super::settings::Request;
use super::walk::{Outcome, World};

/// Payload that `ping` sends by itself, in bytes.
const PING_BYTES: u32 = 56;
/// SO_RCVTIMEO of the UDP client, in microseconds.
const UDP_PATIENCE_US: u64 = 5_000_000;
/// When connect() gives up with the settings of 6.18 (tcp_syn_retries 6, tcp_syn_linear_timeouts 4), in microseconds.
const CONNECT_PATIENCE_US: u64 = 131_000_000;

/// An error that a call gives, with what it means.
type Errno = (&'static str, &'static str);

const ECONNREFUSED: Errno = ("ECONNREFUSED", "Connection refused");
const EHOSTUNREACH: Errno = ("EHOSTUNREACH", "No route to host");
const ENETUNREACH: Errno = ("ENETUNREACH", "Network is unreachable");
const EMSGSIZE: Errno = ("EMSGSIZE", "Message too long");
const ETIMEDOUT: Errno = ("ETIMEDOUT", "Connection timed out");
const EAGAIN: Errno = ("EAGAIN", "Resource temporarily unavailable");

/// The command line and what it prints.
pub(super) fn output(world: &World) -> (String, String) {
    match world.settings.request {
        Request::Ping => ping(world),
        Request::Tcp => ("strace -T -e trace=connect ./client".to_string(), connect(world, TCP_PORT)),
        Request::Udp => ("strace -T -e trace=network ./client".to_string(), udp(world)),
    }
}

/// The word of the error that the program gets; none when it gets an answer.
pub(super) fn error(world: &World) -> Option<Errno> {
    let udp = world.settings.request == Request::Udp;
    match world.outcome {
        Outcome::Answered { .. } => None,
        Outcome::Reset { .. } => Some(ECONNREFUSED),
        Outcome::NoRoute => Some(ENETUNREACH),
        // Measured on 6.18.44. A connected UDP socket hears of those that icmp_err_convert calls fatal.
        Outcome::Icmp { icmp: Icmp::PortUnreachable, .. } => Some(ECONNREFUSED),
        Outcome::Icmp { icmp: Icmp::AdminProhibited, .. } => Some(EHOSTUNREACH),
        Outcome::Icmp { icmp: Icmp::TooBig(_), .. } if udp => Some(EMSGSIZE),
        Outcome::Icmp { icmp: Icmp::NetUnreachable, .. } if !udp => Some(ENETUNREACH),
        Outcome::Icmp { .. } | Outcome::Unreachable { .. } if !udp => Some(EHOSTUNREACH),
        Outcome::Icmp { .. } | Outcome::Unreachable { .. } | Outcome::Silence => {
            Some(if udp { EAGAIN } else { ETIMEDOUT })
        }
    }
}

/// How long the program waits, in microseconds; none for ever.
pub(super) fn waits_us(world: &World) -> Option<u64> {
    let request = world.settings.request;
    match world.outcome {
        _ if request == Request::Udp && error(world) == Some(EAGAIN) => Some(UDP_PATIENCE_US),
        Outcome::Answered { at_us, .. }
        | Outcome::Reset { at_us }
        | Outcome::Icmp { at_us, .. }
        | Outcome::Unreachable { at_us } => Some(at_us),
        Outcome::NoRoute => Some(0),
        Outcome::Silence if request == Request::Tcp => Some(CONNECT_PATIENCE_US),
        Outcome::Silence => None,
    }
}

fn ping(world: &World) -> (String, String) {
    let settings = &world.settings;
    let target = dotted(settings.target());
    let mut command = "ping -c 1".to_string();
    if settings.ttl != DEFAULT_TTL {
        command += &format!(" -t {}", settings.ttl);
    }
    if settings.payload != PING_BYTES {
        command += &format!(" -s {}", settings.payload);
    }
    if !settings.df {
        command += " -M dont";
    }
    command += &format!(" {target}");
    if world.outcome == Outcome::NoRoute {
        return (command, "ping: connect: Network is unreachable".to_string());
    }
    let told = |by: String, what: &str| format!("From {by} icmp_seq=1 {what}\n");
    let (line, received, errors) = match world.outcome {
        Outcome::Answered { at_us, ttl, .. } => {
            let len = settings.payload + 8;
            // A ping of less than 16 bytes has no room for the time that it left.
            let time =
                if settings.payload < 16 { String::new() } else { format!(" time={} ms", shortened(at_us)) };
            (format!("{len} bytes from {target}: icmp_seq=1 ttl={ttl}{time}\n"), 1, false)
        }
        Outcome::Icmp { icmp, by, .. } => (told(dotted(by), &complaint(icmp)), 0, true),
        Outcome::Unreachable { .. } => {
            (told(dotted(settings.client), &complaint(Icmp::HostUnreachable)), 0, true)
        }
        Outcome::Reset { .. } | Outcome::NoRoute | Outcome::Silence => (String::new(), 0, false),
    };
    let (bytes, total) = (settings.payload, settings.payload + 28);
    let mut out = format!("PING {target} ({target}) {bytes}({total}) bytes of data.\n{line}");
    let extra = if errors { ", +1 errors" } else { "" };
    let loss = if received == 1 { 0 } else { 100 };
    out += &format!("\n--- {target} ping statistics ---\n");
    out += &format!("1 packets transmitted, {received} received{extra}, {loss}% packet loss, time 0ms");
    if let Outcome::Answered { at_us, .. } = world.outcome
        && settings.payload >= 16
    {
        let ms = format!("{}.{:03}", at_us / 1000, at_us % 1000);
        out += &format!("\nrtt min/avg/max/mdev = {ms}/{ms}/{ms}/0.000 ms");
    }
    (command, out)
}

/// A time as the tool rounds it: three digits behind the point below a millisecond, none above a hundred.
fn shortened(us: u64) -> String {
    let (ms, rest) = (us / 1000, us % 1000);
    match us {
        0..1_000 => format!("{ms}.{rest:03}"),
        1_000..9_995 => format!("{ms}.{:02}", rest / 10),
        9_995..99_950 => format!("{ms}.{}", rest / 100),
        _ => ms.to_string(),
    }
}

/// An ICMP message as `ping` prints it.
fn complaint(icmp: Icmp) -> String {
    let fixed = match icmp {
        Icmp::NetUnreachable => "Destination Net Unreachable",
        Icmp::HostUnreachable => "Destination Host Unreachable",
        Icmp::PortUnreachable => "Destination Port Unreachable",
        Icmp::AdminProhibited => "Packet filtered",
        Icmp::TimeExceeded => "Time to live exceeded",
        Icmp::TooBig(mtu) => return format!("Frag needed and DF set (mtu = {mtu})"),
        Icmp::Redirect(better) => return format!("Redirect Host(New nexthop: {})", dotted(better)),
    };
    fixed.to_string()
}

fn result(error: Option<Errno>, done: u32, waited_us: u64) -> String {
    let waited = format!("<{}.{:06}>", waited_us / 1_000_000, waited_us % 1_000_000);
    match error {
        None => format!("= {done} {waited}"),
        Some((word, meaning)) => format!("= -1 {word} ({meaning}) {waited}"),
    }
}

fn connect_call(world: &World, port: u16) -> String {
    let target = dotted(world.settings.target());
    format!("connect(3, {{sa_family=AF_INET, sin_port=htons({port}), sin_addr=inet_addr(\"{target}\")}}, 16)")
}

fn connect(world: &World, port: u16) -> String {
    let waited = waits_us(world).unwrap_or(0);
    format!("{} {}", connect_call(world, port), result(error(world), 0, waited))
}

fn udp(world: &World) -> String {
    let connect = connect_call(world, UDP_PORT);
    if world.outcome == Outcome::NoRoute {
        return format!("{connect} {}", result(Some(ENETUNREACH), 0, 10));
    }
    let (sent, waited) = (world.settings.payload, waits_us(world).unwrap_or(0));
    let mut out = format!("{connect} {}\n", result(None, 0, 10));
    out += &format!("sendto(3, {}, {sent}, 0, NULL, 0) {}\n", quoted('x', sent), result(None, sent, 20));
    let error = error(world);
    let buffer = if error.is_none() { quoted('y', UDP_ANSWER) } else { "0x7ffc5d0a1b40".to_string() };
    out + &format!("recvfrom(3, {buffer}, 2000, 0, NULL, NULL) {}", result(error, UDP_ANSWER, waited))
}

/// A buffer as the tool shows it: 32 bytes of it.
fn quoted(c: char, len: u32) -> String {
    let text: String = (0..len.min(32)).map(|_| c).collect();
    format!("\"{text}\"{}", if len > 32 { "..." } else { "" })
}
