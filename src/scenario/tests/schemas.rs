//! The JSON Schema and the reference page.

use proptest::prelude::*;
use proptest::string::string_regex;
use serde_json::{Value, json};

use super::*;
use crate::quantity::{Count, Money, Multiple, QuantityError, QuantityErrorKind, Rate, Shares, Span};
use crate::scenario::schema;

#[test]
fn the_schema_follows_the_table_of_keys() {
    let schema = json_schema(&ROOT);
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    assert_eq!(schema["required"], json!(["deal"]));
    assert_eq!(schema["properties"]["deal"]["allOf"], json!([{ "$ref": "#/definitions/deal" }]));
    let deal = &schema["definitions"]["deal"];
    assert_eq!(deal["additionalProperties"], false);
    assert_eq!(deal["properties"]["horizon"]["default"], "5 years");
    assert_eq!(
        deal["properties"]["valuation_date"],
        json!({ "type": "string", "format": "date", "description": "The day of the value.", "examples": ["2026-05-04"] })
    );
    let milestone = &schema["definitions"]["milestone"]["properties"];
    assert_eq!(milestone["when"]["anyOf"][2]["$ref"], "#/definitions/distribution");
    assert_eq!(milestone["weight"]["maximum"], 1);
    let note = &schema["definitions"]["instrument"]["oneOf"][0];
    assert_eq!(note["properties"]["kind"]["const"], "note");
    assert_eq!(note["required"], json!(["kind", "name", "amount"]));
    assert_eq!(schema["definitions"]["distribution"]["maxProperties"], 1);
}

#[test]
fn every_reference_in_the_schema_leads_somewhere() {
    fn check(value: &Value, definitions: &Value) {
        if let Some(name) = value["$ref"].as_str() {
            assert!(definitions[name.trim_start_matches("#/definitions/")].is_object(), "{name}");
        }
        if let Some(fields) = value.as_object() {
            fields.values().for_each(|field| check(field, definitions));
        }
        value.as_array().into_iter().flatten().for_each(|element| check(element, definitions));
    }
    let schema = json_schema(&ROOT);
    check(&schema, &schema["definitions"]);
}

#[test]
fn sections_of_the_language_have_names_of_their_own() {
    // Definitions of the schema and headings of the reference go by name: the second of two would be lost.
    fn visit(kind: Kind, seen: &mut Vec<&'static Section>) {
        let mut enter = |section: &'static Section| {
            if seen.iter().any(|known| std::ptr::eq(*known, section)) {
                return;
            }
            assert!(seen.iter().all(|known| known.name != section.name), "two sections: {}", section.name);
            seen.push(section);
            section.keys.iter().for_each(|key| visit(key.kind, seen));
        };
        match kind {
            Kind::Table(section) | Kind::OneOf(section) => enter(section),
            Kind::Variants(variants) => {
                // Two choices may share one section.
                variants.choices.iter().for_each(|(_, section)| enter(section));
            }
            Kind::Uncertain(inner) | Kind::Map(inner) | Kind::List(inner) => visit(*inner, seen),
            Kind::Either(kinds) => kinds.iter().for_each(|kind| visit(*kind, seen)),
            _ => {}
        }
    }
    let mut seen = Vec::new();
    visit(crate::scenario::language::SCENARIO_KIND, &mut seen);
    assert!(seen.len() > 20, "{}", seen.len());
}

#[test]
fn a_section_may_hold_itself() {
    static TREE: Section = Section {
        name: "tree",
        doc: "A tree.",
        keys: &[Key::new("branches", Kind::List(&Kind::Table(&TREE)), "[]", "Its branches.")],
    };
    let schema = json_schema(&TREE);
    assert_eq!(
        schema["definitions"]["tree"]["properties"]["branches"]["items"]["$ref"],
        "#/definitions/tree"
    );
    assert_eq!(reference(&TREE).matches("## tree").count(), 1);
}

#[test]
fn the_reference_page_lists_each_section_once() {
    let page = reference(&ROOT);
    assert_eq!(page.matches("\n## milestone\n").count(), 1);
    // hand-written
    assert!(page.contains(
        "\n## simulation\n\nHow much is computed.\n\n| Key | Value | If left out | Meaning |\n|---|---|---|---|\n\
         | `paths` | a whole number, more than zero; `\"1m\"` | `\"100k\"` | Number of paths. |\n"
    ), "{page}");
}

/// Whether a text has the form of the quantity: how many digits, and whether they are whole, no pattern can say.
fn has_form<T>(read: Result<T, QuantityError>) -> bool {
    read.map_or_else(
        |error| {
            let about_digits = ["commas", "whole number of things", "whole number of months"];
            error.kind == QuantityErrorKind::OutOfRange
                || about_digits.iter().any(|part| error.to_string().contains(part))
        },
        |_| true,
    )
}

proptest! {
    #[test]
    fn texts_that_the_schema_takes_have_the_form_of_the_quantity(
        rate in generated(schema::RATE), multiple in generated(schema::MULTIPLE), span in generated(schema::SPAN),
        count in generated(schema::COUNT), money in generated(schema::MONEY),
        shares in generated(schema::SHARES),
    ) {
        prop_assert!(has_form(rate.parse::<Rate>()), "{rate}");
        prop_assert!(has_form(multiple.parse::<Multiple>()), "{multiple}");
        prop_assert!(has_form(span.parse::<Span>()), "{span}");
        prop_assert!(has_form(count.parse::<Count>()), "{count}");
        prop_assert!(has_form(shares.parse::<Shares>()), "{shares}");
        prop_assert!(has_form(Money::parse(&money)), "{money}");
    }
}

/// Texts that a pattern takes.
fn generated(pattern: &str) -> impl Strategy<Value = String> {
    string_regex(pattern.trim_start_matches('^').trim_end_matches('$')).unwrap()
}
