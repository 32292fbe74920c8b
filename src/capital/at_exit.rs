//! The structure on the day of an exit that comes later, and at a flotation.

use super::CapitalError;
use crate::model::{CapitalStructure, DividendKind, IpoRatchet, Kind, SaleCosts, ShareTerms};
use crate::number::Decimal;
use crate::quantity::Day;

/// The same structure on a later day: interest and dividends run until then, and nothing else happens.
#[must_use]
pub fn on_day(structure: &CapitalStructure, day: Day) -> CapitalStructure {
    let mut later = CapitalStructure { date: day, ..structure.clone() };
    for tranche in later.instruments.iter_mut().flat_map(|instrument| &mut instrument.tranches) {
        tranche.outstanding_since = Some(tranche.outstanding_since.unwrap_or(structure.date));
    }
    later
}

/// The structure at a flotation: all preferred shares are common, by their conversion prices, and nothing comes off.
///
/// An IPO ratchet adds shares until the series is worth what was guaranteed, and does nothing where it is worth more: that
/// pays what a plain preference of that amount would, taken or given up for common shares. Where the company is worth
/// less than all guarantees there is no price; the series that have one then share it (ours).
///
/// # Errors
///
/// [`CapitalError::NoFlotation`] where shares that a class gets depend on the price of the flotation in other ways: debt and
/// SAFEs that may convert, and dividends paid in shares.
pub fn at_flotation(structure: &CapitalStructure) -> Result<CapitalStructure, CapitalError> {
    let refuse = |name: &str, why: &'static str| CapitalError::NoFlotation { name: name.to_owned(), why };
    let mut listed = CapitalStructure { sale_costs: SaleCosts::NONE, round: None, ..structure.clone() };
    for instrument in &listed.instruments {
        match &instrument.kind {
            Kind::Debt(debt) if debt.conversion.is_none() => {}
            Kind::Debt(_) => return Err(refuse(&instrument.name, "may convert at its price")),
            Kind::Safe(_) => return Err(refuse(&instrument.name, "converts at its price")),
            Kind::Warrant(_) | Kind::Equity(_) => {}
        }
    }
    for series in &mut listed.capitalization.preferred {
        if let Some(dividends) = series.terms.dividends
            && (dividends.kind == DividendKind::InKind || dividends.kept_on_conversion)
        {
            return Err(refuse(&series.name, "has dividends that become shares"));
        }
        let guaranteed = match series.terms.ipo_ratchet {
            None => Decimal::ZERO,
            Some(IpoRatchet::OfIssuePrice(multiple)) => multiple,
            Some(IpoRatchet::Price(price)) => {
                let multiple = price.checked_div(series.issue_price);
                multiple.ok_or_else(|| refuse(&series.name, "guarantees a price, but was issued for none"))?
            }
        };
        series.terms = ShareTerms { preference: guaranteed, ..ShareTerms::COMMON };
    }
    Ok(listed)
}
