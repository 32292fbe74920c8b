//! The earliest moment at which things can happen, in years after the valuation date.

use super::base::years_between;
use super::decoder::Decoder;
use crate::model::{Clock, Gate, Milestone, MilestoneKind, Number, Scenario, Timing, VariableId, When};
use crate::quantity::Day;
use crate::random::Law as _;

/// Earliest moments; infinite for what can never happen. Where nothing is known, today.
pub(super) struct Earliest {
    valuation_date: Day,
    /// By variable.
    lows: Vec<f64>,
    /// A little after the horizon: spans count in months, dates in days.
    pub(super) horizon: f64,
    /// By milestone.
    pub(super) milestones: Vec<f64>,
    first_round: f64,
}

/// Calendar months differ from twelfths of a year by less than this.
const SLACK: f64 = 0.01;

impl Earliest {
    /// Works them out for a scenario whose milestones do not wait for each other in a circle.
    pub(super) fn of(decoder: &Decoder<'_>, scenario: &Scenario) -> Self {
        let mut earliest = Earliest {
            valuation_date: decoder.valuation_date,
            lows: scenario.variables.iter().map(|variable| variable.family.support().0).collect(),
            horizon: 0.0,
            milestones: vec![0.0; scenario.milestones.len()],
            first_round: f64::INFINITY,
        };
        earliest.horizon = earliest.years(decoder.horizon) + SLACK;
        if let Some(rounds) = &scenario.rounds {
            earliest.first_round = earliest.clock(&rounds.first, 0.0);
        }
        // As many passes as there are milestones settle every chain of requirements.
        for _ in &scenario.milestones {
            for (id, milestone) in scenario.milestones.iter().enumerate() {
                earliest.milestones[id] = earliest.milestone(milestone);
            }
        }
        earliest
    }

    /// A day in years.
    pub(super) fn years(&self, day: Day) -> f64 {
        years_between(self.valuation_date, day)
    }

    /// A stated moment that counts from the valuation date.
    pub(super) fn known(&self, when: When) -> Option<f64> {
        match when {
            When::On(day) => Some(self.years(day) + SLACK),
            When::After(span) => Some(span.years() + SLACK),
            When::DrawnDate(_) | When::DrawnSpan(_) => None,
        }
    }

    /// When a clock started at `start` can ring first.
    pub(super) fn clock(&self, clock: &Clock, start: f64) -> f64 {
        match &clock.timing {
            Timing::When(when) => self.when(*when, start),
            Timing::Hazard(steps) => {
                let nought = |rate: Number| rate.known().is_some_and(|rate| rate <= 0.0);
                // Rates of nought throughout switch the event off, which is meant.
                start + steps.iter().find(|step| !nought(step.rate)).map_or(0.0, |step| step.from)
            }
        }
    }

    fn when(&self, when: When, start: f64) -> f64 {
        let low = |id: VariableId| self.lows[id].max(0.0);
        match when {
            When::On(day) => self.years(day).max(start),
            When::After(span) => start + span.years(),
            When::DrawnDate(id) => low(id).max(start),
            When::DrawnSpan(id) => start + low(id),
        }
    }

    /// When the condition of a milestone is first looked at.
    pub(super) fn first_check(&self, milestone: &Milestone) -> f64 {
        let start = milestone.requires.iter().map(|id| self.milestones[*id]).fold(0.0, f64::max);
        match milestone.kind {
            MilestoneKind::Checked { every, .. } => start + every.years(),
            MilestoneKind::Timed(_) | MilestoneKind::ValueReaches(_) => start,
        }
    }

    fn milestone(&self, milestone: &Milestone) -> f64 {
        let start = milestone.requires.iter().map(|id| self.milestones[*id]).fold(0.0, f64::max);
        match &milestone.kind {
            MilestoneKind::Timed(clock) => self.clock(clock, start),
            MilestoneKind::ValueReaches(_) | MilestoneKind::Checked { throughout: true, .. } => start,
            MilestoneKind::Checked { .. } => self.first_check(milestone),
        }
    }

    /// When all gates of a tranche can first hold.
    pub(super) fn tranche(&self, tranche: &crate::model::Tranche) -> f64 {
        let gate = |gate: &Gate| match gate {
            Gate::Milestone(id) => self.milestones[*id],
            Gate::Date(when) => self.when(*when, 0.0),
            Gate::Financing(_) => self.first_round,
        };
        tranche.gates.iter().map(gate).fold(0.0, f64::max)
    }
}
