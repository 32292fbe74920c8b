//! Whether an instrument converts in the round, and why.

use super::converting::Unit;
use crate::contract::QualifiedFinancing;
use crate::model::{Conversion, Debt, Kind, NonQualified};
use crate::number::{Amount, Exact};

/// What a round does to an instrument.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fate {
    /// It converts, for this reason.
    Converts(String),
    /// It stays as it is, for this reason.
    Stays(String),
    /// The holder decides by what the shares are worth.
    HolderChooses(String),
}

/// What a round of `new_money` does to an instrument, `notes` being the amounts of all that may convert by a threshold;
/// `amount` prints money.
pub(super) fn fate(
    unit: &Unit<'_>,
    is_ipo: bool,
    new_money: Exact,
    notes: Exact,
    amount: &dyn Fn(Exact) -> String,
) -> Fate {
    match &unit.instrument.kind {
        Kind::Safe(_) => Fate::Converts("every priced round and flotation converts a SAFE".to_owned()),
        Kind::Debt(Debt { conversion: Some(conversion), .. }) => {
            of_debt(conversion, is_ipo, new_money, notes, amount)
        }
        Kind::Debt(_) => Fate::Stays("it does not convert".to_owned()),
        Kind::Equity(_) | Kind::Warrant(_) => Fate::Stays("it stands among the shares".to_owned()),
    }
}

fn of_debt(
    conversion: &Conversion,
    is_ipo: bool,
    new_money: Exact,
    notes: Exact,
    amount: &dyn Fn(Exact) -> String,
) -> Fate {
    if !conversion.requires.is_empty() {
        let why =
            "it converts only while its milestones stand, of which a table without a future knows nothing";
        return Fate::Stays(why.to_owned());
    }
    if is_ipo {
        return if conversion.at_ipo {
            Fate::Converts("a flotation converts it".to_owned())
        } else {
            Fate::Stays("a flotation does not convert it (`at_ipo = false`)".to_owned())
        };
    }
    let Some(threshold) = conversion.qualified_financing else {
        return Fate::Stays("no financing round converts it (no `qualified_financing`)".to_owned());
    };
    let threshold = Exact::from(threshold);
    let test = QualifiedFinancing { threshold, counts_converting_notes: conversion.counts_notes };
    let (counted, what) = if conversion.counts_notes {
        (new_money + notes, "new cash and converting notes")
    } else {
        (new_money, "new cash")
    };
    let compared = format!("{} of {what} against a threshold of {}", amount(counted), amount(threshold));
    if test.is_met(new_money, notes) {
        return Fate::Converts(format!("the round qualifies: {compared}"));
    }
    let short = format!("the round does not qualify: {compared}, {} short", amount(threshold - counted));
    match conversion.non_qualified {
        NonQualified::Stays => Fate::Stays(short),
        NonQualified::Converts => Fate::Converts(format!("{short}; a smaller round converts it too")),
        NonQualified::HolderChooses => Fate::HolderChooses(short),
    }
}

/// The amount of a unit that a threshold may convert.
pub(super) fn towards_threshold(unit: &Unit<'_>) -> Exact {
    match &unit.instrument.kind {
        Kind::Debt(Debt { conversion: Some(conversion), .. })
            if conversion.qualified_financing.is_some() && conversion.requires.is_empty() =>
        {
            unit.converting()
        }
        _ => Exact::ZERO,
    }
}
