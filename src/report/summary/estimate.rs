//! Numbers with their errors, as plain data. What is unknown is `None`: empty in a table, null in JSON.

use serde::Serialize;

use crate::statistics::{Estimate, Moments, Proportion, SortedSample};

/// A mean with its standard error and 95 % interval, in the unit of what it is a mean of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Mean {
    /// The mean over the paths on which the quantity is defined.
    pub value: Option<f64>,
    /// Its standard error.
    pub standard_error: Option<f64>,
    /// Lower end of the 95 % interval (Student's t).
    pub low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub high: Option<f64>,
    /// Paths on which the quantity is defined.
    pub paths: u64,
}

impl Mean {
    pub(super) fn of(column: &[f64]) -> Self {
        Self::from(&Moments::of(column))
    }

    /// An estimate whose standard error comes from elsewhere, with the normal interval.
    pub(super) fn normal(value: f64, standard_error: Option<f64>, paths: u64) -> Self {
        let interval = standard_error.map(|error| Estimate::normal(value, error));
        Self {
            value: finite(value),
            standard_error: standard_error.and_then(finite),
            low: interval.and_then(|e| finite(e.low)),
            high: interval.and_then(|e| finite(e.high)),
            paths,
        }
    }
}

impl From<&Moments> for Mean {
    fn from(moments: &Moments) -> Self {
        let interval = moments.mean_interval();
        Self {
            value: moments.mean(),
            standard_error: moments.standard_error(),
            low: interval.and_then(|e| finite(e.low)),
            high: interval.and_then(|e| finite(e.high)),
            paths: moments.n,
        }
    }
}

/// A probability estimated by counting paths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Probability {
    /// Between 0 and 1.
    pub value: Option<f64>,
    /// Standard error; unknown where all paths agree.
    pub standard_error: Option<f64>,
    /// Lower end of Wilson's 95 % interval.
    pub low: Option<f64>,
    /// Upper end of Wilson's 95 % interval.
    pub high: Option<f64>,
    /// Paths on which the event happened; unknown for a weighted probability.
    pub count: Option<u64>,
    /// Paths on which it could be judged.
    pub paths: u64,
}

impl Probability {
    pub(super) fn of(successes: u64, n: u64) -> Self {
        Self::from(Proportion { successes, n })
    }
}

impl From<Proportion> for Probability {
    fn from(proportion: Proportion) -> Self {
        let interval = proportion.interval();
        Self {
            value: proportion.value(),
            standard_error: proportion.standard_error(),
            low: interval.map(|e| e.low),
            high: interval.map(|e| e.high),
            count: Some(proportion.successes),
            paths: proportion.n,
        }
    }
}

/// A percentile with the interval between order statistics that holds it in at least 95 % of runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantile {
    /// Share of paths at or below it.
    pub probability: f64,
    /// The percentile.
    pub value: f64,
    /// Lower end of its interval; none if the run has too few paths to bound it.
    pub low: Option<f64>,
    /// Upper end of its interval.
    pub high: Option<f64>,
}

/// The percentiles that are reported.
pub const PERCENTILES: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

/// The distribution of a quantity over the paths on which it is defined.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Distribution {
    /// The mean.
    pub mean: Mean,
    /// Standard deviation.
    pub standard_deviation: Option<f64>,
    /// Standard error of the standard deviation, normality not assumed.
    pub standard_deviation_error: Option<f64>,
    /// Share of paths on which the quantity is not defined.
    pub undefined: Probability,
    /// Percentiles, ascending; empty if no path defines the quantity.
    pub percentiles: Vec<Quantile>,
}

impl Distribution {
    /// Of a column, whose sorted copy is given too.
    pub(super) fn new(column: &[f64], sorted: &SortedSample) -> Self {
        let moments = Moments::of(column);
        let quantile = |&probability: &f64| {
            let value = finite(sorted.quantile(probability)?)?;
            let interval = sorted.quantile_interval(probability);
            Some(Quantile {
                probability,
                value,
                low: interval.and_then(|e| finite(e.low)),
                high: interval.and_then(|e| finite(e.high)),
            })
        };
        Self {
            mean: Mean::from(&moments),
            standard_deviation: moments.sd(),
            standard_deviation_error: moments.sd_standard_error(),
            undefined: Probability::of(sorted.undefined() as u64, column.len() as u64),
            percentiles: PERCENTILES.iter().filter_map(quantile).collect(),
        }
    }

    /// A reported percentile.
    #[must_use]
    pub fn percentile(&self, probability: f64) -> Option<&Quantile> {
        self.percentiles.iter().find(|quantile| (quantile.probability - probability).abs() < 1e-9)
    }
}

/// The value, unless it is infinite or not a number.
pub(super) fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
