//! Control variates: numbers of a path whose expectation is 0 for certain, and that go with what a share earns.
//!
//! The company's motion without its drift, exp(σW − σ²t/2) and the compensated jumps, is a martingale M with
//! expectation 1. Where the moments of rounds, exits and failure do not depend on it, so has M at any of them
//! given all those moments, and so has M at one over M at an earlier one. Less 1, and times anything that only the
//! moments decide, the expectation is 0. (A martingale stopped at a time that is independent of it; Glasserman 2003, *Monte Carlo
//! Methods in Financial Engineering*, section 4.1.2, has the underlying price as a control.)

use super::life::{EventKind, Life, Mark};
use super::process::JumpLaw;
use crate::plan::{ClockPlan, Group, Input, PathDraws, ProcessPlan, TimingPlan, WhenPlan, World};
use crate::random::math;
use crate::statistics::MOST_CONTROLS;

/// What is known of the company's motion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
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
    /// What is known of a world.
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
            ProcessPlan::AtDates(_) => return Control::None,
        };
        if !law.into_iter().all(free) {
            return Control::None;
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
            && free(world.value_today)
            // Whether a sale ends the path must not hang on the value.
            && world.sale.as_ref().is_none_or(|sale| sale.ipo_instead.is_none());
        let reset = rounds.is_some_and(|rounds| rounds.step_up.or(rounds.pre_money_amount).is_some());
        if independent { Control::Moments { reset } } else { Control::Horizon }
    }

    /// The controls of a path, each with expectation 0; those without use are 0. `log_rate` is that of present
    /// values a year.
    pub(super) fn of_path(
        self,
        world: &World,
        draws: &PathDraws<'_>,
        life: &Life,
        log_rate: f64,
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
        let reset = match self {
            Control::None => return None,
            Control::Horizon => {
                let t = world.horizon;
                let w = draws.column(world.shocks[0]) * libm::sqrt(t);
                let log = volatility * w - 0.5 * volatility * volatility * t;
                return Some([math::exp(log) - 1.0, 0.0, 0.0]);
            }
            Control::Moments { reset } => reset,
        };
        let end = &life.last;
        let last = log_martingale(end);
        // Shares of a company that fails earn nothing.
        let lives = life.events.last().is_some_and(|event| event.kind != EventKind::Failure);
        let lives = f64::from(u8::from(lives));
        // What a share earns from a mark to the end if the motion is on average, at today's value.
        let since = |mark: &Mark| {
            let growth = math::exp(drift * (end.t - mark.t) - log_rate * end.t);
            lives * growth * (math::exp(last - log_martingale(mark)) - 1.0)
        };
        let start = Mark { t: 0.0, w: 0.0, log_jumps: 0.0 };
        let Some(first) = life.rounds.first() else { return Some([since(&start), 0.0, 0.0]) };
        if reset {
            // From the last price of a share on.
            let price = share_price(world, draws, life)?;
            return Some([price * since(life.rounds.last().unwrap_or(first)), 0.0, 0.0]);
        }
        let at_first = math::exp(log_martingale(first)) - 1.0;
        Some([since(&start), since(first), math::exp((drift - log_rate) * first.t) * at_first])
    }
}

/// The price of a share in the last round, over that of today, where prices do not come from the market. Nought if
/// one of them was no price, and the market's stood in for it.
fn share_price(world: &World, draws: &PathDraws<'_>, life: &Life) -> Option<f64> {
    let rounds = world.rounds.as_ref()?;
    let (mut price, mut worth) = (1.0, draws.get(world.value_today));
    for number in (0_u32..).take(life.rounds.len()) {
        let pre_money = match (rounds.step_up, rounds.pre_money_amount) {
            (Some(multiple), _) => worth * draws.get_nth(multiple, number),
            (None, amount) => draws.get_nth(amount?, number),
        };
        if !(pre_money > 0.0 && worth > 0.0) {
            return Some(0.0);
        }
        let fraction = rounds.size_of_pre_money.map(|size| draws.get_nth(size, number));
        let amount = || rounds.size_amount.map_or(0.0, |amount| draws.get_nth(amount, number));
        price *= pre_money / worth;
        worth = pre_money + fraction.map_or_else(amount, |fraction| fraction * pre_money).max(0.0);
    }
    Some(price)
}
