//! The cap table in rounds, at a flotation and in a sale, without uncertainty.
//!
//! The company is worth 1,000 and has 1,000 shares; the investor buys common shares for 100 at closing, at 1.00 each,
//! which makes 1,100 of both. On 2027-01-01 a round raises 150 at a value of 1,100; what is left at the horizon is
//! 1,250.

use super::*;
use crate::model::{
    AntiDilution, Capitalization, DividendKind, Dividends, Equity, EquityPrice, Grant, Holding, Ipo,
    IpoRatchet, Participation, PayToPlay, PayToPlayRounds, PoolChange, PricingConvention, RoundPricing, Sale,
    Series, ShareTerms,
};
use crate::simulate::fixture::{costs, instrument};
use crate::simulate::{ClassId, Clause};

/// Common shares for 100, at what the company is worth on the day.
pub(super) fn buyer() -> Scenario {
    let mut scenario = certain();
    let equity = Equity { terms: ShareTerms::COMMON, price: EquityPrice::AtFunding };
    scenario.instruments = vec![instrument(Kind::Equity(equity))];
    scenario
}

fn holding(shares: i64) -> Holding {
    Holding { holder: "Someone".into(), shares: cents(shares) }
}

/// 250 shares at 0.80: 1x, no participation.
pub(super) fn series(issue_price: i64, terms: ShareTerms) -> Series {
    Series {
        name: "Series A".into(),
        holders: vec![holding(100_00), holding(150_00)],
        issue_price: cents(issue_price),
        conversion_price: cents(issue_price),
        terms,
        dividends_since: day("2026-01-01"),
        dividends_owed: Decimal::ZERO,
        pay_to_play: None,
    }
}

/// The rest of the 1,000 shares is common.
pub(super) fn table(preferred: Vec<Series>) -> Capitalization {
    let held = i64::try_from(preferred.len()).unwrap() * 250_00;
    Capitalization { common: vec![holding(1_000_00 - held)], preferred, ..Capitalization::default() }
}

pub(super) fn with_table(mut scenario: Scenario, table: Capitalization) -> Scenario {
    scenario.company.capitalization = Some(table);
    scenario
}

fn sold_at(mut scenario: Scenario, premium: i64) -> Scenario {
    scenario.sale =
        Some(Sale { clock: on("2028-01-01"), premium: Some(known(premium)), ipo_instead: Vec::new() });
    scenario
}

fn in_round(mut scenario: Scenario, change: impl FnOnce(&mut RoundPricing)) -> Scenario {
    let mut rounds = round_on("2027-01-01");
    change(&mut rounds.pricing);
    scenario.rounds = Some(rounds);
    scenario
}

#[track_caller]
fn assert_sold(scenario: &Scenario, amount: f64) {
    assert_paid(scenario, Branch::SharesSold, "2028-01-01", Reason::SaleProceeds, amount);
}

#[test]
fn options_pay_their_strike_and_the_pool_gets_nothing() {
    // hand-worked: 600 common, 250 preferred that convert, our 100 and 50 options at 0.20 share 1,100 + 50 × 0.20:
    // 1.11 each; the 100 of the pool nothing
    let mut pooled = table(vec![series(80, ShareTerms::PREFERRED)]);
    pooled.common = vec![holding(600_00)];
    pooled.options =
        vec![Grant { name: "staff".into(), holder: "staff".into(), shares: cents(50_00), strike: cents(20) }];
    pooled.pool = cents(100_00);
    assert_sold(&sold_at(with_table(buyer(), pooled.clone()), 0), 111.0);
    // hand-worked: at 330 the preferred keep 200 (0.18 a share is less), the options are worth nothing at 130/700
    assert_sold(&sold_at(with_table(buyer(), pooled.clone()), -70), 130.0 / 7.0);
    // hand-worked: warrants like options
    pooled.warrants = std::mem::take(&mut pooled.options);
    assert_sold(&sold_at(with_table(buyer(), pooled), 0), 111.0);
}

#[test]
fn fees_and_the_carve_out_come_off_the_price_first() {
    // hand-worked: 1,100 less 2 % and 10 % is 968, of which 100 of 1,100 shares
    let mut scenario = sold_at(buyer(), 0);
    scenario.sale_costs = costs(2, 10);
    assert_sold(&scenario, 88.0);
    // at the horizon nothing is sold
    scenario.sale = None;
    assert_marked(&scenario, Branch::SharesAtHorizon, 100.0);
}

#[test]
fn the_shares_of_a_round_have_the_rights_it_gives_them() {
    // hand-worked: 62.5 is left (a milestone costs the company 95 % of 1,250); the round's 150 come first
    let mut preferred = in_round(buyer(), |pricing| pricing.series = ShareTerms::PREFERRED);
    let mut disaster = milestone("disaster", MilestoneKind::Timed(on("2028-01-01")));
    disaster.effect_if_reached = Some(known(-95));
    preferred.milestones.push(disaster);
    assert_marked(&preferred, Branch::SharesAtHorizon, 0.0);
    // hand-worked: common shares of the round leave 100 of 1,250 shares of 62.5
    preferred.rounds.as_mut().unwrap().pricing.series = ShareTerms::COMMON;
    assert_marked(&preferred, Branch::SharesAtHorizon, 5.0);
    // hand-worked: at 375 the round participates: 150 and 150 of 1,250 shares of the other 225
    let mut participating = in_round(buyer(), |pricing| {
        pricing.series = ShareTerms { participation: Participation::Full, ..ShareTerms::PREFERRED };
    });
    let mut setback = milestone("setback", MilestoneKind::Timed(on("2028-01-01")));
    setback.effect_if_reached = Some(known(-70));
    participating.milestones.push(setback);
    assert_marked(&participating, Branch::SharesAtHorizon, 18.0);
}

#[test]
fn the_pool_dilutes_whom_the_round_says() {
    // hand-worked (reference: P·T = 1,250, pool = T/10, P·(1,100 + T/10) = 1,100): T = 1,100/0.78; the pool gets
    // nothing, so that 0.9 T share the 1,250
    let total = 1_100.0 / 0.78;
    let unallocated = in_round(buyer(), |pricing| pricing.pool = PoolChange::Unallocated(cents(10)));
    assert_marked(&unallocated, Branch::SharesAtHorizon, 100.0 / (0.9 * total) * 1_250.0);
    // hand-worked: 100 more options at 1,100/1,200 a share; 150 buy 163.6 shares
    let increase = in_round(buyer(), |pricing| pricing.pool = PoolChange::IncreaseBy(cents(100_00)));
    let shares = 1_100.0 + 150.0 * 1_200.0 / 1_100.0;
    assert_marked(&increase, Branch::SharesAtHorizon, 100.0 / shares * 1_250.0);
    // hand-worked: after the money it does not touch the price of 1.00, and again gets nothing
    let after = in_round(buyer(), |pricing| pricing.pool = PoolChange::UnallocatedAfterMoney(cents(10)));
    assert_marked(&after, Branch::SharesAtHorizon, 100.0);
}

#[test]
fn the_convention_says_what_the_pre_money_valuation_covers() {
    // the investor's note of 100 owes 106 and converts at 20 % off; the company is worth 1,100
    let note = |convention| {
        let scenario = with_conversion(certain(), |c| c.cap = None);
        in_round(scenario, |pricing| pricing.convention = convention)
    };
    let assert = |convention, amount| {
        assert_marked(&note(convention), Branch::RoundAtDiscount, amount);
    };
    // hand-worked: of the 1,250 the note owns 132.5/1,250
    assert(PricingConvention::PercentageOwnership, 132.5);
    // hand-worked: a share costs 1,100/1,000; 106/0.88 and 150/1.1 shares come to the 1,000
    let (ours, new) = (106.0 / 0.88, 150.0 / 1.1);
    assert(PricingConvention::PreMoneyMethod, 1_250.0 * ours / (1_000.0 + ours + new));
    // hand-worked: 1,100 + 150 + 106 for all shares, of which ours cost 106/0.8
    assert(PricingConvention::DollarsInvested, 1_250.0 * 132.5 / 1_356.0);
}

#[test]
fn a_shadow_series_has_the_preference_of_what_was_paid() {
    // hand-worked: 125 is left. In a shadow series the note has a preference of its 106; in the round's own shares one
    // of 132.5, more than there is
    for (shadow_series, amount) in [(true, 106.0), (false, 125.0)] {
        let scenario = with_conversion(certain(), |c| c.cap = None);
        let mut scenario = in_round(scenario, |pricing| pricing.shadow_series = shadow_series);
        let mut disaster = milestone("disaster", MilestoneKind::Timed(on("2028-01-01")));
        disaster.effect_if_reached = Some(known(-90));
        scenario.milestones.push(disaster);
        assert_marked(&scenario, Branch::RoundAtDiscount, amount);
    }
}

/// Series A at 2.00 meets a round at 1.00, and the company is sold for 5,000.
fn down_round(anti_dilution: AntiDilution, pay_to_play: Option<PayToPlay>) -> Scenario {
    let mut protected = series(2_00, ShareTerms { anti_dilution, ..ShareTerms::PREFERRED });
    protected.pay_to_play = pay_to_play;
    sold_at(in_round(with_table(buyer(), table(vec![protected])), |_| {}), 300)
}

#[test]
fn a_cheaper_round_moves_the_conversion_price() {
    // hand-worked: 1,250 shares without; the series' 500 at a lower conversion price are more than 250
    let ours = |conversion_price: f64| 100.0 * 5_000.0 / (1_000.0 + 500.0 / conversion_price);
    assert_sold(&down_round(AntiDilution::None, None), ours(2.0));
    assert_sold(&down_round(AntiDilution::FullRatchet, None), ours(1.0));
    // hand-worked: 2 × (1,100 + 150/2) / (1,100 + 150) = 1.88 over all, 2 × (250 + 75) / (250 + 150) = 1.625 over
    // the preferred alone
    assert_sold(&down_round(AntiDilution::BroadWeightedAverage, None), ours(1.88));
    assert_sold(&down_round(AntiDilution::NarrowWeightedAverage, None), ours(1.625));
}

#[test]
fn a_round_at_the_conversion_price_moves_nothing() {
    let at = |issue_price| {
        let terms = ShareTerms { anti_dilution: AntiDilution::FullRatchet, ..ShareTerms::PREFERRED };
        let mut protected = series(issue_price, terms);
        protected.pay_to_play = Some(PayToPlay {
            buys: cents(0),
            shares_per_common: Decimal::TEN,
            applies_in: PayToPlayRounds::Down,
        });
        in_round(with_table(buyer(), table(vec![protected])), |_| {})
    };
    for issue_price in [1_00, 90] {
        let replay = replay(&Plan::new(&at(issue_price)).unwrap(), 0);
        let moved =
            |clause: &Clause<_>| matches!(clause, Clause::AntiDiluted { .. } | Clause::PaidToPlay { .. });
        assert!(!replay.notes.iter().any(|note| moved(&note.clause)));
    }
}

#[test]
fn who_does_not_pay_in_a_cheaper_round_becomes_common() {
    // hand-worked: 40 % of 250 stay, 150 become 15 common: 1,250 − 150 + 15 shares; with a full ratchet the 100 left
    // convert into 200, and those that became common have none
    let terms = Some(PayToPlay {
        buys: cents(40),
        shares_per_common: Decimal::TEN,
        applies_in: PayToPlayRounds::Down,
    });
    assert_sold(&down_round(AntiDilution::None, terms), 100.0 * 5_000.0 / 1_115.0);
    assert_sold(&down_round(AntiDilution::FullRatchet, terms), 100.0 * 5_000.0 / 1_215.0);
}

/// 8 % a year on 200 for 730 days before a sale.
fn dividends(kind: DividendKind, kept_on_conversion: bool, premium: i64) -> Scenario {
    let dividends = Dividends { rate: cents(8), kind, kept_on_conversion, within_participation_cap: true };
    let terms = ShareTerms { dividends: Some(dividends), ..ShareTerms::PREFERRED };
    sold_at(with_table(buyer(), table(vec![series(80, terms)])), premium)
}

#[test]
fn dividends_add_to_the_preference() {
    // hand-worked: of 330 the series takes 200 + 32, or 200 × 1.08²; the rest is for 850 shares
    let rest = |claim: f64| (330.0 - claim) / 8.5;
    assert_sold(&dividends(DividendKind::Simple, false, -70), rest(232.0));
    assert_sold(&dividends(DividendKind::Compounding, false, -70), rest(233.28));
    assert_sold(&dividends(DividendKind::InKind, false, -70), rest(233.28));
    // hand-worked: at 1,100 it converts, and forfeits them, or is paid 32 beside its shares, or has grown by them
    assert_sold(&dividends(DividendKind::Simple, false, 0), 100.0);
    assert_sold(&dividends(DividendKind::Simple, true, 0), 106_800.0 / 1_100.0);
    assert_sold(&dividends(DividendKind::InKind, false, 0), 110_000.0 / (850.0 + 250.0 * 1.1664));
}

#[test]
fn a_cap_on_participation_counts_dividends_or_does_not() {
    // hand-worked: 200 + 32 and a share of the rest would be more than 1.5 × 200 = 300, or 332
    let of = |within_participation_cap| {
        let mut scenario = dividends(DividendKind::Simple, false, 0);
        let terms = &mut scenario.company.capitalization.as_mut().unwrap().preferred[0].terms;
        terms.participation = Participation::Capped(cents(1_50));
        terms.dividends.as_mut().unwrap().within_participation_cap = within_participation_cap;
        scenario
    };
    assert_sold(&of(true), (1_100.0 - 300.0) / 8.5);
    assert_sold(&of(false), (1_100.0 - 332.0) / 8.5);
}

#[test]
fn a_ratchet_gives_more_shares_at_a_cheap_flotation() {
    let floated = |ratchet, new_money| {
        let terms = ShareTerms { ipo_ratchet: Some(ratchet), ..ShareTerms::PREFERRED };
        let mut scenario = with_table(buyer(), table(vec![series(80, terms)]));
        scenario.ipo = Some(Ipo { clock: on("2028-01-01"), new_money: Some(known(new_money)) });
        scenario
    };
    let assert = |scenario: &Scenario, amount| {
        assert_paid(scenario, Branch::SharesFloated, "2028-01-01", Reason::SharesSold, amount);
    };
    // hand-worked: 250 × 1.50 = 375 of the 1,100 leave 725 for 850 shares, with new money or without
    for new_money in [0, 10] {
        assert(&floated(IpoRatchet::Price(cents(1_50)), new_money), 725.0 / 8.5);
    }
    // hand-worked: 1.5 × 0.80 = 1.20 a share takes 300
    assert(&floated(IpoRatchet::OfIssuePrice(cents(1_50)), 0), 800.0 / 8.5);
    // hand-worked: 1.00 a share is enough
    assert(&floated(IpoRatchet::Price(cents(1_00)), 0), 100.0);
}

#[test]
fn a_flotation_leaves_no_preference() {
    // hand-worked: 3 × 200 would take more than half; as common shares all are worth 1.00. The pool does not count.
    let mut pooled = table(vec![series(80, ShareTerms { preference: cents(3_00), ..ShareTerms::PREFERRED })]);
    pooled.common = vec![holding(650_00)];
    pooled.pool = cents(100_00);
    let mut scenario = with_table(buyer(), pooled);
    scenario.ipo = Some(Ipo { clock: on("2028-01-01"), new_money: None });
    let amount = 110_000.0 / 1_000.0;
    assert_paid(&scenario, Branch::SharesFloated, "2028-01-01", Reason::SharesSold, amount);
}

#[test]
fn the_investors_own_preferred_shares_are_protected_too() {
    // hand-worked: bought at 1.00 for 100; a round at half the price (a milestone costs 50 %): 550 for 1,100 shares,
    // 75 (15 % of 500) buy 150. Full ratchet: 200 shares, of 1,350; sold at four times 625
    let mut scenario = buyer();
    let terms = ShareTerms { anti_dilution: AntiDilution::FullRatchet, ..ShareTerms::PREFERRED };
    scenario.instruments[0].kind = Kind::Equity(Equity { terms, price: EquityPrice::AtFunding });
    let mut setback = milestone("setback", MilestoneKind::Timed(on("2026-06-01")));
    setback.effect_if_reached = Some(known(-50));
    scenario.milestones.push(setback);
    assert_sold(&sold_at(in_round(scenario, |_| {}), 300), 200.0 / 1_350.0 * 2_500.0);
}

/// Waterfalls published by others, through a simulated sale: price, common, then shares, cost, multiple, participation
/// and rank of each series, and what common and the series get.
type Published<'a> = (&'a str, i64, i64, &'a [(i64, i64, i64, Participation, u32)], f64, &'a [f64]);

#[test]
fn published_waterfalls_come_out_of_a_simulated_sale() {
    let (none, full) = (Participation::None, Participation::Full);
    let mr = |rank| {
        [
            (1_000_000, 1_000_000, 1, none, 1),
            (18_000_000 / 7, 3_000_000, 1, none, 1),
            (60_000_000 / 7, 4_000_000, 1, none, rank),
        ]
    };
    // ovf test-suite (MR-X1, X2, X4, F8a, F10), Metrick–Yasuda style tables of Ceesaxp/liqpref, Tutorsglobe
    let cases: &[Published<'_>] = &[
        ("MR-X1", 6_000_000, 8_000_000, &mr(0), 0.0, &[500_000.0, 1_500_000.0, 4_000_000.0]),
        ("MR-X2", 6_000_000, 8_000_000, &mr(1), 0.0, &[750_000.0, 2_250_000.0, 3_000_000.0]),
        ("MR-X4", 141_000_000, 8_000_000, &mr(0), 56_000_000.0, &[7_000_000.0, 18_000_000.0, 60_000_000.0]),
        (
            "F8a",
            14_000_000,
            8_000_000,
            &[(2_000_000, 5_000_000, 1, none, 2), (1_500_000, 9_000_000, 1, none, 1)],
            0.0,
            &[5_000_000.0, 9_000_000.0],
        ),
        ("F10", 30_000_000, 8_000_000, &[(2_000_000, 5_000_000, 2, full, 2)], 16_000_000.0, &[14_000_000.0]),
        (
            "two caps",
            20_000_000,
            600_000,
            &[
                (200_000, 2_000_000, 1, Participation::Capped(Decimal::TWO), 1),
                (200_000, 3_000_000, 1, Participation::Capped(cents(1_50)), 2),
            ],
            11_500_000.0,
            &[4_000_000.0, 4_500_000.0],
        ),
        ("participating 3x", 160, 60, &[(40, 40, 3, full, 1)], 24.0, &[136.0]),
    ];
    for &(name, price, common, preferred, to_common, paid) in cases {
        let mut scenario = buyer();
        scenario.instruments[0].tranches[0].gates =
            vec![crate::model::Gate::Date(When::On(day("2040-01-01")))];
        scenario.company.value_today = Number::Known(Decimal::from(price));
        let series = |&(shares, cost, multiple, participation, seniority): &(i64, i64, i64, _, _)| {
            let issue_price = Decimal::from(cost) / Decimal::from(shares);
            Series {
                holders: vec![Holding { holder: "Someone".into(), shares: Decimal::from(shares) }],
                issue_price,
                conversion_price: issue_price,
                ..series(
                    1,
                    ShareTerms {
                        preference: Decimal::from(multiple),
                        participation,
                        seniority,
                        ..ShareTerms::PREFERRED
                    },
                )
            }
        };
        let table = Capitalization {
            common: vec![Holding { holder: "Founders".into(), shares: Decimal::from(common) }],
            preferred: preferred.iter().map(series).collect(),
            ..Capitalization::default()
        };
        let all = common + preferred.iter().map(|series| series.0).sum::<i64>();
        scenario.company.fully_diluted_shares = Decimal::from(all);
        let replay = replay(&Plan::new(&sold_at(with_table(scenario, table), 0)).unwrap(), 0);
        // whole shares in the cases' sevenths move the amounts by a share's worth
        let near = |value: f64, expected: f64| (value - expected).abs() <= 1e-6 * expected.max(1.0);
        for note in &replay.notes {
            match note.clause {
                Clause::Distributed { other_shares, per_share, .. } => {
                    let got = (other_shares * per_share).to_f64();
                    assert!(near(got, to_common), "{name}: common {got}");
                }
                Clause::ClassPaid { class: ClassId::Preferred(place), got, .. } => {
                    assert!(near(got.payout.to_f64(), paid[place]), "{name}: {place} {got:?}");
                }
                _ => {}
            }
        }
    }
}
