//! [`paired_difference`]: one case against another, path by path.

use super::correlation::CoMoments;
use super::interval::Estimate;
use super::moments::{BLOCK, Moments};
use super::proportion::Proportion;

/// How column A differs from column B on the paths where both are defined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedDifference {
    /// Pairs compared.
    pub pairs: u64,
    /// Mean of A − B with its 95 % interval, in the unit of the columns.
    pub mean: Estimate,
    /// Standard error of that mean, from the spread of the paired differences.
    pub standard_error: f64,
    /// What the standard error would be had A and B been run on independent paths.
    pub unpaired_standard_error: f64,
    /// Paths on which A is above B.
    pub higher: Proportion,
    /// Paths on which A is below B.
    pub lower: Proportion,
    /// Paths on which both are exactly equal: the change of terms does not touch them.
    pub ties: Proportion,
    /// Correlation of A and B; `None` if either does not vary.
    pub correlation: Option<f64>,
}

/// Compares two columns of the same paths; `None` if their lengths differ or fewer than two pairs are
/// defined.
///
/// Common random numbers (Law & Kelton, *Simulation Modeling and Analysis*, 11.2): the variance of the mean
/// difference is (Var A + Var B − 2 Cov)/n, far below the unpaired (Var A + Var B)/n where the two run
/// together.
///
/// ```
/// use cabrio::statistics::paired_difference;
/// let change = paired_difference(&[1.0, 2.0, 5.0], &[1.0, 1.0, 3.0]).unwrap();
/// assert_eq!((change.mean.value, change.higher.successes, change.ties.successes), (1.0, 2, 1));
/// ```
#[must_use]
pub fn paired_difference(a: &[f64], b: &[f64]) -> Option<PairedDifference> {
    let both = CoMoments::of(a, b)?;
    let differences = a
        .chunks(BLOCK)
        .zip(b.chunks(BLOCK))
        // NaN on either side makes the difference NaN, which is left out.
        .map(|(a, b)| Moments::of_values(a.iter().zip(b).map(|(a, b)| a - b)))
        .fold(Moments::EMPTY, Moments::merge);
    let n = differences.n;
    let count = |event: fn(&f64, &f64) -> bool| Proportion {
        successes: a.iter().zip(b).map(|(a, b)| u64::from(event(a, b))).sum(),
        n,
    };
    let (higher, lower) = (count(|a, b| a > b), count(|a, b| a < b));
    Some(PairedDifference {
        pairs: n,
        mean: differences.mean_interval()?,
        standard_error: differences.standard_error()?,
        unpaired_standard_error: ((both.sum_xx + both.sum_yy) / (n as f64 - 1.0) / n as f64).sqrt(),
        higher,
        lower,
        ties: Proportion { successes: n - higher.successes - lower.successes, n },
        correlation: both.correlation(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::{Random, assert_close};

    /// Hand-worked: differences 0, 1, 2 (one pair undefined); A = 1, 2, 5 and B = 1, 1, 3 have variances 13/3
    /// and 4/3 and covariance 7/3.
    #[test]
    fn three_pairs_by_hand() {
        let d = paired_difference(&[1.0, 2.0, 9.0, 5.0], &[1.0, 1.0, f64::NAN, 3.0]).unwrap();
        assert_eq!((d.pairs, d.mean.value), (3, 1.0));
        assert_close(d.standard_error, (1.0_f64 / 3.0).sqrt(), 1e-15);
        assert_close(d.unpaired_standard_error, (17.0_f64 / 9.0).sqrt(), 1e-15);
        assert_close(d.correlation.unwrap(), 7.0 / 52.0_f64.sqrt(), 1e-15);
        assert_eq!([d.higher, d.lower, d.ties].map(|p| (p.successes, p.n)), [(2, 3), (0, 3), (1, 3)]);
    }

    #[test]
    fn nothing_to_compare_is_none() {
        assert_eq!(paired_difference(&[1.0, 2.0], &[1.0]), None);
        assert_eq!(paired_difference(&[1.0, f64::NAN], &[1.0, 2.0]), None);
        assert_eq!(paired_difference(&[1.0, 2.0], &[0.0, 0.0]).unwrap().correlation, None);
    }

    /// The identity Var(A−B) = Var A + Var B − 2 Cov, over several blocks, and its two signs.
    #[test]
    fn pairing_removes_the_shared_spread() {
        let mut random = Random::new(8);
        let a = random.column(10_000, |r| r.lognormal(0.0, 1.0));
        let b: Vec<f64> = a.iter().map(|a| 0.9 * a + 0.01 * random.normal()).collect();
        let d = paired_difference(&a, &b).unwrap();
        let both = CoMoments::of(&a, &b).unwrap();
        let n = 10_000.0;
        let expected = (both.sum_xx + both.sum_yy - 2.0 * both.sum_xy) / (n - 1.0) / n;
        // Cancellation costs the ratio of the sums, about 200, in a relative 1e-12.
        assert_close(d.standard_error * d.standard_error / expected, 1.0, 2e-10);
        assert!(d.standard_error < 0.1 * d.unpaired_standard_error);
        let swapped = paired_difference(&b, &a).unwrap();
        assert_eq!((swapped.mean.value, swapped.higher), (-d.mean.value, d.lower));
    }
}
