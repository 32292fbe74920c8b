//! The chart of when the commitment is resolved, and the dates that charts over time mark.

use super::{Figure, Look, branch_of, by_meaning, calendar_year, frame};
use crate::report::chart::{ChartError, Event, Meaning, Timing, TimingSeries};
use crate::report::summary::{DateKind, DateMark, Summary, TimingRow, day_after};
use crate::simulate::Branch;

/// A place along the axis of time.
struct Moment {
    years: f64,
    /// The quarter it lies in, from 1.
    quarter: usize,
    /// Whether it is just before what happens on its date; places of no date are after all.
    before: bool,
}

pub(super) fn timing(summary: &Summary, look: &Look) -> Result<Option<Figure>, ChartError> {
    let ends: Vec<f64> =
        std::iter::once(0.0).chain(summary.quarter_ends().iter().map(|(years, _)| *years)).collect();
    if ends.len() < 2 {
        return Ok(None);
    }
    let moments = moments(&ends, &summary.dates);
    let rows = summary.base().timing.iter().filter_map(|row| {
        let branch = branch_of(&row.branch)?;
        let at = |moment: &Moment| share_at(row, happens_on(branch), moment, &ends, &summary.dates);
        Some((branch, moments.iter().map(at).collect::<Vec<f64>>()))
    });
    let series: Vec<TimingSeries> = by_meaning(rows)
        .into_iter()
        .map(|(name, meaning, cumulative)| {
            // All that has a date and is not resolved was not funded.
            let name = if meaning == Meaning::Unresolved { "not funded".to_owned() } else { name };
            TimingSeries { name, meaning, cumulative }
        })
        .collect();
    let start = summary.deal.valuation_date;
    let dates = moments.iter().map(|moment| calendar_year(day_after(start, moment.years))).collect();
    let shown = Timing { dates, series, events: events(summary) };
    let subtitle = "share of the committed amount resolved by each date";
    let chart = shown.draw(&frame(summary, look, "When the commitment is resolved", subtitle))?;
    let caption = "Resolved means converted, repaid, sold, floated or lost, at the end of each quarter, and on dates known \
                   beforehand; what is not funded counts from the day it lapses or is declined. White: still \
                   outstanding, or not called yet.";
    let caption = format!("{caption}{}", unnamed(summary));
    Ok(Some(Figure { chart, data: "timing.csv", caption }))
}

/// The valuation date, the ends of quarters, and both sides of the dates between them.
fn moments(ends: &[f64], marks: &[DateMark]) -> Vec<Moment> {
    let mut moments = vec![Moment { years: 0.0, quarter: 1, before: false }];
    for (quarter, &end) in ends.iter().enumerate().skip(1) {
        let mut days: Vec<f64> = in_quarter(marks, ends, quarter).map(|mark| mark.years).collect();
        days.dedup();
        moments.extend(
            days.iter().flat_map(|&years| [true, false].map(|before| Moment { years, quarter, before })),
        );
        moments.push(Moment { years: end, quarter, before: false });
    }
    moments
}

/// What is marked from the beginning of a quarter on and before its end; the horizon belongs to the last one.
fn in_quarter<'a>(
    marks: &'a [DateMark],
    ends: &'a [f64],
    quarter: usize,
) -> impl Iterator<Item = &'a DateMark> {
    let (from, to) =
        (ends[quarter - 1], if quarter + 1 < ends.len() { ends[quarter] } else { f64::INFINITY });
    marks.iter().filter(move |mark| from <= mark.years && mark.years < to)
}

/// The kind of date on which tranches surely end so, where one is known.
fn happens_on(branch: Branch) -> Option<DateKind> {
    match branch {
        Branch::Repaid | Branch::RepaidShort | Branch::MaturityDefault | Branch::MaturityConversion => {
            Some(DateKind::Maturity)
        }
        Branch::Lapsed => Some(DateKind::Deadline),
        Branch::IpoAtCap
        | Branch::IpoAtDiscount
        | Branch::IpoAtPrice
        | Branch::SharesFloated
        | Branch::WarrantExercised
        | Branch::SalePaid
        | Branch::SaleAsConverted
        | Branch::SafeCashedOut
        | Branch::SharesSold
        | Branch::SharesPreference => Some(DateKind::Exit),
        _ => None,
    }
}

/// The share that has ended so by a moment. Within a quarter what ends on dates goes with its dates, equally, and all else evenly with
/// time.
fn share_at(
    row: &TimingRow,
    kind: Option<DateKind>,
    moment: &Moment,
    ends: &[f64],
    marks: &[DateMark],
) -> f64 {
    let Moment { years, quarter, before } = *moment;
    let at_end =
        |quarter: usize| quarter.checked_sub(1).and_then(|q| row.cumulative.get(q)).copied().unwrap_or(0.0);
    let (from, to) = (at_end(quarter - 1), at_end(quarter));
    let dates: Vec<f64> = in_quarter(marks, ends, quarter)
        .filter(|mark| Some(mark.kind) == kind)
        .map(|mark| mark.years)
        .collect();
    let passed = if dates.is_empty() {
        (years - ends[quarter - 1]) / (ends[quarter] - ends[quarter - 1])
    } else {
        let gone = dates.iter().filter(|&&date| date < years || (date <= years && !before)).count();
        gone as f64 / dates.len() as f64
    };
    from + (to - from) * passed.clamp(0.0, 1.0)
}

/// More dates than this may leave some without a name in the picture.
const CROWDED: usize = 6;

/// A word on hairlines without a name, if there may be some.
pub(super) fn unnamed(summary: &Summary) -> &'static str {
    if summary.dates.len() > CROWDED {
        " Hairlines: last days of tranches, and maturities; those without room for a name have none."
    } else {
        ""
    }
}

/// The dates worth marking, as events of a chart.
pub(super) fn events(summary: &Summary) -> Vec<Event> {
    let event = |mark: &DateMark| Event {
        date: calendar_year(day_after(summary.deal.valuation_date, mark.years)),
        label: mark.label.clone(),
    };
    summary.dates.iter().map(event).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hand-worked: 0.4 end in the second quarter. What is repaid is so on the maturity, three quarters of the way through it; the rest
    /// goes evenly with time, and half way through it has half.
    #[test]
    fn what_ends_on_a_date_steps_there() {
        let mark =
            DateMark { date: String::new(), years: 0.4375, label: String::new(), kind: DateKind::Maturity };
        let (ends, marks) = ([0.0, 0.25, 0.5], [mark]);
        let row = TimingRow { branch: String::new(), label: String::new(), cumulative: vec![0.1, 0.5] };
        let places: Vec<(f64, bool)> = moments(&ends, &marks).iter().map(|m| (m.years, m.before)).collect();
        assert_eq!(places, [(0.0, false), (0.25, false), (0.4375, true), (0.4375, false), (0.5, false)]);
        let at = |branch, years, before| {
            let moment = Moment { years, quarter: 2, before };
            share_at(&row, happens_on(branch), &moment, &ends, &marks)
        };
        let close =
            |share: f64, expected: f64| assert!((share - expected).abs() < 1e-12, "{share} {expected}");
        close(at(Branch::Repaid, 0.4375, true), 0.1);
        close(at(Branch::Repaid, 0.4375, false), 0.5);
        close(at(Branch::FailureRecovery, 0.375, true), 0.3);
        close(at(Branch::FailureRecovery, 0.4375, false), 0.4);
    }
}
