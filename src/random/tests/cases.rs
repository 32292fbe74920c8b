//! Worked numbers from outside, family by family.

use crate::random::family::{
    Bounds, Discrete, Empirical, Family, Law, Lognormal, Metalog, Mixture, Normal, Pareto, Pert, StudentT,
    Triangular, Uniform,
};
use crate::random::math::{exp, ln};

fn assert_near(what: &str, got: f64, expected: f64, tolerance: f64) {
    assert!((got - expected).abs() <= tolerance, "{what}: {got} against {expected}");
}

#[test]
fn pert_quantiles_and_moments() {
    // Independent code (scipy.stats.beta), stated to 1e-7.
    let cases = [
        (
            (0.0, 90.0, 100.0),
            [76.666_666_666_7, 255.555_555_556, 53.767_025_003_9, 79.733_514_963_9, 94.920_722_433_4],
        ),
        ((5.0, 5.0, 50.0), [12.5, 40.178_571_428_6, 5.938_323_693_76, 10.825_224_651_7, 21.606_919_498_4]),
    ];
    for ((low, mode, high), [mean, variance, p10, p50, p90]) in cases {
        let law = Pert::new(low, mode, high, Pert::USUAL_WEIGHT).unwrap();
        assert_near("mean", law.mean().unwrap(), mean, 1e-7);
        assert_near("variance", law.variance().unwrap(), variance, 1e-7);
        assert_near("P10", law.quantile(0.1), p10, 1e-7);
        assert_near("P50", law.quantile(0.5), p50, 1e-7);
        assert_near("P90", law.quantile(0.9), p90, 1e-7);
    }
}

#[test]
fn lognormal_from_quantiles_and_from_moments() {
    // Independent code (scipy.stats.lognorm), stated to 8e-8 and 1e-8.
    let law = Lognormal::from_quantiles((0.1, 5.0), (0.9, 80.0)).unwrap();
    assert_near("mu", law.of_log().mean().unwrap(), 2.995_732_273_55, 1e-9);
    assert_near("sigma", law.of_log().variance().unwrap().sqrt(), 1.081_731_237_66, 1e-9);
    assert_near("mean", law.mean().unwrap(), 35.902_377_137, 8e-8);
    assert_near("median", law.quantile(0.5), 20.0, 8e-8);
    assert_near("P5", law.quantile(0.05), 3.375_159_977_37, 8e-8);
    assert_near("P95", law.quantile(0.95), 118.512_900_924, 8e-8);
    let law = Lognormal::from_mean_sd(100.0, 150.0).unwrap();
    assert_near("mu", law.of_log().mean().unwrap(), 4.015_842_687_82, 1e-8);
    assert_near("sigma", law.of_log().variance().unwrap().sqrt(), 1.085_658_784_49, 1e-8);
    assert_near("median", law.quantile(0.5), 55.470_019_622_5, 1e-8);
    assert_near("P5", law.quantile(0.05), 9.300_730_063_37, 1e-8);
    assert_near("P95", law.quantile(0.95), 330.825_973_441, 1e-8);
    let law = Lognormal::from_median_p90(20.0, 80.0).unwrap();
    assert_near("same as P10, P90", law.quantile(0.1), 5.0, 1e-12);
}

#[test]
fn pareto_tails() {
    // Closed forms checked with independent code (scipy.stats.pareto), stated to 1e-8.
    let law = Pareto::new(1.0, 1.9).unwrap();
    assert_near("mean", law.mean().unwrap(), 2.111_111_111_11, 1e-8);
    assert_near("median", law.quantile(0.5), 1.440_246_537_54, 1e-8);
    assert_near("P95", law.quantile(0.95), 4.838_966_653_58, 1e-8);
    assert_near("P99", law.quantile(0.99), 11.288_378_916_8, 1e-8);
    assert_eq!(law.variance(), None);
    let above = Family::from(law).truncated(law.quantile(0.95), f64::INFINITY).unwrap();
    assert_near("mean above P95", above.mean().unwrap(), 10.215_596_268_7, 1e-8);
    assert_eq!(above.variance(), None);
    let law = Pareto::new(2.0, 1.2).unwrap();
    assert_near("mean", law.mean().unwrap(), 12.0, 1e-8);
    assert_near("median", law.quantile(0.5), 3.563_594_872_56, 1e-8);
    assert_near("P95", law.quantile(0.95), 24.278_489_240_1, 1e-8);
    assert_near("P99", law.quantile(0.99), 92.831_776_672_3, 1e-8);
    let above = Family::from(law).truncated(law.quantile(0.95), f64::INFINITY).unwrap();
    assert_near("mean above P95", above.mean().unwrap(), 145.670_935_441, 1e-8);
}

#[test]
fn metalog_triplet() {
    // Keelin (2016); numbers by independent code (quadrature of the quantile function), to 1e-8.
    let law = Metalog::from_triplet(0.1, 10.0, 30.0, 120.0, Bounds::Unbounded).unwrap();
    for (got, expected) in law.coefficients().iter().zip([30.0, 25.031_578_732_2, 39.822_966_164_9]) {
        assert_near("coefficient", *got, expected, 1e-8);
    }
    assert_near("P5", law.quantile(0.05), 9.061_376_099_64, 1e-8);
    assert_near("P95", law.quantile(0.95), 156.469_288_358, 1e-8);
    assert_near("mean", law.mean().unwrap(), 49.911_483_082_5, 1e-8);
}

#[test]
fn metalog_feasibility_limit() {
    // Published: three terms are feasible up to |a₃|/a₂ = 1.66711 (Keelin 2016).
    let with_ratio = |ratio: f64| {
        let quantile = |w: f64, y: f64| y + ratio * w * y;
        let y = ln(9.0);
        Metalog::from_triplet(0.1, quantile(-0.4, -y), 0.0, quantile(0.4, y), Bounds::Unbounded)
    };
    assert!(with_ratio(1.667).is_ok() && with_ratio(-1.667).is_ok());
    assert!(with_ratio(1.6673).is_err() && with_ratio(-1.6673).is_err());
}

#[test]
fn moments_of_the_log_logistic_law() {
    // Closed form: the two-term metalog above 0 is log-logistic with shape 1/a₂; with b = π a₂ its mean is
    // median · b/sin b and its second moment median² · 2b/sin 2b. (Johnson, Kotz and Balakrishnan 1995, ch. 23.)
    for a2 in [0.05, 0.3, 0.45, 0.499] {
        let quantile = |y: f64| 2.0 * exp(a2 * y);
        let y = ln(3.0);
        let points = [(0.25, quantile(-y)), (0.75, quantile(y))];
        let law = Metalog::from_quantiles(&points, 2, Bounds::Lower(0.0)).unwrap();
        let b = std::f64::consts::PI * a2;
        let (mean, second) = (2.0 * b / b.sin(), 4.0 * 2.0 * b / (2.0 * b).sin());
        let variance = second - mean * mean;
        assert_near("mean", law.mean().unwrap(), mean, 1e-11 * mean);
        assert_near("variance", law.variance().unwrap(), variance, 1e-9 * second);
        let mirrored = [(0.25, -quantile(y)), (0.75, -quantile(-y))];
        let law = Metalog::from_quantiles(&mirrored, 2, Bounds::Upper(0.0)).unwrap();
        assert_near("mirrored mean", law.mean().unwrap(), -mean, 1e-11 * mean);
        assert_near("mirrored variance", law.variance().unwrap(), variance, 1e-9 * second);
    }
    let law = Metalog::from_quantiles(&[(0.25, 1.0), (0.75, 9.5)], 2, Bounds::Lower(0.0)).unwrap();
    // Hand-worked: a₂ = ln 9.5 / (2 ln 3) = 1.025 ≥ 1.
    assert_eq!((law.mean(), law.variance()), (None, None));
}

#[test]
fn truncated_normal_moments() {
    // Closed form (Johnson, Kotz and Balakrishnan 1994, section 13.10.1): the normal law above 0 has mean
    // √(2/π) and variance 1 − 2/π; on [−1, 1] mean 0 and variance 1 − 2φ(1)/(2Φ(1) − 1).
    let law: Family = Normal::new(0.0, 1.0).unwrap().into();
    let half = law.clone().truncated(0.0, f64::INFINITY).unwrap();
    let two_over_pi = std::f64::consts::FRAC_2_PI;
    assert_near("mean", half.mean().unwrap(), two_over_pi.sqrt(), 1e-12);
    assert_near("variance", half.variance().unwrap(), 1.0 - two_over_pi, 1e-12);
    let middle = law.truncated(-1.0, 1.0).unwrap();
    assert_near("mean", middle.mean().unwrap(), 0.0, 1e-12);
    // Independent code (mpmath, 30 digits).
    assert_near("variance", middle.variance().unwrap(), 0.291_125_094_772_793_2, 1e-12);
}

#[test]
fn truncated_moments_exist_where_they_should() {
    let law: Family = Pareto::new(1.0, 0.5).unwrap().into();
    assert_eq!((law.mean(), law.variance()), (None, None));
    // Closed form: ∫₁⁴ x · ½x^-1.5 dx / (1 − ½) = 2.
    let cut = law.clone().truncated(0.0, 4.0).unwrap();
    assert_near("mean", cut.mean().unwrap(), 2.0, 1e-12);
    assert_eq!(law.truncated(2.0, f64::INFINITY).unwrap().mean(), None);
    let law: Family = StudentT::new(1.0, 0.0, 1.0).unwrap().into();
    assert_eq!(law.truncated(f64::NEG_INFINITY, 0.0).unwrap().mean(), None);
}

#[test]
fn empirical_quantiles_are_type_7() {
    // Hand-worked; R quantile(type = 7) and numpy give the same.
    let sample = vec![40.0, 0.2, 1.0, 1.1, 1.5, 2.0, 3.0, 8.0, 15.0, 0.0];
    let law = Empirical::new(sample).unwrap();
    for (u, x) in [(0.05, 0.09), (0.5, 1.75), (0.95, 28.75)] {
        assert_near("quantile", law.quantile(u), x, 1e-12);
    }
    // Hand-worked: through 0, 1, 3 the mean is (½ + 2)/2 and the second moment (1/3 + 13/3)/2.
    let law = Empirical::new(vec![0.0, 1.0, 3.0]).unwrap();
    assert_near("mean", law.mean().unwrap(), 1.25, 1e-15);
    assert_near("variance", law.variance().unwrap(), 7.0 / 3.0 - 1.5625, 1e-15 * 4.0);
}

#[test]
fn triangular_from_quantiles_is_not_from_bounds() {
    let law = Triangular::from_p10_mode_p90(10.0, 20.0, 50.0).unwrap();
    assert_near("P10", law.quantile(0.1), 10.0, 1e-11);
    assert_near("P90", law.quantile(0.9), 50.0, 1e-11);
    // Hand-worked: the symmetric one, P10 = −1, mode 0, P90 = 1, has half-width 1/(1 − √0.2).
    let law = Triangular::from_p10_mode_p90(-1.0, 0.0, 1.0).unwrap();
    assert_near("high", law.support().1, 1.0 / (1.0 - 0.2_f64.sqrt()), 1e-14);
    // Hand-worked: mode at P10 = 0 and P90 = 2: width 10/3, a tenth of it below the mode.
    let law = Triangular::from_p10_mode_p90(0.0, 0.0, 2.0).unwrap();
    assert_near("low", law.support().0, -1.0 / 3.0, 1e-14);
    assert_near("high", law.support().1, 3.0, 1e-14);
}

#[test]
fn student_scale_against_standard_deviation() {
    // Hand-worked: with 4 degrees of freedom the variance is twice the squared scale.
    let law = StudentT::new(4.0, 1.0, 3.0).unwrap();
    assert_near("variance", law.variance().unwrap(), 18.0, 1e-14);
    let law = StudentT::from_mean_sd(4.0, 1.0, 3.0).unwrap();
    assert_near("variance", law.variance().unwrap(), 9.0, 1e-14);
    assert_eq!(StudentT::new(2.0, 1.0, 3.0).unwrap().variance(), None);
    assert_eq!(StudentT::new(1.0, 1.0, 3.0).unwrap().mean(), None);
}

#[test]
fn uniform_moments() {
    // Hand-worked.
    let law = Uniform::new(-2.0, 4.0).unwrap();
    assert_eq!((law.mean(), law.variance()), (Some(1.0), Some(3.0)));
}

#[test]
fn atoms_of_a_mixture_come_out_exactly() {
    // Hand-worked: half of the probability on 5 and 7, half spread as a normal law around 6, so that the
    // distribution function jumps by ¼ at both; Φ(−½)/2 = 0.154 lies below 5.
    let normal: Family = Normal::new(6.0, 2.0).unwrap().into();
    let fixed: Family = Discrete::new(&[(5.0, 0.5), (7.0, 0.5)]).unwrap().into();
    let law = Mixture::new(vec![(0.5, normal), (0.5, fixed)]).unwrap();
    for (from, to, atom) in [(0.16, 0.40, 5.0_f64), (0.60, 0.84, 7.0)] {
        for i in 0..=1000 {
            let u = from + (to - from) * f64::from(i) / 1000.0;
            assert_eq!(law.quantile(u).to_bits(), atom.to_bits(), "at {u}");
        }
    }
    assert!(law.quantile(0.15) < 5.0 && law.quantile(0.85) > 7.0);
    assert_near("between", law.quantile(0.5), 6.0, 1e-14);
}
