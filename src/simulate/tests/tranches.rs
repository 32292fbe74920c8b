//! Tranches without uncertainty: gates, deadlines, decisions, and what a miss means.

use super::*;
use crate::model::{
    CapBasis, Deadline, Decision, Gate, Ipo, Level, Missed, OnMilestone, RuleTerm, Tranche, Valuation,
    Watched,
};

/// 100 at closing and 50 more through these gates; a round on 2027-07-01, 546 days on.
fn two(gates: Vec<Gate>, change: impl FnOnce(&mut Tranche)) -> Scenario {
    let mut scenario = certain();
    scenario.rounds = Some(round_on("2027-07-01"));
    let mut second = scenario.instruments[0].tranches[0].clone();
    second.name = "second".into();
    second.amount = known(50_00);
    second.gates = gates;
    change(&mut second);
    scenario.instruments[0].tranches.push(second);
    scenario
}

/// The first tranche as it converts in the round: 100 and 546 days' interest, at 20 % off.
const FIRST: f64 = (100.0 + 6.0 * 546.0 / 365.0) / 0.8;
/// The second if funded on 2027-01-01: 50 and 181 days' interest.
const SECOND: f64 = (50.0 + 3.0 * 181.0 / 365.0) / 0.8;

/// 100 at closing, the second tranche if `funded` on a date, then the round and the mark of what converted.
#[track_caller]
fn assert_two(scenario: &Scenario, funded: Option<&str>, marks: &[f64], second: Branch) -> Replay {
    let mut flows = vec![("2026-01-01", Reason::Funding, -100.0)];
    flows.extend(funded.map(|date| (date, Reason::Funding, -50.0)));
    flows.extend(marks.iter().map(|mark| ("2031-01-01", Reason::HorizonMark, *mark)));
    let replay = assert_cash(scenario, &flows);
    assert_eq!(replay.ends[1].branch, second);
    replay
}

fn date(text: &str) -> Gate {
    Gate::Date(When::On(day(text)))
}

/// A milestone reached on 2027-01-01 if `percent` is 100, missed on 2027-03-01 if it is 0.
fn gated(percent: i64, change: impl FnOnce(&mut Tranche)) -> Scenario {
    let mut scenario = two(vec![Gate::Milestone(0)], change);
    let clock = Clock { probability: Some(known(percent)), ..on("2027-01-01") };
    let mut capacity = milestone("capacity", MilestoneKind::Timed(clock));
    capacity.deadline = Some(When::On(day("2027-03-01")));
    scenario.milestones.push(capacity);
    scenario
}

#[test]
fn each_tranche_bears_interest_from_its_own_day() {
    assert_two(
        &two(vec![date("2027-01-01")], |_| {}),
        Some("2027-01-01"),
        &[FIRST, SECOND],
        Branch::RoundAtDiscount,
    );
}

#[test]
fn each_tranche_has_the_discount_of_its_own_age() {
    // hand-worked: 20 % from the start, 40 % after a year: the first is 546 days old, the second 181
    let scenario = with_conversion(two(vec![date("2027-01-01")], |_| {}), |c| {
        c.discount = vec![(months(0), cents(20)), (months(12), cents(40))];
    });
    assert_two(&scenario, Some("2027-01-01"), &[FIRST * 0.8 / 0.6, SECOND], Branch::RoundAtDiscount);
}

#[test]
fn undrawn_money_is_not_invested() {
    let outcomes = simulate(&gated(0, |_| {}), 2);
    assert_eq!(outcomes.columns.invested, [100.0, 100.0]);
    assert!(outcomes.tally.tranches[1].invested.sum.abs() < f64::MIN_POSITIVE);
    assert!((outcomes.columns.received[0] - FIRST).abs() < 1e-9);
}

#[test]
fn a_milestone_reached_funds_and_a_missed_one_lapses() {
    assert_two(&gated(100, |_| {}), Some("2027-01-01"), &[FIRST, SECOND], Branch::RoundAtDiscount);
    assert_two(&gated(0, |_| {}), None, &[FIRST], Branch::Lapsed);
}

#[test]
fn a_missed_milestone_turns_the_note_into_plain_debt() {
    // hand-worked: the first tranche stays debt in the round and is repaid on 2029-01-01, with or without a last
    // day of the tranche's own
    for by in [None, Some(Deadline::Date(When::On(day("2027-06-01"))))] {
        let scenario = gated(0, |tranche| {
            tranche.missed = Missed::PlainDebt;
            tranche.by = by;
        });
        let repaid = 100.0 + 6.0 * 1096.0 / 365.0;
        let replay = assert_cash(
            &scenario,
            &[("2026-01-01", Reason::Funding, -100.0), ("2029-01-01", Reason::Repayment, repaid)],
        );
        assert_eq!([replay.ends[0].branch, replay.ends[1].branch], [Branch::Repaid, Branch::Lapsed]);
    }
    // a last day after the round comes too late to stop the conversion, if the milestone may still come
    let scenario = two(vec![date("2028-01-01")], |tranche| {
        tranche.missed = Missed::PlainDebt;
        tranche.by = Some(Deadline::Date(When::On(day("2027-12-31"))));
    });
    assert_two(&scenario, None, &[FIRST], Branch::Lapsed);
}

#[test]
fn all_gates_must_have_opened() {
    let gates = vec![date("2026-06-01"), Gate::Financing(cents(150_00)), date("2027-01-01")];
    // hand-worked: the financing is the round itself, on 2027-07-01; the second tranche follows it, so it stays
    // debt until 2030-07-01: 1,096 days. The company's value bears its interest, and with it the shares.
    let repaid = 50.0 + 3.0 * 1096.0 / 365.0;
    assert_cash(
        &two(gates, |_| {}),
        &[
            ("2026-01-01", Reason::Funding, -100.0),
            ("2027-07-01", Reason::Funding, -50.0),
            ("2030-07-01", Reason::Repayment, repaid),
            ("2031-01-01", Reason::HorizonMark, FIRST / 1_250.0 * (1_300.0 - repaid)),
        ],
    );
    assert_two(&two(vec![Gate::Financing(cents(150_01))], |_| {}), None, &[FIRST], Branch::Lapsed);
}

#[test]
fn the_deadline_is_the_last_day() {
    let by = |text: &str| {
        let last = day(text);
        two(vec![date("2027-01-01")], |tranche| tranche.by = Some(Deadline::Date(When::On(last))))
    };
    assert_two(&by("2027-01-01"), Some("2027-01-01"), &[FIRST, SECOND], Branch::RoundAtDiscount);
    assert_two(&by("2026-12-31"), None, &[FIRST], Branch::Lapsed);
}

#[test]
fn who_decides_looks_at_the_company_on_that_day() {
    // the company is worth 1,100 then, the first tranche included
    let decides = |decision| two(vec![date("2027-01-01")], |tranche| tranche.decision = decision);
    let funds = |rule: Vec<RuleTerm>| {
        let funded = decides(Decision::Investor(rule));
        assert_two(&funded, Some("2027-01-01"), &[FIRST, SECOND], Branch::RoundAtDiscount);
    };
    funds(vec![]);
    funds(vec![RuleTerm::ValueAtLeast(cents(1_100_00)), RuleTerm::ValueAtMost(cents(1_100_00))]);
    funds(vec![RuleTerm::ValueAtLeastOfToday(cents(1_10))]);
    for term in [
        RuleTerm::ValueAtLeast(cents(1_100_01)),
        RuleTerm::ValueAtMost(cents(1_099_99)),
        RuleTerm::ValueAtLeastOfToday(cents(1_11)),
    ] {
        assert_two(&decides(Decision::Investor(vec![term.clone()])), None, &[FIRST], Branch::Declined);
        assert_two(&decides(Decision::Company(vec![term])), None, &[FIRST], Branch::Declined);
    }
}

#[test]
fn a_declined_tranche_may_cost_the_right_to_convert() {
    let scenario = two(vec![date("2027-01-01")], |tranche| {
        tranche.decision = Decision::Company(vec![RuleTerm::ValueAtMost(cents(1_00))]);
        tranche.missed = Missed::PlainDebt;
    });
    let repaid = 100.0 + 6.0 * 1096.0 / 365.0;
    assert_cash(
        &scenario,
        &[("2026-01-01", Reason::Funding, -100.0), ("2029-01-01", Reason::Repayment, repaid)],
    );
}

/// A milestone that holds from the start and is lost at the check of this date, the value being halved before.
fn lost(scenario: &mut Scenario, check: i32) {
    let kind = MilestoneKind::Checked {
        watched: Watched::Value,
        at_least: Level::OfToday(known(60)),
        every: months(check),
        throughout: true,
    };
    scenario.milestones.push(milestone("keeps pace", kind));
    let mut halved = milestone("halved", MilestoneKind::Timed(on("2026-06-01")));
    halved.effect_if_reached = Some(known(-50));
    scenario.milestones.push(halved);
}

#[test]
fn without_the_milestone_it_requires_it_stays_debt() {
    // hand-worked: lost at the check of 2027-01-01, before the round
    let mut scenario = with_conversion(certain(), |c| c.requires = vec![0]);
    scenario.rounds = Some(round_on("2027-07-01"));
    let mut stands = scenario.clone();
    lost(&mut scenario, 12);
    let repaid = 100.0 + 6.0 * 1096.0 / 365.0;
    assert_paid(&scenario, Branch::Repaid, "2029-01-01", Reason::Repayment, repaid);
    // looked at first on 2028-01-01, it still stands in the round
    lost(&mut stands, 24);
    assert_marked(&stands, Branch::RoundAtDiscount, FIRST);
}

#[test]
fn a_milestone_lost_shuts_its_gate() {
    // hand-worked: it stands when the tranche may first be drawn, and is lost on 2027-01-01; a company that draws
    // at a rate draws before that day or not at all. With rate 1 a year the chance is 1 − e^(−365/365.25).
    let mut scenario = two(vec![Gate::Milestone(0)], |tranche| {
        tranche.decision = Decision::CompanyDraws { before_ipo: Decimal::ONE, after_ipo: Decimal::ONE };
    });
    lost(&mut scenario, 12);
    let paths = 20_000;
    let drawn =
        simulate(&scenario, paths).columns.invested.iter().filter(|invested| **invested > 120.0).count();
    assert_frequency("drawn", drawn as u64, paths, 1.0 - (-365.0 / 365.25_f64).exp());
}

#[test]
fn the_company_draws_at_one_rate_before_and_another_after_the_flotation() {
    // hand-worked: not drawn by 2027-01-01 (T = 365/365.25) with e^(−0.4 T); not drawn in
    // the 18 months after (546 days, to 2028-07-01, the last day) with e^(−1.5 × 547/365.25)
    let mut scenario = two(vec![], |tranche| {
        tranche.decision = Decision::CompanyDraws { before_ipo: cents(40), after_ipo: cents(1_50) };
        tranche.by = Some(Deadline::AfterIpo(months(18)));
    });
    scenario.rounds = None;
    scenario.ipo = Some(Ipo { clock: on("2027-01-01"), new_money: None });
    let paths = 20_000;
    let tally = simulate(&scenario, paths).tally;
    let lapsed = tally.tranches[1].count[Branch::Lapsed as usize];
    let days = f64::from(day("2028-07-01").0 - day("2027-01-01").0);
    assert_frequency("lapsed", lapsed, paths, (-(0.4 * 365.0 + 1.5 * days) / 365.25).exp());
}

#[test]
fn a_milestone_converts_at_the_valuation_agreed() {
    // published: OpenAI, October 2024: 6.6 at 157 post-money (terms as reported); hand-worked: 6.6/157 of the
    // shares of a company worth 150 + 6.6
    let agreed = |limit: Option<i64>| {
        let mut scenario = with_conversion(certain(), |c| {
            let at = Valuation { amount: known(157_00), basis: CapBasis::PostMoney };
            c.on_milestone = Some(OnMilestone { milestone: 0, at });
            c.into.preference = Decimal::ZERO;
            c.ownership_limit = limit.map(cents);
        });
        scenario.company.value_today = known(150_00);
        scenario.instruments[0].tranches[0].amount = known(6_60);
        scenario.milestones.push(milestone("restructured", MilestoneKind::Timed(on("2026-01-01"))));
        scenario
    };
    let flows = |second| [("2026-01-01", Reason::Funding, -6.6), second];
    // on the valuation date itself the funding follows the milestone, so it comes a day later
    let mut at_157 = agreed(None);
    at_157.milestones[0].kind = MilestoneKind::Timed(on("2026-01-02"));
    let at_157 = with_debt(at_157, |debt| debt.interest.rate = known(0));
    let replay = assert_cash(&at_157, &flows(("2031-01-01", Reason::HorizonMark, 6.6 / 157.0 * 156.6)));
    assert_eq!(replay.ends[0].branch, Branch::MilestoneConversion);
    // hand-worked: no more than 2 % of the company; the rest of the principal is repaid on 2029-01-01
    let mut limited = agreed(Some(2));
    limited.milestones = at_157.milestones.clone();
    let limited = with_debt(limited, |debt| debt.interest.rate = known(0));
    let all = 6.6 / 157.0 / (1.0 - 6.6 / 157.0);
    let rest = 6.6 * (1.0 - 0.02 / 0.98 / all);
    assert_cash(
        &limited,
        &[
            ("2026-01-01", Reason::Funding, -6.6),
            ("2029-01-01", Reason::Repayment, rest),
            ("2031-01-01", Reason::HorizonMark, 0.02 * (156.6 - rest)),
        ],
    );
}
