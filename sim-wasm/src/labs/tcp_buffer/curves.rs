//! Curves over a whole transfer, in few points: windows, buffers, the queue, the round trip, the rate.

use super::transfer::{Scene, Side};
use crate::lab::series::Recording;
use crate::tcp::connection::Observed;
use crate::time::Time;

/// What is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    /// Bytes in flight.
    InFlight,
    /// Congestion window in bytes.
    Cwnd,
    /// The peer's window in bytes.
    Rwnd,
    /// What the send buffer is charged with, and may take.
    SendBuffer,
    SndBuf,
    /// The same of the receive buffer.
    ReceiveBuffer,
    RcvBuf,
    /// Full packets that wait for the line.
    Queue,
    /// Smoothed round trip in microseconds.
    Srtt,
}

impl Curve {
    pub(super) const ALL: [Curve; 9] = [
        Curve::InFlight,
        Curve::Cwnd,
        Curve::Rwnd,
        Curve::SendBuffer,
        Curve::SndBuf,
        Curve::ReceiveBuffer,
        Curve::RcvBuf,
        Curve::Queue,
        Curve::Srtt,
    ];
}

/// Stretches that the rate is told of.
const BINS: u64 = 120;

/// All curves while they are recorded.
#[derive(Clone, Debug)]
pub(super) struct Curves {
    recordings: Vec<(i64, Recording)>,
    /// Bytes read by the end of each stretch that is over.
    bins: Vec<u64>,
    bin: Time,
    bin_ends: Time,
    /// The largest window that was offered in the second half.
    pub(super) widest_window: u32,
    half: Time,
}

impl Curves {
    /// Of a run that takes `span`, whose second half begins at `half`.
    pub(super) fn new(span: Time, half: Time) -> Curves {
        let bin = Time((span.0 / BINS).max(1_000_000).next_multiple_of(1_000_000));
        Curves {
            recordings: Curve::ALL.iter().map(|_| (i64::MIN, Recording::new(span.micros()))).collect(),
            bins: Vec::new(),
            bin,
            bin_ends: bin,
            widest_window: 0,
            half,
        }
    }

    /// A host as it is now, and the path.
    pub(super) fn look(&mut self, scene: &Scene, of: Side, host: &Observed) {
        let now = scene.now;
        if now >= self.bin_ends {
            self.turn(now, scene.reader.as_ref().map_or(0, |reader| reader.read));
        }
        let t_us = now.micros();
        match of {
            Side::Sender => {
                if now >= self.half {
                    self.widest_window = self.widest_window.max(host.snd_wnd);
                }
                self.note(Curve::InFlight, t_us, host.in_flight().into());
                self.note(Curve::Cwnd, t_us, i64::from(host.cwnd) * i64::from(host.mss));
                self.note(Curve::Rwnd, t_us, host.snd_wnd.into());
                self.note(Curve::SendBuffer, t_us, host.wmem.into());
                self.note(Curve::SndBuf, t_us, host.sndbuf.into());
                self.note(Curve::Srtt, t_us, host.srtt.unwrap_or_default().micros() as i64);
            }
            Side::Receiver => {
                self.note(Curve::ReceiveBuffer, t_us, host.rmem.into());
                self.note(Curve::RcvBuf, t_us, host.rcvbuf.into());
            }
        }
        self.note(Curve::Queue, t_us, scene.forward.queue(now) as i64);
    }

    fn note(&mut self, curve: Curve, t_us: u64, value: i64) {
        let (last, recording) = &mut self.recordings[curve as usize];
        if *last != value {
            *last = value;
            recording.push(t_us, value);
        }
    }

    /// Stretches of the rate are over. What was read at this very moment counts to the last of them.
    fn turn(&mut self, now: Time, read: u64) {
        while now >= self.bin_ends {
            self.bins.push(read);
            self.bin_ends = self.bin_ends + self.bin;
        }
    }

    /// A curve's points, ending at `end`.
    pub(super) fn points(&self, curve: Curve, end: Time) -> Vec<(u64, i64)> {
        let Some((last, recording)) = self.recordings.get(curve as usize) else { return Vec::new() };
        let mut points = recording.clone().points();
        if points.last().is_some_and(|(t_us, _)| *t_us < end.micros()) {
            points.push((end.micros(), *last));
        }
        points
    }

    /// Kilobits per second in each stretch, from its beginning on.
    pub(super) fn rate(&self) -> Vec<(u64, i64)> {
        let before = [0].into_iter().chain(self.bins.iter().copied());
        let rates =
            self.bins.iter().zip(before).map(|(read, before)| (read - before) * 8 / self.bin.millis().max(1));
        let mut points: Vec<(u64, i64)> =
            rates.zip(0..).map(|(kbps, n)| (n * self.bin.micros(), kbps as i64)).collect();
        if let Some((_, last)) = points.last().copied() {
            points.push((self.bins.len() as u64 * self.bin.micros(), last));
        }
        points
    }
}
