//! Interest without uncertainty: accrual, payment, day counts.

use super::*;
use crate::model::{Accrual, Gate, InterestPayment, MaturityDate};
use crate::quantity::DayCount;

/// A loan of 100 from 2028-01-31, the day before a leap February, to 2029-03-31.
fn loan(day_count: DayCount, accrual: Accrual, payment: InterestPayment) -> Scenario {
    let mut scenario = with_debt(certain(), |debt| {
        debt.conversion = None;
        debt.interest.day_count = day_count;
        debt.interest.accrual = accrual;
        debt.interest.payment = payment;
        debt.maturity.as_mut().unwrap().due = MaturityDate::On(day("2029-03-31"));
    });
    first_instrument(&mut scenario).tranches[0].gates = vec![Gate::Date(When::On(day("2028-01-31")))];
    scenario
}

#[track_caller]
fn assert_owes(scenario: &Scenario, amount: f64) {
    assert_cash(
        scenario,
        &[("2028-01-31", Reason::Funding, -100.0), ("2029-03-31", Reason::Repayment, amount)],
    );
}

#[test]
fn simple_interest_by_every_day_count() {
    // hand-worked: 366 days to 2029-01-31 and 59 more are 425. In months of 30 days, from the 30th to the 30th:
    // 14 months. By calendar years: 336 of 366 days in 2028 and 89 of 365 in 2029.
    for (day_count, years) in [
        (DayCount::Actual365Fixed, 425.0 / 365.0),
        (DayCount::Actual360, 425.0 / 360.0),
        (DayCount::Thirty360, 420.0 / 360.0),
        (DayCount::ActualActual, 336.0 / 366.0 + 89.0 / 365.0),
    ] {
        assert_owes(&loan(day_count, Accrual::Simple, InterestPayment::AtEnd), 100.0 + 6.0 * years);
    }
}

#[test]
fn compound_interest_by_every_day_count() {
    // hand-worked: four whole quarters at 1.5 %, and simple interest for the rest of the fifth
    for (day_count, years) in [
        (DayCount::Actual365Fixed, 425.0 / 365.0),
        (DayCount::Actual360, 425.0 / 360.0),
        (DayCount::Thirty360, 420.0 / 360.0),
        (DayCount::ActualActual, 336.0 / 366.0 + 89.0 / 365.0),
    ] {
        let owed = 100.0 * 1.015_f64.powi(4) * (1.0 + 0.06 * (years - 1.0));
        assert_owes(&loan(day_count, Accrual::Compound { per_year: 4 }, InterestPayment::AtEnd), owed);
    }
}

#[test]
fn cash_interest_on_its_dates_and_the_31st_comes_back() {
    // hand-worked, act/365: 31 January to 30 April is 90 days; then 92 to 31 July, 92 to 31 October, 92 to
    // 31 January, and 59 left at maturity
    let interest = |days: f64| 6.0 * days / 365.0;
    assert_cash(
        &loan(DayCount::Actual365Fixed, Accrual::Simple, InterestPayment::Cash { every_months: 3 }),
        &[
            ("2028-01-31", Reason::Funding, -100.0),
            ("2028-04-30", Reason::Interest, interest(90.0)),
            ("2028-07-31", Reason::Interest, interest(92.0)),
            ("2028-10-31", Reason::Interest, interest(92.0)),
            ("2029-01-31", Reason::Interest, interest(92.0)),
            ("2029-03-31", Reason::Repayment, 100.0 + interest(59.0)),
        ],
    );
}

#[test]
fn interest_waived_on_conversion_is_paid_on_repayment() {
    let waived = loan(DayCount::Actual365Fixed, Accrual::Simple, InterestPayment::WaivedOnConversion);
    assert_owes(&waived, 100.0 + 6.0 * 425.0 / 365.0);
}

#[test]
fn cash_interest_leaves_the_principal_to_convert() {
    // hand-worked: half-yearly interest has paid 181 and 184 days by 2027-01-01, where the round is: coupons of
    // the day follow the round, so 100 and 184 days' interest convert at 20 % off
    let mut scenario =
        with_debt(certain(), |debt| debt.interest.payment = InterestPayment::Cash { every_months: 6 });
    scenario.rounds = Some(round_on("2027-01-01"));
    let converting = 100.0 + 6.0 * 184.0 / 365.0;
    assert_cash(
        &scenario,
        &[
            ("2026-01-01", Reason::Funding, -100.0),
            ("2026-07-01", Reason::Interest, 6.0 * 181.0 / 365.0),
            // the coupon left the company with 1,100 less 2.9753, and the round adds 150: 132.5 is a claim on
            // shares, at the price, whatever the value
            ("2031-01-01", Reason::HorizonMark, converting / 0.8),
        ],
    );
}

#[test]
fn the_company_pays_no_more_interest_than_it_is_worth() {
    // hand-worked: a milestone leaves 1 % of 1,100 on 2026-06-01. The coupon of 181 days on a loan at 600 % is
    // 297.53; 11 are paid, and what is left of a company worth nothing at maturity is nothing.
    let mut scenario = with_debt(certain(), |debt| {
        debt.conversion = None;
        debt.interest.rate = known(6_00);
        debt.interest.payment = InterestPayment::Cash { every_months: 6 };
        debt.maturity.as_mut().unwrap().due = MaturityDate::On(day("2026-08-01"));
    });
    let mut disaster = milestone("disaster", MilestoneKind::Timed(on("2026-06-01")));
    disaster.effect_if_reached = Some(known(-99));
    scenario.milestones.push(disaster);
    let replay = assert_cash(
        &scenario,
        &[
            ("2026-01-01", Reason::Funding, -100.0),
            ("2026-07-01", Reason::Interest, 11.0),
            ("2026-08-01", Reason::Repayment, 0.0),
        ],
    );
    assert_eq!(replay.ends[0].branch, Branch::RepaidShort);
}
