//! The law of the deal: each clause once, generic over the number type ([`crate::number::Amount`]).
//!
//! Clauses are pure. They take what they need as arguments, write into slices the caller hands in, and
//! neither allocate nor look anything up, so that millions of paths can run through them.

mod interest;
mod counted_shares;
mod conversion;
mod round_error;
mod share_count;
mod round;
mod waterfall;
mod liquidity;
mod maturity;
mod change_of_control;
mod agreed_valuation;

pub use agreed_valuation::{post_money_fraction, shares_at_valuation};
pub use change_of_control::{change_of_control_claim, change_of_control_claim_on_both};
pub use conversion::{
    Cap, ConversionPrice, ConversionTerms, PriceBasis, QualifiedFinancing, conversion_price,
    post_money_ownership,
};
pub use counted_shares::{Capitalization, CountedShares};
pub use interest::{Compounding, accrued_interest, balance, compound_balance, simple_interest};
pub use liquidity::{LiquidityError, SafeAtSale, distribute_with_safes};
pub use maturity::{HolderChoice, as_converted_value, better_of, expected_repayment, repayment};
pub use round::{Converting, OwnershipLimit, Pool, PricingConvention, RoundOutcome, RoundTerms, price_round};
pub use round_error::{RoundError, RoundTerm};
pub use waterfall::{
    ExitClass, Participation, WaterfallOutcome, WaterfallScratch, distribute, proceeds_at_per_share,
};

#[cfg(test)]
mod tests;
