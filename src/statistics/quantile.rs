//! [`SortedSample`]: the defined values of a column in order, and the quantiles read off it.

use std::ops::Range;

use super::count_of;
use super::interval::Estimate;
use super::moments::Moments;
use super::proportion::Proportion;
use super::sorting::ascending;
use super::units::{UnitError, Units};

/// The defined values of a column in ascending order, with the number of undefined ones.
///
/// Sorting is by [`f64::total_cmp`], a total order, so the bits do not depend on the number of threads.
#[derive(Debug, Clone, PartialEq)]
pub struct SortedSample {
    values: Vec<f64>,
    /// How many paths have the values; one each if none.
    runs: Option<Runs>,
    undefined: usize,
}

/// Many paths to a value.
#[derive(Debug, Clone, PartialEq)]
struct Runs {
    /// Paths with this value or a smaller one.
    ends: Vec<usize>,
    /// Whether the value is that of all its paths, and does not stand for others near it.
    exact: Vec<bool>,
}

/// A value that paths share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EqualValues {
    /// The value.
    pub value: f64,
    /// How many paths have it.
    pub paths: usize,
    /// Whether it is exactly theirs, and does not stand for others near it.
    pub exact: bool,
}

impl SortedSample {
    /// Sorts a copy of `column` without its NaN values.
    ///
    /// ```
    /// use cabrio::statistics::SortedSample;
    /// let sample = SortedSample::new(&[3.0, f64::NAN, 1.0, 2.0]);
    /// assert_eq!((sample.values(), sample.undefined()), (&[1.0, 2.0, 3.0][..], 1));
    /// assert_eq!(sample.quantile(0.5), Some(2.0));
    /// ```
    #[must_use]
    pub fn new(column: &[f64]) -> Self {
        let values = ascending(column.iter().copied().filter(|x| !x.is_nan()).collect());
        Self { undefined: column.len() - values.len(), runs: None, values }
    }

    /// Of values in ascending order, each with the number of paths that have it and whether it is exactly theirs.
    #[must_use]
    pub(super) fn of_runs(runs: &[(f64, u64, bool)], undefined: u64) -> Self {
        let count = |paths: u64| usize::try_from(paths).unwrap_or(usize::MAX);
        let mut paths = 0;
        let ends = runs.iter().map(|run| {
            paths += count(run.1);
            paths
        });
        Self {
            values: runs.iter().map(|run| run.0).collect(),
            runs: Some(Runs { ends: ends.collect(), exact: runs.iter().map(|run| run.2).collect() }),
            undefined: count(undefined),
        }
    }

    /// Defined values, ascending, in the unit of the column; of a [`super::Spread`] each different one once.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Number of defined values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.paths_before(self.values.len())
    }

    /// Paths with one of the first so many of `values`.
    fn paths_before(&self, place: usize) -> usize {
        match &self.runs {
            None => place,
            Some(runs) => place.checked_sub(1).map_or(0, |last| runs.ends[last]),
        }
    }

    /// Where in `values` the `index`-th path is, from 0.
    fn place(&self, index: usize) -> usize {
        match &self.runs {
            None => index,
            Some(runs) => runs.ends.partition_point(|end| *end <= index),
        }
    }

    /// The `index`-th smallest value, from 0.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<f64> {
        self.values.get(self.place(index)).copied()
    }

    /// The different values, ascending.
    pub fn equal_values(&self) -> impl Iterator<Item = EqualValues> + '_ {
        let mut start = 0;
        std::iter::from_fn(move || {
            let value = *self.values.get(start)?;
            let first = start;
            // Sorted, so a run ends where the next value is larger.
            start += self.values[start..].iter().take_while(|next| **next <= value).count();
            let paths = self.paths_before(start) - self.paths_before(first);
            let exact =
                self.runs.as_ref().is_none_or(|runs| runs.exact[first..start].iter().all(|exact| *exact));
            Some(EqualValues { value, paths, exact })
        })
    }

    /// Moments of the paths from one place in the order to another.
    pub(super) fn moments(&self, range: Range<usize>) -> Moments {
        if self.runs.is_none() {
            return Moments::of(&self.values[range]);
        }
        let from = self.place(range.start);
        let part = |place: usize| {
            let first = self.paths_before(place).max(range.start);
            let paths = self.paths_before(place + 1).min(range.end).saturating_sub(first);
            let value = self.values[place];
            Moments { n: paths as u64, mean: value, min: value, max: value, ..Moments::EMPTY }
        };
        let inside = (from..self.values.len()).take_while(|place| self.paths_before(*place) < range.end);
        inside.map(part).fold(Moments::EMPTY, Moments::merge)
    }

    /// The sample of the so many smallest values.
    #[must_use]
    pub fn lowest(&self, paths: usize) -> Self {
        if self.runs.is_none() {
            return Self { values: self.values[..paths.min(self.len())].to_vec(), runs: None, undefined: 0 };
        }
        let mut left = paths as u64;
        let take = |equal: EqualValues| {
            let taken = left.min(equal.paths as u64);
            left -= taken;
            (equal.value, taken, equal.exact)
        };
        let runs: Vec<(f64, u64, bool)> = self.equal_values().map(take).take_while(|run| run.1 > 0).collect();
        Self::of_runs(&runs, 0)
    }

    /// Whether no value was defined.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Number of NaN values left out.
    #[must_use]
    pub fn undefined(&self) -> usize {
        self.undefined
    }

    /// Number of values below `x`.
    #[must_use]
    pub fn count_below(&self, x: f64) -> usize {
        self.paths_before(self.values.partition_point(|&v| v < x))
    }

    /// Number of values at or below `x`.
    #[must_use]
    pub fn count_at_most(&self, x: f64) -> usize {
        self.paths_before(self.values.partition_point(|&v| v <= x))
    }

    /// Probability of a value at or above `x`.
    #[must_use]
    pub fn at_least(&self, x: f64) -> Proportion {
        let n = self.len() as u64;
        Proportion { successes: n - self.count_below(x) as u64, n }
    }

    /// Sample quantile at probability `p` in 0..=1, by linear interpolation between the order statistics
    /// around (n−1)p: type 7 of Hyndman & Fan (1996), the default of R and numpy. `None` for an empty sample
    /// or a `p` out of range.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<f64> {
        if !(0.0..=1.0).contains(&p) {
            return None;
        }
        let last = self.len().checked_sub(1)?;
        let position = last as f64 * p;
        let below = count_of(libm::floor(position)).min(last);
        let fraction = position - below as f64;
        let low = self.at(below)?;
        let high = self.at((below + 1).min(last))?;
        // Equal neighbours first: an infinite pair would interpolate to NaN.
        if high <= low || fraction <= 0.0 {
            return Some(low);
        }
        Some((low + fraction * (high - low)).min(high))
    }

    /// Quantile at `p` with a distribution-free interval of at least 95 %: the order statistics at the ranks
    /// whose binomial probabilities bound it. An end the sample cannot bound is infinite. `None` as for
    /// [`SortedSample::quantile`], or if `p` is 0 or 1, of which a sample shows only one side.
    ///
    /// David & Nagaraja (2003), *Order Statistics*, 7.1. No density estimate is needed, and atoms only
    /// raise the coverage.
    #[must_use]
    pub fn quantile_interval(&self, p: f64) -> Option<Estimate> {
        let value = self.quantile(p)?;
        let (lower, upper) = binomial_ranks(self.len(), p)?;
        let low = lower.checked_sub(1).and_then(|i| self.at(i)).unwrap_or(f64::NEG_INFINITY);
        let high = self.at(upper - 1).unwrap_or(f64::INFINITY);
        // Interpolation at a jump may leave the order statistics by less than one gap.
        Some(Estimate { value, low: low.min(value), high: high.max(value) })
    }

    /// Quantile at `p` with a 95 % interval from groups of paths: the sample's quantiles at `p` ± Student's half
    /// width for the share of paths below the quantile (Woodruff 1952, "Confidence intervals for medians and other
    /// position measures", JASA 47). `column` is what was sorted, in the order of paths. An end the sample cannot
    /// bound is infinite. `None` as for [`SortedSample::quantile`], for a `p` of 0 or 1, and below two groups.
    #[must_use]
    pub fn quantile_interval_of(&self, p: f64, column: &[f64], units: Units) -> Option<Estimate> {
        self.quantile_interval_by(p, |value, or_equal| units.share_errors(column, &[value], or_equal)[0])
    }

    /// The same, given the error of the share of paths below a value, or (`true`) up to it.
    #[must_use]
    pub fn quantile_interval_by(
        &self,
        p: f64,
        share_error: impl Fn(f64, bool) -> Option<UnitError>,
    ) -> Option<Estimate> {
        let value = self.quantile(p).filter(|_| 0.0 < p && p < 1.0)?;
        // At an atom the shares below and up to it differ; the less certain one counts.
        let error = |or_equal| share_error(value, or_equal);
        let n = self.len() as f64;
        let half = error(false)?.of_share(n).half_width().max(error(true)?.of_share(n).half_width());
        let at = |p: f64, beyond: f64| self.quantile(p).unwrap_or(beyond);
        Some(Estimate { value, low: at(p - half, f64::NEG_INFINITY), high: at(p + half, f64::INFINITY) })
    }
}

/// Ranks l and u, counted from 1, of the order statistics that hold the `p`-quantile of `n` draws with
/// probability at least 95 %, at most 2.5 % missing on either side; l = 0 or u = n + 1 mean *unbounded*.
/// `None` unless n > 0 and 0 < p < 1.
///
/// With B ~ Binomial(n, p) draws below the quantile, l is the smallest k with P(B ≤ k) ≥ 2.5 %, and u one
/// more than the smallest k with P(B ≤ k) ≥ 97.5 %. The probabilities are summed exactly at every n, relative
/// to the most likely count, by the ratio of neighbours: about 20 standard deviations of terms (30,000 for
/// the median of ten million), so no normal approximation is called for.
fn binomial_ranks(n: usize, p: f64) -> Option<(usize, usize)> {
    if !(n > 0 && 0.0 < p && p < 1.0) {
        return None;
    }
    let odds = p / (1.0 - p);
    // P(B = k+1) / P(B = k)
    let ratio = |k: usize| (n - k) as f64 / (k + 1) as f64 * odds;
    let mode = count_of(libm::floor((n as f64 + 1.0) * p)).min(n);
    // Terms below this add nothing to the last bit of the sums.
    let negligible = 1e-22;

    let (mut below, mut weight, mut k) = (0.0, 1.0, mode);
    while k > 0 && weight > negligible {
        k -= 1;
        weight /= ratio(k);
        below += weight;
    }
    let (mut above, mut weight, mut k) = (0.0, 1.0, mode);
    while k < n && weight > negligible {
        weight *= ratio(k);
        above += weight;
        k += 1;
    }
    let total = below + 1.0 + above;

    let (mut cumulative, mut weight, mut lower) = (below + 1.0, 1.0, mode);
    while lower > 0 && cumulative - weight >= 0.025 * total {
        cumulative -= weight;
        lower -= 1;
        weight /= ratio(lower);
    }
    let (mut cumulative, mut weight, mut upper) = (below + 1.0, 1.0, mode);
    while upper < n && cumulative < 0.975 * total {
        weight *= ratio(upper);
        cumulative += weight;
        upper += 1;
    }
    Some((lower, upper + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::assert_close;
    use proptest::prelude::*;
    use statrs::distribution::{Binomial, DiscreteCDF};

    /// Case `quantile-type7` (worked by hand for Hyndman & Fan's type 7), tolerance 1e-12.
    #[test]
    fn type_7() {
        let sample = SortedSample::new(&[40.0, 0.0, 0.2, 1.0, 1.1, 15.0, 1.5, 2.0, 3.0, 8.0]);
        for (p, expected) in [(0.05, 0.09), (0.5, 1.75), (0.95, 28.75)] {
            assert_close(sample.quantile(p).unwrap(), expected, 1e-12);
        }
    }

    /// Case `quantile-ci-order-statistics` (scipy against an exact sum): n = 1000, P5.
    #[test]
    fn ranks_for_p5_of_a_thousand() {
        assert_eq!(binomial_ranks(1000, 0.05), Some((37, 65)));
        let column: Vec<f64> = (1..=1000).map(f64::from).collect();
        let e = SortedSample::new(&column).quantile_interval(0.05).unwrap();
        assert_eq!((e.low, e.high), (37.0, 65.0));
    }

    /// Independent code: the defining inequalities by statrs' binomial distribution function.
    #[test]
    fn ranks_meet_their_definition() {
        for n in [1, 2, 5, 30, 100, 1000, 20_000] {
            for p in [0.001, 0.01, 0.05, 0.25, 0.5, 0.9, 0.99] {
                let (l, u) = binomial_ranks(n, p).unwrap();
                let b = Binomial::new(p, n as u64).unwrap();
                let (l, u) = (l as u64, u as u64);
                assert!(b.cdf(l) >= 0.025 && (l == 0 || b.cdf(l - 1) < 0.025), "{n} {p}: {l}");
                assert!(b.cdf(u - 1) >= 0.975 && (u < 2 || b.cdf(u - 2) < 0.975), "{n} {p}: {u}");
            }
        }
    }

    /// At ten million the ranks lie within one of the normal approximation np ± 1.96·√(npq) (hand-worked:
    /// the Edgeworth correction for p = 0.5 is nought).
    #[test]
    fn ranks_for_the_median_of_ten_million() {
        let (l, u) = binomial_ranks(10_000_000, 0.5).unwrap();
        let half = 1.959_963_984_540_054 * 2_500_000.0_f64.sqrt();
        assert!((l as f64 - (5e6 - half)).abs() <= 1.0, "{l}");
        assert!((u as f64 - (5e6 + half)).abs() <= 2.0, "{u}");
    }

    #[test]
    fn few_values_leave_a_side_open_or_undefined() {
        let e = SortedSample::new(&[1.0, 2.0, 3.0]).quantile_interval(0.5).unwrap();
        assert_eq!((e.value, e.low, e.high, e.is_bounded()), (2.0, f64::NEG_INFINITY, f64::INFINITY, false));
        assert_eq!(SortedSample::new(&[]).quantile(0.5), None);
        let one = SortedSample::new(&[7.0]);
        assert_eq!(
            (one.quantile(0.0), one.quantile(1.0), one.quantile(f64::NAN)),
            (Some(7.0), Some(7.0), None)
        );
        assert_eq!((one.quantile_interval(1.0), one.quantile(1.1)), (None, None));
        let infinite = SortedSample::new(&[1.0, f64::INFINITY, f64::INFINITY]);
        assert_eq!((infinite.quantile(0.5), infinite.quantile(0.0)), (Some(f64::INFINITY), Some(1.0)));
    }

    #[test]
    fn probabilities_count_ties_on_the_right_side() {
        let sample = SortedSample::new(&[0.0, -0.0, 1.0, 1.0, 2.0]);
        assert_eq!(sample.at_least(1.0), Proportion { successes: 3, n: 5 });
        assert_eq!((sample.count_below(0.0), sample.count_at_most(0.0)), (0, 2));
    }

    proptest! {
        #[test]
        fn quantiles_stay_in_range_and_rise(
            column in prop::collection::vec(-1e12..1e12, 1..200), p in 0.0..=1.0_f64, q in 0.0..=1.0_f64,
        ) {
            let sample = SortedSample::new(&column);
            let (low, high) = (p.min(q), p.max(q));
            let (a, b) = (sample.quantile(low).unwrap(), sample.quantile(high).unwrap());
            prop_assert!(sample.values()[0] <= a && a <= b && b <= sample.values()[sample.len() - 1]);
            if let Some(e) = sample.quantile_interval(p) {
                prop_assert!(e.low <= e.value && e.value <= e.high);
            }
        }
    }
}
