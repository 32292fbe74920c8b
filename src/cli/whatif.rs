//! What `compare`, `sweep` and `sensitivity` have in common.

use std::path::Path;

use super::args::How;
use super::exit::Failure;
use super::interrupt;
use super::load::case_number;
use super::report::theme;
use super::terminal::Terminal;
use crate::diagnostic::render;
use crate::model::Scenario;
use crate::quantity::Currency;
use crate::report::theme::Theme;
use crate::report::whatif::Sheet;
use crate::report::{ReportError, json, publish};
use crate::scenario::{Metric, Refused, Study};
use crate::valuation::{MOST_SOLVE_PATHS, SOLVE_PATHS};

/// Fewest paths that a standard error can be had from.
const FEWEST_PATHS: u64 = 1000;

/// Metrics as typed.
pub(super) fn metrics(texts: &[String], currency: Currency) -> Result<Vec<Metric>, Failure> {
    let read = |text: &String| {
        Metric::read(text, Some(currency)).map_err(|wrong| Failure::Usage(format!("--metric: {wrong}")))
    };
    texts.iter().map(read).collect()
}

/// The deal's currency, and how its amounts are marked.
pub(super) fn currency_and_mark(scenario: &Scenario) -> (Currency, String) {
    // The reader has refused what is no currency.
    let currency: Currency = scenario.deal.currency.parse().unwrap_or(Currency::USD);
    (currency, currency.symbol().unwrap_or(currency.code()).to_owned())
}

/// The name of a case that is there; none for the deal as it stands.
pub(super) fn case_of<'a>(study: &Study, name: Option<&'a str>) -> Result<Option<&'a str>, Failure> {
    match name {
        Some(name) if !name.eq_ignore_ascii_case("As stated") => case_number(study, name).map(|_| Some(name)),
        _ => Ok(None),
    }
}

/// Prints what is wrong with a variant, and fails.
pub(super) fn refused(refused: &Refused, what: &str, terminal: &Terminal) -> Failure {
    terminal.messages(&render(&refused.diagnostics, &refused.sources, terminal.style()));
    Failure::Scenario(format!("{what} cannot be used"))
}

/// A number of paths that is not too small for errors and not too large to keep.
pub(super) fn within(paths: u64) -> Result<u64, Failure> {
    if (FEWEST_PATHS..=MOST_SOLVE_PATHS).contains(&paths) {
        return Ok(paths);
    }
    Err(Failure::Usage(format!(
        "this takes {FEWEST_PATHS} to {MOST_SOLVE_PATHS} paths, not {paths}; choose with --paths"
    )))
}

/// The paths of every point: as asked, or the scenario's own up to a number that is enough for most.
pub(super) fn paths(asked: bool, own: u64) -> Result<u64, Failure> {
    within(if asked { own } else { own.min(SOLVE_PATHS) })
}

/// Prints a result, and writes it if a folder is named.
pub(super) fn finish(
    sheet: &Sheet,
    out: Option<&Path>,
    as_json: bool,
    terminal: &Terminal,
) -> Result<(), Failure> {
    if as_json {
        let bytes = json::bytes(&sheet.json).map_err(|error| Failure::Internal(error.to_string()))?;
        terminal.result(&String::from_utf8_lossy(&bytes))?;
    } else {
        terminal.result(&sheet.text)?;
    }
    let Some(folder) = out else { return Ok(()) };
    interrupt::hold();
    let command: Vec<String> = std::env::args().skip(1).collect();
    let files =
        sheet.write(&format!("cabrio {}", command.join(" ")), folder).map_err(|error| match error {
            ReportError::Publish(error) => Failure::Output(error.to_string()),
            other => Failure::Internal(other.to_string()),
        })?;
    terminal.hint(&format!("wrote {} files to {}", files.len(), folder.display()));
    Ok(())
}

/// Before anything is run: refuses a folder that could not be written to, and reads how the result shall look.
pub(super) fn prepared(how: &How, terminal: &Terminal) -> Result<Option<Theme>, Failure> {
    if let Some(folder) = &how.out {
        publish::check_target(folder).map_err(|error| Failure::Output(error.to_string()))?;
    }
    how.theme.as_deref().map(|file| theme(file, terminal)).transpose()
}
