//! What a reader must know before trusting a number: a condition, the number behind it, and what to do.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::case::CaseSummary;
use super::estimate::Mean;
use super::fair_value::FairValueCase;
use super::{CrossCheckSummary, RunFacts};
use crate::model::{CUBE_PATHS, RANDOMISATIONS, Sampling};
use crate::report::format::{count, multiple, paths, percent};

/// A reason for care.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Warning {
    /// Stable identifier.
    pub code: Cow<'static, str>,
    /// The case it concerns; none if it concerns the run.
    pub case: Option<String>,
    /// What was found, in words.
    pub condition: String,
    /// The number behind it: a share, a ratio or an index.
    pub number: f64,
    /// What to do about it.
    pub remedy: String,
}

impl Warning {
    /// The case and what was found there.
    #[must_use]
    pub fn in_words(&self) -> String {
        let case = self.case.as_ref().map_or_else(String::new, |case| format!("{case}: "));
        format!("{case}{}", self.condition)
    }
}

/// Warnings of one kind: the first, and the names of the other cases that have it.
pub(in crate::report) fn by_code(warnings: &[Warning]) -> Vec<(&Warning, Vec<&str>)> {
    let mut groups: Vec<(&Warning, Vec<&str>)> = Vec::new();
    for warning in warnings {
        match groups.iter_mut().find(|(first, _)| first.code == warning.code) {
            Some((_, also)) => also.extend(warning.case.as_deref()),
            None => groups.push((warning, Vec::new())),
        }
    }
    groups
}

/// Fewest paths on which an ending should be seen for its numbers to mean much.
const FEWEST_SEEN: u64 = 100;
/// Largest standard error of the mean, relative to the expected investment, that passes without a word. (Relative
/// to the mean itself it would say how near to 0 that is.)
const LARGEST_ERROR: f64 = 0.01;
/// Share of the whole in 0.1 % of the paths from which the mean hangs on few paths.
const HEAVY_SHARE: f64 = 0.25;
/// Share of itself by which a standard error may be uncertain without a word. The 95 % interval then reaches 20 %
/// too far or too short, which shifts its coverage between some 88 and 98 %.
const UNSETTLED: f64 = 0.2;
/// Share of paths above which impossible conversions are worth a word.
const OFTEN: f64 = 0.001;
/// Largest relative difference between fast and exact arithmetic that passes without a word.
const LARGEST_DIFFERENCE: f64 = 1e-9;

pub(super) fn of_case(case: &CaseSummary) -> Vec<Warning> {
    [
        tail(case),
        few_paths(case),
        top_heavy(case),
        unsettled_error(case),
        rare_endings(case),
        infeasible(case),
        imprecise(case),
        sign_unclear(case),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn warn(code: &'static str, case: &CaseSummary, number: f64, condition: String, remedy: &str) -> Warning {
    Warning { code: code.into(), case: Some(case.name.clone()), condition, number, remedy: remedy.to_owned() }
}

fn tail(case: &CaseSummary) -> Option<Warning> {
    if let Some(cause) = &case.tail.cause {
        let condition = format!("{cause}; so no error or interval of the mean present value is shown");
        let remedy = "quote the median and the percentiles; or bound the distribution with `at_most`, and see what the bound does";
        return Some(warn("no_variance", case, case.tail.tail_index.unwrap_or(2.0), condition, remedy));
    }
    let index = case.tail.tail_index?;
    Some(warn(
        "infinite_variance",
        case,
        index,
        format!(
            "the tail looks like a power law with index {index:.2}, below 2: if it is one, there is no variance and \
             the standard error of the mean means nothing"
        ),
        "quote the median and the percentiles; check the spread and the drift of the company’s value, or truncate it",
    ))
}

fn unsettled_error(case: &CaseSummary) -> Option<Warning> {
    // Where no standard error is shown there is nothing to say of it.
    let error = case.tail.error_of_standard_error.filter(|error| *error > UNSETTLED && !case.tail.by_law)?;
    Some(warn(
        "unsettled_error",
        case,
        error,
        format!(
            "the standard error of the mean is itself uncertain by {}, because few very large outcomes make most of it",
            percent(error)
        ),
        "take ± as a rough guide and quote the median beside the mean; more paths help slowly",
    ))
}

fn few_paths(case: &CaseSummary) -> Option<Warning> {
    case.tail.verdict.is_none().then(|| {
        let seen = case.present_value.mean.paths;
        let verb = if seen == 1 { "is" } else { "are" };
        let condition = format!("{} {verb} too few to judge the tails", paths(seen));
        warn("too_few_paths", case, seen as f64, condition, "run at least 1,000 paths, better 100,000")
    })
}

fn top_heavy(case: &CaseSummary) -> Option<Warning> {
    let share = case.tail.top_tenth_percent.filter(|share| *share > HEAVY_SHARE)?;
    Some(warn(
        "top_heavy",
        case,
        share,
        format!("the best 0.1% of paths carry {} of the total present value", percent(share)),
        "quote the median beside the mean, and run more paths",
    ))
}

fn rare_endings(case: &CaseSummary) -> Option<Warning> {
    let rare: Vec<&str> =
        case.branches.iter().filter(|row| row.seen < FEWEST_SEEN).map(|row| row.label.as_str()).collect();
    let fewest = case.branches.iter().map(|row| row.seen).min()?;
    let several = if rare.len() == 1 { "an ending was" } else { "some endings were" };
    (!rare.is_empty()).then(|| {
        let condition = format!("{several} seen fewer than {FEWEST_SEEN} times: {}", rare.join("; "));
        let remedy = "read these rows as “rare”, or run more paths";
        warn("rare_branch", case, fewest as f64, condition, remedy)
    })
}

fn infeasible(case: &CaseSummary) -> Option<Warning> {
    let share = case.probabilities.infeasible_conversion.value.filter(|share| *share > OFTEN)?;
    Some(warn(
        "infeasible_conversion",
        case,
        share,
        format!(
            "on {} of paths a due conversion would have claimed more than the company; the debt stayed",
            percent(share)
        ),
        "expected where the company is worth less than the claim; otherwise check cap, discount and amounts",
    ))
}

fn imprecise(case: &CaseSummary) -> Option<Warning> {
    let (error, invested) = (case.present_value.mean.standard_error?, case.invested.value?);
    let ratio = error / invested;
    (ratio > LARGEST_ERROR && ratio.is_finite()).then(|| {
        let condition = format!(
            "the standard error of the mean present value is {} of the expected investment",
            percent(ratio)
        );
        warn("imprecise_mean", case, ratio, condition, "run more paths: four times as many halve the error")
    })
}

fn sign_unclear(case: &CaseSummary) -> Option<Warning> {
    let Mean { value: Some(mean), low: Some(low), high: Some(high), standard_error: Some(error), .. } =
        case.present_value.mean
    else {
        return None;
    };
    (low < 0.0 && high > 0.0).then(|| {
        let condition =
            "the 95% interval of the mean present value holds 0: whether it is a gain is left open"
                .to_owned();
        let remedy = "call the mean present value nought within its error, or run more paths";
        warn("sign_unclear", case, mean.abs() / error, condition, remedy)
    })
}

/// Standard errors by which the check of a risk-neutral run may miss without a word: by chance once in two million times.
const FARTHEST: f64 = 5.0;

/// Today's shares must be worth today's value under the risk-neutral measure.
pub(super) fn of_fair_value(case: &FairValueCase) -> Option<Warning> {
    let away = case.away_from_martingale().filter(|away| *away > FARTHEST)?;
    let condition = format!(
        "today’s shares, discounted, come out at {} of their value today instead of 1x, {away:.0} standard errors off: the paths \
         miss the rare large outcomes that carry the rest",
        multiple(case.martingale.value.unwrap_or(f64::NAN))
    );
    Some(Warning {
        code: "unseen_tail".into(),
        case: Some(case.name.clone()),
        condition,
        number: away,
        remedy: "do not use fair values of this run: shorten the horizon, lower the volatility, or use a closed form (`cabrio \
                 allocate`)"
            .to_owned(),
    })
}

/// A number of paths that does not suit the sampling: the results hold, but are less even than they could be.
pub(super) fn of_path_count(run: &RunFacts) -> Option<Warning> {
    let warn = |condition: String, remedy: String| {
        Some(Warning { code: "uneven_paths".into(), case: None, condition, number: run.paths as f64, remedy })
    };
    let all = paths(run.paths);
    match run.sampling.method {
        Sampling::Sobol => {
            let each = u64::from(RANDOMISATIONS);
            let points = run.paths / each;
            if run.paths.is_multiple_of(each) && points.is_power_of_two() {
                return None;
            }
            let above = points.next_power_of_two();
            let below = if points.is_power_of_two() { points } else { above / 2 };
            let above = if above == below { 2 * above } else { above };
            warn(
                format!("{all} are no power of two for each of the {each} sets of Sobol' points"),
                format!("run {} or {}: points are most even then", count(below * each), paths(above * each)),
            )
        }
        Sampling::Antithetic if !run.paths.is_multiple_of(2) => warn(
            format!("{all}: the last one has no mirrored partner"),
            "run an even number of paths".to_owned(),
        ),
        Sampling::LatinHypercube if !run.paths.is_multiple_of(u64::from(CUBE_PATHS)) => {
            let whole = run.paths.next_multiple_of(u64::from(CUBE_PATHS));
            warn(
                format!("{all}: the last Latin hypercube of {} is not full", paths(u64::from(CUBE_PATHS))),
                format!("run {}", paths(whole)),
            )
        }
        _ => None,
    }
}

pub(super) fn of_cross_check(check: &CrossCheckSummary) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |code, number, condition, remedy: &str| {
        warnings.push(Warning {
            code: Cow::Borrowed(code),
            case: None,
            condition,
            number,
            remedy: remedy.to_owned(),
        });
    };
    if check.out_of_range > 0 {
        warn(
            "exact_out_of_range",
            check.out_of_range as f64,
            format!(
                "{} of {} paths have amounts that no decimal of 28 digits holds, and were not checked",
                count(check.out_of_range),
                count(check.paths_compared)
            ),
            "check the units of amounts and share counts",
        );
    }
    if check.worst_difference.is_nan() || check.worst_difference > LARGEST_DIFFERENCE {
        warn(
            "cross_check",
            check.worst_difference,
            format!(
                "fast and exact arithmetic differ by {:.1e} of the cash on path {}",
                check.worst_difference, check.worst_path
            ),
            "replay that path and compare: an amount may lie on a threshold",
        );
    }
    warnings
}
