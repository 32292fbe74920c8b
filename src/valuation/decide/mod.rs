//! Decisions that are taken as is best: the rules, and between which bounds their value lies.
//!
//! What is best is what makes the deal's fair value largest, or, where the company decides, smallest: what the investor does
//! not get stays with the company's owners. The rules found so are followed in real-world probabilities too.
//!
//! First rules are learnt by regression, from the last decision back; then a martingale that hedges the deal under these
//! rules is found; with it the rules are learnt again, with less left to chance, and again the martingale. All this is
//! done on one set of paths. On another set the rules are priced, which is a bound from below on what the best decisions
//! are worth, and with the martingale a bound from above.

mod dual;
mod equations;
mod hedge;
mod learn;
mod martingale;
mod news;

use crate::model::{Decider, Measure, Sampling, Scenario};
use crate::plan::{Plan, PlanError, RuleBook, Terms};
use crate::simulate::{ThreadError, on_threads};
use crate::statistics::Moments;
use learn::Part;
use martingale::Martingale;

/// How many paths are simulated to find rules and bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Paths that rules are learnt on.
    pub learning: usize,
    /// Paths that they are learnt on again where the bounds lie far apart.
    pub most_learning: usize,
    /// Further paths for the bounds; none if only rules are wanted.
    pub bounding: usize,
    /// Paths of one part; part of what fixes the bits of a result.
    pub part: usize,
}

impl Settings {
    /// To learn rules alone, of the same quality as those of a deal: what is compared with it differs by its terms only, and
    /// the deal's own rules come out again.
    #[must_use]
    pub fn like(found: Option<&Decisions>) -> Self {
        let settings = found.map_or(SETTINGS, |found| found.settings);
        Self { most_learning: settings.learning, bounding: 0, ..settings }
    }
}

/// What a run takes.
pub const SETTINGS: Settings = Settings { learning: 4096, most_learning: 16_384, bounding: 4096, part: 256 };

/// How often a martingale is found once more with the help of the one before, which takes later steps' chance away.
const REFINED: usize = 3;

/// A gap below this part of what is received is a narrow one.
const NARROW: f64 = 0.01;

/// The element of a sorted list below which this part of it lies.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a list's length")]
fn at_part(sorted: &[f64], part: f64) -> f64 {
    sorted[((part * sorted.len() as f64) as usize).min(sorted.len() - 1)]
}

/// Why there are no rules.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The reader refuses such a scenario with its place.
    #[error("what is best is measured by fair value, and the scenario has none")]
    NoFairValue,
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

impl Decisions {
    /// The wider of the gaps as a part of what is received; none without bounds or where nothing is received.
    #[must_use]
    pub fn gap_share(&self) -> Option<f64> {
        let Bounds { investor_gap, company_gap, .. } = self.bounds.as_ref().ok()?;
        let received = self.by_rule.mean + self.paid.mean;
        let widest =
            [investor_gap, company_gap].into_iter().flatten().map(|gap| gap.mean).reduce(f64::max)?;
        (received > 0.0).then(|| widest / received)
    }
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
    /// Too many courses of decisions.
    #[error("there are more than {} courses of decisions on a path", dual::MOST_COURSES)]
    TooManyCourses,
}

/// The scenario under the risk-neutral measure, with a seed of its own.
fn basis(scenario: &Scenario) -> Result<Scenario, DecideError> {
    let mut basis = match scenario.measure {
        Measure::RiskNeutral => scenario.clone(),
        Measure::RealWorld => {
            scenario.risk_neutral().ok().flatten().ok_or(DecideError::NoFairValue)?.scenario
        }
    };
    // Paths of their own, one independent of the other. The constant is the golden ratio's, as for hashing.
    basis.simulation.seed =
        scenario.simulation.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x6465_6369_6465_0001;
    basis.simulation.sampling = Sampling::PseudoRandom;
    Ok(basis)
}

/// The rules of a plan, with the paths that they were learnt on and a martingale found on the way.
fn study<'a>(plan: &'a Plan, settings: Settings, dates: &[f64]) -> (RuleBook, Vec<Part<'a>>, Martingale) {
    let mut parts = learn::parts(plan, settings, dates);
    let following = |rules: RuleBook| Terms { learnt: rules, ..plan.terms.clone() };
    let first = following(learn::learn(&mut parts, &plan.terms, dates, None));
    let rough = martingale::find(&mut parts, &first, dates, None);
    let rules = learn::learn(&mut parts, &plan.terms, dates, Some(&rough));
    (rules, parts, rough)
}

/// Learns how a scenario decides as is best, and finds bounds; none if nothing is to be decided so. Where they lie far
/// apart it is all done again on more paths, and on others for the bounds.
///
/// # Errors
/// If the scenario cannot be resolved or threads cannot be started.
pub fn decide(
    scenario: &Scenario,
    settings: Settings,
    threads: Option<usize>,
) -> Result<Option<Decisions>, DecideError> {
    let deciders = scenario.best_deciders();
    if deciders.is_empty() {
        return Ok(None);
    }
    let mut plan = Plan::undecided(&basis(scenario)?)?;
    on_threads(threads, || {
        let found = bounded(&mut plan, settings, &deciders);
        let far_apart = found.gap_share().is_some_and(|share| share > NARROW);
        if far_apart && settings.most_learning > settings.learning {
            let more = Settings { learning: settings.most_learning, ..settings };
            return Ok(Some(bounded(&mut plan, more, &deciders)));
        }
        Ok(Some(found))
    })?
}

/// Learns the rules of a plan and finds bounds.
fn bounded(plan: &mut Plan, settings: Settings, deciders: &[Decider]) -> Decisions {
    let dates = learn::dates(plan);
    let (rules, martingale) = {
        let (rules, mut parts, rough) = study(plan, settings, &dates);
        let terms = Terms { learnt: rules.clone(), ..plan.terms.clone() };
        let mut martingale = rough;
        for _ in 0..REFINED {
            martingale = martingale::find(&mut parts, &terms, &dates, Some(&martingale));
        }
        (rules, martingale)
    };
    plan.terms.learnt = rules;
    let mut parts = dual::parts(plan, settings, &dates);
    let hedged = dual::bound(&mut parts, &plan.terms, &dates, &martingale, deciders);
    drop(parts);
    let figure = |of: fn(&dual::Hedged) -> f64| Figure::of(hedged.iter().map(of));
    let investor = deciders.contains(&Decider::Investor);
    let company = deciders.contains(&Decider::Company);
    let bounds = if hedged.iter().any(|path| !path.complete) {
        Err(NoBounds::TooManyCourses)
    } else {
        Ok(Bounds {
            upper: investor.then(|| figure(|path| path.best_for_investor)),
            investor_gap: investor.then(|| figure(|path| path.best_for_investor - path.by_rule)),
            lower: company.then(|| figure(|path| path.best_for_company)),
            company_gap: company.then(|| figure(|path| path.by_rule - path.best_for_company)),
        })
    };
    Decisions {
        rules: std::mem::take(&mut plan.terms.learnt),
        by_rule: figure(|path| path.by_rule),
        paid: figure(|path| path.paid),
        deciders: deciders.to_vec(),
        bounds,
        settings,
    }
}

/// The rules alone, the same as [`decide`] finds, or, without paths for bounds, as they are learnt first; none if nothing is to be
/// decided as is best.
///
/// # Errors
/// As for [`decide`].
pub fn rules(
    scenario: &Scenario,
    settings: Settings,
    threads: Option<usize>,
) -> Result<Option<RuleBook>, DecideError> {
    if settings.bounding > 0 || scenario.best_deciders().is_empty() {
        return Ok(decide(scenario, settings, threads)?.map(|found| found.rules));
    }
    let plan = Plan::undecided(&basis(scenario)?)?;
    Ok(Some(on_threads(threads, || study(&plan, settings, &learn::dates(&plan)).0)?))
}

/// The plans of a study, as [`Plan::of_study`], with the rules of what is decided as is best.
///
/// # Errors
/// As for [`decide`].
pub fn plans<'a>(
    scenarios: impl Iterator<Item = &'a Scenario> + Clone,
    settings: Settings,
    threads: Option<usize>,
) -> Result<Vec<Plan>, DecideError> {
    let found = scenarios.clone().map(|scenario| rules(scenario, settings, threads));
    let found: Vec<Option<RuleBook>> = found.collect::<Result<_, _>>()?;
    Ok(Plan::of_decided(scenarios.zip(found.iter().map(Option::as_ref)))?)
}
