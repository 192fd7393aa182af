//! The one source of chance: SplitMix64 (Steele, Lea and Flood, 2014), seeded, the same on every platform.

/// A random source.
#[derive(Clone, Debug)]
pub struct Rng {
    state: u64,
}

impl Rng {
    /// A source that gives the same numbers for the same seed. `stream` separates uses of one seed, so that drawing
    /// more numbers for one purpose does not change those of another.
    pub fn new(seed: u64, stream: u64) -> Rng {
        Rng { state: mix(seed ^ mix(stream)) }
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// The next 32 bits.
    pub fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    /// A number in `low..=high`; `low` when the range is empty.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        let span = high.saturating_sub(low).saturating_add(1);
        let product = u128::from(self.next_u64()) * u128::from(span);
        low + (product >> 64) as u64
    }

    /// True in `percent` of 100 cases.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.between(0, 99) < percent
    }
}

/// SplitMix64's finaliser: a fixed scramble of 64 bits, also used as the keyed hash behind timestamp offsets and
/// initial sequence numbers. The kernel uses MD5 and SipHash there; nobody can predict its values, so any will do.
pub fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitmix64_reference_values() {
        let mut rng = Rng { state: 1_234_567 };
        let first: Vec<u64> = (0..3).map(|_| rng.next_u64()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn between_stays_within() {
        let mut rng = Rng::new(7, 0);
        assert!((0..10_000).map(|_| rng.between(5, 9)).all(|n| (5..=9).contains(&n)));
        assert_eq!(rng.between(3, 3), 3);
    }
}
