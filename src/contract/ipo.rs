//! What preferred stock turns into at an initial public offering.

use super::round::{RoundOutcome, RoundTerms};
use crate::number::Amount;

/// When an offering converts all preferred stock, whatever its holders want.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QualifiedIpo<A> {
    /// Least price to the public, per share.
    pub price: A,
    /// Least gross proceeds to the company.
    pub proceeds: A,
}

impl<A: Amount> QualifiedIpo<A> {
    /// Whether an offering qualifies; both thresholds themselves do. In one that does every class is
    /// [`super::ExitClass::as_common`]. Source: NVCA model charter, "Mandatory Conversion".
    #[must_use]
    pub fn is_met(&self, price: A, proceeds: A) -> bool {
        price >= self.price && proceeds >= self.proceeds
    }
}

/// A series whose conversion at an offering is to be worth a guaranteed amount.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IpoRatchet<A> {
    /// Preferred shares.
    pub shares: A,
    /// Shares of common for one of preferred without the ratchet ([`super::conversion_ratio`]).
    pub ratio: A,
    /// What each preferred share is to be worth at the offering price; zero without a ratchet.
    pub guaranteed: A,
}

impl<A: Amount> IpoRatchet<A> {
    /// Shares of common for one of preferred at an offering price given: the guaranteed value over the price
    /// if the usual ratio falls short of it. The conversion price that gives it is the original one times
    /// price over guaranteed value. No price, no ratchet.
    ///
    /// Source: Square, Inc., registration statement of 2015, Series E: 1.2 times the original issue price.
    #[must_use]
    pub fn ratio_at(&self, price: A) -> A {
        self.ratio.max_of(self.guaranteed.div_or(price, self.ratio))
    }
}

/// Prices an offering as a round, where notes and SAFEs convert too. `terms` counts the usual shares of all series
/// among those outstanding; `price` prices the terms it is handed ([`super::price_round`]).
///
/// A series whose usual shares fall short at a price so found has as many as its guarantee needs instead. They are
/// stock outstanding: a cap that counts stock as converted counts them, before any other conversion or after. They
/// lower the price, which may set off further ratchets, but none that has bitten ceases to: `bites` says which do.
///
/// # Errors
///
/// Those of `price`.
pub fn price_with_ratchets<A: Amount, E>(
    terms: &RoundTerms<A>,
    ratchets: &[IpoRatchet<A>],
    bites: &mut Vec<bool>,
    mut price: impl FnMut(&RoundTerms<A>) -> Result<RoundOutcome<A>, E>,
) -> Result<RoundOutcome<A>, E> {
    bites.clear();
    bites.resize(ratchets.len(), false);
    let mut terms = *terms;
    loop {
        let outcome = price(&terms)?;
        let mut settled = true;
        for (each, bites) in ratchets.iter().zip(bites.iter_mut()).filter(|(_, bites)| !**bites) {
            if outcome.price * each.ratio < each.guaranteed {
                (*bites, settled) = (true, false);
                terms.outstanding = (terms.outstanding - each.shares * each.ratio).or_zero();
                terms.guaranteed += each.shares * each.guaranteed;
            }
        }
        if settled {
            return Ok(outcome);
        }
    }
}

/// The offering price at which all shares, ratchets included, are worth `value`, the company's before the
/// money it raises; `None` if the guarantees take all of it.
///
/// The new shares of a ratchet dilute everyone, and lower the price that decides their number:
/// `P · others + Σ n · max(P · ratio, guaranteed) = value`. The left side rises with P, so there is one
/// solution; steps start where no ratchet bites and lower the price until no further one does. Source: ours,
/// from the terms of [`IpoRatchet`].
#[must_use]
pub fn ipo_price<A: Amount>(value: A, other_shares: A, ratchets: &[IpoRatchet<A>]) -> Option<A> {
    let all = ratchets.iter().fold(other_shares, |sum, each| sum + each.shares * each.ratio);
    let mut price = value.div_or(all, A::ZERO);
    let mut biting = 0;
    loop {
        let bites = |each: &&IpoRatchet<A>| price * each.ratio < each.guaranteed;
        let count = ratchets.iter().filter(bites).count();
        if count == biting {
            return (price > A::ZERO).then_some(price);
        }
        let (mut left, mut shares) = (value, all);
        for each in ratchets.iter().filter(bites) {
            left -= each.shares * each.guaranteed;
            shares -= each.shares * each.ratio;
        }
        biting = count;
        price = if shares > A::ZERO { left.div_or(shares, A::ZERO) } else { A::ZERO };
    }
}
