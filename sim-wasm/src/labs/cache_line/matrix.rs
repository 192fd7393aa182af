//! The sum of a matrix of integers, row by row and column by column.

use super::levels::{self, Shares, Visits, WHOLE};
use super::settings::{INT, Settings};
use super::stride::OVERLAP;

/// What an element takes. Time is in picoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    /// Mean time of an element.
    pub(super) element: u64,
    /// Who serves the lines.
    pub(super) shares: Shares,
}

/// In the order of memory: the prefetcher has each line in time, and memory is bounded by bandwidth.
pub(super) fn by_rows(settings: &Settings, rows: u64, columns: u64) -> Sum {
    let processor = settings.processor;
    let lines = (rows * columns * INT).div_ceil(processor.line);
    let shares = levels::shares(processor, lines, 1, Visits::Cycle);
    let line = processor.stream(processor.line) * shares[3] / WHOLE;
    Sum { element: settings.element.max(line * INT / processor.line), shares }
}

/// Down the columns: each element is in another line, one row further. The lines of a column serve the next columns
/// too, if they are still there when their turn comes.
pub(super) fn by_columns(settings: &Settings, rows: u64, columns: u64) -> Sum {
    let processor = settings.processor;
    let row = columns * INT;
    if row <= processor.line {
        return by_rows(settings, rows, columns);
    }
    let apart = row / processor.line;
    // Rows that are no whole number of lines apart do not meet in the same sets.
    let apart = if row.is_multiple_of(processor.line) { apart } else { 1 };
    let mut shares = levels::shares(processor, rows, apart, Visits::Cycle);
    // The first element of each line comes from where the whole matrix is.
    let whole = levels::shares(processor, rows * row / processor.line, 1, Visits::Cycle);
    let in_line = processor.line / INT;
    for (share, whole) in shares.iter_mut().zip(whole) {
        *share = (*share * (in_line - 1) + whole) / in_line;
    }
    shares[0] = WHOLE.saturating_sub(shares[1..].iter().sum());
    let [l1, l2, l3] = processor.caches.map(|cache| processor.cycles(cache.cycles));
    // What L1 has costs no more than the arithmetic; other loads overlap.
    let costs = [0, l2 - l1, l3 - l1, settings.memory() - l1];
    let sum: u64 = shares.iter().zip(costs).map(|(share, cost)| share * cost).sum();
    Sum { element: settings.element + sum / WHOLE / OVERLAP, shares }
}
