//! Numbers with their errors, as plain data. What is unknown is `None`: empty in a table, null in JSON.

use serde::{Deserialize, Serialize};

use super::measure::Measure;
use crate::statistics::{ControlledMean, Estimate, Moments, Proportion, UnitError, Units};

/// A mean with its standard error and 95 % interval, in the unit of what it is a mean of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mean {
    /// The mean over the paths on which the quantity is defined.
    pub value: Option<f64>,
    /// Its standard error.
    pub standard_error: Option<f64>,
    /// Lower end of the 95 % interval (Student's t; where paths hang together, on as many groups of them as are
    /// independent).
    pub low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub high: Option<f64>,
    /// Paths on which the quantity is defined.
    pub paths: u64,
}

impl Mean {
    /// Of a column, in the order of paths; `units` where they are not independent.
    pub(super) fn of(column: &[f64], units: Option<Units>) -> Self {
        let mean = Self::from(&Moments::of(column));
        match (units, mean.value) {
            (Some(units), Some(value)) => mean.by_groups(units.mean_error(column, value)),
            _ => mean,
        }
    }

    /// From the moments of classes of paths: the independent groups if there are `units`, else any parts.
    pub(super) fn of_classes(classes: &[Moments], units: Option<Units>) -> Self {
        let all = classes.iter().copied().fold(Moments::EMPTY, Moments::merge);
        let mean = Self::from(&all);
        let (Some(_), Some(value)) = (units, mean.value) else { return mean };
        let total = |class: &Moments| if class.n > 0 { class.n as f64 * (class.mean - value) } else { 0.0 };
        let totals: Vec<f64> = classes.iter().map(total).collect();
        mean.by_groups(UnitError::of_totals(&totals, all.n as f64))
    }

    /// The same without error and interval, where the variance is infinite and they would mean nothing.
    pub(super) fn without_error(self) -> Self {
        Self { standard_error: None, low: None, high: None, ..self }
    }

    /// The same with an error that comes from groups of paths.
    pub(super) fn by_groups(self, error: Option<UnitError>) -> Self {
        let interval = self.value.zip(error).map(|(value, error)| error.interval(value));
        Self {
            standard_error: error.map(|error| error.standard_error),
            low: interval.and_then(|e| finite(e.low)),
            high: interval.and_then(|e| finite(e.high)),
            ..self
        }
    }

    /// With control variates, from so many paths.
    pub(super) fn of_controlled(found: ControlledMean, paths: u64) -> Self {
        Self {
            value: finite(found.mean.value),
            standard_error: finite(found.standard_error),
            low: finite(found.mean.low),
            high: finite(found.mean.high),
            paths,
        }
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
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

    /// Counts the paths for which something holds, of those on which a measure is defined.
    pub(super) fn that(measure: &Measure<'_>, event: impl Fn(f64) -> bool) -> Self {
        let share = Self::from(measure.proportion(&event));
        let Some(p) = share.value.filter(|_| measure.units.is_some()) else { return share };
        let residual = |x: f64| if x.is_nan() { f64::NAN } else { f64::from(u8::from(event(x))) - p };
        share.by_groups(measure.error_of(residual, share.paths as f64))
    }

    /// The same of a column.
    pub(super) fn of_column(column: &[f64], event: impl Fn(f64) -> bool, units: Option<Units>) -> Self {
        let share = Self::from(Proportion::of(column, &event));
        let (Some(units), Some(p)) = (units, share.value) else { return share };
        let residual = |x: &f64| if x.is_nan() { f64::NAN } else { f64::from(u8::from(event(*x))) - p };
        share.by_groups(units.error(column.iter().map(residual), share.paths as f64))
    }

    /// The same with an error that comes from groups of paths.
    pub(super) fn by_groups(self, error: Option<UnitError>) -> Self {
        let n = self.paths as f64;
        let Some((p, error)) = self.value.zip(error) else { return Self { standard_error: None, ..self } };
        let interval = error.wilson(p, n);
        Self {
            standard_error: (0.0 < p && p < 1.0).then(|| error.of_share(n).standard_error),
            low: Some(interval.low),
            high: Some(interval.high),
            ..self
        }
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
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    /// Of a measure.
    pub(super) fn new(measure: &Measure<'_>) -> Self {
        let quantile = |&probability: &f64| {
            let value = finite(measure.sorted.quantile(probability)?)?;
            let interval = measure.quantile_interval(probability);
            Some(Quantile {
                probability,
                value,
                low: interval.and_then(|e| finite(e.low)),
                high: interval.and_then(|e| finite(e.high)),
            })
        };
        let paths = measure.paths();
        let undefined = Probability::of(measure.sorted.undefined() as u64, paths);
        Self {
            mean: measure.mean(),
            standard_deviation: measure.moments.sd(),
            standard_deviation_error: measure.spread_error(),
            undefined: match undefined.value.filter(|_| measure.units.is_some()) {
                Some(p) => {
                    let residual = |x: f64| f64::from(u8::from(x.is_nan())) - p;
                    undefined.by_groups(measure.error_of(residual, paths as f64))
                }
                None => undefined,
            },
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
