//! What the machine does: a scenario with every name resolved to an index and every term turned into
//! numbers, ready for the inner loop. No names, no options left open, no text.
//!
//! A plan has two halves. The [`World`] is everything that happens whatever the deal says: it is simulated
//! once for all cases that agree on it. The [`Terms`] are one case's instruments, generic over the number
//! type so that the same law runs in `f64` and in exact decimals.

mod design;
mod discounting;
mod draws;
mod outlook;
mod resolve;
mod table;
mod terms;
mod world;

pub use design::Design;
pub use discounting::DiscountPlan;
pub use draws::{Column, Group, Input, PathDraws, Transform};
pub use outlook::OutlookPlan;
pub use table::{
    DividendPlan, Features, GrantPlan, PayToPlayPlan, RatchetPlan, RoundPlan, SeriesPlan, SharePlan,
    TablePlan,
};
pub use terms::{
    CapPlan, ConversionPlan, DeadlinePlan, DebtPlan, DecisionPlan, EquityPlan, FIRST_SHARE_RANK, GatePlan,
    InstrumentPlan, KindPlan, MaturityPlan, RulePlan, SafePlan, SalePayPlan, Terms, TranchePlan,
    ValuationPlan, WarrantPlan,
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
    /// If correlations contradict each other, which the scenario reader rules out.
    pub fn new(scenario: &Scenario) -> Result<Self, PlanError> {
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
        let mut scenarios = scenarios.peekable();
        let Some(base) = scenarios.peek().copied() else { return Ok(Vec::new()) };
        let mut plans = scenarios.map(Self::alone).collect::<Result<Vec<_>, _>>()?;
        share_design(base, &mut plans);
        Ok(plans)
    }

    /// As [`Plan::of_study`], with all counts kept apart for groups of paths, so that those of two plans can be compared on
    /// common paths.
    ///
    /// # Errors
    /// As for [`Plan::new`].
    pub fn to_compare<'a>(scenarios: impl Iterator<Item = &'a Scenario>) -> Result<Vec<Self>, PlanError> {
        let mut plans = Self::of_study(scenarios)?;
        if let Some(first) = plans.first() {
            let design = Arc::new(first.world.design.in_groups());
            for plan in &mut plans {
                plan.world.design = Arc::clone(&design);
            }
        }
        Ok(plans)
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
