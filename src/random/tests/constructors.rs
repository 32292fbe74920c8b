//! Constructors: what they refuse, and that quantiles put in come out again.

use proptest::prelude::*;

use crate::random::family::{
    Beta, BetaError, Bounds, Constant, Discrete, DiscreteError, Empirical, EmpiricalError, Exponential,
    Family, Gamma, GammaError, Law, Lognormal, LognormalError, Metalog, MetalogError, Mixture, MixtureError,
    Normal, NormalError, Pareto, Pert, PertError, QuantilePairError, StudentT, StudentTError, Triangular,
    TriangularError, TruncatedError, Uniform, Weibull, WeibullError,
};

const BAD: [f64; 3] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];

#[test]
fn numbers_that_are_none_are_refused_everywhere() {
    for x in BAD {
        assert!(Constant::new(x).is_err());
        assert!(Uniform::new(x, 1.0).is_err() && Uniform::new(0.0, x).is_err());
        assert!(Normal::new(x, 1.0).is_err() && Normal::new(0.0, x).is_err());
        assert!(Normal::from_quantiles((0.1, x), (0.9, 1.0)).is_err());
        assert!(Normal::from_quantiles((x, 0.0), (0.9, 1.0)).is_err());
        assert!(Lognormal::new(x, 1.0).is_err() && Lognormal::new(0.0, x).is_err());
        assert!(Lognormal::from_mean_sd(x, 1.0).is_err() && Lognormal::from_mean_sd(1.0, x).is_err());
        assert!(Triangular::new(x, 1.0, 2.0).is_err() && Triangular::new(0.0, x, 2.0).is_err());
        assert!(Triangular::new(0.0, 1.0, x).is_err());
        assert!(Triangular::from_p10_mode_p90(0.0, x, 1.0).is_err());
        assert!(Pert::new(0.0, x, 2.0, 4.0).is_err() && Pert::new(0.0, 1.0, 2.0, x).is_err());
        assert!(Pert::new(x, 1.0, 2.0, 4.0).is_err() && Pert::new(0.0, 1.0, x, 4.0).is_err());
        assert!(Beta::new(x, 1.0, 0.0, 1.0).is_err() && Beta::new(1.0, 1.0, 0.0, x).is_err());
        assert!(
            Beta::from_mean_sd(x, 0.1, 0.0, 1.0).is_err() && Beta::from_mean_sd(0.5, x, 0.0, 1.0).is_err()
        );
        assert!(Gamma::new(x, 1.0).is_err() && Gamma::new(1.0, x).is_err());
        assert!(Gamma::from_mean_sd(x, 1.0).is_err() && Gamma::from_mean_sd(1.0, x).is_err());
        assert!(Exponential::from_mean(x).is_err() && Exponential::from_rate(x).is_err());
        assert!(Weibull::new(x, 1.0).is_err() && Weibull::new(1.0, x).is_err());
        assert!(Pareto::new(x, 1.0).is_err() && Pareto::new(1.0, x).is_err());
        assert!(StudentT::new(x, 0.0, 1.0).is_err() && StudentT::new(4.0, x, 1.0).is_err());
        assert!(StudentT::new(4.0, 0.0, x).is_err() && StudentT::from_mean_sd(4.0, 0.0, x).is_err());
        assert!(Discrete::new(&[(x, 1.0)]).is_err() && Discrete::new(&[(0.0, x)]).is_err());
        assert!(Empirical::new(vec![0.0, x]).is_err());
        assert!(Mixture::new(vec![(x, Constant::new(1.0).unwrap().into())]).is_err());
        assert!(Metalog::from_triplet(0.1, x, 2.0, 3.0, Bounds::Unbounded).is_err());
        assert!(Metalog::from_triplet(0.1, 1.0, 2.0, 3.0, Bounds::Lower(x)).is_err());
    }
    let law: Family = Uniform::new(0.0, 1.0).unwrap().into();
    assert!(law.clone().truncated(f64::NAN, 1.0).is_err() && law.truncated(0.0, f64::NAN).is_err());
}

#[test]
fn errors_state_the_condition_and_the_numbers() {
    let shown = |error: &dyn std::error::Error| error.to_string();
    assert_eq!(
        shown(&Normal::new(0.0, -1.0).unwrap_err()),
        "the standard deviation must be positive and finite, got -1"
    );
    assert_eq!(
        shown(&Lognormal::from_quantiles((0.1, 9.0), (0.9, 5.0)).unwrap_err()),
        "the value at probability 0.1 must be below the value at probability 0.9, got 9 and 5"
    );
    assert_eq!(
        shown(&Uniform::new(2.0, 1.0).unwrap_err()),
        "low must be below high and both finite, got 2 and 1"
    );
    let law: Family = Normal::new(0.0, 1.0).unwrap().into();
    assert_eq!(
        law.truncated(8.0, 9.0).unwrap_err(),
        TruncatedError::Probability {
            probability: crate::random::math::normal_cdf(9.0) - crate::random::math::normal_cdf(8.0),
            low: 8.0,
            high: 9.0
        }
    );
}

#[test]
fn each_family_refuses_what_it_must() {
    let pair = QuantilePairError::Probabilities(0.9, 0.1);
    assert_eq!(Normal::from_quantiles((0.9, 1.0), (0.1, 2.0)), Err(NormalError::Quantiles(pair)));
    let pair = QuantilePairError::NotPositive(0.0, 2.0);
    assert_eq!(Lognormal::from_quantiles((0.1, 0.0), (0.9, 2.0)), Err(LognormalError::Quantiles(pair)));
    assert_eq!(Weibull::from_quantiles((0.1, 0.0), (0.9, 2.0)), Err(WeibullError::Quantiles(pair)));
    assert_eq!(Lognormal::new(0.0, 0.0), Err(LognormalError::Log(NormalError::Sd(0.0))));
    let error = TriangularError::Mode { p10: 1.0, mode: 5.0, p90: 4.0 };
    assert_eq!(Triangular::from_p10_mode_p90(1.0, 5.0, 4.0), Err(error));
    assert_eq!(Pert::new(1.0, 1.0, 1.0, 4.0), Err(PertError::Order { low: 1.0, mode: 1.0, high: 1.0 }));
    assert_eq!(Pert::new(0.0, 1.0, 2.0, 0.0), Err(PertError::Weight(0.0)));
    assert_eq!(Beta::from_mean_sd(0.5, 0.5, 0.0, 1.0), Err(BetaError::Sd { sd: 0.5, limit: 0.5 }));
    assert_eq!(Gamma::new(1e-4, 1.0), Err(GammaError::Shape(1e-4)));
    assert_eq!(StudentT::from_mean_sd(2.0, 0.0, 1.0), Err(StudentTError::NoVariance(2.0)));
    assert_eq!(Discrete::new(&[]), Err(DiscreteError::Empty));
    assert_eq!(Discrete::new(&[(1.0, 0.5), (2.0, 0.25)]), Err(DiscreteError::Sum(0.75)));
    assert_eq!(Discrete::new(&[(1.0, 1.5), (2.0, -0.5)]), Err(DiscreteError::Probability(-0.5)));
    assert!(Discrete::new(&[(1.0, 0.5), (2.0, 0.5 + 9e-10)]).is_ok());
    assert!(Discrete::new(&[(1.0, 0.5), (2.0, 0.5 + 2e-9)]).is_err());
    assert_eq!(Empirical::new(vec![1.0]), Err(EmpiricalError::Size(1)));
    assert_eq!(Mixture::new(vec![]), Err(MixtureError::Empty));
}

#[test]
fn metalog_refuses_what_it_must() {
    let fit = |points: &[(f64, f64)], terms, bounds| Metalog::from_quantiles(points, terms, bounds);
    let points = [(0.1, 1.0), (0.5, 2.0), (0.9, 4.0)];
    assert_eq!(fit(&points, 1, Bounds::Unbounded), Err(MetalogError::Terms(1)));
    assert_eq!(fit(&points, 13, Bounds::Unbounded), Err(MetalogError::Terms(13)));
    assert_eq!(fit(&points, 4, Bounds::Unbounded), Err(MetalogError::Points { points: 3, terms: 4 }));
    assert_eq!(fit(&points, 3, Bounds::Both(5.0, 0.0)), Err(MetalogError::Bounds(5.0, 0.0)));
    let outside = MetalogError::Value { probability: 0.9, value: 4.0 };
    assert_eq!(fit(&points, 3, Bounds::Upper(4.0)), Err(outside));
    let unordered = [(0.5, 1.0), (0.1, 2.0), (0.9, 4.0)];
    assert_eq!(fit(&unordered, 3, Bounds::Unbounded), Err(MetalogError::Probability(0.1)));
    let steep = [(0.1, 1.0), (0.5, 1.1), (0.9, 4.0)];
    assert!(matches!(fit(&steep, 3, Bounds::Unbounded), Err(MetalogError::Infeasible(p)) if p < 0.5));
}

/// A probability and a larger one.
fn rising_probabilities() -> impl Strategy<Value = (f64, f64)> {
    (0.001..0.95_f64, 0.01..1.0_f64).prop_map(|(p, share)| (p, p + share * (0.999 - p)))
}

fn assert_round_trip(law: &impl Law, points: &[(f64, f64)]) -> Result<(), TestCaseError> {
    for &(p, x) in points {
        let got = law.quantile(p);
        prop_assert!((got - x).abs() <= 1e-9 * x.abs().max(1.0), "{got} instead of {x} at {p}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn two_quantiles_come_out_again(
        (p1, p2) in rising_probabilities(),
        x in 1e-3..1e6_f64,
        step in 1e-3..10.0_f64,
    ) {
        let points = [(p1, x), (p2, x * (1.0 + step))];
        assert_round_trip(&Normal::from_quantiles(points[0], points[1]).unwrap(), &points)?;
        assert_round_trip(&Lognormal::from_quantiles(points[0], points[1]).unwrap(), &points)?;
        assert_round_trip(&Weibull::from_quantiles(points[0], points[1]).unwrap(), &points)?;
    }

    #[test]
    fn triangular_quantiles_come_out_again(p10 in -1e3..1e3_f64, width in 1e-3..1e3_f64, share in 0.0..=1.0_f64) {
        let (mode, p90) = (p10 + share * width, p10 + width);
        let law = Triangular::from_p10_mode_p90(p10, mode.min(p90), p90).unwrap();
        assert_round_trip(&law, &[(0.1, p10), (0.9, p90)])?;
    }

    #[test]
    fn mean_and_sd_come_out_again(mean in 0.01..100.0_f64, variation in 0.01..3.0_f64) {
        let sd = mean * variation;
        let laws: [Family; 4] = [
            Normal::new(mean, sd).unwrap().into(),
            Lognormal::from_mean_sd(mean, sd).unwrap().into(),
            Gamma::from_mean_sd(mean, sd).unwrap().into(),
            StudentT::from_mean_sd(5.0, mean, sd).unwrap().into(),
        ];
        for law in laws {
            prop_assert!((law.mean().unwrap() / mean - 1.0).abs() < 1e-12);
            prop_assert!((law.variance().unwrap() / (sd * sd) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn beta_mean_and_sd_come_out_again(share in 0.05..0.95_f64, part in 0.01..0.9_f64, low in -10.0..10.0_f64) {
        let (mean, high) = (low + 4.0 * share, low + 4.0);
        let sd = part * ((mean - low) * (high - mean)).sqrt();
        let law = Beta::from_mean_sd(mean, sd, low, high).unwrap();
        prop_assert!((law.mean().unwrap() - mean).abs() < 1e-12 * 10.0);
        prop_assert!((law.variance().unwrap() / (sd * sd) - 1.0).abs() < 1e-10);
    }

    #[test]
    fn metalog_triplets_come_out_again(low in 1.0..50.0_f64, width in 0.1..50.0_f64, share in 0.2..0.8_f64) {
        let points = [(0.1, low), (0.5, low + share * width), (0.9, low + width)];
        for bounds in [Bounds::Unbounded, Bounds::Lower(0.0), Bounds::Upper(101.0), Bounds::Both(-1.0, 101.0)] {
            // Bending the line by the bound can make a triplet infeasible; then it must say so.
            match Metalog::from_quantiles(&points, 3, bounds) {
                Ok(law) => assert_round_trip(&law, &points)?,
                Err(error) => {
                    prop_assert!(matches!(error, MetalogError::Infeasible(_)));
                    prop_assert!(bounds != Bounds::Unbounded);
                }
            }
        }
    }

    #[test]
    fn truncation_keeps_proportions(low in -3.0..1.0_f64, width in 0.1..3.0_f64, u in 0.001..0.999_f64) {
        let law: Family = Normal::new(0.0, 1.0).unwrap().into();
        let cut = law.clone().truncated(low, low + width).unwrap();
        let x = cut.quantile(u);
        let expected = (law.cdf(x) - law.cdf(low)) / (law.cdf(low + width) - law.cdf(low));
        prop_assert!((expected - u).abs() < 1e-12 / (law.cdf(low + width) - law.cdf(low)));
    }
}
