//! What was drawn for a path, column by column of its plan.

use super::{Telling, figures, layout};
use crate::model::Unit;
use crate::plan::{ClockPlan, Input, MilestoneRule, PathDraws, TimingPlan};
use crate::simulate::EventKind;

/// One drawn number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draw {
    /// The variable's name, or that of the thing in the world it decides.
    pub(super) name: String,
    /// What it is.
    pub(super) kind: DrawKind,
}

/// What a drawn number means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum DrawKind {
    /// A variable in its unit; one value, or one for each use.
    Variable { unit: Unit, values: Vec<f64> },
    /// A process's standard normal over the whole horizon.
    Shock { normal: f64 },
    /// Something happens if the uniform is above one minus its probability.
    Chance { uniform: f64, probability: f64 },
    /// The hazard that must build up until something happens: −ln(1 − uniform).
    Wait { uniform: f64, hazard: f64 },
}

impl Telling<'_> {
    /// All columns of the plan that a scenario's parts account for, in their order.
    pub(super) fn all_draws(&self) -> Vec<Draw> {
        let world = &self.plan.world;
        let mut draws: Vec<(usize, Draw)> = Vec::new();
        let mut add = |column: usize, name: String, kind| draws.push((column, Draw { name, kind }));
        for (id, variable) in self.scenario().variables.iter().enumerate() {
            let values = if variable.repeated {
                (0..self.uses()).map(|nth| self.on_demand(id, nth)).collect()
            } else {
                vec![self.replay.draws[id]]
            };
            add(id, variable.name.clone(), DrawKind::Variable { unit: variable.unit, values });
        }
        for (index, &column) in world.shocks.iter().enumerate() {
            let name = match index {
                0 => "the company's value".to_owned(),
                _ => format!("factor \"{}\"", self.scenario().factors[index - 1].name),
            };
            add(column, name, DrawKind::Shock { normal: self.replay.draws[column] });
        }
        for (name, clock) in self.clocks() {
            for (column, kind) in self.clock_draws(clock) {
                add(column, name.clone(), kind);
            }
        }
        draws.sort_by_key(|(column, _)| *column);
        draws.into_iter().map(|(_, draw)| draw).collect()
    }

    /// Everything that may ring, with its name.
    fn clocks(&self) -> Vec<(String, &ClockPlan)> {
        let world = &self.plan.world;
        let mut clocks: Vec<(String, &ClockPlan)> = Vec::new();
        let mut add = |name: &str, clock| clocks.push((name.to_owned(), clock));
        if let Some(rounds) = &world.rounds {
            add("the first round", &rounds.first);
        }
        for (id, milestone) in world.milestones.iter().enumerate() {
            if let MilestoneRule::Timed(clock) = &milestone.rule {
                add(&format!("milestone {}", self.teller.milestone(id)), clock);
            }
        }
        if let Some((clock, _)) = &world.ipo {
            add("the IPO", clock);
        }
        if let Some(sale) = &world.sale {
            add("the sale", &sale.clock);
        }
        if let Some(clock) = &world.failure {
            add("the failure", clock);
        }
        clocks
    }

    fn clock_draws(&self, clock: &ClockPlan) -> Vec<(usize, DrawKind)> {
        let mut draws = Vec::new();
        if let Some((probability, column)) = clock.occurs {
            let (uniform, probability) = (self.replay.draws[column], self.input(probability));
            draws.push((column, DrawKind::Chance { uniform, probability }));
        }
        if let TimingPlan::Hazard { clock: column, .. } = clock.timing {
            let uniform = self.replay.draws[column];
            draws.push((column, DrawKind::Wait { uniform, hazard: -libm::log1p(-uniform) }));
        }
        draws
    }

    /// A number of the plan on this path.
    fn input(&self, input: Input<f64>) -> f64 {
        match input {
            Input::Fixed(value) => value,
            Input::Column(column) => self.replay.draws[column],
            Input::OnDemand(column) => self.on_demand(column, 0),
        }
    }

    fn on_demand(&self, column: usize, nth: u32) -> f64 {
        let world = &self.plan.world;
        let draws = PathDraws {
            plan: &world.columns,
            values: &[],
            lane: 0,
            path: self.replay.path,
            origin: world.valuation_date,
            design: &world.design,
        };
        draws.get_nth(Input::<f64>::OnDemand(column), nth)
    }

    /// How often a variable that is drawn anew may have been used: once for each round.
    fn uses(&self) -> u32 {
        let rounds = self.replay.events.iter().filter(|event| matches!(event.kind, EventKind::Round(_)));
        u32::try_from(rounds.count().max(1)).unwrap_or(1)
    }

    pub(super) fn draws(&self, page: &mut layout::Page) {
        page.heading("Draws");
        let rows: Vec<Vec<String>> = self.all_draws().iter().map(|draw| self.draw(draw)).collect();
        page.table(&rows, 3);
    }

    fn draw(&self, Draw { name, kind }: &Draw) -> Vec<String> {
        let number = |value: f64| figures::shares(figures::sampled(value));
        let (value, meaning) = match kind {
            DrawKind::Variable { unit, values } => {
                let values: Vec<String> = values.iter().map(|value| self.in_unit(*value, *unit)).collect();
                match values.as_slice() {
                    [only] => (only.clone(), String::new()),
                    _ => (String::new(), format!("one for each round: {}", values.join(", "))),
                }
            }
            DrawKind::Shock { normal } => {
                (number(*normal), "standard normal over the whole horizon".to_owned())
            }
            DrawKind::Chance { uniform, probability } => {
                let limit = number(1.0 - probability);
                let verdict = if *uniform > 1.0 - probability {
                    "above, so it happens"
                } else {
                    "not above, so it does not"
                };
                (number(*uniform), format!("happens above 1 − {} = {limit}: {verdict}", number(*probability)))
            }
            DrawKind::Wait { uniform, hazard } => (
                number(*uniform),
                format!("waits until its hazard adds up to −ln(1 − u) = {}", number(*hazard)),
            ),
        };
        vec![name.clone(), value, meaning]
    }

    fn in_unit(&self, value: f64, unit: Unit) -> String {
        let exact = figures::sampled(value);
        match unit {
            Unit::Money => self.cents(exact),
            Unit::Fraction => figures::exact_rate(exact),
            Unit::Multiple => format!("{}x", figures::shares(exact)),
            Unit::Years => format!("{} years", figures::shares(exact)),
            Unit::Date => self.teller.date(value),
            Unit::Number => figures::shares(exact),
        }
    }
}
