//! Positive numbers of any size, with 32 significant bits: a network's weights span thousands of powers of two. Integers
//! alone, so that they are the same everywhere.

/// `mantissa * 2^exponent`; the mantissa has its highest bit set, or is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scaled {
    mantissa: u32,
    exponent: i32,
}

impl Scaled {
    pub(super) const ZERO: Scaled = Scaled { mantissa: 0, exponent: 0 };
    pub(super) const ONE: Scaled = Scaled { mantissa: 1 << 31, exponent: -31 };

    fn new(value: u64, exponent: i32) -> Scaled {
        if value == 0 {
            return Scaled::ZERO;
        }
        let up = 32 - value.leading_zeros() as i32;
        let mantissa = if up >= 0 { value >> up } else { value << -up };
        Scaled { mantissa: mantissa as u32, exponent: exponent + up }
    }

    /// A whole number.
    pub(super) fn from(value: u64) -> Scaled {
        Scaled::new(value, 0)
    }

    pub(super) fn plus(self, other: Scaled) -> Scaled {
        let (large, small) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        if small.mantissa == 0 {
            return large;
        }
        if large.mantissa == 0 {
            return small;
        }
        let apart = (large.exponent - small.exponent) as u32;
        let small = if apart < 63 { (u64::from(small.mantissa) << 31) >> apart } else { 0 };
        Scaled::new((u64::from(large.mantissa) << 31).wrapping_add(small), large.exponent - 31)
    }

    pub(super) fn times(self, other: Scaled) -> Scaled {
        Scaled::new(u64::from(self.mantissa) * u64::from(other.mantissa), self.exponent + other.exponent)
    }

    /// A division by 0 gives 0.
    pub(super) fn over(self, other: Scaled) -> Scaled {
        let quotient = (u64::from(self.mantissa) << 32).checked_div(u64::from(other.mantissa)).unwrap_or(0);
        Scaled::new(quotient, self.exponent - other.exponent - 32)
    }

    /// The nearest whole number below; `u64::MAX` for one that is larger.
    pub(super) fn floor(self) -> u64 {
        match self.exponent {
            0..=32 => u64::from(self.mantissa) << self.exponent,
            33.. => u64::MAX,
            -31..0 => u64::from(self.mantissa) >> -self.exponent,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Scaled;

    #[test]
    fn it_calculates_as_numbers_do() {
        for (a, b) in [(1, 1), (3, 7), (1_000_000, 3), (1 << 31, 2), (18_000, 120_000)] {
            let (x, y) = (Scaled::from(a), Scaled::from(b));
            assert_eq!(x.plus(y).floor(), a + b);
            assert_eq!(x.times(y).floor(), a * b);
            let thousandths = x.times(Scaled::from(1000)).over(y).floor();
            assert!(thousandths.abs_diff(a * 1000 / b) <= 1, "{a} / {b}");
        }
        assert_eq!(Scaled::ONE.over(Scaled::ZERO), Scaled::ZERO);
        let tiny = (0..100).fold(Scaled::ONE, |x, _| x.over(Scaled::from(1_000_000)));
        let back = (0..100).fold(tiny, |x, _| x.times(Scaled::from(1_000_000)));
        assert_eq!(back.times(Scaled::from(1000)).floor(), 999);
        assert_eq!(Scaled::ONE.plus(tiny), Scaled::ONE);
    }
}
