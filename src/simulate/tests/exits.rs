//! Sale, flotation, failure and the horizon without uncertainty.

use super::*;
use crate::model::{
    CapBasis, Equity, EquityPrice, Failure, Gate, Ipo, NonQualified, Participation, Sale, SalePay,
    ShareTerms, ValuationCap,
};

/// A sale on 2028-01-01, 730 days on, when the note owes 112; the price is 1,100 times one plus the premium.
fn sold(premium: i64) -> Scenario {
    let mut scenario = certain();
    scenario.sale =
        Some(Sale { clock: on("2028-01-01"), premium: Some(known(premium)), ipo_instead: Vec::new() });
    scenario
}

fn cap(scenario: Scenario, amount: i64) -> Scenario {
    with_conversion(scenario, |c| {
        c.cap = Some(ValuationCap::of(known(amount * 100), CapBasis::PreMoney));
    })
}

#[track_caller]
fn assert_sold(scenario: &Scenario, branch: Branch, amount: f64) {
    assert_paid(scenario, branch, "2028-01-01", Reason::SaleProceeds, amount);
}

fn multiple(
    scenario: Scenario,
    principal_multiple: i64,
    plus_interest: bool,
    or_as_converted: bool,
) -> Scenario {
    with_debt(scenario, |debt| {
        debt.change_of_control.pays =
            SalePay::Principal { multiple: cents(principal_multiple), plus_interest };
        debt.change_of_control.or_as_converted = or_as_converted;
    })
}

#[test]
fn a_sale_pays_the_multiple_of_the_principal_and_the_interest_once() {
    // hand-worked: 2 × 100 + 12, 2 × 100, 1 × 100 + 12
    assert_sold(&sold(0), Branch::SalePaid, 212.0);
    assert_sold(&multiple(sold(0), 2_00, false, false), Branch::SalePaid, 200.0);
    assert_sold(&multiple(sold(0), 1_00, true, false), Branch::SalePaid, 112.0);
}

#[test]
fn or_what_its_shares_would_get_if_that_is_more() {
    // hand-worked: at 0.50 a share 224 of 1,224 shares of 1,100, against 112; with the multiple, 212
    let shares = 224.0 / 1_224.0 * 1_100.0;
    assert_sold(&multiple(cap(sold(0), 500), 1_00, true, true), Branch::SaleAsConverted, shares);
    assert_sold(&multiple(cap(sold(0), 500), 1_00, true, false), Branch::SalePaid, 112.0);
    assert_sold(&cap(sold(0), 500), Branch::SalePaid, 212.0);
    // hand-worked: at a premium of half the shares are worth half as much again
    assert_sold(&cap(sold(50), 500), Branch::SaleAsConverted, 1.5 * shares);
}

#[test]
fn a_sale_below_the_claims_pays_the_debt_what_there_is() {
    // hand-worked: 10 % of 1,100
    assert_sold(&sold(-90), Branch::SalePaid, 110.0);
    assert_sold(&sold(-100), Branch::SalePaid, 0.0);
}

#[test]
fn after_a_limited_conversion_a_sale_multiplies_the_principal_alone() {
    // hand-worked: the round of 2027-01-01 leaves 56/0.96 of 106 (clauses.rs); that part of the principal gets
    // twice itself and 12 % interest; 5 % of the shares get their part of what is left of 1,250
    let mut scenario = with_conversion(sold(0), |c| (c.ownership_limit, c.cap) = (Some(cents(5)), None));
    scenario.rounds = Some(round_on("2027-01-01"));
    let rest = 100.0 * 56.0 / 0.96 / 106.0;
    let claim = 2.0 * rest + 0.12 * rest;
    assert_sold(&scenario, Branch::RoundAtDiscount, claim + 0.05 * (1_250.0 - claim));
}

fn floated() -> Scenario {
    let mut scenario = certain();
    scenario.ipo = Some(Ipo { clock: on("2028-01-01"), new_money: Some(known(20)) });
    scenario
}

#[test]
fn a_flotation_converts_and_sells_at_the_offer_price() {
    // hand-worked: 112 at 20 % off are worth 140 at the offer price
    let sold = |scenario: &Scenario, branch, amount| {
        assert_paid(scenario, branch, "2028-01-01", Reason::SharesSold, amount);
    };
    sold(&floated(), Branch::IpoAtDiscount, 140.0);
    // hand-worked: a cap of 500 is 0.50 a share: 224 of 1,224 shares before new money, worth 1,100
    sold(&cap(floated(), 500), Branch::IpoAtCap, 224.0 / 1_224.0 * 1_100.0);
    let bare = with_conversion(floated(), |c| {
        c.discount.clear();
        c.cap = None;
        // a flotation converts whatever rounds do
        c.qualified_financing = None;
        c.non_qualified = NonQualified::Stays;
    });
    sold(&bare, Branch::IpoAtPrice, 112.0);
}

#[test]
fn debt_that_a_flotation_leaves_is_repaid_when_due() {
    let stays = with_conversion(floated(), |c| c.at_ipo = false);
    assert_paid(&stays, Branch::Repaid, "2029-01-01", Reason::Repayment, 100.0 + 6.0 * 1096.0 / 365.0);
}

#[test]
fn after_a_flotation_there_are_no_rounds_and_no_sale() {
    let mut scenario = floated();
    scenario.rounds = Some(round_on("2028-06-01"));
    scenario.sale = Some(Sale { clock: on("2029-06-01"), premium: None, ipo_instead: Vec::new() });
    let replay = replay(&Plan::new(&scenario).unwrap(), 0);
    assert_eq!(replay.events.len(), 2, "{:?}", replay.events);
}

#[test]
fn drawn_after_a_flotation_it_buys_common_at_the_market() {
    // hand-worked: 100 on 2029-01-01 buys 100 of 1,000 + 200 + 100; held to the horizon it is worth 100. Common
    // has no preference: a milestone that halves the value halves it.
    let mut scenario = with_debt(floated(), |debt| debt.common_after_ipo = true);
    first_instrument(&mut scenario).tranches[0].gates = vec![Gate::Date(When::On(day("2029-01-01")))];
    let held =
        |amount| [("2029-01-01", Reason::Funding, -100.0), ("2031-01-01", Reason::HorizonMark, amount)];
    let replay = assert_cash(&scenario, &held(100.0));
    assert_eq!(replay.ends[0].branch, Branch::SharesAtHorizon);
    let mut halved = milestone("halved", MilestoneKind::Timed(on("2030-01-01")));
    halved.effect_if_reached = Some(known(-50));
    scenario.milestones.push(halved);
    assert_cash(&scenario, &held(50.0));
}

/// Shares bought for 100 at closing, 100 of 1,100, and a sale at this premium over 1,100.
fn preferred(participation: Participation, premium: i64) -> Scenario {
    let mut scenario = sold(premium);
    scenario.instruments[0].kind = Kind::Equity(Equity {
        terms: ShareTerms { preference: Decimal::ONE, participation, seniority: 0, ..ShareTerms::PREFERRED },
        price: EquityPrice::AtFunding,
    });
    scenario
}

#[test]
fn preferred_shares_take_their_preference_or_convert() {
    // hand-worked, proceeds 55, 550, 1,430: all there is; the preference; an eleventh
    assert_sold(&preferred(Participation::None, -95), Branch::SharesPreference, 55.0);
    assert_sold(&preferred(Participation::None, -50), Branch::SharesPreference, 100.0);
    assert_sold(&preferred(Participation::None, 30), Branch::SharesSold, 130.0);
}

#[test]
fn participating_shares_take_both_up_to_their_cap() {
    // hand-worked, proceeds 550 and 1,430: 100 and an eleventh of the rest; no more than twice or 1.2 times the
    // 100; or an eleventh of everything where that is more
    assert_sold(&preferred(Participation::Full, -50), Branch::SharesPreference, 100.0 + 450.0 / 11.0);
    assert_sold(&preferred(Participation::Full, 30), Branch::SharesPreference, 100.0 + 1_330.0 / 11.0);
    assert_sold(&preferred(Participation::Capped(cents(2_00)), 30), Branch::SharesPreference, 200.0);
    assert_sold(&preferred(Participation::Capped(cents(1_20)), -50), Branch::SharesPreference, 120.0);
    assert_sold(&preferred(Participation::Capped(cents(1_20)), 30), Branch::SharesSold, 130.0);
}

#[test]
fn an_agreed_price_counts_todays_shares() {
    // hand-worked: 500 over 1,000 shares is 0.50: 200 of 1,200 shares of 1,100
    let mut scenario = preferred(Participation::None, 0);
    if let Kind::Equity(equity) = &mut scenario.instruments[0].kind {
        equity.price = EquityPrice::PreMoney(known(500_00));
    }
    assert_sold(&scenario, Branch::SharesSold, 1_100.0 / 6.0);
}

#[test]
fn shares_that_debt_leaves_nothing_for_are_not_bought() {
    // hand-worked: a company worth 50 and a note of 100 make 150; a milestone takes 70 %, so that 45 are left for
    // 106 owed, and the shares of 2027-01-01 have no price
    let mut scenario = certain();
    scenario.company.value_today = known(50_00);
    let mut disaster = milestone("disaster", MilestoneKind::Timed(on("2026-06-01")));
    disaster.effect_if_reached = Some(known(-70));
    scenario.milestones.push(disaster);
    let mut shares = preferred(Participation::None, 0).instruments.remove(0);
    shares.name = "Shares".into();
    shares.tranches[0].gates = vec![Gate::Date(When::On(day("2027-01-01")))];
    scenario.instruments.push(shares);
    let replay = assert_cash(
        &scenario,
        &[("2026-01-01", Reason::Funding, -100.0), ("2029-01-01", Reason::Repayment, 45.0)],
    );
    assert_eq!(replay.ends[1].branch, Branch::Declined);
}

#[test]
fn a_failure_pays_the_recovery_of_principal_and_interest() {
    // hand-worked: 30 % of 112 on 2028-01-01; shares are worth nothing
    let mut scenario = certain();
    scenario.failure = Some(Failure { clock: on("2028-01-01"), recovery: known(30) });
    assert_paid(&scenario, Branch::FailureRecovery, "2028-01-01", Reason::Recovery, 0.3 * 112.0);
    let mut shares = preferred(Participation::None, 0);
    (shares.sale, shares.failure) = (None, scenario.failure.clone());
    let replay = assert_cash(&shares, &[("2026-01-01", Reason::Funding, -100.0)]);
    assert_eq!(replay.ends[0].branch, Branch::SharesWorthless);
    // a sale on the same day comes first
    scenario.sale = sold(0).sale;
    assert_sold(&scenario, Branch::SalePaid, 212.0);
}

#[test]
fn what_falls_on_the_last_day_happens() {
    // hand-worked: 1,826 days at 6 % simple are 30.0164 on 2031-01-01, "60 months" on by the calendar
    let mut scenario = with_debt(certain(), |debt| debt.maturity = None);
    let last = Clock { probability: None, timing: Timing::When(When::After(months(60))) };
    scenario.sale = Some(Sale { clock: last, premium: None, ipo_instead: Vec::new() });
    let owed = 200.0 + 6.0 * 1826.0 / 365.0;
    assert_paid(&scenario, Branch::SalePaid, "2031-01-01", Reason::SaleProceeds, owed);
}
