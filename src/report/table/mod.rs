//! The summary as tidy tables: one observation a row, one unit a column.
//!
//! Columns of amounts end in the currency's code in small letters (`present_value_usd`), shares of paths are
//! called `probability`, rates end in `_per_year`, spans of time in `_years`. Tables of several measures have a
//! `unit` column instead. An empty cell is an unknown number.

mod deal;
mod decisions;
mod fair_value;
mod value;

use super::summary::{Mean, Probability, Summary};

/// A table for a CSV file.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Name of the file.
    pub file: &'static str,
    /// Names of the columns.
    pub header: Vec<String>,
    /// Rows, each as long as the header.
    pub rows: Vec<Vec<Cell>>,
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A number; empty if unknown.
    Number(Option<f64>),
    /// A count; empty if unknown.
    Count(Option<u64>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Self {
        Cell::Number(number)
    }
}

impl From<bool> for Cell {
    fn from(truth: bool) -> Self {
        Cell::Text(truth.to_string())
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Cell::Number(Some(number))
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Cell::Count(Some(count))
    }
}

impl Table {
    fn new(file: &'static str, header: &[&str], currency: &str) -> Self {
        // `{c}` stands for the currency.
        let header = header.iter().map(|name| name.replace("{c}", currency)).collect();
        Self { file, header, rows: Vec::new() }
    }
}

/// All tables of a summary, in the order of the report.
#[must_use]
pub fn tables(summary: &Summary) -> Vec<Table> {
    let code = summary.deal.currency.to_lowercase();
    let currency = code.as_str();
    let mut tables = vec![
        value::overview(summary, currency),
        value::percentiles(summary, currency),
        value::histogram(summary, currency),
        value::exceedance(summary, currency),
        value::moic(summary),
        deal::branches(summary, currency),
        value::cases(summary, currency),
        deal::tranches(summary, currency),
        deal::milestones(summary),
        deal::timing(summary),
        deal::fan(summary, currency),
        value::convergence(summary, currency),
        deal::assumptions(summary),
    ];
    tables.extend(value::drivers(summary, currency));
    tables.extend(value::correlations(summary));
    tables.extend(deal::checks(summary));
    tables.extend(deal::payoff(summary, currency));
    tables.extend(fair_value::terms(summary, currency));
    tables.extend(fair_value::fair_value(summary, currency));
    tables.extend(fair_value::inputs(summary));
    tables.extend(decisions::decisions(summary, currency));
    tables
}

fn estimate(mean: &Mean) -> [Cell; 4] {
    [mean.value.into(), mean.standard_error.into(), mean.low.into(), mean.high.into()]
}

fn chance(probability: &Probability) -> [Cell; 4] {
    [
        probability.value.into(),
        probability.standard_error.into(),
        probability.low.into(),
        probability.high.into(),
    ]
}
