//! Paths on which the deal is run again and again, with its decisions forced one way or the other.

use rayon::prelude::*;

use super::clock::{chance_by, moment, ring};
use super::deal::DealSimulator;
use super::draws::DrawBlock;
use super::life::{EventKind, Life, LifeSimulator};
use super::present_value::{factor_of, path_result, value_given_up};
use super::process::ValueLaw;
use super::run::{ThreadError, pool};
use super::value_path::PathLaw;
use crate::plan::{ClockPlan, MilestoneRule, PathDraws, Plan, Terms, World};
use crate::random::Stream;

/// Consecutive paths of a plan with the lives of the company on them, kept.
///
/// The motion is drawn for good at given dates, so that on one path the company is worth the same on them whatever is
/// decided.
pub struct Courses<'a> {
    world: &'a World,
    draws: DrawBlock,
    lives: Vec<Life>,
}

/// From one moment of a path to the next: what the company's motion does.
///
/// Without an event in between the company is worth exp(`log_level` + `slope` · W) at `t`, nearly so if its law is not
/// lognormal, where W is normal around `from` with variance `t` less the moment before, and came out as `to`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The moment before, in years after the valuation date.
    pub since: f64,
    /// Years after the valuation date.
    pub t: f64,
    /// What happens then, as a number; 0 for nothing.
    pub event: u8,
    /// See above.
    pub log_level: f64,
    /// See above.
    pub slope: f64,
    /// The motion at the moment before.
    pub from: f64,
    /// The motion at `t`.
    pub to: f64,
    /// What is so in the world at the moment before: floated, and the first milestones that stand, one a bit.
    pub standing: u8,
}

/// Milestones that are looked at.
const MILESTONES: usize = 6;
/// Clocks that are looked at: of failure, sale, flotation, the first round, and milestones.
pub const CLOCKS: usize = 4 + MILESTONES;

/// From one date to the next: what the clocks do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    /// The date before, in years after the valuation date.
    pub since: f64,
    /// The number of the date.
    pub date: usize,
    /// The company's value at the date before.
    pub value: f64,
    /// As of a step.
    pub standing: u8,
    /// Whether each clock rings in between, less the probability that it does, given that it had not before.
    pub news: [f64; CLOCKS],
}

impl<'a> Courses<'a> {
    /// Simulates the company on `count` paths from `first` on, with the motion drawn at `dates`.
    #[must_use]
    pub fn new(plan: &'a Plan, first: u64, count: usize, dates: &[f64]) -> Self {
        let world = &plan.world;
        let mut draws = DrawBlock::new(world, count);
        draws.fill(world, first, count);
        let mut simulator = LifeSimulator::default();
        let stream = Stream::new(world.seed, "dates of decisions");
        let lives = (0..count).map(|lane| {
            let mut life = Life::default();
            let law = simulator.simulate(world, draws.path(world, lane), &mut life);
            for (number, date) in (0_u32..).zip(dates) {
                life.path.fix(&law, *date, stream, number << 16);
            }
            life
        });
        let lives = lives.collect();
        Self { world, draws, lives }
    }

    /// Number of paths.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lives.len()
    }

    fn law(&self, lane: usize) -> PathLaw<'_> {
        let draws = self.path(lane);
        let (organic, _) = ValueLaw::of(&self.world.process, draws.get(self.world.value_today), &draws);
        PathLaw { organic, world: self.world, draws }
    }

    fn path(&self, lane: usize) -> PathDraws<'_> {
        self.draws.path(self.world, lane)
    }

    /// Runs the deal on a path, with the decisions that it is forced to; the present value of what the investor pays and
    /// receives.
    pub fn run(&mut self, deal: &mut DealSimulator<f64>, terms: &Terms<f64>, lane: usize) -> f64 {
        let mut life = std::mem::take(&mut self.lives[lane]);
        life.path.next_case();
        deal.simulate(self.world, terms, self.law(lane), &mut life, self.path(lane));
        self.lives[lane] = life;
        path_result(deal, terms).present_value
    }

    /// What the investor pays and receives in the deal's last run, by moment, discounted.
    pub fn payments(deal: &DealSimulator<f64>, terms: &Terms<f64>, out: &mut Vec<(f64, f64)>) {
        out.clear();
        let flows = deal.flows.iter().filter(|flow| terms.is_valued(flow.tranche));
        out.extend(flows.map(|flow| (flow.t, flow.amount * factor_of(deal, terms, flow))));
        let given_up = deal.given_up.iter().filter(|debt| terms.is_valued(debt.tranche));
        out.extend(given_up.map(|debt| (debt.t, value_given_up(terms, debt))));
    }

    /// What was paid in by the deal's last run, discounted.
    #[must_use]
    pub fn paid(deal: &DealSimulator<f64>, terms: &Terms<f64>) -> f64 {
        path_result(deal, terms).paid
    }

    /// The steps of a path, in order, between the dates given and, where they do not depend on the value, the events.
    pub fn steps(&mut self, lane: usize, dates: &[f64], out: &mut Vec<Step>) {
        out.clear();
        // Only dates drawn for good are steps of the path.
        self.lives[lane].path.forget_looks();
        let life = &self.lives[lane];
        let law = self.law(lane);
        let by_events = events_are_independent(self.world);
        // Where the value decides whether a sale is one, it also decides whether the path ends there.
        let by_end = by_events || self.world.sale.as_ref().is_none_or(|sale| sale.ipo_instead.is_none());
        let is_date = |t: f64| dates.binary_search_by(|date| date.total_cmp(&t)).is_ok();
        let mut before = life.path.points()[0];
        let last = life.path.points().len() - 1;
        for (place, point) in life.path.points().iter().enumerate().skip(1) {
            if !(by_events || is_date(point.t) || (by_end && place == last)) || point.t <= before.t {
                continue;
            }
            let (centre, slope) = law.organic.log_line(point.t);
            let factor = before.factor * life.path.expected_factor(self.world, &law.draws, before.t);
            out.push(Step {
                since: before.t,
                t: point.t,
                event: life
                    .events
                    .iter()
                    .find(|event| event.t.to_bits() == point.t.to_bits())
                    .map_or(0, code),
                log_level: crate::random::math::ln(factor) + centre,
                slope,
                from: before.w,
                to: point.w,
                standing: standing(self.world, life, before.t),
            });
            before = *point;
        }
    }

    /// What the clocks of a path do between the dates given.
    pub fn ticks(&mut self, lane: usize, dates: &[f64], out: &mut Vec<Tick>) {
        out.clear();
        self.lives[lane].path.forget_looks();
        let (life, law) = (&self.lives[lane], self.law(lane));
        let mut since = 0.0;
        for (date, &until) in dates.iter().enumerate() {
            if life.end <= since {
                break;
            }
            let points = life.path.points();
            let before = points[points.partition_point(|point| point.t <= since).max(1) - 1];
            let expected = life.path.expected_factor(self.world, &law.draws, since);
            out.push(Tick {
                since,
                date,
                value: before.factor * law.organic.value(since, before.w) * expected,
                standing: standing(self.world, life, since),
                news: std::array::from_fn(|clock| {
                    let clock = world_clock(self.world, life, &law.draws, clock, since);
                    clock.map_or(0.0, |clock| clock.news(&law.draws, since, until))
                }),
            });
            since = until;
        }
    }
}

/// A clock by number, as far as it is heard after a moment.
fn world_clock<'a>(
    world: &'a World,
    life: &Life,
    draws: &PathDraws<'_>,
    number: usize,
    since: f64,
) -> Option<WorldClock<'a>> {
    let from_today = |plan| WorldClock { plan, started: 0.0, deadline: f64::INFINITY };
    let private = life.ipo > since;
    match number {
        0 => world.failure.as_ref().map(from_today),
        1 => world.sale.as_ref().filter(|_| private).map(|sale| from_today(&sale.clock)),
        2 => world.ipo.as_ref().map(|(clock, _)| from_today(clock)),
        3 => world.rounds.as_ref().filter(|_| private).map(|rounds| from_today(&rounds.first)),
        _ => {
            let milestone = world.milestones.get(number - 4)?;
            let MilestoneRule::Timed(plan) = &milestone.rule else { return None };
            let started =
                milestone.requires.iter().map(|&required| life.reached[required]).fold(0.0, f64::max);
            let deadline = milestone.deadline.map_or(f64::INFINITY, |when| moment(when, draws, 0.0, 0));
            Some(WorldClock { plan, started, deadline })
        }
    }
}

/// What is so in the world at a moment: floated, and the first milestones that stand, one a bit.
fn standing(world: &World, life: &Life, t: f64) -> u8 {
    let stands = |milestone: usize| u8::from(life.stands(milestone, t)) << (milestone + 1);
    (0..world.milestones.len().min(MILESTONES)).map(stands).sum::<u8>() | u8::from(life.ipo <= t)
}

/// A clock of the world.
struct WorldClock<'a> {
    plan: &'a ClockPlan,
    /// When it was started; infinity if never.
    started: f64,
    /// It is not heard after this.
    deadline: f64,
}

impl WorldClock<'_> {
    /// Whether it rings after `since` and by `until`, less the probability; nought if it had rung before or cannot.
    fn news(&self, draws: &PathDraws<'_>, since: f64, until: f64) -> f64 {
        let until = until.min(self.deadline);
        if !(self.started <= since && since < until) {
            return 0.0;
        }
        let rings = ring(self.plan, draws, self.started);
        let by = |t: f64| chance_by(self.plan, draws, self.started, t);
        let probability = (by(until) - by(since)) / (1.0 - by(since));
        if rings <= since || !probability.is_finite() {
            return 0.0;
        }
        f64::from(u8::from(rings <= until)) - probability
    }
}

fn code(event: &super::life::Event) -> u8 {
    match event.kind {
        EventKind::Horizon => 0,
        EventKind::Round(_) => 1,
        EventKind::Ipo => 2,
        EventKind::Sale => 3,
        EventKind::Failure => 4,
        EventKind::Reached(milestone) => 5 + 3 * u8::try_from(milestone).unwrap_or(80).min(80),
        EventKind::Missed(milestone) => 6 + 3 * u8::try_from(milestone).unwrap_or(80).min(80),
        EventKind::Lost(milestone) => 7 + 3 * u8::try_from(milestone).unwrap_or(80).min(80),
    }
}

/// Whether the moments of all events are independent of the company's motion.
fn events_are_independent(world: &World) -> bool {
    world.milestones.iter().all(|milestone| matches!(milestone.rule, MilestoneRule::Timed(_)))
}

/// Runs `work` with a number of threads, all cores if absent.
///
/// # Errors
/// If the threads cannot be started.
pub fn on_threads<T: Send>(
    threads: Option<usize>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, ThreadError> {
    Ok(pool(threads)?.install(work))
}

/// What `work` makes of each part, in their order, on all threads.
pub fn for_each<P: Send, T: Send>(parts: &mut [P], work: impl Fn(&mut P) -> T + Sync + Send) -> Vec<T> {
    parts.par_iter_mut().map(work).collect()
}
