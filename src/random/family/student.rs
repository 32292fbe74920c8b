//! Student's t.

use thiserror::Error;

use super::{Law, positive};
use crate::random::math::{exp, ln, normal_quantile};
use crate::random::special::{beta_log_odds_quantile, beta_tails};

/// Student's t law with location and scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StudentT {
    df: f64,
    location: f64,
    scale: f64,
}

/// Why a Student's t law was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum StudentTError {
    /// The degrees of freedom are not usable.
    #[error("the degrees of freedom must lie between 0.1 and 1e6, got {0}")]
    Df(f64),
    /// The variance is infinite, so no standard deviation can be asked for.
    #[error("a standard deviation needs more than 2 degrees of freedom, got {0}")]
    NoVariance(f64),
    /// The location is not finite.
    #[error("the location must be finite, got {0}")]
    Location(f64),
    /// The scale is not positive.
    #[error("the scale must be positive and finite, got {0}")]
    Scale(f64),
}

impl StudentT {
    /// Degrees of freedom: the exponent of either tail.
    #[must_use]
    pub fn degrees_of_freedom(&self) -> f64 {
        self.df
    }

    /// From degrees of freedom, location (the median) and scale. The standard deviation is *not* the scale but
    /// scale × √(df/(df − 2)).
    ///
    /// # Errors
    /// Unless 0.1 ≤ `df` ≤ 1e6, `location` is finite and `scale` positive and finite.
    pub fn new(df: f64, location: f64, scale: f64) -> Result<Self, StudentTError> {
        if !(0.1..=1e6).contains(&df) {
            return Err(StudentTError::Df(df));
        }
        if !location.is_finite() {
            return Err(StudentTError::Location(location));
        }
        if !positive(scale) {
            return Err(StudentTError::Scale(scale));
        }
        Ok(Self { df, location, scale })
    }

    /// From degrees of freedom, mean and standard deviation: scale = sd × √((df − 2)/df).
    ///
    /// # Errors
    /// As [`StudentT::new`], and if `df` ≤ 2.
    pub fn from_mean_sd(df: f64, mean: f64, sd: f64) -> Result<Self, StudentTError> {
        if !(df > 2.0) {
            return Err(StudentTError::NoVariance(df));
        }
        Self::new(df, mean, sd * ((df - 2.0) / df).sqrt())
    }
}

/// P(T ≤ t) for standard Student's t: half an incomplete beta function (DLMF 8.17; Johnson, Kotz and
/// Balakrishnan 1995, chapter 28), accurate in relative terms in the lower tail.
pub(crate) fn student_cdf(df: f64, t: f64) -> f64 {
    let square = t * t;
    if square.is_infinite() {
        return if t > 0.0 { 1.0 } else { 0.0 };
    }
    let (outside, _) = beta_tails(0.5 * df, 0.5, df / (df + square), square / (df + square));
    if t > 0.0 { 1.0 - 0.5 * outside } else { 0.5 * outside }
}

/// The inverse of [`student_cdf`].
pub(crate) fn student_quantile(df: f64, u: f64) -> f64 {
    let tail = u.min(1.0 - u);
    let inside = 1.0 - 2.0 * tail;
    if inside <= 0.0 {
        return 0.0;
    }
    // The normal quantile, which is nearer the centre, is a good start unless the tails are very heavy.
    let z = normal_quantile(tail);
    let log_odds = beta_log_odds_quantile(0.5 * df, 0.5, 2.0 * tail, inside, ln(df / (z * z)));
    let t = (df * exp(-log_odds)).sqrt();
    if u < 0.5 { -t } else { t }
}

impl Law for StudentT {
    fn quantile(&self, u: f64) -> f64 {
        self.location + self.scale * student_quantile(self.df, u)
    }

    fn cdf(&self, x: f64) -> f64 {
        student_cdf(self.df, (x - self.location) / self.scale)
    }

    fn mean(&self) -> Option<f64> {
        (self.df > 1.0).then_some(self.location)
    }

    fn variance(&self) -> Option<f64> {
        (self.df > 2.0).then(|| self.scale * self.scale * (self.df / (self.df - 2.0)))
    }

    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }
}
