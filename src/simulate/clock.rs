//! Waiting times from their uniforms.

use crate::plan::{ClockPlan, Input, PathDraws, StepPlan, TimingPlan, WhenPlan};

/// The moment, in years after the valuation date, at which a clock started at `start` rings; infinity if it
/// never does.
#[must_use]
pub(super) fn ring(clock: &ClockPlan, draws: &PathDraws<'_>, start: f64) -> f64 {
    if let Some((probability, column)) = clock.occurs {
        // A high draw means that it happens, so that a positive correlation does what one expects of it.
        if draws.column(column) <= 1.0 - draws.get(probability) {
            return f64::INFINITY;
        }
    }
    match &clock.timing {
        TimingPlan::When(when) => moment(*when, draws, start, 0),
        TimingPlan::Hazard { steps, clock } => {
            let cumulated = -libm::log1p(-draws.column(*clock));
            start + wait(steps, draws, cumulated)
        }
    }
}

/// A point in time that counts from `start`, at its `nth` use; never before `start`.
#[must_use]
pub(super) fn moment(when: WhenPlan, draws: &PathDraws<'_>, start: f64, nth: u32) -> f64 {
    match when {
        WhenPlan::At(years) => draws.get_nth(years, nth).max(start),
        WhenPlan::After(years) => start + draws.get_nth(years, nth),
    }
}

/// Inverts the cumulated hazard of piecewise constant rates (Cox and Oakes 1984, §2.3).
fn wait(steps: &[StepPlan], draws: &PathDraws<'_>, cumulated: f64) -> f64 {
    let mut left = cumulated;
    for (index, step) in steps.iter().enumerate() {
        let rate = draws.get(step.rate);
        let until = steps.get(index + 1).map_or(f64::INFINITY, |next| next.from);
        let room = if rate > 0.0 { rate * (until - step.from) } else { 0.0 };
        if left <= room && rate > 0.0 {
            return step.from + left / rate;
        }
        left -= room;
    }
    f64::INFINITY
}

/// Waiting time at one rate before a moment and another after it, both counted from now.
#[must_use]
pub(super) fn two_rates(uniform: f64, before: f64, change: f64, after: f64) -> f64 {
    let steps = [StepPlan { from: 0.0, rate: Input::Fixed(before) }, StepPlan { from: change, rate: Input::Fixed(after) }];
    let none = PathDraws { plan: &[], values: &[], lane: 0, path: 0 };
    wait(&steps, &none, -libm::log1p(-uniform))
}
