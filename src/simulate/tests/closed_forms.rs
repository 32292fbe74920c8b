//! Whole deals against closed forms: notes that are small beside the company, so that dilution is below the
//! error, and one whose dilution is part of the formula.

use super::*;
use crate::model::{
    AtMaturity, CapBasis, DatedValue, Equity, EquityPrice, Failure, Ipo, Jumps, MaturityDate, ShareTerms,
};
use crate::model::{Participation, ValuationCap};
use crate::random::family::Constant;
use crate::simulate::fixture::hazard;

const PATHS: u64 = 200_000;

/// A note of `principal` in a company worth `value` today, discounted at the growth of the company's value.
fn fair(value: f64, principal: f64, rate: f64, volatility: f64) -> Scenario {
    let mut scenario = certain();
    scenario.company.value_today = precise(value);
    scenario.company.process = Process::Gbm { drift: precise(rate), volatility: precise(volatility) };
    scenario.discounting.required_return =
        Decimal::from_str_exact(&format!("{:.18}", rate.exp_m1())).unwrap();
    first_instrument(&mut scenario).tranches[0].amount = precise(principal);
    with_conversion(scenario, |c| c.into.preference = Decimal::ZERO)
}

/// Makes something certain at a number of years.
fn at(scenario: &mut Scenario, years: f64) -> Clock {
    match drawn(scenario, "moment", Constant::new(years).unwrap(), Unit::Years) {
        Number::Drawn(id) => Clock { probability: None, timing: Timing::When(When::DrawnSpan(id)) },
        Number::Known(_) => unreachable!("just drawn"),
    }
}

fn pre_money(scenario: Scenario, cap: f64, discount: i64) -> Scenario {
    with_conversion(scenario, |c| {
        c.cap = Some(ValuationCap::of(precise(cap), CapBasis::PreMoney));
        c.discount = vec![(months(0), cents(discount))];
    })
}

fn branch(outcomes: &Outcomes, branches: &[Branch]) -> u64 {
    branches.iter().map(|branch| outcomes.tally.tranches[0].count[*branch as usize]).sum()
}

/// A case of a note with cap and discount in one financing, and what is published of it.
pub(super) struct Financing {
    pub(super) scenario: Scenario,
    /// For each unit lent.
    pub(super) price: f64,
    multiple: f64,
    binds: f64,
}

/// published (cases note-cap-discount-1 and -4, closed form of pricing.md §2): value over claim is
/// max(1/(1 − d), V/C); price and mean multiple per unit of principal, and the chance that the cap binds. The
/// principal is a millionth of the company, so that dilution is 1e-6. The financing is a flotation, where the
/// shares are sold at its price. Interest is by whole days: the rate makes it the case's on that day.
pub(super) fn financings() -> [Financing; 2] {
    [
        (8e6, 1e7, 0.04, 0.8, 1.5, 20, 0.09, 1.510_748_874_64, 1.604_168_367_74, 0.188_307_468_295),
        (4e6, 6e6, 0.04, 1.1, 3.0, 15, 0.15, 0.822_161_997_21 * 2.0, 1.853_970_126_68, 0.117_464_267_657),
    ]
    .map(|(value, cap, drift, volatility, years, discount, interest, price, multiple, binds)| {
        let mut scenario = pre_money(fair(value, 1.0, drift, volatility), cap, discount);
        let clock = at(&mut scenario, years);
        scenario.ipo = Some(Ipo { clock, new_money: None });
        let days = (years * 365.25_f64).floor();
        let scenario = with_debt(scenario, |debt| {
            debt.interest.rate = precise(interest * 365.0 / days);
            debt.maturity = None;
        });
        Financing { scenario, price, multiple, binds }
    })
}

#[test]
fn a_note_with_cap_and_discount_in_one_financing() {
    for Financing { scenario, price, multiple, binds } in financings() {
        let outcomes = simulate(&scenario, PATHS);
        assert_mean("multiple", &outcomes.columns.received, multiple);
        assert_frequency("cap", branch(&outcomes, &[Branch::IpoAtCap]), PATHS, binds);
        let values: Vec<f64> = outcomes.columns.present_value.iter().map(|v| v + 1.0).collect();
        assert_mean("price", &values, price);
    }
}

#[test]
fn debt_or_equity_at_maturity() {
    // published (case note-debt-or-equity-1): 10 due in two years, converting at 30 pre-money; the firm is worth
    // 25, the note's money included; volatility 70 %, rate 4 %: price 9.73579912021, converted with probability
    // 0.187018226222, short of the claim with 0.304524691385. 24 months are 731 days of 365.25: rates and
    // variance are stretched to two years.
    let stretch = 2.0 / (731.0 / 365.25);
    let mut scenario = fair(15.0, 10.0, 0.04 * stretch, 0.7 * stretch.sqrt());
    scenario.deal.horizon = day("2028-01-02");
    let scenario = with_debt(pre_money(scenario, 30.0, 0), |debt| {
        debt.interest.rate = known(0);
        let maturity = debt.maturity.as_mut().unwrap();
        (maturity.due, maturity.then) = (MaturityDate::On(day("2028-01-02")), AtMaturity::HolderChooses);
    });
    let outcomes = simulate(&scenario, PATHS);
    let values: Vec<f64> = outcomes.columns.present_value.iter().map(|v| v + 10.0).collect();
    assert_mean("price", &values, 9.735_799_120_21);
    assert_frequency("converted", branch(&outcomes, &[Branch::MaturityConversion]), PATHS, 0.187_018_226_222);
    assert_frequency("short", branch(&outcomes, &[Branch::RepaidShort]), PATHS, 0.304_524_691_385);
}

/// published (case note-hazard-2): financing at 0.5 and failure at 0.1 a year until three years; 8 % simple, 20 %
/// discount, cap 12 on a value of 10, volatility 90 %, rate 4 %, recovery 25 %. Legs and chances as published,
/// but for the maturity: there the case counts the note's own dilution, which a small note has not, so that
/// the holder gets A max(1, V/C) = A + A/C (V − C)⁺.
/// 36 months are 1,096 days: rates and variance are stretched to three years. Interest is by whole days, half a
/// day too little on average: 1e-4 of the financing leg, a fifteenth of its error.
pub(super) fn until_financing_failure_or_maturity() -> Scenario {
    let stretch = 3.0 / (1096.0 / 365.25);
    let mut scenario = pre_money(fair(1e7, 1.0, 0.04 * stretch, 0.9 * stretch.sqrt()), 1.2e7, 20);
    scenario.deal.horizon = day("2029-01-01");
    let rate = |a_year: f64| {
        let mut clock = hazard(0);
        if let Timing::Hazard(steps) = &mut clock.timing {
            steps[0].rate = precise(a_year * stretch);
        }
        clock
    };
    scenario.ipo = Some(Ipo { clock: rate(0.5), new_money: None });
    scenario.failure = Some(Failure { clock: rate(0.1), recovery: known(25) });
    with_debt(scenario, |debt| {
        debt.interest.rate = precise(0.08 * 3.0 * 365.0 / 1096.0);
        debt.maturity.as_mut().unwrap().then = AtMaturity::HolderChooses;
    })
}

/// What it is worth by the formula: the two legs published, and that of the maturity.
pub(super) fn price_until_then() -> (f64, f64) {
    let owed = 1.24 * (-0.6 * 3.0_f64).exp();
    let maturity = owed * ((-0.12_f64).exp() + call(10.0, 12.0, 0.04, 0.9, 3.0) / 12.0);
    (1.048_345_484_2 + 0.036_128_183_464_5 + maturity, maturity)
}

#[test]
fn a_note_until_financing_failure_or_maturity() {
    let scenario = until_financing_failure_or_maturity();
    let outcomes = simulate(&scenario, PATHS);
    let ipo = [Branch::IpoAtCap, Branch::IpoAtDiscount, Branch::IpoAtPrice];
    let end = [Branch::MaturityConversion, Branch::Repaid, Branch::RepaidShort];
    assert_frequency("financing", branch(&outcomes, &ipo), PATHS, 0.695_584_259_815);
    assert_frequency("failure", branch(&outcomes, &[Branch::FailureRecovery]), PATHS, 0.139_116_851_963);
    assert_frequency("maturity", branch(&outcomes, &end), PATHS, 0.165_298_888_222);
    let leg = |branches: &[Branch]| {
        let tally = &outcomes.tally.tranches[0];
        let value = |b: &Branch| tally.value[*b as usize].sum;
        // present values are net of the 1 paid in
        let count = branches.iter().map(|b| tally.count[*b as usize]).sum::<u64>() as f64;
        (branches.iter().map(value).sum::<f64>() + count) / PATHS as f64
    };
    let (price, maturity) = price_until_then();
    let values: Vec<f64> = outcomes.columns.present_value.iter().map(|v| v + 1.0).collect();
    assert_mean("price", &values, price);
    // legs: four standard errors, bounded by that of the whole
    let error = deviation(&values) / (PATHS as f64).sqrt();
    for (branches, expected) in
        [(&ipo[..], 1.048_345_484_2), (&[Branch::FailureRecovery], 0.036_128_183_464_5), (&end[..], maturity)]
    {
        assert!((leg(branches) - expected).abs() < 4.0 * error, "{branches:?} {} {expected}", leg(branches));
    }
}

fn deviation(sample: &[f64]) -> f64 {
    let n = sample.len() as f64;
    let mean = sample.iter().sum::<f64>() / n;
    (sample.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0)).sqrt()
}

#[test]
fn a_european_call_on_jumps() {
    // published (case merton-jump-1): call at 100 on 100, rate 8 %, volatility 25 %, one jump a year of log size
    // N(0, 0.25²), 0.4 years: 9.91885570704
    let mut scenario = fair(100.0, 1.0, 0.08, 0.25);
    let jumps = Jumps { per_year: known(1_00), mean_log: known(0), sd_log: known(25) };
    scenario.company.process = Process::Merton { drift: known(8), volatility: known(25), jumps };
    let stream = crate::random::Stream::new(99, "looked at later");
    let mut payoffs = Vec::new();
    lives(&scenario, PATHS, |draws, life, law| {
        let value = life.path.value_at(law, 0.4, stream, &draws, 0);
        payoffs.push((value - 100.0).max(0.0) * (-0.08 * 0.4_f64).exp());
    });
    assert_mean("call", &payoffs, 9.918_855_707_04);
}

#[test]
fn shares_at_a_fair_price_are_worth_their_price_under_every_process() {
    // Limit: bought at market and discounted at the growth of the value, shares are worth what they cost, through
    // rounds at market that dilute them.
    let level = |years: f64| {
        let family = crate::random::family::Lognormal::new(
            1_000.0_f64.ln() + (0.1 - 0.18) * years,
            0.6 * years.sqrt(),
        );
        DatedValue { years, family: family.unwrap().into(), text: String::new() }
    };
    let jumps = Jumps { per_year: known(50), mean_log: known(-30), sd_log: known(40) };
    for process in [
        Process::Gbm { drift: known(10), volatility: known(60) },
        Process::Merton { drift: known(10), volatility: known(40), jumps },
        Process::AtDates(vec![level(1.0), level(6.0)]),
    ] {
        let mut scenario = fair(1_000.0, 100.0, 0.1, 0.6);
        scenario.company.process = process;
        let mut rounds = round_on("2026-09-01");
        rounds.then = Some(When::After(months(10)));
        scenario.rounds = Some(rounds);
        scenario.instruments[0].kind = Kind::Equity(Equity {
            terms: ShareTerms {
                preference: Decimal::ZERO,
                participation: Participation::None,
                seniority: 0,
                ..ShareTerms::PREFERRED
            },
            price: EquityPrice::AtFunding,
        });
        assert_mean("net value", &simulate(&scenario, PATHS).columns.present_value, 0.0);
    }
}

#[test]
fn all_claims_together_are_worth_the_company() {
    // Limit, conservation in value: with drift equal to the discount rate, the note and the other holders' shares
    // are together worth what the company is worth and the note paid in. Here the investor holds a note and all
    // other shares, the company's 1,000 being bought the moment before: an instrument for each.
    let mut scenario = fair(1.0, 100.0, 0.1, 0.6);
    scenario.rounds = Some(round_on("2027-01-01"));
    scenario.sale = Some(crate::model::Sale { clock: hazard(20), premium: None, ipo_instead: Vec::new() });
    let mut rest = scenario.instruments[0].clone();
    rest.name = "Everyone else".into();
    rest.tranches[0].amount = known(1_000_00);
    rest.kind = Kind::Equity(Equity {
        terms: ShareTerms {
            preference: Decimal::ZERO,
            participation: Participation::None,
            seniority: 0,
            ..ShareTerms::PREFERRED
        },
        price: EquityPrice::PreMoney(precise(0.000_001)),
    });
    // the purchase at next to nothing a share takes the whole company
    scenario.instruments.insert(0, rest);
    assert_mean("net value", &simulate(&scenario, PATHS).columns.present_value, 1.0);
}
