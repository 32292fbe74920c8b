//! [`compare`]: two deals on the same paths, result by result and path by path.

use super::decide::{DecideError, SETTINGS, plans};
use super::estimate::Estimate;
use super::metric::{Measured, estimate};
use crate::model::{Sampling, Scenario};
use crate::plan::Plan;
use crate::quantity::Day;
use crate::scenario::{Metric, Unit};
use crate::simulate::{Branch, Outcomes, RunOptions, ThreadError, run};
use crate::statistics::{SortedSample, Units, controlled_mean, exceedance_curve};

/// Results that are compared, where both deals have them.
const METRICS: [&str; 19] = [
    "mean(present_value)",
    "p5(present_value)",
    "median(present_value)",
    "p95(present_value)",
    "sd(present_value)",
    "moic",
    "P(moic < 1x)",
    "P(moic <= 0x)",
    "median(irr)",
    "mean(invested)",
    "mean(received)",
    "mean(strategic)",
    "median(ownership)",
    "P(conversion)",
    "P(ipo)",
    "P(sale)",
    "P(failure)",
    "fair_value",
    "fair_value_net",
];
/// Percentiles of the difference that are reported.
const PERCENTILES: [f64; 7] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/// A number with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The number; NaN if undefined.
    pub value: f64,
    /// Its standard error; NaN if unknown.
    pub standard_error: f64,
}

impl From<&Estimate> for Figure {
    fn from(estimate: &Estimate) -> Self {
        Self { value: estimate.value, standard_error: estimate.standard_error }
    }
}

/// One result of two deals.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What it is.
    pub name: String,
    /// What it is measured in.
    pub unit: Unit,
    /// Of the first deal.
    pub a: Figure,
    /// Of the second.
    pub b: Figure,
    /// Second less first, with the error on common paths.
    pub difference: Figure,
    /// The error had they been run on independent paths.
    pub unpaired_error: f64,
}

impl Change {
    /// Two figures of runs whose paths have nothing to do with each other.
    #[must_use]
    pub fn unpaired(name: &str, unit: Unit, a: Figure, b: Figure) -> Self {
        let error = libm::hypot(a.standard_error, b.standard_error);
        let difference = Figure { value: b.value - a.value, standard_error: error };
        Self { name: name.to_owned(), unit, a, b, difference, unpaired_error: error }
    }

    fn new(name: &str, unit: Unit, a: &Estimate, b: &Estimate) -> Self {
        let difference = b.minus(a);
        Self {
            name: name.to_owned(),
            unit,
            a: a.into(),
            b: b.into(),
            difference: (&difference).into(),
            unpaired_error: b.unpaired_error(a),
        }
    }
}

/// The present value of the second deal less that of the first, path by path.
#[derive(Clone, Debug, PartialEq)]
pub struct PathByPath {
    /// Share of the paths on which the second is better.
    pub better: Figure,
    /// On which it is worse.
    pub worse: Figure,
    /// On which it makes no difference at all.
    pub equal: Figure,
    /// Percentiles of the difference with their shares, ascending.
    pub percentiles: Vec<(f64, f64)>,
}

/// Two deals compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Results; the mean present value first.
    pub changes: Vec<Change>,
    /// Shares of the commitment by ending, by the identifier of the branch.
    pub branches: Vec<Change>,
    /// Probabilities of the milestones that both have.
    pub milestones: Vec<Change>,
    /// The mean difference of present values with control variates; none where no control is known.
    pub controlled: Option<Figure>,
    /// Differences of the present value; none if the two were not run on the same paths.
    pub path_by_path: Option<PathByPath>,
    /// Exceedance of the present value of each.
    pub curves: [Vec<CurvePoint>; 2],
}

/// A point of an exceedance curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// The outcome.
    pub value: f64,
    /// Share of paths at or above it.
    pub at_least: f64,
    /// Share of paths above it.
    pub more_than: f64,
}

/// Why two deals could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// They are about different things.
    #[error("{0}")]
    Incomparable(String),
    /// A scenario could not be resolved, or its rules not learnt.
    #[error(transparent)]
    Plan(#[from] DecideError),
    /// The threads could not be started.
    #[error(transparent)]
    Threads(#[from] ThreadError),
}

/// Runs two scenarios on the same paths, those of the first, and compares them. `more` are further metrics.
///
/// Common random numbers: Law and Kelton, *Simulation Modeling and Analysis*, 11.2.
///
/// # Errors
/// If the scenarios are in different currencies or of different days, or the machine fails.
pub fn compare(
    a: &Scenario,
    b: &Scenario,
    more: &[Metric],
    options: RunOptions,
) -> Result<Comparison, CompareError> {
    comparable(a, b)?;
    let b = Scenario { simulation: a.simulation, ..b.clone() };
    let real = both(a, &b, options)?;
    let fair = |scenario: &Scenario| scenario.risk_neutral().ok().flatten().map(|found| found.scenario);
    let fair = match (fair(a), fair(&b)) {
        (Some(one), Some(other)) => {
            let outcomes = both(&one, &other, options)?;
            Some(([one, other], outcomes))
        }
        _ => None,
    };
    let real = [Measured { scenario: a, outcomes: &real[0] }, Measured { scenario: &b, outcomes: &real[1] }];
    let fair = fair.as_ref().map(|(scenarios, outcomes)| {
        [0, 1].map(|side| Measured { scenario: &scenarios[side], outcomes: &outcomes[side] })
    });
    let change = |name: &str| {
        let metric = Metric::read(name, None).ok()?;
        let [a, b] = if metric.statistic.is_fair_value() { fair? } else { real };
        if [a, b].iter().any(|side| metric.missing_in(side.scenario).is_some()) {
            return None;
        }
        let change = Change::new(name, metric.unit(), &estimate(&metric, a), &estimate(&metric, b));
        (!change.a.value.is_nan() || !change.b.value.is_nan()).then_some(change)
    };
    let strategic = !(a.strategic.is_empty() && b.strategic.is_empty());
    let names = METRICS.into_iter().filter(|name| strategic || !name.contains("strategic"));
    let mut changes: Vec<Change> = names.chain(more.iter().map(Metric::text)).filter_map(change).collect();
    changes.retain(|change| change.a.value != 0.0 || change.b.value != 0.0);
    let named = |metric: String, name: &str| Some(Change { name: name.to_owned(), ..change(&metric)? });
    let branches =
        Branch::ALL.iter().filter_map(|branch| named(format!("P(branch {})", branch.id()), branch.id()));
    let milestones =
        a.milestones.iter().filter(|one| b.milestones.iter().any(|other| other.name == one.name));
    let milestones = milestones.filter_map(|one| named(format!("P(milestone \"{}\")", one.name), &one.name));
    let [one, other] = real.map(|side| &side.outcomes.columns.present_value);
    Ok(Comparison {
        branches: branches.filter(|change| change.a.value > 0.0 || change.b.value > 0.0).collect(),
        milestones: milestones.collect(),
        changes,
        controlled: controlled_difference(real),
        path_by_path: Some(path_by_path(one, other, units(&real[0]))),
        curves: [one, other].map(|column| curve(column)),
    })
}

fn curve(column: &[f64]) -> Vec<CurvePoint> {
    let point = |point: crate::statistics::ExceedancePoint| CurvePoint {
        value: point.value,
        at_least: point.at_least.value,
        more_than: point.more_than,
    };
    exceedance_curve(&SortedSample::new(column)).into_iter().map(point).collect()
}

/// Refuses what has no common measure.
pub(super) fn comparable<'a>(a: &'a Scenario, b: &'a Scenario) -> Result<(), CompareError> {
    let (one, other) = (&a.deal, &b.deal);
    let facts = |deal: &'a crate::model::Deal| (deal.currency.as_str(), deal.valuation_date);
    on_one_footing(facts(one), facts(other)).map_err(CompareError::Incomparable)
}

/// Refuses values in different currencies or of different days.
///
/// # Errors
/// What differs, and what to do.
pub fn on_one_footing(a: (&str, Day), b: (&str, Day)) -> Result<(), String> {
    if a.0 != b.0 {
        return Err(format!(
            "the currencies differ, {} and {}: there is no common unit of a difference",
            a.0, b.0
        ));
    }
    if a.1 != b.1 {
        return Err(format!(
            "the valuation dates differ, {} and {}: values of different days are not on one footing; set the same \
             deal.valuation_date",
            a.1, b.1
        ));
    }
    Ok(())
}

fn both(a: &Scenario, b: &Scenario, options: RunOptions) -> Result<Vec<Outcomes>, CompareError> {
    let plans = Plan::in_groups(plans([a, b].into_iter(), SETTINGS, options.threads)?);
    Ok(run(&plans.iter().collect::<Vec<_>>(), options, |_| {})?)
}

/// How paths are put into groups that are independent; none if single paths are.
fn units(side: &Measured<'_>) -> Option<Units> {
    let independent = side.scenario.simulation.sampling == Sampling::PseudoRandom;
    side.outcomes.tally.parts.as_ref().filter(|_| !independent).map(crate::simulate::Parts::units)
}

fn path_by_path(a: &[f64], b: &[f64], units: Option<Units>) -> PathByPath {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| b - a).collect();
    let share = |event: fn(f64) -> bool| {
        let hits = differences.iter().map(|d| if event(*d) { 1.0 } else { 0.0 }).collect();
        Figure::from(&Estimate::grouped_mean(hits, units))
    };
    let sorted = SortedSample::new(&differences);
    PathByPath {
        better: share(|d| d > 0.0),
        worse: share(|d| d < 0.0),
        equal: share(|d| d == 0.0),
        percentiles: PERCENTILES.iter().filter_map(|p| Some((*p, sorted.quantile(*p)?))).collect(),
    }
}

/// The mean of the differences path by path less what the controls of either deal, which the paths are common to, explain of it
/// ([`controlled_mean`]).
fn controlled_difference(sides: [Measured<'_>; 2]) -> Option<Figure> {
    let [one, other] = sides.map(|side| &side.outcomes.columns);
    let differences: Vec<f64> =
        one.present_value.iter().zip(&other.present_value).map(|(a, b)| b - a).collect();
    let used = [one, other].into_iter().find(|columns| !columns.controls[0].is_empty())?;
    let controls: Vec<&[f64]> =
        used.controls.iter().map(Vec::as_slice).filter(|column| !column.is_empty()).collect();
    let found = controlled_mean(&differences, &controls, units(&sides[0]))?;
    Some(Figure { value: found.mean.value, standard_error: found.standard_error })
}

impl PathByPath {
    /// Whether no path differs at all.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.equal.value >= 1.0
    }
}

impl Comparison {
    /// How many times the error of the mean difference of present values is smaller than that of independent paths.
    #[must_use]
    pub fn gain(&self) -> Option<f64> {
        let mean = self.changes.first().filter(|_| self.path_by_path.is_some())?;
        let gain = mean.unpaired_error / mean.difference.standard_error;
        gain.is_finite().then_some(gain)
    }

    /// The same with control variates.
    #[must_use]
    pub fn controlled_gain(&self) -> Option<f64> {
        let gain = self.changes.first()?.unpaired_error / self.controlled?.standard_error;
        gain.is_finite().then_some(gain)
    }
}
