//! Decisions as is best, against truths from outside: the rule is worth at most what the best decisions are, the dual
//! bound at least that, and little lies between.
//!
//! Seeds are fixed. Each comparison with a truth allows four standard errors: a false alarm once in 16,000 seeds.

use cabrio::model::Scenario;
use cabrio::pricing::black_scholes::Market;
use cabrio::pricing::convertible::{Bond, Conversion, CreditModel, Resolution, Terms, on_grid};
use cabrio::random::math;
use cabrio::scenario::load_bytes;
use cabrio::valuation::decide::{Decisions, Figure, Settings, decide};

const SETTINGS: Settings = Settings { learning: 4096, bounding: 2048, part: 256 };

fn read(text: &str) -> Scenario {
    let loaded = load_bytes("a test", text.as_bytes().to_vec(), std::path::Path::new("."), &[]);
    let problems = format!("{:?}", loaded.diagnostics);
    loaded.study.unwrap_or_else(|| panic!("{problems}")).base
}

fn decided(text: &str) -> Decisions {
    decide(&read(text), SETTINGS, None).expect("rules").expect("something to decide")
}

/// The rule is worth at most the truth and the bound at least, within errors; the gap is below a part of it.
#[track_caller]
fn assert_brackets(name: &str, low: Figure, high: Figure, truth: f64, most: f64) {
    println!("{name}: {low:?} {high:?} truth {truth}");
    assert!(low.mean <= truth + 4.0 * low.standard_error, "{name}: {low:?} above {truth}");
    assert!(high.mean >= truth - 4.0 * high.standard_error, "{name}: {high:?} below {truth}");
    assert!(high.mean - low.mean < most * truth, "{name}: a gap from {low:?} to {high:?}");
}

/// A note of Tsiveriotis and Fernandes: four years from 1 January 2026, which are 1461 days or four times 365.25.
fn convertible(spot: f64, volatility: f64, rate: f64, payout: f64, conversion: &str) -> String {
    format!(
        r#"
[deal]
title = "A convertible"
investor = "Holder"
company = "Issuer"
currency = "USD"
valuation_date = 2026-01-01
horizon = 2030-01-31
[simulation]
paths = "4k"
seed = 11
[discounting]
required_return = "10%"
[fair_value]
risk_free = "{rate}%"
payout_yield = "{payout}%"
compounding = "continuous"
volatility = "{volatility}%"
credit_model = {{ cash_spread = "8%" }}
[company]
fully_diluted_shares = "1000bn"
[company.value]
today = "${spot}tn"
process = {{ gbm = {{ drift = "8%", volatility = "{volatility}%" }} }}
[[instruments]]
name = "Note"
kind = "convertible_note"
[instruments.conversion]
valuation_cap = {{ amount = "$100", basis = "per_share" }}
into = {{ liquidation_preference = "0x" }}
{conversion}
[instruments.maturity]
on = 2030-01-01
then = "holder_chooses"
[[instruments.tranches]]
name = "All"
amount = "$100m"
"#
    )
}

fn grid(spot: f64, volatility: f64, rate: f64, payout: f64, conversion: Conversion) -> f64 {
    let market = Market {
        spot,
        rate: rate / 100.0,
        dividend_yield: payout / 100.0,
        volatility: volatility / 100.0,
        years: 4.0,
    };
    let terms = Terms {
        bond: Bond { face: 100.0, conversion_ratio: 1.0 },
        coupons: Vec::new(),
        conversion,
        call: None,
        puts: Vec::new(),
    };
    let credit = CreditModel::TsiveriotisFernandes { spread: 0.08 };
    on_grid(&market, &terms, &credit, Resolution::default()).expect("a price").price
}

#[test]
fn an_american_convertible_against_the_fine_grid() {
    for (spot, volatility, rate, payout) in
        [(95.0, 20.0, 4.0, 0.0), (80.0, 40.0, 5.0, 0.0), (110.0, 30.0, 4.0, 6.0)]
    {
        let american = grid(spot, volatility, rate, payout, Conversion::From(0.0));
        let european = grid(spot, volatility, rate, payout, Conversion::AtMaturity);
        let early = "holder_may_convert = { every = \"1 month\", rule = \"optimal\" }";
        let found = decided(&convertible(spot, volatility, rate, payout, early));
        let bounds = found.bounds.expect("bounds");
        let gross = |figure: Figure| Figure {
            mean: (figure.mean + found.paid.mean) / 1e6,
            standard_error: figure.standard_error / 1e6,
        };
        let upper = gross(bounds.upper.expect("a bound"));
        println!("european {european} american {american}");
        assert_brackets(
            &format!("{spot} {volatility} {payout}"),
            gross(found.by_rule),
            upper,
            american,
            0.01,
        );
        let _ = math::ln(2.0);
    }
}
