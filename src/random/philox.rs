//! The counter-based generator Philox4x32-10.
//!
//! A counter-based generator is a keyed bijection of its counter: any number of the sequence can be computed
//! alone, which is what makes paths replayable and results independent of threads and shards. Source: Salmon,
//! Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC'11; constants as in
//! their Random123 library.

const MULTIPLIER_0: u32 = 0xD251_1F53;
const MULTIPLIER_1: u32 = 0xCD9E_8D57;
const WEYL_0: u32 = 0x9E37_79B9;
const WEYL_1: u32 = 0xBB67_AE85;
const ROUNDS: usize = 10;

/// Product of two 32-bit words as (high, low).
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the two halves of a 64-bit product are wanted")]
fn wide_product(a: u32, b: u32) -> (u32, u32) {
    let product = u64::from(a) * u64::from(b);
    ((product >> 32) as u32, product as u32)
}

/// The block of four 32-bit words at `counter` under `key`.
///
/// ```
/// use cabrio::random::philox4x32_10;
/// // Published known answer (Random123, kat_vectors).
/// assert_eq!(philox4x32_10([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
/// ```
#[inline]
#[must_use]
pub fn philox4x32_10(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    let [mut k0, mut k1] = key;
    for _ in 0..ROUNDS {
        let (high_0, low_0) = wide_product(MULTIPLIER_0, c0);
        let (high_1, low_1) = wide_product(MULTIPLIER_1, c2);
        (c0, c1, c2, c3) = (high_1 ^ c1 ^ k0, low_1, high_0 ^ c3 ^ k1, low_0);
        k0 = k0.wrapping_add(WEYL_0);
        k1 = k1.wrapping_add(WEYL_1);
    }
    [c0, c1, c2, c3]
}

/// Blocks made side by side by [`philox4x32_10_wide`]: two registers of AVX2 for each of the four words.
pub(super) const LANES: usize = 8;
/// 32-bit words, each in 64 bits of its own, so that the wide products need no shuffling.
pub(super) type WideWord = [u64; LANES];

/// [`philox4x32_10`] of several counters under one key.
#[inline(always)]
pub(super) fn philox4x32_10_wide(counter: [WideWord; 4], key: [u32; 2]) -> [WideWord; 4] {
    const LOW: u64 = u32::MAX as u64;
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    let [mut k0, mut k1] = key;
    for _ in 0..ROUNDS {
        for lane in 0..LANES {
            let product_0 = u64::from(MULTIPLIER_0) * (c0[lane] & LOW);
            let product_1 = u64::from(MULTIPLIER_1) * (c2[lane] & LOW);
            c0[lane] = (product_1 >> 32) ^ c1[lane] ^ u64::from(k0);
            c2[lane] = (product_0 >> 32) ^ c3[lane] ^ u64::from(k1);
            c1[lane] = product_1 & LOW;
            c3[lane] = product_0 & LOW;
        }
        k0 = k0.wrapping_add(WEYL_0);
        k1 = k1.wrapping_add(WEYL_1);
    }
    [c0, c1, c2, c3]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        // Published: Random123 kat_vectors, philox4x32 10 rounds (zeros, ones, digits of pi).
        assert_eq!(
            philox4x32_10([0; 4], [0; 2]),
            [1_713_891_541, 3_781_805_453, 3_159_862_348, 2_600_524_760]
        );
        assert_eq!(
            philox4x32_10([u32::MAX; 4], [u32::MAX; 2]),
            [1_083_123_565, 1_103_641_358, 2_718_681_030, 1_834_242_557]
        );
        assert_eq!(
            philox4x32_10(
                [608_135_816, 2_242_054_355, 320_440_878, 57_701_188],
                [2_752_067_618, 698_298_832]
            ),
            [3_513_581_065, 2_499_661_035, 1_342_301_216, 605_187_745]
        );
    }
}
