//! The run: blocks of paths on all cores, folded in order.

use super::control::Control;
use super::deal::DealSimulator;
use super::digest::Digest;
use super::draws::DrawBlock;
use super::life::{Life, LifeSimulator};
use super::outcome::{Columns, PathWorld, Recorder, Tally, strategic_value};
use super::survey::{Enough, RunError, Survey, survey};
use crate::plan::{Plan, World};

/// Paths in a block. Part of what fixes the bits of a result: sums are taken block by block, in order.
pub const BLOCK_PATHS: u64 = 1024;

/// How to run.
#[derive(Clone, Copy, Debug)]
pub struct RunOptions {
    /// Number of paths.
    pub paths: u64,
    /// Threads; all cores if absent. The result does not depend on it.
    pub threads: Option<usize>,
}

/// The results of one case.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcomes {
    /// One number per path and measure; empty if there is a digest.
    pub columns: Columns,
    /// Counts.
    pub tally: Tally,
    /// What is kept of the columns where there are too many paths for them ([`Survey::most_columns`]).
    pub digest: Option<Box<Digest>>,
}

/// Why a run could not start.
#[derive(Debug, thiserror::Error)]
#[error("cannot start {threads} threads: {source}")]
pub struct ThreadError {
    threads: usize,
    source: rayon::ThreadPoolBuildError,
}

/// Cases that share a world, so that its paths are simulated once.
pub(super) struct Shared<'a> {
    world: &'a World,
    cases: Vec<usize>,
    /// The first world with the same columns: worlds that differ in other things share their draws.
    draws: usize,
}

/// Runs all cases over the same paths. `progress` is told the number of paths done so far.
///
/// # Errors
/// If the threads cannot be started.
pub fn run(
    plans: &[&Plan],
    options: RunOptions,
    progress: impl Fn(u64),
) -> Result<Vec<Outcomes>, ThreadError> {
    kept_whole(plans, options, None, &progress)
}

/// The same, but stops when `enough` says so of the outcomes so far, which it is asked after [`super::FIRST_LOOK`] blocks
/// and each time their number has doubled: at the same numbers of paths on any number of threads. The outcomes are those of a run of so
/// many paths. (Stopping when an error looks small favours errors that look too small; looks that are few and far between keep
/// that small. Glynn and Whitt 1992, "The asymptotic validity of sequential stopping rules for stochastic
/// simulations", Annals of Applied Probability 2.)
///
/// # Errors
/// If the threads cannot be started.
pub fn run_until(
    plans: &[&Plan],
    options: RunOptions,
    enough: impl Fn(&[Outcomes]) -> bool,
    progress: impl Fn(u64),
) -> Result<Vec<Outcomes>, ThreadError> {
    kept_whole(plans, options, Some(&enough), &progress)
}

fn kept_whole(
    plans: &[&Plan],
    options: RunOptions,
    enough: Option<Enough<'_>>,
    progress: &dyn Fn(u64),
) -> Result<Vec<Outcomes>, ThreadError> {
    let bases = vec![None; plans.len()];
    let wanted = Survey { plans, bases: &bases, options, most_columns: u64::MAX, blocks: None };
    let go_on = |done| {
        progress(done);
        true
    };
    match survey(&wanted, enough, &go_on) {
        Ok(collection) => Ok(collection.outcomes()),
        Err(RunError::Threads(error)) => Err(error),
        // It is never told to stop.
        Err(RunError::Interrupted) => Ok(Vec::new()),
    }
}

/// So many threads, or one for each core.
pub(super) fn pool(threads: Option<usize>) -> Result<rayon::ThreadPool, ThreadError> {
    let threads = threads.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|source| ThreadError { threads, source })
}

fn nothing(plans: &[&Plan], capacity: usize) -> Vec<Outcomes> {
    let empty = |plan: &&Plan| Outcomes {
        columns: Columns::with_capacity(capacity),
        tally: Tally::new(&plan.world, plan.terms.tranches.len()),
        digest: None,
    };
    plans.iter().map(empty).collect()
}

pub(super) fn share_worlds<'a>(plans: &[&'a Plan]) -> Vec<Shared<'a>> {
    let mut shared: Vec<Shared<'a>> = Vec::new();
    for (case, plan) in plans.iter().enumerate() {
        if let Some(group) = shared.iter_mut().find(|group| *group.world == plan.world) {
            group.cases.push(case);
            continue;
        }
        let same = |group: &Shared<'_>| {
            group.world.columns == plan.world.columns
                && group.world.groups == plan.world.groups
                && group.world.pinned == plan.world.pinned
        };
        let draws = shared.iter().position(same).unwrap_or(shared.len());
        shared.push(Shared { world: &plan.world, cases: vec![case], draws });
    }
    shared
}

/// One thread's working memory.
pub(super) struct Worker<'a> {
    plans: &'a [&'a Plan],
    shared: &'a [Shared<'a>],
    draws: Vec<DrawBlock>,
    deals: Vec<DealSimulator<f64>>,
    controls: Vec<Control>,
    simulator: LifeSimulator,
    life: Life,
    recorder: Recorder,
}

impl<'a> Worker<'a> {
    pub(super) fn new(plans: &'a [&'a Plan], shared: &'a [Shared<'a>]) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "the block is small")]
        let capacity = BLOCK_PATHS as usize;
        Self {
            plans,
            shared,
            draws: shared.iter().map(|group| DrawBlock::new(group.world, capacity)).collect(),
            deals: plans.iter().map(|plan| DealSimulator::new(&plan.terms)).collect(),
            controls: plans.iter().map(|plan| Control::of(&plan.world, &plan.terms)).collect(),
            simulator: LifeSimulator::default(),
            life: Life::default(),
            recorder: Recorder::default(),
        }
    }

    pub(super) fn block(&mut self, block: u64, paths: u64) -> Vec<Outcomes> {
        let first = block * BLOCK_PATHS;
        #[expect(clippy::cast_possible_truncation, reason = "at most one block")]
        let count = BLOCK_PATHS.min(paths - first) as usize;
        let mut results = nothing(self.plans, count);
        for (index, group) in self.shared.iter().enumerate() {
            if group.draws == index {
                self.draws[index].fill(group.world, first, count);
            }
            let world = group.world;
            let draws = &self.draws[group.draws];
            for lane in 0..count {
                let path = draws.path(group.world, lane);
                let law = self.simulator.simulate(group.world, path, &mut self.life);
                let value_today = path.get(group.world.value_today);
                let strategic =
                    if world.effects_are_expected { 0.0 } else { strategic_value(world, &path, &self.life) };
                for &case in &group.cases {
                    let terms = &self.plans[case].terms;
                    self.life.path.next_case();
                    self.deals[case].simulate(group.world, terms, law, &mut self.life, path);
                    let Outcomes { columns, tally, .. } = &mut results[case];
                    let deal = &self.deals[case];
                    let control = self.controls[case];
                    let life = &self.life;
                    let on_path = PathWorld { world, life, strategic, value_today, draws: path, control };
                    self.recorder.record(on_path, terms, deal, columns, tally);
                }
            }
        }
        results
    }
}
