//! Terms of single tranches, caps under a condition, a stake held already: in the deal retold and on a path.

use super::life::milestone;
use super::path::{no_round, one_round, says};
use super::{text, told};
use crate::model::{
    AtMaturity, CapAmount, CapBasis, Clock, Failure, Gate, Kind, MilestoneKind, OwnCap, OwnTerms, Sale,
    SalePay, Scenario, ValuationCap, When,
};
use crate::number::Decimal;
use crate::quantity::Span;
use crate::simulate::fixture::{after, cents, hazard, instrument, known, note, scenario};

const NOTE: &str = "Instrument: Note";

fn with_cap(cap: ValuationCap) -> Scenario {
    let mut deal = scenario();
    let mut debt = note();
    debt.conversion.as_mut().unwrap().cap = Some(cap);
    deal.instruments = vec![instrument(Kind::Debt(debt))];
    deal
}

#[test]
fn caps_set_at_funding_and_caps_under_a_condition() {
    let deal = with_cap(ValuationCap {
        amount: CapAmount::OfValueAtFunding(known(1_20)),
        only_below: Some(cents(4_00)),
        ..ValuationCap::of(known(0), CapBasis::PostMoney)
    });
    told(
        &deal,
        NOTE,
        "It converts at the lower of two prices: 20% off the round's price; or the cap, 1.2x the company's value when the \
         tranche is funded over all fully diluted shares with everything that converts (post-money), and in force only \
         where the pre-money valuation (without a round: the company's value) is below $4. The discount does not come off \
         the cap price.",
    );
}

#[test]
fn a_tranche_tells_its_own_terms() {
    let mut deal = scenario();
    let tranche = &mut deal.instruments[0].tranches[0];
    tranche.own = OwnTerms {
        interest_rate: Some(known(7)),
        discount: Some(vec![(Span::default(), cents(25))]),
        cap: OwnCap::None,
    };
    let start = "Tranche 1 of 1, \"tranche 1\": $100, at closing, on 2026-01-01. It is funded without anyone's decision. It \
                 has terms of its own:";
    told(&deal, NOTE, &format!("{start} interest of 7% a year, 25% off the round's price and no cap."));
    let cap = ValuationCap::of(known(700_00), CapBasis::PreMoney);
    deal.instruments[0].tranches[0].own = OwnTerms { cap: OwnCap::Own(cap), ..OwnTerms::default() };
    let line = "a cap of $700 over the fully diluted shares before anything converts (pre-money).";
    told(&deal, NOTE, &format!("{start} {line}"));
}

#[test]
fn a_stake_held_already() {
    let mut deal = scenario();
    assert!(!text(&deal).contains("already"));
    deal.deal.existing_stake = cents(15);
    told(
        &deal,
        "The deal",
        "Investor holds 15% of today's fully diluted shares already: they count towards an ownership limit, and are not \
         valued here.",
    );
}

#[test]
fn a_multiple_of_principal_and_interest() {
    let pays = SalePay::PrincipalAndInterest { multiple: Decimal::TWO };
    let mut deal = no_round(|debt| {
        (debt.change_of_control.pays, debt.change_of_control.or_as_converted) = (pays, false);
    });
    told(
        &deal,
        NOTE,
        "If the company is sold while it is open, it is paid 2x of principal and accrued interest together, in total; it \
         cannot take a share of the proceeds instead.",
    );
    deal.sale = Some(Sale { clock: after(24), premium: None, ipo_instead: Vec::new() });
    // hand-worked: two years of 6 % on 100
    says(&deal, "its claim of $224.00 = 2x × ($100.00 + $12.00)");
}

#[test]
fn a_cap_that_does_not_apply_says_why() {
    // hand-worked: the note's 100 make the company worth 1,100
    let deal = one_round(|debt| {
        let cap = ValuationCap::of(known(500_00), CapBasis::PreMoney);
        debt.conversion.as_mut().unwrap().cap =
            Some(ValuationCap { only_below: Some(cents(1_000_00)), ..cap });
    });
    says(&deal, "The cap of Note does not apply: the valuation of $1,100.00 is not below $1,000.00.");
}

#[test]
fn a_cap_set_at_funding_says_so_on_a_path() {
    // hand-worked: half of the 1,000 the company is worth before the note's money, over 1,000 shares
    let deal = one_round(|debt| {
        debt.conversion.as_mut().unwrap().cap = Some(ValuationCap {
            amount: CapAmount::OfValueAtFunding(known(50)),
            ..ValuationCap::of(known(0), CapBasis::PreMoney)
        });
    });
    says(
        &deal,
        "$0.50 (cap $500.00 / 1,000 shares before), the cap being the stated multiple of the company's value when the \
         tranche was funded: 212 shares",
    );
}

#[test]
fn a_holder_who_may_not_be_paid_compares_what_it_may_expect() {
    // hand-worked: 118.016438 is owed after 1,096 days; 30 % of it is 35.404932; 0.9 and 0.1 of them are 109.755288.
    // At 0.80 a share 147.520548 of 1,147.520548 shares are worth 141.411.
    let mut deal = no_round(|debt| {
        let maturity = debt.maturity.as_mut().unwrap();
        (maturity.then, maturity.can_pay) = (AtMaturity::HolderChooses, Some(known(90)));
    });
    deal.failure = Some(Failure { clock: hazard(0), recovery: known(30) });
    says(
        &deal,
        "Note may expect $109.76 = 90% × $118.02 repaid + 10% × $35.40 recovered, or get shares worth $141.41: it \
         converts.",
    );
    told(
        &deal,
        NOTE,
        "The company can pay with probability 90%; if it cannot, lenders get the same part of their claim as at a failure. \
         The holder does not know which when choosing, and weighs repayment by that probability.",
    );
}

#[test]
fn a_tranche_whose_milestone_is_missed_says_so() {
    let mut deal = no_round(|_| {});
    let mut missed = milestone("first", "First gigawatt");
    missed.kind = MilestoneKind::Timed(Clock { probability: Some(known(0)), ..after(6) });
    missed.deadline = Some(When::After(Span::of_months(12)));
    deal.milestones = vec![missed];
    let mut second = deal.instruments[0].tranches[0].clone();
    (second.name, second.gates) = ("b".into(), vec![Gate::Milestone(0)]);
    deal.instruments[0].tranches.push(second);
    says(&deal, "2027-01-01 Note, b lapses: a milestone it waits for is missed or no longer stands.");
}
