//! Why a priced round does not close.

use thiserror::Error;

/// Why a round does not close.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum RoundError {
    /// No share count satisfies everyone. Percentages are of each further share of the company;
    /// [`super::price_round`] leaves the claim of each instrument, as a fraction, in its place of `shares`.
    #[error(
        "no post-round share count exists: conversions, new money and pool together claim \
         {claimed_percent:.4}% of the company (conversions {converting_percent:.4}%, \
         new money {new_money_percent:.4}%, pool {pool_percent:.4}%)"
    )]
    NoShareCount {
        /// All claims together; 100 or more.
        claimed_percent: f64,
        /// Part of it for new money.
        new_money_percent: f64,
        /// Part of it for the pool.
        pool_percent: f64,
        /// Part of it for the conversions and ratchets, and for the limited holder where a limit binds.
        converting_percent: f64,
    },
    /// A term of the round lies outside its range, or is not a number.
    #[error("{0} is out of range")]
    Term(RoundTerm),
    /// The terms of the instrument at this place in the list lie outside their range.
    #[error("converting instrument {0} has terms out of range")]
    Instrument(usize),
    /// The cap of the instrument at this place counts only its own conversion beside the shares before, and
    /// is no larger than its amount: it would take everything that it counts.
    #[error("converting instrument {0} takes all of the shares its cap counts: no share count exists")]
    OwnCap(usize),
    /// Under dollars invested the price depends on how much of the limited amounts converts, and no exact
    /// solution is at hand.
    #[error("an ownership limit cannot be combined with the dollars-invested convention")]
    LimitUnderDollarsInvested,
    /// The limited instrument at this place has a cap that counts itself without the other conversions, or
    /// those without itself: the part that converts would enter twice.
    #[error(
        "an ownership limit cannot be combined with the cap of converting instrument {0}, which counts \
         itself but not the others, or the others but not itself"
    )]
    LimitWithUnevenCap(usize),
    /// Purchases on top of the round depend on each other without settling.
    #[error("the pro rata purchases on top of the round do not settle on an amount")]
    ProRataUnsettled,
    /// Rounded holdings and the total they are worked out from do not come to agree.
    #[error("the rounded share counts do not settle on a total")]
    RoundingUnsettled,
    /// The numbers are too large for the number type.
    #[error("the round's share count is too large to represent")]
    TooLarge,
}

/// A term of the round, for [`RoundError::Term`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RoundTerm {
    /// [`super::RoundTerms::outstanding`]
    #[error("outstanding shares")]
    Outstanding,
    /// [`super::RoundTerms::guaranteed`]
    #[error("the guaranteed value of ratchets")]
    Guaranteed,
    /// [`super::RoundTerms::options`] and [`super::RoundTerms::promised`]
    #[error("granted or promised options")]
    Options,
    /// [`super::RoundTerms::unallocated`]
    #[error("the unallocated pool")]
    Unallocated,
    /// [`super::RoundTerms::pool`]
    #[error("the pool increase or target")]
    Pool,
    /// [`super::RoundTerms::price`]
    #[error("the price per share")]
    Price,
    /// [`super::RoundTerms::pre_money`]
    #[error("the pre-money valuation")]
    PreMoney,
    /// [`super::RoundTerms::new_money`]
    #[error("new money")]
    NewMoney,
    /// [`super::OwnershipLimit`]
    #[error("the ownership limit")]
    Limit,
}
