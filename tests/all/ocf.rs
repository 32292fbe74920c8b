//! Cap tables from exports in the Open Cap Format: what comes out of whole ones, and what broken ones are refused for.
//!
//! The companies in `tests/data/ocf` are made up, and the numbers expected of them worked by hand.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cabrio::diagnostic::{Code, render};
use cabrio::model::Holding;
use cabrio::number::Decimal;
use cabrio::ocf::import;
use cabrio::scenario::{Reading, load_as};
use serde_json::Value;
use tempfile::TempDir;

fn data(name: &str) -> PathBuf {
    Path::new("tests/data/ocf").join(name)
}

/// The scenario of an export that must be without problems.
fn scenario(name: &str, day: Option<&str>, overlay: bool) -> String {
    let folder = data(name);
    let file = folder.join("overlay.toml");
    let day = day.map(|day| day.parse().expect("a day"));
    let imported = import(&folder, day, overlay.then_some(file.as_path()));
    let messages = render(&imported.diagnostics, &imported.sources, cabrio::diagnostic::Style::Plain);
    assert!(imported.diagnostics.is_empty(), "{name}: {messages}");
    imported.text.expect("a scenario")
}

/// The lines of a scenario without comments and empty lines, from the first that starts with `from` on.
fn lines(text: &str, from: &str) -> Vec<String> {
    text.lines()
        .map(|line| line.split("  #").next().unwrap_or_default().trim().to_owned())
        .skip_while(|line| !line.starts_with(from))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

#[test]
fn a_young_company() {
    let text = scenario("seed", None, false);
    // hand-worked: 1,000,000 reserved less 200,000 options and 100,000 units
    assert_eq!(
        lines(&text, "valuation_date"),
        [
            "valuation_date = 2020-08-01",
            "[company.capitalization]",
            "pool = 700000",
            "options = [",
            "{ name = \"ES-1 Cy Tarn\", holder = \"Cy Tarn\", shares = 200000, strike = \"$0.1\" },",
            "{ name = \"ES-2 Dee Voe\", holder = \"Dee Voe\", shares = 100000, strike = \"$0\" },",
            "]",
            "warrants = [",
            "{ name = \"CW-1 Quay Bank\", holder = \"Quay Bank\", shares = 50000, strike = \"$0.1\" },",
            "]",
            "[company.capitalization.common]",
            "\"Ada Moor\" = 4000000",
            "\"Ben Sole\" = 3000000",
        ]
    );
}

#[test]
fn a_history_of_everything_that_moves_shares() {
    let text = scenario("growth", None, false);
    // hand-worked. Pool: 1.5m reserved, doubled by the split; granted 100,000 + 120,000 + 80,000 doubled, and 50,000 +
    // 20,000 after it; returned 30,000 + 40,000 doubled, 50,000 never signed and 45,000 by a transaction of its own.
    assert_eq!(
        lines(&text, "valuation_date"),
        [
            "valuation_date = 2023-10-01",
            "[company.capitalization]",
            "pool = 2565000",
            "options = [",
            // (120,000 − 20,000 exercised) · 2 − 60,000; the price is halved
            "{ name = \"ES-1 Cy Tarn\", holder = \"Cy Tarn\", shares = 140000, strike = \"$0.1\" },",
            // (80,000 − 30,000) · 2, repriced
            "{ name = \"ES-2 Dee Voe\", holder = \"Dee Voe\", shares = 100000, strike = \"$0.05\" },",
            "{ name = \"ES-4 Lee Yew\", holder = \"Lee Yew\", shares = 15000, strike = \"$0\" },",
            "]",
            "warrants = [",
            "{ name = \"CW-1 Quay Bank\", holder = \"Quay Bank\", shares = 30000, strike = \"$1.5\" },",
            "]",
            "[company.capitalization.common]",
            // (100,000 − 40,000 bought back) · 2
            "\"Eve Ash\" = 120000",
            "\"Hal Wick\" = 1000000",
            "\"Ben Sole\" = 3000000",
            "\"Cy Tarn\" = 40000",
            "\"Fir Capital\" = 200000",
            "\"Ada Moor\" = 6010000",
            "\"Quay Bank\" = 10000",
            "\"Lee Yew\" = 5000",
            "[[company.capitalization.preferred]]",
            "name = \"Series Seed\"",
            // split with the common shares: a share is half of what it was, and still becomes one common share
            "issue_price = \"$0.5\"",
            "conversion_price = \"$0.5\"",
            "liquidation_preference = \"1x\"",
            "participation = \"none\"",
            // OCF's 1 below Series A's 2; Series B has no shares
            "seniority = 1",
            "[company.capitalization.preferred.holders]",
            "\"Gale Fund\" = 2000000",
            // 600,000 · 2 − 200,000 converted
            "\"Fir Capital\" = 1000000",
            "[[company.capitalization.preferred]]",
            "name = \"Series A\"",
            "issue_price = \"$4\"",
            "conversion_price = \"$3.2\"",
            "liquidation_preference = \"1.5x\"",
            "participation = \"capped\"",
            "participation_cap = \"3x\"",
            "seniority = 0",
            "[company.capitalization.preferred.holders]",
            "\"Fir Capital\" = 250000",
            "\"Gale Fund\" = 500000",
        ]
    );
}

#[test]
fn an_earlier_day_is_before_what_came_later() {
    let text = scenario("growth", Some("2021-12-31"), false);
    let found = lines(&text, "pool");
    // hand-worked: nothing exercised, cancelled or split yet; 100,000 + 120,000 + 80,000 granted of 1,000,000
    for line in [
        "pool = 700000",
        "{ name = \"ES-1 Cy Tarn\", holder = \"Cy Tarn\", shares = 120000, strike = \"$0.2\" },",
        "\"Ada Moor\" = 3000000",
        "\"Ben Sole\" = 1500000",
        "\"Hal Wick\" = 500000",
        "\"Fir Capital\" = 600000",
        "seniority = 0",
    ] {
        assert!(found.iter().any(|found| found == line), "{line}\n{text}");
    }
    assert!(!text.contains("Series A"), "{text}");
    let before = scenario("growth", Some("2020-12-31"), false);
    // The SAFE is outstanding until it converts in February 2021.
    assert!(before.contains("kind = \"safe\"") && !before.contains("preferred]]"), "{before}");
}

#[test]
fn safes_and_what_an_overlay_adds() {
    let text = scenario("safes", None, true);
    assert_eq!(
        lines(&text, "[[instruments]]"),
        [
            "[[instruments]]",
            "name = \"SAFE-1\"",
            "kind = \"safe\"",
            "holder = \"Fir Capital\"",
            "most_favoured = \"lowest_cap\"",
            "[[instruments.tranches]]",
            "amount = \"$250k\"",
            "outstanding_since = 2021-03-01",
            "[[instruments]]",
            "name = \"SAFE-2\"",
            "kind = \"safe\"",
            "holder = \"Gale Fund\"",
            "valuation_cap = { amount = \"$8m\", basis = \"post_money\" }",
            "[[instruments.tranches]]",
            "amount = \"$500k\"",
            "outstanding_since = 2021-09-01",
            "[[instruments]]",
            "name = \"SAFE-3\"",
            "kind = \"safe\"",
            "holder = \"Hal Wick\"",
            "valuation_cap = { amount = \"$5m\", basis = \"pre_money\" }",
            "discount = \"20%\"",
            "[[instruments.tranches]]",
            "amount = \"$100k\"",
            "outstanding_since = 2022-02-01",
            "[[instruments]]",
            "name = \"SAFE-4\"",
            "kind = \"safe\"",
            "holder = \"Fir Capital\"",
            "discount = \"15%\"",
            "cash_out_multiple = \"2x\"",
            "[[instruments.tranches]]",
            "amount = \"$150k\"",
            "[[instruments]]",
            "name = \"Bank loan\"",
            "kind = \"loan\"",
            "holder = \"Quay Bank\"",
            "interest = { rate = \"7%\" }",
            "[[instruments.tranches]]",
            "amount = \"$80k\"",
            "outstanding_since = 2022-03-01",
        ]
    );
    // What the overlay says is no longer open; what it does not is listed with its meaning.
    assert!(text.contains("OCF does not say: instruments.SAFE-2.cash_out_multiple: "), "{text}");
    assert!(!text.contains("OCF does not say: instruments.SAFE-4.cash_out_multiple"), "{text}");
    assert!(text.contains("# SAFE-1: next equity financing"), "{text}");
}

#[test]
fn notes_with_their_interest() {
    let text = scenario("notes", None, true);
    let found = lines(&text, "[[instruments]]");
    // From the export: a quarter's accrual compounds four times a year; $50,000 less $20,000; $400,000 in two parts.
    for line in [
        "interest = { rate = \"8%\", accrues = \"compound\", periods_per_year = 4, day_count = \"30/360\" }",
        "change_of_control = { principal_multiple = \"1.5x\", plus_interest = false }",
        "maturity = { on = 2024-02-01, then = \"convert\" }",
        "paid_every = \"6 months\"",
        "amount = \"$30k\"",
        "outstanding_since = 2022-04-01",
        "interest = { rate = \"6%\", accrues = \"simple\", day_count = \"act/365\" }",
        "valuation_cap = { amount = \"$10m\", basis = \"pre_money\" }",
        "amount = \"$150k\"",
        "amount = \"$250k\"",
        "on = 2025-01-15",
    ] {
        assert!(found.iter().any(|found| found == line), "{line}\n{text}");
    }
    assert!(!text.contains("CN-1"), "it is two others by now:\n{text}");
    // The overlay's word for its own figures replaces the import's.
    assert!(text.contains("plus_interest = false }  # [stated] the note, section 4"), "{text}");
    assert_eq!(text.matches("seniority = 0").count(), 2);
    assert_eq!(text.matches("seniority = 1").count(), 2);
}

#[test]
fn what_is_written_is_a_valid_capital_structure() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, overlay) in [("seed", false), ("growth", false), ("safes", true), ("notes", true)] {
        let file = folder.path().join(format!("{name}.toml"));
        std::fs::write(&file, scenario(name, None, overlay)).expect("a file");
        let loaded = load_as(Reading::WhatItIs, &file, &[]);
        assert!(loaded.diagnostics.is_empty(), "{name}: {:?}", loaded.diagnostics);
        let capital = loaded.structure.expect("a structure").capital;
        let shares = |held: &[Holding]| held.iter().map(|each| each.shares).sum::<Decimal>();
        let common = shares(&capital.capitalization.common);
        let preferred: Vec<Decimal> =
            capital.capitalization.preferred.iter().map(|series| shares(&series.holders)).collect();
        // hand-worked sums of the tables above
        let expected: (u64, &[u64], usize) = match name {
            "seed" => (7_000_000, &[], 0),
            "growth" => (10_385_000, &[3_000_000, 750_000], 0),
            "safes" => (4_500_000, &[], 5),
            _ => (8_000_000, &[], 4),
        };
        assert_eq!(common, Decimal::from(expected.0), "{name}");
        assert!(
            preferred.iter().copied().eq(expected.1.iter().map(|shares| Decimal::from(*shares))),
            "{name}"
        );
        assert_eq!(capital.instruments.len(), expected.2, "{name}");
        let check = cabrio(folder.path(), &["check", &format!("{name}.toml")]);
        assert_eq!(check.status.code(), Some(0), "{check:?}");
        let table = cabrio(folder.path(), &["captable", &format!("{name}.toml")]);
        assert_eq!(table.status.code(), Some(0), "{table:?}");
        // hand-worked: 10,385,000 common, 3,000,000 and 750,000 · 4 / 3.20 preferred, 255,000 options, 30,000 warrants,
        // 2,565,000 in the pool
        let has_sum = String::from_utf8_lossy(&table.stdout).contains("17,172,500  100.00%");
        assert_eq!(has_sum, name == "growth", "{table:?}");
    }
}

#[test]
fn every_figure_says_where_it_comes_from() {
    for (name, overlay) in [("seed", false), ("growth", false), ("safes", true), ("notes", true)] {
        for line in scenario(name, None, overlay).lines() {
            let has_figure = line.contains(" = ") && line.contains(|c: char| c.is_ascii_digit());
            let is_inner = ["paid_every", "rate = \"5%\"", "day_count", "on   =", "on =", "name ="];
            if has_figure && !line.starts_with('#') && !is_inner.iter().any(|start| line.starts_with(start)) {
                assert!(
                    line.contains("# [stated] ")
                        || line.contains("# [derived] ")
                        || line.contains("# [assumed] "),
                    "{name}: {line}"
                );
            }
        }
    }
}

/// A copy of an export in which one text of one file stands changed.
fn changed(name: &str, file: &str, from: &str, to: &str) -> TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(data(name)).expect("an export") {
        let path = entry.expect("an entry").path();
        let own = path.file_name().expect("a name");
        let mut text = std::fs::read_to_string(&path).expect("a file");
        if own.to_string_lossy() == format!("{file}.ocf.json") {
            assert!(text.contains(from), "{name} {file}: no {from}");
            text = text.replacen(from, to, 1);
        }
        std::fs::write(copy.path().join(own), text).expect("a copy");
    }
    copy
}

const T: &str = "Transactions";
const AGAINST: Code = Code::ExportContradiction;
const UNMAPPED: Code = Code::ExportUnmapped;

#[test]
fn what_cannot_be_mapped_is_refused_with_its_object_and_a_reason() {
    let mut out = String::new();
    let mut seen = BTreeSet::new();
    // Export, file, a text in it and its replacement, the code, and part of the message.
    let refused: Vec<[String; 6]> =
        serde_json::from_str(include_str!("../data/ocf/refused.json")).expect("a list of refusals");
    for [name, file, from, to, code, message] in &refused {
        let copy = changed(name, file, from, to);
        let overlay = copy.path().join("overlay.toml");
        let imported = import(copy.path(), None, overlay.exists().then_some(overlay.as_path()));
        let found = imported.diagnostics.sorted();
        let is_said = found.iter().any(|each| each.code.id() == code && each.message.contains(message));
        let is_complete = found.iter().all(|each| !each.help.is_empty());
        if !is_said || imported.text.is_some() || !is_complete {
            let _ = writeln!(
                out,
                "{name} {file}: {from} -> {to}\n  expected {code} {message}\n  found {found:#?}"
            );
        }
        seen.insert(code.as_str());
    }
    assert!(out.is_empty(), "\n{out}");
    assert_eq!(seen.len(), 4, "every code of exports is tried");
}

#[test]
fn without_an_overlay_what_moves_a_number_is_asked_for() {
    let imported = import(&data("notes"), None, None);
    let found = imported.diagnostics.sorted();
    assert!(imported.text.is_none() && found.iter().all(|each| each.code == Code::ExportGap), "{found:?}");
    // One for each note that a round converts by itself, and they say what to write. CN-2 converts on a day only.
    assert_eq!(found.len(), 3, "{found:?}");
    let says = "[instruments.CN-3.conversion]\nqualified_financing = ";
    assert!(found.iter().any(|each| each.help.iter().any(|help| help.contains(says))), "{found:?}");
}

#[test]
fn all_problems_are_reported_at_once() {
    let copy = changed(
        "growth",
        T,
        "\"resulting_security_ids\": [\"cs-4\"]",
        "\"resulting_security_ids\": [\"cs-44\"]",
    );
    let file = copy.path().join("Transactions.ocf.json");
    let text = std::fs::read_to_string(&file).expect("a file");
    let text = text
        .replace("\"quantity\": \"45000\"", "\"quantity\": \"145000\"")
        .replace("WARRANT_EXERCISE", "WARRANT_DANCE");
    std::fs::write(&file, text).expect("a file");
    let codes: Vec<Code> =
        import(copy.path(), None, None).diagnostics.sorted().iter().map(|each| each.code).collect();
    assert!(codes.len() >= 3 && codes.contains(&UNMAPPED) && codes.contains(&AGAINST), "{codes:?}");
}

/// The paths of all values in a tree.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| pointers(item, &format!("{at}/{index}"), all));
        }
        Value::Object(entries) => {
            entries.iter().for_each(|(key, item)| pointers(item, &format!("{at}/{key}"), all));
        }
        _ => {}
    }
}

#[test]
fn nothing_in_a_file_makes_it_panic() {
    let copy = changed("growth", T, "\"t01\"", "\"t01\"");
    for file in ["Manifest", "StockClasses", "StockPlans", "Transactions"] {
        let path = copy.path().join(format!("{file}.ocf.json"));
        let text = std::fs::read_to_string(&path).expect("a file");
        let whole: Value = serde_json::from_str(&text).expect("JSON");
        let mut places = Vec::new();
        pointers(&whole, "", &mut places);
        for with in [Value::Null, Value::from("-7.5"), Value::from("79228162514264337593543950335")] {
            for place in &places {
                let mut tree = whole.clone();
                *tree.pointer_mut(place).expect("a value") = with.clone();
                std::fs::write(&path, tree.to_string()).expect("a file");
                let imported = import(copy.path(), None, None);
                assert!(imported.text.is_some() != imported.diagnostics.has_errors());
            }
        }
        for end in (0..text.len()).step_by(97) {
            std::fs::write(&path, text.get(..end).unwrap_or_default()).expect("a file");
            assert!(import(copy.path(), None, None).text.is_none());
        }
        std::fs::write(&path, "[".repeat(100_000)).expect("a file");
        assert!(import(copy.path(), None, None).text.is_none());
        std::fs::write(&path, &text).expect("a file");
    }
    let large = std::fs::File::create(copy.path().join("Transactions.ocf.json")).expect("a file");
    large.set_len(1 << 36).expect("a length");
    let imported = import(copy.path(), None, None);
    assert!(imported.diagnostics.sorted().iter().any(|each| each.message.contains("larger than 32 MB")));
}

#[test]
fn an_overlay_with_mistakes_gives_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let overlay = folder.path().join("terms.toml");
    let good = std::fs::read_to_string(data("notes").join("overlay.toml")).expect("an overlay");
    for (added, code) in [
        ("[instruments.\"CN-4\"]\ndiscont = \"10%\"\n", Code::UnknownKey),
        ("[exit.sale]\nfees = \"120%\"\n", Code::OutOfRange),
    ] {
        let text = format!("{added}{good}");
        std::fs::write(&overlay, text).expect("a file");
        let imported = import(&data("notes"), None, Some(overlay.as_path()));
        assert!(imported.text.is_none(), "{added}");
        let said = render(&imported.diagnostics, &imported.sources, cabrio::diagnostic::Style::Plain);
        let found = imported.diagnostics.sorted();
        assert!(found.len() == 1 && found[0].code == code && said.contains("terms.toml"), "{said}");
    }
}

fn cabrio(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cabrio"));
    command.current_dir(folder).args(["--color", "never"]).args(arguments).output().expect("the binary runs")
}

#[test]
fn the_command_writes_the_file_once_and_exits_with_3_on_problems() {
    let folder = tempfile::tempdir().expect("a folder");
    let export = |name: &str| std::fs::canonicalize(data(name)).expect("an export").display().to_string();
    let (seed, notes) = (export("seed"), export("notes"));
    let first = cabrio(folder.path(), &["new", "kites", "--from-ocf", &seed, "--date", "2020-03-01"]);
    assert_eq!(first.status.code(), Some(0), "{first:?}");
    let text = std::fs::read_to_string(folder.path().join("kites.toml")).expect("a scenario");
    assert!(text.contains("valuation_date = 2020-03-01") && text.contains("pool = 1000000"), "{text}");
    let again = cabrio(folder.path(), &["new", "kites", "--from-ocf", &seed]);
    assert_eq!(again.status.code(), Some(7), "an existing file is kept");
    let open = cabrio(folder.path(), &["new", "mill", "--from-ocf", &notes]);
    assert_eq!(open.status.code(), Some(3), "{open:?}");
    assert!(String::from_utf8_lossy(&open.stderr).contains("error[E0904]"), "{open:?}");
    assert!(!folder.path().join("mill.toml").exists());
    let nowhere = cabrio(folder.path(), &["new", "x", "--from-ocf", "nowhere"]);
    assert_eq!(nowhere.status.code(), Some(3), "{nowhere:?}");
    let usage = cabrio(folder.path(), &["new", "x", "--date", "2020-03-01"]);
    assert_eq!(usage.status.code(), Some(2), "--date is of an export");
}
