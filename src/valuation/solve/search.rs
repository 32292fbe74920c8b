//! The search: a grid that shows whether there is one answer, then the answer and its error.

use super::super::estimate::Estimate;
use crate::pricing::root::find_root;

/// How far apart, as a share of the larger end, two figures are at least told.
const FINEST: f64 = 1e-9;
/// How far to either side, as a share of the piece of the grid, the slope is at least taken: figures have 12 digits.
const NARROWEST: f64 = 1e-3;
/// The tolerance of the answer as a share of its standard error.
const TOLERANCE: f64 = 0.1;
/// Times that the tolerance is made finer.
const MOST_ROUNDS: u32 = 4;

/// What the scenario gives at one figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The figure.
    pub at: f64,
    /// The metric there.
    pub metric: f64,
    /// What the metric has above the target.
    pub gap: Estimate,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// The figure.
    pub figure: f64,
    /// Its standard error by the delta method: that of the gap over the slope.
    pub standard_error: f64,
    /// The metric there, of the last evaluation.
    pub metric: f64,
    /// What is left of the gap there, and its standard error.
    pub gap: (f64, f64),
    /// Change of the metric for one unit of the figure there, and its standard error on the same paths.
    pub slope: (f64, f64),
}

/// Why there is no one answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// The target is above or below all that was seen.
    NotReached,
    /// The metric hardly depends on the figure between these two: its slope cannot be told from 0.
    Flat {
        /// Lower end.
        from: f64,
        /// Upper end.
        to: f64,
    },
    /// Several figures are answers.
    Several(Vec<f64>),
    /// There is one answer among what was seen, but the metric turns around, so that there may be more.
    Turns {
        /// The answer seen.
        answer: f64,
        /// Where it turns.
        near: f64,
    },
    /// The metric jumps over the target.
    Jumps {
        /// Where.
        at: f64,
    },
    /// The metric is undefined at a figure.
    Undefined {
        /// The figure.
        at: f64,
    },
}

/// Why a search stopped.
#[derive(Debug)]
pub enum Stop<E> {
    /// There is no one answer.
    Refused(Refusal),
    /// An evaluation failed.
    Failed(E),
}

impl<E> From<Refusal> for Stop<E> {
    fn from(refusal: Refusal) -> Self {
        Stop::Refused(refusal)
    }
}

/// A search and all it has seen.
pub struct Search<F> {
    evaluate: F,
    step: f64,
    /// What was seen, by rising figure.
    pub points: Vec<Point>,
}

impl<E, F: FnMut(&[f64]) -> Result<Vec<Point>, E>> Search<F> {
    /// A search by evaluations of several figures at once. Figures are multiples of `step`, if it is above 0.
    pub fn new(evaluate: F, step: f64) -> Self {
        Self { evaluate, step, points: Vec::new() }
    }

    /// Finds the figure where the gap is 0. The stages are looked at one after the other, until the target lies
    /// between two figures seen.
    ///
    /// # Errors
    /// A refusal, unless there is one answer that the paths can tell, or the evaluation's own error.
    pub fn solve(&mut self, stages: &[Vec<f64>]) -> Result<Solution, Stop<E>> {
        for stage in stages {
            self.look_at(stage)?;
            if !self.crossings().is_empty() {
                break;
            }
        }
        let (lower, upper) = self.only_crossing()?;
        self.answer(lower, upper)
    }

    /// Evaluates what has not been yet.
    fn look_at(&mut self, figures: &[f64]) -> Result<(), Stop<E>> {
        let mut fresh: Vec<f64> = figures.iter().map(|&figure| self.rounded(figure)).collect();
        fresh.retain(|figure| self.seen(*figure).is_none());
        fresh.sort_by(f64::total_cmp);
        fresh.dedup();
        if fresh.is_empty() {
            return Ok(());
        }
        let found = (self.evaluate)(&fresh).map_err(Stop::Failed)?;
        self.points.extend(found);
        self.points.sort_by(|a, b| a.at.total_cmp(&b.at));
        match self
            .points
            .iter()
            .find(|point| !(point.gap.value.is_finite() && point.gap.standard_error.is_finite()))
        {
            Some(point) => Err(Refusal::Undefined { at: point.at }.into()),
            None => Ok(()),
        }
    }

    fn rounded(&self, figure: f64) -> f64 {
        if self.step > 0.0 { libm::round(figure / self.step) * self.step } else { figure }
    }

    fn seen(&self, figure: f64) -> Option<&Point> {
        let wanted = self.rounded(figure).to_bits();
        self.points.iter().find(|point| point.at.to_bits() == wanted)
    }

    /// Neighbours between which the gap changes sign. A gap of just 0 belongs to the pair after it.
    fn crossings(&self) -> Vec<(f64, f64)> {
        let last = self.points.len().saturating_sub(2);
        let crosses = |(index, pair): (usize, &[Point])| {
            let (a, b) = (pair[0].gap.value, pair[1].gap.value);
            let crossed = (a <= 0.0 && b > 0.0) || (a >= 0.0 && b < 0.0);
            (crossed || (index == last && b == 0.0)).then_some((pair[0].at, pair[1].at))
        };
        self.points.windows(2).enumerate().filter_map(crosses).collect()
    }

    /// Figures after which the metric turns around, by steps that can be told from 0.
    fn turns(&self) -> Vec<f64> {
        let mut direction = 0.0;
        let mut turns = Vec::new();
        for pair in self.points.windows(2) {
            let rise = pair[1].gap.minus(&pair[0].gap);
            if rise.is_not_zero() {
                if rise.value * direction < 0.0 {
                    turns.push(pair[0].at);
                }
                direction = rise.value;
            }
        }
        turns
    }

    /// The only pair of neighbours with an answer between them, if the metric is monotone and not flat.
    fn only_crossing(&mut self) -> Result<(f64, f64), Stop<E>> {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else {
            return Err(Refusal::NotReached.into());
        };
        if !self.points.iter().any(|point| point.gap.minus(&first.gap).is_not_zero()) {
            return Err(Refusal::Flat { from: first.at, to: last.at }.into());
        }
        let is_zero = |point: &Point| point.gap.value == 0.0;
        if let Some(pair) = self.points.windows(2).find(|pair| pair.iter().all(is_zero)) {
            return Err(Refusal::Flat { from: pair[0].at, to: pair[1].at }.into());
        }
        let (crossings, turns) = (self.crossings(), self.turns());
        match (crossings.as_slice(), turns.first()) {
            ([], _) => Err(Refusal::NotReached.into()),
            ([only], None) => Ok(*only),
            ([(lower, upper)], Some(&near)) => {
                let answer = self.root(*lower, *upper, (upper - lower) * 0.01)?;
                Err(Refusal::Turns { answer, near }.into())
            }
            // It goes up and down by no more than chance.
            ([(from, _), .., (_, to)], None) => Err(Refusal::Flat { from: *from, to: *to }.into()),
            (several, Some(_)) => {
                let mut roots = Vec::new();
                for (lower, upper) in several {
                    roots.push(self.root(*lower, *upper, (upper - lower) * 0.01)?);
                }
                Err(Refusal::Several(roots).into())
            }
        }
    }

    /// The figure where the gap changes sign, to within a tolerance.
    fn root(&mut self, lower: f64, upper: f64, tolerance: f64) -> Result<f64, Stop<E>> {
        let tolerance = tolerance.max(0.5 * self.step);
        let mut stopped = None;
        let gap = |figure: f64| match self.look_at(&[figure]) {
            Ok(()) => self.seen(figure).map_or(f64::NAN, |point| point.gap.value),
            Err(stop) => {
                stopped.get_or_insert(stop);
                f64::NAN
            }
        };
        let found = find_root(gap, lower, upper, tolerance);
        match (found, stopped) {
            (_, Some(stop)) => Err(stop),
            (Ok(figure), None) => Ok(self.rounded(figure)),
            // Both ends are finite, in order and on two sides: only an undefined metric is left.
            (Err(_), None) => Err(Refusal::Undefined { at: lower }.into()),
        }
    }

    /// The answer between two neighbours: its tolerance is a tenth of its standard error at most.
    fn answer(&mut self, lower: f64, upper: f64) -> Result<Solution, Stop<E>> {
        let ends = (self.points.first().map_or(lower, |p| p.at), self.points.last().map_or(upper, |p| p.at));
        let floor = (FINEST * lower.abs().max(upper.abs())).max(self.step);
        let mut slope = match (self.seen(lower), self.seen(upper)) {
            (Some(a), Some(b)) => b.gap.minus(&a.gap).value / (upper - lower),
            _ => f64::NAN,
        };
        let error = self.seen(lower).map_or(0.0, |point| point.gap.standard_error) / slope.abs();
        let mut tolerance = (TOLERANCE * error).clamp(floor, floor.max(0.05 * (upper - lower)));
        for round in 1.. {
            let figure = self.root(lower, upper, tolerance)?;
            self.look_at(&[figure])?;
            let Some(point) = self.seen(figure).cloned() else { break };
            // Four standard errors to either side: the slope where the answer may be, not that of a kink beside it.
            let around = (4.0 * point.gap.standard_error / slope.abs())
                .max(10.0 * tolerance)
                .max(NARROWEST * (upper - lower));
            let (left, right) = ((figure - around).max(ends.0), (figure + around).min(ends.1));
            self.look_at(&[left, right])?;
            let (Some(a), Some(b)) = (self.seen(left), self.seen(right)) else { break };
            let (rise, run) = (b.gap.minus(&a.gap), b.at - a.at);
            if !rise.is_not_zero() {
                return Err(Refusal::Flat { from: a.at, to: b.at }.into());
            }
            slope = rise.value / run;
            let standard_error = point.gap.standard_error / slope.abs();
            if tolerance > floor && tolerance > TOLERANCE * standard_error && round < MOST_ROUNDS {
                tolerance = (TOLERANCE * standard_error).max(floor);
                continue;
            }
            if point.gap.value.abs() > point.gap.standard_error + 2.0 * slope.abs() * tolerance {
                return Err(Refusal::Jumps { at: figure }.into());
            }
            return Ok(Solution {
                figure,
                standard_error,
                metric: point.metric,
                gap: (point.gap.value, point.gap.standard_error),
                slope: (slope, rise.standard_error / run),
            });
        }
        Err(Refusal::Undefined { at: lower }.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A metric without noise.
    fn exact(metric: impl Fn(f64) -> f64) -> impl FnMut(&[f64]) -> Result<Vec<Point>, ()> {
        move |figures| {
            let point = |&at: &f64| Point { at, metric: metric(at), gap: Estimate::exact(metric(at)) };
            Ok(figures.iter().map(point).collect())
        }
    }

    fn grid(lower: f64, upper: f64) -> Vec<Vec<f64>> {
        vec![(0..=8).map(|i| lower + (upper - lower) * f64::from(i) / 8.0).collect()]
    }

    fn refusal(metric: impl Fn(f64) -> f64, stages: &[Vec<f64>]) -> Refusal {
        match Search::new(exact(metric), 0.0).solve(stages) {
            Err(Stop::Refused(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_answer_is_found_to_the_tolerance() {
        // Hand-worked: √2, slope 2√2.
        let found = Search::new(exact(|x| x * x - 2.0), 0.0).solve(&grid(0.0, 4.0)).unwrap();
        assert!((found.figure - 2.0_f64.sqrt()).abs() <= 4.0 * FINEST, "{found:?}");
        assert!((found.slope.0 - 8.0_f64.sqrt()).abs() < 1e-6, "{found:?}");
        // In whole steps 2 is nearest to where x² passes 3.
        let whole = Search::new(exact(|x| x * x - 3.0), 1.0).solve(&grid(0.0, 8.0)).unwrap();
        assert_eq!(whole.figure.to_bits(), 2.0_f64.to_bits());
        // The first stage does not reach 9; the second one does.
        let widened = Search::new(exact(|x| x - 9.0), 0.0).solve(&[vec![1.0, 2.0], vec![4.0, 16.0]]).unwrap();
        assert!((widened.figure - 9.0).abs() < 1e-6);
        // An answer at an end of what was seen.
        let end = Search::new(exact(|x| x - 4.0), 0.0).solve(&grid(0.0, 4.0)).unwrap();
        assert!((end.figure - 4.0).abs() <= 8.0 * FINEST);
    }

    #[test]
    fn what_has_no_single_answer_is_refused() {
        assert_eq!(refusal(|x| x + 1.0, &grid(0.0, 4.0)), Refusal::NotReached);
        assert_eq!(refusal(|_| 0.5, &grid(0.0, 4.0)), Refusal::Flat { from: 0.0, to: 4.0 });
        // Hand-worked: nought on [1, 2] and beyond it the distance to it.
        assert_eq!(refusal(|x| x - x.clamp(1.0, 2.0), &grid(0.0, 4.0)), Refusal::Flat { from: 1.0, to: 1.5 });
        // (x − 1)(x − 3): 1 and 3.
        let Refusal::Several(roots) = refusal(|x| (x - 1.0) * (x - 3.0), &grid(0.3, 4.1)) else { panic!() };
        assert!((roots[0] - 1.0).abs() < 0.01 && (roots[1] - 3.0).abs() < 0.01, "{roots:?}");
        // x(4 − x) − 1 on [0, 3.5] passes 0 once, at 2 − √3, and turns at 2.
        let Refusal::Turns { answer, near } = refusal(|x| x * (4.0 - x) - 1.0, &grid(0.0, 3.5)) else {
            panic!()
        };
        assert!(
            (answer - (2.0 - 3.0_f64.sqrt())).abs() < 0.01 && (1.5..=2.2).contains(&near),
            "{answer} {near}"
        );
        let Refusal::Jumps { at } = refusal(|x| if x < 1.3 { -1.0 } else { 1.0 }, &grid(0.0, 4.0)) else {
            panic!()
        };
        assert!((at - 1.3).abs() < 1e-6);
        let undefined = refusal(|x| if x > 3.0 { f64::NAN } else { x - 1.0 }, &grid(0.0, 4.0));
        assert_eq!(undefined, Refusal::Undefined { at: 3.5 });
    }

    #[test]
    fn noise_is_not_taken_for_an_answer() {
        // A gap of ±0.01 with a standard error of 0.05, shares without known paths: no step can be told from 0.
        let noisy = |figures: &[f64]| -> Result<Vec<Point>, ()> {
            let share = |at: f64| {
                if at < 2.0 { Estimate::share(49, 100) } else { Estimate::share(51, 100) }
            };
            let gap = |at: f64| share(at).minus(&Estimate::exact(0.5));
            Ok(figures.iter().map(|&at| Point { at, metric: share(at).value, gap: gap(at) }).collect())
        };
        let stopped = Search::new(noisy, 0.0).solve(&grid(0.0, 4.0));
        assert!(matches!(stopped, Err(Stop::Refused(Refusal::Flat { .. }))), "{stopped:?}");
    }
}
