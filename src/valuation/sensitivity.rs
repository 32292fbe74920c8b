//! [`attribute`]: which uncertain inputs carry a result.
//!
//! Two answers. One at a time: each input at its 10th and at its 90th percentile on every path, everything else as
//! drawn, on common random numbers. And the share of the variance that each explains, from the paths of the deal as it stands
//! (Plischke, Borgonovo and Smith 2013, "Global sensitivity measures from given data", EJOR 226): see
//! [`crate::statistics::sensitivity`]. What is decided as is best is decided by the rules of the deal as it stands.

mod drivers;
mod inputs;

pub use drivers::{DRIVER_PATHS, Driver, Drivers, drivers};

use super::compare::{CompareError, Figure};
use super::decide::{SETTINGS, plans};
use super::estimate::Estimate;
use super::metric::{Measured, estimate};
use super::sweep::Point;
use crate::model::Scenario;
use crate::plan::Plan;
use crate::scenario::Metric;
use crate::simulate::{RunOptions, run};
use crate::statistics::{Sensitivity, sensitivity};
use inputs::{Input, drawn, inputs};

/// Paths that are simulated at once, over all variants: about 200 MB of results.
const AT_ONCE: u64 = 1 << 21;

/// One input and what hangs on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Its name.
    pub name: String,
    /// What it is at its low and at its high end.
    pub ends: [String; 2],
    /// The result at both ends.
    pub at: [Point; 2],
    /// The share of the variance that it explains by itself; none where that cannot be told.
    pub share: Option<Sensitivity>,
    /// Whether it is correlated with other inputs, which stay as they are drawn.
    pub correlated: bool,
}

impl Effect {
    /// How far apart the result is at both ends.
    #[must_use]
    pub fn swing(&self) -> f64 {
        (self.at[1].value.value - self.at[0].value.value).abs()
    }
}

/// What the inputs do to a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Attributed {
    /// The result as the deal stands.
    pub base: Figure,
    /// The inputs, those that move it most first.
    pub effects: Vec<Effect>,
    /// Uncertain inputs that are drawn anew at each use and therefore not looked at.
    pub left_out: Vec<String>,
}

/// Attributes a metric to the uncertain inputs of a scenario. `done` is told how many of all runs are.
///
/// # Errors
/// If the machine fails, or the metric needs a fair value that the scenario has not.
pub fn attribute(
    scenario: &Scenario,
    metric: &Metric,
    options: RunOptions,
    done: impl Fn(usize, usize),
) -> Result<Attributed, CompareError> {
    let counterpart = if metric.statistic.is_fair_value() {
        let found = scenario.risk_neutral().ok().flatten();
        let missing =
            || CompareError::Incomparable(format!("`{}` has no risk-neutral counterpart", metric.text()));
        Some(found.ok_or_else(missing)?.scenario)
    } else {
        None
    };
    let scenario = counterpart.as_ref().unwrap_or(scenario);
    let plans = Plan::in_groups(plans(std::iter::once(scenario), SETTINGS, options.threads)?);
    let Some(base) = plans.first() else {
        return Err(CompareError::Incomparable("nothing to run".to_owned()));
    };
    let (inputs, left_out) = inputs(scenario, &base.world);
    let measure = |plans: &[&Plan]| -> Result<Vec<Estimate>, CompareError> {
        let outcomes = run(plans, options, |_| {})?;
        Ok(outcomes.iter().map(|outcomes| estimate(metric, Measured { scenario, outcomes })).collect())
    };
    let of_base = measure(&[base])?.remove(0);
    let chunk = usize::try_from(AT_ONCE / (2 * options.paths).max(1)).unwrap_or(1).max(1);
    let columns = drawn(&base.world, &inputs, options.paths);
    let mut effects = Vec::new();
    for (inputs, columns) in inputs.chunks(chunk).zip(columns.chunks(chunk)) {
        let pinned: Vec<Plan> =
            inputs.iter().flat_map(|input| [0, 1].map(|end| at_end(base, input, end))).collect();
        let found = measure(&pinned.iter().collect::<Vec<_>>())?;
        for ((input, pair), column) in inputs.iter().zip(found.chunks(2)).zip(columns) {
            let point =
                |one: &Estimate| Point { value: one.into(), difference: (&one.minus(&of_base)).into() };
            effects.push(Effect {
                name: input.name.clone(),
                ends: input.ends.clone(),
                at: [point(&pair[0]), point(&pair[1])],
                share: of_base.by_path().and_then(|output| sensitivity(column, output)),
                correlated: input.correlated,
            });
        }
        done(effects.len(), columns.len());
    }
    effects.sort_by(|a, b| b.swing().total_cmp(&a.swing()).then_with(|| a.name.cmp(&b.name)));
    Ok(Attributed { base: (&of_base).into(), effects, left_out })
}

/// The plan with an input at one of its ends on every path.
fn at_end(base: &Plan, input: &Input, end: usize) -> Plan {
    let mut plan = base.clone();
    plan.world.pinned = input.pins.iter().map(|(column, ends)| (*column, ends[end])).collect();
    plan
}
