//! Milestones on the value, watched at every moment, against the laws of first passage.

use super::*;
use crate::model::{DatedValue, Level, Watched};
use crate::random::family::Lognormal;
use crate::random::{Stream, math};

const PATHS: u64 = 40_000;
/// pricing.md §6 and its worked case: 100 today, a level of 150, drift 5 %, volatility 40 %, two years.
const HIT: f64 = 0.437_816_600_794;
const YEARS: f64 = 2.0;

/// The case, the level's deadline being at two years to the second and the horizon at this date.
fn watched(horizon: &str) -> Scenario {
    let mut scenario = certain();
    scenario.deal.horizon = day(horizon);
    scenario.company.value_today = known(100_00);
    scenario.company.process = Process::Gbm { drift: known(5), volatility: known(40) };
    let years = crate::random::family::Constant::new(YEARS).unwrap();
    let Number::Drawn(deadline) = drawn(&mut scenario, "deadline", years, Unit::Date) else {
        return scenario;
    };
    let mut level = milestone("level", MilestoneKind::ValueReaches(known(150_00)));
    level.deadline = Some(When::DrawnDate(deadline));
    scenario.milestones.push(level);
    scenario
}

fn busy(horizon: &str) -> Scenario {
    let mut scenario = watched(horizon);
    let mut rounds = round_on("2026-01-20");
    (rounds.then, rounds.size) = (Some(When::After(months(1))), RoundSize::Amount(known(0)));
    scenario.rounds = Some(rounds);
    for (name, level) in [("lower", 120_00), ("higher", 155_00), ("far", 900_00)] {
        scenario.milestones.push(milestone(name, MilestoneKind::ValueReaches(known(level))));
    }
    scenario.milestones.push(milestone("dated", MilestoneKind::Timed(on("2027-02-03"))));
    scenario
}

/// P(level reached within t) by the reflection principle, in logarithms: drift m and volatility s a year.
fn reached_within(t: f64, level: f64, m: f64, s: f64) -> f64 {
    let (b, sd) = (level.ln(), s * t.sqrt());
    normal_cdf((m * t - b) / sd) + (2.0 * m * b / (s * s)).exp() * normal_cdf((-b - m * t) / sd)
}

const M: f64 = 0.05 - 0.08;

#[test]
fn the_closed_form_here_is_the_published_one() {
    assert!((reached_within(YEARS, 1.5, M, 0.4) - HIT).abs() < 1e-9);
}

#[test]
fn the_time_of_first_passage_has_its_law_whatever_lies_between() {
    for scenario in [watched("2028-06-01"), watched("2031-01-01"), busy("2028-06-01"), busy("2031-01-01")] {
        let mut times = Vec::new();
        lives(&scenario, PATHS, |_, life, _| times.push(life.reached[0]));
        let hits = times.iter().filter(|t| t.is_finite()).count() as u64;
        assert_frequency("reached", hits, PATHS, HIT);
        assert_law("first passage", &mut times, |t| reached_within(t, 1.5, M, 0.4));
    }
}

#[test]
fn each_of_several_levels_has_its_law() {
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    lives(&busy("2031-01-01"), PATHS, |_, life, _| {
        for (times, milestone) in times.iter_mut().zip(1..) {
            times.push(life.reached[milestone]);
        }
    });
    for (times, level) in times.iter_mut().zip([1.2, 1.55, 9.0]) {
        assert_law("first passage", times, |t| reached_within(t, level, M, 0.4));
    }
}

#[test]
fn the_value_is_the_level_when_it_is_reached() {
    lives(&busy("2031-01-01"), 2_000, |_, life, _| {
        for event in &life.events {
            if event.kind == crate::simulate::EventKind::Reached(0) {
                assert!((event.value / 150.0 - 1.0).abs() < 1e-12, "{event:?}");
            }
        }
    });
}

/// Density of ln(value today = 1) at s, times the chance of the level being reached by `end` given that.
fn density(x: f64, s: f64, end: f64, reached: bool) -> f64 {
    let (b, var) = (1.5_f64.ln(), 0.16 * s);
    let normal = (-(x - M * s).powi(2) / (2.0 * var)).exp() / (2.0 * std::f64::consts::PI * var).sqrt();
    let before = if x >= b { 1.0 } else { (-2.0 * b * (b - x) / var).exp() };
    let after = if x >= b { 1.0 } else { reached_within(end - s, (b - x).exp(), M, 0.4) };
    normal * if reached { before + (1.0 - before) * after } else { (1.0 - before) * (1.0 - after) }
}

#[test]
fn values_looked_at_later_know_whether_the_level_was_reached() {
    // Conditional laws at a date within the deadline, by the reflection principle and quadrature; both halves of
    // the paths, and within each the stretches that stayed below and those that end at the level. Two values are
    // put into each path, the second next to the first.
    let stream = Stream::new(99, "looked at later");
    for (first, second) in [(0.7, 1.3), (1.3, 0.7), (1.9, 1.2)] {
        let mut logs = [Vec::new(), Vec::new()];
        lives(&watched("2028-06-01"), PATHS, |draws, life, law| {
            let _ = life.path.value_at(law, first, stream, &draws, 0);
            let value = life.path.value_at(law, second, stream, &draws, 1 << 16);
            logs[usize::from(life.reached[0].is_finite())].push(math::ln(value / 100.0));
        });
        for (reached, logs) in logs.iter_mut().enumerate() {
            let reached = reached == 1;
            let all = if reached { HIT } else { 1.0 - HIT };
            let edge = if reached { 3.0 } else { 1.5_f64.ln() };
            // the distribution function on a fine grid, read off by interpolation
            let steps = 4_000_usize;
            let x = |i: usize| -3.0 + (edge + 3.0) * i as f64 / steps as f64;
            let mut grid = vec![0.0];
            for i in 0..steps {
                let part = integral(x(i), x(i + 1), 2, |x| density(x, second, YEARS, reached)) / all;
                grid.push(grid[i] + part);
            }
            assert!((grid[steps] - 1.0).abs() < 1e-4, "{}", grid[steps]);
            let cdf = |value: f64| {
                let place = ((value + 3.0) / (edge + 3.0) * steps as f64).clamp(0.0, steps as f64 - 1e-9);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a place in the grid"
                )]
                let (i, part) = (place.floor() as usize, place.fract());
                grid[i] + part * (grid[i + 1] - grid[i])
            };
            assert_law("value given the level", logs, cdf);
            // it never shows a level reached that was not
            assert!(reached || logs.iter().all(|x| *x < 1.5_f64.ln()));
        }
    }
}

#[test]
fn a_right_that_a_level_switches_on_has_its_price() {
    // published (QuantLib's analytic engine, case barrier-upin-call-80-200): call struck at 80 that exists once 200
    // was reached; 100 today, 5 % rate and drift, 40 % volatility, 2 years: 22.4397532801
    let mut scenario = watched("2031-01-01");
    scenario.milestones[0].kind = MilestoneKind::ValueReaches(known(200_00));
    let stream = Stream::new(99, "looked at later");
    let mut payoffs = Vec::new();
    lives(&scenario, 100_000, |draws, life, law| {
        let value = life.path.value_at(law, YEARS, stream, &draws, 0);
        let exists = life.reached[0].is_finite();
        payoffs.push(if exists { (value - 80.0).max(0.0) * (-0.1_f64).exp() } else { 0.0 });
    });
    assert_mean("up-and-in call", &payoffs, 22.439_753_280_1);
}

#[test]
fn looked_at_monthly_it_is_reached_less_often() {
    // published (case milestone-first-passage-monthly-150): 0.370369532949 with 24 evenly spaced looks in two
    // years. Here every 30 days, so 720 days, with drift and variance stretched to match.
    let mut scenario = watched("2031-01-01");
    let stretch = YEARS / (720.0 / 365.25);
    let volatility = precise(0.4 * stretch.sqrt());
    scenario.company.process = Process::Gbm { drift: precise(0.05 * stretch), volatility };
    scenario.milestones[0] = milestone(
        "level",
        MilestoneKind::Checked {
            watched: Watched::Value,
            at_least: Level::Absolute(known(150_00)),
            every: Span { months: 0, days: 30 },
            throughout: false,
        },
    );
    scenario.milestones[0].deadline = Some(When::After(Span { months: 0, days: 720 }));
    let tally = simulate(&scenario, PATHS).tally;
    assert_frequency("reached", tally.reached[0], PATHS, 0.370_369_532_949);
}

#[test]
fn a_jump_over_the_level_reaches_it() {
    // without volatility and with jumps that always triple the value, the level is reached at the first jump
    let mut scenario = watched("2031-01-01");
    let jumps =
        crate::model::Jumps { per_year: known(30), mean_log: precise(3.0_f64.ln()), sd_log: known(0) };
    // the compensated drift would be −0.6 a year; this leaves none
    let drift = precise(0.3 * 2.0);
    scenario.company.process = Process::Merton { drift, volatility: known(0), jumps };
    let mut times = Vec::new();
    lives(&scenario, PATHS, |_, life, _| times.push(life.reached[0]));
    assert_law("first jump", &mut times, |t| 1.0 - (-0.3 * t).exp());
}

/// The case, the value having these lognormal distributions: mean and deviation of the logarithm of value/100.
fn at_dates(mut scenario: Scenario, dates: &[(f64, f64, f64)]) -> Scenario {
    let dated = |&(years, mean, sd): &(f64, f64, f64)| DatedValue {
        years,
        family: Lognormal::new(100.0_f64.ln() + mean, sd).unwrap().into(),
        text: String::new(),
    };
    scenario.company.process = Process::AtDates(dates.iter().map(dated).collect());
    scenario
}

#[test]
fn distributions_at_dates_of_even_growth_have_the_same_first_passage() {
    for scenario in [watched("2031-01-01"), busy("2031-01-01")] {
        let even = |t: f64| (t, M * t, 0.4 * t.sqrt());
        let mut times = Vec::new();
        lives(&at_dates(scenario, &[even(0.7), even(3.0)]), PATHS, |_, life, _| times.push(life.reached[0]));
        assert_law("first passage", &mut times, |t| reached_within(t, 1.5, M, 0.4));
    }
}

#[test]
fn between_uneven_distributions_a_level_is_reached_as_often_however_many_events_there_are() {
    // No closed form: the level is a bent line in terms of the motion. With monthly rounds it is all but straight
    // in between; two frequencies may differ by four standard errors of their difference.
    let uneven = [(1.0, 0.3, 0.2), (2.5, 0.1, 0.9), (5.0, 1.0, 1.0)];
    let reached = |scenario: Scenario| {
        let mut times = Vec::new();
        let mut scenario = at_dates(scenario, &uneven);
        scenario.milestones[0].deadline = None;
        lives(&scenario, PATHS, |_, life, _| times.push(life.reached[0]));
        times
    };
    let (alone, among) = (reached(watched("2031-01-01")), reached(busy("2031-01-01")));
    for t in [0.8, 1.0, 2.0, 2.5, 4.0, 5.0] {
        let share = |times: &[f64]| times.iter().filter(|time| **time <= t).count() as f64 / PATHS as f64;
        let (a, b) = (share(&alone), share(&among));
        let error = ((a * (1.0 - a) + b * (1.0 - b)) / PATHS as f64).sqrt();
        assert!((a - b).abs() < 4.0 * error, "by {t}: {a} alone, {b} among other events, ± {error}");
    }
}
