//! Where a function of one number is nought.
//!
//! A backsolve that returns a number where the question has none, or many, is worse than none: each reason to
//! refuse has its own name.

use thiserror::Error;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum RootError {
    /// The function has no value somewhere.
    #[error("the function has no finite value at {at}")]
    NotFinite {
        /// Where.
        at: f64,
    },
    /// Both ends are on the same side of nought.
    #[error("no answer between {lower} and {upper}: the function is {at_lower} and {at_upper} there")]
    NoSignChange {
        /// Lower end searched.
        lower: f64,
        /// Upper end searched.
        upper: f64,
        /// The function there.
        at_lower: f64,
        /// The function there.
        at_upper: f64,
    },
    /// Every number of a whole stretch is an answer.
    #[error("every number from {from} to {to} is an answer: the data do not identify it")]
    Flat {
        /// Start of the stretch, as sampled.
        from: f64,
        /// Its end.
        to: f64,
    },
    /// The ends are not finite numbers in order.
    #[error("cannot search between {lower} and {upper}")]
    Bracket {
        /// Lower end given.
        lower: f64,
        /// Upper end given.
        upper: f64,
    },
}

/// A point between `lower` and `upper` where `f` changes sign, to within `tolerance` (absolute, plus four units in
/// the last place).
///
/// Source: Brent (1973), "Algorithms for minimization without derivatives", chapter 4: inverse quadratic
/// interpolation, kept inside a shrinking bracket by bisection, hence as sure as bisection.
///
/// # Errors
///
/// [`RootError`] if the ends are out of order or on the same side of nought, or `f` is not finite at a point tried.
pub fn find_root(
    mut f: impl FnMut(f64) -> f64,
    lower: f64,
    upper: f64,
    tolerance: f64,
) -> Result<f64, RootError> {
    if !(lower < upper && lower.is_finite() && upper.is_finite()) {
        return Err(RootError::Bracket { lower, upper });
    }
    let mut value = |x: f64| {
        let y = f(x);
        if y.is_finite() { Ok(y) } else { Err(RootError::NotFinite { at: x }) }
    };
    let (at_lower, at_upper) = (value(lower)?, value(upper)?);
    if at_lower * at_upper > 0.0 {
        return Err(RootError::NoSignChange { lower, upper, at_lower, at_upper });
    }
    // `best` is the best guess, `other` lies across the root, `before` is the guess before.
    let (mut best, mut other, mut before) = ((upper, at_upper), (lower, at_lower), (lower, at_lower));
    let (mut step, mut step_before) = (upper - lower, upper - lower);
    loop {
        if best.1 * other.1 > 0.0 {
            other = before;
            step = best.0 - before.0;
            step_before = step;
        }
        if other.1.abs() < best.1.abs() {
            before = best;
            best = other;
            other = before;
        }
        let close = 2.0 * f64::EPSILON * best.0.abs() + 0.5 * tolerance.max(f64::MIN_POSITIVE);
        let half = 0.5 * (other.0 - best.0);
        if half.abs() <= close || best.1 == 0.0 {
            return Ok(best.0);
        }
        let guess = interpolated(best, other, before);
        let allowed = (1.5 * half.abs() - 0.5 * close).min(0.5 * step_before.abs());
        let inside = guess * half > 0.0 && guess.abs() < allowed && before.1.abs() > best.1.abs();
        (step_before, step) = if inside { (step, guess) } else { (half, half) };
        before = best;
        best.0 += if step.abs() > close { step } else { close.copysign(half) };
        best.1 = value(best.0)?;
    }
}

/// Step from `best` by the secant, or by the inverse parabola where three points differ; NaN where none exists.
fn interpolated(best: (f64, f64), other: (f64, f64), before: (f64, f64)) -> f64 {
    let s = best.1 / before.1;
    let half = 0.5 * (other.0 - best.0);
    let (p, q) = if before.0.to_bits() == other.0.to_bits() {
        (2.0 * half * s, 1.0 - s)
    } else {
        let q = before.1 / other.1;
        let r = best.1 / other.1;
        (s * (2.0 * half * q * (q - r) - (best.0 - before.0) * (r - 1.0)), (q - 1.0) * (r - 1.0) * (s - 1.0))
    };
    -p / q
}

/// All points between `lower` and `upper` where `f` changes sign, as far as `pieces` + 1 even points show them: a turn
/// there and back within one piece goes unseen. `tolerance` as for [`find_root`].
///
/// Values within 10⁻¹² of the largest one seen count as nought.
///
/// # Errors
///
/// [`RootError`] if the ends are out of order or `f` is not finite, and [`RootError::Flat`] if it is nought on a whole
/// piece.
pub fn find_roots(
    f: impl Fn(f64) -> f64,
    lower: f64,
    upper: f64,
    tolerance: f64,
    pieces: u32,
) -> Result<Vec<f64>, RootError> {
    if !(lower < upper && lower.is_finite() && upper.is_finite()) {
        return Err(RootError::Bracket { lower, upper });
    }
    let pieces = pieces.max(1);
    let points: Vec<(f64, f64)> = (0..=pieces)
        .map(|i| {
            let share = f64::from(i) / f64::from(pieces);
            let x = lower * (1.0 - share) + upper * share;
            (x, f(x))
        })
        .collect();
    if let Some((at, _)) = points.iter().find(|(_, y)| !y.is_finite()) {
        return Err(RootError::NotFinite { at: *at });
    }
    let rounding = 1e-12 * points.iter().fold(0.0, |most: f64, (_, y)| most.max(y.abs()));
    let is_nought = |y: f64| y.abs() <= rounding;
    let from = points.windows(2).position(|pair| pair.iter().all(|(_, y)| is_nought(*y)));
    if let Some(from) = from {
        let flat = points[from..].iter().take_while(|(_, y)| is_nought(*y));
        let to = flat.last().map_or(upper, |(x, _)| *x);
        return Err(RootError::Flat { from: points[from].0, to });
    }
    let mut roots = Vec::new();
    for pair in points.windows(2) {
        if pair[0].1 * pair[1].1 < 0.0 {
            roots.push(find_root(&f, pair[0].0, pair[1].0, tolerance)?);
        } else if pair[0].1 == 0.0 {
            roots.push(pair[0].0);
        }
    }
    roots.extend(points.last().filter(|(_, y)| *y == 0.0).map(|(x, _)| *x));
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::math::{exp, ln};

    #[test]
    fn known_roots() {
        // Hand-worked: ln 2; √2; the triple root of (x − 1)³, where secants crawl; an end that is the root.
        let log = find_root(|x| exp(x) - 2.0, 0.0, 10.0, 0.0).unwrap();
        assert!((log - ln(2.0)).abs() <= 4.0 * f64::EPSILON);
        let square = find_root(|x| x * x - 2.0, 0.0, 2.0, 0.0).unwrap();
        assert!((square - 2.0_f64.sqrt()).abs() <= 8.0 * f64::EPSILON);
        let mut calls = 0;
        let cube = |x: f64| {
            calls += 1;
            (x - 1.0).powi(3)
        };
        assert!((find_root(cube, -7.0, 11.5, 1e-9).unwrap() - 1.0).abs() < 1e-9);
        assert!(calls < 200, "{calls}");
        assert_eq!(find_root(|x| x, 0.0, 1.0, 0.0), Ok(0.0));
        let down = find_root(|x| 1.0 / x - 4.0, 0.01, 100.0, 0.0).unwrap();
        assert!((down - 0.25).abs() <= 4.0 * f64::EPSILON);
    }

    #[test]
    fn reasons_to_refuse() {
        assert!(matches!(find_root(|x| x * x + 1.0, -1.0, 1.0, 0.0), Err(RootError::NoSignChange { .. })));
        assert!(matches!(find_root(|x| x, 1.0, 0.0, 0.0), Err(RootError::Bracket { .. })));
        assert!(matches!(find_root(|x| x, f64::NAN, 0.0, 0.0), Err(RootError::Bracket { .. })));
        assert!(matches!(find_root(|_| f64::NAN, 0.0, 1.0, 0.0), Err(RootError::NotFinite { .. })));
    }

    #[test]
    fn all_roots() {
        // Hand-worked: x² − 1; the distance beyond [−1, 1] is nought in between; no root; a root at an end.
        let both = find_roots(|x| x * x - 1.0, -2.5, 2.0, 0.0, 10).unwrap();
        assert_eq!(both.len(), 2);
        assert!((both[0] + 1.0).abs() < 1e-15 && (both[1] - 1.0).abs() < 1e-15, "{both:?}");
        let level = find_roots(|x: f64| x - x.clamp(-1.0, 1.0), -2.0, 2.0, 0.0, 8);
        assert_eq!(level, Err(RootError::Flat { from: -1.0, to: 1.0 }));
        assert_eq!(find_roots(|x| x, 1.0, 2.0, 0.0, 4), Ok(Vec::new()));
        assert_eq!(find_roots(|x: f64| x - 0.25, 0.0, 1.0, 0.0, 4), Ok(vec![0.25]));
        assert_eq!(find_roots(|x: f64| x - 1.0, 0.0, 1.0, 0.0, 4), Ok(vec![1.0]));
        assert!(matches!(find_roots(|x| x, 1.0, 0.0, 0.0, 4), Err(RootError::Bracket { .. })));
        assert!(matches!(find_roots(|_| f64::NAN, 0.0, 1.0, 0.0, 4), Err(RootError::NotFinite { .. })));
    }
}
