//! `cabrio allocate`: published and independently computed cases through the command, and what it refuses.
//!
//! `docs/pricing-cases.md` lists the cases. Tolerances are those that come with them.

use std::path::Path;
use std::process::Output;

use cabrio::random::math;
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

/// What the command prints as JSON.
#[track_caller]
fn allocated(file: &str, arguments: &[&str]) -> Value {
    let output = cabrio(&[&["allocate", file, "--json"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[track_caller]
fn close(found: &Value, expected: f64, tolerance: f64) {
    let found = found.as_f64().unwrap_or_else(|| panic!("no number: {found}"));
    assert!((found - expected).abs() <= tolerance, "{found}, expected {expected} ± {tolerance}");
}

fn class<'v>(table: &'v Value, name: &str) -> &'v Value {
    let classes = table["classes"].as_array().expect("classes");
    classes.iter().find(|class| class["class"] == name).unwrap_or_else(|| panic!("no {name}"))
}

/// A file with these lines in a folder of its own.
fn file(lines: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deal.toml");
    let text = format!("deal = {{ title = \"T\", valuation_date = 2026-01-01 }}\n{lines}");
    std::fs::write(&path, text).expect("a file");
    let name = path.to_str().expect("a path").to_owned();
    (folder, name)
}

const CAPPED: [&str; 4] =
    ["--set", "instruments.0.participation=capped", "--set", "instruments.0.participation_cap=2x"];
const FULL: [&str; 2] = ["--set", "instruments.0.participation=full"];

#[test]
fn published_allocations() {
    // Cases `opm-allocate-np1x` and `opm-allocate-full`; the capped figure is published beside them (docs/opm.md, O2) and
    // in the reference notes, from two independent codes.
    let plain: &[&str] = &[];
    for (terms, series_a, per_share, common) in [
        (plain, 5_605_633.582_68, 2.802_816_791_34, 1.799_295_802_16),
        (&CAPPED, 6_793_422.68, 3.396_711_34, 1.650_822_165),
        (&FULL, 7_314_044.536_52, 3.657_022_268_26, 1.585_744_432_94),
    ] {
        let table = allocated(OPM, &[&["--equity-value", "$20m", "--years", "3"], terms].concat());
        close(&class(&table, "Series A")["value"], series_a, 0.02);
        // The capped figure has two decimals for 2m shares.
        let tolerance = if terms == CAPPED { 0.01 / 2e6 } else { 1e-8 };
        close(&class(&table, "Series A")["per_share"], per_share, tolerance);
        close(&class(&table, "Common")["per_share"], common, tolerance);
        close(&class(&table, "Series A")["share"], series_a / 20e6, 1e-9);
    }
    let table = allocated(OPM, &["--equity-value", "$20m", "--years", "3"]);
    let bends: Vec<f64> = table["breakpoints"]
        .as_array()
        .expect("breakpoints")
        .iter()
        .map(|bend| bend["exit"].as_f64().expect("a price"))
        .collect();
    assert_eq!(bends, [0.0, 5e6, 25e6]);
    let tranches = table["breakpoints"].as_array().expect("breakpoints");
    let sum: f64 = tranches.iter().filter_map(|bend| bend["tranche"].as_f64()).sum();
    assert!((sum - 20e6).abs() < 1e-6, "{sum}");
    close(&table["rate_continuous"], 0.04, 0.0);
    assert_eq!(table["exit_date"], "2029-01-01");
}

#[test]
fn published_backsolves() {
    // Cases `opm-backsolve-part2x`, `-np1x-s45-T3`, `-np1x-s75-T2`, and the source's figure for 60 % and three years.
    let plain: &[&str] = &[];
    for (terms, volatility, years, equity, within, common, each) in [
        (&CAPPED as &[&str], "60%", "3", 11_010_530.233_2, 0.05, Some(0.751_316_279_15), 1e-7),
        (plain, "45%", "3", 16_506_179.179, 1.0, Some(1.438_272_397_38), 1e-6),
        (plain, "75%", "2", 15_512_505.744_4, 1.0, Some(1.314_063_218_05), 1e-6),
        (plain, "60%", "3", 16_120_936.94, 0.05, None, 0.0),
    ] {
        let asked = ["--backsolve", "Series A=$2.50", "--years", years, "--volatility", volatility];
        let table = allocated(OPM, &[&asked, terms].concat());
        close(&table["value"], equity, within);
        close(&class(&table, "Series A")["per_share"], 2.5, 1e-9);
        close(&table["solved"]["headline"], 25e6, 1e-6);
        if let Some(common) = common {
            close(&class(&table, "Common")["per_share"], common, each);
        }
    }
}

/// A row of the table: settings, and (fair value, over-valuation, Series A, common, common per share, its over-valuation).
type Row = (&'static [&'static str], [f64; 6]);

/// Cases `gs2020-*`: Gornall and Strebulaev (2020), table 1, recomputed by the authors' program and by an independent one,
/// in millions.
const ROWS: [Row; 8] = [
    (
        &[],
        [
            771.236_283_681,
            0.296_619_494_129,
            86.428_655_692_7,
            584.807_627_98,
            0.779_743_503_973,
            0.282_473_011_835,
        ],
    ),
    (
        &["1.25x"],
        [
            704.318_652_09,
            0.419_811_894_846,
            78.724_422_655_8,
            525.594_229_427,
            0.700_792_305_903,
            0.426_956_305_851,
        ],
    ),
    (
        &["1.5x"],
        [
            637.340_221_892,
            0.569_020_698_288,
            71.079_457_773_5,
            466.260_764_112,
            0.621_681_018_816,
            0.608_541_952_76,
        ],
    ),
    (
        &["2x"],
        [
            515.060_751_714,
            0.941_518_542_566,
            57.279_868_871_6,
            357.780_882_837,
            0.477_041_177_116,
            1.096_255_099_08,
        ],
    ),
    (
        &["company.capitalization.common=700m", "company.capitalization.pool=100m"],
        [
            732.262_979_493,
            0.365_629_600_301,
            86.430_857_250_4,
            545.832_122_235,
            0.779_760_174_621,
            0.282_445_593_591,
        ],
    ),
    (
        &["company.capitalization.common=800m", "company.capitalization.pool=0"],
        [
            810.296_404_344,
            0.234_116_299_467,
            86.434_651_54,
            623.861_752_795,
            0.779_827_190_994,
            0.282_335_383_465,
        ],
    ),
    (
        &["instruments.0.seniority=0"],
        [
            736.771_437_384,
            0.357_273_028_322,
            79.683_880_779_6,
            557.087_556_597,
            0.742_783_408_796,
            0.346_287_475_134,
        ],
    ),
    (
        &["instruments.0.seniority=2"],
        [
            811.150_510_895,
            0.232_816_828_158,
            94.272_087_888_6,
            616.878_422_998,
            0.822_504_563_997,
            0.215_798_724_739,
        ],
    ),
];

#[test]
fn rows_of_gornall_and_strebulaev() {
    for (settings, expected) in ROWS {
        let sets: Vec<String> = settings
            .iter()
            .map(|set| {
                if set.contains('=') {
                    (*set).to_owned()
                } else {
                    format!("instruments.0.liquidation_preference={set}")
                }
            })
            .collect();
        let sets = sets.iter().flat_map(|set| ["--set", set.as_str()]);
        let asked = ["--backsolve", "Series B=$1", "--exit-rate", "25%"];
        let table = allocated(UNICORN, &asked.into_iter().chain(sets).collect::<Vec<_>>());
        let [fair, over, series_a, common, each, common_over] = expected;
        close(&table["value"], 1e6 * fair, 0.02e6);
        close(&table["solved"]["headline"], 1e9, 1.0);
        close(&table["solved"]["overvaluation"], over, 1e-4);
        close(&class(&table, "Series A")["value"], 1e6 * series_a, 0.05e6);
        close(&class(&table, "Series B")["value"], 100e6, 0.02e6);
        close(&class(&table, "Common")["value"], 1e6 * common, 0.05e6);
        close(&class(&table, "Common")["per_share"], each, 1e-4);
        close(&table["solved"]["common_overvaluation"], common_over, 1e-4);
    }
}

/// What a payoff in millions is worth in the setting of the unicorn if the company is worth 700, by sums over the discounted law of the logarithm at
/// exit (asymmetric Laplace, formula in the reference notes); good to 1e-6.
fn by_sums(payoff: impl Fn(f64) -> f64) -> f64 {
    let (sigma2, rate, exits) = (0.81, 0.025, 0.25);
    let mu = rate - 0.5 * sigma2;
    let c = libm::sqrt(mu * mu + 2.0 * (exits + rate) * sigma2);
    let step = 1e-4;
    let at = |number: i32| {
        let y = step * (f64::from(number) + 0.5);
        exits / c * math::exp((mu * y - c * y.abs()) / sigma2) * payoff(700.0 * math::exp(y)) * step
    };
    (-300_000..600_000).map(at).sum()
}

/// The chance that an exit is a flotation, through these points, in millions.
fn floated(points: [(f64, f64); 3], x: f64) -> f64 {
    let line = |(x1, p1): (f64, f64), (x2, p2): (f64, f64)| {
        p1 + (p2 - p1) * (math::ln(x) - math::ln(x1)) / (math::ln(x2) - math::ln(x1))
    };
    match points {
        [first, ..] if x <= first.0 => first.1,
        [first, second, _] if x <= second.0 => line(first, second),
        [_, second, third] if x <= third.0 => line(second, third),
        [.., third] => third.1,
    }
}

/// A guarantee of 1.25 times its price in a flotation, and a veto of flotations below $1bn, against sums over their payoffs, worked by hand: of 950
/// shares Series B has 100, for $100m; where it gets its guarantee of $125m, Series A has 100 of the other 850.
#[test]
fn ratchets_and_vetoes_at_a_flotation() {
    let given = ["--equity-value", "$700m", "--exit-rate", "25%"];
    let sale_b = |x: f64| if x <= 150.0 { x / 1.5 } else { f64::max(100.0, x / 9.5) };
    let sale_a = |x: f64| match x {
        x if x <= 150.0 => x / 3.0,
        x if x <= 525.0 => 50.0,
        x if x <= 950.0 => (x - 100.0) / 8.5,
        x => x / 9.5,
    };
    let usual = [(32.0, 0.0), (1e3, 0.65), (1e5, 0.85)];
    let ratchet = allocated(
        UNICORN,
        &[&given[..], &["--set", "instruments.0.ipo_ratchet={ of_issue_price = \"1.25x\" }"]].concat(),
    );
    let listed_b = |x: f64| f64::max(x.min(125.0), x / 9.5);
    let listed_a = |x: f64| (x - listed_b(x)) / 8.5;
    let mixed = |p: f64, listed: f64, sold: f64| p * listed + (1.0 - p) * sold;
    let expected = |listed: &dyn Fn(f64) -> f64, sold: &dyn Fn(f64) -> f64| {
        by_sums(|x| mixed(floated(usual, x), listed(x), sold(x)))
    };
    close(&class(&ratchet, "Series B")["value"], 1e6 * expected(&listed_b, &sale_b), 10.0);
    close(&class(&ratchet, "Series A")["value"], 1e6 * expected(&listed_a, &sale_a), 10.0);
    // A price is the same guarantee as a multiple of the one paid, $1.
    let price = allocated(
        UNICORN,
        &[&given[..], &["--set", "instruments.0.ipo_ratchet={ price = \"$1.25\" }"]].concat(),
    );
    assert_eq!(price["classes"], ratchet["classes"]);

    let chances = r#"{ "$999,999,999.99" = "0%", "$1bn" = "65%", "$100bn" = "85%" }"#;
    let stated = std::fs::read_to_string(UNICORN).expect("the scenario");
    let line =
        stated.lines().find(|line| line.starts_with("ipo_instead")).expect("the chance of a flotation");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("veto.toml");
    std::fs::write(&path, stated.replace(line, &format!("ipo_instead = {chances}"))).expect("a file");
    let veto = allocated(path.to_str().expect("a path"), &given);
    let points = [(999.999_999_99, 0.0), (1e3, 0.65), (1e5, 0.85)];
    let expected = |sold: &dyn Fn(f64) -> f64| by_sums(|x| mixed(floated(points, x), x / 9.5, sold(x)));
    close(&class(&veto, "Series B")["value"], 1e6 * expected(&sale_b), 10.0);
    close(&class(&veto, "Series A")["value"], 1e6 * expected(&sale_a), 10.0);
}

#[test]
fn a_call_that_expires_at_random() {
    // Case `random-expiry-call-1000`: the option on 20 shares is exercised from 100 · $10 on.
    let (_folder, file) = file(
        "company.capitalization = { common = 100, options = [{ name = \"O\", shares = 20, strike = \"$10\" }] }\n",
    );
    let given = ["--equity-value", "$771.2362837", "--exit-rate", "25%", "--volatility", "90%"];
    let rate = ["--rate", "2.5%", "--compounding", "continuous"];
    let table = allocated(&file, &[&given[..], &rate[..]].concat());
    let bend = &table["breakpoints"][1];
    close(&bend["exit"], 1000.0, 0.0);
    close(&bend["call"], 380.790_119_491, 1e-5);
    close(&bend["probability_above"], 0.170_072_755_42, 1e-5);
    // Above it the options get a sixth.
    close(&class(&table, "O")["value"], 380.790_119_491 / 6.0, 1e-5);
    close(&table["tail_index"], 1.384, 5e-4);
}

#[test]
fn discounts_side_by_side() {
    // Case `dlom-s45-T1`; the exact put within 2e-5 as there.
    let asked = ["--equity-value", "$20m", "--years", "3", "--volatility", "45%", "--dlom", "1"];
    let table = allocated(OPM, &asked);
    let methods = table["discounts"]["methods"].as_array().expect("methods");
    let expected = [
        ("chaffe", 0.155_602_686_643, 1e-8),
        ("finnerty_2012", 0.101_616_707_592, 1e-8),
        ("ghaidarov_2009", 0.104_228_602_046, 1e-8),
        ("average_strike_put", 0.103_156_493_837, 2e-5),
        ("longstaff_bound", 0.412_694_879_594, 1e-8),
    ];
    let each = class(&table, "Common")["per_share"].as_f64().expect("a price");
    assert_eq!(methods.len(), expected.len());
    for (row, (method, discount, tolerance)) in methods.iter().zip(expected) {
        assert_eq!(row["method"], method);
        close(&row["discount"], discount, tolerance);
        close(&row["per_share"], each * (1.0 - discount), 2.0 * tolerance);
    }
    // Longstaff's bound passes 100 % at σ√T = 0.941 (reference of the method): nothing is left to print.
    let table = allocated(OPM, &["--equity-value", "$20m", "--years", "3", "--dlom", "3 years"]);
    assert!(table["discounts"]["methods"][4]["per_share"].is_null(), "{}", table["discounts"]);
}
