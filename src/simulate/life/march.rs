//! One step of a life: where the motion goes, and what rounds, the flotation and jumps do to the value.

use super::{Event, EventKind, Life, March, Mark, Next};
use crate::model::Sampling;
use crate::plan::{CheckPlan, MilestonePlan, OutlookPlan};
use crate::quantity::YEAR_DAYS;
use crate::random::{brownian, math};
use crate::simulate::clock::{later, moment};
use crate::simulate::outlook::{OpenOutlook, OutlookOf, Surprise};
use crate::simulate::process::next_quarter;
use crate::simulate::value_path::{Point, Stretch};

/// Draws of looks at the value, numbered by the day, follow those of the exits.
const LOOKS: u32 = 4;

/// How a milestone ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Reached,
    /// Or lost.
    Missed,
}

/// Days since the valuation date.
pub(super) fn day_number(t: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "days up to the horizon")]
    let day = (t * YEAR_DAYS) as u32;
    day
}

impl March<'_> {
    /// The next look at a condition: at least a day later, so that time goes on.
    pub(super) fn next_check(&self, check: &CheckPlan) -> f64 {
        later(self.draws.origin, self.t, check.every).max(self.t + 1.0 / YEAR_DAYS)
    }

    pub(super) fn value(&self, life: &Life) -> f64 {
        let expected = life.path.expected_factor(self.world, &self.draws, self.t);
        self.factor * self.law.value(self.t, self.w) * expected
    }

    /// The next moment at which a watched value must be looked at.
    pub(super) fn next_bend(&self) -> f64 {
        // What is expected of other things bends the way to a level as well.
        let world = self.world;
        let expects = world.effects_are_expected
            && (!world.outlooks.is_empty() || world.milestones.iter().any(MilestonePlan::has_effect));
        let quarter = if expects { next_quarter(self.t) } else { f64::INFINITY };
        self.law.next_bend(self.t).min(quarter)
    }

    /// A milestone that happens by chance begins: what is expected of it is part of the value.
    pub(super) fn expect(&self, milestone: usize, deadline: f64, life: &mut Life) {
        if self.world.effects_are_expected && self.world.milestones[milestone].has_effect() {
            let of = OutlookOf::Milestone(milestone);
            life.path.opens(OpenOutlook { of, from: self.t, until: f64::INFINITY, deadline });
        }
    }

    /// The motion at the next event. Each kind of event has draws of its own, so that one more event of one
    /// kind leaves the others' draws where they were.
    pub(super) fn shock_at(&self, next: Next, t: f64, checks: &[u32]) -> f64 {
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
            Next::Look => (streams.other, LOOKS + day_number(t)),
            Next::Jump => (streams.jumps, 3 * self.jump_count + 2),
            Next::Milestone(milestone) => (self.world.milestones[milestone].shock, checks[milestone]),
        };
        let z = math::normal_quantile(self.draws.uniform(stream, draw));
        brownian::bridge_point(self.t, self.w, ahead, end, t, z)
    }

    pub(super) fn advance(&mut self, t: f64, w: f64, life: &mut Life) {
        if t > self.t {
            life.path.push(Point { t, w, factor: self.factor, stretch: Stretch::Free });
        }
        self.t = t;
        self.w = w;
        if t >= self.ahead.0 {
            // Past the known point the motion is tied to the next one again.
            let horizon = (self.world.horizon, self.horizon_end);
            self.ahead = if t < self.exit.0 { self.exit } else { horizon };
        }
    }

    /// Evenly spread points serve best where early coordinates decide most (Caflisch, Morokoff and Owen 1997, section
    /// 5): for them the motion at the exit, which comes when it comes, is drawn before that on the way there. What
    /// decides it is the coordinate that else decides the horizon, unless something goes with that. The law of the
    /// path is the same.
    pub(super) fn know_the_exit(&mut self) {
        let horizon = self.world.horizon;
        let exit = self.ipo.min(self.sale).min(self.failure).max(0.0);
        if self.world.design.sampling() == Sampling::Sobol && exit < horizon {
            let z = math::normal_quantile(self.draws.uniform(self.world.streams.exit, 0));
            let w = if self.world.company_alone {
                let w = self.horizon_end * libm::sqrt(exit / horizon);
                self.horizon_end = w + libm::sqrt(horizon - exit) * z;
                w
            } else {
                brownian::bridge_point(0.0, 0.0, horizon, self.horizon_end, exit, z)
            };
            self.exit = (exit, w);
        } else {
            self.exit = (horizon, self.horizon_end);
        }
        self.ahead = self.exit;
    }

    /// The motion now.
    pub(super) fn mark(&self) -> Mark {
        Mark { t: self.t, w: self.w, log_jumps: self.log_jumps }
    }

    pub(super) fn record(&self, kind: EventKind, value: f64, new_money: f64, life: &mut Life) {
        life.events.push(Event { t: self.t, kind, value, new_money });
    }

    /// The value changes by a factor at this very moment.
    pub(super) fn mark_factor(&self, life: &mut Life) {
        let factor = self.factor;
        if let Some(point) = life.path.last_mut() {
            point.factor = factor;
        }
    }

    /// A milestone changes the value; more than all of it cannot be lost. Where its effects are expected, only the
    /// surprise does: one that never began, or that follows from the value, makes none.
    pub(super) fn take_effect(&mut self, milestone: usize, outcome: Outcome, life: &mut Life) {
        let plan = &self.world.milestones[milestone];
        if self.world.effects_are_expected {
            let open = life.path.closes(OutlookOf::Milestone(milestone), self.t);
            if let Some(surprise) = open.and_then(|open| Surprise::of(self.world, &self.draws, &open)) {
                self.factor *= match outcome {
                    Outcome::Reached => surprise.reached,
                    Outcome::Missed => surprise.missed,
                };
            }
        } else {
            let effect = match outcome {
                Outcome::Reached => plan.effect_if_reached,
                Outcome::Missed => plan.effect_if_missed,
            };
            self.factor *= (1.0 + self.draws.get(effect)).max(0.0);
        }
        self.mark_factor(life);
    }

    pub(super) fn round(&mut self, life: &mut Life) {
        let Some(rounds) = &self.world.rounds else { return };
        let number = self.rounds;
        let market = self.value(life);
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
        life.rounds.push(self.mark());
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
        self.dilution *= 1.0 + new_money / pre_money;
        self.mark_factor(life);
        self.last_post_money = pre_money + new_money;
    }

    /// Whether the sale that is due turns into a flotation.
    pub(super) fn floats_instead(&self, life: &Life) -> bool {
        let chance = self.world.sale.as_ref().and_then(|sale| sale.ipo_instead.as_ref());
        chance.is_some_and(|chance| self.draws.uniform(chance.stream, 0) < chance.at(self.value(life)))
    }

    pub(super) fn float(&mut self, life: &mut Life) {
        let value = self.value(life);
        let fraction =
            self.world.ipo.as_ref().map_or(0.0, |(_, new_money)| self.draws.get(*new_money)).max(0.0);
        life.ipo = self.t;
        life.exit = self.mark();
        self.record(EventKind::Ipo, value, fraction * value, life);
        self.factor *= 1.0 + fraction;
        self.dilution *= 1.0 + fraction;
        self.no_more_sale(life);
        self.mark_factor(life);
        (self.ipo, self.sale, self.next_round) = (f64::INFINITY, f64::INFINITY, f64::INFINITY);
    }

    /// What was given up for the premium of a sale so far stays given up.
    fn no_more_sale(&mut self, life: &mut Life) {
        for (index, outlook) in self.world.outlooks.iter().enumerate() {
            if matches!(outlook, OutlookPlan::Premium(..))
                && let Some(open) = life.path.closes(OutlookOf::World(index), self.t)
            {
                self.factor *= open.factor(self.world, &self.draws, self.t);
            }
        }
    }

    pub(super) fn jump(&mut self, life: &mut Life) {
        if let Some(jumps) = self.jumps {
            let uniform = self.draws.uniform(self.world.streams.jumps, 3 * self.jump_count + 1);
            let log_jump = jumps.mean_log + jumps.sd_log * math::normal_quantile(uniform);
            self.log_jumps += log_jump;
            self.factor *= math::exp(log_jump);
        }
        self.mark_factor(life);
        self.jump_count += 1;
        self.schedule_jump();
    }

    pub(super) fn schedule_jump(&mut self) {
        self.next_jump = match self.jumps {
            Some(jumps) if jumps.per_year > 0.0 => {
                let uniform = self.draws.uniform(self.world.streams.jumps, 3 * self.jump_count);
                self.t - libm::log1p(-uniform) / jumps.per_year
            }
            _ => f64::INFINITY,
        };
    }
}
