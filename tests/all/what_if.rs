//! `cabrio compare`, `sweep` and `sensitivity` from outside: laws, outputs, refusals.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{cabrio, said};

/// A loan of $1m for two years, lost if the company fails, and an uncertain rate; the rate of an unrelated thing is
/// uncertain too.
const LOAN: &str = r#"
deal = { title = "T", valuation_date = 2026-01-01, horizon = "5 years" }
simulation.paths = "4k"
discounting = { required_return = "10%" }
company.value = { today = "$10bn", process = { gbm = { drift = "10%", volatility = "1%" } } }
failure = { hazard = "5%", recovery = "0%" }
[milestones.launch]
probability = "50%"
when = { uniform = { low = "1 year", high = "2 years" } }
[[instruments]]
name = "Loan"
kind = "loan"
interest = { rate = { uniform = { low = "10%", high = "30%" } } }
maturity = { after = "2 years" }
tranches = [{ amount = "$1m" }]
[[cases]]
name = "Dear"
set = { "instruments.0.interest.rate" = "35%" }
"#;

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("loan.toml"), LOAN).expect("a file");
    let other = LOAN.replace("hazard = \"5%\"", "hazard = \"8%\"");
    std::fs::write(folder.path().join("risky.toml"), other).expect("a file");
    let euros = LOAN.replace("horizon", "currency = \"EUR\", horizon").replace('$', "€");
    std::fs::write(folder.path().join("euros.toml"), euros).expect("a file");
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn json(folder: &Path, arguments: &[&str]) -> Value {
    let output = cabrio(folder, &[arguments, &["--json"]].concat());
    serde_json::from_str(&said(&output, 0)).expect("JSON")
}

#[track_caller]
fn complaint(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = cabrio(folder, arguments);
    assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
    said(&output, code)
}

fn rows(found: &Value, kind: &str) -> Vec<Value> {
    found[kind].as_array().expect("rows").clone()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn a_deal_compared_with_itself_is_exactly_nothing() {
    let folder = folder();
    let found = json(folder.path(), &["compare", "loan.toml", "loan.toml"]);
    for kind in ["metrics", "branches", "milestones"] {
        for row in rows(&found, kind) {
            let difference = &row["difference"];
            assert_eq!(
                (number(&difference["value"]), number(&difference["standard_error"])),
                (0.0, 0.0),
                "{row}"
            );
        }
    }
    assert_eq!(found["inputs"], Value::Array(Vec::new()));
    assert_eq!(found["path_by_path"]["equal"]["value"], 1.0);
}

#[test]
fn swapping_the_sides_flips_the_signs() {
    let folder = folder();
    let one = json(folder.path(), &["compare", "loan.toml", "risky.toml"]);
    let other = json(folder.path(), &["compare", "risky.toml", "loan.toml"]);
    for kind in ["metrics", "branches"] {
        assert!(!rows(&one, kind).is_empty());
        for (a, b) in rows(&one, kind).iter().zip(&rows(&other, kind)) {
            let (forth, back) = (&a["difference"], &b["difference"]);
            assert!((number(&forth["value"]) + number(&back["value"])).abs() <= 0.0, "{a}");
            // The error is the same but for the order of sums.
            let (forth, back) = (number(&forth["standard_error"]), number(&back["standard_error"]));
            assert!((forth - back).abs() <= 1e-9 * forth, "{a}");
        }
    }
    let changed = &one["inputs"][0];
    assert_eq!(
        (&changed["key"], &changed["a"], &changed["b"]),
        (&"failure.hazard".into(), &"\"5%\"".into(), &"\"8%\"".into())
    );
}

#[test]
fn cases_and_run_folders_are_compared_too() {
    let folder = folder();
    let case = json(folder.path(), &["compare", "loan.toml", "--case", "Dear"]);
    let mean = &case["metrics"][0];
    assert!(number(&mean["difference"]["value"]) > 0.0 && case["paired"] == true);
    assert!(number(&mean["difference"]["standard_error"]) < number(&mean["unpaired_standard_error"]));
    // Two estimates of one difference: apart by more than 5 of their errors once in 1.7 million times at most.
    let (plain, controlled) = (&mean["difference"], &case["controlled_mean_difference"]);
    let apart = (number(&plain["value"]) - number(&controlled["value"])).abs();
    let error = number(&plain["standard_error"]).hypot(number(&controlled["standard_error"]));
    assert!(apart <= 5.0 * error, "{plain} {controlled}");
    assert_eq!(cabrio(folder.path(), &["run", "loan.toml", "--out", "one"]).status.code(), Some(0));
    assert_eq!(cabrio(folder.path(), &["run", "risky.toml", "--out", "two"]).status.code(), Some(0));
    let stored = json(folder.path(), &["compare", "one", "two"]);
    let files = json(folder.path(), &["compare", "loan.toml", "risky.toml"]);
    assert_eq!(stored["metrics"], files["metrics"]);
    let written = cabrio(folder.path(), &["compare", "loan.toml", "risky.toml", "--out", "three"]);
    assert_eq!(written.status.code(), Some(0));
    for file in
        ["compare.json", "compare.csv", "inputs.csv", "difference.csv", "charts/compare.svg", "manifest.json"]
    {
        assert!(folder.path().join("three").join(file).is_file(), "{file}");
    }
}

/// Decisions as is best are learnt for each side: those of A are the ones that `run` has.
#[test]
fn best_decisions_are_compared() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/staged-facility.toml");
    let folder = folder();
    let options = ["--paths", "2k", "--set", "failure.hazard=9%"];
    let output = cabrio(folder.path(), &[&["run", file, "--out", "out"], &options[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let summary = std::fs::read(folder.path().join("out/summary.json")).expect("a summary");
    let summary: Value = serde_json::from_slice(&summary).expect("JSON");
    let ran = &summary["cases"][0]["present_value"]["mean"]["value"];
    // The terms are priced with the deal's own rules.
    assert_eq!(summary["terms"]["whole"]["value"], summary["fair_value"]["cases"][0]["net"]["value"]);
    let compared = json(folder.path(), &[&["compare", file, file], &options[..]].concat());
    assert_eq!(
        (&compared["metrics"][0]["a"]["value"], compared["path_by_path"]["equal"]["value"].as_f64()),
        (ran, Some(1.0))
    );
    let vary = ["sweep", file, "--vary", "failure.hazard=9%,20%"];
    let swept = json(folder.path(), &[&vary, &options[..]].concat());
    assert_eq!(&swept["metrics"][0]["points"][0]["value"]["value"], ran);
    assert!(number(&swept["metrics"][0]["points"][1]["difference"]["value"]) < 0.0);
}

/// Folders that cannot be run again, or shall not be, are compared by what they hold: the same values, and the errors of independent
/// runs.
#[test]
fn folders_are_compared_as_they_are_where_they_must() {
    let folder = folder();
    for (file, out) in [("loan.toml", "one"), ("risky.toml", "two")] {
        assert_eq!(cabrio(folder.path(), &["run", file, "--out", out]).status.code(), Some(0));
    }
    let paired = json(folder.path(), &["compare", "one", "two"]);
    let stored = json(folder.path(), &["compare", "one", "two", "--stored"]);
    assert_eq!((&paired["paired"], &stored["paired"]), (&true.into(), &false.into()));
    assert!(stored["path_by_path"].is_null() && stored["unpaired_over_paired_standard_error"].is_null());
    assert_eq!(stored["inputs"], paired["inputs"]);
    assert!(rows(&stored, "metrics").len() > 10 && !rows(&stored, "branches").is_empty());
    for kind in ["metrics", "branches", "milestones"] {
        for row in rows(&stored, kind) {
            let same = rows(&paired, kind).into_iter().find(|other| other["name"] == row["name"]);
            let same = same.unwrap_or_else(|| panic!("{row}"));
            for side in ["a", "b"] {
                let (one, other) = (number(&row[side]["value"]), number(&same[side]["value"]));
                assert!((one - other).abs() <= 1e-9 * other.abs(), "{row} {same}");
            }
            assert_eq!(row["difference"]["standard_error"], row["unpaired_standard_error"]);
        }
    }
    // Another version's paths are not those of this one.
    let manifest = folder.path().join("two/manifest.json");
    let text_of = std::fs::read_to_string(&manifest).expect("a manifest");
    let version = format!("\"engine_version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(text_of.contains(&version));
    std::fs::write(&manifest, text_of.replace(&version, "\"engine_version\": \"0.0.1\"")).expect("a file");
    let screen = text(&cabrio(folder.path(), &["compare", "one", "two"]).stdout);
    assert!(screen.contains("not paired (two was made by version 0.0.1"), "{screen}");
    complaint(folder.path(), &["compare", "one", "two", "--paths", "2k"], 2);
    complaint(folder.path(), &["compare", "one", "loan.toml", "--stored"], 2);
}

#[test]
fn what_has_no_common_measure_is_refused() {
    let folder = folder();
    let complaints = complaint(folder.path(), &["compare", "loan.toml", "euros.toml"], 2);
    assert!(complaints.contains("the currencies differ, USD and EUR"), "{complaints}");
    let later = complaint(folder.path(), &["compare", "loan.toml"], 2);
    assert!(later.contains("there is nothing to compare with"), "{later}");
    complaint(folder.path(), &["compare", "loan.toml", "--case", "None"], 2);
    complaint(folder.path(), &["compare", "loan.toml", "nowhere.toml"], 3);
}

/// Hand-worked: on a fixed set of paths the value is amount times a number, and linear in the rate.
#[test]
fn a_linear_deal_makes_a_straight_line() {
    let folder = folder();
    let arguments = ["sweep", "loan.toml", "--vary", "instruments.0.interest.rate=5%..45%:5"];
    let found = json(
        folder.path(),
        &[&arguments[..], &["--metric", "present_value", "--metric", "P(failure)"]].concat(),
    );
    let points = rows(&found["metrics"][0], "points");
    let values: Vec<f64> = points.iter().map(|point| number(&point["value"]["value"])).collect();
    let step = values[1] - values[0];
    assert!(step > 0.0);
    for pair in values.windows(2) {
        assert!((pair[1] - pair[0] - step).abs() < 1e-6 * step, "{values:?}");
    }
    // What the rate does not touch is exactly as it was.
    for point in rows(&found["metrics"][1], "points") {
        let difference = &point["difference"];
        assert_eq!((number(&difference["value"]), number(&difference["standard_error"])), (0.0, 0.0));
    }
}

#[test]
fn two_keys_make_a_table_and_a_picture() {
    let folder = folder();
    let arguments = [
        "sweep",
        "loan.toml",
        "--vary",
        "instruments.0.maturity.after=1 year,2 years,3 years",
        "--vary",
        "failure.hazard=5%,10%",
        "--out",
        "swept",
    ];
    let output = cabrio(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let screen = text(&output.stdout);
    assert!(screen.contains("down instruments.0.maturity.after, across failure.hazard"), "{screen}");
    // Two years and 5 % are the deal as it stands; spans are shown as they were typed.
    assert!(
        screen.lines().any(|line| line.trim_start().starts_with("2 years") && line.contains('*')),
        "{screen}"
    );
    let table = std::fs::read_to_string(folder.path().join("swept/sweep.csv")).expect("a table");
    assert_eq!(table.lines().count(), 7);
    assert!(folder.path().join("swept/charts/heat.svg").is_file());
}

#[test]
fn a_sweep_refuses_what_it_cannot_do() {
    let folder = folder();
    for (vary, code, message) in [
        ("failure.hazard", 2, "KEY=lo..hi:n"),
        ("failure.hazard=5%..1%:3", 2, "the second value must be the higher one"),
        ("failure.hazard=1%..5%", 2, "say how many values"),
        ("failure.hazard=1%..5%:1000", 2, "from 2 to 100"),
        ("failure.hazzard=1%..5%:3", 3, "hazard"),
        ("failure.hazard=-5%,5%", 3, "failure.hazard=-5%"),
        ("simulation.paths=1k,2k", 3, "is no part of the deal"),
    ] {
        let found = complaint(folder.path(), &["sweep", "loan.toml", "--vary", vary], code);
        assert!(found.contains(message), "{vary}: {found}");
    }
    complaint(
        folder.path(),
        &["sweep", "loan.toml", "--vary", "failure.hazard=1%,2%", "--metric", "luck"],
        2,
    );
}

/// The loan depends on its rate and on the company's failure; the milestone touches nothing.
#[test]
fn a_tornado_knows_what_matters_and_what_does_not() {
    let folder = folder();
    let found = json(folder.path(), &["sensitivity", "loan.toml", "--paths", "20k"]);
    let inputs = rows(&found, "inputs");
    let input = |name: &str| {
        inputs.iter().find(|row| row["input"] == name).unwrap_or_else(|| panic!("{name}: {inputs:?}"))
    };
    let launch = input("milestones.launch");
    for end in ["difference_at_low", "difference_at_high"] {
        assert_eq!((number(&launch[end]["value"]), number(&launch[end]["standard_error"])), (0.0, 0.0));
    }
    // Without effect the share scatters about nought: within 4 of its errors, which are near 0.001 here.
    assert!(number(&launch["variance_share"]["value"]).abs() < 0.01);
    let rate = input("instruments.Loan.interest.rate");
    assert_eq!((&rate["low"], &rate["high"]), (&"12%".into(), &"28%".into()));
    assert!(
        number(&rate["difference_at_low"]["value"]) < 0.0
            && number(&rate["difference_at_high"]["value"]) > 0.0
    );
    // Failure within two years, or not: nearly all of the variance. First-order shares of independent inputs stay below 1.
    let failure = number(&input("failure")["variance_share"]["value"]);
    assert!((0.8..1.0).contains(&failure), "{failure}");
    let output = cabrio(folder.path(), &["sensitivity", "loan.toml", "--out", "tornado"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(folder.path().join("tornado/charts/tornado.png").is_file());
}

#[test]
fn threads_do_not_matter() {
    let folder = folder();
    for command in [
        &["compare", "loan.toml", "risky.toml"][..],
        &["sweep", "loan.toml", "--vary", "failure.hazard=1%..9%:3"],
        &["sensitivity", "loan.toml"],
    ] {
        let with = |threads: &str| json(folder.path(), &[command, &["--threads", threads]].concat());
        assert_eq!(with("1"), with("3"), "{command:?}");
    }
}

#[test]
fn a_theme_dresses_all_three() {
    let folder = folder();
    let theme = "charts = \"slide\"\nnumbers = \"us\"\n";
    std::fs::write(folder.path().join("house.toml"), theme).expect("a file");
    let commands: [(&[&str], &str); 3] = [
        (&["compare", "loan.toml", "risky.toml"], "compare.svg"),
        (&["sweep", "loan.toml", "--vary", "failure.hazard=5%,8%"], "sweep.svg"),
        (&["sensitivity", "loan.toml"], "tornado.svg"),
    ];
    for (command, chart) in commands {
        let plain = said(&cabrio(folder.path(), command), 0);
        let dressed = [command, &["--theme", "house.toml", "--out", "out"]].concat();
        let told = said(&cabrio(folder.path(), &dressed), 0);
        // A loan of $1m: thousands are k in the usual style and K in the American one.
        assert!(plain.contains('k') && told.contains('K') && !told.contains("0k"), "{told}");
        let svg = std::fs::read_to_string(folder.path().join("out/charts").join(chart)).expect("a chart");
        assert!(svg.contains("width=\"10in\""), "{chart}");
    }
    let told = complaint(folder.path(), &["sensitivity", "loan.toml", "--theme", "none.toml"], 2);
    assert!(told.contains("none.toml"), "{told}");
}
