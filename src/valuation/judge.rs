//! [`judge`]: whether a check holds, as far as the run can tell.

use super::estimate::Estimate;
use super::paths::paths_for;
use crate::model::Sampling;
use crate::scenario::{Check, Statistic};

/// Standard errors within which a bound leaves a verdict open.
const OPEN: f64 = 2.0;

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds, and the bound is more than two standard errors away.
    Pass,
    /// It does not hold, and the bound is more than two standard errors away; or the metric is undefined.
    Fail,
    /// The bound is within two standard errors: another seed might say otherwise.
    Inconclusive,
    /// The case it is about was not run.
    NotRun,
    /// The run has so many results that what it needs was not kept.
    NotKept,
}

impl Verdict {
    /// For tables and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::Inconclusive => "inconclusive",
            Verdict::NotRun => "not_run",
            Verdict::NotKept => "not_kept",
        }
    }
}

/// A check with its verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// What was checked.
    pub check: Check,
    /// The verdict.
    pub verdict: Verdict,
    /// The metric; NaN if it is undefined or was not run.
    pub value: f64,
    /// Its standard error; 0 if it is known exactly or is an error itself.
    pub standard_error: f64,
    /// The figure of the bound that is nearest to the value.
    pub nearest: f64,
    /// Paths that would settle an open verdict, if the metric stays where it is; none for others, beyond all reason, and
    /// where the metric lies on the bound.
    pub paths_to_settle: Option<u64>,
}

/// What a run says about the metric of a check.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// The metric.
    Found(Estimate),
    /// Its case was not run.
    NotRun,
    /// The run does not keep what it needs.
    NotKept,
}

/// Judges a check by a run of so many paths.
///
/// A share of paths that is 0 or 1 has no spread to take an error from. It counts as uncertain by half of 3/n, so that two
/// errors reach as far as the rule of three (Hanley and Lippman-Hand 1983, "If nothing goes wrong, is everything all
/// right?", JAMA 249).
#[must_use]
pub fn judge(check: &Check, evidence: &Evidence, paths: u64, sampling: Sampling) -> Judged {
    let mut judged = Judged {
        check: check.clone(),
        verdict: Verdict::NotRun,
        value: f64::NAN,
        standard_error: 0.0,
        nearest: f64::NAN,
        paths_to_settle: None,
    };
    let found = match evidence {
        Evidence::Found(found) => found,
        Evidence::NotRun => return judged,
        Evidence::NotKept => return Judged { verdict: Verdict::NotKept, ..judged },
    };
    judged.value = found.value;
    judged.verdict = Verdict::Fail;
    if found.value.is_nan() {
        return judged;
    }
    judged.nearest = check.bound.nearest(found.value);
    judged.standard_error = found.standard_error;
    let certain = matches!(check.metric.statistic, Statistic::Probability(_))
        && (found.value <= 0.0 || found.value >= 1.0);
    if certain {
        judged.standard_error = 1.5 / paths as f64;
    }
    let distance = (found.value - judged.nearest).abs();
    let reach = OPEN * judged.standard_error;
    // An unknown error leaves everything open, an error of 0 nothing.
    let open = reach.is_nan() || (reach > 0.0 && distance <= reach);
    judged.verdict = match (open, check.bound.holds(found.value)) {
        (true, _) => Verdict::Inconclusive,
        (false, true) => Verdict::Pass,
        (false, false) => Verdict::Fail,
    };
    if open && distance > 0.0 && reach.is_finite() {
        // The error of a share at its end falls with the number of paths, not with its root.
        let ratio = if certain { (reach / distance).sqrt() } else { reach / distance };
        judged.paths_to_settle = paths_for(ratio, paths, sampling);
    }
    judged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Bound, Metric, Order};

    fn check(metric: &str, bound: Bound) -> Check {
        let metric = Metric::read(metric, None).unwrap();
        Check { name: "c".to_owned(), text: String::new(), case: None, metric, bound }
    }

    /// Hand-worked: a mean of 10 ± 1 (√(1/n) of a column of that spread) and bounds on both sides of it.
    #[test]
    fn verdicts_by_distance() {
        let mean = Evidence::Found(Estimate::with_error(10.0, 1.0));
        let judged = |bound| judge(&check("mean", bound), &mean, 1000, Sampling::PseudoRandom);
        for (bound, verdict, paths) in [
            (Bound::Is(Order::AtMost, 12.1), Verdict::Pass, None),
            (Bound::Is(Order::AtMost, 7.9), Verdict::Fail, None),
            // Two errors away exactly is still open; at half the distance four times the paths settle it.
            (Bound::Is(Order::AtMost, 12.0), Verdict::Inconclusive, Some(1000)),
            (Bound::Is(Order::AtLeast, 11.0), Verdict::Inconclusive, Some(4000)),
            (Bound::Is(Order::Above, 10.0), Verdict::Inconclusive, None),
            (Bound::Within(0.0, 20.0), Verdict::Pass, None),
            (Bound::Within(9.0, 20.0), Verdict::Inconclusive, Some(4000)),
            (Bound::Within(13.0, 20.0), Verdict::Fail, None),
        ] {
            let found = judged(bound);
            assert_eq!((found.verdict, found.paths_to_settle), (verdict, paths), "{bound:?}");
        }
    }

    #[test]
    fn exact_undefined_and_certain_values() {
        let judged = |metric: &str, bound, found: &Estimate| {
            judge(&check(metric, bound), &Evidence::Found(found.clone()), 1000, Sampling::PseudoRandom)
        };
        // A known number is judged by the bound alone, on it too.
        let exact = Estimate::exact(2.0);
        assert_eq!(judged("mean", Bound::Is(Order::AtMost, 2.0), &exact).verdict, Verdict::Pass);
        assert_eq!(judged("mean", Bound::Is(Order::Below, 2.0), &exact).verdict, Verdict::Fail);
        let undefined = Estimate::exact(f64::NAN);
        assert_eq!(judged("mean", Bound::Is(Order::AtMost, 2.0), &undefined).verdict, Verdict::Fail);
        // None of 1,000 paths: two errors are 0.3 %. A bound of 0.1 % takes 3,000 paths.
        let never = Estimate::share(0, 1000);
        assert_eq!(judged("P(ipo)", Bound::Is(Order::AtMost, 0.01), &never).verdict, Verdict::Pass);
        let open = judged("P(ipo)", Bound::Is(Order::AtMost, 0.001), &never);
        assert_eq!((open.verdict, open.paths_to_settle), (Verdict::Inconclusive, Some(3000)));
        for (evidence, verdict) in
            [(Evidence::NotRun, Verdict::NotRun), (Evidence::NotKept, Verdict::NotKept)]
        {
            let found =
                judge(&check("mean", Bound::Within(0.0, 1.0)), &evidence, 1000, Sampling::PseudoRandom);
            assert_eq!((found.verdict, found.value.is_nan()), (verdict, true));
        }
    }
}
