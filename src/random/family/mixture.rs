//! Mixtures: one of several laws, chosen by probability.

use thiserror::Error;

use super::sample::SUM_TOLERANCE;
use super::{Family, Law, inside_unit};

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

    /// The value with a probability of its own that lies a few units in the last place at or below `x`: a fixed
    /// amount must come out exactly.
    fn atom_at(&self, x: f64) -> f64 {
        let candidates = self.parts.iter().map(|(_, law)| law.quantile(inside_unit(law.cdf(x))));
        let distance = |y: f64| (y - x).abs();
        let nearest = candidates.min_by(|a, b| distance(*a).total_cmp(&distance(*b)));
        nearest.filter(|y| distance(*y) <= 8.0 * f64::EPSILON * x.abs()).unwrap_or(x)
    }

    fn weighted(&self, f: impl Fn(&Family) -> f64) -> f64 {
        self.parts.iter().map(|(weight, law)| weight * f(law)).sum()
    }
}

impl Law for Mixture {
    /// Solved between the smallest and the largest of the components' quantiles.
    fn quantile(&self, u: f64) -> f64 {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for (_, law) in &self.parts {
            let x = law.quantile(u);
            (low, high) = (low.min(x), high.max(x));
        }
        if !(low < high) {
            return low;
        }
        match least_reaching(u, low, high, |x| self.cdf(x)) {
            Root::Crossing(x) => x,
            Root::Step(x) => self.atom_at(x),
        }
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

/// How a distribution function reaches a probability.
enum Root {
    /// It equals it there.
    Crossing(f64),
    /// It jumps over it, there or a few units in the last place below.
    Step(f64),
}

/// The least x in `[low, high]` with `cdf(x)` ≥ `u`, to the last digits; `cdf` rises, perhaps in steps.
///
/// Source: Chandrupatla (1997), "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear
/// function without using derivatives", Advances in Engineering Software 28(3).
fn least_reaching(u: f64, low: f64, high: f64, cdf: impl Fn(f64) -> f64) -> Root {
    let mut a = (low, cdf(low) - u);
    if a.1 >= 0.0 {
        return Root::Crossing(low);
    }
    let mut b = (high, cdf(high) - u);
    let mut share = 0.5;
    // Bisection alone would need about 60 rounds, or at most 1,100 for a root next to 0.
    for _ in 0..1200 {
        let x = a.0 + share * (b.0 - a.0);
        let new = (x, cdf(x) - u);
        let c = if (new.1 < 0.0) == (a.1 < 0.0) { a } else { std::mem::replace(&mut b, a) };
        a = new;
        let digits = 2.0 * f64::EPSILON * a.0.abs().max(b.0.abs()) / (b.0 - a.0).abs();
        if a.1.abs() <= f64::EPSILON * u {
            return Root::Crossing(a.0);
        }
        if digits > 0.5 {
            break;
        }
        // Inverse quadratic interpolation through a, b and c where it is known to be safe.
        let xi = (a.0 - b.0) / (c.0 - b.0);
        let phi = (a.1 - b.1) / (c.1 - b.1);
        let safe = phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi;
        let quadratic = a.1 / (b.1 - a.1) * (c.1 / (b.1 - c.1))
            + (c.0 - a.0) / (b.0 - a.0) * (a.1 / (c.1 - a.1)) * (b.1 / (c.1 - b.1));
        share = if safe { quadratic.clamp(digits, 1.0 - digits) } else { 0.5 };
    }
    Root::Step(if a.1 >= 0.0 { a.0 } else { b.0 })
}
