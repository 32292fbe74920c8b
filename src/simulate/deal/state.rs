//! The state of the deal on a path.

use crate::contract::PriceBasis;
use crate::number::Amount;
use crate::quantity::Day;
use crate::simulate::ledger::Branch;

/// What a tranche does next of its own accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Is funded, if who decides agrees.
    Fund,
    /// Passes its deadline.
    Lapse,
    /// Pays interest in cash.
    Coupon,
    /// Falls due.
    Maturity,
    /// Nothing.
    Nothing,
}

/// One tranche on a path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tranche<A> {
    /// When its next own event is.
    pub(super) at: f64,
    /// What that is.
    pub(super) next: Next,
    /// Debt outstanding, without interest.
    pub(super) principal: A,
    /// Interest runs from this day.
    pub(super) accrues_from: Day,
    /// The day it was funded.
    pub(super) funded_on: Day,
    /// The company's value then, before the tranche's own money.
    pub(super) value_at_funding: A,
    /// Interest payments made in cash.
    pub(super) coupons: i32,
    /// The moment it falls due; infinity if never.
    pub(super) due: f64,
    /// Extensions left.
    pub(super) extensions: u32,
    /// Shares held.
    pub(super) shares: A,
    /// What those shares cost: the base of their preference.
    pub(super) share_cost: A,
    /// How it ended, so far.
    pub(super) branch: Branch,
    /// When its debt ended, its shares were bought for good, or its funding was off; infinity before.
    pub(super) resolved: f64,
}

impl<A: Amount> Tranche<A> {
    pub(super) fn unfunded(day: Day) -> Self {
        Self {
            at: f64::INFINITY,
            next: Next::Nothing,
            principal: A::ZERO,
            accrues_from: day,
            funded_on: day,
            value_at_funding: A::ZERO,
            coupons: 0,
            due: f64::INFINITY,
            extensions: 0,
            shares: A::ZERO,
            share_cost: A::ZERO,
            branch: Branch::Lapsed,
            resolved: f64::INFINITY,
        }
    }

    pub(super) fn is_open_debt(&self) -> bool {
        self.principal > A::ZERO
    }
}

/// The branch of a conversion in a round or at a flotation.
pub(super) fn conversion_branch(basis: PriceBasis, at_ipo: bool) -> Branch {
    match (basis, at_ipo) {
        (PriceBasis::Cap, false) => Branch::RoundAtCap,
        (PriceBasis::Discount, false) => Branch::RoundAtDiscount,
        (PriceBasis::RoundPrice, false) => Branch::RoundAtPrice,
        (PriceBasis::Cap, true) => Branch::IpoAtCap,
        (PriceBasis::Discount, true) => Branch::IpoAtDiscount,
        (PriceBasis::RoundPrice, true) => Branch::IpoAtPrice,
    }
}
