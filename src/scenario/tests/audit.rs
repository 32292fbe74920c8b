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
        (Kind::Parameters(forms), Value::Table(table)) => {
            assert!(forms.iter().any(|form| follows(form, table)), "{table:?}");
        }
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

/// Whether a table of parameters has the form.
fn follows(form: &Form, table: &Table) -> bool {
    let quantiles = form.quantiles != Quantiles::None;
    let is_quantile = |name: &str| quantiles && (name == "median" || name.starts_with('p'));
    let known = |name: &str| form.required.iter().chain(form.optional).any(|(known, _)| *known == name);
    form.required.iter().all(|(name, _)| table.get(name).is_some())
        && table.names().all(|name| known(name) || is_quantile(name))
}

#[test]
fn every_form_of_every_family_makes_a_distribution() {
    let sample = |name: &str| match name {
        "low" => "0.5",
        "p10" | "minimum" | "sigma" | "sd" => "1",
        "p90" => "3",
        "high" | "degrees" => "4",
        "weights" => "[3, 1]",
        "values" | "of" => "[1, 2]",
        "csv" => "\"growth.csv\"",
        "column" => "\"growth\"",
        _ => "2",
    };
    let mut forms_seen = 0;
    for key in FAMILIES.keys {
        let Kind::Parameters(forms) = key.kind else { continue };
        for form in forms {
            let quantiles: &[&str] = if form.quantiles == Quantiles::None { &[] } else { &["p10", "p90"] };
            let names = form
                .required
                .iter()
                .chain(form.optional)
                .map(|(name, _)| *name)
                .chain(quantiles.iter().copied());
            if names.clone().any(|name| name == "csv") {
                continue;
            }
            let parameters: Vec<String> = names.map(|name| format!("{name} = {}", sample(name))).collect();
            let text = format!(
                "deal = {{ title = \"T\", valuation_date = 2026-01-01, horizon = \"5 years\" }}\n\
                 discounting.required_return = \"20%\"\ncompany.value.today = \"$10m\"\n\
                 instruments = [{{ name = \"L\", kind = \"loan\", tranches = [{{ amount = \"$1m\" }}] }}]\n\
                 variables.x.{} = {{ {} }}",
                key.name,
                parameters.join(", ")
            );
            let loaded = load_bytes("form.toml", text.clone().into_bytes(), std::path::Path::new("."), &[]);
            assert!(loaded.study.is_some(), "{text}\n{:?}", loaded.diagnostics);
            forms_seen += 1;
        }
    }
    // counted by hand: three of the lognormal, two of seven families, one of the others, the data file apart
    assert_eq!(forms_seen, 24);
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
