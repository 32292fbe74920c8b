//! The company's value over time, and other factors of the world.

use super::{Capitalization, Number};
use crate::number::Decimal;
use crate::random::Family;

/// The company that is financed.
#[derive(Clone, Debug, PartialEq)]
pub struct Company {
    /// Equity value today: all classes of shares, before any new money of the deal or of later rounds.
    pub value_today: Number,
    /// How that value moves.
    pub process: Process,
    /// Fully diluted shares today. Where the file gives none, a notional thousand million: only ratios matter.
    pub fully_diluted_shares: Decimal,
    /// Its shares by class, where the file lists them; they add up to the number above.
    pub capitalization: Option<Capitalization>,
}

/// A law of motion for a value. All rates are per year, continuously compounded where a drift is meant:
/// the expected value grows by exp(drift · t).
#[derive(Clone, Debug, PartialEq)]
pub enum Process {
    /// Geometric Brownian motion.
    Gbm {
        /// Growth rate of the expected value.
        drift: Number,
        /// Standard deviation of the logarithm over one year.
        volatility: Number,
    },
    /// Geometric Brownian motion with lognormal jumps at Poisson times (Merton 1976); the drift is that of
    /// the whole process, the jumps' mean being compensated.
    Merton {
        /// Growth rate of the expected value, jumps included.
        drift: Number,
        /// Volatility between jumps.
        volatility: Number,
        /// The jumps.
        jumps: Jumps,
    },
    /// A distribution at each of several dates, joined by a Brownian copula: lognormals whose medians and
    /// variances grow evenly reproduce geometric Brownian motion exactly.
    AtDates(Vec<DatedValue>),
}

/// Lognormal jumps at Poisson times.
#[derive(Clone, Debug, PartialEq)]
pub struct Jumps {
    /// Expected number a year.
    pub per_year: Number,
    /// Mean of the logarithm of the jump factor.
    pub mean_log: Number,
    /// Standard deviation of the logarithm of the jump factor.
    pub sd_log: Number,
}

/// The distribution of the value at one date.
#[derive(Clone, Debug, PartialEq)]
pub struct DatedValue {
    /// Years after the valuation date.
    pub years: f64,
    /// Distribution of the value then, in currency; positive.
    pub family: Family,
    /// The distribution as the file writes it.
    pub text: String,
}

/// Another uncertain quantity of the world that moves over time, such as a rival's value: 1 today.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// Unique name.
    pub name: String,
    /// Growth rate of its expectation.
    pub drift: Number,
    /// Volatility.
    pub volatility: Number,
}
