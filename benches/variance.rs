//! Variance of the mean present value under each sampling, against independent paths.
//!
//! `cargo bench --bench variance` runs each scenario 32 times with other seeds, 65,536 paths each, and prints how
//! many times smaller the variance of the mean over these runs is than that of independent paths: without and
//! with control variates. For Sobol' points also that of one sequence of 65,536 points (a run of 32 of them).
//! A ratio from 32 runs is good to a quarter of itself.

use std::path::Path;

use cabrio::plan::Plan;
use cabrio::scenario;
use cabrio::simulate::{Columns, Outcomes, Parts, RunOptions, run};
use cabrio::statistics::{Moments, Units, controlled_mean};

const RUNS: u64 = 32;
const PATHS: u64 = 1 << 16;
const SCENARIOS: [&str; 3] = ["amazon-anthropic", "seed-bridge-note", "minimal"];
const SAMPLINGS: [&str; 4] = ["pseudo_random", "antithetic", "latin_hypercube", "sobol"];

fn outcomes(name: &str, sampling: &str, seed: u64, paths: u64) -> Outcomes {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
    let sets = [format!("simulation.sampling={sampling}"), format!("simulation.seed={seed}")];
    let study = scenario::load(&file, &sets).study.expect("the example is read without mistakes");
    let plan = Plan::new(&study.base).expect("the example can be planned");
    run(&[&plan], RunOptions { paths, threads: None }, |_| {}).expect("threads can be started").remove(0)
}

fn controls(columns: &Columns) -> Vec<&[f64]> {
    columns.controls.iter().map(Vec::as_slice).filter(|control| !control.is_empty()).collect()
}

fn main() {
    println!("Variance of independent paths over that of the mean of {PATHS} paths, {RUNS} runs");
    println!("{:<20} {:<16} {:>10} {:>14}", "scenario", "sampling", "plain", "with controls");
    for name in SCENARIOS {
        let mut independent = f64::NAN;
        for sampling in SAMPLINGS {
            let (mut plain, mut controlled, mut spread) = (Vec::new(), Vec::new(), Vec::new());
            for seed in 1..=RUNS {
                let Outcomes { columns, tally, .. } = outcomes(name, sampling, seed, PATHS);
                let moments = Moments::of(&columns.present_value);
                plain.push(moments.mean);
                spread.push(moments.variance().unwrap_or(f64::NAN));
                let units = tally.parts.as_ref().map(Parts::units);
                let found = controlled_mean(&columns.present_value, &controls(&columns), units);
                controlled.push(found.map_or(f64::NAN, |found| found.mean.value));
            }
            if sampling == "pseudo_random" {
                independent = Moments::of(&spread).mean / PATHS as f64;
            }
            row(name, sampling, independent, &[plain, controlled]);
        }
        long(name, independent);
    }
}

fn row(name: &str, sampling: &str, independent: f64, means: &[Vec<f64>; 2]) {
    let [plain, controlled] =
        means.each_ref().map(|means| independent / Moments::of(means).variance().unwrap_or(f64::NAN));
    println!("{name:<20} {sampling:<16} {plain:>10.1} {controlled:>14.1}");
}

/// One run of so many points in each sequence: the variance of the mean of one of them.
fn long(name: &str, independent: f64) {
    let Outcomes { columns, .. } = outcomes(name, "sobol", 1, RUNS * PATHS);
    let units = Units { run: 1, groups: 32 };
    let mean = Moments::of(&columns.present_value).mean;
    let plain = units.mean_error(&columns.present_value, mean).map(|error| error.standard_error);
    let found = controlled_mean(&columns.present_value, &controls(&columns), Some(units));
    let [plain, controlled] = [plain, found.map(|found| found.standard_error)]
        .map(|error| error.map_or(f64::NAN, |error| independent / (RUNS as f64 * error * error)));
    println!("{name:<20} {:<16} {plain:>10.1} {controlled:>14.1}", "sobol, one set");
}
