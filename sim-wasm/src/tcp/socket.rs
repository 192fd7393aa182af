//! What a program holds: socket numbers, options, error numbers, and what it is told.

use crate::net::Endpoint;
use crate::rng::mix;
use crate::time::Time;
use std::fmt;

/// Both ends of a connection, as one host sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flow {
    /// This host's end.
    pub local: Endpoint,
    /// The other end.
    pub remote: Endpoint,
}

impl Flow {
    /// The ends as the other host sees them.
    pub fn reversed(self) -> Flow {
        Flow { local: self.remote, remote: self.local }
    }

    /// A number for a place in a hash table.
    pub fn hash(self) -> u64 {
        let addresses = u64::from(self.local.addr.0) << 32 | u64::from(self.remote.addr.0);
        let ports = u64::from(self.local.port) << 16 | u64::from(self.remote.port);
        mix(mix(addresses) ^ ports)
    }
}

/// A socket of a host, as a program names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u32);

/// What a call can fail with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the system's own names
pub enum Errno {
    EBADF,
    EAGAIN,
    EINVAL,
    EPIPE,
    EADDRINUSE,
    EADDRNOTAVAIL,
    EISCONN,
    ENOTCONN,
    ENETUNREACH,
    EHOSTUNREACH,
    ECONNRESET,
    ECONNREFUSED,
    EINPROGRESS,
    EALREADY,
    ETIMEDOUT,
    ENOPROTOOPT,
    EMSGSIZE,
    EDESTADDRREQ,
    EACCES,
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Something a program learns of its socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The socket.
    pub socket: SocketId,
    /// Its ends; of a listener, the connection that can be accepted.
    pub flow: Flow,
    /// What it learns.
    pub kind: EventKind,
}

/// What a program learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// accept() of this listener would return a connection.
    Acceptable,
    /// connect() has succeeded.
    Connected,
    /// This many bytes can be read.
    Readable(u32),
    /// The other side has closed.
    EndOfFile,
    /// There is room again in a send buffer that was full.
    Writable,
    /// The connection has ended with this error.
    Failed(Errno),
}

/// What setsockopt() can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketOption {
    /// `SO_REUSEADDR`
    ReuseAddr(bool),
    /// `SO_KEEPALIVE`
    KeepAlive(bool),
    /// `SO_LINGER`; none turns it off.
    Linger(Option<Time>),
    /// `SO_RCVBUF` in bytes; the kernel doubles it.
    RcvBuf(u32),
    /// `SO_SNDBUF` in bytes; the kernel doubles it.
    SndBuf(u32),
    /// `SO_RCVBUFFORCE`: the same beyond `rmem_max`.
    RcvBufForce(u32),
    /// `SO_SNDBUFFORCE`: the same beyond `wmem_max`.
    SndBufForce(u32),
    /// `TCP_NOTSENT_LOWAT` in bytes: a program may write while less waits to be sent; 0 leaves it to the host.
    NotSentLowat(u32),
    /// `SO_RCVLOWAT` in bytes: less is not worth telling the program of.
    RcvLowat(u32),
    /// `TCP_NODELAY`
    NoDelay(bool),
    /// `TCP_CORK`
    Cork(bool),
    /// `TCP_QUICKACK`
    QuickAck(bool),
    /// `TCP_KEEPIDLE`
    KeepIdle(Time),
    /// `TCP_KEEPINTVL`
    KeepIntvl(Time),
    /// `TCP_KEEPCNT`
    KeepCnt(u32),
    /// `TCP_USER_TIMEOUT`; zero turns it off.
    UserTimeout(Time),
    /// `TCP_SYNCNT`
    SynCnt(u32),
    /// `TCP_LINGER2`: how long an orphan stays in FIN_WAIT2; none means not at all.
    Linger2(Option<Time>),
    /// `TCP_DEFER_ACCEPT`
    DeferAccept(Time),
    /// `TCP_MAXSEG`
    MaxSeg(u16),
    /// `TCP_CONGESTION`: Reno in place of CUBIC.
    Reno(bool),
    /// `TCP_REPAIR`: close() lets go of the connection without a packet.
    Repair(bool),
    /// `TCP_QUEUE_SEQ` under `TCP_REPAIR`, before connect(): the sequence number of its SYN.
    QueueSeq(u32),
    /// Added to the clock for its timestamps, which it sends whatever the sysctl says: a program that writes its packets
    /// itself does so.
    OwnTimestamps(u32),
}

/// The options of a socket; a listener's are inherited by what it accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub(super) reuse_addr: bool,
    pub(super) keepalive: bool,
    pub(super) linger: Option<Time>,
    /// What getsockopt returns: the doubled value.
    pub(super) rcvbuf: Option<u32>,
    pub(super) sndbuf: Option<u32>,
    /// Zero counts as one.
    pub(super) rcvlowat: u32,
    /// `TCP_NOTSENT_LOWAT`
    pub(super) not_sent_lowat: Option<u32>,
    pub(super) nodelay: bool,
    pub(super) cork: bool,
    /// `TCP_QUICKACK` was turned off before connect().
    pub(super) pingpong: bool,
    pub(super) repair: bool,
    pub(super) keep_idle: Option<Time>,
    pub(super) keep_intvl: Option<Time>,
    pub(super) keep_cnt: Option<u32>,
    pub(super) user_timeout: Option<Time>,
    pub(super) syn_cnt: Option<u32>,
    /// Some(None): an orphan does not stay in FIN_WAIT2 at all.
    pub(super) linger2: Option<Option<Time>>,
    pub(super) defer_accept: Option<Time>,
    pub(super) max_seg: Option<u16>,
    pub(super) reno: bool,
    /// Where its sequence numbers begin, when not where the kernel's clock stands.
    pub(super) queue_seq: Option<u32>,
    /// Set for a program that writes its packets itself: it adds this to the clock and heeds no sysctl.
    pub(super) own_timestamps: Option<u32>,
}

/// Least receive buffer that can be asked for, after doubling (SOCK_MIN_RCVBUF).
const MIN_RCVBUF: u32 = 2304;
/// Least send buffer (SOCK_MIN_SNDBUF).
const MIN_SNDBUF: u32 = 4608;

impl Options {
    /// `SO_RCVLOWAT`
    pub fn rcvlowat(&self) -> u32 {
        self.rcvlowat.max(1)
    }

    /// Is its congestion control Reno's, not CUBIC's?
    pub fn is_reno(&self) -> bool {
        self.reno
    }

    /// Takes an option in. `rmem_max` and `wmem_max` bound the buffers.
    pub(super) fn set(&mut self, option: SocketOption, rmem_max: u32, wmem_max: u32) {
        match option {
            SocketOption::ReuseAddr(on) => self.reuse_addr = on,
            SocketOption::KeepAlive(on) => self.keepalive = on,
            SocketOption::Linger(time) => self.linger = time,
            SocketOption::RcvBuf(bytes) => self.rcvbuf = Some((bytes.min(rmem_max) * 2).max(MIN_RCVBUF)),
            SocketOption::SndBuf(bytes) => self.sndbuf = Some((bytes.min(wmem_max) * 2).max(MIN_SNDBUF)),
            SocketOption::RcvBufForce(bytes) => self.rcvbuf = Some((bytes * 2).max(MIN_RCVBUF)),
            SocketOption::SndBufForce(bytes) => self.sndbuf = Some((bytes * 2).max(MIN_SNDBUF)),
            SocketOption::NotSentLowat(bytes) => self.not_sent_lowat = (bytes > 0).then_some(bytes),
            SocketOption::RcvLowat(bytes) => self.rcvlowat = bytes,
            SocketOption::NoDelay(on) => self.nodelay = on,
            SocketOption::Cork(on) => self.cork = on,
            SocketOption::QuickAck(on) => self.pingpong = !on,
            SocketOption::Repair(on) => self.repair = on,
            SocketOption::KeepIdle(time) => self.keep_idle = Some(time),
            SocketOption::KeepIntvl(time) => self.keep_intvl = Some(time),
            SocketOption::KeepCnt(count) => self.keep_cnt = Some(count),
            SocketOption::UserTimeout(time) => self.user_timeout = (time > Time::ZERO).then_some(time),
            SocketOption::SynCnt(count) => self.syn_cnt = (count > 0).then_some(count),
            // Zero means the host's own setting.
            SocketOption::Linger2(time) => self.linger2 = (time != Some(Time::ZERO)).then_some(time),
            SocketOption::DeferAccept(time) => self.defer_accept = (time > Time::ZERO).then_some(time),
            SocketOption::Reno(on) => self.reno = on,
            SocketOption::MaxSeg(bytes) => self.max_seg = (bytes > 0).then_some(bytes),
            SocketOption::QueueSeq(seq) => self.queue_seq = Some(seq),
            SocketOption::OwnTimestamps(offset) => self.own_timestamps = Some(offset),
        }
    }
}
