//! The right to stop at one of several dates, by simulation: a value that is too low and one that is too high.
//!
//! A rule learnt by regression on one set of paths is followed on other paths: whatever it earns there is at most
//! the best that can be earned, so its mean is a lower bound ([`lower_bound`]). Prices on the learning paths would
//! be too high, since the rule knows them; that is why learning and pricing take different streams. The same rule
//! gives a martingale that hedges the right; what hindsight could still earn after that hedge is an upper bound
//! ([`upper_bound`]). A good rule leaves little between the two; the truth lies between them but for their errors.
//!
//! Sources: Longstaff and Schwartz (2001), "Valuing American options by simulation", Review of Financial Studies 14;
//! Andersen and Broadie (2004), "Primal-dual simulation algorithm for pricing multidimensional American options",
//! Management Science 50.

use thiserror::Error;

use super::regression::least_squares;
use crate::random::{Stream, Uniforms};
use crate::statistics::Moments;

/// Somebody may stop at one of a number of dates and take a payoff then.
///
/// Dates count from 0; the start is not one of them. All payoffs are discounted to the start.
pub trait Stopping {
    /// All that is known at a date.
    type State: Copy;

    /// Number of dates, at least 1.
    fn dates(&self) -> u32;

    /// Draws needed from one date to the next.
    fn draws(&self) -> u32;

    /// The state at the start.
    fn start(&self) -> Self::State;

    /// The state at `date` from the one before, from as many uniforms as [`Stopping::draws`] says.
    fn next(&self, date: u32, before: &Self::State, uniforms: &[f64]) -> Self::State;

    /// What stopping gives, discounted to the start; where it is 0 or less nobody stops.
    fn payoff(&self, date: u32, state: &Self::State) -> f64;

    /// Adds to `out` the functions of the state whose weighted sum is to tell what going on is worth: always the same
    /// number of them, all finite.
    fn basis(&self, date: u32, state: &Self::State, out: &mut Vec<f64>);
}

/// Why there is no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StoppingError {
    /// Nothing to decide.
    #[error("there must be at least one date on which to stop")]
    NoDates,
    /// Not enough paths for an error.
    #[error("at least {least} paths are needed, got {paths}")]
    FewPaths {
        /// Needed.
        least: u32,
        /// Given.
        paths: u32,
    },
    /// A payoff or a function of the basis is not a finite number, or there are more of them on some paths.
    #[error("on date {date} a payoff or basis function is not a finite number, or their number changes")]
    Broken {
        /// The date, from 0.
        date: u32,
    },
    /// A payoff on a path of pricing is not a finite number.
    #[error("path {path} earns no finite number")]
    NotFinite {
        /// The path, from 0.
        path: usize,
    },
}

/// When to stop: where the payoff is at least the weighted sum of the basis.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Weights a date; none on the last (stop if it pays) and where too few paths were in the money (go on).
    weights: Vec<Option<Vec<f64>>>,
}

impl Rule {
    /// Dates but the last on which the rule never stops, because fewer paths than twice the basis were in the money.
    #[must_use]
    pub fn dates_without_rule(&self) -> usize {
        let early = self.weights.len().saturating_sub(1);
        self.weights.iter().take(early).filter(|weights| weights.is_none()).count()
    }

    /// The payoff if the rule stops; NaN, which spreads, if the payoff is no finite number.
    fn stops<P: Stopping>(
        &self,
        problem: &P,
        date: u32,
        state: &P::State,
        basis: &mut Vec<f64>,
    ) -> Option<f64> {
        let payoff = problem.payoff(date, state);
        if !payoff.is_finite() {
            return Some(f64::NAN);
        }
        if payoff <= 0.0 {
            return None;
        }
        if date + 1 == problem.dates() {
            return Some(payoff);
        }
        let weights = self.weights.get(date as usize)?.as_ref()?;
        basis.clear();
        problem.basis(date, state, basis);
        let going_on: f64 = weights.iter().zip(basis.iter()).map(|(w, f)| w * f).sum();
        (payoff >= going_on).then_some(payoff)
    }
}

/// A walker along one path.
struct Walker<'a, P: Stopping, U: Uniforms> {
    problem: &'a P,
    source: &'a U,
    uniforms: Vec<f64>,
    basis: Vec<f64>,
}

impl<'a, P: Stopping, U: Uniforms> Walker<'a, P, U> {
    fn new(problem: &'a P, source: &'a U) -> Self {
        Self { problem, source, uniforms: vec![0.0; problem.draws() as usize], basis: Vec::new() }
    }

    fn step(&mut self, path: u64, date: u32, state: &P::State) -> P::State {
        for (draw, u) in (date * self.problem.draws()..).zip(&mut self.uniforms) {
            *u = self.source.uniform(path, draw);
        }
        self.problem.next(date, state, &self.uniforms)
    }

    /// What the rule earns from `date` on, starting from the state before it.
    fn follow(&mut self, rule: &Rule, path: u64, date: u32, before: P::State) -> f64 {
        let mut state = before;
        for date in date..self.problem.dates() {
            state = self.step(path, date, &state);
            if let Some(payoff) = rule.stops(self.problem, date, &state, &mut self.basis) {
                return payoff;
            }
        }
        0.0
    }
}

fn check<P: Stopping>(problem: &P, paths: u32, least: u32) -> Result<(), StoppingError> {
    if problem.dates() == 0 {
        return Err(StoppingError::NoDates);
    }
    if paths < least { Err(StoppingError::FewPaths { least, paths }) } else { Ok(()) }
}

/// Learns a rule on `paths` paths of `source`, from the last date back: at each date what the path earns by going on
/// is regressed on the basis, over the paths that are in the money.
///
/// # Errors
///
/// [`StoppingError`] without dates, with no path, or where payoffs or basis are not finite.
pub fn learn<P: Stopping>(problem: &P, source: &impl Uniforms, paths: u32) -> Result<Rule, StoppingError> {
    check(problem, paths, 1)?;
    let dates = problem.dates();
    let mut walker = Walker::new(problem, source);
    let mut states: Vec<Vec<P::State>> = vec![Vec::with_capacity(paths as usize); dates as usize];
    for path in 0..u64::from(paths) {
        let mut state = problem.start();
        for (date, column) in (0..).zip(&mut states) {
            state = walker.step(path, date, &state);
            column.push(state);
        }
    }
    let mut rule = Rule { weights: vec![None; dates as usize] };
    let mut earned = vec![0.0; paths as usize];
    for (date, column) in (0..dates).zip(&states).rev() {
        if date + 1 < dates {
            rule.weights[date as usize] = regress(problem, date, column, &earned)?;
        }
        for (state, earned) in column.iter().zip(&mut earned) {
            if let Some(payoff) = rule.stops(problem, date, state, &mut walker.basis) {
                if !payoff.is_finite() {
                    return Err(StoppingError::Broken { date });
                }
                *earned = payoff;
            }
        }
    }
    Ok(rule)
}

/// Weights of the basis at one date; none where fewer paths than twice the basis are in the money.
fn regress<P: Stopping>(
    problem: &P,
    date: u32,
    states: &[P::State],
    earned: &[f64],
) -> Result<Option<Vec<f64>>, StoppingError> {
    let (mut rows, mut y) = (Vec::new(), Vec::new());
    let mut columns = 0;
    for (state, earned) in states.iter().zip(earned) {
        if problem.payoff(date, state) > 0.0 {
            let before = rows.len();
            problem.basis(date, state, &mut rows);
            let added = rows.len() - before;
            if (columns != 0 && added != columns) || !rows[before..].iter().all(|f| f.is_finite()) {
                return Err(StoppingError::Broken { date });
            }
            columns = added;
            y.push(*earned);
        }
    }
    let enough = columns > 0 && y.len() >= 2 * columns;
    Ok(enough.then(|| least_squares(rows, y, columns)))
}

/// Mean of what `rule` earns on `paths` paths of `source`, which must not be the ones it was learnt on: the true value
/// is at least this, but for the error of the mean.
///
/// # Errors
///
/// [`StoppingError`] without dates or with fewer than 2 paths.
pub fn lower_bound<P: Stopping>(
    problem: &P,
    rule: &Rule,
    source: &Stream,
    paths: u32,
) -> Result<Bound, StoppingError> {
    check(problem, paths, 2)?;
    let mut walker = Walker::new(problem, source);
    let earned: Vec<f64> =
        (0..u64::from(paths)).map(|path| walker.follow(rule, path, 0, problem.start())).collect();
    bound(&earned)
}

/// A mean over independent paths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
}

fn bound(column: &[f64]) -> Result<Bound, StoppingError> {
    if let Some(path) = column.iter().position(|earned| !earned.is_finite()) {
        return Err(StoppingError::NotFinite { path });
    }
    let moments = Moments::of(column);
    let paths = u32::try_from(column.len()).unwrap_or(u32::MAX);
    let few = StoppingError::FewPaths { least: 2, paths };
    Ok(Bound { mean: moments.mean().ok_or(few)?, standard_error: moments.standard_error().ok_or(few)? })
}

/// How many paths an upper bound takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nested {
    /// Paths over which hindsight is averaged, at least 2.
    pub outer: u32,
    /// Paths from each date of each of them, at least 1: the fewer, the higher the bound.
    pub inner: u32,
}

/// Mean over `nested.outer` paths of the best that hindsight could earn after the hedge that `rule` implies: the true
/// value is at most this, but for the error of the mean. Inner paths come from `inner_source`.
///
/// With L the value of following the rule, the hedge gains M(k) − M(k − 1) = L(k) − E[L(k) seen from k − 1], both
/// expectations by inner paths; the bound is E[max over k of payoff(k) − M(k)] (Andersen and Broadie, section 3).
/// Errors of the inner means raise it, never lower it.
///
/// # Errors
///
/// [`StoppingError`] without dates, with fewer than 2 outer paths or without inner ones.
pub fn upper_bound<P: Stopping>(
    problem: &P,
    rule: &Rule,
    source: &Stream,
    inner_source: &Stream,
    nested: Nested,
) -> Result<Bound, StoppingError> {
    check(problem, nested.outer, 2)?;
    check(problem, nested.inner, 1)?;
    let dates = problem.dates();
    let mut walker = Walker::new(problem, source);
    let mut inner = Walker::new(problem, inner_source);
    // What following the rule from the date after is worth: a mean over inner paths of their own.
    let mut going_on = |outer: u64, next: u32, state: P::State| {
        let first = (outer * (u64::from(dates) + 1) + u64::from(next)) * u64::from(nested.inner);
        let sum: f64 =
            (first..first + u64::from(nested.inner)).map(|path| inner.follow(rule, path, next, state)).sum();
        sum / f64::from(nested.inner)
    };
    let best: Vec<f64> = (0..u64::from(nested.outer))
        .map(|outer| {
            let mut state = problem.start();
            let mut expected = going_on(outer, 0, state);
            let mut gained = 0.0;
            let mut best = f64::NEG_INFINITY;
            for date in 0..dates {
                state = walker.step(outer, date, &state);
                let after = if date + 1 < dates { going_on(outer, date + 1, state) } else { 0.0 };
                let following = rule.stops(problem, date, &state, &mut walker.basis).unwrap_or(after);
                gained += following - expected;
                best = best.max(problem.payoff(date, &state).max(0.0) - gained);
                expected = after;
            }
            if gained.is_finite() { best } else { f64::NAN }
        })
        .collect();
    bound(&best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::math::{exp, normal_quantile};

    /// A put on one value, 50 dates a year (Longstaff and Schwartz 2001, table 1): K = 40, r = 6 %.
    struct Put {
        spot: f64,
        volatility: f64,
        years: u32,
    }

    impl Put {
        const DT: f64 = 1.0 / 50.0;
    }

    impl Stopping for Put {
        type State = f64;

        fn dates(&self) -> u32 {
            50 * self.years
        }

        fn draws(&self) -> u32 {
            1
        }

        fn start(&self) -> f64 {
            self.spot
        }

        fn next(&self, _: u32, before: &f64, uniforms: &[f64]) -> f64 {
            let drift = (0.06 - 0.5 * self.volatility * self.volatility) * Self::DT;
            before * exp(drift + self.volatility * Self::DT.sqrt() * normal_quantile(uniforms[0]))
        }

        fn payoff(&self, date: u32, state: &f64) -> f64 {
            exp(-0.06 * Self::DT * f64::from(date + 1)) * (40.0 - state)
        }

        fn basis(&self, _: u32, state: &f64, out: &mut Vec<f64>) {
            let x = state / 40.0;
            out.extend([1.0, x, x * x, x * x * x]);
        }
    }

    /// A call on the larger of two values, nine dates over three years: K = 100, r = 5 %, yield 10 %, σ = 20 %.
    struct MaxCall {
        spot: f64,
    }

    impl Stopping for MaxCall {
        type State = [f64; 2];

        fn dates(&self) -> u32 {
            9
        }

        fn draws(&self) -> u32 {
            2
        }

        fn start(&self) -> [f64; 2] {
            [self.spot; 2]
        }

        fn next(&self, _: u32, before: &[f64; 2], uniforms: &[f64]) -> [f64; 2] {
            let dt: f64 = 1.0 / 3.0;
            let step =
                |s: f64, u: f64| s * exp((0.05 - 0.1 - 0.02) * dt + 0.2 * dt.sqrt() * normal_quantile(u));
            [step(before[0], uniforms[0]), step(before[1], uniforms[1])]
        }

        fn payoff(&self, date: u32, state: &[f64; 2]) -> f64 {
            exp(-0.05 * f64::from(date + 1) / 3.0) * (state[0].max(state[1]) - 100.0)
        }

        fn basis(&self, _: u32, state: &[f64; 2], out: &mut Vec<f64>) {
            let (x, y) = (state[0].max(state[1]) / 100.0, state[0].min(state[1]) / 100.0);
            out.extend([1.0, x, x * x, x * x * x, y, y * y, x * y, x * x * y, x * y * y]);
        }
    }

    fn streams() -> [Stream; 4] {
        ["learn", "price", "outer", "inner"].map(|name| Stream::new(2001, name))
    }

    #[test]
    fn puts_of_the_paper() {
        // Cases `ls2001-put-*`: the Bermudan value with 50 dates a year by a fine grid (not the American one, which is
        // what the paper's column is often taken for). The tolerance of the cases is 0.002 and 4 standard errors.
        let [learning, pricing, ..] = streams();
        for (spot, volatility, years, exact) in [
            (38.0, 0.2, 2, 3.744_759_278_31),
            (40.0, 0.2, 2, 2.884_559_151_82),
            (40.0, 0.4, 1, 5.311_965_614_64),
            (42.0, 0.2, 1, 1.616_976_632_77),
            (42.0, 0.4, 1, 4.582_468_437_71),
            (44.0, 0.2, 1, 1.109_867_930_91),
            (44.0, 0.2, 2, 1.689_827_584_78),
            (44.0, 0.4, 1, 3.947_686_418_58),
        ] {
            let put = Put { spot, volatility, years };
            let rule = learn(&put, &learning, 10_000).unwrap();
            let value = lower_bound(&put, &rule, &pricing, 20_000).unwrap();
            assert!(
                (value.mean - exact).abs() < 0.002 + 4.0 * value.standard_error,
                "{value:?} against {exact}"
            );
        }
    }

    #[test]
    fn bounds_of_a_call_on_the_larger_of_two() {
        // Cases `bermudan-maxcall2-*`: Andersen and Broadie (2004), Glasserman (2004) p. 462, by lattices 8.0728,
        // 13.9018, 21.3438. Each bound may miss by 4 of its standard errors: a false alarm once in 10,000.
        let [learning, pricing, outer, inner] = streams();
        for (spot, exact) in [(90.0, 8.0728), (100.0, 13.9018), (110.0, 21.343_778_867_7)] {
            let call = MaxCall { spot };
            let rule = learn(&call, &learning, 10_000).unwrap();
            assert_eq!(rule.dates_without_rule(), 0);
            let low = lower_bound(&call, &rule, &pricing, 40_000).unwrap();
            let nested = Nested { outer: 200, inner: 100 };
            let high = upper_bound(&call, &rule, &outer, &inner, nested).unwrap();
            assert!(low.mean - 4.0 * low.standard_error < exact, "{low:?} against {exact}");
            assert!(high.mean + 4.0 * high.standard_error > exact, "{high:?} against {exact}");
            // The rule is good: Andersen and Broadie find bounds less than 1 % apart here.
            assert!(high.mean - low.mean < 0.01 * exact + 4.0 * (low.standard_error + high.standard_error));
        }
    }

    /// A certain payoff that falls by one each date.
    struct Melting {
        dates: u32,
    }

    impl Stopping for Melting {
        type State = f64;

        fn dates(&self) -> u32 {
            self.dates
        }

        fn draws(&self) -> u32 {
            0
        }

        fn start(&self) -> f64 {
            6.0
        }

        fn next(&self, _: u32, before: &f64, _: &[f64]) -> f64 {
            before - 1.0
        }

        fn payoff(&self, _: u32, state: &f64) -> f64 {
            *state
        }

        fn basis(&self, _: u32, state: &f64, out: &mut Vec<f64>) {
            out.extend([1.0, *state]);
        }
    }

    #[test]
    fn limits() {
        // Hand-worked: what melts is taken at once, and hindsight knows no better.
        let [learning, pricing, outer, inner] = streams();
        let melting = Melting { dates: 4 };
        let rule = learn(&melting, &learning, 10).unwrap();
        assert_eq!(lower_bound(&melting, &rule, &pricing, 10).unwrap().mean.to_bits(), 5.0_f64.to_bits());
        let high = upper_bound(&melting, &rule, &outer, &inner, Nested { outer: 2, inner: 1 }).unwrap();
        assert_eq!(high.mean.to_bits(), 5.0_f64.to_bits());
        // With too few paths there is no rule but to wait.
        assert_eq!(learn(&melting, &learning, 3).unwrap().dates_without_rule(), 3);
        assert_eq!(learn(&Melting { dates: 0 }, &learning, 10), Err(StoppingError::NoDates));
        assert_eq!(learn(&melting, &learning, 0), Err(StoppingError::FewPaths { least: 1, paths: 0 }));
        assert!(lower_bound(&melting, &rule, &pricing, 1).is_err());
        assert!(upper_bound(&melting, &rule, &outer, &inner, Nested { outer: 2, inner: 0 }).is_err());
        let broken = Put { spot: f64::NAN, volatility: 0.2, years: 1 };
        assert!(matches!(learn(&broken, &learning, 100), Err(StoppingError::Broken { .. })));
        let good = learn(&Put { spot: 40.0, ..broken }, &learning, 100).unwrap();
        assert_eq!(lower_bound(&broken, &good, &pricing, 10), Err(StoppingError::NotFinite { path: 0 }));
        let nested = Nested { outer: 2, inner: 1 };
        assert!(upper_bound(&broken, &good, &outer, &inner, nested).is_err());
    }
}
