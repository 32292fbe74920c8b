//! The life of the company on one path: what happens, when, and what the company is worth then.
//!
//! Time advances from event to event. Between two events the value's Brownian motion is sampled from its
//! exact conditional law given its end point at the horizon, which is drawn first; a milestone on value that
//! is hit in between becomes an event of its own, at its exact time.

mod march;
mod milestones;

use super::clock::{moment, ring};
use super::outlook::{OpenOutlook, OutlookOf};
use super::process::{JumpLaw, ValueLaw};
use super::value_path::{PathLaw, Point, Stretch, ValuePath};
use crate::plan::{MilestoneRule, PathDraws, World};
use crate::random::{brownian, math};

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// Years after the valuation date.
    pub t: f64,
    /// What.
    pub kind: EventKind,
    /// The company's value at that moment, before new money; at a sale, its price.
    pub value: f64,
    /// New cash for the company.
    pub new_money: f64,
}

/// Kinds of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A financing round, by number.
    Round(u32),
    /// Flotation.
    Ipo,
    /// Sale of the company; nothing happens after it.
    Sale,
    /// Failure; nothing happens after it.
    Failure,
    /// A milestone is reached.
    Reached(usize),
    /// A milestone is missed for good.
    Missed(usize),
    /// A milestone that stood is lost.
    Lost(usize),
    /// The horizon; nothing happens after it.
    Horizon,
}

/// One company's life.
#[derive(Clone, Debug, Default)]
pub struct Life {
    /// In order of time; the last one ends the path.
    pub events: Vec<Event>,
    /// When each milestone was reached; infinity if never.
    pub reached: Vec<f64>,
    /// When each milestone ceased to stand; infinity if never.
    pub lost: Vec<f64>,
    /// When each milestone was missed for good without having stood; infinity if never.
    pub missed: Vec<f64>,
    /// When the company was floated; infinity if never.
    pub ipo: f64,
    /// When the path ended.
    pub end: f64,
    /// What new money has added to the value by then, as a factor: today's shares own 1 over it.
    pub dilution: f64,
    /// The company's motion at each round.
    pub rounds: Vec<Mark>,
    /// The company's motion at the exit: flotation, sale, failure or the horizon, whichever comes first.
    pub exit: Mark,
    /// The sampled value.
    pub path: ValuePath,
}

/// The company's motion at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mark {
    /// Years after the valuation date.
    pub t: f64,
    /// The Brownian motion.
    pub w: f64,
    /// Logarithm of all jumps so far.
    pub log_jumps: f64,
}

impl Life {
    /// Whether a milestone stands at a time.
    #[must_use]
    pub fn stands(&self, milestone: usize, t: f64) -> bool {
        self.reached[milestone] <= t && t < self.lost[milestone]
    }
}

/// Where a milestone is on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Progress {
    /// Its prerequisites are not met yet; missed at its deadline.
    Waiting,
    /// It will be reached at its next moment.
    Scheduled,
    /// It will be missed at its next moment, if that is finite.
    Doomed,
    /// The company's value is watched for this level until the deadline.
    Watching(f64),
    /// It will be looked at at its next moment.
    Checking,
    /// Nothing more happens to it.
    Done,
}

/// Simulates lives; holds the working memory of one path.
#[derive(Clone, Debug, Default)]
pub struct LifeSimulator {
    progress: Vec<Progress>,
    next: Vec<f64>,
    deadlines: Vec<f64>,
    checks: Vec<u32>,
    /// Independent Brownian motions behind the factors, at their last sampled time.
    motions: Vec<Motion>,
    /// Whether any milestone of the world watches the company's value.
    watches: bool,
}

/// An independent Brownian motion: last sampled point and the end point at the horizon.
#[derive(Clone, Copy, Debug)]
struct Motion {
    t: f64,
    w: f64,
    end: f64,
}

/// The state of one path while it is simulated.
struct March<'a> {
    world: &'a World,
    draws: PathDraws<'a>,
    law: ValueLaw<'a>,
    jumps: Option<JumpLaw>,
    value_today: f64,
    t: f64,
    w: f64,
    factor: f64,
    /// What new money has added, as a factor.
    dilution: f64,
    /// A point ahead at which the motion is already known.
    ahead: (f64, f64),
    /// A point known from the start; the horizon, or before it the exit.
    exit: (f64, f64),
    /// The motion at the horizon.
    horizon_end: f64,
    next_round: f64,
    rounds: u32,
    last_post_money: f64,
    ipo: f64,
    sale: f64,
    failure: f64,
    next_jump: f64,
    jump_count: u32,
    log_jumps: f64,
    crossings: u32,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Next {
    Round,
    Ipo,
    Sale,
    Failure,
    Jump,
    Milestone(usize),
    /// Nothing but the point ahead at which the motion is already known.
    Known,
    /// Nothing but a look at the value, which is watched.
    Look,
    Horizon,
}

impl LifeSimulator {
    /// Simulates the path whose draws are given; returns the law its value follows.
    pub fn simulate<'a>(&mut self, world: &'a World, draws: PathDraws<'a>, life: &mut Life) -> PathLaw<'a> {
        let mut march = self.start(world, draws, life);
        loop {
            let (next, t) = self.next_event(&march);
            let w = march.shock_at(next, t, &self.checks);
            if let Some((milestone, at)) = self.crossing(&mut march, t, w, life) {
                march.ahead = (t, w);
                self.reach(&mut march, milestone, at, life);
                continue;
            }
            march.advance(t, w, life);
            if self.happen(&mut march, next, life) {
                break;
            }
            self.watched_levels(&mut march, life);
        }
        life.end = march.t;
        life.dilution = march.dilution;
        if !life.ipo.is_finite() {
            life.exit = march.mark();
        }
        PathLaw { organic: march.law, world, draws }
    }

    fn start<'a>(&mut self, world: &'a World, draws: PathDraws<'a>, life: &mut Life) -> March<'a> {
        let count = world.milestones.len();
        life.events.clear();
        life.rounds.clear();
        life.path.clear();
        for times in [&mut life.reached, &mut life.lost, &mut life.missed] {
            times.clear();
            times.resize(count, f64::INFINITY);
        }
        let value_today = draws.get(world.value_today);
        let (law, jumps) = ValueLaw::of(&world.process, value_today, &draws);
        self.start_motions(world, &draws);
        let or_never = |clock: Option<f64>| clock.unwrap_or(f64::INFINITY);
        let mut march = March {
            world,
            draws,
            law,
            jumps,
            value_today,
            t: 0.0,
            w: 0.0,
            factor: 1.0,
            dilution: 1.0,
            ahead: (0.0, 0.0),
            exit: (0.0, 0.0),
            horizon_end: self.motions[0].end,
            next_round: or_never(world.rounds.as_ref().map(|rounds| ring(&rounds.first, &draws, 0.0))),
            rounds: 0,
            last_post_money: value_today,
            ipo: or_never(world.ipo.as_ref().map(|(clock, _)| ring(clock, &draws, 0.0))),
            sale: or_never(world.sale.as_ref().map(|sale| ring(&sale.clock, &draws, 0.0))),
            failure: or_never(world.failure.as_ref().map(|clock| ring(clock, &draws, 0.0))),
            next_jump: f64::INFINITY,
            jump_count: 0,
            log_jumps: 0.0,
            crossings: 0,
        };
        march.know_the_exit();
        march.schedule_jump();
        life.ipo = f64::INFINITY;
        life.path.push(Point { t: 0.0, w: 0.0, factor: 1.0, stretch: Stretch::Free });
        for index in 0..world.outlooks.len() {
            let of = OutlookOf::World(index);
            life.path.opens(OpenOutlook { of, from: 0.0, until: f64::INFINITY, deadline: f64::INFINITY });
        }
        self.watches =
            world.milestones.iter().any(|plan| matches!(plan.rule, MilestoneRule::ValueReaches(_)));
        self.progress.clear();
        self.progress.resize(count, Progress::Waiting);
        self.checks.clear();
        self.checks.resize(count, 0);
        self.deadlines.clear();
        for milestone in &world.milestones {
            let deadline = milestone.deadline.map(|when| moment(when, &march.draws, 0.0, 0));
            self.deadlines.push(deadline.unwrap_or(f64::INFINITY));
        }
        self.next.clone_from(&self.deadlines);
        for milestone in 0..count {
            self.begin_if_ready(&mut march, milestone, life);
        }
        march
    }

    /// The processes' end points: correlated normals from the columns, taken apart into independent ones.
    fn start_motions(&mut self, world: &World, draws: &PathDraws<'_>) {
        self.motions.clear();
        let root = libm::sqrt(world.horizon);
        for (row, &column) in world.shocks.iter().enumerate() {
            let weights = world.shock_factor.row(row);
            let explained: f64 = weights[..row]
                .iter()
                .zip(&self.motions)
                .map(|(weight, motion)| weight * motion.end / root)
                .sum();
            // A process that is a copy of earlier ones (correlation ±1) has no motion of its own.
            let own =
                if weights[row] > 1e-9 { (draws.column(column) - explained) / weights[row] } else { 0.0 };
            self.motions.push(Motion { t: 0.0, w: 0.0, end: own * root });
        }
    }

    fn next_event(&self, march: &March<'_>) -> (Next, f64) {
        let mut first = (Next::Horizon, f64::INFINITY);
        let mut consider = |next, t: f64| {
            if t < first.1 {
                first = (next, t);
            }
        };
        // On a tie the first one listed happens first; a moment that has passed happens now.
        for (milestone, &t) in self.next.iter().enumerate() {
            consider(Next::Milestone(milestone), t.max(march.t));
        }
        consider(Next::Round, march.next_round.max(march.t));
        consider(Next::Ipo, march.ipo.max(march.t));
        consider(Next::Sale, march.sale.max(march.t));
        consider(Next::Failure, march.failure.max(march.t));
        consider(Next::Jump, march.next_jump);
        if self.watches && self.progress.iter().any(|progress| matches!(progress, Progress::Watching(_))) {
            consider(Next::Look, march.next_bend());
        }
        // What was to happen there may have been called off, such as the deadline of a milestone reached.
        if march.ahead.0 < march.world.horizon {
            consider(Next::Known, march.ahead.0);
        }
        // The horizon is the last day looked at: what falls on it still happens.
        consider(Next::Horizon, march.world.horizon);
        first
    }

    /// Carries out the event the march has arrived at; true if it ends the path.
    fn happen(&mut self, march: &mut March<'_>, next: Next, life: &mut Life) -> bool {
        match next {
            Next::Known | Next::Look => {}
            Next::Round => march.round(life),
            Next::Ipo => march.float(life),
            Next::Jump => march.jump(life),
            Next::Milestone(milestone) => self.milestone_moment(march, milestone, life),
            Next::Sale if march.floats_instead(life) => {
                march.float(life);
                return false;
            }
            Next::Sale => {
                let premium = march.world.sale.as_ref().map_or(0.0, |sale| march.draws.get(sale.premium));
                march.record(EventKind::Sale, march.value(life) * (1.0 + premium).max(0.0), 0.0, life);
            }
            Next::Failure => march.record(EventKind::Failure, march.value(life), 0.0, life),
            Next::Horizon => march.record(EventKind::Horizon, march.value(life), 0.0, life),
        }
        matches!(next, Next::Sale | Next::Failure | Next::Horizon)
    }

    /// Whether and where the value first reaches a watched level before the point ahead.
    fn crossing(&self, march: &mut March<'_>, t: f64, w: f64, life: &mut Life) -> Option<(usize, f64)> {
        if !self.watches {
            return None;
        }
        let lowest = self
            .progress
            .iter()
            .enumerate()
            .filter_map(|(milestone, progress)| match progress {
                Progress::Watching(level) => Some((milestone, *level)),
                _ => None,
            })
            .min_by(|a, b| a.1.total_cmp(&b.1));
        let Some((milestone, level)) = lowest else {
            life.path.last_mut()?.stretch = Stretch::Free;
            return None;
        };
        let organic = level / (march.factor * life.path.expected_factor(march.world, &march.draws, t));
        let now = level / (march.factor * life.path.expected_factor(march.world, &march.draws, march.t));
        let start = march.law.shock(march.t, now) - march.w;
        let end = march.law.shock(t, organic) - w;
        if t <= march.t {
            return None;
        }
        if !(start.is_finite() && end.is_finite()) {
            // Without volatility the value crosses at a certain moment, or not at all.
            let crosses = march.law.value(t, w) >= organic;
            return crosses.then(|| (milestone, march.law.certain_crossing(organic, march.t, t)));
        }
        let stream = march.world.milestones[milestone].crossing;
        let uniform = |number| march.draws.uniform(stream, 3 * march.crossings + number);
        let probability = brownian::crossing_probability(start, end, t - march.t);
        let crosses = uniform(0) < probability;
        let at = crosses.then(|| {
            brownian::first_crossing(start, end, t - march.t, math::normal_quantile(uniform(1)), uniform(2))
        });
        march.crossings += 1;
        life.path.last_mut()?.stretch =
            if crosses { Stretch::FirstMeets { start } } else { Stretch::Below { start, end } };
        at.map(|after| (milestone, march.t + after))
    }

    /// A watched level is reached between events.
    fn reach(&mut self, march: &mut March<'_>, milestone: usize, t: f64, life: &mut Life) {
        if let Progress::Watching(level) = self.progress[milestone] {
            let expected = life.path.expected_factor(march.world, &march.draws, t);
            let w = march.law.shock(t, level / (march.factor * expected));
            let w = if w.is_finite() { w } else { march.w };
            march.advance(t, w, life);
            self.reached_now(march, milestone, life);
            self.watched_levels(march, life);
        }
    }

    /// New money or an effect may have lifted the value over a watched level.
    fn watched_levels(&mut self, march: &mut March<'_>, life: &mut Life) {
        if !self.watches {
            return;
        }
        for milestone in 0..self.progress.len() {
            if let Progress::Watching(level) = self.progress[milestone]
                && march.value(life) >= level
            {
                self.reached_now(march, milestone, life);
            }
        }
    }
}
