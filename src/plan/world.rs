//! The half of a plan that does not depend on the deal's terms.

use std::sync::Arc;

use super::design::Design;
use super::draws::{Column, Group, Input};
use super::outlook::OutlookPlan;
use crate::model::Watched;
use crate::quantity::{Day, Span};
use crate::random::{CholeskyFactor, Family, Stream, math};

/// Everything that happens whatever the deal says. Times are in years after the valuation date, money in
/// units of the currency, rates per year.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// Seed of the streams.
    pub seed: u64,
    /// Time zero.
    pub valuation_date: Day,
    /// The last moment looked at.
    pub horizon: f64,
    /// Every uncertain quantity; the scenario's variables come first, in order.
    pub columns: Vec<Column>,
    /// Columns that move together.
    pub groups: Vec<Group>,
    /// The company's value today.
    pub value_today: Input<f64>,
    /// How it moves.
    pub process: ProcessPlan,
    /// The columns of the processes' shocks over the whole horizon: the company's, then each factor's.
    pub shocks: Vec<usize>,
    /// Lower Cholesky factor of the processes' correlation.
    pub shock_factor: CholeskyFactor,
    /// The factors.
    pub factors: Vec<FactorPlan>,
    /// Financing rounds.
    pub rounds: Option<RoundsPlan>,
    /// Milestones.
    pub milestones: Vec<MilestonePlan>,
    /// Flotation.
    pub ipo: Option<(ClockPlan, Input<f64>)>,
    /// Sale.
    pub sale: Option<SalePlan>,
    /// Failure.
    pub failure: Option<ClockPlan>,
    /// Commercial flows.
    pub strategic: Vec<StrategicPlan>,
    /// Streams of the value's shocks at each kind of event.
    pub streams: EventStreams,
    /// Under the risk-neutral measure: what makes up for things that may still happen.
    pub outlooks: Vec<OutlookPlan>,
    /// Likewise: the rate at which the value is paid out to shareholders, a logarithm a year.
    pub payout_yield: f64,
    /// Whether the effects of milestones are expected already, so that only the surprise moves the value.
    pub effects_are_expected: bool,
    /// Whether nothing but other processes was drawn together with the company's motion.
    pub company_alone: bool,
    /// Where the uniforms of all streams come from.
    pub design: Arc<Design>,
    /// Columns whose uniform is the same on all paths, whatever was drawn: an input at one of its ends.
    pub pinned: Vec<(usize, f64)>,
}

/// Streams of the company's Brownian path, one per kind of event: an event of one kind added to the world
/// leaves the draws of all others where they were.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EventStreams {
    /// Rounds, by number.
    pub round: Stream,
    /// Flotation, sale and failure by number, then looks at a watched value by the day.
    pub other: Stream,
    /// Jump times and sizes.
    pub jumps: Stream,
    /// The motion at the exit, where it is drawn first.
    pub exit: Stream,
}

/// See [`crate::model::Process`].
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Process")]
pub enum ProcessPlan {
    Gbm {
        drift: Input<f64>,
        volatility: Input<f64>,
    },
    Merton {
        drift: Input<f64>,
        volatility: Input<f64>,
        per_year: Input<f64>,
        mean_log: Input<f64>,
        sd_log: Input<f64>,
    },
    AtDates(Vec<(f64, Family)>),
}

/// See [`crate::model::Factor`].
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Factor")]
pub struct FactorPlan {
    pub drift: Input<f64>,
    pub volatility: Input<f64>,
    pub stream: Stream,
}

/// See [`crate::model::Clock`].
#[derive(Clone, Debug, PartialEq)]
pub struct ClockPlan {
    /// It happens if this column's uniform lies above one minus the probability.
    pub occurs: Option<(Input<f64>, usize)>,
    /// When.
    pub timing: TimingPlan,
}

impl ClockPlan {
    /// Whether it can only ring on one day.
    #[must_use]
    pub fn is_on_one_day(&self) -> bool {
        match self.timing {
            TimingPlan::When(WhenPlan::At(time) | WhenPlan::After(time)) => matches!(time, Input::Fixed(_)),
            TimingPlan::When(WhenPlan::Later(_)) => true,
            TimingPlan::Hazard { .. } => false,
        }
    }
}

/// See [`crate::model::Timing`].
#[derive(Clone, Debug, PartialEq)]
pub enum TimingPlan {
    /// At a moment.
    When(WhenPlan),
    /// When the cumulated hazard reaches −ln(1 − u), u being the uniform of `clock`.
    Hazard {
        /// Piecewise constant rates.
        steps: Vec<StepPlan>,
        /// Column of the uniform.
        clock: usize,
    },
}

/// See [`crate::model::Step`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Step")]
pub struct StepPlan {
    pub from: f64,
    pub rate: Input<f64>,
}

/// See [`crate::model::When`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WhenPlan {
    /// Years after the valuation date.
    At(Input<f64>),
    /// Years after the context's start.
    After(Input<f64>),
    /// A calendar span after the context's start: the date moves, the time of day stays.
    Later(Span),
}

/// See [`crate::model::Rounds`].
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Rounds")]
pub struct RoundsPlan {
    pub first: ClockPlan,
    pub then: Option<WhenPlan>,
    pub size_of_pre_money: Option<Input<f64>>,
    pub size_amount: Option<Input<f64>>,
    pub step_up: Option<Input<f64>>,
    pub pre_money_amount: Option<Input<f64>>,
    pub at_most: u32,
}

/// See [`crate::model::Milestone`].
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Milestone")]
pub struct MilestonePlan {
    pub requires: Vec<usize>,
    pub rule: MilestoneRule,
    pub deadline: Option<WhenPlan>,
    pub effect_if_reached: Input<f64>,
    pub effect_if_missed: Input<f64>,
    /// The value's shock when the milestone is reached, missed or checked.
    pub shock: Stream,
    /// Decides whether and when the value crosses the level between two moments.
    pub crossing: Stream,
}

impl MilestonePlan {
    /// Whether it changes the company's value.
    #[must_use]
    pub fn has_effect(&self) -> bool {
        [self.effect_if_reached, self.effect_if_missed].iter().any(|effect| *effect != Input::Fixed(0.0))
    }
}

/// See [`crate::model::MilestoneKind`].
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are those of model::MilestoneKind")]
pub enum MilestoneRule {
    Timed(ClockPlan),
    ValueReaches(Input<f64>),
    Checked(CheckPlan),
}

/// A condition looked at from time to time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::MilestoneKind::Checked")]
pub struct CheckPlan {
    pub watched: Watched,
    pub level: Input<f64>,
    pub of_today: bool,
    pub every: Span,
    pub throughout: bool,
}

/// See [`crate::model::Sale`].
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Sale")]
pub struct SalePlan {
    pub clock: ClockPlan,
    pub premium: Input<f64>,
    pub ipo_instead: Option<IpoChance>,
}

/// The chance of a flotation instead of a sale, by the company's value.
#[derive(Clone, Debug, PartialEq)]
pub struct IpoChance {
    /// Logarithm of the value, and probability there; ascending, one at least.
    pub points: Vec<(f64, f64)>,
    /// Decides.
    pub stream: Stream,
}

impl IpoChance {
    /// The probability at a value: linear in its logarithm between the points, constant beyond them.
    #[must_use]
    pub fn at(&self, value: f64) -> f64 {
        let log = math::ln(value);
        let next = self.points.partition_point(|(point, _)| *point < log);
        match (next.checked_sub(1).and_then(|last| self.points.get(last)), self.points.get(next)) {
            (Some(&(low, from)), Some(&(high, to))) => from + (to - from) * (log - low) / (high - low),
            (Some(&(_, chance)), None) | (None, Some(&(_, chance))) => chance,
            (None, None) => 0.0,
        }
    }
}

/// See [`crate::model::Strategic`].
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Strategic")]
pub struct StrategicPlan {
    pub yearly: Input<f64>,
    pub growth: Input<f64>,
    pub margin: Input<f64>,
    pub incremental: Input<f64>,
    pub from: f64,
    pub until: f64,
    pub ends_at_sale: bool,
    pub starts_with: Option<usize>,
    /// ln(1 + rate a year).
    pub log_discount_rate: f64,
}
