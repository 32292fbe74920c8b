//! The same bits on any number of threads, and draws that nothing else moves.

use super::rich::{agreed, bridge, phased, rich};
use super::*;
use crate::model::{Strategic, StrategicLife};
use crate::random::family::Uniform;

fn bits(outcomes: &Outcomes) -> Vec<Vec<u64>> {
    let columns = &outcomes.columns;
    [
        &columns.present_value,
        &columns.invested,
        &columns.received,
        &columns.irr,
        &columns.strategic,
        &columns.ownership,
        &columns.resolved,
        &columns.final_value,
    ]
    .map(|column| column.iter().map(|value| value.to_bits()).collect())
    .to_vec()
}

fn run_all(scenarios: &[Scenario], paths: u64, threads: usize) -> Vec<Outcomes> {
    let plans: Vec<Plan> = scenarios.iter().map(|scenario| Plan::new(scenario).unwrap()).collect();
    let plans: Vec<&Plan> = plans.iter().collect();
    run(&plans, RunOptions { paths, threads: Some(threads) }, |_| {}).unwrap()
}

/// Cases of one deal: as it is, without a cap, as a loan, in another world.
fn cases() -> Vec<Scenario> {
    let uncapped = with_conversion(phased(), |c| c.cap = None);
    let loan = with_debt(phased(), |debt| debt.conversion = None);
    let mut calmer = phased();
    calmer.company.process = Process::Gbm { drift: known(10), volatility: known(30) };
    vec![phased(), uncapped, loan, calmer, bridge(), agreed()]
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let one = run_all(&cases(), 5_000, 1);
    for threads in [2, 3, 7] {
        let many = run_all(&cases(), 5_000, threads);
        for (a, b) in one.iter().zip(&many) {
            assert_eq!(bits(a), bits(b), "{threads} threads");
            assert_eq!(a.tally, b.tally, "{threads} threads");
        }
    }
}

#[test]
fn more_paths_extend_a_run() {
    for (name, scenario) in rich() {
        let (short, long) = (simulate(&scenario, 1_500), simulate(&scenario, 3_333));
        for (short, long) in bits(&short).iter().zip(bits(&long)) {
            assert_eq!(short[..], long[..1_500], "{name}");
        }
    }
}

#[test]
fn a_case_gets_the_same_paths_whatever_stands_beside_it() {
    let together = run_all(&cases(), 1_500, 2);
    for (scenario, outcomes) in cases().iter().zip(&together) {
        assert_eq!(bits(&simulate(scenario, 1_500)), bits(outcomes));
    }
}

#[test]
fn an_unused_variable_moves_nothing() {
    for (name, scenario) in rich() {
        let mut more = scenario.clone();
        let _ = drawn(&mut more, "unused", Uniform::new(0.0, 1.0).unwrap(), Unit::Number);
        assert_eq!(bits(&simulate(&scenario, 1_500)), bits(&simulate(&more, 1_500)), "{name}");
    }
}

#[test]
fn a_term_of_the_deal_moves_no_life() {
    let seen = |scenario: &Scenario| {
        let mut events = Vec::new();
        lives(scenario, 500, |_, life, _| events.extend_from_slice(&life.events));
        events
    };
    let base = seen(&phased());
    for other in &cases()[1..3] {
        assert_eq!(base, seen(other));
    }
    // nor does another commercial flow or another instrument move what the first one pays
    let mut more = bridge();
    more.strategic.push(Strategic {
        name: "more".into(),
        yearly: known(1_00),
        growth: None,
        margin: known(50),
        incremental: known(50),
        from: day("2026-01-01"),
        until: day("2030-01-01"),
        lives: StrategicLife::WhileAlive,
        starts_with: None,
    });
    let (plain, with_flow) = (simulate(&bridge(), 1_500), simulate(&more, 1_500));
    assert_eq!(bits(&plain)[0], bits(&with_flow)[0]);
}

#[test]
fn an_event_of_another_kind_leaves_the_draws_of_all_others() {
    // a milestone without effect adds a point to each path and takes no draw from any other event: dates of
    // rounds, exits and failure, and the value at the horizon, stay
    let mut more = phased();
    more.milestones.push(milestone("idle", MilestoneKind::Timed(on("2027-03-03"))));
    let dates = |scenario: &Scenario| {
        let mut dates = Vec::new();
        lives(scenario, 500, |_, life, _| {
            let last = life.path.points().last().map(|point| point.w.to_bits());
            let horizon = life.events.last().unwrap().kind == crate::simulate::EventKind::Horizon;
            dates.push((horizon.then_some(last), life.ipo.to_bits(), life.end.to_bits()));
        });
        dates
    };
    assert_eq!(dates(&phased()), dates(&more));
}

#[test]
fn a_replay_is_its_column_of_the_run() {
    for (name, scenario) in rich() {
        let plan = Plan::new(&scenario).unwrap();
        let outcomes =
            run(&[&plan], RunOptions { paths: 2_500, threads: Some(2) }, |_| {}).unwrap().remove(0);
        for path in [0, 1, 2, 1_023, 1_024, 1_777, 2_499] {
            let replay = replay(&plan, path as u64);
            let columns = &outcomes.columns;
            let run = [columns.present_value[path], columns.invested[path], columns.received[path]];
            let again = [replay.fast.present_value, replay.fast.invested, replay.fast.received];
            assert_eq!(run.map(f64::to_bits), again.map(f64::to_bits), "{name}, path {path}");
            assert_eq!(columns.strategic[path].to_bits(), replay.strategic.to_bits(), "{name}, path {path}");
            assert_eq!(columns.final_value[path].to_bits(), replay.events.last().unwrap().value.to_bits());
        }
    }
}
