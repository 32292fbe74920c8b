//! [`drivers`]: which uncertain inputs the present value moves with, from the paths of a run as they were drawn.

use super::inputs::{Input, NEVER, drawn, inputs};
use crate::model::Scenario;
use crate::plan::Plan;
use crate::simulate::{Outcomes, RunOptions, ThreadError, run};
use crate::statistics::{Sensitivity, sensitivity};

/// Paths that are looked at, if the run has so many: the error of a share of variance is then about half a per cent.
pub const DRIVER_PATHS: u64 = 1 << 15;

/// One input, and the present value where it is low and where it is high.
#[derive(Clone, Debug, PartialEq)]
pub struct Driver {
    /// Its name.
    pub name: String,
    /// In words, what it is on the paths where it is low, and high: the outermost tenths but for equal values.
    pub ends: [String; 2],
    /// Conditional means, and the share of the variance that it explains by itself.
    pub found: Sensitivity,
    /// Whether it is correlated with other inputs, which then move with it.
    pub correlated: bool,
}

/// What the present value of a run moves with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drivers {
    /// Paths looked at.
    pub paths: u64,
    /// Mean present value over these.
    pub mean: f64,
    /// The inputs, those with the widest difference between low and high first.
    pub rows: Vec<Driver>,
    /// Uncertain inputs that are drawn anew at each use and therefore not looked at.
    pub left_out: Vec<String>,
}

/// Looks at the first paths of a run of the scenario; runs them again where the run has not kept them.
///
/// # Errors
/// If the threads cannot be started.
pub fn drivers(
    scenario: &Scenario,
    plan: &Plan,
    outcomes: &Outcomes,
    threads: Option<usize>,
) -> Result<Drivers, ThreadError> {
    let paths = outcomes.tally.paths.min(DRIVER_PATHS);
    if outcomes.digest.is_some() {
        let again = run(&[plan], RunOptions { paths, threads }, |_| {})?;
        return Ok(of_paths(scenario, plan, &again[0].columns.present_value));
    }
    let kept = &outcomes.columns.present_value;
    let number = usize::try_from(paths).unwrap_or(usize::MAX).min(kept.len());
    Ok(of_paths(scenario, plan, &kept[..number]))
}

fn of_paths(scenario: &Scenario, plan: &Plan, present_value: &[f64]) -> Drivers {
    let paths = present_value.len() as u64;
    let (mut inputs, left_out) = inputs(scenario, &plan.world);
    // Commercial flows are no part of the present value: their figures could only seem to move it.
    inputs.retain(|input| !input.name.starts_with("strategic."));
    let columns = drawn(&plan.world, &inputs, paths);
    let row = |(input, column): (Input, &Vec<f64>)| {
        let found = sensitivity(column, present_value)?;
        let ends = ends(&input, column, &found)?;
        Some(Driver { name: input.name, ends, found, correlated: input.correlated })
    };
    let mut rows: Vec<Driver> = inputs.into_iter().zip(&columns).filter_map(row).collect();
    let swing = |row: &Driver| match (&row.found.low, &row.found.high) {
        (Some(low), Some(high)) => (high.output.value - low.output.value).abs(),
        _ => 0.0,
    };
    rows.sort_by(|a, b| swing(b).total_cmp(&swing(a)).then_with(|| a.name.cmp(&b.name)));
    let mean = crate::statistics::Moments::of(present_value).mean().unwrap_or(f64::NAN);
    Drivers { paths, mean, rows, left_out }
}

/// What the input is on the paths where it is low, and high; none if it is the same on all.
fn ends(input: &Input, column: &[f64], found: &Sensitivity) -> Option<[String; 2]> {
    let (low, high) = (found.low?, found.high?);
    let Some([never, late]) = input.event else {
        return Some([format!("≤ {}", input.ends[0]), format!("≥ {}", input.ends[1])]);
    };
    let share =
        |holds: fn(f64) -> bool| column.iter().filter(|x| holds(**x)).count() as f64 / column.len() as f64;
    let (missed, happens) = (share(|x| x <= NEVER), share(|x| x > NEVER));
    let at_low = match missed {
        missed if missed <= 0.0 => late.to_owned(),
        missed if missed >= low.share => never.to_owned(),
        _ => format!("{never} or {late}"),
    };
    let at_high = if high.share >= happens { "happens" } else { "early" };
    Some([at_low, at_high.to_owned()])
}
