//! Solving for a figure: the value of one key of a scenario at which a result of the run is as wanted.
//!
//! Every evaluation runs on the same paths, so that the metric is a smooth function of the figure wherever the deal
//! is, and one answer belongs to the seed (sample path optimisation; Kleywegt, Shapiro and Homem-de-Mello 2002). Its
//! standard error comes from that of the metric by the delta method.

mod search;
mod target;

pub use search::{Point, Refusal, Search, Solution};
pub use target::{Target, Wanted};

use super::estimate::Estimate;
use super::metric::{Measured, estimate};
use crate::model::Scenario;
use crate::plan::{Plan, PlanError};
use crate::scenario::{Dial, Limits, Metric, Refused, Unit};
use crate::simulate::{RunOptions, ThreadError, run};
use crate::valuation::decide::{DecideError, SETTINGS, plans as decided};
use search::Stop;

/// Paths of a search unless told otherwise; the scenario's own number if that is smaller.
pub const SOLVE_PATHS: u64 = 1 << 17;
/// Most paths of a search: what each path contributes is kept for every figure seen.
pub const MOST_SOLVE_PATHS: u64 = 1 << 22;
/// Paths that are simulated at once, over all figures: about 200 MB of results.
const AT_ONCE: u64 = 1 << 21;
/// Pieces of the range that is looked at first.
const PIECES: u32 = 8;
/// Powers of two of the present figure that are looked at, stage after stage.
const WIDENING: [&[f64]; 3] =
    [&[-1.0, -0.5, 0.0, 0.5, 1.0], &[-2.0, -1.5, 1.5, 2.0], &[-4.0, -3.0, 3.0, 4.0]];

/// How to search.
#[derive(Clone, Copy, Debug)]
pub struct SolveOptions {
    /// Paths of every evaluation.
    pub run: RunOptions,
    /// Where to look; around the present figure if left out.
    pub between: Option<(f64, f64)>,
}

/// What came of a search.
#[derive(Clone, Debug)]
pub struct Solved {
    /// The answer, or why there is none.
    pub answer: Result<Solution, Refusal>,
    /// All figures that were evaluated, rising.
    pub points: Vec<Point>,
}

/// Why a search could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SolveError {
    /// What is asked makes no sense for this scenario.
    #[error("{0}")]
    Usage(String),
    /// A figure makes the scenario invalid.
    #[error("the scenario is invalid for a figure tried")]
    Invalid(Box<Refused>),
    /// A scenario could not be resolved.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The best decisions could not be found.
    #[error(transparent)]
    Decide(#[from] DecideError),
    /// The threads could not be started.
    #[error(transparent)]
    Threads(#[from] ThreadError),
}

/// Finds the figure of a dial at which the target holds. A target that is a case is that of the dial's own `against`.
///
/// # Errors
/// If there is no place to start from, the metric needs a section that is not there, a figure between given bounds
/// makes the scenario invalid, or the machine fails. An answer that does not exist is no error.
pub fn solve(dial: &Dial, target: &Target, options: SolveOptions) -> Result<Solved, SolveError> {
    let stages = stages(dial, target, options.between)?;
    let evaluate = |figures: &[f64]| evaluate(dial, target, options.run, figures);
    let mut search = Search::new(evaluate, dial.unit.step());
    let answer = match search.solve(&stages) {
        Ok(solution) => Ok(solution),
        Err(Stop::Refused(refusal)) => Err(refusal),
        Err(Stop::Failed(error)) => return Err(error),
    };
    Ok(Solved { answer, points: search.points })
}

/// The figures to look at first, by stages that widen. Figures of our own choice that the scenario does not
/// take are left out.
fn stages(dial: &Dial, target: &Target, between: Option<(f64, f64)>) -> Result<Vec<Vec<f64>>, SolveError> {
    if let Some((lower, upper)) = between {
        if !(lower < upper) {
            return Err(SolveError::Usage("the bounds must rise: --between LO..HI".to_owned()));
        }
        return Ok(vec![even(lower, upper)]);
    }
    let around = dial.current.filter(|current| *current > 0.0);
    let whole = match (dial.limits, around) {
        (Limits::ZeroToOne, _) => vec![even(0.0, 1.0)],
        (Limits::BelowOne, _) => vec![even(0.0, 0.95)],
        (Limits::MinusOneToOne, _) => vec![even(-1.0, 1.0)],
        (_, Some(current)) => {
            let figures = |powers: &&[f64]| powers.iter().map(|power| current * libm::exp2(*power)).collect();
            WIDENING.iter().map(figures).collect()
        }
        (_, None) if dial.unit == Unit::Rate => vec![even(0.0, 1.0)],
        (_, None) => {
            let message = format!("`{}` has no single figure above nought to start from", dial.key);
            return Err(SolveError::Usage(format!("{message}: say where to look with --between LO..HI")));
        }
    };
    let mut wrong = None;
    let mut fits = |figure: &f64| match plans(dial, target, *figure) {
        Ok(_) => true,
        Err(error) => {
            wrong = Some(error);
            false
        }
    };
    let mut stages: Vec<Vec<f64>> = whole;
    for stage in &mut stages {
        stage.retain(&mut fits);
    }
    match wrong {
        Some(error) if stages.iter().all(Vec::is_empty) => Err(error),
        _ => Ok(stages),
    }
}

/// Figures from one to another: evenly by ratio where both are above 0 and far apart, else by difference.
fn even(lower: f64, upper: f64) -> Vec<f64> {
    let by_ratio = lower > 0.0 && upper > 4.0 * lower;
    let figure = |piece: u32| match (piece, f64::from(piece) / f64::from(PIECES)) {
        (0, _) => lower,
        (PIECES, _) => upper,
        (_, share) if by_ratio => lower * libm::pow(upper / lower, share),
        (_, share) => lower + (upper - lower) * share,
    };
    (0..=PIECES).map(figure).collect()
}

/// A scenario and what the machine does.
struct Variant {
    scenario: Scenario,
    plan: Plan,
}

/// The deal at a figure, and the case it is compared with.
fn plans(dial: &Dial, target: &Target, figure: f64) -> Result<(Variant, Option<Variant>), SolveError> {
    let turned = dial.set(figure).map_err(|refused| SolveError::Invalid(Box::new(refused)))?;
    let both = std::iter::once(&turned.deal).chain(&turned.against);
    let measured: Vec<Scenario> =
        both.map(|scenario| under_measure(scenario, &target.metric)).collect::<Result<_, _>>()?;
    // Evenly spread points are dealt to both together, so that they share their draws.
    let plans = decided(measured.iter(), SETTINGS, None)?;
    let mut variants = measured.into_iter().zip(plans).map(|(scenario, plan)| Variant { scenario, plan });
    let deal = variants.next().ok_or_else(|| SolveError::Usage("there is no deal to run".to_owned()))?;
    Ok((deal, variants.next()))
}

/// The scenario under the measure of a metric.
fn under_measure(scenario: &Scenario, metric: &Metric) -> Result<Scenario, SolveError> {
    if let Some((missing, help)) = metric.missing_in(scenario) {
        return Err(SolveError::Usage(format!("{missing}; {help}")));
    }
    if !metric.statistic.is_fair_value() {
        return Ok(scenario.clone());
    }
    // The reader has refused a section whose deal has no fair value.
    let found = scenario.risk_neutral().ok().flatten();
    let missing = || SolveError::Usage(format!("`{}` has no risk-neutral counterpart", metric.text()));
    Ok(found.ok_or_else(missing)?.scenario)
}

fn evaluate(
    dial: &Dial,
    target: &Target,
    options: RunOptions,
    figures: &[f64],
) -> Result<Vec<Point>, SolveError> {
    let plans: Vec<(Variant, Option<Variant>)> =
        figures.iter().map(|figure| plans(dial, target, *figure)).collect::<Result<_, _>>()?;
    let at_once = usize::try_from(AT_ONCE / (2 * options.paths).max(1)).unwrap_or(1).max(1);
    let mut points = Vec::new();
    for (figures, plans) in figures.chunks(at_once).zip(plans.chunks(at_once)) {
        let all: Vec<&Variant> =
            plans.iter().flat_map(|(deal, against)| std::iter::once(deal).chain(against)).collect();
        let machines: Vec<&Plan> = all.iter().map(|variant| &variant.plan).collect();
        let outcomes = run(&machines, options, |_| {})?;
        let mut outcomes = all.iter().zip(&outcomes).map(|(variant, outcomes)| {
            estimate(&target.metric, Measured { scenario: &variant.scenario, outcomes })
        });
        for (figure, (_, against)) in figures.iter().zip(plans) {
            let Some(metric) = outcomes.next() else { break };
            let wanted = match (&target.wanted, against) {
                (Wanted::Value(value), _) => Estimate::exact(*value),
                (Wanted::Case(_), Some(_)) => outcomes.next().unwrap_or(Estimate::exact(f64::NAN)),
                (Wanted::Case(name), None) => {
                    return Err(SolveError::Usage(format!("the case \"{name}\" was not run")));
                }
            };
            points.push(Point { at: *figure, metric: metric.value, gap: metric.minus(&wanted) });
        }
    }
    Ok(points)
}

#[cfg(test)]
mod tests;
