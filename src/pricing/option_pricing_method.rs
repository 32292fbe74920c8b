//! The option pricing method: an equity value shared out to classes as calls on it.
//!
//! Between two breakpoints of the waterfall each class takes a fixed share of every further unit of equity; such
//! a tranche is worth a call at its lower breakpoint less a call at its upper one. Source: AICPA (2013),
//! "Valuation of privately-held-company equity securities issued as compensation", chapter 6. Where a payoff jumps,
//! as where SAFEs change their minds, the jump is a digital option: so much money if the equity ends above it.

use thiserror::Error;

use super::RangeError;
use super::black_scholes::{Lognormal, Market};
use super::payoff::PiecewiseLinear;

/// What one class is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassValue {
    /// Price of the class's payoff.
    pub value: f64,
    /// Change of that price for one more unit of equity value today.
    pub delta: f64,
}

/// Why there is no allocation.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum OptionPricingError {
    /// An input out of range.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// The classes together do not take exactly all of the equity.
    #[error("at an equity value of {equity} the classes together get {total}")]
    NotShared {
        /// Equity value at which it shows.
        equity: f64,
        /// Sum of the payoffs there.
        total: f64,
    },
}

/// Price of one `payoff` on the value of `law`, as a portfolio of calls and digital options, and its delta per unit
/// of `spot`.
#[must_use]
pub fn price(law: &Lognormal, spot: f64, payoff: &PiecewiseLinear) -> ClassValue {
    let start = payoff.at(0.0) * law.discount();
    payoff.pieces().fold(ClassValue { value: start, delta: 0.0 }, |sum, piece| {
        let stock = law.value_above(piece.from) - law.value_above(piece.to);
        let (step, step_slope) = if piece.jump == 0.0 {
            (0.0, 0.0)
        } else {
            (piece.jump * law.money_above(piece.from), piece.jump * law.money_above_slope(piece.from))
        };
        ClassValue {
            value: sum.value + step + piece.slope * spread(law, piece.from, piece.to),
            delta: sum.delta + (step_slope + piece.slope * stock) / spot,
        }
    })
}

/// A call at `from` less a call at `to`; deep in the money by puts, where the calls would cancel each other's digits.
fn spread(law: &Lognormal, from: f64, to: f64) -> f64 {
    if law.forward() > to {
        law.discount() * (to - from) - (law.put(to) - law.put(from))
    } else {
        law.call(from) - law.call(to)
    }
}

/// Shares out the equity `market.spot` to classes with the payoffs given.
///
/// # Errors
///
/// [`OptionPricingError::Range`], or [`OptionPricingError::NotShared`] if the payoffs do not add up to the equity at
/// every breakpoint and beyond (to 10⁻⁹ of it).
///
/// ```
/// use cabrio::pricing::{black_scholes::Market, option_pricing_method::allocate, payoff::PiecewiseLinear};
/// let preferred = PiecewiseLinear::from_shares(&[(0.0, 1.0), (5e6, 0.0), (25e6, 0.2)])?;
/// let common = PiecewiseLinear::from_shares(&[(0.0, 0.0), (5e6, 1.0), (25e6, 0.8)])?;
/// let market = Market { spot: 20e6, rate: 0.04, dividend_yield: 0.0, volatility: 0.6, years: 3.0 };
/// let classes = allocate(&market, &[preferred, common])?;
/// assert!((classes[0].value - 5_605_633.58).abs() < 0.01);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn allocate(market: &Market, payoffs: &[PiecewiseLinear]) -> Result<Vec<ClassValue>, OptionPricingError> {
    let law = market.at_date()?;
    let total = |equity: f64| payoffs.iter().map(|payoff| payoff.at(equity)).sum::<f64>();
    let breakpoints: Vec<f64> =
        payoffs.iter().flat_map(PiecewiseLinear::pieces).map(|piece| piece.from).collect();
    let beyond = 2.0 * breakpoints.iter().copied().fold(1.0, f64::max);
    for equity in breakpoints.into_iter().chain([beyond]) {
        let total = total(equity);
        if !((total - equity).abs() <= 1e-9 * equity) {
            return Err(OptionPricingError::NotShared { equity, total });
        }
    }
    Ok(payoffs.iter().map(|payoff| price(&law, market.spot, payoff)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::backsolve::backsolve;

    fn market(spot: f64, volatility: f64, years: f64) -> Market {
        Market { spot, rate: 0.04, dividend_yield: 0.0, volatility, years }
    }

    /// 8,000,000 common; Series A 2,000,000 shares at $2.50: preference 5m, converts from 25m on.
    fn non_participating() -> [PiecewiseLinear; 2] {
        [[(0.0, 1.0), (5e6, 0.0), (25e6, 0.2)], [(0.0, 0.0), (5e6, 1.0), (25e6, 0.8)]]
            .map(|tranches| PiecewiseLinear::from_shares(&tranches).unwrap())
    }

    /// The same, participating up to twice its price: cap at 30m, conversion at 50m.
    fn capped() -> [PiecewiseLinear; 2] {
        [
            [(0.0, 1.0), (5e6, 0.2), (30e6, 0.0), (50e6, 0.2)],
            [(0.0, 0.0), (5e6, 0.8), (30e6, 1.0), (50e6, 0.8)],
        ]
        .map(|tranches| PiecewiseLinear::from_shares(&tranches).unwrap())
    }

    /// The same, participating without a cap.
    fn full() -> [PiecewiseLinear; 2] {
        [[(0.0, 1.0), (5e6, 0.2)], [(0.0, 0.0), (5e6, 0.8)]]
            .map(|tranches| PiecewiseLinear::from_shares(&tranches).unwrap())
    }

    #[test]
    fn allocations() {
        // Cases `opm-allocate-np1x` and `-full`, and the figure for the 2x cap of the reference notes (two
        // independent codes); tolerance 0.02 dollars.
        let market = market(20e6, 0.6, 3.0);
        let cases =
            [(non_participating(), 5_605_633.582_68), (capped(), 6_793_422.68), (full(), 7_314_044.536_52)];
        for (payoffs, series_a) in cases {
            let classes = allocate(&market, &payoffs).unwrap();
            assert!((classes[0].value - series_a).abs() < 0.02, "{classes:?}");
            assert!((classes[0].value + classes[1].value - 20e6).abs() < 1e-7);
            assert!((classes[0].delta + classes[1].delta - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn delta_is_the_slope() {
        let at = |spot| allocate(&market(spot, 0.6, 3.0), &capped()).unwrap()[0];
        let slope = (at(20e6 + 1e3).value - at(20e6 - 1e3).value) / 2e3;
        // The central difference is off by a sixth of the third derivative times 10⁶, here below 1e-9.
        assert!((slope - at(20e6).delta).abs() < 1e-8);
    }

    /// What the first class is worth at an equity value.
    fn worth(payoffs: &[PiecewiseLinear], equity: f64, volatility: f64, years: f64) -> f64 {
        allocate(&market(equity, volatility, years), payoffs).unwrap()[0].value
    }

    #[test]
    fn backsolves() {
        // Cases `opm-backsolve-*` and their source's figures for 60 %, 3 years; tolerances as there.
        let cases = [
            (non_participating(), 0.6, 3.0, 16_120_936.94, 0.05),
            (capped(), 0.6, 3.0, 11_010_530.233_2, 0.05),
            (non_participating(), 0.45, 3.0, 16_506_179.179, 1.0),
            (non_participating(), 0.75, 2.0, 15_512_505.744_4, 1.0),
        ];
        for (payoffs, volatility, years, expected, tolerance) in cases {
            let equity = backsolve(|equity| worth(&payoffs, equity, volatility, years), 5e6).unwrap();
            assert!((equity - expected).abs() < tolerance, "{equity} against {expected}");
        }
        let equity = backsolve(|equity| worth(&capped(), equity, 0.6, 3.0), 5e6).unwrap();
        let common = allocate(&market(equity, 0.6, 3.0), &capped()).unwrap()[1].value / 8e6;
        assert!((common - 0.751_316_279_15).abs() < 1e-7);
    }

    #[test]
    fn a_jump_is_a_digital_option() {
        // Case `digital-gap` prices a digital on its own; here a class that gets nothing below 10m and a tenth from
        // there on is a tenth of the asset-or-nothing claim.
        let above = PiecewiseLinear::from_pieces(&[(0.0, 0.0, 0.0), (10e6, 1e6, 0.1)]).unwrap();
        let rest = PiecewiseLinear::from_pieces(&[(0.0, 0.0, 1.0), (10e6, 9e6, 0.9)]).unwrap();
        let classes = allocate(&market(12e6, 0.6, 3.0), &[above.clone(), rest.clone()]).unwrap();
        let expected = 0.1 * market(12e6, 0.6, 3.0).at_date().unwrap().value_above(10e6);
        assert!((classes[0].value - expected).abs() < 1e-12 * 12e6, "{classes:?}");
        assert!((classes[0].delta + classes[1].delta - 1.0).abs() < 1e-12);
        let at = |spot| allocate(&market(spot, 0.6, 3.0), &[above.clone(), rest.clone()]).unwrap()[0].value;
        let slope = (at(12e6 + 1e3) - at(12e6 - 1e3)) / 2e3;
        // As above: a sixth of the third derivative times 10⁶, below 1e-8 here.
        assert!((slope - classes[0].delta).abs() < 1e-7);
    }

    #[test]
    fn classes_that_do_not_share_all_are_refused() {
        let one = [non_participating()[0].clone()];
        assert!(matches!(allocate(&market(1.0, 0.6, 3.0), &one), Err(OptionPricingError::NotShared { .. })));
    }
}
