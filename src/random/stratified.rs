//! Two older devices against the noise of sampling: mirrored paths and Latin hypercubes.
//!
//! Both are views of a [`Stream`]: a path's uniforms can still be computed alone. Neither makes single paths
//! independent of one another, so the error of a mean comes from independent groups: pairs of mirrored paths,
//! whole hypercubes.

use std::num::NonZeroU32;

use super::philox::philox4x32_10;
use super::sobol::hash;
use super::{Stream, Uniforms};

/// Mirrored paths: path 2k + 1 takes 1 − u wherever path 2k takes u (Hammersley and Morton 1956).
///
/// The sample is the pair: it takes the mean of its two outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Antithetic(pub Stream);

impl Uniforms for Antithetic {
    /// Exactly 1 − u, as the grid of a stream's uniforms is symmetric.
    #[inline]
    fn uniform(&self, path: u64, dimension: u32) -> f64 {
        let u = self.0.uniform(path >> 1, dimension);
        if path & 1 == 0 { u } else { 1.0 - u }
    }
}

/// Latin hypercubes: of each run of `size` paths, exactly one falls into each of `size` equal intervals of every
/// dimension (`McKay`, Beckman and Conover 1979).
///
/// The sample is the whole run of `size` paths: several runs, which are independent, show the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatinHypercube {
    stream: Stream,
    size: NonZeroU32,
}

impl LatinHypercube {
    /// Hypercubes of `size` paths each over the draws of `stream`.
    #[must_use]
    pub fn new(stream: Stream, size: NonZeroU32) -> Self {
        Self { stream, size }
    }

    /// The interval that falls to place `place` of a cube: a permutation by a keyed hash, then a turn by a
    /// random number of places, which makes every single answer uniform.
    ///
    /// The hash permutes the smallest power of two that holds the cube (each step can be undone) and is applied
    /// again until it lands inside ("cycle walking", Black and Rogaway 2002).
    fn interval(&self, place: u32, cube: u64, dimension: u32) -> u32 {
        let size = self.size.get();
        let bits = u32::BITS - (size - 1).leading_zeros();
        if bits == 0 {
            return 0;
        }
        let mask = u32::MAX >> (u32::BITS - bits);
        let [turn, a, b, c] = self.stream.words(cube, dimension);
        let mut slot = place;
        loop {
            for key in [a, b, c, a ^ hash(b)] {
                slot = (slot ^ key).wrapping_mul(hash(key) | 1) & mask;
                slot ^= slot >> bits.div_ceil(2);
            }
            if slot < size {
                break;
            }
        }
        let turn = (u64::from(turn) * u64::from(size)) >> 32;
        let turned = u64::from(slot) + turn;
        u32::try_from(turned % u64::from(size)).unwrap_or(0)
    }
}

impl Uniforms for LatinHypercube {
    fn uniform(&self, path: u64, dimension: u32) -> f64 {
        let size = u64::from(self.size.get());
        let place = u32::try_from(path % size).unwrap_or(0);
        let interval = self.interval(place, path / size, dimension);
        let u = (f64::from(interval) + self.stream.uniform(path, dimension)) / f64::from(self.size.get());
        // The sum may round up to the size itself.
        u.min(1.0 - f64::EPSILON / 2.0)
    }
}

impl Stream {
    /// Four words for one cube and dimension, apart from all other uses of the stream's key.
    #[expect(clippy::cast_possible_truncation, reason = "the two halves are wanted")]
    fn words(self, cube: u64, dimension: u32) -> [u32; 4] {
        /// Last word of the Philox counter; streams use 0 and 1, Sobol' points 2.
        const PERMUTING: u32 = 3;
        philox4x32_10([cube as u32, (cube >> 32) as u32, dimension, PERMUTING], self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cube(size: u32) -> LatinHypercube {
        LatinHypercube::new(Stream::new(4, "cube"), NonZeroU32::new(size).unwrap())
    }

    #[test]
    fn mirrored_paths_sum_to_one() {
        let pairs = Antithetic(Stream::new(1, "pairs"));
        for path in 0..100 {
            let (u, v) = (pairs.uniform(2 * path, 7), pairs.uniform(2 * path + 1, 7));
            assert_eq!((u + v).to_bits(), 1.0_f64.to_bits());
            assert_eq!(u.to_bits(), Stream::new(1, "pairs").uniform(path, 7).to_bits());
        }
    }

    #[test]
    fn each_cube_has_one_path_in_each_interval() {
        for size in [1, 2, 3, 7, 8, 100, 1000] {
            for (first, dimension) in [(0, 0), (0, 1), (5, 0)] {
                let n = u64::from(size);
                let mut seen: Vec<f64> =
                    (0..n).map(|i| cube(size).uniform(first * n + i, dimension)).collect();
                seen.sort_by(f64::total_cmp);
                for (i, u) in (0..size).zip(seen) {
                    let lower = f64::from(i) / f64::from(size);
                    assert!(
                        u >= lower && u < lower + 1.0 / f64::from(size) + f64::EPSILON,
                        "{size}/{dimension}"
                    );
                }
            }
        }
    }

    #[test]
    fn orders_of_two_dimensions_and_two_cubes_are_unrelated() {
        // The rank correlation of two random orders of n has standard error 1/√(n−1): 4.4 of them, a false
        // alarm once in 100,000 for each of the three.
        let cube = cube(1000);
        let column = |first: u64, dimension| -> Vec<f64> {
            (first..first + 1000).map(|path| cube.uniform(path, dimension)).collect()
        };
        let columns = [column(0, 0), column(0, 1), column(1000, 0)];
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            let pairs = columns[a].iter().zip(&columns[b]);
            let correlation = 12.0 * pairs.map(|(x, y)| (x - 0.5) * (y - 0.5)).sum::<f64>() / 1000.0;
            assert!(correlation.abs() < 4.4 / 999.0_f64.sqrt(), "{correlation}");
        }
    }

    #[test]
    fn a_single_path_is_uniform_over_cubes() {
        // Sums of centred uniforms: standard error √(n/12), 4.4 of them (once in 100,000 for each of the three).
        for place in [0, 1, 6] {
            let sum: f64 = (0..10_000).map(|i| cube(7).uniform(7 * i + place, 0) - 0.5).sum();
            assert!(sum.abs() < 4.4 * (10_000.0 / 12.0_f64).sqrt(), "place {place}: {sum}");
        }
    }

    #[test]
    fn the_mean_of_a_monotone_quantity_is_far_better_than_by_chance() {
        // Hand-worked: the mean of u over a cube of n paths has variance 1/(12 n³), by chance 1/(12 n). The
        // logarithm of a variance from 200 cubes has standard error √(2/200); 4.4 of them, once in 100,000.
        let cube = cube(50);
        let squares: f64 = (0..200)
            .map(|run| {
                let mean = (0..50).map(|i| cube.uniform(50 * run + i, 3)).sum::<f64>() / 50.0 - 0.5;
                mean * mean
            })
            .sum();
        let ratio = (1.0 / (12.0 * 50.0)) / (squares / 200.0);
        assert!(crate::random::math::ln(ratio / 2500.0).abs() < 0.44, "{ratio}");
    }
}
