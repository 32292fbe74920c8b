//! How much more a run tells of a mean than as many independent paths, and the most exact mean that is known.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::CaseStudy;
use super::estimate::{Distribution, Mean, finite};
use crate::simulate::{Conditional, Outcomes, Parts};
use crate::statistics::{MOST_CONTROLS, Units, controlled_mean};

/// How much more a run tells of a mean value than as many independent paths without control variates.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Efficiency {
    /// Estimated variance of the mean of as many independent paths, over that of the mean: what the sampling saves.
    /// None where paths are independent.
    pub variance_ratio: Option<f64>,
    /// The mean with control variates ([`controlled_mean`]); none where no control is known.
    pub controlled_mean: Option<Mean>,
    /// The same ratio for the mean with control variates.
    pub controlled_variance_ratio: Option<f64>,
    /// The mean of what is expected given when things happen ([`crate::simulate::conditional`]), on the first paths of the
    /// run; none where a deal has no such expectation.
    pub given_events_mean: Option<Mean>,
    /// The same ratio for that mean, path for path.
    pub given_events_variance_ratio: Option<f64>,
    /// Share of these paths on which the company's motion is gone altogether.
    pub given_events_exact: Option<f64>,
    /// Why there is no such mean.
    pub given_events_unknown: Option<Cow<'static, str>>,
}

impl Efficiency {
    /// Of a column of the case's values, such as its present value.
    pub(super) fn of(column: &[f64], values: &Distribution, case: &CaseStudy<'_>) -> Self {
        let units = case.units();
        let variance = values.standard_deviation.map(|sd| sd * sd);
        let ratio = |error: f64, paths: u64| {
            variance.and_then(|variance| finite(variance / paths as f64 / (error * error)))
        };
        let worth = |mean: Option<Mean>| mean.and_then(|mean| ratio(mean.standard_error?, mean.paths));
        let controlled = controlled(column, &case.outcomes.columns.controls, units);
        let given = match case.conditional {
            Some(Ok(given)) => of_conditional(given, units),
            Some(Err(_)) | None => None,
        };
        Self {
            variance_ratio: units.and(values.mean.standard_error).and_then(|e| ratio(e, values.mean.paths)),
            controlled_mean: controlled,
            controlled_variance_ratio: worth(controlled),
            given_events_mean: given,
            given_events_variance_ratio: worth(given),
            given_events_exact: case
                .conditional
                .and_then(|given| given.as_ref().ok())
                .and_then(|given| finite(given.exact as f64 / given.value.len() as f64)),
            given_events_unknown: case
                .conditional
                .and_then(|given| given.as_ref().err())
                .map(|why| why.reason().into()),
        }
    }
}

/// The mean given when things happen. Without any spread left it is known, and its error is rounding.
fn of_conditional(given: &Conditional, units: Option<Units>) -> Option<Mean> {
    let plain = Mean::of(&given.value, units);
    controlled(&given.value, &given.controls, units).or_else(|| plain.value.map(|_| plain))
}

/// The mean with control variates; none where no control is known, or paths are too few.
fn controlled(column: &[f64], controls: &[Vec<f64>; MOST_CONTROLS], units: Option<Units>) -> Option<Mean> {
    let controls: Vec<&[f64]> = controls.iter().map(Vec::as_slice).filter(|c| !c.is_empty()).collect();
    let found = controlled_mean(column, &controls, units)?;
    Some(Mean {
        value: finite(found.mean.value),
        standard_error: finite(found.standard_error),
        low: finite(found.mean.low),
        high: finite(found.mean.high),
        paths: column.len() as u64,
    })
}

/// The most exact mean present value that a run alone tells: with control variates if there are any.
#[must_use]
pub fn best_mean(outcomes: &Outcomes) -> Mean {
    let units = outcomes.tally.parts.as_ref().map(Parts::units);
    let columns = &outcomes.columns;
    controlled(&columns.present_value, &columns.controls, units)
        .unwrap_or_else(|| Mean::of(&columns.present_value, units))
}
