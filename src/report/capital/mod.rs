//! The tables of a capital structure as text for a terminal, as CSV, as JSON and as a chart.

mod allocation;
mod captable;
mod chart;
mod rows;
mod text;
mod waterfall;

pub use allocation::allocation;
pub use captable::captable;
pub use chart::{SaleChartError, sale_chart};
pub use rows::{allocation_csv, holdings_csv, payouts_csv};
pub use waterfall::waterfall;
