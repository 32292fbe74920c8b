//! Gamma and exponential laws.

use thiserror::Error;

use super::{Law, positive};
use crate::random::special::{gamma_quantile, gamma_tails};

/// Gamma law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    shape: f64,
    scale: f64,
}

/// Why a gamma law was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum GammaError {
    /// The shape is not usable.
    #[error("the shape must lie between 0.01 and 1e6, got {0}")]
    Shape(f64),
    /// The scale is not positive.
    #[error("the scale must be positive and finite, got {0}")]
    Scale(f64),
    /// The mean is not positive.
    #[error("the mean must be positive and finite, got {0}")]
    Mean(f64),
    /// The standard deviation is not positive.
    #[error("the standard deviation must be positive and finite, got {0}")]
    Sd(f64),
}

impl Gamma {
    /// From shape (a number) and scale (in the unit of the variable): mean = shape × scale.
    ///
    /// # Errors
    /// Unless 0.01 ≤ `shape` ≤ 1e6 (outside, values underflow or quantiles take too long) and `scale` is
    /// positive and finite.
    pub fn new(shape: f64, scale: f64) -> Result<Self, GammaError> {
        if !(0.01..=1e6).contains(&shape) {
            return Err(GammaError::Shape(shape));
        }
        if !positive(scale) {
            return Err(GammaError::Scale(scale));
        }
        Ok(Self { shape, scale })
    }

    /// From mean and standard deviation: shape = (mean/sd)², scale = sd²/mean.
    ///
    /// # Errors
    /// If either is not positive and finite, or the shape they imply is out of range.
    pub fn from_mean_sd(mean: f64, sd: f64) -> Result<Self, GammaError> {
        if !positive(mean) {
            return Err(GammaError::Mean(mean));
        }
        if !positive(sd) {
            return Err(GammaError::Sd(sd));
        }
        let ratio = mean / sd;
        Self::new(ratio * ratio, sd / ratio)
    }
}

impl Law for Gamma {
    fn quantile(&self, u: f64) -> f64 {
        self.scale * gamma_quantile(self.shape, u)
    }

    fn cdf(&self, x: f64) -> f64 {
        gamma_tails(self.shape, x / self.scale).0
    }

    fn mean(&self) -> Option<f64> {
        Some(self.shape * self.scale)
    }

    fn variance(&self) -> Option<f64> {
        Some(self.shape * self.scale * self.scale)
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}

/// Exponential law: the time to an event of constant hazard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    mean: f64,
}

/// Why an exponential law was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum ExponentialError {
    /// The mean is not positive.
    #[error("the mean must be positive and finite, got {0}")]
    Mean(f64),
    /// The rate is not positive.
    #[error("the rate must be positive and finite, got {0}")]
    Rate(f64),
}

impl Exponential {
    /// From the mean.
    ///
    /// # Errors
    /// If `mean` is not positive and finite.
    pub fn from_mean(mean: f64) -> Result<Self, ExponentialError> {
        if !positive(mean) {
            return Err(ExponentialError::Mean(mean));
        }
        Ok(Self { mean })
    }

    /// From the rate (per unit of the variable), one over the mean.
    ///
    /// # Errors
    /// If `rate` is not positive and finite, or so small that the mean overflows.
    pub fn from_rate(rate: f64) -> Result<Self, ExponentialError> {
        if !(positive(rate) && positive(1.0 / rate)) {
            return Err(ExponentialError::Rate(rate));
        }
        Ok(Self { mean: 1.0 / rate })
    }
}

impl Law for Exponential {
    fn quantile(&self, u: f64) -> f64 {
        -self.mean * libm::log1p(-u)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x > 0.0 { -libm::expm1(-x / self.mean) } else { 0.0 }
    }

    fn mean(&self) -> Option<f64> {
        Some(self.mean)
    }

    fn variance(&self) -> Option<f64> {
        Some(self.mean * self.mean)
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
