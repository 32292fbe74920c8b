//! `cabrio allocate` on clauses the published cases do not reach: growing claims, jumps, flotations, and refusals.

use std::path::Path;
use std::process::Output;

use cabrio::allocation::{Exit, Known, Request, allocate};
use cabrio::capital::sale_table;
use cabrio::model::CapitalStructure;
use cabrio::number::{Amount, Decimal};
use cabrio::random::math;
use cabrio::scenario::{Reading, load_bytes_as};
use serde_json::Value;

use crate::program;

const OPM: &str = "scenarios/opm-allocation.toml";
const UNICORN: &str = "scenarios/unicorn-preferred.toml";

fn cabrio(arguments: &[&str]) -> Output {
    program::cabrio(Path::new("."), arguments)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What a command prints.
#[track_caller]
fn printed(arguments: &[&str]) -> String {
    let output = cabrio(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// What the command complains of, with this exit code.
#[track_caller]
fn refused(code: i32, file: &str, arguments: &[&str]) -> String {
    let output = cabrio(&[&["allocate", file], arguments].concat());
    assert_eq!(output.status.code(), Some(code), "{}{}", text(&output.stdout), text(&output.stderr));
    assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
    text(&output.stderr)
}

fn structure(lines: &str) -> CapitalStructure {
    let text = format!("deal = {{ title = \"T\", valuation_date = 2026-01-01 }}\n{lines}");
    let loaded =
        load_bytes_as(Reading::Structure, "case.toml", text.clone().into_bytes(), Path::new("."), &[]);
    let said: Vec<_> = loaded.diagnostics.sorted().iter().map(|found| found.message.clone()).collect();
    assert!(said.is_empty(), "{said:?}\n{text}");
    loaded.structure.expect("a structure").capital
}

/// At a value, with 60 % volatility and a riskless rate of 4 % (a logarithm).
fn request(value: i64, exit: Exit) -> Request {
    Request {
        known: Known::Value(Decimal::from(value)),
        volatility: 0.6,
        rate: 0.04,
        exit,
        unmarketable_years: None,
    }
}

fn json(table: &impl serde::Serialize) -> Value {
    serde_json::from_str(&serde_json::to_string(table).expect("JSON")).expect("JSON")
}

fn value(table: &Value, name: &str) -> f64 {
    let classes = table["classes"].as_array().expect("classes");
    let class = classes.iter().find(|class| class["class"] == name).unwrap_or_else(|| panic!("no {name}"));
    class["value"].as_f64().expect("a value")
}

/// Prices of all classes by the trapezoidal rule over the normal law of the exit's logarithm, from the table of a sale:
/// an independent way. Standard deviations from -8 to 8 by this step.
const STEP: f64 = 0.002;

fn by_quadrature(structure: &CapitalStructure, spot: f64, years: f64) -> Vec<(String, f64)> {
    let deviation = 0.6 * years.sqrt();
    let points: Vec<f64> = (-4000..=4000).map(|i| f64::from(i) * STEP).collect();
    let price = |z: f64| spot * math::exp(0.04 * years + deviation * z - 0.5 * deviation * deviation);
    let exits: Vec<Decimal> =
        points.iter().map(|z| Decimal::from_f64_retain(price(*z)).expect("a price").round_dp(6)).collect();
    let table = sale_table(structure, &exits, &[]).expect("a table");
    let mut sums: Vec<(String, f64)> =
        table.exits[0].classes.iter().map(|class| (class.class.clone(), 0.0)).collect();
    for (z, exit) in points.iter().zip(&table.exits) {
        let weight = STEP * math::exp(-0.5 * z * z - 0.04 * years) / (2.0 * std::f64::consts::PI).sqrt();
        for (sum, class) in sums.iter_mut().zip(&exit.classes) {
            sum.1 += weight * f64::from_decimal(class.payout.0);
        }
    }
    sums
}

#[track_caller]
fn assert_as_integrated(lines: &str, spot: i64, tolerance: f64) -> Value {
    let structure = structure(lines);
    let table = json(&allocate(&structure, &[], &request(spot, Exit::After(2.0))).expect("an allocation"));
    for (class, expected) in by_quadrature(&structure, f64::from_decimal(Decimal::from(spot)), 2.0) {
        let found = value(&table, &class);
        assert!((found - expected).abs() <= tolerance, "{class}: {found}, integrated {expected}");
    }
    table
}

const STACK: &str = "[company.capitalization]
common = \"8m\"
pool = \"1m\"
options = [{ name = \"Employees\", shares = \"500k\", strike = \"$0.50\" }]
[[company.capitalization.preferred]]
name = \"Seed\"
shares = \"2m\"
issue_price = \"$1\"
participation = \"capped\"
participation_cap = \"3x\"
seniority = 2
[[company.capitalization.preferred]]
name = \"A\"
shares = \"1m\"
issue_price = \"$3\"
liquidation_preference = \"1.5x\"
[exit.sale]
fees = \"2%\"
carve_out_amount = \"$300k\"
";

#[test]
fn a_stack_of_classes_agrees_with_quadrature() {
    // A kink between two points is off by at most a slope of 1 times an eighth of their distance in price, squared over
    // it: the trapezoidal rule's error of a kink, STEP² · price · deviation² · density / 8, below 10⁻⁶ of the value.
    let table = assert_as_integrated(STACK, 12_000_000, 12.0);
    let costs = value(&table, "Fees") + value(&table, "Carve-out");
    // Fees are a part of the price; of the carve-out, at most its discounted amount is lost.
    assert!((value(&table, "Fees") - 0.02 * 12e6).abs() < 1e-6, "{}", value(&table, "Fees"));
    assert!(costs > 0.02 * 12e6 && costs < 0.02 * 12e6 + 300e3, "{costs}");
    assert_eq!(table["jumps"].as_array().map(Vec::len), Some(0));
}

const ENDING_CAP: &str = "company.capitalization.common = \"9m\"
[[instruments]]
name = \"SAFE\"
kind = \"safe\"
valuation_cap = { amount = \"$10m\", basis = \"post_money\", only_if_pre_money_below = \"$20m\" }
tranches = [{ amount = \"$1m\" }]
";

#[test]
fn a_jump_is_priced_as_a_digital_option() {
    // Just below $20m the SAFE converts into a tenth, $2m; above it has no cap and gets its $1m.
    // The trapezoidal rule is off by at most half a step times the density (0.4 at most) times the jump of $1m.
    let table = assert_as_integrated(ENDING_CAP, 15_000_000, 0.5 * STEP * 0.4 * 1e6 + 15.0);
    let jump = &table["jumps"].as_array().expect("jumps")[1];
    assert_eq!((jump["class"].as_str(), jump["exit"].as_f64()), (Some("SAFE"), Some(20e6)));
    assert!((jump["by"].as_f64().expect("a number") + 1e6).abs() < 1e-3, "{jump}");
}

#[test]
fn claims_grow_until_the_exit() {
    // Hand-worked: $1m at 10% simple for three years (30/360) is owed $1.3m, and with next to no volatility is paid in
    // full: 1.3m · e^(-0.12).
    let lines = "company.capitalization.common = \"9m\"
[[instruments]]
name = \"Loan\"
kind = \"loan\"
interest = { rate = \"10%\", day_count = \"30/360\" }
tranches = [{ amount = \"$1m\" }]
";
    let loan = structure(lines);
    let calm = Request { volatility: 0.01, ..request(20_000_000, Exit::After(3.0)) };
    let table = json(&allocate(&loan, &[], &calm).expect("an allocation"));
    let expected = 1.3e6 * math::exp(-0.12);
    assert!((value(&table, "Loan") - expected).abs() < 1e-3, "{table}");
    let random = Exit::AtRate { rate: 0.25, flotation: Vec::new() };
    let error = allocate(&loan, &[], &request(20_000_000, random)).expect_err("it grows").to_string();
    assert!(error.contains("\"Loan\" does, by interest or dividends"), "{error}");
}

#[test]
fn after_the_round_its_shares_are_there() {
    // Hand-worked: with $5m at $20m pre-money, 2m shares at $2.50 beside 8m; the deal of the published example.
    let lines = "deal = { title = \"T\", valuation_date = 2026-01-01 }
company.capitalization.common = \"8m\"
round = { name = \"Series A\", pre_money = \"$20m\", new_money = \"$5m\", series = { liquidation_preference = \"1x\" } }
";
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("deal.toml");
    std::fs::write(&file, lines).expect("a file");
    let file = file.to_str().expect("a path");
    let asked = ["--equity-value", "$20m", "--years", "3", "--volatility", "60%", "--rate", "4%"];
    let whole = ["allocate", file, "--json", "--compounding", "continuous", "--after-round"];
    let table: Value = serde_json::from_str(&printed(&[&whole[..], &asked[..]].concat())).expect("JSON");
    assert!((value(&table, "Series A") - 5_605_633.582_68).abs() < 0.02, "{table}");
    assert_eq!(table["after_round"]["round"], "Series A");
    let early = refused(2, file, &[&asked[..], &["--new-money", "$5m"]].concat());
    assert!(early.contains("add --after-round"), "{early}");
    // Annual compounding is the default: 1.04³ for e^0.12.
    let table: Value = serde_json::from_str(&printed(
        &[&["allocate", file, "--json", "--after-round"][..], &asked[..]].concat(),
    ))
    .expect("JSON");
    assert!((table["rate_per_year"].as_f64().expect("a rate") - 0.04).abs() < 1e-15);
}

#[test]
fn the_simulation_s_fair_value_agrees() {
    // Four standard errors: false alarm once in 16,000, and the seed is fixed. The sale comes 1,096 days after the
    // valuation.
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let out = out.to_str().expect("a path");
    let run = printed(&["run", OPM, "--paths", "50000", "--json", "--quiet", "--out", out]);
    let run: Value = serde_json::from_str(&run).expect("JSON");
    let cases = run["fair_value"]["cases"].as_array().expect("fair values");
    assert_eq!(cases.len(), 4);
    let years = (1096.0 / 365.25_f64).to_string();
    let capped =
        ["--set", "instruments.0.participation=capped", "--set", "instruments.0.participation_cap=2x"];
    let full = ["--set", "instruments.0.participation=full"];
    let options = [
        "--set",
        "company.capitalization.options=[{ name = \"Employees\", shares = \"1m\", strike = \"$1\" }]",
        "--set",
        "instruments.0.pre_money=$22.5m",
    ];
    for (case, terms) in cases.iter().zip([&[][..], &capped[..], &full[..], &options[..]]) {
        let asked = ["allocate", OPM, "--json", "--equity-value", "$20m", "--years", &years];
        let exact: Value = serde_json::from_str(&printed(&[&asked[..], terms].concat())).expect("JSON");
        let number = |field: &str| case["value"][field].as_f64().expect("a number");
        let (mean, error) = (number("value"), number("standard_error"));
        let expected = value(&exact, "Series A");
        assert!(error < 0.02 * expected, "an error of {error} would hide everything");
        assert!((mean - expected).abs() < 4.0 * error, "{case}: {mean} ± {error}, exactly {expected}");
    }
}

#[test]
fn what_does_not_identify_a_value_is_refused() {
    let asked = |price: &str, more: &[&str]| {
        let fixed = ["--backsolve", price, "--years", "3"].map(str::to_owned);
        fixed.into_iter().chain(more.iter().map(|&text| text.to_owned())).collect::<Vec<_>>()
    };
    let refused = |file: &str, asked: Vec<String>| {
        refused(3, file, &asked.iter().map(String::as_str).collect::<Vec<_>>())
    };
    // The preference alone is worth 2.5 · e^(-0.12) = 2.2173 wherever the company is worth enough for it, and too
    // little to convert.
    let flat = refused(OPM, asked("Series A=$2.50", &["--volatility", "2%", "--rate", "0%"]));
    assert!(flat.contains("does not identify the value of the company"), "{flat}");
    let unknown = refused(OPM, asked("Series Z=$2", &[]));
    assert!(unknown.contains("the classes are \"Common\", \"Series A\""), "{unknown}");
    // With 4x back and a flotation that takes it away, a share of Series B is worth $1 in a small company and in a large
    // one.
    let points = "{ \"$32m\" = \"0%\", \"$1bn\" = \"65%\", \"$100bn\" = \"85%\" }";
    let unicorn = std::fs::read_to_string(UNICORN).expect("a scenario");
    assert!(unicorn.contains(points));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("deal.toml");
    let steep = unicorn.replace(points, "{ \"$399m\" = \"0%\", \"$401m\" = \"100%\" }");
    std::fs::write(&file, steep).expect("a file");
    let file = file.to_str().expect("a path");
    let terms = ["allocate", file, "--exit-rate", "50%", "--volatility", "20%"];
    let terms = [&terms[..], &["--set", "instruments.0.liquidation_preference=4x"]].concat();
    let output = cabrio(&[&terms[..], &["--backsolve", "Series B=$1"]].concat());
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stdout));
    let error = text(&output.stderr);
    assert!(error.contains("fits several values of the company: "), "{error}");
    // Each of them, shared out, gives the price back.
    let values: Vec<&str> = error.trim().rsplit(": ").next().expect("values").split(", ").collect();
    assert!(values.len() >= 2, "{error}");
    for value in values {
        let table = printed(&[&terms[..], &["--equity-value", value, "--json"]].concat());
        let table: Value = serde_json::from_str(&table).expect("JSON");
        let each = table["classes"][2]["per_share"].as_f64().expect("a price");
        assert_eq!(table["classes"][2]["class"], "Series B");
        // Printed to the cent of some $10⁸.
        assert!((each - 1.0).abs() < 1e-9, "{value}: {each}");
    }
}

#[test]
fn what_cannot_be_priced_is_refused() {
    let usage = |arguments: &[&str]| refused(2, OPM, arguments);
    assert!(usage(&["--years", "3"]).contains("--equity-value"));
    assert!(usage(&["--equity-value", "$20m"]).contains("--exit-rate"));
    assert!(usage(&["--equity-value", "$20m", "--years", "0"]).contains("more than nought"));
    assert!(usage(&["--equity-value", "€20m", "--years", "3"]).contains("the deal is in USD"));
    assert!(usage(&["--backsolve", "Series A", "--years", "3"]).contains("write it like"));
    assert!(usage(&["--equity-value", "$0", "--years", "3"]).contains("more than nought"));
    let minimal = "scenarios/minimal.toml";
    let given = ["--equity-value", "$20m", "--years", "3"];
    assert!(refused(2, minimal, &given).contains("--volatility 60%"));
    let given = [&given[..], &["--volatility", "60%"]].concat();
    assert!(refused(2, minimal, &given).contains("--rate 4%"));
    let paid = [&given[..], &["--set", "fair_value.payout_yield=2%"]].concat();
    assert!(refused(3, OPM, &paid).contains("payout_yield"));
    // At a flotation dividends may become shares, and their number depends on its price.
    let kept = [
        "--equity-value",
        "$700m",
        "--exit-rate",
        "25%",
        "--set",
        "instruments.0.dividends={ rate = \"0%\", kept_on_conversion = true }",
    ];
    assert!(refused(3, UNICORN, &kept).contains("has dividends that become shares"));
    let sold = printed(&[&["allocate", UNICORN, "--no-ipo"], &kept[..]].concat());
    assert!(sold.contains("note: Every exit is a sale."), "{sold}");
    // SAFEs that own the whole company at their caps leave no sale above some price.
    let safes =
        ENDING_CAP.replace(", only_if_pre_money_below = \"$20m\"", "").replace("\"$1m\" }]", "\"$11m\" }]");
    let error =
        allocate(&structure(&safes), &[], &request(1_000_000, Exit::After(2.0))).expect_err("no sale");
    assert!(
        error.to_string().starts_with("the payoffs of a sale are not known for all prices. Above "),
        "{error}"
    );
}

#[test]
fn it_prints_text_and_csv() {
    let asked = ["allocate", OPM, "--backsolve", "Series A=$2.50", "--years", "3", "--dlom", "2"];
    let shown = printed(&asked);
    // Published: $16,120,936.94, against a headline of $25m (a case of the option pricing method).
    assert!(shown.contains("the company is worth $16,120,937."), "{shown}");
    assert!(shown.contains("All shares at that price: $25,000,000, 55.08% above that"), "{shown}");
    assert!(shown.contains("Illustrative discounts"), "{shown}");
    let csv = printed(&[&asked[..], &["--csv"]].concat());
    assert!(csv.starts_with("class,kind,shares,value,share,per_share\nCommon,common,8000000,"), "{csv}");
    assert_eq!(csv.lines().count(), 3);
}
