//! A deal without one of its terms, and without more and more of them down to a straight loan or common shares.

use crate::model::{
    AntiDilution, AtMaturity, ChangeOfControl, Debt, Decider, Decision, Equity, Gate, Instrument,
    InterestPayment, Kind, Milestone, MilestoneId, Missed, Number, OwnCap, Participation, Safe, Scenario,
    ShareTerms, Tranche,
};
use crate::number::Decimal;

/// A term that can be taken out of a deal.
struct Term {
    /// What it is, as the label of a step: "discount".
    label: String,
    removal: Removal,
}

/// How a term is taken out of one of the investor's instruments.
#[derive(Clone, Copy)]
enum Removal {
    /// The tranches that wait for this milestone do not.
    Gate(MilestoneId),
    By(Remove),
}

/// Takes a term out of one instrument.
type Remove = fn(&mut Instrument);

/// The right to convert by itself; without it all terms of conversion fall.
pub const CONVERSION: &str = "conversion at the price of a round";

/// The terms in the order in which a bridge adds them, on top of a loan without interest, common shares or a warrant:
/// what it is funded on, whether it is, the loan's interest, the right to convert, what sharpens that right, and what limits it. Before
/// them stand the milestones, one by one.
const TERMS: &[(&str, Remove)] = &[
    ("right not to fund", no_investor_decision),
    ("the company's draw option", no_company_decision),
    ("interest", no_interest),
    (CONVERSION, no_conversion),
    ("liquidation preference", no_preference),
    ("participation", no_participation),
    ("dividends", no_dividends),
    ("protection against dilution", no_anti_dilution),
    ("guaranteed price at the IPO", no_ratchet),
    ("discount", no_discount),
    ("cap or fixed price of conversion", no_cap),
    ("conversion before maturity", no_early_conversion),
    ("choice at maturity", no_choice_at_maturity),
    ("decision on extensions", no_extension_decision),
    ("change of control", no_change_of_control),
    ("conditions of conversion", no_conditions),
    ("ownership limit", no_ownership_limit),
];

/// A deal with one term more than the variant before, and the deal without that term alone.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Variant {
    /// The term.
    pub(super) term: String,
    /// With all terms up to this one.
    pub(super) with: Scenario,
    /// The whole deal but for this term.
    pub(super) without: Scenario,
}

/// The floor of a deal, without all of its terms, and the terms that a bridge from there to the whole deal adds; only
/// those that the deal has.
#[must_use]
pub(super) fn variants(scenario: &Scenario) -> (Scenario, Vec<Variant>) {
    let gate = |(id, milestone): (MilestoneId, &Milestone)| Term {
        label: format!("milestone “{}”", milestone.heading()),
        removal: Removal::Gate(id),
    };
    let gates = scenario.milestones.iter().enumerate().map(gate);
    let others =
        TERMS.iter().map(|(label, by)| Term { label: (*label).to_owned(), removal: Removal::By(*by) });
    let present: Vec<Term> =
        gates.chain(others).filter(|term| without(scenario, [term]) != *scenario).collect();
    let floor = without(scenario, &present);
    let variant = |(place, term): (usize, &Term)| Variant {
        term: term.label.clone(),
        with: without(scenario, &present[place + 1..]),
        without: without(scenario, [term]),
    };
    let steps: Vec<Variant> = present.iter().enumerate().map(variant).collect();
    (floor, steps)
}

fn without<'a>(scenario: &Scenario, terms: impl IntoIterator<Item = &'a Term>) -> Scenario {
    let mut scenario = scenario.clone();
    for term in terms {
        for instrument in scenario.instruments.iter_mut().filter(|instrument| instrument.valued) {
            match term.removal {
                Removal::Gate(milestone) => no_gate(instrument, milestone),
                Removal::By(remove) => remove(instrument),
            }
        }
    }
    scenario
}

fn debt(instrument: &mut Instrument) -> Option<&mut Debt> {
    if let Kind::Debt(debt) = &mut instrument.kind { Some(debt) } else { None }
}

fn safe(instrument: &mut Instrument) -> Option<&mut Safe> {
    if let Kind::Safe(safe) = &mut instrument.kind { Some(safe) } else { None }
}

/// The rights of the shares that an instrument is or becomes.
fn shares(instrument: &mut Instrument) -> Option<&mut ShareTerms> {
    match &mut instrument.kind {
        Kind::Debt(debt) => debt.conversion.as_mut().map(|conversion| &mut conversion.into),
        Kind::Equity(Equity { terms, .. }) => Some(terms),
        Kind::Safe(safe) => Some(&mut safe.into),
        Kind::Warrant(_) => None,
    }
}

fn no_interest(instrument: &mut Instrument) {
    let nought = Number::Known(Decimal::ZERO);
    let bears_interest = instrument.tranches.iter().any(|tranche| tranche.own.interest_rate.is_some());
    if let Some(debt) = debt(instrument)
        && (debt.interest.rate != nought || bears_interest)
    {
        debt.interest.rate = nought;
        debt.interest.payment = InterestPayment::AtEnd;
        instrument.tranches.iter_mut().for_each(|tranche| tranche.own.interest_rate = None);
    }
}

fn no_conversion(instrument: &mut Instrument) {
    if let Some(debt) = debt(instrument) {
        debt.conversion = None;
        if let Some(maturity) = &mut debt.maturity {
            maturity.then = AtMaturity::Repay;
        }
        debt.change_of_control.or_as_converted = false;
    }
}

fn no_early_conversion(instrument: &mut Instrument) {
    if let Some(conversion) = debt(instrument).and_then(|debt| debt.conversion.as_mut()) {
        conversion.early = None;
    }
}

fn no_extension_decision(instrument: &mut Instrument) {
    if let Some(maturity) = debt(instrument).and_then(|debt| debt.maturity.as_mut()) {
        maturity.extension_decision = Decision::Automatic;
    }
}

fn no_preference(instrument: &mut Instrument) {
    if let Some(shares) = shares(instrument) {
        shares.preference = Decimal::ZERO;
        shares.participation = Participation::None;
    }
}

fn no_participation(instrument: &mut Instrument) {
    if let Some(shares) = shares(instrument) {
        shares.participation = Participation::None;
    }
}

fn no_dividends(instrument: &mut Instrument) {
    if let Some(shares) = shares(instrument) {
        shares.dividends = None;
    }
}

fn no_anti_dilution(instrument: &mut Instrument) {
    if let Some(shares) = shares(instrument) {
        shares.anti_dilution = AntiDilution::None;
    }
}

fn no_ratchet(instrument: &mut Instrument) {
    if let Some(shares) = shares(instrument) {
        shares.ipo_ratchet = None;
    }
}

fn no_discount(instrument: &mut Instrument) {
    if let Some(conversion) = debt(instrument).and_then(|debt| debt.conversion.as_mut()) {
        conversion.discount.clear();
        instrument.tranches.iter_mut().for_each(|tranche| tranche.own.discount = None);
    } else if let Some(safe) = safe(instrument) {
        safe.discount = Decimal::ZERO;
    }
}

fn no_cap(instrument: &mut Instrument) {
    if let Some(conversion) = debt(instrument).and_then(|debt| debt.conversion.as_mut()) {
        conversion.cap = None;
        instrument.tranches.iter_mut().for_each(|tranche| tranche.own.cap = OwnCap::AsInstrument);
    } else if let Some(safe) = safe(instrument) {
        safe.cap = None;
    }
}

fn no_choice_at_maturity(instrument: &mut Instrument) {
    if let Some(maturity) = debt(instrument).and_then(|debt| debt.maturity.as_mut()) {
        maturity.then = AtMaturity::Repay;
    }
}

fn no_change_of_control(instrument: &mut Instrument) {
    if let Some(debt) = debt(instrument) {
        debt.change_of_control = ChangeOfControl::default();
    }
}

fn no_conditions(instrument: &mut Instrument) {
    if let Some(conversion) = debt(instrument).and_then(|debt| debt.conversion.as_mut()) {
        conversion.requires.clear();
        let plain = |tranche: &&mut Tranche| tranche.missed == Missed::PlainDebt;
        instrument.tranches.iter_mut().filter(plain).for_each(|tranche| tranche.missed = Missed::Lapses);
    }
}

fn no_ownership_limit(instrument: &mut Instrument) {
    if let Some(conversion) = debt(instrument).and_then(|debt| debt.conversion.as_mut()) {
        conversion.ownership_limit = None;
    }
}

fn no_gate(instrument: &mut Instrument, milestone: MilestoneId) {
    for tranche in &mut instrument.tranches {
        let before = tranche.gates.len();
        tranche.gates.retain(|gate| *gate != Gate::Milestone(milestone));
        if tranche.gates.is_empty() && before > 0 {
            tranche.by = None;
            tranche.missed = Missed::Lapses;
        }
    }
}

fn no_investor_decision(instrument: &mut Instrument) {
    for tranche in &mut instrument.tranches {
        if matches!(tranche.decision, Decision::Investor(_) | Decision::Optimal(Decider::Investor)) {
            tranche.decision = Decision::Automatic;
        }
    }
}

fn no_company_decision(instrument: &mut Instrument) {
    for tranche in &mut instrument.tranches {
        if matches!(
            tranche.decision,
            Decision::Company(_) | Decision::CompanyDraws { .. } | Decision::Optimal(Decider::Company)
        ) {
            tranche.decision = Decision::Automatic;
        }
    }
}
