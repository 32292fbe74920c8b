//! Valuations at which notes and SAFEs convert: caps, where they are in force, and valuations agreed beforehand.

use super::{MilestoneId, Number};
use crate::number::{Amount, Decimal};

/// A cap on the conversion price.
#[derive(Clone, Debug, PartialEq)]
pub struct ValuationCap {
    /// How high it is.
    pub amount: CapAmount,
    /// What the amount is divided by.
    pub basis: CapBasis,
    /// Where it is in force; everywhere without a condition.
    pub condition: Option<CapCondition>,
}

impl ValuationCap {
    /// A cap of a stated amount, always in force.
    #[must_use]
    pub fn of(amount: Number, basis: CapBasis) -> Self {
        ValuationCap { amount: CapAmount::Stated(amount), basis, condition: None }
    }
}

/// What a round or flotation must be like for a cap to be in force in it. In currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapCondition<A = Decimal> {
    /// Its pre-money valuation (without a round: the company's value) is below this.
    PreMoneyBelow(A),
    /// It raises less new cash than this; without a round none is raised, and the cap is in force.
    NewMoneyBelow(A),
}

impl CapCondition {
    /// The same in another number type.
    #[must_use]
    pub fn in_number<A: Amount>(self) -> CapCondition<A> {
        match self {
            CapCondition::PreMoneyBelow(level) => CapCondition::PreMoneyBelow(A::from_decimal(level)),
            CapCondition::NewMoneyBelow(level) => CapCondition::NewMoneyBelow(A::from_decimal(level)),
        }
    }
}

impl<A: Amount> CapCondition<A> {
    /// The level, and what has to be below it where a round values the company at `pre_money` and raises `new_money`.
    #[must_use]
    pub fn level_and_measure(self, pre_money: A, new_money: A) -> (A, A) {
        match self {
            CapCondition::PreMoneyBelow(level) => (level, pre_money),
            CapCondition::NewMoneyBelow(level) => (level, new_money),
        }
    }
}

/// How high a cap is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CapAmount {
    /// In currency: a valuation, or a price for one share.
    Stated(Number),
    /// This multiple of the company's value when the tranche is funded, before its money.
    OfValueAtFunding(Number),
}

/// A valuation agreed beforehand.
#[derive(Clone, Debug, PartialEq)]
pub struct Valuation {
    /// In currency: a valuation, or a price for one share.
    pub amount: Number,
    /// What the amount is divided by.
    pub basis: CapBasis,
}

/// What a cap is divided by to give a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapBasis {
    /// Fully diluted shares including everything that converts.
    PostMoney,
    /// Fully diluted shares before anything converts.
    PreMoney,
    /// One: the amount is a price per share.
    PerShare,
}

/// Conversion set off by a milestone.
#[derive(Clone, Debug, PartialEq)]
pub struct OnMilestone {
    /// Which one.
    pub milestone: MilestoneId,
    /// The valuation agreed, and what it is divided by.
    pub at: Valuation,
}
