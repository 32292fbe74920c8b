//! `cabrio solve` from outside: what it prints where, and its exit codes.

use std::path::Path;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::cabrio;

/// A loan of $1m at 20 % simple interest for two years, worth nothing more at a rate of 10.49 %.
const LOAN: &str = r#"
deal = { title = "T", valuation_date = 2026-01-01, horizon = "5 years" }
simulation.paths = "2k"
discounting = { required_return = "10%" }
company.value = { today = "$10bn", process = { gbm = { drift = "10%", volatility = "1%" } } }
[[instruments]]
name = "Loan"
kind = "loan"
interest = { rate = "20%" }
maturity = { after = "2 years" }
tranches = [{ amount = "$1m" }]
[[cases]]
name = "Dear"
set = { "instruments.0.interest.rate" = "35%" }
"#;

const RATE: &str = "instruments.0.interest.rate";

/// Hand-worked: 1 + rate · 730/365 = 1.1^(730/365.25).
fn break_even() -> f64 {
    (libm::pow(1.1, 730.0 / 365.25) - 1.0) / 2.0
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("loan.toml"), LOAN).expect("a file");
    folder
}

fn solve(folder: &Path, arguments: &[&str]) -> Output {
    cabrio(folder, &[&["solve", "loan.toml"], arguments].concat())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn result(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

#[track_caller]
fn complaint(output: &Output, code: i32) -> String {
    assert!(result(output, code).is_empty(), "{}", text(&output.stdout));
    text(&output.stderr)
}

#[test]
fn the_answer_is_printed_as_a_person_writes_it() {
    let folder = folder();
    let output = solve(folder.path(), &["--for", RATE, "--target", "present_value = $0"]);
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    let answer = result(&output, 0);
    let mut lines = answer.lines();
    // break_even() is 10.4921 %: two decimals, no spread.
    assert!((break_even() - 0.104_921).abs() < 1e-6, "{}", break_even());
    assert_eq!(lines.next(), Some("instruments.0.interest.rate = 10.49% ± 0"));
    assert_eq!(lines.next(), Some("  gives     present_value = $0"));
    for word in
        ["  now       20%", "evaluations of 2,000 paths, seed 1", "--set 'instruments.0.interest.rate=10.49"]
    {
        assert!(answer.contains(word), "{word}:\n{answer}");
    }
    // What it says exactly gives what was asked for, also beside a case.
    let exact = answer.split("--set '").nth(1).and_then(|rest| rest.split('\'').next()).expect("an override");
    let again = ["--set", exact, "--for", RATE, "--target", "present_value=$0", "--between", "10%..11%"];
    assert!(result(&solve(folder.path(), &again), 0).contains("10.49% ± 0"));
    let case = ["--for", RATE, "--target", "moic=case:\"Dear\"", "--seed", "7"];
    let answer = result(&solve(folder.path(), &case), 0);
    assert!(answer.contains("= 35.00% ± 0") && answer.contains("seed 7"), "{answer}");
}

#[test]
fn json_has_the_answer_or_the_reason() {
    let folder = folder();
    let json = |arguments: &[&str], code: i32| -> Value {
        let output = solve(folder.path(), &[&["--json", "--for", RATE, "--target"], arguments].concat());
        serde_json::from_str(&result(&output, code)).expect("an object")
    };
    let found = json(&["present_value=$0"], 0);
    assert_eq!(found["schema_version"], 1);
    assert_eq!((&found["unit"], &found["metric_unit"]), (&Value::from("fraction"), &Value::from("money")));
    assert_eq!((&found["measure"], &found["refusal"]), (&Value::from("real_world"), &Value::Null));
    let figure = found["answer"]["figure"].as_f64().expect("a number");
    assert!((figure - break_even()).abs() < 1e-9, "{figure}");
    // Interest of two years on $1m, paid after them. Figures have 12 digits, over steps of some 1e-5.
    let slope = found["answer"]["slope"].as_f64().expect("a number");
    let expected = 2e6 / libm::pow(1.1, 730.0 / 365.25);
    assert!((slope / expected - 1.0).abs() < 1e-6, "{slope} {expected}");
    let points = found["points"].as_array().map_or(0, Vec::len);
    assert_eq!(found["evaluations"].as_u64(), u64::try_from(points).ok());

    let unreached = json(&["moic=99x"], 5);
    assert_eq!(
        (&unreached["answer"], &unreached["refusal"]["reason"]),
        (&Value::Null, &Value::from("not_reached"))
    );
}

#[test]
fn no_answer_exits_with_5_and_shows_what_was_seen() {
    let folder = folder();
    let unreached = complaint(&solve(folder.path(), &["--for", RATE, "--target", "moic=99x"]), 5);
    for word in
        ["moic does not reach 99x between 1.2% and 320%", "--between LO..HI", "above the target", "1.4x"]
    {
        assert!(unreached.contains(word), "{word}:\n{unreached}");
    }
    let key = "company.value.process.gbm.drift";
    let flat = complaint(&solve(folder.path(), &["--for", key, "--target", "moic=2x"]), 5);
    assert!(flat.contains("moic hardly depends on company.value.process.gbm.drift"), "{flat}");
}

#[test]
fn wrong_usage_exits_with_2_and_wrong_keys_with_3() {
    let folder = folder();
    for (arguments, word) in [
        (["--for", RATE, "--target", "npv=$0"], "probability_conversion"),
        (["--for", RATE, "--target", "moic=2"], "2x"),
        (["--for", RATE, "--target", "moic=case:Cheap"], "\"Dear\""),
        (["--for", RATE, "--target", "fair_value=$1m"], "[fair_value]"),
    ] {
        let complaint = complaint(&solve(folder.path(), &arguments), 2);
        assert!(complaint.contains(word), "{complaint}");
    }
    let target = ["--target", "moic=2x", "--for"];
    for more in [&[RATE, "--between", "5%"][..], &[RATE, "--between", "$5..$6"], &[RATE, "--paths", "10"]] {
        complaint(&solve(folder.path(), &[&target, more].concat()), 2);
    }
    let nowhere =
        complaint(&solve(folder.path(), &[&target[..], &["instruments.0.interest.rat"]].concat()), 3);
    assert!(nowhere.contains("did you mean `rate`") || nowhere.contains("rate"), "{nowhere}");
    let table = complaint(&solve(folder.path(), &[&target[..], &["instruments.0.interest"]].concat()), 3);
    assert!(table.contains("takes a table"), "{table}");
    let bounds = [&target[..], &[RATE, "--between=-50%..40%"]].concat();
    assert!(complaint(&solve(folder.path(), &bounds), 3).contains("-50%"));
    let help = result(&solve(folder.path(), &["--help"]), 0);
    assert!(
        ["present_value", "fair_value_net", "irr_median"].iter().all(|metric| help.contains(metric)),
        "{help}"
    );
}
