//! Two runs compared by what their folders hold, without simulating: nothing is known of single paths, so nothing is paired.

use crate::report::summary::{CaseSummary, FairValueCase, Mean, Probability, Quantile, Summary};
use crate::scenario::Unit;
use crate::statistics::Z95;
use crate::valuation::{Change, Comparison, CurvePoint, Figure, on_one_footing};

/// Compares a case of one run with a case of another; without a name the deal as it stands.
///
/// # Errors
/// If there is no such case, or the runs are in different currencies or of different days.
pub fn of_summaries(a: &Summary, b: &Summary, cases: [Option<&str>; 2]) -> Result<Comparison, String> {
    on_one_footing((&a.deal.currency, a.deal.valuation_date), (&b.deal.currency, b.deal.valuation_date))?;
    let (one, its_fair) = case(a, cases[0])?;
    let (other, other_fair) = case(b, cases[1])?;
    let mut changes = results(one, other);
    if let (Some(one), Some(other)) = (its_fair, other_fair) {
        let row = |name: &str, of: fn(&FairValueCase) -> &Mean| {
            Change::unpaired(name, Unit::Money, mean(of(one)), mean(of(other)))
        };
        changes.push(row("fair_value", |case| &case.value));
        changes.push(row("fair_value_net", |case| &case.net));
    }
    changes.retain(|change| !(change.a.value.is_nan() && change.b.value.is_nan()));
    changes.retain(|change| change.a.value != 0.0 || change.b.value != 0.0);
    let nothing = Figure { value: 0.0, standard_error: 0.0 };
    let branch = |case: &CaseSummary, id: &str| {
        case.branches.iter().find(|row| row.branch == id).map_or(nothing, |row| chance(&row.probability))
    };
    let mut ids: Vec<&str> = one.branches.iter().map(|row| row.branch.as_str()).collect();
    let more: Vec<&str> = other.branches.iter().map(|row| row.branch.as_str()).collect();
    ids.extend(more.into_iter().filter(|id| one.branches.iter().all(|row| row.branch != *id)));
    let milestone = |case: &CaseSummary, name: &str| {
        case.milestones.iter().find(|row| row.milestone == name).map(|row| chance(&row.reached))
    };
    let both = one.milestones.iter().filter_map(|row| {
        let name = row.milestone.as_str();
        Some(Change::unpaired(name, Unit::Rate, milestone(one, name)?, milestone(other, name)?))
    });
    let milestones = both.collect();
    let branches = ids.iter().map(|id| Change::unpaired(id, Unit::Rate, branch(one, id), branch(other, id)));
    Ok(Comparison {
        branches: branches.filter(|change| change.a.value > 0.0 || change.b.value > 0.0).collect(),
        milestones,
        changes,
        controlled: None,
        path_by_path: None,
        curves: [one, other].map(curve),
    })
}

/// A case by its name, and its fair value if there is one.
fn case<'a>(
    summary: &'a Summary,
    name: Option<&str>,
) -> Result<(&'a CaseSummary, Option<&'a FairValueCase>), String> {
    let wanted = name.unwrap_or(&summary.base().name);
    let found = summary.cases.iter().find(|case| case.name == wanted);
    let found = found.ok_or_else(|| {
        let known: Vec<&str> = summary.cases.iter().map(|case| case.name.as_str()).collect();
        format!("the run has no case \"{wanted}\"; it has {}", known.join(", "))
    })?;
    let fair = summary.fair_value.as_ref();
    Ok((found, fair.and_then(|fair| fair.cases.iter().find(|case| case.name == wanted))))
}

/// The results that `compare` shows of scenarios, as far as a summary has them.
fn results(one: &CaseSummary, other: &CaseSummary) -> Vec<Change> {
    let row = |name: &str, unit: Unit, of: &dyn Fn(&CaseSummary) -> Figure| {
        Change::unpaired(name, unit, of(one), of(other))
    };
    let percentile = |p: f64| move |case: &CaseSummary| quantile(case.present_value.percentile(p));
    vec![
        row("mean(present_value)", Unit::Money, &|case| mean(&case.present_value.mean)),
        row("p5(present_value)", Unit::Money, &percentile(0.05)),
        row("median(present_value)", Unit::Money, &percentile(0.5)),
        row("p95(present_value)", Unit::Money, &percentile(0.95)),
        row("moic", Unit::Multiple, &|case| mean(&case.moic_of_means)),
        row("P(moic < 1x)", Unit::Rate, &|case| chance(&case.probabilities.moic_below_1)),
        row("P(moic <= 0x)", Unit::Rate, &|case| chance(&case.probabilities.total_loss)),
        row("median(irr)", Unit::Rate, &|case| quantile(case.irr.percentile(0.5))),
        row("mean(invested)", Unit::Money, &|case| mean(&case.invested)),
        row("mean(received)", Unit::Money, &|case| mean(&case.received)),
        row("mean(strategic)", Unit::Money, &|case| mean(&case.strategic)),
        row("median(ownership)", Unit::Rate, &|case| quantile(case.ownership.percentile(0.5))),
        row("P(ipo)", Unit::Rate, &|case| chance(&case.probabilities.ipo)),
        row("P(sale)", Unit::Rate, &|case| chance(&case.probabilities.sale)),
        row("P(failure)", Unit::Rate, &|case| chance(&case.probabilities.failure)),
    ]
}

fn figure(value: Option<f64>, error: Option<f64>) -> Figure {
    Figure { value: value.unwrap_or(f64::NAN), standard_error: error.unwrap_or(f64::NAN) }
}

fn mean(mean: &Mean) -> Figure {
    figure(mean.value, mean.standard_error)
}

fn chance(chance: &Probability) -> Figure {
    figure(chance.value, chance.standard_error)
}

/// The error that the 95 % interval of a percentile implies.
fn quantile(found: Option<&Quantile>) -> Figure {
    let Some(found) = found else { return figure(None, None) };
    let width = found.high.zip(found.low).map(|(high, low)| high - low);
    figure(Some(found.value), width.map(|width| width / (2.0 * Z95)))
}

fn curve(case: &CaseSummary) -> Vec<CurvePoint> {
    let rows = case.present_value_exceedance.iter();
    rows.map(|row| CurvePoint { value: row.at_least, at_least: row.probability, more_than: row.more_than })
        .collect()
}
