//! [`Estimate`]: a statistic of a run that can be compared with the same statistic of another run on the same paths.

use crate::statistics::{Estimate as Interval, Moments, SortedSample, UnitError, Units, Z95};

/// A statistic with its standard error and what each path contributes to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The statistic; NaN if it is undefined.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Its influence by path: the standard error of a difference of two statistics on the same paths is that of the
    /// mean of the differences of these (Hampel 1974, "The influence curve and its role in robust estimation"; Law and
    /// Kelton, *Simulation Modeling and Analysis*, 11.2). Empty if it is not known.
    influence: Vec<f64>,
    /// How paths are put into groups that are independent; none if single paths are.
    units: Option<Units>,
}

impl Estimate {
    /// A number that is known.
    #[must_use]
    pub fn exact(value: f64) -> Self {
        Self { value, standard_error: 0.0, influence: Vec::new(), units: None }
    }

    /// Mean of a column, in the order of paths; its error comes from `units` where paths are not independent.
    #[must_use]
    pub fn mean(column: Vec<f64>, units: Option<Units>) -> Self {
        let moments = Moments::of(&column);
        let error = match units {
            Some(units) => units.mean_error(&column, moments.mean).map(|error| error.standard_error),
            None => moments.standard_error(),
        };
        Self {
            value: moments.mean().unwrap_or(f64::NAN),
            standard_error: error.unwrap_or(f64::NAN),
            influence: column,
            units,
        }
    }

    /// Ratio of the means of two columns, R; a path contributes (x − R·y)/ȳ (Cochran 1977, *Sampling Techniques*, 2.11).
    /// Undefined where the mean of `y` is not above 0.
    #[must_use]
    pub fn ratio(x: &[f64], y: &[f64], units: Option<Units>) -> Self {
        let means = (Moments::of(x).mean(), Moments::of(y).mean().filter(|mean| *mean > 0.0));
        let (Some(above), Some(below)) = means else { return Self::exact(f64::NAN) };
        let ratio = above / below;
        let influence: Vec<f64> = x.iter().zip(y).map(|(x, y)| ratio + (x - ratio * y) / below).collect();
        Self { value: ratio, ..Self::mean(influence, units) }
    }

    /// Median of the defined values of a column, with the error that its distribution-free interval implies: half
    /// the interval over the normal quantile. A path contributes that error times ±√n, by the side it lies on; where paths
    /// are not independent, the error is that of these contributions by `units`.
    #[must_use]
    pub fn median(column: &[f64], units: Option<Units>) -> Self {
        let sorted = SortedSample::new(column);
        let Some(interval) = sorted.quantile_interval(0.5).filter(Interval::is_bounded) else {
            return Self::exact(f64::NAN);
        };
        let (median, standard_error) = (interval.value, (interval.high - interval.low) / (2.0 * Z95));
        let size = standard_error * (sorted.len() as f64).sqrt();
        let side = |x: f64| match x {
            x if x.is_nan() => f64::NAN,
            x if x > median => median + size,
            x if x < median => median - size,
            _ => median,
        };
        let influence: Vec<f64> = column.iter().map(|&x| side(x)).collect();
        let by_groups = units.and_then(|units| units.mean_error(&influence, Moments::of(&influence).mean));
        let standard_error = match units {
            Some(_) => by_groups.map_or(f64::NAN, |error| error.standard_error),
            None => standard_error,
        };
        Self { value: median, standard_error, influence, units }
    }

    /// Share of paths, of which only the count is known; `error` is its error from groups of paths, where these are
    /// not independent.
    #[must_use]
    pub fn share(count: u64, paths: u64, error: Option<UnitError>) -> Self {
        let share = count as f64 / paths as f64;
        let standard_error = match error {
            Some(error) => error.of_share(paths as f64).standard_error,
            None => (share * (1.0 - share) / (paths as f64 - 1.0)).sqrt(),
        };
        Self { value: share, standard_error, influence: Vec::new(), units: None }
    }

    /// The difference of two statistics of the same paths. Where what a path contributes is not known to one of two
    /// uncertain ones, the error is that of independent runs, which is the larger one as a rule.
    #[must_use]
    pub fn minus(&self, other: &Estimate) -> Self {
        let value = self.value - other.value;
        if other.standard_error == 0.0 && other.influence.is_empty() {
            return Self { value, ..self.clone() };
        }
        if self.influence.len() != other.influence.len() || self.influence.is_empty() {
            return Self {
                value,
                standard_error: libm::hypot(self.standard_error, other.standard_error),
                influence: Vec::new(),
                units: self.units,
            };
        }
        let influence: Vec<f64> = self.influence.iter().zip(&other.influence).map(|(a, b)| a - b).collect();
        Self { value, ..Self::mean(influence, self.units) }
    }

    /// Whether it can be told from 0: three standard errors away, which chance alone does once in 370 times (190, where the
    /// error comes from 32 groups).
    #[must_use]
    pub fn is_not_zero(&self) -> bool {
        self.value.abs() > 3.0 * self.standard_error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() <= 8.0 * f64::EPSILON * expected.abs().max(1.0),
            "{found} {expected}"
        );
    }

    #[test]
    fn means_and_ratios_with_their_errors() {
        // Hand-worked: 1, 2, 3 have variance 1, so the mean's error is √(1/3).
        let mean = Estimate::mean(vec![1.0, 2.0, 3.0], None);
        close(mean.value, 2.0);
        close(mean.standard_error, (1.0_f64 / 3.0).sqrt());
        // (1 + 2 + 6)/(1 + 2 + 3) = 1.5; x − 1.5 y is −½, −1, 1½, of variance 7/4; over ȳ = 2 that is 7/16.
        let ratio = Estimate::ratio(&[1.0, 2.0, 6.0], &[1.0, 2.0, 3.0], None);
        close(ratio.value, 1.5);
        close(ratio.standard_error, (7.0_f64 / 16.0 / 3.0).sqrt());
        assert!(Estimate::ratio(&[1.0], &[0.0], None).value.is_nan());
        // Pairing: the differences 1, 1, 1 have no spread.
        let paired = Estimate::mean(vec![2.0, 3.0, 4.0], None).minus(&mean);
        close(paired.value, 1.0);
        close(paired.standard_error, 0.0);
        assert!(paired.is_not_zero());
        let half = || Estimate::share(50, 100, None);
        // Shares know no paths: √(0.25/99) twice, squares added.
        let shares = half().minus(&half());
        close(shares.standard_error, (2.0_f64 * 0.25 / 99.0).sqrt());
        assert!(!shares.is_not_zero());
        assert_eq!(mean.minus(&Estimate::exact(2.0)).standard_error.to_bits(), mean.standard_error.to_bits());
    }

    /// Hand-worked: four paths in two groups, 1 and 3, 2 and 6 (every second path): the groups' means are 2 and 4, so the
    /// mean is 3 with the error of two values that lie 2 apart, 1. With a ratio to 1, 1, 1, 1 likewise.
    #[test]
    fn errors_come_from_groups_where_paths_are_not_independent() {
        let units = Some(Units { run: 1, groups: 2 });
        let column = vec![1.0, 2.0, 3.0, 6.0];
        close(Estimate::ratio(&column, &[1.0; 4], units).standard_error, 1.0);
        let mean = Estimate::mean(column, units);
        close(mean.value, 3.0);
        close(mean.standard_error, 1.0);
        // Against the same less 1 on the first group: the groups' means of the difference are 1 and 0.
        let other = Estimate::mean(vec![0.0, 2.0, 2.0, 6.0], units);
        close(mean.minus(&other).standard_error, 0.5);
    }

    #[test]
    fn a_median_contributes_by_side() {
        // 1 … 999: the median is 500. Its interval has ranks 500 ∓ 0.98 √999 ≈ 31 (normal approximation, rounded
        // outwards by one rank at most), so the error is 31/1.96 ≈ 15.8, and ±15.8 √999 by path has that error again.
        let column: Vec<f64> = (1..=999).map(f64::from).chain([f64::NAN]).collect();
        let median = Estimate::median(&column, None);
        close(median.value, 500.0);
        assert!((30.0..=32.0).contains(&(median.standard_error * Z95)), "{}", median.standard_error);
        let by_path = Moments::of(&median.influence);
        assert_eq!(by_path.n, 999);
        assert!((by_path.standard_error().unwrap() / median.standard_error - 1.0).abs() < 1e-3);
    }
}
