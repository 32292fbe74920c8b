//! Most favoured nation: the right to take the terms of an instrument issued later.
//!
//! Source: YC's MFN SAFE and side letter: at a later issue the holder may elect its terms, whole, once. Which
//! one turns out best depends on the next round, so that what the holder does is a policy.

use super::conversion::{Cap, ConversionTerms, PriceBasis};
use super::round::{Converting, OwnershipLimit, RoundOutcome, RoundTerms, price_round};
use super::round_error::RoundError;
use crate::number::Amount;

/// Which later instrument the holder elects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MfnPolicy {
    /// None.
    Never,
    /// The one with the lowest post-money cap, the earliest of equals; none if no cap is lower than the
    /// holder's own. Other caps and bare discounts are passed over: without the share counts of a round
    /// they cannot be compared.
    LowestCap,
    /// The one at this place of the list.
    Elect(usize),
}

/// The instrument elected among those issued `later`, by its place, under a policy that needs no round.
/// `None` keeps the holder's own terms; an election beyond the list is none.
#[must_use]
pub fn mfn_election<A: Amount>(
    own: &ConversionTerms<A>,
    later: &[ConversionTerms<A>],
    policy: MfnPolicy,
) -> Option<usize> {
    match policy {
        MfnPolicy::Never => None,
        MfnPolicy::Elect(place) => (place < later.len()).then_some(place),
        MfnPolicy::LowestCap => {
            let mut lowest = post_money_cap(own);
            let mut elected = None;
            for (place, terms) in later.iter().enumerate() {
                if let Some(cap) = post_money_cap(terms)
                    && lowest.is_none_or(|lowest| cap < lowest)
                {
                    lowest = Some(cap);
                    elected = Some(place);
                }
            }
            elected
        }
    }
}

fn post_money_cap<A: Amount>(terms: &ConversionTerms<A>) -> Option<A> {
    if let Cap::PostMoney(cap) = terms.cap { Some(cap) } else { None }
}

/// Prices a round in which the instrument at `holder` has elected, whole, whichever of the terms issued
/// `later` give it the most of the company, its own included; the earliest of equals, its own first. Says
/// which. A holder cannot know the round when electing: this is the upper bound of what the right is worth.
/// Its terms are left in `converting`. Elections with which no share count exists are passed over.
///
/// # Errors
///
/// As [`price_round`], if the round closes with none of the elections.
pub fn price_round_with_best_election<A: Amount>(
    terms: &RoundTerms<A>,
    converting: &mut [Converting<A>],
    limit: Option<&OwnershipLimit<A>>,
    holder: usize,
    later: &[ConversionTerms<A>],
    shares: &mut [A],
    basis: &mut [PriceBasis],
) -> Result<(RoundOutcome<A>, Option<usize>), RoundError> {
    let Some(own) = converting.get(holder).map(|each| each.terms) else {
        return Err(RoundError::Instrument(holder));
    };
    let mut best: Option<(A, Option<usize>)> = None;
    for election in std::iter::once(None).chain((0..later.len()).map(Some)) {
        converting[holder].terms = election.map_or(own, |place| later[place]);
        if let Ok(round) = price_round(terms, converting, limit, shares, basis) {
            let owned = shares[holder].div_or(round.total_shares, A::ZERO);
            if best.is_none_or(|(most, _)| owned > most) {
                best = Some((owned, election));
            }
        }
    }
    let elected = best.and_then(|(_, election)| election);
    converting[holder].terms = elected.map_or(own, |place| later[place]);
    let round = price_round(terms, converting, limit, shares, basis)?;
    Ok((round, elected))
}
