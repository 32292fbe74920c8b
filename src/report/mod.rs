//! What a run leaves behind.
//!
//! Columns of outcomes become a [`summary::Summary`] of plain numbers with their errors; everything else is
//! made from that: tables, charts, the report as a page and as text, the screen of the terminal. The bytes of
//! all files depend on nothing but the summary and the texts handed in; only `manifest.json` has a part, called
//! `volatile`, that tells of the clock and the machine.

pub mod capital;
pub mod chart;
mod csv;
pub mod figure;
pub mod format;
mod html;
pub mod json;
pub mod manifest;
mod markdown;
pub mod memo;
pub mod paths;
pub mod publish;
mod shown;
pub mod solution;
pub mod stored;
pub mod summary;
pub mod table;
pub mod terminal;
pub mod theme;
pub mod whatif;
#[cfg(test)]
mod tests;
mod workbook;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use thiserror::Error;

use chart::ChartError;
use figure::{FigureEntry, Look};
use manifest::{Asked, Manifest, Volatile};
use memo::Memo;
use publish::PublishError;
use summary::Summary;
use theme::Theme;

/// The scenario as it was written.
const SCENARIO: &str = "scenario.toml";
/// How the report looks, if not as the house has it.
const THEME: &str = "theme.toml";
/// The scenario that was run.
const RESOLVED: &str = "scenario.resolved.toml";

/// Everything a report's folder is made from.
#[derive(Clone, Copy, Debug)]
pub struct ReportInput<'a> {
    /// The results.
    pub summary: &'a Summary,
    /// The scenario as it was written: `scenario.toml`.
    pub scenario_text: &'a str,
    /// The scenario with its base file and all overrides merged into one: `scenario.resolved.toml`.
    pub resolved_text: &'a str,
    /// The data files that it reads, by path and content.
    pub data: &'a BTreeMap<String, Vec<u8>>,
    /// Cases and target asked for.
    pub asked: &'a Asked,
    /// The command that makes the report again.
    pub command: &'a str,
    /// How it looks, if not as the house has it: `theme.toml`.
    pub theme: Option<&'a Theme>,
    /// What a second run may change.
    pub volatile: Volatile,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The report's folder.
    pub folder: PathBuf,
    /// The files in it, `manifest.json` last.
    pub files: Vec<String>,
}

/// Why a report could not be written.
#[derive(Debug, Error)]
pub enum ReportError {
    /// A chart failed.
    #[error(transparent)]
    Chart(#[from] ChartError),
    /// The page's template failed.
    #[error("the report's page could not be made: {0}")]
    Page(#[from] minijinja::Error),
    /// A table failed.
    #[error("a table could not be written: {0}")]
    Table(#[from] ::csv::Error),
    /// The workbook failed.
    #[error("the workbook could not be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// A JSON file failed.
    #[error("a JSON file could not be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The folder could not be put in place.
    #[error(transparent)]
    Publish(#[from] PublishError),
}

/// Writes a report's folder: whole, or not at all. An older report there is replaced.
///
/// # Errors
/// See [`ReportError`]; the folder is then what it was before.
pub fn write_report(input: &ReportInput<'_>, folder: &Path) -> Result<Written, ReportError> {
    let files = files(input)?;
    publish::publish(&files, folder)?;
    Ok(Written { folder: folder.to_owned(), files: files.into_iter().map(|(path, _)| path).collect() })
}

/// All files of a report, by path within its folder and content; `manifest.json` last.
///
/// # Errors
/// If a chart, a table or a page cannot be made.
pub fn files(input: &ReportInput<'_>) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    Theme::dressed(input.theme, |look| drawn(input, look))
}

fn drawn(input: &ReportInput<'_>, look: &Look) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let summary = input.summary;
    let figures = figure::figures(summary, look)?;
    let memo = Memo::new(summary, &figures, input.command);
    let mut files = vec![
        ("report.html".to_owned(), html::bytes(&memo)?),
        ("report.md".to_owned(), markdown::bytes(&memo)),
        (workbook::FILE.to_owned(), workbook::bytes(summary, &figures, input.command)?),
        ("summary.json".to_owned(), json::bytes(summary)?),
        (SCENARIO.to_owned(), input.scenario_text.as_bytes().to_vec()),
        (RESOLVED.to_owned(), input.resolved_text.as_bytes().to_vec()),
    ];
    files.extend(input.theme.map(|theme| (THEME.to_owned(), theme.text.clone().into_bytes())));
    files.extend(input.data.iter().map(|(path, content)| (path.clone(), content.clone())));
    for table in table::tables(summary) {
        files.push((table.file.to_owned(), csv::bytes(&table)?));
    }
    // Drawing pixels is most of the work of a report.
    let pixels: Vec<_> = figures.par_iter().map(|figure| figure.chart.png()).collect();
    for (figure, pixels) in figures.iter().zip(pixels) {
        files.push((figure.path("svg"), figure.chart.svg.as_bytes().to_vec()));
        files.push((figure.path("png"), pixels?));
    }
    let index: Vec<FigureEntry> = figures.iter().map(figure::Figure::entry).collect();
    files.push(("charts/index.json".to_owned(), json::bytes(&index)?));
    let manifest = Manifest::new(summary, input.asked, input.command, &files, input.volatile);
    let manifest = json::bytes(&manifest)?;
    files.push((manifest::FILE.to_owned(), manifest));
    Ok(files)
}
