//! Rights beside the price: most favoured nation, pro rata, and the rounding of a closing.

use super::Deals;
use super::round::{Deal, deal};
use crate::contract::{
    Cap, ConversionTerms, Converting, LegalRounding, MfnPolicy, PriceBasis, RightsOnTop, RoundError,
    RoundTerm, RoundTerms, RoundedHoldings, mfn_election, price_round, price_round_with_best_election,
    price_round_with_rights, round_legally,
};
use crate::number::{Amount, Exact, Rounding};

const NONE: Exact = Exact::ZERO;

fn plain(cap: Cap<f64>, discount: f64) -> ConversionTerms<f64> {
    ConversionTerms { discount, cap, stacked: false }
}

fn instrument(amount: f64, terms: ConversionTerms<f64>) -> Converting<f64> {
    Converting { amount, terms, limited: false }
}

/// 8m shares at 12m pre-money with 3m new: an MFN SAFE of 0.5m beside one at a cap of 10m and one at 20% off.
fn mfn_round() -> (RoundTerms<f64>, [Converting<f64>; 3]) {
    let converting = [
        instrument(0.5e6, plain(Cap::None, 0.0)),
        instrument(1e6, plain(Cap::PostMoney(10e6), 0.0)),
        instrument(1e6, plain(Cap::None, 0.2)),
    ];
    (RoundTerms::new(8e6, 12e6, 3e6), converting)
}

#[test]
fn the_lowest_cap_is_not_always_the_best_election() {
    // hand-worked: the cap gives 0.5/10 of the 80% that new money leaves, 4%; the discount 0.5/(0.8 · 15m)
    let (terms, mut converting) = mfn_round();
    let later = [converting[1].terms, converting[2].terms];
    assert_eq!(mfn_election(&converting[0].terms, &later, MfnPolicy::LowestCap), Some(0));
    let (mut shares, mut basis) = ([0.0; 3], [PriceBasis::default(); 3]);
    let mut owned = |converting: &[Converting<f64>]| {
        let round = price_round(&terms, converting, None, &mut shares, &mut basis).unwrap();
        shares[0] / round.total_shares
    };
    for (election, expected) in [(None, 0.5 / 15.0), (Some(0), 0.04), (Some(1), 0.5 / 12.0)] {
        let mut elected = converting;
        elected[0].terms = election.map_or(converting[0].terms, |place: usize| later[place]);
        assert!((owned(&elected) - expected).abs() < 1e-14, "{election:?}");
    }
    let (mut shares, mut basis) = ([0.0; 3], [PriceBasis::default(); 3]);
    let (round, elected) =
        price_round_with_best_election(&terms, &mut converting, None, 0, &later, &mut shares, &mut basis)
            .unwrap();
    assert_eq!(elected, Some(1));
    assert!((shares[0] / round.total_shares - 0.5 / 12.0).abs() < 1e-14);
    assert_eq!(converting[0].terms, later[1]);
}

#[test]
fn elections_take_later_terms_whole_or_not_at_all() {
    let own = plain(Cap::PostMoney(8e6), 0.0);
    let later = [plain(Cap::PostMoney(9e6), 0.2), plain(Cap::PreMoney(5e6), 0.0), plain(Cap::None, 0.3)];
    assert_eq!(mfn_election(&own, &later, MfnPolicy::LowestCap), None);
    assert_eq!(mfn_election(&plain(Cap::None, 0.0), &later, MfnPolicy::LowestCap), Some(0));
    assert_eq!(mfn_election(&own, &later, MfnPolicy::Never), None);
    assert_eq!(mfn_election(&own, &later, MfnPolicy::Elect(2)), Some(2));
    assert_eq!(mfn_election(&own, &later, MfnPolicy::Elect(3)), None);
    assert_eq!(mfn_election::<f64>(&own, &[], MfnPolicy::LowestCap), None);
}

#[test]
fn the_best_election_owns_no_less_than_any_other() {
    let mut deals = Deals::new(31);
    let mut elected_later = 0;
    for _ in 0..1500 {
        let Deal { terms, converting, .. } = deal(&mut deals);
        if converting.len() < 2 {
            continue;
        }
        let later: Vec<_> = converting[1..].iter().map(|each| each.terms).collect();
        let (mut shares, mut basis) =
            (vec![NONE; converting.len()], vec![PriceBasis::default(); converting.len()]);
        let mut best = converting.clone();
        let result =
            price_round_with_best_election(&terms, &mut best, None, 0, &later, &mut shares, &mut basis);
        let Ok((round, election)) = result else { continue };
        elected_later += u32::from(election.is_some());
        let most = shares[0].div_or(round.total_shares, NONE);
        for terms_of in later.iter().chain([&converting[0].terms]) {
            best[0].terms = *terms_of;
            if let Ok(round) = price_round(&terms, &best, None, &mut shares, &mut basis) {
                assert!(shares[0].div_or(round.total_shares, NONE) <= most);
            }
        }
    }
    assert!(elected_later > 200, "{elected_later}");
}

#[test]
fn a_cap_may_end_at_a_valuation() {
    let cap = Cap::PostMoney(10e6);
    assert_eq!(cap.in_rounds_below(20e6, 19e6), cap);
    assert_eq!(cap.in_rounds_below(20e6, 20e6), Cap::None);
    assert_eq!(cap.in_rounds_below(20e6, f64::NAN), Cap::None);
}

#[test]
fn a_right_on_top_of_the_round_adds_money_at_its_price() {
    // hand-worked: a SAFE that owns a tenth of 10m shares at 2 each may buy a tenth of the 2.5m sold for 5m
    let terms = RoundTerms::new(9e6, 20e6, 5e6);
    let safe = [instrument(1e6, plain(Cap::PostMoney(10e6), 0.0))];
    let (mut shares, mut basis, mut bought) = ([0.0], [PriceBasis::default()], [0.0]);
    let result = price_round_with_rights(
        &terms,
        &safe,
        None,
        RightsOnTop { converting: &[1.0], outstanding: 0.0 },
        &mut shares,
        &mut basis,
        &mut bought,
    );
    let priced = result.unwrap();
    assert!((priced.on_top - 0.5e6).abs() < 1e-6);
    assert!((bought[0] - 250_000.0).abs() < 1e-6);
    assert!((priced.round.price - 2.0).abs() < 1e-12);
    assert!((priced.round.total_shares - 12.75e6).abs() < 1e-5);
}

#[test]
fn shares_outstanding_have_rights_on_top_too() {
    // hand-worked: a holder of 3m of the 10m shares (a SAFE has the tenth million) buys 0.3 of the 2.5m sold for 5m
    let terms = RoundTerms::new(9e6, 20e6, 5e6);
    let safe = [instrument(1e6, plain(Cap::PostMoney(10e6), 0.0))];
    let (mut shares, mut basis, mut bought) = ([0.0], [PriceBasis::default()], [0.0]);
    let rights = RightsOnTop { converting: &[0.0], outstanding: 3e6 };
    let priced =
        price_round_with_rights(&terms, &safe, None, rights, &mut shares, &mut basis, &mut bought).unwrap();
    assert!((priced.per_share * 3e6 - 750_000.0).abs() < 1e-6);
    assert!((priced.on_top - 1.5e6).abs() < 1e-6);
    assert!((priced.round.total_shares - 13.25e6).abs() < 1e-5);
    let too_many = RightsOnTop { outstanding: 9.1e6, ..rights };
    let refused =
        price_round_with_rights(&terms, &safe, None, too_many, &mut shares, &mut basis, &mut bought);
    assert_eq!(refused, Err(RoundError::Term(RoundTerm::NewMoney)));
}

#[test]
fn rights_on_top_settle_in_any_round_that_closes() {
    let mut deals = Deals::new(32);
    let mut settled = 0;
    for i in 0..1500 {
        let Deal { terms, converting, .. } = deal(&mut deals);
        let count = converting.len();
        let (mut shares, mut basis, mut bought) =
            (vec![NONE; count], vec![PriceBasis::default(); count], vec![NONE; count]);
        let used: Vec<_> = (0..count).map(|_| deals.hundredths(0, 100)).collect();
        let rights =
            RightsOnTop { converting: &used, outstanding: terms.outstanding * deals.hundredths(0, 100) };
        if price_round(&terms, &converting, None, &mut shares, &mut basis).is_err() {
            continue;
        }
        let result =
            price_round_with_rights(&terms, &converting, None, rights, &mut shares, &mut basis, &mut bought);
        let priced = match result {
            Ok(priced) => priced,
            // the further money may claim what was left
            Err(RoundError::NoShareCount { .. }) => continue,
            Err(other) => panic!("deal {i}: {other}"),
        };
        settled += 1;
        let sum = |amounts: &[Exact]| amounts.iter().fold(NONE, |sum, &each| sum + each);
        let paid = (sum(&bought) + rights.outstanding * priced.per_share) * priced.round.price;
        let scale = terms.new_money.to_f64().max(1.0);
        assert!((paid - priced.on_top).to_f64().abs() <= 1e-12 * scale, "deal {i}");
        let all_new = (terms.new_money + priced.on_top).div_or(priced.round.price, NONE);
        assert!((all_new - priced.round.new_shares).to_f64().abs() <= 1e-12 * all_new.to_f64().max(1.0));
    }
    assert!(settled > 1000, "{settled}");
}

#[test]
fn rounded_holdings_add_up_and_stay_within_their_rounding() {
    let mut deals = Deals::new(33);
    let (mut settled, mut unsettled) = (0, 0);
    for i in 0..3000 {
        let Deal { mut terms, converting, .. } = deal(&mut deals);
        // as many shares as companies have, so that one is a small part
        let many = Exact::from_i64(100_000);
        for shares in
            [&mut terms.outstanding, &mut terms.options, &mut terms.promised, &mut terms.unallocated]
        {
            *shares = *shares * many;
        }
        let fixed = |each: &Converting<Exact>| matches!(each.terms.cap, Cap::FixedPrice(_));
        if converting.iter().any(fixed) {
            continue;
        }
        let count = converting.len();
        let (mut shares, mut basis) = (vec![NONE; count], vec![PriceBasis::default(); count]);
        let Ok(exact) = price_round(&terms, &converting, None, &mut shares, &mut basis) else { continue };
        let modes = [Rounding::Floor, Rounding::Ceil, Rounding::Nearest];
        let mut mode = || modes[usize::try_from(deals.whole(0, 2)).unwrap()];
        let rounding = LegalRounding {
            price: None,
            conversion_price: None,
            new_shares: Some(mode()),
            converted_shares: Some(mode()),
            pool: Some(mode()),
        };
        let (mut bought, mut prices) = ([NONE; 2], vec![NONE; count]);
        let half = terms.new_money * Exact::from_f64(0.5);
        let mut holdings = RoundedHoldings { bought: &mut bought, shares: &mut shares, prices: &mut prices };
        match round_legally(&terms, &converting, &[half, half], &exact, &rounding, &mut holdings) {
            Ok(round) => {
                settled += 1;
                let sum = |amounts: &[Exact]| amounts.iter().fold(NONE, |sum, &each| sum + each);
                let granted = terms.outstanding + terms.options + terms.promised + terms.unallocated;
                let all = granted + round.pool_increase + sum(&bought) + sum(&shares);
                assert_eq!(all, round.total_shares, "deal {i}");
                for (each, (&shares, &price)) in converting.iter().zip(shares.iter().zip(&prices)) {
                    let unrounded = each.amount.div_or(price, NONE);
                    assert!((shares - unrounded).to_f64().abs() <= 1.0, "deal {i}");
                    assert_eq!(shares.rounded(0, Rounding::Floor), shares);
                }
            }
            Err(RoundError::RoundingUnsettled) => unsettled += 1,
            Err(other) => panic!("deal {i}: {other}"),
        }
    }
    // A sheet whose instruments leave little for others moves by more shares than it rounds off.
    assert!(settled > 1000 && unsettled * 10 < settled, "{settled} {unsettled}");
}

#[test]
fn the_claims_of_an_infeasible_round_are_left_instrument_by_instrument() {
    // hand-worked: SAFEs of 60% and 50% before new money, on the 80% that it leaves
    let terms = RoundTerms::new(1e6, 8e6, 2e6);
    let safes = [0.6e6, 0.5e6].map(|amount| instrument(amount, plain(Cap::PostMoney(1e6), 0.0)));
    let (mut shares, mut basis) = ([0.0; 2], [PriceBasis::default(); 2]);
    let refused = price_round(&terms, &safes, None, &mut shares, &mut basis);
    assert!(matches!(refused, Err(RoundError::NoShareCount { .. })));
    assert!((shares[0] - 0.48).abs() < 1e-15 && (shares[1] - 0.4).abs() < 1e-15, "{shares:?}");
}
