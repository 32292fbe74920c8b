//! `[checks]` from outside: verdicts in every output, and exit codes.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::cabrio;

/// A loan of $1m at 20 % simple interest for two years, lost if the company fails: by then with probability
/// 1 − exp(−0.05 · 730/365.25) = 9.51 %.
const LOAN: &str = r#"
deal = { title = "T", valuation_date = 2026-01-01, horizon = "2 years" }
simulation.paths = "4k"
discounting = { required_return = "10%" }
company.value = { today = "$10bn", process = { gbm = { drift = "10%", volatility = "1%" } } }
failure = { hazard = "5%", recovery = "0%" }
[[instruments]]
name = "Loan"
kind = "loan"
interest = { rate = "20%" }
maturity = { after = "2 years" }
tranches = [{ amount = "$1m" }]
[[cases]]
name = "Free"
set = { "instruments.0.interest.rate" = "0%" }
"#;

fn folder(checks: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("loan.toml"), format!("{LOAN}\n[checks]\n{checks}\n")).expect("a file");
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn run(folder: &Path, arguments: &[&str], code: i32) -> (Value, String) {
    let arguments = [&["run", "loan.toml", "--json"], arguments].concat();
    let output = cabrio(folder, &arguments);
    assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
    (serde_json::from_slice(&output.stdout).expect("JSON"), text(&output.stderr))
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, verdict)| ((*name).to_owned(), (*verdict).to_owned())).collect()
}

fn verdicts(summary: &Value) -> Vec<(String, String)> {
    let rows = summary["checks"].as_array().expect("checks");
    let word = |row: &Value, key: &str| row[key].as_str().expect("a word").to_owned();
    rows.iter().map(|row| (word(row, "name"), word(row, "verdict"))).collect()
}

/// 4,000 paths: the standard error of a share of 9.5 % is 0.46 %, so bounds at 5 % and 15 % are ten away.
#[test]
fn a_check_that_fails_leaves_its_result_and_sets_the_exit_code() {
    let folder = folder("low = \"P(failure) <= 5%\"\nhigh = \"P(failure) <= 15%\"");
    let (summary, complaint) = run(folder.path(), &[], 4);
    assert_eq!(verdicts(&summary), pairs(&[("low", "fail"), ("high", "pass")]));
    assert!(complaint.contains("a check does not hold: low (P(failure) <= 5%): fail"), "{complaint}");
    let written = |file: &str| std::fs::read_to_string(folder.path().join("output/loan").join(file)).unwrap();
    let table = written("checks.csv");
    assert_eq!(table.lines().count(), 3);
    assert!(table.contains("low,P(failure) <= 5%,,P(failure),fraction,fail,0.0"), "{table}");
    for page in ["report.md", "report.html"] {
        assert!(written(page).contains("standard errors from the bound"), "{page}");
    }
    let manifest: Value = serde_json::from_str(&written("manifest.json")).unwrap();
    assert_eq!(manifest["checks"], summary["checks"]);
    let screen = cabrio(folder.path(), &["run", "loan.toml"]);
    let screen = text(&screen.stdout);
    assert!(screen.contains("Checks           1 pass, 1 fail\n"), "{screen}");
    assert!(screen.contains("low is 9."), "{screen}");
}

#[test]
fn an_open_check_warns_or_fails_as_asked() {
    // The bound is the exact probability, which the run cannot tell from its own.
    let folder = folder("open = \"P(failure) <= 9.51%\"");
    let (summary, warning) = run(folder.path(), &[], 0);
    assert_eq!(verdicts(&summary), pairs(&[("open", "inconclusive")]));
    assert!(warning.contains("warning: check open (P(failure) <= 9.51%): inconclusive"), "{warning}");
    let paths = summary["checks"][0]["paths_to_settle"].as_u64().expect("paths");
    assert!(paths > 4000, "{paths}");
    run(folder.path(), &["--deny-inconclusive"], 4);
}

#[test]
fn checks_of_cases_and_certain_results() {
    // Nobody repays less than a free loan's dollar on the dollar, and one case can be left out.
    let checks = "free = 'case \"Free\": P(moic > 1x) <= 1%'\nmoic = \"median(moic) in 1.3x..1.5x\"\nprecise = \"se(mean)/mean < 50%\"\ncount = \"P(branch repaid) + 1% < 2%\"";
    let (good, bad) = checks.rsplit_once('\n').unwrap();
    let first = folder(good);
    let (summary, _) = run(first.path(), &[], 0);
    assert_eq!(verdicts(&summary), pairs(&[("free", "pass"), ("moic", "pass"), ("precise", "pass")]));
    let told = text(&cabrio(first.path(), &["check", "loan.toml"]).stdout);
    assert!(
        told.contains("What must hold of the results\n  free: case \"Free\": P(moic > 1x) <= 1%"),
        "{told}"
    );
    let broken = folder(bad);
    let output = cabrio(broken.path(), &["run", "loan.toml"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("E0703"), "{}", text(&output.stderr));
}

#[test]
fn a_check_of_a_case_that_was_left_out_is_not_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let dear = "[[cases]]\nname = \"Dear\"\nset = { \"instruments.0.interest.rate\" = \"35%\" }";
    let check = "[checks]\nfree = 'case \"Free\": P(moic > 1x) > 1%'";
    std::fs::write(folder.path().join("two.toml"), format!("{LOAN}\n{dear}\n{check}\n")).expect("a file");
    let output = cabrio(folder.path(), &["run", "two.toml", "--case", "Dear", "--json"]);
    let summary: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((output.status.code(), verdicts(&summary)), (Some(0), pairs(&[("free", "not_run")])));
}

/// A check of what a merged run found is judged by the merge, from the bytes of the whole run; drawing anew and running again
/// keep the verdicts.
#[test]
fn merged_redrawn_and_reproduced_runs_have_the_verdicts() {
    let room = folder("low = \"P(failure) <= 5%\"\nhigh = \"P(failure) <= 15%\"");
    let whole = |folder: &str| std::fs::read(room.path().join(folder).join("checks.csv")).expect("a file");
    run(room.path(), &["--out", "report"], 4);
    for part in ["1/2", "2/2"] {
        let shard = ["run", "loan.toml", "--shard", part, "--out", "parts"];
        assert_eq!(cabrio(room.path(), &shard).status.code(), Some(0));
    }
    let merged = cabrio(room.path(), &["merge", "parts", "--out", "merged"]);
    assert_eq!(merged.status.code(), Some(4));
    assert!(text(&merged.stderr).contains("a check does not hold: low"), "{}", text(&merged.stderr));
    assert_eq!(whole("merged"), whole("report"));
    for again in ["report", "reproduce"] {
        let output = cabrio(room.path(), &[again, "report"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!(whole("merged"), whole("report"));
    }
}
