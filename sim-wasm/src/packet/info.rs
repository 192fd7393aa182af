//! The fields of `tcp_info` that code in a script asks for: those of the connection, and what is counted of its packets.

use super::run::Runner;
use crate::kernel::KernelVersion;
use crate::net::Segment;

/// Since when `tcp_info` has a field that it did not have in 2.6.32; up to then a script finds nothing there.
#[rustfmt::skip]
const SINCE: &[(u16, u16, &str)] = &[
    // 0df48c26d841, bdd1f9edacb5; 2efd055c53c0; cd9b266095f4, a44d6eacdaf5; efd901741675
    (4, 1, "bytes_acked bytes_received"),
    (4, 2, "segs_in segs_out"),
    (4, 6, "notsent_bytes min_rtt data_segs_in data_segs_out"),
    (4, 10, "busy_time rwnd_limited sndbuf_limited"),
    // feb5f2ec6464; ba113c3aa79a, 7e10b6554ff2, 7ec65372ca53; 8f7baad7f035, f9af2dbbfe01
    (4, 18, "delivered delivered_ce"),
    (4, 19, "bytes_sent bytes_retrans dsack_dups reord_seen"),
    (5, 4, "snd_wnd rcv_ooopack"),
    // 71fc704768f6; 3868ab0f1925
    (6, 2, "rcv_wnd rehash"),
    (6, 7, "total_rto total_rto_recoveries total_rto_time"),
];

/// Does `tcp_info` of this kernel lack the field? Of Red Hat's that is not known.
pub(super) fn absent(kernel: KernelVersion, name: &str) -> bool {
    let short = name.strip_prefix("tcpi_").unwrap_or_default();
    let since = SINCE.iter().find(|(.., names)| names.split(' ').any(|name| name == short));
    since.is_some_and(|(major, minor, _)| !kernel.at_least(KernelVersion::series(*major, *minor)))
}

/// Segments and bytes of a connection, as its kernel counts them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    segments: [i64; 2],
    data_segments: [i64; 2],
    bytes_sent: i64,
    bytes_again: i64,
    /// The first byte that was not sent before.
    next: Option<u32>,
}

impl Tally {
    /// A segment arrives (`tcp_segs_in`).
    pub(super) fn arrived(&mut self, segment: &Segment) {
        self.segments[0] += 1;
        self.data_segments[0] += i64::from(segment.len > 0);
    }

    /// The host sends a segment (`__tcp_transmit_skb`). A SYN-ACK is sent before there is a socket to count it.
    pub(super) fn sent(&mut self, segment: &Segment) {
        let answers_syn = segment.flags.syn() && segment.flags.ack();
        self.segments[1] += i64::from(!answers_syn);
        if segment.len == 0 {
            return;
        }
        self.data_segments[1] += 1;
        self.bytes_sent += i64::from(segment.len);
        let end = segment.seq.wrapping_add(segment.len);
        match self.next {
            Some(next) if end.wrapping_sub(next).cast_signed() <= 0 => {
                self.bytes_again += i64::from(segment.len)
            }
            _ => self.next = Some(end),
        }
    }

    fn field(&self, name: &str) -> Option<i64> {
        Some(match name {
            "tcpi_segs_in" => self.segments[0],
            "tcpi_segs_out" => self.segments[1],
            "tcpi_data_segs_in" => self.data_segments[0],
            "tcpi_data_segs_out" => self.data_segments[1],
            "tcpi_bytes_sent" => self.bytes_sent,
            "tcpi_bytes_retrans" => self.bytes_again,
            _ => return None,
        })
    }
}

impl Runner<'_> {
    /// A field's value; none when the model does not keep it, when there is no connection to ask, and when the kernel's
    /// `tcp_info` has none of that name.
    pub(super) fn info(&self, name: &str) -> Option<i64> {
        if absent(self.options.kernel, name) {
            return None;
        }
        let conn = self.conns.get(self.current?)?;
        if let "tcpi_bytes_acked" | "tcpi_bytes_received" = name {
            let (acked, received) = conn.progress(self.host.edges(conn.flow)?);
            return Some(if name == "tcpi_bytes_acked" { acked } else { received });
        }
        conn.tally.field(name).or_else(|| self.host.tcp_info(self.now, conn.flow, name))
    }
}
