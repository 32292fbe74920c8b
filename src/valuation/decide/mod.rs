//! Decisions that are taken as is best: the rules, and between which bounds their value lies.
//!
//! What is best is what makes the deal worth most to the investor, or, where the company decides, least: what the
//! investor does not get stays with the company's owners. Worth is fair value where the scenario asks for it, since every
//! clock is independent of the company's value there, and else the present value at the required return.

mod dual;
mod hedge;
mod learn;

use crate::model::{Decider, Decision, Kind, Measure, Sampling, Scenario};
use crate::plan::{Plan, PlanError, RuleBook};
use crate::simulate::{ThreadError, on_threads};
use crate::statistics::Moments;

/// How many paths are simulated to find rules and bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Paths that rules are learnt on.
    pub learning: usize,
    /// Further paths for the bounds.
    pub bounding: usize,
    /// Paths of one part; part of what fixes the bits of a result.
    pub part: usize,
}

/// What a run takes.
pub const SETTINGS: Settings = Settings { learning: 8192, bounding: 4096, part: 256 };

/// Why there are no rules.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The scenario could not be resolved.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The threads could not be started.
    #[error(transparent)]
    Threads(#[from] ThreadError),
}

/// A mean over independent paths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
}

impl Figure {
    fn of(column: impl Iterator<Item = f64>) -> Self {
        let column: Vec<f64> = column.collect();
        let moments = Moments::of(&column);
        Self {
            mean: moments.mean().unwrap_or(f64::NAN),
            standard_error: moments.standard_error().unwrap_or(f64::NAN),
        }
    }
}

/// How a scenario decides, and what that is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Decisions {
    /// The rules.
    pub rules: RuleBook,
    /// Under which measure they are best.
    pub measure: Measure,
    /// Who decides.
    pub deciders: Vec<Decider>,
    /// Present value of the deal by the rules, of paths that they were not learnt on.
    pub by_rule: Figure,
    /// What is paid in for it, discounted.
    pub paid: Figure,
    /// The bounds; none, with the reason, where there are none.
    pub bounds: Result<Bounds, NoBounds>,
    /// How many paths were simulated.
    pub settings: Settings,
}

/// Bounds on what the best decisions are worth, given how the other side decides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Above what the investor can make of the deal; none if it decides nothing.
    pub upper: Option<Figure>,
    /// What is left between its rule and that, path by path.
    pub investor_gap: Option<Figure>,
    /// Below what the company can bring the deal down to; none if it decides nothing.
    pub lower: Option<Figure>,
    /// What is left between its rule and that, path by path.
    pub company_gap: Option<Figure>,
}

/// Why there are no bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoBounds {
    /// The martingale needs the company's motion to be independent of everything else.
    #[error("clocks or terms are correlated with the company's value")]
    Correlated,
    /// Too many courses of decisions.
    #[error("there are more than {} courses of decisions on a path", dual::MOST_COURSES)]
    TooManyCourses,
}

/// Who decides as is best in a scenario; nobody if everything is decided by rules.
#[must_use]
pub fn deciders(scenario: &Scenario) -> Vec<Decider> {
    let mut deciders = Vec::new();
    let mut note = |decision: &Decision| {
        if let Decision::Optimal(decider) = decision
            && !deciders.contains(decider)
        {
            deciders.push(*decider);
        }
    };
    for instrument in &scenario.instruments {
        instrument.tranches.iter().for_each(|tranche| note(&tranche.decision));
        if let Kind::Debt(debt) = &instrument.kind {
            debt.conversion
                .iter()
                .filter_map(|conversion| conversion.early.as_ref())
                .for_each(|early| note(&early.decision));
            debt.maturity.iter().for_each(|maturity| note(&maturity.extension_decision));
        }
    }
    deciders
}

/// The scenario under the measure under which decisions are best.
fn basis(scenario: &Scenario) -> Scenario {
    let fair = match scenario.measure {
        Measure::RiskNeutral => None,
        // A reader has refused what has no fair value.
        Measure::RealWorld => scenario.risk_neutral().ok().flatten(),
    };
    let mut basis = fair.map_or_else(|| scenario.clone(), |fair| fair.scenario);
    // Paths of their own, one independent of the other. The constant is the golden ratio's, as for hashing.
    basis.simulation.seed =
        scenario.simulation.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x6465_6369_6465_0001;
    basis.simulation.sampling = Sampling::PseudoRandom;
    basis
}

/// Learns how a scenario decides as is best, and finds bounds; none if nothing is to be decided so.
///
/// # Errors
/// If the scenario cannot be resolved or threads cannot be started.
pub fn decide(
    scenario: &Scenario,
    settings: Settings,
    threads: Option<usize>,
) -> Result<Option<Decisions>, DecideError> {
    let deciders = deciders(scenario);
    if deciders.is_empty() {
        return Ok(None);
    }
    let basis = basis(scenario);
    let mut plan = Plan::new(&basis)?;
    on_threads(threads, || {
        let dates = learn::dates(&plan);
        let (rules, hedge) = {
            let mut parts = learn::parts(&plan, settings, &dates);
            let rules = learn::learn(&mut parts, &plan.terms);
            let terms = crate::plan::Terms { learnt: rules.clone(), ..plan.terms.clone() };
            let hedge = dual::hedge(&mut parts, &terms, &dates);
            (rules, hedge)
        };
        plan.terms.learnt = rules;
        let mut parts = dual::parts(&plan, settings, &dates);
        let hedged = dual::bound(&mut parts, &plan.terms, &dates, &hedge, &deciders);
        drop(parts);
        let figure = |of: fn(&dual::Hedged) -> f64| Figure::of(hedged.iter().map(of));
        let investor = deciders.contains(&Decider::Investor);
        let company = deciders.contains(&Decider::Company);
        let bounds = if !plan.world.company_alone {
            Err(NoBounds::Correlated)
        } else if hedged.iter().any(|path| !path.complete) {
            Err(NoBounds::TooManyCourses)
        } else {
            Ok(Bounds {
                upper: investor.then(|| figure(|path| path.best_for_investor)),
                investor_gap: investor.then(|| figure(|path| path.best_for_investor - path.by_rule)),
                lower: company.then(|| figure(|path| path.best_for_company)),
                company_gap: company.then(|| figure(|path| path.by_rule - path.best_for_company)),
            })
        };
        Ok(Some(Decisions {
            rules: std::mem::take(&mut plan.terms.learnt),
            measure: basis.measure,
            by_rule: figure(|path| path.by_rule),
            paid: figure(|path| path.paid),
            deciders,
            bounds,
            settings,
        }))
    })?
}

/// The rules alone; empty if nothing is to be decided as is best.
///
/// # Errors
/// As for [`decide`].
pub fn rules(
    scenario: &Scenario,
    settings: Settings,
    threads: Option<usize>,
) -> Result<RuleBook, DecideError> {
    if deciders(scenario).is_empty() {
        return Ok(RuleBook::default());
    }
    let plan = Plan::new(&basis(scenario))?;
    Ok(on_threads(threads, || {
        let dates = learn::dates(&plan);
        learn::learn(&mut learn::parts(&plan, settings, &dates), &plan.terms)
    })?)
}

/// The plans of a study, as [`Plan::of_study`], with the rules of what is decided as is best.
///
/// # Errors
/// As for [`decide`].
pub fn plans<'a>(
    scenarios: impl Iterator<Item = &'a Scenario> + Clone,
    threads: Option<usize>,
) -> Result<Vec<Plan>, DecideError> {
    let mut plans = Plan::of_study(scenarios.clone())?;
    for (plan, scenario) in plans.iter_mut().zip(scenarios) {
        plan.follow(&rules(scenario, SETTINGS, threads)?);
    }
    Ok(plans)
}
