//! Pay-to-play: a holder who does not buy its part of a round loses preferred stock.

pub use crate::model::PayToPlayRounds;

use super::anti_dilution::is_cheaper;
use crate::number::Amount;

/// What a holder has after a pay-to-play.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AfterPayToPlay<A> {
    /// Preferred shares kept.
    pub preferred: A,
    /// Common shares received for the others.
    pub common: A,
}

/// Whether a round at `price` asks the holders of a series to pay or play, whose conversion price before the round
/// is `conversion_price`.
///
/// Source: NVCA model term sheet, "Pay-to-Play": "any subsequent round", with "down" in brackets; both are in use.
#[must_use]
pub fn asks_to_pay<A: Amount>(rounds: PayToPlayRounds, price: A, conversion_price: A) -> bool {
    match rounds {
        PayToPlayRounds::Down => is_cheaper(price, conversion_price),
        PayToPlayRounds::All => true,
    }
}

/// A holder of `preferred` shares that bought `bought` of the `entitled` amount keeps that fraction of them,
/// all if it bought more or was entitled to nothing; each other becomes `common_per_preferred` shares of
/// common: the conversion ratio, or less as a punishment (0.1 where ten become one).
///
/// Source: NVCA model charter, "Special Mandatory Conversion".
#[must_use]
pub fn pay_to_play<A: Amount>(
    preferred: A,
    bought: A,
    entitled: A,
    common_per_preferred: A,
) -> AfterPayToPlay<A> {
    let kept = preferred * bought.div_or(entitled, A::ONE).or_zero().min_of(A::ONE);
    AfterPayToPlay { preferred: kept, common: (preferred - kept) * common_per_preferred }
}
