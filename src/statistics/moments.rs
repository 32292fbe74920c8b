//! [`Moments`]: mean and central moments of a column, stable and independent of the number of threads.

use super::interval::{Estimate, student_t};

/// Paths in a block: the unit in which sums are formed and then folded in order.
pub const BLOCK: usize = 4096;

/// Count, mean, sums of central powers, and range of the defined values of a column.
///
/// The fields are the raw sums, public so that partial results can be stored and merged; read results through
/// the methods, which know when there is too little data. With n = 0 the sums are 0 and the range is empty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// Number of defined (not NaN) values.
    pub n: u64,
    /// Mean, in the unit x of the column.
    pub mean: f64,
    /// Σ(x − mean)², in x².
    pub m2: f64,
    /// Σ(x − mean)³, in x³.
    pub m3: f64,
    /// Σ(x − mean)⁴, in x⁴.
    pub m4: f64,
    /// Smallest value; +∞ if there is none.
    pub min: f64,
    /// Largest value; −∞ if there is none.
    pub max: f64,
}

impl Moments {
    /// Of no values at all: the identity of [`Moments::merge`].
    pub const EMPTY: Self =
        Self { n: 0, mean: 0.0, m2: 0.0, m3: 0.0, m4: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY };

    /// Of a whole column, NaN left out: blocks of [`BLOCK`] values folded in order.
    ///
    /// ```
    /// use cabrio::statistics::Moments;
    /// let m = Moments::of(&[1.0, 2.0, f64::NAN, 3.0]);
    /// assert_eq!((m.n, m.mean()), (3, Some(2.0)));
    /// assert_eq!(Moments::of(&[1.0]).sd(), None);
    /// ```
    #[must_use]
    pub fn of(column: &[f64]) -> Self {
        column.chunks(BLOCK).map(Self::of_block).fold(Self::EMPTY, Self::merge)
    }

    /// Of one block, NaN left out. Merging the blocks of a column in order gives the bits of [`Moments::of`].
    #[must_use]
    pub fn of_block(block: &[f64]) -> Self {
        Self::of_values(block.iter().copied())
    }

    /// Of the defined values of one block.
    ///
    /// Two passes with the rounding of the first mean corrected (Chan, Golub & `LeVeque` 1983, "Algorithms
    /// for computing the sample variance", eq. 1.7): as stable as Welford's update, and without its division
    /// for every value. Values are taken relative to the first one, so that billions with small spread keep
    /// their digits.
    #[must_use]
    pub fn of_values(values: impl Iterator<Item = f64> + Clone) -> Self {
        let mut defined = values.filter(|x| !x.is_nan());
        let Some(origin) = defined.clone().next() else { return Self::EMPTY };
        let (mut n, mut sum) = (0_u64, 0.0);
        let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
        for x in defined.clone() {
            n += 1;
            sum += x - origin;
            min = if x < min { x } else { min };
            max = if x > max { x } else { max };
        }
        let count = n as f64;
        let mean = origin + sum / count;
        let [m1, m2, m3, m4] = defined.by_ref().fold([0.0; 4], |[m1, m2, m3, m4], x| {
            let d = x - mean;
            let d2 = d * d;
            [m1 + d, m2 + d2, m3 + d2 * d, m4 + d2 * d2]
        });
        Self { n, mean: mean + m1 / count, m2: m2 - m1 * m1 / count, m3, m4, min, max }
    }

    /// Moments of two disjoint sets of paths together. Not associative in the last bits: merge in path order.
    ///
    /// Pébay (2008), "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order
    /// statistical moments", SAND2008-6212, section 2 (the second moment is Chan, Golub & `LeVeque`'s).
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if self.n == 0 {
            return other;
        }
        if other.n == 0 {
            return self;
        }
        let (a, b) = (self.n as f64, other.n as f64);
        let n = a + b;
        let d = other.mean - self.mean;
        let d2 = d * d;
        let ab = a * b;
        Self {
            n: self.n + other.n,
            mean: self.mean + d * (b / n),
            m2: self.m2 + other.m2 + d2 * (ab / n),
            m3: self.m3
                + other.m3
                + d2 * d * (ab / n * ((a - b) / n))
                + 3.0 * d * ((a / n) * other.m2 - (b / n) * self.m2),
            m4: self.m4
                + other.m4
                + d2 * d2 * (ab / n * ((a * a - ab + b * b) / (n * n)))
                + 6.0 * d2 * ((a / n) * (a / n) * other.m2 + (b / n) * (b / n) * self.m2)
                + 4.0 * d * ((a / n) * other.m3 - (b / n) * self.m3),
            min: if other.min < self.min { other.min } else { self.min },
            max: if other.max > self.max { other.max } else { self.max },
        }
    }

    /// Arithmetic mean; `None` without a defined value, or if an infinite value makes it meaningless.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0 && self.mean.is_finite()).then_some(self.mean)
    }

    /// Unbiased variance, divisor n − 1; `None` below two values.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        let variance = self.m2 / (self.n as f64 - 1.0);
        // The mean's correction can leave a last-bit negative where all values agree.
        (self.n > 1 && variance.is_finite()).then_some(variance.max(0.0))
    }

    /// Standard deviation, divisor n − 1; `None` below two values.
    #[must_use]
    pub fn sd(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }

    /// Standard error of the mean, sd/√n; `None` below two values.
    ///
    /// Right for independent values only: of antithetic pairs or quasi-random replicates, pass a column of
    /// their means, for there the pair or replicate is the observation.
    #[must_use]
    pub fn standard_error(&self) -> Option<f64> {
        Some((self.variance()? / self.n as f64).sqrt())
    }

    /// The mean with Student's 95 % interval on n − 1 degrees of freedom ("Student" 1908); `None` below two
    /// values. See [`super::tail_verdict`] for when not to believe it.
    #[must_use]
    pub fn mean_interval(&self) -> Option<Estimate> {
        let standard_error = self.standard_error()?;
        Some(Estimate::around(self.mean()?, student_t(self.n - 1) * standard_error))
    }

    /// Standard error of [`Moments::sd`], without assuming normality; `None` below four values or without
    /// spread.
    ///
    /// √Var(s²)/(2s) with Var(s²) = (μ₄ − σ⁴(n−3)/(n−1))/n: Mood, Graybill & Boes (1974), chapter VI,
    /// and the delta method.
    #[must_use]
    pub fn sd_standard_error(&self) -> Option<f64> {
        let n = self.n as f64;
        let variance = self.variance().filter(|&v| self.n > 3 && v > 0.0)?;
        let of_variance = (self.m4 / n - variance * variance * (n - 3.0) / (n - 1.0)) / n;
        // Two equal atoms can make it a hair negative.
        let error = of_variance.max(0.0).sqrt() / (2.0 * variance.sqrt());
        error.is_finite().then_some(error)
    }

    /// Skewness √n·m3/m2^1.5 (Fisher–Pearson, without small-sample correction); `None` without spread.
    #[must_use]
    pub fn skewness(&self) -> Option<f64> {
        let skewness = (self.n as f64).sqrt() * self.m3 / (self.m2 * self.m2.sqrt());
        (self.m2 > 0.0 && skewness.is_finite()).then_some(skewness)
    }

    /// Kurtosis n·m4/m2² less 3, nought for a normal distribution; `None` without spread.
    #[must_use]
    pub fn excess_kurtosis(&self) -> Option<f64> {
        let kurtosis = self.n as f64 * self.m4 / (self.m2 * self.m2) - 3.0;
        (self.m2 > 0.0 && kurtosis.is_finite()).then_some(kurtosis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::assert_close;
    use proptest::prelude::*;

    /// Published case `mean-ci` (formula against scipy), tolerance 1e-10.
    #[test]
    fn mean_interval_of_eight_values() {
        let m = Moments::of(&[1.2, 0.4, 3.1, 0.0, 7.7, 1.1, 0.9, 2.2]);
        assert_close(m.sd().unwrap(), 2.476_027_925_07, 1e-10);
        assert_close(m.standard_error().unwrap(), 0.875_408_068_111, 1e-10);
        let e = m.mean_interval().unwrap();
        assert_close(e.value, 2.075, 1e-10);
        assert_close(e.low, 0.004_988_852_104_13, 1e-10);
        assert_close(e.high, 4.145_011_147_9, 1e-10);
    }

    /// Case `welford-stability` (long double on shifted data), tolerance 1e-6: a sum of squares fails here.
    #[test]
    fn billions_with_small_spread_keep_their_variance() {
        let column = [1_000_000_000.1, 1_000_000_000.2, 1_000_000_000.3, 1_000_000_000.4];
        let merged = column.iter().map(|&x| Moments::of_block(&[x])).fold(Moments::EMPTY, Moments::merge);
        for m in [Moments::of(&column), merged] {
            assert_close(m.mean().unwrap(), 1_000_000_000.25, 1e-6);
            assert_close(m.variance().unwrap(), 0.016_666_666_666_7, 1e-6);
        }
    }

    /// Hand-worked: 1, 2, 3, 4, 10 has mean 4, deviations −3 −2 −1 0 6, so m2 = 50, m3 = 180, m4 = 1394.
    #[test]
    fn higher_moments() {
        let m = Moments::of(&[1.0, 2.0, 3.0, 4.0, 10.0]);
        assert_eq!((m.n, [m.mean, m.m2, m.m3, m.m4]), (5, [4.0, 50.0, 180.0, 1394.0]));
        assert_close(m.skewness().unwrap(), 5.0_f64.sqrt() * 180.0 / libm::pow(50.0, 1.5), 1e-14);
        assert_close(m.excess_kurtosis().unwrap(), 5.0 * 1394.0 / 2500.0 - 3.0, 1e-14);
        // Variance 12.5; Var(s²) = (278.8 − 156.25·2/4)/5 = 40.135.
        assert_close(m.sd_standard_error().unwrap(), 40.135_f64.sqrt() / (2.0 * 12.5_f64.sqrt()), 1e-14);
    }

    #[test]
    fn too_little_data_is_none() {
        let none = Moments::of(&[f64::NAN]);
        assert_eq!((none, none.mean(), none.variance()), (Moments::EMPTY, None, None));
        let one = Moments::of(&[3.0]);
        assert_eq!(
            (one.mean(), one.sd(), one.standard_error(), one.mean_interval()),
            (Some(3.0), None, None, None)
        );
        let flat = Moments::of(&[0.1; 10]);
        assert_eq!((flat.sd(), flat.skewness(), flat.sd_standard_error()), (Some(0.0), None, None));
        assert_eq!(Moments::of(&[1.0, f64::INFINITY]).mean(), None);
    }

    proptest! {
        /// Blocks computed anywhere and folded in order give the very bits of the whole column.
        #[test]
        fn blocks_in_order_give_the_same_bits(seed in any::<u64>(), n in 1_usize..20_000) {
            let mut random = crate::statistics::testing::Random::new(seed);
            let column: Vec<f64> = (0..n).map(|_| 1e9 + random.lognormal(3.0, 2.0)).collect();
            let mut blocks: Vec<(usize, Moments)> =
                column.chunks(BLOCK).map(Moments::of_block).enumerate().collect();
            blocks.reverse();
            blocks.sort_by_key(|&(index, _)| index);
            let folded = blocks.into_iter().map(|(_, m)| m).fold(Moments::EMPTY, Moments::merge);
            prop_assert_eq!(folded, Moments::of(&column));
        }

        /// Merging is right wherever the column is cut: against the plain definition, to 1e-9 of its size
        /// (3,000 additions lose at most 3,000 × 2.2e-16, some 1e-12).
        #[test]
        fn merge_equals_definition(column in prop::collection::vec(-1e3..1e3, 2..300), cut in 0.0..1.0_f64) {
            let at = crate::statistics::count_of(column.len() as f64 * cut);
            let m = Moments::of(&column[..at]).merge(Moments::of(&column[at..]));
            let mean = column.iter().sum::<f64>() / column.len() as f64;
            for (power, sum) in [(2, m.m2), (3, m.m3), (4, m.m4)] {
                let size: f64 = column.iter().map(|x| (x - mean).abs().powi(power)).sum();
                let plain: f64 = column.iter().map(|x| (x - mean).powi(power)).sum();
                prop_assert!((sum - plain).abs() <= 1e-9 * size.max(1e-9), "{} {} {}", power, sum, plain);
            }
            prop_assert!(m.min <= m.mean + 1e-9 && m.mean <= m.max + 1e-9);
        }
    }
}
