//! European claims on one value that is lognormal at a date.
//!
//! Source: Black and Scholes (1973), Merton (1973), in the form of Black (1976): a forward, a discount factor and
//! the deviation σ√T of the logarithm. Limits without randomness (σ = 0 or T = 0) are exact.

use thiserror::Error;

use super::root::{RootError, find_root};
use super::{RangeError, finite, not_negative, positive};
use crate::random::math::{exp, ln, normal_cdf, normal_quantile};

/// A value that follows a geometric Brownian motion with risk-neutral drift `rate` − `dividend_yield`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Market {
    /// The value today, above 0.
    pub spot: f64,
    /// Riskless rate, continuous, per year.
    pub rate: f64,
    /// What the value pays out to its owner, continuous, per year.
    pub dividend_yield: f64,
    /// Per square root of a year, 0 or more.
    pub volatility: f64,
    /// Time to the date that matters, 0 or more.
    pub years: f64,
}

impl Market {
    /// The law of the value at the date.
    ///
    /// # Errors
    ///
    /// [`RangeError`] for an input out of range.
    pub fn at_date(&self) -> Result<Lognormal, RangeError> {
        positive("the spot value", self.spot)?;
        finite("the rate", self.rate)?;
        finite("the dividend yield", self.dividend_yield)?;
        not_negative("the volatility", self.volatility)?;
        not_negative("the time", self.years)?;
        Lognormal::new(
            self.spot * exp((self.rate - self.dividend_yield) * self.years),
            exp(-self.rate * self.years),
            self.volatility * self.years.sqrt(),
        )
    }
}

/// A lognormal value at a date, with the price today of one unit of money then.
///
/// Strikes may be any number from 0 up; below 0 and for NaN the answers are NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lognormal {
    forward: f64,
    discount: f64,
    deviation: f64,
}

impl Lognormal {
    /// The law with mean `forward` (above 0), `discount` factor (above 0) and `deviation` of the logarithm (0 or
    /// more).
    ///
    /// # Errors
    ///
    /// [`RangeError`] for an input out of range, which includes forwards that overflow.
    pub fn new(forward: f64, discount: f64, deviation: f64) -> Result<Self, RangeError> {
        positive("the forward value", forward)?;
        positive("the discount factor", discount)?;
        not_negative("the deviation of the logarithm", deviation)?;
        Ok(Self { forward, discount, deviation })
    }

    /// Mean of the value at the date.
    #[must_use]
    pub fn forward(&self) -> f64 {
        self.forward
    }

    /// Price today of one unit of money at the date.
    #[must_use]
    pub fn discount(&self) -> f64 {
        self.discount
    }

    /// The value at the date that is undercut with `probability` (0 to 1; NaN outside).
    #[must_use]
    pub fn quantile(&self, probability: f64) -> f64 {
        let z = if self.deviation > 0.0 { self.deviation * normal_quantile(probability) } else { 0.0 };
        self.forward * exp(z - 0.5 * self.deviation * self.deviation)
    }

    /// d₁ and d₂ of the formula; without randomness both are infinite with the sign of the money, 0 at it.
    fn moneyness(&self, strike: f64) -> (f64, f64) {
        let log = ln(self.forward / strike);
        if self.deviation > 0.0 {
            let d1 = log / self.deviation + 0.5 * self.deviation;
            (d1, d1 - self.deviation)
        } else if log == 0.0 {
            (0.0, 0.0)
        } else {
            (log * f64::INFINITY, log * f64::INFINITY)
        }
    }

    /// Price of the right to what the value exceeds `strike` by.
    #[must_use]
    pub fn call(&self, strike: f64) -> f64 {
        if strike == f64::INFINITY {
            return 0.0;
        }
        let (d1, d2) = self.moneyness(strike);
        self.discount * (self.forward * normal_cdf(d1) - strike * normal_cdf(d2))
    }

    /// Price of the right to what the value falls short of `strike` by.
    #[must_use]
    pub fn put(&self, strike: f64) -> f64 {
        let (d1, d2) = self.moneyness(strike);
        self.discount * (strike * normal_cdf(-d2) - self.forward * normal_cdf(-d1))
    }

    /// Probability, under the pricing measure, that the value ends above `strike` (one half where it is certain
    /// to end there exactly).
    #[must_use]
    pub fn probability_above(&self, strike: f64) -> f64 {
        normal_cdf(self.moneyness(strike).1)
    }

    /// Price of the value itself, paid only if it ends above `strike` (asset or nothing).
    #[must_use]
    pub fn value_above(&self, strike: f64) -> f64 {
        self.discount * self.forward * normal_cdf(self.moneyness(strike).0)
    }

    /// Price of one unit of money, paid only if the value ends above `strike` (cash or nothing).
    #[must_use]
    pub fn money_above(&self, strike: f64) -> f64 {
        self.discount * self.probability_above(strike)
    }

    /// Change of [`Lognormal::money_above`] for one more unit of the logarithm of the forward value; nought without
    /// randomness, but for the strike itself.
    #[must_use]
    pub fn money_above_slope(&self, strike: f64) -> f64 {
        let d2 = self.moneyness(strike).1;
        let density = exp(-0.5 * d2 * d2) / (2.0 * std::f64::consts::PI).sqrt();
        if self.deviation > 0.0 { self.discount * density / self.deviation } else { 0.0 }
    }

    /// Price of the duty to take the value for `strike`: what a forward contract is worth.
    #[must_use]
    pub fn forward_contract(&self, strike: f64) -> f64 {
        self.discount * (self.forward - strike)
    }
}

/// Call or put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// To buy.
    Call,
    /// To sell.
    Put,
}

/// Why a price has no implied volatility.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum ImpliedVolatilityError {
    /// An input out of range.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// The price allows arbitrage: it must lie between the two bounds.
    #[error(
        "the price {price} must lie above {lowest} (no volatility) and below {highest} (endless volatility)"
    )]
    Arbitrage {
        /// Price given.
        price: f64,
        /// Price without volatility.
        lowest: f64,
        /// Least upper bound of all prices.
        highest: f64,
    },
    /// The price stands off one of its bounds by no more than rounding, so a whole range of volatilities explains it.
    #[error("the price tells nothing of the volatility: it is within rounding of a bound ({margin} off)")]
    NotIdentified {
        /// Distance from the nearer bound.
        margin: f64,
    },
    /// The search failed.
    #[error(transparent)]
    Search(#[from] RootError),
}

/// The volatility at which the option costs `price`. `market.volatility` is ignored; `market.years` must be above 0.
///
/// # Errors
///
/// [`ImpliedVolatilityError`] where there is none or the price does not identify it.
///
/// ```
/// use cabrio::pricing::black_scholes::{Market, Right, implied_volatility};
/// let market = Market { spot: 100.0, rate: 0.05, dividend_yield: 0.0, volatility: 0.2, years: 1.0 };
/// let price = market.at_date()?.call(100.0);
/// assert!((implied_volatility(Right::Call, price, 100.0, &market)? - 0.2).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn implied_volatility(
    right: Right,
    price: f64,
    strike: f64,
    market: &Market,
) -> Result<f64, ImpliedVolatilityError> {
    /// Deviations beyond give the upper bound to the last digit for any strike in reach.
    const MOST: f64 = 100.0;
    /// Differences of prices below this many units in the last place are rounding.
    const ROUNDING: f64 = 16.0 * f64::EPSILON;
    positive("the strike", strike)?;
    positive("the time", market.years)?;
    let base = Market { volatility: 0.0, ..*market }.at_date()?;
    let at = |deviation: f64| {
        let law = Lognormal { deviation, ..base };
        if right == Right::Call { law.call(strike) } else { law.put(strike) }
    };
    let lowest = at(0.0);
    let bound = if right == Right::Call { base.forward } else { strike };
    let highest = base.discount * bound;
    if !(price > lowest && price < highest) {
        return Err(ImpliedVolatilityError::Arbitrage { price, lowest, highest });
    }
    let margin = (price - lowest).min(highest - price);
    if margin <= ROUNDING * base.discount * base.forward.max(strike) {
        return Err(ImpliedVolatilityError::NotIdentified { margin });
    }
    let deviation = find_root(|deviation| at(deviation) - price, 0.0, MOST, 1e-15)?;
    Ok(deviation / market.years.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn market(spot: f64, rate: f64, dividend_yield: f64, volatility: f64, years: f64) -> Market {
        Market { spot, rate, dividend_yield, volatility, years }
    }

    #[test]
    fn vanilla_prices() {
        // Cases `bs-vanilla-1`, `-3`, `-4` (QuantLib AnalyticEuropeanEngine agrees to 1e-14); tolerance 1e-9.
        let cases = [
            (market(100.0, 0.05, 0.0, 0.2, 1.0), 100.0, 10.450_583_572_2),
            (market(100.0, 0.03, 0.02, 0.35, 2.0), 120.0, 13.033_102_585_1),
            (market(4.1, 0.045, 0.0, 0.9, 3.0), 5.0, 2.256_599_188_54),
        ];
        for (market, strike, price) in cases {
            let law = market.at_date().unwrap();
            assert!((law.call(strike) - price).abs() < 1e-9);
            let parity = law.call(strike) - law.put(strike) - law.forward_contract(strike);
            assert!(parity.abs() < 1e-13 * market.spot);
        }
    }

    #[test]
    fn a_gap_option_is_made_of_the_two_digitals() {
        // Case `digital-gap` (Haug; QuantLib digitaloption.cpp): pays S − 95 if S > 80; tolerance 1e-9.
        let law = market(100.0, 0.06, 0.06, 0.35, 0.8).at_date().unwrap();
        let price = law.value_above(80.0) - 95.0 * law.money_above(80.0);
        assert!((price - 12.602_880_214_7).abs() < 1e-9, "{price}");
    }

    #[test]
    fn limits_without_randomness_and_at_extreme_strikes() {
        // Hand-worked.
        let still = market(100.0, 0.0, 0.0, 0.0, 1.0).at_date().unwrap();
        let answers = [still.call(90.0), still.put(90.0), still.call(100.0), still.probability_above(100.0)];
        assert_eq!(answers.map(f64::to_bits), [10.0, 0.0, 0.0, 0.5].map(f64::to_bits));
        let law = market(100.0, 0.0, 0.0, 0.3, 1.0).at_date().unwrap();
        let ends = [law.call(0.0), law.put(0.0), law.call(f64::INFINITY)];
        assert_eq!(ends.map(f64::to_bits), [100.0, 0.0, 0.0].map(f64::to_bits));
        assert!(law.call(-1.0).is_nan() && law.call(f64::NAN).is_nan());
        assert!((law.quantile(law.probability_above(80.0)) * 80.0 - law.quantile(0.5).powi(2)).abs() < 1e-10);
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in [
            market(0.0, 0.0, 0.0, 0.2, 1.0),
            market(1.0, f64::NAN, 0.0, 0.2, 1.0),
            market(1.0, 0.0, f64::INFINITY, 0.2, 1.0),
            market(1.0, 0.0, 0.0, -0.2, 1.0),
            market(1.0, 0.0, 0.0, 0.2, -1.0),
            market(1.0, 800.0, 0.0, 0.2, 1.0),
        ] {
            assert!(bad.at_date().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn implied_volatility_comes_back() {
        for volatility in [0.01, 0.2, 0.9, 3.0] {
            for strike in [60.0, 100.0, 170.0] {
                let market = market(100.0, 0.03, 0.01, volatility, 2.0);
                let law = market.at_date().unwrap();
                for (right, price) in [(Right::Call, law.call(strike)), (Right::Put, law.put(strike))] {
                    match implied_volatility(right, price, strike, &market) {
                        // The search ends within 4 units in the last place of the deviation (at most 4.3), each worth at
                        // most 40 in the price (100 times the normal density): 1.5e-13; the rest is rounding of prices.
                        Ok(found) => {
                            let other = Market { volatility: found, ..market }.at_date().unwrap();
                            let again =
                                if right == Right::Call { other.call(strike) } else { other.put(strike) };
                            assert!((again - price).abs() <= 1e-12, "{right:?} {volatility} {strike}");
                        }
                        Err(error) => {
                            assert!(volatility < 0.02 && !(99.0..=101.0).contains(&strike), "{error}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn impossible_prices_have_no_volatility() {
        let market = market(100.0, 0.05, 0.0, 0.2, 1.0);
        let at = |price| implied_volatility(Right::Call, price, 90.0, &market);
        assert!(matches!(at(101.0), Err(ImpliedVolatilityError::Arbitrage { .. })));
        assert!(matches!(at(100.0), Err(ImpliedVolatilityError::NotIdentified { .. })));
        assert!(matches!(at(14.0), Err(ImpliedVolatilityError::Arbitrage { .. })));
        assert!(matches!(at(f64::NAN), Err(ImpliedVolatilityError::Arbitrage { .. })));
        let lowest = 100.0 - 90.0 * exp(-0.05);
        assert!(matches!(at(lowest + 1e-13), Err(ImpliedVolatilityError::NotIdentified { .. })));
    }
}
