//! The cap table under uncertainty: what a sale pays out is its price, rounds issue what they say, and a table of common
//! shares alone is none.

use super::cap_table::{series, table, with_table};
use super::rich::rich;
use super::safes::safe;
use super::*;
use crate::model::{
    AntiDilution, CapBasis, Capitalization, DividendKind, Dividends, Grant, IpoRatchet, MostFavoured,
    Participation, PayToPlay, PayToPlayRounds, PoolChange, Safe, Sale, ShareTerms, ValuationCap, Warrant,
};
use crate::number::Exact;
use crate::simulate::fixture::{costs, hazard, instrument};
use crate::simulate::{ClassId, Clause, cross_check};

/// Eight classes beside common: every clause of the table at work, and SAFEs, a note and warrants in it.
pub(in crate::simulate) fn crowded() -> Scenario {
    let mut scenario = crate::simulate::fixture::scenario();
    let dividends = |kind, kept_on_conversion| Dividends {
        rate: cents(8),
        kind,
        kept_on_conversion,
        within_participation_cap: false,
    };
    let first = ShareTerms {
        anti_dilution: AntiDilution::BroadWeightedAverage,
        dividends: Some(dividends(DividendKind::Simple, true)),
        ..ShareTerms::PREFERRED
    };
    let second = ShareTerms {
        participation: Participation::Capped(cents(2_00)),
        anti_dilution: AntiDilution::FullRatchet,
        dividends: Some(dividends(DividendKind::InKind, false)),
        ipo_ratchet: Some(IpoRatchet::OfIssuePrice(cents(1_20))),
        ..ShareTerms::PREFERRED
    };
    let mut series_a = series(80, ShareTerms { seniority: 1, ..first });
    series_a.pay_to_play = Some(PayToPlay {
        buys: cents(60),
        shares_per_common: Decimal::TWO,
        applies_in: PayToPlayRounds::Down,
    });
    let mut crowd = table(vec![series_a, series(90, second)]);
    crowd.preferred[1].name = "Series B".into();
    crowd.common[0].shares = cents(300_00);
    let grant = |shares, strike| Grant {
        name: "grant".into(),
        holder: "grant".into(),
        shares: cents(shares),
        strike: cents(strike),
    };
    crowd.options = vec![grant(60_00, 20), grant(30_00, 90)];
    crowd.warrants = vec![grant(10_00, 1_50)];
    crowd.pool = cents(100_00);
    scenario = with_table(scenario, crowd);
    let pricing = &mut scenario.rounds.as_mut().unwrap().pricing;
    pricing.series = ShareTerms { seniority: 0, ..second };
    pricing.pool = PoolChange::Unallocated(cents(8));
    pricing.shadow_series = false;
    scenario.sale_costs = costs(2, 6);
    scenario.sale = Some(Sale { clock: hazard(40), premium: Some(known(10)), ipo_instead: Vec::new() });
    let capped = |amount| Some(ValuationCap::of(known(amount), CapBasis::PostMoney));
    let mut add = |name: &str, kind, amount| {
        let mut more = instrument(kind);
        (more.name, more.valued) = (name.into(), false);
        more.tranches[0].amount = known(amount);
        scenario.instruments.push(more);
    };
    let elects = Safe { most_favoured: Some(MostFavoured::Best), ..safe(None, 10) };
    add("Early SAFE", Kind::Safe(elects), 20_00);
    add("Late SAFE", Kind::Safe(safe(capped(700_00), 0)), 30_00);
    let expires = Some(When::After(months(30)));
    add("Warrants", Kind::Warrant(Warrant { strike: known(1_10), expires }), 0);
    let count = scenario.instruments.len();
    scenario.instruments[count - 1].tranches[0].shares = Some(cents(40_00));
    scenario.instruments[1].tranches[0].outstanding_since = Some(day("2025-03-01"));
    scenario
}

#[test]
fn a_table_of_common_shares_alone_is_none_bit_for_bit() {
    for (name, scenario) in rich() {
        let mut tabled = scenario.clone();
        let all = crate::model::Holding {
            holder: "Founders".into(),
            shares: scenario.company.fully_diluted_shares,
        };
        tabled.company.capitalization =
            Some(Capitalization { common: vec![all], ..Capitalization::default() });
        let bits = |scenario: &Scenario| {
            let columns = simulate(scenario, 2_000).columns;
            [columns.present_value, columns.received, columns.ownership]
                .map(|column| column.iter().map(|value| value.to_bits()).collect::<Vec<_>>())
        };
        assert_eq!(bits(&tabled), bits(&scenario), "{name}");
    }
}

#[test]
fn preferred_shares_without_a_preference_are_common() {
    for (name, scenario) in rich() {
        let mut tabled = scenario.clone();
        let mut class = series(80, ShareTerms::COMMON);
        class.holders = vec![crate::model::Holding {
            holder: "Someone".into(),
            shares: scenario.company.fully_diluted_shares * cents(25),
        }];
        let rest = scenario.company.fully_diluted_shares * cents(75);
        let common = vec![crate::model::Holding { holder: "Founders".into(), shares: rest }];
        tabled.company.capitalization =
            Some(Capitalization { common, preferred: vec![class], ..Capitalization::default() });
        let (with, without) = (simulate(&tabled, 2_000).columns, simulate(&scenario, 2_000).columns);
        for (path, (a, b)) in with.received.iter().zip(&without.received).enumerate() {
            assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{name}, path {path}: {a} {b}");
        }
    }
}

#[test]
fn a_sale_pays_its_price_to_the_classes_the_management_and_the_advisers() {
    let plan = Plan::new(&crowded()).unwrap();
    let mut sales = 0;
    for path in 0..1_500 {
        let replay = replay(&plan, path);
        let Some(cost) = replay.notes.iter().find_map(|note| match note.clause {
            Clause::SaleCosts { price, fees, carve_out, left } => Some((price, fees, carve_out, left)),
            _ => None,
        }) else {
            continue;
        };
        let (price, fees, carve_out, left) = cost;
        let mut paid = fees + carve_out;
        for note in &replay.notes {
            match note.clause {
                Clause::Distributed { other_shares, per_share, .. } => paid += other_shares * per_share,
                Clause::ClassPaid { got, .. } => paid += got.payout,
                Clause::DividendsPaid { paid: dividends, .. } => paid += dividends,
                Clause::Waterfall { debt, equity } => paid += debt.payout + equity.payout,
                _ => {}
            }
        }
        // to the cent, and far beyond: some roundings in the 28th digit
        assert!((paid - price).to_f64().abs() < 1e-15 * price.to_f64(), "path {path}: {paid:?} of {price:?}");
        assert!((fees + carve_out + left - price).to_f64().abs() < 1e-15 * price.to_f64());
        sales += 1;
    }
    assert!(sales > 900, "{sales}");
}

#[test]
fn rounds_issue_what_they_say_and_touch_nobody_elses_common_shares() {
    let plan = Plan::new(&crowded()).unwrap();
    let mut rounds = 0;
    for path in 0..500 {
        let notes = replay(&plan, path).notes;
        for (place, note) in notes.iter().enumerate() {
            let Clause::Priced { shares_before, new_shares, pool_increase, total_shares, .. } = note.clause
            else {
                continue;
            };
            let here = notes[place..].iter().take_while(|other| other.t.total_cmp(&note.t).is_eq());
            let sum = |f: &dyn Fn(&Clause<Exact>) -> Exact| {
                here.clone().fold(Exact::ZERO, |sum, note| sum + f(&note.clause))
            };
            if !here.clone().any(|note| matches!(note.clause, Clause::ClassInRound { .. })) {
                continue;
            }
            let before = sum(&|clause| match clause {
                Clause::ClassInRound { before, .. } => *before,
                _ => Exact::ZERO,
            });
            let after = sum(&|clause| match clause {
                Clause::ClassInRound { after, .. } => *after,
                _ => Exact::ZERO,
            });
            let growth = |id: fn(&ClassId) -> bool| {
                sum(&|clause| match clause {
                    Clause::ClassInRound { class, before, after } if id(class) => *after - *before,
                    _ => Exact::ZERO,
                })
            };
            let became_common = sum(&|clause| match clause {
                Clause::PaidToPlay { common, .. } => *common,
                _ => Exact::ZERO,
            });
            let converted = sum(&|clause| match clause {
                Clause::Converted { shares, .. } => *shares,
                _ => Exact::ZERO,
            });
            let old = growth(|id| matches!(id, ClassId::Preferred(_) | ClassId::Round(_))) - new_shares;
            let near = |a: Exact, b: Exact| (a - b).to_f64().abs() < 1e-12 * total_shares.to_f64();
            assert!(near(before, shares_before), "path {path}");
            assert!(near(growth(|id| *id == ClassId::Pool), pool_increase), "path {path}");
            assert!(near(growth(|id| *id == ClassId::Common), became_common), "path {path}");
            assert!(near(growth(|id| matches!(id, ClassId::Tranche(_))), converted), "path {path}");
            // the round's own count, then what its price gives to those protected or takes from those who do not pay
            assert!(near(after, total_shares + old + became_common), "path {path}");
            rounds += 1;
        }
    }
    assert!(rounds > 600, "{rounds}");
}

#[test]
fn fast_arithmetic_agrees_with_exact_decimals_on_a_crowded_table() {
    let check = cross_check(&Plan::new(&crowded()).unwrap(), 2_000, 2_000);
    assert_eq!((check.compared, check.out_of_range), (2_000, 0));
    assert!(check.worst_difference < 1e-12, "{check:?}");
}
