//! One path of the company's value, sampled where it is looked at, in any order.
//!
//! The path is a list of sampled points of a Brownian motion. Asking for the value at another time inserts a
//! point, drawn from the law of the motion given all that is already known about it, including that it did
//! not cross a watched level between two points, or first crossed it at the end of a stretch.

use super::outlook::{OpenOutlook, OutlookOf, expected_factor};
use super::process::ValueLaw;
use crate::plan::{PathDraws, World};
use crate::random::{Stream, brownian, math};

/// What is known about the stretch from one point to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stretch {
    /// Nothing.
    Free,
    /// The motion stayed below a straight line; the gaps to it at the ends.
    Below {
        /// At the start of the stretch.
        start: f64,
        /// At its end.
        end: f64,
    },
    /// The motion first met a straight line at the very end; the gap at the start.
    FirstMeets {
        /// At the start of the stretch.
        start: f64,
    },
}

/// The law a path's value follows.
#[derive(Clone, Copy)]
pub struct PathLaw<'a> {
    /// Without what is expected of things that may still happen.
    pub organic: ValueLaw<'a>,
    /// The world, which knows what that is.
    pub world: &'a World,
    /// The path's draws.
    pub draws: PathDraws<'a>,
}

/// A sampled point: from it on, the value is `factor` times the organic value.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// Years after the valuation date.
    pub t: f64,
    /// The Brownian motion.
    pub w: f64,
    /// New money, jumps and effects so far.
    pub factor: f64,
    /// What is known until the next point.
    pub stretch: Stretch,
}

/// A look at the value at a date, with what it takes to undo it.
#[derive(Clone, Copy, Debug)]
struct Look {
    t: f64,
    stream: Stream,
    draw: u32,
    value: f64,
    /// Where a point was inserted, and what was known about the stretch that it parted.
    inserted: Option<(usize, Stretch)>,
}

/// The sampled points of one path, in order of time.
///
/// Cases look at one path after another, each as if it were the first. Most of them look at the same dates in
/// the same order, and then find what the case before has found; from the first look that differs on, the looks
/// of the case before are undone.
#[derive(Clone, Debug, Default)]
pub struct ValuePath {
    points: Vec<Point>,
    /// What may still happen, under the risk-neutral measure.
    open: Vec<OpenOutlook>,
    /// In the order of asking.
    looks: Vec<Look>,
    /// Looks in which the present case agrees with the case before.
    agreed: usize,
}

impl ValuePath {
    /// Forgets the path before.
    pub fn clear(&mut self) {
        self.points.clear();
        self.open.clear();
        self.looks.clear();
        self.agreed = 0;
    }

    /// Starts the next case: one case's dates do not touch another's.
    pub fn next_case(&mut self) {
        self.agreed = 0;
    }

    /// Adds a point after all others.
    pub fn push(&mut self, point: Point) {
        self.points.push(point);
    }

    /// The last point, to complete what is known about it.
    pub fn last_mut(&mut self) -> Option<&mut Point> {
        self.points.last_mut()
    }

    /// Something may happen from now on.
    pub(super) fn opens(&mut self, outlook: OpenOutlook) {
        self.open.push(outlook);
    }

    /// It has happened, or cannot happen any more. Returns it, unless it never began.
    pub(super) fn closes(&mut self, of: OutlookOf, t: f64) -> Option<OpenOutlook> {
        let outlook = self.open.iter_mut().find(|outlook| outlook.of == of)?;
        let before = *outlook;
        outlook.until = t;
        Some(before)
    }

    /// What is expected of all that may still happen, as a factor on the value.
    #[must_use]
    pub fn expected_factor(&self, world: &World, draws: &PathDraws<'_>, t: f64) -> f64 {
        if self.open.is_empty() { 1.0 } else { expected_factor(&self.open, world, draws, t) }
    }

    /// The sampled points.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Makes another path one of the same points, each as `place` puts it; it forgets its looks.
    pub(super) fn copy_to(&self, other: &mut Self, place: impl FnMut(usize, &Point) -> Point) {
        other.clear();
        other.open.clone_from(&self.open);
        let mut place = place;
        other.points.extend(self.points.iter().enumerate().map(|(number, point)| place(number, point)));
    }

    /// The company's value at a time within the path, after any event at that very moment. New points are
    /// drawn from `stream` on the path of `draws`, from draw number `draw` on. Law and path are the same for all cases.
    pub fn value_at(
        &mut self,
        law: &PathLaw<'_>,
        t: f64,
        stream: Stream,
        draws: &PathDraws<'_>,
        draw: u32,
    ) -> f64 {
        if let Some(look) = self.looks.get(self.agreed) {
            if look.t.to_bits() == t.to_bits() && look.stream == stream && look.draw == draw {
                self.agreed += 1;
                return look.value;
            }
            self.undo_the_rest();
        }
        let (value, inserted) = self.look(&law.organic, t, stream, draws, draw);
        let value = value * self.expected_factor(law.world, &law.draws, t);
        self.looks.push(Look { t, stream, draw, value, inserted });
        self.agreed += 1;
        value
    }

    /// Draws the motion at a date for good, before any case looks: all of them find it there.
    pub fn fix(&mut self, law: &PathLaw<'_>, t: f64, stream: Stream, draw: u32) {
        self.look(&law.organic, t, stream, &law.draws, draw);
    }

    /// Undoes all looks.
    pub fn forget_looks(&mut self) {
        self.agreed = 0;
        self.undo_the_rest();
    }

    /// Undoes the looks in which the present case differs from the case before, the last one first.
    fn undo_the_rest(&mut self) {
        for look in self.looks.drain(self.agreed..).rev() {
            if let Some((place, stretch)) = look.inserted {
                self.points.remove(place);
                self.points[place - 1].stretch = stretch;
            }
        }
    }

    /// The value at a time, and the place and the stretch of an inserted point.
    fn look(
        &mut self,
        law: &ValueLaw<'_>,
        t: f64,
        stream: Stream,
        draws: &PathDraws<'_>,
        draw: u32,
    ) -> (f64, Option<(usize, Stretch)>) {
        let after = self.points.partition_point(|point| point.t <= t);
        let before = self.points[after.max(1) - 1];
        if before.t >= t || after == self.points.len() {
            return (before.factor * law.value(before.t.max(t), before.w), None);
        }
        let next = self.points[after];
        let (w, left, right) = insert(before, next, t, stream, draws, draw);
        self.points[after - 1].stretch = left;
        self.points.insert(after, Point { t, w, factor: before.factor, stretch: right });
        (before.factor * law.value(t, w), Some((after, before.stretch)))
    }
}

/// Draws the motion at `t` between two points, and what is then known on either side of it.
fn insert(
    before: Point,
    next: Point,
    t: f64,
    stream: Stream,
    draws: &PathDraws<'_>,
    draw: u32,
) -> (f64, Stretch, Stretch) {
    let normal = |number: u32| math::normal_quantile(draws.uniform(stream, draw + number));
    let bridge = |number| brownian::bridge_point(before.t, before.w, next.t, next.w, t, normal(number));
    let share = (t - before.t) / (next.t - before.t);
    match before.stretch {
        Stretch::Free => (bridge(0), Stretch::Free, Stretch::Free),
        Stretch::Below { start, end } => {
            // Rejection: a bridge point is kept with the probability that the motion through it stays below.
            let line = before.w + start + share * (next.w + end - before.w - start);
            let mut number = 0;
            loop {
                let w = bridge(number);
                let keep =
                    brownian::stay_below_probability(start, line - w, end, t - before.t, next.t - before.t);
                if draws.uniform(stream, draw + number + 1) < keep {
                    let gap = line - w;
                    return (w, Stretch::Below { start, end: gap }, Stretch::Below { start: gap, end });
                }
                number += 2;
            }
        }
        Stretch::FirstMeets { start } => {
            let line = before.w + start + share * (next.w - before.w - start);
            let normals = [normal(0), normal(1), normal(2)];
            let gap = brownian::gap_before_crossing(start, next.t - before.t, t - before.t, normals);
            (line - gap, Stretch::Below { start, end: gap }, Stretch::FirstMeets { start: gap })
        }
    }
}
