//! Fitting a metalog to quantiles, and the check that the result is a distribution.

use thiserror::Error;

use super::metalog::{Bounds, MAX_TERMS, Metalog, place};
use crate::random::math::logit;

/// Why no metalog law was found.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum MetalogError {
    /// The number of terms is out of range.
    #[error("a metalog has 2 to 12 terms, got {0}")]
    Terms(usize),
    /// Fewer quantiles than terms.
    #[error("{terms} terms need at least as many quantiles, got {points}")]
    Points {
        /// Quantiles given.
        points: usize,
        /// Terms asked for.
        terms: usize,
    },
    /// A bound is not finite, or they do not rise.
    #[error("bounds must be finite and rise, got {0} and {1}")]
    Bounds(f64, f64),
    /// A probability is out of range or not above the one before.
    #[error("probabilities must rise and lie strictly between 0 and 1, got {0}")]
    Probability(f64),
    /// A value is out of bounds or not above the one before.
    #[error("values must rise and lie strictly inside the bounds, got {value} at probability {probability}")]
    Value {
        /// Its probability.
        probability: f64,
        /// The value.
        value: f64,
    },
    /// The equations have no unique solution in floating-point numbers.
    #[error("the quantiles do not determine {0} terms")]
    Singular(usize),
    /// The fitted curve is no quantile function.
    #[error("no metalog with these terms has these quantiles: the fitted curve falls near probability {0}")]
    Infeasible(f64),
}

impl Metalog {
    /// From the quantiles (`probability`, `low`), (½, `median`), (1 − `probability`, `high`) and three terms:
    /// Keelin's symmetric percentile triplet, for example P10, P50 and P90 with `probability` 0.1.
    ///
    /// # Errors
    /// As [`Metalog::from_quantiles`]. Without bounds, P10/P50/P90 are feasible only while |a₃|/a₂ < 1.667, that
    /// is while the median divides P10 to P90 no more unevenly than about 0.133 to 0.867.
    pub fn from_triplet(
        probability: f64,
        low: f64,
        median: f64,
        high: f64,
        bounds: Bounds,
    ) -> Result<Self, MetalogError> {
        Self::from_quantiles(&[(probability, low), (0.5, median), (1.0 - probability, high)], 3, bounds)
    }

    /// From (probability, value) pairs in rising order: exactly through them if there are as many as `terms`,
    /// by least squares (on the line, as Keelin does) if there are more.
    ///
    /// # Errors
    /// If terms, points or bounds are out of range, or the fitted curve does not rise everywhere.
    pub fn from_quantiles(points: &[(f64, f64)], terms: usize, bounds: Bounds) -> Result<Self, MetalogError> {
        if !(2..=MAX_TERMS).contains(&terms) {
            return Err(MetalogError::Terms(terms));
        }
        if points.len() < terms {
            return Err(MetalogError::Points { points: points.len(), terms });
        }
        check_bounds(bounds)?;
        check_points(points, bounds)?;
        let rows: Vec<Vec<f64>> = points.iter().map(|point| basis(point.0, terms)).collect();
        let right: Vec<f64> = points.iter().map(|point| bounds.to_line(point.1)).collect();
        let coefficients = least_squares(rows, right).ok_or(MetalogError::Singular(terms))?;
        let law = Self::unchecked(&coefficients, bounds);
        match law.falls_at() {
            Some(probability) => Err(MetalogError::Infeasible(probability)),
            None => Ok(law),
        }
    }

    /// The probability at which the quantile function rises least, if it does not rise there.
    ///
    /// Searched on 4,001 log-odds up to ±40, beyond which the slope is constant to 17 digits.
    fn falls_at(&self) -> Option<f64> {
        let log_odds = (-2000..=2000).map(|i| 0.02 * f64::from(i));
        let (slope, y) = log_odds.map(|y| (self.line(y).1, y)).min_by(|a, b| a.0.total_cmp(&b.0))?;
        if slope > 0.0 { None } else { Some(crate::random::math::logistic(y)) }
    }
}

fn check_bounds(bounds: Bounds) -> Result<(), MetalogError> {
    let (low, high) = match bounds {
        Bounds::Unbounded => return Ok(()),
        Bounds::Lower(low) => (low, f64::MAX),
        Bounds::Upper(high) => (f64::MIN, high),
        Bounds::Both(low, high) => (low, high),
    };
    if low < high && low.is_finite() && high.is_finite() {
        Ok(())
    } else {
        Err(MetalogError::Bounds(low, high))
    }
}

fn check_points(points: &[(f64, f64)], bounds: Bounds) -> Result<(), MetalogError> {
    let mut before = (0.0, f64::NEG_INFINITY);
    for &(probability, value) in points {
        if !(before.0 < probability && probability < 1.0) {
            return Err(MetalogError::Probability(probability));
        }
        if !(before.1 < value && bounds.to_line(value).is_finite()) {
            return Err(MetalogError::Value { probability, value });
        }
        before = (probability, value);
    }
    Ok(())
}

/// The row of Keelin's matrix Y for one probability.
fn basis(probability: f64, terms: usize) -> Vec<f64> {
    let (w, y) = (probability - 0.5, logit(probability));
    (0..terms)
        .map(|index| {
            let (power, with_log_odds) = place(index);
            let factor = if with_log_odds { y } else { 1.0 };
            (0..power).fold(factor, |product, _| product * w)
        })
        .collect()
}

/// The least-squares solution of `rows` · x = `right`, by Householder reflections; `None` if rank-deficient.
/// Source: Golub and Van Loan (2013), "Matrix computations", algorithms 5.2.1 and 5.3.2.
fn least_squares(mut rows: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let columns = rows.first()?.len();
    for k in 0..columns {
        let norm = rows[k..].iter().map(|row| row[k] * row[k]).sum::<f64>().sqrt();
        let alpha = if rows[k][k] > 0.0 { -norm } else { norm };
        let mut v: Vec<f64> = rows[k..].iter().map(|row| row[k]).collect();
        v[0] -= alpha;
        let square: f64 = v.iter().map(|x| x * x).sum();
        if !(square > 0.0) {
            return None;
        }
        for j in k..columns {
            let dot: f64 = v.iter().zip(&rows[k..]).map(|(x, row)| x * row[j]).sum();
            v.iter().zip(&mut rows[k..]).for_each(|(x, row)| row[j] -= 2.0 * dot / square * x);
        }
        let dot: f64 = v.iter().zip(&right[k..]).map(|(x, r)| x * r).sum();
        v.iter().zip(&mut right[k..]).for_each(|(x, r)| *r -= 2.0 * dot / square * x);
    }
    let largest = (0..columns).map(|k| rows[k][k].abs()).fold(0.0, f64::max);
    let mut solution = vec![0.0; columns];
    for k in (0..columns).rev() {
        if !(rows[k][k].abs() > 1e-13 * largest) {
            return None;
        }
        let known: f64 = (k + 1..columns).map(|j| rows[k][j] * solution[j]).sum();
        solution[k] = (right[k] - known) / rows[k][k];
    }
    Some(solution)
}
