//! Deals at the ends of what can be: each is run, and its folder must be whole and sound.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A seed-stage note whose parts can be exchanged.
struct Deal {
    title: String,
    investor: &'static str,
    company: &'static str,
    currency: &'static str,
    name: String,
    value: &'static str,
    new_money: &'static str,
    hazard: &'static str,
    qualified: &'static str,
    cap: &'static str,
    tranches: String,
    more: &'static str,
}

impl Default for Deal {
    fn default() -> Self {
        Self {
            title: "A first note".into(),
            investor: "Investor",
            company: "Company",
            currency: "USD",
            name: "Note".into(),
            value: "10m",
            new_money: "3m",
            hazard: "10%",
            qualified: "1m",
            cap: "12m",
            tranches: "{ amount = \"1m\" }".into(),
            more: "",
        }
    }
}

impl Deal {
    fn text(&self) -> String {
        let Self {
            investor,
            company,
            currency,
            value,
            new_money,
            hazard,
            qualified,
            cap,
            tranches,
            more,
            ..
        } = self;
        // A debug print quotes as TOML does, for the characters used here.
        let (title, name) = (format!("{:?}", self.title), format!("{:?}", self.name));
        format!(
            "deal = {{ title = {title}, investor = {investor:?}, company = {company:?}, currency = {currency:?}, \
             valuation_date = 2026-01-01, horizon = \"5 years\" }}\n\
             discounting = {{ required_return = \"20%\" }}\n\
             company.value = {{ today = {value:?}, process = {{ gbm = {{ drift = \"28%\", volatility = \"70%\" }} }} }}\n\
             financing_rounds = {{ first = \"6 months to 30 months\", new_money = {new_money:?} }}\n\
             failure = {{ hazard = {hazard:?}, recovery = \"10%\" }}\n\
             [[instruments]]\nname = {name}\nkind = \"convertible_note\"\n\
             conversion = {{ qualified_financing = {qualified:?}, discount = \"20%\", \
             valuation_cap = {{ amount = {cap:?}, basis = \"post_money\" }} }}\n\
             tranches = [{tranches}]\n{more}"
        )
    }
}

/// The files of a run, looked over; the folder lives as long as the first part.
fn run(deal: &Deal, paths: &str) -> (tempfile::TempDir, PathBuf) {
    let room = tempfile::tempdir().expect("a folder");
    fs::write(room.path().join("deal.toml"), deal.text()).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cabrio"));
    command.current_dir(room.path()).env_remove("CABRIO_THREADS").stdin(Stdio::null());
    command.args(["run", "deal.toml", "--quiet", "--paths", paths, "--out", "report"]);
    let output = command.output().expect("the binary runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    let folder = room.path().join("report");
    sound(&folder);
    (room, folder)
}

fn text(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("a file of the report")
}

/// Nothing that a reader should never see.
fn sound(folder: &Path) {
    for name in ["report.html", "report.md", "summary.json"] {
        let page = text(folder, name);
        // The page's script, at its end, knows the word.
        let shown = page.split("<script>").next().unwrap_or_default();
        assert!(!shown.contains("NaN"), "{name}");
    }
    let page = text(folder, "report.html");
    assert_eq!(page.matches("<script").count(), 1, "the program's own");
    let index: serde_json::Value = serde_json::from_str(&text(folder, "charts/index.json")).expect("JSON");
    for chart in index.as_array().expect("charts") {
        let svg = text(folder, chart["svg"].as_str().expect("a path"));
        let body: String = svg.lines().filter(|line| !line.starts_with("<desc>")).collect();
        assert!(!body.contains("NaN") && !svg.contains("<script"), "{chart}");
        assert!(!chart["alt"].as_str().expect("words").is_empty());
    }
    let book = fs::read(folder.join("workbook.xlsx")).expect("a workbook");
    assert!(zip::ZipArchive::new(std::io::Cursor::new(book)).is_ok());
}

fn endings(folder: &Path) -> Vec<(String, f64)> {
    let summary: serde_json::Value = serde_json::from_str(&text(folder, "summary.json")).expect("JSON");
    let rows = summary["cases"][0]["branches"].as_array().expect("endings").clone();
    let share = |row: &serde_json::Value| row["probability"]["value"].as_f64().expect("a share");
    rows.iter().map(|row| (row["branch"].as_str().expect("a name").to_owned(), share(row))).collect()
}

#[test]
fn nothing_ever_converts() {
    let (_room, folder) = run(&Deal { qualified: "900bn", ..Deal::default() }, "500");
    assert!(
        endings(&folder).iter().all(|(branch, _)| !branch.starts_with("round")),
        "{:?}",
        endings(&folder)
    );
}

/// A hazard of next to nothing, and rounds soon enough: every note converts.
#[test]
fn everything_converts() {
    let deal = Deal { hazard: "0.0000001%", ..Deal::default() };
    let (_room, folder) = run(&deal, "500");
    let converted: f64 = endings(&folder)
        .iter()
        .filter(|(branch, _)| branch.starts_with("round"))
        .map(|(_, share)| share)
        .sum();
    // the gap to the first round is beyond five years once in some ten thousand paths
    assert!(converted > 0.98, "{:?}", endings(&folder));
}

#[test]
fn one_path() {
    let (_room, folder) = run(&Deal::default(), "1");
    assert!(text(&folder, "report.html").contains("1 path"));
}

#[test]
fn two_hundred_tranches() {
    let tranche = |i: usize| format!("{{ name = \"T{i}\", amount = \"{}k\" }}", i + 1);
    let tranches: Vec<String> = (0..200).map(tranche).collect();
    let (_room, folder) = run(&Deal { tranches: tranches.join(", "), ..Deal::default() }, "200");
    let tree = text(&folder, "charts/tree.svg");
    // a picture of a page, not of many: its height in inches
    let height =
        tree.split(" height=\"").nth(1).and_then(|rest| rest.split("in\"").next()).expect("a height");
    assert!(height.parse::<f64>().expect("a number") < 16.0, "{height}");
    assert!(text(&folder, "report.html").contains("184 more tranches are in the table"));
    assert!(text(&folder, "tranches.csv").lines().any(|line| line.contains(",T199,")));
}

/// Names with quotes, commas, markup, letters from right to left, and two hundred characters.
#[test]
fn hostile_names() {
    let long: String = "a very long name with, commas and \"quotes\" ".repeat(5).chars().take(190).collect();
    let deal = Deal {
        title: format!("<script>alert(1)</script> {long}"),
        investor: "=1+1 שלום עולם",
        company: "@SUM(A1); -x",
        name: format!("+{long}"),
        more: "[[cases]]\nname = \"=cmd|' /C calc'!A0\"\nset = { \"instruments.0.conversion.discount\" = \"5%\" }\n\
               [[cases]]\nname = \"מקרה <b>x</b> & \\\"quotes\\\", commas\"\n\
               remove = [\"instruments.0.conversion.valuation_cap\"]\n",
        ..Deal::default()
    };
    let (_room, folder) = run(&deal, "500");
    let page = text(&folder, "report.html");
    assert!(page.contains("&lt;script&gt;") && page.contains("שלום"));
    let cases = text(&folder, "cases.csv");
    assert!(cases.contains("\"מקרה <b>x</b> & \"\"quotes\"\", commas\""), "{cases}");
}

/// Everything below nought, in a currency that has a code and no symbol.
#[test]
fn losses_in_francs() {
    let deal = Deal { hazard: "60%", cap: "1bn", currency: "CHF", ..Deal::default() };
    let (_room, folder) = run(&deal, "500");
    assert!(text(&folder, "report.html").contains("−CHF "));
    assert!(text(&folder, "percentiles.csv").starts_with("case,probability,present_value_chf"));
}

/// From ten thousand to ten trillion.
#[test]
fn small_and_large_amounts() {
    let small = Deal {
        value: "100k",
        new_money: "30k",
        qualified: "10k",
        cap: "120k",
        tranches: "{ amount = \"10k\" }".into(),
        ..Deal::default()
    };
    let (_room, folder) = run(&small, "500");
    assert!(text(&folder, "report.html").contains("$10k"));
    let large = Deal {
        value: "40tn",
        new_money: "4tn",
        qualified: "1bn",
        cap: "50tn",
        tranches: "{ amount = \"10tn\" }".into(),
        ..Deal::default()
    };
    let (_room, folder) = run(&large, "500");
    assert!(text(&folder, "report.html").contains("$10tn"));
}
