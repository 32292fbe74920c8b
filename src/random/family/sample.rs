//! Laws given by lists: values with probabilities, and samples.

use thiserror::Error;

use super::Law;

/// How far probabilities may be from adding up to 1; they are then scaled to do so.
pub(super) const SUM_TOLERANCE: f64 = 1e-9;

/// Finitely many values with probabilities.
#[derive(Clone, Debug, PartialEq)]
pub struct Discrete {
    /// Rising and distinct.
    values: Vec<f64>,
    /// P(X ≤ value); the last is 1.
    cumulative: Vec<f64>,
}

/// Why a discrete law was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum DiscreteError {
    /// No value at all.
    #[error("at least one value is needed")]
    Empty,
    /// A value is not finite.
    #[error("values must be finite, got {0}")]
    Value(f64),
    /// A probability is negative or not a number.
    #[error("probabilities must not be negative, got {0}")]
    Probability(f64),
    /// The probabilities do not add up.
    #[error("probabilities must add up to 1, got {0}")]
    Sum(f64),
}

impl Discrete {
    /// From (value, probability) pairs in any order. Equal values are merged, impossible ones dropped.
    ///
    /// # Errors
    /// If there is no pair, a value is not finite, a probability is negative, or the probabilities miss a sum
    /// of 1 by more than 1e-9.
    pub fn new(pairs: &[(f64, f64)]) -> Result<Self, DiscreteError> {
        if pairs.is_empty() {
            return Err(DiscreteError::Empty);
        }
        for &(value, probability) in pairs {
            if !value.is_finite() {
                return Err(DiscreteError::Value(value));
            }
            if !(probability >= 0.0) {
                return Err(DiscreteError::Probability(probability));
            }
        }
        let total: f64 = pairs.iter().map(|pair| pair.1).sum();
        if !((total - 1.0).abs() <= SUM_TOLERANCE) {
            return Err(DiscreteError::Sum(total));
        }
        Ok(Self::normalised(pairs.to_vec()))
    }

    /// From pairs whose probabilities have a positive sum, scaled to a sum of 1.
    pub(super) fn normalised(mut pairs: Vec<(f64, f64)>) -> Self {
        pairs.retain(|pair| pair.1 > 0.0);
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut law = Self { values: Vec::new(), cumulative: Vec::new() };
        let mut sum = 0.0;
        for (value, probability) in pairs {
            sum += probability;
            if law.values.last().is_none_or(|last| *last < value) {
                law.values.push(value);
                law.cumulative.push(sum);
            } else if let Some(last) = law.cumulative.last_mut() {
                *last = sum;
            }
        }
        for cumulative in &mut law.cumulative {
            *cumulative /= sum;
        }
        law
    }

    /// The values, rising, with their probabilities.
    pub fn atoms(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let before = std::iter::once(&0.0).chain(&self.cumulative);
        self.values
            .iter()
            .zip(self.cumulative.iter().zip(before))
            .map(|(&x, (upto, before))| (x, upto - before))
    }

    /// P(X is one of the `count` smallest values).
    fn probability_of_first(&self, count: usize) -> f64 {
        if count == 0 { 0.0 } else { self.cumulative[count - 1] }
    }
}

impl Law for Discrete {
    fn quantile(&self, u: f64) -> f64 {
        let index = self.cumulative.partition_point(|p| *p < u);
        self.values[index.min(self.values.len() - 1)]
    }

    fn cdf(&self, x: f64) -> f64 {
        self.probability_of_first(self.values.partition_point(|v| *v <= x))
    }

    fn cdf_below(&self, x: f64) -> f64 {
        self.probability_of_first(self.values.partition_point(|v| *v < x))
    }

    fn mean(&self) -> Option<f64> {
        Some(self.atoms().map(|(x, p)| p * x).sum())
    }

    fn variance(&self) -> Option<f64> {
        let mean = self.mean()?;
        Some(self.atoms().map(|(x, p)| p * (x - mean) * (x - mean)).sum())
    }

    fn support(&self) -> (f64, f64) {
        (self.values[0], self.values[self.values.len() - 1])
    }
}

/// A sample turned into a continuous law by linear interpolation: quantile type 7 of Hyndman and Fan (1996),
/// "Sample quantiles in statistical packages" (the default of R and numpy).
///
/// The smallest and largest observations bound it, so it cannot show tails longer than the sample's.
#[derive(Clone, Debug, PartialEq)]
pub struct Empirical {
    sorted: Vec<f64>,
}

/// Why a sample was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum EmpiricalError {
    /// Too few observations.
    #[error("a sample needs at least 2 observations, got {0}")]
    Size(usize),
    /// An observation is not finite.
    #[error("observations must be finite, got {0}")]
    Value(f64),
}

impl Empirical {
    /// From observations in any order.
    ///
    /// # Errors
    /// If there are fewer than two or one is not finite.
    pub fn new(mut sample: Vec<f64>) -> Result<Self, EmpiricalError> {
        if sample.len() < 2 {
            return Err(EmpiricalError::Size(sample.len()));
        }
        if let Some(value) = sample.iter().find(|x| !x.is_finite()) {
            return Err(EmpiricalError::Value(*value));
        }
        sample.sort_by(f64::total_cmp);
        Ok(Self { sorted: sample })
    }

    /// Number of intervals between neighbouring observations.
    fn intervals(&self) -> f64 {
        (self.sorted.len() - 1) as f64
    }

    /// The u at which the quantile function reaches `x`, of which `before` observations lie before.
    fn probability(&self, x: f64, before: usize) -> f64 {
        if before == 0 {
            return 0.0;
        }
        let Some(&next) = self.sorted.get(before) else { return 1.0 };
        let last = self.sorted[before - 1];
        let part = if next > last { (x - last) / (next - last) } else { 0.0 };
        ((before - 1) as f64 + part) / self.intervals()
    }

    /// ∫ f(Q(u)) du from `from` to `to`, exact for a quadratic `f`: Q is linear between observations, so
    /// Simpson's rule has no error.
    pub(super) fn integral(&self, f: impl Fn(f64) -> f64, from: f64, to: f64) -> f64 {
        let mut sum = 0.0;
        for (i, pair) in self.sorted.windows(2).enumerate() {
            let at = |u: f64| (u * self.intervals() - i as f64).clamp(0.0, 1.0);
            let (a, b) = (at(from), at(to));
            let value = |t: f64| f(pair[0] + t * (pair[1] - pair[0]));
            sum += (b - a) * (value(a) + 4.0 * value(0.5 * (a + b)) + value(b));
        }
        sum / (6.0 * self.intervals())
    }
}

impl Law for Empirical {
    fn quantile(&self, u: f64) -> f64 {
        let place = u * self.intervals();
        let whole = libm::floor(place);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ place < length")]
        let index = (whole as usize).min(self.sorted.len() - 2);
        let (a, b) = (self.sorted[index], self.sorted[index + 1]);
        (a + (place - whole) * (b - a)).min(b)
    }

    fn cdf(&self, x: f64) -> f64 {
        self.probability(x, self.sorted.partition_point(|v| *v <= x))
    }

    fn cdf_below(&self, x: f64) -> f64 {
        self.probability(x, self.sorted.partition_point(|v| *v < x))
    }

    fn mean(&self) -> Option<f64> {
        Some(self.integral(|x| x, 0.0, 1.0))
    }

    fn variance(&self) -> Option<f64> {
        let mean = self.mean()?;
        Some(self.integral(|x| (x - mean) * (x - mean), 0.0, 1.0))
    }

    fn support(&self) -> (f64, f64) {
        (self.sorted[0], self.sorted[self.sorted.len() - 1])
    }
}
