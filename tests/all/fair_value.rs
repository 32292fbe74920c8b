//! Fair values of whole scenarios against closed forms, and means given when things happen against plain ones.
//!
//! Seeds are those of the scenarios: a value must lie within four standard errors of its closed form, which it misses
//! once in 16,000 seeds.

use std::path::Path;

use cabrio::model::{Measure, Scenario};
use cabrio::plan::Plan;
use cabrio::pricing::black_scholes::Market;
use cabrio::random::math;
use cabrio::scenario::load;
use cabrio::simulate::{RunOptions, conditional, run};
use cabrio::statistics::Moments;

/// The benchmark of 2025: a bond at its straight yield and a riskless option to exchange it, in closed form; near par.
#[test]
fn coreweave_lands_near_par() {
    let loaded = load(Path::new("scenarios/coreweave-convertible.toml"), &[]);
    let study = loaded.study.expect("a valid scenario");
    let fair = study.base.risk_neutral().expect("a fair value").expect("a section on fair value").scenario;
    let plan = Plan::new(&fair).expect("a plan");
    let outcomes =
        run(&[&plan], RunOptions { paths: 200_000, threads: None }, |_| {}).expect("a run").remove(0);
    let columns = &outcomes.columns;
    let values: Vec<f64> =
        columns.present_value.iter().zip(&columns.paid).map(|(net, paid)| net + paid).collect();
    let moments = Moments::of(&values);
    let (mean, error) = (moments.mean().expect("paths"), moments.standard_error().expect("paths"));

    // 11 December 2025 to 1 December 2031, by days; half-yearly interest in 30/360 from the day of issue.
    let day = |text: &str| text.parse::<cabrio::quantity::Day>().expect("a date").0;
    let start = day("2025-12-11");
    let years = |date: &str| f64::from(day(date) - start) / 365.25;
    let (riskless, spread) = (math::ln(1.0375), math::ln(1.0526));
    let risky = |t: f64| math::exp(-(riskless + spread) * t);
    let term = years("2031-12-01");
    let mut bond = 100.0 * risky(term);
    let payments = ["06-11", "12-11"];
    for (number, year) in (0..11).zip((0..11).map(|half| 2026 + half / 2)) {
        let date = format!("{year}-{}", payments[number % 2]);
        bond += 0.875 * risky(years(&date));
    }
    // The rest of the last half year: 170 days of 360.
    bond += 1.75 * 170.0 / 360.0 * risky(term);
    // The holder gives up face and the interest of that rest.
    let given_up = 100.0 + 1.75 * 170.0 / 360.0;
    let shares = Market {
        spot: 86.24 / 107.80 * given_up,
        rate: riskless,
        dividend_yield: 0.0,
        volatility: 0.445,
        years: term,
    };
    let option = shares.at_date().expect("in range").call(given_up);
    let expected = (bond + option) / 100.0 * 2.25e9;
    assert!((mean - expected).abs() < 4.0 * error, "{mean} ± {error}, expected {expected}");
    // Near par: within a point.
    assert!((expected / 2.25e9 - 1.0).abs() < 0.01, "{expected}");
}

/// In all scenarios and cases that have one, under both measures, the mean given when things happen is that of the present value: 4.5 standard
/// errors of the difference on the same paths, false alarms 7e-6 each, of which there are about 100. Where little but rare losses is
/// left to chance, so few paths may show none of them, and their spread is no error: a twentieth of the plain mean's error is allowed for that.
/// (The largest such difference was 9 of those errors for a plain loan, and 1.8 on 524,288 paths.)
#[test]
fn means_given_events_are_those_of_all_scenarios() {
    const PATHS: u64 = 2_048;
    let options = RunOptions { paths: PATHS, threads: None };
    let mut compared = 0;
    let entries =
        std::fs::read_dir("scenarios").expect("scenarios").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    files.sort();
    for file in files {
        let independent = ["simulation.sampling=pseudo_random".to_owned()];
        let study = load(&file, &independent).study.expect("a valid scenario");
        let real = std::iter::once(study.base.clone()).chain(study.cases.iter().map(|case| case.1.clone()));
        let fair = |scenario: &Scenario| scenario.risk_neutral().ok().flatten().map(|fair| fair.scenario);
        let scenarios: Vec<Scenario> = real.flat_map(|real| [fair(&real), Some(real)]).flatten().collect();
        for scenario in &scenarios {
            // Where somebody decides as is best there is no such mean.
            let plan = Plan::undecided(scenario).expect("a plan");
            let Ok(given) = conditional(&[&plan], options).expect("threads").remove(0) else { continue };
            let columns = run(&[&plan], options, |_| {}).expect("a run").remove(0).columns;
            let is_fair = scenario.measure == Measure::RiskNeutral;
            let paid = |path: usize| if is_fair { columns.paid[path] } else { 0.0 };
            let differences: Vec<f64> = (0..given.value.len())
                .map(|path| given.value[path] - columns.present_value[path] - paid(path))
                .collect();
            let moments = Moments::of(&differences);
            let error = moments.standard_error().expect("paths");
            let what = format!("{}, {:?}", file.display(), scenario.measure);
            println!(
                "{what}: {:.2} errors, exact on {:.3}",
                moments.mean / error,
                given.exact as f64 / PATHS as f64
            );
            let plain = Moments::of(&columns.present_value).standard_error().expect("paths");
            assert!(moments.mean.abs() <= 4.5 * error + 0.05 * plain, "{what}: {} ± {error}", moments.mean);
            compared += 1;
        }
    }
    assert!(compared >= 10, "{compared} only");
}
