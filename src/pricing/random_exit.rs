//! Claims on a company that is sold or listed at a random time.
//!
//! The company's value is a geometric Brownian motion; the exit comes at a constant rate, independent of it. The
//! logarithm of the value at exit then has an asymmetric Laplace law, and so has its density discounted to today,
//! so that every payoff made of straight pieces has an exact price. Source: Gornall and Strebulaev (2020), "Squaring
//! venture capital valuations with reality", Journal of Financial Economics 135, section 3; random-expiry options:
//! Metrick and Yasuda (2010), "Venture capital and the finance of innovation", chapter 13; the Laplace law of
//! Brownian motion at an exponential time: Borodin and Salminen (2002), part II, 1.0.5.
//!
//! The exit value has a power-law tail. Where its index is 2 or less (nearly always for venture volatilities) its
//! variance is infinite, and an average over simulated paths has no meaningful standard error
//! ([`RandomExit::tail_index`]).

use thiserror::Error;

use super::payoff::{Piece, PiecewiseLinear};
use super::{RangeError, finite, positive, share};
use crate::random::math::{exp, ln, pow};

/// A company that exits at a constant rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandomExit {
    /// Value today, above 0.
    pub value: f64,
    /// Riskless rate at which exits are discounted, continuous, per year, 0 or more.
    pub rate: f64,
    /// Drift of the value, per year: the rate itself for prices.
    pub drift: f64,
    /// Per square root of a year, above 0.
    pub volatility: f64,
    /// Exits per year: 0.25 is an exit after four years in the mean. Above 0.
    pub exit_rate: f64,
}

/// Why there is no price.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum RandomExitError {
    /// An input out of range.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// The value grows faster than exits and discounting wear it down.
    #[error(
        "the mean is infinite: the drift {drift} must be below the exit rate plus the discount rate, {limit}"
    )]
    InfiniteMean {
        /// Drift given.
        drift: f64,
        /// What it must stay below.
        limit: f64,
    },
    /// Probabilities out of order.
    #[error("exit values of the probabilities must be positive and increase: number {place} is {value}")]
    Order {
        /// Place in the list, from 1.
        place: usize,
        /// What stands there.
        value: f64,
    },
}

/// The probability that an exit is a listing, by its value: straight lines in the logarithm of the value between
/// the given points, and constant beyond them.
#[derive(Clone, Debug, PartialEq)]
pub struct ListingProbability {
    /// (logarithm of the value, probability), one at least.
    points: Vec<(f64, f64)>,
}

impl ListingProbability {
    /// Through the points (value, probability).
    ///
    /// # Errors
    ///
    /// [`RandomExitError`] for no point, values that do not increase, or probabilities outside \[0, 1\].
    pub fn through(points: &[(f64, f64)]) -> Result<Self, RandomExitError> {
        let mut logs: Vec<(f64, f64)> = Vec::with_capacity(points.len());
        for (place, &(value, probability)) in (1..).zip(points) {
            let log = ln(positive("the exit value", value)?);
            if logs.last().is_some_and(|(before, _)| !(log > *before)) {
                return Err(RandomExitError::Order { place, value });
            }
            logs.push((log, share("the probability of a listing", probability)?));
        }
        if logs.is_empty() {
            return Err(RandomExitError::Order { place: 1, value: f64::NAN });
        }
        Ok(Self { points: logs })
    }

    /// Straight lines a + b · log between logarithms, from minus to plus infinity.
    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::with_capacity(self.points.len() + 1);
        let mut before = (f64::NEG_INFINITY, self.points[0].1);
        for &(log, p) in &self.points {
            let slope = if before.0.is_finite() { (p - before.1) / (log - before.0) } else { 0.0 };
            lines.push(Line { from: before.0, to: log, at_zero: p - slope * log, slope });
            before = (log, p);
        }
        lines.push(Line { from: before.0, to: f64::INFINITY, at_zero: before.1, slope: 0.0 });
        lines
    }
}

/// A weight that is straight in the logarithm over a range.
#[derive(Clone, Copy, Debug)]
struct Line {
    from: f64,
    to: f64,
    at_zero: f64,
    slope: f64,
}

/// The weight 1 everywhere.
const EVERYWHERE: Line = Line { from: f64::NEG_INFINITY, to: f64::INFINITY, at_zero: 1.0, slope: 0.0 };

impl RandomExit {
    fn check(&self) -> Result<(), RangeError> {
        positive("the value", self.value)?;
        finite("the drift", self.drift)?;
        positive("the volatility", self.volatility)?;
        positive("the exit rate", self.exit_rate)?;
        super::not_negative("the rate", self.rate)?;
        Ok(())
    }

    /// Drift of the logarithm.
    fn log_drift(&self) -> f64 {
        self.drift - 0.5 * self.volatility * self.volatility
    }

    /// c of the density (λ/c) exp((μ y − c |y|)/σ²), the root of μ² + 2 (λ + discount) σ².
    fn root(&self, discount: f64) -> f64 {
        let mu = self.log_drift();
        (mu * mu + 2.0 * (self.exit_rate + discount) * self.volatility * self.volatility).sqrt()
    }

    /// Index of the power law in which the exit value ends: P(X > x) falls like x to minus this. The mean exists
    /// if it is above 1 (exit rate above drift), the variance above 2 (exit rate above 2 drift + σ²).
    ///
    /// # Errors
    ///
    /// [`RangeError`] for an input out of range.
    ///
    /// ```
    /// use cabrio::pricing::random_exit::RandomExit;
    /// let company = RandomExit { value: 771.2, rate: 0.025, drift: 0.025, volatility: 0.9, exit_rate: 0.25 };
    /// assert!(company.tail_index()? < 2.0); // no standard error of a simulated mean means anything
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn tail_index(&self) -> Result<f64, RangeError> {
        self.check()?;
        Ok((self.root(0.0) - self.log_drift()) / (self.volatility * self.volatility))
    }

    /// P(exit value > `threshold`), without discounting; `threshold` above 0.
    ///
    /// # Errors
    ///
    /// [`RangeError`] for an input out of range.
    pub fn probability_above(&self, threshold: f64) -> Result<f64, RangeError> {
        self.check()?;
        let ratio = positive("the threshold", threshold)? / self.value;
        let (mu, c) = (self.log_drift(), self.root(0.0));
        let variance = self.volatility * self.volatility;
        let (up, down) = ((c - mu) / variance, (c + mu) / variance);
        let mass = self.exit_rate / c;
        Ok(if ratio >= 1.0 { mass / up * pow(ratio, -up) } else { 1.0 - mass / down * pow(ratio, down) })
    }

    /// Price of a call on the exit value, exercised at exit: (λ/c) K (V/K)ᵇ / (b (b − 1)) for K ≥ V, with
    /// b = (c − μ)/σ²; below by the parity with the put.
    ///
    /// # Errors
    ///
    /// [`RandomExitError`], as for [`RandomExit::price`].
    pub fn call(&self, strike: f64) -> Result<f64, RandomExitError> {
        self.check_mean()?;
        let strike = positive("the strike", strike)?;
        let (mu, c) = (self.log_drift(), self.root(self.rate));
        let variance = self.volatility * self.volatility;
        let mass = self.exit_rate / c * strike;
        let ratio = strike / self.value;
        if ratio >= 1.0 {
            let b = (c - mu) / variance;
            return Ok(mass * pow(ratio, -b) / (b * (b - 1.0)));
        }
        let b = (c + mu) / variance;
        let put = mass * pow(ratio, b) / (b * (b + 1.0));
        let (owned, owed) = self.discounted_means();
        Ok(put + owned - strike * owed)
    }

    /// Prices of the exit value itself and of one unit of money at exit.
    fn discounted_means(&self) -> (f64, f64) {
        let rate = self.exit_rate;
        (self.value * rate / (rate + self.rate - self.drift), rate / (rate + self.rate))
    }

    fn check_mean(&self) -> Result<(), RandomExitError> {
        self.check()?;
        let limit = self.exit_rate + self.rate;
        if self.drift < limit {
            Ok(())
        } else {
            Err(RandomExitError::InfiniteMean { drift: self.drift, limit })
        }
    }

    /// Price of `payoff`, paid at exit.
    ///
    /// # Errors
    ///
    /// [`RandomExitError`] for an input out of range, or if the price of the exit value itself is infinite.
    pub fn price(&self, payoff: &PiecewiseLinear) -> Result<f64, RandomExitError> {
        self.check_mean()?;
        Ok(payoff.pieces().map(|piece| self.piece_price(&piece, &EVERYWHERE)).sum())
    }

    /// Price of a claim that pays `at_listing` if the exit is a listing and `at_sale` otherwise.
    ///
    /// # Errors
    ///
    /// As for [`RandomExit::price`].
    pub fn price_by_kind(
        &self,
        listing: &ListingProbability,
        at_listing: &PiecewiseLinear,
        at_sale: &PiecewiseLinear,
    ) -> Result<f64, RandomExitError> {
        self.check_mean()?;
        let mut sum = 0.0;
        for line in listing.lines() {
            let sale = Line { at_zero: 1.0 - line.at_zero, slope: -line.slope, ..line };
            sum += at_listing.pieces().map(|piece| self.piece_price(&piece, &line)).sum::<f64>();
            sum += at_sale.pieces().map(|piece| self.piece_price(&piece, &sale)).sum::<f64>();
        }
        Ok(sum)
    }

    /// Price of one straight piece of a payoff where one line of weights holds.
    fn piece_price(&self, piece: &Piece, line: &Line) -> f64 {
        let base = ln(self.value);
        let from = ln(piece.from).max(line.from) - base;
        let to = ln(piece.to).min(line.to) - base;
        if !(from < to) {
            return 0.0;
        }
        let (mu, c) = (self.log_drift(), self.root(self.rate));
        let variance = self.volatility * self.volatility;
        // Over y = ln(X/V): (p + q y)(constant + slope V e^y) (λ/c) e^{k y}, on either side of y = 0.
        let (p, q) = (line.at_zero + line.slope * base, line.slope);
        let constant = piece.start - piece.slope * piece.from;
        let side = |from: f64, to: f64, k: f64| {
            if from < to {
                constant * weighted(from, to, k, p, q)
                    + piece.slope * self.value * weighted(from, to, k + 1.0, p, q)
            } else {
                0.0
            }
        };
        let below = side(from, to.min(0.0), (mu + c) / variance);
        let above = side(from.max(0.0), to, (mu - c) / variance);
        self.exit_rate / c * (below + above)
    }
}

/// ∫ (p + q y) e^{k y} dy over \[`from`, `to`\]; an end may be infinite where e^{k y} vanishes.
fn weighted(from: f64, to: f64, k: f64, p: f64, q: f64) -> f64 {
    let primitive = |y: f64| if y.is_finite() { exp(k * y) * (p + q * (y - 1.0 / k)) / k } else { 0.0 };
    primitive(to) - primitive(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::backsolve::backsolve;

    fn company(value: f64) -> RandomExit {
        RandomExit { value, rate: 0.025, drift: 0.025, volatility: 0.9, exit_rate: 0.25 }
    }

    #[test]
    fn random_expiry_call_and_tail() {
        // Case `random-expiry-call-1000`: two independent computations; tolerance 1e-5. Tail index 1.384 and
        // exponent 1.417: the reference notes, section 3.
        let exit = company(771.236_283_7);
        assert!((exit.call(1000.0).unwrap() - 380.790_119_491).abs() < 1e-5);
        assert!((exit.probability_above(1000.0).unwrap() - 0.170_072_755_42).abs() < 1e-5);
        assert!((exit.tail_index().unwrap() - 1.384).abs() < 5e-4);
        let calm = RandomExit { exit_rate: 0.87, ..exit };
        // Hand-worked: the variance is finite iff the exit rate exceeds 2 · 0.025 + 0.81 = 0.86.
        assert!(calm.tail_index().unwrap() > 2.0);
        assert!(RandomExit { exit_rate: 0.85, ..exit }.tail_index().unwrap() < 2.0);
    }

    #[test]
    fn pieces_and_closed_form_agree() {
        let exit = RandomExit { rate: 0.04, drift: 0.03, ..company(500.0) };
        for strike in [1.0, 300.0, 500.0, 800.0, 1e5] {
            let call = PiecewiseLinear::from_shares(&[(0.0, 0.0), (strike, 1.0)]).unwrap();
            let difference = exit.price(&call).unwrap() - exit.call(strike).unwrap();
            assert!(difference.abs() < 1e-11 * 500.0, "{strike}: {difference}");
        }
        // Hand-worked: the value itself is worth V λ/(λ + r − drift), a unit of money λ/(λ + r).
        let all = PiecewiseLinear::through(&[(0.0, 7.0)], 1.0).unwrap();
        let expected = 500.0 * 0.25 / 0.26 + 7.0 * 0.25 / 0.29;
        assert!((exit.price(&all).unwrap() - expected).abs() < 1e-11 * 500.0);
        // A weight split into listing and sale changes nothing if both pay the same.
        let listing = ListingProbability::through(&[(32.0, 0.0), (1e3, 0.65), (1e5, 0.85)]).unwrap();
        let split = exit.price_by_kind(&listing, &all, &all).unwrap();
        assert!((split - expected).abs() < 1e-11 * 500.0);
    }

    #[test]
    fn nonsense_is_refused() {
        let all = PiecewiseLinear::from_shares(&[(0.0, 1.0)]).unwrap();
        let wild = RandomExit { drift: 0.3, ..company(1.0) };
        assert!(matches!(wild.price(&all), Err(RandomExitError::InfiniteMean { .. })));
        assert!(matches!(company(0.0).price(&all), Err(RandomExitError::Range(_))));
        assert!(company(f64::NAN).tail_index().is_err() && company(1.0).call(0.0).is_err());
        assert!(ListingProbability::through(&[]).is_err());
        assert!(ListingProbability::through(&[(2.0, 0.5), (1.0, 0.6)]).is_err());
        assert!(ListingProbability::through(&[(1.0, 0.5), (2.0, 1.6)]).is_err());
    }

    /// One row of the table: multiple of Series B, who is paid first, common shares issued, expected (fair value,
    /// Series A, common).
    type Row = (f64, [u8; 2], f64, [f64; 3]);

    /// Series A: 50 for 100 shares; Series B: 100 for 100 shares, `multiple` of it back first. Points of the
    /// sale's payoffs (value, A, B, common), worked by hand: preferences, then common, then A converts when a share
    /// is worth 0.5, then B when it is worth `multiple`.
    fn at_sale(multiple: f64, rank: [u8; 2], common: f64) -> [PiecewiseLinear; 3] {
        let (a, b) = (50.0, 100.0 * multiple);
        let a_joins = b + 0.5 * (common + 100.0);
        let b_joins = multiple * (common + 200.0);
        let left = a_joins - b - a;
        let kink = match rank {
            [1, 1] => None,
            [1, 2] => Some((a, a, 0.0, 0.0)),
            _ => Some((b, 0.0, b, 0.0)),
        };
        let per_share = (b_joins - b) / (common + 100.0);
        let points: Vec<_> = [(0.0, 0.0, 0.0, 0.0)]
            .into_iter()
            .chain(kink)
            .chain([
                (a + b, a, b, 0.0),
                (a_joins, a, b, left),
                (b_joins, 100.0 * per_share, b, common * per_share),
            ])
            .collect();
        let shares = common + 200.0;
        let pick = |one: fn(&(f64, f64, f64, f64)) -> f64, last| {
            let points: Vec<_> = points.iter().map(|point| (point.0, one(point))).collect();
            PiecewiseLinear::through(&points, last / shares).unwrap()
        };
        [pick(|p| p.1, 100.0), pick(|p| p.2, 100.0), pick(|p| p.3, common)]
    }

    #[test]
    fn rows_of_the_paper_s_table() {
        // Cases `gs2020-*`: Gornall and Strebulaev (2020), table 1, recomputed by the authors' program and by
        // an independent one; tolerance 0.02 (0.05 for single classes).
        let rows: [Row; 8] = [
            (1.0, [1, 1], 750.0, [771.236_283_681, 86.428_655_692_7, 584.807_627_98]),
            (1.25, [1, 1], 750.0, [704.318_652_09, 78.724_422_655_8, 525.594_229_427]),
            (1.5, [1, 1], 750.0, [637.340_221_892, 71.079_457_773_5, 466.260_764_112]),
            (2.0, [1, 1], 750.0, [515.060_751_714, 57.279_868_871_6, 357.780_882_837]),
            (1.0, [1, 1], 700.0, [732.262_979_493, 86.430_857_250_4, 545.832_122_235]),
            (1.0, [1, 1], 800.0, [810.296_404_344, 86.434_651_54, 623.861_752_795]),
            (1.0, [2, 1], 750.0, [736.771_437_384, 79.683_880_779_6, 557.087_556_597]),
            (1.0, [1, 2], 750.0, [811.150_510_895, 94.272_087_888_6, 616.878_422_998]),
        ];
        let listing = ListingProbability::through(&[(32.0, 0.0), (1e3, 0.65), (1e5, 0.85)]).unwrap();
        for (multiple, rank, common, expected) in rows {
            let sale = at_sale(multiple, rank, common);
            let listed = [100.0, 100.0, common]
                .map(|held| PiecewiseLinear::from_shares(&[(0.0, held / (common + 200.0))]).unwrap());
            let price = |class: usize, value: f64| {
                company(value).price_by_kind(&listing, &listed[class], &sale[class])
            };
            let value = backsolve(|value| price(1, value).unwrap(), 100.0).unwrap();
            let found = [value, price(0, value).unwrap(), price(2, value).unwrap()];
            for ((got, expected), tolerance) in found.iter().zip(expected).zip([0.02, 0.05, 0.05]) {
                assert!((got - expected).abs() < tolerance, "{multiple} {rank:?} {common}: {found:?}");
            }
        }
    }
}
