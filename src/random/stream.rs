//! Streams of uniforms addressed by name, path and draw.
//!
//! A [`Stream`] is nothing but a key made from (seed, name). Number `draw` of path `path` is a pure function of
//! that key and those two indices, so adding a variable moves no other, more paths extend a run without
//! changing it, and any path can be replayed alone.
//!
//! Layout of the Philox counter (part of the determinism contract):
//!
//! | words 0, 1 | word 2 | word 3 | used for |
//! |---|---|---|---|
//! | path / 2, low and high | draw | 0 | uniforms; words 0–1 of the block for an even path, 2–3 for an odd one |
//! | path, low and high | number of the block | 1 | [`StreamRng`] |
//! | cube, low and high | dimension | 3 | [`LatinHypercube`](super::LatinHypercube) |

use std::convert::Infallible;

use rand::TryRng;
use rand::rand_core::utils::fill_bytes_via_next_word;

use super::philox::{LANES, philox4x32_10, philox4x32_10_wide};
use super::wide::widest;

/// Last counter word of uniforms addressed by (path, draw).
const ADDRESSED: u32 = 0;
/// Last counter word of the sequential view.
const SEQUENTIAL: u32 = 1;

/// An endless table of uniforms with one row a path and one column a draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stream {
    key: [u32; 2],
}

impl Stream {
    /// The stream of the variable `name` under `seed`.
    ///
    /// The key is a 64-bit FNV-1a hash of the seed's eight bytes (little-endian) and the name's UTF-8 bytes
    /// (Fowler, Noll and Vo), finished with the bit mixer of splitmix64 (Steele, Lea and Flood 2014) because FNV
    /// alone leaves the high bits of short names poorly mixed.
    ///
    /// ```
    /// use cabrio::random::Stream;
    /// let stream = Stream::new(7, "exit value");
    /// let u = stream.uniform(123, 0);
    /// assert!(0.0 < u && u < 1.0);
    /// ```
    #[must_use]
    pub fn new(seed: u64, name: &str) -> Self {
        const OFFSET_BASIS: u64 = 0xCBF2_9CE4_8422_2325;
        const PRIME: u64 = 0x0000_0100_0000_01B3;
        let mut hash = OFFSET_BASIS;
        for byte in seed.to_le_bytes().iter().chain(name.as_bytes()) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Self { key: words(hash ^ (hash >> 31)) }
    }

    /// The uniform of `path` and `draw`, strictly inside (0, 1).
    ///
    /// It is an odd multiple of 2⁻⁵³, hence the grid is symmetric about 1/2 and `1 − u` is exact; the smallest
    /// and largest values are 2⁻⁵³ and 1 − 2⁻⁵³ (a normal draw reaches ±8.2).
    #[inline]
    #[must_use]
    pub fn uniform(&self, path: u64, draw: u32) -> f64 {
        let [even, odd] = self.pair(path >> 1, draw);
        if path & 1 == 0 { even } else { odd }
    }

    /// The uniforms of consecutive paths from `first_path` on, for one `draw`: the same numbers as
    /// [`Stream::uniform`], at a fraction of the cost: both halves of each block are used, and many blocks are made
    /// side by side.
    pub fn fill(&self, first_path: u64, draw: u32, out: &mut [f64]) {
        widest(
            #[inline(always)]
            || self.fill_side_by_side(first_path, draw, out),
        );
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "to be compiled for the widest instructions")]
    fn fill_side_by_side(self, first_path: u64, draw: u32, out: &mut [f64]) {
        let odd = usize::from(first_path & 1 == 1).min(out.len());
        let (lead, rest) = out.split_at_mut(odd);
        if let [first] = lead {
            *first = self.pair(first_path >> 1, draw)[1];
        }
        let mut pair = first_path.div_ceil(2);
        let mut wide = rest.chunks_exact_mut(2 * LANES);
        for slots in &mut wide {
            let [even, odd] = self.pairs(pair, draw);
            for lane in 0..LANES {
                slots[2 * lane] = even[lane];
                slots[2 * lane + 1] = odd[lane];
            }
            pair += LANES as u64;
        }
        let mut pairs = wide.into_remainder().chunks_exact_mut(2);
        for slot in &mut pairs {
            slot.copy_from_slice(&self.pair(pair, draw));
            pair += 1;
        }
        if let [last] = pairs.into_remainder() {
            *last = self.pair(pair, draw)[0];
        }
    }

    /// The stream as a generator for one path, for samplers that want an unknown number of words.
    ///
    /// Its words are independent of the addressed uniforms of the same path.
    #[must_use]
    pub fn rng(&self, path: u64) -> StreamRng {
        StreamRng { stream: *self, path, next_block: 0, spare: None }
    }

    /// The key, for other uses of Philox that keep apart by the last word of their counter.
    pub(super) fn key(self) -> [u32; 2] {
        self.key
    }

    /// The uniforms of paths `2 × pair` and `2 × pair + 1`.
    #[inline]
    fn pair(self, pair: u64, draw: u32) -> [f64; 2] {
        let [low, high] = words(pair);
        let [a, b, c, d] = philox4x32_10([low, high, draw, ADDRESSED], self.key);
        [open_unit(join(a, b)), open_unit(join(c, d))]
    }

    /// The uniforms of the even paths and of the odd ones of consecutive pairs.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "to be compiled for the widest instructions")]
    fn pairs(self, first: u64, draw: u32) -> [[f64; LANES]; 2] {
        let pair: [u64; LANES] = std::array::from_fn(|lane| first + lane as u64);
        let counter = [
            pair.map(|pair| pair & u64::from(u32::MAX)),
            pair.map(|pair| pair >> 32),
            [u64::from(draw); LANES],
            [u64::from(ADDRESSED); LANES],
        ];
        let [a, b, c, d] = philox4x32_10_wide(counter, self.key);
        [
            std::array::from_fn(|lane| open_unit((b[lane] << 32) | a[lane])),
            std::array::from_fn(|lane| open_unit((d[lane] << 32) | c[lane])),
        ]
    }
}

/// A generator in the sense of `rand` that walks along one path of a [`Stream`].
///
/// After 2³² blocks (2³⁶ bytes) it starts again.
#[derive(Clone, Debug)]
pub struct StreamRng {
    stream: Stream,
    path: u64,
    next_block: u32,
    spare: Option<u64>,
}

impl TryRng for StreamRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.try_next_u64()? >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        if let Some(word) = self.spare.take() {
            return Ok(word);
        }
        let [low, high] = words(self.path);
        let [a, b, c, d] = philox4x32_10([low, high, self.next_block, SEQUENTIAL], self.stream.key);
        self.next_block = self.next_block.wrapping_add(1);
        self.spare = Some(join(c, d));
        Ok(join(a, b))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        fill_bytes_via_next_word(bytes, || self.try_next_u64())
    }
}

/// The centre of one of 2⁵² equal cells of (0, 1), chosen by the top 52 bits of `word`.
#[inline]
#[must_use]
pub(super) fn open_unit(word: u64) -> f64 {
    /// Exponent bits of the binade [1, 2).
    const ONE: u64 = 0x3FF0_0000_0000_0000;
    // Both subtraction and addition are exact: multiples of 2⁻⁵³ below 1. Bit operations, unlike a conversion
    // from u64, have vector instructions everywhere.
    (f64::from_bits(ONE | (word >> 12)) - 1.0) + f64::EPSILON / 2.0
}

/// Low and high half.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the two halves are wanted")]
fn words(value: u64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}

/// The word with these halves.
#[inline]
fn join(low: u32, high: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    #[test]
    fn fill_equals_single_draws_from_any_start_and_length() {
        let stream = Stream::new(1, "a");
        for first in [0_u64, 1, 2, 7, (1 << 33) - 3] {
            for length in [0, 1, 2, 3, 4, 5, 15, 16, 17, 18, 35, 67_u64] {
                let mut out = vec![f64::NAN; usize::try_from(length).unwrap()];
                stream.fill(first, 3, &mut out);
                let single = (first..first + length).map(|p| stream.uniform(p, 3).to_bits());
                assert!(out.iter().map(|u| u.to_bits()).eq(single), "first {first}, length {length}");
            }
        }
    }

    #[test]
    fn uniforms_lie_strictly_inside() {
        // Hand-worked: the first and the last cell of width 2⁻⁵².
        assert_eq!(open_unit(0).to_bits(), (0.5 * f64::EPSILON).to_bits());
        assert_eq!(open_unit(u64::MAX).to_bits(), (1.0 - 0.5 * f64::EPSILON).to_bits());
    }

    #[test]
    fn every_part_of_the_address_matters() {
        let base = Stream::new(1, "a");
        let others = [
            base.uniform(0, 0),
            base.uniform(1, 0),
            base.uniform(2, 0),
            base.uniform(0, 1),
            base.uniform(1 << 40, 0),
            Stream::new(2, "a").uniform(0, 0),
            Stream::new(1, "b").uniform(0, 0),
            Stream::new(1, "").uniform(0, 0),
            open_unit(base.rng(0).next_u64()),
        ];
        for (i, a) in others.iter().enumerate() {
            assert!(others[i + 1..].iter().all(|b| a.to_bits() != b.to_bits()));
        }
    }

    #[test]
    fn values_are_stable() {
        // Independent code (a Python transcription of the documented layout). A change here breaks every
        // published result.
        let stream = Stream::new(20_260_420, "exit value");
        assert_eq!(stream.key, [2_137_217_201, 4_154_501_997]);
        let uniforms = [stream.uniform(0, 0), stream.uniform(1, 0), stream.uniform(0, 1)];
        let expected = [0.428_890_219_161_393_36, 0.882_019_025_166_181_6, 0.311_677_747_435_476_94];
        assert_eq!(uniforms.map(f64::to_bits), expected.map(f64::to_bits));
        let mut rng = stream.rng(5);
        let words = [11_437_025_230_152_185_877, 1_168_371_745_938_057_652, 11_698_518_509_484_337_801];
        assert_eq!([rng.next_u64(), rng.next_u64(), rng.next_u64()], words);
        let mut bytes = [0; 5];
        rng.fill_bytes(&mut bytes);
        assert_eq!(bytes, [16, 161, 224, 239, 106]);
    }

    #[test]
    fn neighbouring_cells_are_uncorrelated() {
        // Products of centred uniforms have mean 0 and variance 1/144; 4.4 standard errors: a false alarm
        // once in 100,000 for each of the four neighbours.
        let stream = Stream::new(11, "x");
        let twin = Stream::new(12, "x");
        let n = 200_000_u64;
        let mut sums = [0.0_f64; 4];
        for path in 0..n {
            let u = stream.uniform(path, 0) - 0.5;
            let neighbours = [
                stream.uniform(path + 1, 0),
                stream.uniform(path, 1),
                twin.uniform(path, 0),
                open_unit(stream.rng(path).next_u64()),
            ];
            for (sum, v) in sums.iter_mut().zip(neighbours) {
                *sum += u * (v - 0.5);
            }
        }
        let limit = 4.4 * (n as f64 / 144.0).sqrt();
        assert!(sums.iter().all(|sum| sum.abs() < limit), "{sums:?} against {limit}");
    }
}
