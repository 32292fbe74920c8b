//! What a fair value rests on: riskless rates, the credit model, and which measure a scenario stands under.

use super::{Failure, Number};
use crate::random::math;

/// Everything a fair value needs beside the deal. Rates are continuously compounded, in logarithms a year.
#[derive(Clone, Debug, PartialEq)]
pub struct FairValue {
    /// Riskless rates.
    pub risk_free: Curve,
    /// Rate at which the company's value is paid out to its shareholders, such as dividends.
    pub payout_yield: f64,
    /// Volatility of the company's value to be used instead of its process's own, such as an implied one.
    pub volatility: Option<Number>,
    /// Where the risk of not being paid comes from.
    pub credit: CreditModel,
}

/// The credit model. A spread alone fits four different prices, so that it must be named.
#[derive(Clone, Debug, PartialEq)]
pub enum CreditModel {
    /// The company fails at a hazard rate: its shares are then worth nothing and lenders recover a part of their claim
    /// (Ayache, Forsyth and Vetzal 2003, total default). Before that its value grows by the hazard on top.
    Hazard(Failure),
    /// The company never fails by itself; it defaults when its value is below what falls due (Merton 1974).
    Structural,
    /// It never fails either, but money paid on debt is discounted by this much more, and shares are not (Tsiveriotis
    /// and Fernandes 1998).
    CashSpread(f64),
    /// Like the one before, and what is given up for shares is valued like debt: a risky bond and a riskless option to
    /// exchange it, as desks quote implied volatilities of convertibles.
    BondAndOption(f64),
}

/// Discount factors by a piecewise constant forward rate.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Forward rates, each from a time on, with the logarithm of the growth until then; the first from nought.
    steps: Vec<Forward>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Forward {
    /// Years after the valuation date.
    from: f64,
    /// Logarithm a year.
    rate: f64,
    /// ∫ of the rates until `from`.
    before: f64,
}

/// Why a curve cannot be made of its points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CurveError {
    /// There is none.
    #[error("a curve needs at least one point")]
    Empty,
    /// Terms do not rise, or are not more than nought.
    #[error("the terms of a curve must rise, from more than nought on")]
    Order,
    /// A rate is not finite.
    #[error("a rate of a curve is not a finite number")]
    Rate,
}

impl Curve {
    /// The same rate for all terms, as a logarithm a year.
    #[must_use]
    pub fn flat(rate: f64) -> Self {
        Self { steps: vec![Forward { from: 0.0, rate, before: 0.0 }] }
    }

    /// A curve through zero rates (term in years, logarithm a year): forward rates are constant from one term to the
    /// next, which interpolates the logarithm of the discount factor linearly, and go on unchanged after the last
    /// (Hagan and West 2006, "Interpolation methods for curve construction", raw interpolation).
    ///
    /// # Errors
    /// If there is no point, terms do not rise or a rate is not finite.
    pub fn through(zero_rates: &[(f64, f64)]) -> Result<Self, CurveError> {
        let mut steps = Vec::with_capacity(zero_rates.len());
        let (mut from, mut before) = (0.0, 0.0);
        for &(term, zero) in zero_rates {
            if !(term > from) {
                return Err(CurveError::Order);
            }
            if !zero.is_finite() {
                return Err(CurveError::Rate);
            }
            let rate = (zero * term - before) / (term - from);
            steps.push(Forward { from, rate, before });
            (from, before) = (term, zero * term);
        }
        if steps.is_empty() { Err(CurveError::Empty) } else { Ok(Self { steps }) }
    }

    /// The one rate, if it is the same for all terms.
    #[must_use]
    pub fn flat_rate(&self) -> Option<f64> {
        let first = self.steps[0].rate;
        self.steps.iter().all(|step| step.rate.to_bits() == first.to_bits()).then_some(first)
    }

    /// The logarithm of what one unit grows to until `years` at the forward rates.
    #[must_use]
    pub fn log_growth(&self, years: f64) -> f64 {
        let step = self.steps.iter().rev().find(|step| step.from <= years).unwrap_or(&self.steps[0]);
        step.before + step.rate * (years - step.from)
    }

    /// What one unit paid at `years` is worth today.
    #[must_use]
    pub fn discount(&self, years: f64) -> f64 {
        math::exp(-self.log_growth(years))
    }
}

/// The probabilities a scenario's paths are drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// As they are expected: present values at the required return.
    RealWorld,
    /// As prices imply them: the discounted value of the company is a martingale.
    RiskNeutral,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_reproduces_its_zero_rates_and_goes_on_flat() {
        // Hand-worked: 3 % for one year and 4 % for three give a forward rate of (0.12 − 0.03) / 2 = 4.5 %.
        let curve = Curve::through(&[(1.0, 0.03), (3.0, 0.04)]).unwrap();
        for (years, growth) in [(0.0, 0.0), (0.5, 0.015), (1.0, 0.03), (2.0, 0.075), (3.0, 0.12), (5.0, 0.21)]
        {
            assert!((curve.log_growth(years) - growth).abs() < 4.0 * f64::EPSILON, "{years}");
        }
        assert_eq!(curve.flat_rate(), None);
        assert_eq!(Curve::flat(0.05).flat_rate(), Some(0.05));
        assert!((Curve::flat(0.05).discount(2.0) - 0.904_837_418_035_959_6).abs() < 1e-15); // e^-0.1
    }

    #[test]
    fn a_curve_without_order_is_refused() {
        assert_eq!(Curve::through(&[]), Err(CurveError::Empty));
        assert_eq!(Curve::through(&[(1.0, 0.03), (1.0, 0.04)]), Err(CurveError::Order));
        assert_eq!(Curve::through(&[(0.0, 0.03)]), Err(CurveError::Order));
        assert_eq!(Curve::through(&[(1.0, f64::NAN)]), Err(CurveError::Rate));
    }
}
