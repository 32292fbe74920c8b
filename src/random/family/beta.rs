//! Beta and PERT laws.

use thiserror::Error;

use super::{Law, positive};
use crate::random::math::{ln, logistic, normal_quantile};
use crate::random::special::{beta_log_odds_quantile, beta_tails};

/// Beta law stretched over an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beta {
    /// The shapes alpha and beta.
    a: f64,
    b: f64,
    low: f64,
    high: f64,
}

/// Why a beta law was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum BetaError {
    /// A shape parameter is not usable.
    #[error("alpha and beta must lie between 0.01 and 1e6, got {0} and {1}")]
    Shape(f64, f64),
    /// The bounds do not rise.
    #[error("low must be below high and both finite, got {0} and {1}")]
    Bounds(f64, f64),
    /// The mean is not inside the bounds.
    #[error("the mean must lie strictly between {low} and {high}, got {mean}")]
    Mean {
        /// Mean given.
        mean: f64,
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// No law on the interval has this standard deviation with this mean.
    #[error(
        "the standard deviation must be positive and below {limit} for this mean and these bounds, got {sd}"
    )]
    Sd {
        /// Standard deviation given.
        sd: f64,
        /// √((mean − low)(high − mean)).
        limit: f64,
    },
}

impl Beta {
    /// From the shapes `alpha` and `beta`, on \[`low`, `high`\].
    ///
    /// # Errors
    /// Unless both shapes lie between 0.01 and 1e6 and the bounds rise and are finite.
    pub fn new(alpha: f64, beta: f64, low: f64, high: f64) -> Result<Self, BetaError> {
        let shapes = 0.01..=1e6;
        if !(shapes.contains(&alpha) && shapes.contains(&beta)) {
            return Err(BetaError::Shape(alpha, beta));
        }
        if !(low < high && (high - low).is_finite()) {
            return Err(BetaError::Bounds(low, high));
        }
        Ok(Self { a: alpha, b: beta, low, high })
    }

    /// From mean and standard deviation, on \[`low`, `high`\]: with m and v the mean and variance on the unit
    /// interval, alpha + beta = m(1 − m)/v − 1 (Johnson, Kotz and Balakrishnan 1995, chapter 25).
    ///
    /// # Errors
    /// Unless `low` < `mean` < `high` and 0 < `sd`² < (`mean` − `low`)(`high` − `mean`).
    pub fn from_mean_sd(mean: f64, sd: f64, low: f64, high: f64) -> Result<Self, BetaError> {
        if !(low < high && (high - low).is_finite()) {
            return Err(BetaError::Bounds(low, high));
        }
        if !(low < mean && mean < high) {
            return Err(BetaError::Mean { mean, low, high });
        }
        let limit = ((mean - low) * (high - mean)).sqrt();
        if !(0.0 < sd && sd < limit) {
            return Err(BetaError::Sd { sd, limit });
        }
        let m = (mean - low) / (high - low);
        let total = (limit / sd) * (limit / sd) - 1.0;
        Self::new(m * total, (1.0 - m) * total, low, high)
    }
}

impl Law for Beta {
    fn quantile(&self, u: f64) -> f64 {
        let (a, b) = (self.a, self.b);
        // The log-odds of a beta variable with both shapes above 1 are close to normal.
        let start = if a.min(b) > 1.0 {
            ln(a / b) + normal_quantile(u) * (1.0 / a + 1.0 / b).sqrt()
        } else {
            f64::NAN
        };
        let log_odds = beta_log_odds_quantile(a, b, u, 1.0 - u, start);
        (self.low + (self.high - self.low) * logistic(log_odds)).min(self.high)
    }

    fn cdf(&self, x: f64) -> f64 {
        let width = self.high - self.low;
        beta_tails(self.a, self.b, (x - self.low) / width, (self.high - x) / width).0
    }

    fn mean(&self) -> Option<f64> {
        let share = self.a / (self.a + self.b);
        Some(self.low + (self.high - self.low) * share)
    }

    fn variance(&self) -> Option<f64> {
        let total = self.a + self.b;
        let share = self.a / total;
        let width = self.high - self.low;
        Some(width * width * share * (1.0 - share) / (total + 1.0))
    }

    fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }
}

/// PERT law: a beta law given by low, mode and high.
///
/// Its variance is (mean − low)(high − mean)/(weight + 3), not ((high − low)/6)².
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pert {
    law: Beta,
}

/// Why a PERT law was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum PertError {
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
    /// The weight of the mode is not usable.
    #[error("the weight of the mode must be positive and at most 1e5, got {0}")]
    Weight(f64),
}

impl Pert {
    /// Weight of the mode where none is stated.
    pub const USUAL_WEIGHT: f64 = 4.0;

    /// From low, mode and high, and the weight of the mode (usually 4): alpha = 1 + weight (mode − low)/width,
    /// beta = 1 + weight (high − mode)/width; mean (low + weight·mode + high)/(weight + 2). Source: Clark
    /// (1962), "The PERT model for the distribution of an activity time"; the weight from Vose (2008).
    ///
    /// # Errors
    /// Unless `low` ≤ `mode` ≤ `high`, `low` < `high`, all finite, and 0 < `weight` ≤ 1e5.
    pub fn new(low: f64, mode: f64, high: f64, weight: f64) -> Result<Self, PertError> {
        let order = PertError::Order { low, mode, high };
        if !(low <= mode && mode <= high) {
            return Err(order);
        }
        if !(positive(weight) && weight <= 1e5) {
            return Err(PertError::Weight(weight));
        }
        let width = high - low;
        let alpha = 1.0 + weight * ((mode - low) / width);
        let beta = 1.0 + weight * ((high - mode) / width);
        Ok(Self { law: Beta::new(alpha, beta, low, high).map_err(|_| order)? })
    }
}

impl Law for Pert {
    fn quantile(&self, u: f64) -> f64 {
        self.law.quantile(u)
    }

    fn cdf(&self, x: f64) -> f64 {
        self.law.cdf(x)
    }

    fn mean(&self) -> Option<f64> {
        self.law.mean()
    }

    fn variance(&self) -> Option<f64> {
        self.law.variance()
    }

    fn support(&self) -> (f64, f64) {
        self.law.support()
    }
}
