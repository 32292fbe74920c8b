//! A function made of straight pieces, found by asking for its values.

use crate::pricing::black_scholes::Lognormal;
use crate::random::math;

/// Deviations of the logarithm at which the first and the last piece are taken: beyond them they go on.
const ENDS: [f64; 4] = [-6.0, -5.0, 5.0, 6.0];
/// Most values asked for.
const MOST: u32 = 64;
/// How close to a line a value lies on it, relative to the values compared.
const ROUNDING: f64 = 1e-8;
/// A piece's own line is taken over this part of the place where it was met.
const STEP: f64 = 1.0 + 1.0 / 1024.0;
/// Stretches no longer than this hold a jump.
const JUMP: f64 = 1.0 + 1e-7;

/// A function of a lognormal variable of mean 1, in straight pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Straight {
    /// Where each begins, ascending; the first at 0, the last goes on for ever.
    pieces: Vec<(f64, Line)>,
    open: Vec<Task>,
}

/// A straight line through a point.
#[derive(Clone, Copy, Debug)]
struct Line {
    x: f64,
    y: f64,
    slope: f64,
}

/// What is left to find.
#[derive(Clone, Copy, Debug)]
enum Task {
    /// How the function goes from its line at one place to its line at a higher one.
    Between(Line, Line),
    /// Another line begins here.
    Turn(f64, Line),
}

impl Line {
    fn through((x, y): (f64, f64), (x2, y2): (f64, f64)) -> Self {
        Self { x, y, slope: (y2 - y) / (x2 - x) }
    }

    fn at(&self, x: f64) -> f64 {
        self.y + self.slope * (x - self.x)
    }

    fn moved(&self, x: f64) -> Self {
        Self { x, y: self.at(x), slope: self.slope }
    }

    /// Where it meets another line.
    fn crossing(&self, other: &Line) -> f64 {
        (other.at(0.0) - self.at(0.0)) / (self.slope - other.slope)
    }
}

impl Straight {
    /// Finds the pieces of `function` of a lognormal variable with mean 1 and this deviation of its logarithm, above
    /// 0. Two lines meet where the function has a kink; where it is on neither, a third line lies between. A jump is
    /// closed in on by halving. What is bent is followed by some 20 chords.
    pub(super) fn find(&mut self, deviation: f64, mut function: impl FnMut(f64) -> f64) {
        let ends = ENDS.map(|z| {
            let x = math::exp(deviation * (z - 0.5 * deviation));
            (x, function(x))
        });
        let mut asked = 4;
        let (first, last) = (Line::through(ends[1], ends[0]), Line::through(ends[2], ends[3]));
        let least = ends[0].1.abs();
        let close = |a: f64, b: f64| (a - b).abs() <= ROUNDING * (a.abs() + b.abs() + least);
        self.pieces.clear();
        self.pieces.push((0.0, first));
        self.open.clear();
        self.open.push(Task::Between(first, last));
        while let Some(task) = self.open.pop() {
            let (a, b) = match task {
                Task::Between(a, b) if asked < MOST && b.x > a.x * JUMP => (a, b),
                Task::Between(a, b) => {
                    self.pieces.push((libm::sqrt(a.x * b.x), b));
                    continue;
                }
                Task::Turn(x, line) => {
                    self.pieces.push((x, line));
                    continue;
                }
            };
            let crossing = a.crossing(&b);
            let inside = crossing > a.x * JUMP && crossing * JUMP < b.x;
            let x = if inside { crossing } else { libm::sqrt(a.x * b.x) };
            let y = function(x);
            asked += 1;
            match (close(y, a.at(x)), close(y, b.at(x))) {
                (true, true) => self.pieces.push((x, b)),
                (true, false) => self.open.push(Task::Between(a.moved(x), b)),
                (false, true) => self.open.push(Task::Between(a, b.moved(x))),
                (false, false) => {
                    let [left, right] = [x / STEP, x * STEP].map(|near| (near, function(near)));
                    asked += 2;
                    let (before, after) = (Line::through((x, y), left), Line::through((x, y), right));
                    self.open.push(Task::Between(after, b));
                    self.open.push(Task::Turn(x, after));
                    self.open.push(Task::Between(a, before));
                }
            }
        }
    }

    /// Its mean under the law for which it was found, by the partial moments of Black and Scholes.
    pub(super) fn mean(&self, law: &Lognormal) -> f64 {
        let mut sum = 0.0;
        let (mut chance, mut part) = (1.0, 1.0);
        for (place, (_, line)) in self.pieces.iter().enumerate() {
            let (chance_after, part_after) = match self.pieces.get(place + 1) {
                Some((next, _)) => (law.probability_above(*next), law.value_above(*next)),
                None => (0.0, 0.0),
            };
            sum += line.at(0.0) * (chance - chance_after) + line.slope * (part - part_after);
            (chance, part) = (chance_after, part_after);
        }
        sum
    }

    /// The function at `x`.
    pub(super) fn at(&self, x: f64) -> f64 {
        let after = self.pieces.partition_point(|(from, _)| *from <= x);
        self.pieces[after.max(1) - 1].1.at(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean that is found, the values asked for, and the law.
    fn found(deviation: f64, function: impl Fn(f64) -> f64) -> (f64, u32, Straight) {
        let mut asked = 0;
        let mut straight = Straight::default();
        straight.find(deviation, |x| {
            asked += 1;
            function(x)
        });
        (straight.mean(&Lognormal::new(1.0, 1.0, deviation).unwrap()), asked, straight)
    }

    /// Formula: a debt of 0.5, a right to a fifth of what exceeds 1.5, and a call, each by Black (1976).
    #[test]
    fn kinks_are_found_and_priced_by_formula() {
        for deviation in [0.05, 0.4, 0.9, 2.0] {
            let law = Lognormal::new(1.0, 1.0, deviation).unwrap();
            let debt = |x: f64| x.min(0.5) + 0.2 * (x - 1.5).max(0.0);
            let expected = 1.0 - law.call(0.5) + 0.2 * law.call(1.5);
            let (mean, asked, straight) = found(deviation, debt);
            assert!((mean - expected).abs() < 1e-9, "{deviation}: {mean} {expected}");
            assert!(asked <= 12, "{asked}");
            for x in [0.01, 0.3, 0.6, 1.0, 1.4, 1.6, 7.0] {
                // A kink that the law never reaches is not looked for.
                if (math::ln(x) / deviation).abs() < 5.0 {
                    assert!((straight.at(x) - debt(x)).abs() < 1e-9, "{deviation} {x}");
                }
            }
        }
    }

    /// Formula: one unit above 1.2, by the cash-or-nothing option.
    #[test]
    fn a_jump_is_closed_in_on() {
        let law = Lognormal::new(1.0, 1.0, 0.7).unwrap();
        let (mean, asked, _) = found(0.7, |x| if x < 1.2 { x } else { x + 1.0 });
        let expected = 1.0 + law.probability_above(1.2);
        assert!((mean - expected).abs() < 1e-6, "{mean} {expected}");
        assert!(asked <= MOST + 2, "{asked}");
    }

    /// A straight function takes five values; its mean is that at the mean.
    #[test]
    fn one_line_is_one_piece() {
        let (mean, asked, _) = found(0.8, |x| 3.0 - 2.0 * x);
        assert!((mean - 1.0).abs() < 1e-12);
        assert_eq!(asked, 5);
    }

    /// E √X = exp(−s²/8) for a lognormal of mean 1: chords come near it.
    #[test]
    fn a_curve_is_followed_by_chords() {
        let (mean, asked, _) = found(0.8, libm::sqrt);
        assert!((mean - math::exp(-0.08)).abs() < 1e-3, "{mean}");
        assert!(asked <= MOST + 2, "{asked}");
    }
}
