//! Payoffs made of straight pieces.

use thiserror::Error;

/// What a claim pays as a function of a value from 0 up: straight between breakpoints, straight for ever after the
/// last. It may jump at a breakpoint ([`PiecewiseLinear::from_pieces`]) and has its upper side's value there.
#[derive(Clone, Debug, PartialEq)]
pub struct PiecewiseLinear {
    /// From value 0 up, without gaps.
    pieces: Vec<Piece>,
}

/// Why pieces do not make a payoff.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum PayoffError {
    /// Nothing at 0.
    #[error("the first breakpoint of a payoff must be at 0")]
    Start,
    /// Breakpoints out of order.
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
    /// How far the payoff jumps where it begins; 0 for the first.
    pub jump: f64,
}

impl PiecewiseLinear {
    /// The payoff through `points` (value, payoff), the first at value 0, with `last_slope` beyond the last.
    ///
    /// # Errors
    ///
    /// [`PayoffError`] if the points do not start at 0, do not increase, or anything is not finite.
    pub fn through(points: &[(f64, f64)], last_slope: f64) -> Result<Self, PayoffError> {
        checked(points)?;
        if !last_slope.is_finite() {
            return Err(PayoffError::NotFinite { place: points.len() + 1 });
        }
        let pieces = points.iter().enumerate().map(|(i, &(from, start))| match points.get(i + 1) {
            Some(&(to, end)) => Piece { from, to, start, slope: (end - start) / (to - from), jump: 0.0 },
            None => Piece { from, to: f64::INFINITY, start, slope: last_slope, jump: 0.0 },
        });
        Ok(Self { pieces: pieces.collect() })
    }

    /// The payoff of `pieces` (value at which it begins, payoff there, slope), the first at value 0. Where a piece does
    /// not begin with what the one before ends with, the payoff jumps; 10⁻¹² of the value is rounding and no jump.
    ///
    /// # Errors
    ///
    /// As for [`PiecewiseLinear::through`].
    ///
    /// ```
    /// use cabrio::pricing::payoff::PiecewiseLinear;
    /// // A fifth, and from 25 on 2 more.
    /// let step = PiecewiseLinear::from_pieces(&[(0.0, 0.0, 0.2), (25.0, 7.0, 0.2)])?;
    /// assert_eq!([step.at(20.0), step.at(25.0), step.at(30.0)], [4.0, 7.0, 8.0]);
    /// # Ok::<(), cabrio::pricing::payoff::PayoffError>(())
    /// ```
    pub fn from_pieces(pieces: &[(f64, f64, f64)]) -> Result<Self, PayoffError> {
        let points: Vec<(f64, f64)> = pieces.iter().map(|piece| (piece.0, piece.1)).collect();
        checked(&points)?;
        let mut made: Vec<Piece> = Vec::with_capacity(pieces.len());
        for (i, &(from, start, slope)) in pieces.iter().enumerate() {
            if !slope.is_finite() {
                return Err(PayoffError::NotFinite { place: i + 1 });
            }
            let end = made.last().map_or(start, |last| last.start + (from - last.from) * last.slope);
            let jump = if (start - end).abs() <= 1e-12 * from { 0.0 } else { start - end };
            let to = pieces.get(i + 1).map_or(f64::INFINITY, |next| next.0);
            made.push(Piece { from, to, start, slope, jump });
        }
        Ok(Self { pieces: made })
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
        self.pieces.iter().copied()
    }
}

/// Checks that points (value, payoff) start at 0, increase and are finite.
fn checked(points: &[(f64, f64)]) -> Result<(), PayoffError> {
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
    Ok(())
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
    }

    #[test]
    fn jumps_are_told_from_rounding() {
        // Hand-worked.
        let pieces = [(0.0, 0.0, 0.1), (3.0, 0.1 + 0.2, 0.5), (5.0, 2.0, 0.0)];
        let jumps: Vec<f64> =
            PiecewiseLinear::from_pieces(&pieces).unwrap().pieces().map(|piece| piece.jump).collect();
        assert_eq!((jumps[0].to_bits(), jumps[1].to_bits()), (0, 0));
        assert!((jumps[2] - 0.7).abs() < 1e-15);
        assert_eq!(PiecewiseLinear::from_pieces(&[(1.0, 0.0, 0.0)]), Err(PayoffError::Start));
        let endless = PiecewiseLinear::from_pieces(&[(0.0, 0.0, f64::NAN)]);
        assert_eq!(endless, Err(PayoffError::NotFinite { place: 1 }));
    }

    #[test]
    fn broken_payoffs_are_refused() {
        let through = PiecewiseLinear::through;
        assert_eq!(through(&[], 1.0), Err(PayoffError::Start));
        assert_eq!(through(&[(1.0, 0.0)], 1.0), Err(PayoffError::Start));
        let twice = through(&[(0.0, 0.0), (5.0, 0.0), (5.0, 2.0)], 1.0);
        assert_eq!(twice, Err(PayoffError::Order { place: 3, value: 5.0 }));
        assert_eq!(through(&[(0.0, f64::NAN)], 1.0), Err(PayoffError::NotFinite { place: 1 }));
        assert_eq!(through(&[(0.0, 0.0)], f64::INFINITY), Err(PayoffError::NotFinite { place: 2 }));
    }
}
