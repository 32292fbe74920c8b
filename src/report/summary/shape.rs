//! The shape of a distribution as plain data: bins and atoms, exceedance, buckets of multiples, convergence.

use serde::{Deserialize, Serialize};

use super::estimate::finite;
use crate::statistics::{self, Checkpoint, Histogram, Scale, SortedSample, Units, exceedance_curve};

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
            let bulk = &sorted.values()[..sorted.count_at_most(cut)];
            let mut bins = Self::of(&SortedSample::new(bulk));
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

pub(super) fn exceedance(sorted: &SortedSample, column: &[f64], units: Option<Units>) -> Vec<ExceedanceRow> {
    let row = |point: statistics::ExceedancePoint| ExceedanceRow {
        at_least: point.value,
        probability: point.at_least.value,
        more_than: point.more_than,
        low: point.at_least.low,
        high: point.at_least.high,
    };
    by_groups(exceedance_curve(sorted).into_iter().map(row).collect(), sorted, column, units)
}

/// Rows with intervals from groups of paths instead, where paths are not independent.
fn by_groups(
    mut rows: Vec<ExceedanceRow>,
    sorted: &SortedSample,
    column: &[f64],
    units: Option<Units>,
) -> Vec<ExceedanceRow> {
    let Some(units) = units else { return rows };
    let thresholds: Vec<f64> = rows.iter().map(|row| row.at_least).collect();
    for (row, error) in rows.iter_mut().zip(units.share_errors(column, &thresholds, false)) {
        if let Some(error) = error {
            let interval = error.wilson(row.probability, sorted.len() as f64);
            (row.low, row.high) = (interval.low, interval.high);
        }
    }
    rows
}

/// Multiples whose probability is of interest.
const MULTIPLES: [f64; 6] = [0.5, 1.0, 2.0, 3.0, 5.0, 10.0];

/// The exact share of paths at or above each multiple of interest.
pub(super) fn multiples_reached(
    sorted: &SortedSample,
    column: &[f64],
    units: Option<Units>,
) -> Vec<ExceedanceRow> {
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
    by_groups(MULTIPLES.iter().filter_map(row).collect(), sorted, column, units)
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

/// Upper bounds of the buckets after the one that holds 0 alone.
const BOUNDS: [(f64, &str); 4] = [(1.0, "0–1x"), (2.0, "1–2x"), (5.0, "2–5x"), (10.0, "5–10x")];

pub(super) fn moic_buckets(moic: &[f64], received: &[f64], units: Option<Units>) -> Vec<MoicBucketRow> {
    let bucket = |multiple: f64| {
        if multiple <= 0.0 { 0 } else { 1 + BOUNDS.iter().filter(|(bound, _)| multiple >= *bound).count() }
    };
    let mut proceeds = [0.0; BOUNDS.len() + 2];
    for (multiple, received) in moic.iter().zip(received).filter(|(multiple, _)| !multiple.is_nan()) {
        proceeds[bucket(*multiple)] += received;
    }
    let total = proceeds.iter().sum::<f64>();
    let share = |index: usize| super::Probability::that(moic, |multiple| bucket(multiple) == index, units);
    let bounds = BOUNDS.map(|(bound, _)| bound);
    let labels = ["0x"].into_iter().chain(BOUNDS.map(|(_, label)| label)).chain(["≥10x"]);
    labels
        .enumerate()
        .map(|(index, label)| MoicBucketRow {
            label: label.to_owned(),
            from: if index < 2 { 0.0 } else { bounds[index - 2] },
            to: if index == 0 { Some(0.0) } else { bounds.get(index - 1).copied() },
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

pub(super) fn convergence(column: &[f64], units: Option<Units>) -> Vec<ConvergenceRow> {
    let row = |Checkpoint { paths, mean, standard_error }: Checkpoint| ConvergenceRow {
        paths,
        mean: mean.value,
        standard_error,
        low: mean.low,
        high: mean.high,
    };
    let checkpoints = match units {
        Some(units) => statistics::convergence_of(column, units),
        None => statistics::convergence(column),
    };
    checkpoints.into_iter().map(row).collect()
}
