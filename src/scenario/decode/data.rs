//! Columns of numbers from CSV files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::scenario::keys::listed;

/// Largest data file in bytes.
const LARGEST: u64 = 64 << 20;
/// Columns listed in a message.
const MOST_LISTED: usize = 12;
const FORM: &str =
    "write plain numbers: 0.05 for 5%, 5000000 for $5m, years for spans; leave out rows without one";

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
    let bad = |message: String, help: &str| {
        Diagnostic::new(Code::BadData, format!("`{file}`: {message}")).help(help)
    };
    let broken = |error: csv::Error| bad(error.to_string(), "give every row as many cells as the header has");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().map_err(broken)?.clone();
    let names = || headers.iter().map(str::trim);
    let Some(place) = names().position(|header| header == name) else {
        let columns = format!("it has the columns {}", listed(names().take(MOST_LISTED)));
        return Err(bad(format!("there is no column `{name}`"), &columns).suggest(nearest(name, names())));
    };
    if names().filter(|header| *header == name).count() > 1 {
        return Err(bad(format!("it has two columns `{name}`"), "rename one of them"));
    }
    let mut values = Vec::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = record.get(place).unwrap_or("").trim();
        let value: f64 =
            cell.parse().map_err(|_| bad(format!("line {line}: `{cell}` is not a number"), FORM))?;
        if !value.is_finite() {
            return Err(bad(format!("line {line}: `{cell}` is no number to compute with"), FORM));
        }
        values.push(value);
    }
    Ok(values)
}
