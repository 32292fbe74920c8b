//! Worked cases from outside, held against the clauses in both number types.
//!
//! `tests/data/contracts.json` states for each case its inputs, its expected numbers, where those come from
//! and the tolerance its source deserves (`rel` and `abs`, either of which suffices).

#![expect(clippy::unwrap_used, reason = "a malformed case must stop its test")]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::str::FromStr;

use cabrio::number::{Amount, Decimal};
use serde_json::Value;

mod clauses;
mod rounds;
mod sales;

fn cases() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../../data/contracts.json")).unwrap();
    file["cases"].as_array().unwrap().clone()
}

/// Runs every case of a kind in both number types, and sees that there are as many as thought and that
/// every expected number was held against something.
fn each(kind: &str, count: usize, in_f64: fn(&Case), in_exact: fn(&Case)) {
    let cases: Vec<Case> = cases().into_iter().filter(|case| case["kind"] == kind).map(Case::new).collect();
    assert_eq!(cases.len(), count, "{kind}");
    for case in &cases {
        in_f64(case);
        in_exact(case);
        let expected = case.0["expected"].as_object().unwrap().keys();
        let unseen: Vec<_> = expected.filter(|key| !case.1.borrow().contains(*key)).collect();
        assert!(unseen.is_empty(), "{}: {unseen:?} not checked", case.0["id"]);
    }
}

/// A case, and the expected numbers looked at so far.
struct Case(Value, RefCell<BTreeSet<String>>);

impl Case {
    fn new(case: Value) -> Self {
        Case(case, RefCell::default())
    }

    fn input(&self, key: &str) -> &Value {
        &self.0["inputs"][key]
    }

    fn expected(&self, key: &str) -> &Value {
        self.1.borrow_mut().insert(key.to_owned());
        &self.0["expected"][key]
    }

    fn amount<A: Amount>(&self, key: &str) -> A {
        number(self.input(key)).unwrap_or_else(|| panic!("{}: {key}", self.0["id"]))
    }

    /// Holds a result against the expected number, if the case gives one.
    fn check<A: Amount>(&self, what: &str, result: A, expected: &Value) {
        if expected.is_null() {
            return;
        }
        let expected = expected.as_f64().unwrap();
        let tolerance = &self.0["tolerance"];
        let allowed = (tolerance["rel"].as_f64().unwrap_or(0.0) * expected.abs())
            .max(tolerance["abs"].as_f64().unwrap_or(0.0));
        let error = (result.to_f64() - expected).abs();
        assert!(error <= allowed, "{} {what}: {result:?}, expected {expected}", self.0["id"]);
    }

    fn check_each<A: Amount>(&self, what: &str, names: &[String], results: &[A]) {
        for (name, &result) in names.iter().zip(results) {
            self.check(&format!("{what} {name}"), result, &self.expected(what)[name]);
        }
    }
}

/// The decimal as the file writes it; an array is summed.
fn number<A: Amount>(value: &Value) -> Option<A> {
    match value {
        Value::Number(written) => {
            let written = written.to_string();
            let decimal = Decimal::from_str(&written).or_else(|_| Decimal::from_scientific(&written));
            Some(A::from_decimal(decimal.unwrap()))
        }
        Value::Array(parts) => Some(parts.iter().fold(A::ZERO, |sum, part| sum + number::<A>(part).unwrap())),
        _ => None,
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn names(list: &[Value]) -> Vec<String> {
    list.iter().map(|each| each["id"].as_str().unwrap().to_owned()).collect()
}
