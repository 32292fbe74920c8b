//! Unobservable inputs as filers list them: technique, input, range, weighted average.
//!
//! Source of the form: FASB ASC 820-10-50-2(bbb), quantitative information about significant unobservable inputs in
//! Level 3 measurements, as amended by ASU 2018-13 (range and weighted average).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::model::{
    Clock, CreditModel, MilestoneKind, Number, PreMoney, Process, RoundSize, Scenario, Timing, Unit, When,
};
use crate::quantity::Span;
use crate::random::{Family, Law};

/// Tail probability at either end of the range of a distribution.
const TAIL: f64 = 0.05;

/// One unobservable input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputRow {
    /// What it is.
    pub input: String,
    /// `fraction`, `multiple`, `years`, `date_years` (years after the valuation date) `currency` or `number`.
    pub unit: Cow<'static, str>,
    /// Lower end: the 5th percentile of a distribution, or the number itself.
    pub low: f64,
    /// Upper end: the 95th percentile, or the number itself.
    pub high: f64,
    /// The mean; none if a distribution has none.
    pub weighted_average: Option<f64>,
}

/// The unobservable inputs of a scenario under the risk-neutral measure, in the order of its world.
pub(super) fn inputs(scenario: &Scenario) -> Vec<InputRow> {
    let mut rows = Rows { scenario, rows: Vec::new() };
    rows.number("company value today", scenario.company.value_today, Unit::Money);
    match &scenario.company.process {
        Process::Gbm { volatility, .. } => rows.number("volatility a year", *volatility, Unit::Fraction),
        Process::Merton { volatility, jumps, .. } => {
            rows.number("volatility a year between jumps", *volatility, Unit::Fraction);
            rows.number("jumps a year", jumps.per_year, Unit::Number);
            rows.number("mean of the logarithm of a jump", jumps.mean_log, Unit::Number);
            rows.number("standard deviation of it", jumps.sd_log, Unit::Number);
        }
        Process::AtDates(_) => {}
    }
    if let Some(fair_value) = &scenario.fair_value {
        match &fair_value.credit {
            CreditModel::Hazard(failure) => {
                rows.clock("failure", &failure.clock);
                rows.number("recovery after failure", failure.recovery, Unit::Fraction);
            }
            CreditModel::CashSpread(spread) | CreditModel::BondAndOption(spread) => {
                rows.push(
                    "credit spread a year",
                    "fraction",
                    [libm::expm1(*spread); 2],
                    Some(libm::expm1(*spread)),
                );
            }
            CreditModel::Structural => {}
        }
    }
    if let Some(rounds) = &scenario.rounds {
        rows.clock("first financing round", &rounds.first);
        rows.extend_when("gap between rounds", rounds.then);
        match rounds.size {
            RoundSize::OfPreMoney(part) => {
                rows.number("new money of a round, part of its pre-money value", part, Unit::Fraction);
            }
            RoundSize::Amount(amount) => rows.number("new money of a round", amount, Unit::Money),
        }
        // Under this measure rounds are priced at the company's value.
        debug_assert!(rounds.pre_money == PreMoney::AtMarket, "a risk-neutral scenario");
    }
    for milestone in &scenario.milestones {
        if let MilestoneKind::Timed(clock) = &milestone.kind {
            rows.clock(&milestone.title, clock);
        }
    }
    if let Some(ipo) = &scenario.ipo {
        rows.clock("flotation", &ipo.clock);
    }
    if let Some(sale) = &scenario.sale {
        rows.clock("sale of the company", &sale.clock);
        rows.extend("premium of a sale", sale.premium, Unit::Fraction);
    }
    rows.rows
}

struct Rows<'a> {
    scenario: &'a Scenario,
    rows: Vec<InputRow>,
}

impl Rows<'_> {
    fn push(&mut self, input: &str, unit: &'static str, [low, high]: [f64; 2], mean: Option<f64>) {
        self.rows.push(InputRow {
            input: input.to_owned(),
            unit: unit.into(),
            low,
            high,
            weighted_average: mean,
        });
    }

    fn number(&mut self, input: &str, number: Number, unit: Unit) {
        match number {
            Number::Known(_) => {
                let value = number.known().unwrap_or(f64::NAN);
                self.push(input, unit_name(unit), [value; 2], Some(value));
            }
            Number::Drawn(id) => {
                let family = self.scenario.variables[id].family.clone();
                self.family(input, &family, unit_name(unit));
            }
        }
    }

    fn family(&mut self, input: &str, family: &Family, unit: &'static str) {
        self.push(input, unit, [family.quantile(TAIL), family.quantile(1.0 - TAIL)], family.mean());
    }

    fn extend(&mut self, input: &str, number: Option<Number>, unit: Unit) {
        if let Some(number) = number {
            self.number(input, number, unit);
        }
    }

    fn extend_when(&mut self, input: &str, when: Option<When>) {
        match when {
            None => {}
            Some(When::After(span)) => self.span(input, span),
            Some(When::On(day)) => {
                let years =
                    f64::from(day.0 - self.scenario.deal.valuation_date.0) / crate::quantity::YEAR_DAYS;
                self.push(input, "date_years", [years; 2], Some(years));
            }
            Some(When::DrawnDate(id)) => {
                let family = self.scenario.variables[id].family.clone();
                self.family(input, &family, "date_years");
            }
            Some(When::DrawnSpan(id)) => {
                let family = self.scenario.variables[id].family.clone();
                self.family(input, &family, "years");
            }
        }
    }

    fn span(&mut self, input: &str, span: Span) {
        self.push(input, "years", [span.years(); 2], Some(span.years()));
    }

    fn clock(&mut self, input: &str, clock: &Clock) {
        self.extend(&format!("probability: {input}"), clock.probability, Unit::Fraction);
        match &clock.timing {
            Timing::When(when) => self.extend_when(&format!("time: {input}"), Some(*when)),
            Timing::Hazard(steps) => {
                for step in steps {
                    let from =
                        if step.from > 0.0 { format!(" from year {}", step.from) } else { String::new() };
                    self.number(&format!("rate a year: {input}{from}"), step.rate, Unit::Fraction);
                }
            }
        }
    }
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "currency",
        Unit::Fraction => "fraction",
        Unit::Multiple => "multiple",
        Unit::Years => "years",
        Unit::Date => "date_years",
        Unit::Number => "number",
    }
}
