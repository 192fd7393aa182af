//! What programs ask of a socket: getsockopt(), poll(), `tcp_info`.

use super::connection::{Connection, DEFAULT_MSS, State};
use super::host::{Entry, Host, Socket};
use super::socket::{Flow, Options, SocketId};
use super::stack::Stack;
use crate::time::Time;

const IN: u32 = 0x41; // POLLIN | POLLRDNORM
const OUT: u32 = 0x104; // POLLOUT | POLLWRNORM
const ERR: u32 = 0x8;
const HUP: u32 = 0x10;
const RDHUP: u32 = 0x2000;

impl Host {
    /// poll(): what is ready, with the system's bits (`tcp_poll`).
    pub fn poll_mask(&self, id: SocketId) -> u32 {
        match self.sockets.get(&id) {
            None => 0,
            Some(Socket::Fresh(_)) => OUT | HUP,
            Some(Socket::Listener(listener)) => {
                if listener.accept_queue.is_empty() {
                    0
                } else {
                    IN
                }
            }
            Some(Socket::Connection(connection)) => connection.poll_mask(&self.stack),
        }
    }

    /// getsockopt() of an option by its name, when its value is a number and the model has it.
    pub fn getsockopt(&self, id: SocketId, name: &str) -> Option<i64> {
        let socket = self.sockets.get(&id)?;
        let options = self.options(id)?;
        let sysctl = &self.stack.sysctl;
        let connection = match socket {
            Socket::Connection(connection) => Some(connection),
            _ => None,
        };
        let seconds = |time: Option<Time>, default: Time| (time.unwrap_or(default).secs()) as i64;
        Some(match name {
            "SO_REUSEADDR" => options.reuse_addr.into(),
            "SO_KEEPALIVE" => options.keepalive.into(),
            "SO_TYPE" => 1,
            "SO_DOMAIN" => 2,
            "SO_PROTOCOL" => 6,
            "IP_MTU" => connection?.info(&self.stack, self.stack.now, "tcpi_pmtu")?,
            "TCP_NOTSENT_LOWAT" => options.not_sent_lowat.unwrap_or(0).into(),
            "SO_RCVLOWAT" => options.rcvlowat().into(),
            "SO_ACCEPTCONN" => matches!(socket, Socket::Listener(_)).into(),
            "SO_RCVBUF" => match connection {
                Some(connection) => connection.receive_buffer().into(),
                None => options.rcvbuf.unwrap_or(sysctl.tcp_rmem[1]).into(),
            },
            "SO_SNDBUF" => match connection {
                Some(connection) => connection.send_buffer_size().into(),
                None => options.sndbuf.unwrap_or(sysctl.tcp_wmem[1]).into(),
            },
            "TCP_NODELAY" => options.nodelay.into(),
            "TCP_CORK" => options.cork.into(),
            "TCP_KEEPIDLE" => seconds(options.keep_idle, sysctl.tcp_keepalive_time),
            "TCP_KEEPINTVL" => seconds(options.keep_intvl, sysctl.tcp_keepalive_intvl),
            "TCP_KEEPCNT" => options.keep_cnt.unwrap_or(sysctl.tcp_keepalive_probes).into(),
            "TCP_USER_TIMEOUT" => options.user_timeout.unwrap_or_default().millis() as i64,
            "TCP_SYNCNT" => options.syn_cnt.unwrap_or(sysctl.tcp_syn_retries).into(),
            "TCP_LINGER2" => match options.linger2 {
                Some(None) => -1,
                Some(Some(time)) => time.secs() as i64,
                None => sysctl.tcp_fin_timeout as i64,
            },
            "TCP_DEFER_ACCEPT" => deferred(options, self.stack.initial_rto()),
            "TCP_QUICKACK" => connection.is_none_or(|connection| connection.acks_quickly()).into(),
            "TCP_MAXSEG" => match connection {
                Some(connection) => connection.mss().into(),
                None if options.max_seg.is_none() => DEFAULT_MSS.into(),
                None => return None,
            },
            _ => return None,
        })
    }

    /// The connection of a flow, whoever holds it.
    fn held(&self, flow: Flow) -> Option<&Connection> {
        self.sockets.values().rev().find_map(|socket| match socket {
            Socket::Connection(connection) if connection.flow == flow => Some(&**connection),
            _ => None,
        })
    }

    /// The first sequence number that a connection has no acknowledgement of, and the next that it expects.
    pub fn edges(&self, flow: Flow) -> Option<(u32, u32)> {
        self.held(flow).map(Connection::edges)
    }

    /// A field of `tcp_info` (`tcp_get_info`), when the model keeps it. `flow` is the connection's, whoever holds it.
    pub fn tcp_info(&self, now: Time, flow: Flow, name: &str) -> Option<i64> {
        match (self.held(flow), self.table.get(&flow), name) {
            (Some(connection), ..) => connection.info(&self.stack, now, name),
            (None, Some(Entry::Request(_)), "tcpi_state") => Some(3),
            (None, Some(Entry::TimeWait(_)), "tcpi_state") => Some(6),
            (None, None, "tcpi_state") => Some(7),
            _ => None,
        }
    }
}

/// `TCP_DEFER_ACCEPT` is kept as a number of timeouts (`retrans_to_secs`).
fn deferred(options: &Options, base: Time) -> i64 {
    let Some(wanted) = options.defer_accept else { return 0 };
    let mut sum = Time::ZERO;
    let mut period = base;
    while sum < wanted && period < Time::from_secs(1 << 30) {
        sum = sum + period;
        period = period + period;
    }
    sum.secs() as i64
}

impl Connection {
    /// Has everything come that the peer will send, so that read() finds the end behind it?
    pub fn at_end(&self) -> bool {
        self.fin_received
    }

    fn poll_mask(&self, stack: &Stack) -> u32 {
        let mut mask = 0;
        if self.state == State::Closed || (self.rcv_shutdown && self.snd_shutdown) {
            mask |= HUP;
        }
        if self.rcv_shutdown {
            mask |= IN | RDHUP;
        }
        if !matches!(self.state, State::SynSent | State::SynRecv) {
            if self.unread() >= self.options.rcvlowat() {
                mask |= IN;
            }
            // A third of the buffer is free (sk_stream_is_writeable).
            if self.snd_shutdown || self.has_room(stack) {
                mask |= OUT;
            }
        }
        if self.error.is_some() {
            mask |= ERR;
        }
        mask
    }
}
