//! Fair values by formula, grid and regression: what a deal's simulated values are held against.
//!
//! The functions here know numbers only, no scenario: rates and spreads are continuous and per year, volatilities
//! per square root of a year, times in years. Every model names its assumptions, because the same inputs give
//! different prices under different models of credit ([`convertible`]). What cannot be priced is an error that
//! says why.
//!
//! | question | where |
//! |---|---|
//! | options on a lognormal value, implied volatility | [`black_scholes`] |
//! | a convertible bond under four models of credit | [`convertible`] |
//! | a venture note: cap, discount, random round, default | [`private_note`] |
//! | claims on a company that exits at a random time | [`random_exit`] |
//! | an equity value shared out to classes | [`option_pricing_method`] |
//! | the equity value at which a class has its price | [`backsolve`] |
//! | discounts for lack of marketability | [`lack_of_marketability`] |
//! | the right to stop: lower and upper bounds by simulation | [`least_squares`] |
//! | a payoff in pieces | [`payoff`] |
//! | where a function is nought | [`root`] |

pub mod backsolve;
pub mod black_scholes;
pub mod convertible;
pub mod lack_of_marketability;
pub mod least_squares;
pub mod option_pricing_method;
pub mod payoff;
pub mod private_note;
pub mod random_exit;
pub mod root;
pub(crate) mod regression;
mod tridiagonal;

use thiserror::Error;

/// An input outside the range in which the model means anything.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[error("{name} must be {range}, got {value}")]
pub struct RangeError {
    /// The input, in words.
    pub name: &'static str,
    /// What is allowed.
    pub range: &'static str,
    /// What was given.
    pub value: f64,
}

/// `value` if it is finite and more than 0.
fn positive(name: &'static str, value: f64) -> Result<f64, RangeError> {
    let range = "a finite number above 0";
    if value > 0.0 && value.is_finite() { Ok(value) } else { Err(RangeError { name, range, value }) }
}

/// `value` if it is finite and at least 0.
fn not_negative(name: &'static str, value: f64) -> Result<f64, RangeError> {
    let range = "a finite number, 0 or more";
    if value >= 0.0 && value.is_finite() { Ok(value) } else { Err(RangeError { name, range, value }) }
}

/// `value` if it is finite.
fn finite(name: &'static str, value: f64) -> Result<f64, RangeError> {
    if value.is_finite() { Ok(value) } else { Err(RangeError { name, range: "a finite number", value }) }
}

/// `value` if it lies in \[0, 1\].
fn share(name: &'static str, value: f64) -> Result<f64, RangeError> {
    let range = "from 0 to 1";
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(RangeError { name, range, value }) }
}

/// `value` if it lies in \[0, 1).
fn discount_share(name: &'static str, value: f64) -> Result<f64, RangeError> {
    let range = "at least 0 and below 1";
    if (0.0..1.0).contains(&value) { Ok(value) } else { Err(RangeError { name, range, value }) }
}
