//! Random rights, rounds, cap tables and SAFEs.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "throws of dice and small figures"
)]

use super::random_scenarios::Dice;
use super::*;
use crate::model::{
    AntiDilution, Capitalization, DividendKind, Dividends, Grant, Holding, IpoRatchet, MostFavoured,
    Participation, PayToPlay, PoolChange, PricingConvention, RoundPricing, Safe, Series, ShareTerms,
};

pub(super) fn shares(dice: &mut Dice<'_>) -> ShareTerms {
    let participation = dice.of([
        Participation::None,
        Participation::Full,
        Participation::Capped(cents(2_00)),
        Participation::Capped(cents(50)),
    ]);
    ShareTerms {
        preference: cents(dice.of([0, 1_00, 3_00])),
        participation,
        seniority: dice.between(0, 2) as u32,
        dividends: dice.likely(0.3).then(|| Dividends {
            rate: cents(dice.between(0, 40)),
            kind: dice.of([DividendKind::Simple, DividendKind::Compounding, DividendKind::InKind]),
            kept_on_conversion: dice.likely(0.5),
            within_participation_cap: dice.likely(0.5),
        }),
        anti_dilution: dice.of([
            AntiDilution::None,
            AntiDilution::None,
            AntiDilution::FullRatchet,
            AntiDilution::BroadWeightedAverage,
            AntiDilution::NarrowWeightedAverage,
        ]),
        ipo_ratchet: dice
            .likely(0.2)
            .then(|| dice.of([IpoRatchet::Price(cents(1_50)), IpoRatchet::OfIssuePrice(cents(1_20))])),
    }
}

pub(super) fn pricing(dice: &mut Dice<'_>) -> RoundPricing {
    let mut pricing = crate::simulate::fixture::plain_rounds();
    if dice.likely(0.5) {
        pricing.series = shares(dice);
    }
    if dice.likely(0.3) {
        pricing.convention = dice.of([PricingConvention::PreMoneyMethod, PricingConvention::DollarsInvested]);
    }
    let part = cents(dice.between(0, 30));
    pricing.pool = dice.of([
        PoolChange::Keep,
        PoolChange::Keep,
        PoolChange::Unallocated(part),
        PoolChange::Total(part),
        PoolChange::UnallocatedAfterMoney(part),
        PoolChange::IncreaseBy(part),
    ]);
    pricing.shadow_series = dice.likely(0.5);
    pricing
}

/// Splits today's shares among classes, at prices about what the company is worth.
pub(super) fn table(dice: &mut Dice<'_>, scenario: &mut Scenario) {
    let all = scenario.company.fully_diluted_shares;
    let mut left = all;
    let mut take = |dice: &mut Dice<'_>| {
        let part = left * cents(dice.between(1, 40));
        left -= part;
        part
    };
    let price = |dice: &mut Dice<'_>, worth: Decimal| {
        (worth / all * cents(dice.between(20, 200))).max(Decimal::new(1, 12))
    };
    let Number::Known(worth) = scenario.company.value_today else { return };
    let mut capitalization = Capitalization::default();
    for name in ["A", "B"] {
        if dice.likely(0.6) {
            let issue_price = price(dice, worth);
            capitalization.preferred.push(Series {
                name: name.into(),
                holders: vec![Holding { holder: name.into(), shares: take(dice) }],
                issue_price,
                conversion_price: issue_price,
                terms: shares(dice),
                dividends_since: day("2025-07-01"),
                dividends_owed: if dice.likely(0.2) { worth * cents(1) } else { Decimal::ZERO },
                pay_to_play: dice.likely(0.3).then(|| PayToPlay {
                    buys: cents(dice.between(0, 100)),
                    shares_per_common: dice.of([Decimal::ONE, Decimal::TEN]),
                }),
            });
        }
    }
    for grants in [&mut capitalization.options, &mut capitalization.warrants] {
        if dice.likely(0.5) {
            let strike = price(dice, worth);
            grants.push(Grant { name: "grant".into(), shares: take(dice), strike });
        }
    }
    if dice.likely(0.5) {
        capitalization.pool = take(dice);
    }
    capitalization.common.push(Holding { holder: "Founders".into(), shares: left });
    scenario.company.capitalization = Some(capitalization);
}

pub(super) fn safe(dice: &mut Dice<'_>) -> Safe {
    Safe {
        cap: dice.likely(0.7).then(|| dice.cap()),
        discount: cents(dice.of([0, 0, 20, 50])),
        stacked: dice.likely(0.2),
        most_favoured: dice
            .likely(0.4)
            .then(|| dice.of([MostFavoured::LowestCap, MostFavoured::Best, MostFavoured::Instrument(1)])),
        into: shares(dice),
        cash_out_multiple: cents(dice.of([1_00, 1_00, 2_00])),
    }
}
