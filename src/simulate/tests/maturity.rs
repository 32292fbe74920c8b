//! Maturity without uncertainty. The company is worth 1,100 with the note's money; on 2029-01-01, 1,096 days on,
//! 100 at 6 % have become 118.0164.

use super::*;
use crate::model::{AtMaturity, CapBasis, Extension, Failure, InterestPayment, MaturityDate, ValuationCap};
use crate::simulate::fixture::{hazard, instrument};

const OWED: f64 = 100.0 + 6.0 * 1096.0 / 365.0;

fn due(then: AtMaturity, cap: i64) -> Scenario {
    let scenario = with_debt(certain(), |debt| debt.maturity.as_mut().unwrap().then = then);
    with_conversion(scenario, |c| {
        c.cap = Some(ValuationCap::of(known(cap * 100), CapBasis::PreMoney));
        c.into.preference = Decimal::ZERO;
    })
}

fn worth(shares: f64) -> f64 {
    shares / (1_000.0 + shares) * 1_100.0
}

#[test]
fn a_loan_is_repaid_to_the_cent() {
    let loan = with_debt(certain(), |debt| debt.conversion = None);
    assert_paid(&loan, Branch::Repaid, "2029-01-01", Reason::Repayment, OWED);
    assert_paid(&due(AtMaturity::Repay, 500), Branch::Repaid, "2029-01-01", Reason::Repayment, OWED);
}

#[test]
fn it_converts_at_the_cap_or_the_value_whichever_is_lower() {
    // hand-worked: a cap of 500 is 0.50 a share; one of 2,000 is above the value of a share, and without a
    // price anyone pays there is nothing the discount could come off
    assert_marked(&due(AtMaturity::Convert, 500), Branch::MaturityConversion, worth(OWED / 0.5));
    assert_marked(&due(AtMaturity::Convert, 2_000), Branch::MaturityConversion, OWED);
}

#[test]
fn a_holder_converts_only_where_the_cap_gives_more() {
    // hand-worked: the value of a share once all convert is (1,100 − 118.0164)/1,000 = 0.98198
    assert_marked(&due(AtMaturity::HolderChooses, 981), Branch::MaturityConversion, worth(OWED / 0.981));
    for cap in [983, 2_000] {
        let scenario = due(AtMaturity::HolderChooses, cap);
        assert_paid(&scenario, Branch::Repaid, "2029-01-01", Reason::Repayment, OWED);
    }
}

#[test]
fn a_holder_who_waives_interest_counts_it_as_given_up() {
    // hand-worked: 100 at 0.90 a share are worth 110 by the value before conversion; 1.00 a share is less than
    // the 118 owed either way. At 0.50 a share 200 of 1,200 shares are worth 183.33.
    let waives = |cap| {
        with_debt(due(AtMaturity::HolderChooses, cap), |debt| {
            debt.interest.payment = InterestPayment::WaivedOnConversion;
        })
    };
    assert_paid(&waives(900), Branch::Repaid, "2029-01-01", Reason::Repayment, OWED);
    assert_marked(&waives(500), Branch::MaturityConversion, worth(200.0));
}

#[test]
fn what_the_limit_leaves_is_repaid_at_once() {
    // hand-worked: at 0.50 a share the note would own 236.03/1,236.03; 10 % is a ninth of 1,000 shares, 111.1.
    // The company pays the rest out of its value.
    let fraction = 1_000.0 / 9.0 / (OWED / 0.5);
    let rest = OWED * (1.0 - fraction);
    let scenario = with_conversion(due(AtMaturity::Convert, 500), |c| c.ownership_limit = Some(cents(10)));
    let replay = assert_cash(
        &scenario,
        &[
            ("2026-01-01", Reason::Funding, -100.0),
            ("2029-01-01", Reason::Repayment, rest),
            ("2031-01-01", Reason::HorizonMark, 0.1 * (1_100.0 - rest)),
        ],
    );
    assert_eq!(replay.ends[0].branch, Branch::MaturityConversion);
}

#[test]
fn extensions_come_first() {
    // hand-worked: 2029-01-01, twice six months later, is 2030-01-01: 1,461 days
    let extended = with_debt(certain(), |debt| {
        let maturity = debt.maturity.as_mut().unwrap();
        maturity.extension = Some(Extension { by: months(6), times: 2 });
    });
    let owed = 100.0 + 6.0 * 1461.0 / 365.0;
    assert_paid(&extended, Branch::Repaid, "2030-01-01", Reason::Repayment, owed);
}

#[test]
fn due_on_the_horizon_it_is_still_repaid() {
    // hand-worked: 1,826 days to 2031-01-01
    let last_day = with_debt(certain(), |debt| {
        debt.maturity.as_mut().unwrap().due = MaturityDate::On(day("2031-01-01"));
    });
    let owed = 100.0 + 6.0 * 1826.0 / 365.0;
    assert_paid(&last_day, Branch::Repaid, "2031-01-01", Reason::Repayment, owed);
    // hand-worked: a day later it is marked at what it has earned
    let open = with_debt(with_conversion(last_day, |c| c.cap = None), |debt| {
        debt.maturity.as_mut().unwrap().due = MaturityDate::On(day("2031-01-02"));
    });
    assert_marked(&open, Branch::DebtAtHorizon, owed);
}

#[test]
fn a_company_that_cannot_pay_gives_the_recovery() {
    // hand-worked: 30 % of the claim; and all of it where the chance to pay is certain
    let chance = |percent| {
        let mut scenario = with_debt(certain(), |debt| {
            debt.maturity.as_mut().unwrap().can_pay = Some(known(percent));
        });
        scenario.failure = Some(Failure { clock: hazard(0), recovery: known(30) });
        scenario
    };
    assert_paid(&chance(0), Branch::MaturityDefault, "2029-01-01", Reason::Recovery, 0.3 * OWED);
    assert_paid(&chance(100), Branch::Repaid, "2029-01-01", Reason::Repayment, OWED);
}

#[test]
fn tranches_due_together_fare_alike_whatever_stands_before_them() {
    let mut scenario = with_debt(certain(), |debt| {
        debt.maturity.as_mut().unwrap().can_pay = Some(known(50));
    });
    let twin = scenario.instruments[0].tranches[0].clone();
    scenario.instruments[0].tranches.push(twin);
    let alone = simulate(&scenario, 2_000);
    let defaults = |outcomes: &Outcomes, tranche: usize| {
        outcomes.tally.tranches[tranche].count[Branch::MaturityDefault as usize]
    };
    assert_eq!(defaults(&alone, 0), defaults(&alone, 1));
    // half the difference between one and the other would show if they fared independently
    let both = alone.columns.received.iter().filter(|received| **received < 1.0).count() as u64;
    assert_eq!(both, defaults(&alone, 0));
    assert_frequency("default", both, 2_000, 0.5);
    let mut before = instrument(Kind::Debt(note()));
    (before.name, before.valued) = ("Other".into(), false);
    scenario.instruments.insert(0, before);
    assert_eq!(defaults(&simulate(&scenario, 2_000), 1), both);
}

#[test]
fn a_company_worth_less_pays_what_it_is_worth() {
    // hand-worked: 10 and the note's 100 make 110
    let mut scenario = certain();
    scenario.company.value_today = known(10_00);
    assert_paid(&scenario, Branch::RepaidShort, "2029-01-01", Reason::Repayment, 110.0);
}

#[test]
fn the_first_to_fall_due_is_paid_first() {
    // hand-worked: 10 and two notes of 100 make 210; the one due a year earlier gets its 100 + 12, the
    // other what is left
    let mut scenario = certain();
    scenario.company.value_today = known(10_00);
    let mut first = instrument(Kind::Debt(note()));
    first.name = "Other".into();
    if let Kind::Debt(debt) = &mut first.kind {
        debt.maturity.as_mut().unwrap().due = MaturityDate::AfterFunding(months(24));
    }
    scenario.instruments.push(first);
    let early = 112.0;
    assert_cash(
        &scenario,
        &[
            ("2026-01-01", Reason::Funding, -100.0),
            ("2026-01-01", Reason::Funding, -100.0),
            ("2028-01-01", Reason::Repayment, early),
            ("2029-01-01", Reason::Repayment, 210.0 - early),
        ],
    );
}

/// 10 and two loans of 100 make 210; 236.0329 are due on one day. Hand-worked: of one rank each gets its half, 105; else the senior one
/// gets its 118.0164 and the other the rest, whichever stands first in the file.
#[test]
fn debts_due_on_one_day_are_paid_by_rank() {
    let ours = |rank: u32, other: u32| {
        let mut scenario = with_debt(certain(), |debt| (debt.conversion, debt.seniority) = (None, rank));
        scenario.company.value_today = known(10_00);
        let mut second = scenario.instruments[0].clone();
        (second.name, second.holder) = ("Other".into(), "Bank".into());
        second.valued = false;
        if let Kind::Debt(debt) = &mut second.kind {
            debt.seniority = other;
        }
        scenario.instruments.push(second);
        let mut swapped = scenario.clone();
        swapped.instruments.reverse();
        [scenario, swapped].map(|scenario| {
            let replay = replay(&Plan::new(&scenario).unwrap(), 0);
            replay.exact.received.to_f64()
        })
    };
    for (rank, other, expected) in [(0, 0, 105.0), (0, 1, OWED), (1, 0, 210.0 - OWED)] {
        for paid in ours(rank, other) {
            assert!((paid - expected).abs() < 1e-9, "{rank} {other}: {paid}, expected {expected}");
        }
    }
}

#[test]
fn nobody_buys_into_a_company_worth_less_than_its_debt() {
    // hand-worked: the milestone leaves 5 % of 1,100, so 55; the loan of 100 stands before all shares, a round on
    // 2027-01-01 has no price and brings no money, and at maturity the lender takes the 55
    let mut loan = with_debt(certain(), |debt| debt.conversion = None);
    loan.rounds = Some(round_on("2027-01-01"));
    let mut collapse = milestone("collapse", MilestoneKind::Timed(on("2026-06-01")));
    collapse.effect_if_reached = Some(known(-95));
    loan.milestones.push(collapse);
    assert_paid(&loan, Branch::RepaidShort, "2029-01-01", Reason::Repayment, 55.0);
}
