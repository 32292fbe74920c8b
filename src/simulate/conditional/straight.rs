//! A function made of straight pieces, found by asking for its values.

use crate::pricing::black_scholes::Lognormal;
use crate::random::math;

/// Deviations of the logarithm at which the first and the last piece are taken: beyond them they go on.
const ENDS: [f64; 4] = [-6.0, -5.0, 5.0, 6.0];
/// Most values asked for.
const MOST: u32 = 40;
/// How close to a line a value lies on it, relative to the values compared.
const ROUNDING: f64 = 1e-8;
/// How far from where two lines meet it is looked whether they do.
const NEAR: f64 = 1.0 + 1.0 / 1024.0;
/// Stretches no longer than this hold a jump.
const JUMP: f64 = 1.0 + 1e-7;
/// What may stay unknown: its mean square, as a share of the square of the function where the variable is 1.
const ENOUGH: f64 = 1e-7;

/// A function of a lognormal variable of mean 1, in straight pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Straight {
    /// Where each begins, ascending; the first at 0, the last goes on for ever.
    pieces: Vec<(f64, Line)>,
    open: Vec<Between>,
}

/// A straight line through a point.
#[derive(Clone, Copy, Debug)]
struct Line {
    x: f64,
    y: f64,
    slope: f64,
}

/// A stretch from the point of one line to that of another, on both of which the function is; in between it is not known.
#[derive(Clone, Copy, Debug)]
struct Between {
    from: Line,
    to: Line,
    /// Largest distance of the two lines, squared, times the probability of the stretch; 0 where nothing is left to find.
    unknown: f64,
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
}

impl Between {
    fn new(from: Line, to: Line, law: &Lognormal) -> Self {
        let gap = (from.at(to.x) - to.y).abs().max((to.at(from.x) - from.y).abs());
        let chance = law.probability_above(from.x) - law.probability_above(to.x);
        let mut between = Self { from, to, unknown: gap * gap * chance };
        let met = between.crossing().is_some_and(|x| to.x <= x * NEAR * JUMP && x <= from.x * NEAR * JUMP);
        if met || to.x <= from.x * JUMP {
            between.unknown = 0.0;
        }
        between
    }

    /// Where the lines meet, if they do within the stretch.
    fn crossing(&self) -> Option<f64> {
        let Self { from, to, .. } = self;
        let x = (to.at(0.0) - from.at(0.0)) / (from.slope - to.slope);
        (from.x <= x && x <= to.x).then_some(x)
    }

    /// Where it is best looked what the function does: close to where the lines meet, on a side that has not been looked at; else half
    /// way. And a place beside it, for a line through both.
    fn look(&self) -> (f64, f64) {
        let Self { from, to, .. } = self;
        let (x, near) = match self.crossing() {
            Some(x) if to.x > x * NEAR * JUMP => (x * NEAR, x * NEAR * NEAR),
            Some(x) if x > from.x * NEAR * JUMP => (x / NEAR, x / NEAR / NEAR),
            _ => {
                let x = libm::sqrt(from.x * to.x);
                (x, x * NEAR)
            }
        };
        (x, near.clamp(libm::sqrt(from.x * x), libm::sqrt(x * to.x)))
    }
}

impl Straight {
    /// Finds the pieces of `function` of a lognormal variable with mean 1 and this deviation of its logarithm, above
    /// 0. Where the lines of two places meet, it is looked on either side whether the function turns there; where it is on neither line, a
    /// third one lies between. A jump is closed in on by halving, and what is bent is followed by chords, where most is unknown first.
    pub(super) fn find(&mut self, law: &Lognormal, deviation: f64, mut function: impl FnMut(f64) -> f64) {
        let ends = ENDS.map(|z| {
            let x = math::exp(deviation * (z - 0.5 * deviation));
            (x, function(x))
        });
        let mut asked = 4;
        let (first, last) = (Line::through(ends[1], ends[0]), Line::through(ends[2], ends[3]));
        let size = first.at(1.0).abs().max(last.at(1.0).abs());
        let close = |a: f64, b: f64| (a - b).abs() <= ROUNDING * (a.abs() + b.abs() + size);
        self.open.clear();
        // That the ends are on one line says nothing of what lies between.
        self.open.push(Between { unknown: f64::INFINITY, ..Between::new(first, last, law) });
        while let Some(widest) = self.most_unknown().filter(|_| asked < MOST) {
            if self.open[widest].unknown <= ENOUGH * size * size {
                break;
            }
            let between = self.open[widest];
            let Between { from, to, .. } = between;
            let (x, near) = between.look();
            let y = function(x);
            asked += 1;
            let (on_from, on_to) = (close(y, from.at(x)), close(y, to.at(x)));
            self.open[widest] = match (on_from, on_to) {
                (true, true) => Between { unknown: 0.0, ..between },
                (true, false) => Between::new(from.moved(x), to, law),
                (false, true) => Between::new(from, to.moved(x), law),
                (false, false) => {
                    let line = Line::through((x, y), (near, function(near)));
                    asked += 1;
                    let (left, right) = (line.moved(x.min(near)), line.moved(x.max(near)));
                    self.open.push(Between::new(right, to, law));
                    Between::new(from, left, law)
                }
            };
        }
        self.pieces.clear();
        self.pieces.push((0.0, first));
        self.open.sort_unstable_by(|a, b| a.to.x.total_cmp(&b.to.x));
        self.pieces.extend(self.open.iter().map(|between| {
            let turn = between.crossing().unwrap_or_else(|| libm::sqrt(between.from.x * between.to.x));
            (turn, between.to)
        }));
    }

    fn most_unknown(&self) -> Option<usize> {
        (0..self.open.len()).max_by(|a, b| self.open[*a].unknown.total_cmp(&self.open[*b].unknown))
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
    use proptest::prelude::*;

    /// The mean that is found, the values asked for, and the law.
    fn found(deviation: f64, function: impl Fn(f64) -> f64) -> (f64, u32, Straight) {
        let mut asked = 0;
        let mut straight = Straight::default();
        let law = Lognormal::new(1.0, 1.0, deviation).unwrap();
        straight.find(&law, deviation, |x| {
            asked += 1;
            function(x)
        });
        (straight.mean(&law), asked, straight)
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
            assert!(asked <= 13, "{asked}");
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

    /// Where the outermost lines meet, the function may be on one of them by the way; hand-worked.
    #[test]
    fn a_line_that_happens_to_pass_is_no_piece() {
        // y = x up to 0.5 and 0.2 + 0.2 x from 1.5 on meet at 0.25, on the first piece.
        let (_, _, straight) = found(0.4, |x: f64| x.min(0.5) + 0.2 * (x - 1.5).max(0.0));
        assert_eq!(straight.pieces.len(), 3);
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

    /// A function with these slopes between these places and beyond; 0 at 0.
    fn bent(places: &[f64], slopes: &[f64], x: f64) -> f64 {
        let from = std::iter::once(0.0).chain(places.iter().copied());
        let to = places.iter().copied().chain([f64::INFINITY]);
        from.zip(to).zip(slopes).map(|((from, to), slope)| slope * (x.min(to) - from).max(0.0)).sum()
    }

    proptest! {
        /// Slopes that rise and fall at will: the mean is that of a sum of calls, by formula. Pieces that hide between two places where the
        /// function is on one line are missed: a few in a thousand, worth less than a hundredth.
        #[test]
        fn any_pieces_are_found(
            deviation in 0.1_f64..2.0,
            kinks in prop::collection::vec(-2.0_f64..2.0, 1..4),
            slopes in prop::collection::vec(prop::sample::select(vec![0.0, 0.1, 0.2, 0.5, 1.0]), 5),
        ) {
            let mut places: Vec<f64> = kinks.iter().map(|z| math::exp(deviation * z)).collect();
            places.sort_unstable_by(f64::total_cmp);
            let law = Lognormal::new(1.0, 1.0, deviation).unwrap();
            let (mean, asked, _) = found(deviation, |x| 0.1 + bent(&places, &slopes, x));
            let turns = places.iter().zip(slopes.windows(2));
            let expected = 0.1 + slopes[0] + turns.map(|(place, s)| (s[1] - s[0]) * law.call(*place)).sum::<f64>();
            prop_assert!((mean - expected).abs() < 0.01 * expected, "{} {}", mean, expected);
            prop_assert!(asked <= 30, "{}", asked);
        }
    }
}
