//! Cases: the deal with some keys set otherwise, run on the same paths.

use std::path::Path;

use super::{Decoded, case_nodes, scenario};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Sources};
use crate::model::Scenario;
use crate::scenario::language;
use crate::scenario::overrides::{apply, case_overrides};
use crate::scenario::removal::{Removal, remove};
use crate::scenario::tree::{Document, Node, Value};

/// What reports call the deal without a case.
pub(super) const BASE_NAME: &str = "As stated";

/// What a case must leave as it is: it is compared with the deal on the same paths, in the same money and at the
/// same date.
const FIXED: [&str; 6] = ["cases", "checks", "extends", "simulation", "deal.currency", "deal.valuation_date"];

/// Decodes one case; mistakes in it are reported as such. `base` is the deal without it.
pub(super) fn case(
    node: &Node,
    base: &Scenario,
    document: &Document,
    sources: &Sources,
    folder: &Path,
    diagnostics: &mut Diagnostics,
) -> Option<(String, Decoded)> {
    let table = node.table()?;
    let name = table.get("name").and_then(Node::text)?.to_owned();
    let mut found = Diagnostics::default();
    let changed = changed(node, document, sources, &mut found);
    let fine = !found.has_errors();
    append(found, &name, diagnostics);
    if !fine {
        return None;
    }
    let mut mistakes = Diagnostics::default();
    let decoded = scenario(&changed, sources, folder, &mut mistakes);
    // Warnings about a case are expected: what it switches off leaves terms without effect.
    let Some(decoded) = decoded else {
        append(mistakes, &name, diagnostics);
        return None;
    };
    let (of, to) = (&base.deal, &decoded.scenario.deal);
    if (of.valuation_date, &of.currency) != (to.valuation_date, &to.currency) {
        diagnostics.push(cannot_change("deal", node));
    }
    if base.fair_value.is_some() != decoded.scenario.fair_value.is_some() {
        let message = "a case has a fair value if the deal has one, and only then";
        let mistake = Diagnostic::new(Code::BadCase, message).at(node.place, "");
        diagnostics
            .push(mistake.help("put [fair_value] in the scenario; a case may change what stands in it"));
    }
    if base.simulation != decoded.scenario.simulation {
        diagnostics.push(cannot_change("simulation", node));
    }
    if same(base, &decoded.scenario) {
        let place = table.get("set").or(table.get("remove")).map_or(node.place, |node| node.place);
        let message = format!("the case `{name}` is the same as the deal as it stands");
        let mistake = Diagnostic::new(Code::UnusedDefinition, message).at(place, "");
        diagnostics.push(mistake.help("change something that makes a difference, or delete the case"));
    }
    Some((name, decoded))
}

/// The document with the changes of a case, whose mistakes are reported.
pub(super) fn changed(
    node: &Node,
    document: &Document,
    sources: &Sources,
    found: &mut Diagnostics,
) -> Document {
    let mut changed = document.clone();
    let Some(table) = node.table() else { return changed };
    let name = table.get("name").and_then(Node::text).unwrap_or_default();
    let set = table.get("set");
    let changes = set.map(|set| case_overrides(set, sources, found)).unwrap_or_default();
    let removals = removals(table.get("remove"), found);
    let place = set.or(table.get("remove")).map_or(node.place, |node| node.place);
    if changes.is_empty() && removals.is_empty() && !found.has_errors() {
        let mistake =
            Diagnostic::new(Code::BadCase, format!("the case `{name}` changes nothing")).at(place, "");
        found.push(
            mistake
                .help("name the keys that are otherwise: set = { \"instruments.0.conversion\" = \"none\" }"),
        );
    }
    for change in &changes {
        if let Some(key) = fixed(&change.path()) {
            found.push(cannot_change(key, node));
        } else {
            apply(&mut changed.root, &language::SCENARIO_KIND, change, found);
        }
    }
    if let Some(key) = removals.iter().find_map(|removal| fixed(&removal.path())) {
        found.push(cannot_change(key, node));
    } else {
        remove(&mut changed.root, &removals, found);
    }
    changed
}

/// Reports names that two cases share.
pub(super) fn duplicates(root: &Node, diagnostics: &mut Diagnostics) {
    let named = |node: &Node| {
        let name = node.table()?.get("name")?;
        Some((name.text()?.to_owned(), name.place))
    };
    let mut seen: Vec<(String, Place)> = Vec::new();
    for (name, place) in case_nodes(root).iter().filter_map(named) {
        if name.eq_ignore_ascii_case(BASE_NAME) {
            let mistake =
                Diagnostic::new(Code::BadCase, "the deal without a case is called that").at(place, "");
            diagnostics.push(mistake.help("give the case another name"));
        }
        if let Some((_, first)) = seen.iter().find(|(known, _)| *known == name) {
            let message = format!("two cases are called `{name}`");
            let mistake =
                Diagnostic::new(Code::DuplicateName, message).at(place, "the second").at(*first, "the first");
            diagnostics.push(mistake.help("give each a name of its own"));
        }
        seen.push((name, place));
    }
}

/// The paths under `remove`; those that cannot be read are reported.
fn removals(list: Option<&Node>, diagnostics: &mut Diagnostics) -> Vec<Removal> {
    let Some(Value::List(nodes)) = list.map(|node| &node.value) else { return Vec::new() };
    let mut removals = Vec::new();
    for node in nodes {
        match node.text().map(|text| Removal::read(node, text)) {
            Some(Ok(removal)) => removals.push(removal),
            Some(Err(mistake)) => diagnostics.push(mistake),
            None => diagnostics.push(
                Diagnostic::new(Code::WrongType, "a path to remove is a text")
                    .at(node.place, "")
                    .help("write it like remove = [\"instruments.0.maturity.extended_by\"]"),
            ),
        }
    }
    removals
}

fn fixed(path: &str) -> Option<&'static str> {
    let below =
        |key: &str| path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    FIXED.into_iter().find(|key| below(key))
}

fn cannot_change(key: &str, node: &Node) -> Diagnostic {
    let message = format!("a case cannot change `{key}`: it is compared with the deal on the same paths");
    let mistake = Diagnostic::new(Code::BadCase, message).at(node.place, "");
    mistake.help("set it for the whole scenario, or write a scenario of its own with `extends`")
}

/// Mistakes of a case say so.
fn append(mut mistakes: Diagnostics, name: &str, diagnostics: &mut Diagnostics) {
    mistakes.help_all(&format!("this is so in the case `{name}`"));
    diagnostics.append(mistakes);
}

/// Whether two scenarios say the same; where their figures come from does not count.
fn same(base: &Scenario, case: &Scenario) -> bool {
    let plain = |scenario: &Scenario| {
        let mut scenario = scenario.clone();
        scenario.assumptions.clear();
        scenario
    };
    plain(base) == plain(case)
}
