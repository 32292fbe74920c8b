//! Paths through the deal: blocks of draws, the life of the company, the deal's clauses, outcome columns.

mod clock;
mod deal;
mod fan;
mod ledger;
mod draws;
#[cfg(test)]
pub(crate) mod fixture;
mod life;

mod outcome;
mod outlook;
mod process;
mod replay;
mod run;
mod value_path;

pub use deal::{ClassId, Clause, DealSimulator, Note, Share, TrancheEnd};
pub use draws::DrawBlock;
pub use fan::{FanDate, fan};
pub use ledger::{Branch, Flow, Reason};
pub use life::{Event, EventKind, Life, LifeSimulator};
pub use outcome::{Columns, PathResult, Sums, Tally, TrancheTally, discount_factor, path_result};
pub use replay::{CrossCheck, Replay, cross_check, replay};
pub use run::{BLOCK_PATHS, Outcomes, RunOptions, ThreadError, run};

#[cfg(test)]
mod tests;
