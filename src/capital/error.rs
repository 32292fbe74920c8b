//! Why a table cannot be drawn up.

use thiserror::Error;

use crate::contract::{LiquidityError, RoundError};

/// Why a table cannot be drawn up.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum CapitalError {
    /// The structure has no round.
    #[error("there is no `[round]`; give one with --pre-money and --new-money, or in the file")]
    NoRound,
    /// The round does not close; which instrument claims how much.
    #[error("{cause}{claims}")]
    Round {
        /// Why.
        cause: RoundError,
        /// The claims of the instruments on the company, as text; empty where they are not the cause.
        claims: String,
    },
    /// Rights that take more than the new money.
    #[error("the pro rata rights come to {rights} of {new_money} new money: more than is raised")]
    RightsExceedRound {
        /// Money of the rights.
        rights: String,
        /// New money.
        new_money: String,
    },
    /// A limit and documents that round.
    #[error("a round with an ownership limit that binds is not rounded; leave `rounding` out")]
    RoundedLimit,
    /// The sale cannot be divided.
    #[error("{0}")]
    Sale(#[from] LiquidityError),
    /// The same, with the price it was asked for.
    #[error("a sale for {price} cannot be divided: {cause}")]
    SaleAt {
        /// As text.
        price: String,
        /// Why.
        cause: LiquidityError,
    },
    /// A round that is to come after a sale that is to come after it.
    #[error(
        "a sale after the round is asked for, and there is no `[round]`; give one with --pre-money and --new-money, or in the file"
    )]
    NoRoundBeforeSale,
    /// The payoffs of a sale are not known for all prices.
    #[error("the payoffs of a sale are not known for all prices. {0}")]
    NoPayoffs(String),
    /// A payoff bends where no bend is known.
    #[error(
        "the payoff of \"{class}\" near a price of {price} is not made of the straight pieces that are listed"
    )]
    NotStraight {
        /// Whose.
        class: String,
        /// About where, as text.
        price: String,
    },
    /// What a class gets at a flotation depends on its price.
    #[error(
        "the shares at a flotation depend on its price: \"{name}\" {why}; leave flotations out with --no-ipo"
    )]
    NoFlotation {
        /// Of the class or instrument.
        name: String,
        /// What it has.
        why: &'static str,
    },
    /// At their caps the instruments own the whole company and more.
    #[error("a figure has more than 28 digits")]
    TooLarge,
}
