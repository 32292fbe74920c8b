//! Conversion in rounds without uncertainty: every clause against a hand-worked payoff.
//!
//! The company is worth 1,000 and has 1,000 shares. The note's 100 make it worth 1,100. On 2027-01-01, 365 days
//! on, the note owes 100 + 6 = 106 and a round raises 150 at a value of 1,100; the shares are then worth 1,250,
//! which is what the horizon marks them at.

use super::*;
use crate::model::{CapBasis, InterestPayment, MilestoneKind, NonQualified, Participation, ValuationCap};

const OWED: f64 = 106.0;
const VALUE: f64 = 1_100.0;

fn in_round(change: impl FnOnce(&mut Conversion)) -> Scenario {
    let mut scenario = with_conversion(certain(), change);
    scenario.rounds = Some(round_on("2027-01-01"));
    scenario
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where a cap may be left out")]
fn cap(amount: i64, basis: CapBasis) -> Option<ValuationCap> {
    Some(ValuationCap::of(known(amount * 100), basis))
}

fn uncapped(change: impl FnOnce(&mut Conversion)) -> Scenario {
    in_round(|conversion| {
        conversion.cap = None;
        change(conversion);
    })
}

/// What a holder's shares are worth, so many new ones joining 1,000 that are worth 1,100 together.
fn worth(shares: f64) -> f64 {
    shares / (1_000.0 + shares) * VALUE
}

#[test]
fn the_discount_buys_shares_worth_the_claim_over_what_it_leaves() {
    // hand-worked: 106 at 20 % off; the cap price 0.80 is above 0.8 × 1,250/T
    assert_marked(&in_round(|_| {}), Branch::RoundAtDiscount, OWED / 0.8);
}

#[test]
fn without_a_cap_or_a_discount_the_price_is_the_round_price() {
    // limit: a cap beyond reach is no cap, and the shares are worth the claim
    for amount in [None, cap(1_000_000_000, CapBasis::PostMoney), cap(1_000_000_000, CapBasis::PreMoney)] {
        let scenario = in_round(|conversion| {
            conversion.cap = amount;
            conversion.discount.clear();
        });
        assert_marked(&scenario, Branch::RoundAtPrice, OWED);
    }
}

#[test]
fn a_cap_counts_the_shares_its_basis_says() {
    // hand-worked: 700 over 1,000 shares is 0.70 a share; so is 0.70 a share outright
    assert_marked(&in_round(|c| c.cap = cap(700, CapBasis::PreMoney)), Branch::RoundAtCap, worth(OWED / 0.7));
    let per_share = in_round(|c| c.cap = Some(ValuationCap::of(known(70), CapBasis::PerShare)));
    assert_marked(&per_share, Branch::RoundAtCap, worth(OWED / 0.7));
    // hand-worked: 106 of 800 post-money is 13.25 % of everything before the new money, worth 1,100
    let post_money = in_round(|c| c.cap = cap(800, CapBasis::PostMoney));
    assert_marked(&post_money, Branch::RoundAtCap, 0.1325 * VALUE);
}

#[test]
fn stacked_the_discount_comes_off_the_cap_price_too() {
    // hand-worked: 0.8 × 800/1,000 = 0.64 a share
    assert_marked(&in_round(|c| c.stacked = true), Branch::RoundAtCap, worth(OWED / 0.64));
}

#[test]
fn the_discount_schedule_steps_on_its_day() {
    // hand-worked: 10 % off until a year after funding, 25 % from then on; on the day before, interest is 364/365
    // of 6
    let steps = |date: &str| {
        let mut scenario = uncapped(|c| {
            c.discount = vec![(months(0), cents(10)), (months(12), cents(25)), (months(24), cents(50))];
        });
        scenario.rounds = Some(round_on(date));
        scenario
    };
    assert_marked(&steps("2026-12-31"), Branch::RoundAtDiscount, (100.0 + 6.0 * 364.0 / 365.0) / 0.9);
    assert_marked(&steps("2027-01-01"), Branch::RoundAtDiscount, OWED / 0.75);
    // hand-worked: a schedule that starts later gives nothing before
    let late = uncapped(|c| c.discount = vec![(months(13), cents(50))]);
    assert_marked(&late, Branch::RoundAtPrice, OWED);
}

/// A round that raises less than the note asks for.
fn too_small(then: NonQualified, change: impl FnOnce(&mut Conversion)) -> Scenario {
    uncapped(|conversion| {
        conversion.qualified_financing = Some(cents(150_01));
        conversion.non_qualified = then;
        change(conversion);
    })
}

/// Repaid on 2029-01-01: 1,096 days of simple interest at 6 %.
const REPAID: f64 = 100.0 + 6.0 * 1096.0 / 365.0;

#[track_caller]
fn assert_repaid(scenario: &Scenario) {
    assert_paid(scenario, Branch::Repaid, "2029-01-01", Reason::Repayment, REPAID);
}

#[test]
fn the_threshold_itself_qualifies() {
    let exactly = in_round(|c| c.qualified_financing = Some(cents(150_00)));
    assert_marked(&exactly, Branch::RoundAtDiscount, OWED / 0.8);
    let never = in_round(|c| c.qualified_financing = None);
    assert_repaid(&never);
}

#[test]
fn a_smaller_round_does_what_the_terms_say() {
    assert_repaid(&too_small(NonQualified::Stays, |_| {}));
    assert_marked(&too_small(NonQualified::Converts, |_| {}), Branch::RoundAtDiscount, OWED / 0.8);
    assert_marked(&too_small(NonQualified::HolderChooses, |_| {}), Branch::RoundAtDiscount, OWED / 0.8);
    // hand-worked: at the bare price there is nothing to gain
    assert_repaid(&too_small(NonQualified::HolderChooses, |c| c.discount.clear()));
    assert_marked(&too_small(NonQualified::Converts, |c| c.discount.clear()), Branch::RoundAtPrice, OWED);
}

#[test]
fn a_holder_who_waives_interest_counts_it_as_given_up() {
    // hand-worked: 100/0.95 = 105.26 is less than the 106 owed, 100/0.8 = 125 is more
    let waives = |off: i64| {
        let scenario = too_small(NonQualified::HolderChooses, |c| c.discount = vec![(months(0), cents(off))]);
        with_debt(scenario, |debt| debt.interest.payment = InterestPayment::WaivedOnConversion)
    };
    assert_repaid(&waives(5));
    assert_marked(&waives(20), Branch::RoundAtDiscount, 125.0);
}

#[test]
fn interest_waived_does_not_convert() {
    let waived =
        with_debt(in_round(|_| {}), |debt| debt.interest.payment = InterestPayment::WaivedOnConversion);
    assert_marked(&waived, Branch::RoundAtDiscount, 125.0);
}

#[test]
fn beyond_the_ownership_limit_it_stays_debt_and_interest_runs_on() {
    // hand-worked: at 20 % off the note would own 132.5/1,250 = 10.6 %. At 5 % a part D of the 106 stays debt,
    // which the shares' price counts: 106 − D = 0.8 × 5 % × (1,250 − D), so D = 56/0.96. The rest of the
    // principal stays with its interest from the start, and is repaid on 2029-01-01 out of the value.
    let fraction = 1.0 - 56.0 / 0.96 / 106.0;
    let rest = (1.0 - fraction) * REPAID;
    let replay = assert_cash(
        &uncapped(|c| c.ownership_limit = Some(cents(5))),
        &[
            ("2026-01-01", Reason::Funding, -100.0),
            ("2029-01-01", Reason::Repayment, rest),
            ("2031-01-01", Reason::HorizonMark, 0.05 * (1_250.0 - rest)),
        ],
    );
    assert_eq!(replay.ends[0].branch, Branch::RoundAtDiscount);
}

#[test]
fn a_limit_beyond_reach_changes_nothing() {
    // hand-worked: it takes the holder to 10.6 %
    for limit in [11, 100] {
        let scenario = uncapped(|c| c.ownership_limit = Some(cents(limit)));
        assert_marked(&scenario, Branch::RoundAtDiscount, OWED / 0.8);
    }
}

#[test]
fn a_limit_of_nought_leaves_all_of_it_debt() {
    assert_repaid(&in_round(|c| c.ownership_limit = Some(cents(0))));
}

#[test]
fn converted_debt_has_the_preference_of_its_claim() {
    // hand-worked: at the horizon the company is worth 1,250 × 0.05 = 62.5 (a milestone costs it 95 %), less
    // than the preference of 2 × 106: the holder takes it all
    let mut scenario = in_round(|c| c.into.preference = Decimal::TWO);
    let mut disaster = milestone("disaster", MilestoneKind::Timed(on("2028-01-01")));
    disaster.effect_if_reached = Some(known(-95));
    scenario.milestones.push(disaster);
    assert_marked(&scenario, Branch::RoundAtDiscount, 62.5);
    // hand-worked: participating without limit at 1,250: 106 and 10.6 % of the rest
    let full = in_round(|c| c.into.participation = Participation::Full);
    assert_marked(&full, Branch::RoundAtDiscount, 106.0 + 0.106 * (1_250.0 - 106.0));
}

#[test]
fn an_outright_valuation_is_the_price_of_the_shares() {
    // hand-worked: 2,000 pre-money whatever the company is worth and the note has paid in, so shares worth
    // 106/0.8 = 132.5 at the price; a cap of 1,200 pre-money is 1.20 a share
    let mut outright = in_round(|c| c.cap = None);
    let rounds = outright.rounds.as_mut().unwrap();
    rounds.pre_money = PreMoney::Amount(known(2_000_00));
    rounds.size = RoundSize::Amount(known(150_00));
    assert_marked(&outright, Branch::RoundAtDiscount, 132.5);
    let capped = with_conversion(outright.clone(), |c| c.cap = cap(1_200, CapBasis::PreMoney));
    let shares = OWED / 1.2;
    assert_marked(&capped, Branch::RoundAtCap, shares / (1_000.0 + shares) * 2_000.0);
    // hand-worked: a note that does not convert stands beside shares worth 2,150, and is repaid in full
    assert_repaid(&with_conversion(outright, |c| c.qualified_financing = None));
}

#[test]
fn a_step_up_multiplies_the_last_post_money() {
    // hand-worked: 3 × (1,000 + 100 of the note) = 3,300 pre-money, 15 % of 3,000 new
    let mut scenario = in_round(|c| c.cap = cap(1_500, CapBasis::PreMoney));
    scenario.rounds.as_mut().unwrap().pre_money = PreMoney::StepUp(known(3_00));
    let shares = OWED / 1.5;
    assert_marked(&scenario, Branch::RoundAtCap, shares / (1_000.0 + shares) * 3_300.0);
}

#[test]
fn where_nothing_can_convert_new_money_still_buys() {
    // hand-worked: a company worth 10 and the note's 100 cannot give shares worth 132.5; the note stays debt.
    // The round brings 1.5, so on 2029-01-01 the company pays the 111.5 it is worth of the 118 it owes.
    let mut scenario = in_round(|_| {});
    scenario.company.value_today = known(10_00);
    let scenario = with_conversion(scenario, |c| c.qualified_financing = Some(cents(1_00)));
    assert_paid(&scenario, Branch::RepaidShort, "2029-01-01", Reason::Repayment, 111.5);
    assert_eq!(simulate(&scenario, 2).tally.infeasible, 2);
}
