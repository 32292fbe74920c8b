//! What a deal is worth and why: its price term by term, and the figure of it at which a result is as wanted.

pub mod decide;
mod solve;
mod terms;
mod variants;

pub use solve::{
    Estimate, MOST_SOLVE_PATHS, Metric, Point, Refusal, SOLVE_PATHS, Search, Solution, SolveError,
    SolveOptions, Solved, Target, Wanted, solve,
};
pub use terms::{MOST_PATHS, TermError, TermPrice, TermPrices, price_terms};
pub use variants::CONVERSION;
