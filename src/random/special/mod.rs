//! Incomplete gamma and beta functions and their inverses.
//!
//! Densities are written in Loader's saddle-point form, which keeps 14 and more digits where the textbook
//! `exp(a ln x − x − ln Γ(a))` has lost half of them. The inverses solve for a *logarithmic* variable (ln x, or
//! the log-odds of x): there the densities are log-concave, so ln P and ln Q are concave and Newton's method
//! converges from one side; a bracket from closed-form tail bounds guards it.

mod beta;
mod gamma;

pub use beta::{beta_log_odds_quantile, beta_tails};
pub use gamma::{gamma_quantile, gamma_tails};

use std::f64::consts::PI;

/// Below this relative size a further term of a series or continued fraction changes nothing.
const NEGLIGIBLE: f64 = f64::EPSILON / 4.0;
/// Ends a series that would not settle (NaN in); the slowest real one, gamma with shape 10⁶, needs thousands.
const MAX_TERMS: u32 = 1_000_000;

/// δ(n) = ln Γ(n + 1) − \[(n + ½) ln n − n + ½ ln 2π\], the error of Stirling's formula. Source: DLMF 5.11.1;
/// the role and name are from Loader (2000), "Fast and accurate computation of binomial probabilities".
fn stirling_error(n: f64) -> f64 {
    // B₂ₖ / (2k (2k − 1)) for k = 1 to 7; the eighth term is below 2e-17 for n of 12 and more.
    const TERMS: [f64; 7] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
    ];
    if n < 12.0 {
        let half_ln_two_pi = 0.5 * libm::log(2.0 * PI);
        return libm::lgamma(n + 1.0) - (n + 0.5) * libm::log(n) + n - half_ln_two_pi;
    }
    let r = 1.0 / (n * n);
    TERMS.iter().rev().fold(0.0, |sum, term| sum * r + term) / n
}

/// x ln(x / m) + m − x without cancellation where x ≈ m. Source: Loader (2000), function `bd0`.
fn deviance(x: f64, m: f64) -> f64 {
    let v = (x - m) / (x + m);
    if v.abs() >= 0.1 {
        return x * libm::log(x / m) + m - x;
    }
    // With ln(x/m) = 2 artanh(v): (x − m) v + 2 x Σ v^(2j+1) / (2j + 1), j ≥ 1.
    let mut sum = (x - m) * v;
    let mut power = 2.0 * x * v;
    let mut odd = 1.0;
    loop {
        power *= v * v;
        odd += 2.0;
        let next = sum + power / odd;
        if next.to_bits() == sum.to_bits() || next.is_nan() {
            return next;
        }
        sum = next;
    }
}

/// A function of the unknown at one point.
pub(in crate::random) struct Local {
    /// Its value, which is to become 0.
    pub value: f64,
    /// Its slope, positive.
    pub slope: f64,
    /// Its second derivative over its slope, or 0 where that is not at hand.
    pub bend: f64,
}

/// The root of an increasing function within `[low, high]`, from `start` (or the middle if that is outside).
///
/// Halley's method, which is Newton's where the bend is 0; a step out of the bracket, or one that is no number,
/// is replaced by bisection.
pub(in crate::random) fn solve_increasing(
    mut low: f64,
    mut high: f64,
    start: f64,
    f: impl Fn(f64) -> Local,
) -> f64 {
    /// After a step of this size even Newton's error is below rounding: its square.
    const LAST_STEP: f64 = 1e-9;
    const ROUNDING: f64 = 1e-9;
    // A root far out in a tail meets its bound to the last digit, where rounding may put it just outside.
    low -= ROUNDING * low.abs().max(1.0);
    high += ROUNDING * high.abs().max(1.0);
    let mut y = if low < start && start < high { start } else { 0.5 * (low + high) };
    for _ in 0..200 {
        let Local { value, slope, bend } = f(y);
        if value < 0.0 {
            low = y;
        } else {
            high = y;
        }
        let newton = value / slope;
        // Halley's correction, kept from turning the step round or more than doubling it.
        let next = y - newton / (1.0 - 0.5 * newton * bend).clamp(0.5, 2.0);
        if low <= next && next <= high {
            if (next - y).abs() <= LAST_STEP * y.abs().max(1.0) {
                return next;
            }
            y = next;
        } else {
            y = 0.5 * (low + high);
            if high - low <= f64::EPSILON * y.abs() {
                break;
            }
        }
    }
    y
}
