//! A family given that its value lies in an interval.

use thiserror::Error;

use super::{Discrete, Family, Law, Mixture};
use crate::random::math::logistic;
use crate::random::quadrature::integrate_over_probability;

/// Least probability the interval must have: below it, the digits of the distribution function run out.
const LEAST_PROBABILITY: f64 = 1e-6;

/// A family restricted to an interval; built by [`Family::truncated`].
#[derive(Clone, Debug, PartialEq)]
pub struct Truncated {
    inner: Box<Family>,
    low: f64,
    high: f64,
    /// P(X < low) and P(X ≤ high) of the family as it was.
    below: f64,
    upto: f64,
    mean: Option<f64>,
    variance: Option<f64>,
}

/// Why a truncation was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum TruncatedError {
    /// The bounds do not rise.
    #[error("the lower bound must be below the upper one, got {0} and {1}")]
    Bounds(f64, f64),
    /// (Almost) nothing of the family lies between the bounds.
    #[error("only {probability} of the probability lies between {low} and {high}; at least 1e-6 is needed")]
    Probability {
        /// P(low ≤ X ≤ high).
        probability: f64,
        /// Lower bound given.
        low: f64,
        /// Upper bound given.
        high: f64,
    },
}

impl Family {
    /// The family given that `low` ≤ X ≤ `high`; a bound may be infinite.
    ///
    /// Discrete families and mixtures stay what they are, with fewer or truncated parts. Probability is
    /// redistributed over the interval in proportion, not piled up at the bounds.
    ///
    /// # Errors
    /// Unless `low` < `high` and the interval has a probability of at least 1e-6.
    pub fn truncated(self, low: f64, high: f64) -> Result<Self, TruncatedError> {
        if !(low < high) {
            return Err(TruncatedError::Bounds(low, high));
        }
        let probability = self.cdf(high) - self.cdf_below(low);
        if !(probability >= LEAST_PROBABILITY) {
            return Err(TruncatedError::Probability { probability, low, high });
        }
        Ok(restrict(self, low, high))
    }
}

/// The family given that it lies in an interval of positive probability.
fn restrict(family: Family, low: f64, high: f64) -> Family {
    match family {
        Family::Constant(_) => family,
        Family::Discrete(law) => Family::Discrete(Discrete::normalised(
            law.atoms().filter(|(x, _)| low <= *x && *x <= high).collect(),
        )),
        Family::Mixture(law) => Family::Mixture(Mixture::normalised(
            law.parts()
                .iter()
                .filter_map(|(weight, part)| {
                    let probability = part.cdf(high) - part.cdf_below(low);
                    (probability > 0.0).then(|| (weight * probability, restrict(part.clone(), low, high)))
                })
                .collect(),
        )),
        other => Family::Truncated(Truncated::new(other, low, high)),
    }
}

impl Truncated {
    /// The family that was restricted.
    #[must_use]
    pub fn inner(&self) -> &Family {
        &self.inner
    }

    fn new(inner: Family, low: f64, high: f64) -> Self {
        let (from, to) = inner.support();
        let (low, high) = (low.max(from), high.min(to));
        let (below, upto) = (inner.cdf_below(low), inner.cdf(high));
        let mut law = Self { inner: Box::new(inner), low, high, below, upto, mean: None, variance: None };
        law.mean = law.moment(&|x| x, law.inner.mean());
        if let Some(mean) = law.mean {
            let second = law.inner.mean().zip(law.inner.variance());
            // About the new mean: E(X − m)² of the whole family = variance + (mean − m)².
            let whole = second.map(|(centre, variance)| variance + (centre - mean) * (centre - mean));
            law.variance = law.moment(&|x| (x - mean) * (x - mean), whole);
        }
        law
    }

    /// The expectation of `f`, where that of the whole family is `whole`.
    ///
    /// With both ends finite, or only the upper one, it is integrated directly. An infinite upper end is reached
    /// by taking the lower part off the whole, because probabilities close to 0 have all their digits and those
    /// close to 1 have not.
    fn moment(&self, f: &impl Fn(f64) -> f64, whole: Option<f64>) -> Option<f64> {
        let probability = self.upto - self.below;
        let integral = |from: f64, to: f64| {
            if let Family::Empirical(law) = self.inner.as_ref() {
                return law.integral(f, from, to);
            }
            (to - from)
                * integrate_over_probability(&|log_odds| {
                    let u = from + (to - from) * logistic(log_odds);
                    f(self.inner.quantile(super::inside_unit(u)))
                })
        };
        let moment = if self.high.is_finite() {
            if !self.low.is_finite() {
                // The lower tail is as heavy as before: infinite if the whole is.
                whole?;
            }
            integral(self.below, self.upto)
        } else {
            whole? - if self.below > 0.0 { integral(0.0, self.below) } else { 0.0 }
        };
        Some(moment / probability)
    }
}

impl Law for Truncated {
    fn quantile(&self, u: f64) -> f64 {
        let whole = self.below + u * (self.upto - self.below);
        // Rounding must not bring the probability back to that of the value before the bound.
        let whole = super::inside_unit(whole.max(self.below.next_up()));
        self.inner.quantile(whole).clamp(self.low, self.high)
    }

    fn cdf(&self, x: f64) -> f64 {
        ((self.inner.cdf(x) - self.below) / (self.upto - self.below)).clamp(0.0, 1.0)
    }

    fn cdf_below(&self, x: f64) -> f64 {
        ((self.inner.cdf_below(x) - self.below) / (self.upto - self.below)).clamp(0.0, 1.0)
    }

    fn mean(&self) -> Option<f64> {
        self.mean
    }

    fn variance(&self) -> Option<f64> {
        self.variance
    }

    fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }
}
