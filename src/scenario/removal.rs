//! Removals: keys and elements that a case takes out of the deal.

use super::overrides::{Step, leads_nowhere, leads_nowhere_in_list, name_of, text_steps};
use super::tree::{Node, Value};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// A path from the top, to what is taken out.
#[derive(Clone, Debug)]
pub(super) struct Removal {
    steps: Vec<Step>,
}

impl Removal {
    /// Reads a path such as `instruments.0.maturity.extended_by`, written as a text.
    ///
    /// # Errors
    /// If the path is malformed.
    pub(super) fn read(node: &Node, text: &str) -> Result<Self, Diagnostic> {
        text_steps(text, node.place).map(|steps| Removal { steps })
    }

    /// The path as text.
    pub(super) fn path(&self) -> String {
        self.steps.iter().map(|step| step.text.as_str()).collect::<Vec<_>>().join(".")
    }
}

/// Takes things out of a scenario. All paths lead through it as it is before any of them is followed; those that lead
/// nowhere are reported and change nothing.
pub(super) fn remove(root: &mut Node, removals: &[Removal], diagnostics: &mut Diagnostics) {
    let mut places: Vec<Vec<usize>> = Vec::new();
    for removal in removals {
        let mut way = Vec::new();
        find(root, &removal.steps, &mut way, &mut places, diagnostics);
    }
    places.sort_unstable();
    places.dedup();
    // Backwards, so that what is still to go keeps its place, and a part goes before its whole.
    for place in places.iter().rev() {
        take_out(root, place);
    }
}

/// Adds the positions, from the top down, of all that the steps lead to.
fn find(
    node: &Node,
    steps: &[Step],
    way: &mut Vec<usize>,
    places: &mut Vec<Vec<usize>>,
    diagnostics: &mut Diagnostics,
) {
    let Some((step, rest)) = steps.split_first() else {
        places.push(way.clone());
        return;
    };
    let below: Vec<(usize, &Node)> = match &node.value {
        Value::Table(table) => {
            let entries = table.entries.iter().enumerate();
            entries
                .filter(|(_, (name, _))| step.takes(&name.text))
                .map(|(at, (_, node))| (at, node))
                .collect()
        }
        Value::List(nodes) if step.text == "*" => nodes.iter().enumerate().collect(),
        Value::List(nodes) => {
            let named = nodes.iter().position(|node| name_of(node) == Some(step.text.as_str()));
            let number = step.text.parse::<usize>().ok();
            let at = named.or(number.filter(|number| *number < nodes.len()));
            at.and_then(|at| nodes.get(at).map(|node| (at, node))).into_iter().collect()
        }
        _ => Vec::new(),
    };
    if below.is_empty() {
        diagnostics.push(match &node.value {
            Value::List(nodes) => leads_nowhere_in_list(step, nodes),
            Value::Table(table) => leads_nowhere(step, &table.names().map(str::to_owned).collect::<Vec<_>>()),
            _ => leads_nowhere(step, &[]).help("end the path before it"),
        });
    }
    for (at, inner) in below {
        way.push(at);
        find(inner, rest, way, places, diagnostics);
        way.pop();
    }
}

fn take_out(node: &mut Node, place: &[usize]) {
    let Some((at, rest)) = place.split_first() else { return };
    match (&mut node.value, rest.is_empty()) {
        (Value::Table(table), true) if *at < table.entries.len() => {
            table.entries.remove(*at);
        }
        (Value::List(nodes), true) if *at < nodes.len() => {
            nodes.remove(*at);
        }
        (Value::Table(table), false) => {
            table.entries.get_mut(*at).into_iter().for_each(|(_, inner)| take_out(inner, rest));
        }
        (Value::List(nodes), false) => nodes.get_mut(*at).into_iter().for_each(|inner| take_out(inner, rest)),
        _ => {}
    }
}
