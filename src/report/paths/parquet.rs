//! Paths as Apache Parquet, for programs that read columns: `DuckDB`, Polars, pandas.

use std::io;
use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::parser::parse_message_type;

use super::{NUMBERS, Row, Scratch};

/// Rows of a group, which is what is held in memory: some 10 MB.
const GROUP: usize = 1 << 16;
/// Levels of a number that is there, and of one that is not.
const PRESENT: i16 = 1;
const ABSENT: i16 = 0;

/// The rows written so far, and those of the group in the making.
pub(super) struct Sheet {
    writer: SerializedFileWriter<Scratch>,
    paths: Vec<i64>,
    cases: Vec<ByteArray>,
    endings: Vec<ByteArray>,
    numbers: [Column; NUMBERS.len()],
}

/// A column of numbers in which some may be absent.
#[derive(Default)]
struct Column {
    values: Vec<f64>,
    levels: Vec<i16>,
}

impl Sheet {
    pub(super) fn begin(scratch: Scratch, numbers: &[String]) -> io::Result<Self> {
        let columns: Vec<String> = numbers.iter().map(|name| format!("optional double {name};")).collect();
        let schema = format!(
            "message paths {{ required int64 path (INTEGER(64,false)); required binary case (STRING); \
             required binary ending (STRING); {}}}",
            columns.concat()
        );
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("cabrio {}", env!("CARGO_PKG_VERSION")))
            .build();
        let schema = Arc::new(parse_message_type(&schema).map_err(refused)?);
        let writer = SerializedFileWriter::new(scratch, schema, Arc::new(properties)).map_err(refused)?;
        Ok(Self {
            writer,
            paths: Vec::with_capacity(GROUP),
            cases: Vec::with_capacity(GROUP),
            endings: Vec::with_capacity(GROUP),
            numbers: std::array::from_fn(|_| Column::default()),
        })
    }

    pub(super) fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        // The number comes back unsigned, as the schema says.
        self.paths.push(row.path.cast_signed());
        self.cases.push(row.case.into());
        self.endings.push(row.ending.into());
        for (column, number) in self.numbers.iter_mut().zip(row.numbers) {
            if number.is_finite() {
                // Adding nought turns −0 into 0, as in the tables.
                column.values.push(number + 0.0);
                column.levels.push(PRESENT);
            } else {
                column.levels.push(ABSENT);
            }
        }
        if self.paths.len() == GROUP { self.write_group().map_err(refused) } else { Ok(()) }
    }

    fn write_group(&mut self) -> Result<()> {
        let mut group = self.writer.next_row_group()?;
        write::<Int64Type>(&mut group, &self.paths, None)?;
        write::<ByteArrayType>(&mut group, &self.cases, None)?;
        write::<ByteArrayType>(&mut group, &self.endings, None)?;
        for Column { values, levels } in &mut self.numbers {
            write::<DoubleType>(&mut group, values, Some(levels))?;
            values.clear();
            levels.clear();
        }
        group.close()?;
        self.paths.clear();
        self.cases.clear();
        self.endings.clear();
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<Scratch> {
        if !self.paths.is_empty() {
            self.write_group().map_err(refused)?;
        }
        self.writer.into_inner().map_err(refused)
    }
}

/// Writes the next column of a group.
fn write<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Scratch>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<()> {
    let mut column = group.next_column()?.ok_or_else(|| ParquetError::General("no further column".into()))?;
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
}

fn refused(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(inner) => io::Error::other(inner),
        },
        other => io::Error::other(other),
    }
}
