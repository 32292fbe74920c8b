//! The deal retold.

mod capital;
mod company;
mod conversion;
mod fair_value;
mod instrument;
mod life;
mod rights;
mod tranche;

pub use capital::{next_round, structure};

use super::figures;
use super::teller::Teller;
use serde::{Deserialize, Serialize};

use crate::model::{
    Assumption, Deal, Discounting, Number, Provenance, Sampling, Scenario, Simulation, Strategic,
    StrategicLife, Unit, Variable,
};

/// A heading and what is said under it, one statement a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// What it is about.
    pub heading: String,
    /// Whole sentences of any length, without line breaks.
    pub lines: Vec<String>,
}

impl Paragraph {
    fn new(heading: impl Into<String>, lines: Vec<String>) -> Self {
        Self { heading: heading.into(), lines }
    }
}

/// Retells a scenario in plain English, so that every term can be checked against the contract by someone who
/// never saw the file. Amounts and rates that are known are exact; uncertain ones are told by family, 10 %,
/// 50 % and 90 % quantile. The retelling is complete: a part of the model that it passed over would not
/// compile.
#[must_use]
pub fn deal(scenario: &Scenario) -> Vec<Paragraph> {
    // The first telling finds out which variables stand in several places.
    let teller = Teller::new(scenario);
    teller.everything();
    teller.again().everything()
}

impl Teller<'_> {
    fn everything(&self) -> Vec<Paragraph> {
        let Scenario {
            deal,
            simulation,
            discounting,
            fair_value,
            measure: _,
            variables,
            correlations,
            company,
            factors,
            rounds,
            milestones,
            ipo,
            sale,
            failure,
            instruments,
            sale_costs,
            strategic,
            assumptions,
        } = self.scenario;
        let mut told = vec![parties(deal), self.company(company)];
        told.extend(self.factors(factors));
        told.push(self.rounds(rounds.as_ref()));
        told.extend(milestones.iter().map(|milestone| self.milestone_in_full(milestone)));
        told.push(self.exits(ipo.as_ref(), sale.as_ref(), *sale_costs, failure.as_ref()));
        told.extend(instruments.iter().map(|instrument| self.instrument(instrument)));
        told.extend(strategic.iter().map(|flow| self.strategic(flow)));
        told.extend(self.correlations(correlations));
        told.push(measures(*discounting, *simulation));
        told.extend(fair_value.as_ref().map(|fair_value| self.fair_value(fair_value)));
        told.extend(self.variables(variables));
        told.extend(provenance(assumptions));
        told
    }

    fn strategic(&self, flow: &Strategic) -> Paragraph {
        let Strategic { name, yearly, growth, margin, incremental, from, until, lives, starts_with } = flow;
        let fraction = |number: Number| self.number(number, Unit::Fraction);
        let growth = growth.map_or_else(
            || "not growing".to_owned(),
            |growth| format!("growing by {} a year from the first day on", fraction(growth)),
        );
        let life = match lives {
            StrategicLife::WhileAlive => "the company fails",
            StrategicLife::WhileIndependent => "the company fails or is sold",
        };
        let mut lines = vec![
            format!("Revenue of {} a year, {growth}.", self.number(*yearly, Unit::Money)),
            format!(
                "The margin on it is {}; {} of that would not have come without the deal.",
                fraction(*margin),
                fraction(*incremental)
            ),
            format!("It runs from {from} until {until}, or until {life} before that."),
        ];
        lines.extend(
            starts_with.map(|id| {
                format!("It starts only once {} is reached, if that is later.", self.milestone(id))
            }),
        );
        lines.push("It is reported apart and never added to the financing's results.".to_owned());
        Paragraph::new(format!("Commercial flow: {name}"), lines)
    }

    fn variables(&self, variables: &[Variable]) -> Option<Paragraph> {
        let told = |variable: &Variable| {
            let Variable { name, family, unit, repeated, text } = variable;
            let often = if *repeated { "drawn anew at each use" } else { "one draw a path" };
            let law = self.family(family, *unit);
            format!("\"{name}\": {law}; {often}; the file says {text}.")
        };
        let lines: Vec<String> = variables.iter().map(told).collect();
        (!lines.is_empty()).then(|| Paragraph::new("Uncertain quantities", lines))
    }
}

/// Heading of the paragraph that lists where every marked figure comes from.
pub const PROVENANCE: &str = "Where the figures come from";

fn provenance(assumptions: &[Assumption]) -> Option<Paragraph> {
    let told = |assumption: &Assumption| {
        let Assumption { key, value, provenance, note } = assumption;
        let provenance = match provenance {
            Provenance::Stated => "stated by a source",
            Provenance::Derived => "derived from sources",
            Provenance::Assumed => "assumed",
        };
        let note = if note.is_empty() { String::new() } else { format!(" ({note})") };
        format!("{key} = {value}: {provenance}{note}.")
    };
    let lines: Vec<String> = assumptions.iter().map(told).collect();
    (!lines.is_empty()).then(|| Paragraph::new(PROVENANCE, lines))
}

fn parties(deal: &Deal) -> Paragraph {
    let Deal { title, investor, company, currency, valuation_date, horizon, existing_stake } = deal;
    let mut lines = vec![
        format!("{title}."),
        format!("{investor} finances {company}. Results are {investor}'s; all amounts are in {currency}."),
        format!(
            "Everything is valued on {valuation_date}. The horizon is {horizon}: what is open then is marked at the \
             company's value."
        ),
    ];
    if !existing_stake.is_zero() {
        lines.push(format!(
            "{investor} holds {} of today's fully diluted shares already: they count towards an ownership limit, and \
             are not valued here.",
            figures::rate(*existing_stake)
        ));
    }
    Paragraph::new("The deal", lines)
}

fn measures(discounting: Discounting, simulation: Simulation) -> Paragraph {
    let Discounting { required_return, strategic } = discounting;
    let Simulation { paths, seed, sampling } = simulation;
    let how = match sampling {
        Sampling::PseudoRandom => "",
        Sampling::Sobol => ", as scrambled Sobol' points",
        Sampling::Antithetic => ", in pairs of mirrored paths",
        Sampling::LatinHypercube => ", in Latin hypercubes",
    };
    let same = "Commercial flows are discounted at the same rate.".to_owned();
    let strategic = strategic.map_or(same, |rate| {
        format!("Commercial flows are discounted at {} a year instead.", figures::rate(rate))
    });
    Paragraph::new(
        "Present values and simulation",
        vec![
            format!(
                "Present values are at the required return of {} a year, compounded annually.",
                figures::rate(required_return)
            ),
            strategic,
            format!(
                "{} {} simulated{how}, with seed {seed}.",
                figures::count(paths, "path"),
                if paths == 1 { "is" } else { "are" }
            ),
        ],
    )
}
