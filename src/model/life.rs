//! What may happen to the company: rounds, milestones, exits, failure.

use super::{Number, RoundPricing, When};
use crate::number::Decimal;
use crate::quantity::Span;

/// Index of a [`Milestone`] in its scenario.
pub type MilestoneId = usize;

/// When something happens, if it does.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// Probability that it happens at all; certain if absent.
    pub probability: Option<Number>,
    /// When it happens, given that it does.
    pub timing: Timing,
}

/// The law of a waiting time.
#[derive(Clone, Debug, PartialEq)]
pub enum Timing {
    /// At a date or after a span, either of which may be uncertain.
    When(When),
    /// At a rate per year that is constant between steps.
    Hazard(Vec<Step>),
}

/// From `from` years after the clock's start, the hazard is `rate` per year.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Years after the clock's start.
    pub from: f64,
    /// Events per year.
    pub rate: Number,
}

/// Priced financing rounds until an exit.
#[derive(Clone, Debug, PartialEq)]
pub struct Rounds {
    /// The first one, counted from the valuation date.
    pub first: Clock,
    /// Each later one, counted from the round before; without it there is one round.
    pub then: Option<When>,
    /// New cash raised.
    pub size: RoundSize,
    /// At which pre-money valuation.
    pub pre_money: PreMoney,
    /// No more rounds than this.
    pub at_most: Option<u32>,
    /// What a round does beside raising money.
    pub pricing: RoundPricing,
}

/// New cash raised in a round.
#[derive(Clone, Debug, PartialEq)]
pub enum RoundSize {
    /// As a fraction of the pre-money valuation.
    OfPreMoney(Number),
    /// As an amount.
    Amount(Number),
}

/// How a round is priced.
#[derive(Clone, Debug, PartialEq)]
pub enum PreMoney {
    /// At the company's value at that moment.
    AtMarket,
    /// At a multiple of the post-money valuation of the round before (today's value for the first).
    StepUp(Number),
    /// At a valuation given outright.
    Amount(Number),
}

/// An event the deal may wait for.
#[derive(Clone, Debug, PartialEq)]
pub struct Milestone {
    /// Unique name.
    pub name: String,
    /// In words.
    pub title: String,
    /// Milestones that must be reached first.
    pub requires: Vec<MilestoneId>,
    /// What makes it happen.
    pub kind: MilestoneKind,
    /// Reached after this it does not count; spans count from the valuation date.
    pub deadline: Option<When>,
    /// Change of the company's value when it is reached (+5 % is 0.05).
    pub effect_if_reached: Option<Number>,
    /// Change of the company's value when it is missed.
    pub effect_if_missed: Option<Number>,
}

impl Milestone {
    /// Its title, or its name if it has none.
    #[must_use]
    pub fn heading(&self) -> &str {
        if self.title.is_empty() { &self.name } else { &self.title }
    }
}

/// What makes a milestone happen.
#[derive(Clone, Debug, PartialEq)]
pub enum MilestoneKind {
    /// Chance and timing, counted from the moment its prerequisites are met (or the valuation date).
    Timed(Clock),
    /// The company's value first reaches this amount, watched at every moment.
    ValueReaches(Number),
    /// A condition looked at from time to time, starting one `every` after the prerequisites are met.
    Checked {
        /// What is looked at.
        watched: Watched,
        /// The level it must be at or above.
        at_least: Level,
        /// How often.
        every: Span,
        /// If true, the milestone holds from the start and is lost at the first failed check; if false, it is
        /// reached at the first check that succeeds.
        throughout: bool,
    },
}

/// A quantity a milestone looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// The company's value.
    Value,
    /// A factor, by index.
    Factor(usize),
    /// The company's value relative to a factor, by index.
    ValueOver(usize),
}

/// A level of a watched quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Level {
    /// In the quantity's own unit.
    Absolute(Number),
    /// As a multiple of today's level.
    OfToday(Number),
}

/// A flotation. Private rounds and sales stop; the company goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Ipo {
    /// When.
    pub clock: Clock,
    /// New shares sold, as a fraction of the value before.
    pub new_money: Option<Number>,
}

/// A sale of the whole company, which ends the path.
#[derive(Clone, Debug, PartialEq)]
pub struct Sale {
    /// When.
    pub clock: Clock,
    /// Premium (or discount, if negative) of the price over the company's value.
    pub premium: Option<Number>,
    /// The chance that the company is floated instead, at several values; ascending, empty if it never is.
    pub ipo_instead: Vec<ChanceAt>,
}

/// A probability at one value of the company.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChanceAt {
    /// The company's value, in currency; above zero.
    pub value: Decimal,
    /// Probability there; linear in the logarithm of the value in between, and constant beyond the last.
    pub probability: Decimal,
}

/// Failure, which ends the path: shares are worth nothing, lenders recover a part.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// When.
    pub clock: Clock,
    /// Fraction of principal and accrued interest that lenders get back, at once.
    pub recovery: Number,
}
