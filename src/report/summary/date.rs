//! Dates on which something surely happens, if it happens at all.

use serde::{Deserialize, Serialize};

use crate::model::{Deadline, Kind, MaturityDate, Scenario, Timing, When};
use crate::quantity::{Day, YEAR_DAYS};

/// A date worth marking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DateMark {
    /// The day, ISO 8601.
    pub date: String,
    /// Years after the valuation date.
    pub years: f64,
    /// What happens then.
    pub label: String,
    /// Of what kind that is.
    pub kind: DateKind,
}

/// What a date is the date of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateKind {
    /// The last day of a tranche.
    Deadline,
    /// A debt falls due.
    Maturity,
    /// The company is sold or floated.
    Exit,
}

/// Deadlines of the investor's tranches, maturities and exits, as far as they are known beforehand.
pub(super) fn dates(scenario: &Scenario) -> Vec<DateMark> {
    let start = scenario.deal.valuation_date;
    let known = |when: &When| match when {
        When::On(day) => Some(*day),
        When::After(span) => Some(start.plus(*span)),
        _ => None,
    };
    let mut marks: Vec<(Day, String, DateKind)> = Vec::new();
    for instrument in scenario.instruments.iter().filter(|instrument| instrument.valued) {
        for tranche in &instrument.tranches {
            let Some(Deadline::Date(when)) = &tranche.by else { continue };
            let day = known(when).into_iter();
            marks.extend(day.map(|day| (day, format!("{}: last day", tranche.name), DateKind::Deadline)));
        }
        let Kind::Debt(debt) = &instrument.kind else { continue };
        let Some(maturity) = &debt.maturity else { continue };
        let at_closing = instrument.tranches.iter().any(|tranche| tranche.gates.is_empty());
        match maturity.due {
            MaturityDate::On(day) => marks.push((day, "maturity".to_owned(), DateKind::Maturity)),
            MaturityDate::AfterFunding(span) if at_closing => {
                marks.push((start.plus(span), "first maturity".to_owned(), DateKind::Maturity));
            }
            MaturityDate::AfterFunding(_) => {}
        }
    }
    let exits = [
        ("sale", scenario.sale.as_ref().map(|sale| &sale.clock)),
        ("IPO", scenario.ipo.as_ref().map(|ipo| &ipo.clock)),
    ];
    for (label, clock) in exits {
        if let Some(Timing::When(when)) = clock.map(|clock| &clock.timing) {
            marks.extend(known(when).map(|day| (day, label.to_owned(), DateKind::Exit)));
        }
    }
    marks.retain(|(day, ..)| start < *day && *day <= scenario.deal.horizon);
    marks.sort();
    marks.dedup();
    let mark = |(day, label, kind): (Day, String, DateKind)| DateMark {
        date: day.to_string(),
        years: f64::from(day.0 - start.0) / YEAR_DAYS,
        label,
        kind,
    };
    marks.into_iter().map(mark).collect()
}
