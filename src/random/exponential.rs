//! `e^x` from a table: the same bits on every machine, twice as fast as a general library's.
//!
//! Method: Tang (1989), "Table-driven implementation of the exponential function in IEEE floating-point
//! arithmetic", ACM TOMS 15(2). With x = (128 k + j) ln 2/128 + r and |r| ≤ ln 2/256, e^x is 2^k · 2^(j/128) · e^r:
//! an exponent, an entry of the table and a polynomial of degree 5, whose remainder is below 6e-19. Only the
//! last addition rounds to any effect: the error is below 0.52 units in the last place. There is neither a branch
//! nor a division on the way, so that it can also run on vectors.

use std::f64::consts::LN_2;

use super::wide::widest;

/// Numbers that are looked at together.
const CHUNK: usize = 64;
/// Entries of the table.
const SIZE: usize = 128;
/// ln 2 less [`LN_2`].
const LN_2_REST: f64 = 2.319_046_813_846_299_6e-17;
/// ln 2/128 in two parts; a multiple of the first by a whole number below 2^20 is exact.
const STEP: f64 = f64::from_bits((LN_2 / 128.0).to_bits() & !0xF_FFFF);
const STEP_REST: f64 = LN_2 / 128.0 - STEP + LN_2_REST / 128.0;
/// Beyond this the exponent of the result, or of its reciprocal, no longer fits.
const REACH: f64 = 708.0;
/// Added and taken off again, it rounds to a whole number, which stands in the low bits in between.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// 2^(j/128), and what the rounding of that lost, as a fraction of it.
static POWERS: [(f64, f64); SIZE] = powers();

/// `e^x`; 0 and infinity where the result is too small or too large, NaN for NaN.
#[inline]
#[must_use]
pub fn exp(x: f64) -> f64 {
    if x.abs() < REACH { within_reach(x) } else { libm::exp(x) }
}

/// `e^x` of every element, in place; the same bits as [`exp`].
pub fn exps(x_to_exp: &mut [f64]) {
    widest(
        #[inline(always)]
        || {
            for chunk in x_to_exp.chunks_mut(CHUNK) {
                if chunk.iter().all(|x| x.abs() < REACH) {
                    for x in chunk {
                        *x = within_reach(*x);
                    }
                } else {
                    for x in chunk {
                        *x = exp(*x);
                    }
                }
            }
        },
    );
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled for the instructions of the loop around it")]
fn within_reach(x: f64) -> f64 {
    let rounded = x * (128.0 / LN_2) + ROUNDER;
    let steps = rounded.to_bits();
    let whole = rounded - ROUNDER;
    let r = x - whole * STEP - whole * STEP_REST;
    #[expect(clippy::cast_possible_truncation, reason = "seven bits")]
    let (power, lost) = POWERS[(steps % SIZE as u64) as usize];
    // The other bits of the count of steps, as they stand, go where the exponent is.
    let scale = f64::from_bits(power.to_bits().wrapping_add((steps >> 7) << 52));
    let square = r * r;
    let growth = r + square * (0.5 + r * (1.0 / 6.0) + square * (1.0 / 24.0 + r * (1.0 / 120.0)));
    scale + scale * (lost + growth)
}

/// A number as the sum of a rounded one and the rest.
type Double = (f64, f64);

const fn powers() -> [(f64, f64); SIZE] {
    let root = root_of_two();
    let mut table = [(1.0, 0.0); SIZE];
    let mut power = (1.0, 0.0);
    let mut j = 1;
    while j < SIZE {
        power = product(power, root);
        table[j] = (power.0, power.1 / power.0);
        j += 1;
    }
    table
}

/// 2^(1/128) to some 30 digits, by the power series of e^(ln 2/128) from its far end.
const fn root_of_two() -> Double {
    let y = (LN_2 / 128.0, LN_2_REST / 128.0);
    let mut sum = (1.0, 0.0);
    let mut n = 16.0;
    while n > 0.5 {
        let term = product(y, sum);
        let high = term.0 / n;
        // What the quotient leaves, exactly.
        let (back, rest) = exact_product(high, n);
        let low = (term.0 - back - rest + term.1) / n;
        sum = exact_sum(1.0, high);
        sum = exact_sum(sum.0, sum.1 + low);
        n -= 1.0;
    }
    sum
}

/// a + b without loss, |a| ≥ |b| (Dekker 1971).
const fn exact_sum(a: f64, b: f64) -> Double {
    let sum = a + b;
    (sum, b - (sum - a))
}

/// a · b without loss (Dekker 1971, Veltkamp's splitting).
const fn exact_product(a: f64, b: f64) -> Double {
    let (a_high, a_low) = halves(a);
    let (b_high, b_low) = halves(b);
    let product = a * b;
    (product, a_low * b_low - (product - a_high * b_high - a_low * b_high - a_high * b_low))
}

const fn halves(a: f64) -> Double {
    let scaled = 134_217_729.0 * a;
    let high = scaled - (scaled - a);
    (high, a - high)
}

const fn product(a: Double, b: Double) -> Double {
    let (high, low) = exact_product(a.0, b.0);
    exact_sum(high, low + (a.0 * b.1 + a.1 * b.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_high_precision() {
        // Independent code (mpmath, 50 digits), the result correctly rounded.
        let cases = [
            (-700.5, 5.980_196_118_639_791e-305),
            (-36.6, 1.272_981_119_423_418_1e-16),
            (-1.0, 0.367_879_441_171_442_33),
            (-0.3, 0.740_818_220_681_717_9),
            (-1e-5, 0.999_990_000_049_999_8),
            (0.0027, 1.002_703_648_282_715_6),
            (0.5, 1.648_721_270_700_128_2),
            (1.0, std::f64::consts::E),
            (2.0, 7.389_056_098_930_65),
            (10.0, 22_026.465_794_806_718),
            (87.3, 8.201_782_914_391e37),
            (700.25, 1.302_299_736_699_178_3e304),
        ];
        for (x, expected) in cases {
            let got = exp(x);
            let units = got.to_bits().abs_diff(f64::to_bits(expected));
            assert!(units <= 1, "e^{x}: {got} against {expected}");
        }
    }

    /// Table entries against independent code (mpmath, 60 digits): the first, the middle and the last, of which the
    /// last has been through 126 products.
    #[test]
    fn the_table_is_right_to_thirty_digits() {
        let (power, lost) = POWERS[1];
        assert_eq!(power.to_bits(), f64::to_bits(1.005_429_901_112_802_7));
        assert!((lost / 9.447_885_451_727_066e-17 - 1.0).abs() < 1e-12, "{lost}");
        let (power, lost) = POWERS[127];
        assert_eq!(power.to_bits(), f64::to_bits(1.989_198_846_967_266_3));
        assert!((lost / 4.124_842_848_606_488e-18 - 1.0).abs() < 1e-12, "{lost}");
        let (power, lost) = POWERS[64];
        assert_eq!(power.to_bits(), std::f64::consts::SQRT_2.to_bits());
        assert!((lost / -6.835_808_657_661_922e-17 - 1.0).abs() < 1e-12, "{lost}");
    }

    /// libm's errs by less than one unit in the last place, so the two lie at most one apart, everywhere.
    #[test]
    fn agrees_with_the_library_to_a_unit() {
        let mut x = -709.5;
        while x < 709.5 {
            let (ours, theirs) = (exp(x), libm::exp(x));
            assert!(ours.to_bits().abs_diff(theirs.to_bits()) <= 1, "e^{x}: {ours} against {theirs}");
            x += 0.001_234_567;
        }
        for tiny in [0.0, -0.0, 1e-300, -1e-20, 1e-9] {
            assert_eq!(exp(tiny).to_bits(), libm::exp(tiny).to_bits());
        }
    }

    #[test]
    fn column_form_gives_the_same_bits() {
        let mut column: Vec<f64> = (0..1001).map(|i| (f64::from(i) - 500.0) * 1.6).collect();
        column.extend([f64::NAN, f64::INFINITY, 0.3, -0.0]);
        let single: Vec<u64> = column.iter().map(|&x| exp(x).to_bits()).collect();
        exps(&mut column);
        assert_eq!(column.iter().map(|x| x.to_bits()).collect::<Vec<_>>(), single);
    }

    #[test]
    fn the_ends_are_those_of_the_library() {
        for x in [f64::INFINITY, f64::NEG_INFINITY, 709.9, -745.0, -800.0, 1e300] {
            assert_eq!(exp(x).to_bits(), libm::exp(x).to_bits());
        }
        assert!(exp(f64::NAN).is_nan());
    }
}
