//! The company's value over time against known laws, whatever happens in between.

use super::*;
use crate::model::{DatedValue, Jumps};
use crate::plan::World;
use crate::random::family::{Discrete, Gamma, Law as _, Lognormal, Uniform};
use crate::random::{Stream, math};

const PATHS: u64 = 40_000;

/// 10 % drift and 60 % volatility, and rounds every four months that raise no money: more dates on the path.
fn moving(process: Process) -> Scenario {
    let mut scenario = certain();
    scenario.company.process = process;
    let mut rounds = round_on("2026-03-01");
    (rounds.then, rounds.size) = (Some(When::After(months(4))), RoundSize::Amount(known(0)));
    scenario.rounds = Some(rounds);
    scenario
}

fn gbm() -> Process {
    Process::Gbm { drift: known(10), volatility: known(60) }
}

/// Values at a date, put into the path after it has been simulated.
fn values_at(scenario: &Scenario, t: f64) -> Vec<f64> {
    let stream = Stream::new(99, "looked at later");
    let mut values = Vec::new();
    lives(scenario, PATHS, |draws, life, law| values.push(life.path.value_at(law, t, stream, &draws, 0)));
    values
}

#[test]
fn geometric_brownian_motion_is_lognormal_at_any_date_and_its_growth_fair() {
    for t in [0.4, 1.0, 3.3, 4.9] {
        let mut values = values_at(&moving(gbm()), t);
        // the mean grows at the drift, whatever the volatility
        assert_mean(
            "discounted value",
            &values.iter().map(|v| v * (-0.1 * t).exp()).collect::<Vec<_>>(),
            1_000.0,
        );
        for value in &mut values {
            *value = ((*value / 1_000.0).ln() - (0.1 - 0.18) * t) / (0.6 * t.sqrt());
        }
        let squares: Vec<f64> = values.iter().map(|z| z * z).collect();
        assert_mean("variance", &squares, 1.0);
        assert_law("lognormal", &mut values, normal_cdf);
    }
}

#[test]
fn increments_between_dates_are_independent() {
    // of the motion from one round to the next, and over the first and the second half of one inserted stretch
    let stream = Stream::new(99, "looked at later");
    let (mut products, mut halves) = (Vec::new(), Vec::new());
    lives(&moving(gbm()), PATHS, |draws, life, law| {
        let w: Vec<f64> = life.path.points().iter().map(|point| point.w / point.t.max(1e-9).sqrt()).collect();
        let points = life.path.points();
        let change = |i: usize| (points[i + 1].w - points[i].w) / (points[i + 1].t - points[i].t).sqrt();
        products.push(change(1) * change(2));
        assert!(w.iter().all(|w| w.is_finite()));
        let (a, b) = (points[3].t, points[4].t);
        let log = |life: &mut Life, t, draw| math::ln(life.path.value_at(law, t, stream, &draws, draw));
        let (start, end) = (log(life, a, 0), log(life, b, 0));
        let middle = log(life, 0.5 * (a + b), 10);
        // a bridge's halves: covariance 0 before conditioning on the end
        halves.push((middle - start) * (end - middle) - (0.1_f64 - 0.18).powi(2) * 0.25 * (b - a) * (b - a));
    });
    assert_mean("neighbouring increments", &products, 0.0);
    assert_mean("halves of a stretch", &halves, 0.0);
}

#[test]
fn jumps_have_the_mean_and_variance_of_merton() {
    // Merton (1976): the drift is the whole growth; ln V has variance (σ² + λ(m² + s²)) t and mean
    // (μ − σ²/2 − λk + λm) t with k = exp(m + s²/2) − 1
    let jumps = Jumps { per_year: known(80), mean_log: known(-20), sd_log: known(30) };
    let scenario = moving(Process::Merton { drift: known(10), volatility: known(25), jumps });
    for t in [1.0, 4.5] {
        let values = values_at(&scenario, t);
        let fair: Vec<f64> = values.iter().map(|v| v * (-0.1 * t).exp()).collect();
        assert_mean("discounted value", &fair, 1_000.0);
        let k = (-0.2_f64 + 0.045).exp() - 1.0;
        let mean = (0.1 - 0.031_25 - 0.8 * k - 0.16) * t;
        let logs: Vec<f64> = values.iter().map(|v| (v / 1_000.0).ln()).collect();
        assert_mean("logarithm", &logs, mean);
        let squares: Vec<f64> = logs.iter().map(|x| (x - mean) * (x - mean)).collect();
        assert_mean("variance", &squares, (0.0625 + 0.8 * 0.13) * t);
    }
}

fn at_dates(dates: &[(f64, Family)]) -> Process {
    let dated = |(years, family): &(f64, Family)| DatedValue {
        years: *years,
        family: family.clone(),
        text: String::new(),
    };
    Process::AtDates(dates.iter().map(dated).collect())
}

#[test]
fn distributions_at_dates_are_met_exactly() {
    let laws: [(f64, Family); 3] = [
        (1.0, Gamma::new(3.0, 400.0).unwrap().into()),
        (2.5, Uniform::new(100.0, 4_000.0).unwrap().into()),
        (5.0, Lognormal::new(7.0, 1.1).unwrap().into()),
    ];
    let mut scenario = moving(at_dates(&laws));
    // the last date within the horizon of 1,826 days
    scenario.deal.horizon = day("2031-06-01");
    for (t, law) in &laws {
        let mut values = values_at(&scenario, *t);
        assert_law("value at a date", &mut values, |x| law.cdf(x));
    }
}

#[test]
fn lognormals_of_even_growth_are_geometric_brownian_motion_path_by_path() {
    // ln V(t) has mean ln 1,000 + (0.1 − 0.18) t and deviation 0.6 √t
    let law = |t: f64| {
        let family = Lognormal::new(1_000.0_f64.ln() + (0.1 - 0.18) * t, 0.6 * t.sqrt()).unwrap();
        (t, family.into())
    };
    let events = |process| {
        let scenario = moving(process);
        let mut events = Vec::new();
        // enough paths for W/√0.5 to pass 8.3 at later dates, where its probability rounds to 1
        lives(&scenario, 20_000, |_, life, _| events.extend_from_slice(&life.events));
        events
    };
    let straight = events(gbm());
    let joined = events(at_dates(&[law(0.5), law(2.0), law(4.0)]));
    assert_eq!(straight.len(), joined.len());
    for (a, b) in straight.iter().zip(&joined) {
        // some tens of roundings of logarithms up to 50
        assert!(a.kind == b.kind && a.t.to_bits() == b.t.to_bits(), "{a:?} {b:?}");
        assert!((a.value / b.value - 1.0).abs() < 1e-12, "{a:?} {b:?}");
    }
}

#[test]
fn values_of_nought_stay_numbers() {
    let law: Family = Discrete::new(&[(0.0, 0.3), (2_000.0, 0.7)]).unwrap().into();
    let scenario = moving(at_dates(&[(1.0, law.clone()), (5.0, law)]));
    for t in [0.7, 1.0, 3.0, 4.9] {
        let values = values_at(&scenario, t);
        assert!(values.iter().all(|v| v.is_finite() && *v >= 0.0));
    }
    let zeros = values_at(&scenario, 1.0).iter().filter(|v| **v < 1e-6).count();
    assert_frequency("nought", zeros as u64, PATHS, 0.3);
}

#[test]
fn a_motion_without_end_points_of_its_own_has_the_law_of_its_column() {
    // the world keeps the horizon's normal in the column of the value
    let plan = Plan::new(&moving(gbm())).unwrap();
    let World { shocks, horizon, .. } = &plan.world;
    let column = shocks[0];
    let mut block = DrawBlock::new(&plan.world, 1);
    block.fill(&plan.world, 5, 1);
    let end = block.path(&plan.world, 0).column(column) * horizon.sqrt();
    lives(&moving(gbm()), 6, |PathDraws { path, .. }, life, _| {
        let last = life.path.points().last().unwrap();
        assert!(path < 5 || (last.w - end).abs() < 1e-12);
    });
}
