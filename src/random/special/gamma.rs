//! The regularised incomplete gamma functions P and Q and the quantile of the gamma law.

use std::f64::consts::PI;

use super::{Local, MAX_TERMS, NEGLIGIBLE, deviance, solve_increasing, stirling_error};
use crate::random::math::{exp, normal_quantile};

/// P(a, x) and Q(a, x) = 1 − P(a, x): the lower and upper tail of a gamma law of shape `a` > 0, scale 1, at x.
///
/// Both keep their relative accuracy, about 1e-13. Sources: the series DLMF 8.7.1 below x = a + 1 and the
/// continued fraction DLMF 8.9.2 in its contracted form (by Lentz's method, Thompson and Barnett 1986) above.
#[must_use]
pub fn gamma_tails(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x.is_infinite() {
        return (1.0, 0.0);
    }
    let (p, q, _) = tails_and_density(a, stirling_error(a), x);
    (p, q)
}

/// Both tails, and x^a e^-x / Γ(a), which is the density of the logarithm of a gamma variable, in Loader's form
/// of a Poisson probability; `stirling` is the Stirling error of `a`.
fn tails_and_density(a: f64, stirling: f64, x: f64) -> (f64, f64, f64) {
    let density = exp(-stirling - deviance(a, x)) * (a / (2.0 * PI)).sqrt();
    if x < a + 1.0 {
        let p = (density / a * series(a, x)).min(1.0);
        (p, 1.0 - p, density)
    } else {
        let q = (density * fraction(a, x)).min(1.0);
        (1.0 - q, q, density)
    }
}

/// Σ x^k / ((a + 1) … (a + k)), k ≥ 0.
fn series(a: f64, x: f64) -> f64 {
    let mut sum = 1.0;
    let mut term = 1.0;
    let mut k = a;
    for _ in 0..MAX_TERMS {
        k += 1.0;
        term *= x / k;
        sum += term;
        if !(term > sum * NEGLIGIBLE) {
            break;
        }
    }
    sum
}

/// Γ(a, x) e^x / x^a.
fn fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut d = 1.0 / b;
    let mut c = f64::INFINITY;
    let mut value = d;
    let mut k = 0.0;
    for _ in 0..MAX_TERMS {
        k += 1.0;
        let numerator = k * (a - k);
        b += 2.0;
        d = 1.0 / (b + numerator * d);
        c = b + numerator / c;
        let factor = c * d;
        value *= factor;
        if !((factor - 1.0).abs() > f64::EPSILON) {
            break;
        }
    }
    value
}

/// The x with P(a, x) = `u` for `u` in (0, 1): the quantile of a gamma law of shape `a` > 0, scale 1.
///
/// Relative accuracy about 1e-13. Start: Wilson and Hilferty (1931). Bracket: P ≤ x^a / Γ(a + 1) from the
/// series, and Q(a + √(2at) + t) ≤ e^-t (Boucheron, Lugosi and Massart 2013, section 2.4).
#[must_use]
pub fn gamma_quantile(a: f64, u: f64) -> f64 {
    let upper = 1.0 - u;
    let low = (libm::log(u) + libm::lgamma(a + 1.0)) / a;
    let t = -libm::log(upper);
    let high = libm::log(a + (2.0 * a * t).sqrt() + t);
    let root = 1.0 - 1.0 / (9.0 * a) + normal_quantile(u) / (3.0 * a.sqrt());
    // NaN where the approximation fails: the solver then starts inside its bracket.
    let start = libm::log(a) + 3.0 * libm::log(root);
    let target = libm::log(u.min(upper));
    let stirling = stirling_error(a);
    let y = solve_increasing(low, high, start, |y| {
        let x = exp(y);
        let (p, q, density) = tails_and_density(a, stirling, x);
        // The density of ln X has the logarithmic derivative a − x.
        if u <= upper {
            let slope = density / p;
            Local { value: libm::log(p) - target, slope, bend: a - x - slope }
        } else {
            let slope = density / q;
            Local { value: target - libm::log(q), slope, bend: a - x + slope }
        }
    });
    exp(y)
}
