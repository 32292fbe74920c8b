//! [`Estimate`]: a statistic of a run that can be compared with the same statistic of another run on the same paths.

use crate::statistics::{Moments, SortedSample, UnitError, Units, Z95};

/// A statistic with its standard error and what each path contributes to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The statistic; NaN if it is undefined.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    influence: Influence,
}

/// What the paths contribute to a statistic: the standard error of a difference of two statistics on the same paths is
/// that of the mean of the differences of these (Hampel 1974, "The influence curve and its role in robust estimation";
/// Law and Kelton, *Simulation Modeling and Analysis*, 11.2).
#[derive(Clone, Debug, PartialEq)]
enum Influence {
    /// Not known.
    Unknown,
    /// Path by path, with the groups that are independent where single paths are not.
    Paths(Vec<f64>, Option<Units>),
    /// Only the sums of each group of paths, to be divided by the number of paths.
    Groups(Vec<f64>, f64),
}

impl Estimate {
    /// A number that is known.
    #[must_use]
    pub fn exact(value: f64) -> Self {
        Self { value, standard_error: 0.0, influence: Influence::Unknown }
    }

    /// Mean of a column.
    #[must_use]
    pub fn mean(column: Vec<f64>) -> Self {
        Self::grouped_mean(column, None)
    }

    /// Mean of a column, in the order of paths; `units` where they are not independent.
    #[must_use]
    pub fn grouped_mean(column: Vec<f64>, units: Option<Units>) -> Self {
        let moments = Moments::of(&column);
        let value = moments.mean().unwrap_or(f64::NAN);
        let error = match units {
            Some(units) => units.mean_error(&column, value).map(|error| error.standard_error),
            None => moments.standard_error(),
        };
        Self { value, standard_error: error.unwrap_or(f64::NAN), influence: Influence::Paths(column, units) }
    }

    /// Ratio of the means of two columns, R; a path contributes (x − R·y)/ȳ (Cochran 1977, *Sampling Techniques*, 2.11).
    /// Undefined where the mean of `y` is not above 0.
    #[must_use]
    pub fn ratio(x: &[f64], y: &[f64], units: Option<Units>) -> Self {
        let means = (Moments::of(x).mean(), Moments::of(y).mean().filter(|mean| *mean > 0.0));
        let (Some(above), Some(below)) = means else { return Self::exact(f64::NAN) };
        let ratio = above / below;
        let influence: Vec<f64> = x.iter().zip(y).map(|(x, y)| ratio + (x - ratio * y) / below).collect();
        Self { value: ratio, ..Self::grouped_mean(influence, units) }
    }

    /// Standard deviation of the defined values of a column, σ; a path contributes ((x − x̄)² − σ²)/2σ.
    #[must_use]
    pub fn deviation(column: &[f64], units: Option<Units>) -> Self {
        let moments = Moments::of(column);
        let (Some(mean), Some(sd)) = (moments.mean(), moments.sd()) else { return Self::exact(f64::NAN) };
        if sd <= 0.0 {
            return Self { value: 0.0, ..Self::grouped_mean(vec![0.0; column.len()], units) };
        }
        let share = |x: &f64| sd + ((x - mean) * (x - mean) - sd * sd) / (2.0 * sd);
        Self { value: sd, ..Self::grouped_mean(column.iter().map(share).collect(), units) }
    }

    /// A percentile of the defined values of a column, at a share `p` of them. A path contributes what the percentile moves by,
    /// p or p − 1 over the density there, by the side it lies on (Serfling 1980, *Approximation Theorems of Mathematical
    /// Statistics*, 2.5.2); the density is the one that the distribution-free interval implies.
    #[must_use]
    pub fn percentile(column: &[f64], p: f64, units: Option<Units>) -> Self {
        let sorted = SortedSample::new(column);
        let interval = sorted.quantile_interval(p).filter(crate::statistics::Estimate::is_bounded);
        let Some(interval) = interval else { return Self::exact(f64::NAN) };
        let error = (interval.high - interval.low) / (2.0 * Z95);
        let at = interval.value;
        let size = error * (sorted.len() as f64).sqrt() / (p * (1.0 - p)).sqrt();
        let side = |x: f64| match x {
            x if x.is_nan() => f64::NAN,
            x if x > at => at + size * p,
            x if x < at => at - size * (1.0 - p),
            _ => at,
        };
        let by_path = Self::grouped_mean(column.iter().map(|&x| side(x)).collect(), units);
        let standard_error = if units.is_some() { by_path.standard_error } else { error };
        Self { value: at, standard_error, ..by_path }
    }

    /// Share of paths, of which only the count is known.
    #[must_use]
    pub fn share(count: u64, paths: u64) -> Self {
        let share = count as f64 / paths as f64;
        Self::with_error(share, (share * (1.0 - share) / (paths as f64 - 1.0)).sqrt())
    }

    /// A statistic of which no more than the error is known.
    #[must_use]
    pub fn with_error(value: f64, standard_error: f64) -> Self {
        Self { value, standard_error, influence: Influence::Unknown }
    }

    /// A statistic with the sums of its residuals over groups of paths, of so many paths in all.
    #[must_use]
    pub fn by_groups(value: f64, totals: Vec<f64>, paths: f64) -> Self {
        let error = UnitError::of_totals(&totals, paths).map(|error| error.standard_error);
        let influence = Influence::Groups(totals, paths);
        Self { value, standard_error: error.unwrap_or(f64::NAN), influence }
    }

    /// The same of a share of `n` paths that were counted: groups may agree to the path although the share lies between two counts
    /// ([`UnitError::of_share`]).
    #[must_use]
    pub(super) fn of_share(self, n: f64) -> Self {
        Self { standard_error: libm::hypot(self.standard_error, Z95 / n), ..self }
    }

    /// The same in another unit, of which `factor` make one.
    #[must_use]
    pub(super) fn times(mut self, factor: f64) -> Self {
        self.value *= factor;
        self.standard_error *= factor;
        match &mut self.influence {
            Influence::Unknown => {}
            Influence::Paths(values, _) | Influence::Groups(values, _) => {
                for value in values {
                    *value *= factor;
                }
            }
        }
        self
    }

    /// The difference of two statistics of the same paths. Where what a path contributes is not known to one of two
    /// uncertain ones, the error is that of independent runs, which is the larger one as a rule.
    #[must_use]
    pub fn minus(&self, other: &Estimate) -> Self {
        let value = self.value - other.value;
        if other.standard_error == 0.0 && other.influence == Influence::Unknown {
            return Self { value, ..self.clone() };
        }
        match (&self.influence, &other.influence) {
            (Influence::Paths(a, units), Influence::Paths(b, same))
                if a.len() == b.len() && units == same =>
            {
                let influence: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
                Self { value, ..Self::grouped_mean(influence, *units) }
            }
            (Influence::Groups(a, paths), Influence::Groups(b, same))
                if a.len() == b.len() && paths.to_bits() == same.to_bits() =>
            {
                Self::by_groups(value, a.iter().zip(b).map(|(a, b)| a - b).collect(), *paths)
            }
            _ => Self::with_error(value, self.unpaired_error(other)),
        }
    }

    /// The error of the difference had the two been found on independent paths.
    #[must_use]
    pub fn unpaired_error(&self, other: &Estimate) -> f64 {
        libm::hypot(self.standard_error, other.standard_error)
    }

    /// What each path contributes, if that is known: the mean of these is the statistic, to first order.
    #[must_use]
    pub fn by_path(&self) -> Option<&[f64]> {
        if let Influence::Paths(column, _) = &self.influence { Some(column) } else { None }
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
        let mean = Estimate::mean(vec![1.0, 2.0, 3.0]);
        close(mean.value, 2.0);
        close(mean.standard_error, (1.0_f64 / 3.0).sqrt());
        // (1 + 2 + 6)/(1 + 2 + 3) = 1.5; x − 1.5 y is −½, −1, 1½, of variance 7/4; over ȳ = 2 that is 7/16.
        let ratio = Estimate::ratio(&[1.0, 2.0, 6.0], &[1.0, 2.0, 3.0], None);
        close(ratio.value, 1.5);
        close(ratio.standard_error, (7.0_f64 / 16.0 / 3.0).sqrt());
        assert!(Estimate::ratio(&[1.0], &[0.0], None).value.is_nan());
        // Pairing: the differences 1, 1, 1 have no spread.
        let paired = Estimate::mean(vec![2.0, 3.0, 4.0]).minus(&mean);
        close(paired.value, 1.0);
        close(paired.standard_error, 0.0);
        assert!(paired.is_not_zero());
        // Shares know no paths: √(0.25/99) twice, squares added.
        let shares = Estimate::share(50, 100).minus(&Estimate::share(50, 100));
        close(shares.standard_error, (2.0_f64 * 0.25 / 99.0).sqrt());
        assert!(!shares.is_not_zero());
        assert_eq!(mean.minus(&Estimate::exact(2.0)).standard_error.to_bits(), mean.standard_error.to_bits());
    }

    #[test]
    fn a_median_contributes_by_side() {
        // 1 … 999: the median is 500. Its interval has ranks 500 ∓ 0.98 √999 ≈ 31 (normal approximation, rounded
        // outwards by one rank at most), so the error is 31/1.96 ≈ 15.8, and ±15.8 √999 by path has that error again.
        let column: Vec<f64> = (1..=999).map(f64::from).chain([f64::NAN]).collect();
        let median = Estimate::percentile(&column, 0.5, None);
        close(median.value, 500.0);
        assert!((30.0..=32.0).contains(&(median.standard_error * Z95)), "{}", median.standard_error);
        let Influence::Paths(influence, None) = &median.influence else { panic!("by path") };
        let by_path = Moments::of(influence);
        assert_eq!(by_path.n, 999);
        assert!((by_path.standard_error().unwrap() / median.standard_error - 1.0).abs() < 1e-3);
    }

    #[test]
    fn spreads_groups_and_themselves() {
        // Hand-worked: 1, 2, 3 have σ = 1; ((x − 2)² − 1)/2 is 0, −½, 0 of variance 1/12.
        let sd = Estimate::deviation(&[1.0, 2.0, 3.0], None);
        close(sd.value, 1.0);
        close(sd.standard_error, (1.0_f64 / 12.0 / 3.0).sqrt());
        assert_eq!(Estimate::deviation(&[4.0, 4.0], None).value.to_bits(), 0.0_f64.to_bits());
        // Groups 1, −1 of 2 paths: √(2/1 · 2)/2 = 1.
        let share = Estimate::by_groups(0.5, vec![1.0, -1.0], 2.0);
        close(share.standard_error, 1.0);
        // Compared with itself nothing is left, exactly.
        let columns = [1.0, 5.0, 2.0, 8.0, 3.0, 9.0, 4.0, 7.0].repeat(20);
        for one in [
            share,
            sd,
            Estimate::percentile(&columns, 0.9, None),
            Estimate::grouped_mean(columns.clone(), Some(Units { run: 2, groups: 4 })),
        ] {
            let nothing = one.minus(&one);
            assert_eq!((nothing.value, nothing.standard_error), (0.0, 0.0));
        }
    }
}
