//! Weibull and Pareto laws: quantiles that are powers.

use thiserror::Error;

use super::pair::{QuantilePairError, check_positive, line};
use super::{Law, positive};
use crate::random::math::{exp, ln, pow};

/// Weibull law: P(X > x) = exp(−(x/scale)^shape). For times: the hazard rises if shape > 1, falls if < 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weibull {
    shape: f64,
    scale: f64,
}

/// Why a Weibull law was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum WeibullError {
    /// The shape is not positive.
    #[error("the shape must be positive and finite, got {0}")]
    Shape(f64),
    /// The scale is not positive.
    #[error("the scale must be positive and finite, got {0}")]
    Scale(f64),
    /// The two quantiles are not usable.
    #[error(transparent)]
    Quantiles(#[from] QuantilePairError),
}

impl Weibull {
    /// From shape (a number) and scale (in the unit of the variable; its 63.2 % quantile).
    ///
    /// # Errors
    /// If either is not positive and finite.
    pub fn new(shape: f64, scale: f64) -> Result<Self, WeibullError> {
        if !positive(shape) {
            return Err(WeibullError::Shape(shape));
        }
        if !positive(scale) {
            return Err(WeibullError::Scale(scale));
        }
        Ok(Self { shape, scale })
    }

    /// From two quantiles (probability, value), the lower one first: ln x is linear in ln(−ln(1 − p)).
    ///
    /// # Errors
    /// Unless probabilities and values rise, are in range, and the values are positive.
    pub fn from_quantiles(lower: (f64, f64), upper: (f64, f64)) -> Result<Self, WeibullError> {
        check_positive([lower, upper])?;
        let log_hazard = |p: f64| ln(-libm::log1p(-p));
        let (ln_scale, slope) = line(log_hazard(lower.0), ln(lower.1), log_hazard(upper.0), ln(upper.1));
        Self::new(1.0 / slope, exp(ln_scale))
    }
}

impl Law for Weibull {
    fn quantile(&self, u: f64) -> f64 {
        self.scale * pow(-libm::log1p(-u), 1.0 / self.shape)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x > 0.0 { -libm::expm1(-pow(x / self.scale, self.shape)) } else { 0.0 }
    }

    fn mean(&self) -> Option<f64> {
        finite(self.scale * libm::tgamma(1.0 + 1.0 / self.shape))
    }

    fn variance(&self) -> Option<f64> {
        let first = libm::tgamma(1.0 + 1.0 / self.shape);
        let second = libm::tgamma(1.0 + 2.0 / self.shape);
        finite(self.scale * self.scale * (second - first * first))
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}

/// Pareto law of type I: P(X > x) = (minimum / x)^alpha from the minimum on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pareto {
    minimum: f64,
    alpha: f64,
}

/// Why a Pareto law was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum ParetoError {
    /// The minimum is not positive.
    #[error("the minimum must be positive and finite, got {0}")]
    Minimum(f64),
    /// The exponent is not positive.
    #[error("the survival exponent alpha must be positive and finite, got {0}")]
    Alpha(f64),
}

impl Pareto {
    /// The exponent of the survival function.
    #[must_use]
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// From the minimum and the exponent `alpha` of the *survival* function. Papers on power laws often quote
    /// the exponent of the density, which is `alpha` + 1. The mean is infinite for `alpha` ≤ 1, the variance
    /// for `alpha` ≤ 2.
    ///
    /// # Errors
    /// If either is not positive and finite.
    pub fn new(minimum: f64, alpha: f64) -> Result<Self, ParetoError> {
        if !positive(minimum) {
            return Err(ParetoError::Minimum(minimum));
        }
        if !positive(alpha) {
            return Err(ParetoError::Alpha(alpha));
        }
        Ok(Self { minimum, alpha })
    }
}

impl Law for Pareto {
    fn quantile(&self, u: f64) -> f64 {
        self.minimum * exp(-libm::log1p(-u) / self.alpha)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x > self.minimum { -libm::expm1(self.alpha * ln(self.minimum / x)) } else { 0.0 }
    }

    fn mean(&self) -> Option<f64> {
        (self.alpha > 1.0).then(|| self.alpha * self.minimum / (self.alpha - 1.0))
    }

    fn variance(&self) -> Option<f64> {
        let a = self.alpha;
        (a > 2.0).then(|| self.minimum * self.minimum * a / ((a - 1.0) * (a - 1.0) * (a - 2.0)))
    }

    fn support(&self) -> (f64, f64) {
        (self.minimum, f64::INFINITY)
    }
}

/// A moment too large for a number is as good as infinite.
fn finite(moment: f64) -> Option<f64> {
    moment.is_finite().then_some(moment)
}
