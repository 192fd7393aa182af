//! The names of the language, as tables: calls, constants of Linux's headers, errors, states.

/// The calls of the tool: name, fewest and most arguments (`system_call_table` and the checks in its
/// run_system_call.c).
pub const CALLS: &[(&str, u8, u8)] = &[
    ("socket", 3, 3),
    ("bind", 3, 3),
    ("listen", 2, 2),
    ("accept", 3, 3),
    ("accept4", 4, 4),
    ("connect", 3, 3),
    ("read", 3, 3),
    ("readv", 3, 3),
    ("recv", 4, 4),
    ("recvfrom", 6, 6),
    ("recvmsg", 3, 3),
    ("write", 3, 3),
    ("writev", 3, 3),
    ("send", 4, 4),
    ("sendto", 6, 6),
    ("sendmsg", 3, 3),
    ("fcntl", 2, 3),
    ("ioctl", 2, 3),
    ("close", 1, 1),
    ("shutdown", 2, 2),
    ("getsockopt", 5, 5),
    ("setsockopt", 5, 5),
    ("poll", 3, 3),
    ("cap_set", 3, 3),
    ("open", 2, 3),
    ("sendfile", 4, 4),
    ("epoll_create", 1, 1),
    ("epoll_ctl", 4, 4),
    ("epoll_wait", 4, 4),
    ("pipe", 1, 1),
    ("splice", 6, 6),
    ("psp_rx_assoc", 2, 2),
    ("psp_tx_assoc", 2, 2),
];

/// Constants of calls and their values on x86-64.
#[rustfmt::skip]
pub const CONSTANTS: &[(&str, u32)] = &[
    ("NULL", 0),
    ("AF_INET", 2), ("AF_INET6", 10), ("AF_UNSPEC", 0), ("PF_INET", 2), ("PF_INET6", 10),
    ("SOCK_STREAM", 1), ("SOCK_DGRAM", 2), ("SOCK_RAW", 3), ("SOCK_NONBLOCK", 2048),
    ("SOCK_CLOEXEC", 0x80000), ("IPPROTO_IP", 0), ("IPPROTO_ICMP", 1), ("IPPROTO_TCP", 6),
    ("IPPROTO_UDP", 17), ("IPPROTO_IPV6", 41), ("IPPROTO_RAW", 255),
    ("SOL_IP", 0), ("SOL_SOCKET", 1), ("SOL_TCP", 6), ("SOL_UDP", 17), ("SOL_IPV6", 41),
    ("SO_DEBUG", 1), ("SO_REUSEADDR", 2), ("SO_TYPE", 3), ("SO_ERROR", 4), ("SO_DONTROUTE", 5),
    ("SO_BROADCAST", 6), ("SO_SNDBUF", 7), ("SO_RCVBUF", 8), ("SO_KEEPALIVE", 9), ("SO_OOBINLINE", 10),
    ("SO_PRIORITY", 12), ("SO_LINGER", 13), ("SO_REUSEPORT", 15), ("SO_RCVLOWAT", 18), ("SO_SNDLOWAT", 19),
    ("SO_RCVTIMEO", 20), ("SO_SNDTIMEO", 21), ("SO_BINDTODEVICE", 25), ("SO_TIMESTAMP", 29),
    ("SO_ACCEPTCONN", 30), ("SO_SNDBUFFORCE", 32), ("SO_RCVBUFFORCE", 33), ("SO_MARK", 36),
    ("SO_TIMESTAMPING", 37), ("SO_PROTOCOL", 38), ("SO_DOMAIN", 39), ("SO_BUSY_POLL", 46),
    ("SO_MAX_PACING_RATE", 47), ("SO_INCOMING_CPU", 49), ("SO_MEMINFO", 55), ("SO_ZEROCOPY", 60),
    ("TCP_NODELAY", 1), ("TCP_MAXSEG", 2), ("TCP_CORK", 3), ("TCP_KEEPIDLE", 4), ("TCP_KEEPINTVL", 5),
    ("TCP_KEEPCNT", 6), ("TCP_SYNCNT", 7), ("TCP_LINGER2", 8), ("TCP_DEFER_ACCEPT", 9),
    ("TCP_WINDOW_CLAMP", 10), ("TCP_INFO", 11), ("TCP_QUICKACK", 12), ("TCP_CONGESTION", 13),
    ("TCP_MD5SIG", 14), ("TCP_THIN_LINEAR_TIMEOUTS", 16), ("TCP_THIN_DUPACK", 17), ("TCP_USER_TIMEOUT", 18),
    ("TCP_REPAIR", 19), ("TCP_FASTOPEN", 23), ("TCP_TIMESTAMP", 24), ("TCP_NOTSENT_LOWAT", 25),
    ("TCP_CC_INFO", 26), ("TCP_SAVE_SYN", 27), ("TCP_SAVED_SYN", 28), ("TCP_FASTOPEN_CONNECT", 30),
    ("TCP_ULP", 31), ("TCP_MD5SIG_EXT", 32), ("TCP_FASTOPEN_KEY", 33), ("TCP_FASTOPEN_NO_COOKIE", 34),
    ("TCP_ZEROCOPY_RECEIVE", 35), ("TCP_INQ", 36), ("TCP_CM_INQ", 36), ("TCP_TX_DELAY", 37),
    ("IP_TOS", 1), ("IP_TTL", 2), ("IP_MTU_DISCOVER", 10), ("IP_RECVERR", 11), ("IP_MTU", 14),
    ("IP_FREEBIND", 15), ("IP_BIND_ADDRESS_NO_PORT", 24), ("IP_LOCAL_PORT_RANGE", 51),
    ("IP_PMTUDISC_DONT", 0), ("IP_PMTUDISC_WANT", 1), ("IP_PMTUDISC_DO", 2), ("IP_PMTUDISC_PROBE", 3),
    ("MSG_OOB", 1), ("MSG_PEEK", 2), ("MSG_DONTROUTE", 4), ("MSG_CTRUNC", 8), ("MSG_TRUNC", 32),
    ("MSG_DONTWAIT", 64), ("MSG_EOR", 128), ("MSG_WAITALL", 256), ("MSG_CONFIRM", 2048),
    ("MSG_ERRQUEUE", 8192), ("MSG_NOSIGNAL", 16384), ("MSG_MORE", 32768), ("MSG_ZEROCOPY", 0x4000000),
    ("MSG_FASTOPEN", 0x20000000), ("MSG_CMSG_CLOEXEC", 0x40000000),
    ("SHUT_RD", 0), ("SHUT_WR", 1), ("SHUT_RDWR", 2),
    ("O_RDONLY", 0), ("O_WRONLY", 1), ("O_RDWR", 2), ("O_CREAT", 64), ("O_TRUNC", 512), ("O_APPEND", 1024),
    ("O_NONBLOCK", 2048), ("F_DUPFD", 0), ("F_GETFD", 1), ("F_SETFD", 2), ("F_GETFL", 3), ("F_SETFL", 4),
    ("FD_CLOEXEC", 1),
    ("POLLIN", 1), ("POLLPRI", 2), ("POLLOUT", 4), ("POLLERR", 8), ("POLLHUP", 16), ("POLLNVAL", 32),
    ("POLLRDNORM", 64), ("POLLRDBAND", 128), ("POLLWRNORM", 256), ("POLLWRBAND", 512), ("POLLRDHUP", 8192),
    ("EPOLLIN", 1), ("EPOLLPRI", 2), ("EPOLLOUT", 4), ("EPOLLERR", 8), ("EPOLLHUP", 16),
    ("EPOLLRDNORM", 64), ("EPOLLRDBAND", 128), ("EPOLLWRNORM", 256), ("EPOLLWRBAND", 512),
    ("EPOLLMSG", 1024), ("EPOLLRDHUP", 8192), ("EPOLLEXCLUSIVE", 0x10000000), ("EPOLLONESHOT", 0x40000000),
    ("EPOLLET", 0x80000000), ("EPOLL_CTL_ADD", 1), ("EPOLL_CTL_DEL", 2), ("EPOLL_CTL_MOD", 3),
    ("SIOCINQ", 21531), ("SIOCOUTQ", 21521), ("SIOCOUTQNSD", 35147), ("SIOCATMARK", 35077),
    ("FIONREAD", 21531),
    // What the tool's own runs pass with -D on their command line.
    ("CMSG_LEVEL_IP", 0), ("CMSG_TYPE_RECVERR", 11),
];

/// Constants, or beginnings of them, that the tool knows and that stand for nothing here: timestamping, statistics,
/// capabilities, and what has nothing to do with TCP.
#[rustfmt::skip]
pub const FAMILIES: &[&str] = &[
    "SOF_", "SCM_", "SO_EE_", "SO_SECURITY_", "SO_PEER", "SO_PASSCRED", "SO_ATTACH_", "SO_DETACH_", "SO_BSDCOMPAT",
    "SO_NO_CHECK", "TCP_NLA_", "TCP_CA_", "TCP_AO_", "TCP_REPAIR_", "TCP_QUEUE_SEQ", "TCP_COOKIE_TRANSACTIONS",
    "TCP_INFINITE_SSTHRESH", "CAP_", "SPLICE_F_", "SEEK_", "LOCK_", "IPV6_", "F_GET", "F_SET", "F_NOTIFY",
    "F_DUPFD_CLOEXEC", "MSG_PROXY", "MSG_FIN", "MSG_SYN", "MSG_RST", "O_ACCMODE", "O_EXCL", "O_NOCTTY", "POLLMSG",
    "POLLREMOVE",
];

/// Errors and their numbers on x86-64.
#[rustfmt::skip]
pub const ERRNOS: &[(&str, u32)] = &[
    ("EPERM", 1), ("ENOENT", 2), ("ESRCH", 3), ("EINTR", 4), ("EIO", 5), ("ENXIO", 6), ("E2BIG", 7),
    ("EBADF", 9), ("ECHILD", 10), ("EAGAIN", 11), ("EWOULDBLOCK", 11), ("ENOMEM", 12), ("EACCES", 13),
    ("EFAULT", 14), ("EBUSY", 16), ("EEXIST", 17), ("ENODEV", 19), ("ENOTDIR", 20), ("EISDIR", 21),
    ("EINVAL", 22), ("ENFILE", 23), ("EMFILE", 24), ("ENOTTY", 25), ("EFBIG", 27), ("ENOSPC", 28),
    ("ESPIPE", 29), ("EROFS", 30), ("EPIPE", 32), ("EDOM", 33), ("ERANGE", 34), ("EDEADLK", 35),
    ("ENAMETOOLONG", 36), ("ENOSYS", 38), ("ENOTEMPTY", 39), ("ENOMSG", 42), ("ENODATA", 61), ("ETIME", 62),
    ("EPROTO", 71), ("EBADMSG", 74), ("EOVERFLOW", 75), ("EBADFD", 77), ("EILSEQ", 84), ("ENOTSOCK", 88),
    ("EDESTADDRREQ", 89), ("EMSGSIZE", 90), ("EPROTOTYPE", 91), ("ENOPROTOOPT", 92),
    ("EPROTONOSUPPORT", 93), ("ESOCKTNOSUPPORT", 94), ("EOPNOTSUPP", 95), ("EPFNOSUPPORT", 96),
    ("EAFNOSUPPORT", 97), ("EADDRINUSE", 98), ("EADDRNOTAVAIL", 99), ("ENETDOWN", 100),
    ("ENETUNREACH", 101), ("ENETRESET", 102), ("ECONNABORTED", 103), ("ECONNRESET", 104), ("ENOBUFS", 105),
    ("EISCONN", 106), ("ENOTCONN", 107), ("ESHUTDOWN", 108), ("ETOOMANYREFS", 109), ("ETIMEDOUT", 110),
    ("ECONNREFUSED", 111), ("EHOSTDOWN", 112), ("EHOSTUNREACH", 113), ("EALREADY", 114),
    ("EINPROGRESS", 115), ("ESTALE", 116), ("EREMOTEIO", 121), ("EDQUOT", 122), ("ECANCELED", 125),
    ("ENOKEY", 126), ("EKEYREJECTED", 129),
];

/// Members of the structs that calls take.
#[rustfmt::skip]
pub const MEMBERS: &[&str] = &[
    "sa_family", "sin_port", "sin_addr", "onoff", "linger", "l_onoff", "l_linger", "fd", "events", "revents", "ptr",
    "u32", "u64", "msg_name", "msg_namelen", "msg_iov", "msg_iovlen", "msg_flags", "msg_control", "msg_controllen",
    "iov_base", "iov_len", "cmsg_len", "cmsg_level", "cmsg_type", "cmsg_data", "ee_errno", "ee_origin", "ee_type",
    "ee_code", "ee_info", "ee_data", "scm_sec", "scm_nsec", "tv_sec", "tv_usec",
];

/// Names that code may use besides `tcp_info`'s: states, congestion states, bits of `tcpi_options`.
#[rustfmt::skip]
pub const CODE_CONSTANTS: &[(&str, u32)] = &[
    ("TCP_ESTABLISHED", 1), ("TCP_SYN_SENT", 2), ("TCP_SYN_RECV", 3), ("TCP_FIN_WAIT1", 4), ("TCP_FIN_WAIT2", 5),
    ("TCP_TIME_WAIT", 6), ("TCP_CLOSE", 7), ("TCP_CLOSE_WAIT", 8), ("TCP_LAST_ACK", 9), ("TCP_LISTEN", 10),
    ("TCP_CLOSING", 11), ("TCP_NEW_SYN_RECV", 12),
    ("TCP_CA_Open", 0), ("TCP_CA_Disorder", 1), ("TCP_CA_CWR", 2), ("TCP_CA_Recovery", 3), ("TCP_CA_Loss", 4),
    ("TCPI_OPT_TIMESTAMPS", 1), ("TCPI_OPT_SACK", 2), ("TCPI_OPT_WSCALE", 4), ("TCPI_OPT_ECN", 8),
    ("TCPI_OPT_ECN_SEEN", 16), ("TCPI_OPT_SYN_DATA", 32),
    ("True", 1), ("False", 0),
];

/// What code may ask of the socket: `tcp_info`, the state of the congestion control, the memory of the socket.
#[rustfmt::skip]
pub const TCP_INFO: &[&str] = &[
    "tcpi_state", "tcpi_ca_state", "tcpi_retransmits", "tcpi_probes", "tcpi_backoff", "tcpi_options",
    "tcpi_snd_wscale", "tcpi_rcv_wscale", "tcpi_delivery_rate_app_limited", "tcpi_fastopen_client_fail", "tcpi_rto",
    "tcpi_ato", "tcpi_snd_mss", "tcpi_rcv_mss", "tcpi_unacked", "tcpi_sacked", "tcpi_lost", "tcpi_retrans",
    "tcpi_fackets", "tcpi_last_data_sent", "tcpi_last_ack_sent", "tcpi_last_data_recv", "tcpi_last_ack_recv",
    "tcpi_pmtu", "tcpi_rcv_ssthresh", "tcpi_rtt", "tcpi_rttvar", "tcpi_snd_ssthresh", "tcpi_snd_cwnd", "tcpi_advmss",
    "tcpi_reordering", "tcpi_rcv_rtt", "tcpi_rcv_space", "tcpi_total_retrans", "tcpi_pacing_rate",
    "tcpi_max_pacing_rate", "tcpi_bytes_acked", "tcpi_bytes_received", "tcpi_segs_out", "tcpi_segs_in",
    "tcpi_notsent_bytes", "tcpi_min_rtt", "tcpi_data_segs_in", "tcpi_data_segs_out", "tcpi_delivery_rate",
    "tcpi_busy_time", "tcpi_rwnd_limited", "tcpi_sndbuf_limited", "tcpi_delivered", "tcpi_delivered_ce",
    "tcpi_bytes_sent", "tcpi_bytes_retrans", "tcpi_dsack_dups", "tcpi_reord_seen", "tcpi_rcv_ooopack",
    "tcpi_snd_wnd", "tcpi_rcv_wnd", "tcpi_rehash", "tcpi_total_rto", "tcpi_total_rto_recoveries",
    "tcpi_total_rto_time", "tcpi_received_ce", "tcpi_delivered_e1_bytes", "tcpi_delivered_e0_bytes",
    "tcpi_delivered_ce_bytes", "tcpi_received_e1_bytes", "tcpi_received_e0_bytes", "tcpi_received_ce_bytes",
    "bbr_bw", "bbr_bw_lo", "bbr_bw_hi", "bbr_min_rtt", "bbr_pacing_gain", "bbr_cwnd_gain",
    "dctcp_enabled", "dctcp_ce_state", "dctcp_alpha", "dctcp_ab_ecn", "dctcp_ab_tot",
    "tcpv_enabled", "tcpv_rttcnt", "tcp_rtt", "tcp_minrtt",
    "SK_MEMINFO_RMEM_ALLOC", "SK_MEMINFO_RCVBUF", "SK_MEMINFO_WMEM_ALLOC", "SK_MEMINFO_SNDBUF",
    "SK_MEMINFO_FWD_ALLOC", "SK_MEMINFO_WMEM_QUEUED", "SK_MEMINFO_OPTMEM", "SK_MEMINFO_BACKLOG", "SK_MEMINFO_DROPS",
];

/// ICMP types by name (the tool's icmp_packet.c; RFC 792).
pub const ICMP_TYPES: &[(&str, u32)] = &[
    ("unreachable", 3),
    ("echo_reply", 0),
    ("source_quench", 4),
    ("redirect", 5),
    ("echo_request", 8),
    ("time_exceeded", 11),
    ("parameter_problem", 12),
    ("timestamp_request", 13),
    ("timestamp_reply", 14),
    ("information_request", 15),
    ("information_reply", 16),
    ("address_mask_request", 17),
    ("address_mask_reply", 18),
];

/// The codes of `unreachable` (RFC 1812 §5.2.7.1).
pub const UNREACHABLE_CODES: &[(&str, u32)] = &[
    ("net_unreachable", 0),
    ("host_unreachable", 1),
    ("protocol_unreachable", 2),
    ("port_unreachable", 3),
    ("frag_needed", 4),
    ("source_route_failed", 5),
    ("net_unknown", 6),
    ("host_unknown", 7),
    ("source_host_isolated", 8),
    ("net_prohibited", 9),
    ("host_prohibited", 10),
    ("net_unreachable_for_tos", 11),
    ("host_unreachable_for_tos", 12),
    ("packet_filtered", 13),
    ("precedence_violation", 14),
    ("precedence_cutoff", 15),
];

/// The value of a constant or the number of an error.
pub fn constant(name: &str) -> Option<i64> {
    find(CONSTANTS, name).or_else(|| find(ERRNOS, name))
}

/// The value that a table gives to a name.
pub(super) fn find(table: &[(&str, u32)], name: &str) -> Option<i64> {
    table.iter().find(|(known, _)| *known == name).map(|(_, value)| i64::from(*value))
}

/// The names of all constants.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    CONSTANTS.iter().chain(ERRNOS).map(|(name, _)| *name)
}
