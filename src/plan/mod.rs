//! What the machine does: a scenario with every name resolved to an index and every term turned into
//! numbers, ready for the inner loop. No names, no options left open, no text.
//!
//! A plan has two halves. The [`World`] is everything that happens whatever the deal says: it is simulated
//! once for all cases that agree on it. The [`Terms`] are one case's instruments, generic over the number
//! type so that the same law runs in `f64` and in exact decimals.

mod decisions;
mod design;
mod discounting;
mod draws;
mod outlook;
mod resolve;
mod table;
mod terms;
mod world;

pub use decisions::{Choice, DecisionPlan, EarlyPlan, LearntRule, Moment, RuleBook, RulePlan, Spread};
pub use design::Design;
pub use discounting::DiscountPlan;
pub use draws::{Column, Group, Input, PathDraws, Transform};
pub use outlook::OutlookPlan;
pub use table::{
    DividendPlan, Features, GrantPlan, PayToPlayPlan, RatchetPlan, RoundPlan, SeriesPlan, SharePlan,
    TablePlan,
};
pub use terms::{
    CapPlan, ConversionPlan, DeadlinePlan, DebtPlan, EquityPlan, FIRST_SHARE_RANK, GatePlan, InstrumentPlan,
    KindPlan, MaturityPlan, SafePlan, SalePayPlan, Terms, TranchePlan, ValuationPlan, WarrantPlan,
};
pub use world::{
    CheckPlan, ClockPlan, FactorPlan, MilestonePlan, MilestoneRule, ProcessPlan, RoundsPlan, SalePlan,
    StepPlan, StrategicPlan, TimingPlan, WhenPlan, World,
};

use std::sync::Arc;

use crate::model::Scenario;
use crate::number::Exact;

/// What a draw of a tranche's own stream is for.
pub mod purpose {
    /// When the company draws the tranche.
    pub const DRAW: u32 = 0;
    /// The company's value at funding.
    pub const FUNDING: u32 = 1;
    /// The company's value at maturity.
    pub const MATURITY: u32 = 2;
    /// Coupons follow, one each.
    pub const COUPON: u32 = 16;
    /// From here on the company's value when the holder may convert, one a date.
    pub const EARLY: u32 = 40_000;
    /// From here on the company's value when the maturity may be extended, one an extension.
    pub const EXTENSION: u32 = 64_000;

    /// The first draw for the company's value for a purpose: each has room for many.
    #[must_use]
    pub fn first_draw(what_for: u32) -> u32 {
        what_for << 16
    }
}

/// Why a scenario could not be resolved. The scenario reader rules these out with a place in the file.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A matrix of correlations has entries it cannot have.
    #[error(transparent)]
    Correlation(#[from] crate::random::CorrelationError),
    /// Correlations contradict each other.
    #[error(transparent)]
    Contradiction(#[from] crate::random::NotPositiveSemidefinite),
    /// A copula has a parameter it cannot have.
    #[error(transparent)]
    Copula(#[from] crate::random::CopulaError),
    /// A member of a correlation is certain, or drawn more than once a path.
    #[error("{0} is not drawn once a path, so nothing can be correlated with it")]
    Uncorrelatable(String),
    /// Something is decided as is best, which has to be learnt first.
    #[error("what is decided as is best must be learnt before the deal can run")]
    Undecided,
}

/// One case, ready to run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What happens to the company.
    pub world: World,
    /// The deal for millions of paths.
    pub terms: Terms<f64>,
    /// The same deal for the replay of one path.
    pub exact_terms: Terms<Exact>,
}

impl Plan {
    /// Resolves a scenario that has passed all checks.
    ///
    /// # Errors
    /// If correlations contradict each other, which the scenario reader rules out, or something is decided as is best:
    /// see [`crate::valuation::decide::plans`].
    pub fn new(scenario: &Scenario) -> Result<Self, PlanError> {
        if scenario.best_deciders().is_empty() {
            Self::undecided(scenario)
        } else {
            Err(PlanError::Undecided)
        }
    }

    /// Resolves a scenario in which whoever decides as is best does not act, until it is given rules to follow.
    ///
    /// # Errors
    /// If correlations contradict each other.
    pub fn undecided(scenario: &Scenario) -> Result<Self, PlanError> {
        let mut plan = Self::alone(scenario)?;
        share_design(scenario, std::slice::from_mut(&mut plan));
        Ok(plan)
    }

    /// Resolves the cases of a study, the base case first, so that all take the same uniforms for the same
    /// things. A case that is to be run or replayed alone must be taken from here too: evenly spread uniforms
    /// ([`Design`]) depend on what else is drawn.
    ///
    /// # Errors
    /// As for [`Plan::new`].
    pub fn of_study<'a>(scenarios: impl Iterator<Item = &'a Scenario>) -> Result<Vec<Self>, PlanError> {
        Self::of_decided(scenarios.map(|scenario| (scenario, None)))
    }

    /// The same, with the rules by which those decide who decide as is best.
    ///
    /// # Errors
    /// As for [`Plan::new`]; a scenario in which nobody decides as is best needs no rules.
    pub fn of_decided<'a, 'b>(
        scenarios: impl Iterator<Item = (&'a Scenario, Option<&'b RuleBook>)>,
    ) -> Result<Vec<Self>, PlanError> {
        let mut scenarios = scenarios.peekable();
        let Some((base, _)) = scenarios.peek().copied() else { return Ok(Vec::new()) };
        let resolve = |(scenario, rules): (&Scenario, Option<&RuleBook>)| {
            let mut plan = Self::alone(scenario)?;
            match rules {
                Some(rules) => plan.follow(rules),
                None if scenario.best_deciders().is_empty() => {}
                None => return Err(PlanError::Undecided),
            }
            Ok(plan)
        };
        let mut plans = scenarios.map(resolve).collect::<Result<Vec<_>, _>>()?;
        share_design(base, &mut plans);
        Ok(plans)
    }

    /// The plans of a study with all counts kept apart for groups of paths, so that those of two plans can be compared on
    /// common paths.
    #[must_use]
    pub fn in_groups(mut plans: Vec<Self>) -> Vec<Self> {
        if let Some(first) = plans.first() {
            let design = Arc::new(first.world.design.in_groups());
            for plan in &mut plans {
                plan.world.design = Arc::clone(&design);
            }
        }
        plans
    }

    /// Decides what is to be decided as is best by rules learnt.
    pub fn follow(&mut self, rules: &RuleBook) {
        self.terms.learnt = rules.clone();
        self.exact_terms.learnt = rules.clone();
    }

    fn alone(scenario: &Scenario) -> Result<Self, PlanError> {
        Ok(Self {
            world: World::new(scenario)?,
            terms: Terms::new(scenario),
            exact_terms: Terms::new(scenario),
        })
    }
}

/// Deals out uniforms to all plans together.
fn share_design(base: &Scenario, plans: &mut [Plan]) {
    let cases: Vec<_> = plans.iter().map(|plan| (&plan.world, &plan.terms)).collect();
    let simulation = base.simulation;
    let design = Arc::new(Design::new(simulation.sampling, simulation.seed, &cases));
    for plan in plans {
        plan.world.design = Arc::clone(&design);
    }
}
