//! Which limit decided, from what held the sender in the second half.

use super::bounds::Bounds;
use super::recorder::Recorder;
use super::settings::{Pattern, Settings};
use super::shares::Hold;
use super::transfer::{Outcome, Scene};

/// From this share of the time on, in thousandths, a busy line is a full one.
const FULL: u128 = 950;

/// What decided over the rate of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// The run used up its steps.
    CutOff,
    /// There was no connection, or it ended early.
    NoConnection,
    Path,
    Reader,
    Writer,
    SendBuffer,
    ReceiveWindow,
    /// The congestion window, because of random loss.
    Loss,
    /// The congestion window, because the queue was too short for it.
    Queue,
    /// The congestion window, because packets that were late were taken for lost.
    Reordering,
    /// The congestion window, which had not grown enough yet.
    Growing,
}

impl Limit {
    /// The one that decided.
    pub(super) fn of(
        settings: &Settings,
        outcome: &Outcome,
        scene: &Scene,
        recorder: &Recorder,
        bounds: &Bounds,
    ) -> Limit {
        if outcome.out_of_fuel {
            return Limit::CutOff;
        }
        if scene.failed.is_some() || scene.reader.is_none() || scene.writer.is_none() {
            return Limit::NoConnection;
        }
        let holds = &recorder.shares.second_half;
        if u128::from(holds.busy().0) * 1000 >= FULL * u128::from(holds.all().0.max(1)) {
            return Limit::Path;
        }
        let longest = Hold::ALL.into_iter().max_by_key(|hold| holds.idle(*hold)).unwrap_or_default();
        let reader_decides =
            bounds.reader.is_some_and(|reader| outcome.steady_kbps.saturating_mul(10) >= reader * 8);
        match longest {
            Hold::Writer => Limit::Writer,
            Hold::ReceiveWindow | Hold::SendBuffer if reader_decides => Limit::Reader,
            Hold::ReceiveWindow => Limit::ReceiveWindow,
            Hold::SendBuffer => Limit::SendBuffer,
            Hold::Other if settings.pattern != Pattern::Bulk => Limit::Writer,
            Hold::CongestionWindow | Hold::Other => {
                let path = &scene.forward.tally;
                match () {
                    () if path.lost > 0 && path.lost >= path.queue_full => Limit::Loss,
                    () if path.queue_full > 0 => Limit::Queue,
                    () if path.held_back > 0 && scene.forward.config().reorder_ppm > 0 => Limit::Reordering,
                    () => Limit::Growing,
                }
            }
        }
    }
}
