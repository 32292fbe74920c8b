//! The option pricing method: an equity value shared out to classes as calls on it.
//!
//! Between two breakpoints of the waterfall each class takes a fixed share of every further unit of equity; such
//! a tranche is worth a call at its lower breakpoint less a call at its upper one. Source: AICPA (2013),
//! "Valuation of privately-held-company equity securities issued as compensation", chapter 6. The method cannot
//! hold payoffs that jump (class votes, ratchets on a condition): [`PiecewiseLinear`] refuses them.

use thiserror::Error;

use super::black_scholes::{Lognormal, Market};
use super::payoff::PiecewiseLinear;
use super::root::{RootError, find_only_root};
use super::{RangeError, positive};
use crate::random::math::{exp, ln};

/// What one class is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassValue {
    /// Price of the class's payoff.
    pub value: f64,
    /// Change of that price for one more unit of equity value today.
    pub delta: f64,
}

/// Why there is no allocation or no equity value.
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
    /// No equity value is high enough: the class's payoff is capped below the price.
    #[error("the class is worth at most {highest}, which does not reach the price {price}")]
    OutOfReach {
        /// Price asked for.
        price: f64,
        /// What the class is worth at the highest equity value tried.
        highest: f64,
    },
    /// The price says next to nothing about the equity value.
    #[error(
        "the price does not identify the equity value: at {equity}, 1% more equity moves it by {response}%"
    )]
    NotIdentified {
        /// An equity value that fits the price.
        equity: f64,
        /// Elasticity of the price to it.
        response: f64,
    },
    /// The search failed.
    #[error(transparent)]
    Search(#[from] RootError),
}

/// Price of one `payoff` on the value of `law`, as a portfolio of calls, and its delta per unit of `spot`.
fn price(law: &Lognormal, spot: f64, payoff: &PiecewiseLinear) -> ClassValue {
    let start = payoff.at(0.0) * law.discount();
    payoff.pieces().fold(ClassValue { value: start, delta: 0.0 }, |sum, piece| {
        let stock = law.value_above(piece.from) - law.value_above(piece.to);
        ClassValue {
            value: sum.value + piece.slope * spread(law, piece.from, piece.to),
            delta: sum.delta + piece.slope * stock / spot,
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

/// The least response of a price to the equity value, in per cent for one per cent, for the price to say anything
/// about it: below, an error of 1 % in the price moves the equity value tenfold.
pub const LEAST_RESPONSE: f64 = 0.001;

/// The equity value at which a class with this `payoff` is worth `price_of_class` (for the whole class);
/// `market.spot` is ignored. Use the cap table *after* the round whose price is matched.
///
/// # Errors
///
/// [`OptionPricingError`] for inputs out of range, a price out of reach, a payoff that is not monotone, and a
/// price that does not identify the equity value ([`LEAST_RESPONSE`]).
pub fn backsolve(
    market: &Market,
    payoff: &PiecewiseLinear,
    price_of_class: f64,
) -> Result<f64, OptionPricingError> {
    /// How far above the least possible equity value to look, in steps of a factor 2.
    const DOUBLINGS: i32 = 60;
    let target = positive("the price of the class", price_of_class)?;
    let steepest = positive("the steepest slope of the payoff", payoff.steepest())?;
    let unit = Market { spot: 1.0, ..*market }.at_date()?;
    let law = |equity: f64| {
        Lognormal::new(equity * unit.forward(), unit.discount(), market.volatility * market.years.sqrt())
    };
    // A payoff of at most start + steepest · value is worth less than the target below this equity value.
    let room = target - payoff.at(0.0) * unit.discount();
    let lowest = 0.5 * positive("the price above what the class gets for nothing", room)?
        / (steepest * unit.forward() * unit.discount());
    let worth = |equity: f64| law(equity).map_or(f64::NAN, |law| price(&law, equity, payoff).value);
    let mut highest = lowest;
    let reached = (0..DOUBLINGS).any(|_| {
        highest *= 2.0;
        worth(highest) > target * (1.0 + LEAST_RESPONSE)
    });
    if !reached {
        return Err(OptionPricingError::OutOfReach { price: target, highest: worth(highest) });
    }
    let log = find_only_root(|log| worth(exp(log)) - target, ln(lowest), ln(2.0 * highest), 1e-14, 256)?;
    let equity = exp(log);
    let found = price(&law(equity)?, equity, payoff);
    let response = found.delta * equity / found.value;
    if !(response >= LEAST_RESPONSE) {
        return Err(OptionPricingError::NotIdentified { equity, response });
    }
    Ok(equity)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let equity = backsolve(&market(1.0, volatility, years), &payoffs[0], 5e6).unwrap();
            assert!((equity - expected).abs() < tolerance, "{equity} against {expected}");
        }
        let equity = backsolve(&market(1.0, 0.6, 3.0), &capped()[0], 5e6).unwrap();
        let common = allocate(&market(equity, 0.6, 3.0), &capped()).unwrap()[1].value / 8e6;
        assert!((common - 0.751_316_279_15).abs() < 1e-7);
    }

    #[test]
    fn what_cannot_be_solved_is_refused() {
        // Without a rate, 3 % volatility leaves the preferred worth its preference anywhere between 6m and 22m.
        let quiet = Market { rate: 0.0, ..market(1.0, 0.03, 1.0) };
        let flat = backsolve(&quiet, &non_participating()[0], 5e6);
        assert!(
            matches!(
                flat,
                Err(OptionPricingError::Search(RootError::Flat { .. })
                    | OptionPricingError::NotIdentified { .. })
            ),
            "{flat:?}"
        );
        let debt = PiecewiseLinear::from_shares(&[(0.0, 1.0), (5e6, 0.0)]).unwrap();
        assert!(matches!(backsolve(&quiet, &debt, 6e6), Err(OptionPricingError::OutOfReach { .. })));
        let hump = PiecewiseLinear::through(&[(0.0, 0.0), (5e6, 6e6), (20e6, 1e6)], 0.5).unwrap();
        let turned = backsolve(&quiet, &hump, 3e6);
        assert!(
            matches!(turned, Err(OptionPricingError::Search(RootError::NotMonotone { .. }))),
            "{turned:?}"
        );
        assert!(matches!(backsolve(&quiet, &debt, -1.0), Err(OptionPricingError::Range(_))));
        let one = [non_participating()[0].clone()];
        assert!(matches!(allocate(&quiet, &one), Err(OptionPricingError::NotShared { .. })));
    }
}
