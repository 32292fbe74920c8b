//! A life of the company with its motion shifted over one stretch, everything else being as it was.

use super::super::life::{Event, EventKind, Life};
use super::super::value_path::Point;
use crate::plan::World;
use crate::random::math;

/// A stretch of time over which the company's motion is taken as one lognormal variable of mean 1, its growth
/// beyond what is expected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    /// Its beginning and the motion there.
    pub(super) from: (f64, f64),
    /// Its end and the motion there.
    pub(super) to: (f64, f64),
    /// A year's deviation of the value's logarithm.
    pub(super) volatility: f64,
    /// Whether the value grows as expected after the end, instead of as on the path.
    pub(super) steady_after: bool,
}

impl Stretch {
    /// Deviation of the logarithm of the variable.
    pub(super) fn deviation(&self) -> f64 {
        self.volatility * libm::sqrt(self.to.0 - self.from.0)
    }

    /// The variable on the path itself.
    pub(super) fn on_path(&self) -> f64 {
        let deviation = self.deviation();
        math::exp(self.volatility * (self.to.1 - self.from.1) - 0.5 * deviation * deviation)
    }

    /// The motion at the end where the variable is `x`.
    fn end(&self, x: f64) -> f64 {
        let deviation = self.deviation();
        self.from.1 + (math::ln(x) + 0.5 * deviation * deviation) / self.volatility
    }

    /// The motion at `t` where it is `w` on the path and ends the stretch at `end`. Inside the stretch a Brownian
    /// bridge keeps its distance from the line between its ends.
    fn motion(&self, end: f64, t: f64, w: f64) -> f64 {
        let share = ((t - self.from.0) / (self.to.0 - self.from.0)).clamp(0.0, 1.0);
        if t > self.to.0 && self.steady_after {
            return end + 0.5 * self.volatility * (t - self.to.0);
        }
        w + share * (end - self.to.1)
    }
}

/// Makes one life a copy of another.
pub(super) fn copy(life: &Life, copied: &mut Life) {
    let Life { events, reached, lost, missed, ipo, end, dilution, rounds, exit, path } = life;
    copied.events.clone_from(events);
    copied.reached.clone_from(reached);
    copied.lost.clone_from(lost);
    copied.missed.clone_from(missed);
    copied.rounds.clone_from(rounds);
    (copied.ipo, copied.end, copied.dilution, copied.exit) = (*ipo, *end, *dilution, *exit);
    path.copy_to(&mut copied.path, |_, point| *point);
}

/// Writes the life with the stretch's variable at `x` into `shifted`: the events' values and new money, and the points
/// of the path. Whether and when things happen does not depend on the motion. A round that resets the value ends what
/// the motion before it has done.
pub(super) fn shift(life: &Life, shifted: &mut Life, world: &World, stretch: &Stretch, x: f64) {
    let end = stretch.end(x);
    let (reset, of_pre_money) =
        world.rounds.as_ref().map_or((false, false), |r| (is_reset(world), r.size_of_pre_money.is_some()));
    shifted.events.clear();
    let mut events = life.events.iter().peekable();
    // The value after the motion over what the motion alone would make of it.
    let mut kept = 1.0;
    let points = life.path.points();
    let place = |number: usize, point: &Point| {
        let w = stretch.motion(end, point.t, point.w);
        let moved = math::exp(stretch.volatility * (w - point.w));
        let until = points.get(number + 1).map_or(f64::INFINITY, |next| next.t);
        while let Some(event) = events.next_if(|event| event.t < until) {
            let times = kept * moved;
            let (value, new_money) = (event.value * times, event.new_money * times);
            let now = match event.kind {
                EventKind::Round(_) if reset => {
                    kept = 1.0 / moved;
                    *event
                }
                EventKind::Round(_) if !of_pre_money => {
                    let after = (value + event.new_money) / (event.value + event.new_money);
                    kept = after / moved;
                    Event { value, ..*event }
                }
                _ => Event { value, new_money, ..*event },
            };
            shifted.events.push(now);
        }
        Point { w, factor: point.factor * kept, ..*point }
    };
    life.path.copy_to(&mut shifted.path, place);
}

/// Whether rounds set the value to a price that does not depend on the motion.
pub(super) fn is_reset(world: &World) -> bool {
    world.rounds.as_ref().is_some_and(|rounds| rounds.step_up.or(rounds.pre_money_amount).is_some())
}
