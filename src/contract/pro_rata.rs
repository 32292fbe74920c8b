//! Pro rata side letters: the right to keep one's fraction by buying new shares.
//!
//! Source: YC's pro rata side letter: the shares from the holder's SAFEs over the company capitalization,
//! times the new shares sold. The letter leaves open whether the purchase is part of the round's money.

use super::conversion::PriceBasis;
use super::round::{Converting, OwnershipLimit, RoundOutcome, RoundTerms, price_round};
use super::round_error::RoundError;
use crate::number::Amount;

/// The most new shares a holder may buy: `received` of the `capitalization` (stock, options, pool and all
/// conversions; [`super::CountedShares::POST_MONEY`]), times the new shares sold. Inside the round they come
/// out of what the other new investors buy, and nothing else changes.
#[must_use]
pub fn pro_rata_right<A: Amount>(received: A, capitalization: A, new_shares: A) -> A {
    (received * new_shares).div_or(capitalization, A::ZERO)
}

/// The rights that are used on top of a round's stated new money.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RightsOnTop<'a, A> {
    /// How much of its right each converting instrument uses, 0 to 1.
    pub converting: &'a [A],
    /// Shares outstanding before the round, preferred as converted, whose holders use their rights.
    pub outstanding: A,
}

/// A round with purchases on top of its stated new money.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoundWithRights<A> {
    /// The round, priced with all new money.
    pub round: RoundOutcome<A>,
    /// Money of the purchases on top; that of the other investors is the stated new money.
    pub on_top: A,
    /// New shares that a right buys for one share outstanding before the round.
    pub per_share: A,
}

/// Prices a round in which holders buy on top of the stated new money: each buys [`pro_rata_right`] of the shares
/// sold for the stated money, at the round price. `bought` receives the shares that the rights of converting
/// instruments buy; those of shares outstanding buy [`RoundWithRights::per_share`] each.
///
/// The purchases are money, which moves the share count, which moves the rights. Where the pool is fixed,
/// and where caps give the conversions their fractions, the second step is the last; a pool target makes it
/// a quotient of lines, and steps follow until the amount no longer changes. This is the one part of a
/// round without a closed form.
///
/// # Errors
///
/// As [`price_round`], and [`RoundError::ProRataUnsettled`].
pub fn price_round_with_rights<A: Amount>(
    terms: &RoundTerms<A>,
    converting: &[Converting<A>],
    limit: Option<&OwnershipLimit<A>>,
    rights: RightsOnTop<'_, A>,
    shares: &mut [A],
    basis: &mut [PriceBasis],
    bought: &mut [A],
) -> Result<RoundWithRights<A>, RoundError> {
    let part = |used: &A| *used >= A::ZERO && *used <= A::ONE;
    let stock = terms.outstanding + terms.options;
    let within = rights.outstanding <= stock || terms.guaranteed > A::ZERO;
    if !(rights.converting.iter().all(part) && rights.outstanding >= A::ZERO && within) {
        return Err(RoundError::Term(super::RoundTerm::NewMoney));
    }
    let mut on_top = A::ZERO;
    let mut last_change: Option<A> = None;
    for _ in 0..MOST_STEPS {
        let all = RoundTerms { new_money: terms.new_money + on_top, ..*terms };
        let round = price_round(&all, converting, limit, shares, basis)?;
        let sold = terms.new_money.div_or(round.price, A::ZERO);
        let converted = shares.iter().fold(A::ZERO, |sum, &each| sum + each);
        let ratchets = terms.guaranteed.div_or(round.price, A::ZERO);
        let stock = terms.outstanding + ratchets + terms.options + terms.promised;
        let before = stock + terms.unallocated + converted;
        let per_share = pro_rata_right(A::ONE, before, sold);
        let mut money = rights.outstanding * per_share * round.price;
        for ((bought, &received), &used) in bought.iter_mut().zip(shares.iter()).zip(rights.converting) {
            *bought = used * pro_rata_right(received, before, sold);
            money += *bought * round.price;
        }
        let change = if money > on_top { money - on_top } else { on_top - money };
        // Once rounding is all that is left, the change no longer shrinks.
        let negligible = change <= A::from_f64(1e-12) * terms.new_money;
        if change <= A::ZERO || (negligible && last_change.is_some_and(|last| change >= last)) {
            return Ok(RoundWithRights { round, on_top, per_share });
        }
        last_change = Some(change);
        on_top = money;
    }
    Err(RoundError::ProRataUnsettled)
}

/// A right is a fraction of a fraction, so that a step leaves well under a half of the error.
const MOST_STEPS: u32 = 128;
