//! The regularised incomplete beta function and the quantile of the beta law.

use std::f64::consts::PI;

use super::{Local, MAX_TERMS, deviance, solve_increasing, stirling_error};
use crate::random::math::exp;

/// `I_x(a, b)` and `1 − I_x(a, b)`: the lower and upper tail of a beta law with `a`, `b` > 0 at `x`.
///
/// The complement `y` = 1 − x is an argument of its own, so that an x close to 1 loses nothing. Both tails keep
/// their relative accuracy, about 1e-13. Source: a continued fraction (by Lentz's method, Thompson
/// and Barnett 1986) and the symmetry DLMF 8.17.4.
#[must_use]
pub fn beta_tails(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if y <= 0.0 {
        return (1.0, 0.0);
    }
    let (p, q, _) = tails_and_density(a, b, stirling_part(a, b), x, y);
    (p, q)
}

/// The part of the density that does not depend on x: ln of the Stirling corrections.
fn stirling_part(a: f64, b: f64) -> f64 {
    stirling_error(a + b) - stirling_error(a) - stirling_error(b)
}

/// Both tails, and x^a y^b / B(a, b), which is the density of the log-odds of a beta variable, in Loader's form
/// of a binomial probability.
fn tails_and_density(a: f64, b: f64, stirling: f64, x: f64, y: f64) -> (f64, f64, f64) {
    let n = a + b;
    let exponent = stirling - deviance(a, n * x) - deviance(b, n * y);
    let density = exp(exponent) * ((a / n) * b / (2.0 * PI)).sqrt();
    if x < (a + 1.0) / (a + b + 2.0) {
        let p = (density * fraction(a, b, x, y)).min(1.0);
        (p, 1.0 - p, density)
    } else {
        let q = (density * fraction(b, a, y, x)).min(1.0);
        (1.0 - q, q, density)
    }
}

/// `I_x(a, b) B(a, b) / (x^a y^b)` for x below about a / (a + b).
///
/// The even part of DLMF 8.17.22 in the form of Didonato and Morris (1992), "Algorithm 708", ACM TOMS 18(3), whose
/// terms do not cancel however large a and b are.
fn fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let lambda = if a > b { (a + b) * y - b } else { a - (a + b) * x };
    let partial = |n: f64| {
        let c = a + 2.0 * n;
        // At n = 0 the middle term is 0, and c − 1 may be 0 as well.
        let middle = if n > 0.0 { n * (b - n) * x / (c - 1.0) } else { 0.0 };
        n + middle + (a + n) / (c + 1.0) * (lambda + 1.0 + n * (1.0 + y))
    };
    let mut c = f64::INFINITY;
    let mut d = 1.0 / partial(0.0);
    let mut value = d;
    let mut n = 0.0;
    for _ in 0..MAX_TERMS {
        n += 1.0;
        let e = a + 2.0 * n - 1.0;
        let above = (a + n - 1.0) / e * ((a + b + n - 1.0) / e) * n * (b - n) * (x * x);
        let below = partial(n);
        d = 1.0 / (below + above * d);
        c = below + above / c;
        let factor = c * d;
        value *= factor;
        if !((factor - 1.0).abs() > f64::EPSILON) {
            break;
        }
    }
    value
}

/// The log-odds ln(x / (1 − x)) of the x with `I_x(a, b)` = `p`, where `p` + `q` = 1 and both are positive.
///
/// In log-odds, because x and 1 − x are then both at hand with full relative accuracy (about 1e-13). `start` is
/// any guess, or NaN for none. Bracket: x^a y^b ≤ min(e^(a·logit x), e^(−b·logit x)) integrated over each tail.
#[must_use]
pub fn beta_log_odds_quantile(a: f64, b: f64, p: f64, q: f64, start: f64) -> f64 {
    let parts = [libm::lgamma(a), libm::lgamma(b), libm::lgamma(a + b)];
    let ln_beta = parts[0] + parts[1] - parts[2];
    // The rounding of the difference must not move a bound past the root.
    let rounding = 4.0 * f64::EPSILON * (parts[0].abs() + parts[1].abs() + parts[2].abs());
    let low = (libm::log(p) + libm::log(a) + ln_beta - rounding) / a;
    let high = -(libm::log(q) + libm::log(b) + ln_beta - rounding) / b;
    let stirling = stirling_part(a, b);
    let target = libm::log(p.min(q));
    solve_increasing(low, high, start, |log_odds| {
        let e = exp(-log_odds.abs());
        let (small, large) = (e / (1.0 + e), 1.0 / (1.0 + e));
        let (x, y) = if log_odds < 0.0 { (small, large) } else { (large, small) };
        let (lower, upper, density) = tails_and_density(a, b, stirling, x, y);
        // The density of the log-odds has the logarithmic derivative a y − b x.
        let turn = a * y - b * x;
        if p <= q {
            let slope = density / lower;
            Local { value: libm::log(lower) - target, slope, bend: turn - slope }
        } else {
            let slope = density / upper;
            Local { value: target - libm::log(upper), slope, bend: turn + slope }
        }
    })
}
