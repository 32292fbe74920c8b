//! The metalog family: a quantile function fitted to quantiles.
//!
//! Source: Keelin (2016), "The metalog distributions", Decision Analysis 13(4). With y the log-odds of the
//! probability and w the probability less ½, the quantile function on the line is
//! M = a₁ + a₂y + a₃wy + a₄w + a₅w² + a₆w²y + a₇w³ + …, that is A(w) + y·B(w) with two polynomials.
//! A bound is put in by fitting the logarithm of the distance to it (his semi-bounded and bounded metalogs).

use super::Law;
use crate::random::math::{exp, ln, logistic, logit};
use crate::random::quadrature::{REACH, integrate_over_probability};
use crate::random::special::{Local, solve_increasing};

/// Where the variable is known to end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bounds {
    /// Nowhere.
    Unbounded,
    /// It stays above this value (the "log" metalog).
    Lower(f64),
    /// It stays below this value (the "negative log" metalog).
    Upper(f64),
    /// It stays between these values (the "logit" metalog).
    Both(f64, f64),
}

impl Bounds {
    /// The value on the unbounded line that belongs to `x`; not finite if `x` is out of bounds.
    pub(super) fn to_line(self, x: f64) -> f64 {
        match self {
            Self::Unbounded => x,
            Self::Lower(low) => ln(x - low),
            Self::Upper(high) => -ln(high - x),
            Self::Both(low, high) => ln((x - low) / (high - x)),
        }
    }

    /// The inverse of [`Bounds::to_line`].
    fn off_line(self, m: f64) -> f64 {
        match self {
            Self::Unbounded => m,
            Self::Lower(low) => low + exp(m),
            Self::Upper(high) => high - exp(-m),
            Self::Both(low, high) => (low + (high - low) * logistic(m)).min(high),
        }
    }

    fn support(self) -> (f64, f64) {
        match self {
            Self::Unbounded => (f64::NEG_INFINITY, f64::INFINITY),
            Self::Lower(low) => (low, f64::INFINITY),
            Self::Upper(high) => (f64::NEG_INFINITY, high),
            Self::Both(low, high) => (low, high),
        }
    }
}

/// Terms of the series at most.
pub(super) const MAX_TERMS: usize = 12;
const HALF: usize = MAX_TERMS / 2;

/// A metalog law; built from quantiles (see [`Metalog::from_quantiles`]).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metalog {
    bounds: Bounds,
    terms: usize,
    /// Coefficients of A and B in ascending powers of w.
    a: [f64; HALF],
    b: [f64; HALF],
}

/// Where the coefficient of term `index` (from 0) stands: the power of w, and whether it multiplies y.
pub(super) fn place(index: usize) -> (usize, bool) {
    match index {
        0 => (0, false),
        1 => (0, true),
        2 => (1, true),
        3 => (1, false),
        _ => (index / 2, index % 2 == 1),
    }
}

/// Value and derivative of a polynomial.
fn polynomial(coefficients: &[f64; HALF], w: f64) -> (f64, f64) {
    coefficients.iter().rev().fold((0.0, 0.0), |(value, slope), c| (value * w + c, slope * w + value))
}

impl Metalog {
    /// The law with these coefficients a₁, a₂, … (at most 12), not yet known to be one.
    pub(super) fn unchecked(coefficients: &[f64], bounds: Bounds) -> Self {
        let mut law = Self { bounds, terms: coefficients.len(), a: [0.0; HALF], b: [0.0; HALF] };
        for (index, coefficient) in coefficients.iter().enumerate() {
            match place(index) {
                (power, false) => law.a[power] = *coefficient,
                (power, true) => law.b[power] = *coefficient,
            }
        }
        law
    }

    /// The coefficients a₁, a₂, … of Keelin's series.
    #[must_use]
    pub fn coefficients(&self) -> Vec<f64> {
        let at =
            |(power, with_log_odds): (usize, bool)| if with_log_odds { self.b[power] } else { self.a[power] };
        (0..self.terms).map(|index| at(place(index))).collect()
    }

    /// M and dM/dy at log-odds y.
    pub(super) fn line(&self, y: f64) -> (f64, f64) {
        let e = exp(-y.abs());
        let w = (0.5 * (1.0 - e) / (1.0 + e)).copysign(y);
        let dw = e / ((1.0 + e) * (1.0 + e));
        let (a, da) = polynomial(&self.a, w);
        let (b, db) = polynomial(&self.b, w);
        (a + y * b, b + (da + y * db) * dw)
    }

    /// E f(e^L), where L = ln of the distance from the one bound, and f(d) grows like d^`power`; `None` if
    /// infinite.
    ///
    /// Far out L is the straight line s + t·y, so the part beyond the reach of the numerical integral is
    /// e^(power·s) e^−(1 − power·t)·reach / (1 − power·t); finite only if power·t < 1.
    fn expectation_of_distance(&self, power: f64, f: impl Fn(f64) -> f64) -> Option<f64> {
        let mirror = if matches!(self.bounds, Bounds::Upper(_)) { -1.0 } else { 1.0 };
        let s = mirror * polynomial(&self.a, 0.5 * mirror).0;
        let decay = 1.0 - power * polynomial(&self.b, 0.5 * mirror).0;
        if !(decay > 0.0) {
            return None;
        }
        let body = integrate_over_probability(&|y| f(exp(mirror * self.line(mirror * y).0)));
        let expectation = body + exp(power * s - decay * REACH) / decay;
        expectation.is_finite().then_some(expectation)
    }
}

impl Law for Metalog {
    fn quantile(&self, u: f64) -> f64 {
        self.bounds.off_line(self.line(logit(u)).0)
    }

    fn cdf(&self, x: f64) -> f64 {
        /// Log-odds beyond which a probability is 0 or 1.
        const FAR: f64 = 800.0;
        let (low, high) = self.support();
        if x <= low {
            return 0.0;
        }
        if x >= high {
            return 1.0;
        }
        let m = self.bounds.to_line(x);
        let start = (m - self.a[0]) / self.b[0];
        logistic(solve_increasing(-FAR, FAR, start, |y| {
            let (value, slope) = self.line(y);
            Local { value: value - m, slope, bend: 0.0 }
        }))
    }

    fn mean(&self) -> Option<f64> {
        match self.bounds {
            Bounds::Unbounded | Bounds::Both(..) => {
                Some(integrate_over_probability(&|y| self.bounds.off_line(self.line(y).0)))
            }
            Bounds::Lower(low) => Some(low + self.expectation_of_distance(1.0, |d| d)?),
            Bounds::Upper(high) => Some(high - self.expectation_of_distance(1.0, |d| d)?),
        }
    }

    fn variance(&self) -> Option<f64> {
        let mean = self.mean()?;
        let distance = match self.bounds {
            Bounds::Unbounded | Bounds::Both(..) => {
                return Some(integrate_over_probability(&|y| {
                    let away = self.bounds.off_line(self.line(y).0) - mean;
                    away * away
                }));
            }
            Bounds::Lower(low) => mean - low,
            Bounds::Upper(high) => high - mean,
        };
        self.expectation_of_distance(2.0, |d| (d - distance) * (d - distance))
    }

    fn support(&self) -> (f64, f64) {
        self.bounds.support()
    }
}
