//! What is taken off a sale's proceeds before the waterfall.

use crate::number::Amount;

/// A carve-out: what management receives in a sale, ahead of the stock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CarveOut<A> {
    /// An amount of money, before all debt.
    AmountBeforeDebt(A),
    /// An amount of money, of what debt leaves.
    AmountAfterDebt(A),
    /// A fraction (0 to 1) of the proceeds, before all debt.
    FractionOfProceeds(A),
    /// A fraction (0 to 1) of what debt leaves: of the equity proceeds.
    FractionOfEquity(A),
}

/// What is left of gross proceeds after the costs of the sale; nothing if the costs take it all.
#[must_use]
pub fn net_proceeds<A: Amount>(gross: A, costs: A) -> A {
    (gross - costs).or_zero()
}

/// The money carved out of net `proceeds`, `debt` being all claims that are paid before stock. The caller
/// divides the rest, debt included, in the waterfall: a carve-out after debt never takes from the debt.
///
/// Source: management carve-out plans; their forms differ in exactly these two choices.
#[must_use]
pub fn carved_out<A: Amount>(proceeds: A, debt: A, carve_out: CarveOut<A>) -> A {
    let proceeds = proceeds.or_zero();
    let equity = (proceeds - debt).or_zero();
    match carve_out {
        CarveOut::AmountBeforeDebt(amount) => amount.min_of(proceeds),
        CarveOut::AmountAfterDebt(amount) => amount.min_of(equity),
        CarveOut::FractionOfProceeds(fraction) => fraction * proceeds,
        CarveOut::FractionOfEquity(fraction) => fraction * equity,
    }
}
