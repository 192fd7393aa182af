//! Every reason a kernel has to drop a segment: one variant for each decision point, with the numbers that decided.

use super::peers::{PeerKey, Refusal};
use super::seq::distance;
use crate::kernel::{Change, Counter, KernelVersion};
use crate::net::Flags;
use crate::text::Lang;

/// Why a segment was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A SYN failed the per-host check of `tcp_tw_recycle`.
    PeerCheck {
        /// Whose record.
        key: PeerKey,
        /// The record and its age.
        refusal: Refusal,
        /// The SYN's timestamp.
        tsval: Option<u32>,
    },
    /// PAWS: the timestamp is older than the last one of the same connection.
    Paws {
        /// How far the connection was.
        at: Stage,
        /// `ts_recent`
        recent: u32,
        /// The segment's TSval.
        tsval: u32,
    },
    /// An old pure ACK with an old timestamp: passed over in silence.
    OldAck {
        /// `ts_recent`
        recent: u32,
        /// The segment's TSval.
        tsval: u32,
    },
    /// Sequence numbers outside the receive window.
    OutOfWindow {
        /// How far the connection was.
        at: Stage,
        /// Sequence number of the segment.
        seq: u32,
        /// The one that was expected.
        rcv_nxt: u32,
        /// Bytes of window.
        window: u32,
    },
    /// It begins in the window and ends beyond it, while data lies unread.
    EndBeyondWindow {
        /// The number after its last byte.
        end: u32,
        /// The right edge of the window.
        right: u32,
    },
    /// A SYN reached a connection in TIME_WAIT and is not provably newer.
    OldSynInTimeWait {
        /// Sequence number of the SYN.
        seq: u32,
        /// The one TIME_WAIT expects.
        rcv_nxt: u32,
    },
    /// An RST that would end TIME_WAIT, and must not (`tcp_rfc1337`).
    ResetInTimeWait {
        /// Its sequence number, the one TIME_WAIT expects.
        seq: u32,
    },
    /// A SYN for a connection that is established already.
    SynOnConnection,
    /// An RST within the window whose sequence number is not exactly the expected one.
    InexactReset {
        /// Is there only a connection request yet?
        of_request: bool,
        /// Sequence number of the RST.
        seq: u32,
        /// The one that was expected.
        rcv_nxt: u32,
    },
    /// It acknowledges something that was never sent, or nothing at all.
    BadAck {
        /// How far the connection was.
        at: Stage,
        /// The acknowledgement number.
        ack: u32,
        /// The oldest unacknowledged byte.
        snd_una: u32,
        /// The next byte to send.
        snd_nxt: u32,
        /// Was it answered with a challenge ACK?
        answered: bool,
    },
    /// In SYN_RECV: it echoes a timestamp that no SYN-ACK carried.
    WrongEcho {
        /// Its TSecr.
        tsecr: u32,
        /// TSval of the first SYN-ACK.
        first: u32,
        /// TSval of the last.
        last: u32,
    },
    /// In SYN_SENT: it echoes a timestamp from before the SYN, or from the future.
    ImpossibleEcho {
        /// Its TSecr.
        tsecr: u32,
    },
    /// A segment for a listener that is no SYN, or one with a FIN.
    NotASyn {
        /// Its flags.
        flags: Flags,
    },
    /// A SYN met a full SYN queue, and cookies are off.
    SynQueueFull {
        /// Requests in it.
        requests: u32,
        /// How many it holds.
        limit: u32,
    },
    /// A SYN met a full accept queue.
    AcceptQueueFullOnSyn {
        /// Connections that wait for accept().
        waiting: u32,
        /// The backlog.
        backlog: u32,
        /// Requests whose SYN-ACK has not been sent again.
        young: u32,
        /// Would it have been answered with a cookie?
        cookie: bool,
    },
    /// A SYN met the last quarter of `tcp_max_syn_backlog`, which is kept for peers that have proved to be real.
    LastQuarter {
        /// Requests in the queue.
        requests: u32,
        /// `tcp_max_syn_backlog`
        max_syn_backlog: u32,
    },
    /// The last ACK of a handshake met a full accept queue.
    AcceptQueueFull {
        /// Connections that wait for accept().
        waiting: u32,
        /// The backlog.
        backlog: u32,
        /// Was it answered with an RST (`tcp_abort_on_overflow`)?
        aborted: bool,
        /// Did it acknowledge a SYN cookie?
        cookie: bool,
    },
    /// `TCP_DEFER_ACCEPT`: a bare ACK does not complete the handshake.
    Deferred {
        /// What the option was set to.
        seconds: u64,
    },
    /// No connection and no listener has these addresses and ports.
    NoSocket {
        /// The segment's flags; an RST is passed over, anything else is answered with one.
        flags: Flags,
    },
    /// Data for a connection whose program has closed it.
    DataAfterClose,
    /// A router on the way had no room for it.
    QueueFull {
        /// Packets that wait there.
        waiting: u64,
        /// Packets that may wait.
        limit: u64,
        /// Was it on its way to the receiver of data, or back?
        forward: bool,
    },
    /// The path loses packets at random.
    RandomLoss {
        /// How many of a million.
        ppm: u64,
    },
    /// On the way: too big for the next link of a router, and not to be fragmented.
    TooBig {
        /// Which router, from 0 on the sender's side.
        hop: u8,
        /// Bytes of the packet.
        len: u32,
        /// Bytes that the link takes.
        mtu: u32,
        /// Does the ICMP message reach the sender?
        told: bool,
    },
}

/// How far the connection was when the segment was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A connect() that waits for its SYN-ACK.
    SynSent,
    /// A connection request in SYN_RECV.
    SynRecv,
    /// ESTABLISHED and later states.
    Synchronised,
    /// TIME_WAIT, or an orphan in FIN_WAIT2.
    TimeWait,
}

impl Stage {
    /// The function that judges a segment then.
    fn function(self) -> &'static str {
        match self {
            Stage::SynSent => "tcp_rcv_synsent_state_process",
            Stage::SynRecv => "tcp_check_req",
            Stage::Synchronised => "tcp_validate_incoming",
            Stage::TimeWait => "tcp_timewait_state_process",
        }
    }

    fn file(self) -> &'static str {
        match self {
            Stage::SynSent | Stage::Synchronised => TCP_INPUT,
            Stage::SynRecv | Stage::TimeWait => TCP_MINISOCKS,
        }
    }

    fn paws_code(self) -> &'static str {
        match self {
            Stage::SynSent | Stage::Synchronised => "paws_estab",
            Stage::SynRecv => "paws_syn_recv",
            Stage::TimeWait => "paws_timewait",
        }
    }

    /// The counter of a PAWS failure.
    fn paws_counter(self, kernel: KernelVersion) -> Counter {
        match self {
            Stage::TimeWait if kernel.has(Change::PawsTimewaitCounter) => Counter::PAWSTimewait,
            _ => Counter::PAWSEstab,
        }
    }
}

/// The place in the kernel's source where it was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecisionPoint {
    /// Stable word for programs.
    pub code: &'static str,
    /// Function, as this version names it.
    pub function: &'static str,
    /// File, as this version names it.
    pub file: &'static str,
}

const TCP_INPUT: &str = "net/ipv4/tcp_input.c";
const TCP_IPV4: &str = "net/ipv4/tcp_ipv4.c";
const TCP_MINISOCKS: &str = "net/ipv4/tcp_minisocks.c";
const SYNCOOKIES: &str = "net/ipv4/syncookies.c";

/// Where a listener judges a SYN.
fn conn_request(code: &'static str, kernel: KernelVersion) -> (&'static str, &'static str, &'static str) {
    if kernel.has(Change::ConnRequestShared) {
        (code, "tcp_conn_request", TCP_INPUT)
    } else {
        (code, "tcp_v4_conn_request", TCP_IPV4)
    }
}

impl Why {
    /// Was it decided on the way, not by the host that the segment was meant for?
    pub fn is_of_path(&self) -> bool {
        matches!(self, Why::QueueFull { .. } | Why::RandomLoss { .. })
    }

    /// Where this kernel decides it.
    pub fn decided_at(&self, kernel: KernelVersion) -> DecisionPoint {
        let (code, function, file) = match self {
            Why::PeerCheck { .. } => conn_request("paws_passive", kernel),
            Why::SynQueueFull { .. } => conn_request("syn_queue_full", kernel),
            Why::AcceptQueueFullOnSyn { .. } => conn_request("accept_queue_full_syn", kernel),
            Why::LastQuarter { .. } => conn_request("last_quarter", kernel),
            Why::AcceptQueueFull { cookie: true, .. } => {
                ("accept_queue_full_ack", "cookie_v4_check", SYNCOOKIES)
            }
            Why::AcceptQueueFull { .. } => ("accept_queue_full_ack", "tcp_v4_syn_recv_sock", TCP_IPV4),
            Why::Deferred { .. } => ("deferred", "tcp_check_req", TCP_MINISOCKS),
            Why::WrongEcho { .. } => ("tsecr_rejected", "tcp_check_req", TCP_MINISOCKS),
            Why::ImpossibleEcho { .. } => ("paws_active", "tcp_rcv_synsent_state_process", TCP_INPUT),
            Why::NotASyn { .. } => ("not_a_syn", "tcp_rcv_state_process", TCP_INPUT),
            Why::Paws { at, .. } => (at.paws_code(), at.function(), at.file()),
            Why::OldAck { .. } => ("paws_old_ack", "tcp_validate_incoming", TCP_INPUT),
            Why::OutOfWindow { at, .. } => ("out_of_window", at.function(), at.file()),
            Why::EndBeyondWindow { .. } => ("end_beyond_window", "tcp_sequence", TCP_INPUT),
            Why::OldSynInTimeWait { .. } => {
                ("old_syn_in_time_wait", "tcp_timewait_state_process", TCP_MINISOCKS)
            }
            Why::ResetInTimeWait { .. } => ("rfc1337", "tcp_timewait_state_process", TCP_MINISOCKS),
            Why::SynOnConnection => ("syn_on_connection", "tcp_validate_incoming", TCP_INPUT),
            Why::InexactReset { of_request: true, .. } => ("inexact_reset", "tcp_check_req", TCP_MINISOCKS),
            Why::InexactReset { .. } => ("inexact_reset", "tcp_validate_incoming", TCP_INPUT),
            Why::BadAck { at: Stage::Synchronised, .. } => ("bad_ack", "tcp_ack", TCP_INPUT),
            Why::BadAck { at, .. } => ("bad_ack", at.function(), at.file()),
            Why::NoSocket { .. } => ("no_socket", "tcp_v4_rcv", TCP_IPV4),
            Why::DataAfterClose => ("data_after_close", "tcp_rcv_state_process", TCP_INPUT),
            Why::QueueFull { forward: true, .. } => ("queue_full", "pfifo_enqueue", "net/sched/sch_fifo.c"),
            Why::QueueFull { .. } => ("ack_queue_full", "pfifo_enqueue", "net/sched/sch_fifo.c"),
            Why::RandomLoss { .. } => ("random_loss", "netem_enqueue", "net/sched/sch_netem.c"),
            Why::TooBig { .. } => ("frag_needed", "ip_forward", "net/ipv4/ip_forward.c"),
        };
        DecisionPoint { code, function, file }
    }

    /// The condition as the source has it, with the live values in it.
    pub fn condition(&self) -> String {
        match *self {
            Why::PeerCheck { refusal, tsval: Some(tsval), .. } => {
                let (t1, age) = (refusal.record.tsval, refusal.age_s);
                format!("age {age} s < 60 s && (s32)({t1} - {tsval}) = {} > 1", distance(t1, tsval))
            }
            Why::PeerCheck { refusal, tsval: None, .. } => {
                format!("age {} s < 60 s && !tmp_opt.saw_tstamp", refusal.age_s)
            }
            Why::Paws { at: Stage::Synchronised, recent, tsval } | Why::OldAck { recent, tsval } => {
                format!("(s32)({recent} - {tsval}) = {} > 1", distance(recent, tsval))
            }
            Why::Paws { recent, tsval, .. } => {
                format!("(s32)({recent} - {tsval}) = {} > 0", distance(recent, tsval))
            }
            Why::OutOfWindow { seq, rcv_nxt, window, .. } => {
                format!("seq {seq} not in [{rcv_nxt}, {rcv_nxt} + {window})")
            }
            Why::EndBeyondWindow { end, right } => {
                format!("after(end_seq {end}, {right}), receive queue not empty")
            }
            Why::OldSynInTimeWait { seq, rcv_nxt } => {
                format!("!after({seq}, {rcv_nxt}) && !(TSval > tw_ts_recent)")
            }
            Why::ResetInTimeWait { seq } => {
                format!("th->rst && seq {seq} == tw_rcv_nxt && sysctl_tcp_rfc1337")
            }
            Why::SynOnConnection => "th->syn in a synchronised state".to_string(),
            Why::InexactReset { seq, rcv_nxt, .. } => format!("seq {seq} != rcv_nxt {rcv_nxt}"),
            Why::SynQueueFull { requests, limit } => format!("qlen {requests} >= {limit} && !tcp_syncookies"),
            Why::AcceptQueueFullOnSyn { waiting, backlog, young, cookie } => {
                let cookie = if cookie { ", want_cookie" } else { "" };
                format!("sk_ack_backlog {waiting} > sk_max_ack_backlog {backlog}, young {young}{cookie}")
            }
            Why::LastQuarter { requests, max_syn_backlog } => format!(
                "{max_syn_backlog} - {requests} < {max_syn_backlog} >> 2 && !tcp_syncookies && !tcp_peer_is_proven(…)"
            ),
            Why::AcceptQueueFull { waiting, backlog, .. } => {
                format!("sk_ack_backlog {waiting} > sk_max_ack_backlog {backlog}")
            }
            Why::Deferred { seconds } => format!("TCP_DEFER_ACCEPT {seconds} s && end_seq == rcv_isn + 1"),
            Why::WrongEcho { tsecr, first, last } => format!("TSecr {tsecr} not in [{first}, {last}]"),
            Why::ImpossibleEcho { tsecr } => format!("TSecr {tsecr} not in [retrans_stamp, tcp_time_stamp]"),
            Why::NotASyn { flags } => format!("LISTEN, flags {flags}"),
            Why::BadAck { at: Stage::SynSent, ack, snd_una, snd_nxt, .. } => {
                format!("ack {ack} not in ({snd_una}, {snd_nxt}]")
            }
            Why::BadAck { ack, snd_una, snd_nxt, .. } => {
                format!("ack {ack} not in [{snd_una}, {snd_nxt}]")
            }
            Why::NoSocket { .. } => "!__inet_lookup_skb(…)".to_string(),
            Why::DataAfterClose => "sk->sk_shutdown & RCV_SHUTDOWN && new data".to_string(),
            Why::QueueFull { waiting, limit, .. } => format!("sch->q.qlen {waiting} >= sch->limit {limit}"),
            Why::RandomLoss { ppm } => format!("loss_event(q): {ppm} of 1000000"),
            Why::TooBig { len, mtu, .. } => format!("skb->len {len} > mtu {mtu} && iph->frag_off & IP_DF"),
        }
    }

    /// The counters that go up by one for it.
    pub fn counters(&self, kernel: KernelVersion) -> Vec<Counter> {
        match self {
            Why::PeerCheck { .. } => {
                let mut counters = vec![Counter::PAWSPassive];
                // LIVE twr.jsonl: 2.6.32.67 counts PAWSPassive alone, 3.10.108 and later both.
                if kernel.has(Change::SynDropCounted) {
                    counters.push(Counter::ListenDrops);
                }
                counters
            }
            Why::OldAck { .. } => vec![Counter::PAWSOldAck],
            Why::Paws { at, .. } => vec![at.paws_counter(kernel)],
            Why::SynQueueFull { .. } if kernel.has(Change::ReqQFullCounters) => {
                let mut counters = vec![Counter::TCPReqQFullDrop];
                counters.extend(kernel.has(Change::SynDropCounted).then_some(Counter::ListenDrops));
                counters
            }
            // LIVE acc.jsonl: 2.6.32.67 counts nothing when a SYN is dropped.
            Why::AcceptQueueFullOnSyn { cookie, .. } => {
                let mut counters = Vec::new();
                if kernel.has(Change::SynDropCounted) {
                    counters.extend([Counter::ListenOverflows, Counter::ListenDrops]);
                }
                if *cookie && kernel.has(Change::ReqQFullCounters) {
                    counters.push(Counter::TCPReqQFullDoCookies);
                }
                counters
            }
            Why::LastQuarter { .. } if kernel.has(Change::SynDropCounted) => vec![Counter::ListenDrops],
            Why::AcceptQueueFull { aborted, .. } => {
                let mut counters = vec![Counter::ListenOverflows, Counter::ListenDrops];
                counters.extend(aborted.then_some(Counter::EmbryonicRsts));
                counters
            }
            Why::Deferred { .. } => vec![Counter::TCPDeferAcceptDrop],
            Why::WrongEcho { .. } => vec![Counter::TSEcrRejected],
            Why::ImpossibleEcho { .. } => vec![Counter::PAWSActive],
            _ => Vec::new(),
        }
    }

    /// The setting that would have changed it; a dash when there is none.
    pub fn would_change(&self) -> &'static str {
        match self {
            Why::PeerCheck { .. } => "net.ipv4.tcp_tw_recycle=0",
            Why::Paws { .. } | Why::OldAck { .. } | Why::WrongEcho { .. } | Why::ImpossibleEcho { .. } => {
                "net.ipv4.tcp_timestamps=0"
            }
            Why::ResetInTimeWait { .. } => "net.ipv4.tcp_rfc1337=0",
            Why::SynQueueFull { .. } | Why::LastQuarter { .. } => "net.ipv4.tcp_syncookies=1",
            Why::AcceptQueueFullOnSyn { .. } | Why::AcceptQueueFull { .. } => {
                "net.core.somaxconn, listen(backlog)"
            }
            Why::QueueFull { forward: true, .. } => "queue_pkts, rate_mbps, SO_SNDBUF, SO_RCVBUF",
            Why::QueueFull { .. } => "queue_pkts",
            Why::RandomLoss { .. } => "loss_ppm",
            Why::TooBig { .. } => "TCPMSS --clamp-mss-to-pmtu, net.ipv4.tcp_mtu_probing=1",
            _ => "—",
        }
    }

    /// The same in words.
    pub fn text(&self, lang: Lang) -> String {
        match *self {
            Why::PeerCheck { key, refusal, tsval } => {
                let (peer, t1, age) = (key.remote, refusal.record.tsval, refusal.age_s);
                match tsval {
                    Some(tsval) => {
                        let ticks = distance(t1, tsval);
                        lang.pick(
                            format!("{age} s ago the server remembered timestamp {t1} of {peer}. This SYN carries {tsval}, {ticks} ticks older, and is taken for an old duplicate. Nothing is sent back."),
                            format!("服务端 {age} 秒前记下了 {peer} 的时间戳 {t1}。这个 SYN 带的是 {tsval}，旧了 {ticks} 个单位，被当成旧的重复报文，不作任何应答。"),
                        )
                    }
                    None => lang.pick(
                        format!("{age} s ago the server remembered timestamp {t1} of {peer}. This SYN carries none, so it cannot be shown to be newer. Nothing is sent back."),
                        format!("服务端 {age} 秒前记下了 {peer} 的时间戳 {t1}。这个 SYN 不带时间戳，无法证明它更新，不作任何应答。"),
                    ),
                }
            }
            Why::Paws { recent, tsval, .. } | Why::OldAck { recent, tsval } => lang.pick(
                format!("The last timestamp of this connection was {recent}; this segment carries the older {tsval}."),
                format!("这条连接最后的时间戳是 {recent}，这个报文带的 {tsval} 更旧。"),
            ),
            Why::OutOfWindow { .. } => lang.pick(
                "Its sequence numbers lie outside the receive window: an old duplicate.".into(),
                "序号不在接收窗口内：是旧的重复报文。".into(),
            ),
            Why::EndBeyondWindow { .. } => lang.pick(
                "It ends beyond the receive window, and the program has not yet read what came before.".into(),
                "它的末尾超出了接收窗口，而之前的数据程序还没有读走。".into(),
            ),
            Why::OldSynInTimeWait { .. } => lang.pick(
                "The old connection is still in TIME_WAIT and neither sequence number nor timestamp shows that this SYN is newer. The old acknowledgement is sent again.".into(),
                "旧连接还在 TIME_WAIT，序号和时间戳都证明不了这个 SYN 更新，于是重发旧的 ACK。".into(),
            ),
            Why::ResetInTimeWait { .. } => lang.pick(
                "It has exactly the number TIME_WAIT expects and would end it; with tcp_rfc1337=1 it must not.".into(),
                "它的序号正好是 TIME_WAIT 期望的，本可结束 TIME_WAIT；tcp_rfc1337=1 时不行。".into(),
            ),
            Why::SynQueueFull { requests, limit } => lang.pick(
                format!("The SYN queue is full ({requests} of {limit}) and SYN cookies are off. Nothing is sent back."),
                format!("半连接队列已满（{requests} / {limit}），又没有打开 SYN cookie，不作任何应答。"),
            ),
            Why::AcceptQueueFullOnSyn { waiting, backlog, .. } => lang.pick(
                format!("The accept queue is full: {waiting} connections wait for accept(), the backlog is {backlog}. The SYN is dropped without a word."),
                format!("全连接队列已满：{waiting} 条连接等着 accept()，backlog 是 {backlog}。SYN 被一声不响地丢弃。"),
            ),
            Why::LastQuarter { requests, max_syn_backlog } => lang.pick(
                format!("With {requests} requests in the queue, the last quarter of tcp_max_syn_backlog ({max_syn_backlog}) is kept for peers that have connected before."),
                format!("队列里已有 {requests} 个请求，tcp_max_syn_backlog（{max_syn_backlog}）的最后四分之一只留给以前连接过的对端。"),
            ),
            Why::AcceptQueueFull { waiting, backlog, aborted: true, .. } => lang.pick(
                format!("The handshake is complete, but the accept queue is full ({waiting} wait, backlog {backlog}): the client gets an RST."),
                format!("握手已完成，但全连接队列已满（{waiting} 条在等，backlog {backlog}）：给客户端回 RST。"),
            ),
            Why::AcceptQueueFull { waiting, backlog, cookie: true, .. } => lang.pick(
                format!("The client answers a SYN cookie, but the accept queue is full ({waiting} wait, backlog {backlog}): the server throws the ACK away, and nothing of the connection is left with it."),
                format!("客户端应答了 SYN cookie，但全连接队列已满（{waiting} 条在等，backlog {backlog}）：服务端丢掉这个 ACK，这条连接在它那里什么也没留下。"),
            ),
            Why::AcceptQueueFull { waiting, backlog, .. } => lang.pick(
                format!("The handshake is complete for the client, but the accept queue is full ({waiting} wait, backlog {backlog}): the server throws the ACK away and says nothing."),
                format!("客户端以为握手完成了，但全连接队列已满（{waiting} 条在等，backlog {backlog}）：服务端丢掉这个 ACK，什么也不说。"),
            ),
            Why::Deferred { .. } => lang.pick(
                "TCP_DEFER_ACCEPT waits for data; a bare ACK is thrown away.".into(),
                "TCP_DEFER_ACCEPT 要等到数据才完成握手，空的 ACK 被扔掉。".into(),
            ),
            Why::WrongEcho { tsecr, .. } => lang.pick(
                format!("It echoes timestamp {tsecr}, which no SYN-ACK of this connection carried."),
                format!("它回显的时间戳 {tsecr} 不是这条连接任何一个 SYN-ACK 带过的。"),
            ),
            Why::ImpossibleEcho { tsecr } => lang.pick(
                format!("It echoes timestamp {tsecr}, which this host cannot have sent since its SYN."),
                format!("它回显的时间戳 {tsecr} 不可能是本机发出 SYN 以来用过的。"),
            ),
            Why::NotASyn { .. } => lang.pick(
                "A listener takes a SYN and nothing else.".into(),
                "监听中的套接字只接受 SYN。".into(),
            ),
            Why::SynOnConnection => lang.pick(
                "The connection is established already; a SYN has no business in it.".into(),
                "连接已经建立，不该再有 SYN。".into(),
            ),
            Why::InexactReset { .. } => lang.pick(
                "A reset must carry exactly the expected sequence number; this one is answered with a challenge ACK.".into(),
                "复位报文的序号必须正好等于期望值；这个不是，于是回一个 challenge ACK。".into(),
            ),
            Why::BadAck { at: Stage::SynSent, .. } => lang.pick(
                "The host waits for its SYN to be acknowledged. This acknowledges something that it never sent, as the last word of an older connection does.".into(),
                "本机在等对自己 SYN 的确认，它确认的却是从没发过的东西：旧连接最后的应答就是这样。".into(),
            ),
            Why::BadAck { .. } => lang.pick(
                "It does not acknowledge anything that was sent and not yet acknowledged.".into(),
                "它没有确认任何已发送而未确认的数据。".into(),
            ),
            Why::NoSocket { flags } if flags.rst() => lang.pick(
                "No connection has these ports any more; a reset for it is passed over.".into(),
                "这对端口上已经没有连接，复位报文被忽略。".into(),
            ),
            Why::NoSocket { .. } => lang.pick(
                "No connection has these ports any more; a reset is sent back.".into(),
                "这对端口上已经没有连接，于是回一个复位报文。".into(),
            ),
            Why::QueueFull { waiting, limit, forward } => {
                let to = match forward {
                    true => lang.pick("towards the receiver", "去往接收方的"),
                    false => lang.pick("towards the sender", "返回发送方的"),
                };
                lang.pick(
                    format!("The queue of the router {to} is full: {waiting} packets wait, it holds {limit}."),
                    format!("路由器{to}队列满了：已有 {waiting} 个报文在排队，上限 {limit}。"),
                )
            }
            Why::RandomLoss { ppm } => lang.pick(
                format!("The path loses {ppm} of a million packets at random; this is one of them."),
                format!("这条路径每一百万个报文随机丢 {ppm} 个，这是其中之一。"),
            ),
            Why::TooBig { hop, len, mtu, told } => {
                let router = match hop {
                    0 => lang.pick("The first router on its way", "它遇到的第一台路由器"),
                    1 => lang.pick("The second router on its way", "它遇到的第二台路由器"),
                    _ => lang.pick("A router on its way", "途中的一台路由器"),
                };
                let answer = match told {
                    true => lang.pick("An ICMP message tells the sender.", "发送方会收到 ICMP 通知。"),
                    false => lang.pick(
                        "Its ICMP message is filtered: the sender learns nothing.",
                        "它的 ICMP 通知被过滤，发送方一无所知。",
                    ),
                };
                lang.pick(
                    format!("{router} can send {mtu} bytes at most on its next link; this packet has {len} and must not be fragmented (DF). {answer}"),
                    format!("{router}的下一段链路最多 {mtu} 字节；这个报文有 {len} 字节，又带着 DF，不许分片。{answer}"),
                )
            }
            Why::DataAfterClose => lang.pick(
                "The program has closed the connection and will not read these data; the connection is reset.".into(),
                "程序已经关闭连接，不会再读这些数据，连接被复位。".into(),
            ),
        }
    }
}
