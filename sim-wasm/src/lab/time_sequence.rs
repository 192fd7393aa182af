//! One direction of a connection as a capture at its sender shows it, over time: the data of the graph that tcptrace
//! and Wireshark draw.

use serde::Serialize;

/// What a sender sent, and what came back to it, in a part of a run.
///
/// Sequence numbers are counted as Wireshark does: 0 is that of the SYN, 1 the first byte of data. They go on beyond
/// 2^32, so that the line of a long transfer never falls back. Each list is in the order of time; its times lie between
/// `from_us` and `to_us`. A list may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct TimeSequence {
    /// Id of the host that sends the data.
    pub from: String,
    /// Id of the host that takes it.
    pub to: String,
    /// The beginning of what is shown, in microseconds since the start of the run.
    pub from_us: u64,
    /// Its end.
    pub to_us: u64,
    /// Every segment with data, and every probe: when it was sent, its first sequence number, the one behind its last,
    /// and what it was. Before segmentation offload has cut it, where that is how a capture shows it.
    pub segments: Vec<(u64, u64, u64, SegmentKind)>,
    /// The acknowledgement number, `[t_us, seq]`, whenever an ACK came that moved it; it holds until the next one.
    pub acks: Vec<(u64, u64)>,
    /// The end of the receive window, acknowledgement number and scaled window together, `[t_us, seq]`, whenever an ACK
    /// came that moved it. Where it equals the acknowledgement number the window is closed.
    pub window: Vec<(u64, u64)>,
    /// Each SACK block of each ACK: when it came, its first sequence number, and the one behind its last. A block below
    /// the acknowledgement number is a duplicate's (RFC 2883).
    pub sacks: Vec<(u64, u64, u64)>,
}

/// What a segment was. A capture does not show which ones the network lost on their way: a model knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentKind {
    /// New data.
    Sent,
    /// New data that the network lost.
    Lost,
    /// Data sent again: by a fast retransmission, by a timer or as a tail loss probe.
    Resent,
    /// The same, lost by the network.
    ResentLost,
    /// A probe of a closed window, or of a silent peer: it has no data, and the sequence number before the first
    /// unacknowledged one.
    Probe,
}
