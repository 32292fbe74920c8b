//! Waiting times and chances against closed forms: hazards, chains, competing risks, dependence.

use super::*;
use crate::model::{
    ChanceAt, Coordinate, Copula, CorrelationGroup, Factor, Failure, Ipo, Level, Sale, Step, Watched,
};
use crate::plan::PlanError;
use crate::simulate::EventKind;
use crate::simulate::fixture::hazard;

const PATHS: u64 = 40_000;

fn steps(rates: &[(f64, i64)]) -> Clock {
    let steps = rates.iter().map(|(from, rate)| Step { from: *from, rate: known(*rate) }).collect();
    Clock { probability: None, timing: Timing::Hazard(steps) }
}

/// The horizon, 1,826 days on, in years.
const HORIZON: f64 = 1826.0 / 365.25;

#[test]
fn a_constant_hazard_fails_with_its_probability_and_time() {
    let mut scenario = certain();
    scenario.failure = Some(Failure { clock: hazard(10), recovery: known(30) });
    let tally = simulate(&scenario, PATHS).tally;
    assert_frequency("failed", tally.exits[2], PATHS, 1.0 - (-0.1 * HORIZON).exp());
    let mut times = Vec::new();
    lives(&scenario, PATHS, |_, life, _| {
        times.push(if life.end < HORIZON { life.end } else { f64::INFINITY });
    });
    assert_law("time of failure", &mut times, |t| 1.0 - (-0.1 * t).exp());
}

#[test]
fn piecewise_hazards_have_the_published_survival() {
    // published (case hazard-piecewise-1): 0.2, 0.5 from year 1, 0.1 from year 2: survival 0.818730753078 at 1,
    // 0.496585303791 at 2, 0.406569659741 at 4
    let mut scenario = certain();
    let clock = steps(&[(0.0, 20), (1.0, 50), (2.0, 10)]);
    scenario.milestones.push(milestone("piecewise", MilestoneKind::Timed(clock)));
    let mut times = Vec::new();
    lives(&scenario, PATHS, |_, life, _| times.push(life.reached[0]));
    for (t, survival) in [(1.0, 0.818_730_753_078), (2.0, 0.496_585_303_791), (4.0, 0.406_569_659_741)] {
        assert_frequency("alive", times.iter().filter(|time| **time > t).count() as u64, PATHS, survival);
    }
}

#[test]
fn a_chain_of_two_has_the_published_probability() {
    // published (case hazard-sequential-1): 0.8 then 0.5 a year, both within three years: 0.55618282842
    let mut scenario = certain();
    let first = milestone("first", MilestoneKind::Timed(hazard(80)));
    let mut second = milestone("second", MilestoneKind::Timed(hazard(50)));
    second.requires = vec![0];
    scenario.milestones = vec![first, second];
    let mut both = 0;
    lives(&scenario, PATHS, |_, life, _| both += u64::from(life.reached[1] <= 3.0));
    assert_frequency("both", both, PATHS, 0.556_182_828_42);
}

#[test]
fn a_chance_and_a_deadline_multiply() {
    // hand-worked: 70 % that it happens at all, then 0.5 a year within two years (731 days to 2028-01-02)
    let mut scenario = certain();
    let clock = Clock { probability: Some(known(70)), ..hazard(50) };
    let mut chance = milestone("chance", MilestoneKind::Timed(clock));
    chance.deadline = Some(When::On(day("2028-01-02")));
    scenario.milestones.push(chance);
    let tally = simulate(&scenario, PATHS).tally;
    assert_frequency("reached", tally.reached[0], PATHS, 0.7 * (1.0 - (-0.5 * 731.0 / 365.25_f64).exp()));
}

#[test]
fn competing_risks_share_what_happens_by_their_rates() {
    // closed form: flotation at 0.2, sale at 0.15, failure at 0.1 a year; the first of them, but a floated company
    // can still fail. P(floated) = 0.2/0.45 (1 − e^(−0.45 T)), P(sold) likewise.
    let mut scenario = certain();
    scenario.ipo = Some(Ipo { clock: hazard(20), new_money: None });
    scenario.sale = Some(Sale { clock: hazard(15), premium: None, ipo_instead: Vec::new() });
    scenario.failure = Some(Failure { clock: hazard(10), recovery: known(0) });
    let tally = simulate(&scenario, PATHS).tally;
    let any = 1.0 - (-0.45 * HORIZON).exp();
    assert_frequency("floated", tally.exits[0], PATHS, 0.2 / 0.45 * any);
    assert_frequency("sold", tally.exits[1], PATHS, 0.15 / 0.45 * any);
    // failed: ∫ 0.1 e^(−0.1 t) P(not sold by t) dt, a sale being out of the question once floated
    let not_sold = |t: f64| 1.0 - 0.15 / 0.35 * (1.0 - (-0.35 * t).exp());
    let failed = integral(0.0, HORIZON, 200, |t| 0.1 * (-0.1 * t).exp() * not_sold(t));
    assert_frequency("failed", tally.exits[2], PATHS, failed);
}

/// Two milestones with these chances (in per cent) and correlation.
fn joint(chances: [i64; 2], rho: f64, copula: Copula) -> u64 {
    let mut scenario = certain();
    for (index, chance) in chances.into_iter().enumerate() {
        let clock = Clock { probability: Some(known(chance)), ..on("2027-01-01") };
        scenario.milestones.push(milestone(["a", "b"][index], MilestoneKind::Timed(clock)));
    }
    scenario.correlations.push(CorrelationGroup {
        members: vec![Coordinate::Milestone(0), Coordinate::Milestone(1)],
        matrix: vec![vec![1.0, rho], vec![rho, 1.0]],
        copula,
    });
    let mut both = 0;
    lives(&scenario, PATHS, |_, life, _| both += u64::from(life.reached.iter().all(|t| t.is_finite())));
    both
}

#[test]
fn correlated_milestones_have_the_published_joint_probability() {
    // published (cases copula-gauss-joint-2, copula-t4-joint-1 and -2); at chances of a half the t copula and
    // the Gaussian one agree
    for (chances, rho, copula, expected) in [
        ([50, 50], 0.3, Copula::Gaussian, 0.298_493_342_01),
        ([50, 50], 0.3, Copula::StudentT(4.0), 0.298_493_342_01),
        ([30, 20], 0.5, Copula::StudentT(4.0), 0.118_386_767_249),
    ] {
        assert_frequency("both", joint(chances, rho, copula), PATHS, expected);
    }
}

#[test]
fn a_milestone_correlated_with_the_value_is_reached_where_that_is_high() {
    // closed form: (W_T/√T, Z) bivariate normal with correlation 0.6 and the milestone reached if Z > z(70 %), so
    // E[W_T/√T; reached] = 0.6 φ(z)
    let mut scenario = certain();
    scenario.company.process = Process::Gbm { drift: known(10), volatility: known(60) };
    let clock = Clock { probability: Some(known(30)), ..on("2027-01-01") };
    scenario.milestones.push(milestone("a", MilestoneKind::Timed(clock)));
    scenario.correlations.push(CorrelationGroup {
        members: vec![Coordinate::Company, Coordinate::Milestone(0)],
        matrix: vec![vec![1.0, 0.6], vec![0.6, 1.0]],
        copula: Copula::Gaussian,
    });
    let mut together = Vec::new();
    lives(&scenario, PATHS, |_, life, _| {
        let end = life.path.points().last().unwrap();
        together.push(if life.reached[0].is_finite() { end.w / end.t.sqrt() } else { 0.0 });
    });
    // z(70 %) = 0.5244005, φ = 0.3476926 (tables)
    assert_mean("value where reached", &together, 0.6 * 0.347_692_6);
}

/// The company and a rival, correlation 0.45 (or another), looked at as a ratio to today's.
fn rivals(rho: f64, every: i32) -> Scenario {
    let mut scenario = certain();
    scenario.company.process = Process::Gbm { drift: known(12), volatility: known(60) };
    scenario.factors.push(Factor { name: "rival".into(), drift: known(5), volatility: known(55) });
    scenario.correlations.push(CorrelationGroup {
        members: vec![Coordinate::Company, Coordinate::Factor(0)],
        matrix: vec![vec![1.0, rho], vec![rho, 1.0]],
        copula: Copula::Gaussian,
    });
    let kind = |every, throughout| MilestoneKind::Checked {
        watched: Watched::ValueOver(0),
        at_least: Level::OfToday(known(80)),
        every: months(every),
        throughout,
    };
    // a first look at the date; and others before it, which must not matter
    let mut single = milestone("single", kind(every, false));
    single.deadline = Some(When::After(months(every)));
    scenario.milestones = vec![single, milestone("often", kind(5, true))];
    scenario
}

#[test]
fn the_rival_moves_with_the_company_as_correlated() {
    // closed form: ln(value/rival) is normal with mean (0.12 − 0.18 − 0.05 + 0.15125) t and variance
    // (0.36 + 0.3025 − 2 ρ 0.33) t
    for (rho, every) in [(0.45, 12), (0.45, 36), (-0.7, 24), (1.0, 24)] {
        let scenario = rivals(rho, every);
        let tally = simulate(&scenario, PATHS).tally;
        let t =
            f64::from(scenario.deal.valuation_date.plus(months(every)).0 - scenario.deal.valuation_date.0)
                / 365.25;
        let mean = (0.12 - 0.18 - 0.05 + 0.151_25) * t;
        let sd = ((0.36 + 0.3025 - 2.0 * rho * 0.33) * t).sqrt();
        let expected = normal_cdf((mean - 0.8_f64.ln()) / sd);
        assert_frequency("ahead", tally.reached[0], PATHS, expected);
    }
}

#[test]
fn what_holds_throughout_is_lost_at_the_first_failed_look() {
    // closed form for two looks: the ratio at both dates bivariate normal with correlation √(t1/t2). Here by its
    // integral over the first.
    let mut scenario = rivals(0.45, 60);
    scenario.milestones.remove(0);
    scenario.milestones[0].deadline = Some(When::After(months(10)));
    let tally = simulate(&scenario, PATHS).tally;
    let days =
        |span| f64::from(scenario.deal.valuation_date.plus(months(span)).0 - scenario.deal.valuation_date.0);
    let (t1, t2) = (days(5) / 365.25, days(10) / 365.25);
    let (m, s) = (0.12 - 0.18 - 0.05 + 0.151_25, (0.36_f64 + 0.3025 - 0.9 * 0.33).sqrt());
    let level = 0.8_f64.ln();
    let held = integral(level, 4.0, 2_000, |x| {
        let density =
            (-(x - m * t1).powi(2) / (2.0 * s * s * t1)).exp() / (s * (std::f64::consts::TAU * t1).sqrt());
        density * normal_cdf((x + m * (t2 - t1) - level) / (s * (t2 - t1).sqrt()))
    });
    assert_frequency("held", tally.reached[0], PATHS, held);
}

#[test]
fn what_is_not_drawn_once_a_path_cannot_be_correlated() {
    let group = |member| CorrelationGroup {
        members: vec![Coordinate::Company, member],
        matrix: vec![vec![1.0, 0.5], vec![0.5, 1.0]],
        copula: Copula::Gaussian,
    };
    let mut scenario = certain();
    scenario.sale = Some(Sale { clock: on("2028-01-01"), premium: None, ipo_instead: Vec::new() });
    let law = crate::random::family::Uniform::new(0.0, 1.0).unwrap();
    let _ = drawn(&mut scenario, "gap", law, Unit::Years);
    scenario.variables[0].repeated = true;
    for (member, name) in [(Coordinate::Sale, "exit.sale"), (Coordinate::Variable(0), "gap")] {
        scenario.correlations = vec![group(member)];
        let refused = Plan::new(&scenario);
        assert!(matches!(refused, Err(PlanError::Uncorrelatable(which)) if which == name));
    }
}

#[test]
fn a_hazard_that_stops_lets_the_rest_live() {
    // hand-worked: 30 % a year for two years, then none
    let mut scenario = certain();
    scenario.sale =
        Some(Sale { clock: steps(&[(0.0, 30), (2.0, 0)]), premium: None, ipo_instead: Vec::new() });
    let mut last: f64 = 0.0;
    let mut sold = 0;
    lives(&scenario, PATHS, |_, life, _| {
        if life.events.last().unwrap().kind == EventKind::Sale {
            (sold, last) = (sold + 1, last.max(life.end));
        }
    });
    assert_frequency("sold", sold, PATHS, 1.0 - (-0.6_f64).exp());
    assert!(last <= 2.0, "{last}");
}

#[test]
fn a_sale_turns_into_a_flotation_with_the_chance_of_its_value() {
    // closed form: E of the chance at a lognormal value, by its integral over the logarithm. Points at half and at
    // three times today's value: 10 % below, 80 % above, a line between them.
    let mut scenario = certain();
    scenario.company.process = Process::Gbm { drift: known(10), volatility: known(60) };
    let point = |value, percent| ChanceAt { value: Decimal::from(value), probability: cents(percent) };
    scenario.sale = Some(Sale {
        clock: on("2028-01-01"),
        premium: Some(known(20)),
        ipo_instead: vec![point(500, 10), point(3_000, 80)],
    });
    let tally = simulate(&scenario, PATHS).tally;
    let t: f64 = 730.0 / 365.25;
    let (mean, sd) = (1_000_f64.ln() + (0.1 - 0.18) * t, 0.6 * t.sqrt());
    let (low, high) = (500_f64.ln(), 3_000_f64.ln());
    let between = integral(low, high, 2_000, |x| {
        let density = (-((x - mean) / sd).powi(2) / 2.0).exp() / (sd * std::f64::consts::TAU.sqrt());
        density * (0.1 + 0.7 * (x - low) / (high - low))
    });
    let expected = 0.1 * normal_cdf((low - mean) / sd) + between + 0.8 * normal_cdf((mean - high) / sd);
    assert_frequency("floated", tally.exits[0], PATHS, expected);
    assert_frequency("sold", tally.exits[1], PATHS, 1.0 - expected);
}
