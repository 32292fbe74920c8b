//! The shape of a distribution as plain data: bins and atoms, exceedance, buckets of multiples, convergence.

use serde::{Deserialize, Serialize};

use super::estimate::{Mean, finite};
use super::measure::{Measure, units};
use crate::simulate::{MULTIPLE_BOUNDS, MULTIPLE_CLASSES, Milestone, Outcomes, multiple_class};
use crate::statistics::{self, Checkpoint, Histogram, Scale, SortedSample, exceedance_curve};

/// Counts of paths by value; bins, atoms, `below` and `above` add up to the defined paths.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bins {
    /// Whether the bins are of equal ratio.
    pub logarithmic: bool,
    /// Edges of the bins, ascending; one more than `counts`, or none.
    pub edges: Vec<f64>,
    /// Paths in each bin, atoms not among them.
    pub counts: Vec<u64>,
    /// Single values that at least 0.5 % of paths share: value and paths.
    pub atoms: Vec<(f64, u64)>,
    /// Paths below the first edge.
    pub below: u64,
    /// Paths above the last edge.
    pub above: u64,
    /// Paths on which the quantity is defined.
    pub paths: u64,
}

/// Where the upper tail begins; if it would fill half of the picture, it is cut there.
const LONG_TAIL: f64 = 0.975;

impl Bins {
    /// A long upper tail is cut, so that the bins show where the bulk lies; it counts as `above`.
    pub(super) fn new(sorted: &SortedSample) -> Self {
        let [low, cut, high] = [0.005, LONG_TAIL, 0.995].map(|p| sorted.quantile(p).unwrap_or(f64::NAN));
        if high - cut > cut - low {
            let bulk = sorted.lowest(sorted.count_at_most(cut));
            let mut bins = Self::of(&bulk);
            bins.above += (sorted.len() - bulk.len()) as u64;
            bins.paths = sorted.len() as u64;
            bins
        } else {
            Self::of(sorted)
        }
    }

    fn of(sorted: &SortedSample) -> Self {
        let Some(histogram) = Histogram::new(sorted, None) else { return Self::default() };
        Self {
            logarithmic: histogram.scale == Scale::Logarithmic,
            edges: histogram.edges,
            counts: histogram.counts,
            atoms: histogram.atoms.iter().map(|atom| (atom.value, atom.count)).collect(),
            below: histogram.below,
            above: histogram.above,
            paths: sorted.len() as u64,
        }
    }
}

/// The probability of at least so much.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExceedanceRow {
    /// The value.
    pub at_least: f64,
    /// Share of paths at or above it.
    pub probability: f64,
    /// Share of paths above it.
    pub more_than: f64,
    /// Lower end of Wilson's 95 % interval at this point.
    pub low: f64,
    /// Upper end of that interval.
    pub high: f64,
}

pub(super) fn exceedance(measure: &Measure<'_>) -> Vec<ExceedanceRow> {
    let row = |point: statistics::ExceedancePoint| ExceedanceRow {
        at_least: point.value,
        probability: point.at_least.value,
        more_than: point.more_than,
        low: point.at_least.low,
        high: point.at_least.high,
    };
    by_groups(exceedance_curve(&measure.sorted).into_iter().map(row).collect(), measure)
}

/// Rows with intervals from groups of paths instead, where paths are not independent.
fn by_groups(mut rows: Vec<ExceedanceRow>, measure: &Measure<'_>) -> Vec<ExceedanceRow> {
    if measure.units.is_none() {
        return rows;
    }
    let thresholds: Vec<f64> = rows.iter().map(|row| row.at_least).collect();
    for (row, error) in rows.iter_mut().zip(measure.share_errors(&thresholds, false)) {
        if let Some(error) = error {
            let interval = error.wilson(row.probability, measure.sorted.len() as f64);
            (row.low, row.high) = (interval.low, interval.high);
        }
    }
    rows
}

/// Multiples whose probability is of interest.
const MULTIPLES: [f64; 6] = [0.5, 1.0, 2.0, 3.0, 5.0, 10.0];

/// The exact share of paths at or above each multiple of interest.
pub(super) fn multiples_reached(measure: &Measure<'_>) -> Vec<ExceedanceRow> {
    let sorted = &measure.sorted;
    let row = |at_least: &f64| {
        let share = sorted.at_least(*at_least).interval()?;
        Some(ExceedanceRow {
            at_least: *at_least,
            probability: share.value,
            more_than: 1.0 - sorted.count_at_most(*at_least) as f64 / sorted.len() as f64,
            low: share.low,
            high: share.high,
        })
    };
    by_groups(MULTIPLES.iter().filter_map(row).collect(), measure)
}

/// Paths and proceeds by multiple of the money invested.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MoicBucketRow {
    /// Bounds, such as `1–2x`.
    pub label: String,
    /// Lower bound, included unless the bucket holds 0 alone or lies just above it.
    pub from: f64,
    /// Upper bound, not included unless the bucket holds 0 alone; none for the last.
    pub to: Option<f64>,
    /// Share of the paths on which something was invested.
    pub paths: Option<f64>,
    /// Standard error of that share.
    pub standard_error: Option<f64>,
    /// Share of all proceeds that these paths bring.
    pub proceeds: Option<f64>,
}

/// Names of the buckets between 0 by itself and the last, by [`MULTIPLE_BOUNDS`].
const LABELS: [&str; MULTIPLE_BOUNDS.len()] = ["0–1x", "1–2x", "2–5x", "5–10x"];

pub(super) fn moic_buckets(moic: &Measure<'_>, proceeds: &[f64; MULTIPLE_CLASSES]) -> Vec<MoicBucketRow> {
    let total = proceeds.iter().sum::<f64>();
    let share = |index: usize| super::Probability::that(moic, |multiple| multiple_class(multiple) == index);
    let labels = ["0x"].into_iter().chain(LABELS).chain(["≥10x"]);
    labels
        .enumerate()
        .map(|(index, label)| MoicBucketRow {
            label: label.to_owned(),
            from: if index < 2 { 0.0 } else { MULTIPLE_BOUNDS[index - 2] },
            to: if index == 0 { Some(0.0) } else { MULTIPLE_BOUNDS.get(index - 1).copied() },
            paths: share(index).value,
            standard_error: share(index).standard_error,
            proceeds: finite(proceeds[index] / total),
        })
        .collect()
}

/// The mean of the first so many paths.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConvergenceRow {
    /// Paths, from the first one.
    pub paths: usize,
    /// Running mean.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end of the 95 % interval.
    pub high: f64,
}

/// How the mean present value settled.
pub(super) fn convergence(outcomes: &Outcomes) -> Vec<ConvergenceRow> {
    let units = units(outcomes);
    if let Some(digest) = &outcomes.digest {
        let row = |milestone: &Milestone| {
            let mean = Mean::of_classes(&milestone.moments, units);
            Some(ConvergenceRow {
                paths: usize::try_from(milestone.paths).ok()?,
                mean: mean.value?,
                standard_error: mean.standard_error?,
                low: mean.low?,
                high: mean.high?,
            })
        };
        return digest.milestones.iter().filter_map(row).collect();
    }
    let row = |Checkpoint { paths, mean, standard_error }: Checkpoint| ConvergenceRow {
        paths,
        mean: mean.value,
        standard_error,
        low: mean.low,
        high: mean.high,
    };
    let column = &outcomes.columns.present_value;
    let checkpoints = match units {
        Some(units) => statistics::convergence_of(column, units),
        None => statistics::convergence(column),
    };
    checkpoints.into_iter().map(row).collect()
}
