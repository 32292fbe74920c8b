//! Whole shares and printed prices: the rounding a closing's documents apply to a priced round.
//!
//! Rounding comes after the exact solution, but what it rounds depends on what it has rounded: prices are
//! quotients by the share count, and the count is the sum of the rounded holdings. So the sheet is worked
//! out again from its own total until that no longer moves. The valuation the rounded sheet implies differs
//! from the one agreed: both are reported.
//!
//! Source: law firms' and accountants' worksheets, which round prices up to 5 places or to the nearest of 4,
//! and shares down for each holder or up for new money; working down from the exact solution is ours.

use super::conversion::conversion_price;
use super::counted_shares::Capitalization;
use super::round::{Converting, Pool, PricingConvention, RoundOutcome, RoundTerms};
use super::round_error::RoundError;
use crate::number::{Amount, Rounding};

/// What is rounded, and how; nothing where `None`. Prices have a number of decimal places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LegalRounding {
    /// The round price.
    pub price: Option<(u32, Rounding)>,
    /// Each conversion price; a discount comes off the rounded round price.
    pub conversion_price: Option<(u32, Rounding)>,
    /// The shares of each new investor.
    pub new_shares: Option<Rounding>,
    /// The shares of each converting instrument.
    pub converted_shares: Option<Rounding>,
    /// The pool after the round, where the round sets it by a target.
    pub pool: Option<Rounding>,
}

/// A round in rounded numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoundedRound<A> {
    /// Money per share.
    pub price: A,
    /// Shares sold to all new investors.
    pub new_shares: A,
    /// Shares added to the unallocated pool.
    pub pool_increase: A,
    /// The sum of all rounded holdings.
    pub total_shares: A,
    /// Price times total: the post-money valuation the rounded numbers imply.
    pub sum_valuation: A,
}

/// Where the rounded holdings of each investor and instrument are written.
#[derive(Debug)]
pub struct RoundedHoldings<'a, A> {
    /// Shares of each new investor.
    pub bought: &'a mut [A],
    /// Shares of each converting instrument.
    pub shares: &'a mut [A],
    /// Conversion price of each.
    pub prices: &'a mut [A],
}

/// Rounds a round that [`super::price_round`] has closed with `exact` and without an ownership limit; the shares of
/// ratchets are among those outstanding ([`RoundTerms::guaranteed`] is zero).
/// `investments` is the money of each new investor, adding up to the round's new money.
///
/// # Errors
///
/// [`RoundError::RoundingUnsettled`] where sheet and total keep chasing each other.
pub fn round_legally<A: Amount>(
    terms: &RoundTerms<A>,
    converting: &[Converting<A>],
    investments: &[A],
    exact: &RoundOutcome<A>,
    rounding: &LegalRounding,
    holdings: &mut RoundedHoldings<'_, A>,
) -> Result<RoundedRound<A>, RoundError> {
    let mut total = exact.total_shares;
    for _ in 0..MOST_SHEETS {
        let sheet = Sheet { terms, converting, investments, rounding, total };
        let rounded = sheet.work_out(holdings);
        let moved = (rounded.total_shares - total).to_f64().abs();
        // Without rounding to whole shares the last bits may go on moving.
        if moved <= 1e-9 * total.to_f64().max(1.0) && moved < 0.5 {
            return Ok(rounded);
        }
        total = rounded.total_shares;
    }
    Err(RoundError::RoundingUnsettled)
}

/// Each sheet moves the total by a fraction of what the last one did.
const MOST_SHEETS: u32 = 200;

/// One pass over the worksheet, from a total.
struct Sheet<'a, A> {
    terms: &'a RoundTerms<A>,
    converting: &'a [Converting<A>],
    investments: &'a [A],
    rounding: &'a LegalRounding,
    total: A,
}

impl<A: Amount> Sheet<'_, A> {
    fn work_out(&self, holdings: &mut RoundedHoldings<'_, A>) -> RoundedRound<A> {
        let Sheet { terms, rounding, total, .. } = *self;
        let granted = terms.options + terms.promised;
        let pool = self.pool();
        // What comes after the round neither moves its price nor is counted by caps.
        let after = self.pool_after(pool);
        let price = places(self.exact_price(pool, after), rounding.price);
        let mut new_shares = A::ZERO;
        for (bought, &money) in holdings.bought.iter_mut().zip(self.investments) {
            *bought = whole(money.div_or(price, A::ZERO), rounding.new_shares);
            new_shares += *bought;
        }
        let capitalization = Capitalization {
            outstanding: terms.outstanding,
            options: terms.options,
            unissued: terms.unallocated,
            promised: terms.promised,
            pool_increase: pool - terms.unallocated,
            new_money: new_shares,
            converting: total - after - terms.outstanding - granted - pool - new_shares,
        };
        let mut sum = terms.outstanding + granted + pool + after + new_shares;
        let places_for = holdings.shares.iter_mut().zip(holdings.prices.iter_mut());
        for (each, (shares, own_price)) in self.converting.iter().zip(places_for) {
            let exact = conversion_price(&each.terms, each.amount, price, &capitalization).price;
            *own_price = places(exact, rounding.conversion_price);
            *shares = whole(each.amount.div_or(*own_price, A::ZERO), rounding.converted_shares);
            sum += *shares;
        }
        RoundedRound {
            price,
            new_shares,
            pool_increase: pool + after - terms.unallocated,
            total_shares: sum,
            sum_valuation: price * sum,
        }
    }

    fn pool(&self) -> A {
        let RoundTerms { options, promised, unallocated, pool, .. } = *self.terms;
        let target = |shares: A| self.filled_up(shares, unallocated);
        match pool {
            Pool::Keep | Pool::TargetAfterRound(_) => unallocated,
            Pool::IncreaseBy(shares) => unallocated + shares,
            Pool::TargetUnallocated(fraction) => target(fraction * self.total),
            Pool::TargetTotal(fraction) => target((fraction * self.total - options - promised).or_zero()),
        }
    }

    /// The pool at a target, unless it is larger already.
    fn filled_up(&self, target: A, pool: A) -> A {
        whole(target, self.rounding.pool).max_of(pool)
    }

    /// What a pool sized after the round adds to it.
    fn pool_after(&self, pool: A) -> A {
        match self.terms.pool {
            Pool::TargetAfterRound(fraction) => self.filled_up(fraction * self.total, pool) - pool,
            _ => A::ZERO,
        }
    }

    fn exact_price(&self, pool: A, after: A) -> A {
        let RoundTerms { outstanding, options, promised, pre_money, price, new_money, .. } = *self.terms;
        if let Some(price) = price {
            return price;
        }
        let total = self.total - after;
        let amounts = self.converting.iter().fold(A::ZERO, |sum, each| sum + each.amount);
        let (value, counted) = match self.terms.convention {
            PricingConvention::PercentageOwnership => (pre_money + new_money, total),
            PricingConvention::PreMoneyMethod => (pre_money, outstanding + options + promised + pool),
            PricingConvention::DollarsInvested => (pre_money + new_money + amounts, total),
        };
        value.div_or(counted, A::ZERO)
    }
}

fn places<A: Amount>(price: A, rounding: Option<(u32, Rounding)>) -> A {
    rounding.map_or(price, |(places, rounding)| price.rounded(places, rounding))
}

fn whole<A: Amount>(shares: A, rounding: Option<Rounding>) -> A {
    rounding.map_or(shares, |rounding| shares.rounded(0, rounding))
}
