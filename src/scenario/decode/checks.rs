//! Checks that need the whole scenario.

use super::decoder::Decoder;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::model::{Kind, MilestoneId, Scenario};
use crate::scenario::tree::{Node, Table, Value};

/// Checks names, cycles and contradictions across sections.
pub(super) fn whole(decoder: &Decoder<'_>, top: &Table, scenario: &Scenario) {
    names(decoder, top);
    cycles(decoder, top, scenario);
    investor(decoder, top, scenario);
    limits(decoder, top, scenario);
    dead_terms(decoder, top, scenario);
}

fn place_of(top: &Table, key: &str) -> Option<Place> {
    top.get(key).map(|node| node.place)
}

fn elements<'a>(top: &'a Table, key: &str) -> &'a [Node] {
    match top.get(key).map(|node| &node.value) {
        Some(Value::List(elements)) => elements,
        _ => &[],
    }
}

fn report(decoder: &Decoder<'_>, code: Code, message: String, place: Option<Place>, help: &str) {
    let mut mistake = Diagnostic::new(code, message);
    if let Some(place) = place {
        mistake = mistake.at(place, "");
    }
    decoder.report(if help.is_empty() { mistake } else { mistake.help(help) });
}

/// Instruments need names of their own; factors, milestones and variables share one space of names.
fn names(decoder: &Decoder<'_>, top: &Table) {
    let mut seen: Vec<&str> = Vec::new();
    for node in elements(top, "instruments") {
        let name = node.table().and_then(|table| table.get("name"));
        if let Some((text, place)) = name.and_then(|node| Some((node.text()?, node.place))) {
            if seen.contains(&text) {
                report(
                    decoder,
                    Code::DuplicateName,
                    format!("two instruments are called `{text}`"),
                    Some(place),
                    "",
                );
            }
            seen.push(text);
        }
    }
    let mut known: Vec<&str> = Vec::new();
    for key in ["variables", "factors", "milestones"] {
        let Some(table) = top.get(key).and_then(Node::table) else { continue };
        for (name, _) in &table.entries {
            if known.contains(&name.text.as_str()) {
                let message = format!("`{}` is the name of something else already", name.text);
                report(
                    decoder,
                    Code::DuplicateName,
                    message,
                    Some(name.place),
                    "variables, factors and milestones share their names",
                );
            }
            known.push(&name.text);
        }
    }
}

/// Milestones must not wait for each other.
fn cycles(decoder: &Decoder<'_>, top: &Table, scenario: &Scenario) {
    let milestones = &scenario.milestones;
    let mut settled = vec![false; milestones.len()];
    loop {
        let ready = |id: &MilestoneId| {
            !settled[*id] && milestones[*id].requires.iter().all(|required| settled[*required])
        };
        let Some(next) = (0..milestones.len()).find(ready) else { break };
        settled[next] = true;
    }
    let stuck: Vec<&str> =
        (0..milestones.len()).filter(|id| !settled[*id]).map(|id| milestones[id].name.as_str()).collect();
    let Some(first) = stuck.first() else { return };
    let table = top.get("milestones").and_then(Node::table);
    let place = table.and_then(|table| table.entry(first)).map(|(name, _)| name.place);
    let message = format!("milestones wait for each other: {}", stuck.join(", "));
    report(decoder, Code::MilestoneCycle, message, place, "take one of them out of a `requires`");
}

fn investor(decoder: &Decoder<'_>, top: &Table, scenario: &Scenario) {
    if !scenario.instruments.iter().any(|instrument| instrument.valued) {
        let investor = &scenario.deal.investor;
        let message =
            format!("no instrument is held by the investor `{investor}`, so there is nothing to value");
        report(
            decoder,
            Code::ContradictoryTerms,
            message,
            place_of(top, "deal"),
            "give one of them that holder, or leave `holder` out",
        );
    }
}

/// One holder at most can be limited, to one fraction.
fn limits(decoder: &Decoder<'_>, top: &Table, scenario: &Scenario) {
    let mut limited: Vec<(&str, crate::number::Decimal)> = Vec::new();
    for instrument in &scenario.instruments {
        if let Kind::Debt(debt) = &instrument.kind
            && let Some(limit) = debt.conversion.as_ref().and_then(|conversion| conversion.ownership_limit)
        {
            limited.push((&instrument.holder, limit));
        }
    }
    if limited.windows(2).any(|pair| pair[0] != pair[1]) {
        let message = "ownership limits must be the same, and of one holder".to_owned();
        report(decoder, Code::ContradictoryTerms, message, place_of(top, "instruments"), "");
    }
}

/// Terms that can never take effect.
fn dead_terms(decoder: &Decoder<'_>, top: &Table, scenario: &Scenario) {
    let nodes = elements(top, "instruments");
    for (instrument, node) in scenario.instruments.iter().zip(nodes) {
        let Kind::Debt(debt) = &instrument.kind else { continue };
        let Some(conversion) = &debt.conversion else { continue };
        let by_round = conversion.qualified_financing.is_some() && scenario.rounds.is_some();
        let by_ipo = conversion.at_ipo && scenario.ipo.is_some();
        let at_maturity =
            debt.maturity.as_ref().is_some_and(|maturity| maturity.then != crate::model::AtMaturity::Repay);
        let in_sale = debt.change_of_control.or_as_converted && scenario.sale.is_some();
        if !(by_round || by_ipo || at_maturity || in_sale || conversion.on_milestone.is_some()) {
            let message = format!("nothing in this scenario ever converts `{}`", instrument.name);
            report(
                decoder,
                Code::Unreachable,
                message,
                Some(node.place),
                "give it a `qualified_financing` and the scenario `financing_rounds`, or an IPO, or conversion at maturity",
            );
        }
    }
}
