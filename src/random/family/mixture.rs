//! Mixtures: one of several laws, chosen by probability.

use thiserror::Error;

use super::sample::SUM_TOLERANCE;
use super::{Family, Law};

/// A mixture of families.
///
/// Sampled through its own quantile function, by solving for it, and not by drawing the component first: so
/// it stays a rising function of one uniform and can be correlated with other variables.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    parts: Vec<(f64, Family)>,
}

/// Why a mixture was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum MixtureError {
    /// No component at all.
    #[error("at least one component is needed")]
    Empty,
    /// A weight is negative or not a number.
    #[error("weights must not be negative, got {0}")]
    Weight(f64),
    /// The weights do not add up.
    #[error("weights must add up to 1, got {0}")]
    Sum(f64),
}

impl Mixture {
    /// From (weight, family) pairs. Components of weight zero are dropped.
    ///
    /// # Errors
    /// If there is no component, a weight is negative, or the weights miss a sum of 1 by more than 1e-9.
    pub fn new(parts: Vec<(f64, Family)>) -> Result<Self, MixtureError> {
        if parts.is_empty() {
            return Err(MixtureError::Empty);
        }
        if let Some((weight, _)) = parts.iter().find(|(weight, _)| !(*weight >= 0.0)) {
            return Err(MixtureError::Weight(*weight));
        }
        let total: f64 = parts.iter().map(|part| part.0).sum();
        if !((total - 1.0).abs() <= SUM_TOLERANCE) {
            return Err(MixtureError::Sum(total));
        }
        Ok(Self::normalised(parts))
    }

    /// Scales weights with a positive sum to a sum of 1.
    pub(super) fn normalised(parts: Vec<(f64, Family)>) -> Self {
        let total: f64 = parts.iter().map(|part| part.0).sum();
        let parts = parts.into_iter().filter(|part| part.0 > 0.0).map(|(w, law)| (w / total, law)).collect();
        Self { parts }
    }

    /// The components with their weights, which add up to 1.
    #[must_use]
    pub fn parts(&self) -> &[(f64, Family)] {
        &self.parts
    }

    fn weighted(&self, f: impl Fn(&Family) -> f64) -> f64 {
        self.parts.iter().map(|(weight, law)| weight * f(law)).sum()
    }
}

impl Law for Mixture {
    /// Solved between the smallest and the largest of the components' quantiles, by the Illinois variant of
    /// false position (Dowell and Jarratt 1971) with bisection where it stalls, as it does at steps.
    fn quantile(&self, u: f64) -> f64 {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for (_, law) in &self.parts {
            let x = law.quantile(u);
            (low, high) = (low.min(x), high.max(x));
        }
        let mut below = self.cdf(low) - u;
        if below >= 0.0 {
            return low;
        }
        let mut above = self.cdf(high) - u;
        let mut bisect = false;
        while high - low > 1e-15 * low.abs().max(high.abs()) {
            let width = high - low;
            let chord = low + width * (below / (below - above));
            let x = if !bisect && low < chord && chord < high { chord } else { low + 0.5 * width };
            if x <= low || x >= high {
                break;
            }
            let value = self.cdf(x) - u;
            if value < 0.0 {
                (low, below) = (x, value);
                above *= 0.5;
            } else {
                (high, above) = (x, value);
                below *= 0.5;
            }
            bisect = high - low > 0.5 * width;
        }
        high
    }

    fn cdf(&self, x: f64) -> f64 {
        self.weighted(|law| law.cdf(x)).min(1.0)
    }

    fn cdf_below(&self, x: f64) -> f64 {
        self.weighted(|law| law.cdf_below(x)).min(1.0)
    }

    fn mean(&self) -> Option<f64> {
        self.parts.iter().map(|(weight, law)| Some(weight * law.mean()?)).sum()
    }

    fn variance(&self) -> Option<f64> {
        let mean = self.mean()?;
        self.parts
            .iter()
            .map(|(weight, law)| {
                let away = law.mean()? - mean;
                Some(weight * (law.variance()? + away * away))
            })
            .sum()
    }

    fn support(&self) -> (f64, f64) {
        self.parts
            .iter()
            .map(|(_, law)| law.support())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (a, b)| (low.min(a), high.max(b)))
    }
}
