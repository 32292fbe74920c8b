//! A sale of the company from its price to the classes: fees, the management's carve-out, debt, shares.

use super::carve_out::{CarveOut, carved_out, net_proceeds};
use super::conversion::Cap;
use super::liquidity::{LiquidityError, SafeAtSale, distribute_with_safes};
use super::waterfall::{ExitClass, WaterfallOutcome, WaterfallScratch, distribute};
use crate::number::Amount;

/// A sale, and what comes off its price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CompanySale<A> {
    /// What the buyer pays for the company.
    pub price: A,
    /// Fees and costs, as a fraction of the price (0 to 1); they come off first.
    pub fees: A,
    /// The management's carve-out.
    pub carve_out: CarveOut<A>,
    /// The first rank of shares and of what ranks with them: classes above it are debt.
    pub share_rank: u32,
    /// What the caps of SAFEs count beside conversions ([`distribute_with_safes`]).
    pub capitalization: A,
}

/// A sale divided; the payouts stand in the slice handed in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DividedSale<A> {
    /// Fees.
    pub fees: A,
    /// What the management gets.
    pub carve_out: A,
    /// What is left for the classes.
    pub proceeds: A,
    /// What a share receives.
    pub outcome: WaterfallOutcome<A>,
}

/// Divides the price of a sale. The first classes are those of `safes`, as in [`distribute_with_safes`].
///
/// A carve-out after debt is taken of what debt leaves, and a note that converts is no debt. All that may convert is
/// first taken to do so; those to whom it does not pay are debt for good, the carve-out is taken anew, and so on: the
/// last standing are an equilibrium, that with the most conversions. At the price where a note changes its mind the
/// carve-out jumps, and with it what the others receive. On the way `safes` that turn out to be debt lose their cap,
/// and classes of debt beside them their shares.
///
/// Source: management carve-out plans, which are stated of the price or of what is left for stock; the order of
/// dropping out is that of [`distribute_with_safes`].
///
/// # Errors
///
/// [`LiquidityError`], never without `safes`.
pub fn divide_sale<A: Amount>(
    sale: &CompanySale<A>,
    safes: &mut [SafeAtSale<A>],
    classes: &mut [ExitClass<A>],
    scratch: &mut WaterfallScratch<A>,
    payouts: &mut [A],
) -> Result<DividedSale<A>, LiquidityError> {
    let fees = sale.fees * sale.price;
    let net = net_proceeds(sale.price, fees);
    let after_debt = sale.carve_out.is_after_debt();
    loop {
        let debt = if after_debt { claims_of_debt(sale.share_rank, safes, classes) } else { A::ZERO };
        let carve_out = carved_out(sale.price, net, debt, sale.carve_out);
        let proceeds = net_proceeds(sale.price, fees + carve_out);
        let outcome = if safes.is_empty() {
            distribute(proceeds, classes, scratch, payouts)
        } else {
            distribute_with_safes(proceeds, sale.capitalization, safes, classes, scratch, payouts)?
        };
        if !after_debt || !keep_as_debt(sale.share_rank, outcome.per_share, safes, classes) {
            return Ok(DividedSale { fees, carve_out, proceeds, outcome });
        }
    }
}

/// Claims that rank before shares and cannot convert.
fn claims_of_debt<A: Amount>(rank: u32, safes: &[SafeAtSale<A>], classes: &[ExitClass<A>]) -> A {
    let debt = |(place, class): &(usize, &ExitClass<A>)| {
        class.seniority < rank && !may_convert(*place, safes, class)
    };
    classes.iter().enumerate().filter(debt).fold(A::ZERO, |sum, (_, class)| sum + class.claim)
}

fn may_convert<A: Amount>(place: usize, safes: &[SafeAtSale<A>], class: &ExitClass<A>) -> bool {
    safes.get(place).map_or(class.shares > A::ZERO, |safe| safe.cap != Cap::None)
}

/// Takes the right to convert from debt that does not use it when a share receives `per_share`; whether there is any.
fn keep_as_debt<A: Amount>(
    rank: u32,
    per_share: A,
    safes: &mut [SafeAtSale<A>],
    classes: &mut [ExitClass<A>],
) -> bool {
    let mut any = false;
    for (place, class) in classes.iter_mut().enumerate() {
        if class.seniority < rank && may_convert(place, safes, class) && !class.converts_at(per_share) {
            any = true;
            class.shares = A::ZERO;
            if let Some(safe) = safes.get_mut(place) {
                safe.cap = Cap::None;
            }
        }
    }
    any
}
