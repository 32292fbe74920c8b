//! The value of a company at which one of its classes is worth its price.

use thiserror::Error;

use super::root::{RootError, find_roots};
use super::{RangeError, positive};
use crate::random::math::{exp, ln};

/// Why a price gives no value.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum BacksolveError {
    /// An input out of range.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// No value is high enough: what the claim gets is limited.
    #[error("the class is worth at most {highest:.2}, which does not reach its price of {price:.2}")]
    OutOfReach {
        /// Price asked for.
        price: f64,
        /// The most the claim is worth at any value tried.
        highest: f64,
    },
    /// Several values fit.
    #[error("the price fits several values of the company: {}", listed(values))]
    Several {
        /// All that were found, ascending.
        values: Vec<f64>,
    },
    /// Every value of a stretch fits.
    #[error(
        "the price does not identify the value of the company: it fits every value from {from:.2} to {to:.2}"
    )]
    Flat {
        /// Start of the stretch, as sampled.
        from: f64,
        /// Its end.
        to: f64,
    },
    /// The price says next to nothing about the value.
    #[error(
        "the price does not identify the value of the company: at {value:.2}, 1% more of it moves the price by {response:.6}%"
    )]
    NotIdentified {
        /// A value that fits the price.
        value: f64,
        /// Elasticity of the price to it.
        response: f64,
    },
    /// The search failed.
    #[error(transparent)]
    Search(#[from] RootError),
}

fn listed(values: &[f64]) -> String {
    values.iter().map(|value| format!("{value:.2}")).collect::<Vec<_>>().join(", ")
}

/// The least response of a price to the value, in per cent for one per cent, for the price to say anything about it:
/// below, an error of 1 % in the price moves the value a thousandfold of that.
pub const LEAST_RESPONSE: f64 = 0.001;

/// How far above the price to look, in steps of a factor 2, and points looked at in each.
const DOUBLINGS: u32 = 50;
const POINTS: u32 = 64;

/// The value of the company at which a claim, worth `worth(value)`, is worth `price`. The claim must be worth no more
/// than the company. Use the cap table *after* the round whose price is matched.
///
/// # Errors
///
/// [`BacksolveError`] if no value fits, or more than one.
///
/// ```
/// use cabrio::pricing::{backsolve::backsolve, payoff::PiecewiseLinear, random_exit::RandomExit};
/// let tenth = PiecewiseLinear::from_shares(&[(0.0, 0.1)])?;
/// let company = |value| RandomExit { value, rate: 0.025, drift: 0.025, volatility: 0.9, exit_rate: 0.25 };
/// let value = backsolve(|value| company(value).price(&tenth).unwrap_or(f64::NAN), 100.0)?;
/// assert!((value - 1000.0).abs() < 1e-8);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn backsolve(worth: impl Fn(f64) -> f64, price: f64) -> Result<f64, BacksolveError> {
    let price = positive("the price of the class", price)?;
    let lowest = ln(0.5 * price);
    let highest = lowest + f64::from(DOUBLINGS) * std::f64::consts::LN_2;
    // From -1 to 1, so that neither end drowns the digits of the other.
    let gap = |log: f64| {
        let worth = worth(exp(log));
        (worth - price) / (worth.abs() + price)
    };
    let logs = match find_roots(gap, lowest, highest, 1e-14, DOUBLINGS * POINTS) {
        Err(RootError::Flat { from, to }) => {
            return Err(BacksolveError::Flat { from: exp(from), to: exp(to) });
        }
        found => found?,
    };
    let response = |log: f64| {
        let step = 1e-3;
        (ln(worth(exp(log + step))) - ln(worth(exp(log - step)))) / (2.0 * step)
    };
    for &log in &logs {
        let response = response(log);
        if !(response.abs() >= LEAST_RESPONSE) {
            return Err(BacksolveError::NotIdentified { value: exp(log), response });
        }
    }
    match logs[..] {
        [] => {
            let tried = (0..=DOUBLINGS).map(|i| worth(exp(lowest + f64::from(i) * std::f64::consts::LN_2)));
            Err(BacksolveError::OutOfReach { price, highest: tried.fold(0.0, f64::max) })
        }
        [log] => Ok(exp(log)),
        _ => Err(BacksolveError::Several { values: logs.into_iter().map(exp).collect() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_answer_or_a_reason() {
        // Hand-worked. A tenth of the value; a claim limited to 5; the value up to 5, then down to nothing at 10.
        assert!((backsolve(|value| 0.1 * value, 3.0).unwrap() - 30.0).abs() < 1e-12);
        let limited = |value: f64| 5.0 * value / (value + 5.0);
        assert!((backsolve(limited, 3.0).unwrap() - 7.5).abs() < 1e-12);
        assert!(matches!(backsolve(limited, 6.0), Err(BacksolveError::OutOfReach { .. })));
        let hump = |value: f64| value.min(10.0 - value).max(0.0);
        let Err(BacksolveError::Several { values }) = backsolve(hump, 3.0) else { panic!("two answers") };
        assert!((values[0] - 3.0).abs() < 1e-12 && (values[1] - 7.0).abs() < 1e-12, "{values:?}");
        let debt = |value: f64| value.min(5.0);
        let Err(BacksolveError::Flat { from, .. }) = backsolve(debt, 5.0) else { panic!("all from 5") };
        // One of the 64 points of a doubling.
        assert!((5.0..5.1).contains(&from), "{from}");
        let slow = |value: f64| value.min(5.0) + 1e-4 * ln(value.max(5.0) / 5.0);
        assert!(matches!(backsolve(slow, 5.0005), Err(BacksolveError::NotIdentified { .. })));
        assert!(matches!(backsolve(debt, -1.0), Err(BacksolveError::Range(_))));
        assert!(matches!(backsolve(|_| f64::NAN, 1.0), Err(BacksolveError::Search(_))));
    }
}
