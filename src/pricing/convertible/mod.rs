//! A convertible bond on a listed or appraised share, under a named model of credit.
//!
//! A credit spread alone does not define a price: at S = 40, F = 100, σ = 90 %, r = 3 %, spread 8 % and five years
//! the models in use give anything from 78 to 83. So the model is part of the question ([`CreditModel`]), and
//! belongs beside every answer.
//!
//! All models are one system. The value has a part settled in shares and one settled in cash; before default
//! both follow the share, which drifts at μ, are discounted at their own rates a and b, and the cash part earns an
//! income on the way:
//!
//! | model | μ | a | b | income |
//! |---|---|---|---|---|
//! | none | r − q | r | r | 0 |
//! | Tsiveriotis–Fernandes, spread c | r − q | r | r + c | 0 |
//! | hazard h, recovery R of face F | r + h − q | r + h | r + h | h R F |
//! | the same, volatility meant to include the default | as above, with σ² − h for σ² | | | |
//! | blended, spread c, p the probability of conversion then and there | r − q | r + (1 − p) c | r + (1 − p) c | 0 |
//!
//! [`european`] is the closed form for conversion at maturity only, which all but the last have; [`on_grid`] solves the general
//! contract: conversion at any time, issuer's call, holder's puts, coupons.

mod closed_form;
mod grid;
#[cfg(test)]
mod tests;

pub use closed_form::european;
pub use grid::{Call, Conversion, Payment, Resolution, Terms, on_grid};

use thiserror::Error;

use super::black_scholes::Market;
use super::{RangeError, not_negative, positive, share};
use crate::random::math::exp;

/// What default means. Rates are continuous, per year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CreditModel {
    /// The issuer cannot default.
    None,
    /// What will be paid in cash is discounted at the riskless rate plus a spread, what will be paid in shares at the
    /// riskless rate: Tsiveriotis and Fernandes (1998), "Valuing convertible bonds with credit risk", Journal
    /// of Fixed Income 8(2). Says nothing of what happens at default; early conversion can pay without dividends.
    TsiveriotisFernandes {
        /// 0 or more.
        spread: f64,
    },
    /// At rate `intensity` the share jumps to 0 and the bond pays `recovery` of its face at once; before that the
    /// share drifts faster by the intensity. Ayache, Forsyth and Vetzal (2003), "Valuation of convertible bonds
    /// with credit risk", Journal of Derivatives 11(1), total default.
    Hazard {
        /// Defaults per year, 0 or more.
        intensity: f64,
        /// Share of the face, 0 to 1.
        recovery: f64,
    },
    /// The same, where the volatility given is that of the share *including* its jump to 0, so that it diffuses with
    /// √(σ² − intensity) only: Hull, "Options, futures and other derivatives", chapter on convertibles.
    TotalVolatilityHazard {
        /// Defaults per year, 0 or more and below σ².
        intensity: f64,
        /// Share of the face, 0 to 1.
        recovery: f64,
    },
    /// Everything is discounted at the riskless rate plus a part of a spread: the probability that the bond is not converted.
    /// Goldman Sachs (1994), "Valuing convertible bonds as derivatives", Quantitative Strategies Research Notes; `QuantLib`'s
    /// `BinomialConvertibleEngine`, though named after Tsiveriotis and Fernandes, does this. Says nothing of what happens at default.
    Blended {
        /// 0 or more.
        spread: f64,
    },
}

/// What is promised at maturity, which is the market's date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bond {
    /// Repaid at maturity if not converted, above 0.
    pub face: f64,
    /// Shares for one bond, above 0.
    pub conversion_ratio: f64,
}

/// A price and what it is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// Price of the bond today.
    pub price: f64,
    /// Part of the price that comes from payments in cash.
    pub cash_part: f64,
    /// What the same bond without conversion, call and put would cost.
    pub bond_floor: f64,
    /// `price` − `bond_floor`: conversion, less what a call takes, plus what a put gives.
    pub conversion_option: f64,
    /// What conversion today would give.
    pub parity: f64,
    /// P(conversion) under the pricing measure: how likely the price takes it to be, not how likely it is.
    pub probability_of_conversion: f64,
}

impl Value {
    fn new(price: f64, cash_part: f64, bond_floor: f64, parity: f64, probability_of_conversion: f64) -> Self {
        let conversion_option = price - bond_floor;
        Self { price, cash_part, bond_floor, conversion_option, parity, probability_of_conversion }
    }

    /// How much more than [`Value::parity`] the bond costs, as a share of it.
    #[must_use]
    pub fn conversion_premium(&self) -> f64 {
        self.price / self.parity - 1.0
    }
}

/// Why there is no price.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum ConvertibleError {
    /// An input out of range.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// The volatility that is to include the default is too small to.
    #[error(
        "a total volatility of {volatility} cannot include defaults at rate {intensity}: its square must be larger"
    )]
    VolatilityBelowDefault {
        /// Given.
        volatility: f64,
        /// Given.
        intensity: f64,
    },
    /// The model has prices on a grid only.
    #[error("a spread blended by the probability of conversion has no closed form: solve it on a grid")]
    NoClosedForm,
    /// A date of the contract lies outside its life.
    #[error("{what} at {years} years lies outside the bond's life of {life} years")]
    Date {
        /// Which date.
        what: &'static str,
        /// Given.
        years: f64,
        /// Maturity.
        life: f64,
    },
    /// The grid cannot follow a share that drifts far more than it moves.
    #[error("the grid is too coarse for this volatility: use at least {nodes} price steps")]
    TooCoarse {
        /// Price steps needed.
        nodes: f64,
    },
}

/// The rates of the table above.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Dynamics {
    volatility: f64,
    drift: f64,
    share_discount: f64,
    cash_discount: f64,
    income: f64,
    default_rate: f64,
    /// What the discount rates grow by where conversion is sure not to come.
    blended_spread: f64,
}

impl Dynamics {
    fn new(market: &Market, bond: &Bond, credit: &CreditModel) -> Result<Self, ConvertibleError> {
        market.at_date()?;
        positive("the face", bond.face)?;
        positive("the conversion ratio", bond.conversion_ratio)?;
        let rate = market.rate;
        let riskless = Self {
            volatility: market.volatility,
            drift: rate - market.dividend_yield,
            share_discount: rate,
            cash_discount: rate,
            income: 0.0,
            default_rate: 0.0,
            blended_spread: 0.0,
        };
        Ok(match *credit {
            CreditModel::None => riskless,
            CreditModel::TsiveriotisFernandes { spread } => {
                Self { cash_discount: rate + not_negative("the credit spread", spread)?, ..riskless }
            }
            CreditModel::Hazard { intensity, recovery } => {
                riskless.with_default(intensity, recovery, bond)?
            }
            CreditModel::Blended { spread } => {
                Self { blended_spread: not_negative("the credit spread", spread)?, ..riskless }
            }
            CreditModel::TotalVolatilityHazard { intensity, recovery } => {
                let left = market.volatility * market.volatility - not_negative("the intensity", intensity)?;
                if !(left > 0.0) {
                    let volatility = market.volatility;
                    return Err(ConvertibleError::VolatilityBelowDefault { volatility, intensity });
                }
                Self { volatility: left.sqrt(), ..riskless }.with_default(intensity, recovery, bond)?
            }
        })
    }

    fn with_default(self, intensity: f64, recovery: f64, bond: &Bond) -> Result<Self, RangeError> {
        let default_rate = not_negative("the intensity", intensity)?;
        Ok(Self {
            drift: self.drift + intensity,
            share_discount: self.share_discount + intensity,
            cash_discount: self.cash_discount + intensity,
            income: intensity * share("the recovery", recovery)? * bond.face,
            default_rate,
            ..self
        })
    }

    /// Price of `amount` in cash after `years`, unless a default comes first; of a bond that is not converted.
    fn cash(&self, amount: f64, years: f64) -> f64 {
        amount * exp(-(self.cash_discount + self.blended_spread) * years)
    }

    /// Price of the income of the cash part over `years`.
    fn recoveries(&self, years: f64) -> f64 {
        let b = self.cash_discount;
        self.income * if b == 0.0 { years } else { -libm::expm1(-b * years) / b }
    }
}
