//! `cabrio reproduce`: a report's folder alone gives the same bytes again, or a list of what differs.

use std::fs;

use crate::program::{cabrio, said};
use tempfile::TempDir;

/// A deal with a case, a base, data of its own and marks.
const BASE: &str = r#"
deal = { title = "A note", valuation_date = 2026-01-01, horizon = "5 years" }
discounting = { required_return = "20%" }
company.value = { today = "$10m", process = { gbm = { drift = "28%", volatility = "70%" } } }
failure = { hazard = "10%", recovery = "10%" }
[financing_rounds]
first = { empirical = { csv = "data of mine/gaps.csv", column = "years" } } # [assumed] from our own files
new_money = "$3m"
"#;
const DEAL: &str = r#"
extends = "base.toml"
[[instruments]]
name = "Note"
kind = "convertible_note"
conversion = { qualified_financing = "$1m", discount = "20%", valuation_cap = { amount = "$12m", basis = "post_money" } }
tranches = [{ amount = "$1m" }]
[[cases]]
name = "No cap"
remove = ["instruments.0.conversion.valuation_cap"]
[[cases]]
name = "Low discount"
set = { "instruments.0.conversion.discount" = "5%" }
"#;

/// A report whose sources are gone: the folder `report` in a folder of its own.
fn report(options: &[&str]) -> TempDir {
    let room = tempfile::tempdir().expect("a folder");
    let home = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(home.path().join(name), text).expect("a file");
    fs::create_dir(home.path().join("data of mine")).expect("a folder");
    write("data of mine/gaps.csv", "years\n0.5\n1\n2.5\n");
    write("base.toml", BASE);
    write("deal.toml", DEAL);
    let out = room.path().join("report");
    let out = out.to_str().expect("a path");
    let mut arguments = vec!["run", "deal.toml", "--quiet", "--paths", "2000", "--seed", "7", "--out", out];
    arguments.extend(options);
    said(&cabrio(home.path(), &arguments), 0);
    room
}

#[test]
fn a_folder_alone_gives_every_byte_again() {
    let target =
        ["--target", "mean:90%", "--case", "Low discount", "--set", "failure.hazard=5%", "--threads", "2"];
    for options in [&[][..], &target] {
        let room = report(options);
        let told = said(&cabrio(room.path(), &["reproduce", "report", "--threads", "1"]), 0);
        assert!(told.contains("report is reproduced: all ") && told.contains("same bytes"), "{told}");
        // A stranger to the manifest is no part of the report.
        fs::write(room.path().join("report/notes.txt"), "mine").expect("a file");
        said(&cabrio(room.path(), &["reproduce", "report"]), 0);
    }
}

#[test]
fn what_differs_is_listed() {
    let room = report(&[]);
    let file = |name: &str| room.path().join("report").join(name);
    let summary = fs::read_to_string(file("summary.json")).expect("a file");
    fs::write(file("summary.json"), summary.replacen("A note", "A mote", 1)).expect("a file");
    fs::remove_file(file("branches.csv")).expect("a file");
    let listed = said(&cabrio(room.path(), &["reproduce", "report"]), 6);
    for part in [
        "2 files differ",
        "branches.csv is missing",
        "summary.json was changed since it was written (from line ",
    ] {
        assert!(listed.contains(part), "{part}\n{listed}");
    }
}

/// A manifest that was written for other files, as by another version that calls itself the same.
#[test]
fn what_comes_out_otherwise_is_told_from_what_was_changed() {
    let room = report(&[]);
    let file = |name: &str| room.path().join("report").join(name);
    let changed = "a,b\n";
    fs::write(file("fan.csv"), changed).expect("a file");
    let manifest = fs::read_to_string(file("manifest.json")).expect("a file");
    let mut manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let entries = manifest["files"].as_array_mut().expect("files");
    let entry = entries.iter_mut().find(|entry| entry["path"] == "fan.csv").expect("the file");
    entry["bytes"] = changed.len().into();
    entry["blake3"] = blake3::hash(changed.as_bytes()).to_hex().as_str().into();
    fs::write(file("manifest.json"), manifest.to_string()).expect("a file");
    let listed = said(&cabrio(room.path(), &["reproduce", "report"]), 6);
    assert!(
        listed.contains("1 file differ") && listed.contains("fan.csv comes out otherwise (from line 1 on)"),
        "{listed}"
    );
}

#[test]
fn what_cannot_be_run_again_says_why() {
    let room = report(&[]);
    let at = |name: &str| room.path().join("report").join(name);
    let manifest = fs::read_to_string(at("manifest.json")).expect("a file");
    let with_manifest = |text: &str, code: i32| {
        fs::write(at("manifest.json"), text).expect("a file");
        let told = said(&cabrio(room.path(), &["reproduce", "report"]), code);
        fs::write(at("manifest.json"), &manifest).expect("a file");
        told
    };
    let version = format!("\"engine_version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let other = with_manifest(&manifest.replace(&version, "\"engine_version\": \"9.8.7\""), 6);
    assert!(other.contains("version 9.8.7") && other.contains("reproduce it with version 9.8.7"), "{other}");
    assert!(with_manifest(&manifest[..manifest.len() / 2], 6).contains("is damaged"));
    assert!(with_manifest(&manifest.replace("\"asked\"", "\"asled\""), 6).contains("is damaged"));
    assert!(with_manifest("{\"program\": \"other\"}", 2).contains("no report of Cabrio"));
    assert!(said(&cabrio(room.path(), &["reproduce", "."]), 2).contains("no report of Cabrio"));
    assert!(said(&cabrio(room.path(), &["reproduce", "nowhere"]), 2).contains("no report of Cabrio"));
    // The scenario and its data must be as they were.
    let data = fs::read_dir(at("data")).expect("data").next().expect("a file").expect("a file").path();
    let data = data.strip_prefix(at("")).expect("inside").to_string_lossy().into_owned();
    for name in ["scenario.toml", "scenario.resolved.toml", &data] {
        let content = fs::read(at(name)).expect("a file");
        fs::write(at(name), [&content[..], b"\n"].concat()).expect("a file");
        let changed = said(&cabrio(room.path(), &["reproduce", "report"]), 6);
        assert!(changed.contains(name) && changed.contains("was changed since it was written"), "{changed}");
        fs::remove_file(at(name)).expect("a file");
        let gone = said(&cabrio(room.path(), &["reproduce", "report"]), 6);
        assert!(gone.contains(name) && gone.contains("is missing"), "{gone}");
        fs::write(at(name), content).expect("a file");
    }
    let led_out = with_manifest(&manifest.replace("\"data/", "\"data/../../"), 6);
    assert!(led_out.contains("is no name of a data file"), "{led_out}");
    said(&cabrio(room.path(), &["reproduce", "report"]), 0);
}
