//! The company's value as a function of time and of one Brownian motion.
//!
//! Every process is written as value(t) = factor(t) · organic(t, W(t)), where W is a standard Brownian motion
//! and the factor changes only at events (new money, jumps, effects of milestones). Sampling W exactly, in any
//! order of dates, then samples the value exactly.

use crate::plan::{PathDraws, ProcessPlan};
use crate::random::{Family, math};

/// The process on one path: the parameters that are uncertain have been drawn.
#[derive(Clone, Copy, Debug)]
pub enum ValueLaw<'a> {
    /// `start · exp(log_drift · t + volatility · W)`: at rest it is today's value to the last bit.
    Lognormal {
        /// The value today.
        start: f64,
        /// Growth of the logarithm a year.
        log_drift: f64,
        /// Standard deviation of the logarithm over a year.
        volatility: f64,
    },
    /// Distributions at dates, joined by W: at date t the value is the quantile at Φ(W/√t); between dates its
    /// logarithm is interpolated in t at fixed W, and before the first and after the last it moves in parallel
    /// to the medians. For lognormals of even growth this is geometric Brownian motion exactly.
    AtDates {
        /// Years and distribution, ascending.
        dates: &'a [(f64, Family)],
        /// Logarithm of the value today.
        log_start: f64,
    },
}

/// Lognormal jumps at Poisson times (Merton 1976), as drawn for the path.
#[derive(Clone, Copy, Debug)]
pub struct JumpLaw {
    /// Expected number a year.
    pub per_year: f64,
    /// Mean of the logarithm of the jump factor.
    pub mean_log: f64,
    /// Its standard deviation.
    pub sd_log: f64,
}

impl JumpLaw {
    /// The jumps of a path; none if the process has none.
    #[must_use]
    pub fn of(process: &ProcessPlan, draws: &PathDraws<'_>) -> Option<Self> {
        match process {
            ProcessPlan::Merton { per_year, mean_log, sd_log, .. } => Some(Self {
                per_year: draws.get(*per_year),
                mean_log: draws.get(*mean_log),
                sd_log: draws.get(*sd_log),
            }),
            ProcessPlan::Gbm { .. } | ProcessPlan::AtDates(_) => None,
        }
    }

    /// Expected growth in a jump.
    #[must_use]
    pub fn mean_jump(&self) -> f64 {
        math::exp(self.mean_log + 0.5 * self.sd_log * self.sd_log) - 1.0
    }
}

impl<'a> ValueLaw<'a> {
    /// The law of a path, and its jumps if it has any.
    #[must_use]
    pub fn of(process: &'a ProcessPlan, value_today: f64, draws: &PathDraws<'_>) -> (Self, Option<JumpLaw>) {
        match process {
            ProcessPlan::Gbm { drift, volatility } => {
                (Self::lognormal(value_today, draws.get(*drift), draws.get(*volatility)), None)
            }
            ProcessPlan::Merton { drift, volatility, .. } => {
                let jumps = JumpLaw::of(process, draws);
                // The drift is that of the expected value, so the jumps' mean growth is taken out of the rest.
                let growth = jumps.map_or(0.0, |jumps| jumps.per_year * jumps.mean_jump());
                (Self::lognormal(value_today, draws.get(*drift) - growth, draws.get(*volatility)), jumps)
            }
            ProcessPlan::AtDates(dates) => {
                (ValueLaw::AtDates { dates, log_start: math::ln(value_today) }, None)
            }
        }
    }

    fn lognormal(start: f64, drift: f64, volatility: f64) -> Self {
        ValueLaw::Lognormal { start, log_drift: drift - 0.5 * volatility * volatility, volatility }
    }

    /// The organic value at a time, given W.
    #[must_use]
    pub fn value(&self, t: f64, w: f64) -> f64 {
        match *self {
            ValueLaw::Lognormal { start, log_drift, volatility } => {
                start * math::exp(log_drift * t + volatility * w)
            }
            ValueLaw::AtDates { dates, log_start } => math::exp(log_at(dates, log_start, t, w)),
        }
    }

    /// The organic value at a time as nearly exp(centre + slope · W) near W = 0: centre and slope. Exact for a
    /// lognormal law.
    #[must_use]
    pub fn log_line(&self, t: f64) -> (f64, f64) {
        match *self {
            ValueLaw::Lognormal { start, log_drift, volatility } => {
                (math::ln(start) + log_drift * t, volatility)
            }
            ValueLaw::AtDates { dates, log_start } => {
                let reach = libm::sqrt(t.max(1e-6));
                let at = |w: f64| log_at(dates, log_start, t, w);
                (at(0.0), (at(reach) - at(-reach)) / (2.0 * reach))
            }
        }
    }

    /// The W at which the organic value at a time equals `value`; infinite if no W does.
    #[must_use]
    pub fn shock(&self, t: f64, value: f64) -> f64 {
        match *self {
            ValueLaw::Lognormal { start, log_drift, volatility } => {
                (math::ln(value / start) - log_drift * t) / volatility
            }
            ValueLaw::AtDates { dates, log_start } => {
                // Before the first date the value depends on W as it does then, however little W moves by now.
                let reach = 9.0 * libm::sqrt(dates.first().map_or(t, |(first, _)| t.max(*first)));
                let log_value = math::ln(value);
                root(|w| log_at(dates, log_start, t, w) - log_value, reach)
            }
        }
    }

    /// Where the way to a level is bent: the next moment after `t` at which a watched value must be sampled for
    /// the level to be as good as a straight line in between, in terms of W. Infinity if it is one throughout.
    #[must_use]
    pub fn next_bend(&self, t: f64) -> f64 {
        match *self {
            ValueLaw::Lognormal { .. } => f64::INFINITY,
            ValueLaw::AtDates { dates, .. } => {
                let date = dates.iter().map(|(years, _)| *years).find(|years| *years > t);
                date.map_or(next_quarter(t), |date| date.min(next_quarter(t)))
            }
        }
    }

    /// The time in (from, to] at which a value without volatility reaches a level; it must do so.
    #[must_use]
    pub fn certain_crossing(&self, level: f64, from: f64, to: f64) -> f64 {
        match *self {
            ValueLaw::Lognormal { start, log_drift, volatility: 0.0 } => {
                (math::ln(level / start) / log_drift).clamp(from, to)
            }
            _ => to,
        }
    }
}

/// The end of the quarter of a year, counted from the valuation date, that `t` lies in.
#[must_use]
pub(super) fn next_quarter(t: f64) -> f64 {
    0.25 * (libm::floor(4.0 * t) + 1.0)
}

/// A value below this, such as one of nought, counts as this: a billionth of a unit of currency.
const SMALLEST_VALUE: f64 = 1e-9;

/// Logarithm of the quantile at Φ(W/√years). It does not go by way of Φ where it need not: between two dates
/// far apart W/√years passes 8, where Φ rounds to 1 and a quantile to infinity.
fn log_quantile(family: &Family, years: f64, w: f64) -> f64 {
    let mut value = [w / libm::sqrt(years)];
    family.fill_from_normals(&mut value);
    math::ln(value[0].max(SMALLEST_VALUE))
}

fn log_at(dates: &[(f64, Family)], log_start: f64, t: f64, w: f64) -> f64 {
    let next = dates.iter().position(|(years, _)| *years >= t);
    match next {
        Some(0) => {
            let (years, family) = &dates[0];
            let trend = log_quantile(family, *years, 0.0) - log_start;
            log_quantile(family, *years, w) - trend * (1.0 - t / years)
        }
        Some(next) => {
            let (t0, before) = &dates[next - 1];
            let (t1, after) = &dates[next];
            let share = (t - t0) / (t1 - t0);
            (1.0 - share) * log_quantile(before, *t0, w) + share * log_quantile(after, *t1, w)
        }
        None => {
            let (last, family) = &dates[dates.len() - 1];
            let (from, start) = match dates.len() {
                1 => (0.0, log_start),
                n => (dates[n - 2].0, log_quantile(&dates[n - 2].1, dates[n - 2].0, 0.0)),
            };
            let trend = (log_quantile(family, *last, 0.0) - start) / (last - from);
            log_quantile(family, *last, w) + trend * (t - last)
        }
    }
}

/// Root of a function that increases on (−reach, reach); the infinite end it lies beyond if it has none.
///
/// False position with the Illinois rule (Dowell and Jarratt 1971), every third step a halving: about ten
/// evaluations where the function is smooth, some sixty where it jumps.
fn root(increasing: impl Fn(f64) -> f64, reach: f64) -> f64 {
    let (mut low, mut high) = (-reach, reach);
    let (mut below, mut above) = (increasing(low), increasing(high));
    if below >= 0.0 {
        return f64::NEG_INFINITY;
    }
    if above <= 0.0 {
        return f64::INFINITY;
    }
    let mut last_was_low = None;
    for step in 0_u32..200 {
        let falsi = low - below * (high - low) / (above - below);
        let middle = if step % 3 == 2 || !(low < falsi && falsi < high) { 0.5 * (low + high) } else { falsi };
        let height = increasing(middle);
        if height.abs() < 1e-14 || high - low < 1e-15 * reach {
            return middle;
        }
        // An end that stays put twice counts half, so that the other does not creep.
        if height < 0.0 {
            (low, below) = (middle, height);
            above *= if last_was_low == Some(true) { 0.5 } else { 1.0 };
        } else {
            (high, above) = (middle, height);
            below *= if last_was_low == Some(false) { 0.5 } else { 1.0 };
        }
        last_was_low = Some(height < 0.0);
    }
    0.5 * (low + high)
}
