//! `cabrio report`: a folder drawn anew from its results alone, byte for byte, or in the colours of a theme.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::program::{cabrio, said};
use tempfile::TempDir;

const DEAL: &str = r#"
deal = { title = "A note", valuation_date = 2026-01-01, horizon = "5 years" }
discounting = { required_return = "20%" }
company.value = { today = "$10m", process = { gbm = { drift = "28%", volatility = "70%" } } }
financing_rounds = { first = "6 months to 30 months", new_money = "$3m" }
failure = { hazard = "10%", recovery = "10%" } # [assumed] a guess
[[instruments]]
name = "Note"
kind = "convertible_note"
conversion = { qualified_financing = "$1m", discount = "20%", valuation_cap = { amount = "$12m", basis = "post_money" } }
tranches = [{ amount = "$1m" }]
[[cases]]
name = "No cap"
remove = ["instruments.0.conversion.valuation_cap"]
"#;

const THEME: &str = "charts = \"slide\"\nnumbers = \"us\"\nfont_size = 12\n[colours]\ncap = \"#7A0177\"\n";

/// A room with the folder `report` of a run.
fn report() -> TempDir {
    let room = tempfile::tempdir().expect("a folder");
    fs::write(room.path().join("deal.toml"), DEAL).expect("a file");
    fs::write(room.path().join("house.toml"), THEME).expect("a file");
    let arguments = ["run", "deal.toml", "--quiet", "--paths", "2000", "--seed", "7", "--out", "report"];
    said(&cabrio(room.path(), &arguments), 0);
    room
}

/// All files of a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            found.insert(name, fs::read(&path).expect("a file"));
        }
    }
    found
}

#[test]
fn a_redraw_without_a_theme_changes_no_byte() {
    let room = report();
    let folder = room.path().join("report");
    let before = files(&folder);
    fs::remove_file(folder.join("charts/payoff.svg")).expect("a file");
    fs::write(folder.join("report.html"), "scribbled over").expect("a file");
    let told = said(&cabrio(room.path(), &["report", "report"]), 0);
    assert!(told.contains("drew") && told.contains("summary.json"), "{told}");
    let after = files(&folder);
    assert!(before.keys().eq(after.keys()));
    for (path, bytes) in &before {
        assert!(*bytes == after[path], "{path}");
    }
}

#[test]
fn a_theme_changes_looks_and_no_number() {
    let room = report();
    let folder = room.path().join("report");
    let plain = files(&folder);
    said(&cabrio(room.path(), &["report", "report", "--theme", "house.toml"]), 0);
    let themed = files(&folder);
    assert_eq!(themed["theme.toml"], THEME.as_bytes());
    let same = ["summary.json", "summary.csv", "branches.csv", "scenario.toml", "scenario.resolved.toml"];
    assert!(same.iter().all(|path| plain[*path] == themed[*path]));
    let text =
        |files: &BTreeMap<String, Vec<u8>>, path: &str| String::from_utf8_lossy(&files[path]).into_owned();
    let svg = text(&themed, "charts/branches.svg");
    assert!(svg.contains("width=\"10in\"") && svg.contains("#7A0177") && !svg.contains("#0072B2"));
    assert!(text(&themed, "report.html").contains("$10M") || text(&themed, "report.html").contains('K'));
    let manifest: serde_json::Value = serde_json::from_slice(&themed["manifest.json"]).expect("JSON");
    for entry in manifest["files"].as_array().expect("files") {
        let bytes = &themed[entry["path"].as_str().expect("a path")];
        assert_eq!(entry["blake3"], blake3::hash(bytes).to_hex().as_str(), "{entry}");
    }
    // what a theme has drawn is made again with it, and drawn as before without it
    said(&cabrio(room.path(), &["reproduce", "report"]), 0);
    said(&cabrio(room.path(), &["report", "report"]), 0);
    assert_eq!(files(&folder), plain);
}

/// A run takes a theme too: slides at once.
#[test]
fn a_run_takes_a_theme() {
    let room = report();
    let again = ["run", "deal.toml", "--quiet", "--paths", "500", "--theme", "house.toml", "--out", "slides"];
    said(&cabrio(room.path(), &again), 0);
    let files = files(&room.path().join("slides"));
    assert!(String::from_utf8_lossy(&files["charts/payoff.svg"]).contains("width=\"10in\" height=\"5.6in\""));
    assert!(String::from_utf8_lossy(&files["manifest.json"]).contains("--theme house.toml"));
}

#[test]
fn what_cannot_be_drawn_is_told_and_left_alone() {
    let room = report();
    let folder = room.path().join("report");
    let nothing = said(&cabrio(room.path(), &["report", "."]), 2);
    assert!(nothing.contains("holds no report of Cabrio"), "{nothing}");
    fs::write(room.path().join("wrong.toml"), "colours = { cop = \"#123456\" }\n").expect("a file");
    let wrong = said(&cabrio(room.path(), &["report", "report", "--theme", "wrong.toml"]), 3);
    assert!(wrong.contains("wrong.toml:1:13") && wrong.contains("did you mean `cap`?"), "{wrong}");
    let missing = said(&cabrio(room.path(), &["report", "report", "--theme", "none.toml"]), 2);
    assert!(missing.contains("cannot read the theme `none.toml`"), "{missing}");

    let before = files(&folder);
    let summary = String::from_utf8(before["summary.json"].clone()).expect("text");
    let changed = summary.replacen("\"paths\": 2000", "\"paths\": 2001", 1);
    fs::write(folder.join("summary.json"), changed).expect("a file");
    let told = said(&cabrio(room.path(), &["report", "report"]), 6);
    assert!(told.contains("summary.json") && told.contains("was changed since it was written"), "{told}");

    // another layout, with a manifest that vouches for it
    let other = summary.replacen("\"schema_version\": 1", "\"schema_version\": 9", 1);
    let manifest = String::from_utf8(before["manifest.json"].clone()).expect("text");
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    let vouched = manifest.replacen(&hash(&summary), &hash(&other), 1);
    fs::write(folder.join("summary.json"), other).expect("a file");
    fs::write(folder.join("manifest.json"), vouched).expect("a file");
    let told = said(&cabrio(room.path(), &["report", "report"]), 6);
    assert!(told.contains("layout 9") && told.contains("run its scenario.resolved.toml again"), "{told}");
}
