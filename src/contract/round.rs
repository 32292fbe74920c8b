//! The priced round: round price, share counts and every conversion, solved together and exactly.

use super::conversion::{Cap, ConversionTerms, PriceBasis};
use super::round_error::{RoundError, RoundTerm};
use super::share_count::{Line, ShareLines};
pub use crate::model::PricingConvention;
use crate::number::Amount;

/// What the round does to the option pool, beyond the options it promises. Fractions are 0 inclusive to 1
/// exclusive, of post-round fully diluted shares; a pool already larger stays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pool<A> {
    /// Nothing.
    Keep,
    /// Adds this many shares.
    IncreaseBy(A),
    /// Adds what is missing for unallocated options to be this fraction ("available", in term sheets and in
    /// YC's guide).
    TargetUnallocated(A),
    /// Adds what is missing for unallocated, granted and promised options together to be this fraction.
    TargetTotal(A),
    /// Adds what is missing for unallocated options to be this fraction, but after the round: neither price
    /// nor caps know of it, and it dilutes new investors like everyone else.
    TargetAfterRound(A),
}

/// A priced round. Money in one currency, shares fully diluted and as converted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoundTerms<A> {
    /// Shares outstanding with preferred as converted; above zero, but for ratchets. Options may be counted here
    /// or below.
    pub outstanding: A,
    /// What the series of biting ratchets are guaranteed to be worth at the round price, together, in money: so
    /// many more shares are outstanding ([`super::price_with_ratchets`]). Zero but at an offering.
    pub guaranteed: A,
    /// Options and warrants granted, or promised out of the pool before the round.
    pub options: A,
    /// Options promised beyond the pool before the round, which the round adds.
    pub promised: A,
    /// The pool before the round: reserved, neither granted nor promised.
    pub unallocated: A,
    /// What happens to the pool.
    pub pool: Pool<A>,
    /// Pre-money valuation; above zero, if there is no `price`.
    pub pre_money: A,
    /// A price per share given outright, above zero; valuation and convention then say nothing.
    pub price: Option<A>,
    /// New money of all investors; zero at an IPO without primary shares or a conversion at a given value.
    pub new_money: A,
    /// The pricing convention.
    pub convention: PricingConvention,
}

impl<A: Amount> RoundTerms<A> {
    /// A round without options and pool, priced by percentage ownership.
    #[must_use]
    pub fn new(outstanding: A, pre_money: A, new_money: A) -> Self {
        RoundTerms {
            outstanding,
            guaranteed: A::ZERO,
            options: A::ZERO,
            promised: A::ZERO,
            unallocated: A::ZERO,
            pool: Pool::Keep,
            pre_money,
            price: None,
            new_money,
            convention: PricingConvention::PercentageOwnership,
        }
    }
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
    /// Fraction of post-round fully diluted shares, 0 to 1; a pool sized after the round comes later.
    pub fraction: A,
}

/// A round that closed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoundOutcome<A> {
    /// Money per share that new investors pay.
    pub price: A,
    /// Shares sold for new money.
    pub new_shares: A,
    /// Shares added to the unallocated pool; promised options come on top.
    pub pool_increase: A,
    /// Fully diluted shares after the round.
    pub total_shares: A,
    /// The fraction of each limited instrument that converts: 1 if the limit does not bind.
    pub converted_fraction: A,
}

/// Prices a round in which `converting` convert, and writes for each the shares it receives and the clause
/// that set its price. `shares` and `basis` are as long as `converting`.
///
/// All are solved together: each price depends on the share count, and the share count on all prices. With
/// a `limit` that binds, the same fraction of every limited amount converts and the rest stays debt, out of
/// every denominator; the others keep their own terms. Nothing is rounded to whole shares.
///
/// Several new investors are one sum of new money: each receives its money over the price. Who among them
/// uses a pro rata right inside the round changes nothing else ([`super::pro_rata_right`]).
///
/// Source: the denominators of YC's SAFE forms, Cooley GO's three pricing conventions; the solution is ours
/// (see `share_count.rs`), for the limit with the holder's conversions replaced by what the limit leaves.
///
/// # Errors
///
/// See [`RoundError`]. An infeasible round is reported, never bent into shape; `shares` then says for each
/// instrument what fraction of the company it claims, a limited one whose limit binds apart.
pub fn price_round<A: Amount>(
    terms: &RoundTerms<A>,
    converting: &[Converting<A>],
    limit: Option<&OwnershipLimit<A>>,
    shares: &mut [A],
    basis: &mut [PriceBasis],
) -> Result<RoundOutcome<A>, RoundError> {
    check(terms, converting, limit)?;
    if converting.is_empty() && is_plain(terms) {
        return without_conversions(terms);
    }
    let limit = limit.filter(|_| converting.iter().any(|each| each.limited && each.amount > A::ZERO));
    let (solution, limited) = match limit {
        None => (solve(terms, converting, Limited::ConvertFully, shares, basis)?, Limited::ConvertFully),
        Some(_) if terms.convention == PricingConvention::DollarsInvested && terms.price.is_none() => {
            return Err(RoundError::LimitUnderDollarsInvested);
        }
        Some(limit) => solve_within(terms, converting, limit, shares, basis)?,
    };
    finish(terms, converting, &solution, limited, shares, basis)
}

/// Whether new money is all that happens: the pool stays, and the price follows from a valuation.
fn is_plain<A: Amount>(terms: &RoundTerms<A>) -> bool {
    terms.pool == Pool::Keep
        && terms.convention == PricingConvention::PercentageOwnership
        && terms.price.is_none()
        && terms.guaranteed == A::ZERO
}

/// A plain round in which nothing converts, as most are: the same steps as through the lines of shares, those that add
/// nought left out.
fn without_conversions<A: Amount>(terms: &RoundTerms<A>) -> Result<RoundOutcome<A>, RoundError> {
    let before = terms.outstanding + terms.options + terms.promised + terms.unallocated;
    let money = terms.pre_money + terms.new_money;
    let sold = terms.new_money.div_or(money, A::ZERO);
    let kept = A::ONE - sold;
    // Where new money is all but all, the general way tells what is wrong.
    if !(kept > A::from_f64(1e-12)) {
        return general(terms);
    }
    let total_shares = before.div_or(kept, A::ZERO);
    let price = money.div_or(total_shares, A::ZERO);
    if !positive(price) || !positive(total_shares) {
        return Err(RoundError::TooLarge);
    }
    let new_shares = sold * total_shares;
    Ok(RoundOutcome { price, new_shares, pool_increase: A::ZERO, total_shares, converted_fraction: A::ONE })
}

/// A round in which nothing converts, by way of the lines of shares.
fn general<A: Amount>(terms: &RoundTerms<A>) -> Result<RoundOutcome<A>, RoundError> {
    let solution = solve(terms, &[], Limited::ConvertFully, &mut [], &mut [])?;
    finish(terms, &[], &solution, Limited::ConvertFully, &mut [], &mut [])
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
    shares: &mut [A],
    basis: &mut [PriceBasis],
) -> Result<Solution<A>, RoundError> {
    let amount = converting.iter().fold(A::ZERO, |sum, each| sum + each.amount);
    let reserved = match limited {
        Limited::ConvertUpTo(shares) => shares,
        Limited::ConvertFully | Limited::StayDebt => Line::constant(A::ZERO),
    };
    let all_convert = matches!(limited, Limited::ConvertFully);
    let takes_part = |each: &Converting<A>| all_convert || !each.limited;
    let mut solve_with = |pool: Line<A>| {
        let lines = ShareLines::new(terms, pool, amount);
        match lines.total(reserved, converting, takes_part, basis) {
            Ok(total) => Ok(Solution { lines, total }),
            Err(error) => {
                for ((each, share), &basis) in converting.iter().zip(shares.iter_mut()).zip(basis.iter()) {
                    *share = if takes_part(each) { lines.received(each, basis).slope } else { A::ZERO };
                }
                Err(error)
            }
        }
    };
    let kept = Line::constant(terms.unallocated);
    let wanted = match terms.pool {
        Pool::Keep | Pool::TargetAfterRound(_) => return solve_with(kept),
        Pool::IncreaseBy(increase) => return solve_with(Line::constant(terms.unallocated + increase)),
        Pool::TargetUnallocated(fraction) => Line { at_zero: A::ZERO, slope: fraction },
        Pool::TargetTotal(fraction) => Line { at_zero: -(terms.options + terms.promised), slope: fraction },
    };
    // The pool is the larger of the two lines, and the share count with it is one: that of the target if the
    // target is larger there, else that of the existing pool.
    let falls_short = |solution: &Solution<A>| wanted.at(solution.total) > terms.unallocated;
    match solve_with(wanted) {
        Ok(solution) if falls_short(&solution) => Ok(solution),
        Ok(_) => solve_with(kept),
        Err(RoundError::NoShareCount { .. }) => match solve_with(kept) {
            Ok(solution) if !falls_short(&solution) => Ok(solution),
            Err(other @ (RoundError::TooLarge | RoundError::Term(_))) => Err(other),
            // The arithmetic is told with the pool that was asked for.
            Ok(_) | Err(_) => solve_with(wanted),
        },
        Err(other) => Err(other),
    }
}

/// The share count under an ownership limit. Full conversion may be infeasible where the limit is not.
fn solve_within<A: Amount>(
    terms: &RoundTerms<A>,
    converting: &[Converting<A>],
    limit: &OwnershipLimit<A>,
    shares: &mut [A],
    basis: &mut [PriceBasis],
) -> Result<(Solution<A>, Limited<A>), RoundError> {
    match solve(terms, converting, Limited::ConvertFully, shares, basis) {
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
    let at_limit = match solve(terms, converting, up_to_limit, shares, basis) {
        Ok(solution) if room.at(solution.total) > A::ZERO => return Ok((solution, up_to_limit)),
        // No room at the limit: then there is none without conversion either.
        Ok(_) => None,
        Err(error) => Some(error),
    };
    let none = solve(terms, converting, Limited::StayDebt, shares, basis)?;
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
    let in_round = lines.kinds.pool_increase.at(*total);
    let after = pool_after_round(terms, *total);
    Ok(RoundOutcome {
        price,
        new_shares: lines.kinds.new_money.at(*total),
        pool_increase: in_round + after,
        total_shares: *total + after,
        converted_fraction,
    })
}

/// What a pool sized after the round adds to a closed round: with x more, unallocated + x = t · (total + x).
fn pool_after_round<A: Amount>(terms: &RoundTerms<A>, total: A) -> A {
    let Pool::TargetAfterRound(fraction) = terms.pool else { return A::ZERO };
    (fraction * total - terms.unallocated).or_zero().div_or(A::ONE - fraction, A::ZERO)
}

fn check<A: Amount>(
    terms: &RoundTerms<A>,
    converting: &[Converting<A>],
    limit: Option<&OwnershipLimit<A>>,
) -> Result<(), RoundError> {
    let pool_is_valid = match terms.pool {
        Pool::Keep => true,
        Pool::IncreaseBy(shares) => not_negative(shares),
        Pool::TargetUnallocated(fraction)
        | Pool::TargetTotal(fraction)
        | Pool::TargetAfterRound(fraction) => not_negative(fraction) && fraction < A::ONE,
    };
    let limit_is_valid = limit.is_none_or(|limit| {
        not_negative(limit.existing_shares)
            && (limit.existing_shares <= terms.outstanding || positive(terms.guaranteed))
            && not_negative(limit.fraction)
            && limit.fraction <= A::ONE
    });
    // By the pre-money method all shares before the conversions are worth the valuation, ratchets among them.
    let of_valuation = terms.convention == PricingConvention::PreMoneyMethod && terms.price.is_none();
    let guarantee_is_valid =
        not_negative(terms.guaranteed) && (!of_valuation || terms.guaranteed < terms.pre_money);
    for (valid, term) in [
        (
            not_negative(terms.outstanding) && positive(terms.outstanding + terms.guaranteed),
            RoundTerm::Outstanding,
        ),
        (guarantee_is_valid, RoundTerm::Guaranteed),
        (not_negative(terms.options) && not_negative(terms.promised), RoundTerm::Options),
        (not_negative(terms.unallocated), RoundTerm::Unallocated),
        (pool_is_valid, RoundTerm::Pool),
        (terms.price.is_none_or(positive), RoundTerm::Price),
        (terms.price.is_some() || positive(terms.pre_money), RoundTerm::PreMoney),
        (not_negative(terms.new_money), RoundTerm::NewMoney),
        (limit_is_valid, RoundTerm::Limit),
    ] {
        if !valid {
            return Err(RoundError::Term(term));
        }
    }
    for (place, each) in converting.iter().enumerate() {
        check_instrument(place, each, limit.is_some())?;
    }
    Ok(())
}

fn check_instrument<A: Amount>(place: usize, each: &Converting<A>, limit: bool) -> Result<(), RoundError> {
    let ConversionTerms { discount, cap, .. } = each.terms;
    let cap_is_valid = match cap {
        Cap::None => true,
        Cap::PostMoney(cap) | Cap::PreMoney(cap) | Cap::Over(cap, _) | Cap::FixedPrice(cap) => positive(cap),
    };
    if !(not_negative(each.amount) && not_negative(discount) && discount < A::ONE && cap_is_valid) {
        return Err(RoundError::Instrument(place));
    }
    if let Cap::Over(valuation, counted) = cap {
        if !positive(counted.less_itself(valuation * each.terms.kept_of_cap(), each.amount)) {
            return Err(RoundError::OwnCap(place));
        }
        if limit && each.limited && !counted.is_even() {
            return Err(RoundError::LimitWithUnevenCap(place));
        }
    }
    Ok(())
}

fn positive<A: Amount>(value: A) -> bool {
    value > A::ZERO
}

fn not_negative<A: Amount>(value: A) -> bool {
    value >= A::ZERO
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_plain_round_is_priced_as_by_the_lines(
            counts in [1e-3..1e9, 0.0..1e8, 0.0..1e8, 0.0..1e8_f64],
            valuation in 1e-3..1e12_f64,
            new_money in prop_oneof![Just(0.0), 1e-3..1e13_f64, Just(1e30)],
        ) {
            let [outstanding, options, promised, unallocated] = counts;
            let terms = RoundTerms { options, promised, unallocated, ..RoundTerms::new(outstanding, valuation, new_money) };
            let bits = |outcome: RoundOutcome<f64>| {
                let RoundOutcome { price, new_shares, pool_increase, total_shares, converted_fraction } = outcome;
                [price, new_shares, pool_increase, total_shares, converted_fraction].map(f64::to_bits)
            };
            prop_assert!(is_plain(&terms));
            prop_assert_eq!(without_conversions(&terms).map(bits), general(&terms).map(bits));
        }
    }
}
