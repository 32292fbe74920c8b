//! Paths as CSV, in the form of the other tables.

use std::io::{self, BufWriter};

use super::{Row, Scratch};

/// The rows written so far.
pub(super) struct Sheet {
    writer: csv::Writer<BufWriter<Scratch>>,
}

impl Sheet {
    pub(super) fn begin(scratch: Scratch, numbers: &[String]) -> io::Result<Self> {
        let mut writer = csv::Writer::from_writer(BufWriter::new(scratch));
        writer
            .write_record(["path", "case", "ending"].into_iter().chain(numbers.iter().map(String::as_str)))?;
        Ok(Self { writer })
    }

    pub(super) fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        self.writer.write_field(row.path.to_string())?;
        self.writer.write_field(row.case)?;
        self.writer.write_field(row.ending)?;
        for number in row.numbers {
            // Adding nought turns −0 into 0. Rust prints the shortest digits that read back as the same number.
            let text = if number.is_finite() { format!("{}", number + 0.0) } else { String::new() };
            self.writer.write_field(text)?;
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    pub(super) fn finish(self) -> io::Result<Scratch> {
        let buffer = self.writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        buffer.into_inner().map_err(io::IntoInnerError::into_error)
    }
}
