//! Checks that every table of keys must pass. Sections of the real language are put through it as well.

use super::*;
use crate::scenario::syntax::parse_value;

/// Fails if, in any section reachable from `root`, an example or default does not read by its own key, a text is
/// missing, a key or section name is used twice, or a required key has a default.
pub(in crate::scenario) fn audit(root: &'static Section) {
    let mut seen: Vec<&'static Section> = Vec::new();
    audit_section(root, &mut seen);
}

fn audit_section(section: &'static Section, seen: &mut Vec<&'static Section>) {
    if let Some(known) = seen.iter().find(|known| known.name == section.name) {
        assert!(std::ptr::eq(*known, section), "two sections are called {}", section.name);
        return;
    }
    seen.push(section);
    assert!(section.doc.ends_with('.') && section.keys.len() <= 64, "{}", section.name);
    for (index, key) in section.keys.iter().enumerate() {
        let place = format!("{}.{}", section.name, key.name);
        assert!(key.doc.ends_with('.'), "{place}: doc");
        assert!(!section.keys[..index].iter().any(|other| other.name == key.name), "{place}: twice");
        assert!(!(key.required && key.default.is_some()), "{place}: required with a default");
        for text in [Some(key.example), key.default].into_iter().flatten() {
            let mut sources = Sources::default();
            let id = sources.add("example", text);
            let node = parse_value(text, id, 0).unwrap_or_else(|| panic!("{place}: `{text}` is no TOML"));
            let context = Context::new(false);
            conforms(&context, key.kind, key.limits, &node);
            assert_eq!(context.reported(), 0, "{place}: {:?}", context.into_diagnostics());
        }
        sections_of(key.kind, &mut |section| audit_section(section, seen));
    }
}

fn sections_of(kind: Kind, visit: &mut impl FnMut(&'static Section)) {
    match kind {
        Kind::Table(section) | Kind::OneOf(section) => visit(section),
        Kind::Variants(variants) => variants.choices.iter().for_each(|(_, section)| visit(section)),
        Kind::Map(inner) | Kind::List(inner) | Kind::Uncertain(inner) => sections_of(*inner, visit),
        Kind::Either(kinds) => kinds.iter().for_each(|kind| sections_of(*kind, visit)),
        _ => {}
    }
}

/// Reads a value by its kind all the way down.
fn conforms(context: &Context, kind: Kind, limits: Limits, node: &Node) {
    let entries_of = |section: &'static Section| {
        for (name, node) in node.table().map(|table| table.entries.as_slice()).unwrap_or_default() {
            if let Some(key) = section.key(&name.text) {
                conforms(context, key.kind, key.limits, node);
            }
        }
    };
    match (kind, &node.value) {
        (Kind::Any, _) => {}
        (Kind::Table(section) | Kind::OneOf(section), _) => {
            let _ = TableReader::open(context, section, node);
            entries_of(section);
        }
        (Kind::Variants(variants), _) => {
            if let Some((choice, _)) = TableReader::open_variants(context, variants, node) {
                variants.section(choice).into_iter().for_each(entries_of);
            }
        }
        (Kind::Map(inner), Value::Table(table)) => {
            table.entries.iter().for_each(|(_, node)| conforms(context, *inner, limits, node));
        }
        (Kind::List(inner), Value::List(nodes)) => {
            for node in nodes {
                conforms(context, *inner, limits, node);
            }
        }
        (Kind::Uncertain(inner), _) => {
            let _ = crate::scenario::distribution::uncertain(context, node, *inner, limits, "example", "");
        }
        (Kind::Either(kinds), _) => {
            let fits = |kind: &Kind| {
                let quiet = Context::new(false);
                conforms(&quiet, *kind, limits, node);
                quiet.reported() == 0
            };
            assert!(kinds.iter().any(fits), "{node:?}");
        }
        _ => {
            let _ = context.literal(node, kind, limits, "example", "");
        }
    }
}

#[test]
fn the_test_language_and_the_families_pass() {
    audit(&ROOT);
    audit(&FAMILIES);
}

#[test]
fn the_scenario_language_passes() {
    audit(&SCENARIO);
}
