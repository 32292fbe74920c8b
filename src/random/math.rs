//! Elementary functions and the standard normal law.
//!
//! Everything is built on `libm` or written here, never on the platform's mathematics library, so that the same inputs give
//! the same bits on every machine.

use std::f64::consts::FRAC_1_SQRT_2;

pub use super::exponential::{exp, exps};
use super::wide::widest;

/// Natural logarithm; minus infinity at 0 and NaN below.
#[inline]
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `base^exponent`.
#[inline]
#[must_use]
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// Logistic function `1 / (1 + e^-y)`, accurate in relative terms for very negative `y`.
#[inline]
#[must_use]
pub fn logistic(y: f64) -> f64 {
    if y < 0.0 {
        let e = exp(y);
        e / (1.0 + e)
    } else {
        1.0 / (1.0 + exp(-y))
    }
}

/// Log-odds `ln(u / (1 - u))`, the inverse of [`logistic`].
#[inline]
#[must_use]
pub fn logit(u: f64) -> f64 {
    libm::log(u) - libm::log1p(-u)
}

/// Density of the standard normal law.
#[inline]
#[must_use]
pub fn normal_pdf(x: f64) -> f64 {
    const INVERSE_SQRT_TWO_PI: f64 = 0.398_942_280_401_432_7;
    INVERSE_SQRT_TWO_PI * exp(-0.5 * x * x)
}

/// P(Z ≤ x) for a standard normal Z, by the complementary error function (DLMF 7.20.1), so that
/// the lower tail keeps its relative accuracy.
#[inline]
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// The x with P(Z ≤ x) = `p` for a standard normal Z: about 16 correct digits.
///
/// Minus or plus infinity at 0 and 1, NaN outside. Source: Wichura (1988), "Algorithm AS 241: the percentage
/// points of the normal distribution", Applied Statistics 37(3), routine PPND16.
#[inline]
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= CENTRE { quantile_centre(q) } else { quantile_tail(p, q) }
}

/// [`normal_quantile`] of every element, in place; the same bits as the single form.
///
/// The rational function of the centre (85 % of all draws) runs over whole chunks on the widest instructions; the tails are
/// gathered and go through theirs together, but for the one in forty billion that needs the third.
pub fn normal_quantiles(u_to_z: &mut [f64]) {
    widest(
        #[inline(always)]
        || {
            let mut gathered =
                Gathered { places: [0; CHUNK], tails: [0.0; CHUNK], values: [(0.0, 0.0); CHUNK] };
            for chunk in u_to_z.chunks_mut(CHUNK) {
                normal_quantiles_of_chunk(chunk, &mut gathered);
            }
        },
    );
}

/// Numbers that are looked at together.
const CHUNK: usize = 256;

/// Numbers of a chunk that lie in the tails: where, and what becomes of them.
struct Gathered {
    places: [u16; CHUNK],
    tails: [f64; CHUNK],
    values: [(f64, f64); CHUNK],
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled for the instructions of the loop around it")]
fn normal_quantiles_of_chunk(u_to_z: &mut [f64], Gathered { places, tails, values }: &mut Gathered) {
    let mut count = 0;
    for (place, u) in (0_u16..).zip(u_to_z.iter()) {
        let q = *u - 0.5;
        (places[count], tails[count]) = (place, *u);
        count += usize::from(!(q.abs() <= CENTRE));
    }
    for u in u_to_z.iter_mut() {
        *u = quantile_centre(*u - 0.5);
    }
    let tails = &tails[..count];
    for (value, &p) in values.iter_mut().zip(tails) {
        let q = p - 0.5;
        let r = (-ln_positive(if q < 0.0 { p } else { 1.0 - p })).sqrt();
        let x = ratio(r - 1.6, &TAIL_TOP, &TAIL_BOTTOM);
        *value = (r, if q < 0.0 { -x } else { x });
    }
    for ((&place, &p), &mut (r, z)) in places.iter().zip(tails).zip(values) {
        u_to_z[usize::from(place)] = if r <= 5.0 { z } else { quantile_tail(p, p - 0.5) };
    }
}

/// [`ln`] of a positive number that is neither subnormal nor infinite, without a branch; something else of all others.
///
/// Source: FreeBSD's `e_log.c` (Sun Microsystems 1993), which libm follows: the same steps, so the same bits.
#[inline(always)]
fn ln_positive(x: f64) -> f64 {
    const LN_2_HIGH: f64 = f64::from_bits(0x3FE6_2E42_FEE0_0000);
    const LN_2_LOW: f64 = f64::from_bits(0x3DEA_39EF_3579_3C76);
    const LG_1: f64 = f64::from_bits(0x3FE5_5555_5555_5593);
    const LG_2: f64 = f64::from_bits(0x3FD9_9999_9997_FA04);
    const LG_3: f64 = f64::from_bits(0x3FD2_4924_9422_9359);
    const LG_4: f64 = f64::from_bits(0x3FCC_71C5_1D8E_78AF);
    const LG_5: f64 = f64::from_bits(0x3FC7_4664_96CB_03DE);
    const LG_6: f64 = f64::from_bits(0x3FC3_9A09_D078_C69F);
    const LG_7: f64 = f64::from_bits(0x3FC2_F112_DF3E_5244);
    /// High bits of √½, where the range of the reduced number begins.
    const ROOT_HALF: u64 = 0x3FE6_A09E << 32;
    const ONE: u64 = 0x3FF0_0000 << 32;
    /// 2⁵²: an exponent below it, put into its fraction, becomes a number without a conversion.
    const WHOLE: u64 = 0x4330_0000_0000_0000;
    const BIAS: f64 = 4_503_599_627_370_496.0 + 1023.0;
    let shifted = x.to_bits().wrapping_add(ONE - ROOT_HALF);
    let exponent = f64::from_bits(WHOLE | (shifted >> 52)) - BIAS;
    let f = f64::from_bits((shifted & ((1 << 52) - 1)) + ROOT_HALF) - 1.0;
    let half_square = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (LG_2 + w * (LG_4 + w * LG_6));
    let odd = z * (LG_1 + w * (LG_3 + w * (LG_5 + w * LG_7)));
    let r = odd + even;
    s * (half_square + r) + exponent * LN_2_LOW - half_square + f + exponent * LN_2_HIGH
}

/// Half-width of the middle region of AS 241.
const CENTRE: f64 = 0.425;

/// Ratio of two polynomials of degree 7, coefficients in ascending order.
#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled for the instructions of the loop around it")]
fn ratio(r: f64, top: &[f64; 8], bottom: &[f64; 8]) -> f64 {
    let mut a = top[7];
    let mut b = bottom[7];
    for i in (0..7).rev() {
        a = a * r + top[i];
        b = b * r + bottom[i];
    }
    a / b
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled for the instructions of the loop around it")]
fn quantile_centre(q: f64) -> f64 {
    q * ratio(CENTRE * CENTRE - q * q, &CENTRE_TOP, &CENTRE_BOTTOM)
}

fn quantile_tail(p: f64, q: f64) -> f64 {
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail == 0.0 {
        return if q < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let r = (-libm::log(tail)).sqrt();
    let x = if r <= 5.0 {
        ratio(r - 1.6, &TAIL_TOP, &TAIL_BOTTOM)
    } else {
        ratio(r - 5.0, &FAR_TOP, &FAR_BOTTOM)
    };
    if q < 0.0 { -x } else { x }
}

/// Numerator (a0 to a7 of the paper) where |p − 1/2| ≤ 0.425.
const CENTRE_TOP: [f64; 8] = [
    3.387_132_872_796_366_5,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
/// Denominator (1, b1 to b7) there.
const CENTRE_BOTTOM: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_854,
];
/// Numerator (c0 to c7) where √(−ln tail) ≤ 5.
const TAIL_TOP: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    0.000_774_545_014_278_341_4,
];
/// Denominator (1, d1 to d7) there.
const TAIL_BOTTOM: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    0.000_547_593_808_499_534_5,
    1.050_750_071_644_416_9e-9,
];
/// Numerator (e0 to e7) beyond.
const FAR_TOP: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
/// Denominator (1, f1 to f7) there.
const FAR_BOTTOM: [f64; 8] = [
    1.0,
    0.599_832_206_555_888,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    0.000_786_869_131_145_613_3,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_7e-15,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Independent code (mpmath, 50 digits): Newton's method on the logarithm of the tail.
    const INVERSE_NORMAL: [(f64, f64); 11] = [
        (1e-300, -37.047_096_299_361_2),
        (1e-16, -8.222_082_216_130_436),
        (1e-10, -6.361_340_902_404_056),
        (0.001, -3.090_232_306_167_813_5),
        (0.025, -1.959_963_984_540_054_2),
        (0.07, -1.475_791_028_179_170_7),
        (0.075, -1.439_531_470_938_456),
        (0.3, -0.524_400_512_708_041),
        (0.5, 0.0),
        (0.999, 3.090_232_306_167_813),
        (1.0 - f64::EPSILON / 2.0, 8.209_536_151_601_387),
    ];

    #[test]
    fn normal_quantile_matches_high_precision() {
        for (p, z) in INVERSE_NORMAL {
            let got = normal_quantile(p);
            assert!((got - z).abs() <= 1e-14 * (1.0 + z.abs()), "p = {p}: {got} against {z}");
        }
    }

    #[test]
    fn normal_quantile_at_and_beyond_the_ends() {
        assert_eq!(normal_quantile(0.0).to_bits(), f64::NEG_INFINITY.to_bits());
        assert_eq!(normal_quantile(1.0).to_bits(), f64::INFINITY.to_bits());
        assert!(normal_quantile(-0.1).is_nan() && normal_quantile(1.1).is_nan());
        assert!(normal_quantile(f64::NAN).is_nan());
    }

    #[test]
    fn block_form_gives_the_same_bits() {
        let mut block: Vec<f64> = (0..1001).map(|i| (f64::from(i) + 0.5) / 1001.0).collect();
        block.extend([
            0.0,
            1.0,
            -0.1,
            1.1,
            f64::NAN,
            1e-300,
            1e-320,
            1e-10,
            1.4e-11,
            1.0 - f64::EPSILON,
            0.925,
            0.075,
        ]);
        let single: Vec<u64> = block.iter().map(|&u| normal_quantile(u).to_bits()).collect();
        normal_quantiles(&mut block);
        assert_eq!(block.iter().map(|z| z.to_bits()).collect::<Vec<_>>(), single);
    }

    #[test]
    fn the_branchless_logarithm_is_that_of_the_library() {
        let mut x = f64::MIN_POSITIVE;
        while x < 1e300 {
            assert_eq!(ln_positive(x).to_bits(), libm::log(x).to_bits(), "{x}");
            x *= 1.003_7;
        }
        for i in 1..100_000 {
            let x = f64::from(i) / 50_000.0;
            assert_eq!(ln_positive(x).to_bits(), libm::log(x).to_bits(), "{x}");
        }
    }

    #[test]
    fn normal_cdf_matches_high_precision() {
        // Independent code (mpmath, 50 digits). The rounding of x/√2 costs about x² units in the last place.
        let cases = [
            (-37.0, 5.725_571_222_524_577e-300),
            (-10.0, 7.619_853_024_160_526e-24),
            (-1.0, 0.158_655_253_931_457_05),
            (0.3, 0.617_911_422_188_952_6),
            (2.0, 0.977_249_868_051_820_8),
            (8.0, 0.999_999_999_999_999_4),
        ];
        for (x, p) in cases {
            let got = normal_cdf(x);
            assert!((got / p - 1.0).abs() <= (2.0 + x * x) * f64::EPSILON, "x = {x}: {got} against {p}");
        }
    }

    #[test]
    fn logit_undoes_logistic() {
        for y in [-700.0, -40.0, -1.5, 0.0, 1e-9, 2.0, 20.0] {
            // 1 − u is rounded to a multiple of 2⁻⁵³, which costs e^y of those in y.
            let slack = f64::EPSILON * (4.0 + 2.0 * exp(y) + f64::abs(y));
            assert!((logit(logistic(y)) - y).abs() <= slack, "y = {y}");
        }
    }
}
