//! The rules of the company's life where nothing is left to chance: dates, order, milestones that depend on
//! each other.

use super::*;
use crate::model::{Level, RoundSize, Sale, Watched};
use crate::random::family::Uniform;
use crate::simulate::EventKind;

/// What happens on path 0, by date.
fn events(scenario: &Scenario) -> Vec<(String, EventKind)> {
    let replay = replay(&Plan::new(scenario).unwrap(), 0);
    let date = |t| day_of(scenario.deal.valuation_date, t).to_string();
    replay.events.iter().map(|event| (date(event.t), event.kind)).collect()
}

#[track_caller]
fn assert_events(scenario: &Scenario, expected: &[(&str, EventKind)]) {
    let expected: Vec<_> = expected.iter().map(|(date, kind)| ((*date).to_owned(), *kind)).collect();
    assert_eq!(events(scenario), expected);
}

const END: (&str, EventKind) = ("2031-01-01", EventKind::Horizon);

#[test]
fn yearly_rounds_keep_their_date_and_one_falls_on_the_horizon() {
    let mut scenario = certain();
    scenario.rounds = crate::simulate::fixture::scenario().rounds;
    assert_events(
        &scenario,
        &[
            ("2027-01-01", EventKind::Round(0)),
            ("2028-01-01", EventKind::Round(1)),
            ("2029-01-01", EventKind::Round(2)),
            ("2030-01-01", EventKind::Round(3)),
            ("2031-01-01", EventKind::Round(4)),
            END,
        ],
    );
    scenario.rounds.as_mut().unwrap().at_most = Some(1);
    assert_events(&scenario, &[("2027-01-01", EventKind::Round(0)), END]);
}

#[test]
fn a_gap_that_is_none_does_not_stop_time() {
    let mut scenario = certain();
    let mut rounds = round_on("2030-12-30");
    rounds.then = Some(When::After(months(0)));
    scenario.rounds = Some(rounds);
    assert_events(
        &scenario,
        &[
            ("2030-12-30", EventKind::Round(0)),
            ("2030-12-31", EventKind::Round(1)),
            ("2031-01-01", EventKind::Round(2)),
            END,
        ],
    );
}

#[test]
fn every_gap_has_a_draw_of_its_own() {
    // one repeated quantity for the first round and all gaps: no two gaps are equal
    let mut scenario = certain();
    let gap = drawn(&mut scenario, "gap", Uniform::new(0.3, 0.9).unwrap(), Unit::Years);
    scenario.variables[0].repeated = true;
    let Number::Drawn(id) = gap else { return };
    let mut rounds = round_on("2027-01-01");
    rounds.first = Clock { probability: None, timing: Timing::When(When::DrawnSpan(id)) };
    rounds.then = Some(When::DrawnSpan(id));
    scenario.rounds = Some(rounds);
    let replay = replay(&Plan::new(&scenario).unwrap(), 0);
    let mut last = 0.0;
    let mut gaps: Vec<f64> = Vec::new();
    for event in &replay.events[..replay.events.len() - 1] {
        assert!(gaps.iter().all(|gap| (gap - (event.t - last)).abs() > 1e-9), "{gaps:?}");
        gaps.push(event.t - last);
        last = event.t;
    }
    assert!(gaps.len() > 4);
    // a replay shows the first draw
    assert!((replay.draws[0] - gaps[0]).abs() < 1e-12, "{:?}", replay.draws);
}

#[test]
fn a_miss_and_a_loss_pass_on() {
    // third waits for second, which waits for first; fourth waits for what is lost on 2027-01-01
    let never = Clock { probability: Some(known(0)), ..on("2026-06-01") };
    let mut scenario = certain();
    let mut first = milestone("first", MilestoneKind::Timed(never));
    first.deadline = Some(When::On(day("2026-09-01")));
    let mut second = milestone("second", MilestoneKind::Timed(on("2026-10-01")));
    second.requires = vec![0];
    let mut third = milestone("third", MilestoneKind::ValueReaches(known(1_00)));
    third.requires = vec![1];
    let kind = MilestoneKind::Checked {
        watched: Watched::Value,
        at_least: Level::Absolute(known(2_000_00)),
        every: months(12),
        throughout: true,
    };
    let holds = milestone("holds", kind);
    let mut both = milestone("both", MilestoneKind::Timed(on("2026-10-01")));
    both.requires = vec![3, 4];
    let late = milestone("late", MilestoneKind::Timed(on("2028-01-01")));
    scenario.milestones = vec![first, second, third, holds, late, both];
    assert_events(
        &scenario,
        &[
            ("2026-09-01", EventKind::Missed(0)),
            ("2026-09-01", EventKind::Missed(1)),
            ("2026-09-01", EventKind::Missed(2)),
            ("2027-01-01", EventKind::Lost(3)),
            ("2027-01-01", EventKind::Missed(5)),
            ("2028-01-01", EventKind::Reached(4)),
            END,
        ],
    );
    // lost is not reached
    assert_eq!(simulate(&scenario, 1).tally.reached, [0, 0, 0, 0, 1, 0]);
}

#[test]
fn a_chain_starts_when_its_prerequisites_stand() {
    // hand-worked: six months after the first is reached; a value already there counts at once
    let mut scenario = certain();
    let first = milestone("first", MilestoneKind::Timed(on("2026-08-31")));
    let after = Clock { probability: None, timing: Timing::When(When::After(months(6))) };
    let mut second = milestone("second", MilestoneKind::Timed(after));
    second.requires = vec![0];
    let mut third = milestone("third", MilestoneKind::ValueReaches(known(999_00)));
    third.requires = vec![1];
    scenario.milestones = vec![first, second, third];
    assert_events(
        &scenario,
        &[
            ("2026-08-31", EventKind::Reached(0)),
            ("2027-02-28", EventKind::Reached(1)),
            ("2027-02-28", EventKind::Reached(2)),
            END,
        ],
    );
}

#[test]
fn a_condition_is_not_looked_at_after_its_deadline() {
    // it would hold at the first look, on 2027-01-01
    let kind = |throughout| MilestoneKind::Checked {
        watched: Watched::Value,
        at_least: Level::OfToday(known(if throughout { 2_00 } else { 1_00 })),
        every: months(12),
        throughout,
    };
    let mut scenario = certain();
    let mut reached = milestone("reached", kind(false));
    reached.deadline = Some(When::On(day("2026-12-31")));
    scenario.milestones = vec![reached];
    assert_events(&scenario, &[("2026-12-31", EventKind::Missed(0)), END]);
    scenario.milestones[0].deadline = Some(When::On(day("2027-01-01")));
    assert_events(&scenario, &[("2027-01-01", EventKind::Reached(0)), END]);
    // one that must hold throughout has held when its time is over
    let mut held = milestone("held", kind(true));
    held.deadline = Some(When::On(day("2026-12-31")));
    scenario.milestones = vec![held];
    assert_events(&scenario, &[END]);
    assert_eq!(simulate(&scenario, 1).tally.reached, [1]);
}

#[test]
fn effects_multiply_the_value_and_cannot_turn_it_round() {
    let value = |scenario: &Scenario| replay(&Plan::new(scenario).unwrap(), 0).events.last().unwrap().value;
    let mut scenario = certain();
    let mut up = milestone("up", MilestoneKind::Timed(on("2027-01-01")));
    up.effect_if_reached = Some(known(25));
    let never = Clock { probability: Some(known(0)), ..on("2027-01-01") };
    let mut down = milestone("down", MilestoneKind::Timed(never));
    (down.deadline, down.effect_if_missed) = (Some(When::On(day("2028-01-01"))), Some(known(-40)));
    scenario.milestones = vec![up, down];
    // hand-worked: 1,000 × 1.25 × 0.6
    assert!((value(&scenario) - 750.0).abs() < 1e-9);
    scenario.milestones[0].effect_if_reached = Some(known(-150));
    assert!(value(&scenario).abs() < f64::MIN_POSITIVE);
}

#[test]
fn a_company_worth_nothing_raises_no_money_but_at_a_price_given() {
    let mut scenario = certain();
    let mut end = milestone("end", MilestoneKind::Timed(on("2026-06-01")));
    end.effect_if_reached = Some(known(-100));
    scenario.milestones = vec![end];
    scenario.rounds = Some(round_on("2027-01-01"));
    assert_events(&scenario, &[("2026-06-01", EventKind::Reached(0)), END]);
    // hand-worked: valued at 500, with 50 of new money
    let rounds = scenario.rounds.as_mut().unwrap();
    (rounds.pre_money, rounds.size) = (PreMoney::Amount(known(500_00)), RoundSize::Amount(known(50_00)));
    let replay = replay(&Plan::new(&scenario).unwrap(), 0);
    assert!((replay.events.last().unwrap().value - 550.0).abs() < 1e-9);
}

#[test]
fn a_level_is_reached_on_the_day_that_certain_growth_takes_it_there() {
    // hand-worked: 10 % a year, continuously, is 1.2 times after ln 1.2/0.1 = 1.8232 years; the milestone's own
    // effect lifts it over the next level at once
    let mut scenario = certain();
    scenario.company.process = Process::Gbm { drift: known(10), volatility: known(0) };
    let mut first = milestone("first", MilestoneKind::ValueReaches(known(1_200_00)));
    first.effect_if_reached = Some(known(50));
    scenario.milestones = vec![first, milestone("second", MilestoneKind::ValueReaches(known(1_500_00)))];
    let replay = replay(&Plan::new(&scenario).unwrap(), 0);
    assert_eq!(replay.events[1].kind, EventKind::Reached(1));
    for event in &replay.events[..2] {
        assert!((event.t - 1.2_f64.ln() / 0.1).abs() < 1e-12, "{event:?}");
    }
}

#[test]
fn after_a_level_reached_before_its_deadline_the_value_moves_on() {
    // The value at the horizon is not the value at the deadline that no longer matters: given that the level was
    // reached, the last year's change of the logarithm still has the variance of a year's motion.
    let mut scenario = certain();
    scenario.company.process = Process::Gbm { drift: known(0), volatility: known(40) };
    let mut level = milestone("level", MilestoneKind::ValueReaches(known(1_050_00)));
    level.deadline = Some(When::On(day("2028-01-01")));
    scenario.milestones = vec![level];
    let mut changes = Vec::new();
    lives(&scenario, 20_000, |_, life, _| {
        if life.reached[0].is_finite() {
            let points = life.path.points();
            let [.., before, last] = points else { return };
            changes.push((last.w - before.w) / (last.t - before.t).sqrt());
        }
    });
    assert!(changes.len() > 10_000);
    assert_law("change after the deadline", &mut changes, normal_cdf);
}

#[test]
fn a_sale_on_a_date_ends_everything() {
    let mut scenario = certain();
    scenario.rounds = Some(round_on("2027-07-01"));
    scenario.sale = Some(Sale { clock: on("2027-07-01"), premium: None, ipo_instead: Vec::new() });
    assert_events(&scenario, &[("2027-07-01", EventKind::Round(0)), ("2027-07-01", EventKind::Sale)]);
}
