//! Numerical integration: over an interval, and of expectations over the log-odds of the probability.

use super::math::exp;

/// Positive nodes of the 10-point Gauss–Legendre rule (DLMF table 3.5.2).
const NODES: [f64; 5] = [
    0.148_874_338_981_631_22,
    0.433_395_394_129_247_2,
    0.679_409_568_299_024_4,
    0.865_063_366_688_984_5,
    0.973_906_528_517_171_7,
];
/// Their weights.
const WEIGHTS: [f64; 5] = [
    0.295_524_224_714_752_87,
    0.269_266_719_309_996_35,
    0.219_086_362_515_982_04,
    0.149_451_349_150_580_6,
    0.066_671_344_308_688_14,
];
/// Log-odds up to which the integral reaches: probabilities of e^-700.
pub(super) const REACH: f64 = 700.0;
/// Panels in the log-odds: dense where the probability is, but far-reaching for heavy tails.
const EDGES: [f64; 21] = [
    -REACH, -400.0, -200.0, -100.0, -50.0, -25.0, -12.0, -8.0, -4.0, -2.0, 0.0, 2.0, 4.0, 8.0, 12.0, 25.0,
    50.0, 100.0, 200.0, 400.0, REACH,
];
/// Error allowed, relative to the integral of the absolute value.
const TOLERANCE: f64 = 1e-13;
/// Halvings of one panel at most: enough to corner a kink.
const MAX_DEPTH: u32 = 48;

/// ∫₀¹ g(u) du, where `g` is given as a function of the log-odds ln(u / (1 − u)) and may be unbounded at the
/// ends as long as it is integrable.
///
/// Substituting the log-odds turns algebraic singularities at the ends into exponential decay. Each panel is
/// halved until the 10-point Gauss–Legendre rule agrees with the sum over its halves.
pub(super) fn integrate_over_probability(g: &impl Fn(f64) -> f64) -> f64 {
    let weighted = |y: f64| {
        let e = exp(-f64::abs(y));
        g(y) * e / ((1.0 + e) * (1.0 + e))
    };
    let scale: f64 = EDGES.windows(2).map(|edge| gauss(edge[0], edge[1], &|y| f64::abs(weighted(y)))).sum();
    EDGES
        .windows(2)
        .map(|edge| {
            refine(edge[0], edge[1], gauss(edge[0], edge[1], &weighted), TOLERANCE * scale, 0, &weighted)
        })
        .sum()
}

/// ∫ f over \[`a`, `b`\], by the same rule, for a function that is smooth but for kinks and that shows its size on
/// sixteen equal panels.
pub(crate) fn integrate(a: f64, b: f64, f: &impl Fn(f64) -> f64) -> f64 {
    let edge = |i: i32| a + (b - a) * f64::from(i) / 16.0;
    let panels = || (0..16).map(|i| (edge(i), edge(i + 1)));
    let scale: f64 = panels().map(|(from, to)| gauss(from, to, &|x| f64::abs(f(x)))).sum();
    panels().map(|(from, to)| refine(from, to, gauss(from, to, f), TOLERANCE * scale, 0, f)).sum()
}

fn refine(a: f64, b: f64, whole: f64, tolerance: f64, depth: u32, f: &impl Fn(f64) -> f64) -> f64 {
    let middle = 0.5 * (a + b);
    let left = gauss(a, middle, f);
    let right = gauss(middle, b, f);
    if depth == MAX_DEPTH || !((left + right - whole).abs() > tolerance) {
        return left + right;
    }
    refine(a, middle, left, tolerance, depth + 1, f) + refine(middle, b, right, tolerance, depth + 1, f)
}

fn gauss(a: f64, b: f64, f: &impl Fn(f64) -> f64) -> f64 {
    let middle = 0.5 * (a + b);
    let half = 0.5 * (b - a);
    let sum: f64 = NODES
        .iter()
        .zip(WEIGHTS)
        .map(|(node, w)| w * (f(middle - half * node) + f(middle + half * node)))
        .sum();
    half * sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::math::{logistic, pow};

    #[test]
    fn an_interval_with_a_kink() {
        // Hand-worked: ∫ |x² − 1| over [0, 3] = 2/3 + 20/3.
        let area = integrate(0.0, 3.0, &|x: f64| f64::abs(x * x - 1.0));
        assert!((area - 22.0 / 3.0).abs() < 1e-11, "{area}");
    }

    #[test]
    fn powers_singular_at_the_ends() {
        // Hand-worked: ∫ u^-0.9 = 10; ∫ (1−u)^-0.5 = 2; ∫ |u − 1/3| = (1/9 + 4/9)/2 = 5/18.
        let lower = integrate_over_probability(&|y| pow(logistic(y), -0.9));
        assert!((lower - 10.0).abs() < 1e-11, "{lower}");
        let upper = integrate_over_probability(&|y| pow(logistic(-y), -0.5));
        assert!((upper - 2.0).abs() < 1e-12, "{upper}");
        let kink = integrate_over_probability(&|y| f64::abs(logistic(y) - 1.0 / 3.0));
        assert!((kink - 5.0 / 18.0).abs() < 1e-13, "{kink}");
    }
}
