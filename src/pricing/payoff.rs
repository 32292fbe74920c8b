//! Payoffs made of straight pieces.

use thiserror::Error;

/// What a claim pays as a function of a value from 0 up: continuous, straight between breakpoints, straight for
/// ever after the last.
#[derive(Clone, Debug, PartialEq)]
pub struct PiecewiseLinear {
    /// (value, payoff there), from value 0 up.
    points: Vec<(f64, f64)>,
    last_slope: f64,
}

/// Why pieces do not make a payoff.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum PayoffError {
    /// Nothing at 0.
    #[error("the first breakpoint of a payoff must be at 0")]
    Start,
    /// Breakpoints out of order: a jump in the payoff needs two at one place, and is refused too.
    #[error("breakpoints must increase: number {place} is {value}")]
    Order {
        /// Place in the list, from 1.
        place: usize,
        /// What stands there.
        value: f64,
    },
    /// A payoff or slope that is not a finite number.
    #[error("payoffs and slopes must be finite: number {place} is not")]
    NotFinite {
        /// Place in the list, from 1.
        place: usize,
    },
}

/// One straight piece.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// Value at which it begins.
    pub from: f64,
    /// Value at which it ends; infinity for the last.
    pub to: f64,
    /// Payoff at its beginning.
    pub start: f64,
    /// Payoff for each further unit of value.
    pub slope: f64,
}

impl PiecewiseLinear {
    /// The payoff through `points` (value, payoff), the first at value 0, with `last_slope` beyond the last.
    ///
    /// # Errors
    ///
    /// [`PayoffError`] if the points do not start at 0, do not increase, or anything is not finite.
    pub fn through(points: &[(f64, f64)], last_slope: f64) -> Result<Self, PayoffError> {
        if points.first().is_none_or(|(value, _)| *value != 0.0) {
            return Err(PayoffError::Start);
        }
        let mut before = f64::NEG_INFINITY;
        for (place, &(value, payoff)) in (1..).zip(points) {
            if !(value > before && value.is_finite()) {
                return Err(PayoffError::Order { place, value });
            }
            if !payoff.is_finite() {
                return Err(PayoffError::NotFinite { place });
            }
            before = value;
        }
        if !last_slope.is_finite() {
            return Err(PayoffError::NotFinite { place: points.len() + 1 });
        }
        Ok(Self { points: points.to_vec(), last_slope })
    }

    /// The payoff that is 0 at 0 and takes a `share` of every unit of value from each breakpoint to the next:
    /// pairs of (breakpoint, share from there on), the first at 0.
    ///
    /// # Errors
    ///
    /// As for [`PiecewiseLinear::through`].
    ///
    /// ```
    /// use cabrio::pricing::payoff::PiecewiseLinear;
    /// // A preference of 5, then a fifth of everything from 25 on.
    /// let preferred = PiecewiseLinear::from_shares(&[(0.0, 1.0), (5.0, 0.0), (25.0, 0.2)])?;
    /// assert_eq!([preferred.at(3.0), preferred.at(20.0), preferred.at(35.0)], [3.0, 5.0, 7.0]);
    /// # Ok::<(), cabrio::pricing::payoff::PayoffError>(())
    /// ```
    pub fn from_shares(tranches: &[(f64, f64)]) -> Result<Self, PayoffError> {
        let mut points = Vec::with_capacity(tranches.len());
        let mut before = (0.0, 0.0);
        let mut payoff = 0.0;
        for &(value, share) in tranches {
            payoff += (value - before.0) * before.1;
            points.push((value, payoff));
            before = (value, share);
        }
        Self::through(&points, before.1)
    }

    /// The payoff at `value`; NaN below 0.
    #[must_use]
    pub fn at(&self, value: f64) -> f64 {
        let piece = self.pieces().take_while(|piece| piece.from <= value).last();
        piece.map_or(f64::NAN, |piece| piece.start + (value - piece.from) * piece.slope)
    }

    /// The straight pieces in order.
    pub fn pieces(&self) -> impl Iterator<Item = Piece> {
        self.points.iter().enumerate().map(|(i, &(from, start))| match self.points.get(i + 1) {
            Some(&(to, end)) => Piece { from, to, start, slope: (end - start) / (to - from) },
            None => Piece { from, to: f64::INFINITY, start, slope: self.last_slope },
        })
    }

    /// Payoff for each further unit of value beyond the last breakpoint.
    #[must_use]
    pub fn last_slope(&self) -> f64 {
        self.last_slope
    }

    /// The largest slope of any piece.
    #[must_use]
    pub fn steepest(&self) -> f64 {
        self.pieces().map(|piece| piece.slope).fold(f64::NEG_INFINITY, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_agree_and_answer_everywhere() {
        // Hand-worked.
        let shares = PiecewiseLinear::from_shares(&[(0.0, 1.0), (5.0, 0.0), (25.0, 0.2)]).unwrap();
        let points = PiecewiseLinear::through(&[(0.0, 0.0), (5.0, 5.0), (25.0, 5.0)], 0.2).unwrap();
        assert_eq!(shares, points);
        let paid = [0.0, 5.0, 25.0, 125.0].map(|x| points.at(x).to_bits());
        assert_eq!(paid, [0.0, 5.0, 5.0, 25.0].map(f64::to_bits));
        assert!(points.at(-1.0).is_nan() && points.at(f64::NAN).is_nan());
        assert_eq!(points.steepest().to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn broken_payoffs_are_refused() {
        let through = PiecewiseLinear::through;
        assert_eq!(through(&[], 1.0), Err(PayoffError::Start));
        assert_eq!(through(&[(1.0, 0.0)], 1.0), Err(PayoffError::Start));
        let jump = through(&[(0.0, 0.0), (5.0, 0.0), (5.0, 2.0)], 1.0);
        assert_eq!(jump, Err(PayoffError::Order { place: 3, value: 5.0 }));
        assert_eq!(through(&[(0.0, f64::NAN)], 1.0), Err(PayoffError::NotFinite { place: 1 }));
        assert_eq!(through(&[(0.0, 0.0)], f64::INFINITY), Err(PayoffError::NotFinite { place: 2 }));
    }
}
