//! [`survey`]: blocks of paths on all cores, their results added up in order.

use std::ops::Range;

use rayon::prelude::*;

use super::collect::{Block, Collection, Keeping};
use super::digest::PILOT_PATHS;
use super::run::{BLOCK_PATHS, Outcomes, RunOptions, ThreadError, Worker, pool, share_worlds};
use crate::plan::Plan;

/// Blocks simulated between two reports of progress.
const WAVE: u64 = 64;

/// Blocks before it is first asked whether they are enough.
pub const FIRST_LOOK: u64 = 16;

/// What is to be run, and how results are kept.
#[derive(Clone, Debug)]
pub struct Survey<'a> {
    /// The cases.
    pub plans: &'a [&'a Plan],
    /// For each case the one that it is compared with, path by path.
    pub bases: &'a [Option<usize>],
    /// Paths of the whole run, and threads.
    pub options: RunOptions,
    /// Results (paths times cases) whose columns are kept; of more there is a digest.
    pub most_columns: u64,
    /// The blocks of a shard; all if none.
    pub blocks: Option<Range<u64>>,
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The threads could not be started.
    #[error(transparent)]
    Threads(#[from] ThreadError),
    /// It was stopped from outside.
    #[error("interrupted")]
    Interrupted,
}

/// Says whether outcomes so far are enough.
pub(super) type Enough<'a> = &'a dyn Fn(&[Outcomes]) -> bool;

/// Sees the results of each block, in order, with the number of its first path; says whether to go on.
pub type Sink<'a> = &'a mut (dyn FnMut(u64, &[Outcomes]) -> bool + Send);

/// Runs all cases over the same paths. `go_on` is told the number of paths done so far and says whether to go on; the run stops as well
/// when `enough` says so ([`super::run_until`]). The results do not depend on the number of threads.
///
/// # Errors
/// If the threads cannot be started, or `go_on` says no.
pub fn survey(
    wanted: &Survey<'_>,
    enough: Option<Enough<'_>>,
    go_on: &dyn Fn(u64) -> bool,
) -> Result<Collection, RunError> {
    survey_into(wanted, enough, go_on, &mut |_, _| true)
}

/// The same, and shows every block to `sink`.
///
/// # Errors
/// As [`survey`]; also if the sink says no.
pub fn survey_into(
    wanted: &Survey<'_>,
    enough: Option<Enough<'_>>,
    go_on: &dyn Fn(u64) -> bool,
    sink: Sink<'_>,
) -> Result<Collection, RunError> {
    let Survey { plans, bases, options, most_columns, .. } = *wanted;
    let pool = pool(options.threads)?;
    let shared = share_worlds(plans);
    let expected = if enough.is_none() { options.paths } else { 0 };
    let keeping = Keeping { bases, most_columns, expected };
    let all = options.paths.div_ceil(BLOCK_PATHS);
    let blocks = wanted.blocks.clone().unwrap_or(0..all);
    let units = plans.first().and_then(|plan| plan.world.design.units());
    // A run that may stop early takes room as it goes.
    let own = ((blocks.end - blocks.start) * BLOCK_PATHS).min(options.paths);
    let digested = expected.saturating_mul(plans.len() as u64) > most_columns;
    let known = enough.is_none() && !digested;
    let capacity = if known { usize::try_from(own).unwrap_or(usize::MAX) } else { 0 };
    let mut collection = Collection::new(plans, blocks.start, capacity);
    let simulate = |range: Range<u64>| -> Vec<Block> {
        let block = |worker: &mut Worker<'_>, number| {
            let cases = worker.block(number, options.paths);
            let mut block = Block { number, cases, numbers: None };
            if digested {
                block.add_numbers(&keeping, units);
            }
            block
        };
        range.into_par_iter().map_init(|| Worker::new(plans, &shared), block).collect()
    };
    let pilot = (PILOT_PATHS / BLOCK_PATHS).min(all);
    if digested && (blocks.start > 0 || blocks.end < pilot) {
        collection.learn(pool.install(|| simulate(0..pilot)));
    }
    let mut look = if enough.is_some() { FIRST_LOOK.min(blocks.end) } else { blocks.end };
    let mut done: Vec<Block> = Vec::new();
    let mut start = blocks.start;
    // What `sink` says stands until the next look.
    let mut take = |collection: &mut Collection, blocks: Vec<Block>| {
        let wanted = blocks.iter().all(|block| sink(block.number * BLOCK_PATHS, &block.cases));
        collection.add(blocks, &keeping);
        wanted
    };
    while start < blocks.end {
        let end = (start + WAVE).min(look);
        // The wave before is added up while others go on.
        let before = std::mem::take(&mut done);
        let wanted;
        (done, wanted) =
            pool.install(|| rayon::join(|| simulate(start..end), || take(&mut collection, before)));
        if !wanted || !go_on(((end - blocks.start) * BLOCK_PATHS).min(own)) {
            return Err(RunError::Interrupted);
        }
        if end == look && end < blocks.end {
            let done = std::mem::take(&mut done);
            if !pool.install(|| take(&mut collection, done)) {
                return Err(RunError::Interrupted);
            }
            if enough.is_some_and(|enough| collection.look(enough)) {
                break;
            }
            look = (2 * look).min(blocks.end);
        }
        start = end;
    }
    let wanted = pool.install(|| {
        let wanted = take(&mut collection, done);
        collection.close(&keeping);
        wanted
    });
    if wanted { Ok(collection) } else { Err(RunError::Interrupted) }
}
