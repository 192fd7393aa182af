//! The reader's own machine beside the model: a chain through cache lines in random order, which a page walks while it
//! looks at its clock, and the curve that comes of it.

use crate::lab::Report;
use crate::lab::figure::{Curve, CurveStyle, Drawing};
use crate::rng::Rng;
use crate::text::Lang;

/// Words of 4 bytes in a step of the chain: 64 bytes, a line of most processors.
const WORDS: usize = 16;

/// Memory in which each line names the next one to be read: no address is known before the line before it has come, and
/// no prefetcher guesses it.
#[derive(Clone, Debug)]
pub struct Chain {
    words: Vec<u32>,
    at: usize,
}

impl Chain {
    /// A chain through all lines of so many bytes, two lines at least: one cycle in random order (Sattolo 1986).
    pub fn new(bytes: u32, seed: u64) -> Chain {
        let lines = (bytes as usize / (WORDS * 4)).max(2);
        let mut order: Vec<u32> = (0..lines as u32).collect();
        let mut rng = Rng::new(seed, 1);
        for n in (1..lines).rev() {
            order.swap(n, rng.between(0, n as u64 - 1) as usize);
        }
        let mut words = vec![0; lines * WORDS];
        for (line, next) in order.iter().enumerate() {
            words[line * WORDS] = next * WORDS as u32;
        }
        Chain { words, at: 0 }
    }

    /// Follows it for so many lines, and tells where it stands, so that nothing is left out as useless.
    pub fn walk(&mut self, lines: u32) -> u32 {
        let mut at = self.at;
        for _ in 0..lines {
            at = self.words.get(at).map_or(0, |next| *next as usize);
        }
        self.at = at;
        at as u32
    }
}

/// Draws what a machine measured over the model's sweep: bytes, and hundredths of nanoseconds for an access. Points out of
/// the model's range are left out, for the axis to stay.
pub fn overlay(report: &mut Report, measured: &[(i64, i64)], lang: Lang) {
    let sweep = report.figures.iter_mut().find(|figure| figure.id == "sweep");
    let Some(Drawing::Plot(plot)) = sweep.map(|figure| &mut figure.drawing) else { return };
    let model = plot.curves.iter().find(|curve| curve.id == "model").map_or(&[][..], |curve| &curve.points);
    let range = model.first().map_or(0, |(x, _)| *x)..=model.last().map_or(0, |(x, _)| *x);
    let mut points: Vec<(i64, i64)> = measured.iter().copied().filter(|(x, _)| range.contains(x)).collect();
    points.sort_unstable();
    points.dedup_by_key(|(x, _)| *x);
    if !points.is_empty() {
        let label = lang.pick("your machine", "你的机器").to_string();
        plot.curves.push(Curve { id: "measured", label, style: CurveStyle::Line, points });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_comes_by_every_line_once() {
        for bytes in [64, 128, 4096, 1 << 16] {
            let lines = (bytes / 64).max(2);
            let mut chain = Chain::new(bytes, 7);
            let mut seen: Vec<u32> = (0..lines).map(|_| chain.walk(1) / 16).collect();
            assert_eq!(seen.last(), Some(&0), "it ends where it began");
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..lines), "{bytes} bytes");
            assert_eq!(chain.walk(lines), 0, "{bytes} bytes");
        }
    }
}
