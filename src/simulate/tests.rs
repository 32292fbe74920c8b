use super::fixture::{cents, hazard, known, note, scenario};
use super::{Branch, Outcomes, RunOptions, cross_check, run};
use crate::model::{CapBasis, Debt, Kind, Number, Process, Sale, Scenario, ValuationCap};
use crate::number::Decimal;
use crate::plan::Plan;

fn simulate(scenario: &Scenario, paths: u64) -> Outcomes {
    let plan = Plan::new(scenario).unwrap();
    run(&[&plan], RunOptions { paths, threads: Some(2) }, |_| {}).unwrap().remove(0)
}

fn certain() -> Scenario {
    let mut certain = scenario();
    certain.company.process = Process::Gbm { drift: known(0), volatility: known(0) };
    certain.failure = None;
    certain
}

#[test]
fn without_uncertainty_the_note_pays_the_hand_worked_amount() {
    // hand-worked: no volatility, no growth, nothing fails. The note's 100 make the company worth 1,100. On
    // 2027-01-01 it owes 100 + 6 = 106 and converts at 20 % off the round price, so into shares worth
    // 106/0.8 = 132.5 (the cap price 0.80 is above 0.8 × 0.9675). Later rounds are at market and leave the
    // stake's worth alone.
    let outcomes = simulate(&certain(), 3);
    assert_eq!(outcomes.tally.tranches[0].count[Branch::RoundAtDiscount as usize], 3);
    for received in &outcomes.columns.received {
        assert!((received - 132.5).abs() < 1e-9, "{received}");
    }
}

#[test]
fn a_low_cap_pays_the_hand_worked_amount() {
    // hand-worked: cap 700 over 1,000 shares is 0.70 a share; 106/0.70 = 151.428571 shares of 1,151.428571,
    // which are worth 1,100 together
    let mut capped = certain();
    if let Kind::Debt(Debt { conversion: Some(conversion), .. }) = &mut capped.instruments[0].kind {
        conversion.cap = Some(ValuationCap { amount: known(700_00), basis: CapBasis::PreMoney });
    }
    let outcomes = simulate(&capped, 1);
    let shares = 106.0 / 0.7;
    assert_eq!(outcomes.tally.tranches[0].count[Branch::RoundAtCap as usize], 1);
    assert!((outcomes.columns.received[0] - shares * 1_100.0 / (1_000.0 + shares)).abs() < 1e-9);
}

#[test]
fn a_note_without_conversion_is_a_plain_loan() {
    // hand-worked: 100 at 6 % simple from 2026-01-01 to 2029-01-01, 1,096 days: 100 × 0.06 × 1096/365
    let mut loan = certain();
    let mut debt = note();
    debt.conversion = None;
    loan.instruments[0].kind = Kind::Debt(debt);
    let outcomes = simulate(&loan, 2);
    assert!((outcomes.columns.received[0] - (100.0 + 6.0 * 1096.0 / 365.0)).abs() < 1e-9);
    assert_eq!(outcomes.tally.tranches[0].count[Branch::Repaid as usize], 2);
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let mut deal = scenario();
    deal.sale = Some(Sale { clock: hazard(8), premium: None });
    deal.discounting.required_return = cents(15);
    let plan = Plan::new(&deal).unwrap();
    let run = |threads| run(&[&plan], RunOptions { paths: 5_000, threads: Some(threads) }, |_| {}).unwrap();
    let bits = |outcomes: &[Outcomes]| -> Vec<u64> {
        outcomes[0].columns.present_value.iter().map(|value| value.to_bits()).collect()
    };
    let one = run(1);
    for threads in [2, 3, 7] {
        let many = run(threads);
        assert_eq!(bits(&one), bits(&many));
        assert_eq!(one[0].tally, many[0].tally);
    }
}

#[test]
fn a_fair_company_makes_equity_fairly_priced() {
    // Limit: discounting at the drift, buying shares at market is worth nothing on average. False alarm: 4
    // standard errors, 6e-5.
    let mut deal = scenario();
    deal.failure = None;
    deal.company.process =
        Process::Gbm { drift: Number::Known(Decimal::new(9_531_017_980_432_486, 17)), volatility: known(60) };
    deal.discounting.required_return = cents(10);
    deal.instruments[0].kind = Kind::Equity(crate::model::Equity {
        terms: crate::model::ShareTerms {
            preference: Decimal::ZERO,
            participation: crate::model::Participation::None,
            seniority: 0,
        },
        price: crate::model::EquityPrice::AtFunding,
    });
    let outcomes = simulate(&deal, 200_000);
    let moments = crate::statistics::Moments::of(&outcomes.columns.present_value);
    let (mean, error) = (moments.mean().unwrap(), moments.standard_error().unwrap());
    assert!(mean.abs() < 4.0 * error, "{mean} ± {error}");
}

#[test]
fn exact_decimals_agree_with_fast_arithmetic() {
    let plan = Plan::new(&scenario()).unwrap();
    let check = cross_check(&plan, 100_000, 400);
    assert_eq!((check.compared, check.out_of_range), (400, 0));
    // some tens of operations, each of relative error 2^-53
    assert!(check.worst_difference < 1e-12, "{check:?}");
}
