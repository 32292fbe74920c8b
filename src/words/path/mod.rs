//! One path, from its draws to its cash.

mod cash;
mod clauses;
mod conversion;
mod debt;
mod draws;
mod exit;
mod json;
mod layout;
mod table;
mod table_json;

use super::figures;
use super::teller::Teller;
use crate::model::{Measure, Scenario};
use crate::plan::Plan;
use crate::quantity::Day;
use crate::simulate::{Event, EventKind, Replay};

pub use json::path_json;

/// Columns of a line at most.
const WIDTH: usize = 110;

/// Lays out the replay of one path as text of at most 110 columns: what was drawn, what happened to the
/// company, what each clause did and by which arithmetic, the cash, the totals and how each tranche ended.
///
/// `plan` and `replay` must be those of `scenario`. Exact decimals are shown to the cent, prices, share counts
/// and discount factors at 12 figures; [`path_json`] has every digit. A number beyond the 28 digits of exact
/// decimals says so.
#[must_use]
pub fn path(scenario: &Scenario, plan: &Plan, replay: &Replay) -> String {
    let telling = Telling { teller: Teller::new(scenario), plan, replay };
    let mut text = layout::Page::new(WIDTH);
    let measure = match scenario.measure {
        Measure::RealWorld => "",
        Measure::RiskNeutral => ", under the risk-neutral measure",
    };
    text.line(&format!("Path {} of \"{}\"{measure}", replay.path, scenario.deal.title));
    text.line(
        "Money is shown to the cent; prices, share counts and factors at 12 figures. Draws and \
         company values are sampled; from the clauses on, all is worked out in exact decimals.",
    );
    telling.draws(&mut text);
    telling.events(&mut text);
    telling.clauses(&mut text);
    telling.cash(&mut text);
    telling.totals(&mut text);
    telling.ends(&mut text);
    text.finish()
}

/// A path being told.
struct Telling<'a> {
    teller: Teller<'a>,
    plan: &'a Plan,
    replay: &'a Replay,
}

impl Telling<'_> {
    fn scenario(&self) -> &Scenario {
        self.teller.scenario
    }

    fn currency(&self) -> &str {
        &self.scenario().deal.currency
    }

    fn day(&self, t: f64) -> Day {
        figures::day(self.scenario().deal.valuation_date, t)
    }

    fn cents(&self, value: crate::number::Exact) -> String {
        figures::cents(value, self.currency())
    }

    fn price(&self, value: crate::number::Exact) -> String {
        figures::price(value, self.currency())
    }

    /// The scenario's instrument and tranche behind a tranche of the plan.
    fn names(&self, tranche: usize) -> (&str, &str) {
        let mut tranches = self.scenario().instruments.iter().flat_map(|instrument| {
            instrument.tranches.iter().map(|tranche| (instrument.name.as_str(), tranche.name.as_str()))
        });
        tranches.nth(tranche).unwrap_or_default()
    }

    /// A tranche's name in sentences: with its instrument's where there are several tranches.
    fn tranche(&self, tranche: usize) -> String {
        let (instrument, name) = self.names(tranche);
        let alone =
            self.scenario().instruments.iter().any(|one| one.name == instrument && one.tranches.len() == 1);
        if alone { instrument.to_owned() } else { format!("{instrument}, {name}") }
    }

    fn events(&self, page: &mut layout::Page) {
        page.heading("Events (the company's value without this deal's own money)");
        let mut rows = vec![["date", "event", "company value", "new money"].map(str::to_owned).to_vec()];
        for &Event { t, kind, value, new_money } in &self.replay.events {
            let money = |value: f64| self.cents(figures::sampled(value));
            let new_money = if new_money > 0.0 { money(new_money) } else { String::new() };
            rows.push(vec![self.day(t).to_string(), self.event(kind), money(value), new_money]);
        }
        page.table(&rows, 2);
    }

    fn event(&self, kind: EventKind) -> String {
        match kind {
            EventKind::Round(number) => format!("financing round {}, pre-money", number + 1),
            EventKind::Ipo => "IPO".to_owned(),
            EventKind::Sale => "sale of the company, at this price".to_owned(),
            EventKind::Failure => "failure, value just before".to_owned(),
            EventKind::Reached(milestone) => {
                format!("milestone {} reached", self.teller.milestone(milestone))
            }
            EventKind::Missed(milestone) => format!("milestone {} missed", self.teller.milestone(milestone)),
            EventKind::Lost(milestone) => format!("milestone {} lost", self.teller.milestone(milestone)),
            EventKind::Horizon => "horizon".to_owned(),
        }
    }

    fn ends(&self, page: &mut layout::Page) {
        page.heading("How each tranche ended");
        let mut rows = Vec::new();
        for (tranche, end) in self.replay.ends.iter().enumerate() {
            let date = if end.t.is_finite() { self.day(end.t).to_string() } else { "–".to_owned() };
            rows.push(vec![date, self.tranche(tranche), end.branch.label().to_owned()]);
        }
        page.table(&rows, 3);
    }
}
