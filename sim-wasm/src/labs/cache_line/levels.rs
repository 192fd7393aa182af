//! Which share of its accesses a loop finds in each level.
//!
//! A loop that visits lines in a cycle finds all lines of a set that has as many ways as lines, and, where LRU
//! replaces, none of a set that has more: each line is thrown out just before its turn. How many lines fall on a set is
//! even where the set is chosen by the offset within a page, and a matter of chance where the page's place in memory
//! decides.

use super::processors::{Cache, Processor};

/// Shares are in millionths.
pub(super) const WHOLE: u64 = 1_000_000;
/// Bytes of a page.
const PAGE: u64 = 4096;
/// Lines of a set on average from which hardly any set has room (more than three times the ways).
const CROWDED: u64 = 64;
/// Fractions of a line that the mean number of lines of a set is counted in.
const FRACTION: u64 = 256;

/// In which order the lines are visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visits {
    /// Each in turn, over and over.
    Cycle,
    /// Any at any time.
    Random,
}

/// Shares of L1, L2, L3 and memory.
pub(super) type Shares = [u64; 4];

/// Of a loop over some lines that lie so many lines apart.
pub(super) fn shares(processor: &Processor, lines: u64, apart: u64, visits: Visits) -> Shares {
    let mut shares = [0; 4];
    let mut inner = 0;
    for (share, cache) in shares.iter_mut().zip(&processor.caches) {
        // What a level has, the levels beyond have too.
        let fits = fits(processor, cache, lines, apart, visits).max(inner);
        *share = fits - inner;
        inner = fits;
    }
    shares[3] = WHOLE - inner;
    shares
}

/// The share of the lines that are found in a cache.
fn fits(processor: &Processor, cache: &Cache, lines: u64, apart: u64, visits: Visits) -> u64 {
    let sets = (cache.bytes / cache.ways / processor.line).max(1);
    // The offset within a page chooses the set, as far as it reaches: every so many sets are never used.
    let by_offset = sets.min(PAGE / processor.line);
    let usable = (sets / common(by_offset, apart)).max(1);
    if lines == 0 {
        return WHOLE;
    }
    match visits {
        Visits::Random => (usable * cache.ways).min(lines) * WHOLE / lines,
        Visits::Cycle if sets == by_offset => even(lines, usable, cache.ways),
        Visits::Cycle => by_chance(lines * FRACTION / usable, cache.ways),
    }
}

/// Lines that fall evenly on sets: some sets have one more than the others.
fn even(lines: u64, sets: u64, ways: u64) -> u64 {
    let (least, more) = (lines / sets, lines % sets);
    let kept = if least < ways {
        lines
    } else if least == ways {
        (sets - more) * ways
    } else {
        0
    };
    kept * WHOLE / lines
}

/// Lines that fall on sets by chance, `mean` of them on average: the share of those that are in a set with room for
/// all. Counted by lines and not by sets that is P(Poisson(mean) <= ways - 1): the first terms of the series of e^mean,
/// divided by all of them.
fn by_chance(mean: u64, ways: u64) -> u64 {
    if mean > CROWDED * FRACTION {
        return 0;
    }
    let (mut term, mut first, mut all) = (1_u128 << 16, 0, 0);
    for k in 0..256 {
        if k < ways {
            first += term;
        }
        all += term;
        term = term * u128::from(mean) / u128::from((k + 1) * FRACTION);
        if term == 0 {
            break;
        }
    }
    u64::try_from(first * u128::from(WHOLE) / all).unwrap_or(WHOLE)
}

/// The greatest common divisor; of 0 and a number, the number.
fn common(a: u64, b: u64) -> u64 {
    if b == 0 { a.max(1) } else { common(b, a % b) }
}
