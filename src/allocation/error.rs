//! Why a value is not shared out.

use thiserror::Error;

use crate::capital::CapitalError;
use crate::pricing::RangeError;
use crate::pricing::backsolve::BacksolveError;
use crate::pricing::option_pricing_method::OptionPricingError;
use crate::pricing::payoff::PayoffError;
use crate::pricing::random_exit::RandomExitError;

/// Why a value is not shared out.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum AllocationError {
    /// The payoffs of a sale are not known.
    #[error(transparent)]
    Capital(#[from] CapitalError),
    /// They are no payoffs.
    #[error(transparent)]
    Payoff(#[from] PayoffError),
    /// An input out of range.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// The option pricing method gives no answer.
    #[error(transparent)]
    OptionPricing(#[from] OptionPricingError),
    /// The random exit gives no answer.
    #[error(transparent)]
    RandomExit(#[from] RandomExitError),
    /// A price gives no value.
    #[error(transparent)]
    Backsolve(#[from] BacksolveError),
    /// A class that is not there.
    #[error("there is no class \"{class}\"; the classes are {known}")]
    UnknownClass {
        /// As asked for.
        class: String,
        /// Those there are, in quotes.
        known: String,
    },
    /// A class without shares has no price per share.
    #[error("\"{0}\" has no shares, so that there is no price of one")]
    NoShares(String),
    /// Claims that depend on when the exit comes.
    #[error(
        "with a random exit claims must not grow, and that of \"{0}\" does, by interest or dividends; give --years instead"
    )]
    Growing(String),
    /// A later day than the calendar has.
    #[error("an exit after {0} years lies beyond the calendar")]
    TooLate(f64),
    /// The classes do not add up.
    #[error("of a value of {value} the classes together get {total}")]
    NotShared {
        /// Value shared out.
        value: f64,
        /// What the classes are worth.
        total: f64,
    },
    /// There is nothing to discount.
    #[error("discounts for lack of marketability are of common shares, and there are none")]
    NoCommon,
}
