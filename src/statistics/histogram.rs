//! [`Histogram`]: integer counts in round bins, with the atoms of the distribution kept apart.

use super::count_of;
use super::quantile::SortedSample;

/// How the bins are spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Bins of equal width.
    Linear,
    /// Bins of equal ratio, a round number of them to the decade.
    Logarithmic,
}

/// One exact value that many paths share: all lost, repaid at par, capped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Atom {
    /// The value, in the unit of the column.
    pub value: f64,
    /// Paths that have exactly this value.
    pub count: u64,
}

/// Counts of a sample for display. `counts`, `atoms`, `below` and `above` add up to the defined paths.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Spacing of the bins.
    pub scale: Scale,
    /// Edges of the bins, ascending: bin i holds edge i ≤ x < edge i+1, the last bin its upper edge too.
    /// Empty if nothing but atoms was found.
    pub edges: Vec<f64>,
    /// Paths in each bin, atoms not among them; one fewer than the edges.
    pub counts: Vec<u64>,
    /// The atoms, ascending.
    pub atoms: Vec<Atom>,
    /// Paths below the first edge, atoms not among them.
    pub below: u64,
    /// Paths above the last edge, atoms not among them.
    pub above: u64,
    /// Paths on which the value is undefined.
    pub undefined: u64,
}

/// Share of paths from which an exact value counts as an atom.
const ATOM_SHARE: f64 = 0.005;
/// Share of the continuous part that may lie beyond the display at either end.
const CUT: f64 = 0.005;
/// A longer tail than this share of the display is cut, a shorter one is shown.
const SHORT_TAIL: f64 = 0.1;
/// Bins are logarithmic, unless asked otherwise, if the ends of the display are at least this ratio apart …
const WIDE_RATIO: f64 = 100.0;
/// … and half of the paths would be crowded into this share of a linear display.
const CROWDED: f64 = 0.1;
/// Fewest and most bins.
const BINS: (usize, usize) = (30, 60);

impl Histogram {
    /// Bins chosen from the data: 30 to 60 of them, on round edges (steps of 1, 2, 2.5 or 5 times a power of
    /// ten, in log₁₀ where the scale is logarithmic), as near as that allows to the rule of Freedman &
    /// Diaconis (1981), width 2·IQR·n^(−1/3). The display ends at P0.5 and P99.5 of the continuous part, or
    /// at its extreme where that is near. Exact values on at least 0.5 % of paths are atoms and stay out of
    /// the bins.
    ///
    /// Logarithmic if asked for, or if `scale` is `None`, the display spans a factor of 100 and a linear one
    /// would crowd half of the paths into a tenth of its width; linear wherever it reaches nought or below.
    /// `None` for an empty sample.
    ///
    /// ```
    /// use cabrio::statistics::{Histogram, SortedSample};
    /// let column: Vec<f64> = (0..1000).map(|i| if i < 200 { 0.0 } else { f64::from(i) / 1000.0 }).collect();
    /// let histogram = Histogram::new(&SortedSample::new(&column), None).unwrap();
    /// assert_eq!((histogram.atoms[0].value, histogram.atoms[0].count), (0.0, 200));
    /// assert_eq!(histogram.counts.iter().sum::<u64>(), 800);
    /// ```
    #[must_use]
    pub fn new(sample: &SortedSample, scale: Option<Scale>) -> Option<Self> {
        if sample.is_empty() {
            return None;
        }
        let rest = Continuous::new(sample);
        let (scale, edges) = rest.bins(scale);
        Some(Self::count(sample, scale, edges, rest.atoms))
    }

    /// The same bins for another sample, so that two cases can be laid over each other; its own atoms.
    #[must_use]
    pub fn with_bins_of(&self, sample: &SortedSample) -> Self {
        Self::count(sample, self.scale, self.edges.clone(), atoms(sample))
    }

    fn count(sample: &SortedSample, scale: Scale, edges: Vec<f64>, atoms: Vec<Atom>) -> Self {
        let in_atoms = |holds: &dyn Fn(f64) -> bool| -> u64 {
            atoms.iter().filter(|a| holds(a.value)).map(|a| a.count).sum()
        };
        let n = sample.len() as u64;
        let (Some(&first), Some(&last)) = (edges.first(), edges.last()) else {
            // No display: what is no atom lies outside it.
            let above = n - in_atoms(&|_| true);
            return Self {
                scale,
                edges,
                counts: Vec::new(),
                atoms,
                below: 0,
                above,
                undefined: sample.undefined() as u64,
            };
        };
        let counts = edges
            .windows(2)
            .map(|bin| {
                let (low, high) = (bin[0], bin[1]);
                let closed = high >= last;
                let end = if closed { sample.count_at_most(high) } else { sample.count_below(high) };
                let all = end - sample.count_below(low);
                all as u64 - in_atoms(&|x| low <= x && (x < high || (closed && x <= high)))
            })
            .collect();
        let below = sample.count_below(first) as u64 - in_atoms(&|x| x < first);
        let above = n - sample.count_at_most(last) as u64 - in_atoms(&|x| x > last);
        Self { scale, edges, counts, atoms, below, above, undefined: sample.undefined() as u64 }
    }
}

/// Exact values on at least 0.5 % of paths (and on two of them), ascending.
fn atoms(sample: &SortedSample) -> Vec<Atom> {
    let least = count_of(libm::ceil(sample.len() as f64 * ATOM_SHARE)).max(2);
    let many = sample.equal_values().filter(|equal| equal.exact && equal.paths >= least);
    // Adding nought turns −0 into 0.
    many.map(|equal| Atom { value: equal.value + 0.0, count: equal.paths as u64 }).collect()
}

/// A sample seen without its atoms.
struct Continuous<'a> {
    sample: &'a SortedSample,
    atoms: Vec<Atom>,
    n: usize,
}

impl<'a> Continuous<'a> {
    fn new(sample: &'a SortedSample) -> Self {
        let atoms = atoms(sample);
        let in_atoms: u64 = atoms.iter().map(|a| a.count).sum();
        let n = sample.len() - count_of(in_atoms as f64);
        Self { sample, atoms, n }
    }

    /// Value at a share `p` of the continuous part, to the nearest path below: good enough to choose bins.
    fn quantile(&self, p: f64) -> Option<f64> {
        let mut index = count_of(libm::floor(self.n.checked_sub(1)? as f64 * p));
        for atom in &self.atoms {
            if self.sample.count_below(atom.value) <= index {
                index += count_of(atom.count as f64);
            }
        }
        self.sample.at(index)
    }

    /// Scale and edges of the bins; no edges if there is nothing to bin or it is infinite.
    fn bins(&self, scale: Option<Scale>) -> (Scale, Vec<f64>) {
        let shares = [0.0, CUT, 0.25, 0.5, 0.75, 1.0 - CUT, 1.0];
        let marks = shares.map(|p| self.quantile(p).unwrap_or(f64::NAN));
        let [_, low, _, median, _, high, _] = marks;
        let logarithmic = match scale {
            Some(asked) => asked == Scale::Logarithmic,
            None => high >= WIDE_RATIO * low && median - low <= CROWDED * (high - low),
        };
        if logarithmic && low > 0.0 {
            // A minimum at or below nought is no end for a logarithmic display: log10 is −∞ or NaN there.
            let edges = self.edges(marks.map(libm::log10));
            (Scale::Logarithmic, edges.into_iter().map(libm::exp10).collect())
        } else {
            (Scale::Linear, self.edges(marks))
        }
    }

    /// Round edges for the continuous part with the given minimum, P0.5, quartiles, P99.5 and maximum.
    fn edges(&self, [min, low, q1, _, q3, high, max]: [f64; 7]) -> Vec<f64> {
        let margin = SHORT_TAIL * (high - low);
        let low = if low - min <= margin { min } else { low };
        let high = if max - high <= margin { max } else { high };
        if !(low.is_finite() && high.is_finite()) {
            return Vec::new();
        }
        let size = low.abs().max(high.abs());
        // A single value, or as good as one, gets a display of its own size.
        let (low, high) = if high - low > 1e-9 * size {
            (low, high)
        } else {
            let half = if size > 0.0 { size / 2.0 } else { 0.5 };
            (low - half, high + half)
        };
        let width = 2.0 * (q3 - q1) / libm::cbrt(self.n as f64);
        let wanted = if width > 0.0 { (high - low) / width } else { BINS.0 as f64 };
        round_edges(low, high, wanted)
    }
}

/// Edges at multiples of a round step that cover `low` to `high`, in 30 to 60 bins, as near to `wanted` as
/// can be. A step of the series 1, 2, 2.5, 5 that does so always exists: neighbours differ by a factor of 2
/// at most.
fn round_edges(low: f64, high: f64, wanted: f64) -> Vec<f64> {
    let decade = libm::floor(libm::log10((high - low) / BINS.1 as f64));
    let mut best: Option<(f64, Step)> = None;
    for exponent in [decade, decade + 1.0] {
        for digits in [10.0, 20.0, 25.0, 50.0] {
            let step = Step { digits, exponent: exponent - 1.0 };
            let (first, last) = step.cover(low, high);
            let bins = last - first;
            if !(BINS.0 as f64 <= bins && bins <= BINS.1 as f64) {
                continue;
            }
            let distance = libm::fabs(libm::log(bins / wanted.max(1.0)));
            if best.as_ref().is_none_or(|(least, _)| distance < *least) {
                best = Some((distance, step));
            }
        }
    }
    let Some((_, step)) = best else { return Vec::new() };
    let (first, last) = step.cover(low, high);
    (0..=count_of(last - first)).map(|i| step.edge(first + i as f64)).collect()
}

/// A round width, `digits` × 10^`exponent`.
struct Step {
    digits: f64,
    exponent: f64,
}

impl Step {
    /// The `k`-th multiple, rounded once, so that edges print as 0.3 and not 0.30000000000000004.
    fn edge(&self, k: f64) -> f64 {
        let digits = k * self.digits;
        if self.exponent < 0.0 {
            digits / libm::exp10(-self.exponent)
        } else {
            digits * libm::exp10(self.exponent)
        }
    }

    /// Multiples at or outside both ends.
    fn cover(&self, low: f64, high: f64) -> (f64, f64) {
        let width = self.edge(1.0);
        (libm::floor(low / width), libm::ceil(high / width))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::Random;
    use proptest::prelude::*;

    fn histogram(column: &[f64]) -> Histogram {
        Histogram::new(&SortedSample::new(column), None).unwrap()
    }

    fn total(h: &Histogram) -> u64 {
        h.counts.iter().sum::<u64>() + h.atoms.iter().map(|a| a.count).sum::<u64>() + h.below + h.above
    }

    /// Hand-worked: for 0, 0.001, …, 0.999 Freedman & Diaconis want a width of 2·0.5/10, ten bins; the fewest
    /// allowed on round edges are 40, of 0.025, with 25 values each.
    #[test]
    fn uniform_values_fall_evenly_into_round_bins() {
        let h = histogram(&(0..1000).map(|i| f64::from(i) / 1000.0).collect::<Vec<_>>());
        assert_eq!((h.scale, h.counts.len(), h.below, h.above), (Scale::Linear, 40, 0, 0));
        assert_eq!((h.edges[3], h.edges[40]), (0.075, 1.0));
        assert!(h.counts.iter().all(|&c| c == 25), "{:?}", h.counts);
    }

    #[test]
    fn atoms_are_kept_apart_and_not_counted_twice() {
        let mut column = Random::new(1).column(10_000, Random::uniform);
        column.extend([0.0; 500].iter().chain(&[-0.0; 500]).chain(&[0.5; 300]).chain(&[0.25; 20]));
        column.push(f64::NAN);
        let h = histogram(&column);
        assert_eq!(h.atoms, [Atom { value: 0.0, count: 1000 }, Atom { value: 0.5, count: 300 }]);
        assert_eq!((total(&h), h.undefined), (11_320, 1));
        assert_eq!(h.counts.iter().sum::<u64>(), 10_020);
    }

    /// A wide positive range is shown in logarithms, with powers of ten among the edges.
    #[test]
    fn lognormal_values_get_logarithmic_bins() {
        let h = histogram(&Random::new(2).column(50_000, |r| r.lognormal(20.0, 1.5)));
        assert_eq!((h.scale, total(&h)), (Scale::Logarithmic, 50_000));
        assert!((30..=60).contains(&h.counts.len()), "{}", h.counts.len());
        assert!(h.edges.contains(&1e9) && h.edges.contains(&1e8), "{:?}", h.edges);
        // P0.5 and P99.5, the bins' roundness aside.
        assert!(0 < h.above && h.above <= 250 && 0 < h.below && h.below <= 250, "{} {}", h.below, h.above);
        let linear = Histogram::new(&SortedSample::new(&[1.0, 10.0, 1e4]), Some(Scale::Linear)).unwrap();
        assert_eq!((linear.scale, total(&linear)), (Scale::Linear, 3));
    }

    #[test]
    fn degenerate_samples() {
        assert_eq!(Histogram::new(&SortedSample::new(&[f64::NAN]), None), None);
        let flat = histogram(&[3.0; 100]);
        assert_eq!((flat.edges.len(), flat.counts.len(), flat.atoms.len(), total(&flat)), (0, 0, 1, 100));
        let mut one = vec![0.0; 1000];
        one.push(5.0);
        let h = histogram(&one);
        assert_eq!((h.counts.iter().sum::<u64>(), h.atoms.len()), (1, 1));
        let nought = histogram(&[0.0]);
        assert_eq!((nought.counts.iter().sum::<u64>(), total(&nought)), (1, 1));
        assert_eq!(total(&histogram(&[1.0, f64::INFINITY])), 2);
    }

    #[test]
    fn shared_bins_count_the_other_sample_whole() {
        let mut random = Random::new(4);
        let h = histogram(&random.column(1000, Random::normal));
        let other = SortedSample::new(&random.column(2000, |r| 1.0 + r.normal()));
        let shifted = h.with_bins_of(&other);
        assert_eq!((&shifted.edges, total(&shifted)), (&h.edges, 2000));
    }

    proptest! {
        /// Every path is counted once, in 30 to 60 bins, whatever the sample.
        #[test]
        fn counts_add_up(
            mut column in prop::collection::vec(prop_oneof![Just(0.0), Just(1.0), -10.0..1e3], 1..600),
            scale in 1e-9..1e12_f64, offset in -1.0..1.0_f64,
        ) {
            for x in &mut column {
                *x = (*x + offset) * scale;
            }
            let h = histogram(&column);
            prop_assert_eq!(total(&h), column.len() as u64);
            prop_assert!(h.counts.is_empty() || (30..=60).contains(&h.counts.len()), "{}", h.counts.len());
            prop_assert!(h.edges.windows(2).all(|e| e[0] < e[1]));
            prop_assert!(!h.counts.is_empty() || h.atoms.iter().map(|a| a.count).sum::<u64>() == total(&h));
        }
    }
}
