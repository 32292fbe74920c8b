//! Paths through the deal: blocks of draws, the life of the company, the deal's clauses, outcome columns.

mod clock;
mod collect;
mod conditional;
mod control;
mod courses;
mod deal;
mod digest;
mod fan;
mod ledger;
mod draws;
#[cfg(test)]
pub(crate) mod fixture;
mod life;

mod outcome;
mod outlook;
mod parts;
mod present_value;
mod process;
mod replay;
mod run;
mod stored;
mod survey;
mod tape;
mod tree;
mod value_path;

pub use collect::{Collection, MOST_COLUMNS, NotNext};
pub use conditional::{Conditional, NotConditional, conditional, conditional_paths};
pub use courses::{CLOCKS, Courses, Step, Tick, for_each, on_threads};
pub use deal::{Asked, ClassId, Clause, DealSimulator, Note, Otherwise, Share, TrancheEnd, Turn};
pub use digest::{
    Averaged, Digest, Kept, MULTIPLE_BOUNDS, MULTIPLE_CLASSES, Milestone, Numbers, multiple_class,
};
pub use draws::{DrawBlock, joined_uniforms};
pub use fan::{FanDate, fan};
pub use ledger::{Branch, Flow, Reason};
pub use life::{Event, EventKind, Life, LifeSimulator, Mark};
pub use outcome::{Columns, Sums, Tally, TrancheTally};
pub use parts::{Item, Parts};
pub use present_value::{PathResult, discount_factor, path_result};
pub use replay::{CrossCheck, Replay, cross_check, replay};
pub use run::{BLOCK_PATHS, Outcomes, RunOptions, ThreadError, run, run_until};
pub use survey::{FIRST_LOOK, RunError, Sink, Survey, survey, survey_into};
pub use tape::Tape;

#[cfg(test)]
mod tests;
