//! `cabrio captable`: who owns what before and after the next round, in exact decimals.

use super::args::CapTable;
use super::exit::Failure;
use super::load::{structure, with_round};
use super::terminal::Terminal;
use crate::capital::round_table;
use crate::report::capital::{captable as as_text, holdings_csv};

pub(super) fn captable(command: &CapTable, terminal: &Terminal) -> Result<(), Failure> {
    let sets = with_round(&command.source.sets, &command.round);
    let structure = structure(&command.source.file, &sets, terminal)?;
    let table = round_table(&structure.capital, &structure.left_out)
        .map_err(|error| Failure::Scenario(error.to_string()))?;
    if command.json {
        terminal.result(&json(&table)?)
    } else if command.csv {
        let bytes = holdings_csv(&table).map_err(|error| Failure::Internal(error.to_string()))?;
        terminal.result(&String::from_utf8_lossy(&bytes))
    } else {
        terminal.result(&as_text(&table))
    }
}

/// A table as one JSON object.
pub(super) fn json<T: serde::Serialize>(table: &T) -> Result<String, Failure> {
    serde_json::to_string_pretty(table).map_err(|error| Failure::Internal(error.to_string()))
}
