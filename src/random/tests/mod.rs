//! Tests of the layer as a whole: every family, dependence, bridges.

mod brownian;
mod cases;
mod constructors;
mod dependence;
mod kolmogorov;
mod laws;
mod sampler;
mod special;
mod values;

use super::Stream;
use super::family::{
    Beta, Bounds, Constant, Discrete, Empirical, Exponential, Family, Gamma, Lognormal, Metalog, Mixture,
    Normal, Pareto, Pert, StudentT, Triangular, Uniform, Weibull,
};

/// Largest distance between the empirical distribution of `sample` and `cdf`, for a continuous law.
fn kolmogorov_distance(sample: &mut [f64], cdf: impl Fn(f64) -> f64) -> f64 {
    sample.sort_by(f64::total_cmp);
    let n = sample.len() as f64;
    sample
        .iter()
        .enumerate()
        .map(|(i, &x)| {
            let p = cdf(x);
            (p - i as f64 / n).abs().max(((i + 1) as f64 / n - p).abs())
        })
        .fold(0.0, f64::max)
}

/// The distance exceeded with probability `alpha`: √(ln(2/α) / 2n), Kolmogorov's limit law to its first term
/// (which errs on the safe side).
fn kolmogorov_limit(n: usize, alpha: f64) -> f64 {
    (super::math::ln(2.0 / alpha) / (2.0 * n as f64)).sqrt()
}

/// False-alarm rate of every Kolmogorov–Smirnov test here. There are about 50 of them, and seeds are fixed.
const ALPHA: f64 = 1e-5;

fn assert_sampled_from(name: &str, sample: &mut [f64], cdf: impl Fn(f64) -> f64) {
    let n = sample.len();
    let distance = kolmogorov_distance(sample, cdf);
    assert!(distance < kolmogorov_limit(n, ALPHA), "{name}: distance {distance} with {n} draws");
}

/// `n` uniforms of a stream of their own.
fn uniforms(name: &str, n: usize) -> Vec<f64> {
    let mut column = vec![0.0; n];
    Stream::new(2026, name).fill(0, 0, &mut column);
    column
}

/// `n` independent standard normals.
fn normals(name: &str, n: usize) -> Vec<f64> {
    let mut column = uniforms(name, n);
    super::math::normal_quantiles(&mut column);
    column
}

/// At least one law of every family, with names. All have a mean and a variance.
fn catalogue() -> Vec<(&'static str, Family)> {
    let normal: Family = Normal::new(-1.5, 2.0).unwrap().into();
    let lognormal: Family = Lognormal::new(0.5, 0.8).unwrap().into();
    let pareto: Family = Pareto::new(2.0, 6.0).unwrap().into();
    let discrete: Family = Discrete::new(&[(3.0, 0.2), (-1.0, 0.5), (0.5, 0.3)]).unwrap().into();
    let empirical: Family = Empirical::new(vec![4.0, 0.5, 1.0, 1.0, 2.5, 9.0]).unwrap().into();
    let triplet = |bounds| Metalog::from_triplet(0.1, 20.0, 30.0, 42.0, bounds).unwrap();
    let mixture: Family =
        Mixture::new(vec![(0.7, lognormal.clone()), (0.3, Normal::new(12.0, 0.5).unwrap().into())])
            .unwrap()
            .into();
    let with_atom: Family =
        Mixture::new(vec![(0.4, Constant::new(0.0).unwrap().into()), (0.6, pareto.clone())]).unwrap().into();
    let skewed = [(0.05, 4.0), (0.25, 6.5), (0.5, 8.0), (0.75, 10.5), (0.95, 15.0)];
    vec![
        ("constant", Constant::new(7.0).unwrap().into()),
        ("uniform", Uniform::new(-2.0, 5.0).unwrap().into()),
        ("normal", normal.clone()),
        ("lognormal", lognormal.clone()),
        ("triangular", Triangular::new(1.0, 2.0, 6.0).unwrap().into()),
        ("triangular, mode at the low end", Triangular::new(1.0, 1.0, 6.0).unwrap().into()),
        ("pert", Pert::new(0.0, 90.0, 100.0, 4.0).unwrap().into()),
        ("beta", Beta::new(2.5, 0.7, 10.0, 20.0).unwrap().into()),
        ("beta, both ends high", Beta::new(0.3, 0.4, 0.0, 1.0).unwrap().into()),
        ("gamma", Gamma::new(3.5, 2.0).unwrap().into()),
        ("gamma, small shape", Gamma::new(0.4, 1.0).unwrap().into()),
        ("gamma, large shape", Gamma::new(2000.0, 0.01).unwrap().into()),
        ("exponential", Exponential::from_mean(4.0).unwrap().into()),
        ("weibull", Weibull::new(1.7, 3.0).unwrap().into()),
        ("weibull, falling hazard", Weibull::new(0.8, 3.0).unwrap().into()),
        ("pareto", pareto.clone()),
        ("student t", StudentT::new(7.0, 1.0, 2.0).unwrap().into()),
        ("student t, nearly normal", StudentT::new(500.0, 0.0, 1.0).unwrap().into()),
        ("discrete", discrete.clone()),
        ("empirical", empirical.clone()),
        ("metalog", triplet(Bounds::Unbounded).into()),
        ("metalog above", triplet(Bounds::Lower(0.0)).into()),
        ("metalog below", triplet(Bounds::Upper(200.0)).into()),
        ("metalog between", triplet(Bounds::Both(0.0, 200.0)).into()),
        ("metalog, 5 terms", Metalog::from_quantiles(&skewed, 5, Bounds::Lower(0.0)).unwrap().into()),
        ("metalog, fitted", Metalog::from_quantiles(&skewed, 3, Bounds::Lower(0.0)).unwrap().into()),
        ("mixture", mixture.clone()),
        ("mixture with an atom", with_atom.clone()),
        ("normal, cut both sides", normal.clone().truncated(-2.0, 1.0).unwrap()),
        ("normal, cut below", normal.clone().truncated(0.0, f64::INFINITY).unwrap()),
        ("normal, cut above", normal.truncated(f64::NEG_INFINITY, -3.0).unwrap()),
        ("pareto, cut above", pareto.truncated(1.0, 8.0).unwrap()),
        ("discrete, cut", discrete.truncated(-1.0, 1.0).unwrap()),
        ("empirical, cut", empirical.truncated(0.75, 6.0).unwrap()),
        ("mixture, cut", mixture.truncated(1.0, 12.5).unwrap()),
        ("mixture with an atom, cut", with_atom.truncated(0.0, 4.0).unwrap()),
        ("triangular, cut twice", {
            let law: Family = Triangular::new(1.0, 2.0, 6.0).unwrap().into();
            law.truncated(1.5, 5.0).unwrap().truncated(0.0, 4.0).unwrap()
        }),
    ]
}
