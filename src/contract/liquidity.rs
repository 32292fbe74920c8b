//! SAFEs and notes when the company is sold before they have converted.

use thiserror::Error;

use super::conversion::Cap;
use super::waterfall::{ExitClass, WaterfallOutcome, WaterfallScratch, distribute};
use crate::number::Amount;

/// A SAFE, or a note that may convert, at a sale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SafeAtSale<A> {
    /// What converts: the purchase amount, or principal and interest.
    pub amount: A,
    /// The liquidity price: the cap over the liquidity capitalization, without a discount, stacked or not: there
    /// is no round price to take it off. Without a cap the holder takes its claim.
    pub cap: Cap<A>,
}

/// Why a sale cannot be divided.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum LiquidityError {
    /// At their caps the SAFEs own the whole company and more.
    #[error("at their caps the SAFEs own {owned_percent:.4}% of the company")]
    SafesOwnEverything {
        /// Purchase amounts over caps, in per cent; 100 or more, or not a number.
        owned_percent: f64,
    },
    /// Whatever some decide, others would decide differently.
    #[error("the SAFEs' decisions to convert do not settle: each changes what another does")]
    NoSettlement,
    /// More SAFEs than can be settled together.
    #[error("more than 128 SAFEs in one sale")]
    TooMany,
}

/// What the discount of a discount-only SAFE adds at a sale to `cash_out`, its claim at its own rank: it comes
/// after all preferences and before common.
///
/// Its liquidity price is the value of a share of common less the discount, so that converted it is worth
/// amount / (1 − discount) whatever that value is; but as common it has nothing until all preferences are
/// paid. A SAFE without a discount has no second claim, nor has one whose cash-out is worth as much. Source: YC SAFE, discount only, "Liquidity Price";
/// the ranks follow from letting the share value go to zero.
#[must_use]
pub fn discount_claim<A: Amount>(amount: A, discount: A, cash_out: A) -> A {
    let adds = (amount * discount).div_or(A::ONE - discount, A::ZERO);
    (amount + adds - cash_out).or_zero()
}

/// Divides the proceeds of a sale where the first classes are SAFEs, in the order of `safes`, and writes into
/// those classes the shares they convert into; a SAFE that takes its claim instead has none.
///
/// A SAFE converts at its cap over the liquidity capitalization: `capitalization` (stock as converted and
/// options that share in the proceeds, no unissued pool) and, where its form counts converting securities
/// (post-money), those that convert, but not those that cash out. So each post-money SAFE owns amount over
/// cap of whatever converts, and one that cashes out leaves the others more; a pre-money one has a fixed
/// number of shares.
///
/// All are first taken to convert; those to whom it does not pay drop out. Among post-money SAFEs this can
/// only make it pay less for the rest, and so it does among SAFEs with fixed numbers of shares: the last
/// standing are an equilibrium, that with the most conversions. With both kinds in one table a SAFE that
/// drops out may raise the value of a share and call another back; the result is then checked, and if it does
/// not stand all combinations are tried, the most conversions first. There are sales where none stands:
/// these are refused. At the price where a SAFE changes its mind, what the others receive jumps: its own
/// payout is the same either way, but the capitalization is not.
///
/// Each SAFE's claim is its cash-out amount, usually the purchase amount (for a note, see
/// [`super::change_of_control_claim`]), and its rank that of non-participating preferred.
///
/// Source: YC post-money SAFE v1.1 §1(b) and "Liquidity Capitalization", §1(d) for rank; YC's original SAFE for
/// the pre-money form; the order of dropping out is ours, held against enumeration in the tests.
///
/// # Errors
///
/// [`LiquidityError`].
pub fn distribute_with_safes<A: Amount>(
    proceeds: A,
    capitalization: A,
    safes: &[SafeAtSale<A>],
    classes: &mut [ExitClass<A>],
    scratch: &mut WaterfallScratch<A>,
    payouts: &mut [A],
) -> Result<WaterfallOutcome<A>, LiquidityError> {
    if safes.len() > 128 {
        return Err(LiquidityError::TooMany);
    }
    let mut sale = Sale { proceeds, capitalization, safes, classes, scratch, payouts };
    let mut converting = sale.may_convert();
    loop {
        let outcome = sale.settle(converting)?;
        let staying = sale.willing(converting, outcome.per_share);
        if staying == converting {
            if sale.is_of_one_kind() || sale.stands(converting)? {
                return sale.settle(converting);
            }
            return sale.try_all();
        }
        converting = staying;
    }
}

/// A sale being settled. A set of SAFEs is a number whose bits are their places.
struct Sale<'a, A> {
    proceeds: A,
    capitalization: A,
    safes: &'a [SafeAtSale<A>],
    classes: &'a mut [ExitClass<A>],
    scratch: &'a mut WaterfallScratch<A>,
    payouts: &'a mut [A],
}

/// Above this many SAFEs not all combinations are tried.
const MOST_TO_TRY: usize = 16;

impl<A: Amount> Sale<'_, A> {
    fn may_convert(&self) -> u128 {
        let capped = |(place, safe): (usize, &SafeAtSale<A>)| match safe.cap {
            Cap::None => 0,
            _ => 1 << place,
        };
        self.safes.iter().enumerate().map(capped).sum()
    }

    /// Whether all count each other, or none does.
    fn is_of_one_kind(&self) -> bool {
        let mut kinds = self.safes.iter().filter(|safe| safe.cap != Cap::None).map(counts_others);
        kinds.next().is_none_or(|first| kinds.all(|kind| kind == first))
    }

    /// The payouts if exactly these convert.
    fn settle(&mut self, converting: u128) -> Result<WaterfallOutcome<A>, LiquidityError> {
        let mut left = A::ONE;
        let mut others = self.capitalization;
        for (place, safe) in self.safes.iter().enumerate().filter(|(place, _)| has(converting, *place)) {
            let (part, of_all) = self.part(safe)?;
            self.classes[place].shares = part;
            if of_all { left -= part } else { others += part }
        }
        let solvable = left > A::ZERO;
        if !solvable {
            return Err(owns_everything(A::ONE - left));
        }
        let all = others.div_or(left, A::ZERO);
        for (place, (class, safe)) in self.classes.iter_mut().zip(self.safes).enumerate() {
            if !has(converting, place) {
                class.shares = A::ZERO;
            } else if counts_others(safe) {
                class.shares = class.shares * all;
            }
        }
        Ok(distribute(self.proceeds, self.classes, self.scratch, self.payouts))
    }

    /// What a SAFE converts into: a fraction of all that converts or is outstanding, or a number of shares.
    fn part(&self, safe: &SafeAtSale<A>) -> Result<(A, bool), LiquidityError> {
        let Some((valuation, counted)) = safe.cap.valuation() else {
            let Cap::FixedPrice(price) = safe.cap else { return Ok((A::ZERO, false)) };
            return Ok((safe.amount.div_or(price, A::ZERO), false));
        };
        let money = counted.less_itself(valuation, safe.amount);
        let solvable = money > A::ZERO;
        if !solvable {
            return Err(owns_everything(safe.amount.div_or(valuation, A::ONE)));
        }
        let part = safe.amount.div_or(money, A::ZERO);
        let of_all = counted.other_converting_securities;
        Ok((if of_all { part } else { part * self.capitalization }, of_all))
    }

    /// Those of a settled set to whom it pays to convert.
    fn willing(&self, converting: u128, per_share: A) -> u128 {
        let mut willing = 0;
        for (place, class) in self.classes.iter().enumerate().take(self.safes.len()) {
            if has(converting, place) && class.converts_at(per_share) {
                willing |= 1 << place;
            }
        }
        willing
    }

    /// Whether nobody would rather decide otherwise.
    fn stands(&mut self, converting: u128) -> Result<bool, LiquidityError> {
        let per_share = self.settle(converting)?.per_share;
        if self.willing(converting, per_share) != converting {
            return Ok(false);
        }
        let out = self.may_convert() & !converting;
        for place in (0..self.safes.len()).filter(|place| has(out, *place)) {
            let joined = converting | 1 << place;
            let per_share = self.settle(joined)?.per_share;
            if has(self.willing(joined, per_share), place) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn try_all(&mut self) -> Result<WaterfallOutcome<A>, LiquidityError> {
        let may = self.may_convert();
        let count = self.safes.len();
        if count <= MOST_TO_TRY {
            for size in (0..=may.count_ones()).rev() {
                for set in (0..1_u128 << count).filter(|set| set & !may == 0 && set.count_ones() == size) {
                    if self.stands(set)? {
                        return self.settle(set);
                    }
                }
            }
        }
        Err(LiquidityError::NoSettlement)
    }
}

fn owns_everything<A: Amount>(fraction: A) -> LiquidityError {
    LiquidityError::SafesOwnEverything { owned_percent: 100.0 * fraction.to_f64() }
}

fn has(set: u128, place: usize) -> bool {
    set >> place & 1 == 1
}

fn counts_others<A: Amount>(safe: &SafeAtSale<A>) -> bool {
    safe.cap.valuation().is_some_and(|(_, counted)| counted.other_converting_securities)
}
