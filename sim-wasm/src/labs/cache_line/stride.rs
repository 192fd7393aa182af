//! A loop that changes every n-th integer of a large array.

use super::levels::{self, Visits, WHOLE};
use super::settings::{INT, Settings};

/// Loads that are under way at the same time when none waits for another (from memory: 10 to 12 fill buffers).
pub(super) const OVERLAP: u64 = 10;

/// What one pass takes. Time is in picoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Walk {
    /// Integers that are changed.
    pub(super) elements: u64,
    /// Lines that are fetched and written back.
    pub(super) lines: u64,
    /// What the arithmetic takes.
    pub(super) work: u64,
    /// What the lines take.
    pub(super) transfer: u64,
}

impl Walk {
    /// The longer of both: the next lines come while the processor computes.
    pub(super) fn whole(&self) -> u64 {
        self.work.max(self.transfer)
    }

    /// Picoseconds for each integer that is changed.
    pub(super) fn element(&self) -> u64 {
        self.whole() / self.elements.max(1)
    }
}

/// With some step.
pub(super) fn walk(settings: &Settings, step: u64) -> Walk {
    let processor = settings.processor;
    let elements = (settings.array / INT).div_ceil(step.max(1));
    let apart = (step * INT).div_ceil(processor.line).max(1);
    let lines = (settings.array / processor.line).div_ceil(apart);
    let from_memory = levels::shares(processor, lines, apart, Visits::Cycle)[3];
    // A line that is changed goes both ways.
    let line = processor.stream(2 * processor.line).max(settings.memory() / OVERLAP);
    let transfer = u128::from(lines) * u128::from(line) * u128::from(from_memory) / u128::from(WHOLE);
    Walk { elements, lines, work: elements * settings.element, transfer: transfer as u64 }
}
