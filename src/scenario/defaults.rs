//! Defaults written out, so that a scenario kept with its results says all that it meant.

use super::keys::{DefaultWhere, Key, Kind, Section};
use super::syntax::parse_value;
use super::tree::{Name, Node, Table, Value};
use crate::diagnostic::{Place, Sources};

/// Adds to every table of a scenario the keys that were left out and have a default. Defaults that another key of the
/// table makes meaningless stay out, and so do those that say in one way what some case says in another.
pub(super) fn fill(root: &mut Node, kind: &'static Kind) {
    let mut named = Vec::new();
    if let Some(cases) = root.table().and_then(|table| table.get("cases")) {
        names(cases, &mut named);
    }
    fill_node(root, kind, &named);
}

/// All keys below a node, paths of overrides cut into their steps.
fn names(node: &Node, found: &mut Vec<String>) {
    match &node.value {
        Value::Table(table) => {
            for (name, inner) in &table.entries {
                found.extend(name.text.split('.').map(|step| step.trim_matches(['"', '\'', ' ']).to_owned()));
                names(inner, found);
            }
        }
        Value::List(elements) => elements.iter().for_each(|element| names(element, found)),
        _ => {}
    }
}

fn fill_node(node: &mut Node, kind: &'static Kind, named: &[String]) {
    let place = node.place;
    match (kind, &mut node.value) {
        (Kind::Table(section), Value::Table(table)) => {
            add(table, section, named, place);
            below(table, kind, named);
        }
        (Kind::Variants(variants), Value::Table(table)) => {
            let choice = table.get(variants.tag).and_then(Node::text).and_then(|word| variants.section(word));
            let Some(section) = choice else { return };
            add(table, section, named, place);
            for (name, inner) in &mut table.entries {
                if let Some(key) = section.key(&name.text) {
                    fill_node(inner, &key.kind, named);
                }
            }
        }
        (Kind::OneOf(_) | Kind::Map(_), Value::Table(table)) => below(table, kind, named),
        (Kind::List(inner), Value::List(elements)) => {
            for element in elements {
                fill_node(element, inner, named);
            }
        }
        (Kind::Either(kinds), Value::Table(_)) => {
            if let Some(kind) = kinds.iter().find(|kind| matches!(kind, Kind::Table(_))) {
                fill_node(node, kind, named);
            }
        }
        _ => {}
    }
}

fn below(table: &mut Table, kind: &'static Kind, named: &[String]) {
    for (name, inner) in &mut table.entries {
        if let Some(child) = kind.child(&name.text, &|_| None) {
            fill_node(inner, child, named);
        }
    }
}

/// Adds the defaults that are missing; `place` is that of the table.
fn add(table: &mut Table, section: &'static Section, named: &[String], place: Place) {
    for key in section.keys.iter().filter(|key| key.default.is_some()) {
        if table.get(key.name).is_some() || !means_something(key, table, named) {
            continue;
        }
        let id = Sources::default().add("default", "");
        if let Some(default) = key.default.and_then(|text| parse_value(text, id, 0)) {
            let name = Name { text: key.name.to_owned(), place };
            table.entries.push((name, Node { place, key_place: Some(place), ..default }));
        }
    }
}

/// Whether a key's default means something beside the keys of its table.
fn means_something(key: &Key, table: &Table, named: &[String]) -> bool {
    let is = |key: &str, word: &str| table.get(key).and_then(Node::text) == Some(word);
    match key.default_where {
        DefaultWhere::Always => true,
        DefaultWhere::With(other) => table.get(other).is_some(),
        DefaultWhere::Without(other) => table.get(other).is_none() && !named.iter().any(|name| name == other),
        DefaultWhere::Is(other, word) => is(other, word),
        DefaultWhere::IsNot(other, word) => !is(other, word),
    }
}
