//! The structure that a round leaves behind.

use super::adjustments::Adjusted;
use super::converting::Unit;
use super::pricing::{Converted, Priced};
use super::round::{Closed, closed, is_common};
use super::sale_table::RoundBefore;
use super::stock::Stock;
use super::{CapitalError, Figure};
use crate::model::{
    CapitalStructure, Capitalization, Holding, Instrument, Kind, NextRound, Number, Series, ShareTerms,
    Tranche,
};
use crate::number::{Amount, Decimal, Exact};

/// The structure on the day of its round, right after it, and the round in short.
///
/// Holdings are those after the round in [`super::round_table`]. The shares sold are a series of the round's name. What
/// converts has a series of its own, whose issue price is what was paid for a share of it, so that its preference is the
/// amount converted times the multiple of its terms; without shadow series the issue price is that of the round. Shares
/// without a preference, and all shares after a flotation, are common. What does not convert is outstanding as before.
///
/// Source of the shadow series: YC post-money SAFE v1.1, "Safe Preferred Stock".
///
/// # Errors
///
/// [`CapitalError`] if there is no round, or it cannot close.
pub fn after_round(structure: &CapitalStructure) -> Result<(CapitalStructure, RoundBefore), CapitalError> {
    let round = structure.round.as_ref().ok_or(CapitalError::NoRoundBeforeSale)?;
    let (stock, units, Closed { priced, adjusted, row, .. }) = closed(structure, round)?;
    let after =
        After { structure, round, stock: &stock, units: &units, priced: &priced, adjusted: &adjusted };
    let left = CapitalStructure {
        date: round.date,
        capitalization: after.capitalization()?,
        instruments: after.instruments()?,
        round: None,
        ..structure.clone()
    };
    let before =
        RoundBefore { round: row.name, post_money: Figure(row.post_money.0), price: Figure(row.price.0) };
    Ok((left, before))
}

/// A round that has closed.
struct After<'a> {
    structure: &'a CapitalStructure,
    round: &'a NextRound,
    stock: &'a Stock,
    units: &'a [Unit<'a>],
    priced: &'a Priced,
    adjusted: &'a [Adjusted],
}

impl After<'_> {
    fn capitalization(&self) -> Result<Capitalization, CapitalError> {
        let before = &self.structure.capitalization;
        let mut after = Capitalization {
            pool: decimal(self.stock.pool + self.priced.pool_increase)?,
            preferred: Vec::new(),
            ..before.clone()
        };
        for (place, series) in before.preferred.iter().enumerate() {
            self.series(series, place, &mut after)?;
        }
        for (unit, converted) in self.units.iter().zip(&self.priced.units) {
            if converted.shares > Exact::ZERO {
                self.conversion(unit, converted, &mut after)?;
            }
        }
        self.sold(&mut after)?;
        Ok(after)
    }

    /// A series that was there before: adjusted, and the part that did not pay as common shares.
    fn series(&self, series: &Series, place: usize, after: &mut Capitalization) -> Result<(), CapitalError> {
        let (today, adjusted) = (&self.stock.series[place], &self.adjusted[place]);
        let mut kept = Vec::new();
        for Holding { holder, shares } in &series.holders {
            // Dividends in kind run from the same day as before and are not added here.
            let shares = Exact::from(*shares);
            let stays = shares * adjusted.kept;
            let plays = (shares - stays) * today.growth * adjusted.common;
            if self.round.is_ipo {
                add(&mut after.common, holder, stays * today.growth * adjusted.ratio)?;
            } else {
                add(&mut kept, holder, stays)?;
            }
            add(&mut after.common, holder, plays)?;
        }
        if !kept.is_empty() {
            after.preferred.push(Series {
                holders: kept,
                conversion_price: decimal(today.issue_price.div_or(adjusted.ratio, Exact::ZERO))?,
                dividends_owed: decimal(Exact::from(series.dividends_owed) * adjusted.kept)?,
                pay_to_play: None,
                ..series.clone()
            });
        }
        Ok(())
    }

    fn conversion(
        &self,
        unit: &Unit<'_>,
        converted: &Converted,
        after: &mut Capitalization,
    ) -> Result<(), CapitalError> {
        let (holder, terms) = (&unit.instrument.holder, unit.into());
        if self.round.is_ipo || is_common(&terms) {
            return add(&mut after.common, holder, converted.shares);
        }
        let own = converted.amount.div_or(converted.shares, Exact::ZERO);
        let price = if self.round.pricing.shadow_series { own } else { self.priced.price };
        let holders = vec![Holding { holder: holder.clone(), shares: decimal(converted.shares)? }];
        after.preferred.push(self.issued(unit.name(), holders, price, terms)?);
        Ok(())
    }

    /// The shares that new money bought.
    fn sold(&self, after: &mut Capitalization) -> Result<(), CapitalError> {
        let terms = self.round.pricing.series;
        let common = self.round.is_ipo || is_common(&terms);
        let mut holders = Vec::new();
        for (investor, _, _, shares) in &self.priced.bought {
            add(if common { &mut after.common } else { &mut holders }, investor, *shares)?;
        }
        if !holders.is_empty() {
            let name = self.round.name.clone();
            after.preferred.push(self.issued(name, holders, self.priced.price, terms)?);
        }
        Ok(())
    }

    /// A series issued in the round.
    fn issued(
        &self,
        name: String,
        holders: Vec<Holding>,
        price: Exact,
        terms: ShareTerms,
    ) -> Result<Series, CapitalError> {
        let price = decimal(price)?;
        Ok(Series {
            name,
            holders,
            issue_price: price,
            conversion_price: price,
            terms,
            dividends_since: self.round.date,
            dividends_owed: Decimal::ZERO,
            pay_to_play: None,
        })
    }

    /// What stays debt, with the days from which interest runs, and warrants.
    fn instruments(&self) -> Result<Vec<Instrument>, CapitalError> {
        let mut left = Vec::new();
        for (place, instrument) in self.structure.instruments.iter().enumerate() {
            if matches!(instrument.kind, Kind::Warrant(_) | Kind::Equity(_)) {
                left.push(instrument.clone());
                continue;
            }
            let mut tranches = Vec::new();
            let mut name = instrument.name.clone();
            let units = self.units.iter().zip(&self.priced.units).filter(|(unit, _)| unit.place == place);
            for (unit, converted) in units {
                let part = converted.amount.div_or(unit.converting(), Exact::ONE);
                let part = if converted.converts { Exact::ONE - part } else { Exact::ONE };
                if converted.converts && part > Exact::ZERO {
                    name = format!("{}, unconverted", instrument.name);
                }
                if part > Exact::ZERO {
                    tranches.push(Tranche {
                        amount: Number::Known(decimal(unit.principal * part)?),
                        outstanding_since: Some(
                            unit.tranche.outstanding_since.unwrap_or(self.structure.date),
                        ),
                        ..unit.tranche.clone()
                    });
                }
            }
            if !tranches.is_empty() {
                left.push(Instrument { name, tranches, ..instrument.clone() });
            }
        }
        Ok(left)
    }
}

/// Adds shares to what a holder has; none add nobody.
fn add(holdings: &mut Vec<Holding>, holder: &str, shares: Exact) -> Result<(), CapitalError> {
    if shares == Exact::ZERO {
        return Ok(());
    }
    match holdings.iter_mut().find(|each| each.holder == holder) {
        Some(each) => each.shares = decimal(Exact::from(each.shares) + shares)?,
        None => holdings.push(Holding { holder: holder.to_owned(), shares: decimal(shares)? }),
    }
    Ok(())
}

fn decimal(value: Exact) -> Result<Decimal, CapitalError> {
    value.value().ok_or(CapitalError::TooLarge)
}
