//! Paths through the deal: blocks of draws, the life of the company, the deal's clauses, outcome columns.

mod clock;
mod deal;
mod draws;
mod life;
mod outcome;
mod process;
mod value_path;

pub use draws::DrawBlock;
pub use life::{Event, EventKind, Life, LifeSimulator};
