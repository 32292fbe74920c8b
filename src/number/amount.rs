//! [`Amount`]: what contract clauses may do with a number.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::Rounding;

/// A number that contract clauses can be written over.
///
/// There is deliberately no `/` operator and no transcendental function: division is total
/// ([`Amount::div_or`]), because `f64` would yield infinities where decimals have no value, and growth
/// factors are computed once per path outside contract code and handed to both number types alike.
pub trait Amount:
    Copy
    + Debug
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + Send
    + Sync
    + 'static
{
    /// Nought.
    const ZERO: Self;
    /// One.
    const ONE: Self;

    /// From an exact decimal, as written in a scenario.
    fn from_decimal(value: Decimal) -> Self;
    /// From a sampled value.
    fn from_f64(value: f64) -> Self;
    /// To the nearest `f64`; NaN if the number has no value.
    fn to_f64(self) -> f64;
    /// `self / by`, or `fallback` where `by` is zero.
    #[must_use]
    fn div_or(self, by: Self, fallback: Self) -> Self;
    /// The largest whole number of shares not above `self`, forgiving the last bits of an inexact quotient.
    #[must_use]
    fn whole_shares(self) -> Self;

    /// Rounded to this many decimal places, at most 9, forgiving the last bits of an inexact quotient in
    /// either direction. For amounts of zero or more.
    #[must_use]
    fn rounded(self, places: u32, rounding: Rounding) -> Self;

    /// From a whole number.
    #[must_use]
    fn from_i64(value: i64) -> Self {
        Self::from_decimal(Decimal::from(value))
    }

    /// The smaller of two.
    #[must_use]
    fn min_of(self, other: Self) -> Self {
        if other < self { other } else { self }
    }

    /// The larger of two.
    #[must_use]
    fn max_of(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    /// `self`, or zero if `self` is negative.
    #[must_use]
    fn or_zero(self) -> Self {
        self.max_of(Self::ZERO)
    }
}

impl Amount for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    fn from_decimal(value: Decimal) -> Self {
        // A Decimal always has a nearest f64; `to_f64` is `Some` for all of them.
        value.to_f64().unwrap_or(f64::NAN)
    }

    fn from_f64(value: f64) -> Self {
        value
    }

    fn from_i64(value: i64) -> Self {
        value as f64
    }

    fn to_f64(self) -> f64 {
        self
    }

    fn div_or(self, by: Self, fallback: Self) -> Self {
        if by == 0.0 { fallback } else { self / by }
    }

    fn whole_shares(self) -> Self {
        // A quotient that is whole in exact arithmetic may land one rounding below it in f64.
        libm::floor(self * (1.0 + 1e-12))
    }

    fn rounded(self, places: u32, rounding: Rounding) -> Self {
        let scale = (0..places).fold(1.0, |scale, _| scale * 10.0);
        let scaled = match rounding {
            Rounding::Floor => libm::floor(self * scale * (1.0 + 1e-12)),
            Rounding::Ceil => libm::ceil(self * scale * (1.0 - 1e-12)),
            Rounding::Nearest => libm::floor(self * scale * (1.0 + 1e-12) + 0.5),
        };
        scaled / scale
    }
}
