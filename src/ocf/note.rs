//! A convertible note as an instrument.

use super::convertible::{Open, conditions, head, into, price, quotient};
use super::ledger::Ledger;
use super::objects::{Compounding, Date, DayCount, Mechanism, NoteTerms, Payout, Period, TriggerType};
use super::problem::Problems;
use super::sheet::{Sheet, assumed, derived, multiple, rate, stated};
use crate::number::Decimal;
use crate::quantity::Day;

/// Writes a note. `rank` is its rank among notes, 0 paid first; both count in this direction.
pub(super) fn write(
    ledger: &Ledger<'_>,
    each: &Open<'_, '_>,
    terms: &NoteTerms,
    rank: usize,
    sheet: &mut Sheet,
    problems: &mut Problems,
) {
    let origin = each.security.origin;
    let table = ["instruments", each.name.as_str()];
    head(each, "convertible_note", sheet);
    let comment = format!("rank of seniority {} in {origin}; 1 is paid first", each.terms.seniority);
    sheet.line(&format!("seniority = {rank}"), &derived(&comment));
    interest(ledger.day, each, terms, sheet, problems);
    match terms.price.exit_multiple.map(|exit| quotient(exit.numerator.0, exit.denominator.0)) {
        Some(Some(number)) => {
            let why = format!("the number is stated in OCF {origin}; of the principal, with interest on top");
            let line = format!("change_of_control = {{ principal_multiple = {} }}", multiple(number));
            sheet.line(&line, &assumed(&why));
        }
        Some(None) => {
            problems.contradiction(origin, "its exit_multiple is not a number above zero", "correct it");
        }
        None => sheet.note(&table, "change_of_control", "a sale pays principal and interest"),
    }
    if terms.price.conversion_mfn == Some(true) {
        problems.unmapped(
            origin,
            "a note that is most favoured",
            "set conversion_mfn to false, and say the better terms in an overlay",
        );
    }
    maturity(ledger.day, each, &table, sheet, problems);
    conditions(each, sheet);
    sheet.plain("");
    sheet.plain("[instruments.conversion]");
    let below = ["instruments", each.name.as_str(), "conversion"];
    price(origin, &below, &terms.price, None, sheet, problems);
    into(ledger, each, &below, sheet, problems);
    rounds(each, &below, sheet);
}

/// Which rounds convert a note. The conditions are words in the format, so that the size of a round is always missing.
fn rounds(each: &Open<'_, '_>, table: &[&str], sheet: &mut Sheet) {
    let origin = each.security.origin;
    let has = |types: &[TriggerType]| {
        each.terms.conversion_triggers.iter().any(|trigger| types.contains(&trigger.r#type))
    };
    if has(&[TriggerType::AutomaticOnCondition, TriggerType::Unspecified]) {
        sheet.gap(
            origin,
            table,
            &["qualified_financing"],
            "nothing says from which size on a round converts the note by itself",
            "qualified_financing = \"$1m\"",
        );
        sheet.note(table, "non_qualified", "a smaller round leaves it as it is");
    } else if has(&[TriggerType::ElectiveOnCondition]) {
        sheet.gap(
            origin,
            table,
            &["non_qualified", "qualified_financing"],
            "its holder may convert on a condition that is given in words only",
            "non_qualified = \"holder_chooses\"",
        );
    } else {
        sheet.note(table, "qualified_financing", "no round converts it, only the date does");
    }
    sheet.note(table, "at_ipo", "a flotation converts it too");
}

/// The day from which a convertible counts: that of its interest, else of its issue.
pub(super) fn since(each: &Open<'_, '_>) -> Day {
    match each.mechanism {
        Mechanism::ConvertibleNoteConversion(terms) => {
            terms.interest_rates.first().map_or(each.security.day, |rate| rate.accrual_start_date.0)
        }
        _ => each.security.day,
    }
}

fn interest(today: Day, each: &Open<'_, '_>, terms: &NoteTerms, sheet: &mut Sheet, problems: &mut Problems) {
    let origin = each.security.origin;
    let only = match terms.interest_rates.as_slice() {
        [] => {
            sheet.note(&["instruments", each.name.as_str()], "interest", "it bears none");
            return;
        }
        [only] => only,
        _ => {
            problems.unmapped(
                origin,
                "has several rates of interest",
                "a scenario has one rate: leave the one that counts",
            );
            return;
        }
    };
    if let Some(Date(end)) = only.accrual_end_date {
        let reason = format!("its interest ends on {end}");
        problems.unmapped(
            origin,
            &reason,
            "in a scenario interest runs as long as the note: take the end out if that is near enough",
        );
    }
    if only.accrual_start_date.0 > today {
        problems.unmapped(origin, "its interest starts in the future", "ask for a later --date");
    }
    if only.rate.0 < Decimal::ZERO {
        problems.contradiction(origin, "its rate of interest is below zero", "correct it");
    }
    let day_count = match terms.day_count_convention {
        DayCount::Actual365 => "act/365",
        DayCount::Thirty360 => "30/360",
    };
    let (per_year, months) = match terms.interest_accrual_period {
        Period::Daily => (365, None),
        Period::Monthly => (12, Some("1 month")),
        Period::Quarterly => (4, Some("3 months")),
        Period::SemiAnnual => (2, Some("6 months")),
        Period::Annual => (1, Some("12 months")),
    };
    let rate = rate(only.rate.0);
    let period = format!("{:?}", terms.interest_accrual_period).to_lowercase();
    let (how, comment) = match (terms.compounding_type, terms.interest_payout) {
        (Compounding::Simple, Payout::Deferred) => ("accrues = \"simple\"".to_owned(), stated(origin)),
        (Compounding::Compounding, Payout::Deferred) => (
            format!("accrues = \"compound\", periods_per_year = {per_year}"),
            assumed(&format!(
                "compounds with its accrual period, {period}: OCF says no other; the rest is stated in {origin}"
            )),
        ),
        (Compounding::Simple, Payout::Cash) => {
            let Some(months) = months else {
                problems.unmapped(origin, "pays interest in cash daily", "whole months can be said");
                return;
            };
            (
                format!("accrues = \"simple\", paid = \"cash\", paid_every = \"{months}\""),
                assumed(&format!(
                    "paid with its accrual period, {period}: OCF says no other; the rest is stated in {origin}"
                )),
            )
        }
        (Compounding::Compounding, Payout::Cash) => {
            problems.contradiction(
                origin,
                "its interest compounds although it is paid in cash",
                "correct one of them",
            );
            return;
        }
    };
    sheet.line(&format!("interest = {{ rate = {rate}, {how}, day_count = \"{day_count}\" }}"), &comment);
}

/// A conversion on a day is what happens at maturity; the format has no other word for it.
fn maturity(today: Day, each: &Open<'_, '_>, table: &[&str], sheet: &mut Sheet, problems: &mut Problems) {
    let origin = each.security.origin;
    let mut on: Option<Day> = None;
    for trigger in &each.terms.conversion_triggers {
        match (trigger.r#type, trigger.trigger_date) {
            (TriggerType::AutomaticOnDate, Some(Date(day))) => {
                if on.is_some_and(|known| known != day) {
                    problems.unmapped(origin, "converts on several days", "leave the one that counts");
                }
                if day <= today {
                    let reason = format!("was to convert on {day} and is still outstanding");
                    problems.contradiction(
                        origin,
                        &reason,
                        "add its conversion, or ask for an earlier --date",
                    );
                }
                on = Some(day);
            }
            (TriggerType::AutomaticOnDate, None) => {
                problems.contradiction(origin, "converts on a day that is missing", "add its trigger_date");
            }
            (TriggerType::ElectiveInRange | TriggerType::ElectiveAtWill, _) => {
                let reason = format!("a note with a trigger of type {}", trigger.r#type.name());
                problems.unmapped(
                    origin,
                    &reason,
                    "in a scenario the holder chooses in a round or at maturity only",
                );
            }
            (
                TriggerType::AutomaticOnCondition
                | TriggerType::ElectiveOnCondition
                | TriggerType::Unspecified,
                _,
            ) => {}
        }
    }
    match on {
        Some(day) => sheet.line(&format!("maturity = {{ on = {day}, then = \"convert\" }}"), &stated(origin)),
        None => sheet.note(table, "maturity", "it never falls due"),
    }
}
