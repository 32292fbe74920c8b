//! Terms of single tranches, caps under a condition, a stake held already, and choices before it is known who can pay;
//! without uncertainty but where it is the point.

use super::*;
use crate::model::{
    AtMaturity, CapAmount, CapBasis, Failure, Gate, InterestPayment, NonQualified, OwnCap, Sale, SalePay,
    Tranche, ValuationCap,
};
use crate::random::family::Discrete;

/// 100 at closing and 50 on 2027-01-01, and a round raising 150 on 2027-07-01, when the company is worth 1,150.
fn two(change: impl FnOnce(&mut Tranche)) -> Scenario {
    let mut scenario = with_conversion(certain(), |c| {
        c.into.preference = Decimal::ZERO;
        c.cap = None;
    });
    scenario.rounds = Some(round_on("2027-07-01"));
    let mut second = scenario.instruments[0].tranches[0].clone();
    (second.name, second.amount) = ("second".into(), known(50_00));
    second.gates = vec![Gate::Date(When::On(day("2027-01-01")))];
    change(&mut second);
    scenario.instruments[0].tranches.push(second);
    scenario
}

/// What the tranches owe in the round, 546 and 181 days on.
const FIRST: f64 = 100.0 + 6.0 * 546.0 / 365.0;
const SECOND: f64 = 50.0 + 3.0 * 181.0 / 365.0;

#[track_caller]
fn assert_two(scenario: &Scenario, marks: [f64; 2]) {
    let flows = [
        ("2026-01-01", Reason::Funding, -100.0),
        ("2027-01-01", Reason::Funding, -50.0),
        ("2031-01-01", Reason::HorizonMark, marks[0]),
        ("2031-01-01", Reason::HorizonMark, marks[1]),
    ];
    assert_cash(scenario, &flows);
}

#[test]
fn a_tranche_may_have_interest_and_discount_of_its_own() {
    // hand-worked: shares bought at a discount are worth the claim over what it leaves; the first has 20 % off
    let discount = two(|second| second.own.discount = Some(vec![(months(0), cents(40))]));
    assert_two(&discount, [FIRST / 0.8, SECOND / 0.6]);
    // hand-worked: 12 % of 50 for 181 days
    let rate = two(|second| second.own.interest_rate = Some(known(12)));
    assert_two(&rate, [FIRST / 0.8, (50.0 + 6.0 * 181.0 / 365.0) / 0.8]);
}

#[test]
fn a_tranche_may_have_a_cap_of_its_own_or_none() {
    // hand-worked: 550 over 1,000 shares is 0.55 a share; the price P of the others solves
    // 1,000 P + first/0.8 + second/0.55 P = 1,150
    let shares = SECOND / 0.55;
    let price = (1_150.0 - FIRST / 0.8) / (1_000.0 + shares);
    let cap = ValuationCap::of(known(550_00), CapBasis::PreMoney);
    assert_two(&two(|second| second.own.cap = OwnCap::Own(cap.clone())), [FIRST / 0.8, shares * price]);
    // hand-worked: the other way round, 0.55 a share for the first alone
    let shares = FIRST / 0.55;
    let price = (1_150.0 - SECOND / 0.8) / (1_000.0 + shares);
    let scenario = with_conversion(two(|second| second.own.cap = OwnCap::None), |c| c.cap = Some(cap));
    assert_two(&scenario, [shares * price, SECOND / 0.8]);
}

#[test]
fn a_cap_set_at_funding_is_a_multiple_of_the_value_then() {
    // hand-worked: the company is worth 1,000 before the first 100, and 1,100 before the 50: caps of 500 and 550,
    // 0.50 and 0.55 a share
    let scenario = with_conversion(two(|_| {}), |c| {
        c.cap = Some(ValuationCap {
            amount: CapAmount::OfValueAtFunding(known(50)),
            ..ValuationCap::of(known(0), CapBasis::PreMoney)
        });
    });
    let shares = [FIRST / 0.5, SECOND / 0.55];
    let price = 1_150.0 / (1_000.0 + shares[0] + shares[1]);
    assert_two(&scenario, shares.map(|shares| shares * price));
}

#[test]
fn a_conditional_cap_is_in_force_below_its_level_only() {
    // hand-worked: on 2027-01-01 the note owes 106 and the round's pre-money value is 1,100, which is not below
    // itself; 700 over 1,000 shares is 0.70 a share. At maturity, 2029-01-01, the value of 1,100 takes its place.
    let below = |level: i64, round: bool| {
        let mut scenario = with_conversion(certain(), |c| {
            let cap = ValuationCap::of(known(700_00), CapBasis::PreMoney);
            c.cap = Some(ValuationCap { only_below: Some(cents(level)), ..cap });
            c.discount.clear();
            c.into.preference = Decimal::ZERO;
        });
        scenario.rounds = round.then(|| round_on("2027-01-01"));
        with_debt(scenario, |debt| debt.maturity.as_mut().unwrap().then = AtMaturity::Convert)
    };
    let worth = |shares: f64| shares / (1_000.0 + shares) * 1_100.0;
    assert_marked(&below(1_100_00, true), Branch::RoundAtPrice, 106.0);
    assert_marked(&below(1_100_01, true), Branch::RoundAtCap, worth(106.0 / 0.7));
    let owed = 100.0 + 6.0 * 1096.0 / 365.0;
    assert_marked(&below(1_100_00, false), Branch::MaturityConversion, owed);
    assert_marked(&below(1_100_01, false), Branch::MaturityConversion, worth(owed / 0.7));
}

#[test]
fn a_conditional_cap_counts_in_a_sale_too() {
    // hand-worked: sold at 1,100 on 2028-01-01, owing 112 of which 100 is claimed once; 500 over 1,000 shares is
    // 0.50 a share: 224 of 1,224 shares
    let below = |level: i64| {
        let mut scenario = with_conversion(certain(), |c| {
            let cap = ValuationCap::of(known(500_00), CapBasis::PreMoney);
            c.cap = Some(ValuationCap { only_below: Some(cents(level)), ..cap });
        });
        scenario.sale = Some(Sale { clock: on("2028-01-01"), premium: None, ipo_instead: Vec::new() });
        with_debt(scenario, |debt| {
            debt.change_of_control.pays = SalePay::Principal { multiple: Decimal::ONE, plus_interest: true };
        })
    };
    let (date, reason) = ("2028-01-01", Reason::SaleProceeds);
    assert_paid(&below(1_100_00), Branch::SalePaid, date, reason, 112.0);
    assert_paid(&below(1_100_01), Branch::SaleAsConverted, date, reason, 1_100.0 * 224.0 / 1_224.0);
}

#[test]
fn a_multiple_may_apply_to_principal_and_interest() {
    // hand-worked: two years of 6 % on 100 make 112; 2x of both is 224, 2x of the principal plus interest 212
    let pays = |pays: SalePay| {
        let mut scenario = with_conversion(certain(), |c| c.cap = None);
        scenario.sale = Some(Sale { clock: on("2028-01-01"), premium: None, ipo_instead: Vec::new() });
        with_debt(scenario, |debt| debt.change_of_control.pays = pays)
    };
    let multiple = Decimal::TWO;
    for (terms, amount) in [
        (SalePay::PrincipalAndInterest { multiple }, 224.0),
        (SalePay::Principal { multiple, plus_interest: true }, 212.0),
    ] {
        assert_paid(&pays(terms), Branch::SalePaid, "2028-01-01", Reason::SaleProceeds, amount);
    }
}

/// A stake of 5 % beside the note, and a limit of 10 %; the note converts at maturity at a cap of 500.
fn limited(rounds: Option<Rounds>) -> Scenario {
    let mut scenario = with_conversion(certain(), |c| {
        c.qualified_financing = Some(cents(1_000_000_00));
        c.non_qualified = NonQualified::Stays;
        c.cap = Some(ValuationCap::of(known(500_00), CapBasis::PreMoney));
        c.into.preference = Decimal::ZERO;
        c.ownership_limit = Some(cents(10));
    });
    scenario.deal.existing_stake = cents(5);
    scenario.rounds = rounds;
    with_debt(scenario, |debt| debt.maturity.as_mut().unwrap().then = AtMaturity::Convert)
}

#[test]
fn a_stake_held_already_counts_towards_the_limit_and_not_as_payoff() {
    // hand-worked: 50 of 1,000 shares are held; n more with 50 + n = 10 % of 1,000 + n are 50/0.9, each bought at
    // 0.50. What the limit leaves of the 118.02 is repaid, and only the new shares are marked.
    let owed = 100.0 + 6.0 * 1096.0 / 365.0;
    let shares = 50.0 / 0.9;
    let rest = owed - 0.5 * shares;
    let mark = shares / (1_000.0 + shares) * (1_100.0 - rest);
    let flows = |rest, mark| {
        [
            ("2026-01-01", Reason::Funding, -100.0),
            ("2029-01-01", Reason::Repayment, rest),
            ("2031-01-01", Reason::HorizonMark, mark),
        ]
    };
    assert_cash(&limited(None), &flows(rest, mark));
    // hand-worked: a round of 150 on 2027-01-01 at (1,100 − 106)/1,000 a share dilutes the 50 and leaves more room
    let total = 1_000.0 + 150.0 / 0.994;
    let shares = (0.1 * total - 50.0) / 0.9;
    let rest = owed - 500.0 / total * shares;
    let mark = shares / (total + shares) * (1_250.0 - rest);
    assert_cash(&limited(Some(round_on("2027-01-01"))), &flows(rest, mark));
    // a stake of the investor's does not limit somebody else
    let mut other = limited(None);
    let valued = other.instruments[0].clone();
    other.instruments[0].holder = "Somebody else".into();
    other.instruments[0].valued = false;
    (other.deal.existing_stake, other.instruments[0].name) = (cents(9), "Other".into());
    let mut without = other.clone();
    without.deal.existing_stake = Decimal::ZERO;
    let plain = with_conversion(certain(), |_| {});
    let mut cash = plain.instruments[0].clone();
    cash.name = valued.name;
    (other.instruments, without.instruments) =
        (vec![other.instruments[0].clone(), cash.clone()], vec![without.instruments[0].clone(), cash]);
    let received = |scenario: &Scenario| replay(&Plan::new(scenario).unwrap(), 0).flows;
    assert_eq!(received(&other), received(&without));
}

/// Due on 2029-01-01 with a choice; a company that can pay with a chance, and a recovery of 30 %.
fn chooses(percent: i64, cap: Option<i64>, change: impl FnOnce(&mut Debt)) -> Scenario {
    let scenario = with_conversion(certain(), |c| {
        c.cap = cap.map(|cap| ValuationCap::of(known(cap * 100), CapBasis::PreMoney));
        c.into.preference = Decimal::ZERO;
    });
    let mut scenario = with_debt(scenario, |debt| {
        let maturity = debt.maturity.as_mut().unwrap();
        (maturity.then, maturity.can_pay) = (AtMaturity::HolderChooses, Some(known(percent)));
        change(debt);
    });
    scenario.failure = Some(Failure { clock: crate::simulate::fixture::hazard(0), recovery: known(30) });
    scenario
}

fn converted(scenario: &Scenario) -> u64 {
    simulate(scenario, 1_000).tally.tranches[0].count[Branch::MaturityConversion as usize]
}

#[test]
fn a_holder_weighs_repayment_by_the_chance_of_it() {
    // hand-worked: 118.02 is owed. At a cap of 983 the shares are worth 117.91, at no cap the 118.02 that convert;
    // with a chance of 90 % and 30 % else, repayment is worth 0.93 × 118.02 = 109.76.
    assert_eq!(converted(&chooses(100, Some(983), |_| {})), 0);
    assert_eq!(converted(&chooses(90, Some(983), |_| {})), 1_000);
    assert_eq!(converted(&chooses(100, None, |_| {})), 0);
    assert_eq!(converted(&chooses(90, None, |_| {})), 1_000);
}

#[test]
fn a_holder_does_not_know_whether_the_company_can_pay() {
    // hand-worked: with interest waived 100 converts into shares worth 100. At 90 % repayment is worth 109.76 and
    // nobody converts, though one in ten defaults; at 50 % it is worth 0.65 × 118.02 = 76.71 and everybody does.
    let waives = |debt: &mut Debt| debt.interest.payment = InterestPayment::WaivedOnConversion;
    let outcomes = simulate(&chooses(90, None, waives), 1_000);
    let count = |branch: Branch| outcomes.tally.tranches[0].count[branch as usize];
    assert_eq!(count(Branch::MaturityConversion), 0);
    assert_frequency("default", count(Branch::MaturityDefault), 1_000, 0.1);
    assert_eq!(converted(&chooses(50, None, waives)), 1_000);
}

#[test]
fn a_holder_expects_the_mean_of_an_uncertain_recovery() {
    // hand-worked: all or nothing, even odds: at a chance of 50 % repayment is worth 0.75 × 118.02 = 88.51 < 100
    let mut scenario = chooses(50, None, |debt| debt.interest.payment = InterestPayment::WaivedOnConversion);
    let law = Discrete::new(&[(0.0, 0.5), (1.0, 0.5)]).unwrap();
    let recovery = drawn(&mut scenario, "recovery", law, Unit::Fraction);
    scenario.failure = Some(Failure { clock: crate::simulate::fixture::hazard(0), recovery });
    assert_eq!(converted(&scenario), 1_000);
}
