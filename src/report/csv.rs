//! CSV files: RFC 4180 quoting, UTF-8, commas, line feeds, the shortest digits that give the number back.

use super::table::{Cell, Table};

/// A table as the bytes of its file.
///
/// # Errors
/// If a row is not as long as the header.
pub(super) fn bytes(table: &Table) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(&table.header)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(text))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        // Adding nought turns −0 into 0. Rust prints the shortest digits that read back as the same number.
        Cell::Number(Some(number)) if number.is_finite() => format!("{}", number + 0.0),
        Cell::Count(Some(count)) => count.to_string(),
        Cell::Number(_) | Cell::Count(None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hand-worked from RFC 4180 §2: texts with commas, quotes or line breaks are quoted, quotes are doubled.
    #[test]
    fn quoting_and_unknown_numbers() {
        let table = Table {
            file: "test.csv",
            header: vec!["name".into(), "value_usd".into(), "paths".into()],
            rows: vec![
                vec![Cell::from("a, \"b\""), Cell::from(0.1), Cell::from(3)],
                vec![Cell::from("é"), Cell::Number(None), Cell::Count(None)],
                vec![Cell::from("c"), Cell::from(-0.0), Cell::from(1)],
                vec![Cell::from("d"), Cell::from(1.31e9), Cell::from(1)],
                vec![Cell::from("e"), Cell::from(f64::NAN), Cell::from(1)],
            ],
        };
        let text = String::from_utf8(bytes(&table).unwrap()).unwrap();
        assert_eq!(text, "name,value_usd,paths\n\"a, \"\"b\"\"\",0.1,3\né,,\nc,0,1\nd,1310000000,1\ne,,1\n");
    }

    #[test]
    fn a_row_of_another_length_is_an_error() {
        let table = Table {
            file: "test.csv",
            header: vec!["a".into(), "b".into()],
            rows: vec![vec![Cell::from("only one")]],
        };
        assert!(bytes(&table).is_err());
    }
}
