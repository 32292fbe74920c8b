//! Properties of the clauses on random deals, and the oracles they are held against.
//!
//! Nothing here is statistical: seeds are fixed and every single deal must hold.

#![expect(clippy::float_cmp, reason = "results that are whole in f64 are compared as such")]

use crate::number::{Amount, Decimal, Exact};

mod interest;
mod liquidity;
mod rights;
mod round;
mod round_oracle;
mod stock;
mod waterfall;

/// A small generator for test deals (`SplitMix64`: Steele, Lea, Flood 2014).
pub(super) struct Deals(u64);

impl Deals {
    pub(super) fn new(seed: u64) -> Self {
        Deals(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number from `low` to `high`, both included.
    fn whole(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).unwrap();
        low + i64::try_from(self.next() % span).unwrap()
    }

    /// True once in `n` times.
    fn once_in(&mut self, n: i64) -> bool {
        self.whole(1, n) == 1
    }

    /// A whole number as an amount.
    fn amount(&mut self, low: i64, high: i64) -> Exact {
        Exact::from_i64(self.whole(low, high))
    }

    /// A whole number of hundredths.
    fn hundredths(&mut self, low: i64, high: i64) -> Exact {
        Exact::from(Decimal::new(self.whole(low, high), 2))
    }
}

/// Whether two numbers agree to `parts` of the larger of `scale` and 1.
fn near<A: Amount>(a: A, b: A, parts: f64, scale: A) -> bool {
    (a - b).to_f64().abs() <= parts * scale.to_f64().abs().max(1.0)
}
