//! Laws given by their bounds: constant, uniform, triangular.

use thiserror::Error;

use super::Law;
use super::pair::{QuantilePairError, check};
use crate::random::wide::widest;

/// One certain value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    value: f64,
}

/// Why a constant was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[error("the value must be finite, got {0}")]
pub struct ConstantError(pub f64);

impl Constant {
    /// The certain `value`.
    ///
    /// # Errors
    /// If `value` is not finite.
    pub fn new(value: f64) -> Result<Self, ConstantError> {
        if !value.is_finite() {
            return Err(ConstantError(value));
        }
        Ok(Self { value })
    }
}

impl Law for Constant {
    fn quantile(&self, _: f64) -> f64 {
        self.value
    }

    fn cdf(&self, x: f64) -> f64 {
        f64::from(u8::from(x >= self.value))
    }

    fn cdf_below(&self, x: f64) -> f64 {
        f64::from(u8::from(x > self.value))
    }

    fn mean(&self) -> Option<f64> {
        Some(self.value)
    }

    fn variance(&self) -> Option<f64> {
        Some(0.0)
    }

    fn support(&self) -> (f64, f64) {
        (self.value, self.value)
    }
}

/// Every value between two bounds equally likely.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    low: f64,
    high: f64,
}

/// Why a uniform law was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[error("low must be below high and both finite, got {low} and {high}")]
pub struct UniformError {
    /// Lower bound given.
    pub low: f64,
    /// Upper bound given.
    pub high: f64,
}

impl Uniform {
    /// Uniform on \[`low`, `high`\].
    ///
    /// # Errors
    /// If the bounds are not finite or do not rise.
    pub fn new(low: f64, high: f64) -> Result<Self, UniformError> {
        if !(low < high && (high - low).is_finite()) {
            return Err(UniformError { low, high });
        }
        Ok(Self { low, high })
    }
}

impl Law for Uniform {
    fn quantile(&self, u: f64) -> f64 {
        (self.low + u * (self.high - self.low)).min(self.high)
    }

    fn cdf(&self, x: f64) -> f64 {
        ((x - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn mean(&self) -> Option<f64> {
        Some(0.5 * (self.low + self.high))
    }

    fn variance(&self) -> Option<f64> {
        let width = self.high - self.low;
        Some(width * width / 12.0)
    }

    fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }
}

/// Triangular density, zero at the bounds and highest at the mode.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Triangular {
    low: f64,
    mode: f64,
    high: f64,
}

/// Why a triangular law was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum TriangularError {
    /// Low, mode and high are out of order.
    #[error(
        "low, mode and high must be finite, in this order and not all equal, got {low}, {mode} and {high}"
    )]
    Order {
        /// Lower bound given.
        low: f64,
        /// Mode given.
        mode: f64,
        /// Upper bound given.
        high: f64,
    },
    /// The mode does not lie between the two quantiles.
    #[error("the mode must lie between P10 and P90, got {mode} against {p10} and {p90}")]
    Mode {
        /// 10 % quantile given.
        p10: f64,
        /// Mode given.
        mode: f64,
        /// 90 % quantile given.
        p90: f64,
    },
    /// The two quantiles are not usable.
    #[error(transparent)]
    Quantiles(#[from] QuantilePairError),
}

impl Triangular {
    /// Triangular on \[`low`, `high`\] with its peak at `mode`.
    ///
    /// # Errors
    /// Unless `low` ≤ `mode` ≤ `high`, `low` < `high`, all finite.
    pub fn new(low: f64, mode: f64, high: f64) -> Result<Self, TriangularError> {
        if !(low <= mode && mode <= high && low < high && (high - low).is_finite()) {
            return Err(TriangularError::Order { low, mode, high });
        }
        Ok(Self { low, mode, high })
    }

    /// Triangular with its peak at `mode` and the given 10 % and 90 % quantiles, which are *not* its bounds.
    ///
    /// With width w and θ = P(X ≤ mode) = (mode − low)/w, the two conditions read
    /// mode − p10 = w(θ − √(0.1 θ)) and p90 − mode = w((1 − θ) − √(0.1 (1 − θ))). Their ratio rises from 0 to
    /// infinity as θ goes from 0.1 to 0.9, so θ is found by bisection, and w from the sum of the two.
    ///
    /// # Errors
    /// Unless `p10` ≤ `mode` ≤ `p90` and `p10` < `p90`, all finite.
    pub fn from_p10_mode_p90(p10: f64, mode: f64, p90: f64) -> Result<Self, TriangularError> {
        const TAIL: f64 = 0.1;
        check([(TAIL, p10), (1.0 - TAIL, p90)])?;
        if !(p10 <= mode && mode <= p90) {
            return Err(TriangularError::Mode { p10, mode, p90 });
        }
        let share = |theta: f64| theta - (TAIL * theta).sqrt();
        let (mut low, mut high) = (TAIL, 1.0 - TAIL);
        for _ in 0..64 {
            let theta = 0.5 * (low + high);
            if (mode - p10) * share(1.0 - theta) > (p90 - mode) * share(theta) {
                low = theta;
            } else {
                high = theta;
            }
        }
        let theta = 0.5 * (low + high);
        let width = (p90 - p10) / (share(theta) + share(1.0 - theta));
        Self::new(mode - theta * width, mode, mode + (1.0 - theta) * width)
    }
}

impl Triangular {
    /// One root for both sides, chosen without a branch: which side it is nobody can foretell.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "to be compiled for the instructions of the loop around it")]
    fn at(&self, u: f64) -> f64 {
        let (width, rise) = (self.high - self.low, self.mode - self.low);
        let rising = u * width < rise;
        let tail = if rising { u } else { 1.0 - u };
        let side = if rising { rise } else { self.high - self.mode };
        let distance = (tail * width * side).sqrt();
        let (up, down) = ((self.low + distance).min(self.mode), (self.high - distance).max(self.mode));
        if rising { up } else { down }
    }
}

impl Law for Triangular {
    fn quantile(&self, u: f64) -> f64 {
        self.at(u)
    }

    fn fill_quantiles(&self, u_to_x: &mut [f64]) {
        widest(
            #[inline(always)]
            || u_to_x.iter_mut().for_each(|u| *u = self.at(*u)),
        );
    }

    fn cdf(&self, x: f64) -> f64 {
        let width = self.high - self.low;
        if x <= self.low {
            0.0
        } else if x >= self.high {
            1.0
        } else if x < self.mode {
            (x - self.low) / width * ((x - self.low) / (self.mode - self.low))
        } else {
            1.0 - (self.high - x) / width * ((self.high - x) / (self.high - self.mode))
        }
    }

    fn mean(&self) -> Option<f64> {
        Some((self.low + self.mode + self.high) / 3.0)
    }

    fn variance(&self) -> Option<f64> {
        let (rise, width) = (self.mode - self.low, self.high - self.low);
        Some((width * width - rise * (width - rise)) / 18.0)
    }

    fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }
}
