//! `[checks]`: what must hold of the results, read against the deal and its cases.

use super::{Study, case_nodes};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Sources, nearest};
use crate::model::Scenario;
use crate::quantity::Currency;
use crate::scenario::metric::{Check, Wrong, read_check};
use crate::scenario::tree::{Document, Node, Value};

/// Most checks of a scenario.
const MOST_CHECKS: usize = 100;

/// The checks of a document whose deal and cases are decoded; mistakes in them are reported.
pub(super) fn checks(
    document: &Document,
    study: &Study,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Vec<Check> {
    let entries = match document.root.table().and_then(|table| table.get("checks")).map(|node| &node.value) {
        Some(Value::Table(table)) => &table.entries,
        _ => return Vec::new(),
    };
    if let Some((name, _)) = entries.get(MOST_CHECKS) {
        let message = format!("there are more than {MOST_CHECKS} checks");
        diagnostics.push(
            Diagnostic::new(Code::OutOfRange, message).at(name.place, "").help("keep those that matter"),
        );
        return Vec::new();
    }
    let currency: Option<Currency> = study.base.deal.currency.parse().ok();
    let mut found = Vec::new();
    for (name, node) in entries {
        // What is no text has been reported.
        let Some(text) = node.text() else { continue };
        match read_check(&name.text, text, currency) {
            Ok(check) => match misplaced(&check, document, study) {
                Some((message, help)) => {
                    let mistake = Diagnostic::new(Code::BadCheck, message).at(node.place, "");
                    diagnostics.push(mistake.help(help));
                }
                None => found.push(check),
            },
            Err(Wrong { at, message, help }) => {
                let place = within(node, text, at, sources);
                diagnostics.push(Diagnostic::new(Code::BadCheck, message).at(place, "").help(help));
            }
        }
    }
    found
}

/// Why a well-formed check says nothing about this study, with what to do.
fn misplaced(check: &Check, document: &Document, study: &Study) -> Option<(String, String)> {
    let scenario: &Scenario = match &check.case {
        None => &study.base,
        Some(name) => match study.cases.iter().find(|(known, _)| known == name) {
            Some((_, scenario)) => scenario,
            // A case that has mistakes of its own is there.
            None if named(document).any(|known| known == name) => &study.base,
            None => {
                let known: Vec<&str> = named(document).collect();
                let help = match nearest(name, known.iter().copied()) {
                    Some(word) => format!("did you mean \"{word}\"?"),
                    None if known.is_empty() => "the scenario has no cases".to_owned(),
                    None => format!("cases: {}", known.join(", ")),
                };
                return Some((format!("there is no case \"{name}\""), help));
            }
        },
    };
    check.metric.missing_in(scenario)
}

fn named(document: &Document) -> impl Iterator<Item = &str> {
    case_nodes(&document.root).iter().filter_map(|node| node.table()?.get("name")?.text())
}

/// The place of a part of a text value: exact if the text stands in the file as it is read, else that of the whole.
fn within(node: &Node, text: &str, part: std::ops::Range<usize>, sources: &Sources) -> Place {
    let written = sources.excerpt(node.place);
    let plain = written.len() == text.len() + 2 && written.get(1..=text.len()) == Some(text);
    if !plain || part.is_empty() {
        return node.place;
    }
    let start = node.place.range().start + 1;
    Place::new(node.place.source, start + part.start..start + part.end)
}
