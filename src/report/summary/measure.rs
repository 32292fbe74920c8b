//! The measures of a case as statistics see them: from whole columns, or from a digest where these would take too much memory.

use std::borrow::Cow;

use super::estimate::{Mean, finite};
use super::{Difference, Probability};
use crate::simulate::{Averaged, Digest, Kept, Outcomes, Parts};
use crate::statistics::{
    Estimate, Joint, MOST_CONTROLS, Moments, PairedDifference, Proportion, SortedSample, Spread, UnitError,
    Units, controlled_mean, controlled_mean_of, paired_difference,
};

/// A measure over all paths.
pub(super) struct Measure<'a> {
    /// Its moments.
    pub(super) moments: Moments,
    /// Its values in order.
    pub(super) sorted: SortedSample,
    /// How paths are put into groups that are independent; none if single paths are.
    pub(super) units: Option<Units>,
    source: Source<'a>,
}

enum Source<'a> {
    Column(Cow<'a, [f64]>),
    Digest { spread: &'a Spread, classes: Vec<Moments> },
}

/// How the paths of a case are put into groups.
pub(super) fn units(outcomes: &Outcomes) -> Option<Units> {
    outcomes.tally.parts.as_ref().map(Parts::units)
}

/// One measure's values, path by path, where columns are kept.
fn column(outcomes: &Outcomes, kept: Kept) -> Cow<'_, [f64]> {
    let columns = &outcomes.columns;
    match kept {
        Kept::PresentValue => Cow::Borrowed(&columns.present_value),
        Kept::Irr => Cow::Borrowed(&columns.irr),
        Kept::Ownership => Cow::Borrowed(&columns.ownership),
        Kept::FinalValue => Cow::Borrowed(&columns.final_value),
        _ => (0..columns.present_value.len()).map(|path| kept.of(columns, path)).collect(),
    }
}

/// The values of a measure in order.
pub(super) fn sorted(outcomes: &Outcomes, kept: Kept) -> SortedSample {
    match &outcomes.digest {
        Some(digest) => digest.spread(kept).sorted(),
        None => SortedSample::new(&column(outcomes, kept)),
    }
}

impl<'a> Measure<'a> {
    pub(super) fn of(outcomes: &'a Outcomes, kept: Kept) -> Self {
        let units = units(outcomes);
        if let Some(digest) = &outcomes.digest {
            let sorted = sorted(outcomes, kept);
            let classes = digest.moments(kept);
            let moments = classes.iter().copied().fold(Moments::EMPTY, Moments::merge);
            let source = Source::Digest { spread: digest.spread(kept), classes };
            return Self { moments, sorted, units, source };
        }
        let column = column(outcomes, kept);
        let (moments, sorted) = rayon::join(|| Moments::of(&column), || SortedSample::new(&column));
        Self { moments, sorted, units, source: Source::Column(column) }
    }

    /// Paths, undefined ones among them.
    pub(super) fn paths(&self) -> u64 {
        (self.sorted.len() + self.sorted.undefined()) as u64
    }

    /// Its mean over the paths on which it is defined.
    pub(super) fn mean(&self) -> Mean {
        match &self.source {
            Source::Column(column) => Mean::of(column, self.units),
            Source::Digest { classes, .. } => Mean::of_classes(classes, self.units),
        }
    }

    /// The paths for which something holds, of those on which the measure is defined.
    pub(super) fn proportion(&self, event: impl Fn(f64) -> bool) -> Proportion {
        match &self.source {
            Source::Column(column) => Proportion::of(column, event),
            Source::Digest { .. } => {
                let seen = self.sorted.equal_values().filter(|equal| event(equal.value));
                Proportion {
                    successes: seen.map(|equal| equal.paths as u64).sum(),
                    n: self.sorted.len() as u64,
                }
            }
        }
    }

    /// The error from groups of paths of an estimate with these residuals, over `denominator`; none where paths are independent.
    pub(super) fn error_of(&self, residual: impl Fn(f64) -> f64, denominator: f64) -> Option<UnitError> {
        let units = self.units?;
        match &self.source {
            Source::Column(column) => units.error(column.iter().map(|x| residual(*x)), denominator),
            Source::Digest { spread, .. } => UnitError::of_totals(&spread.group_sums(residual)?, denominator),
        }
    }

    /// The errors from groups of the shares of paths below some ascending thresholds, or at most as high.
    pub(super) fn share_errors(&self, thresholds: &[f64], or_equal: bool) -> Vec<Option<UnitError>> {
        let Some(units) = self.units else { return vec![None; thresholds.len()] };
        let spread = match &self.source {
            Source::Column(column) => return units.share_errors(column, thresholds, or_equal),
            Source::Digest { spread, .. } => spread,
        };
        let all = spread.group_sums(|x| if x.is_nan() { f64::NAN } else { 1.0 }).unwrap_or_default();
        let n: f64 = all.iter().sum();
        let error = |threshold: &f64| {
            let holds = |x: f64| if or_equal { x <= *threshold } else { x < *threshold };
            let below = spread.group_sums(|x| f64::from(u8::from(holds(x))))?;
            let share = below.iter().sum::<f64>() / n;
            let totals: Vec<f64> = below.iter().zip(&all).map(|(below, all)| below - share * all).collect();
            UnitError::of_totals(&totals, n)
        };
        thresholds.iter().map(error).collect()
    }

    /// A quantile with its interval.
    pub(super) fn quantile_interval(&self, p: f64) -> Option<Estimate> {
        match self.units {
            None => self.sorted.quantile_interval(p),
            Some(_) => self
                .sorted
                .quantile_interval_by(p, |value, or_equal| self.share_errors(&[value], or_equal)[0]),
        }
    }

    /// The error of the standard deviation: from groups of paths, where they are not independent, as that of the variance over twice the
    /// deviation.
    pub(super) fn spread_error(&self) -> Option<f64> {
        let Some(units) = self.units else { return self.moments.sd_standard_error() };
        let (mean, variance) =
            (self.moments.mean()?, self.moments.variance().filter(|variance| *variance > 0.0)?);
        let n = self.moments.n as f64;
        let error = match &self.source {
            Source::Column(column) => {
                units.error(column.iter().map(|x| (x - mean) * (x - mean) - variance), n)
            }
            Source::Digest { classes, .. } => {
                let total = |class: &Moments| {
                    let count = class.n as f64;
                    class.m2 + count * (class.mean - mean) * (class.mean - mean) - count * variance
                };
                UnitError::of_totals(&classes.iter().map(total).collect::<Vec<f64>>(), n)
            }
        };
        finite(error?.standard_error / (2.0 * variance.sqrt()))
    }
}

/// The mean of something that every path has.
pub(super) fn averaged(outcomes: &Outcomes, what: Averaged) -> Mean {
    let units = units(outcomes);
    if let Some(digest) = &outcomes.digest {
        let class = |joint: &Joint| combined(joint, &[(what as usize, 1.0)]);
        return Mean::of_classes(&digest.numbers.joint.iter().map(class).collect::<Vec<_>>(), units);
    }
    let columns = &outcomes.columns;
    let column = match what {
        Averaged::PresentValue | Averaged::Base => &columns.present_value,
        Averaged::Paid => &columns.paid,
        Averaged::Invested => &columns.invested,
        Averaged::Received => &columns.received,
        Averaged::Strategic => &columns.strategic,
        Averaged::Martingale => &columns.martingale,
    };
    Mean::of(column, units)
}

/// Mean and spread of a combination of measures over a class of paths.
fn combined(joint: &Joint, combination: &[(usize, f64)]) -> Moments {
    let mean = combination.iter().map(|(measure, weight)| weight * joint.mean[*measure]).sum();
    Moments { n: joint.n, mean, m2: joint.square_of(combination), ..Moments::EMPTY }
}

/// R = mean of what is received over mean of what is invested, with the standard error of the ratio estimator: that of the mean of
/// x − R·y, over the mean of y (Cochran 1977, *Sampling Techniques*, 6.3).
pub(super) fn ratio_of_means(outcomes: &Outcomes) -> Mean {
    let units = units(outcomes);
    let Some(digest) = &outcomes.digest else {
        return ratio_of_columns(&outcomes.columns.received, &outcomes.columns.invested, units);
    };
    let [received, invested] = [Averaged::Received, Averaged::Invested].map(|what| what as usize);
    let mut all = Joint::EMPTY;
    digest.numbers.joint.iter().for_each(|joint| all.merge(joint));
    let below = all.mean[invested];
    let ratio = all.mean[received] / below;
    if !(below > 0.0 && ratio.is_finite()) {
        return Mean::default();
    }
    let residual = [(received, 1.0), (invested, -ratio)];
    let error = combined(&all, &residual).standard_error().map(|error| error / below);
    let mean = Mean::normal(ratio, error, all.n);
    if units.is_none() {
        return mean;
    }
    let total = |joint: &Joint| joint.n as f64 * combined(joint, &residual).mean;
    let totals: Vec<f64> = digest.numbers.joint.iter().map(total).collect();
    mean.by_groups(UnitError::of_totals(&totals, below * all.n as f64))
}

/// The same of two columns.
pub(in crate::report) fn ratio_of_columns(x: &[f64], y: &[f64], units: Option<Units>) -> Mean {
    let (numerator, denominator) = (Moments::of(x), Moments::of(y));
    let (Some(above), Some(below)) = (numerator.mean(), denominator.mean().filter(|mean| *mean > 0.0)) else {
        return Mean::default();
    };
    let ratio = above / below;
    let residual: Vec<f64> = x.iter().zip(y).map(|(x, y)| x - ratio * y).collect();
    let error = Moments::of(&residual).standard_error().map(|error| error / below);
    let mean = Mean::normal(ratio, error, numerator.n);
    match units {
        Some(units) => mean.by_groups(units.error(residual.iter().copied(), below * numerator.n as f64)),
        None => mean,
    }
}

/// A present value that has control variates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Worth {
    /// What is received less what is paid in.
    Net,
    /// What is received.
    Received,
}

/// Its mean with control variates; none where no control is known, or paths are too few.
pub(super) fn controlled(outcomes: &Outcomes, worth: Worth) -> Option<Mean> {
    let units = units(outcomes);
    let Some(digest) = &outcomes.digest else {
        let kept = if worth == Worth::Net { Kept::PresentValue } else { Kept::Payout };
        return controlled_column(&column(outcomes, kept), &outcomes.columns.controls, units);
    };
    let [net, paid] = [Averaged::PresentValue, Averaged::Paid].map(|what| what as usize);
    let of_class = |joint: &Joint| if worth == Worth::Net { *joint } else { joint.adding(net, paid) };
    let classes: Vec<Joint> = digest.numbers.joint.iter().map(of_class).collect();
    let found = controlled_mean_of(&classes, digest.control_places(), units)?;
    Some(Mean::of_controlled(found, outcomes.tally.paths))
}

/// The mean of a column with those of these control variates that are in use; none where there is none, or paths are too few.
pub(super) fn controlled_column(
    column: &[f64],
    controls: &[Vec<f64>; MOST_CONTROLS],
    units: Option<Units>,
) -> Option<Mean> {
    let controls: Vec<&[f64]> = controls.iter().map(Vec::as_slice).filter(|c| !c.is_empty()).collect();
    let found = controlled_mean(column, &controls, units)?;
    Some(Mean::of_controlled(found, column.len() as u64))
}

/// A case against the base, path by path.
pub(super) fn difference(case: &Outcomes, base: &Outcomes) -> Option<Difference> {
    match &case.digest {
        Some(digest) => digested_difference(digest),
        None => column_difference(&case.columns.present_value, &base.columns.present_value, units(case)),
    }
}

fn digested_difference(digest: &Digest) -> Option<Difference> {
    let numbers = &digest.numbers;
    let [own, base] = [Averaged::PresentValue, Averaged::Base].map(|what| what as usize);
    let classes = |combination: &[(usize, f64)]| -> Vec<Moments> {
        numbers.joint.iter().map(|joint| combined(joint, combination)).collect()
    };
    let mean = |combination: &[(usize, f64)]| Mean::of_classes(&classes(combination), digest.units);
    let present_value = mean(&[(own, 1.0), (base, -1.0)]);
    let n: u64 = numbers.joint.iter().map(|joint| joint.n).sum();
    let share = |hits: &dyn Fn(usize) -> u64| {
        let hits: Vec<u64> = (0..numbers.joint.len()).map(hits).collect();
        let share = Probability::of(hits.iter().sum(), n);
        let (Some(_), Some(p)) = (digest.units, share.value) else { return share };
        let total = |(hits, joint): (&u64, &Joint)| *hits as f64 - p * joint.n as f64;
        let totals: Vec<f64> = hits.iter().zip(&numbers.joint).map(total).collect();
        share.by_groups(UnitError::of_totals(&totals, n as f64))
    };
    Some(Difference {
        present_value,
        unpaired_standard_error: libm::hypot(
            mean(&[(own, 1.0)]).standard_error?,
            mean(&[(base, 1.0)]).standard_error?,
        ),
        better: share(&|class| numbers.better[class]),
        worse: share(&|class| numbers.worse[class]),
        equal: share(&|class| numbers.joint[class].n - numbers.better[class] - numbers.worse[class]),
    })
}

fn column_difference(a: &[f64], b: &[f64], units: Option<Units>) -> Option<Difference> {
    let PairedDifference {
        pairs, mean, standard_error, unpaired_standard_error, higher, lower, ties, ..
    } = paired_difference(a, b)?;
    let present_value = Mean {
        value: finite(mean.value),
        standard_error: finite(standard_error),
        low: finite(mean.low),
        high: finite(mean.high),
        paths: pairs,
    };
    let Some(units) = units else {
        return Some(Difference {
            present_value,
            unpaired_standard_error,
            better: higher.into(),
            worse: lower.into(),
            equal: ties.into(),
        });
    };
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let alone = |column| Mean::of(column, Some(units)).standard_error;
    let share = |event: fn(f64) -> bool| Probability::of_column(&differences, event, Some(units));
    Some(Difference {
        present_value: present_value.by_groups(units.mean_error(&differences, mean.value)),
        unpaired_standard_error: libm::hypot(alone(a)?, alone(b)?),
        better: share(|d| d > 0.0),
        worse: share(|d| d < 0.0),
        equal: share(|d| d == 0.0),
    })
}

/// What comes back, by class of the multiple.
pub(super) fn proceeds(outcomes: &Outcomes) -> [f64; crate::simulate::MULTIPLE_CLASSES] {
    if let Some(digest) = &outcomes.digest {
        return digest.numbers.proceeds;
    }
    let columns = &outcomes.columns;
    let mut proceeds = [0.0; crate::simulate::MULTIPLE_CLASSES];
    for (path, received) in columns.received.iter().enumerate() {
        let multiple = Kept::Multiple.of(columns, path);
        if !multiple.is_nan() {
            proceeds[crate::simulate::multiple_class(multiple)] += received;
        }
    }
    proceeds
}
