//! [`Joint`]: means of several measures and how they vary together, in one pass.

/// Most measures at once.
pub const MOST_JOINT: usize = 12;

/// Count, means and sums of products of deviations of up to [`MOST_JOINT`] measures that are defined on every path. Measures that are
/// not used are 0 throughout.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Joint {
    /// Paths.
    pub n: u64,
    /// Means.
    pub mean: [f64; MOST_JOINT],
    /// Σ(x − mean)(y − mean); only y up to x is kept.
    pub product: [[f64; MOST_JOINT]; MOST_JOINT],
}

impl Joint {
    /// Of no paths: the identity of [`Joint::merge`].
    pub const EMPTY: Self = Self { n: 0, mean: [0.0; MOST_JOINT], product: [[0.0; MOST_JOINT]; MOST_JOINT] };

    /// Of a few paths; only the first `used` measures are looked at. Two passes, relative to the first path, as
    /// [`super::Moments::of_block`].
    #[must_use]
    pub fn of_block(rows: &[[f64; MOST_JOINT]], used: usize) -> Self {
        let Some(origin) = rows.first() else { return Self::EMPTY };
        let mut joint = Self { n: rows.len() as u64, ..Self::EMPTY };
        let count = rows.len() as f64;
        for i in 0..used {
            let shift: f64 = rows.iter().map(|row| row[i] - origin[i]).sum();
            joint.mean[i] = origin[i] + shift / count;
        }
        for row in rows {
            let mut deviation = [0.0; MOST_JOINT];
            for i in 0..used {
                deviation[i] = row[i] - joint.mean[i];
                let di = deviation[i];
                joint.product[i][..=i].iter_mut().zip(deviation).for_each(|(sum, dj)| *sum += di * dj);
            }
        }
        joint
    }

    /// Of two disjoint sets of paths together: Pébay (2008), SAND2008-6212, section 3. Not associative in the last bits.
    pub fn merge(&mut self, other: &Self) {
        if other.n == 0 {
            return;
        }
        if self.n == 0 {
            *self = *other;
            return;
        }
        let (a, b) = (self.n as f64, other.n as f64);
        let (share, weight) = (b / (a + b), a * (b / (a + b)));
        let mut d = [0.0; MOST_JOINT];
        for i in 0..MOST_JOINT {
            d[i] = other.mean[i] - self.mean[i];
            self.mean[i] += d[i] * share;
            for j in 0..=i {
                self.product[i][j] += other.product[i][j] + d[i] * d[j] * weight;
            }
        }
        self.n += other.n;
    }

    /// Σ(x − mean)(y − mean).
    #[must_use]
    pub fn with(&self, x: usize, y: usize) -> f64 {
        self.product[x.max(y)][x.min(y)]
    }

    /// The same with the measure `more` added to the measure `sum`.
    #[must_use]
    pub fn adding(&self, sum: usize, more: usize) -> Self {
        let mut joint = *self;
        joint.mean[sum] += self.mean[more];
        for other in (0..MOST_JOINT).filter(|other| *other != sum) {
            joint.product[sum.max(other)][sum.min(other)] = self.with(sum, other) + self.with(more, other);
        }
        joint.product[sum][sum] = self.square_of(&[(sum, 1.0), (more, 1.0)]);
        joint
    }

    /// Σ(c − mean)² of a combination c of measures.
    #[must_use]
    pub fn square_of(&self, combination: &[(usize, f64)]) -> f64 {
        let pairs = combination.iter().flat_map(|a| combination.iter().map(move |b| (a, b)));
        let square: f64 = pairs.map(|(a, b)| a.1 * b.1 * self.with(a.0, b.0)).sum();
        square.max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::{Random, assert_close};
    use crate::statistics::{CoMoments, Moments};

    /// Against the co-moments and moments of whole columns, wherever they are cut.
    #[test]
    fn parts_make_the_whole() {
        let mut random = Random::new(4);
        let rows: Vec<[f64; MOST_JOINT]> = (0..3_000)
            .map(|_| {
                let mut row = [0.0; MOST_JOINT];
                (row[0], row[1]) = (1e6 + random.normal(), random.lognormal(0.0, 1.0));
                row[2] = row[0] - 3.0 * row[1];
                row
            })
            .collect();
        let column = |i: usize| rows.iter().map(|row| row[i]).collect::<Vec<f64>>();
        let both = CoMoments::of(&column(0), &column(1)).unwrap();
        for cut in [1, 700, 2_999] {
            let mut joint = Joint::of_block(&rows[..cut], 3);
            joint.merge(&Joint::of_block(&rows[cut..], 3));
            joint.merge(&Joint::EMPTY);
            assert_eq!(joint.n, 3_000);
            assert_close(joint.mean[0], both.mean_x, 1e-8);
            assert_close(joint.with(0, 1), both.sum_xy, 1e-6);
            assert_close(joint.with(1, 1), both.sum_yy, 1e-8);
            let third = Moments::of(&column(2)).m2;
            assert_close(joint.square_of(&[(0, 1.0), (1, -3.0)]) / third, 1.0, 1e-9);
            assert!(joint.with(5, 5).abs() < f64::MIN_POSITIVE);
            // The first less three times the second, and three times the second again.
            let again = joint.adding(2, 1).adding(2, 1).adding(2, 1);
            assert_close(again.mean[2], both.mean_x, 1e-8);
            assert_close(again.with(0, 2) / again.with(0, 0), 1.0, 1e-9);
            assert_close(again.with(2, 2) / again.with(0, 0), 1.0, 1e-9);
            assert_close(again.with(1, 2), both.sum_xy, 1e-6);
        }
    }
}
