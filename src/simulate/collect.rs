//! [`Collection`]: results of consecutive blocks, added up as they come.

use std::ops::Range;

use rayon::prelude::*;

use super::digest::{Digesting, Kept, Numbers, PILOT_PATHS};
use super::outcome::{Columns, Tally};
use super::run::{BLOCK_PATHS, Outcomes};
use super::tape::Tape;
use super::tree::Tree;
use crate::plan::Plan;
use crate::statistics::Units;

/// Results (paths times cases) of which every number is kept, at some 100 bytes each. A run of more keeps a
/// [`Digest`](super::Digest) of each case, of a size that does not depend on the number of paths.
pub const MOST_COLUMNS: u64 = 1 << 23;

/// The results of one block.
pub(super) struct Block {
    pub(super) number: u64,
    pub(super) cases: Vec<Outcomes>,
    /// The sums that a digest needs, if they are known already.
    pub(super) numbers: Option<Vec<Numbers>>,
}

/// How results are kept.
#[derive(Clone, Debug)]
pub(super) struct Keeping<'a> {
    /// The base case of each case, if it is compared with one.
    pub(super) bases: &'a [Option<usize>],
    /// Results whose columns are kept.
    pub(super) most_columns: u64,
    /// Paths of the whole run, if that is known.
    pub(super) expected: u64,
}

/// The results of consecutive blocks of a run, all of it or a shard.
#[derive(Clone, Debug)]
pub struct Collection {
    /// The blocks.
    pub blocks: Range<u64>,
    cases: Vec<Collector>,
}

/// The results of one case.
#[derive(Clone, Debug)]
struct Collector {
    columns: Columns,
    tally: Tree<Tally>,
    empty: Tally,
    digest: Option<Digesting>,
}

impl Collection {
    /// Of no block yet; the next one is number `first`. Columns take room for `capacity` paths at once.
    pub(super) fn new(plans: &[&Plan], first: u64, capacity: usize) -> Self {
        let empty = |plan: &&Plan| Collector {
            columns: Columns::with_capacity(capacity),
            tally: Tree::default(),
            empty: Tally::new(&plan.world, plan.terms.tranches.len()),
            digest: None,
        };
        Self { blocks: first..first, cases: plans.iter().map(empty).collect() }
    }

    fn paths(&self) -> u64 {
        self.cases.first().map_or(0, |case| case.columns.present_value.len() as u64)
    }

    /// Whether there are, or will be, too many results for columns.
    pub(super) fn too_large(&self, keeping: &Keeping<'_>) -> bool {
        let paths = self.paths().max(keeping.expected);
        paths.saturating_mul(self.cases.len() as u64) > keeping.most_columns
    }

    /// Takes the first blocks of the run for a pilot without counting them: for a shard that begins later.
    pub(super) fn learn(&mut self, pilot: Vec<Block>) {
        let mut columns: Vec<Columns> = self.cases.iter().map(|_| Columns::default()).collect();
        for block in pilot {
            columns.iter_mut().zip(block.cases).for_each(|(sum, part)| sum.append(part.columns));
        }
        for (case, pilot) in self.cases.iter_mut().zip(&columns) {
            case.digest = Some(Digesting::new(pilot, units(&case.empty)));
        }
    }

    /// Adds the blocks that follow, in their order.
    pub(super) fn add(&mut self, blocks: Vec<Block>, keeping: &Keeping<'_>) {
        self.blocks.end += blocks.len() as u64;
        if self.cases.first().is_some_and(|case| case.digest.is_some()) {
            self.digest(blocks, keeping);
            return;
        }
        for block in blocks {
            for (case, part) in self.cases.iter_mut().zip(block.cases) {
                case.columns.append(part.columns);
                case.tally.push(0, block.number, part.tally, &mut |_| {});
            }
        }
        if self.paths() >= PILOT_PATHS && self.too_large(keeping) {
            self.condense(keeping);
        }
    }

    /// Turns columns into digests, if they are too many and that was not done yet: at the end of a short run.
    pub(super) fn close(&mut self, keeping: &Keeping<'_>) {
        let columns = self.cases.first().is_some_and(|case| case.digest.is_none());
        if columns && self.too_large(keeping) {
            self.condense(keeping);
        }
    }

    fn digest(&mut self, mut blocks: Vec<Block>, keeping: &Keeping<'_>) {
        let units = self.cases.first().and_then(|case| units(&case.empty));
        blocks.par_iter_mut().for_each(|block| block.add_numbers(keeping, units));
        let mut by_case: Vec<Vec<(u64, Outcomes, Numbers)>> = self.cases.iter().map(|_| Vec::new()).collect();
        for Block { number, cases, numbers } in blocks {
            for ((of_case, outcomes), numbers) in
                by_case.iter_mut().zip(cases).zip(numbers.unwrap_or_default())
            {
                of_case.push((number, outcomes, numbers));
            }
        }
        self.cases.par_iter_mut().zip(by_case).for_each(|(case, blocks)| {
            let Some(digest) = &mut case.digest else { return };
            digest.spreads.par_iter_mut().zip(Kept::ALL).for_each(|(spread, kept)| {
                for (number, Outcomes { columns, .. }, _) in &blocks {
                    let values = (0..columns.present_value.len()).map(|path| kept.of(columns, path));
                    spread.add(number * BLOCK_PATHS, values);
                }
            });
            for (number, outcomes, numbers) in blocks {
                digest.push(number, numbers);
                case.tally.push(0, number, outcomes.tally, &mut |_| {});
            }
        });
    }

    /// Turns columns into digests.
    fn condense(&mut self, keeping: &Keeping<'_>) {
        let first = self.blocks.start;
        let columns: Vec<Columns> =
            self.cases.iter_mut().map(|case| std::mem::take(&mut case.columns)).collect();
        self.cases.par_iter_mut().enumerate().for_each(|(index, case)| {
            let own = &columns[index];
            let base = keeping.bases[index].map(|base| &columns[base]);
            let units = units(&case.empty);
            let mut digest = Digesting::new(own, units);
            let paths = own.present_value.len();
            #[expect(clippy::cast_possible_truncation, reason = "the block is small")]
            let size = BLOCK_PATHS as usize;
            for (block, start) in (first..).zip((0..paths).step_by(size)) {
                let range = start..(start + size).min(paths);
                let numbers = Numbers::of_block(own, base, range, first * BLOCK_PATHS, units);
                digest.push(block, numbers);
            }
            digest.spreads.par_iter_mut().zip(Kept::ALL).for_each(|(spread, kept)| {
                spread.add(first * BLOCK_PATHS, (0..paths).map(|path| kept.of(own, path)));
            });
            case.digest = Some(digest);
        });
    }

    /// Adds what another collection has of the blocks that follow.
    ///
    /// # Errors
    /// If its blocks are not those that follow, or it was kept otherwise.
    pub fn append(&mut self, later: Collection) -> Result<(), NotNext> {
        let same = |pair: (&Collector, &Collector)| pair.0.digest.is_some() == pair.1.digest.is_some();
        let fits = self.cases.len() == later.cases.len() && self.cases.iter().zip(&later.cases).all(same);
        if later.blocks.start != self.blocks.end || !fits {
            return Err(NotNext);
        }
        self.blocks.end = later.blocks.end;
        for (case, more) in self.cases.iter_mut().zip(later.cases) {
            case.columns.append(more.columns);
            case.tally.append(more.tally, &mut |_| {});
            if let (Some(digest), Some(more)) = (&mut case.digest, more.digest) {
                digest.append(more);
            }
        }
        Ok(())
    }

    /// What `look` says of the results so far.
    pub(super) fn look<T>(&mut self, look: impl FnOnce(&[Outcomes]) -> T) -> T {
        let take = |case: &mut Collector| Outcomes {
            columns: std::mem::take(&mut case.columns),
            tally: case.tally.total().unwrap_or_else(|| case.empty.clone()),
            digest: case.digest.as_ref().and_then(Digesting::finished).map(Box::new),
        };
        let outcomes: Vec<Outcomes> = self.cases.iter_mut().map(take).collect();
        let said = look(&outcomes);
        self.cases.iter_mut().zip(outcomes).for_each(|(case, outcomes)| case.columns = outcomes.columns);
        said
    }

    /// The results, case by case.
    #[must_use]
    pub fn outcomes(self) -> Vec<Outcomes> {
        let finished = |case: Collector| Outcomes {
            tally: case.tally.total().unwrap_or(case.empty),
            digest: case.digest.as_ref().and_then(Digesting::finished).map(Box::new),
            columns: case.columns,
        };
        self.cases.into_iter().map(finished).collect()
    }

    /// The collection as bytes.
    #[must_use]
    pub fn to_bytes(&mut self) -> Vec<u8> {
        let mut tape = Tape::blank();
        self.pass(&mut tape);
        tape.into_bytes()
    }

    /// Reads a collection of the same plans; `None` if the bytes are none.
    #[must_use]
    pub fn from_bytes(plans: &[&Plan], bytes: &[u8]) -> Option<Self> {
        let mut collection = Self::new(plans, 0, 0);
        let mut tape = Tape::of(bytes);
        collection.pass(&mut tape);
        tape.ended_well().then_some(collection)
    }

    fn pass(&mut self, tape: &mut Tape<'_>) {
        tape.integer(&mut self.blocks.start);
        tape.integer(&mut self.blocks.end);
        let mut cases = self.cases.len();
        tape.count(&mut cases);
        if cases != self.cases.len() {
            return tape.spoil();
        }
        for case in &mut self.cases {
            case.columns.pass(tape);
            let empty = case.empty.clone();
            tape.nodes(&mut case.tally, || empty.clone(), Tally::pass);
            let mut digested = u64::from(case.digest.is_some());
            tape.integer(&mut digested);
            if digested == 0 {
                continue;
            }
            let nothing = || Digesting::new(&Columns::default(), units(&case.empty));
            case.digest.get_or_insert_with(nothing).pass(tape);
        }
    }
}

/// A collection that does not follow on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these are not the blocks that follow, or they were kept otherwise")]
pub struct NotNext;

fn units(tally: &Tally) -> Option<Units> {
    tally.parts.as_ref().map(super::Parts::units)
}

impl Block {
    /// Adds the sums that digests need.
    pub(super) fn add_numbers(&mut self, keeping: &Keeping<'_>, units: Option<Units>) {
        let Self { number, cases, numbers } = self;
        let of = |(own, base): (&Outcomes, &Option<usize>)| {
            let base = base.map(|base| &cases[base].columns);
            let all = 0..own.columns.present_value.len();
            Numbers::of_block(&own.columns, base, all, *number * BLOCK_PATHS, units)
        };
        numbers.get_or_insert_with(|| cases.iter().zip(keeping.bases).map(of).collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Sampling;
    use crate::simulate::fixture::scenario;
    use crate::simulate::{RunOptions, Survey, survey};

    fn gathered(
        plans: &[&Plan],
        most_columns: u64,
        blocks: Option<Range<u64>>,
        threads: usize,
    ) -> Collection {
        let options = RunOptions { paths: 80_000, threads: Some(threads) };
        let bases = [None, Some(0)];
        let wanted = Survey { plans, bases: &bases, options, most_columns, blocks };
        survey(&wanted, None, &|_| true).unwrap()
    }

    /// The bytes are the same for any cut into shards and any number of threads; with columns and with digests, for independent paths
    /// and groups.
    #[test]
    fn shards_make_the_whole_to_the_bit() {
        for sampling in [Sampling::PseudoRandom, Sampling::Antithetic] {
            let mut base = scenario();
            base.simulation.sampling = sampling;
            let mut other = base.clone();
            other.failure = None;
            let plans = Plan::of_study([&base, &other].into_iter()).unwrap();
            let plans: Vec<&Plan> = plans.iter().collect();
            for most_columns in [u64::MAX, 0] {
                let whole = gathered(&plans, most_columns, None, 2).to_bytes();
                assert_eq!(whole, gathered(&plans, most_columns, None, 1).to_bytes());
                for cuts in [&[0, 79][..], &[0, 1, 79], &[0, 30, 66, 70, 79]] {
                    let mut parts = cuts.windows(2).map(|cut| {
                        let part = gathered(&plans, most_columns, Some(cut[0]..cut[1]), 2).to_bytes();
                        Collection::from_bytes(&plans, &part).unwrap()
                    });
                    let mut sum = parts.next().unwrap();
                    for part in parts {
                        assert_eq!(part.clone().append(sum.clone()), Err(NotNext));
                        sum.append(part).unwrap();
                    }
                    assert!(sum.to_bytes() == whole, "{sampling:?} {most_columns} {cuts:?}");
                    let wrong = Collection::from_bytes(&plans[..1], &whole);
                    assert!(wrong.is_none() && Collection::from_bytes(&plans, &whole[1..]).is_none());
                }
            }
        }
    }

    /// A run that may stop turns to digests on the way, and has the bits of one that knew its length.
    #[test]
    fn a_run_that_stops_is_kept_as_one_of_its_length() {
        let base = scenario();
        let plans = Plan::of_study([&base, &base].into_iter()).unwrap();
        let plans: Vec<&Plan> = plans.iter().collect();
        let stopped = |most_columns, stop: usize| {
            let options = RunOptions { paths: 1 << 20, threads: Some(2) };
            let wanted =
                Survey { plans: &plans, bases: &[None, Some(0)], options, most_columns, blocks: None };
            let enough = |so_far: &[Outcomes]| so_far[0].tally.paths >= stop as u64;
            survey(&wanted, Some(&enough), &|_| true).unwrap().to_bytes()
        };
        let known = |most_columns, paths| {
            let options = RunOptions { paths, threads: Some(1) };
            let wanted =
                Survey { plans: &plans, bases: &[None, Some(0)], options, most_columns, blocks: None };
            survey(&wanted, None, &|_| true).unwrap().to_bytes()
        };
        for (most_columns, paths) in [(0, 1 << 14), (0, 1 << 17), (1 << 17, 1 << 17), (1 << 20, 1 << 17)] {
            assert!(
                stopped(most_columns, paths) == known(most_columns, paths as u64),
                "{most_columns} {paths}"
            );
        }
    }

    #[test]
    fn a_run_that_is_stopped_from_outside_gives_nothing() {
        let base = scenario();
        let plan = Plan::new(&base).unwrap();
        let options = RunOptions { paths: 1 << 20, threads: Some(1) };
        let wanted = Survey { plans: &[&plan], bases: &[None], options, most_columns: 0, blocks: None };
        let stopped = survey(&wanted, None, &|done| done < 100_000);
        assert!(matches!(stopped, Err(crate::simulate::RunError::Interrupted)));
    }
}
