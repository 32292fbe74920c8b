//! Numbers, dates and chances of a scenario in words.

use std::cell::Cell;

use super::figures;
use crate::model::{
    Clock, Coordinate, MilestoneId, MilestoneKind, Number, Scenario, Timing, Unit, VariableId, When,
};
use crate::number::Decimal;
use crate::quantity::{Day, Span};
use crate::random::{Family, Law as _};

/// What the sentences of one scenario have in common.
pub(super) struct Teller<'a> {
    pub(super) scenario: &'a Scenario,
    /// How often each variable has been told.
    uses: Vec<Cell<u32>>,
    /// Which variables stand in several places, so that one draw serves them all.
    shared: Vec<bool>,
}

impl<'a> Teller<'a> {
    /// For a scenario of which nothing is told yet.
    pub(super) fn new(scenario: &'a Scenario) -> Self {
        let count = scenario.variables.len();
        Self { scenario, uses: vec![Cell::new(0); count], shared: vec![false; count] }
    }

    /// After one telling: knows which variables stand in several places.
    pub(super) fn again(self) -> Self {
        let shared = self.uses.iter().map(|uses| uses.get() > 1).collect();
        Self { shared, ..Self::new(self.scenario) }
    }

    /// A known amount of money.
    pub(super) fn amount(&self, value: Decimal) -> String {
        figures::amount(value, &self.scenario.deal.currency)
    }

    /// A number in its unit, known or uncertain.
    pub(super) fn number(&self, number: Number, unit: Unit) -> String {
        match number {
            Number::Known(value) => self.known(value, unit),
            Number::Drawn(id) => self.drawn(id),
        }
    }

    /// A known number in its unit.
    pub(super) fn known(&self, value: Decimal, unit: Unit) -> String {
        match unit {
            Unit::Money => self.amount(value),
            Unit::Fraction => figures::rate(value),
            Unit::Multiple => figures::multiple(value),
            Unit::Number => figures::number(value),
            Unit::Years => figures::years(Number::Known(value).known().unwrap_or(f64::NAN)),
            Unit::Date => self.date(Number::Known(value).known().unwrap_or(f64::NAN)),
        }
    }

    /// A change such as `raises … by 5%`, of what it acts on.
    pub(super) fn change(&self, number: Number, of: &str) -> String {
        match number {
            Number::Known(value) if value.is_zero() => format!("leaves {of} as it is"),
            Number::Known(value) if value < Decimal::ZERO => {
                format!("lowers {of} by {}", figures::rate(-value))
            }
            Number::Known(value) => format!("raises {of} by {}", figures::rate(value)),
            Number::Drawn(id) => format!("changes {of} by {}", self.drawn(id)),
        }
    }

    fn drawn(&self, id: VariableId) -> String {
        let variable = &self.scenario.variables[id];
        self.uses[id].set(self.uses[id].get() + 1);
        let what = match variable.unit {
            Unit::Money => "amount",
            Unit::Fraction => "fraction",
            Unit::Multiple => "multiple",
            Unit::Years => "span",
            Unit::Date => "day",
            Unit::Number => "number",
        };
        let often = match (variable.repeated, self.shared[id]) {
            (true, _) => "; drawn anew each time".to_owned(),
            (false, true) => format!("; \"{}\", the same draw wherever it is named", variable.name),
            (false, false) => String::new(),
        };
        format!("an uncertain {what} [{}{often}]", self.family(&variable.family, variable.unit))
    }

    /// A distribution: its span from P10 to P90, median, name and bounds.
    pub(super) fn family(&self, family: &Family, unit: Unit) -> String {
        match family {
            Family::Constant(law) => format!("{} for certain", self.figure(law.quantile(0.5), unit)),
            Family::Discrete(law) => {
                let atom = |(value, chance): (f64, f64)| {
                    format!("{} ({})", self.figure(value, unit), percent(chance))
                };
                format!("one of {}", figures::list(&law.atoms().map(atom).collect::<Vec<_>>()))
            }
            _ => {
                let [low, median, high] = [0.1, 0.5, 0.9].map(|u| family.quantile(u));
                let step = ((high - low) / 10.0).max(f64::MIN_POSITIVE);
                let [low, median, high] = self.figures([low, median, high], step, unit);
                let bounds = self.bounds(family, unit);
                let name = family_name(family);
                format!("between {low} and {high} (P10–P90), median {median}, {name}{bounds}")
            }
        }
    }

    /// Bounds that the family's name does not already tell.
    fn bounds(&self, family: &Family, unit: Unit) -> String {
        let (low, high) = family.support();
        match (low.is_finite(), high.is_finite()) {
            (true, true) => {
                format!(" from {} to {}", self.figure(low, unit), self.figure(high, unit))
            }
            (true, false) if low != 0.0 => format!(" from {} up", self.figure(low, unit)),
            (false, true) => format!(" up to {}", self.figure(high, unit)),
            _ => String::new(),
        }
    }

    /// One value of a distribution.
    fn figure(&self, value: f64, unit: Unit) -> String {
        let [text, ..] = self.figures([value; 3], f64::max(value.abs() * 1e-3, f64::MIN_POSITIVE), unit);
        text
    }

    fn figures(&self, values: [f64; 3], step: f64, unit: Unit) -> [String; 3] {
        match unit {
            Unit::Money => {
                values.map(|value| figures::money_to_step(value, step, &self.scenario.deal.currency))
            }
            Unit::Fraction => {
                values.map(|value| format!("{}%", figures::to_step(100.0 * value, 100.0 * step)))
            }
            Unit::Multiple => values.map(|value| format!("{}x", figures::to_step(value, step))),
            Unit::Number => values.map(|value| figures::to_step(value, step)),
            Unit::Date => values.map(|value| self.date(value)),
            Unit::Years => {
                let (scale, noun) = if values[2] < 2.0 { (12.0, "month") } else { (1.0, "year") };
                values.map(|value| {
                    let text = figures::to_step(scale * value, scale * step);
                    let plural = if text == "1" { "" } else { "s" };
                    format!("{text} {noun}{plural}")
                })
            }
        }
    }

    /// The date a number of years after the valuation date.
    pub(super) fn date(&self, years: f64) -> String {
        figures::day(self.scenario.deal.valuation_date, years).to_string()
    }

    /// A point in time that counts from `start`.
    pub(super) fn when(&self, when: When, start: &str) -> String {
        match when {
            When::On(day) => format!("on {day}"),
            When::After(span) if span == Span::default() => format!("at once, counted from {start}"),
            When::After(span) => format!("{span} after {start}"),
            When::DrawnDate(id) => format!("on {}", self.drawn(id)),
            When::DrawnSpan(id) => format!("{} after {start}", self.drawn(id)),
        }
    }

    /// A point in time that counts from the valuation date, with the day a fixed span ends on.
    pub(super) fn dated(&self, when: When) -> String {
        let text = self.when(when, "the valuation date");
        match when {
            When::After(span) => format!("{text} ({})", self.after_valuation(span)),
            When::On(_) | When::DrawnDate(_) | When::DrawnSpan(_) => text,
        }
    }

    fn after_valuation(&self, span: Span) -> Day {
        self.scenario.deal.valuation_date.plus(span)
    }

    /// Whether and when something happens, as the end of a sentence on it.
    pub(super) fn clock(&self, clock: &Clock, start: &str) -> String {
        let Clock { probability, timing } = clock;
        let timing = match timing {
            Timing::When(when) => self.when(*when, start),
            Timing::Hazard(steps) => self.hazard(steps, start),
        };
        match probability {
            None => timing,
            Some(chance) => {
                format!("with probability {}; if so, {timing}", self.number(*chance, Unit::Fraction))
            }
        }
    }

    fn hazard(&self, steps: &[crate::model::Step], start: &str) -> String {
        let rate = |step: &crate::model::Step| format!("{} a year", self.number(step.rate, Unit::Fraction));
        let mut parts = Vec::new();
        for (index, step) in steps.iter().enumerate() {
            let from = figures::years(step.from);
            let since = match (index, step.from > 0.0) {
                (0, false) => String::new(),
                (0, true) => format!("nothing for the first {from}, then "),
                _ => format!("from {from} on "),
            };
            parts.push(format!("{since}{}", rate(step)));
        }
        format!("at a hazard rate of {}, counted from {start}", parts.join(", "))
    }

    /// A milestone's name in quotes.
    pub(super) fn milestone(&self, id: MilestoneId) -> String {
        format!("\"{}\"", self.scenario.milestones[id].heading())
    }

    /// Several milestones.
    pub(super) fn milestones(&self, ids: &[MilestoneId]) -> String {
        figures::list(&ids.iter().map(|id| self.milestone(*id)).collect::<Vec<_>>())
    }

    /// A member of a correlation, and which way round it counts.
    pub(super) fn coordinate(&self, coordinate: Coordinate) -> String {
        let Scenario { factors, variables, milestones, ipo, sale, failure, .. } = self.scenario;
        let event = |name: &str, clock: Option<&Clock>| match clock {
            Some(Clock { probability: Some(_), .. }) => format!("{name} happening"),
            Some(Clock { probability: None, .. }) => format!("{name} taking long"),
            None => name.to_owned(),
        };
        match coordinate {
            Coordinate::Company => "the company's value".to_owned(),
            Coordinate::Factor(index) => format!("factor \"{}\"", factors[index].name),
            Coordinate::Variable(id) => format!("\"{}\"", variables[id].name),
            Coordinate::Ipo => event("the IPO", ipo.as_ref().map(|ipo| &ipo.clock)),
            Coordinate::Sale => event("the sale", sale.as_ref().map(|sale| &sale.clock)),
            Coordinate::Failure => event("the failure", failure.as_ref().map(|failure| &failure.clock)),
            Coordinate::Milestone(id) => {
                let clock = match &milestones[id].kind {
                    MilestoneKind::Timed(clock) => Some(clock),
                    MilestoneKind::ValueReaches(_) | MilestoneKind::Checked { .. } => None,
                };
                event(&format!("milestone {}", self.milestone(id)), clock)
            }
        }
    }
}

/// A probability or weight.
pub(super) fn percent(fraction: f64) -> String {
    format!("{}%", figures::to_step(100.0 * fraction, 1.0))
}

/// A family's name.
fn family_name(family: &Family) -> String {
    let name = match family {
        Family::Constant(_) => "certain",
        Family::Uniform(_) => "uniform",
        Family::Normal(_) => "normal",
        Family::Lognormal(_) => "lognormal",
        Family::Triangular(_) => "triangular",
        Family::Pert(_) => "PERT",
        Family::Beta(_) => "beta",
        Family::Gamma(_) => "gamma",
        Family::Exponential(_) => "exponential",
        Family::Weibull(_) => "Weibull",
        Family::Pareto(_) => "Pareto",
        Family::StudentT(_) => "Student's t",
        Family::Discrete(_) => "discrete",
        Family::Empirical(_) => "a sample, interpolated",
        Family::Metalog(_) => "metalog",
        Family::Truncated(_) => "truncated",
        Family::Mixture(law) => {
            let part =
                |(weight, family): &(f64, Family)| format!("{} ({})", family_name(family), percent(*weight));
            let parts: Vec<String> = law.parts().iter().map(part).collect();
            return format!("a mixture of {}", figures::list(&parts));
        }
    };
    name.to_owned()
}
