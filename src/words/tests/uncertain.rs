use super::{text, told};
use crate::model::{Number, Scenario, Timing, Unit, Variable, When};
use crate::random::Family;
use crate::random::family::{
    Beta, Bounds, Constant, Discrete, Empirical, Exponential, Gamma, Lognormal, Metalog, Mixture, Normal,
    Pareto, Pert, StudentT, Triangular, Uniform, Weibull,
};
use crate::simulate::fixture::scenario;

fn variable(name: &str, family: impl Into<Family>, unit: Unit) -> Variable {
    Variable { name: name.into(), family: family.into(), unit, repeated: false, text: "`…`".into() }
}

/// The scenario with one variable that nothing uses, and what is said of it.
#[track_caller]
fn law(family: impl Into<Family>, unit: Unit, expected: &str) {
    let mut deal = scenario();
    deal.variables = vec![variable("x", family, unit)];
    told(&deal, "Uncertain quantities", &format!("\"x\": {expected}; one draw a path; the file says `…`."));
}

#[test]
fn families_are_told_by_their_quantiles() {
    // Lognormal from its P10 and P90: the median is their geometric mean, √(0.2 · 0.9) = 0.424264.
    law(
        Lognormal::from_quantiles((0.1, 0.2e9), (0.9, 0.9e9)).unwrap(),
        Unit::Money,
        "between $200m and $900m (P10–P90), median $424m, lognormal",
    );
    // Normal: its P10 and P90 lie 1.281552 standard deviations from the mean.
    law(
        Normal::new(0.1, 0.02).unwrap(),
        Unit::Fraction,
        "between 7.44% and 12.6% (P10–P90), median 10%, normal",
    );
    law(
        Uniform::new(1.0, 3.0).unwrap(),
        Unit::Multiple,
        "between 1.2x and 2.8x (P10–P90), median 2x, uniform from 1x to 3x",
    );
    // Triangular 0 to 2 about 1: F(x) = x²/2 below 1, so P10 is √0.2 = 0.447214, and P90 its mirror image.
    law(
        Triangular::new(0.0, 1.0, 2.0).unwrap(),
        Unit::Number,
        "between 0.447 and 1.55 (P10–P90), median 1, triangular from 0 to 2",
    );
    // Exponential of mean 1: −ln 0.9 = 0.105361, ln 2 = 0.693147, ln 10 = 2.302585.
    law(
        Exponential::from_mean(1.0).unwrap(),
        Unit::Number,
        "between 0.105 and 2.30 (P10–P90), median 0.693, exponential",
    );
    // Weibull of shape 1 is the exponential; Pareto with α = 1 from 1: 1/(1 − u).
    law(
        Weibull::new(1.0, 1.0).unwrap(),
        Unit::Number,
        "between 0.105 and 2.30 (P10–P90), median 0.693, Weibull",
    );
    law(Gamma::new(1.0, 1.0).unwrap(), Unit::Number, "between 0.105 and 2.30 (P10–P90), median 0.693, gamma");
    law(
        Pareto::new(1.0, 1.0).unwrap(),
        Unit::Multiple,
        "between 1.11x and 10x (P10–P90), median 2x, Pareto from 1x up",
    );
    // Student's t with 2 degrees of freedom: t(0.9) = 1.885618 (tables).
    law(
        StudentT::new(2.0, 0.0, 1.0).unwrap(),
        Unit::Number,
        "between −1.89 and 1.89 (P10–P90), median 0, Student's t",
    );
    // Beta(1, 1) is uniform; the symmetric PERT is beta(3, 3): 10x³ − 15x⁴ + 6x⁵ = 0.1 at x = 0.2466.
    law(
        Beta::new(1.0, 1.0, 0.0, 1.0).unwrap(),
        Unit::Fraction,
        "between 10% and 90% (P10–P90), median 50%, beta from 0% to 100%",
    );
    law(
        Pert::new(0.0, 0.5, 1.0, 4.0).unwrap(),
        Unit::Fraction,
        "between 24.7% and 75.3% (P10–P90), median 50%, PERT from 0% to 100%",
    );
    // Interpolated between two observations: uniform.
    law(
        Empirical::new(vec![0.0, 10.0]).unwrap(),
        Unit::Number,
        "between 1 and 9 (P10–P90), median 5, a sample, interpolated from 0 to 10",
    );
    // A symmetric triplet makes the metalog go through its three points.
    law(
        Metalog::from_triplet(0.1, 1.0, 2.0, 3.0, Bounds::Unbounded).unwrap(),
        Unit::Number,
        "between 1 and 3 (P10–P90), median 2, metalog",
    );
}

#[test]
fn certain_and_discrete_values_are_listed() {
    law(Constant::new(0.06).unwrap(), Unit::Fraction, "6% for certain");
    let atoms = [(1e9, 0.3), (2.5e9, 0.7)];
    law(Discrete::new(&atoms).unwrap(), Unit::Money, "one of $1bn (30%) and $2.5bn (70%)");
    let parts = vec![
        (0.75, Family::from(Uniform::new(0.0, 1.0).unwrap())),
        (0.25, Family::from(Constant::new(1.0).unwrap())),
    ];
    // Three quarters uniform: P10 is 0.1/0.75, the median 0.5/0.75; P90 falls on the quarter at 1.
    law(
        Mixture::new(parts).unwrap(),
        Unit::Number,
        "between 0.133 and 1 (P10–P90), median 0.667, a mixture of uniform (75%) and certain (25%) from 0 to 1",
    );
    // A uniform law stays uniform between narrower bounds.
    let truncated = Family::from(Uniform::new(0.0, 10.0).unwrap()).truncated(2.0, 4.0).unwrap();
    law(truncated, Unit::Number, "between 2.2 and 3.8 (P10–P90), median 3, truncated from 2 to 4");
    let one_sided = Family::from(Normal::new(0.0, 1.0).unwrap()).truncated(f64::NEG_INFINITY, 10.0).unwrap();
    law(one_sided, Unit::Number, "between −1.28 and 1.28 (P10–P90), median 0, truncated up to 10");
}

#[test]
fn spans_and_days_are_told_as_such() {
    // 4 and 20 months; the median is √80 = 8.944 months.
    law(
        Lognormal::from_quantiles((0.1, 1.0 / 3.0), (0.9, 20.0 / 12.0)).unwrap(),
        Unit::Years,
        "between 4 months and 20 months (P10–P90), median 8.94 months, lognormal",
    );
    law(
        Uniform::new(0.0, 10.0).unwrap(),
        Unit::Years,
        "between 1 year and 9 years (P10–P90), median 5 years, uniform from 0 months to 10 years",
    );
    // 100 to 200 days after 2026-01-01: 10 April, 15 April + … : day 110 is 21 April, 150 is 31 May, 190 is 10 July,
    // 100 is 11 April and 200 is 20 July.
    law(
        Uniform::new(100.0 / 365.25, 200.0 / 365.25).unwrap(),
        Unit::Date,
        "between 2026-04-21 and 2026-07-10 (P10–P90), median 2026-05-31, uniform from 2026-04-11 to 2026-07-20",
    );
}

#[test]
fn a_narrow_distribution_keeps_the_figures_that_tell_its_quantiles_apart() {
    // P10 and P90 are 1,000,000 ∓ 128.16; their tenth is 25.6, so tens are shown.
    law(
        Normal::new(1_000_000.0, 100.0).unwrap(),
        Unit::Money,
        "between $0.99987m and $1.00013m (P10–P90), median $1m, normal",
    );
}

fn with_draws() -> Scenario {
    let mut deal = scenario();
    let gap = Lognormal::from_quantiles((0.1, 0.5), (0.9, 2.0)).unwrap();
    let growth = Normal::new(0.1, 0.02).unwrap();
    let date = Uniform::new(100.0 / 365.25, 200.0 / 365.25).unwrap();
    deal.variables = vec![
        Variable { repeated: true, ..variable("gap", gap, Unit::Years) },
        variable("growth", growth, Unit::Fraction),
        variable("first", date, Unit::Date),
        variable("wait", gap, Unit::Years),
    ];
    let rounds = deal.rounds.as_mut().unwrap();
    rounds.first.timing = Timing::When(When::DrawnDate(2));
    rounds.then = Some(When::DrawnSpan(0));
    deal
}

#[test]
fn an_uncertain_number_is_told_where_it_stands() {
    let mut deal = with_draws();
    told(
        &deal,
        "Financing rounds",
        "The first round comes on an uncertain day [between 2026-04-21 and 2026-07-10 (P10–P90), median 2026-05-31, \
         uniform from 2026-04-11 to 2026-07-20].",
    );
    // the median gap is √(0.5 · 2) = 1 year
    told(
        &deal,
        "Financing rounds",
        "Each later round comes an uncertain span [between 0.5 years and 2 years (P10–P90), median 1 year, lognormal; \
         drawn anew each time] after the round before. An IPO, sale or failure ends them.",
    );
    assert!(!text(&deal).contains("the same draw"));
    deal.company.process =
        crate::model::Process::Gbm { drift: Number::Drawn(1), volatility: Number::Drawn(1) };
    let law = "[between 7.44% and 12.6% (P10–P90), median 10%, normal; \"growth\", the same draw wherever it is named]";
    told(
        &deal,
        "The company",
        &format!(
            "Its value moves as geometric Brownian motion: expected growth an uncertain fraction {law} a year \
             (continuously compounded), volatility an uncertain fraction {law} a year."
        ),
    );
    told(
        &deal,
        "Uncertain quantities",
        "\"gap\": between 0.5 years and 2 years (P10–P90), median 1 year, lognormal; drawn anew at each use; the file \
         says `…`.",
    );
}
