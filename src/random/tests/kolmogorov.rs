//! Kolmogorov–Smirnov tests of every family against independent code.
//!
//! Two ways round: our quantiles of our uniforms against the distribution functions of `statrs`, and the samplers
//! of `rand_distr`, run on our streams as generators, against our distribution functions. Fixed seeds; each test
//! has a false-alarm rate of 1e-5 (see `ALPHA`).

use rand_distr::Distribution;
use statrs::distribution as theirs;
use statrs::distribution::ContinuousCDF;

use super::{assert_sampled_from, uniforms};
use crate::random::Stream;
use crate::random::family::{
    Beta, Bounds, Discrete, Empirical, Exponential, Family, Gamma, Law, Lognormal, Metalog, Mixture, Normal,
    Pareto, Pert, StudentT, Triangular, Uniform, Weibull,
};
use crate::random::math::{exp, ln};

const DRAWS: usize = 200_000;

/// Our sampler against their distribution function.
fn ours_against(name: &str, law: impl Into<Family>, cdf: impl Fn(f64) -> f64) {
    let mut column = uniforms(name, DRAWS);
    law.into().fill_quantiles(&mut column);
    assert_sampled_from(name, &mut column, cdf);
}

/// Their sampler against our distribution function, with one generator of ours for each path.
fn theirs_against(name: &str, sampler: impl Distribution<f64>, law: impl Into<Family>) {
    let law = law.into();
    let stream = Stream::new(99, name);
    let mut column: Vec<f64> = (0..DRAWS as u64).map(|path| sampler.sample(&mut stream.rng(path))).collect();
    assert_sampled_from(name, &mut column, |x| law.cdf(x));
}

#[test]
fn quantiles_against_statrs_bounded() {
    let law = theirs::Uniform::new(-2.0, 5.0).unwrap();
    ours_against("uniform", Uniform::new(-2.0, 5.0).unwrap(), |x| law.cdf(x));
    let law = theirs::Triangular::new(1.0, 6.0, 2.0).unwrap();
    ours_against("triangular", Triangular::new(1.0, 2.0, 6.0).unwrap(), |x| law.cdf(x));
    // Hand-worked: alpha = 1 + 4·0.9, beta = 1 + 4·0.1.
    let law = theirs::Beta::new(4.6, 1.4).unwrap();
    ours_against("pert", Pert::new(0.0, 90.0, 100.0, 4.0).unwrap(), |x| law.cdf(x / 100.0));
    for (a, b) in [(2.5, 0.7), (0.3, 0.4), (40.0, 90.0)] {
        let law = theirs::Beta::new(a, b).unwrap();
        ours_against("beta", Beta::new(a, b, 10.0, 20.0).unwrap(), |x| law.cdf((x - 10.0) / 10.0));
    }
}

#[test]
fn quantiles_against_statrs_unbounded() {
    let law = theirs::Normal::new(-1.5, 2.0).unwrap();
    ours_against("normal", Normal::new(-1.5, 2.0).unwrap(), |x| law.cdf(x));
    let law = theirs::LogNormal::new(0.5, 0.8).unwrap();
    ours_against("lognormal", Lognormal::new(0.5, 0.8).unwrap(), |x| law.cdf(x));
    for shape in [0.4, 3.5, 300.0] {
        let law = theirs::Gamma::new(shape, 0.5).unwrap();
        ours_against("gamma", Gamma::new(shape, 2.0).unwrap(), |x| law.cdf(x));
    }
    let law = theirs::Exp::new(0.25).unwrap();
    ours_against("exponential", Exponential::from_rate(0.25).unwrap(), |x| law.cdf(x));
    let law = theirs::Weibull::new(1.7, 3.0).unwrap();
    ours_against("weibull", Weibull::new(1.7, 3.0).unwrap(), |x| law.cdf(x));
    let law = theirs::Pareto::new(2.0, 1.2).unwrap();
    ours_against("pareto", Pareto::new(2.0, 1.2).unwrap(), |x| law.cdf(x));
    for df in [1.0, 3.5, 30.0] {
        let law = theirs::StudentsT::new(1.0, 2.0, df).unwrap();
        ours_against("student t", StudentT::new(df, 1.0, 2.0).unwrap(), |x| law.cdf(x));
    }
}

#[test]
fn quantiles_of_built_families_against_statrs() {
    let body = theirs::LogNormal::new(0.5, 0.8).unwrap();
    let bump = theirs::Normal::new(12.0, 0.5).unwrap();
    let mixture = Mixture::new(vec![
        (0.7, Lognormal::new(0.5, 0.8).unwrap().into()),
        (0.3, Normal::new(12.0, 0.5).unwrap().into()),
    ]);
    let mixture: Family = mixture.unwrap().into();
    let cdf = |x: f64| 0.7 * body.cdf(x) + 0.3 * bump.cdf(x);
    ours_against("mixture", mixture.clone(), cdf);
    let cut = |x: f64| (cdf(x) - cdf(1.0)) / (cdf(12.5) - cdf(1.0));
    ours_against("mixture, cut", mixture.truncated(1.0, 12.5).unwrap(), cut);
    let gamma = theirs::Gamma::new(3.5, 0.5).unwrap();
    let law: Family = Gamma::new(3.5, 2.0).unwrap().into();
    let (a, b) = (gamma.cdf(5.0), gamma.cdf(9.0));
    ours_against("gamma, cut", law.truncated(5.0, 9.0).unwrap(), |x| (gamma.cdf(x) - a) / (b - a));
}

#[test]
fn metalog_against_closed_forms() {
    // Two terms are the logistic law (Keelin 2016), with a bound the log-logistic one.
    let points = [(0.25, 3.0_f64), (0.75, 7.0)];
    let scale = 2.0 / ln(3.0);
    let law = Metalog::from_quantiles(&points, 2, Bounds::Unbounded).unwrap();
    ours_against("logistic", law, |x| 1.0 / (1.0 + exp(-(x - 5.0) / scale)));
    let law = Metalog::from_quantiles(&points, 2, Bounds::Lower(1.0)).unwrap();
    // Hand-worked: distances 2 and 6 from the bound have the geometric mean √12 and ln 3 = 2 ln 3 / shape.
    let (median, shape) = (12.0_f64.sqrt(), 2.0);
    ours_against("log-logistic", law, |x| 1.0 / (1.0 + libm::pow((x - 1.0) / median, -shape)));
}

#[test]
fn empirical_against_its_polygon() {
    // Hand-worked: type 7 through 0, 1, 3 is uniform on [0, 1] and on [1, 3] with probability ½ each.
    let law = Empirical::new(vec![1.0, 3.0, 0.0]).unwrap();
    ours_against("empirical", law, |x| if x < 1.0 { 0.5 * x } else { 0.5 + 0.25 * (x - 1.0) });
}

#[test]
fn discrete_frequencies() {
    // Hand-worked probabilities; 4.5 standard errors: a false alarm 7e-6 for each of three.
    let pairs = [(3.0, 0.2), (-1.0, 0.5), (0.5, 0.3)];
    let law = Discrete::new(&pairs).unwrap();
    let mut column = uniforms("discrete", DRAWS);
    law.fill_quantiles(&mut column);
    for (value, p) in pairs {
        let hits = column.iter().filter(|x| x.to_bits() == f64::to_bits(value)).count() as f64;
        let n = DRAWS as f64;
        assert!((hits - n * p).abs() < 4.5 * (n * p * (1.0 - p)).sqrt(), "{value}: {hits}");
    }
}

#[test]
fn rand_distr_samplers_against_our_distribution_functions_bounded() {
    theirs_against("uniform", rand_distr::Uniform::new(-2.0, 5.0).unwrap(), Uniform::new(-2.0, 5.0).unwrap());
    theirs_against(
        "triangular",
        rand_distr::Triangular::new(1.0, 6.0, 2.0).unwrap(),
        Triangular::new(1.0, 2.0, 6.0).unwrap(),
    );
    theirs_against(
        "pert",
        rand_distr::Pert::new(0.0, 100.0).with_mode(90.0).unwrap(),
        Pert::new(0.0, 90.0, 100.0, 4.0).unwrap(),
    );
    for (a, b) in [(2.5, 0.7), (0.3, 0.4), (40.0, 90.0)] {
        theirs_against("beta", rand_distr::Beta::new(a, b).unwrap(), Beta::new(a, b, 0.0, 1.0).unwrap());
    }
}

#[test]
fn rand_distr_samplers_against_our_distribution_functions_unbounded() {
    theirs_against("normal", rand_distr::Normal::new(-1.5, 2.0).unwrap(), Normal::new(-1.5, 2.0).unwrap());
    theirs_against(
        "lognormal",
        rand_distr::LogNormal::new(0.5, 0.8).unwrap(),
        Lognormal::new(0.5, 0.8).unwrap(),
    );
    for shape in [0.4, 3.5, 300.0] {
        theirs_against("gamma", rand_distr::Gamma::new(shape, 2.0).unwrap(), Gamma::new(shape, 2.0).unwrap());
    }
    theirs_against("exponential", rand_distr::Exp::new(0.25).unwrap(), Exponential::from_rate(0.25).unwrap());
    theirs_against("weibull", rand_distr::Weibull::new(3.0, 1.7).unwrap(), Weibull::new(1.7, 3.0).unwrap());
    theirs_against("pareto", rand_distr::Pareto::new(2.0, 1.2).unwrap(), Pareto::new(2.0, 1.2).unwrap());
    for df in [1.0, 3.5, 30.0] {
        theirs_against(
            "student t",
            rand_distr::StudentT::new(df).unwrap(),
            StudentT::new(df, 0.0, 1.0).unwrap(),
        );
    }
}

#[test]
fn a_family_samples_through_the_trait_of_rand_distr() {
    let law: Family = Lognormal::new(0.5, 0.8).unwrap().into();
    theirs_against("as a distribution", law, Lognormal::new(0.5, 0.8).unwrap());
}
