//! Worked cases from outside, written as scenario files and read back from the JSON of the exact tables.
//!
//! `tests/data/contracts.json` states for each case its inputs, its expected numbers, where those come from and the
//! tolerance its source deserves. Each case goes the whole way of a user: text of a file, reading, table, JSON. How a
//! kind of case is written as a file, and where its numbers stand in the JSON, is what docs/capital-structure.md says.

#![expect(clippy::unwrap_used, reason = "a malformed case must stop its test")]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::str::FromStr;

use cabrio::capital::{round_table, sale_table};
use cabrio::number::Decimal;
use cabrio::scenario::{Reading, load_bytes_as};
use serde_json::Value;

mod clauses;
mod rounds;
mod sales;

const HEAD: &str = "[deal]\ntitle = \"Case\"\n";

/// A case, and the expected numbers looked at so far.
struct Case(Value, RefCell<BTreeSet<String>>);

/// Runs every case of a kind, and sees that every expected number was held against something.
fn each(kind: &str, count: usize, run: fn(&Case)) {
    let file: Value = serde_json::from_str(include_str!("../../data/contracts.json")).unwrap();
    let cases: Vec<Case> = file["cases"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|case| case["kind"] == kind)
        .map(|case| Case(case.clone(), RefCell::default()))
        .collect();
    assert_eq!(cases.len(), count, "{kind}");
    for case in &cases {
        run(case);
        let expected = case.0["expected"].as_object().unwrap().keys();
        let unseen: Vec<_> = expected.filter(|key| !case.1.borrow().contains(*key)).collect();
        assert!(unseen.is_empty(), "{}: {unseen:?} not checked", case.0["id"]);
    }
}

impl Case {
    fn input(&self, key: &str) -> &Value {
        &self.0["inputs"][key]
    }

    fn expected(&self, key: &str) -> &Value {
        self.1.borrow_mut().insert(key.to_owned());
        &self.0["expected"][key]
    }

    /// Holds a result against the expected number, if the case gives one.
    fn check(&self, what: &str, result: &Value, expected: &Value) {
        if expected.is_null() {
            return;
        }
        let expected = expected.as_f64().unwrap();
        let result = result.as_f64().unwrap_or_else(|| panic!("{} {what}: no number {result}", self.0["id"]));
        let tolerance = &self.0["tolerance"];
        let allowed = (tolerance["rel"].as_f64().unwrap_or(0.0) * expected.abs())
            .max(tolerance["abs"].as_f64().unwrap_or(0.0));
        let error = (result - expected).abs();
        assert!(error <= allowed, "{} {what}: {result}, expected {expected}", self.0["id"]);
    }

    /// The table of the round of a scenario, as its JSON.
    fn captable(&self, scenario: &str) -> Value {
        let structure = self.structure(scenario);
        let table = round_table(&structure, &[]).unwrap_or_else(|error| panic!("{}: {error}", self.0["id"]));
        serde_json::from_str(&serde_json::to_string(&table).unwrap()).unwrap()
    }

    /// The table of a sale at one price, as its JSON.
    fn waterfall(&self, scenario: &str, exit: &Value) -> Value {
        let structure = self.structure(scenario);
        let exit = Decimal::from_str(&exit.to_string()).unwrap();
        let table =
            sale_table(&structure, &[exit], &[]).unwrap_or_else(|error| panic!("{}: {error}", self.0["id"]));
        serde_json::from_str(&serde_json::to_string(&table).unwrap()).unwrap()
    }

    fn structure(&self, scenario: &str) -> cabrio::model::CapitalStructure {
        let bytes = scenario.as_bytes().to_vec();
        let loaded = load_bytes_as(Reading::Structure, "case.toml", bytes, Path::new("."), &[]);
        let said: Vec<_> = loaded.diagnostics.sorted().iter().map(|found| found.message.clone()).collect();
        assert!(said.is_empty(), "{}: {said:?}\n{scenario}", self.0["id"]);
        loaded.structure.unwrap().capital
    }
}

/// An amount as a scenario writes it.
fn money(value: &Value) -> String {
    format!("\"${value}\"")
}

/// A fraction as a percentage.
fn percent(value: &Value) -> String {
    let fraction = Decimal::from_str(&value.to_string()).unwrap();
    format!("\"{}%\"", (fraction * Decimal::ONE_HUNDRED).normalize())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The element of a list whose `key` is `name`.
fn named<'v>(list: &'v Value, key: &str, name: &str) -> &'v Value {
    list.as_array().unwrap().iter().find(|each| each[key] == name).unwrap_or(&Value::Null)
}
