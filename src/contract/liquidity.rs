//! Post-money SAFEs when the company is sold before they have converted.

use thiserror::Error;

use super::conversion::post_money_ownership;
use super::waterfall::{ExitClass, WaterfallOutcome, WaterfallScratch, distribute};
use crate::number::Amount;

/// A post-money SAFE at a sale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SafeAtSale<A> {
    /// Purchase amount, in money.
    pub amount: A,
    /// Post-money valuation cap, in money; above zero.
    pub post_money_cap: A,
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
}

/// Divides the proceeds of a sale where the first classes are post-money SAFEs, in the order of `safes`, and
/// writes into those classes the shares they convert into; a SAFE that takes its claim instead has none.
///
/// A SAFE converts at its cap over the liquidity capitalization: `capitalization` (stock as converted and
/// options that share in the proceeds, no unissued pool) and the SAFEs that convert, but not those that
/// cash out. So each owns amount over cap of whatever converts, and one that cashes out leaves the others
/// more. All are first taken to convert; those to whom it does not pay drop out, which can only make it pay
/// less for the rest, until all who are left gain by it. At the price where a SAFE changes its mind, what the
/// others receive jumps: its own payout is the same either way, but the capitalization is not.
///
/// Each SAFE's claim is its cash-out amount, usually the purchase amount, and its rank that of
/// non-participating preferred.
///
/// Source: YC post-money SAFE v1.1 §1(b) and "Liquidity Capitalization", §1(d) for rank;
/// the order of dropping out is ours, held against enumeration in the tests.
///
/// # Errors
///
/// [`LiquidityError::SafesOwnEverything`].
pub fn distribute_with_safes<A: Amount>(
    proceeds: A,
    capitalization: A,
    safes: &[SafeAtSale<A>],
    classes: &mut [ExitClass<A>],
    scratch: &mut WaterfallScratch<A>,
    payouts: &mut [A],
) -> Result<WaterfallOutcome<A>, LiquidityError> {
    // Any shares mark a SAFE that still means to convert.
    for (class, _) in classes.iter_mut().zip(safes) {
        class.shares = A::ONE;
    }
    loop {
        let owned = |safe: &SafeAtSale<A>| post_money_ownership(safe.amount, safe.post_money_cap);
        let mut left = A::ONE;
        for (_, safe) in classes.iter().zip(safes).filter(|(class, _)| class.shares > A::ZERO) {
            left -= owned(safe);
        }
        let solvable = left > A::ZERO;
        if !solvable {
            let owned_percent = 100.0 * (A::ONE - left).to_f64();
            return Err(LiquidityError::SafesOwnEverything { owned_percent });
        }
        let all = capitalization.div_or(left, A::ZERO);
        for (class, safe) in classes.iter_mut().zip(safes).filter(|(class, _)| class.shares > A::ZERO) {
            class.shares = all * owned(safe);
        }
        let outcome = distribute(proceeds, classes, scratch, payouts);
        let mut settled = true;
        for (class, _) in classes.iter_mut().zip(safes).filter(|(class, _)| class.shares > A::ZERO) {
            if !class.converts_at(outcome.per_share) {
                class.shares = A::ZERO;
                settled = false;
            }
        }
        if settled {
            return Ok(outcome);
        }
    }
}
