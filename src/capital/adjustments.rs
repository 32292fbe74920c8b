//! What a round does to the series that were there before: anti-dilution, pay-to-play, IPO ratchets.
//!
//! The round is priced first and the series are adjusted from its price, as forms leave it open.

use super::round_table::{AdjustedPrice, PaidOrPlayed, Ratcheted};
use super::stock::{SeriesToday, Stock};
use super::{CapitalError, Figure};
use crate::contract::{
    self, AverageBase, NewIssue, adjusted_conversion_price, asks_to_pay, conversion_ratio, pay_to_play,
};
use crate::model::{AntiDilution, IpoRatchet, Series};
use crate::number::{Amount, Exact};

/// A series after the round.
#[derive(Clone, Copy, Debug)]
pub(super) struct Adjusted {
    /// Fraction of the preferred shares that stay preferred.
    pub(super) kept: Exact,
    /// Common shares for one that was given up.
    pub(super) common: Exact,
    /// Common shares for one that stays.
    pub(super) ratio: Exact,
}

impl Adjusted {
    /// As it was.
    pub(super) fn unchanged(today: &SeriesToday) -> Self {
        Adjusted { kept: Exact::ONE, common: Exact::ZERO, ratio: today.ratio }
    }
}

/// The new shares as every series sees them, from the counts before.
pub(super) fn new_issue(stock: &Stock, new_shares: Exact, consideration: Exact) -> NewIssue<Exact> {
    NewIssue {
        common: stock.common,
        preferred: stock.preferred(),
        options: stock.options,
        new_shares,
        consideration,
    }
}

/// Anti-dilution of one series; nothing if it has none.
pub(super) fn anti_dilution(
    series: &Series,
    today: &SeriesToday,
    issue: &NewIssue<Exact>,
    adjusted: &mut Adjusted,
) -> Result<Option<AdjustedPrice>, CapitalError> {
    let (method, rule, base) = match series.terms.anti_dilution {
        AntiDilution::None => return Ok(None),
        AntiDilution::FullRatchet => ("full_ratchet", contract::AntiDilution::FullRatchet, None),
        AntiDilution::BroadWeightedAverage => (
            "broad_weighted_average",
            contract::AntiDilution::WeightedAverage(AverageBase::Broad),
            Some(issue.common + issue.preferred + issue.options),
        ),
        AntiDilution::NarrowWeightedAverage => (
            "narrow_weighted_average",
            contract::AntiDilution::WeightedAverage(AverageBase::Preferred),
            Some(issue.preferred),
        ),
    };
    let before = today.conversion_price;
    let after = adjusted_conversion_price(before, rule, issue);
    let ratio = conversion_ratio(today.issue_price, after).ok_or(CapitalError::TooLarge)?;
    adjusted.ratio = ratio;
    Ok(Some(AdjustedPrice {
        series: series.name.clone(),
        method,
        triggered: after < before,
        base: base.map(Figure::of).transpose()?,
        conversion_price_before: Figure::of(before)?,
        conversion_price: Figure::of(after)?,
        ratio_before: Figure::of(today.ratio)?,
        ratio: Figure::of(ratio)?,
    }))
}

/// Pay-to-play of one series in a round at `price`; nothing if it has no such clause.
pub(super) fn paid_or_played(
    series: &Series,
    today: &SeriesToday,
    price: Exact,
    adjusted: &mut Adjusted,
) -> Result<Option<PaidOrPlayed>, CapitalError> {
    let Some(clause) = series.pay_to_play else { return Ok(None) };
    let triggered = asks_to_pay(clause.applies_in, price, today.conversion_price);
    let buys = Exact::from(clause.buys);
    let bought = if triggered { buys } else { Exact::ONE };
    let common = Exact::ONE.div_or(Exact::from(clause.shares_per_common), Exact::ZERO);
    let after = pay_to_play(today.shares, bought, Exact::ONE, common);
    adjusted.kept = after.preferred.div_or(today.shares, Exact::ONE);
    adjusted.common = common;
    Ok(Some(PaidOrPlayed {
        series: series.name.clone(),
        triggered,
        buys: Figure::of(buys)?,
        preferred: Figure::of(after.preferred)?,
        common: Figure::of(after.common)?,
    }))
}

/// The ratchet of a series as the clauses see it; none guarantees nothing.
pub(super) fn ratchet(series: &Series, today: &SeriesToday) -> contract::IpoRatchet<Exact> {
    let guaranteed = match series.terms.ipo_ratchet {
        None => Exact::ZERO,
        Some(IpoRatchet::Price(price)) => Exact::from(price),
        Some(IpoRatchet::OfIssuePrice(multiple)) => Exact::from(multiple) * today.issue_price,
    };
    contract::IpoRatchet { shares: today.shares, ratio: today.ratio, guaranteed }
}

/// What an offering at `price` does to one series; nothing if it has no ratchet.
pub(super) fn ratcheted(
    series: &Series,
    today: &SeriesToday,
    price: Exact,
    adjusted: &mut Adjusted,
) -> Result<Option<Ratcheted>, CapitalError> {
    if series.terms.ipo_ratchet.is_none() {
        return Ok(None);
    }
    let ratchet = ratchet(series, today);
    let ratio = ratchet.ratio_at(price);
    adjusted.ratio = ratio;
    Ok(Some(Ratcheted {
        series: series.name.clone(),
        guaranteed: Figure::of(ratchet.guaranteed)?,
        triggered: ratio > today.ratio,
        ratio_before: Figure::of(today.ratio)?,
        ratio: Figure::of(ratio)?,
        conversion_price: Figure::of(today.issue_price.div_or(ratio, Exact::ZERO))?,
        value_per_share: Figure::of(ratio * price)?,
    }))
}
