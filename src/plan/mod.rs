//! What the machine does: a scenario with every name resolved to an index and every term turned into
//! numbers, ready for the inner loop. No names, no options left open, no text.
//!
//! A plan has two halves. The [`World`] is everything that happens whatever the deal says: it is simulated
//! once for all cases that agree on it. The [`Terms`] are one case's instruments, generic over the number
//! type so that the same law runs in `f64` and in exact decimals.

mod discounting;
mod draws;
mod outlook;
mod resolve;
mod table;
mod terms;
mod world;

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
    StepPlan, StrategicPlan, TimingPlan, WhenPlan, World, YEAR_DAYS,
};

use crate::model::Scenario;
use crate::number::Exact;

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
        Ok(Self {
            world: World::new(scenario)?,
            terms: Terms::new(scenario),
            exact_terms: Terms::new(scenario),
        })
    }
}
