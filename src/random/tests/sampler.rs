//! Tables of quantiles against the exact quantiles and against independent code.

use statrs::distribution as theirs;
use statrs::distribution::ContinuousCDF;

use super::{assert_sampled_from, catalogue, uniforms};
use crate::random::family::{Beta, Family, Gamma, Law, Pert, StudentT};
use crate::random::{Sampler, sampler::TOLERANCE};

/// Families whose quantiles are found by solving an equation, far apart in shape.
fn slow() -> Vec<(String, Family)> {
    let beta = |a, b| Family::from(Beta::new(a, b, 0.0, 1.0).unwrap());
    let gamma = |shape| Family::from(Gamma::new(shape, 2.0).unwrap());
    let student = |df| Family::from(StudentT::new(df, 1.0, 2.0).unwrap());
    let pert = Family::from(Pert::new(4.0, 4.6, 6.0, 4.0).unwrap());
    let mut families = vec![
        ("pert".to_owned(), pert.clone()),
        ("pert, mode at an end".to_owned(), Pert::new(-5.0, 5.0, 5.0, 4.0).unwrap().into()),
        ("pert, cut".to_owned(), pert.truncated(4.5, 5.0).unwrap()),
        ("gamma, cut".to_owned(), gamma(3.0).truncated(1.0, f64::INFINITY).unwrap()),
    ];
    for (a, b) in [(2.5, 0.7), (0.3, 0.4), (0.05, 3.0), (1.55, 3.8), (40.0, 90.0), (3e4, 2.0)] {
        families.push((format!("beta {a}, {b}"), beta(a, b)));
    }
    families.extend([0.02, 0.4, 1.0, 3.5, 300.0].map(|shape| (format!("gamma {shape}"), gamma(shape))));
    families.extend([0.5, 2.5, 7.0, 500.0].map(|df| (format!("student t {df}"), student(df))));
    families
}

/// Probabilities all over (0, 1), the smallest and largest draws, the middle, and both sides of the edges of
/// octaves.
fn probabilities() -> Vec<f64> {
    let mut probabilities = uniforms("places of tables", 20_000);
    for octave in 1..54 {
        let edge = 1.0 / (1_u64 << octave) as f64;
        probabilities.extend([edge, edge.next_up(), edge.next_down(), 1.0 - edge, (1.0 - edge).next_down()]);
    }
    probabilities.retain(|u| 0.0 < *u && *u < 1.0);
    probabilities.sort_by(f64::total_cmp);
    probabilities
}

/// The bound that the documentation states. Where a value rises by less than that, rounding may turn it round.
#[test]
fn tables_are_as_close_as_they_say_and_rise() {
    for (name, family) in slow() {
        let sampler = Sampler::from(family.clone());
        let spread = family.quantile(0.75) - family.quantile(0.25);
        let (low, high) = family.support();
        let mut last = f64::NEG_INFINITY;
        for u in probabilities() {
            let (value, exact) = (sampler.quantile(u), family.quantile(u));
            let bound = TOLERANCE * exact.abs().max(spread);
            assert!((value - exact).abs() <= bound, "{name} at {u}: {value} against {exact}");
            assert!(value >= last - 2.0 * bound, "{name} at {u}: {value} after {last}");
            assert!(low <= value && value <= high, "{name} at {u}: {value}");
            last = value;
        }
    }
}

#[test]
fn other_families_keep_their_bits_and_columns_are_filled_alike() {
    let slow_ones = slow().into_iter().map(|(_, family)| family);
    for family in catalogue().into_iter().map(|(_, family)| family).chain(slow_ones) {
        let sampler = Sampler::from(family.clone());
        let (mut column, mut exact) = (probabilities(), probabilities());
        let single: Vec<u64> = column.iter().map(|u| sampler.quantile(*u).to_bits()).collect();
        sampler.fill_quantiles(&mut column);
        family.fill_quantiles(&mut exact);
        assert!(column.iter().map(|x| x.to_bits()).eq(single), "{family:?}");
        let is_slow = matches!(
            family,
            Family::Pert(_) | Family::Beta(_) | Family::Gamma(_) | Family::StudentT(_) | Family::Truncated(_)
        );
        assert!(is_slow || column.iter().zip(&exact).all(|(a, b)| a.to_bits() == b.to_bits()), "{family:?}");
    }
}

/// Kolmogorov–Smirnov against statrs; false-alarm rate 1e-5 each (see `ALPHA`).
#[test]
fn draws_from_tables_follow_their_laws() {
    let follows = |name: &str, family: Family, cdf: &dyn Fn(f64) -> f64| {
        let mut column = uniforms(name, 200_000);
        Sampler::from(family).fill_quantiles(&mut column);
        assert_sampled_from(name, &mut column, cdf);
    };
    // Hand-worked: alpha = 1 + 4·0.9, beta = 1 + 4·0.1.
    let law = theirs::Beta::new(4.6, 1.4).unwrap();
    follows("pert by table", Pert::new(0.0, 90.0, 100.0, 4.0).unwrap().into(), &|x| law.cdf(x / 100.0));
    let law = theirs::Beta::new(0.3, 0.4).unwrap();
    follows("beta by table", Beta::new(0.3, 0.4, 0.0, 1.0).unwrap().into(), &|x| law.cdf(x));
    let law = theirs::Gamma::new(0.4, 0.5).unwrap();
    follows("gamma by table", Gamma::new(0.4, 2.0).unwrap().into(), &|x| law.cdf(x));
    let law = theirs::StudentsT::new(1.0, 2.0, 3.5).unwrap();
    follows("student t by table", StudentT::new(3.5, 1.0, 2.0).unwrap().into(), &|x| law.cdf(x));
}
