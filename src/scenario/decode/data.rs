//! Columns of numbers from CSV files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, nearest};

/// Largest data file in bytes.
const LARGEST: u64 = 64 << 20;

/// Reads one column of a CSV file as numbers in base units: currency units, fractions, years.
pub(super) fn column(path: &Path, name: &str) -> Result<Vec<f64>, Diagnostic> {
    let file = path.display();
    let unreadable = |error: &dyn std::fmt::Display| {
        Diagnostic::new(Code::UnreadableData, format!("cannot read `{file}`: {error}"))
            .help("the path counts from the folder of the scenario")
    };
    let open = File::open(path).map_err(|error| unreadable(&error))?;
    let mut text = String::new();
    open.take(LARGEST + 1).read_to_string(&mut text).map_err(|error| unreadable(&error))?;
    if text.len() as u64 > LARGEST {
        return Err(unreadable(&"it is larger than 64 MB"));
    }
    let bad = |message: String| Diagnostic::new(Code::BadData, format!("`{file}`: {message}"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| bad(error.to_string()))?.clone();
    let Some(place) = headers.iter().position(|header| header.trim() == name) else {
        return Err(
            bad(format!("it has no column `{name}`")).suggest(nearest(name, headers.iter().map(str::trim)))
        );
    };
    let mut values = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| bad(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = record.get(place).unwrap_or("").trim();
        let value: f64 = cell.parse().map_err(|_| bad(format!("line {line}: `{cell}` is not a number")))?;
        if !value.is_finite() {
            return Err(bad(format!("line {line}: `{cell}` is no number to compute with")));
        }
        values.push(value);
    }
    Ok(values)
}
