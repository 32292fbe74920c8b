//! [`Spread`]: how the values of a column are spread, in memory that does not grow with the number of paths.

use super::quantile::SortedSample;
use super::units::Units;

/// Binary digits of a value that tell its bin apart from others of its power of two.
const DIGITS: u32 = 12;
/// The same where groups of paths are told apart.
const COARSE_DIGITS: u32 = 6;
const BINS: usize = 1 << DIGITS;
const COARSE: usize = 1 << COARSE_DIGITS;
/// Sign and exponents of an `f64`.
const PAGES: usize = 1 << 12;
/// Bits of an `f64` below those that make a bin.
const BELOW: u32 = 52 - DIGITS;

/// How far a value in a bin may lie from the middle that stands for it, relative to the value: half a bin, 2⁻¹³ = 0.0122 %.
pub const SPREAD_ERROR: f64 = 1.0 / 8192.0;

/// Most values of a column that are counted by themselves.
const MOST_ATOMS: usize = 1024;
/// Paths of a pilot that must share a value for that.
const FEWEST: usize = 8;

/// Counts of values in 4,096 bins of equal width to each power of two, and exact counts of values that many paths share.
///
/// The bins are cut by the leading digits of the numbers themselves, so a bin is found without a logarithm, and all counts are
/// integers: any order and grouping of paths gives the same. A value read from a bin is off by [`SPREAD_ERROR`] of itself at most;
/// values counted by themselves, and 0, are exact. Which ones these are is learnt from the first paths of a run ([`atoms_of`]).
/// Where errors come from groups of paths, each group is counted apart in 64 bins to a power of two.
#[derive(Clone, Debug)]
pub struct Spread {
    atoms: Vec<f64>,
    atom_counts: Vec<u64>,
    table: Table,
    slots: Vec<u32>,
    pages: Vec<Page>,
    undefined: u64,
    groups: Option<Groups>,
}

/// Equal counts, in whatever order the values came.
impl PartialEq for Spread {
    fn eq(&self, other: &Self) -> bool {
        self.counts() == other.counts()
    }
}

/// The bins of one sign and power of two.
#[derive(Clone, Debug)]
struct Page {
    number: usize,
    counts: Vec<u64>,
    /// By coarse bin and group.
    groups: Vec<u64>,
}

/// What is counted apart for each group.
#[derive(Clone, Debug)]
struct Groups {
    units: Units,
    /// By atom and group.
    atoms: Vec<u64>,
    undefined: Vec<u64>,
}

/// The plain content of a [`Spread`], to be stored and read back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpreadCounts {
    /// Values counted by themselves, ascending.
    pub atoms: Vec<f64>,
    /// Paths that have them.
    pub atom_counts: Vec<u64>,
    /// Undefined values.
    pub undefined: u64,
    /// Number of the page, its counts, and its counts by group; ascending.
    pub pages: Vec<(u64, Vec<u64>, Vec<u64>)>,
    /// Atoms by group.
    pub group_atoms: Vec<u64>,
    /// Undefined values by group.
    pub group_undefined: Vec<u64>,
}

/// The values of a pilot column that at least eight paths share, ascending; the 1,024 most frequent ones. 0 is always one.
#[must_use]
pub fn atoms_of(pilot: &[f64]) -> Vec<f64> {
    let sorted = SortedSample::new(pilot);
    let mut shared: Vec<(usize, f64)> = sorted
        .values()
        .chunk_by(|a, b| a >= b)
        .filter(|equal| equal.len() >= FEWEST && equal[0] != 0.0)
        .map(|equal| (equal.len(), equal[0]))
        .collect();
    // The sort is stable: of equally frequent values the smaller ones come first.
    shared.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    shared.truncate(MOST_ATOMS - 1);
    let mut atoms: Vec<f64> = shared.into_iter().map(|(_, value)| value).chain([0.0]).collect();
    atoms.sort_by(f64::total_cmp);
    atoms
}

impl Spread {
    /// Nothing counted yet; `atoms` ascending and with 0 among them, as [`atoms_of`] gives them.
    #[must_use]
    pub fn new(atoms: Vec<f64>, units: Option<Units>) -> Self {
        let groups = units.map(|units| Groups {
            units,
            atoms: vec![0; atoms.len() * units.groups as usize],
            undefined: vec![0; units.groups as usize],
        });
        Self {
            atom_counts: vec![0; atoms.len()],
            table: Table::new(&atoms),
            atoms,
            slots: vec![0; PAGES],
            pages: Vec::new(),
            undefined: 0,
            groups,
        }
    }

    /// Counts the values of consecutive paths; NaN is undefined.
    pub fn add(&mut self, first_path: u64, values: impl Iterator<Item = f64>) {
        for (path, value) in (first_path..).zip(values) {
            let group = self.groups.as_ref().map(|groups| group_of(groups.units, path));
            // Adding nought turns −0 into 0.
            self.count(value + 0.0, group);
        }
    }

    fn count(&mut self, value: f64, group: Option<usize>) {
        if value.is_nan() {
            self.undefined += 1;
            if let (Some(groups), Some(group)) = (&mut self.groups, group) {
                groups.undefined[group] += 1;
            }
            return;
        }
        if let Some(atom) = self.table.find(value) {
            self.atom_counts[atom] += 1;
            if let (Some(groups), Some(group)) = (&mut self.groups, group) {
                groups.atoms[atom * groups.units.groups as usize + group] += 1;
            }
            return;
        }
        let key = value.to_bits() >> BELOW;
        let (number, bin) = ((key >> DIGITS) as usize, (key as usize) & (BINS - 1));
        let page = self.page(number);
        page.counts[bin] += 1;
        if let Some(group) = group {
            let width = page.groups.len() / COARSE;
            page.groups[(bin >> (DIGITS - COARSE_DIGITS)) * width + group] += 1;
        }
    }

    fn page(&mut self, number: usize) -> &mut Page {
        if self.slots[number] == 0 {
            let groups = self.groups.as_ref().map_or(0, |groups| groups.units.groups as usize);
            self.pages.push(Page { number, counts: vec![0; BINS], groups: vec![0; COARSE * groups] });
            self.slots[number] = u32::try_from(self.pages.len()).unwrap_or(u32::MAX);
        }
        &mut self.pages[self.slots[number] as usize - 1]
    }

    /// Adds the counts of other paths of the same run.
    pub fn append(&mut self, more: &Spread) {
        self.undefined += more.undefined;
        add(&mut self.atom_counts, &more.atom_counts);
        for page in &more.pages {
            let own = self.page(page.number);
            add(&mut own.counts, &page.counts);
            add(&mut own.groups, &page.groups);
        }
        if let (Some(own), Some(more)) = (&mut self.groups, &more.groups) {
            add(&mut own.atoms, &more.atoms);
            add(&mut own.undefined, &more.undefined);
        }
    }

    /// The values in order, each bin as its middle.
    #[must_use]
    pub fn sorted(&self) -> SortedSample {
        let atoms = self.atoms.iter().zip(&self.atom_counts).map(|(value, count)| (*value, *count, true));
        let bins = self.pages.iter().flat_map(|page| {
            page.counts
                .iter()
                .enumerate()
                .map(|(bin, count)| (middle(page.number, bin, DIGITS), *count, false))
        });
        let mut runs: Vec<(f64, u64, bool)> = atoms.chain(bins).filter(|(_, count, _)| *count > 0).collect();
        runs.sort_by(|a, b| a.0.total_cmp(&b.0));
        SortedSample::of_runs(&runs, self.undefined)
    }

    /// Sums of a function of the values over each group of paths, of a NaN for undefined ones; a NaN adds nothing. Values are those in the
    /// middle of coarse bins, exact ones apart. `None` where groups are not told apart.
    #[must_use]
    pub fn group_sums(&self, of: impl Fn(f64) -> f64) -> Option<Vec<f64>> {
        let groups = self.groups.as_ref()?;
        let width = groups.units.groups as usize;
        let mut sums = vec![0.0; width];
        let mut take = |value: f64, counts: &[u64]| {
            let weight = of(value);
            if !weight.is_nan() && counts.iter().any(|count| *count > 0) {
                sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += weight * *count as f64);
            }
        };
        take(f64::NAN, &groups.undefined);
        for (value, counts) in self.atoms.iter().zip(groups.atoms.chunks(width)) {
            take(*value, counts);
        }
        let mut pages: Vec<&Page> = self.pages.iter().collect();
        pages.sort_by_key(|page| page.number);
        for page in pages {
            for (bin, counts) in page.groups.chunks(width).enumerate() {
                take(middle(page.number, bin, COARSE_DIGITS), counts);
            }
        }
        Some(sums)
    }

    /// What is to be stored.
    #[must_use]
    pub fn counts(&self) -> SpreadCounts {
        let page = |page: &Page| (page.number as u64, page.counts.clone(), page.groups.clone());
        let mut pages: Vec<(u64, Vec<u64>, Vec<u64>)> = self.pages.iter().map(page).collect();
        pages.sort_by_key(|page| page.0);
        let groups = self.groups.as_ref();
        SpreadCounts {
            atoms: self.atoms.clone(),
            atom_counts: self.atom_counts.clone(),
            undefined: self.undefined,
            pages,
            group_atoms: groups.map_or_else(Vec::new, |groups| groups.atoms.clone()),
            group_undefined: groups.map_or_else(Vec::new, |groups| groups.undefined.clone()),
        }
    }

    /// From what was stored; `None` if it fits nothing that was.
    #[must_use]
    pub fn from_counts(counts: SpreadCounts, units: Option<Units>) -> Option<Self> {
        let mut spread = Self::new(counts.atoms, units);
        let width = units.map_or(0, |units| units.groups as usize);
        let fits = |own: &[u64], read: &[u64]| own.len() == read.len();
        for (number, bins, groups) in counts.pages {
            let number = usize::try_from(number).ok().filter(|number| *number < PAGES)?;
            let page = spread.page(number);
            if bins.len() != BINS || groups.len() != COARSE * width {
                return None;
            }
            (page.counts, page.groups) = (bins, groups);
        }
        if !fits(&spread.atom_counts, &counts.atom_counts) {
            return None;
        }
        spread.atom_counts = counts.atom_counts;
        spread.undefined = counts.undefined;
        if let Some(groups) = &mut spread.groups {
            if !fits(&groups.atoms, &counts.group_atoms) || !fits(&groups.undefined, &counts.group_undefined)
            {
                return None;
            }
            (groups.atoms, groups.undefined) = (counts.group_atoms, counts.group_undefined);
        }
        Some(spread)
    }
}

fn add(sums: &mut [u64], more: &[u64]) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

fn group_of(units: Units, path: u64) -> usize {
    units.of(usize::try_from(path).unwrap_or(usize::MAX))
}

/// The middle of a bin: its numbers share sign, exponent and the leading `digits` of the significand.
fn middle(page: usize, bin: usize, digits: u32) -> f64 {
    let key = ((page as u64) << digits) | bin as u64;
    let (near, far) = (f64::from_bits(key << (52 - digits)), f64::from_bits((key + 1) << (52 - digits)));
    if far.is_finite() { f64::midpoint(near, far) } else { near }
}

/// Finds a value among those counted by themselves.
#[derive(Clone, Debug)]
struct Table {
    /// Bits of the value and its number; free places have the number `u32::MAX`.
    places: Vec<(u64, u32)>,
}

impl Table {
    const BITS: u32 = 12;

    fn new(atoms: &[f64]) -> Self {
        let mut places = vec![(0, u32::MAX); 1 << Self::BITS];
        for (number, atom) in (0..).zip(atoms.iter().take(MOST_ATOMS)) {
            let bits = (atom + 0.0).to_bits();
            let mut place = Self::hash(bits);
            while places[place].1 != u32::MAX {
                place = (place + 1) % places.len();
            }
            places[place] = (bits, number);
        }
        Self { places }
    }

    /// Fibonacci hashing (Knuth, *The Art of Computer Programming*, vol. 3, § 6.4).
    fn hash(bits: u64) -> usize {
        (bits.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - Self::BITS)) as usize
    }

    #[inline]
    fn find(&self, value: f64) -> Option<usize> {
        let bits = value.to_bits();
        let mut place = Self::hash(bits);
        loop {
            match self.places[place] {
                (_, u32::MAX) => return None,
                (found, number) if found == bits => return Some(number as usize),
                _ => place = (place + 1) % self.places.len(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::Random;
    use crate::statistics::{Histogram, Tail, share_of_total, tail_index, tail_mean};
    use proptest::prelude::*;

    /// Losses, money back, and a lognormal rest, undefined on some paths.
    fn column(seed: u64, n: usize) -> Vec<f64> {
        Random::new(seed).column(n, |r| match r.uniform() {
            u if u < 0.2 => -1.0,
            u if u < 0.3 => 0.25,
            u if u < 0.32 => f64::NAN,
            _ => r.lognormal(0.0, 1.5) - 0.9,
        })
    }

    fn spread(column: &[f64], units: Option<Units>) -> Spread {
        let mut spread = Spread::new(atoms_of(&column[..column.len().min(65_536)]), units);
        spread.add(0, column.iter().copied());
        spread
    }

    fn near(found: f64, exact: f64) -> bool {
        (found - exact).abs() <= SPREAD_ERROR * exact.abs()
    }

    /// The bound that is stated: percentiles, shares beyond exact values, tails.
    #[test]
    fn what_is_read_lies_within_the_bound() {
        let column = column(1, 100_000);
        let (exact, found) = (SortedSample::new(&column), spread(&column, None).sorted());
        assert_eq!((found.len(), found.undefined()), (exact.len(), exact.undefined()));
        for p in [0.0, 0.01, 0.05, 0.19, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1.0] {
            let (found, exact) = (found.quantile(p).unwrap(), exact.quantile(p).unwrap());
            assert!(near(found, exact), "{p}: {found} {exact}");
        }
        // Atoms and powers of two are edges, not bins.
        for x in [-1.0, 0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0] {
            assert_eq!(found.count_below(x), exact.count_below(x), "{x}");
            assert_eq!(found.count_at_most(x), exact.count_at_most(x), "{x}");
        }
        let atoms = |sample: &SortedSample| Histogram::new(sample, None).unwrap().atoms;
        assert_eq!(atoms(&found), atoms(&exact));
        let worst = |sample: &SortedSample| tail_mean(sample, Tail::Upper, 0.01).unwrap();
        assert!(near(worst(&found).mean, worst(&exact).mean));
        let heavy = |sample: &SortedSample| share_of_total(sample, Tail::Upper, 0.001).unwrap();
        assert!((heavy(&found) / heavy(&exact) - 1.0).abs() < 3.0 * SPREAD_ERROR);
        let index = |sample: &SortedSample| tail_index(sample, Tail::Upper, 300).unwrap().index;
        assert!((index(&found) / index(&exact) - 1.0).abs() < 0.001);
    }

    /// No bin of a narrow distribution is taken for a value that many paths share.
    #[test]
    fn a_full_bin_is_no_atom() {
        let column = Random::new(3).column(50_000, |r| 1000.0 + r.normal());
        assert!(Histogram::new(&spread(&column, None).sorted(), None).unwrap().atoms.is_empty());
    }

    #[test]
    fn extremes_have_a_place() {
        let column = [f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN_POSITIVE, 5e-324, -0.0, f64::NAN];
        let sorted = spread(&column, None).sorted();
        assert_eq!((sorted.len(), sorted.undefined()), (6, 1));
        assert_eq!(sorted.quantile(1.0), Some(f64::INFINITY));
        assert_eq!(sorted.count_below(0.0), 1);
        assert_eq!(sorted.count_at_most(0.0), 2);
    }

    /// Against the definition on the column itself: exact for events whose edges are edges of bins.
    #[test]
    fn sums_of_groups() {
        let units = Units { run: 2, groups: 32 };
        let column = column(5, 10_000);
        let found = spread(&column, Some(units)).group_sums(|x| if x < 1.0 { 1.0 } else { 0.0 }).unwrap();
        let mut expected = vec![0.0; 32];
        for (path, x) in column.iter().enumerate() {
            expected[units.of(path)] += if *x < 1.0 { 1.0 } else { 0.0 };
        }
        assert_eq!(found, expected);
        assert_eq!(spread(&column, None).group_sums(|x| x), None);
    }

    proptest! {
        /// Parts give the whole, in any order, and storing changes nothing.
        #[test]
        fn parts_add_up(seed in any::<u64>(), cut in 1_usize..9_999, grouped in any::<bool>()) {
            let units = grouped.then_some(Units { run: 1, groups: 32 });
            let column = column(seed, 10_000);
            let atoms = atoms_of(&column);
            let part = |from: usize, to: usize| {
                let mut part = Spread::new(atoms.clone(), units);
                part.add(from as u64, column[from..to].iter().copied());
                part
            };
            let whole = part(0, 10_000).counts();
            let mut sum = part(cut, 10_000);
            sum.append(&part(0, cut));
            prop_assert_eq!(&sum.counts(), &whole);
            prop_assert_eq!(&Spread::from_counts(whole.clone(), units).unwrap().counts(), &whole);
            let mut torn = whole;
            torn.atom_counts.pop();
            prop_assert!(Spread::from_counts(torn, units).is_none());
        }
    }
}
