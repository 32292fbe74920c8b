//! The state of the deal on a path.

use super::note::ClassId;
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
    /// May be converted by its holder.
    Chance,
    /// Falls due.
    Maturity,
    /// Can be exercised for the last time.
    Expiry,
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
    /// Dates so far on which the holder could have converted.
    pub(super) chances: u32,
    /// The moment it falls due; infinity if never.
    pub(super) due: f64,
    /// Extensions left.
    pub(super) extensions: u32,
    /// Rank among debts that are paid on one day; the lowest first.
    pub(super) rank: u32,
    /// When it got its shares; the mean by shares, if not all at once.
    pub(super) held_since: f64,
    /// How it ended, so far.
    pub(super) branch: Branch,
    /// When its debt ended, its shares were bought for good, or its funding was off; infinity before.
    pub(super) resolved: f64,
}

impl<A: Amount> Tranche<A> {
    pub(super) fn unfunded(day: Day, rank: u32) -> Self {
        Self {
            at: f64::INFINITY,
            next: Next::Nothing,
            principal: A::ZERO,
            accrues_from: day,
            funded_on: day,
            value_at_funding: A::ZERO,
            coupons: 0,
            chances: 0,
            due: f64::INFINITY,
            extensions: 0,
            rank,
            held_since: 0.0,
            branch: Branch::Lapsed,
            resolved: f64::INFINITY,
        }
    }

    pub(super) fn is_open_debt(&self) -> bool {
        self.principal > A::ZERO
    }
}

/// A class of shares other than common, of options or of warrants; or the shares of a tranche.
#[derive(Clone, Copy, Debug)]
pub(super) struct Class<A> {
    /// Which one.
    pub(super) id: ClassId,
    /// Common shares that it is, converts into or may buy.
    pub(super) shares: A,
    /// Shares as they were issued: those that a conversion price multiplies.
    pub(super) issued: A,
    /// What they were issued for: the base of preference and dividends.
    pub(super) paid: A,
    /// Whether it is options or warrants.
    pub(super) is_right: bool,
    /// Exercise price of a share; 0 for shares.
    pub(super) strike: A,
    /// Dividends run from this day.
    pub(super) since: Day,
    /// Dividends owed on that day already.
    pub(super) owed: A,
    /// Shares that one has become through dividends in kind.
    pub(super) grown: A,
}

impl<A: Amount> Class<A> {
    pub(super) fn none(id: ClassId, day: Day) -> Self {
        Self {
            id,
            shares: A::ZERO,
            issued: A::ZERO,
            paid: A::ZERO,
            is_right: false,
            strike: A::ZERO,
            since: day,
            owed: A::ZERO,
            grown: A::ONE,
        }
    }

    /// Options or warrants outstanding.
    pub(super) fn grant(id: ClassId, shares: A, strike: A, day: Day) -> Self {
        Self { shares, issued: shares, is_right: true, strike, ..Self::none(id, day) }
    }

    /// What a common share cost that it converts into.
    pub(super) fn conversion_price(&self) -> A {
        self.paid.div_or(self.shares, A::ZERO)
    }

    /// Further shares, or the first; an average of conversion prices results.
    pub(super) fn add(&mut self, shares: A, paid: A) {
        self.shares += shares;
        self.issued += shares;
        self.paid += paid;
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
