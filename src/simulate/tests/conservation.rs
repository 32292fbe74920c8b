//! Cash: what the ledger says is what the clauses say, and what is paid out is what there is.

use super::rich::rich;
use super::*;
use crate::model::{CapBasis, Equity, EquityPrice, Participation, Sale, ShareTerms, ValuationCap};
use crate::number::Exact;
use crate::simulate::fixture::{hazard, instrument};
use crate::simulate::{Clause, EventKind, cross_check};

#[test]
fn every_payment_is_what_its_clause_says() {
    for (name, scenario) in rich() {
        let plan = Plan::new(&scenario).unwrap();
        for path in 0..1_500 {
            let replay = replay(&plan, path);
            let due: Vec<(f64, usize, Exact)> = replay
                .notes
                .iter()
                .filter_map(|note| {
                    let amount = match note.clause {
                        Clause::Funded { amount, .. } => -amount,
                        Clause::InterestPaid { interest, .. } => interest,
                        Clause::Repaid { paid, .. }
                        | Clause::Defaulted { paid, .. }
                        | Clause::Failed { paid, .. } => paid,
                        Clause::SharesSold { shares, price, .. } => shares * price,
                        Clause::Waterfall { debt, equity } => debt.payout + equity.payout,
                        _ => return None,
                    };
                    Some((note.t, note.tranche?, amount))
                })
                .collect();
            let paid: Vec<(f64, usize, Exact)> =
                replay.flows.iter().map(|flow| (flow.t, flow.tranche, flow.amount)).collect();
            assert_eq!(due, paid, "{name}, path {path}");
            // and the result is their sum over the investor's own
            let valued = |tranche: &usize| plan.exact_terms.is_valued(*tranche);
            let sum = paid
                .iter()
                .filter(|(_, tranche, _)| valued(tranche))
                .fold(Exact::ZERO, |sum, flow| sum + flow.2);
            let net = replay.exact.received - replay.exact.invested;
            // the order of addition, in the 28th digit
            assert!((sum - net).to_f64().abs() < 1e-20, "{name}, path {path}");
        }
    }
}

#[test]
fn claims_are_principal_and_interest_by_the_calendar() {
    // Independent arithmetic in f64: 100 at 6 % simple, act/365, from the day of funding. Claims at conversion,
    // repayment and failure; a note without tranches converts or is repaid as a whole.
    let mut scenario = crate::simulate::fixture::scenario();
    scenario.sale = Some(Sale { clock: hazard(10), premium: None, ipo_instead: Vec::new() });
    let plan = Plan::new(&scenario).unwrap();
    let mut seen = 0;
    for path in 0..1_000 {
        for note in replay(&plan, path).notes {
            if let Clause::Converted { claim, .. }
            | Clause::Repaid { claim, .. }
            | Clause::Failed { claim, .. } = note.clause
            {
                let days = f64::from(day_of(Day(0), note.t).0);
                assert!((claim.to_f64() - (100.0 + 6.0 * days / 365.0)).abs() < 1e-9, "path {path}");
                seen += 1;
            }
        }
    }
    assert!(seen > 800, "{seen}");
}

#[test]
fn a_sale_pays_out_its_price_and_no_more() {
    // The investor's notes, one senior to the other, participating preferred, and an instrument that buys all but a
    // billionth of the rest at the start for next to nothing. The price is the event's, times what the fundings
    // have added to the value: (1 + amount/value) for each.
    let mut scenario = crate::simulate::fixture::scenario();
    scenario.rounds = None;
    scenario.failure = None;
    scenario.sale = Some(Sale { clock: hazard(60), premium: Some(known(15)), ipo_instead: Vec::new() });
    scenario = with_debt(scenario, |debt| debt.maturity = None);
    let common = |participation, preference, price| {
        Kind::Equity(Equity {
            terms: ShareTerms { preference, participation, seniority: 0, ..ShareTerms::PREFERRED },
            price,
        })
    };
    let mut senior = scenario.instruments[0].clone();
    senior.name = "Post-money note".into();
    if let Kind::Debt(debt) = &mut senior.kind {
        debt.seniority = 3;
        let conversion = debt.conversion.as_mut().unwrap();
        conversion.cap = Some(ValuationCap::of(known(700_00), CapBasis::PostMoney));
    }
    let mut everyone =
        instrument(common(Participation::None, Decimal::ZERO, EquityPrice::PreMoney(precise(1e-6))));
    everyone.name = "Everyone else".into();
    everyone.tranches[0].amount = precise(1_000.0);
    let mut preferred =
        instrument(common(Participation::Capped(cents(3_00)), Decimal::TWO, EquityPrice::AtFunding));
    preferred.name = "Preferred".into();
    scenario.instruments = vec![everyone, preferred, senior, scenario.instruments.remove(0)];
    let plan = Plan::new(&scenario).unwrap();
    let mut sales = 0;
    for path in 0..2_000 {
        let replay = replay(&plan, path);
        let Some(sale) = replay.events.last().filter(|event| event.kind == EventKind::Sale) else { continue };
        let mut factor = Exact::ONE;
        let (mut paid, mut per_share_of_rest) = (Exact::ZERO, Exact::ZERO);
        for note in &replay.notes {
            match note.clause {
                Clause::Funded { amount, company_value } => {
                    factor = factor * (Exact::ONE + amount.div_or(company_value, Exact::ZERO));
                }
                Clause::Waterfall { debt, equity } => paid += debt.payout + equity.payout,
                Clause::Distributed { per_share, .. } => per_share_of_rest = per_share,
                _ => {}
            }
        }
        let price = Exact::from_f64(sale.value) * factor;
        let all = paid + per_share_of_rest * Exact::from_i64(1_000);
        assert!((all - price).to_f64().abs() < 1e-9, "path {path}: {all:?} of {price:?}");
        sales += 1;
    }
    assert!(sales > 1_500, "{sales}");
}

#[test]
fn fast_arithmetic_agrees_with_exact_decimals() {
    for (name, scenario) in rich() {
        let check = cross_check(&Plan::new(&scenario).unwrap(), 2_000, 2_000);
        assert_eq!((check.compared, check.out_of_range), (2_000, 0), "{name}");
        assert!(check.worst_difference < 1e-12, "{name}: {check:?}");
    }
}

#[test]
fn branches_of_every_tranche_add_up_to_the_paths_and_to_the_mean() {
    for (name, scenario) in rich() {
        let paths = 3_000;
        let outcomes = simulate(&scenario, paths);
        let plan = Plan::new(&scenario).unwrap();
        let mut value = 0.0;
        for (index, tranche) in outcomes.tally.tranches.iter().enumerate() {
            assert_eq!(tranche.count.iter().sum::<u64>(), paths, "{name}");
            let timed: u64 =
                Branch::ALL.iter().map(|branch| *tranche.cumulated(*branch).last().unwrap()).sum();
            assert_eq!(timed, paths, "{name}");
            if plan.terms.is_valued(index) {
                value += tranche.value.iter().map(|sums| sums.sum).sum::<f64>();
            }
        }
        let sum: f64 = outcomes.columns.present_value.iter().sum();
        // some thousands of roundings of sums of this size
        assert!((value - sum).abs() < 1e-9 * paths as f64 * 100.0, "{name}: {value} {sum}");
    }
}
