//! Milestones on their way: begun, watched, looked at, reached, missed and lost.

use super::march::{Outcome, day_number};
use super::{EventKind, Life, LifeSimulator, March, Motion, Progress};
use crate::model::Watched;
use crate::plan::{CheckPlan, FactorPlan, MilestoneRule, PathDraws};
use crate::random::{Stream, brownian, math};
use crate::simulate::clock::ring;

impl LifeSimulator {
    pub(super) fn milestone_moment(&mut self, march: &mut March<'_>, milestone: usize, life: &mut Life) {
        match self.progress[milestone] {
            Progress::Scheduled => self.reached_now(march, milestone, life),
            Progress::Waiting | Progress::Doomed | Progress::Watching(_) => {
                self.missed_now(march, milestone, life);
            }
            Progress::Checking => self.check(march, milestone, life),
            Progress::Done => self.next[milestone] = f64::INFINITY,
        }
    }

    pub(super) fn reached_now(&mut self, march: &mut March<'_>, milestone: usize, life: &mut Life) {
        life.reached[milestone] = march.t;
        self.progress[milestone] = Progress::Done;
        self.next[milestone] = f64::INFINITY;
        march.record(EventKind::Reached(milestone), march.value(life), 0.0, life);
        march.take_effect(milestone, Outcome::Reached, life);
        for later in 0..self.progress.len() {
            self.begin_if_ready(march, later, life);
        }
    }

    pub(super) fn missed_now(&mut self, march: &mut March<'_>, milestone: usize, life: &mut Life) {
        self.progress[milestone] = Progress::Done;
        self.next[milestone] = f64::INFINITY;
        life.missed[milestone] = march.t;
        march.record(EventKind::Missed(milestone), march.value(life), 0.0, life);
        march.take_effect(milestone, Outcome::Missed, life);
        self.miss_dependents(march, milestone, life);
    }

    /// What waits for a milestone that will never stand again is missed as well.
    pub(super) fn miss_dependents(&mut self, march: &mut March<'_>, milestone: usize, life: &mut Life) {
        for later in 0..self.progress.len() {
            let depends = march.world.milestones[later].requires.contains(&milestone);
            if depends && self.progress[later] == Progress::Waiting {
                self.missed_now(march, later, life);
            }
        }
    }

    /// Starts a waiting milestone whose prerequisites all stand.
    pub(super) fn begin_if_ready(&mut self, march: &mut March<'_>, milestone: usize, life: &mut Life) {
        let plan = &march.world.milestones[milestone];
        let ready = plan.requires.iter().all(|&required| life.stands(required, march.t));
        if self.progress[milestone] != Progress::Waiting || !ready {
            return;
        }
        let deadline = self.deadlines[milestone];
        let (progress, next) = match &plan.rule {
            MilestoneRule::Timed(clock) => {
                let t = ring(clock, &march.draws, march.t);
                march.expect(milestone, deadline, life);
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
        let already = matches!(progress, Progress::Watching(level) if march.value(life) >= level);
        if already {
            self.reached_now(march, milestone, life);
        }
    }

    pub(super) fn check(&mut self, march: &mut March<'_>, milestone: usize, life: &mut Life) {
        let MilestoneRule::Checked(check) = &march.world.milestones[milestone].rule else { return };
        self.checks[milestone] += 1;
        let holds = self.watched_ratio(march, check, life) >= march.draws.get(check.level);
        (self.progress[milestone], self.next[milestone]) = self.next_look(march, milestone, check);
        match (check.throughout, holds) {
            (true, false) => self.lost_now(march, milestone, life),
            (false, true) => self.reached_now(march, milestone, life),
            _ => {}
        }
    }

    /// When a condition is looked at next, and what happens if that is past its deadline.
    pub(super) fn next_look(
        &self,
        march: &March<'_>,
        milestone: usize,
        check: &CheckPlan,
    ) -> (Progress, f64) {
        let (next, deadline) = (march.next_check(check), self.deadlines[milestone]);
        match check.throughout {
            _ if next <= deadline => (Progress::Checking, next),
            true => (Progress::Done, f64::INFINITY),
            false => (Progress::Doomed, deadline),
        }
    }

    pub(super) fn lost_now(&mut self, march: &mut March<'_>, milestone: usize, life: &mut Life) {
        life.lost[milestone] = march.t;
        self.progress[milestone] = Progress::Done;
        self.next[milestone] = f64::INFINITY;
        march.record(EventKind::Lost(milestone), march.value(life), 0.0, life);
        march.take_effect(milestone, Outcome::Missed, life);
        self.miss_dependents(march, milestone, life);
    }

    /// The watched quantity, relative to today's where the level is.
    pub(super) fn watched_ratio(&mut self, march: &March<'_>, check: &CheckPlan, life: &Life) -> f64 {
        let value = march.value(life) / if check.of_today { march.value_today } else { 1.0 };
        // Factors are 1 today.
        match check.watched {
            Watched::Value => value,
            Watched::Factor(factor) => self.factor_value(march, factor),
            Watched::ValueOver(factor) => value / self.factor_value(march, factor),
        }
    }

    pub(super) fn factor_value(&mut self, march: &March<'_>, factor: usize) -> f64 {
        let plan = &march.world.factors[factor];
        let weights = march.world.shock_factor.row(factor + 1);
        let mut w = weights[0] * march.w;
        let own = weights.iter().zip(&mut self.motions).skip(1).zip(&march.world.factors);
        for ((weight, motion), FactorPlan { stream, .. }) in own {
            w += weight * motion.at(march.t, march.world.horizon, *stream, &march.draws);
        }
        let volatility = march.draws.get(plan.volatility);
        math::exp((march.draws.get(plan.drift) - 0.5 * volatility * volatility) * march.t + volatility * w)
    }
}

impl Motion {
    /// The motion at a time not before the last one asked for. The draw is numbered by the day.
    fn at(&mut self, t: f64, horizon: f64, stream: Stream, draws: &PathDraws<'_>) -> f64 {
        if t > self.t {
            let z = math::normal_quantile(draws.uniform(stream, day_number(t)));
            self.w = brownian::bridge_point(self.t, self.w, horizon, self.end, t.min(horizon), z);
            self.t = t;
        }
        self.w
    }
}
