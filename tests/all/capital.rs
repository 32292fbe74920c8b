//! `captable` and `waterfall` from outside: what they print, and their exit codes.
//!
//! The texts in `tests/data/capital` are pinned, once read and held against the numbers of the JSON; run with
//! `CABRIO_UPDATE=1` to write them anew.

use std::path::Path;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::program;

const DATA: &str = "tests/data/capital";

fn cabrio(arguments: &[&str]) -> Output {
    program::cabrio(Path::new("."), arguments)
}

fn printed(arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = cabrio(arguments);
    assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).expect("text")
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(arguments)).expect("JSON")
}

fn round() -> String {
    format!("{DATA}/round.toml")
}

fn sale() -> String {
    format!("{DATA}/sale.toml")
}

/// Holds a text against the file of that name.
fn golden(name: &str, text: &str) {
    let path = Path::new(DATA).join(name);
    if std::env::var_os("CABRIO_UPDATE").is_some() {
        std::fs::write(&path, text).expect("the file is written");
    }
    let kept = std::fs::read_to_string(&path).expect("the file of the text");
    assert!(kept == text, "{name} differs:\n{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{name} is too wide");
}

#[test]
fn the_tables_on_a_terminal() {
    golden("round.txt", &printed(&["captable", &round()]));
    golden("sale.txt", &printed(&["waterfall", &sale(), "--exit", "5m,20m,40m,80m,200m"]));
    let after = ["waterfall", &round(), "--after-round", "--exit", "1m,5m,20m,100m"];
    golden("sale_after_round.txt", &printed(&after));
}

#[test]
fn a_sale_after_a_round_takes_the_round_of_the_captable() {
    let options = ["--pre-money", "16m", "--new-money", "4m"];
    let table = json(&[&["captable", &round(), "--json"], &options[..]].concat());
    let after = ["waterfall", &round(), "--after-round", "--exit", "10m", "--json"];
    let sold = json(&[&after[..], &options].concat());
    assert_eq!(sold["after_round"]["price"], table["round"]["price"]);
    assert_eq!(sold["after_round"]["post_money"], 20_000_000);
    assert_eq!(sold["date"], "2026-07-01");
    // Classes that hold shares are those of the captable, in its order but for the pool.
    let classes = sold["exits"][0]["classes"].as_array().expect("classes");
    let total = |name: &str| -> f64 {
        let rows = table["after"]["classes"].as_array().expect("classes").iter();
        rows.filter(|row| row["class"] == name).map(|row| row["as_converted"].as_f64().expect("shares")).sum()
    };
    for class in classes.iter().filter(|class| class["kind"] != "loan") {
        let name = class["class"].as_str().expect("a name");
        let shares = class["as_converted"].as_f64().expect("shares");
        // Within the 24 digits kept of each.
        assert!((shares / total(name) - 1.0).abs() < 1e-15, "{name}: {shares}, {}", total(name));
    }
    assert_eq!(json(&["waterfall", &sale(), "--exit", "10m", "--json"])["after_round"], Value::Null);
}

#[test]
fn holdings_add_up_and_the_round_is_what_was_asked_for() {
    let table = json(&["captable", &round(), "--json"]);
    assert_eq!(table["schema_version"], 1);
    for moment in ["before", "after"] {
        let classes = table[moment]["classes"].as_array().expect("classes");
        let owned: f64 = classes.iter().map(|class| class["ownership"].as_f64().expect("a part")).sum();
        assert!((owned - 1.0).abs() < 1e-12, "{moment}: {owned}");
    }
    // hand-worked: 500,000 at 6% from 2025-01-01 to 2026-07-01 are 546 days of 365
    let note = &table["instruments"][2];
    assert!((note["interest"].as_f64().expect("interest") - 500_000.0 * 0.06 * 546.0 / 365.0).abs() < 1e-6);
    // The terms taken over are those of the second SAFE, so both convert at one price.
    let price = |place: usize| table["instruments"][place]["conversion"]["price"].as_f64();
    assert_eq!(price(0), price(1));
    assert_eq!(table["instruments"][3]["reason"], "it does not convert");
    // Percentage ownership: new money owns 3 of 15, before anti-dilution.
    let round = &table["round"];
    let sold =
        round["new_shares"].as_f64().expect("shares") / round["total_shares"].as_f64().expect("shares");
    assert!((sold - 0.2).abs() < 1e-12);
}

#[test]
fn payouts_add_up_to_the_price() {
    let table = json(&["waterfall", &sale(), "--exit", "1m..1bn", "--json"]);
    let exits = table["exits"].as_array().expect("exits");
    assert_eq!(exits.len(), 10);
    for exit in exits {
        let number = |field: &str| exit[field].as_f64().expect("a number");
        for (list, costs) in [("classes", "payout"), ("holders", "payout")] {
            let paid: f64 = exit[list]
                .as_array()
                .expect("rows")
                .iter()
                .map(|row| row[costs].as_f64().expect("a payout"))
                .sum();
            let all = paid + number("fees") + number("carve_out") + number("undistributed");
            assert!((all - number("exit")).abs() < 1e-6 * number("exit"), "{list} at {}", number("exit"));
        }
    }
}

/// Between two bends every payoff is a straight line: its middle is the mean of its ends.
#[test]
fn payoffs_are_straight_between_breakpoints() {
    let table = json(&["waterfall", &sale(), "--exit", "1m", "--json"]);
    let mut bends: Vec<f64> = table["breakpoints"]
        .as_array()
        .expect("bends")
        .iter()
        .map(|bend| bend["exit"].as_f64().expect("a price"))
        .collect();
    bends.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
    // At the bend where a SAFE converts what others receive jumps: stay inside the stretches.
    for pair in bends.windows(2).filter(|pair| pair[1] - pair[0] > 1.0) {
        let (low, high) = (pair[0] + 1e-3, pair[1] - 1e-3);
        let exits = format!("{low:.6},{:.6},{high:.6}", f64::midpoint(low, high));
        let table = json(&["waterfall", &sale(), "--exit", &exits, "--json"]);
        let payout = |at: usize, class: usize| {
            table["exits"][at]["classes"][class]["payout"].as_f64().expect("a payout")
        };
        for class in 0..6 {
            let [low, middle, high] = [0, 1, 2].map(|at| payout(at, class));
            assert!((f64::midpoint(low, high) - middle).abs() < 1e-2, "class {class} from {}", pair[0]);
        }
    }
}

#[test]
fn options_stand_for_the_round() {
    let table = json(&["captable", &round(), "--pre-money", "20m", "--new-money", "5m", "--json"]);
    assert_eq!(
        (&table["round"]["pre_money"], &table["round"]["new_money"]),
        (&20_000_000.into(), &5_000_000.into())
    );
    let priced = json(&["captable", &sale(), "--price", "$2", "--json"]);
    assert_eq!(priced["round"]["price"], 2);
}

#[test]
fn a_round_that_cannot_close_says_who_claims_what() {
    let set = "instruments.1.tranches.0.amount=$9m";
    let Output { status, stdout, stderr } = cabrio(&["captable", &round(), "--set", set]);
    let said = String::from_utf8_lossy(&stderr);
    assert_eq!(status.code(), Some(3));
    assert!(stdout.is_empty());
    // hand-worked: 9/8 of what is there before the new money, which takes 3/15, and the pool's increase of a tenth
    assert!(said.contains("no post-round share count exists"), "{said}");
    assert!(said.contains("\"Second SAFE\" claims 78.7500% for $9m"), "{said}");
}

#[test]
fn a_cap_for_small_rounds_counts_in_small_rounds_and_without_one() {
    let text = |level: &str| {
        format!(
            "deal = {{ title = \"T\", valuation_date = 2026-01-01 }}\n\
             company.capitalization.common = {{ Founders = 1000000 }}\n\
             round = {{ pre_money = \"$1.1m\", new_money = \"$250k\" }}\n\
             [[instruments]]\nname = \"Note\"\nkind = \"convertible_note\"\n\
             change_of_control = {{ or_as_converted = true }}\n\
             tranches = [{{ amount = \"$100k\" }}]\n\
             [instruments.conversion]\nqualified_financing = \"$0\"\n\
             valuation_cap = {{ amount = \"$0.5m\", basis = \"pre_money\", only_if_new_money_below = \"{level}\" }}\n"
        )
    };
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("note.toml");
    let file = file.to_str().expect("a path");
    // hand-worked: 100,000 at a price of 1 leave 1,000,000 of 1.1m; the cap's price is 0.50. 250,000 is not below itself.
    for (level, shares) in [("$250k", 100_000), ("$250000.01", 200_000)] {
        std::fs::write(file, text(level)).expect("the file is written");
        let table = json(&["captable", file, "--json"]);
        assert_eq!(table["instruments"][0]["conversion"]["shares"], shares, "{level}");
        // hand-worked: in a sale 200,000 of 1.2m shares
        let sale = printed(&["waterfall", file, "--exit", "1.2m", "--csv"]);
        assert!(sale.lines().any(|line| line.contains("Note") && line.contains(",200000")), "{sale}");
    }
}

#[test]
fn csv_has_all_rows_and_the_chart_is_written() {
    let holdings = printed(&["captable", &round(), "--csv"]);
    assert!(holdings.starts_with("moment,class,kind,holder,shares,as_converted,ownership,money_in,price\n"));
    assert_eq!(holdings.lines().filter(|line| line.starts_with("before,")).count(), 6);
    let payouts = printed(&["waterfall", &sale(), "--exit", "5m,50m", "--csv"]);
    assert_eq!(payouts.lines().count(), 1 + 2 * (3 + 6));
    let folder = TempDir::new().expect("a folder");
    for name in ["payoffs.svg", "payoffs.png"] {
        let file = folder.path().join(name);
        let file = file.to_str().expect("a path");
        printed(&["waterfall", &sale(), "--exit", "100m", "--chart", file]);
        assert!(std::fs::metadata(file).expect("the chart").len() > 2_000, "{name}");
    }
    let code = |file: &str| cabrio(&["waterfall", &sale(), "--exit", "100m", "--chart", file]).status.code();
    assert_eq!((code("payoffs.pdf"), code("/no/such/folder/payoffs.svg")), (Some(2), Some(7)));
}

#[test]
fn full_scenarios_have_tables_and_structures_have_no_runs() {
    let table = json(&["captable", "scenarios/seed-bridge-note.toml", "--json"]);
    assert!(!table["instruments"].as_array().expect("instruments").is_empty());
    let Output { status, stderr, .. } = cabrio(&["run", &round()]);
    let said = String::from_utf8_lossy(&stderr);
    assert_eq!(status.code(), Some(3));
    for key in ["horizon", "discounting", "value"] {
        assert!(said.contains(&format!("`{key}` is missing")), "{said}");
    }
    assert!(printed(&["check", &round()]).contains("The capital structure of Example Inc on 2026-01-01"));
    assert_eq!(cabrio(&["waterfall", &sale(), "--exit", "nothing"]).status.code(), Some(2));
}

#[test]
fn a_sale_after_a_round_wants_a_round() {
    let told = |more: &[&str]| {
        let Output { status, stderr, .. } =
            cabrio(&[&["waterfall", &sale(), "--exit", "10m"][..], more].concat());
        (status.code(), String::from_utf8_lossy(&stderr).into_owned())
    };
    let (code, said) = told(&["--after-round"]);
    assert_eq!(code, Some(3));
    assert!(said.contains("there is no `[round]`; give one with --pre-money and --new-money"), "{said}");
    assert_eq!(told(&["--after-round", "--pre-money", "30m", "--new-money", "5m"]).0, Some(0));
    let (code, said) = told(&["--pre-money", "30m"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("add --after-round"), "{said}");
}

/// The file on the page reads, and has both tables.
#[test]
fn the_example_of_the_documentation_reads() {
    let page = include_str!("../../docs/capital-structure.md");
    let text = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("example.toml");
    std::fs::write(&file, text).expect("the file is written");
    let file = file.to_str().expect("a path");
    let table = json(&["captable", file, "--json"]);
    assert_eq!(table["round"]["name"], "Series A");
    assert_eq!(json(&["waterfall", file, "--exit", "50m", "--json"])["exits"][0]["exit"], 50_000_000);
}
