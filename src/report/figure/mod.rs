//! From the summary to charts: what each one shows, and in which words.

mod deal;
mod timing;
mod value;

use serde::Serialize;

use super::chart::{Chart, ChartError, Frame, Meaning, Recolouring, Size};
use super::format::paths;
use super::summary::{Mean, Summary};
use crate::simulate::Branch;

/// A finished chart and where it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The drawing; its identifier is the stem of the file names.
    pub chart: Chart,
    /// The CSV file with its numbers.
    pub data: &'static str,
    /// What the picture cannot say by itself.
    pub caption: String,
}

/// An entry of `charts/index.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FigureEntry {
    /// Identifier, and stem of the files.
    pub id: String,
    /// Title.
    pub title: String,
    /// The picture in words.
    pub alt: String,
    /// The drawing, from the report's folder.
    pub svg: String,
    /// The picture at 300 dpi.
    pub png: String,
    /// The CSV file with its numbers.
    pub data: &'static str,
}

impl Figure {
    /// The path of its SVG or PNG file, from the report's folder.
    #[must_use]
    pub fn path(&self, extension: &str) -> String {
        format!("charts/{}.{extension}", self.chart.id)
    }

    /// Its entry in the index.
    #[must_use]
    pub fn entry(&self) -> FigureEntry {
        FigureEntry {
            id: self.chart.id.clone(),
            title: self.chart.title.clone(),
            alt: self.chart.alt.clone(),
            svg: self.path("svg"),
            png: self.path("png"),
            data: self.data,
        }
    }
}

/// How charts look where it is not left to the house.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// How large they are.
    pub size: Size,
    /// Other colours for the meanings.
    pub recolouring: Recolouring,
}

impl Default for Look {
    fn default() -> Self {
        Self { size: Size::PAGE, recolouring: Recolouring::default() }
    }
}

impl Look {
    /// The size from which a chart starts that grows with its rows.
    pub(super) fn low(&self) -> Size {
        Size { height: 150.0, ..self.size }
    }
}

/// Draws all charts of a summary, in the order of the report. Charts without a subject (one case, no convertible
/// instrument, no date) are left out.
///
/// # Errors
/// If a chart cannot be drawn.
pub fn figures(summary: &Summary, look: &Look) -> Result<Vec<Figure>, ChartError> {
    let figures = [
        deal::payoff(summary, look)?,
        deal::branches(summary, look)?,
        deal::waterfall(summary, look)?,
        value::histogram(summary, look)?,
        value::exceedance(summary, look)?,
        value::moic(summary, look)?,
        value::drivers(summary, look)?,
        value::cases(summary, look)?,
        value::bridge(summary, look)?,
        deal::tree(summary, look)?,
        timing::timing(summary, look)?,
        value::fan(summary, look)?,
        value::convergence(summary, look)?,
        value::correlations(summary, look)?,
    ];
    Ok(figures.into_iter().flatten().collect())
}

/// The frame of a chart of the base case.
fn frame(summary: &Summary, look: &Look, title: &str, subtitle: &str) -> Frame {
    Frame {
        subtitle: format!("{}: {subtitle}", summary.base().name),
        ..frame_of_all(summary, look, title, subtitle)
    }
}

/// The frame of a chart of all cases.
fn frame_of_all(summary: &Summary, look: &Look, title: &str, subtitle: &str) -> Frame {
    let run = &summary.run;
    Frame {
        title: title.to_owned(),
        subtitle: subtitle.to_owned(),
        source: format!(
            "{} · run {} · {} · seed {} · valued {}",
            run.scenario,
            run.run_id,
            paths(run.paths),
            run.seed,
            summary.deal.valuation_date
        ),
        currency: summary.currency_mark().to_owned(),
        size: look.size,
        recolouring: look.recolouring,
    }
}

/// What an ending means, which gives its colour.
pub(super) fn meaning(branch: Branch) -> Meaning {
    match branch {
        Branch::IpoAtCap
        | Branch::IpoAtDiscount
        | Branch::IpoAtPrice
        | Branch::SharesFloated
        | Branch::WarrantExercised => Meaning::Liquidity,
        Branch::RoundAtCap => Meaning::Cap,
        Branch::RoundAtDiscount
        | Branch::RoundAtPrice
        | Branch::MilestoneConversion
        | Branch::MaturityConversion
        | Branch::EarlyConversion => Meaning::Round,
        Branch::SalePaid
        | Branch::SaleAsConverted
        | Branch::SafeCashedOut
        | Branch::SharesSold
        | Branch::SharesPreference => Meaning::ChangeOfControl,
        Branch::Repaid => Meaning::Repaid,
        Branch::RepaidShort
        | Branch::MaturityDefault
        | Branch::FailureRecovery
        | Branch::SharesWorthless
        | Branch::SafeWorthless
        | Branch::WarrantWorthless => Meaning::Default,
        Branch::DebtAtHorizon
        | Branch::SafeAtHorizon
        | Branch::SharesAtHorizon
        | Branch::WarrantAtHorizon
        | Branch::Lapsed
        | Branch::Declined => Meaning::Unresolved,
    }
}

/// The branch of an identifier of the summary.
pub(super) fn branch_of(id: &str) -> Option<Branch> {
    Branch::ALL.into_iter().find(|branch| branch.id() == id)
}

/// A few words for an ending, for charts.
fn short_name(branch: Branch) -> &'static str {
    match branch {
        Branch::RoundAtCap => "round, at cap",
        Branch::RoundAtDiscount => "round, at discount",
        Branch::RoundAtPrice => "round, at its price",
        Branch::IpoAtCap => "IPO, at cap",
        Branch::IpoAtDiscount => "IPO, at discount",
        Branch::IpoAtPrice => "IPO, at its price",
        Branch::MilestoneConversion => "converts on milestone",
        Branch::MaturityConversion => "converts at maturity",
        Branch::EarlyConversion => "converts early",
        Branch::FailureRecovery => "company failed",
        Branch::SharesWorthless => "shares worthless",
        Branch::SafeCashedOut => "SAFE cashed out",
        Branch::SafeWorthless => "SAFE worthless",
        other => other.label(),
    }
}

/// What endings of one meaning are called together.
fn group_name(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Liquidity => "at the IPO",
        Meaning::Cap => "at the cap",
        Meaning::Round => "converted, not at the cap",
        Meaning::ChangeOfControl => "in a sale",
        Meaning::Repaid => "repaid",
        Meaning::Default => "default or failure",
        Meaning::Unresolved => "open at the horizon",
    }
}

/// Endings gathered by meaning, with an ending's own name where it is alone: name, meaning, sums of the values.
pub(super) fn by_meaning(rows: impl Iterator<Item = (Branch, Vec<f64>)>) -> Vec<(String, Meaning, Vec<f64>)> {
    let mut groups: Vec<(String, Meaning, Vec<f64>)> = Vec::new();
    for (branch, values) in rows {
        let meaning = meaning(branch);
        if let Some((name, _, sums)) = groups.iter_mut().find(|group| group.1 == meaning) {
            group_name(meaning).clone_into(name);
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        } else {
            groups.push((short_name(branch).to_owned(), meaning, values));
        }
    }
    let capped = groups.iter().any(|group| group.1 == Meaning::Cap);
    for (name, ..) in groups.iter_mut().filter(|group| !capped && group.0 == group_name(Meaning::Round)) {
        "converted".clone_into(name);
    }
    groups
}

/// A day in calendar years with decimals, for axes of time.
fn calendar_year(day: crate::quantity::Day) -> f64 {
    let (year, ..) = day.civil();
    let start = |year| crate::quantity::Day::from_civil(year, 1, 1).map_or(0, |day| day.0);
    let (first, next) = (start(year), start(year + 1));
    if next > first {
        f64::from(year) + f64::from(day.0 - first) / f64::from(next - first)
    } else {
        f64::from(year)
    }
}

/// An estimate rounded to the first figure of its standard error, as the tables print it: a chart writes the
/// numbers it is given.
fn rounded(mean: &Mean) -> f64 {
    match (mean.value, mean.standard_error) {
        (Some(value), Some(error)) if error > 0.0 => {
            let step = libm::exp10(libm::floor(libm::log10(error / 0.95)));
            libm::round(value / step) * step
        }
        (value, _) => or_nan(value),
    }
}

/// A number for a chart, which shows NaN as unknown.
fn or_nan(number: Option<f64>) -> f64 {
    number.unwrap_or(f64::NAN)
}
