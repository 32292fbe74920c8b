//! Decisions as is best, against truths from outside: the rule is worth at most what the best decisions are, the dual
//! bound at least that, and little lies between.
//!
//! Seeds are fixed. Each comparison with a truth allows four standard errors: a false alarm once in 16,000 seeds.

use cabrio::model::Scenario;
use cabrio::plan::{Plan, PlanError};
use cabrio::pricing::black_scholes;
use cabrio::random::math;
use cabrio::scenario::load_bytes;
use cabrio::valuation::decide::{Decisions, Figure, Settings, decide};

const SETTINGS: Settings = Settings { learning: 2048, most_learning: 8192, bounding: 2048, part: 256 };
/// Four years of 365.25 days.
const LIFE: i32 = 1461;
/// Days in a year of the model.
const YEAR: f64 = 365.25;

fn read(text: &str) -> Scenario {
    let loaded = load_bytes("a test", text.as_bytes().to_vec(), std::path::Path::new("."), &[]);
    let problems = format!("{:?}", loaded.diagnostics);
    loaded.study.unwrap_or_else(|| panic!("{problems}")).base
}

fn decided(text: &str) -> Decisions {
    decide(&read(text), SETTINGS, None).expect("rules").expect("something to decide")
}

/// A company of which a share is worth `spot` dollars, and so many shares that nothing dilutes it.
#[derive(Clone, Copy)]
struct Market<'a> {
    spot: f64,
    /// A year, as a part.
    volatility: f64,
    /// Continuous.
    rate: f64,
    payout: f64,
    /// Failures a year and what lenders recover; none for the structural model.
    hazard: Option<(f64, f64)>,
    /// Whether it is listed from tomorrow on.
    listed: bool,
    instruments: &'a str,
}

impl Market<'_> {
    fn deal(self) -> String {
        let Market { spot, volatility, rate, payout, hazard, listed, instruments } = self;
        let percent = |part: f64| format!("{:.12}%", 100.0 * part);
        let credit = match hazard {
            Some((rate, recovery)) => {
                let (rate, recovery) = (percent(rate), percent(recovery));
                format!("{{ hazard = {{ rate = \"{rate}\", recovery = \"{recovery}\" }} }}")
            }
            None => "{ structural = {} }".to_owned(),
        };
        let (volatility, rate, payout) = (percent(volatility), percent(rate), percent(payout));
        let ipo = if listed { "[exit]\nipo = { when = \"1 day\" }" } else { "" };
        format!(
            r#"
[deal]
title = "A deal"
investor = "Holder"
company = "Issuer"
currency = "USD"
valuation_date = 2026-01-01
horizon = 2030-01-01
[simulation]
paths = "4k"
seed = 11
[discounting]
required_return = "10%"
[fair_value]
risk_free = "{rate}"
payout_yield = "{payout}"
compounding = "continuous"
volatility = "{volatility}"
credit_model = {credit}
[company]
fully_diluted_shares = "1000bn"
[company.value]
today = "${spot}tn"
process = {{ gbm = {{ drift = "8%", volatility = "{volatility}" }} }}
{ipo}
{instruments}
"#
        )
    }

    /// What a claim is worth that pays `last` at the end of `times`, or, on each of the others, what `choose` makes of the
    /// share price and of what it is worth to go on; lenders recover `claim` times their part on failure.
    ///
    /// Backward induction on a grid of logarithms by the trapezoidal rule: the normal density is smooth and the grid fine,
    /// so that errors come from kinks and are of the second order in a step of 1/400 of the deviation at the end, or 1/12 of
    /// that over the shortest gap.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "nodes of a grid with a few thousand of them"
    )]
    fn bermudan(
        &self,
        times: &[f64],
        claim: f64,
        last: impl Fn(f64) -> f64,
        choose: impl Fn(usize, f64, f64) -> f64,
    ) -> f64 {
        let (hazard, recovery) = self.hazard.unwrap_or((0.0, 0.0));
        let all: Vec<f64> = std::iter::once(0.0).chain(times.iter().copied()).collect();
        let gaps: Vec<f64> = all.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let least = gaps.iter().copied().fold(f64::INFINITY, f64::min);
        let end = *times.last().expect("a time");
        let step = self.volatility * (least.sqrt() / 12.0).min(end.sqrt() / 400.0);
        let reach = (8.0 * self.volatility * end.sqrt() / step).ceil() as i64;
        let price = |node: i64| self.spot * math::exp(node as f64 * step);
        let mut worth: Vec<f64> = (-reach..=reach).map(|node| last(price(node))).collect();
        for (number, gap) in gaps.iter().enumerate().rev() {
            let deviation = self.volatility * gap.sqrt();
            let drift = (self.rate + hazard - self.payout - 0.5 * self.volatility * self.volatility) * gap;
            let lost = (self.rate + hazard) * gap;
            let recovered = if hazard > 0.0 {
                claim * recovery * hazard / (self.rate + hazard) * (1.0 - math::exp(-lost))
            } else {
                0.0
            };
            let width = (8.0 * deviation / step).ceil() as i64;
            let shift = (drift / step).round() as i64;
            let off = drift - shift as f64 * step;
            let density: Vec<f64> = (-width..=width)
                .map(|place| {
                    let z = (place as f64 * step - off) / deviation;
                    math::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt() / deviation * step
                })
                .collect();
            let go_on = |node: i64| {
                let sum: f64 = density
                    .iter()
                    .zip(-width..)
                    .map(|(density, place)| {
                        let to = (node + shift + place).clamp(-reach, reach);
                        density * worth[(to + reach) as usize]
                    })
                    .sum();
                recovered + math::exp(-lost) * sum
            };
            if number == 0 {
                return go_on(0);
            }
            worth = (-reach..=reach).map(|node| choose(number - 1, price(node), go_on(node))).collect();
        }
        unreachable!("there is a time")
    }
}

/// The rule is worth at most the truth and the bound at least, within errors; the gap is below a part of the truth.
#[track_caller]
fn assert_brackets(name: &str, low: Figure, high: Figure, truth: f64, most: f64) {
    println!(
        "{name}: {:.4} ± {:.4} ≤ {truth:.4} ≤ {:.4} ± {:.4}",
        low.mean, low.standard_error, high.mean, high.standard_error
    );
    assert!(low.mean <= truth + 4.0 * low.standard_error, "{name}: {low:?} above {truth}");
    assert!(high.mean >= truth - 4.0 * high.standard_error, "{name}: {high:?} below {truth}");
    assert!(high.mean - low.mean < most * truth, "{name}: a gap from {low:?} to {high:?}");
}

/// Per $100 of face, with what is paid in.
fn gross(found: &Decisions, figure: Figure) -> Figure {
    Figure { mean: (figure.mean + found.paid.mean) / 1e6, standard_error: figure.standard_error / 1e6 }
}

/// A note without interest of $100 a share, convertible every so many days.
fn convertible(every: i32) -> String {
    format!(
        r#"
[[instruments]]
name = "Note"
kind = "convertible_note"
[instruments.conversion]
valuation_cap = {{ amount = "$100", basis = "per_share" }}
into = {{ liquidation_preference = "0x" }}
at_ipo = false
holder_may_convert = {{ every = "{every} days", rule = "optimal" }}
[instruments.maturity]
on = 2030-01-01
then = "holder_chooses"
[[instruments.tranches]]
name = "All"
amount = "$100m"
"#
    )
}

fn upper(found: &Decisions) -> Figure {
    found.bounds.expect("bounds").upper.expect("a bound")
}

/// Per $100 of face, less what is paid in.
fn net(figure: Figure) -> Figure {
    Figure { mean: figure.mean / 1e6, standard_error: figure.standard_error / 1e6 }
}

fn times(every: i32) -> Vec<f64> {
    (1..LIFE)
        .map(|number| every * number)
        .take_while(|days| *days < LIFE)
        .chain([LIFE])
        .map(|days| f64::from(days) / YEAR)
        .collect()
}

/// The puts of Longstaff and Schwartz (2001), table 1, as conversion: an American put on a share that pays nothing is an
/// American call with spot and strike, rate and payout exchanged (`McDonald` and Schroder 1998), and at a rate of nought a
/// note is its face and such a call. Time is stretched to four years: volatility falls by its root, rates in proportion.
fn longstaff_schwartz(spot: f64, volatility: f64, years: f64) -> Market<'static> {
    Market {
        // The put's strike of 40 is the call's spot, the put's spot the strike: here 100.
        spot: 40.0 / spot * 100.0,
        volatility: volatility * (years / 4.0).sqrt(),
        rate: 0.0,
        payout: 0.06 * years / 4.0,
        hazard: None,
        listed: true,
        instruments: "",
    }
}

#[test]
fn conversion_before_maturity_is_worth_what_a_published_american_option_is() {
    // Spot 36, strike 40, 6%, 20%, one year: 4.478 in the table by finite differences, 4.47781 with 50 dates a year by two
    // independent programs (shared cases, ls2001-put).
    let market = longstaff_schwartz(36.0, 0.2, 1.0);
    let worth = |times: &[f64]| {
        market.bermudan(times, 0.0, |share| share.max(100.0), |_, share, go_on| go_on.max(share))
    };
    let exact: Vec<f64> = (1..=50).map(|number| f64::from(number) * 4.0 / 50.0).collect();
    let ours = (worth(&exact) - 100.0) * 36.0 / 100.0;
    assert!((ours - 4.477_81).abs() < 0.0005, "{ours}");
    let instruments = convertible(29);
    let found = decided(&Market { instruments: &instruments, ..market }.deal());
    let (low, high) = (gross(&found, found.by_rule), gross(&found, upper(&found)));
    assert_brackets("Longstaff and Schwartz", low, high, worth(&times(29)), 0.01);
    // The option alone, in their units.
    let (low, high) = ((low.mean - 100.0) * 0.36, (high.mean - 100.0) * 0.36);
    assert!(high - low < 0.01 * 4.478, "{low} {high}");
}

#[test]
fn conversion_before_maturity_with_failure() {
    let market = Market {
        spot: 105.0,
        volatility: 0.3,
        rate: 0.04,
        payout: 0.06,
        hazard: Some((0.03, 0.4)),
        listed: true,
        instruments: "",
    };
    let truth = market.bermudan(
        &times(60),
        100.0,
        |share| share.max(100.0),
        |_, share, go_on| if share > 100.0 { go_on.max(share) } else { go_on },
    );
    let instruments = convertible(60);
    let found = decided(&Market { instruments: &instruments, ..market }.deal());
    assert_brackets("failure", gross(&found, found.by_rule), gross(&found, upper(&found)), truth, 0.01);
}

/// The deals below: no payouts, no failure.
const PLAIN: Market<'static> = Market {
    spot: 100.0,
    volatility: 0.3,
    rate: 0.04,
    payout: 0.0,
    hazard: None,
    listed: true,
    instruments: "",
};

/// Days on which the deals below decide.
const FIRST: i32 = 584;
const FIRST_DATE: &str = "2027-08-08";
const SECOND: i32 = 1000;
const SECOND_DATE: &str = "2028-09-27";

fn years(days: i32) -> f64 {
    f64::from(days) / YEAR
}

#[test]
fn a_second_instalment_is_a_compound_option() {
    // Geske (1979): 15 paid after 0.8 years keeps the right to buy at 100 after 2 years; spot 100, 5%, 40%: 15.26255 by two
    // programs (shared cases, compound-call-on-call-1). Here time runs at half the speed.
    let market = Market { volatility: 0.4 / 2.0_f64.sqrt(), rate: 0.025, ..PLAIN };
    let worth = |first: f64| {
        let buy = |share: f64| (share - 100.0).max(0.0);
        market.bermudan(&[first, 4.0], 0.0, buy, |_, _, go_on| (go_on - 15.0).max(0.0))
    };
    let ours = worth(1.6);
    assert!((ours - 15.262_55).abs() < 0.002, "{ours}");
    let instruments = format!(
        r#"
[[instruments]]
name = "Warrants"
kind = "warrant"
strike = "$100"
expires = 2030-01-01
[[instruments.tranches]]
shares = "1m"
amount = "$15m"
funds = {{ not_before = {FIRST_DATE}, decided_by = "investor", rule = "optimal" }}
"#
    );
    let found = decided(&Market { instruments: &instruments, ..market }.deal());
    assert_brackets("Geske", net(found.by_rule), net(upper(&found)), worth(years(FIRST)), 0.01);
}

/// A note of $100m drawn on the first of the days, which its holder may convert at $100 a share when it falls due.
fn drawn(decided_by: &str, maturity: &str) -> String {
    format!(
        r#"
[[instruments]]
name = "Note"
kind = "convertible_note"
[instruments.conversion]
valuation_cap = {{ amount = "$100", basis = "per_share" }}
into = {{ liquidation_preference = "0x" }}
at_ipo = false
[instruments.maturity]
{maturity}
then = "holder_chooses"
[[instruments.tranches]]
name = "All"
amount = "$100m"
funds = {decided_by}
"#
    )
}

#[test]
fn the_company_draws_what_is_worth_least_to_the_investor() {
    let draws = format!("{{ not_before = {FIRST_DATE}, decided_by = \"company\", rule = \"optimal\" }}");
    let instruments = drawn(&draws, "on = 2030-01-01");
    let found = decided(&Market { instruments: &instruments, ..PLAIN }.deal());
    let truth = PLAIN.bermudan(
        &[years(FIRST), 4.0],
        0.0,
        |share| share.max(100.0),
        |_, _, go_on| (go_on - 100.0).min(0.0),
    );
    let lower = found.bounds.expect("bounds").lower.expect("a bound");
    // From the company's side, to which the deal is worth what it takes from the investor.
    let turned = |figure: Figure| net(Figure { mean: -figure.mean, ..figure });
    assert_brackets("draw", turned(found.by_rule), turned(lower), -truth, 0.01);
}

#[test]
fn the_investor_extends_or_demands_repayment() {
    let maturity = format!(
        "on = {FIRST_DATE}\nextended_by = \"{} days\"\nextension_decided_by = \"investor\"\nextension_rule = \"optimal\"",
        LIFE - FIRST
    );
    let instruments = drawn("\"at_closing\"", &maturity);
    for hazard in [None, Some((0.02, 0.4))] {
        let market = Market { hazard, ..PLAIN };
        let found = decided(&Market { instruments: &instruments, ..market }.deal());
        let best = |_, share: f64, go_on: f64| go_on.max(share.max(100.0));
        let truth = market.bermudan(&[years(FIRST), 4.0], 100.0, |share| share.max(100.0), best);
        let name = format!("extension {hazard:?}");
        assert_brackets(&name, gross(&found, found.by_rule), gross(&found, upper(&found)), truth, 0.01);
    }
}

#[test]
fn the_company_draws_and_the_investor_extends() {
    let draws = format!("{{ not_before = {FIRST_DATE}, decided_by = \"company\", rule = \"optimal\" }}");
    let maturity = format!(
        "on = {SECOND_DATE}\nextended_by = \"{} days\"\nextension_decided_by = \"investor\"\nextension_rule = \"optimal\"",
        LIFE - SECOND
    );
    let instruments = drawn(&draws, &maturity);
    let found = decided(&Market { instruments: &instruments, ..PLAIN }.deal());
    let truth = PLAIN.bermudan(
        &[years(FIRST), years(SECOND), 4.0],
        0.0,
        |share| share.max(100.0),
        |date, share, go_on| if date == 0 { (go_on - 100.0).min(0.0) } else { go_on.max(share.max(100.0)) },
    );
    let bounds = found.bounds.expect("bounds");
    // The investor's best against the company's rule is at least what both at their best come to, the company's best
    // against the investor's rule at most.
    let (low, high) = (net(bounds.lower.expect("a bound")), net(bounds.upper.expect("a bound")));
    println!("both: {low:?} {truth} {high:?}; by rule {:?}", net(found.by_rule));
    assert!(low.mean <= truth + 4.0 * low.standard_error, "{low:?} above {truth}");
    assert!(high.mean >= truth - 4.0 * high.standard_error, "{high:?} below {truth}");
    assert!(high.mean - low.mean < 0.01 * 100.0, "{low:?} {high:?}");
}

#[test]
fn a_right_that_a_milestone_opens() {
    // At a rate of 40% a year the investor may then buy a part of the company at today's price: a call that ends at a time
    // that is exponentially distributed, and is nought without a milestone in four years.
    let (hazard, market) = (0.4, Market { listed: false, ..PLAIN });
    let instruments = format!(
        r#"
[milestones.ready]
hazard = "{}%"
[[instruments]]
name = "Shares"
kind = "common"
pre_money = "$100tn"
[[instruments.tranches]]
amount = "$100m"
funds = {{ when = ["ready"], decided_by = "investor", rule = "optimal" }}
"#,
        100.0 * hazard
    );
    let found = decided(&Market { instruments: &instruments, ..market }.deal());
    let call = |t: f64| {
        let law = black_scholes::Market {
            spot: market.spot,
            rate: market.rate,
            dividend_yield: 0.0,
            volatility: market.volatility,
            years: t,
        };
        law.at_date().expect("a law").call(100.0)
    };
    // The midpoint rule; halving the step moves the sixth digit.
    let parts = 4000;
    let middle = |part: i32| (f64::from(part) + 0.5) * 4.0 / f64::from(parts);
    let at = |t: f64| hazard * math::exp(-hazard * t) * call(t) * 4.0 / f64::from(parts);
    let truth: f64 = (0..parts).map(|part| at(middle(part))).sum();
    assert_brackets("milestone", net(found.by_rule), net(upper(&found)), truth, 0.01);
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let settings = Settings { learning: 512, most_learning: 512, bounding: 256, part: 64 };
    let instruments = convertible(120);
    let scenario = read(&Market { instruments: &instruments, payout: 0.05, ..PLAIN }.deal());
    let on = |threads| decide(&scenario, settings, Some(threads)).expect("rules");
    assert_eq!(on(1), on(2));
    assert_eq!(on(1), on(5));
}

#[test]
fn a_deal_without_rules_does_not_run() {
    let instruments = convertible(120);
    let scenario = read(&Market { instruments: &instruments, ..PLAIN }.deal());
    assert!(matches!(Plan::new(&scenario), Err(PlanError::Undecided)));
    assert!(matches!(Plan::of_study([&scenario].into_iter()), Err(PlanError::Undecided)));
}
