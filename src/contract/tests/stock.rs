//! Clauses of preferred stock: anti-dilution, flotation, pay-to-play, dividends, carve-outs, breakpoints.

use super::waterfall::{pay, proceeds, table};
use super::{Deals, near};
use crate::contract::{
    AntiDilution, AverageBase, Cap, CarveOut, ConversionPreference, ConversionTerms, Converting,
    DividendsInCap, ExitClass, IpoRatchet, NewIssue, Participation, PreferredSeries, PriceBasis,
    QualifiedIpo, RoundTerms, SeriesParticipation, Turn, adjusted_conversion_price, breakpoints, carved_out,
    conversion_ratio, conversion_threshold, ipo_price, net_proceeds, pay_to_play, preference_per_share,
    price_for, price_round, price_with_ratchets,
};
use crate::number::{Amount, Exact};

const NONE: Exact = Exact::ZERO;

#[test]
fn the_wider_the_base_the_milder_the_adjustment() {
    let mut deals = Deals::new(41);
    let mut triggered = 0;
    for _ in 0..2000 {
        let issue = NewIssue {
            common: deals.amount(1, 100),
            preferred: deals.amount(1, 100),
            options: deals.amount(0, 30),
            new_shares: deals.amount(1, 80),
            consideration: deals.amount(0, 300),
        };
        let price = deals.hundredths(1, 500);
        let after = |rule| adjusted_conversion_price(price, rule, &issue);
        let average = |base| after(AntiDilution::WeightedAverage(base));
        let full = after(AntiDilution::FullRatchet);
        let narrow = average(AverageBase::Preferred);
        let middle = average(AverageBase::CommonAndPreferred);
        let broad = average(AverageBase::Broad);
        assert!(full <= narrow && narrow <= middle && middle <= broad && broad <= price, "{issue:?}");
        assert_eq!(after(AntiDilution::None), price);
        triggered += u32::from(full < price);
        if issue.consideration >= price * issue.new_shares {
            assert_eq!(full, price);
        }
    }
    assert!(triggered > 500 && triggered < 1900, "{triggered}");
}

#[test]
fn an_issue_at_the_conversion_price_adjusts_nothing() {
    let issue = NewIssue { common: 8e6, preferred: 2e6, options: 0.0, new_shares: 2e6, consideration: 5e6 };
    assert_eq!(adjusted_conversion_price(2.5, AntiDilution::FullRatchet, &issue), 2.5);
    let nothing = NewIssue { new_shares: 0.0, consideration: 0.0, ..issue };
    assert_eq!(adjusted_conversion_price(2.5, AntiDilution::FullRatchet, &nothing), 2.5);
    // hand-worked: 4m shares at 1.25 on 10m at 2.5 are 12m/14m of it
    let cheap = NewIssue { new_shares: 4e6, ..issue };
    let broad = AntiDilution::WeightedAverage(AverageBase::Broad);
    assert!((adjusted_conversion_price(2.5, broad, &cheap) - 2.5 * 12.0 / 14.0).abs() < 1e-15);
    // and for shares given away
    let gift = NewIssue { consideration: 0.0, ..cheap };
    assert!((adjusted_conversion_price(2.5, broad, &gift) - 2.5 * 10.0 / 14.0).abs() < 1e-15);
    assert_eq!(conversion_ratio(2.5, adjusted_conversion_price(2.5, AntiDilution::FullRatchet, &gift)), None);
}

#[test]
fn a_ratchet_gives_its_guaranteed_value_at_a_price_given() {
    // Square's registration statement: 1.2 times 15.46345 is guaranteed, so at 9 a share is 2.0618 of common
    let square = IpoRatchet { shares: 1.0, ratio: 1.0, guaranteed: 18.55614 };
    assert!((square.ratio_at(9.0) - 2.061_793).abs() < 5e-7);
    assert_eq!(square.ratio_at(20.0), 1.0);
    assert_eq!(square.ratio_at(0.0), 1.0);
}

#[test]
fn an_offering_price_and_the_ratchets_it_sets_off_agree() {
    // hand-worked: 100 in all, 10 shares guaranteed 3 each leave 70 for 10 others: 7, and no ratchet bites;
    // at 40 the plain price of 2 is below 3, and the others have 10 for 10 shares
    let ratchet = [IpoRatchet { shares: 10.0, ratio: 1.0, guaranteed: 3.0 }];
    assert_eq!(ipo_price(100.0, 10.0, &ratchet), Some(5.0));
    assert_eq!(ipo_price(40.0, 10.0, &ratchet), Some(1.0));
    assert_eq!(ipo_price(30.0, 10.0, &ratchet), None);
    let mut deals = Deals::new(42);
    let (mut some, mut bitten) = (0, 0);
    for _ in 0..3000 {
        let ratchets: Vec<_> = (0..deals.whole(0, 3))
            .map(|_| IpoRatchet {
                shares: deals.amount(1, 30),
                ratio: deals.hundredths(100, 200),
                guaranteed: deals.hundredths(0, 500),
            })
            .collect();
        let (value, others) = (deals.amount(1, 500), deals.amount(1, 100));
        let guaranteed = |each: &IpoRatchet<Exact>| each.shares * each.guaranteed;
        let Some(price) = ipo_price(value, others, &ratchets) else {
            assert!(ratchets.iter().fold(NONE, |sum, each| sum + guaranteed(each)) >= value);
            continue;
        };
        let worth = |each: &IpoRatchet<Exact>| each.shares * each.ratio_at(price) * price;
        let all = ratchets.iter().fold(others * price, |sum, each| sum + worth(each));
        assert!(near(all, value, 1e-20, value), "{value:?} {others:?} {ratchets:?}");
        some += 1;
        bitten += u32::from(ratchets.iter().any(|each| each.ratio_at(price) > each.ratio));
    }
    assert!(some > 2000 && bitten > 500, "{some} {bitten}");
}

#[test]
fn a_cap_counts_the_shares_of_a_ratchet() {
    let ratchet = [IpoRatchet { shares: 10.0, ratio: 1.0, guaranteed: 3.0 }];
    let offering = |value: f64, converting: &[Converting<f64>]| {
        let (mut shares, mut basis) = ([0.0], [PriceBasis::RoundPrice]);
        let (shares, basis) = (&mut shares[..converting.len()], &mut basis[..converting.len()]);
        let mut bites = Vec::new();
        let terms = RoundTerms::new(20.0, value, 0.0);
        let price = |terms: &RoundTerms<f64>| price_round(terms, converting, None, shares, basis);
        let round = price_with_ratchets(&terms, &ratchet, &mut bites, price).unwrap();
        (round.price, shares.first().copied(), bites[0])
    };
    // hand-worked: 10 others and 30 guaranteed at 40, as in `ipo_price`; at 100 none bites
    assert_eq!(offering(40.0, &[]), (1.0, None, true));
    assert_eq!(offering(100.0, &[]), (5.0, None, false));
    // hand-worked: 4 at a cap of 16 over the stock before. Over the usual 20 shares it has 5, and the price of 60/25 is
    // below 3; with R = 30/P it has (10 + R)/4, and 10 P + 30 + (10 P + 30)/4 = 60 gives P = 1.8
    let terms = ConversionTerms { discount: 0.0, cap: Cap::PreMoney(16.0), stacked: false };
    let (price, shares, bites) = offering(60.0, &[Converting { amount: 4.0, terms, limited: false }]);
    assert!((price - 1.8).abs() < 1e-12 && bites, "{price}");
    assert!((shares.unwrap() - 20.0 / 3.0).abs() < 1e-12, "{shares:?}");
}

#[test]
fn an_offering_qualifies_at_its_thresholds() {
    let test = QualifiedIpo { price: 10.0, proceeds: 50e6 };
    assert!(test.is_met(10.0, 50e6));
    assert!(!test.is_met(9.99, 80e6) && !test.is_met(12.0, 49e6));
    let class =
        ExitClass { shares: 3.0, claim: 9.0, seniority: 1, participation: Participation::Full, strike: 0.0 };
    let common = ExitClass { claim: 0.0, participation: Participation::None, ..class };
    assert_eq!(class.as_common(), common);
}

#[test]
fn who_does_not_pay_to_play_gets_common() {
    let after = |bought, entitled| pay_to_play(1000.0, bought, entitled, 0.1);
    let parts = |after: crate::contract::AfterPayToPlay<f64>| (after.preferred, after.common);
    assert_eq!(parts(after(3.0, 4.0)), (750.0, 25.0));
    assert_eq!(parts(after(0.0, 4.0)), (0.0, 100.0));
    assert_eq!(parts(after(5.0, 4.0)), (1000.0, 0.0));
    assert_eq!(parts(after(0.0, 0.0)), (1000.0, 0.0));
}

/// 2m shares bought at 2.5, with 0.8m of dividends, twice capped.
fn series(dividends: DividendsInCap) -> PreferredSeries<f64> {
    PreferredSeries {
        shares: 2e6,
        original_price: 2.5,
        ratio: 1.0,
        multiple: 1.0,
        participation: SeriesParticipation::Capped { multiple: 2.0, dividends },
        dividends: 0.8e6,
        dividends_on_conversion: false,
        seniority: 1,
    }
}

fn common(shares: f64) -> ExitClass<f64> {
    ExitClass { shares, claim: 0.0, seniority: 9, participation: Participation::None, strike: 0.0 }
}

#[test]
fn a_cap_counts_dividends_in_three_ways() {
    // hand-worked: 5.8m and a fifth of 34.2m is 12.64m, more than any of the caps; as common 8m
    for (dividends, expected) in [
        (DividendsInCap::Included, 10e6),
        (DividendsInCap::Added, 10.8e6),
        (DividendsInCap::Multiplied, 11.6e6),
    ] {
        let (_, payouts) = pay(40e6, &[series(dividends).exit_class(), common(8e6)]);
        assert!((payouts[0] - expected).abs() < 1e-6, "{dividends:?} {payouts:?}");
    }
}

#[test]
fn dividends_kept_on_conversion_are_paid_beside_the_common() {
    let kept = PreferredSeries { dividends_on_conversion: true, ..series(DividendsInCap::Included) };
    let classes =
        |series: PreferredSeries<f64>| [series.exit_class(), series.dividend_class().unwrap(), common(8e6)];
    // hand-worked: converted at 100m, 0.8m and a fifth of 99.2m; held at 40m no more than the cap of 10m
    for (proceeds, expected) in [(100e6, 0.8e6 + 19.84e6), (40e6, 10e6), (2.9e6, 2.9e6)] {
        let (_, payouts) = pay(proceeds, &classes(kept));
        assert!((payouts[0] + payouts[1] - expected).abs() < 1e-6, "{proceeds}: {payouts:?}");
    }
    assert_eq!(series(DividendsInCap::Added).dividend_class(), None);
}

#[test]
fn dividends_in_kind_count_whether_held_or_converted() {
    // hand-worked: 8% twice is 1.1664 times the shares, their preference and their part of common
    let start = PreferredSeries { dividends: 0.0, ..series(DividendsInCap::Included) };
    let later = start.with_dividends_in_kind(0.08, 1, 2.0);
    assert!((later.shares - 2_332_800.0).abs() < 1e-6);
    assert!((later.exit_class().claim - 5_832_000.0).abs() < 1e-6);
    assert!((later.exit_class().shares - 2_332_800.0).abs() < 1e-6);
}

#[test]
fn a_conversion_below_the_round_price_has_the_preference_of_its_series() {
    // hand-worked: 1m buys 2m shares at half the round price of 1
    let per_share = |rule| preference_per_share(rule, 1e6, 2e6, 1.0);
    assert_eq!(per_share(ConversionPreference::OwnPrice), 0.5);
    assert_eq!(per_share(ConversionPreference::RoundPrice), 1.0);
}

#[test]
fn a_carve_out_comes_before_or_after_debt() {
    // hand-worked: 100 less 10 of costs, with 60 of debt
    let proceeds = net_proceeds(100.0, 10.0);
    let carved = |debt, carve_out| carved_out(100.0, proceeds, debt, carve_out);
    for (carve_out, taken) in [
        (CarveOut::AmountBeforeDebt(40.0), 40.0),
        (CarveOut::AmountAfterDebt(20.0), 20.0),
        (CarveOut::AmountAfterDebt(40.0), 30.0),
        (CarveOut::FractionOfPrice(0.1), 10.0),
        (CarveOut::FractionOfEquity(0.1), 3.0),
    ] {
        assert_eq!(carved(60.0, carve_out), taken);
        // and back from what is left to the price, where the carve-out is not cut short
        if taken < 30.0 {
            assert_eq!(price_for(proceeds - taken, 0.1, 60.0, carve_out, false), 100.0);
        }
    }
    assert_eq!(carved(200.0, CarveOut::FractionOfEquity(0.1)), 0.0);
    // stock begins to receive after 60 of debt and 30 for the management, of nine tenths of the price
    assert_eq!(price_for(60.0, 0.1, 60.0, CarveOut::AmountAfterDebt(30.0), true), 100.0);
    assert!((price_for(54.0, 0.1, 60.0, CarveOut::AmountAfterDebt(30.0), false) - 60.0_f64).abs() < 1e-12);
    assert_eq!(net_proceeds(100.0, 110.0), 0.0);
}

#[test]
fn payoffs_are_straight_between_breakpoints() {
    let mut deals = Deals::new(43);
    let mut found = Vec::new();
    for i in 0..1500 {
        let classes = table(&mut deals);
        breakpoints(&classes, &mut found);
        let top = found.last().map_or(NONE, |last| last.proceeds);
        let mut corners: Vec<Exact> =
            std::iter::once(NONE).chain(found.iter().map(|each| each.proceeds)).collect();
        // two more beyond the last
        corners.extend([top + Exact::from_i64(100), top + Exact::from_i64(1000)]);
        let nobody = classes.iter().all(|class| class.shares <= NONE);
        for pair in corners.windows(2).filter(|pair| pair[1] > pair[0] && !(nobody && pair[1] > top)) {
            let half = Exact::from_f64(0.5);
            let middle = (pair[0] + pair[1]) * half;
            let [(_, low), (_, mid), (_, high)] = [pair[0], middle, pair[1]].map(|at| pay(at, &classes));
            for (place, mid) in mid.iter().enumerate() {
                let straight = (low[place] + high[place]) * half;
                assert!(near(*mid, straight, 1e-18, pair[1]), "table {i}: {classes:?} {pair:?}");
            }
        }
    }
}

#[test]
fn a_class_converts_above_its_threshold_only() {
    let mut deals = Deals::new(44);
    for _ in 0..2000 {
        let classes = table(&mut deals);
        let proceeds = proceeds(&mut deals, &classes);
        let (outcome, _) = pay(proceeds, &classes);
        for (place, class) in classes.iter().enumerate() {
            // Decided by the last digit where a sale is at the threshold itself.
            let threshold = conversion_threshold(place, &classes);
            if threshold.is_some_and(|threshold| near(threshold, proceeds, 1e-20, proceeds)) {
                continue;
            }
            let above = threshold.is_some_and(|threshold| proceeds > threshold);
            assert_eq!(class.converts_at(outcome.per_share), above, "{classes:?} {proceeds:?}");
        }
    }
}

#[test]
fn breakpoints_say_who_does_what() {
    // hand-worked: a loan of 10, a preference of 20 on 20 shares capped at 40, 60 common, 20 options at 1
    let class = |shares, claim, seniority| ExitClass { claim, seniority, ..common(shares) };
    let classes = [
        class(0.0, 10.0, 0),
        ExitClass { participation: Participation::Capped(40.0), ..class(20.0, 20.0, 1) },
        common(60.0),
        ExitClass { strike: 1.0, ..common(20.0) },
    ];
    let mut found = Vec::new();
    breakpoints(&classes, &mut found);
    let turns: Vec<_> = found.iter().map(|each| (each.proceeds, each.class, each.turn)).collect();
    let expected = [
        (0.0, 0, Turn::ClaimBegins),
        (10.0, 0, Turn::ClaimPaid),
        (10.0, 1, Turn::ClaimBegins),
        (30.0, 1, Turn::ClaimPaid),
        (30.0, 1, Turn::Shares),
        (30.0, 2, Turn::Shares),
        // 30 + 80 · 1
        (110.0, 1, Turn::Capped),
        (110.0, 3, Turn::Exercises),
        // at 2 a share: 10 + 40 + 120 + 20
        (190.0, 1, Turn::Converts),
    ];
    assert_eq!(turns, expected);
}
