//! Discounts for lack of marketability: five answers to what a time of not being able to sell costs.
//!
//! They rest on different stories and differ by a factor of three; show them side by side, never their average.
//! All are shares of the value, for a value of volatility σ that cannot be sold for T years; s stands for σ² T.
//!
//! | function | story |
//! |---|---|
//! | [`chaffe`] | a put at today's value (Chaffe 1993) |
//! | [`average_strike_put`] | a put struck at the average value of the period, exact |
//! | [`finnerty`] | the same put, approximated (Finnerty 2012); never above 32.3 % |
//! | [`ghaidarov`] | the same put, approximated better for small s (Ghaidarov 2009) |
//! | [`longstaff_bound`] | a perfect timer's loss: an upper bound (Longstaff 1995), may exceed 1 |

use std::f64::consts::PI;

use super::black_scholes::Market;
use super::tridiagonal::{Factored, Row};
use super::{RangeError, finite, not_negative};
use crate::random::math::{exp, ln, normal_cdf};

/// s = σ² T, checked.
fn variance(volatility: f64, years: f64) -> Result<f64, RangeError> {
    /// Beyond, e^s overflows; no market has such a σ√T (26).
    const MOST: f64 = 700.0;
    not_negative("the volatility", volatility)?;
    not_negative("the time", years)?;
    let s = volatility * volatility * years;
    if s <= MOST {
        Ok(s)
    } else {
        Err(RangeError { name: "volatility² × time", range: "at most 700", value: s })
    }
}

/// A put at today's value: Chaffe (1993), "Option pricing as a proxy for discount for lack of marketability", with
/// the continuous `rate` and `dividend_yield` of the Black–Scholes formula.
///
/// # Errors
///
/// [`RangeError`] for an input out of range.
pub fn chaffe(volatility: f64, years: f64, rate: f64, dividend_yield: f64) -> Result<f64, RangeError> {
    Ok(Market { spot: 1.0, rate, dividend_yield, volatility, years }.at_date()?.put(1.0))
}

/// (eˢ − 1)/s, 1 at 0.
fn first_ratio(s: f64) -> f64 {
    if s == 0.0 { 1.0 } else { libm::expm1(s) / s }
}

/// 2 (eˢ − s − 1)/s², 1 at 0: the second moment of the average of a martingale of variance s.
fn second_ratio(s: f64) -> f64 {
    // Below 1 the difference loses digits; the series 2 Σ sᵏ/(k + 2)! has 20 terms above rounding there.
    if s > 1.0 {
        return 2.0 * (libm::expm1(s) - s) / (s * s);
    }
    (1..=20).rev().fold(1.0, |sum, k| 1.0 + sum * s / (f64::from(k) + 2.0))
}

/// e^{−qT} (N(v/2) − N(−v/2)): what a deviation v between the two sides of an exchange is worth (Margrabe 1978).
fn exchange(v_squared: f64, years: f64, dividend_yield: f64) -> f64 {
    let half = 0.5 * v_squared.max(0.0).sqrt();
    exp(-dividend_yield * years) * libm::erf(half / std::f64::consts::SQRT_2)
}

/// An average-strike put with the average taken as lognormal: Finnerty (2012), "An average-strike put option model
/// of the marketability discount", Journal of Derivatives 19(4): v² = s + ln(2(eˢ − s − 1)) − 2 ln(eˢ − 1).
///
/// # Errors
///
/// [`RangeError`] for an input out of range.
///
/// ```
/// use cabrio::pricing::lack_of_marketability::finnerty;
/// assert!((finnerty(0.6, 2.0, 0.0)? - 0.182).abs() < 5e-6);
/// # Ok::<(), cabrio::pricing::RangeError>(())
/// ```
pub fn finnerty(volatility: f64, years: f64, dividend_yield: f64) -> Result<f64, RangeError> {
    let s = variance(volatility, years)?;
    finite("the dividend yield", dividend_yield)?;
    let v_squared = s + ln(second_ratio(s)) - 2.0 * ln(first_ratio(s));
    Ok(exchange(v_squared, years, dividend_yield))
}

/// An average-strike put with the two first moments of the ratio matched: Ghaidarov (2009), "The use of protective
/// put options in quantifying marketability discounts": v² = ln(2(eˢ − s − 1)) − 2 ln s.
///
/// # Errors
///
/// [`RangeError`] for an input out of range.
pub fn ghaidarov(volatility: f64, years: f64, dividend_yield: f64) -> Result<f64, RangeError> {
    let s = variance(volatility, years)?;
    finite("the dividend yield", dividend_yield)?;
    Ok(exchange(ln(second_ratio(s)), years, dividend_yield))
}

/// What somebody with perfect timing would lose: Longstaff (1995), "How much can marketability affect security
/// values?", Journal of Finance 50: (2 + s/2) N(√s/2) + √(s/2π) e^{−s/8} − 1. An upper bound, not an estimate.
///
/// # Errors
///
/// [`RangeError`] for an input out of range.
pub fn longstaff_bound(volatility: f64, years: f64) -> Result<f64, RangeError> {
    let s = variance(volatility, years)?;
    Ok((2.0 + 0.5 * s) * normal_cdf(0.5 * s.sqrt()) + (s / (2.0 * PI)).sqrt() * exp(-s / 8.0) - 1.0)
}

/// The put struck at the average over the period, exact but for the grid (10⁻⁷ of the value up to σ√T = 3, by comparison with finer grids).
///
/// With the value itself as money the claim is a call struck at 1 on the time average of a martingale, and its
/// price u(0, 0) solves `u_t + ½ σ² (z − 1 + t/T)² u_zz = 0`, u(T, z) = max(z, 0) (Večeř 2001, "A new PDE approach
/// for pricing arithmetic average Asian options", Journal of Computational Finance 4(4)).
///
/// # Errors
///
/// [`RangeError`] for an input out of range, and for σ√T above 3, where the grid is too coarse.
pub fn average_strike_put(volatility: f64, years: f64, dividend_yield: f64) -> Result<f64, RangeError> {
    let s = variance(volatility, years)?;
    finite("the dividend yield", dividend_yield)?;
    if !(s <= 9.0) {
        return Err(RangeError { name: "volatility² × time", range: "at most 9", value: s });
    }
    if s == 0.0 {
        return Ok(0.0);
    }
    // Errors of second order cancel between a grid and one twice as fine (Richardson).
    let call = (4.0 * martingale_average_call(s, 800) - martingale_average_call(s, 400)) / 3.0;
    Ok(exp(-dividend_yield * years) * call)
}

/// E[max(average of exp(√s B(u) − s u/2) over u in \[0, 1\] − 1, 0)], by Crank–Nicolson steps with four half-size
/// implicit ones first, on a grid that is densest at z = 0 (z = width · sinh): `steps` in time and to either side.
fn martingale_average_call(s: f64, steps: u16) -> f64 {
    let width = 0.1 * s.sqrt().min(1.0);
    let reach = libm::asinh(exp(6.0 * s.sqrt()) / width);
    let z: Vec<f64> = (-i32::from(steps)..=i32::from(steps))
        .map(|i| width * libm::sinh(reach * f64::from(i) / f64::from(steps)))
        .collect();
    let mut u: Vec<f64> = z.iter().map(|z| z.max(0.0)).collect();
    let dt = 1.0 / f64::from(steps);
    // Backwards: `tau` is the time left.
    let mut tau = 0.0;
    for step in 0..steps + 2 {
        let (dt, implicit) = if step < 4 { (0.5 * dt, 1.0) } else { (dt, 0.5) };
        let middle = if step < 4 { tau + dt } else { tau + 0.5 * dt };
        step_back(&mut u, &z, 0.5 * s * dt, middle, implicit);
        tau += dt;
    }
    u[u.len() / 2]
}

/// One step with the diffusion taken at the time left `tau`; the ends stay as they are (0 and z).
fn step_back(u: &mut [f64], z: &[f64], half_variance: f64, tau: f64, implicit: f64) {
    let n = z.len();
    let mut rows = vec![Row { middle: 1.0, ..Row::default() }; n];
    let mut right = u.to_vec();
    for i in 1..n - 1 {
        let (left, ahead) = (z[i] - z[i - 1], z[i + 1] - z[i]);
        let speed = half_variance * (z[i] - tau) * (z[i] - tau) * 2.0 / (left + ahead);
        let (down, up) = (speed / left, speed / ahead);
        right[i] += (1.0 - implicit) * (down * u[i - 1] - (down + up) * u[i] + up * u[i + 1]);
        rows[i] =
            Row { lower: -implicit * down, middle: 1.0 + implicit * (down + up), upper: -implicit * up };
    }
    Factored::new(rows).solve(&mut right);
    u.copy_from_slice(&right);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_discounts() {
        // Case `dlom-s45-T1`; tolerance 1e-8, for the exact put 2e-5.
        let found = [
            (chaffe(0.45, 1.0, 0.04, 0.0), 0.155_602_686_643, 1e-8),
            (finnerty(0.45, 1.0, 0.0), 0.101_616_707_592, 1e-8),
            (ghaidarov(0.45, 1.0, 0.0), 0.104_228_602_046, 1e-8),
            (longstaff_bound(0.45, 1.0), 0.412_694_879_594, 1e-8),
            (average_strike_put(0.45, 1.0, 0.0), 0.103_156_493_837, 2e-5),
        ];
        for (got, expected, tolerance) in found {
            assert!((got.unwrap() - expected).abs() < tolerance, "{got:?} against {expected}");
        }
    }

    #[test]
    fn average_strike_put_at_high_volatility() {
        // Reference notes, section 4: six printed digits, the case's tolerance 2e-5; approximations to five digits.
        for (volatility, years, rough, exact, better) in
            [(0.6, 2.0, 0.182_00, 0.192_195, 0.199_27), (0.9, 3.0, 0.281_04, 0.339_881, 0.380_78)]
        {
            let got = average_strike_put(volatility, years, 0.0).unwrap();
            assert!((got - exact).abs() < 2e-5, "{got} against {exact}");
            assert!((finnerty(volatility, years, 0.0).unwrap() - rough).abs() < 5e-6 * 1.01);
            assert!((ghaidarov(volatility, years, 0.0).unwrap() - better).abs() < 5e-6 * 1.01);
        }
    }

    #[test]
    fn halving_the_steps_quarters_the_error_of_the_grid() {
        // Theory: errors of second order, so differences between grids fall by about 4: nearer to it, as a ratio,
        // than to the 2 and 8 of the neighbouring orders.
        for s in [0.01, 0.72, 4.0, 9.0] {
            let [coarse, middle, fine] = [200, 400, 800].map(|steps| martingale_average_call(s, steps));
            let ratio = (middle - coarse) / (fine - middle);
            assert!((8.0_f64.sqrt()..32.0_f64.sqrt()).contains(&ratio), "{s}: {ratio}");
        }
    }

    #[test]
    fn limits() {
        for discount in [
            chaffe(0.0, 1.0, 0.0, 0.0),
            finnerty(0.3, 0.0, 0.0),
            ghaidarov(0.0, 2.0, 0.0),
            longstaff_bound(0.0, 1.0),
            average_strike_put(0.0, 1.0, 0.0),
        ] {
            assert_eq!(discount, Ok(0.0));
        }
        // For small s the average-strike put tends to √(s/3)/√(2π) (the deviation of the average of a Brownian
        // motion is √(s/3)); the next term is of relative order s.
        let small = average_strike_put(0.01, 1.0, 0.0).unwrap();
        let limit = 0.01 / (6.0 * PI).sqrt();
        assert!((small / limit - 1.0).abs() < 1e-3, "{small} against {limit}");
        assert!((ghaidarov(1e-4, 1.0, 0.0).unwrap() / (1e-4 / (6.0 * PI).sqrt()) - 1.0).abs() < 1e-7);
        // Finnerty (2012): v² tends to ln 2, hence the ceiling of 32.28 %.
        assert!((finnerty(20.0, 1.0, 0.0).unwrap() - 0.3228).abs() < 5e-5);
        // Reference notes: Longstaff's bound passes 100 % at σ√T = 0.941.
        assert!((longstaff_bound(0.941, 1.0).unwrap() - 1.0).abs() < 1e-3);
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(finnerty(-0.1, 1.0, 0.0).is_err() && ghaidarov(f64::NAN, 1.0, 0.0).is_err());
        assert!(longstaff_bound(30.0, 1.0).is_err() && average_strike_put(4.0, 1.0, 0.0).is_err());
        assert!(finnerty(0.1, 1.0, f64::NAN).is_err() && chaffe(0.1, -1.0, 0.0, 0.0).is_err());
    }
}
