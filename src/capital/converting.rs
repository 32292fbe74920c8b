//! SAFEs and debt on a day: amounts with interest, and the terms at which they convert.

use crate::contract::{
    Cap, Compounding, ConversionTerms, MfnPolicy, accrued_interest, change_of_control_claim,
    change_of_control_claim_on_both, mfn_election,
};
use crate::model::{
    Accrual, CapAmount, CapBasis, CapitalStructure, Conversion, Debt, Instrument, InterestPayment, Kind,
    MostFavoured, Number, Safe, SalePay, ShareTerms, Tranche, ValuationCap,
};
use crate::number::{Amount, Decimal, Exact};
use crate::quantity::{Day, Span};

/// A tranche of a SAFE or debt on a day.
#[derive(Clone, Debug)]
pub(super) struct Unit<'s> {
    pub(super) instrument: &'s Instrument,
    /// Its place among the instruments.
    pub(super) place: usize,
    pub(super) tranche: &'s Tranche,
    /// Since when interest runs: the last payment, or the start.
    pub(super) since: Day,
    /// The part of a year since then by the day count; of debt only.
    pub(super) years: Option<Exact>,
    pub(super) principal: Exact,
    /// Interest that has accrued and is not paid yet.
    pub(super) interest: Exact,
    /// Terms of a conversion on that day; nothing if it has none.
    pub(super) terms: Option<ConversionTerms<Exact>>,
    /// The SAFE whose terms its holder has taken over, by place among the instruments.
    pub(super) taken_over: Option<usize>,
}

/// All tranches of SAFEs and debt, in the order of the structure, where the company is valued at `value`: some caps
/// are in force only below a valuation. Without one they are.
pub(super) fn units(structure: &CapitalStructure, day: Day, value: Option<Exact>) -> Vec<Unit<'_>> {
    let mut units = Vec::new();
    for (place, instrument) in structure.instruments.iter().enumerate() {
        for tranche in &instrument.tranches {
            let since = tranche.outstanding_since.unwrap_or(structure.date);
            let principal = known(tranche.amount);
            let unit = |interest, terms| Unit {
                instrument,
                place,
                tranche,
                since,
                years: None,
                principal,
                interest,
                terms,
                taken_over: None,
            };
            match &instrument.kind {
                Kind::Safe(safe) => {
                    let (terms, taken_over) = elected(structure, place, safe, value);
                    units.push(Unit { taken_over, ..unit(Exact::ZERO, Some(terms)) });
                }
                Kind::Debt(debt) => {
                    let terms = debt
                        .conversion
                        .as_ref()
                        .map(|conversion| of_debt(conversion, tranche, since, day, value));
                    let from = interest_from(debt, since, day);
                    let years = debt.interest.day_count.years(from, day.max(from));
                    let rate = tranche.own.interest_rate.unwrap_or(debt.interest.rate);
                    let interest = interest(debt, rate, principal, years);
                    units.push(Unit { since: from, years: Some(years), ..unit(interest, terms) });
                }
                Kind::Equity(_) | Kind::Warrant(_) => {}
            }
        }
    }
    units
}

/// A figure that reading has found to be known; without a value otherwise, so that nothing is computed from it.
pub(super) fn known(number: Number) -> Exact {
    match number {
        Number::Known(value) => Exact::from(value),
        Number::Drawn(_) => Exact::from_f64(f64::NAN),
    }
}

impl Unit<'_> {
    /// What would convert: the purchase amount, or principal and interest unless that is waived.
    pub(super) fn converting(&self) -> Exact {
        match &self.instrument.kind {
            Kind::Debt(debt) if debt.interest.payment == InterestPayment::WaivedOnConversion => {
                self.principal
            }
            _ => self.principal + self.interest,
        }
    }

    /// What a sale pays on it if it does not convert.
    pub(super) fn sale_claim(&self) -> Exact {
        match &self.instrument.kind {
            Kind::Debt(debt) => match debt.change_of_control.pays {
                SalePay::Principal { multiple, plus_interest } => {
                    let interest = if plus_interest { self.interest } else { Exact::ZERO };
                    change_of_control_claim(self.principal, interest, Exact::from(multiple))
                }
                SalePay::PrincipalAndInterest { multiple } => {
                    change_of_control_claim_on_both(self.principal, self.interest, Exact::from(multiple))
                }
            },
            Kind::Safe(safe) => {
                change_of_control_claim(self.principal, Exact::ZERO, Exact::from(safe.cash_out_multiple))
            }
            Kind::Equity(_) | Kind::Warrant(_) => Exact::ZERO,
        }
    }

    /// The shares it becomes.
    pub(super) fn into(&self) -> ShareTerms {
        match &self.instrument.kind {
            Kind::Safe(safe) => safe.into,
            Kind::Debt(Debt { conversion: Some(conversion), .. }) => conversion.into,
            Kind::Debt(_) | Kind::Equity(_) | Kind::Warrant(_) => ShareTerms::PREFERRED,
        }
    }

    /// Its name in tables: that of the instrument, with the tranche's where there are several.
    pub(super) fn name(&self) -> String {
        if self.instrument.tranches.len() == 1 {
            self.instrument.name.clone()
        } else {
            format!("{}, {}", self.instrument.name, self.tranche.name)
        }
    }
}

/// The day from which interest is still to be paid.
fn interest_from(debt: &Debt, since: Day, day: Day) -> Day {
    match debt.interest.payment {
        InterestPayment::Cash { every_months } => last_payment(since, every_months, day),
        InterestPayment::AtEnd | InterestPayment::WaivedOnConversion => since,
    }
}

fn interest(debt: &Debt, rate: Number, principal: Exact, years: Exact) -> Exact {
    let compounding = match debt.interest.accrual {
        Accrual::Simple => Compounding::Simple,
        Accrual::Compound { per_year } => Compounding::PerYear(per_year),
    };
    accrued_interest(principal, known(rate), compounding, years)
}

/// The last day on or before `day` on which interest was paid in cash.
fn last_payment(since: Day, every_months: i32, day: Day) -> Day {
    let every = every_months.max(1);
    let mut last = since;
    let mut months = every;
    loop {
        let next = since.plus(Span::of_months(months));
        if next > day || next <= last {
            return last;
        }
        last = next;
        months = months.saturating_add(every);
    }
}

/// The terms of a tranche, its own where it has some.
fn of_debt(
    conversion: &Conversion,
    tranche: &Tranche,
    since: Day,
    day: Day,
    value: Option<Exact>,
) -> ConversionTerms<Exact> {
    let steps = tranche.own.discount.as_ref().unwrap_or(&conversion.discount);
    let reached = steps.iter().take_while(|(span, _)| since.plus(*span) <= day);
    let discount = reached.last().map_or(Decimal::ZERO, |(_, discount)| *discount);
    ConversionTerms {
        discount: Exact::from(discount),
        cap: cap(tranche.own.cap.or(conversion.cap.as_ref()), value),
        stacked: conversion.stacked,
    }
}

/// The terms of a SAFE where the company is valued at `value`, if a valuation is known.
pub(super) fn of_safe(safe: &Safe, value: Option<Exact>) -> ConversionTerms<Exact> {
    ConversionTerms {
        discount: Exact::from(safe.discount),
        cap: cap(safe.cap.as_ref(), value),
        stacked: safe.stacked,
    }
}

fn cap(cap: Option<&ValuationCap>, value: Option<Exact>) -> Cap<Exact> {
    let Some(ValuationCap { amount, basis, only_below }) = cap else { return Cap::None };
    let amount = match amount {
        CapAmount::Stated(amount) => known(*amount),
        // Reading refuses it for the tables, which know no values of the past.
        CapAmount::OfValueAtFunding(_) => return Cap::None,
    };
    let cap = match basis {
        CapBasis::PostMoney => Cap::PostMoney(amount),
        CapBasis::PreMoney => Cap::PreMoney(amount),
        CapBasis::PerShare => Cap::FixedPrice(amount),
    };
    match (only_below, value) {
        (Some(threshold), Some(value)) => cap.in_rounds_below(Exact::from(*threshold), value),
        _ => cap,
    }
}

/// SAFEs issued after the one at `place`, with their places. On one day, the order of the scenario counts.
pub(super) fn later_safes(
    structure: &CapitalStructure,
    place: usize,
    value: Option<Exact>,
) -> Vec<(usize, ConversionTerms<Exact>)> {
    let issued = |place: usize| (structure.instruments[place].issued(structure.date), place);
    structure
        .instruments
        .iter()
        .enumerate()
        .filter(|(other, _)| issued(*other) > issued(place))
        .filter_map(|(place, other)| match &other.kind {
            Kind::Safe(safe) => Some((place, of_safe(safe, value))),
            Kind::Debt(_) | Kind::Equity(_) | Kind::Warrant(_) => None,
        })
        .collect()
}

/// The terms of a SAFE after an election that needs no round; of the best one in a round only the round can tell,
/// and until then it is taken to be the one with the lowest cap.
fn elected(
    structure: &CapitalStructure,
    place: usize,
    safe: &Safe,
    value: Option<Exact>,
) -> (ConversionTerms<Exact>, Option<usize>) {
    let own = of_safe(safe, value);
    let later = later_safes(structure, place, value);
    let policy = match safe.most_favoured {
        None | Some(MostFavoured::Never) => MfnPolicy::Never,
        Some(MostFavoured::LowestCap | MostFavoured::Best) => MfnPolicy::LowestCap,
        Some(MostFavoured::Instrument(named)) => {
            let at = later.iter().position(|(place, _)| *place == named);
            at.map_or(MfnPolicy::Never, MfnPolicy::Elect)
        }
    };
    let terms: Vec<_> = later.iter().map(|(_, terms)| *terms).collect();
    match mfn_election(&own, &terms, policy) {
        Some(at) => (terms[at], Some(later[at].0)),
        None => (own, None),
    }
}
