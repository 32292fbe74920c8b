//! The life of the company on one path: what happens, when, and what the company is worth then.
//!
//! Time advances from event to event. Between two events the value's Brownian motion is sampled from its
//! exact conditional law given its end point at the horizon, which is drawn first; a milestone on value that
//! is hit in between becomes an event of its own, at its exact time.

use super::clock::{later, moment, ring};
use super::process::{JumpLaw, ValueLaw};
use super::value_path::{Point, Stretch, ValuePath};
use crate::model::Watched;
use crate::plan::{CheckPlan, Input, MilestoneRule, PathDraws, World, YEAR_DAYS};
use crate::random::{Stream, brownian, math};

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
    /// When the company was floated; infinity if never.
    pub ipo: f64,
    /// When the path ended.
    pub end: f64,
    /// The sampled value.
    pub path: ValuePath,
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
    /// A point ahead at which the motion is already known.
    ahead: (f64, f64),
    next_round: f64,
    rounds: u32,
    last_post_money: f64,
    ipo: f64,
    sale: f64,
    failure: f64,
    next_jump: f64,
    jump_count: u32,
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
    Horizon,
}

impl LifeSimulator {
    /// Simulates the path whose draws are given; returns the law its value follows.
    pub fn simulate<'a>(&mut self, world: &'a World, draws: PathDraws<'a>, life: &mut Life) -> ValueLaw<'a> {
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
        march.law
    }

    fn start<'a>(&mut self, world: &'a World, draws: PathDraws<'a>, life: &mut Life) -> March<'a> {
        let count = world.milestones.len();
        life.events.clear();
        life.path.clear();
        for times in [&mut life.reached, &mut life.lost] {
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
            ahead: (world.horizon, self.motions[0].end),
            next_round: or_never(world.rounds.as_ref().map(|rounds| ring(&rounds.first, &draws, 0.0))),
            rounds: 0,
            last_post_money: value_today,
            ipo: or_never(world.ipo.as_ref().map(|(clock, _)| ring(clock, &draws, 0.0))),
            sale: or_never(world.sale.as_ref().map(|sale| ring(&sale.clock, &draws, 0.0))),
            failure: or_never(world.failure.as_ref().map(|clock| ring(clock, &draws, 0.0))),
            next_jump: f64::INFINITY,
            jump_count: 0,
            crossings: 0,
        };
        march.schedule_jump();
        life.ipo = f64::INFINITY;
        life.path.push(Point { t: 0.0, w: 0.0, factor: 1.0, stretch: Stretch::Free });
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
            Next::Known => {}
            Next::Round => march.round(life),
            Next::Ipo => march.float(life),
            Next::Jump => march.jump(life),
            Next::Milestone(milestone) => self.milestone_moment(march, milestone, life),
            Next::Sale => {
                let premium = march.world.sale.as_ref().map_or(0.0, |sale| march.draws.get(sale.premium));
                march.record(EventKind::Sale, march.value() * (1.0 + premium).max(0.0), 0.0, life);
            }
            Next::Failure => march.record(EventKind::Failure, march.value(), 0.0, life),
            Next::Horizon => march.record(EventKind::Horizon, march.value(), 0.0, life),
        }
        matches!(next, Next::Sale | Next::Failure | Next::Horizon)
    }

    /// Whether and where the value first reaches a watched level before the point ahead.
    fn crossing(&self, march: &mut March<'_>, t: f64, w: f64, life: &mut Life) -> Option<(usize, f64)> {
        let lowest = self
            .progress
            .iter()
            .enumerate()
            .filter_map(|(milestone, progress)| match progress {
                Progress::Watching(level) => Some((milestone, *level)),
                _ => None,
            })
            .min_by(|a, b| a.1.total_cmp(&b.1));
        let point = life.path.last_mut()?;
        let Some((milestone, level)) = lowest else {
            point.stretch = Stretch::Free;
            return None;
        };
        let organic = level / march.factor;
        let start = march.law.shock(march.t, organic) - march.w;
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
        let uniform = |number| stream.uniform(march.draws.path, 3 * march.crossings + number);
        let probability = brownian::crossing_probability(start, end, t - march.t);
        let crosses = uniform(0) < probability;
        let at = crosses.then(|| {
            brownian::first_crossing(start, end, t - march.t, math::normal_quantile(uniform(1)), uniform(2))
        });
        march.crossings += 1;
        point.stretch = if crosses { Stretch::FirstMeets { start } } else { Stretch::Below { start, end } };
        at.map(|after| (milestone, march.t + after))
    }

    /// A watched level is reached between events.
    fn reach(&mut self, march: &mut March<'_>, milestone: usize, t: f64, life: &mut Life) {
        if let Progress::Watching(level) = self.progress[milestone] {
            let w = march.law.shock(t, level / march.factor);
            let w = if w.is_finite() { w } else { march.w };
            march.advance(t, w, life);
            self.reached_now(march, milestone, life);
            self.watched_levels(march, life);
        }
    }

    /// New money or an effect may have lifted the value over a watched level.
    fn watched_levels(&mut self, march: &mut March<'_>, life: &mut Life) {
        for milestone in 0..self.progress.len() {
            if let Progress::Watching(level) = self.progress[milestone]
                && march.value() >= level
            {
                self.reached_now(march, milestone, life);
            }
        }
    }

    fn milestone_moment(&mut self, march: &mut March<'_>, milestone: usize, life: &mut Life) {
        match self.progress[milestone] {
            Progress::Scheduled => self.reached_now(march, milestone, life),
            Progress::Waiting | Progress::Doomed | Progress::Watching(_) => {
                self.missed_now(march, milestone, life)
            }
            Progress::Checking => self.check(march, milestone, life),
            Progress::Done => self.next[milestone] = f64::INFINITY,
        }
    }

    fn reached_now(&mut self, march: &mut March<'_>, milestone: usize, life: &mut Life) {
        life.reached[milestone] = march.t;
        self.progress[milestone] = Progress::Done;
        self.next[milestone] = f64::INFINITY;
        march.record(EventKind::Reached(milestone), march.value(), 0.0, life);
        march.take_effect(march.world.milestones[milestone].effect_if_reached, life);
        for later in 0..self.progress.len() {
            self.begin_if_ready(march, later, life);
        }
    }

    fn missed_now(&mut self, march: &mut March<'_>, milestone: usize, life: &mut Life) {
        self.progress[milestone] = Progress::Done;
        self.next[milestone] = f64::INFINITY;
        march.record(EventKind::Missed(milestone), march.value(), 0.0, life);
        march.take_effect(march.world.milestones[milestone].effect_if_missed, life);
        self.miss_dependents(march, milestone, life);
    }

    /// What waits for a milestone that will never stand again is missed as well.
    fn miss_dependents(&mut self, march: &mut March<'_>, milestone: usize, life: &mut Life) {
        for later in 0..self.progress.len() {
            let depends = march.world.milestones[later].requires.contains(&milestone);
            if depends && self.progress[later] == Progress::Waiting {
                self.missed_now(march, later, life);
            }
        }
    }

    /// Starts a waiting milestone whose prerequisites all stand.
    fn begin_if_ready(&mut self, march: &mut March<'_>, milestone: usize, life: &mut Life) {
        let plan = &march.world.milestones[milestone];
        let ready = plan.requires.iter().all(|&required| life.stands(required, march.t));
        if self.progress[milestone] != Progress::Waiting || !ready {
            return;
        }
        let deadline = self.deadlines[milestone];
        let (progress, next) = match &plan.rule {
            MilestoneRule::Timed(clock) => {
                let t = ring(clock, &march.draws, march.t);
                if t <= deadline { (Progress::Scheduled, t) } else { (Progress::Doomed, deadline) }
            }
            MilestoneRule::ValueReaches(level) => (Progress::Watching(march.draws.get(*level)), deadline),
            MilestoneRule::Checked(check) => {
                if check.throughout {
                    life.reached[milestone] = march.t;
                }
                self.next_look(march, milestone, check)
            }
        };
        self.progress[milestone] = progress;
        self.next[milestone] = next;
        let already = matches!(progress, Progress::Watching(level) if march.value() >= level);
        if already {
            self.reached_now(march, milestone, life);
        }
    }

    fn check(&mut self, march: &mut March<'_>, milestone: usize, life: &mut Life) {
        let MilestoneRule::Checked(check) = &march.world.milestones[milestone].rule else { return };
        self.checks[milestone] += 1;
        let holds = self.watched_ratio(march, check) >= march.draws.get(check.level);
        (self.progress[milestone], self.next[milestone]) = self.next_look(march, milestone, check);
        match (check.throughout, holds) {
            (true, false) => self.lost_now(march, milestone, life),
            (false, true) => self.reached_now(march, milestone, life),
            _ => {}
        }
    }

    /// When a condition is looked at next, and what happens if that is past its deadline.
    fn next_look(&self, march: &March<'_>, milestone: usize, check: &CheckPlan) -> (Progress, f64) {
        let (next, deadline) = (march.next_check(check), self.deadlines[milestone]);
        match check.throughout {
            _ if next <= deadline => (Progress::Checking, next),
            true => (Progress::Done, f64::INFINITY),
            false => (Progress::Doomed, deadline),
        }
    }

    fn lost_now(&mut self, march: &mut March<'_>, milestone: usize, life: &mut Life) {
        life.lost[milestone] = march.t;
        self.progress[milestone] = Progress::Done;
        self.next[milestone] = f64::INFINITY;
        march.record(EventKind::Lost(milestone), march.value(), 0.0, life);
        march.take_effect(march.world.milestones[milestone].effect_if_missed, life);
        self.miss_dependents(march, milestone, life);
    }

    /// The watched quantity, relative to today's where the level is.
    fn watched_ratio(&mut self, march: &March<'_>, check: &CheckPlan) -> f64 {
        let value = march.value() / if check.of_today { march.value_today } else { 1.0 };
        // Factors are 1 today.
        match check.watched {
            Watched::Value => value,
            Watched::Factor(factor) => self.factor_value(march, factor),
            Watched::ValueOver(factor) => value / self.factor_value(march, factor),
        }
    }

    fn factor_value(&mut self, march: &March<'_>, factor: usize) -> f64 {
        let plan = &march.world.factors[factor];
        let weights = march.world.shock_factor.row(factor + 1);
        let mut w = weights[0] * march.w;
        for own in 1..=factor + 1 {
            let stream = march.world.factors[own - 1].stream;
            w += weights[own] * self.motions[own].at(march.t, march.world.horizon, stream, march.draws.path);
        }
        let volatility = march.draws.get(plan.volatility);
        math::exp((march.draws.get(plan.drift) - 0.5 * volatility * volatility) * march.t + volatility * w)
    }
}

impl Motion {
    /// The motion at a time not before the last one asked for. The draw is numbered by the day.
    fn at(&mut self, t: f64, horizon: f64, stream: Stream, path: u64) -> f64 {
        if t > self.t {
            let day = libm::floor(t * YEAR_DAYS);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "days up to the horizon"
            )]
            let z = math::normal_quantile(stream.uniform(path, day as u32));
            self.w = brownian::bridge_point(self.t, self.w, horizon, self.end, t.min(horizon), z);
            self.t = t;
        }
        self.w
    }
}

impl March<'_> {
    /// The next look at a condition: at least a day later, so that time goes on.
    fn next_check(&self, check: &CheckPlan) -> f64 {
        later(self.draws.origin, self.t, check.every).max(self.t + 1.0 / YEAR_DAYS)
    }

    fn value(&self) -> f64 {
        self.factor * self.law.value(self.t, self.w)
    }

    /// The motion at the next event. Each kind of event has draws of its own, so that one more event of one
    /// kind leaves the others' draws where they were.
    fn shock_at(&self, next: Next, t: f64, checks: &[u32]) -> f64 {
        let (ahead, end) = self.ahead;
        if t >= ahead {
            return end;
        }
        if t <= self.t {
            return self.w;
        }
        let streams = &self.world.streams;
        let (stream, draw) = match next {
            Next::Round => (streams.round, self.rounds),
            Next::Ipo => (streams.other, 0),
            Next::Sale => (streams.other, 1),
            Next::Failure => (streams.other, 2),
            Next::Known | Next::Horizon => (streams.other, 3),
            Next::Jump => (streams.jumps, 3 * self.jump_count + 2),
            Next::Milestone(milestone) => (self.world.milestones[milestone].shock, checks[milestone]),
        };
        let z = math::normal_quantile(stream.uniform(self.draws.path, draw));
        brownian::bridge_point(self.t, self.w, ahead, end, t, z)
    }

    fn advance(&mut self, t: f64, w: f64, life: &mut Life) {
        if t > self.t {
            life.path.push(Point { t, w, factor: self.factor, stretch: Stretch::Free });
        }
        self.t = t;
        self.w = w;
        if t >= self.ahead.0 {
            // Past the known point the motion is tied to its end at the horizon again.
            self.ahead = (self.world.horizon, self.horizon_end());
        }
    }

    fn horizon_end(&self) -> f64 {
        self.draws.column(self.world.shocks[0]) * libm::sqrt(self.world.horizon)
    }

    fn record(&self, kind: EventKind, value: f64, new_money: f64, life: &mut Life) {
        life.events.push(Event { t: self.t, kind, value, new_money });
    }

    /// The value changes by a factor at this very moment.
    fn mark_factor(&self, life: &mut Life) {
        let factor = self.factor;
        if let Some(point) = life.path.last_mut() {
            point.factor = factor;
        }
    }

    /// A milestone changes the value; more than all of it cannot be lost.
    fn take_effect(&mut self, effect: Input<f64>, life: &mut Life) {
        self.factor *= (1.0 + self.draws.get(effect)).max(0.0);
        self.mark_factor(life);
    }

    fn round(&mut self, life: &mut Life) {
        let Some(rounds) = &self.world.rounds else { return };
        let number = self.rounds;
        let market = self.value();
        let pre_money = if let Some(multiple) = rounds.step_up {
            self.last_post_money * self.draws.get_nth(multiple, number)
        } else if let Some(amount) = rounds.pre_money_amount {
            self.draws.get_nth(amount, number)
        } else {
            market
        };
        // A draw that is no price leaves the company at its value; one that is no money raises none.
        let pre_money = if pre_money > 0.0 { pre_money } else { market };
        let new_money = if let Some(fraction) = rounds.size_of_pre_money {
            pre_money * self.draws.get_nth(fraction, number)
        } else {
            rounds.size_amount.map_or(0.0, |amount| self.draws.get_nth(amount, number))
        };
        let new_money = new_money.max(0.0);
        self.rounds += 1;
        // The gap before the first round may be draw 0 of the same quantity. Rounds are at least a day apart, so
        // that time goes on whatever is drawn.
        self.next_round = match rounds.then {
            Some(then) if self.rounds < rounds.at_most => {
                moment(then, &self.draws, self.t, self.rounds).max(self.t + 1.0 / YEAR_DAYS)
            }
            _ => f64::INFINITY,
        };
        // Nobody buys into a company worth nothing.
        if !(pre_money > 0.0) {
            return;
        }
        // An observed price resets the value.
        self.factor = if market > 0.0 {
            self.factor * (pre_money / market)
        } else {
            pre_money / self.law.value(self.t, self.w)
        };
        self.record(EventKind::Round(number), pre_money, new_money, life);
        self.factor *= 1.0 + new_money / pre_money;
        self.mark_factor(life);
        self.last_post_money = pre_money + new_money;
    }

    fn float(&mut self, life: &mut Life) {
        let value = self.value();
        let fraction =
            self.world.ipo.as_ref().map_or(0.0, |(_, new_money)| self.draws.get(*new_money)).max(0.0);
        life.ipo = self.t;
        self.record(EventKind::Ipo, value, fraction * value, life);
        self.factor *= 1.0 + fraction;
        self.mark_factor(life);
        (self.ipo, self.sale, self.next_round) = (f64::INFINITY, f64::INFINITY, f64::INFINITY);
    }

    fn jump(&mut self, life: &mut Life) {
        if let Some(jumps) = self.jumps {
            let uniform = self.world.streams.jumps.uniform(self.draws.path, 3 * self.jump_count + 1);
            self.factor *= math::exp(jumps.mean_log + jumps.sd_log * math::normal_quantile(uniform));
        }
        self.mark_factor(life);
        self.jump_count += 1;
        self.schedule_jump();
    }

    fn schedule_jump(&mut self) {
        self.next_jump = match self.jumps {
            Some(jumps) if jumps.per_year > 0.0 => {
                let uniform = self.world.streams.jumps.uniform(self.draws.path, 3 * self.jump_count);
                self.t - libm::log1p(-uniform) / jumps.per_year
            }
            _ => f64::INFINITY,
        };
    }
}
