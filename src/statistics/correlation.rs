//! Do two columns move together? Pearson's and Spearman's correlation with their intervals.

use rayon::slice::ParallelSliceMut;

use super::interval::{Estimate, Z95};
use super::moments::BLOCK;

/// Means and sums of squares and products of two columns, over the paths on which both are defined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoMoments {
    /// Pairs of defined values.
    pub n: u64,
    /// Mean of x.
    pub mean_x: f64,
    /// Mean of y.
    pub mean_y: f64,
    /// Σ(x − mean)².
    pub sum_xx: f64,
    /// Σ(y − mean)².
    pub sum_yy: f64,
    /// Σ(x − mean)(y − mean).
    pub sum_xy: f64,
}

impl CoMoments {
    /// Of no pairs: the identity of [`CoMoments::merge`].
    pub const EMPTY: Self = Self { n: 0, mean_x: 0.0, mean_y: 0.0, sum_xx: 0.0, sum_yy: 0.0, sum_xy: 0.0 };

    /// Of two whole columns, in blocks of [`BLOCK`] paths folded in order; `None` if their lengths differ.
    #[must_use]
    pub fn of(x: &[f64], y: &[f64]) -> Option<Self> {
        let blocks = x.chunks(BLOCK).zip(y.chunks(BLOCK)).map(|(x, y)| Self::of_block(x, y));
        (x.len() == y.len()).then(|| blocks.fold(Self::EMPTY, Self::merge))
    }

    /// Two passes, relative to the first pair, as [`super::Moments::of_block`].
    fn of_block(x: &[f64], y: &[f64]) -> Self {
        let pairs = x.iter().copied().zip(y.iter().copied()).filter(|(x, y)| !(x.is_nan() || y.is_nan()));
        let Some((x0, y0)) = pairs.clone().next() else { return Self::EMPTY };
        let (n, dx, dy) = pairs
            .clone()
            .fold((0_u64, 0.0, 0.0), |(n, dx, dy), (x, y)| (n + 1, dx + (x - x0), dy + (y - y0)));
        let (mean_x, mean_y) = (x0 + dx / n as f64, y0 + dy / n as f64);
        pairs.fold(Self { n, mean_x, mean_y, ..Self::EMPTY }, |sums, (x, y)| {
            let (dx, dy) = (x - mean_x, y - mean_y);
            Self {
                sum_xx: sums.sum_xx + dx * dx,
                sum_yy: sums.sum_yy + dy * dy,
                sum_xy: sums.sum_xy + dx * dy,
                ..sums
            }
        })
    }

    /// Of two disjoint sets of paths together: Pébay (2008), SAND2008-6212, section 3. Merge in path order.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if self.n == 0 {
            return other;
        }
        if other.n == 0 {
            return self;
        }
        let (a, b) = (self.n as f64, other.n as f64);
        let (share, weight) = (b / (a + b), a * (b / (a + b)));
        let (dx, dy) = (other.mean_x - self.mean_x, other.mean_y - self.mean_y);
        Self {
            n: self.n + other.n,
            mean_x: self.mean_x + dx * share,
            mean_y: self.mean_y + dy * share,
            sum_xx: self.sum_xx + other.sum_xx + dx * dx * weight,
            sum_yy: self.sum_yy + other.sum_yy + dy * dy * weight,
            sum_xy: self.sum_xy + other.sum_xy + dx * dy * weight,
        }
    }

    /// Pearson's correlation, −1 to 1; `None` below two pairs or where a column does not vary.
    #[must_use]
    pub fn correlation(&self) -> Option<f64> {
        let product = self.sum_xx * self.sum_yy;
        let r = self.sum_xy / product.sqrt();
        (product > 0.0 && product.is_finite()).then(|| r.clamp(-1.0, 1.0))
    }
}

/// Pearson's correlation of two columns with its 95 % interval; `None` if the lengths differ, below four
/// pairs, or where a column does not vary.
///
/// Interval by Fisher's (1921) z = artanh r with standard error 1/√(n−3), exact in the limit for normal
/// columns; for heavy-tailed ones prefer [`spearman`].
#[must_use]
pub fn pearson(x: &[f64], y: &[f64]) -> Option<Estimate> {
    transformed_interval(CoMoments::of(x, y)?, 1.0)
}

/// Spearman's rank correlation of two columns (ties share the mean of their ranks) with its 95 % interval;
/// `None` as for [`pearson`].
///
/// Interval by Fisher's z with variance 1.06/(n−3): Fieller, Hartley & Pearson (1957), Biometrika 44.
///
/// ```
/// use cabrio::statistics::spearman;
/// let rho = spearman(&[1.0, 2.0, 3.0, 4.0, 5.0], &[1.0, 4.0, 9.0, 16.0, 25.0]).unwrap();
/// assert_eq!(rho.value, 1.0);
/// ```
#[must_use]
pub fn spearman(x: &[f64], y: &[f64]) -> Option<Estimate> {
    if x.len() != y.len() {
        return None;
    }
    let both = |i: &usize| !(x[*i].is_nan() || y[*i].is_nan());
    let defined: Vec<usize> = (0..x.len()).filter(both).collect();
    let ranks = |column: &[f64]| ranks(&defined.iter().map(|&i| column[i]).collect::<Vec<_>>());
    transformed_interval(CoMoments::of(&ranks(x), &ranks(y))?, 1.06)
}

/// A correlation with the interval tanh(artanh r ± z·√(`variance`/(n−3))).
fn transformed_interval(moments: CoMoments, variance: f64) -> Option<Estimate> {
    let value = moments.correlation().filter(|_| moments.n > 3)?;
    let half = Z95 * (variance / (moments.n as f64 - 3.0)).sqrt();
    // artanh(±1) is ±∞, and so perfect correlation keeps a point interval.
    let centre = libm::atanh(value);
    Some(Estimate {
        value,
        low: libm::tanh(centre - half).min(value),
        high: libm::tanh(centre + half).max(value),
    })
}

/// Ranks from 1, ties sharing their mean rank. No value may be NaN.
fn ranks(column: &[f64]) -> Vec<f64> {
    let mut order: Vec<(f64, usize)> = column.iter().copied().zip(0..).collect();
    // The position breaks ties, so the order is total and the same on any number of threads.
    order.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut ranks = vec![0.0; column.len()];
    // Neighbours in order are equal unless the later is larger; so −0 and 0 tie too.
    let mut first = 1;
    for run in order.chunk_by(|a, b| b.0 <= a.0) {
        let shared = first as f64 + (run.len() as f64 - 1.0) / 2.0;
        for &(_, at) in run {
            ranks[at] = shared;
        }
        first += run.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::moments::Moments;
    use crate::statistics::testing::{Random, assert_close};

    /// Hand-worked: deviations −2 −1 0 1 2 and −2 0 −1 2 1 give 8/10; ranks are the values themselves.
    #[test]
    fn small_columns_by_hand() {
        let (x, y) = ([1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 3.0, 2.0, 5.0, 4.0]);
        assert_close(pearson(&x, &y).unwrap().value, 0.8, 1e-15);
        assert_close(spearman(&x, &y).unwrap().value, 0.8, 1e-15);
        // An outlier moves Pearson and not Spearman; an undefined pair is left out.
        let (x, y) = ([1.0, 2.0, f64::NAN, 3.0, 4.0, 5.0], [1.0, 3.0, 9.0, 2.0, 500.0, 4.0]);
        assert_close(spearman(&x, &y).unwrap().value, 0.8, 1e-15);
        assert!(pearson(&x, &y).unwrap().value < 0.5);
    }

    /// Hand-worked: 10, 20, 20, 30 rank 1, 2.5, 2.5, 4; against 1, 2, 3, 4 the sums are 4.5, 5 and 4.5.
    #[test]
    fn ties_share_their_rank() {
        assert_eq!(ranks(&[20.0, 10.0, 30.0, 20.0]), [2.5, 1.0, 4.0, 2.5]);
        let rho = spearman(&[10.0, 20.0, 20.0, 30.0], &[1.0, 2.0, 3.0, 4.0]).unwrap();
        assert_close(rho.value, 4.5 / (4.5_f64 * 5.0).sqrt(), 1e-15);
    }

    #[test]
    fn what_cannot_be_correlated_is_none() {
        let x = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(
            (pearson(&x, &[1.0; 4]), pearson(&x, &x[..3]), spearman(&x[..3], &x[..3])),
            (None, None, None)
        );
        assert_eq!(spearman(&x, &x[..2]), None);
        let perfect = pearson(&x, &x.map(|v| -v)).unwrap();
        assert_eq!((perfect.value, perfect.low, perfect.high), (-1.0, -1.0, -1.0));
    }

    /// Normal pairs with ρ = 0.6: the interval holds ρ for Pearson and (6/π)·arcsin(ρ/2) for Spearman
    /// (Pearson 1907) in at least 950 − 4·6.9 of 1,000 runs (false-alarm rate 3e-5 each).
    #[test]
    fn intervals_cover() {
        let rho_s = 6.0 / std::f64::consts::PI * libm::asin(0.3);
        let (mut pearson_hits, mut spearman_hits) = (0, 0);
        for seed in 0..1000 {
            let mut random = Random::new(seed);
            let x = random.column(200, Random::normal);
            let y: Vec<f64> = x.iter().map(|x| 0.6 * x + 0.8 * random.normal()).collect();
            let covers = |e: Estimate, truth: f64| i32::from(e.low <= truth && truth <= e.high);
            pearson_hits += covers(pearson(&x, &y).unwrap(), 0.6);
            spearman_hits += covers(spearman(&x, &y).unwrap(), rho_s);
        }
        assert!(pearson_hits >= 923 && spearman_hits >= 923, "{pearson_hits} {spearman_hits}");
    }

    /// Blocks folded in order agree with single-column moments, and with themselves to the bit.
    #[test]
    fn blocks_agree_with_moments() {
        let mut random = Random::new(6);
        let (x, y) =
            (random.column(10_000, Random::normal), random.column(10_000, |r| r.lognormal(0.0, 1.0)));
        let both = CoMoments::of(&x, &y).unwrap();
        let (mx, my) = (Moments::of(&x), Moments::of(&y));
        // 10,000 additions: a relative error of 1e-12 at most.
        assert_close(both.sum_xx / mx.m2, 1.0, 1e-12);
        assert_close(both.sum_yy / my.m2, 1.0, 1e-12);
        assert_close(both.mean_y, my.mean, 1e-12);
        let sum: Vec<f64> = x.iter().zip(&y).map(|(x, y)| x + y).collect();
        assert_close((Moments::of(&sum).m2 - mx.m2 - my.m2) / 2.0, both.sum_xy, 1e-12 * (mx.m2 + my.m2));
    }
}
