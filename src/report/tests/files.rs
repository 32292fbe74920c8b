//! The files of a report.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::study::{Sample, TEXT, input};
use crate::report::manifest::Volatile;
use crate::report::summary::Summary;
use crate::report::{ReportInput, files, write_report};
use crate::words::Paragraph;

fn content(files: &[(String, Vec<u8>)]) -> BTreeMap<&str, &[u8]> {
    files.iter().map(|(path, content)| (path.as_str(), content.as_slice())).collect()
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn a_report_is_complete_and_its_hashes_are_right() {
    let summary = Sample::new(2_000).summary();
    let room = tempfile::tempdir().unwrap();
    let folder = room.path().join("sample");
    let written = write_report(&input(&summary), &folder).unwrap();
    let manifest = json(&fs::read(folder.join("manifest.json")).unwrap());
    let listed = manifest["files"].as_array().unwrap();
    assert_eq!(listed.len() + 1, written.files.len());
    for entry in listed {
        let bytes = fs::read(folder.join(entry["path"].as_str().unwrap())).unwrap();
        assert_eq!(entry["blake3"], blake3::hash(&bytes).to_hex().as_str(), "{entry}");
        assert_eq!(entry["bytes"], bytes.len());
    }
    let names = [
        "summary.json summary.csv percentiles.csv histogram.csv exceedance.csv branches.csv cases.csv tranches.csv",
        "milestones.csv timing.csv fan.csv convergence.csv assumptions.csv moic.csv drivers.csv payoff.csv report.html report.md",
        "scenario.resolved.toml charts/index.json manifest.json workbook.xlsx",
    ];
    for name in names.iter().flat_map(|line| line.split(' ')) {
        assert!(written.files.iter().any(|file| file == name), "{name}");
    }
    for chart in json(&fs::read(folder.join("charts/index.json")).unwrap()).as_array().unwrap() {
        for key in ["svg", "png", "data"] {
            assert!(folder.join(chart[key].as_str().unwrap()).exists(), "{chart}");
        }
    }
    assert_eq!(fs::read_to_string(folder.join("scenario.resolved.toml")).unwrap(), TEXT);
    assert_eq!(manifest["run"]["scenario_blake3"], blake3::hash(TEXT.as_bytes()).to_hex().as_str());
}

#[test]
fn a_second_run_gives_the_same_bytes_but_for_the_volatile_part() {
    let make = |volatile| {
        let summary = Sample::new(2_000).summary();
        files(&ReportInput { volatile, ..input(&summary) }).unwrap()
    };
    let first = make(Volatile { wall_seconds: 0.5, threads: 2 });
    let second = make(Volatile { wall_seconds: 9.0, threads: 1 });
    let (first, second) = (content(&first), content(&second));
    assert!(first.keys().eq(second.keys()));
    for (path, bytes) in &first {
        let other = second[path];
        if *path == "manifest.json" {
            let strip = |bytes| {
                let mut manifest = json(bytes);
                manifest.as_object_mut().unwrap().remove("volatile");
                manifest
            };
            assert_eq!(strip(bytes), strip(other));
        } else {
            assert!(*bytes == other, "{path}");
        }
    }
}

/// Every CSV reads back with rows as long as its header, snake-case names, and numbers that parse or are empty.
#[test]
fn tables_read_back() {
    let summary = Sample::new(2_000).summary();
    let files = files(&input(&summary)).unwrap();
    let texts =
        ["case", "metric", "statistic", "unit", "measure", "kind", "branch", "label", "date", "bucket"];
    let more = [
        "instrument",
        "tranche",
        "milestone",
        "title",
        "throughout",
        "key",
        "value",
        "provenance",
        "note",
        "term",
    ];
    for (path, bytes) in files.iter().filter(|(path, _)| path.contains(".csv")) {
        assert!(!bytes.contains(&b'\r'), "{path}");
        let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
        let header = reader.headers().unwrap().clone();
        let snake =
            |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        assert!(header.iter().all(snake), "{path}: {header:?}");
        let mut rows = 0;
        for record in reader.records() {
            for (name, cell) in header.iter().zip(&record.unwrap()) {
                let text = texts.contains(&name)
                    || ["credit_model", "input", "technique", "correlated"].contains(&name)
                    || (["low", "high"].contains(&name) && path.as_str() == "drivers.csv")
                    || (more.contains(&name) && !["summary.csv", "fair_value.csv"].contains(&path.as_str()));
                assert!(text || cell.is_empty() || cell.parse::<f64>().is_ok(), "{path} {name}: {cell}");
            }
            rows += 1;
        }
        assert!(rows > 0, "{path}");
    }
    let branches = content(&files)["branches.csv"];
    let mut reader = ::csv::Reader::from_reader(branches);
    let names = reader.headers().unwrap().clone();
    let column = |name: &str| names.iter().position(|header| header == name).unwrap();
    let (case, share) = (column("case"), column("probability"));
    let base = reader.records().map(Result::unwrap).filter(|row| &row[case] == "Base case");
    let total: f64 = base.map(|row| row[share].parse::<f64>().unwrap()).sum();
    assert!((total - 1.0).abs() < 1e-12, "{total}");
}

/// The keys that readers of `summary.json` rely on, as docs/outputs.md lists them; pinned.
#[test]
fn the_summary_keeps_its_keys() {
    let summary = Sample::new(2_000).summary();
    let value = json(content(&files(&input(&summary)).unwrap())["summary.json"]);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(value["schema_version"], 1);
    assert_eq!(
        keys(&value),
        "schema_version deal run cases fair_value drivers terms decisions payoff fan correlations dates deal_in_words assumptions cross_check checks warnings"
    );
    assert_eq!(
        keys(&value["deal"]),
        "title investor company currency valuation_date horizon required_return_per_year strategic_rate_per_year \
         company_value_today committed"
    );
    assert_eq!(
        keys(&value["run"]),
        "scenario run_id engine_version seed paths block_paths stream sampling percentile_error scenario_blake3 resolved_blake3"
    );
    let base = &value["cases"][0];
    assert_eq!(
        keys(base),
        "name has_strategic present_value shortfall moic_of_means moic irr invested received strategic \
         resolution_years ownership probabilities efficiency tail branches tranches milestones timing difference convergence \
         moic_buckets present_value_bins moic_bins present_value_exceedance multiples_reached moic_exceedance"
    );
    assert_eq!(
        keys(&base["present_value"]),
        "mean standard_deviation standard_deviation_error undefined percentiles"
    );
    assert_eq!(keys(&base["present_value"]["mean"]), "value standard_error low high paths");
    assert_eq!(keys(&base["probabilities"]["ipo"]), "value standard_error low high count paths");
    assert_eq!(
        keys(&base["branches"][0]),
        "branch label probability contribution present_value_per_committed seen"
    );
    assert_eq!(
        keys(&value["cases"][1]["difference"]),
        "present_value unpaired_standard_error better worse equal"
    );
    assert_eq!(
        keys(&value["fair_value"]),
        "risk_free payout_yield_per_year credit_model credit_model_text changes cases split inputs"
    );
    assert_eq!(
        keys(&value["fair_value"]["cases"][0]),
        "name credit_model value paid net difference conversion conversion_real_world failure martingale efficiency \
         tail"
    );
    assert_eq!(keys(&value["terms"]), "measure paths floor whole terms");
    assert_eq!(keys(&value["terms"]["terms"][0]), "term step alone");
    assert_eq!(keys(&value["warnings"][0]), "code case condition number remedy");
    assert_eq!(base["difference"], Value::Null);
}

/// The page stands alone, and no text of a scenario becomes markup.
#[test]
fn the_page_needs_nothing_else() {
    let mut summary = Sample::new(2_000).summary();
    let line = "<script>alert(1)</script> & \"quotes\"".to_owned();
    summary.deal_in_words = vec![Paragraph { heading: "<b>Terms</b>".into(), lines: vec![line] }];
    let files = files(&input(&summary)).unwrap();
    let page = std::str::from_utf8(content(&files)["report.html"]).unwrap();
    for forbidden in ["<link", "<img", "@import", "url(", "src=", "href=", " style="] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    // the one script is the program's own, and what a scenario says is no second
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("<style").count(), 1);
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids, ["tip"]);
    // headline, payoff, distribution, terms, words, assumptions, checks, method, provenance
    let heads: Vec<&str> = page.split("<h2>").skip(1).filter_map(|rest| rest.split("</h2>").next()).collect();
    let expected = "Payoff, and how it ends; Distribution of the outcome; Drivers; Tranches and milestones; Timing, and the value of the \
                    company; Cases; What each term is worth; Fair value; Who decides; The deal in words; Assumptions; Checks and warnings; \
                    Method and limits; Provenance";
    assert_eq!(heads.join("; "), expected);
    // the only addresses are names of XML vocabularies
    assert_eq!(page.matches("http").count(), page.matches("http://www.w3.org/2000/svg").count() + 1);
    assert!(page.contains("&lt;script&gt;") && page.contains("default-src 'none'"));
    assert_eq!(page.matches("<svg").count(), 13);
    for chart in json(content(&files)["charts/index.json"]).as_array().unwrap() {
        let title = chart["title"].as_str().unwrap();
        assert!(page.contains(&format!("<title>{title}</title>")), "{title}");
    }
    let text = std::str::from_utf8(content(&files)["report.md"]).unwrap();
    assert!(text.contains("\\<script\\>") && text.contains("(charts/payoff.png)"));
}

#[test]
fn a_report_without_cases_milestones_or_convertible_is_still_whole() {
    for paths in [1, 50] {
        let summary = Sample::smallest(paths).summary();
        let files = files(&input(&summary)).unwrap();
        let files = content(&files);
        assert!(!files.contains_key("charts/cases.svg"));
        let page = std::str::from_utf8(files["report.html"]).unwrap();
        // The script at the end knows the word.
        let shown = page.split("<script>").next().unwrap();
        assert!(!shown.contains("NaN") && !shown.contains(">inf"), "{paths}");
        let text = std::str::from_utf8(files["summary.json"]).unwrap();
        assert!(!text.contains("NaN"), "{paths}");
    }
}

#[test]
fn a_failure_is_told_with_its_path() {
    let summary = Sample::smallest(50).summary();
    let room = tempfile::tempdir().unwrap();
    let file = room.path().join("taken");
    fs::write(&file, "mine").unwrap();
    let error = write_report(&input(&summary), &file).unwrap_err().to_string();
    assert!(error.contains("taken") && error.contains("is a file"), "{error}");
    assert_eq!(fs::read_to_string(Path::new(&file)).unwrap(), "mine");
}

/// What a folder's summary.json gives when it is read back is what the run summed up, to the last bit.
#[test]
fn the_summary_reads_back() {
    for summary in [Sample::new(2_000).summary(), Sample::smallest(1).summary()] {
        let bytes = crate::report::json::bytes(&summary).unwrap();
        let read: Summary = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(crate::report::json::bytes(&read).unwrap(), bytes);
        assert_eq!(files(&input(&read)).unwrap(), files(&input(&summary)).unwrap());
    }
}
