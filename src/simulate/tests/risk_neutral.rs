//! The risk-neutral measure: the discounted value of today's shares is a martingale under every process and with every
//! kind of event, and simple convertibles are worth what closed forms say under each credit model.

use super::*;
use crate::model::{
    CreditModel, Curve, DatedValue, Equity, EquityPrice, Failure, FairValue, Ipo, Jumps, Sale, ShareTerms,
    Step,
};
use crate::random::family::{Lognormal, Triangular, Uniform};
use crate::simulate::fixture::{after, hazard, instrument};

const PATHS: u64 = 100_000;

/// A fair value at a flat 4 % (a logarithm), without credit risk.
fn riskless() -> FairValue {
    FairValue {
        risk_free: Curve::flat(0.04),
        payout_yield: 0.0,
        volatility: None,
        credit: CreditModel::Structural,
    }
}

/// The company of the fixture with 20 % volatility and nothing else happening: its stated drift of 10 % must not matter.
fn quiet() -> Scenario {
    let mut quiet = scenario();
    quiet.company.process = Process::Gbm { drift: known(10), volatility: known(20) };
    (quiet.failure, quiet.rounds) = (None, None);
    quiet.fair_value = Some(riskless());
    quiet
}

fn under_risk_neutral(scenario: &Scenario) -> Scenario {
    scenario.risk_neutral().unwrap().unwrap().scenario
}

/// The mean of what today's shares are worth at the end, relative to today, must be 1.
#[track_caller]
fn assert_martingale(name: &str, scenario: &Scenario) {
    let outcomes = simulate(&under_risk_neutral(scenario), PATHS);
    let moments = crate::statistics::Moments::of(&outcomes.columns.martingale);
    let (mean, error) = (moments.mean().unwrap(), moments.standard_error().unwrap());
    assert!(error < 0.01, "{name}: an error of {error} would hide everything");
    assert!((mean - 1.0).abs() < 4.0 * error, "{name}: {mean} ± {error}");
}

fn timed(name: &str, clock: Clock, deadline_months: Option<i32>, effects: (i64, i64)) -> Milestone {
    Milestone {
        name: name.into(),
        title: name.into(),
        requires: Vec::new(),
        kind: MilestoneKind::Timed(clock),
        deadline: deadline_months.map(|months| When::After(Span { months, days: 0 })),
        effect_if_reached: Some(known(effects.0)),
        effect_if_missed: Some(known(effects.1)),
    }
}

fn with_chance(probability: i64, clock: Clock) -> Clock {
    Clock { probability: Some(known(probability)), ..clock }
}

fn lognormal_wait(scenario: &mut Scenario, name: &str, years: f64) -> Clock {
    match drawn(scenario, name, Lognormal::new(years.ln(), 0.6).unwrap(), Unit::Years) {
        Number::Drawn(id) => Clock { probability: None, timing: Timing::When(When::DrawnSpan(id)) },
        Number::Known(_) => unreachable!("just drawn"),
    }
}

#[test]
fn every_process_is_a_martingale() {
    assert_martingale("geometric Brownian motion", &quiet());

    let mut jumps = quiet();
    let law = Jumps { per_year: known(50), mean_log: known(-20), sd_log: known(30) };
    jumps.company.process = Process::Merton { drift: known(10), volatility: known(20), jumps: law };
    assert_martingale("jumps", &jumps);

    let mut uncertain = quiet();
    let volatility = drawn(&mut uncertain, "volatility", Uniform::new(0.1, 0.4).unwrap(), Unit::Fraction);
    uncertain.company.process = Process::Gbm { drift: known(10), volatility };
    assert_martingale("drawn volatility", &uncertain);

    let mut rates = quiet();
    let curve = Curve::through(&[(1.0, 0.01), (3.0, 0.06)]).unwrap();
    rates.fair_value = Some(FairValue { risk_free: curve, payout_yield: 0.03, ..riskless() });
    assert_martingale("a curve and payouts", &rates);

    let mut dates = quiet();
    dates.company.process = Process::AtDates(Vec::new());
    dates.fair_value = Some(FairValue { volatility: Some(known(25)), ..riskless() });
    assert_martingale("dates, with a volatility for fair value", &dates);

    // Lognormals with deviations 0.3·√t of their logarithms imply 30 %, whatever their medians; hand-worked.
    let at = |years: f64, median: f64, deviation: f64| DatedValue {
        years,
        family: Lognormal::new(median.ln(), deviation).unwrap().into(),
        text: String::new(),
    };
    let deviation = 0.3 * 2.0_f64.sqrt();
    dates.company.process = Process::AtDates(vec![at(1.0, 900.0, 0.3), at(2.0, 1_300.0, deviation)]);
    dates.fair_value = Some(riskless());
    assert_martingale("lognormals at dates", &dates);
    let Process::Gbm { volatility, .. } = under_risk_neutral(&dates).company.process else {
        panic!("a geometric Brownian motion")
    };
    assert!((volatility.known().unwrap() - 0.3).abs() < 1e-12);
    // At 0.32·√2 after two years it is no longer one.
    dates.company.process =
        Process::AtDates(vec![at(1.0, 900.0, 0.3), at(2.0, 1_300.0, 0.32 * 2.0_f64.sqrt())]);
    assert!(dates.risk_neutral().unwrap_err()[0].problem.contains("changes from date to date"));
}

#[test]
fn failure_is_made_up_for() {
    let with = |clock: Clock, base: Scenario| {
        let credit = CreditModel::Hazard(Failure { clock, recovery: known(30) });
        Scenario { fair_value: Some(FairValue { credit, ..riskless() }), ..base }
    };
    assert_martingale("a constant hazard", &with(hazard(10), quiet()));

    let steps = vec![Step { from: 0.0, rate: known(5) }, Step { from: 2.0, rate: known(30) }];
    let steps = Clock { probability: None, timing: Timing::Hazard(steps) };
    assert_martingale("hazard in steps", &with(steps.clone(), quiet()));
    assert_martingale("hazard in steps, at half the chance", &with(with_chance(50, steps), quiet()));

    let mut uncertain = quiet();
    let rate = drawn(&mut uncertain, "rate", Uniform::new(0.0, 0.3).unwrap(), Unit::Fraction);
    let clock = Clock { probability: None, timing: Timing::Hazard(vec![Step { from: 0.0, rate }]) };
    assert_martingale("a drawn hazard", &with(clock, uncertain));

    let mut waiting = quiet();
    let clock = with_chance(60, lognormal_wait(&mut waiting, "wait", 2.0));
    assert_martingale("a drawn wait", &with(clock, waiting));

    assert_martingale("one day", &with(with_chance(40, after(30)), quiet()));
}

#[test]
fn premiums_of_sales_are_given_up_for_their_chance() {
    let sold = |clock: Clock| {
        let mut sold = quiet();
        sold.sale = Some(Sale { clock, premium: Some(known(50)), ipo_instead: Vec::new() });
        sold
    };
    assert_martingale("a hazard", &sold(hazard(30)));
    assert_martingale("one day", &sold(with_chance(50, after(24))));
    let mut wait = quiet();
    let clock = with_chance(70, lognormal_wait(&mut wait, "wait", 3.0));
    wait.sale = Some(Sale { clock, premium: Some(known(50)), ipo_instead: Vec::new() });
    assert_martingale("a drawn wait", &wait);

    // A flotation ends the chance of a sale; new money dilutes today's shares.
    let mut floated = sold(hazard(30));
    floated.ipo = Some(Ipo { clock: hazard(25), new_money: Some(known(20)) });
    floated.rounds = scenario().rounds;
    assert_martingale("with flotation and rounds", &floated);
    let premium = drawn(&mut floated, "premium", Uniform::new(-0.2, 0.8).unwrap(), Unit::Fraction);
    floated.sale = Some(Sale { clock: hazard(30), premium: Some(premium), ipo_instead: Vec::new() });
    assert_martingale("a drawn premium", &floated);
}

#[test]
fn only_the_surprise_of_a_milestone_moves_the_value() {
    let with = |milestones: Vec<Milestone>, base: Scenario| Scenario { milestones, ..base };
    let one_day = timed("a", with_chance(70, after(18)), Some(30), (40, -50));
    assert_martingale("one day", &with(vec![one_day], quiet()));
    let rate = timed("a", hazard(40), Some(36), (40, -50));
    assert_martingale("a hazard with a deadline", &with(vec![rate], quiet()));
    let open = timed("a", with_chance(60, hazard(40)), None, (40, -50));
    assert_martingale("a hazard without a deadline", &with(vec![open], quiet()));

    let mut chain = quiet();
    let wait = lognormal_wait(&mut chain, "wait", 1.5);
    let first = timed("a", with_chance(80, wait), Some(30), (30, -40));
    let second =
        Milestone { requires: vec![0], ..timed("b", with_chance(60, hazard(80)), Some(48), (60, -30)) };
    let third = Milestone { requires: vec![0, 1], ..timed("c", after(3), None, (25, 0)) };
    chain.milestones = vec![first, second, third];
    chain.sale = Some(Sale { clock: hazard(20), premium: None, ipo_instead: Vec::new() });
    assert_martingale("a chain, cut short by sales", &chain);

    // Watched levels are met on the way while something is expected of another milestone.
    let level = MilestoneKind::ValueReaches(known(1_300_00));
    let watched = Milestone { kind: level, ..timed("d", after(1), Some(48), (0, 0)) };
    chain.milestones.push(watched);
    assert_martingale("a chain with a watched level", &chain);
}

#[test]
fn the_ratio_of_the_ends_is_that_of_the_stated_effects() {
    // Hand-worked: reached with probability 70 % after 18 months (+40 %) or missed at 30 months (−50 %): what is
    // expected is 0.7 · 1.4 + 0.3 · 0.5 = 1.13, so that the value ends at 1.4/1.13 or 0.5/1.13 of what it would be.
    let mut certain = certain();
    certain.fair_value = Some(FairValue { risk_free: Curve::flat(0.0), ..riskless() });
    certain.milestones = vec![timed("a", with_chance(70, after(18)), Some(30), (40, -50))];
    let certain = under_risk_neutral(&certain);
    lives(&certain, 200, |_, life, _| {
        let value = life.events.last().unwrap().value;
        let expected = if life.reached[0].is_finite() { 1_400.0 / 1.13 } else { 500.0 / 1.13 };
        assert!((value - expected).abs() < 1e-9, "{value}");
    });
}

#[test]
fn what_cannot_be_a_martingale_is_refused() {
    let refused = |scenario: Scenario, key: &str| {
        let obstacles = scenario.risk_neutral().unwrap_err();
        assert_eq!(obstacles.iter().map(|obstacle| obstacle.key.as_str()).collect::<Vec<_>>(), [key]);
    };
    let mut dates = quiet();
    dates.company.process = Process::AtDates(Vec::new());
    refused(dates, "company.value.process");

    let mut doomed = quiet();
    let credit = CreditModel::Hazard(Failure { clock: after(12), recovery: known(0) });
    doomed.fair_value = Some(FairValue { credit, ..riskless() });
    refused(doomed, "failure");
    let mut surely = quiet();
    let credit = CreditModel::Hazard(Failure { clock: with_chance(100, after(12)), recovery: known(0) });
    surely.fair_value = Some(FairValue { credit, ..riskless() });
    refused(surely, "failure");

    let mut foreseen = quiet();
    let level = MilestoneKind::ValueReaches(known(2_000_00));
    foreseen.milestones = vec![Milestone { kind: level, ..timed("a", after(1), None, (10, 0)) }];
    refused(foreseen, "milestones.a");

    assert_eq!(Scenario { fair_value: None, ..quiet() }.risk_neutral(), Ok(None));
}

/// A zero-coupon convertible of 100 on one of a thousand million shares, so that it dilutes nobody, due after `months`
/// whole years; converting at the holder's choice then.
fn convertible(share: f64, volatility: f64, months: i32, fair_value: FairValue) -> Scenario {
    let mut scenario = quiet();
    let shares = 1e9;
    scenario.company.fully_diluted_shares = Decimal::from(1_000_000_000);
    scenario.company.value_today = precise(share * shares);
    scenario.company.process = Process::Gbm { drift: known(0), volatility: precise(volatility) };
    scenario.deal.horizon = scenario.deal.valuation_date.plus(Span { months: months + 1, days: 0 });
    scenario.fair_value = Some(fair_value);
    let scenario = with_debt(scenario, |debt| {
        debt.interest.rate = known(0);
        let maturity = debt.maturity.as_mut().unwrap();
        maturity.due = crate::model::MaturityDate::AfterFunding(Span { months, days: 0 });
        maturity.then = crate::model::AtMaturity::HolderChooses;
    });
    with_conversion(scenario, |conversion| {
        conversion.discount = Vec::new();
        conversion.cap =
            Some(crate::model::ValuationCap::of(precise(100.0), crate::model::CapBasis::PerShare));
        conversion.into.preference = Decimal::ZERO;
    })
}

/// Price and frequency of conversion. The note is paid for in full at closing, so that 100 comes on top.
#[track_caller]
fn assert_price(name: &str, scenario: &Scenario, price: f64, converted: Option<f64>) {
    let outcomes = simulate(&under_risk_neutral(scenario), PATHS);
    let prices: Vec<f64> = outcomes.columns.present_value.iter().map(|value| value + 100.0).collect();
    assert_mean(name, &prices, price);
    if let Some(converted) = converted {
        assert_frequency(name, outcomes.tally.converted, PATHS, converted);
    }
}

/// Years of so many months from 2026-01-01 as the simulation counts them.
fn years(months: i32) -> f64 {
    let start = day("2026-01-01");
    f64::from(start.plus(Span { months, days: 0 }).0 - start.0) / 365.25
}

#[test]
fn convertibles_are_worth_what_closed_forms_say() {
    // published closed forms (cases cb-euro-nocredit-CB01 and -CB22, cb-euro-TF-CB06, cb-hazard-1 and -2). A year of the
    // cases is stretched to the days of the calendar: rates fall and variances too.
    let flat = |rate: f64, stretch: f64, credit: CreditModel| FairValue {
        risk_free: Curve::flat(rate * stretch),
        credit,
        ..riskless()
    };
    for (name, share, volatility, rate, term, price, converted) in [
        ("no credit, CB01", 95.0, 0.2, 0.05, 1, 102.633_814_628, 0.457_606_127_849),
        ("no credit, CB22", 40.0, 0.9, 0.04, 3, 104.192_663_529, 0.098_483_045_132_7),
    ] {
        let stretch = f64::from(term) / years(12 * term);
        let fair_value = flat(rate, stretch, CreditModel::Structural);
        let scenario = convertible(share, volatility * stretch.sqrt(), 12 * term, fair_value);
        assert_price(name, &scenario, price, Some(converted));
    }

    let stretch = 1.0 / years(12);
    let fair_value = flat(0.05, stretch, CreditModel::CashSpread(0.08 * stretch));
    let scenario = convertible(80.0, 0.4 * stretch.sqrt(), 12, fair_value);
    assert_price("cash spread, CB06", &scenario, 97.314_216_188_9, None);

    let stretch = 3.0 / years(36);
    for (name, recovery, price) in [("hazard-1", 0, 99.396_576_976_1), ("hazard-2", 40, 104.654_810_435)] {
        let clock = Clock {
            probability: None,
            timing: Timing::Hazard(vec![Step { from: 0.0, rate: precise(0.05 * stretch) }]),
        };
        let credit = CreditModel::Hazard(Failure { clock, recovery: known(recovery) });
        let fair_value = flat(0.04, stretch, credit);
        let scenario = convertible(80.0, 0.4 * stretch.sqrt(), 36, fair_value);
        assert_price(name, &scenario, price, Some(0.335_854_560_975));
    }
}

/// Shares bought at their price are worth it whatever is paid out on them until they are sold: at a sale at a random time, at a
/// flotation, at the horizon; and a convertible's value does not depend on how long its holder keeps the shares.
#[test]
fn payouts_go_to_who_holds_the_shares() {
    let paying = || FairValue { payout_yield: 0.05, ..riskless() };
    let mut shares = quiet();
    shares.fair_value = Some(paying());
    shares.instruments =
        vec![instrument(Kind::Equity(Equity { price: EquityPrice::AtFunding, terms: ShareTerms::COMMON }))];
    let mut sold = shares.clone();
    sold.sale = Some(Sale { clock: hazard(30), premium: None, ipo_instead: Vec::new() });
    let mut floated = shares.clone();
    floated.ipo = Some(Ipo { clock: hazard(30), new_money: None });
    for (name, scenario) in [("held", &shares), ("sold", &sold), ("floated", &floated)] {
        let outcomes = simulate(&under_risk_neutral(scenario), PATHS);
        assert_mean(name, &outcomes.columns.present_value, 0.0);
    }
    // The first closed form with a payout of 5 %: a bond and a call on what the share is without its payouts until then.
    let price = 100.0 * (-0.04 * years(36)).exp()
        + call(80.0 * (-0.05 * years(36)).exp(), 100.0, 0.04, 0.3, years(36));
    for later in [1, 60] {
        let mut scenario = convertible(80.0, 0.3, 36, paying());
        let horizon = Span { months: 36 + later, days: 0 };
        scenario.deal.horizon = scenario.deal.valuation_date.plus(horizon);
        assert_price("payouts", &scenario, price, None);
    }
}

#[test]
fn a_triangular_wait_is_known_to_the_quantile() {
    // The probability that a wait has ended is the law's own: a milestone on a triangular date.
    let mut dated = quiet();
    let date = drawn(&mut dated, "date", Triangular::new(0.5, 1.0, 3.0).unwrap(), Unit::Date);
    let Number::Drawn(id) = date else { unreachable!("just drawn") };
    let clock = Clock { probability: Some(known(80)), timing: Timing::When(When::DrawnDate(id)) };
    dated.milestones = vec![timed("a", clock, Some(24), (50, -60))];
    assert_martingale("a drawn date with a deadline inside its range", &dated);
}
