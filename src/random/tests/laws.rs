//! What must hold for every family alike.

use super::catalogue;
use crate::random::family::{Discrete, Family, Law};

/// Probabilities from far down the lower tail up to the last number below 1.
fn grid() -> Vec<f64> {
    let mut grid = vec![1e-300, 1e-100, 1e-30];
    grid.extend((1..53).rev().map(|k| 0.5_f64.powi(k)));
    grid.extend((1..100).map(|i| f64::from(i) / 100.0));
    grid.extend((1..=53).map(|k| 1.0 - 0.5_f64.powi(k)));
    grid.sort_by(f64::total_cmp);
    grid
}

/// Accuracy claimed for distribution functions and quantiles.
const ACCURACY: f64 = 1e-12;

#[test]
fn quantiles_rise_and_stay_in_the_support() {
    for (name, law) in catalogue() {
        let (low, high) = law.support();
        let mut before = low;
        for u in grid() {
            let x = law.quantile(u);
            // Rounding may turn neighbours around by a few units in the last place.
            assert!(x >= before - 1e-14 * before.abs(), "{name}: falls from {before} to {x} at {u}");
            assert!(low <= x && x <= high, "{name}: {x} at {u} out of support");
            before = x;
        }
    }
}

#[test]
fn distribution_function_undoes_quantile() {
    for (name, law) in catalogue() {
        for u in grid() {
            let x = law.quantile(u);
            // To within the rounding of x itself, which matters where the density is high.
            let rounding = 2.0 * f64::EPSILON * x.abs();
            let (below, upto) = (law.cdf_below(x - rounding), law.cdf(x + rounding));
            assert!(upto >= u - ACCURACY, "{name}: cdf {upto} at quantile {x} of {u}");
            assert!(below <= u + ACCURACY, "{name}: {below} below quantile {x} of {u}");
        }
    }
}

#[test]
fn quantile_is_the_least_value_that_reaches_the_probability() {
    for (name, law) in catalogue() {
        let (low, high) = (law.quantile(0.01), law.quantile(0.99));
        for i in 0..=200 {
            let x = low - 1.0 + (high - low + 2.0) * f64::from(i) / 200.0;
            let (below, upto) = (law.cdf_below(x), law.cdf(x));
            assert!(below <= upto, "{name} at {x}");
            if upto > 0.0 && upto < 1.0 {
                let q = law.quantile(upto);
                assert!(q <= x + 1e-10 * x.abs().max(1.0), "{name}: quantile of cdf({x}) is {q}");
            }
        }
    }
}

#[test]
fn ends_of_the_support_hold_all_probability() {
    for (name, law) in catalogue() {
        let (low, high) = law.support();
        assert!(law.cdf_below(low) <= 0.0 && law.cdf(high) >= 1.0, "{name}");
        assert!(law.cdf(low - 1.0) <= 0.0 && law.cdf(high + 1.0) >= 1.0, "{name}");
    }
}

/// ∫ f(Q(u)) du by the trapezoidal rule with `cells` cells on each of the panels between 2⁻⁵⁰, 2⁻⁴⁹, …, ½, …,
/// 1 − 2⁻⁵⁰.
fn integral(law: &Family, cells: u32, f: impl Fn(f64) -> f64) -> f64 {
    let mut edges: Vec<f64> = (1..=50).rev().map(|k| 0.5_f64.powi(k)).collect();
    edges.extend((2..=50).map(|k| 1.0 - 0.5_f64.powi(k)));
    let panel = |a: f64, b: f64| {
        let h = (b - a) / f64::from(cells);
        let inner: f64 = (1..cells).map(|i| f(law.quantile(a + h * f64::from(i)))).sum();
        h * (inner + 0.5 * (f(law.quantile(a)) + f(law.quantile(b))))
    };
    edges.windows(2).map(|edge| panel(edge[0], edge[1])).sum()
}

#[test]
fn mean_and_variance_agree_with_integration() {
    for (name, law) in catalogue() {
        let stepped =
            grid().iter().map(|&u| law.quantile(u)).any(|x| law.cdf(x) - law.cdf_below(x) > ACCURACY);
        let (mean, variance) = (law.mean().unwrap(), law.variance().unwrap());
        let check = |what: &str, stated: f64, f: &dyn Fn(f64) -> f64| {
            let (coarse, fine) = (integral(&law, 100, f), integral(&law, 200, f));
            // Where f∘Q is smooth the finer rule's error is a third of the difference; at a step it is at most a
            // cell (0.0025) of it. Tails beyond 2⁻⁵⁰ hold less than 1e-9 of any moment here.
            let steps =
                if stepped { 0.0025 * (f(law.quantile(0.999)) - f(law.quantile(0.001))).abs() } else { 0.0 };
            let slack = (fine - coarse).abs() + steps + 1e-9 * (mean * mean + variance + 1.0);
            assert!((fine - stated).abs() <= slack, "{name}: {what} {stated} against {fine} ± {slack}");
        };
        check("mean", mean, &|x| x);
        check("variance", variance, &|x| (x - mean) * (x - mean));
    }
}

#[test]
fn filling_a_column_equals_single_quantiles() {
    for (name, law) in catalogue() {
        let mut column = grid();
        let single: Vec<u64> = column.iter().map(|&u| law.quantile(u).to_bits()).collect();
        law.fill_quantiles(&mut column);
        assert_eq!(column.iter().map(|x| x.to_bits()).collect::<Vec<_>>(), single, "{name}");
    }
}

#[test]
fn filling_from_normals_equals_filling_from_their_probabilities() {
    for (name, law) in catalogue() {
        let z: Vec<f64> = (-30..=30).map(|i| 0.1 * f64::from(i)).collect();
        let mut column = z.clone();
        law.fill_from_normals(&mut column);
        for (x, z) in column.iter().zip(z) {
            let expected = law.quantile(crate::random::math::normal_cdf(z));
            assert!(
                (x - expected).abs() <= 1e-12 * expected.abs().max(1.0),
                "{name}: {x} against {expected}"
            );
        }
    }
}

#[test]
fn atoms_have_their_probabilities() {
    let law = Discrete::new(&[(3.0, 0.25), (1.0, 0.5), (3.0, 0.25), (9.0, 0.0)]).unwrap();
    // Hand-worked: equal values merge, the impossible one goes.
    assert_eq!(law.atoms().collect::<Vec<_>>(), [(1.0, 0.5), (3.0, 0.5)]);
    for (name, law) in catalogue().iter().filter(|(name, _)| name.starts_with("discrete")) {
        let Family::Discrete(law) = law else { panic!("{name} is no longer discrete") };
        for (x, probability) in law.atoms() {
            assert!((law.cdf(x) - law.cdf_below(x) - probability).abs() < 1e-15);
        }
    }
}
