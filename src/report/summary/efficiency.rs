//! How much more a run tells of a mean than as many independent paths, and the most exact mean that is known.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::CaseStudy;
use super::estimate::{Distribution, Mean, finite};
use super::measure::{Worth, averaged, controlled, controlled_column, units};
use crate::simulate::{Averaged, Conditional, Outcomes};
use crate::statistics::Units;

/// How much more a run tells of a mean value than as many independent paths without control variates.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Efficiency {
    /// Estimated variance of the mean of as many independent paths, over that of the mean: what the sampling saves.
    /// None where paths are independent.
    pub variance_ratio: Option<f64>,
    /// The mean with control variates ([`crate::statistics::controlled_mean`]); none where no control is known.
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
    /// Of the mean of a present value of the case, whose distribution is `values`.
    pub(super) fn of(worth: Worth, values: &Distribution, case: &CaseStudy<'_>) -> Self {
        let units = units(case.outcomes);
        let variance = values.standard_deviation.map(|sd| sd * sd);
        let ratio = |error: f64, paths: u64| {
            variance.and_then(|variance| finite(variance / paths as f64 / (error * error)))
        };
        let saved = |mean: Option<Mean>| mean.and_then(|mean| ratio(mean.standard_error?, mean.paths));
        let controlled = controlled(case.outcomes, worth);
        let (given, unknown) = match case.conditional {
            Some(Ok(given)) => (Some(given), None),
            Some(Err(why)) => (None, Some(why.reason().into())),
            None => (None, None),
        };
        let mean = given.and_then(|given| of_conditional(given, units));
        Self {
            variance_ratio: units.and(values.mean.standard_error).and_then(|e| ratio(e, values.mean.paths)),
            controlled_mean: controlled,
            controlled_variance_ratio: saved(controlled),
            given_events_mean: mean,
            given_events_variance_ratio: saved(mean),
            given_events_exact: given.and_then(|given| finite(given.exact as f64 / given.value.len() as f64)),
            given_events_unknown: unknown,
        }
    }
}

/// The mean given when things happen. Without any spread left it is known, and its error is rounding.
fn of_conditional(given: &Conditional, units: Option<Units>) -> Option<Mean> {
    let plain = Mean::of(&given.value, units);
    controlled_column(&given.value, &given.controls, units).or_else(|| plain.value.map(|_| plain))
}

/// The most exact mean present value that a run alone tells: with control variates if there are any.
#[must_use]
pub fn best_mean(outcomes: &Outcomes) -> Mean {
    controlled(outcomes, Worth::Net).unwrap_or_else(|| averaged(outcomes, Averaged::PresentValue))
}
