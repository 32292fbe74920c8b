//! The priced round: round price, share counts and every conversion, solved together and exactly.

use thiserror::Error;

use super::conversion::{Cap, ConversionTerms, PriceBasis};
use super::share_count::{Line, ShareLines};
pub use crate::model::PricingConvention;
use crate::number::Amount;

/// What the round does to the option pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pool<A> {
    /// Nothing.
    Keep,
    /// Adds this many shares.
    IncreaseBy(A),
    /// Adds what is missing for unallocated options to be this fraction (0 inclusive to 1 exclusive) of
    /// post-round fully diluted shares; a pool already larger stays.
    TargetUnallocated(A),
}

/// A priced round. Money in one currency, shares fully diluted and as converted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoundTerms<A> {
    /// Shares outstanding with preferred as converted, and options granted or promised; above zero.
    pub outstanding: A,
    /// The pool before the round: reserved, not granted.
    pub unallocated: A,
    /// What happens to the pool.
    pub pool: Pool<A>,
    /// Pre-money valuation; above zero.
    pub pre_money: A,
    /// New money; zero at an IPO without primary shares or a conversion at a given value.
    pub new_money: A,
    /// The pricing convention.
    pub convention: PricingConvention,
}

/// An instrument that converts in the round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Converting<A> {
    /// Purchase amount, or principal with the interest that converts.
    pub amount: A,
    /// Its price terms.
    pub terms: ConversionTerms<A>,
    /// Whether it belongs to the holder of the [`OwnershipLimit`].
    pub limited: bool,
}

/// The most one holder may own after the round; what does not fit stays debt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OwnershipLimit<A> {
    /// Shares the holder has before the round, part of [`RoundTerms::outstanding`].
    pub existing_shares: A,
    /// Fraction of post-round fully diluted shares, 0 to 1.
    pub fraction: A,
}

/// A round that closed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoundOutcome<A> {
    /// Money per share that new investors pay.
    pub price: A,
    /// Shares sold for new money.
    pub new_shares: A,
    /// Shares added to the pool.
    pub pool_increase: A,
    /// Fully diluted shares after the round.
    pub total_shares: A,
    /// The fraction of each limited instrument that converts: 1 if the limit does not bind.
    pub converted_fraction: A,
}

/// Why a round does not close.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum RoundError {
    /// No share count satisfies everyone. Percentages are of each further share of the company.
    #[error(
        "no share count satisfies this round: conversions, new money and pool together claim \
         {claimed_percent:.4}% of the company (conversions and limited holder {converting_percent:.4}%, \
         new money {new_money_percent:.4}%, pool {pool_percent:.4}%)"
    )]
    NoShareCount {
        /// All claims together; 100 or more.
        claimed_percent: f64,
        /// Part of it for new money.
        new_money_percent: f64,
        /// Part of it for the pool.
        pool_percent: f64,
        /// Part of it for the conversions, and for the limited holder where a limit binds.
        converting_percent: f64,
    },
    /// A term of the round lies outside its range, or is not a number.
    #[error("{0} is out of range")]
    Term(RoundTerm),
    /// The terms of the instrument at this place in the list lie outside their range.
    #[error("converting instrument {0} has terms out of range")]
    Instrument(usize),
    /// Under dollars invested the price depends on how much of the limited amounts converts, and no exact
    /// solution is at hand.
    #[error("an ownership limit cannot be combined with the dollars-invested convention")]
    LimitUnderDollarsInvested,
    /// The numbers are too large for the number type.
    #[error("the round's share count is too large to represent")]
    TooLarge,
}

/// A term of the round, for [`RoundError::Term`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RoundTerm {
    /// [`RoundTerms::outstanding`]
    #[error("outstanding shares")]
    Outstanding,
    /// [`RoundTerms::unallocated`]
    #[error("the unallocated pool")]
    Unallocated,
    /// [`RoundTerms::pool`]
    #[error("the pool increase or target")]
    Pool,
    /// [`RoundTerms::pre_money`]
    #[error("the pre-money valuation")]
    PreMoney,
    /// [`RoundTerms::new_money`]
    #[error("new money")]
    NewMoney,
    /// [`OwnershipLimit`]
    #[error("the ownership limit")]
    Limit,
}

/// Prices a round in which `converting` convert, and writes for each the shares it receives and the clause
/// that set its price. `shares` and `basis` are as long as `converting`.
///
/// All are solved together: each price depends on the share count, and the share count on all prices. With
/// a `limit` that binds, the same fraction of every limited amount converts and the rest stays debt, out of
/// every denominator; the others keep their own terms. Nothing is rounded to whole shares.
///
/// Source: the denominators of YC's SAFE forms, Cooley GO's three pricing conventions; the solution is ours
/// (see `share_count.rs`), for the limit with the holder's conversions replaced by what the limit leaves.
///
/// # Errors
///
/// See [`RoundError`]. An infeasible round is reported, never bent into shape.
pub fn price_round<A: Amount>(
    terms: &RoundTerms<A>,
    converting: &[Converting<A>],
    limit: Option<&OwnershipLimit<A>>,
    shares: &mut [A],
    basis: &mut [PriceBasis],
) -> Result<RoundOutcome<A>, RoundError> {
    check(terms, converting, limit)?;
    let limit = limit.filter(|_| converting.iter().any(|each| each.limited && each.amount > A::ZERO));
    let (solution, limited) = match limit {
        None => (solve(terms, converting, Limited::ConvertFully, basis)?, Limited::ConvertFully),
        Some(_) if terms.convention == PricingConvention::DollarsInvested => {
            return Err(RoundError::LimitUnderDollarsInvested);
        }
        Some(limit) => solve_within(terms, converting, limit, basis)?,
    };
    finish(terms, converting, &solution, limited, shares, basis)
}

/// What the limited instruments do.
#[derive(Clone, Copy, Debug)]
enum Limited<A> {
    /// All of them converts.
    ConvertFully,
    /// As much as takes the holder to the limit: these shares.
    ConvertUpTo(Line<A>),
    /// None of them converts.
    StayDebt,
}

struct Solution<A> {
    lines: ShareLines<A>,
    total: A,
}

/// The share count, given what the limited instruments do.
fn solve<A: Amount>(
    terms: &RoundTerms<A>,
    converting: &[Converting<A>],
    limited: Limited<A>,
    basis: &mut [PriceBasis],
) -> Result<Solution<A>, RoundError> {
    let amount = converting.iter().fold(A::ZERO, |sum, each| sum + each.amount);
    let reserved = match limited {
        Limited::ConvertUpTo(shares) => shares,
        Limited::ConvertFully | Limited::StayDebt => Line::constant(A::ZERO),
    };
    let all_convert = matches!(limited, Limited::ConvertFully);
    let takes_part = |each: &Converting<A>| all_convert || !each.limited;
    let existing = match terms.pool {
        Pool::IncreaseBy(increase) => terms.unallocated + increase,
        Pool::Keep | Pool::TargetUnallocated(_) => terms.unallocated,
    };
    let lines = ShareLines::new(terms, Line::constant(existing), amount);
    let total = lines.total(A::ZERO, reserved, converting, takes_part, basis)?;
    if let Pool::TargetUnallocated(fraction) = terms.pool
        && fraction * total > existing
    {
        // A larger pool only adds shares, so the count found without it is a start from the left.
        let lines = ShareLines::new(terms, Line { at_zero: A::ZERO, slope: fraction }, amount);
        let total = lines.total(total, reserved, converting, takes_part, basis)?;
        return Ok(Solution { lines, total });
    }
    Ok(Solution { lines, total })
}

/// The share count under an ownership limit. Full conversion may be infeasible where the limit is not.
fn solve_within<A: Amount>(
    terms: &RoundTerms<A>,
    converting: &[Converting<A>],
    limit: &OwnershipLimit<A>,
    basis: &mut [PriceBasis],
) -> Result<(Solution<A>, Limited<A>), RoundError> {
    match solve(terms, converting, Limited::ConvertFully, basis) {
        Ok(full) => {
            let held = limited_shares(converting, &full, basis) + limit.existing_shares;
            if held <= limit.fraction * full.total {
                return Ok((full, Limited::ConvertFully));
            }
        }
        Err(RoundError::NoShareCount { .. }) => {}
        Err(other) => return Err(other),
    }
    let room = Line { at_zero: -limit.existing_shares, slope: limit.fraction };
    let up_to_limit = Limited::ConvertUpTo(room);
    let at_limit = match solve(terms, converting, up_to_limit, basis) {
        Ok(solution) if room.at(solution.total) > A::ZERO => return Ok((solution, up_to_limit)),
        // No room at the limit: then there is none without conversion either.
        Ok(_) => None,
        Err(error) => Some(error),
    };
    let none = solve(terms, converting, Limited::StayDebt, basis)?;
    match at_limit {
        // There is room, but a holder who takes it claims, with the others, more than all.
        Some(error) if room.at(none.total) > A::ZERO => Err(error),
        _ => Ok((none, Limited::StayDebt)),
    }
}

/// What the limited instruments would receive for their whole amounts.
fn limited_shares<A: Amount>(
    converting: &[Converting<A>],
    solution: &Solution<A>,
    basis: &[PriceBasis],
) -> A {
    let mut sum = A::ZERO;
    for (each, &basis) in converting.iter().zip(basis) {
        if each.limited {
            sum += solution.lines.received(each, basis).at(solution.total);
        }
    }
    sum
}

/// From the share count to prices and shares.
fn finish<A: Amount>(
    terms: &RoundTerms<A>,
    converting: &[Converting<A>],
    solution: &Solution<A>,
    limited: Limited<A>,
    shares: &mut [A],
    basis: &mut [PriceBasis],
) -> Result<RoundOutcome<A>, RoundError> {
    let Solution { lines, total } = solution;
    let price = lines.price(*total);
    if !positive(price) || !positive(*total) {
        return Err(RoundError::TooLarge);
    }
    if !matches!(limited, Limited::ConvertFully) {
        for (each, basis) in converting.iter().zip(basis.iter_mut()).filter(|(each, _)| each.limited) {
            *basis = lines.basis(each, *total);
        }
    }
    let converted_fraction = match limited {
        Limited::ConvertFully => A::ONE,
        Limited::StayDebt => A::ZERO,
        // No more than 1 but for rounding.
        Limited::ConvertUpTo(room) => {
            room.at(*total).div_or(limited_shares(converting, solution, basis), A::ONE).min_of(A::ONE)
        }
    };
    for ((each, share), &basis) in converting.iter().zip(shares.iter_mut()).zip(basis.iter()) {
        let received = lines.received(each, basis).at(*total);
        *share = if each.limited { received * converted_fraction } else { received };
    }
    Ok(RoundOutcome {
        price,
        new_shares: lines.new_money.at(*total),
        pool_increase: lines.pool.at(*total) - terms.unallocated,
        total_shares: *total,
        converted_fraction,
    })
}

fn check<A: Amount>(
    terms: &RoundTerms<A>,
    converting: &[Converting<A>],
    limit: Option<&OwnershipLimit<A>>,
) -> Result<(), RoundError> {
    let pool_is_valid = match terms.pool {
        Pool::Keep => true,
        Pool::IncreaseBy(shares) => not_negative(shares),
        Pool::TargetUnallocated(fraction) => not_negative(fraction) && fraction < A::ONE,
    };
    let limit_is_valid = limit.is_none_or(|limit| {
        not_negative(limit.existing_shares)
            && limit.existing_shares <= terms.outstanding
            && not_negative(limit.fraction)
            && limit.fraction <= A::ONE
    });
    for (valid, term) in [
        (positive(terms.outstanding), RoundTerm::Outstanding),
        (not_negative(terms.unallocated), RoundTerm::Unallocated),
        (pool_is_valid, RoundTerm::Pool),
        (positive(terms.pre_money), RoundTerm::PreMoney),
        (not_negative(terms.new_money), RoundTerm::NewMoney),
        (limit_is_valid, RoundTerm::Limit),
    ] {
        if !valid {
            return Err(RoundError::Term(term));
        }
    }
    match converting.iter().position(|each| !instrument_is_valid(each)) {
        None => Ok(()),
        Some(place) => Err(RoundError::Instrument(place)),
    }
}

fn instrument_is_valid<A: Amount>(each: &Converting<A>) -> bool {
    let cap_is_valid = match each.terms.cap {
        Cap::None => true,
        Cap::PostMoney(cap) | Cap::PreMoney(cap) | Cap::FixedPrice(cap) => positive(cap),
    };
    not_negative(each.amount)
        && not_negative(each.terms.discount)
        && each.terms.discount < A::ONE
        && cap_is_valid
}

fn positive<A: Amount>(value: A) -> bool {
    value > A::ZERO
}

fn not_negative<A: Amount>(value: A) -> bool {
    value >= A::ZERO
}
