//! What each part of the way would let through at most, were it alone: the arithmetic of throughput.

use super::recorder::Recorder;
use super::settings::Settings;
use super::transfer::Scene;

/// Bytes of the headers of IP and TCP, timestamps among them, on each segment.
const HEADERS: u64 = 52;

/// The most that each part lets through, in kilobits of data per second; none for what bounds nothing here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// The rate of the path less its headers.
    pub(super) path: u64,
    /// The largest window that was offered, once in each round trip of the empty path.
    pub(super) receive_window: u64,
    /// What the send buffer left under way on average, likewise; none when it was never full.
    pub(super) send_buffer: Option<u64>,
    /// The reading program.
    pub(super) reader: Option<u64>,
    /// The writing program.
    pub(super) writer: Option<u64>,
    /// What congestion control keeps with that much random loss; none without.
    pub(super) loss: Option<u64>,
}

impl Bounds {
    pub(super) fn new(settings: &Settings, scene: &Scene, recorder: &Recorder) -> Bounds {
        let mss = scene.sending().map_or(1448, |sending| u64::from(sending.observed().mss));
        let per_round_trip = |bytes: u64| bytes * 8 / settings.rtt_ms.max(1);
        let was_full = recorder.shares.was_full();
        Bounds {
            path: settings.rate_mbps * 1000 * mss / (mss + HEADERS),
            receive_window: per_round_trip(u64::from(recorder.curves.widest_window)),
            send_buffer: was_full.then(|| per_round_trip(recorder.shares.mean_in_flight())),
            reader: (settings.reader_mbps > 0).then_some(settings.reader_mbps * 1000),
            writer: settings.writer_kbps(),
            loss: (settings.loss_ppm > 0).then(|| {
                let window = window_with_loss(settings.reno, settings.rtt_ms, settings.loss_ppm);
                window * mss * 8 / 1000 / settings.rtt_ms.max(1)
            }),
        }
    }
}

/// The average congestion window in thousandths of a segment when so many of a million segments are lost at random:
/// `sqrt(1.5 / p)` for Reno (Mathis and others, 1997); for CUBIC the greater of that and `1.054 (RTT / p)^0.75`, RTT in
/// seconds (RFC 9438 §5.1 with C = 0.4 and beta = 0.7).
fn window_with_loss(reno: bool, rtt_ms: u64, ppm: u64) -> u64 {
    let ppm = u128::from(ppm.max(1));
    let of_reno = (1_500_000_000_000 / ppm).isqrt();
    if reno {
        return of_reno as u64;
    }
    // In millionths: x = RTT / p, its root, and the root of both multiplied.
    let x = 1_000_000_000 * u128::from(rtt_ms) / ppm;
    let root = (x * 1_000_000).isqrt();
    let of_cubic = (x * root).isqrt() * 1054 / 1_000_000;
    of_reno.max(of_cubic) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the formulas in floating point, and against the table of RFC 9438 §5.2: RTT 100 ms, 187 packets at 1e-4.
    #[test]
    fn windows_are_those_of_the_formulas() {
        for (rtt_ms, ppm) in [(100, 100), (60, 1000), (20, 10_000), (1, 1), (2000, 500_000)] {
            let (p, rtt) = (ppm as f64 / 1e6, rtt_ms as f64 / 1e3);
            let reno = (1.5 / p).sqrt();
            let cubic = reno.max(1.054 * (rtt / p).powf(0.75));
            for (is_reno, expected) in [(true, reno), (false, cubic)] {
                let window = window_with_loss(is_reno, rtt_ms, ppm) as f64 / 1000.0;
                assert!((window - expected).abs() <= expected / 500.0 + 0.002, "{window}, not {expected}");
            }
        }
        let packets = window_with_loss(false, 100, 100) / 1000;
        assert!((185..=189).contains(&packets), "{packets}");
    }
}
