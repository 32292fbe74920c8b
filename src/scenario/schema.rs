//! JSON Schema (draft-07) from the table of keys, for editors that complete and check TOML.

use serde_json::{Map, Value, json};

use super::forms::{CUTS, Form, Measure, Quantiles};
use super::keys::{Key, Kind, Limits, Section, Variants};
use super::syntax::parse_value;
use super::tree::{self, Node};
use crate::diagnostic::Sources;

/// Patterns of the quantities. They take every text that [`crate::quantity`] reads but for rare spellings, and
/// only texts of its form; digits and sizes are left to `cabrio check`.
pub(super) const MONEY: &str = concat!(
    r"^([-+−]?([A-Z]{3} ?|(US|HK|NZ|C|A|S)?[$]|[€£¥₹]) ?[0-9]{1,3}([0-9]*|(,[0-9]{3})*)(\.[0-9]+)?",
    r"( ?([kKmMbBtT]|mn|mm|[bt]n|thousand|million|billion|trillion))?",
    r"|[-+−]?[0-9]{1,3}([0-9]*|(,[0-9]{3})*)(\.[0-9]+)?",
    r"( ?([kKmMbBtT]|mn|mm|[bt]n|thousand|million|billion|trillion)( [A-Z]{3}| ?[€£¥₹$])?| [A-Z]{3}| ?[€£¥₹$]))$"
);
pub(super) const RATE: &str = r"^[-+−]?[0-9]{1,3}([0-9]*|(,[0-9]{3})*)(\.[0-9]+)? ?(%|bps?)$";
pub(super) const MULTIPLE: &str = r"^[-+−]?[0-9]{1,3}([0-9]*|(,[0-9]{3})*)(\.[0-9]+)? ?[xX×]$";
pub(super) const SPAN: &str = concat!(
    r"^[0-9]{1,4}(\.[0-9]+)? ?(years?|yrs?|y|quarters?|months?|mos?|weeks?|wks?|days?|d)",
    r"((,? (and )?)[0-9]{1,4} ?(years?|yrs?|quarters?|months?|mos?|weeks?|wks?|days?|d))*$"
);
pub(super) const QUANTILE: &str = r"^p[0-9]{1,2}(\.[0-9]+)?$";
pub(super) const COUNT: &str =
    r"^[0-9]{1,3}([0-9]*|(,[0-9]{3})*|(_[0-9]{3})*)(\.[0-9]+)?([kKmM]|[bt]n|[eE][0-9]|[eE]1[0-5])?$";

pub(super) const SHARES: &str = r"^[0-9]{1,3}([0-9]*|(,[0-9]{3})*)(\.[0-9]+)?( ?([kKmMbBtT]|mn|mm|[bt]n|thousand|million|billion|trillion))?$";

/// The schema of a scenario whose top table is `root`. The same keys always give the same schema.
#[must_use]
pub fn json_schema(root: &'static Section) -> Value {
    let mut definitions = Map::new();
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("title".into(), json!(root.name));
    schema.extend(section_schema(root, None, &mut definitions));
    schema.insert("definitions".into(), Value::Object(definitions));
    Value::Object(schema)
}

/// The schema of a table. `tag` adds the key that decides between sections, with its value.
fn section_schema(
    section: &'static Section,
    tag: Option<(&'static Variants, &'static str)>,
    definitions: &mut Map<String, Value>,
) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut required: Vec<&str> = Vec::new();
    if let Some((variants, choice)) = tag {
        properties.insert(variants.tag.into(), json!({ "description": variants.doc, "const": choice }));
        required.push(variants.tag);
    }
    for key in section.keys {
        properties.insert(key.name.into(), key_schema(key, definitions));
        if key.required {
            required.push(key.name);
        }
    }
    let mut schema = Map::new();
    schema.insert("description".into(), json!(section.doc));
    schema.insert("type".into(), json!("object"));
    schema.insert("properties".into(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".into(), json!(required));
    }
    schema.insert("additionalProperties".into(), json!(false));
    schema
}

fn key_schema(key: &Key, definitions: &mut Map<String, Value>) -> Value {
    let mut schema = kind_schema(key.kind, key.limits, definitions);
    if let Value::Object(fields) = &mut schema {
        // Draft-07 ignores what stands beside a `$ref`, so the reference is wrapped.
        if let Some(reference) = fields.remove("$ref") {
            fields.insert("allOf".into(), json!([{ "$ref": reference }]));
        }
        fields.insert("description".into(), json!(key.doc));
        if let Some(default) = key.default.and_then(toml_to_json) {
            fields.insert("default".into(), default);
        }
        if let Some(example) = toml_to_json(key.example) {
            fields.insert("examples".into(), json!([example]));
        }
    }
    schema
}

fn kind_schema(kind: Kind, limits: Limits, definitions: &mut Map<String, Value>) -> Value {
    let text = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    let date = || json!({ "type": "string", "format": "date" });
    match kind {
        Kind::Money => text(MONEY),
        Kind::Rate | Kind::Probability => text(RATE),
        Kind::Multiple => text(MULTIPLE),
        Kind::Span => text(SPAN),
        // Schema checkers for TOML see a date as a text.
        Kind::Date => date(),
        Kind::TimePoint => json!({ "anyOf": [date(), text(SPAN)] }),
        Kind::Count => json!({ "anyOf": [{ "type": "integer", "minimum": 0 }, text(COUNT)] }),
        Kind::Shares => json!({ "anyOf": [number("number", limits), text(SHARES)] }),
        Kind::Integer => number("integer", limits),
        Kind::Number => number("number", limits),
        Kind::Text => json!({ "type": "string", "minLength": 1 }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Choice(words) => json!({ "enum": words }),
        Kind::Uncertain(inner) => {
            let known = kind_schema(*inner, limits, definitions);
            let drawn = kind_schema(Kind::OneOf(&super::FAMILIES), Limits::Any, definitions);
            json!({ "anyOf": [known, text_of_range(), drawn] })
        }
        Kind::Table(section) => define(section.name, definitions, |definitions| {
            Value::Object(section_schema(section, None, definitions))
        }),
        Kind::OneOf(section) => define(section.name, definitions, |definitions| {
            let mut schema = section_schema(section, None, definitions);
            schema.insert("minProperties".into(), json!(1));
            schema.insert("maxProperties".into(), json!(1));
            Value::Object(schema)
        }),
        Kind::Variants(variants) => define(variants.name, definitions, |definitions| {
            let mut choice = |(name, section): &(&'static str, &'static Section)| {
                Value::Object(section_schema(section, Some((variants, name)), definitions))
            };
            json!({ "oneOf": variants.choices.iter().map(&mut choice).collect::<Vec<_>>() })
        }),
        Kind::Map(inner) => {
            json!({ "type": "object", "additionalProperties": kind_schema(*inner, limits, definitions) })
        }
        Kind::List(inner) => json!({ "type": "array", "items": kind_schema(*inner, limits, definitions) }),
        Kind::Either(kinds) => {
            let choices: Vec<Value> =
                kinds.iter().map(|kind| kind_schema(*kind, limits, definitions)).collect();
            json!({ "anyOf": choices })
        }
        Kind::Parameters(forms) => {
            let choices: Vec<Value> = forms.iter().map(|form| form_schema(form, definitions)).collect();
            json!({ "oneOf": choices })
        }
        Kind::Any => json!({}),
    }
}

/// The schema of one form of a distribution's parameters. That a form takes two quantiles and no more is left to the
/// reader where bounds may stand beside them.
fn form_schema(form: &Form, definitions: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    let mut add = |name: &str, measure: Measure| {
        let schema = measure_schema(measure, definitions);
        properties.insert(name.into(), schema);
    };
    form.required.iter().chain(form.optional).for_each(|(name, measure)| add(name, *measure));
    for name in CUTS {
        add(name, Measure::Value);
    }
    let required: Vec<&str> = form.required.iter().map(|(name, _)| *name).collect();
    let mut schema = Map::new();
    schema.insert("type".into(), json!("object"));
    if form.quantiles != Quantiles::None {
        add("median", Measure::Value);
        let quantile = measure_schema(Measure::Value, definitions);
        schema.insert("patternProperties".into(), json!({ QUANTILE: quantile }));
        schema.insert("minProperties".into(), json!(2));
    }
    schema.insert("properties".into(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".into(), json!(required));
    }
    schema.insert("additionalProperties".into(), json!(false));
    Value::Object(schema)
}

fn measure_schema(measure: Measure, definitions: &mut Map<String, Value>) -> Value {
    let list = |items: Value| json!({ "type": "array", "items": items, "minItems": 1 });
    let value = |definitions: &mut Map<String, Value>| {
        define("figure", definitions, |definitions| {
            let kinds = [Kind::Number, Kind::Money, Kind::Rate, Kind::Multiple, Kind::TimePoint];
            let known = kinds.map(|kind| kind_schema(kind, Limits::Any, definitions));
            json!({ "description": "A value of the unit that is drawn.", "anyOf": known })
        })
    };
    match measure {
        Measure::Value => value(definitions),
        Measure::Number => json!({ "type": "number" }),
        Measure::Text => json!({ "type": "string", "minLength": 1 }),
        Measure::Values => list(value(definitions)),
        Measure::Numbers => list(json!({ "type": "number" })),
        Measure::Parts => {
            let drawn = kind_schema(Kind::OneOf(&super::FAMILIES), Limits::Any, definitions);
            list(json!({ "anyOf": [value(definitions), text_of_range(), drawn] }))
        }
    }
}

/// `"a to b"`.
fn text_of_range() -> Value {
    json!({ "type": "string", "pattern": "^.+ to .+$" })
}

fn number(name: &str, limits: Limits) -> Value {
    match limits {
        Limits::Any => json!({ "type": name }),
        Limits::NotNegative => json!({ "type": name, "minimum": 0 }),
        Limits::Positive => json!({ "type": name, "exclusiveMinimum": 0 }),
        Limits::ZeroToOne => json!({ "type": name, "minimum": 0, "maximum": 1 }),
        Limits::BelowOne => json!({ "type": name, "minimum": 0, "exclusiveMaximum": 1 }),
        Limits::AboveMinusOne => json!({ "type": name, "exclusiveMinimum": -1 }),
        Limits::MinusOneToOne => json!({ "type": name, "minimum": -1, "maximum": 1 }),
    }
}

/// A reference to a definition, which is made at its first use. The name is taken before the definition is made,
/// so that a section may hold itself.
fn define(
    name: &str,
    definitions: &mut Map<String, Value>,
    make: impl FnOnce(&mut Map<String, Value>) -> Value,
) -> Value {
    // A reference is a part of a URI, in which no blank may stand.
    let name = name.replace(' ', "_");
    if !definitions.contains_key(&name) {
        definitions.insert(name.clone(), Value::Null);
        let made = make(definitions);
        definitions.insert(name.clone(), made);
    }
    json!({ "$ref": format!("#/definitions/{name}") })
}

/// A TOML value as JSON; `None` if the text is no TOML value.
fn toml_to_json(text: &str) -> Option<Value> {
    let id = Sources::default().add("value", "");
    parse_value(text, id, 0).map(|node| node_to_json(&node))
}

fn node_to_json(node: &Node) -> Value {
    match &node.value {
        tree::Value::Text(text) | tree::Value::Time(text) => json!(text),
        tree::Value::Integer(digits) | tree::Value::Float(digits) => {
            serde_json::from_str(digits).unwrap_or_else(|_| json!(digits))
        }
        tree::Value::Flag(flag) => json!(flag),
        tree::Value::Day(day) => json!(day.to_string()),
        tree::Value::List(nodes) => nodes.iter().map(node_to_json).collect(),
        tree::Value::Table(table) => {
            let fields = table.entries.iter().map(|(name, node)| (name.text.clone(), node_to_json(node)));
            Value::Object(fields.collect())
        }
        tree::Value::Broken => Value::Null,
    }
}
