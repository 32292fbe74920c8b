//! [`sweep`]: results of variants of a deal, all on the paths of the deal itself.

use super::compare::{CompareError, Figure, comparable};
use super::decide::{SETTINGS, plans};
use super::estimate::Estimate;
use super::metric::{Measured, estimate};
use crate::model::{RiskNeutral, Scenario};
use crate::plan::Plan;
use crate::scenario::Metric;
use crate::simulate::{RunOptions, run};

/// Paths that are simulated at once, over all variants: about 200 MB of results.
const AT_ONCE: u64 = 1 << 21;

/// A metric of one variant, and how it differs from that of the deal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The metric.
    pub value: Figure,
    /// Less that of the deal, with the error on common paths.
    pub difference: Figure,
}

/// What came of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Swept {
    /// Of the deal as it stands, by metric.
    pub base: Vec<Figure>,
    /// Of each variant, by metric.
    pub points: Vec<Vec<Point>>,
}

/// Runs variants on the paths of `base` and measures them. `done` is told how many are.
///
/// # Errors
/// If a variant is in another currency or of another day, or the machine fails.
pub fn sweep(
    base: &Scenario,
    variants: &[Scenario],
    metrics: &[Metric],
    options: RunOptions,
    done: impl Fn(usize),
) -> Result<Swept, CompareError> {
    variants.iter().try_for_each(|variant| comparable(base, variant))?;
    let chunk = usize::try_from(AT_ONCE / options.paths.max(1)).unwrap_or(1).max(2) - 1;
    let mut of_base: Vec<Estimate> = Vec::new();
    let mut points = Vec::new();
    for variants in variants.chunks(chunk) {
        let all: Vec<&Scenario> = std::iter::once(base).chain(variants).collect();
        let mut found = measured(&all, metrics, options)?.into_iter();
        of_base = found.next().unwrap_or(of_base);
        points.extend(found.map(|row| {
            let point = |(one, base): (&Estimate, &Estimate)| Point {
                value: one.into(),
                difference: (&one.minus(base)).into(),
            };
            row.iter().zip(&of_base).map(point).collect::<Vec<_>>()
        }));
        done(points.len());
    }
    Ok(Swept { base: of_base.iter().map(Figure::from).collect(), points })
}

/// All metrics of all scenarios, on the paths of the first.
fn measured(
    scenarios: &[&Scenario],
    metrics: &[Metric],
    options: RunOptions,
) -> Result<Vec<Vec<Estimate>>, CompareError> {
    let nowhere = Estimate::exact(f64::NAN);
    let mut rows = vec![vec![nowhere; metrics.len()]; scenarios.len()];
    for fair in [false, true] {
        let wanted = |metric: &Metric| metric.statistic.is_fair_value() == fair;
        if !metrics.iter().any(wanted) {
            continue;
        }
        let counterpart = |scenario: &&Scenario| -> Option<Scenario> {
            if !fair {
                return Some((*scenario).clone());
            }
            scenario.risk_neutral().ok().flatten().map(|RiskNeutral { scenario, .. }| scenario)
        };
        let Some(run_as) = scenarios.iter().map(counterpart).collect::<Option<Vec<_>>>() else { continue };
        let plans = Plan::in_groups(plans(run_as.iter(), SETTINGS, options.threads)?);
        let outcomes = run(&plans.iter().collect::<Vec<_>>(), options, |_| {})?;
        for ((row, scenario), outcomes) in rows.iter_mut().zip(&run_as).zip(&outcomes) {
            for (slot, metric) in row.iter_mut().zip(metrics).filter(|(_, metric)| wanted(metric)) {
                *slot = estimate(metric, Measured { scenario, outcomes });
            }
        }
    }
    Ok(rows)
}
