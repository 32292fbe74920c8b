//! The simulator against hand-worked payoffs, closed forms and known laws.
//!
//! Statistical tests have fixed seeds. Unless one says otherwise, a mean or a frequency must lie within four
//! standard errors of its expectation (a false alarm once in 16,000 if the law is right and the seed new), and
//! a Kolmogorov–Smirnov distance below the limit of level 1e-5.
#![expect(
    clippy::disallowed_methods,
    reason = "closed forms are worked out with the platform's own functions"
)]

mod cap_table;
mod clauses;
mod clocks;
mod closed_forms;
mod conditional;
mod conservation;
mod crossings;
mod determinism;
mod dice;
mod exits;
mod interest;
mod life_rules;
mod maturity;
mod own_terms;
mod random_scenarios;
mod rich;
mod risk_neutral;
mod safes;
mod sampling;
mod tables;
mod tranches;
mod values;

use super::clock::day_of;
use super::fixture::{cents, known, note, scenario};
use super::value_path::PathLaw;
use super::{Branch, DrawBlock, Life, LifeSimulator, Outcomes, Reason, Replay, RunOptions, replay, run};
use crate::model::{
    Clock, Conversion, Debt, Instrument, Kind, Milestone, MilestoneKind, Number, PreMoney, Process,
    RoundSize, Rounds, Scenario, Timing, Unit, Variable, When,
};
use crate::number::{Amount, Decimal};
use crate::plan::{PathDraws, Plan};
use crate::quantity::{Day, Span};
use crate::random::Family;
use crate::random::math::normal_cdf;

/// Runs one case.
fn simulate(scenario: &Scenario, paths: u64) -> Outcomes {
    let plan = Plan::new(scenario).unwrap();
    run(&[&plan], RunOptions { paths, threads: Some(2) }, |_| {}).unwrap().remove(0)
}

/// A company worth 1,000 that neither moves nor fails, nothing happening to it, and a note of 100.
fn certain() -> Scenario {
    let mut certain = scenario();
    certain.company.process = Process::Gbm { drift: known(0), volatility: known(0) };
    certain.failure = None;
    certain.rounds = None;
    certain
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Certain on a date.
fn on(date: &str) -> Clock {
    Clock { probability: None, timing: Timing::When(When::On(day(date))) }
}

/// One round on a date, at the company's value, raising 15 % of it.
fn round_on(date: &str) -> Rounds {
    Rounds {
        first: on(date),
        then: None,
        size: RoundSize::OfPreMoney(known(15)),
        pre_money: PreMoney::AtMarket,
        at_most: None,
        pricing: crate::simulate::fixture::plain_rounds(),
    }
}

/// A milestone that nothing depends on yet.
fn milestone(name: &str, kind: MilestoneKind) -> Milestone {
    Milestone {
        name: name.into(),
        title: String::new(),
        requires: Vec::new(),
        kind,
        deadline: None,
        effect_if_reached: None,
        effect_if_missed: None,
    }
}

fn months(months: i32) -> Span {
    Span { months, days: 0 }
}

fn with_debt(mut scenario: Scenario, change: impl FnOnce(&mut Debt)) -> Scenario {
    if let Kind::Debt(debt) = &mut scenario.instruments[0].kind {
        change(debt);
    }
    scenario
}

fn with_conversion(scenario: Scenario, change: impl FnOnce(&mut Conversion)) -> Scenario {
    with_debt(scenario, |debt| change(debt.conversion.as_mut().unwrap()))
}

/// Adds a variable and returns a number drawn from it.
fn drawn(scenario: &mut Scenario, name: &str, family: impl Into<Family>, unit: Unit) -> Number {
    scenario.variables.push(Variable {
        name: name.into(),
        family: family.into(),
        unit,
        repeated: false,
        text: String::new(),
    });
    Number::Drawn(scenario.variables.len() - 1)
}

/// A number with as many digits as an `f64` has.
fn precise(value: f64) -> Number {
    Number::Known(Decimal::from_str_exact(&format!("{value:.15}")).unwrap())
}

/// Replays path 0 and checks the dated cash flows, in exact decimals, to a billionth; returns the replay.
#[track_caller]
fn assert_cash(scenario: &Scenario, expected: &[(&str, Reason, f64)]) -> Replay {
    let replay = replay(&Plan::new(scenario).unwrap(), 0);
    let cash: Vec<(String, Reason, f64)> = replay
        .flows
        .iter()
        .map(|flow| {
            (day_of(scenario.deal.valuation_date, flow.t).to_string(), flow.reason, flow.amount.to_f64())
        })
        .collect();
    let same = cash.len() == expected.len()
        && cash.iter().zip(expected).all(|(cash, expected)| {
            cash.0 == expected.0 && cash.1 == expected.1 && (cash.2 - expected.2).abs() < 1e-9
        });
    assert!(same, "cash {cash:#?}\nexpected {expected:#?}");
    assert!((replay.exact.received.to_f64() - replay.fast.received).abs() < 1e-9);
    replay
}

/// [`assert_cash`] for a tranche funded with 100 on 2026-01-01 and one payment; and the clause that ended it.
#[track_caller]
fn assert_paid(scenario: &Scenario, branch: Branch, date: &str, reason: Reason, amount: f64) {
    let replay = assert_cash(scenario, &[("2026-01-01", Reason::Funding, -100.0), (date, reason, amount)]);
    assert_eq!(replay.ends[0].branch, branch);
}

/// What the horizon, 2031-01-01, marks the one tranche at.
#[track_caller]
fn assert_marked(scenario: &Scenario, branch: Branch, amount: f64) {
    assert_paid(scenario, branch, "2031-01-01", Reason::HorizonMark, amount);
}

/// Simulates the lives of the first `paths` paths.
fn lives(scenario: &Scenario, paths: u64, mut see: impl FnMut(PathDraws<'_>, &mut Life, &PathLaw<'_>)) {
    let plan = Plan::new(scenario).unwrap();
    let mut block = DrawBlock::new(&plan.world, 1);
    let (mut simulator, mut life) = (LifeSimulator::default(), Life::default());
    for path in 0..paths {
        block.fill(&plan.world, path, 1);
        let draws = block.path(&plan.world, 0);
        let law = simulator.simulate(&plan.world, draws, &mut life);
        see(draws, &mut life, &law);
    }
}

/// A mean must lie within four of its standard errors.
#[track_caller]
fn assert_mean(name: &str, sample: &[f64], expected: f64) {
    let n = sample.len() as f64;
    let mean = sample.iter().sum::<f64>() / n;
    let variance = sample.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    let error = (variance / n).sqrt();
    assert!((mean - expected).abs() < 4.0 * error, "{name}: {mean} ± {error}, expected {expected}");
}

/// A frequency must lie within four standard errors of its probability.
#[track_caller]
fn assert_frequency(name: &str, hits: u64, paths: u64, probability: f64) {
    let n = paths as f64;
    let (frequency, error) = (hits as f64 / n, (probability * (1.0 - probability) / n).sqrt());
    assert!(
        (frequency - probability).abs() < 4.0 * error,
        "{name}: {frequency}, expected {probability} ± {error}"
    );
}

/// Kolmogorov–Smirnov against a continuous law, at level 1e-5. Infinities are allowed: a law that stops short
/// of 1 puts the rest there.
#[track_caller]
fn assert_law(name: &str, sample: &mut [f64], cdf: impl Fn(f64) -> f64) {
    sample.sort_by(f64::total_cmp);
    let n = sample.len() as f64;
    let distance = sample
        .iter()
        .enumerate()
        .filter(|(_, x)| x.is_finite())
        .map(|(i, &x)| (cdf(x) - i as f64 / n).abs().max(((i + 1) as f64 / n - cdf(x)).abs()))
        .fold(0.0, f64::max);
    // Kolmogorov's limit law to its first term, which errs on the safe side.
    let limit = ((2.0 / 1e-5_f64).ln() / (2.0 * n)).sqrt();
    assert!(distance < limit, "{name}: distance {distance}, limit {limit}");
}

/// Black–Scholes call without dividends, discounted.
fn call(spot: f64, strike: f64, rate: f64, volatility: f64, years: f64) -> f64 {
    let sd = volatility * years.sqrt();
    let d1 = ((spot / strike).ln() + rate * years) / sd + 0.5 * sd;
    spot * normal_cdf(d1) - strike * (-rate * years).exp() * normal_cdf(d1 - sd)
}

/// Simpson's rule.
fn integral(from: f64, to: f64, steps: u32, f: impl Fn(f64) -> f64) -> f64 {
    let h = (to - from) / f64::from(steps);
    let weight = |i: u32| {
        if i == 0 || i == steps {
            1.0
        } else if i % 2 == 1 {
            4.0
        } else {
            2.0
        }
    };
    (0..=steps).map(|i| weight(i) * f(from + h * f64::from(i))).sum::<f64>() * h / 3.0
}

fn first_instrument(scenario: &mut Scenario) -> &mut Instrument {
    &mut scenario.instruments[0]
}
