//! What somebody who watches a connection sees of it, without changing it: cheap enough to look at each packet.

use super::Connection;
use crate::time::Time;

/// A connection at one moment. Sizes are in bytes, congestion windows in segments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The first sequence number that is not acknowledged.
    pub snd_una: u32,
    /// The next sequence number to be sent.
    pub snd_nxt: u32,
    /// Behind the last byte written.
    pub write_seq: u32,
    /// The peer's window, from `snd_una` on.
    pub snd_wnd: u32,
    /// Segment size that it sends.
    pub mss: u32,
    /// Segments that it takes to be in the network.
    pub packets: u32,
    /// Does the peer's window take the next segment?
    pub window_open: bool,
    /// Congestion window, in segments.
    pub cwnd: u32,
    /// What the send buffer may take (`sk_sndbuf`).
    pub sndbuf: u32,
    /// What it is charged with (`sk_wmem_queued`).
    pub wmem: u32,
    /// The next sequence number expected.
    pub rcv_nxt: u32,
    /// Bytes that the program has not read.
    pub unread: u32,
    /// What the receive buffer may take (`sk_rcvbuf`).
    pub rcvbuf: u32,
    /// What queued segments take of it (`sk_rmem_alloc`).
    pub rmem: u32,
    /// Segments sent again so far.
    pub retransmits: u32,
    /// Smoothed round trip; none before the first.
    pub srtt: Option<Time>,
}

impl Connection {
    /// Itself at this moment.
    pub fn observed(&self) -> Observed {
        Observed {
            snd_una: self.snd_una,
            snd_nxt: self.snd_nxt,
            write_seq: self.write_seq,
            snd_wnd: self.snd_wnd,
            mss: self.mss_cache(),
            packets: self.packets_in_flight(),
            window_open: self.window_allows_next(),
            cwnd: self.window.cwnd,
            sndbuf: self.send_buffer.size,
            wmem: self.send_memory(),
            rcv_nxt: self.rcv_nxt,
            unread: self.unread(),
            rcvbuf: self.receive_buffer(),
            rmem: self.buffer.memory(),
            retransmits: self.total_retrans,
            srtt: self.rtt.srtt(),
        }
    }
}

impl Observed {
    /// Bytes sent and not acknowledged.
    pub fn in_flight(&self) -> u32 {
        self.snd_nxt.wrapping_sub(self.snd_una)
    }

    /// Bytes that the peer's window still takes.
    pub fn window_left(&self) -> u32 {
        self.snd_wnd.saturating_sub(self.in_flight())
    }

    /// Bytes that the congestion window still takes, in whole segments.
    pub fn cwnd_left(&self) -> u32 {
        self.cwnd.saturating_sub(self.packets).saturating_mul(self.mss)
    }

    /// Bytes written and not sent.
    pub fn not_sent(&self) -> u32 {
        self.write_seq.wrapping_sub(self.snd_nxt)
    }
}
