//! The law of the deal: each clause once, generic over the number type ([`crate::number::Amount`]).
//!
//! Clauses are pure. They take what they need as arguments, write into slices the caller hands in, and
//! neither allocate nor look anything up, so that millions of paths can run through them. What only tables
//! ask for ([`breakpoints`], [`settlements`]) may allocate.

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
mod mfn;
mod pro_rata;
mod legal_rounding;
mod anti_dilution;
mod pay_to_play;
mod ipo;
mod preferred;
mod carve_out;
mod sale;
mod breakpoints;
mod settlements;

pub use agreed_valuation::{post_money_fraction, shares_at_valuation};
pub use anti_dilution::{
    AntiDilution, AverageBase, NewIssue, adjusted_conversion_price, conversion_ratio, is_cheaper,
};
pub use breakpoints::{Breakpoint, Turn, breakpoints, conversion_threshold};
pub use carve_out::{CarveOut, carved_out, net_proceeds, price_for};
pub use change_of_control::{change_of_control_claim, change_of_control_claim_on_both};
pub use conversion::{
    Cap, ConversionPrice, ConversionTerms, PriceBasis, QualifiedFinancing, conversion_price,
    post_money_ownership,
};
pub use counted_shares::{Capitalization, CountedShares};
pub use interest::{Compounding, accrued_interest, balance, compound_balance, simple_interest};
pub use ipo::{IpoRatchet, QualifiedIpo, ipo_price, price_with_ratchets};
pub use legal_rounding::{LegalRounding, RoundedHoldings, RoundedRound, round_legally};
pub use liquidity::{
    LiquidityError, SafeAtSale, discount_claim, distribute_with_safes, preferred_that_elect,
};
pub use maturity::{HolderChoice, as_converted_value, better_of, expected_repayment, repayment};
pub use mfn::{MfnPolicy, mfn_election, price_round_with_best_election};
pub use pay_to_play::{AfterPayToPlay, PayToPlayRounds, asks_to_pay, pay_to_play};
pub use preferred::{
    ConversionPreference, DividendsInCap, PreferredSeries, SeriesParticipation, preference_per_share,
};
pub use pro_rata::{RightsOnTop, RoundWithRights, price_round_with_rights, pro_rata_right};
pub use round::{Converting, OwnershipLimit, Pool, PricingConvention, RoundOutcome, RoundTerms, price_round};
pub use round_error::{RoundError, RoundTerm};
pub use sale::{CompanySale, DividedSale, divide_sale};
pub use settlements::{Settlement, settlements};
pub use waterfall::{
    ExitClass, Participation, WaterfallOutcome, WaterfallScratch, distribute, proceeds_at_per_share,
};

#[cfg(test)]
mod tests;
