//! SAFEs and notes outstanding as `[[instruments]]`.

use std::collections::{BTreeMap, BTreeSet};

use super::books::Security;
use super::ledger::Ledger;
use super::note;
use super::objects::{
    ClassType, ConvertibleIssuance, ConvertibleType, Mechanism, PriceTerms, Rules, SafeTerms, Timing,
    Trigger, TriggerType,
};
use super::problem::{Origin, Problems, one_line};
use super::sheet::{Sheet, derived, multiple, rate, stated, value};
use super::table::{Names, holder};
use super::transaction::Issuance;
use crate::number::Decimal;
use crate::quantity::Day;
use crate::scenario::toml_text;

/// A convertible that is outstanding, and all that is needed to write it.
pub(super) struct Open<'l, 'a> {
    pub(super) security: &'l Security<'a>,
    pub(super) terms: &'a ConvertibleIssuance,
    /// What it converts by: all its triggers say the same.
    pub(super) mechanism: &'a Mechanism,
    /// Its name in the scenario.
    pub(super) name: String,
    pub(super) holder: String,
}

impl Open<'_, '_> {
    fn is_note(&self) -> bool {
        matches!(self.mechanism, Mechanism::ConvertibleNoteConversion(_))
    }
}

/// Writes all convertibles outstanding, in the order in which they were issued.
pub(super) fn write(
    ledger: &Ledger<'_>,
    holders: &BTreeMap<&str, String>,
    sheet: &mut Sheet,
    problems: &mut Problems,
) {
    let mut names = Names::default();
    let mut open = Vec::new();
    for security in &ledger.securities {
        let Issuance::Convertible(terms) = security.issuance else { continue };
        if !security.is_open() {
            continue;
        }
        let holder = holder(security, holders, problems);
        let mechanism = mechanism(security.origin, terms, problems);
        let (Some(holder), Some(mechanism)) = (holder, mechanism) else { continue };
        let name = names.unique(&security.issued.custom_id, &security.issued.security_id);
        open.push(Open { security, terms, mechanism, name, holder: holder.to_owned() });
    }
    if open.is_empty() {
        return;
    }
    sheet.plain(
        "\n# ---------------------------------------------------------------- SAFEs and notes outstanding",
    );
    ranks(&open, sheet, problems);
    let first_note: BTreeSet<u32> =
        open.iter().filter(|each| each.is_note()).map(|each| each.terms.seniority).collect();
    for (at, each) in open.iter().enumerate() {
        match each.mechanism {
            Mechanism::SafeConversion(terms) => {
                let later = open.iter().skip(at + 1).any(|other| !other.is_note());
                safe(ledger, each, terms, later, sheet, problems);
            }
            Mechanism::ConvertibleNoteConversion(terms) => {
                let rank = first_note.iter().filter(|rank| **rank < each.terms.seniority).count();
                note::write(ledger, each, terms, rank, sheet, problems);
            }
            _ => {}
        }
        tranche(each, note::since(each), ledger.day, sheet);
    }
}

/// The one mechanism by which a convertible converts, if a scenario can say it.
fn mechanism<'a>(
    origin: &Origin,
    terms: &'a ConvertibleIssuance,
    problems: &mut Problems,
) -> Option<&'a Mechanism> {
    let Some((first, rest)) = terms.conversion_triggers.split_first() else {
        problems.contradiction(origin, "has no conversion_triggers", "add how it converts");
        return None;
    };
    let mechanism = &first.conversion_right.conversion_mechanism;
    let is_same = |trigger: &Trigger| {
        let right = &trigger.conversion_right;
        right.conversion_mechanism == *mechanism
            && right.converts_to_stock_class_id == first.conversion_right.converts_to_stock_class_id
    };
    if !rest.iter().all(is_same) {
        let help = "leave the triggers whose terms a scenario is to have, and say the others in an overlay";
        problems.unmapped(origin, "its triggers convert it on different terms", help);
        return None;
    }
    match (mechanism, terms.convertible_type) {
        (Mechanism::SafeConversion(_), ConvertibleType::Note)
        | (Mechanism::ConvertibleNoteConversion(_), ConvertibleType::Safe) => {
            let reason =
                format!("is called {}, but converts by {}", terms.convertible_type.name(), mechanism.name());
            problems.contradiction(origin, &reason, "correct its type or its mechanism");
            None
        }
        (Mechanism::SafeConversion(_) | Mechanism::ConvertibleNoteConversion(_), _) => Some(mechanism),
        _ => {
            let reason = format!("converts by {}", mechanism.name());
            problems.unmapped(
                origin,
                &reason,
                "only SAFE_CONVERSION and CONVERTIBLE_NOTE_CONVERSION can be said",
            );
            None
        }
    }
}

/// Notes stand before SAFEs in a sale, and SAFEs of one rank beside each other; other orders cannot be told apart.
fn ranks(open: &[Open<'_, '_>], sheet: &mut Sheet, problems: &mut Problems) {
    let of = |note: bool| {
        open.iter()
            .filter(move |each| each.is_note() == note)
            .map(|each| (each.terms.seniority, each.security.origin))
    };
    if let (Some((last_note, note)), Some((first_safe, safe))) =
        (of(true).max_by_key(|each| each.0), of(false).min_by_key(|each| each.0))
        && first_safe < last_note
    {
        let reason = format!(
            "a SAFE of seniority {first_safe} stands before the note {note} of seniority {last_note}"
        );
        problems.unmapped(safe, &reason, "in a scenario notes are paid before SAFEs: correct the numbers");
    }
    let safes: BTreeSet<u32> = of(false).map(|each| each.0).collect();
    if safes.len() > 1 {
        for each in open.iter().filter(|each| !each.is_note()) {
            sheet.gap(
                each.security.origin,
                &["instruments", &each.name, "into"],
                &["seniority"],
                "SAFEs have different seniorities, but nothing says where they stand among preferred shares",
                "seniority = 0",
            );
        }
    }
}

/// The head that SAFEs and notes have in common.
pub(super) fn head(each: &Open<'_, '_>, kind: &str, sheet: &mut Sheet) {
    sheet.plain("\n[[instruments]]");
    sheet.line(&format!("name = {}", toml_text(&each.name)), &stated(each.security.origin));
    sheet.line(&format!("kind = \"{kind}\""), &stated(each.security.origin));
    sheet.line(&format!("holder = {}", toml_text(&each.holder)), &stated(each.security.origin));
}

fn safe(
    ledger: &Ledger<'_>,
    each: &Open<'_, '_>,
    terms: &SafeTerms,
    has_later: bool,
    sheet: &mut Sheet,
    problems: &mut Problems,
) {
    let origin = each.security.origin;
    let table = ["instruments", each.name.as_str()];
    head(each, "safe", sheet);
    for trigger in &each.terms.conversion_triggers {
        if !matches!(
            trigger.r#type,
            TriggerType::AutomaticOnCondition | TriggerType::ElectiveOnCondition | TriggerType::Unspecified
        ) {
            let reason = format!("a SAFE with a trigger of type {}", trigger.r#type.name());
            problems.unmapped(origin, &reason, "in a scenario a SAFE converts in a priced round only");
        }
    }
    price(origin, &table, &terms.price, terms.conversion_timing, sheet, problems);
    if terms.price.conversion_mfn == Some(true) {
        if has_later {
            sheet.gap(
                origin,
                &table,
                &["most_favoured"],
                "its holder may take over a later SAFE's terms, and nothing says which",
                "most_favoured = \"lowest_cap\"",
            );
        } else {
            sheet.note(&table, "most_favoured", "it is most favoured, but no later SAFE is outstanding");
        }
    }
    if let Some(exit) = terms.price.exit_multiple {
        match quotient(exit.numerator.0, exit.denominator.0) {
            Some(number) => {
                sheet.line(&format!("cash_out_multiple = {}", multiple(number)), &stated(origin));
            }
            None => {
                problems.contradiction(origin, "its exit_multiple is not a number above zero", "correct it");
            }
        }
    } else {
        sheet.note(
            &table,
            "cash_out_multiple",
            "a sale pays the purchase amount once, if conversion gives less",
        );
    }
    into(ledger, each, &table, sheet, problems);
    conditions(each, sheet);
}

/// `numerator / denominator`, if that is a number above zero.
pub(super) fn quotient(numerator: Decimal, denominator: Decimal) -> Option<Decimal> {
    numerator.checked_div(denominator).filter(|number| *number > Decimal::ZERO)
}

/// Cap and discount, which stand in `table`.
pub(super) fn price(
    origin: &Origin,
    table: &[&str],
    terms: &PriceTerms,
    timing: Option<Timing>,
    sheet: &mut Sheet,
    problems: &mut Problems,
) {
    if let Some(cap) = &terms.conversion_valuation_cap {
        let amount = cap.amount.0;
        if amount <= Decimal::ZERO {
            problems.contradiction(origin, "its valuation cap is not above zero", "correct it");
        }
        let amount = sheet.money(amount);
        if let Some(basis) = basis(origin, timing, terms.capitalization_definition_rules, problems) {
            let line = format!("valuation_cap = {{ amount = {amount}, basis = \"{basis}\" }}");
            sheet.line(&line, &stated(origin));
        } else {
            sheet.line(&format!("valuation_cap = {{ amount = {amount} }}"), &stated(origin));
            let table: Vec<&str> = table.iter().copied().chain(["valuation_cap"]).collect();
            sheet.gap(
                origin,
                &table,
                &["basis"],
                "nothing says which shares its valuation cap is divided by",
                "basis = \"post_money\"",
            );
        }
    }
    if let Some(discount) = terms.conversion_discount {
        if discount.0 >= Decimal::ZERO && discount.0 < Decimal::ONE {
            sheet.line(&format!("discount = {}", rate(discount.0)), &stated(origin));
        } else {
            problems.contradiction(origin, "its discount is not from 0 to below 1", "20% off is written 0.2");
        }
    }
    if terms.conversion_discount.is_some() && terms.conversion_valuation_cap.is_some() {
        sheet.note(
            table,
            "stacked",
            "cap or discount, whichever gives more shares: the discount does not come off the cap price",
        );
    }
}

/// What a cap is divided by. The rules say it flag by flag: those that a scenario knows are shares, options and pool
/// with everything that converts (`post_money`), or without it but with the round's increase of the pool (`pre_money`).
fn basis(
    origin: &Origin,
    timing: Option<Timing>,
    rules: Option<Rules>,
    problems: &mut Problems,
) -> Option<&'static str> {
    let by_timing = timing.map(|timing| match timing {
        Timing::PreMoney => "pre_money",
        Timing::PostMoney => "post_money",
    });
    let Some(rules) = rules else { return by_timing };
    let outstanding = rules.include_outstanding_shares
        && rules.include_outstanding_options
        && rules.include_outstanding_unissued_options
        && !rules.include_new_money;
    let converting = (rules.include_this_security, rules.include_other_converting_securities);
    let by_rules = match (outstanding, converting, rules.include_additional_option_pool_topup) {
        (true, (true, true), false) => "post_money",
        // Promised options are not part of an export, so that their flag decides nothing for the one above.
        (true, (false, false), true) if rules.include_option_pool_topup_for_promised_options => "pre_money",
        _ => {
            let help = "a scenario knows all shares, options and pool with everything that converts and no new pool, or \
                        with nothing that converts and the new pool";
            problems.unmapped(origin, "its capitalization_definition_rules are another count", help);
            return by_timing.or(Some("post_money"));
        }
    };
    if by_timing.is_some_and(|timing| timing != by_rules) {
        let reason = format!(
            "its conversion_timing is not the {by_rules} that its capitalization_definition_rules are"
        );
        problems.contradiction(origin, &reason, "correct one of them");
    }
    Some(by_rules)
}

/// The class it converts into, where that is not the next round's.
pub(super) fn into(
    ledger: &Ledger<'_>,
    each: &Open<'_, '_>,
    table: &[&str],
    sheet: &mut Sheet,
    problems: &mut Problems,
) {
    let origin = each.security.origin;
    let target = each.terms.conversion_triggers.first();
    let target = target.and_then(|trigger| trigger.conversion_right.converts_to_stock_class_id.as_deref());
    let Some(id) = target else {
        sheet.note(
            table,
            "into",
            "1x non-participating preferred shares that rank with the first, before conversion too",
        );
        return;
    };
    let Some(at) = ledger.class(origin, id, problems) else { return };
    match ledger.classes.get(at).map(|class| class.item.value.class_type) {
        Some(ClassType::Common) => sheet.line("into = { liquidation_preference = \"0x\" }", &stated(origin)),
        _ => problems.unmapped(
            origin,
            "converts into a class of preferred stock that exists",
            "a scenario converts into the next round's shares or into common stock",
        ),
    }
}

/// What the export says in words only: nothing reads them, so a person has to.
pub(super) fn conditions(each: &Open<'_, '_>, sheet: &mut Sheet) {
    let words: BTreeSet<String> = each
        .terms
        .conversion_triggers
        .iter()
        .filter_map(|trigger| trigger.trigger_condition.as_deref())
        .map(|text| one_line(text).chars().take(200).collect())
        .collect();
    if !words.is_empty() {
        let words: Vec<String> = words.into_iter().collect();
        sheet.words.push(format!("{}: {}", each.name, words.join(" | ")));
    }
}

fn tranche(each: &Open<'_, '_>, since: Day, today: Day, sheet: &mut Sheet) {
    let security = each.security;
    sheet.plain("");
    sheet.plain("[[instruments.tranches]]");
    let amount = sheet.money(value(security.left));
    let comment = if security.changed.is_empty() {
        stated(security.origin)
    } else {
        let by: Vec<String> = security.changed.iter().map(|origin| origin.id.clone()).collect();
        derived(&format!("{}, after {}", security.origin, by.join(", ")))
    };
    sheet.line(&format!("amount = {amount}"), &comment);
    if since < today {
        let comment = if since == security.day {
            stated(security.origin)
        } else {
            derived(&format!("{}: its interest runs from then; issued {}", security.origin, security.day))
        };
        sheet.line(&format!("outstanding_since = {since}"), &comment);
    }
}
