//! Metrics of a run that has kept digests of its columns: the same statistics, from counts in bins and sums by class of paths.

use super::estimate::Estimate;
use crate::quantity::YEAR_DAYS;
use crate::scenario::{Event, Quantity, Statistic};
use crate::simulate::{Averaged, Digest, Kept};
use crate::statistics::{Joint, Moments, Units, Z95};

/// What a digest holds of a quantity: its whole distribution, or its mean alone.
enum Source {
    Distribution(Kept),
    Mean(Averaged),
}

fn source(quantity: Quantity) -> Source {
    match quantity {
        Quantity::PresentValue => Source::Distribution(Kept::PresentValue),
        Quantity::Moic => Source::Distribution(Kept::Multiple),
        Quantity::Irr => Source::Distribution(Kept::Irr),
        Quantity::Ownership => Source::Distribution(Kept::Ownership),
        Quantity::Resolution => Source::Distribution(Kept::Resolved),
        Quantity::CompanyValue => Source::Distribution(Kept::FinalValue),
        Quantity::Invested => Source::Mean(Averaged::Invested),
        Quantity::Received => Source::Mean(Averaged::Received),
        Quantity::Strategic => Source::Mean(Averaged::Strategic),
    }
}

/// Whether a digest holds what a statistic needs.
pub(super) fn keeps(statistic: &Statistic) -> bool {
    let distribution = |quantity: &Quantity| matches!(source(*quantity), Source::Distribution(_));
    match statistic {
        Statistic::Deviation(of)
        | Statistic::Percentile(of, _)
        | Statistic::Probability(Event::Compares(of, ..)) => distribution(of),
        Statistic::Error(of) | Statistic::RelativeError(of) => keeps(of),
        _ => true,
    }
}

/// The mean of a quantity over the paths on which it is defined.
pub(super) fn mean(digest: &Digest, quantity: Quantity) -> Estimate {
    match source(quantity) {
        Source::Distribution(kept) => {
            mean_of_classes(&digest.moments(kept), digest.units).times(in_days(quantity))
        }
        Source::Mean(what) => {
            let classes = digest.numbers.joint.iter().map(|joint| combined(joint, &[(what as usize, 1.0)]));
            mean_of_classes(&classes.collect::<Vec<_>>(), digest.units)
        }
    }
}

/// The mean of what is received under the risk-neutral measure.
pub(super) fn mean_payout(digest: &Digest) -> Estimate {
    mean_of_classes(&digest.moments(Kept::Payout), digest.units)
}

/// The standard deviation, whose error is that of the variance over twice the deviation where paths are in groups.
pub(super) fn deviation(digest: &Digest, quantity: Quantity) -> Estimate {
    let Source::Distribution(kept) = source(quantity) else { return Estimate::exact(f64::NAN) };
    let classes = digest.moments(kept);
    let all = classes.iter().copied().fold(Moments::EMPTY, Moments::merge);
    let (Some(mean), Some(variance)) = (all.mean(), all.variance()) else { return Estimate::exact(f64::NAN) };
    let sd = variance.sqrt();
    let found = if digest.units.is_none() || sd <= 0.0 {
        Estimate::with_error(sd, all.sd_standard_error().unwrap_or(0.0))
    } else {
        let total = |class: &Moments| {
            let (n, away) = (class.n as f64, class.mean - mean);
            if class.n > 0 { (class.m2 + n * away * away - n * variance) / (2.0 * sd) } else { 0.0 }
        };
        Estimate::by_groups(sd, classes.iter().map(total).collect(), all.n as f64)
    };
    found.times(in_days(quantity))
}

/// A percentile, with the error that its interval implies; see [`Estimate::percentile`].
pub(super) fn percentile(digest: &Digest, quantity: Quantity, p: f64) -> Estimate {
    let Source::Distribution(kept) = source(quantity) else { return Estimate::exact(f64::NAN) };
    let spread = digest.spread(kept);
    let sorted = spread.sorted();
    let interval = sorted.quantile_interval(p).filter(crate::statistics::Estimate::is_bounded);
    let Some(interval) = interval else { return Estimate::exact(f64::NAN) };
    let (at, error) = (interval.value, (interval.high - interval.low) / (2.0 * Z95));
    let n = sorted.len() as f64;
    let size = error * n.sqrt() / (p * (1.0 - p)).sqrt();
    let side = |x: f64| match x {
        x if x > at => size * p,
        x if x < at => -size * (1.0 - p),
        _ => 0.0,
    };
    let found = match spread.group_sums(side) {
        Some(totals) => Estimate::by_groups(at, totals, n),
        None => Estimate::with_error(at, error),
    };
    found.times(in_days(quantity))
}

/// Mean proceeds over mean investment, with the error of a ratio (Cochran 1977, *Sampling Techniques*, 6.3).
pub(super) fn moic_of_means(digest: &Digest) -> Estimate {
    let [received, invested] = [Averaged::Received, Averaged::Invested].map(|what| what as usize);
    let mut all = Joint::EMPTY;
    digest.numbers.joint.iter().for_each(|joint| all.merge(joint));
    let below = all.mean[invested];
    let ratio = all.mean[received] / below;
    if !(below > 0.0 && ratio.is_finite()) {
        return Estimate::exact(f64::NAN);
    }
    let residual = [(received, 1.0 / below), (invested, -ratio / below)];
    if digest.units.is_none() {
        let error = combined(&all, &residual).standard_error().unwrap_or(f64::NAN);
        return Estimate::with_error(ratio, error);
    }
    let total = |joint: &Joint| joint.n as f64 * combined(joint, &residual).mean;
    Estimate::by_groups(ratio, digest.numbers.joint.iter().map(total).collect(), all.n as f64)
}

/// The share of the paths with a defined value on which `holds` of it, in the unit of the columns.
pub(super) fn share(digest: &Digest, quantity: Quantity, holds: impl Fn(f64) -> bool) -> Estimate {
    let Source::Distribution(kept) = source(quantity) else { return Estimate::exact(f64::NAN) };
    let spread = digest.spread(kept);
    let sorted = spread.sorted();
    let hits: u64 =
        sorted.equal_values().filter(|equal| holds(equal.value)).map(|equal| equal.paths as u64).sum();
    if sorted.is_empty() {
        return Estimate::exact(f64::NAN);
    }
    let n = sorted.len() as f64;
    let share = hits as f64 / n;
    let residual = |x: f64| if x.is_nan() { x } else { f64::from(u8::from(holds(x))) - share };
    match spread.group_sums(residual) {
        Some(totals) => Estimate::by_groups(share, totals, n),
        None => Estimate::share(hits, sorted.len() as u64),
    }
}

fn mean_of_classes(classes: &[Moments], units: Option<Units>) -> Estimate {
    let all = classes.iter().copied().fold(Moments::EMPTY, Moments::merge);
    let Some(mean) = all.mean() else { return Estimate::exact(f64::NAN) };
    if units.is_none() {
        return Estimate::with_error(mean, all.standard_error().unwrap_or(f64::NAN));
    }
    let total = |class: &Moments| if class.n > 0 { class.n as f64 * (class.mean - mean) } else { 0.0 };
    Estimate::by_groups(mean, classes.iter().map(total).collect(), all.n as f64)
}

/// Mean and spread of a combination of measures over a class of paths.
fn combined(joint: &Joint, combination: &[(usize, f64)]) -> Moments {
    let mean = combination.iter().map(|(measure, weight)| weight * joint.mean[*measure]).sum();
    Moments { n: joint.n, mean, m2: joint.square_of(combination), ..Moments::EMPTY }
}

/// From the unit of the columns to that of the language: times are days there.
fn in_days(quantity: Quantity) -> f64 {
    if quantity == Quantity::Resolution { YEAR_DAYS } else { 1.0 }
}
