//! SAFEs, warrants and debt from before today, without uncertainty.
//!
//! The company is worth 1,000 and has 1,000 shares; a SAFE of 100 makes it worth 1,100. A round on 2027-01-01 raises
//! 150.

use super::cap_table::{buyer, series, table, with_table};
use super::*;
use crate::model::{
    CapBasis, Failure, InterestPayment, Ipo, MaturityDate, MostFavoured, Safe, Sale, ShareTerms,
    ValuationCap, Warrant,
};
use crate::simulate::Clause;
use crate::simulate::fixture::{hazard, instrument};

fn post_money(cap: i64) -> ValuationCap {
    ValuationCap::of(known(cap * 100), CapBasis::PostMoney)
}

pub(super) fn safe(cap: Option<ValuationCap>, discount: i64) -> Safe {
    Safe {
        cap,
        discount: cents(discount),
        stacked: false,
        most_favoured: None,
        into: ShareTerms::PREFERRED,
        cash_out_multiple: Decimal::ONE,
    }
}

fn with_safe(safe: Safe) -> Scenario {
    let mut scenario = certain();
    scenario.instruments = vec![instrument(Kind::Safe(safe))];
    scenario
}

fn in_round(mut scenario: Scenario) -> Scenario {
    scenario.rounds = Some(round_on("2027-01-01"));
    scenario
}

fn sold_at(mut scenario: Scenario, premium: i64) -> Scenario {
    scenario.sale =
        Some(Sale { clock: on("2028-01-01"), premium: Some(known(premium)), ipo_instead: Vec::new() });
    scenario
}

#[track_caller]
fn assert_sold(scenario: &Scenario, branch: Branch, amount: f64) {
    assert_paid(scenario, branch, "2028-01-01", Reason::SaleProceeds, amount);
}

#[test]
fn a_safe_converts_in_any_round_at_the_best_of_its_prices() {
    // hand-worked: 100/800 of all but the new shares, which are worth 1,100
    assert_marked(&in_round(with_safe(safe(Some(post_money(800)), 0))), Branch::RoundAtCap, 137.5);
    // hand-worked: 100/0.8; the cap of 1,000 would give 110
    assert_marked(&in_round(with_safe(safe(Some(post_money(1_000)), 20))), Branch::RoundAtDiscount, 125.0);
    assert_marked(&in_round(with_safe(safe(Some(post_money(2_000)), 0))), Branch::RoundAtPrice, 100.0);
    assert_marked(&in_round(with_safe(safe(None, 0))), Branch::RoundAtPrice, 100.0);
}

#[test]
fn a_flotation_converts_it_too() {
    let mut scenario = with_safe(safe(Some(post_money(800)), 0));
    scenario.ipo = Some(Ipo { clock: on("2028-01-01"), new_money: None });
    assert_paid(&scenario, Branch::IpoAtCap, "2028-01-01", Reason::SharesSold, 137.5);
}

#[test]
fn a_sale_pays_the_amount_or_what_its_cap_gives() {
    // hand-worked: 12.5 % of 1,100, of 550; at the horizon likewise
    let capped = with_safe(safe(Some(post_money(800)), 0));
    assert_sold(&sold_at(capped.clone(), 0), Branch::SaleAsConverted, 137.5);
    assert_sold(&sold_at(capped.clone(), -50), Branch::SafeCashedOut, 100.0);
    assert_marked(&capped, Branch::SafeAtHorizon, 137.5);
    // hand-worked: twice the amount is more than 137.5
    let doubled = Safe { cash_out_multiple: Decimal::TWO, ..safe(Some(post_money(800)), 0) };
    assert_sold(&sold_at(with_safe(doubled), 0), Branch::SafeCashedOut, 200.0);
    // hand-worked: without a cap the discount gives 100/0.8, without either the amount
    assert_sold(&sold_at(with_safe(safe(None, 20)), 0), Branch::SaleAsConverted, 125.0);
    assert_sold(&sold_at(with_safe(safe(None, 0)), 0), Branch::SafeCashedOut, 100.0);
}

#[test]
fn two_safes_at_a_sale_as_in_the_guide() {
    // published: YC post-money SAFE user guide, liquidity example: 60m, 200k at 4m and 800k at 8m, 3m and 6m
    let thousand = |value: i64| known(value * 1_000_00);
    let mut scenario = with_safe(Safe {
        cap: Some(ValuationCap::of(thousand(4_000), CapBasis::PostMoney)),
        ..safe(None, 0)
    });
    let mut second = scenario.instruments[0].clone();
    second.name = "Second".into();
    second.kind = Kind::Safe(Safe {
        cap: Some(ValuationCap::of(thousand(8_000), CapBasis::PostMoney)),
        ..safe(None, 0)
    });
    scenario.instruments.push(second);
    scenario.instruments[0].tranches[0].amount = thousand(200);
    scenario.instruments[1].tranches[0].amount = thousand(800);
    scenario.company.value_today = thousand(59_000);
    scenario.company.fully_diluted_shares = Decimal::from(10_000_000);
    assert_cash(
        &sold_at(scenario, 0),
        &[
            ("2026-01-01", Reason::Funding, -200_000.0),
            ("2026-01-01", Reason::Funding, -800_000.0),
            ("2028-01-01", Reason::SaleProceeds, 3_000_000.0),
            ("2028-01-01", Reason::SaleProceeds, 6_000_000.0),
        ],
    );
}

#[test]
fn it_ranks_with_preferred_shares_and_after_debt() {
    // hand-worked: 120 for sale; a loan owes 112, and 100 + 200 share the other 8
    let mut scenario =
        with_table(with_safe(safe(Some(post_money(800)), 0)), table(vec![series(80, ShareTerms::PREFERRED)]));
    let mut loan = instrument(Kind::Debt(note()));
    loan.name = "Loan".into();
    scenario.instruments.push(loan);
    let scenario = {
        let mut scenario = sold_at(scenario, -90);
        if let Kind::Debt(debt) = &mut scenario.instruments[1].kind {
            debt.conversion = None;
            debt.change_of_control.or_as_converted = false;
            debt.change_of_control.pays =
                crate::model::SalePay::Principal { multiple: Decimal::ONE, plus_interest: true };
        }
        scenario
    };
    assert_cash(
        &scenario,
        &[
            ("2026-01-01", Reason::Funding, -100.0),
            ("2026-01-01", Reason::Funding, -100.0),
            ("2028-01-01", Reason::SaleProceeds, 8.0 / 3.0),
            ("2028-01-01", Reason::SaleProceeds, 112.0),
        ],
    );
}

#[test]
fn a_failure_leaves_nothing_for_it() {
    let mut scenario = with_safe(safe(Some(post_money(800)), 0));
    scenario.failure = Some(Failure { clock: on("2028-01-01"), recovery: known(30) });
    let replay = assert_cash(&scenario, &[("2026-01-01", Reason::Funding, -100.0)]);
    assert_eq!(replay.ends[0].branch, Branch::SafeWorthless);
}

/// An uncapped SAFE of 100 at closing, and later ones of 100 each at caps of 500 and 400, or at half price.
fn most_favoured(policy: MostFavoured) -> Scenario {
    let mut scenario = with_safe(Safe { most_favoured: Some(policy), ..safe(None, 0) });
    for (name, later) in [
        ("second", safe(Some(post_money(500)), 0)),
        ("third", safe(Some(post_money(400)), 0)),
        ("half", safe(None, 50)),
    ] {
        let mut second = instrument(Kind::Safe(later));
        (second.name, second.valued) = (name.into(), false);
        scenario.instruments.push(second);
    }
    in_round(scenario)
}

#[test]
fn the_most_favoured_takes_over_a_later_safe_whole() {
    // hand-worked: 1,400 before the round, of which 20 %, 25 % and 200 for the others; at the price 100, at a cap of 400
    // 350, of 500 280, at half price 200
    let marked = |policy| {
        let replay = replay(&Plan::new(&most_favoured(policy)).unwrap(), 0);
        replay.flows[4].amount.to_f64()
    };
    for (policy, amount) in [
        (MostFavoured::Never, 100.0),
        (MostFavoured::LowestCap, 350.0),
        (MostFavoured::Best, 350.0),
        (MostFavoured::Instrument(1), 280.0),
        (MostFavoured::Instrument(3), 200.0),
    ] {
        let got = marked(policy);
        assert!((got - amount).abs() < 1e-9, "{policy:?}: {got}");
    }
    // in a sale too: a quarter of what converts
    let mut sold = sold_at(most_favoured(MostFavoured::LowestCap), 0);
    sold.rounds = None;
    let replay = replay(&Plan::new(&sold).unwrap(), 0);
    // hand-worked: two at 400 and one at 500 take 25 %, 25 % and 20 %; the discounted one its 100 and then 100 of the
    // 1,400, before common
    let equal = replay.flows[4].amount.to_f64();
    assert!((equal - 0.25 * 1_200.0).abs() < 1e-9, "{equal}");
}

/// 100 warrants at closing, for nothing.
fn warrants(strike: i64, expires: Option<&str>) -> Scenario {
    let mut scenario = certain();
    let expires = expires.map(|date| When::On(day(date)));
    scenario.instruments = vec![instrument(Kind::Warrant(Warrant { strike: known(strike), expires }))];
    scenario.instruments[0].tranches[0].amount = known(0);
    scenario.instruments[0].tranches[0].shares = Some(cents(100_00));
    scenario
}

#[track_caller]
fn assert_warrants(scenario: &Scenario, branch: Branch, date: &str, reason: Reason, amount: f64) {
    let replay = assert_cash(scenario, &[("2026-01-01", Reason::Funding, 0.0), (date, reason, amount)]);
    assert_eq!(replay.ends[0].branch, branch);
}

#[test]
fn warrants_are_exercised_net_in_a_sale() {
    // hand-worked: 1,000 + 100 × 0.50 over 1,100 shares, less the strike
    let (sold, proceeds) = ("2028-01-01", Reason::SaleProceeds);
    let gain = 105_000.0 / 1_100.0 - 50.0;
    assert_warrants(&sold_at(warrants(50, None), 0), Branch::WarrantExercised, sold, proceeds, gain);
    assert_warrants(&sold_at(warrants(2_00, None), 0), Branch::WarrantWorthless, sold, proceeds, 0.0);
    let horizon = ("2031-01-01", Reason::HorizonMark);
    assert_warrants(&warrants(50, None), Branch::WarrantAtHorizon, horizon.0, horizon.1, gain);
}

#[test]
fn on_their_last_day_they_become_shares_or_lapse() {
    // hand-worked: a share is worth 1,000/1,100; 100 × (1 − 0.50 × 1.1) = 45 shares are left of them
    let (branch, horizon) = (Branch::WarrantExercised, Reason::HorizonMark);
    let exercised = warrants(50, Some("2027-06-30"));
    assert_warrants(&exercised, branch, "2031-01-01", horizon, 45_000.0 / 1_045.0);
    let worthless = warrants(2_00, Some("2027-06-30"));
    let replay = assert_cash(&worthless, &[("2026-01-01", Reason::Funding, 0.0)]);
    assert_eq!(replay.ends[0].branch, Branch::WarrantWorthless);
    assert!(replay.notes.iter().any(|note| matches!(note.clause, Clause::Expired { .. })));
}

#[test]
fn a_flotation_sells_what_they_leave() {
    // hand-worked: 100 × (1,000/1,100 − 0.50); out of the money they are kept, and marked
    let floated = |strike| {
        let mut scenario = warrants(strike, None);
        scenario.ipo = Some(Ipo { clock: on("2028-01-01"), new_money: None });
        scenario
    };
    let gain = 100_000.0 / 1_100.0 - 50.0;
    assert_warrants(&floated(50), Branch::WarrantExercised, "2028-01-01", Reason::SharesSold, gain);
    let kept = Branch::WarrantAtHorizon;
    assert_warrants(&floated(2_00), kept, "2031-01-01", Reason::HorizonMark, 0.0);
    // hand-worked: after a flotation the 45 shares of the last day are sold
    let mut late = floated(50);
    late.instruments[0].kind =
        Kind::Warrant(Warrant { strike: known(50), expires: Some(When::On(day("2029-01-01"))) });
    late.instruments[0].tranches[0].gates = vec![crate::model::Gate::Date(When::On(day("2028-06-01")))];
    let replay = assert_cash(
        &late,
        &[("2028-06-01", Reason::Funding, 0.0), ("2029-01-01", Reason::SharesSold, 45_000.0 / 1_100.0)],
    );
    assert_eq!(replay.ends[0].branch, Branch::WarrantExercised);
}

#[test]
fn warrants_may_be_paid_for() {
    // hand-worked: 10 make the company worth 1,010
    let mut scenario = sold_at(warrants(50, None), 0);
    scenario.instruments[0].tranches[0].amount = known(10_00);
    assert_cash(
        &scenario,
        &[
            ("2026-01-01", Reason::Funding, -10.0),
            ("2028-01-01", Reason::SaleProceeds, 106_000.0 / 1_100.0 - 50.0),
        ],
    );
}

#[test]
fn debt_from_before_today_has_no_funding_and_owes_its_interest() {
    // hand-worked: two years at 6 % on 2027-01-01: 112 at 20 % off; the company's 1,000 and 150 of the round
    let mut scenario = with_conversion(certain(), |c| c.cap = None);
    scenario.rounds = Some(round_on("2027-01-01"));
    scenario.instruments[0].tranches[0].outstanding_since = Some(day("2025-01-01"));
    let replay = assert_cash(&scenario, &[("2031-01-01", Reason::HorizonMark, 140.0)]);
    assert_eq!(replay.ends[0].branch, Branch::RoundAtDiscount);
    // hand-worked: half-yearly interest from 2025-01-01: that of 2025 has been paid, and 100 falls due on 2028-01-01
    let paying = with_debt(scenario, |debt| {
        debt.conversion = None;
        debt.interest.payment = InterestPayment::Cash { every_months: 6 };
        debt.maturity.as_mut().unwrap().due = MaturityDate::AfterFunding(months(36));
    });
    assert_cash(
        &paying,
        &[
            ("2026-07-01", Reason::Interest, 6.0 * 181.0 / 365.0),
            ("2027-01-01", Reason::Interest, 6.0 * 184.0 / 365.0),
            ("2027-07-01", Reason::Interest, 6.0 * 181.0 / 365.0),
            ("2028-01-01", Reason::Repayment, 100.0 + 6.0 * 184.0 / 365.0),
        ],
    );
}

#[test]
fn a_safe_of_others_from_before_today_dilutes() {
    // hand-worked: 12.5 % of the 1,100 that our 100 of common shares make; they are bought at (1,000 − 100)/1,000
    let mut scenario = sold_at(buyer(), 0);
    let mut other = instrument(Kind::Safe(safe(Some(post_money(800)), 0)));
    (other.name, other.valued) = ("Other".into(), false);
    other.tranches[0].outstanding_since = Some(day("2025-06-01"));
    scenario.instruments.push(other);
    let shares = 100.0 / 0.9;
    let ours = 0.875 * 1_100.0 * shares / (1_000.0 + shares);
    assert_cash(
        &scenario,
        &[
            ("2026-01-01", Reason::Funding, -100.0),
            ("2028-01-01", Reason::SaleProceeds, ours),
            ("2028-01-01", Reason::SaleProceeds, 137.5),
        ],
    );
}

#[test]
fn every_safe_ends_in_some_branch_under_uncertainty() {
    let mut scenario = crate::simulate::fixture::scenario();
    scenario.instruments = vec![instrument(Kind::Safe(safe(Some(post_money(800)), 20)))];
    scenario.sale = Some(Sale { clock: hazard(20), premium: None, ipo_instead: Vec::new() });
    let outcomes = simulate(&scenario, 5_000);
    let count = |branch: Branch| outcomes.tally.tranches[0].count[branch as usize];
    let ends = [
        Branch::RoundAtCap,
        Branch::RoundAtDiscount,
        Branch::SaleAsConverted,
        Branch::SafeCashedOut,
        Branch::SafeWorthless,
    ];
    // a SAFE converts in the first round after a year at the latest, so that none is open at the horizon
    assert_eq!(ends.map(count).iter().sum::<u64>(), 5_000);
    assert!(ends.into_iter().all(|branch| count(branch) > 0));
}
