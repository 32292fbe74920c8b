//! [`Exact`]: decimals for the replay of one path and for the calculators.

use std::cmp::Ordering;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

use rust_decimal::Decimal;
use rust_decimal::RoundingStrategy;
use rust_decimal::prelude::ToPrimitive;

use super::{Amount, Rounding};

/// A decimal of 28 digits that never panics: a result outside its range (about 7.9e28) has no value, and
/// that spreads through every later sum, as NaN does in `f64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact(Option<Decimal>);

impl Exact {
    /// The decimal, unless some step left its range.
    #[must_use]
    pub fn value(self) -> Option<Decimal> {
        self.0
    }
}

impl From<Decimal> for Exact {
    fn from(value: Decimal) -> Self {
        Exact(Some(value))
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.0?.cmp(&other.0?))
    }
}

fn both(a: Exact, b: Exact, op: impl Fn(Decimal, Decimal) -> Option<Decimal>) -> Exact {
    Exact(a.0.zip(b.0).and_then(|(a, b)| op(a, b)))
}

impl Add for Exact {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        both(self, other, Decimal::checked_add)
    }
}

impl Sub for Exact {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        both(self, other, Decimal::checked_sub)
    }
}

impl Mul for Exact {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        both(self, other, Decimal::checked_mul)
    }
}

impl Neg for Exact {
    type Output = Self;
    fn neg(self) -> Self {
        Exact(self.0.map(|a| -a))
    }
}

impl AddAssign for Exact {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Exact {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Amount for Exact {
    const ZERO: Self = Exact(Some(Decimal::ZERO));
    const ONE: Self = Exact(Some(Decimal::ONE));

    fn from_decimal(value: Decimal) -> Self {
        Exact(Some(value))
    }

    fn from_f64(value: f64) -> Self {
        // Every digit of the sampled number is kept, so that both number types start from the same value.
        Exact(Decimal::from_f64_retain(value))
    }

    fn to_f64(self) -> f64 {
        self.0.and_then(|value| value.to_f64()).unwrap_or(f64::NAN)
    }

    fn div_or(self, by: Self, fallback: Self) -> Self {
        match by.0 {
            Some(zero) if zero.is_zero() => fallback,
            _ => both(self, by, Decimal::checked_div),
        }
    }

    fn whole_shares(self) -> Self {
        Exact(self.0.map(|value| value.floor()))
    }

    fn rounded(self, places: u32, rounding: Rounding) -> Self {
        let strategy = match rounding {
            Rounding::Floor => RoundingStrategy::ToNegativeInfinity,
            Rounding::Ceil => RoundingStrategy::ToPositiveInfinity,
            Rounding::Nearest => RoundingStrategy::MidpointAwayFromZero,
        };
        // The last few of 28 digits are those of quotients without an end.
        let meant = self.0.and_then(|value| value.round_sf(24));
        Exact(meant.map(|value| value.round_dp_with_strategy(places, strategy)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaving_the_range_gives_no_value_instead_of_a_panic() {
        let huge = Exact::from(Decimal::MAX);
        assert_eq!((huge + huge).value(), None);
        assert_eq!((huge * huge + Exact::ONE).value(), None);
        assert!((huge + huge).to_f64().is_nan());
    }

    #[test]
    fn division_by_zero_takes_the_fallback_in_both_number_types() {
        assert_eq!(Exact::ONE.div_or(Exact::ZERO, Exact::ONE), Exact::ONE);
        assert!((1.0_f64.div_or(0.0, 7.0) - 7.0).abs() < f64::EPSILON);
    }

    #[test]
    fn rounding_forgives_the_last_bits_of_a_quotient_in_both_number_types() {
        // hand-worked: three thirds are one whichever way they are rounded, and 0.1 + 0.2 is 0.3
        let third = Exact::ONE.div_or(Exact::from_i64(3), Exact::ZERO);
        for rounding in [Rounding::Floor, Rounding::Ceil, Rounding::Nearest] {
            assert_eq!((third + third + third).rounded(0, rounding), Exact::ONE);
            assert!(((0.1_f64 + 0.2).rounded(1, rounding) - 0.3).abs() < f64::EPSILON);
        }
        for (rounding, cents) in [(Rounding::Floor, 233), (Rounding::Ceil, 234), (Rounding::Nearest, 234)] {
            let expected = Exact::from_decimal(Decimal::new(cents, 2));
            assert_eq!(Exact::from_decimal(Decimal::new(2335, 3)).rounded(2, rounding), expected);
            assert!((2.335_f64.rounded(2, rounding) - expected.to_f64()).abs() < f64::EPSILON);
        }
    }

    #[test]
    fn whole_shares_agree_where_f64_falls_one_rounding_short() {
        // hand-worked: 530,000 / 1.06 is exactly 500,000
        let f = 530_000.0_f64.div_or(1.06, 0.0).whole_shares();
        let d = Exact::from_i64(530_000).div_or(Exact::from_decimal(Decimal::new(106, 2)), Exact::ZERO);
        assert!((f - 500_000.0).abs() < f64::EPSILON);
        assert_eq!(d.whole_shares(), Exact::from_i64(500_000));
    }
}
