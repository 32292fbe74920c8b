//! Variance of the mean present value under each sampling, against independent paths.
//!
//! `cargo bench --bench variance` runs each scenario 32 times with other seeds, 65,536 paths each, and prints how
//! many times smaller the variance of the mean over these runs is than that of independent paths: as it is, with
//! control variates, and given when things happen ([`conditional`]), over the last stretch and over all of it. For Sobol' points also that
//! of one sequence of 65,536 points (a run of 32 of them). A ratio from 32 runs is good to a quarter of itself. Scenarios and samplings
//! named after `--` are done alone: `cargo bench --bench variance -- minimal sobol-one-set`.

use std::path::Path;

use cabrio::plan::Plan;
use cabrio::scenario;
use cabrio::simulate::{Conditional, Outcomes, Parts, RunOptions, conditional, run};
use cabrio::statistics::{MOST_CONTROLS, Moments, Units, controlled_mean};

const RUNS: u64 = 32;
const PATHS: u64 = 1 << 16;
const SCENARIOS: [&str; 3] = ["amazon-anthropic", "seed-bridge-note", "minimal"];
const SAMPLINGS: [&str; 5] = ["pseudo_random", "antithetic", "latin_hypercube", "sobol", ONE_SET];
const ONE_SET: &str = "sobol-one-set";

fn plan(name: &str, sampling: &str, seed: u64) -> Plan {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
    let sets = [format!("simulation.sampling={sampling}"), format!("simulation.seed={seed}")];
    let study = scenario::load(&file, &sets).study.expect("the example is read without mistakes");
    Plan::new(&study.base).expect("the example can be planned")
}

/// Outcomes of so many paths, and what they are given when things happen, if that is known.
fn outcomes(plan: &Plan, paths: u64) -> (Outcomes, Option<Conditional>) {
    let options = RunOptions { paths, threads: None };
    let outcomes = run(&[plan], options, |_| {}).expect("threads can be started").remove(0);
    let given = conditional(&[plan], options).expect("threads can be started").remove(0);
    (outcomes, given.ok())
}

fn in_use(controls: &[Vec<f64>; MOST_CONTROLS]) -> Vec<&[f64]> {
    controls.iter().map(Vec::as_slice).filter(|control| !control.is_empty()).collect()
}

/// The four means with their standard errors.
fn means(outcomes: &Outcomes, given: Option<&Conditional>, units: Option<Units>) -> [(f64, f64); 4] {
    let both = |column: &[f64], controls| {
        let moments = Moments::of(column);
        let error = match units {
            Some(units) => units.mean_error(column, moments.mean).map(|error| error.standard_error),
            None => moments.standard_error(),
        };
        let found = controlled_mean(column, &in_use(controls), units);
        let controlled = found.map(|found| (found.mean.value, found.standard_error));
        [(moments.mean, error.unwrap_or(f64::NAN)), controlled.unwrap_or((f64::NAN, f64::NAN))]
    };
    let columns = &outcomes.columns;
    let [plain, controlled] = both(&columns.present_value, &columns.controls);
    let none = [(f64::NAN, f64::NAN); 2];
    let [alone, too] = given.map_or(none, |given| both(&given.value, &given.controls));
    [plain, controlled, alone, too]
}

fn row(name: &str, sampling: &str, ratios: [f64; 4]) {
    let ratios = ratios.map(|ratio| format!("{ratio:>16.1}")).concat();
    println!("{name:<20} {sampling:<16}{ratios}");
}

fn main() {
    let chosen: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let of = |names: &[&'static str]| -> Vec<&'static str> {
        let some = names.iter().any(|name| chosen.iter().any(|chosen| chosen == name));
        names.iter().copied().filter(|name| !some || chosen.iter().any(|chosen| chosen == name)).collect()
    };
    println!("Variance of independent paths over that of the mean of {PATHS} paths, {RUNS} runs");
    let heads = ["plain", "with controls", "given events", "both"].map(|head| format!("{head:>16}")).concat();
    println!("{:<20} {:<16}{heads}", "scenario", "sampling");
    for name in of(&SCENARIOS) {
        let independent = Moments::of(&spreads(name)).mean / PATHS as f64;
        for sampling in of(&SAMPLINGS) {
            if sampling == ONE_SET {
                let (outcomes, given) = outcomes(&plan(name, "sobol", 1), RUNS * PATHS);
                let found = means(&outcomes, given.as_ref(), Some(Units { run: 1, groups: 32 }));
                row(name, sampling, found.map(|(_, error)| independent / (RUNS as f64 * error * error)));
                let exact = given.map_or(0, |given| given.exact) as f64 / (RUNS * PATHS) as f64;
                println!("{name}: the motion is gone on {exact:.3} of paths");
                continue;
            }
            let mut found: [Vec<f64>; 4] = Default::default();
            for seed in 1..=RUNS {
                let (outcomes, given) = outcomes(&plan(name, sampling, seed), PATHS);
                let units = outcomes.tally.parts.as_ref().map(Parts::units);
                let means = means(&outcomes, given.as_ref(), units);
                found.iter_mut().zip(means).for_each(|(column, (mean, _))| column.push(mean));
            }
            let ratio = |means: Vec<f64>| independent / Moments::of(&means).variance().unwrap_or(f64::NAN);
            row(name, sampling, found.map(ratio));
        }
    }
}

/// Variances of the present value of one independent path, from each of the runs.
fn spreads(name: &str) -> Vec<f64> {
    let options = RunOptions { paths: PATHS, threads: None };
    (1..=RUNS)
        .map(|seed| {
            let plan = plan(name, "pseudo_random", seed);
            let outcomes = run(&[&plan], options, |_| {}).expect("threads can be started").remove(0);
            Moments::of(&outcomes.columns.present_value).variance().unwrap_or(f64::NAN)
        })
        .collect()
}
