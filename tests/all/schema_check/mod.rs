//! As much of JSON Schema (draft-07) as the scenario schema uses, without the patterns of texts.

use std::collections::BTreeSet;

use cabrio::diagnostic::{Diagnostics, Sources};
use cabrio::scenario::{Node, Value as Toml, parse};
use serde_json::{Map, Value, json};

/// Keywords that only inform.
const NOTES: [&str; 7] = ["$schema", "title", "description", "default", "examples", "format", "definitions"];
/// Keywords checked below.
const RULES: [&str; 22] = [
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "const",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "minProperties",
    "maxProperties",
    "pattern",
    "not",
    "patternProperties",
    "minItems",
];

/// A scenario as JSON: numbers as numbers, dates as texts.
pub(crate) fn toml_as_json(text: &str) -> Value {
    let mut sources = Sources::default();
    let id = sources.add("example", text);
    let document = parse(&sources, id, &mut Diagnostics::default()).expect("TOML");
    node(&document.root)
}

fn node(from: &Node) -> Value {
    match &from.value {
        Toml::Text(text) | Toml::Time(text) => json!(text),
        Toml::Integer(digits) | Toml::Float(digits) => serde_json::from_str(digits).expect("a number"),
        Toml::Flag(flag) => json!(flag),
        Toml::Day(day) => json!(day.to_string()),
        Toml::List(nodes) => nodes.iter().map(node).collect(),
        Toml::Table(table) => Value::Object(
            table.entries.iter().map(|(name, inner)| (name.text.clone(), node(inner))).collect(),
        ),
        Toml::Broken => Value::Null,
    }
}

/// Fails if a schema uses a keyword unknown here, or a reference that leads nowhere or is no URI.
pub(crate) fn well_formed(root: &Value) {
    let mut seen = BTreeSet::new();
    walk(root, root, &mut seen);
    assert!(seen.len() > 10, "{seen:?}");
}

fn walk(root: &Value, schema: &Value, references: &mut BTreeSet<String>) {
    let Some(fields) = schema.as_object() else { return };
    for (keyword, value) in fields {
        assert!(NOTES.contains(&keyword.as_str()) || RULES.contains(&keyword.as_str()), "{keyword}");
        match keyword.as_str() {
            "properties" | "patternProperties" | "definitions" => {
                value
                    .as_object()
                    .expect("an object")
                    .values()
                    .for_each(|inner| walk(root, inner, references));
            }
            "anyOf" | "oneOf" | "allOf" => {
                value.as_array().expect("a list").iter().for_each(|inner| walk(root, inner, references));
            }
            "items" | "not" | "additionalProperties" => walk(root, value, references),
            "$ref" => {
                let reference = value.as_str().expect("a text");
                assert!(!reference.contains(char::is_whitespace), "{reference}");
                let found = resolved(root, reference);
                assert!(found.is_object(), "{reference}");
                references.insert(reference.to_owned());
            }
            _ => {}
        }
    }
}

fn resolved<'a>(root: &'a Value, reference: &str) -> &'a Value {
    root.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null)
}

/// Where a value does not follow a schema.
pub(crate) fn problems(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, value, "", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(rules) = schema.as_object() else {
        if schema == &Value::Bool(false) {
            found.push(format!("{at}: not allowed"));
        }
        return;
    };
    let fits = |schema: &Value| {
        let mut quiet = Vec::new();
        check(root, schema, value, at, &mut quiet);
        quiet.is_empty()
    };
    for (keyword, rule) in rules {
        let fine = match keyword.as_str() {
            "$ref" => fits(resolved(root, rule.as_str().unwrap_or(""))),
            "type" => has_type(value, rule.as_str().unwrap_or("")),
            "enum" => rule.as_array().is_some_and(|words| words.contains(value)),
            "const" => rule == value,
            "anyOf" => rule.as_array().is_some_and(|schemas| schemas.iter().any(fits)),
            "oneOf" => rule
                .as_array()
                .is_some_and(|schemas| schemas.iter().filter(|schema| fits(schema)).count() == 1),
            "allOf" => rule.as_array().is_some_and(|schemas| schemas.iter().all(fits)),
            "minimum" => number(value).is_none_or(|value| value >= number(rule).unwrap_or(f64::NAN)),
            "maximum" => number(value).is_none_or(|value| value <= number(rule).unwrap_or(f64::NAN)),
            "exclusiveMinimum" => number(value).is_none_or(|value| value > number(rule).unwrap_or(f64::NAN)),
            "exclusiveMaximum" => number(value).is_none_or(|value| value < number(rule).unwrap_or(f64::NAN)),
            "minLength" => {
                value.as_str().is_none_or(|text| text.chars().count() as u64 >= rule.as_u64().unwrap_or(0))
            }
            "minItems" => value.as_array().is_none_or(|list| list.len() as u64 >= rule.as_u64().unwrap_or(0)),
            "minProperties" => {
                value.as_object().is_none_or(|table| table.len() as u64 >= rule.as_u64().unwrap_or(0))
            }
            "maxProperties" => {
                value.as_object().is_none_or(|table| table.len() as u64 <= rule.as_u64().unwrap_or(0))
            }
            _ => true,
        };
        if !fine {
            found.push(format!("{at}: {keyword}"));
        }
    }
    if let Value::Object(table) = value {
        check_table(root, rules, table, at, found);
    }
    if let (Value::Array(list), Some(items)) = (value, rules.get("items")) {
        for (index, element) in list.iter().enumerate() {
            check(root, items, element, &format!("{at}/{index}"), found);
        }
    }
}

fn check_table(
    root: &Value,
    rules: &Map<String, Value>,
    table: &Map<String, Value>,
    at: &str,
    found: &mut Vec<String>,
) {
    let properties = rules.get("properties").and_then(Value::as_object);
    for (name, value) in table {
        let at = format!("{at}/{name}");
        // The one pattern of names there is: quantiles.
        let quantile = name.strip_prefix('p').is_some_and(|rest| rest.parse::<f64>().is_ok());
        let patterns = rules.get("patternProperties").and_then(Value::as_object).filter(|_| quantile);
        let named = properties.and_then(|properties| properties.get(name));
        let schema = named.or(patterns.and_then(|patterns| patterns.values().next()));
        if let Some(schema) = schema.or(rules.get("additionalProperties")) {
            check(root, schema, value, &at, found);
        }
    }
    for name in
        rules.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    {
        if !table.contains_key(name) {
            found.push(format!("{at}: {name} is missing"));
        }
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64()
}

fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        _ => false,
    }
}
