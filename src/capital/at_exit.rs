//! The structure on the day of an exit that comes later, and at a flotation.

use super::CapitalError;
use crate::model::{CapitalStructure, DividendKind, Kind, SaleCosts, ShareTerms};
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
/// # Errors
///
/// [`CapitalError::NoFlotation`] where shares that a class gets depend on the price of the flotation: debt and SAFEs that
/// may convert, IPO ratchets, and dividends paid in shares.
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
        if series.terms.ipo_ratchet.is_some() {
            return Err(refuse(&series.name, "has an IPO ratchet"));
        }
        if let Some(dividends) = series.terms.dividends
            && (dividends.kind == DividendKind::InKind || dividends.kept_on_conversion)
        {
            return Err(refuse(&series.name, "has dividends that become shares"));
        }
        series.terms = ShareTerms::COMMON;
    }
    Ok(listed)
}
