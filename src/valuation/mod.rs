//! What a deal is worth and why: its price term by term, and the figure of it at which a result is as wanted.

mod compare;
mod digested;
mod estimate;
mod judge;
mod metric;
mod paths;
mod sensitivity;
pub mod decide;
mod solve;
mod sweep;
mod terms;
mod variants;

pub use compare::{
    Change, CompareError, Comparison, CurvePoint, Figure, PathByPath, compare, on_one_footing,
};
pub use estimate::Estimate;
pub use judge::{Evidence, Judged, Verdict, judge};
pub use metric::{Measured, estimate, expected, weights};
pub use paths::paths_for;
pub use sensitivity::{Attributed, DRIVER_PATHS, Driver, Drivers, Effect, attribute, drivers};
pub use solve::{
    MOST_SOLVE_PATHS, Point, Refusal, SOLVE_PATHS, Search, Solution, SolveError, SolveOptions, Solved,
    Target, Wanted, solve,
};
pub use sweep::{Point as SweepPoint, Swept, sweep};
pub use terms::{MOST_PATHS, TermError, TermPrice, TermPrices, price_terms};
pub use variants::CONVERSION;

#[cfg(test)]
mod tests;
