//! The scenario's checks and what came of them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::estimate::finite;
use crate::report::format::count;
use crate::report::shown::{shown, unit_name};
use crate::valuation::Judged;

/// A check with its verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckRow {
    /// Its name.
    pub name: String,
    /// As the scenario states it.
    pub check: String,
    /// The case it is about; none for the deal as it stands.
    pub case: Option<String>,
    /// The metric.
    pub metric: String,
    /// What it is measured in.
    pub unit: Cow<'static, str>,
    /// `pass`, `fail`, `inconclusive`, `not_run` or `not_kept`.
    pub verdict: Cow<'static, str>,
    /// The metric; none if it is undefined, was not run or was not kept.
    pub value: Option<f64>,
    /// Its standard error.
    pub standard_error: Option<f64>,
    /// The figure of the bound nearest to it.
    pub bound: Option<f64>,
    /// How many standard errors the metric lies from it; none without an error.
    pub errors_from_bound: Option<f64>,
    /// Paths that would settle an inconclusive verdict, if the metric stays where it is.
    pub paths_to_settle: Option<u64>,
    /// The metric with its error, as text.
    pub result: String,
}

impl CheckRow {
    pub(super) fn new(judged: &Judged, mark: &str) -> Self {
        let Judged { check, verdict, value, standard_error, nearest, paths_to_settle } = judged;
        let unit = check.metric.unit();
        let error = Some(*standard_error).filter(|error| *error > 0.0);
        Self {
            name: check.name.clone(),
            check: check.text.clone(),
            case: check.case.clone(),
            metric: check.metric.text().to_owned(),
            unit: unit_name(unit).into(),
            verdict: verdict.word().into(),
            value: finite(*value),
            standard_error: finite(*standard_error).filter(|_| value.is_finite()),
            bound: finite(*nearest),
            errors_from_bound: error.and_then(|error| finite((value - nearest).abs() / error)),
            paths_to_settle: *paths_to_settle,
            result: shown(unit, *value, error, mark),
        }
    }

    /// The verdict with the reason, as a phrase.
    #[must_use]
    pub fn in_words(&self) -> String {
        match (self.verdict.as_ref(), self.errors_from_bound) {
            ("not_run", _) => "not run: its case was left out".to_owned(),
            ("not_kept", _) => {
                "not kept: so long a run keeps no distribution of this quantity; run fewer paths".to_owned()
            }
            ("fail", _) if self.value.is_none() => "fail: the metric is undefined".to_owned(),
            ("inconclusive", Some(errors)) => {
                format!("inconclusive: {}{}", apart(errors), self.settle())
            }
            ("inconclusive", None) => "inconclusive: the standard error is not known".to_owned(),
            (_, Some(errors)) => format!("{}, {}", self.verdict, apart(errors)),
            (_, None) => self.verdict.clone().into_owned(),
        }
    }

    fn settle(&self) -> String {
        self.paths_to_settle
            .map_or_else(String::new, |paths| format!("; about {} paths would settle it", count(paths)))
    }
}

/// How far the bound is.
fn apart(errors: f64) -> String {
    let errors = if errors < 10.0 { format!("{errors:.1}") } else { format!("{errors:.0}") };
    format!("{errors} standard errors from the bound")
}
