//! What is expected of things that may still happen, as a factor on the company's value.
//!
//! Under the risk-neutral measure the discounted value is a martingale: only surprises move it. Each factor here is, by
//! itself and given the parameters drawn for the path, a martingale together with the jump it makes up for; their
//! clocks are independent of the value's motion and of each other, so that the product is one too.

use super::clock::chance_by;
use crate::plan::{MilestoneRule, OutlookPlan, PathDraws, World};
use crate::random::math;

/// Something that may still happen on a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OpenOutlook {
    /// Of what.
    pub of: OutlookOf,
    /// From when on it may happen.
    pub from: f64,
    /// When it was resolved; infinity while it is open.
    pub until: f64,
    /// After this a milestone is missed; infinity if it never is.
    pub deadline: f64,
}

/// What may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OutlookOf {
    /// One of the world's outlooks, by index.
    World(usize),
    /// A milestone, by index.
    Milestone(usize),
}

/// What a milestone does to the value in the end, relative to what was expected of it when it began.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Surprise {
    /// Factor on the value if it is reached.
    pub reached: f64,
    /// Factor if it is missed.
    pub missed: f64,
    /// Probability that it is reached by its deadline.
    probability: f64,
}

impl Surprise {
    /// Of a milestone that happens by chance and has begun; none of another, whose effects are nought.
    #[must_use]
    pub(super) fn of(world: &World, draws: &PathDraws<'_>, open: &OpenOutlook) -> Option<Self> {
        let OutlookOf::Milestone(milestone) = open.of else { return None };
        let plan = &world.milestones[milestone];
        let MilestoneRule::Timed(clock) = &plan.rule else { return None };
        let probability = chance_by(clock, draws, open.from, open.deadline);
        let reached = (1.0 + draws.get(plan.effect_if_reached)).max(0.0);
        // One without a deadline is never found to be missed.
        let missed =
            if open.deadline.is_finite() { (1.0 + draws.get(plan.effect_if_missed)).max(0.0) } else { 1.0 };
        let expected = probability * reached + (1.0 - probability) * missed;
        Some(Self { reached: reached / expected, missed: missed / expected, probability })
    }
}

impl OpenOutlook {
    /// The factor on the value at `t`, which lies between `from` and `until`.
    ///
    /// Milestones: the expected factor given that it has not been reached by `t`, over that at the beginning (a Doob
    /// martingale). Failure: 1 over the probability of survival. Premium π of a sale: (1 − G)^π with G the
    /// probability that the sale has happened, which solves C′ = −π C g/(1 − G); at a fixed date, 1/(1 + pπ) from
    /// then on.
    #[must_use]
    pub(super) fn factor(&self, world: &World, draws: &PathDraws<'_>, t: f64) -> f64 {
        match self.of {
            OutlookOf::World(index) => match &world.outlooks[index] {
                OutlookPlan::Rates(curve) => math::exp(curve.log_growth(t)),
                OutlookPlan::Survival(clock) => 1.0 / (1.0 - chance_by(clock, draws, 0.0, t)),
                OutlookPlan::Premium(clock, premium) => {
                    let premium = draws.get(*premium).max(-1.0);
                    let happened = chance_by(clock, draws, 0.0, t);
                    if clock.is_on_one_day() {
                        1.0 / (1.0 + happened * premium)
                    } else {
                        math::exp(premium * libm::log1p(-happened))
                    }
                }
            },
            OutlookOf::Milestone(milestone) => {
                let (Some(Surprise { reached, missed, probability }), MilestoneRule::Timed(clock)) =
                    (Surprise::of(world, draws, self), &world.milestones[milestone].rule)
                else {
                    return 1.0;
                };
                let passed = chance_by(clock, draws, self.from, t.min(self.deadline));
                let open = 1.0 - passed;
                if open > 0.0 {
                    ((probability - passed) * reached + (1.0 - probability) * missed) / open
                } else {
                    reached
                }
            }
        }
    }
}

/// The product of the factors of all that is open at `t`.
#[must_use]
pub(super) fn expected_factor(open: &[OpenOutlook], world: &World, draws: &PathDraws<'_>, t: f64) -> f64 {
    let at = |outlook: &&OpenOutlook| outlook.from <= t && t < outlook.until;
    open.iter().filter(at).map(|outlook| outlook.factor(world, draws, t)).product()
}
