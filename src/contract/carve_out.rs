//! What is taken off a sale's proceeds before the waterfall.

use crate::model;
use crate::number::Amount;

/// A carve-out: what management receives in a sale, ahead of the stock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CarveOut<A> {
    /// An amount of money, before all debt.
    AmountBeforeDebt(A),
    /// An amount of money, of what debt leaves.
    AmountAfterDebt(A),
    /// A fraction (0 to 1) of the price, before all debt.
    FractionOfPrice(A),
    /// A fraction (0 to 1) of what debt leaves: of the equity proceeds.
    FractionOfEquity(A),
}

impl<A: Amount> CarveOut<A> {
    /// The carve-out of a scenario.
    #[must_use]
    pub fn of(stated: model::CarveOut) -> Self {
        match stated {
            model::CarveOut { size: model::CarveOutSize::Part(part), after_debt: false } => {
                CarveOut::FractionOfPrice(A::from_decimal(part))
            }
            model::CarveOut { size: model::CarveOutSize::Part(part), after_debt: true } => {
                CarveOut::FractionOfEquity(A::from_decimal(part))
            }
            model::CarveOut { size: model::CarveOutSize::Money(amount), after_debt: false } => {
                CarveOut::AmountBeforeDebt(A::from_decimal(amount))
            }
            model::CarveOut { size: model::CarveOutSize::Money(amount), after_debt: true } => {
                CarveOut::AmountAfterDebt(A::from_decimal(amount))
            }
        }
    }

    /// Whether debt is paid before it.
    #[must_use]
    pub fn is_after_debt(self) -> bool {
        matches!(self, CarveOut::AmountAfterDebt(_) | CarveOut::FractionOfEquity(_))
    }
}

/// What is left of gross proceeds after the costs of the sale; nothing if the costs take it all.
#[must_use]
pub fn net_proceeds<A: Amount>(gross: A, costs: A) -> A {
    (gross - costs).or_zero()
}

/// The money carved out of the `net` proceeds of a sale at `price`, `debt` being all claims that are paid before
/// stock. The caller divides the rest, debt included, in the waterfall: a carve-out after debt never takes from the
/// debt.
///
/// Source: management carve-out plans; their forms differ in exactly these two choices.
#[must_use]
pub fn carved_out<A: Amount>(price: A, net: A, debt: A, carve_out: CarveOut<A>) -> A {
    let net = net.or_zero();
    let equity = (net - debt).or_zero();
    match carve_out {
        CarveOut::AmountBeforeDebt(amount) => amount.min_of(net),
        CarveOut::AmountAfterDebt(amount) => amount.min_of(equity),
        CarveOut::FractionOfPrice(fraction) => (fraction * price).min_of(net),
        CarveOut::FractionOfEquity(fraction) => fraction * equity,
    }
}

/// The price of the sale that leaves `proceeds` for the classes, after `fees` (a fraction of the price) and a carve-out:
/// the least one, unless `to_stock` asks for the price from which on stock receives something.
#[must_use]
pub fn price_for<A: Amount>(proceeds: A, fees: A, debt: A, carve_out: CarveOut<A>, to_stock: bool) -> A {
    let equity = (proceeds - debt).or_zero();
    let (net, part) = match carve_out {
        CarveOut::FractionOfPrice(fraction) => (proceeds, fraction),
        CarveOut::AmountBeforeDebt(amount) => (proceeds + amount, A::ZERO),
        CarveOut::AmountAfterDebt(amount) => {
            let taken = if equity > A::ZERO || to_stock { amount } else { A::ZERO };
            (proceeds + taken, A::ZERO)
        }
        CarveOut::FractionOfEquity(fraction) => {
            (proceeds - equity + equity.div_or(A::ONE - fraction, A::ZERO), A::ZERO)
        }
    };
    net.div_or(A::ONE - fees - part, A::ZERO)
}
