//! Normal and lognormal laws.

use thiserror::Error;

use super::pair::{QuantilePairError, check, check_positive, line};
use super::{Law, fill, positive};
use crate::random::math::{exp, exps, ln, normal_cdf, normal_quantile, normal_quantiles};

/// Normal law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    mean: f64,
    sd: f64,
}

/// Why a normal law was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum NormalError {
    /// The mean is not finite.
    #[error("the mean must be finite, got {0}")]
    Mean(f64),
    /// The standard deviation is not positive.
    #[error("the standard deviation must be positive and finite, got {0}")]
    Sd(f64),
    /// The two quantiles are not usable.
    #[error(transparent)]
    Quantiles(#[from] QuantilePairError),
}

impl Normal {
    /// From mean and standard deviation.
    ///
    /// # Errors
    /// If `mean` is not finite or `sd` not positive and finite.
    pub fn new(mean: f64, sd: f64) -> Result<Self, NormalError> {
        if !mean.is_finite() {
            return Err(NormalError::Mean(mean));
        }
        if !positive(sd) {
            return Err(NormalError::Sd(sd));
        }
        Ok(Self { mean, sd })
    }

    /// From two quantiles (probability, value), the lower one first.
    ///
    /// # Errors
    /// Unless probabilities and values rise and are in range.
    pub fn from_quantiles(lower: (f64, f64), upper: (f64, f64)) -> Result<Self, NormalError> {
        check([lower, upper])?;
        let (mean, sd) = line(normal_quantile(lower.0), lower.1, normal_quantile(upper.0), upper.1);
        Self::new(mean, sd)
    }

    /// The value that lies `z` standard deviations above the mean.
    #[inline]
    #[must_use]
    pub fn from_standard(&self, z: f64) -> f64 {
        self.mean + self.sd * z
    }
}

impl Law for Normal {
    fn quantile(&self, u: f64) -> f64 {
        self.from_standard(normal_quantile(u))
    }

    fn cdf(&self, x: f64) -> f64 {
        normal_cdf((x - self.mean) / self.sd)
    }

    fn mean(&self) -> Option<f64> {
        Some(self.mean)
    }

    fn variance(&self) -> Option<f64> {
        Some(self.sd * self.sd)
    }

    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    fn fill_quantiles(&self, u_to_x: &mut [f64]) {
        normal_quantiles(u_to_x);
        fill(u_to_x, |z| self.from_standard(z));
    }
}

/// The law of e^Y for a normal Y.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lognormal {
    log: Normal,
}

/// Why a lognormal law was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum LognormalError {
    /// Mean or standard deviation of the logarithm are not usable.
    #[error("of the logarithm: {0}")]
    Log(NormalError),
    /// The mean of the variable is not positive.
    #[error("the mean must be positive and finite, got {0}")]
    Mean(f64),
    /// The standard deviation of the variable is not positive.
    #[error("the standard deviation must be positive and finite, got {0}")]
    Sd(f64),
    /// The two quantiles are not usable.
    #[error(transparent)]
    Quantiles(#[from] QuantilePairError),
}

impl Lognormal {
    /// From mean `mu` and standard deviation `sigma` of the natural logarithm.
    ///
    /// # Errors
    /// If `mu` is not finite or `sigma` not positive and finite.
    pub fn new(mu: f64, sigma: f64) -> Result<Self, LognormalError> {
        Ok(Self { log: Normal::new(mu, sigma).map_err(LognormalError::Log)? })
    }

    /// From mean and standard deviation of the variable itself:
    /// σ² = ln(1 + (sd/mean)²), μ = ln mean − σ²/2 (Johnson, Kotz and Balakrishnan 1994, chapter 14).
    ///
    /// # Errors
    /// If either is not positive and finite.
    pub fn from_mean_sd(mean: f64, sd: f64) -> Result<Self, LognormalError> {
        if !positive(mean) {
            return Err(LognormalError::Mean(mean));
        }
        if !positive(sd) {
            return Err(LognormalError::Sd(sd));
        }
        let variation = sd / mean;
        let variance = libm::log1p(variation * variation);
        Self::new(ln(mean) - 0.5 * variance, variance.sqrt())
    }

    /// From two quantiles (probability, value), the lower one first.
    ///
    /// # Errors
    /// Unless probabilities and values rise, are in range, and the values are positive.
    pub fn from_quantiles(lower: (f64, f64), upper: (f64, f64)) -> Result<Self, LognormalError> {
        check_positive([lower, upper])?;
        let (mu, sigma) = line(normal_quantile(lower.0), ln(lower.1), normal_quantile(upper.0), ln(upper.1));
        Self::new(mu, sigma)
    }

    /// From the median and the 90 % quantile.
    ///
    /// # Errors
    /// Unless 0 < `median` < `p90`, both finite.
    pub fn from_median_p90(median: f64, p90: f64) -> Result<Self, LognormalError> {
        Self::from_quantiles((0.5, median), (0.9, p90))
    }

    /// The normal law of the logarithm.
    #[must_use]
    pub fn of_log(&self) -> Normal {
        self.log
    }
}

impl Law for Lognormal {
    fn quantile(&self, u: f64) -> f64 {
        exp(self.log.quantile(u))
    }

    fn cdf(&self, x: f64) -> f64 {
        if x > 0.0 { self.log.cdf(ln(x)) } else { 0.0 }
    }

    fn mean(&self) -> Option<f64> {
        let variance = self.log.sd * self.log.sd;
        Some(exp(self.log.mean + 0.5 * variance))
    }

    fn variance(&self) -> Option<f64> {
        let variance = self.log.sd * self.log.sd;
        Some(exp(2.0 * self.log.mean + variance) * libm::expm1(variance))
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn fill_quantiles(&self, u_to_x: &mut [f64]) {
        self.log.fill_quantiles(u_to_x);
        exps(u_to_x);
    }
}
