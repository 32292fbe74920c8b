//! Sobol' points with Owen's scrambling: uniforms that fill the unit cube more evenly than chance.
//!
//! The first 2ᵏ points put exactly one point into each of 2ᵏ equal intervals of every coordinate, and, for the
//! first two coordinates, one into every box of area 2⁻ᵏ with sides that are powers of two. Scrambling keeps
//! this and makes each single point uniform on (0, 1), so that a mean over the points has no bias, and
//! independent scramblings (replicates) show its error. Rules of use (Owen 2020, "On dropping the first
//! Sobol' point"): a number of paths that is a power of two, from path 0 on, none left out; the error from the
//! means of replicates and never from the paths of one.
//!
//! Any point can be computed alone, from (seed, replicate, path, dimension).

use super::Uniforms;
use super::philox::philox4x32_10;
use super::sobol_table::{POLYNOMIALS_AND_NUMBERS, TABULATED};
use super::stream::open_unit;

/// Binary digits of a point before scrambling.
const DIGITS: usize = 32;

/// Direction numbers of every dimension; bit 31 is the first binary digit after the point.
static DIRECTIONS: [[u32; DIGITS]; TABULATED] = directions();

/// Last word of the Philox counter, which sets keys of scrambling apart from the draws of streams.
const SCRAMBLING: u32 = 2;

/// Direction numbers by the recurrence of Bratley and Fox (1988, "Algorithm 659", ACM Transactions on
/// Mathematical Software 14, section 2): `v_k = v_{k−s}/2ˢ ⊕ v_{k−s} ⊕ Σ a_i v_{k−i}`.
#[expect(clippy::large_stack_arrays, reason = "evaluated by the compiler only")]
const fn directions() -> [[u32; DIGITS]; TABULATED] {
    let mut table = [[0; DIGITS]; TABULATED];
    let mut k = 0;
    while k < DIGITS {
        table[0][k] = 1 << (DIGITS - 1 - k);
        k += 1;
    }
    let mut next = 0;
    let mut dimension = 1;
    while dimension < TABULATED {
        let polynomial = POLYNOMIALS_AND_NUMBERS[next] as u32;
        let degree = (u32::BITS - 1 - polynomial.leading_zeros()) as usize;
        let mut k = 0;
        while k < DIGITS {
            table[dimension][k] = if k < degree {
                (POLYNOMIALS_AND_NUMBERS[next + 1 + k] as u32) << (DIGITS - 1 - k)
            } else {
                step(&table[dimension], polynomial, degree, k)
            };
            k += 1;
        }
        next += degree + 1;
        dimension += 1;
    }
    table
}

/// One step of the recurrence.
const fn step(v: &[u32; DIGITS], polynomial: u32, degree: usize, k: usize) -> u32 {
    let mut value = v[k - degree] ^ (v[k - degree] >> degree);
    let mut i = 1;
    while i < degree {
        if polynomial >> (degree - i) & 1 == 1 {
            value ^= v[k - i];
        }
        i += 1;
    }
    value
}

/// Dimensions with direction numbers of their own; [`Sobol`] goes on beyond them.
pub const SOBOL_DIMENSIONS: u32 = 481;
const _: () = assert!(SOBOL_DIMENSIONS as usize == TABULATED);

/// The plain Sobol' point `index` in `dimension` (both from 0), as a binary fraction of 32 digits: divide by 2³².
///
/// Points come in natural order: the point at place i of the Gray-code order that many programs use is
/// `index` = i ⊕ ⌊i/2⌋. `None` from [`SOBOL_DIMENSIONS`] on.
///
/// ```
/// use cabrio::random::sobol_point;
/// assert_eq!(sobol_point(1, 0), Some(1 << 31)); // 1/2
/// assert_eq!(sobol_point(2, 1), Some(3 << 30)); // 3/4
/// ```
#[must_use]
pub fn sobol_point(index: u32, dimension: u32) -> Option<u32> {
    Some(digits(index, DIRECTIONS.get(dimension as usize)?))
}

#[inline]
fn digits(index: u32, directions: &[u32; DIGITS]) -> u32 {
    // All 32 rows, masked, rather than a loop over the set bits: no branches, so the compiler can vectorise.
    directions.iter().enumerate().fold(0, |sum, (bit, v)| sum ^ (v & (index >> bit & 1).wrapping_neg()))
}

/// One scrambling (replicate) of Sobol' points in any number of dimensions.
///
/// Dimensions beyond [`SOBOL_DIMENSIONS`] use the table again on a scrambled order of the points, as Burley
/// (2020, section 4.2) pads dimensions: each group of 481 is as even as the first, and groups are independent of
/// one another like plain random numbers. Paths beyond 2³² belong to a replicate of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sobol {
    key: [u32; 2],
    replicate: u32,
}

impl Sobol {
    /// Replicate number `replicate` of the scramblings under `seed`; all are independent.
    ///
    /// ```
    /// use cabrio::random::{Sobol, Uniforms};
    /// let points = Sobol::new(7, 0);
    /// let lower_half = (0..1024).filter(|&path| points.uniform(path, 3) < 0.5).count();
    /// assert_eq!(lower_half, 512);
    /// ```
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the two halves are wanted")]
    pub fn new(seed: u64, replicate: u32) -> Self {
        Self { key: [seed as u32, (seed >> 32) as u32], replicate }
    }

    /// One dimension, ready for many paths: [`Coordinate::uniform`] then costs no more key.
    #[must_use]
    pub fn coordinate(&self, dimension: u32) -> Coordinate {
        self.coordinate_of(dimension, 0)
    }

    fn coordinate_of(&self, dimension: u32, era: u32) -> Coordinate {
        let counter = |label: u32, part: u32| [label, self.replicate, era, SCRAMBLING | part << 8];
        let [scramble, low, ..] = philox4x32_10(counter(dimension, 0), self.key);
        let group = dimension / SOBOL_DIMENSIONS;
        let order = (group > 0).then(|| philox4x32_10(counter(group, 1), self.key)[0]);
        let directions = &DIRECTIONS[(dimension % SOBOL_DIMENSIONS) as usize];
        Coordinate { directions, scramble, low, order }
    }
}

impl Uniforms for Sobol {
    #[expect(clippy::cast_possible_truncation, reason = "the two halves are wanted")]
    fn uniform(&self, path: u64, dimension: u32) -> f64 {
        self.coordinate_of(dimension, (path >> 32) as u32).uniform(path as u32)
    }
}

/// One dimension of a [`Sobol`] replicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coordinate {
    directions: &'static [u32; DIGITS],
    /// Key of the scrambling of the 32 digits.
    scramble: u32,
    /// Key of the digits below.
    low: u32,
    /// Key of the order of the points, where the table is used again.
    order: Option<u32>,
}

impl Coordinate {
    /// The uniform of `path`, strictly inside (0, 1) and on the same grid as those of
    /// [`Stream`](super::Stream).
    ///
    /// The 32 digits of the point are scrambled by a hash (Burley 2020, "Practical hash-based Owen scrambling",
    /// Journal of Computer Graphics Techniques 9(4), with the permutation of Laine and Karras 2011); the 20 below
    /// are plain random digits, which is what Owen's scrambling makes of digits below those that tell points
    /// apart.
    #[inline]
    #[must_use]
    pub fn uniform(&self, path: u32) -> f64 {
        let index = self.order.map_or(path, |key| owen_scramble(path, key));
        let high = owen_scramble(digits(index, self.directions), self.scramble);
        open_unit(u64::from(high) << 32 | u64::from(hash(path ^ self.low)))
    }
}

/// Nested uniform scrambling: each digit is flipped or not by a hash of the digits above it.
#[inline]
fn owen_scramble(digits: u32, key: u32) -> u32 {
    laine_karras(digits.reverse_bits(), key).reverse_bits()
}

/// A permutation in which a bit depends on itself and lower bits only (constants of Burley 2020, listing 3).
///
/// Adding the key first makes the result exactly uniform over keys, hence every scrambled point too.
#[inline]
fn laine_karras(value: u32, key: u32) -> u32 {
    [0x6C50_B47C_u32, 0xB82F_1E52, 0xC7AF_E638, 0x8D22_F6E6]
        .iter()
        .fold(value.wrapping_add(key), |x, factor| x ^ x.wrapping_mul(*factor))
}

/// Mixes all bits of a word: the finisher of Murmur hash 3 (Appleby, public domain).
#[inline]
pub(super) fn hash(word: u32) -> u32 {
    let word = (word ^ word >> 16).wrapping_mul(0x85EB_CA6B);
    let word = (word ^ word >> 13).wrapping_mul(0xC2B2_AE35);
    word ^ word >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_points_as_published() {
        // Published: Joe and Kuo (2008), new-joe-kuo-6, the first 8 points of dimensions 1 to 6 in Gray-code
        // order; SciPy and QuantLib agree on them to the last bit.
        let rows: [[f64; 6]; 8] = [
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
            [0.75, 0.25, 0.25, 0.25, 0.75, 0.75],
            [0.25, 0.75, 0.75, 0.75, 0.25, 0.25],
            [0.375, 0.375, 0.625, 0.875, 0.375, 0.125],
            [0.875, 0.875, 0.125, 0.375, 0.875, 0.625],
            [0.625, 0.125, 0.875, 0.625, 0.625, 0.875],
            [0.125, 0.625, 0.375, 0.125, 0.125, 0.375],
        ];
        for (i, row) in (0_u32..).zip(rows) {
            for (dimension, x) in (0_u32..).zip(row) {
                let got = f64::from(sobol_point(i ^ (i >> 1), dimension).unwrap()) / 2.0_f64.powi(32);
                assert_eq!(got.to_bits(), x.to_bits(), "point {i}, dimension {dimension}");
            }
        }
        assert_eq!(sobol_point(0, SOBOL_DIMENSIONS), None);
    }

    #[test]
    fn later_points_match_independent_code() {
        // Independent code: SciPy 1.17 `Sobol(481, scramble=False, bits=32)`, point 1000 in Gray-code order.
        let expected = [(0, SCIPY[0]), (1, SCIPY[1]), (99, SCIPY[2]), (255, SCIPY[3]), (480, SCIPY[4])];
        let gray = 0b11_1110_1000 ^ 0b1_1111_0100;
        for (dimension, x) in expected {
            let got = f64::from(sobol_point(gray, dimension).unwrap()) / 2.0_f64.powi(32);
            assert_eq!(got.to_bits(), f64::to_bits(x), "dimension {dimension}");
        }
    }

    /// See above.
    const SCIPY: [f64; 5] =
        [0.219_726_562_5, 0.096_679_687_5, 0.186_523_437_5, 0.249_023_437_5, 0.752_929_687_5];

    /// How many of `points` lie in each of `cells` × `rows` equal boxes.
    fn counts(points: &[(f64, f64)], columns: u32, rows: u32) -> Vec<u32> {
        let mut counts = vec![0; (columns * rows) as usize];
        for (x, y) in points {
            let cell = |u: f64, n: u32| (0..n).rfind(|&i| u >= f64::from(i) / f64::from(n)).unwrap();
            counts[(cell(*x, columns) * rows + cell(*y, rows)) as usize] += 1;
        }
        counts
    }

    #[test]
    fn the_first_two_coordinates_fill_every_dyadic_box() {
        // The (0,2)-sequence property, which Owen's scrambling keeps (Owen 1995): each aligned block of 64
        // points has one in every box of area 1/64.
        for replicate in 0..4 {
            let sobol = Sobol::new(3, replicate);
            for block in [0_u64, 1, 17] {
                let paths = block * 64..block * 64 + 64;
                let points: Vec<_> =
                    paths.map(|path| (sobol.uniform(path, 0), sobol.uniform(path, 1))).collect();
                for k in 0..=6 {
                    assert!(
                        counts(&points, 1 << k, 64 >> k).iter().all(|&n| n == 1),
                        "{replicate}/{block}/{k}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_coordinate_is_stratified_also_beyond_the_table() {
        let sobol = Sobol::new(11, 2);
        for dimension in [0, 1, 57, 256, 480, 481, 700, 100_000] {
            let points: Vec<_> = (0..256).map(|path| (sobol.uniform(path, dimension), 0.0)).collect();
            assert!(counts(&points, 256, 1).iter().all(|&n| n == 1), "dimension {dimension}");
        }
    }

    #[test]
    fn a_coordinate_gives_the_same_numbers() {
        let sobol = Sobol::new(5, 1);
        for dimension in [0, 480, 481] {
            let coordinate = sobol.coordinate(dimension);
            assert!((0..100).all(|i| {
                coordinate.uniform(i).to_bits() == sobol.uniform(u64::from(i), dimension).to_bits()
            }));
        }
        // Beyond 2³² paths a new replicate begins.
        assert_ne!(sobol.uniform(1 << 32, 0).to_bits(), sobol.uniform(0, 0).to_bits());
    }

    #[test]
    fn a_single_point_is_uniform_over_replicates_and_uncorrelated_between_dimensions() {
        // Standard errors of a mean of n uniforms: √(1/12n); of the product of two centred ones: √(1/144n).
        // 4.4 of them: a false alarm once in 100,000 for each of the 8 checks.
        let n = 20_000_u32;
        let mut sums = [0.0; 8];
        for replicate in 0..n {
            let sobol = Sobol::new(20_261_122, replicate);
            let u: Vec<f64> = [(0, 0), (1, 0), (5, 3), (5, 4), (5, 485)]
                .map(|(path, dimension)| sobol.uniform(path, dimension) - 0.5)
                .to_vec();
            let products = [u[2] * u[3], u[2] * u[4], u[0] * u[2]];
            for (sum, x) in sums.iter_mut().zip(u.iter().chain(&products)) {
                *sum += x;
            }
        }
        let root = f64::from(n).sqrt();
        let limits = [12.0_f64.sqrt(); 5].into_iter().chain([12.0; 3]);
        for (sum, scale) in sums.iter().zip(limits) {
            assert!(f64::abs(*sum) < 4.4 * root / scale, "{sums:?}");
        }
    }
}
