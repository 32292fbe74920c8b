//! A straight line through two quantiles: how location and scale are found from a pair like (P10, P90).

use thiserror::Error;

/// Why two quantiles do not determine a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum QuantilePairError {
    /// A probability is not strictly between 0 and 1, or the two are not in rising order.
    #[error("probabilities must rise and lie strictly between 0 and 1, got {0} and {1}")]
    Probabilities(f64, f64),
    /// The values are not finite or not in rising order.
    #[error("the value at probability {p1} must be below the value at probability {p2}, got {x1} and {x2}")]
    Values {
        /// Lower probability.
        p1: f64,
        /// Value given for it.
        x1: f64,
        /// Higher probability.
        p2: f64,
        /// Value given for it.
        x2: f64,
    },
    /// The value must be positive for this family.
    #[error("both values must be positive, got {0} and {1}")]
    NotPositive(f64, f64),
}

/// Two points (probability, value) of a distribution function.
pub(super) type QuantilePair = [(f64, f64); 2];

/// Checks that probabilities and values are in range and rise.
pub(super) fn check([(p1, x1), (p2, x2)]: QuantilePair) -> Result<(), QuantilePairError> {
    if !(0.0 < p1 && p1 < p2 && p2 < 1.0) {
        return Err(QuantilePairError::Probabilities(p1, p2));
    }
    if !(x1 < x2 && x1.is_finite() && x2.is_finite()) {
        return Err(QuantilePairError::Values { p1, x1, p2, x2 });
    }
    Ok(())
}

/// As [`check`], and both values above zero.
pub(super) fn check_positive(pair: QuantilePair) -> Result<(), QuantilePairError> {
    let [(_, x1), (_, x2)] = pair;
    if !(x1 > 0.0 && x2 > 0.0) {
        return Err(QuantilePairError::NotPositive(x1, x2));
    }
    check(pair)
}

/// Intercept and slope of the line with value y1 at t1 and y2 at t2.
pub(super) fn line(t1: f64, y1: f64, t2: f64, y2: f64) -> (f64, f64) {
    let slope = (y2 - y1) / (t2 - t1);
    (y1 - slope * t1, slope)
}
