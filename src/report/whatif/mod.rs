//! What came of asking "what if": comparisons, sweeps, sensitivities, as text, JSON, tables and charts.

mod compare;
mod sensitivity;
mod stored;
mod sweep;

pub use compare::{CompareReport, Side};
pub use sensitivity::SensitivityReport;
pub use stored::of_summaries;
pub use sweep::{SweepAxis, SweepReport};

use std::path::Path;

use super::chart::Chart;
use super::format::paths;
use super::manifest::{self, Entry};
use super::publish::publish;
use super::shown::{self, shown};
use super::table::Table;
use super::{ReportError, csv, json};
use crate::scenario::Unit;
use crate::valuation::Figure;

/// Version of the JSON objects.
const SCHEMA_VERSION: u32 = 1;

/// A result ready to be printed and written.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What it is of, for the manifest and the file of the JSON object.
    pub kind: &'static str,
    /// For a terminal.
    pub text: String,
    /// The same for programs.
    pub json: serde_json::Value,
    /// Tables for CSV files.
    pub tables: Vec<Table>,
    /// Charts.
    pub charts: Vec<Chart>,
}

impl Sheet {
    /// Writes JSON, tables and charts into a folder: whole, or not at all. An older report there is replaced. Gives the names of
    /// the files.
    ///
    /// # Errors
    /// See [`ReportError`]; the folder is then what it was before.
    pub fn write(&self, command: &str, folder: &Path) -> Result<Vec<String>, ReportError> {
        let mut files = vec![(format!("{}.json", self.kind), json::bytes(&self.json)?)];
        for table in &self.tables {
            files.push((table.file.to_owned(), csv::bytes(table)?));
        }
        for chart in &self.charts {
            files.push((format!("charts/{}.svg", chart.id), chart.svg.as_bytes().to_vec()));
            files.push((format!("charts/{}.png", chart.id), chart.png()?));
        }
        let entries: Vec<Entry> = files.iter().map(|(path, content)| Entry::of(path, content)).collect();
        let manifest = serde_json::json!({
            "program": manifest::PROGRAM,
            "schema_version": SCHEMA_VERSION,
            "kind": self.kind,
            "engine_version": env!("CARGO_PKG_VERSION"),
            "command": command,
            "files": entries,
        });
        files.push((manifest::FILE.to_owned(), json::bytes(&manifest)?));
        publish(&files, folder)?;
        Ok(files.into_iter().map(|(path, _)| path).collect())
    }
}

/// Where the numbers of a chart come from: a scenario's file without its folder, its case, and the run.
fn source(name: &str, number: u64, seed: u64) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    format!("{file} · {} · seed {seed}", paths(number))
}

/// A heading.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A figure with its error, if it has one.
fn told(unit: Unit, figure: Figure, mark: &str) -> String {
    let error = Some(figure.standard_error).filter(|error| *error > 0.0);
    shown(unit, figure.value, error, mark)
}

/// A difference with its error and its sign; 0 ± 0 is exactly nothing.
fn signed(unit: Unit, figure: Figure, mark: &str) -> String {
    if figure.value == 0.0 && figure.standard_error == 0.0 {
        return "0".to_owned();
    }
    let plus = if figure.value > 0.0 { "+" } else { "" };
    format!("{plus}{}", told(unit, figure, mark))
}

/// A figure as JSON; unknown numbers are null.
fn figure_json(figure: Figure) -> serde_json::Value {
    serde_json::json!({ "value": figure.value, "standard_error": figure.standard_error })
}

/// Aligned columns: the first `texts` to the left, the others to the right. Two blanks stand in front.
fn aligned(rows: &[Vec<String>], texts: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            let gap = " ".repeat(width.saturating_sub(cell.chars().count()));
            if column < texts { format!("{cell}{gap}") } else { format!("{gap}{cell}") }
        });
        format!("  {}", cells.collect::<Vec<_>>().join("  ")).trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// A text cut to a number of characters, with an ellipsis if it was longer.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// The unit of an axis for figures of a unit.
fn axis(unit: Unit) -> super::chart::Unit {
    match unit {
        Unit::Money => super::chart::Unit::Money,
        Unit::Rate => super::chart::Unit::Fraction,
        Unit::Multiple => super::chart::Unit::Multiple,
        Unit::Days | Unit::Whole | Unit::Shares | Unit::Number => super::chart::Unit::Plain,
    }
}
