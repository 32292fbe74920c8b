//! Searches whose answers are known: closed forms and deals worked out by hand.

use std::path::Path;

use super::*;
use crate::pricing::black_scholes::Market;
use crate::pricing::convertible::{Bond, CreditModel, european};
use crate::quantity::Currency;
use crate::scenario::load_bytes;

const PATHS: u64 = 20_000;

/// Days of a year.
const YEAR: f64 = 365.25;

/// A zero-coupon note of $100 on one of a billion shares, so that it dilutes nobody, that its holder may convert at
/// $100 a share when it falls due on 2029-01-01, 1,096 days on. Shares stand at $80; riskless rate 4 %, continuous.
const CONVERTIBLE: &str = r#"
deal = { title = "T", valuation_date = 2026-01-01, horizon = "37 months" }
discounting = { required_return = "10%" }
company = { fully_diluted_shares = "1bn", value = { today = "$80bn", process = { gbm = { drift = "10%", volatility = "25%" } } } }
fair_value = { risk_free = "4%", compounding = "continuous", credit_model = { structural = {} }, volatility = "30%" }
[[instruments]]
name = "Note"
kind = "convertible_note"
conversion = { qualified_financing = "$1bn", valuation_cap = { amount = "$90", basis = "per_share" }, into = { liquidation_preference = "0x" } }
maturity = { after = "3 years", then = "holder_chooses" }
tranches = [{ amount = "$100" }]
"#;

/// $1m lent at closing at 20 % simple interest by 365 days, repaid with it in the end; required return 10 %.
const LOAN: &str = r#"
deal = { title = "T", valuation_date = 2026-01-01, horizon = "15 years" }
discounting = { required_return = "10%" }
company.value = { today = "$10bn", process = { gbm = { drift = "10%", volatility = "1%" } } }
milestones.start = { probability = "60%", when = "12 months" }
[[instruments]]
name = "Loan"
kind = "loan"
interest = { rate = "20%" }
maturity = { after = "2 years" }
tranches = [{ amount = "$1m" }]
[[cases]]
name = "Dear"
set = { "instruments.0.interest.rate" = "35%" }
[[cases]]
name = "Drawn on a milestone"
set = { "instruments.0.tranches.0.funds" = { when = ["start"] }, "instruments.0.interest.rate" = "0%" }
"#;

fn dial(text: &str, key: &str, case: Option<&str>, against: Option<&str>) -> Dial {
    let loaded = load_bytes("deal.toml", text.as_bytes().to_vec(), Path::new("."), &[]);
    assert!(loaded.study.is_some(), "{:#?}", loaded.diagnostics);
    loaded.dial(Currency::USD, key, case, against).unwrap()
}

fn searched(dial: &Dial, target: &str, between: Option<(f64, f64)>) -> Solved {
    let target = Target::read(target, Some(Currency::USD)).unwrap();
    let run = RunOptions { paths: PATHS, threads: Some(2) };
    solve(dial, &target, SolveOptions { run, between }).unwrap()
}

#[track_caller]
fn assert_answer(solved: &Solved, expected: f64) {
    let answer = solved.answer.as_ref().unwrap();
    // Chance alone is farther away once in 15,000 seeds.
    assert!((answer.figure - expected).abs() < 4.0 * answer.standard_error, "{answer:?} {expected}");
    assert!(answer.standard_error < 0.05 * expected, "an error that would hide everything: {answer:?}");
}

/// The closed form of the note, for this volatility and conversion price.
fn price(volatility: f64, strike: f64) -> f64 {
    let market = Market { spot: 80.0, rate: 0.04, dividend_yield: 0.0, volatility, years: 1096.0 / YEAR };
    let bond = Bond { face: 100.0, conversion_ratio: 100.0 / strike };
    european(&market, &bond, &CreditModel::None).unwrap().price
}

/// Formula, as below: with Sobol' points the answer is the same within its error, which is smaller by more than half
/// (errors from 32 groups; four of them, once in 2,700 seeds).
#[test]
fn evenly_spread_paths_give_a_surer_answer() {
    let answer = |sampling: &str| {
        let text = format!("simulation.sampling = \"{sampling}\"{CONVERTIBLE}");
        let dial = dial(&text, "fair_value.volatility", None, None);
        let target = format!("fair_value=${:.9}", price(0.42, 90.0));
        searched(&dial, &target, None).answer.unwrap()
    };
    let (plain, sobol) = (answer("pseudo_random"), answer("sobol"));
    assert!((sobol.figure - 0.42).abs() < 4.0 * sobol.standard_error, "{sobol:?}");
    assert!(sobol.standard_error < 0.5 * plain.standard_error, "{sobol:?} {plain:?}");
}

#[test]
fn an_implied_volatility_gives_back_the_volatility_of_the_price() {
    let volatility = dial(CONVERTIBLE, "fair_value.volatility", None, None);
    assert_eq!((volatility.unit, volatility.current), (Unit::Rate, Some(0.3)));
    let solved = searched(&volatility, &format!("fair_value=${:.9}", price(0.45, 90.0)), None);
    assert_answer(&solved, 0.45);
    // What was paid is $100 for certain.
    let net = searched(&volatility, &format!("fair_value_net=${:.9}", price(0.45, 90.0) - 100.0), None);
    let figures = [&solved, &net].map(|solved| solved.answer.as_ref().unwrap().figure);
    assert!((figures[0] - figures[1]).abs() < 1e-3, "{figures:?}");
    // A tenth of the standard error is all that the search leaves.
    let answer = net.answer.unwrap();
    assert!(answer.gap.0.abs() < 0.2 * answer.gap.1, "{answer:?}");
}

#[test]
fn a_break_even_cap_gives_back_the_cap_of_the_price() {
    let key = "instruments.Note.conversion.valuation_cap.amount";
    let cap = dial(CONVERTIBLE, key, None, None);
    let solved = searched(&cap, &format!("fair_value=${:.9}", price(0.3, 120.0)), Some((60.0, 200.0)));
    assert_answer(&solved, 120.0);
    // Within a factor of two of the present $90 nothing changes.
    let around = searched(&cap, &format!("fair_value=${:.9}", price(0.3, 120.0)), None);
    assert_answer(&around, 120.0);
}

/// What $1m drawn with probability 1 a year from now and repaid without interest two years later is worth: days
/// 365 and 1,096.
fn drawn_for_sure() -> f64 {
    let discount = |days: f64| libm::pow(1.1, -days / YEAR);
    1e6 * (discount(1096.0) - discount(365.0))
}

#[test]
fn a_probability_that_the_value_is_proportional_to() {
    let probability = dial(LOAN, "milestones.start.probability", Some("Drawn on a milestone"), None);
    let solved = searched(&probability, &format!("present_value=-${:.6}", -0.3 * drawn_for_sure()), None);
    assert_answer(&solved, 0.3);
    // Hand-worked: the value is c·p, so the error of p is √(p(1 − p)/n), but for the p found instead of 0.3.
    let error = solved.answer.unwrap().standard_error;
    assert!((error / (0.21 / 20_000.0_f64).sqrt() - 1.0).abs() < 0.05, "{error}");
}

#[test]
fn a_case_can_be_the_target() {
    // Hand-worked: the rate of the deal that is worth what its case at 35 % is; the money back is the same too.
    let rate = dial(LOAN, "instruments.0.interest.rate", None, Some("Dear"));
    let solved = searched(&rate, "present_value=case:Dear", None).answer.unwrap();
    assert!((solved.figure - 0.35).abs() < 1e-8 && solved.standard_error < 1e-9, "{solved:?}");
    let solved = searched(&rate, "moic=case:Dear", None).answer.unwrap();
    assert!((solved.figure - 0.35).abs() < 1e-8, "{solved:?}");
}

#[test]
fn what_the_deal_does_not_tell_is_refused() {
    let refusal = |key: &str, target: &str, between: Option<(f64, f64)>| {
        searched(&dial(LOAN, key, None, None), target, between).answer.unwrap_err()
    };
    // Nothing is drawn on the milestone outside the case.
    let flat = refusal("milestones.start.probability", "present_value=$1k", None);
    assert!(matches!(flat, Refusal::Flat { .. }), "{flat:?}");
    let unreached = refusal("instruments.0.interest.rate", "moic=1000x", None);
    assert_eq!(unreached, Refusal::NotReached);
    // The value is (1 + 0.2 d/365)/1.1^(d/365.25) − 1 a dollar after d days; it is 0.15 at 1.87 and 10.2 years, by
    // bisection on either side of its top near 5.5 years.
    let value = |days: f64| (1.0 + 0.2 * days / 365.0) / libm::pow(1.1, days / YEAR) - 1.15;
    let day = |lower: f64, upper: f64| crate::pricing::root::find_root(value, lower, upper, 0.01).unwrap();
    let key = "instruments.0.maturity.after";
    let several = refusal(key, "present_value=$150k", Some((365.0, 4383.0)));
    let Refusal::Several(days) = several else { panic!("{several:?}") };
    let expected = [day(365.0, 2000.0), day(2000.0, 4383.0)];
    // Each is searched to a hundredth of its piece, an eighth of the range by ratio: 16 days at most.
    assert!(days.len() == 2 && days.iter().zip(expected).all(|(a, b)| (a - b).abs() < 16.0), "{days:?}");
    // One of them alone is an answer, to the day.
    let solved = searched(&dial(LOAN, key, None, None), "present_value=$150k", Some((365.0, 1500.0)));
    assert!((solved.answer.unwrap().figure - expected[0]).abs() <= 1.0, "{expected:?}");
    // Over the top, with one answer below it.
    let turns = refusal(key, "present_value=$50k", Some((50.0, 4000.0)));
    assert!(matches!(turns, Refusal::Turns { .. }), "{turns:?}");
}

#[test]
fn what_makes_no_sense_is_an_error() {
    let rate = dial(LOAN, "instruments.0.interest.rate", None, None);
    let target = |text| Target::read(text, Some(Currency::USD)).unwrap();
    let run = RunOptions { paths: 1000, threads: Some(1) };
    let wrong = |between, text| solve(&rate, &target(text), SolveOptions { run, between }).unwrap_err();
    assert!(wrong(None, "fair_value=$1m").to_string().contains("[fair_value]"));
    assert!(wrong(Some((0.2, 0.1)), "moic=2x").to_string().contains("must rise"));
    assert!(matches!(wrong(Some((-0.5, 0.1)), "moic=2x"), SolveError::Invalid(_)));
    let loaded = load_bytes("deal.toml", LOAN.as_bytes().to_vec(), Path::new("."), &[]);
    for key in
        ["instruments.0.interest", "instruments.0.intrest.rate", "simulation.paths", "deal.title", "deal..x"]
    {
        assert!(loaded.dial(Currency::USD, key, None, None).is_err(), "{key}");
    }
    assert!(loaded.dial(Currency::USD, "instruments.0.interest.rate", Some("Cheap"), None).is_err());
}
