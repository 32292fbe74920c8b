//! [`Units`]: errors where paths are not independent of one another, but groups of them are.

use super::interval::{Estimate, Z95, student_t};
use super::proportion::wilson;

/// How paths that hang together are put into groups that are independent of one another: runs of consecutive
/// paths stay together and are dealt to the groups in turn.
///
/// Every estimate is a function of means over paths, so its error is that of a sum of residuals (its value on one
/// path less what it is on average), taken group by group: Taylor linearisation with groups as the sampling
/// units (Wolter 2007, *Introduction to Variance Estimation*, section 6.5). Of groups of the same size a mean has the error of
/// the mean of their means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units {
    /// Consecutive paths that are never parted; at least 1.
    pub run: u32,
    /// Groups; at least 2.
    pub groups: u32,
}

/// A standard error that comes from so many independent groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnitError {
    /// In the unit of the estimate.
    pub standard_error: f64,
    /// Independent groups.
    pub groups: u64,
}

impl Units {
    /// The group of a path, from 0.
    #[inline]
    #[must_use]
    pub fn of(self, path: usize) -> usize {
        path / self.run as usize % self.groups as usize
    }

    /// Groups that have a path if there are so many paths.
    #[must_use]
    pub fn count(self, paths: usize) -> usize {
        paths.div_ceil(self.run as usize).min(self.groups as usize)
    }

    /// The error of an estimate with these residuals, one a path in the order of paths, over `denominator`, the
    /// number or the sum that they are divided by. A NaN adds nothing. `None` below two groups.
    #[must_use]
    pub fn error(self, residuals: impl ExactSizeIterator<Item = f64>, denominator: f64) -> Option<UnitError> {
        let mut totals = vec![0.0; self.count(residuals.len())];
        for (path, residual) in residuals.enumerate() {
            if !residual.is_nan() {
                totals[self.of(path)] += residual;
            }
        }
        UnitError::of_totals(&totals, denominator)
    }

    /// The error of the mean of a column, given that mean; undefined values are left out.
    #[must_use]
    pub fn mean_error(self, column: &[f64], mean: f64) -> Option<UnitError> {
        let defined = column.iter().filter(|x| !x.is_nan()).count();
        self.error(column.iter().map(|x| x - mean), defined as f64)
    }

    /// The errors of the shares of a column's defined values below each of some ascending thresholds, or at most
    /// as high as it.
    #[must_use]
    pub fn share_errors(self, column: &[f64], thresholds: &[f64], or_equal: bool) -> Vec<Option<UnitError>> {
        let width = thresholds.len() + 1;
        let groups = self.count(column.len());
        // Values of each group by the first threshold that they lie below.
        let mut counts = vec![0_u64; groups * width];
        for (path, x) in column.iter().enumerate().filter(|(_, x)| !x.is_nan()) {
            let first = thresholds.partition_point(|t| if or_equal { t < x } else { t <= x });
            counts[self.of(path) * width + first] += 1;
        }
        let all: Vec<u64> = counts.chunks(width).map(|row| row.iter().sum()).collect();
        let n = all.iter().sum::<u64>() as f64;
        let mut below = vec![0_u64; groups];
        let error = |index: usize| {
            for (sum, row) in below.iter_mut().zip(counts.chunks(width)) {
                *sum += row[index];
            }
            let share = below.iter().sum::<u64>() as f64 / n;
            let totals: Vec<f64> =
                below.iter().zip(&all).map(|(below, all)| *below as f64 - share * *all as f64).collect();
            UnitError::of_totals(&totals, n)
        };
        (0..thresholds.len()).map(error).collect()
    }
}

impl UnitError {
    /// From the sums of the residuals of each group. `None` below two groups, or if it is not finite.
    #[must_use]
    pub fn of_totals(totals: &[f64], denominator: f64) -> Option<Self> {
        let groups = totals.len() as f64;
        let squares: f64 = totals.iter().map(|total| total * total).sum();
        let standard_error = (groups / (groups - 1.0) * squares).sqrt() / denominator.abs();
        (totals.len() > 1 && standard_error.is_finite())
            .then_some(Self { standard_error, groups: totals.len() as u64 })
    }

    /// Half the width of Student's 95 % interval.
    #[must_use]
    pub fn half_width(&self) -> f64 {
        student_t(self.groups - 1) * self.standard_error
    }

    /// Student's 95 % interval around a value, on one degree of freedom less than there are groups.
    #[must_use]
    pub fn interval(&self, value: f64) -> Estimate {
        Estimate::around(value, self.half_width())
    }

    /// The error of a share of `n` paths. Where paths are spread evenly, groups agree to the path or nearly so,
    /// although the share lies between two counts, and their differences tell too little. So what a path more or
    /// less would show is added to the variance: alone it lets the interval reach 3.84/n to either side, about as far as when
    /// nothing at all was seen; beside the error of unevenly spread paths it is nothing.
    #[must_use]
    pub fn of_share(self, n: f64) -> Self {
        Self { standard_error: libm::hypot(self.standard_error, Z95 / n), ..self }
    }

    /// Wilson's 95 % interval around a share `p` of `n` paths: on the effective number of independent paths that
    /// gives this error, made smaller for the degrees of freedom (Korn & Graubard 1998, section 2).
    #[must_use]
    pub fn wilson(&self, p: f64, n: f64) -> Estimate {
        if !(0.0 < p && p < 1.0) {
            return wilson(p, n);
        }
        let half = self.of_share(n).half_width();
        wilson(p, p * (1.0 - p) * (Z95 / half) * (Z95 / half))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::{Random, assert_close};
    use crate::statistics::{Moments, SortedSample};

    const PAIRS: Units = Units { run: 2, groups: 3 };

    /// Hand-worked: groups (1, 3), (2, 6), (6, 6) have means 2, 4, 6: mean 4, deviation 2, error 2/√3, and
    /// Student's point on 2 degrees of freedom is 4.30265.
    #[test]
    fn groups_of_one_size_are_the_sample() {
        let column = [1.0, 3.0, 2.0, 6.0, 6.0, 6.0];
        let error = PAIRS.mean_error(&column, 4.0).unwrap();
        assert_eq!(error.groups, 3);
        assert_close(error.standard_error, 2.0 / 3.0_f64.sqrt(), 1e-15);
        assert_close(error.interval(4.0).high, 4.0 + 4.302_652_729_749_464 * 2.0 / 3.0_f64.sqrt(), 1e-14);
        assert_eq!(PAIRS.mean_error(&column[..2], 2.0), None);
    }

    /// Hand-worked: runs of two, three groups: paths 0, 1, 6, 7 are the first.
    #[test]
    fn runs_are_dealt_in_turn() {
        let groups: Vec<usize> = (0..8).map(|path| PAIRS.of(path)).collect();
        assert_eq!(groups, [0, 0, 1, 1, 2, 2, 0, 0]);
        assert_eq!([0, 1, 3, 9].map(|paths| PAIRS.count(paths)), [0, 1, 2, 3]);
    }

    /// Single paths as groups give the error of independent paths, undefined ones left out: up to the factor
    /// n/(n − 1) of the groups, which here also count the undefined path.
    #[test]
    fn single_paths_are_the_ordinary_error() {
        let mut column = Random::new(5).column(40, Random::normal);
        column[7] = f64::NAN;
        let moments = Moments::of(&column);
        let error = Units { run: 1, groups: 64 }.mean_error(&column, moments.mean).unwrap();
        let ordinary = moments.standard_error().unwrap() * (40.0 / 39.0 * 38.0 / 39.0_f64).sqrt();
        assert_close(error.standard_error, ordinary, 1e-15);
    }

    /// Against the definition: the indicator as a column of its own.
    #[test]
    fn shares_below_thresholds() {
        let mut column = Random::new(2).column(300, |r| libm::floor(4.0 * r.uniform()));
        column[3] = f64::NAN;
        let units = Units { run: 1, groups: 16 };
        for or_equal in [false, true] {
            let errors = units.share_errors(&column, &[0.0, 1.5, 2.0], or_equal);
            for (threshold, error) in [0.0, 1.5, 2.0].into_iter().zip(errors) {
                let event =
                    |x: &f64| f64::from(u8::from(if or_equal { *x <= threshold } else { *x < threshold }));
                let indicator: Vec<f64> =
                    column.iter().map(|x| if x.is_nan() { *x } else { event(x) }).collect();
                let expected = units.mean_error(&indicator, Moments::of(&indicator).mean).unwrap();
                assert_close(error.unwrap().standard_error, expected.standard_error, 1e-15);
            }
        }
    }

    /// Groups that agree exactly leave the width of one path more or less; a share of 0 that of independent paths.
    #[test]
    fn a_share_is_never_certain() {
        let certain = UnitError { standard_error: 0.0, groups: 32 };
        let interval = certain.wilson(0.5, 1000.0);
        assert!(interval.low < 0.5 - 0.0038 && interval.low > 0.5 - 0.0042, "{interval:?}");
        assert_eq!(certain.wilson(0.0, 1000.0), wilson(0.0, 1000.0));
        let error = UnitError { standard_error: 0.01, groups: 32 };
        assert!(error.wilson(0.5, 1e6).high > 0.5 + 0.0203);
    }

    /// Woodruff's interval of a median of normal values in pairs that are mirrored: known to be nearly exact.
    #[test]
    fn a_percentile_from_groups() {
        let mut random = Random::new(8);
        let column: Vec<f64> = (0..500)
            .flat_map(|_| {
                let z = random.normal();
                [z, -z]
            })
            .collect();
        let sorted = SortedSample::new(&column);
        let interval = sorted.quantile_interval_of(0.5, &column, Units { run: 2, groups: 32 }).unwrap();
        assert!(interval.high - interval.low < 0.03, "{interval:?}");
        let skew = sorted.quantile_interval_of(0.9, &column, Units { run: 2, groups: 32 }).unwrap();
        assert!(skew.low < skew.value && skew.value < skew.high, "{skew:?}");
    }
}
