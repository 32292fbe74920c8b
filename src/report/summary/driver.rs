//! Which uncertain inputs the present value moves with.

use serde::{Deserialize, Serialize};

use super::estimate::{Mean, finite};
use crate::statistics::ConditionalMean;
use crate::valuation::{Driver, Drivers};

/// What the present value of the base case moves with, from the paths as they were drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriversSummary {
    /// Paths looked at: the first of the run.
    pub paths: u64,
    /// Mean present value over these.
    pub mean: Option<f64>,
    /// The inputs, those with the widest difference between low and high first.
    pub rows: Vec<DriverRow>,
    /// Uncertain inputs that are drawn anew at each use and therefore not looked at.
    pub drawn_anew_at_each_use: Vec<String>,
}

/// One uncertain input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriverRow {
    /// Its name.
    pub input: String,
    /// In words, what it is on the paths where it is low.
    pub low: String,
    /// The same where it is high.
    pub high: String,
    /// Share of paths on which it is low: a tenth but for equal values.
    pub low_share: f64,
    /// Share of paths on which it is high.
    pub high_share: f64,
    /// Mean present value on the former.
    pub mean_at_low: Mean,
    /// Mean present value on the latter.
    pub mean_at_high: Mean,
    /// Share of the variance of the present value that it explains by itself (first-order index, corrected for bias, so that it
    /// scatters about 0 for an input without effect); none where the variance is infinite.
    pub variance_share: Option<f64>,
    /// Its standard error.
    pub variance_share_standard_error: Option<f64>,
    /// Whether it is correlated with other inputs, which then move with it.
    pub correlated: bool,
}

impl DriversSummary {
    /// None if no input is uncertain. `varies` is false where the present value has no variance to be shared out.
    pub(super) fn new(drivers: &Drivers, varies: bool) -> Option<Self> {
        let rows: Vec<DriverRow> =
            drivers.rows.iter().filter_map(|driver| row(driver, drivers.paths, varies)).collect();
        (!rows.is_empty()).then(|| Self {
            paths: drivers.paths,
            mean: finite(drivers.mean),
            rows,
            drawn_anew_at_each_use: drivers.left_out.clone(),
        })
    }
}

fn row(driver: &Driver, paths: u64, varies: bool) -> Option<DriverRow> {
    let found = &driver.found;
    let (low, high) = (found.low?, found.high?);
    let share = |value: f64| finite(value).filter(|_| varies);
    Some(DriverRow {
        input: driver.name.clone(),
        low: driver.ends[0].clone(),
        high: driver.ends[1].clone(),
        low_share: low.share,
        high_share: high.share,
        mean_at_low: mean(&low, paths),
        mean_at_high: mean(&high, paths),
        variance_share: share(found.variance_share.value),
        variance_share_standard_error: share(found.standard_error),
        correlated: driver.correlated,
    })
}

fn mean(group: &ConditionalMean, paths: u64) -> Mean {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of the paths")]
    let seen = libm::round(group.share * paths as f64) as u64;
    Mean {
        value: finite(group.output.value),
        standard_error: finite(group.standard_error),
        low: finite(group.output.low),
        high: finite(group.output.high),
        paths: seen,
    }
}
