//! Waiting times from their uniforms, and the calendar in years.

use crate::plan::{ClockPlan, Design, Input, PathDraws, StepPlan, TimingPlan, Transform, WhenPlan};
use crate::quantity::{Day, Span, YEAR_DAYS};
use crate::random::Law as _;

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

/// The probability that a clock started at `start` has rung by `t`, given the path's parameters.
#[must_use]
pub(super) fn chance_by(clock: &ClockPlan, draws: &PathDraws<'_>, start: f64, t: f64) -> f64 {
    let certain = match &clock.timing {
        TimingPlan::When(when) => moment_by(*when, draws, start, t),
        TimingPlan::Hazard { steps, .. } => -libm::expm1(-cumulated(steps, draws, t - start)),
    };
    clock.occurs.map_or(1.0, |(probability, _)| draws.get(probability)) * certain
}

/// The probability that [`moment`] is not after `t`.
fn moment_by(when: WhenPlan, draws: &PathDraws<'_>, start: f64, t: f64) -> f64 {
    let law = |column: usize, x: f64| match &draws.plan[column].transform {
        Transform::Family(sampler) | Transform::WhenUsed(sampler) | Transform::OnDemand(sampler) => {
            sampler.family().cdf(x)
        }
        Transform::Uniform | Transform::Normal => f64::NAN,
    };
    let step = |moment: f64| if moment <= t { 1.0 } else { 0.0 };
    match when {
        WhenPlan::At(Input::Fixed(years)) => step(years.max(start)),
        WhenPlan::After(Input::Fixed(years)) => step(start + years),
        WhenPlan::Later(span) => step(later(draws.origin, start, span)),
        _ if t < start => 0.0,
        WhenPlan::At(Input::Column(column) | Input::OnDemand(column)) => law(column, t),
        WhenPlan::After(Input::Column(column) | Input::OnDemand(column)) => law(column, t - start),
    }
}

/// The hazard of the first `years` of a clock, added up.
fn cumulated(steps: &[StepPlan], draws: &PathDraws<'_>, years: f64) -> f64 {
    let until = |index: usize| steps.get(index + 1).map_or(f64::INFINITY, |next| next.from).min(years);
    let part = |(index, step): (usize, &StepPlan)| (until(index) - step.from).max(0.0) * draws.get(step.rate);
    steps.iter().enumerate().map(part).sum()
}

/// A point in time that counts from `start`, at its `nth` use; never before `start`.
#[must_use]
pub(super) fn moment(when: WhenPlan, draws: &PathDraws<'_>, start: f64, nth: u32) -> f64 {
    match when {
        WhenPlan::At(years) => draws.get_nth(years, nth).max(start),
        WhenPlan::After(years) => start + draws.get_nth(years, nth),
        WhenPlan::Later(span) => later(draws.origin, start, span),
    }
}

/// The calendar day of a moment, `origin` being the day of time zero.
#[must_use]
pub(super) fn day_of(origin: Day, t: f64) -> Day {
    // The small addition keeps a moment that was made from a date on that date.
    let days = t * YEAR_DAYS + 1e-6;
    #[expect(clippy::cast_possible_truncation, reason = "days within the calendar")]
    let towards_zero = days as i32;
    let down = towards_zero - i32::from(f64::from(towards_zero) > days);
    Day(origin.0.saturating_add(down))
}

/// The moment at which a day begins.
#[must_use]
pub(super) fn moment_of(origin: Day, day: Day) -> f64 {
    f64::from(day.0.saturating_sub(origin.0)) / YEAR_DAYS
}

/// The moment a calendar span after another: twelve months after 1 March is 1 March, in leap years too. The
/// time of day stays; a moment that is the start of a day leads to one that is so exactly.
#[must_use]
pub(super) fn later(origin: Day, t: f64, span: Span) -> f64 {
    if !t.is_finite() {
        return t;
    }
    let day = day_of(origin, t);
    let into_day = t * YEAR_DAYS - f64::from(day.0.saturating_sub(origin.0));
    let moment = moment_of(origin, day.plus(span));
    if into_day > 1e-6 { moment + into_day / YEAR_DAYS } else { moment }
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
    let steps = [
        StepPlan { from: 0.0, rate: Input::Fixed(before) },
        StepPlan { from: change, rate: Input::Fixed(after) },
    ];
    let none =
        PathDraws { plan: &[], values: &[], lane: 0, path: 0, origin: Day(0), design: &Design::INDEPENDENT };
    wait(&steps, &none, -libm::log1p(-uniform))
}
