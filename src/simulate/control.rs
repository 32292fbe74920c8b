//! Control variates: numbers of a path whose expectation is 0 for certain, and that go with what the deal pays.
//!
//! The company's motion without its drift, exp(σW − σ²t/2) and the compensated jumps, is a martingale M with
//! expectation 1. Where the moments of rounds, exits and failure do not depend on it, so has M at any of them
//! given all those moments, and so has M at one over M at an earlier one. Less 1, and times anything that only the
//! moments decide, the expectation is 0: a share (Glasserman 2003, *Monte Carlo Methods in Financial Engineering*,
//! section 4.1.2, has the underlying price as a control). Times the larger of what a discount and a cap give for the
//! money in a round, less the expectation of that by Black and Scholes (1973), it is 0 too: a plain note that
//! converts in the round, and that real ones resemble.

use super::life::{EventKind, Life, Mark};
use super::process::JumpLaw;
use crate::plan::{
    ClockPlan, DiscountPlan, Group, Input, KindPlan, PathDraws, ProcessPlan, Terms, TimingPlan, WhenPlan,
    World,
};
use crate::random::math;
use crate::statistics::MOST_CONTROLS;

/// Rounds whose plain notes are looked at.
const ROUNDS: usize = 4;

/// The controls of a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Control {
    known: Known,
    /// Worth of the shares for one unit of money in a note, at the discount: 1/(1 − discount).
    at_discount: f64,
    /// The cap, if it is one amount on all paths.
    cap: Option<f64>,
}

/// What is known of the company's motion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing: the law has no drift to take out, or its spread depends on the motion.
    None,
    /// That its end at the horizon has the law it was drawn from: whatever else depends on it.
    Horizon,
    /// That rounds, exits and failure come when they come whatever it does.
    Moments {
        /// Rounds reset the value to a price that does not depend on it either.
        reset: bool,
    },
}

impl Control {
    /// The controls of a world, with the terms of the first note of the investor's.
    pub(super) fn of(world: &World, terms: &Terms<f64>) -> Self {
        let first = terms.tranches.iter().enumerate().find(|(index, tranche)| {
            let converts =
                |kind: &KindPlan<f64>| matches!(kind, KindPlan::Debt(debt) if debt.conversion.is_some());
            terms.is_valued(*index) && converts(&terms.instruments[tranche.instrument].kind)
        });
        let cap = first.and_then(|(_, tranche)| tranche.cap).and_then(|cap| match cap.valuation.amount {
            Input::Fixed(amount) if !cap.of_value_at_funding && amount > 0.0 => Some(amount),
            _ => None,
        });
        let discount = first.and_then(|(_, tranche)| tranche.discount.first()).map_or(0.0, |(_, d)| *d);
        Self { known: Known::of(world), at_discount: 1.0 / (1.0 - discount), cap }
    }

    /// The controls of a path, each with expectation 0; those without use are 0. `discounting` is that of present
    /// values a year.
    pub(super) fn of_path(
        self,
        world: &World,
        draws: &PathDraws<'_>,
        life: &Life,
        discounting: &DiscountPlan,
    ) -> Option<[f64; MOST_CONTROLS]> {
        let (drift, volatility, jumps) = match &world.process {
            ProcessPlan::Gbm { drift, volatility } => (draws.get(*drift), draws.get(*volatility), None),
            ProcessPlan::Merton { drift, volatility, .. } => {
                (draws.get(*drift), draws.get(*volatility), JumpLaw::of(&world.process, draws))
            }
            ProcessPlan::AtDates(_) => return None,
        };
        let log_martingale = |mark: &Mark| {
            let lost = jumps.map_or(0.0, |jumps| jumps.per_year * jumps.mean_jump());
            volatility * mark.w - (0.5 * volatility * volatility + lost) * mark.t + mark.log_jumps
        };
        let reset = match self.known {
            Known::None => return None,
            Known::Horizon => {
                let t = world.horizon;
                let w = draws.column(world.shocks[0]) * libm::sqrt(t);
                let log = volatility * w - 0.5 * volatility * volatility * t;
                return Some([math::exp(log) - 1.0, 0.0, 0.0, 0.0]);
            }
            Known::Moments { reset } => reset,
        };
        let end = &life.exit;
        let last = log_martingale(end);
        // Shares of a company that fails earn nothing; in a flotation they are sold.
        let fails = life.events.last().is_some_and(|event| event.kind == EventKind::Failure);
        if fails && !life.ipo.is_finite() {
            return Some([0.0; MOST_CONTROLS]);
        }
        // What a share earns from a mark to the end if the motion is on average, at today's value; and as it is.
        let since = |mark: &Mark| {
            let growth = math::exp(drift * (end.t - mark.t) - discounting.log_growth(end.t));
            (growth, growth * math::exp(last - log_martingale(mark)))
        };
        let rounds = &life.rounds;
        if let (true, Some(last)) = (reset, rounds.last()) {
            let [first_price, pre_money, last_price] = share_prices(world, draws, life)?;
            let (average, actual) = since(last);
            let note = self.shares_for_one(pre_money) * last_price / first_price;
            return Some([last_price * (actual - average), note * (actual - average), 0.0, 0.0]);
        }
        let (average, actual) = since(&Mark::default());
        let mut controls = [actual - average, 0.0, 0.0, 0.0];
        let mut value = draws.get(world.value_today);
        for (number, mark) in (0_u32..).zip(rounds).take(ROUNDS) {
            let log = log_martingale(mark);
            let forward = value * math::exp(drift * mark.t);
            let (average, actual) = since(mark);
            // Jumps leave no lognormal value, so the cap is left out.
            let capped = if jumps.is_some() { Self { cap: None, ..self } } else { self };
            let worth = capped.shares_for_one(forward * math::exp(log));
            let expected = capped.expected_shares(forward, volatility * libm::sqrt(mark.t));
            controls[if number == 0 { 1 } else { 2 }] += actual * worth - average * expected;
            if number == 0 {
                controls[3] =
                    math::exp(drift * mark.t - discounting.log_growth(mark.t)) * (math::exp(log) - 1.0);
            }
            let size = world.rounds.as_ref().and_then(|rounds| rounds.size_of_pre_money);
            value *= 1.0 + size.map_or(0.0, |size| draws.get_nth(size, number)).max(0.0);
        }
        Some(controls)
    }

    /// Worth of the shares for one unit of money in a note that converts at a pre-money value.
    fn shares_for_one(&self, value: f64) -> f64 {
        self.cap.map_or(self.at_discount, |cap| self.at_discount.max(value / cap))
    }

    /// Its expectation for a lognormal value: a call on the value with the strike where the cap begins to bind
    /// (Black 1976). `deviation` is that of the logarithm.
    fn expected_shares(&self, forward: f64, deviation: f64) -> f64 {
        let Some(cap) = self.cap else { return self.at_discount };
        if !(deviation > 0.0 && forward > 0.0) {
            return self.shares_for_one(forward);
        }
        let strike = cap * self.at_discount;
        let upper = math::ln(forward / strike) / deviation + 0.5 * deviation;
        let call = forward * math::normal_cdf(upper) - strike * math::normal_cdf(upper - deviation);
        self.at_discount + call / cap
    }
}

impl Known {
    pub(super) fn of(world: &World) -> Self {
        // What was drawn together with the motion's end.
        let tied = |column: usize| {
            world
                .groups
                .iter()
                .any(|Group { columns, .. }| columns.contains(&world.shocks[0]) && columns.contains(&column))
        };
        let free = |input: Input<f64>| match input {
            Input::Fixed(_) => true,
            Input::Column(column) | Input::OnDemand(column) => !tied(column),
        };
        let (drift, law) = match world.process {
            ProcessPlan::Gbm { drift, volatility } => (drift, vec![volatility]),
            ProcessPlan::Merton { drift, volatility, per_year, mean_log, sd_log } => {
                (drift, vec![volatility, per_year, mean_log, sd_log])
            }
            ProcessPlan::AtDates(_) => return Known::None,
        };
        if !law.into_iter().all(free) {
            return Known::None;
        }
        let when = |when: WhenPlan| match when {
            WhenPlan::At(input) | WhenPlan::After(input) => free(input),
            WhenPlan::Later(_) => true,
        };
        let clock = |ClockPlan { occurs, timing }: &ClockPlan| {
            let timing = match timing {
                TimingPlan::When(plan) => when(*plan),
                TimingPlan::Hazard { steps, clock } => {
                    !tied(*clock) && steps.iter().all(|step| free(step.rate))
                }
            };
            timing && occurs.is_none_or(|(probability, column)| free(probability) && !tied(column))
        };
        let exits = world.sale.iter().map(|sale| &sale.clock).chain(world.ipo.iter().map(|ipo| &ipo.0));
        let rounds = world.rounds.as_ref();
        let independent = free(drift)
            && exits.chain(&world.failure).chain(rounds.map(|rounds| &rounds.first)).all(clock)
            && rounds.and_then(|rounds| rounds.then).is_none_or(when)
            && rounds.is_none_or(|rounds| {
                let prices = [rounds.step_up, rounds.pre_money_amount];
                let sizes = [rounds.size_of_pre_money, rounds.size_amount];
                prices.into_iter().chain(sizes).flatten().all(free)
            })
            // Whether a sale is a flotation instead may hang on the value: the exit is at that moment either way.
            && free(world.value_today);
        let reset = rounds.is_some_and(|rounds| rounds.step_up.or(rounds.pre_money_amount).is_some());
        if independent { Known::Moments { reset } } else { Known::Horizon }
    }
}

/// Where prices do not come from the market: the price of a share in the first round over that of today, the
/// pre-money value then, and the price in the last round. The latter is nought if one of them was no price, so that the market's stood in.
fn share_prices(world: &World, draws: &PathDraws<'_>, life: &Life) -> Option<[f64; 3]> {
    let rounds = world.rounds.as_ref()?;
    let (mut price, mut worth) = (1.0, draws.get(world.value_today));
    let mut first = None;
    for number in (0_u32..).take(life.rounds.len()) {
        let pre_money = match (rounds.step_up, rounds.pre_money_amount) {
            (Some(multiple), _) => worth * draws.get_nth(multiple, number),
            (None, amount) => draws.get_nth(amount?, number),
        };
        if !(pre_money > 0.0 && worth > 0.0) {
            return Some([1.0, 0.0, 0.0]);
        }
        let fraction = rounds.size_of_pre_money.map(|size| draws.get_nth(size, number));
        let amount = || rounds.size_amount.map_or(0.0, |amount| draws.get_nth(amount, number));
        price *= pre_money / worth;
        worth = pre_money + fraction.map_or_else(amount, |fraction| fraction * pre_money).max(0.0);
        first.get_or_insert((price, pre_money));
    }
    let (first_price, pre_money) = first?;
    Some([first_price, pre_money, price])
}
