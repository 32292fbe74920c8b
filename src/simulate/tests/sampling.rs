//! Evenly spread and mirrored paths: the same law, the same numbers wherever a path is computed, and errors from
//! what is independent.

use super::*;
use crate::model::{ChanceAt, Jumps, Sale, Sampling};
use crate::simulate::Item;
use crate::simulate::fixture::hazard;
use crate::statistics::Moments;

const KINDS: [Sampling; 3] = [Sampling::Sobol, Sampling::Antithetic, Sampling::LatinHypercube];

fn sampled(sampling: Sampling) -> Scenario {
    let mut scenario = rich::phased();
    scenario.simulation.sampling = sampling;
    scenario
}

#[test]
fn a_path_is_the_same_alone_and_on_any_number_of_threads() {
    for sampling in KINDS {
        let plan = Plan::new(&sampled(sampling)).unwrap();
        let of =
            |threads| run(&[&plan], RunOptions { paths: 5_000, threads: Some(threads) }, |_| {}).unwrap();
        let outcomes = of(1);
        let again = of(3);
        assert_eq!(outcomes[0].tally, again[0].tally, "{sampling:?}");
        assert_eq!(outcomes[0].columns.present_value, again[0].columns.present_value, "{sampling:?}");
        for path in [0, 1, 31, 32, 1023, 1024, 4_999] {
            let alone = replay(&plan, path).fast.present_value;
            let together = outcomes[0].columns.present_value[usize::try_from(path).unwrap()];
            assert_eq!(alone.to_bits(), together.to_bits(), "{sampling:?}, path {path}");
        }
    }
}

/// Whole runs extend one another: a shorter run is the beginning of a longer one.
#[test]
fn more_paths_extend_a_run() {
    for sampling in KINDS {
        let plan = Plan::new(&sampled(sampling)).unwrap();
        let of = |paths| run(&[&plan], RunOptions { paths, threads: Some(2) }, |_| {}).unwrap().remove(0);
        assert!(
            of(4_096).columns.present_value.starts_with(&of(2_048).columns.present_value),
            "{sampling:?}"
        );
    }
}

/// The means agree with those of independent paths: within 4.5 of the error of their difference (Student's t on
/// 31 degrees of freedom: a false alarm once in 10,000 for each of 9 comparisons).
#[test]
fn the_law_is_the_same() {
    let means = |sampling| {
        let mut scenario = sampled(sampling);
        scenario.simulation.seed = 11;
        let Outcomes { columns, tally, .. } = simulate(&scenario, 1 << 16);
        let units = tally.parts.as_ref().map(super::super::Parts::units);
        [columns.present_value, columns.received, columns.resolved].map(|column| {
            let moments = Moments::of(&column);
            let error = match units {
                Some(units) => units.mean_error(&column, moments.mean).unwrap().standard_error,
                None => moments.standard_error().unwrap(),
            };
            (moments.mean, error)
        })
    };
    let plain = means(Sampling::PseudoRandom);
    for sampling in KINDS {
        for ((a, of_a), (b, of_b)) in means(sampling).into_iter().zip(plain) {
            assert!((a - b).abs() < 4.5 * of_a.hypot(of_b), "{sampling:?}: {a} ± {of_a}, {b} ± {of_b}");
        }
    }
}

/// Of each Sobol' sequence the first 2ᵏ points have one company's end in each of 2ᵏ intervals of equal
/// probability; of mirrored paths the ends add up to 0; of a Latin hypercube one falls into each interval.
#[test]
fn the_companys_end_is_spread_as_promised() {
    let ends = |sampling, paths: usize| {
        let plan = Plan::new(&sampled(sampling)).unwrap();
        let mut block = DrawBlock::new(&plan.world, paths);
        block.fill(&plan.world, 0, paths);
        (0..paths)
            .map(|lane| block.path(&plan.world, lane).column(plan.world.shocks[0]))
            .collect::<Vec<f64>>()
    };
    let one_in_each = |ends: &mut dyn Iterator<Item = f64>, n: usize| {
        let mut cells: Vec<f64> = ends.map(|z| libm::floor(normal_cdf(z) * n as f64)).collect();
        cells.sort_by(f64::total_cmp);
        cells.len() == n && cells.iter().enumerate().all(|(cell, x)| (cell as f64 - x).abs() < 0.5)
    };
    let sobol = ends(Sampling::Sobol, 32 * 64);
    assert!((0..32).all(|first| one_in_each(&mut sobol.iter().copied().skip(first).step_by(32), 64)));
    let mirrored = ends(Sampling::Antithetic, 1_000);
    assert!(mirrored.chunks(2).all(|pair| (pair[0] + pair[1]).abs() < 1e-12));
    assert!(one_in_each(&mut ends(Sampling::LatinHypercube, 1_024).into_iter(), 1_024));
}

/// What tallies say of errors, and what columns say, where both know: one tranche's value is the column.
#[test]
fn tallies_and_columns_agree_on_errors() {
    for sampling in KINDS {
        let mut scenario = scenario();
        scenario.simulation.sampling = sampling;
        let Outcomes { columns, tally, .. } = simulate(&scenario, 10_000);
        let parts = tally.parts.unwrap();
        let mean = Moments::of(&columns.present_value).mean;
        let by_column = parts.units().mean_error(&columns.present_value, mean).unwrap();
        let by_tally = parts.mean_error(Item::Value(0), Item::Paths, mean).unwrap();
        assert_eq!(by_column.groups, by_tally.groups);
        let apart = (by_column.standard_error / by_tally.standard_error - 1.0).abs();
        assert!(apart < 1e-9, "{sampling:?}: {by_column:?}, {by_tally:?}");
    }
}

/// A case that draws more leaves the base case's dimensions where they were.
#[test]
fn a_case_with_more_to_draw_leaves_the_base_alone() {
    let base = sampled(Sampling::Sobol);
    let mut other = base.clone();
    let clock = Clock { probability: Some(known(50)), ..super::super::fixture::after(12) };
    other.milestones.push(Milestone {
        name: "one more".into(),
        kind: MilestoneKind::Timed(clock),
        ..base.milestones[0].clone()
    });
    let alone = Plan::new(&base).unwrap();
    let both = Plan::of_study([&base, &other].into_iter()).unwrap();
    assert_eq!(replay(&alone, 77).draws, replay(&both[0], 77).draws);
    let (a, b) = (replay(&both[0], 77).draws, replay(&both[1], 77).draws);
    assert!(b.iter().filter(|x| !a.contains(x)).count() <= 1, "{a:?}\n{b:?}");
}

/// A run that stops early is a run of so many paths: 16 blocks and doublings of them.
#[test]
fn a_run_stops_at_doublings() {
    let plan = Plan::new(&sampled(Sampling::Sobol)).unwrap();
    for threads in [1, 2] {
        let options = RunOptions { paths: 100_000, threads: Some(threads) };
        let enough = |outcomes: &[Outcomes]| outcomes[0].tally.paths >= 20_000;
        let stopped = super::super::run_until(&[&plan], options, enough, |_| {}).unwrap();
        let whole = run(&[&plan], RunOptions { paths: 32_768, threads: Some(2) }, |_| {}).unwrap();
        assert_eq!(stopped[0].tally, whole[0].tally);
        assert_eq!(stopped[0].columns.present_value, whole[0].columns.present_value);
        let never = super::super::run_until(&[&plan], options, |_| false, |_| {}).unwrap();
        assert_eq!(never[0].tally.paths, 100_000);
    }
}

/// Control variates have the expectation 0, exactly: within 4.5 standard errors (false alarms 7e-6 each) for deals with
/// prices from the market and from step-ups, jumps, exits, failure, uncertain volatility, and milestones that go
/// with the company's motion.
#[test]
fn controls_have_no_expectation() {
    let with = |change: &dyn Fn(&mut Scenario)| {
        let mut scenario = rich::phased();
        change(&mut scenario);
        scenario
    };
    let jumps = Jumps { per_year: known(80), mean_log: known(-10), sd_log: known(30) };
    let merton = Process::Merton { drift: known(12), volatility: known(25), jumps };
    let step_up = |scenario: &mut Scenario| {
        if let Some(rounds) = &mut scenario.rounds {
            rounds.pre_money = PreMoney::StepUp(known(1_30));
        }
    };
    let scenarios = [
        with(&|_| {}),
        with(&|scenario| scenario.company.process = merton.clone()),
        with(&step_up),
        rich::bridge(),
        rich::agreed(),
        with(&|scenario| {
            let ipo_instead = vec![
                ChanceAt { value: cents(500_00), probability: Decimal::ZERO },
                ChanceAt { value: cents(5_000_00), probability: Decimal::ONE },
            ];
            scenario.sale = Some(Sale { clock: hazard(25), premium: None, ipo_instead });
        }),
    ];
    let mut known_somewhere = 0;
    for (number, scenario) in scenarios.iter().enumerate() {
        for control in simulate(scenario, 100_000).columns.controls {
            let moments = Moments::of(&control);
            if let Some(error) = moments.standard_error().filter(|error| *error > 0.0) {
                known_somewhere += 1;
                assert!(moments.mean.abs() < 4.5 * error, "{number}: {} ± {error}", moments.mean);
            }
        }
    }
    assert!(known_somewhere > 10, "{known_somewhere}");
}
