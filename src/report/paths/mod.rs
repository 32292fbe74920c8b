//! Every path in a file of its own: a row for each path and case, written as the run goes.

mod csv;
#[cfg(feature = "parquet")]
mod parquet;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::publish;
use crate::simulate::{Branch, Kept, Outcomes};

/// One path of one case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row<'a> {
    /// Number of the path.
    path: u64,
    /// Name of the case.
    case: &'a str,
    /// How the investor's tranche that was decided last ended.
    ending: &'static str,
    /// In the order of [`NUMBERS`]; NaN where undefined.
    numbers: [f64; NUMBERS.len()],
}

/// The columns of numbers; `$` stands for the deal's currency.
const NUMBERS: [&str; 10] = [
    "present_value_$",
    "paid_present_value_$",
    "invested_$",
    "received_$",
    "multiple",
    "irr_per_year",
    "resolved_years",
    "ownership",
    "strategic_$",
    "company_value_$",
];

/// Why paths could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PathsError {
    /// Neither CSV nor Parquet.
    #[error("`{}` is no file of paths: name one that ends in .csv or .parquet", path.display())]
    Form {
        /// The path.
        path: PathBuf,
    },
    /// Parquet, and the program was built without it.
    #[error(
        "this build writes no Parquet: build it with `cargo build --release --features parquet`, or name a file that ends in .csv \
         instead of `{}`",
        path.display()
    )]
    NoParquet {
        /// The path.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot write the paths to `{}`: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

/// A file of paths in the making. It takes its name only when it is complete.
pub struct PathsFile {
    sheet: Sheet,
    target: PathBuf,
    cases: Vec<String>,
    every: u64,
    failed: Option<io::Error>,
}

impl PathsFile {
    /// Begins a file beside `target`. Of `paths` paths every k-th is written, so that there are `most` at most.
    ///
    /// # Errors
    /// If the name has no form that can be written, or the system refuses.
    pub fn begin(
        target: &Path,
        cases: &[&str],
        currency: &str,
        paths: u64,
        most: Option<u64>,
    ) -> Result<Self, PathsError> {
        let form = Form::of(target)?;
        let refused = |source| PathsError::Io { path: target.to_owned(), source };
        if target.is_dir() {
            return Err(refused(io::ErrorKind::IsADirectory.into()));
        }
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let scratch = publish::scratch_file(folder).map_err(refused)?;
        let currency = currency.to_ascii_lowercase();
        let numbers: Vec<String> = NUMBERS.iter().map(|name| name.replace('$', &currency)).collect();
        let sheet = Sheet::begin(form, scratch, &numbers).map_err(refused)?;
        Ok(Self {
            sheet,
            target: target.to_owned(),
            cases: cases.iter().map(|&case| case.to_owned()).collect(),
            every: most.map_or(1, |most| paths.div_ceil(most.max(1))).max(1),
            failed: None,
        })
    }

    /// Writes the paths of a block, the first of which has number `first`; false once writing has failed.
    pub fn take(&mut self, first: u64, cases: &[Outcomes]) -> bool {
        if self.failed.is_none() {
            self.failed = self.rows(first, cases).err();
        }
        self.failed.is_none()
    }

    fn rows(&mut self, first: u64, cases: &[Outcomes]) -> io::Result<()> {
        let count = cases.first().map_or(0, |case| case.columns.present_value.len());
        for (path, index) in (first..).zip(0..count).filter(|(path, _)| path.is_multiple_of(self.every)) {
            for (case, Outcomes { columns, .. }) in self.cases.iter().zip(cases) {
                let kept = |kept: Kept| kept.of(columns, index);
                let row = Row {
                    path,
                    case,
                    ending: Branch::ALL[usize::from(columns.ending[index])].id(),
                    numbers: [
                        columns.present_value[index],
                        columns.paid[index],
                        columns.invested[index],
                        columns.received[index],
                        kept(Kept::Multiple),
                        kept(Kept::Irr),
                        kept(Kept::Resolved),
                        kept(Kept::Ownership),
                        columns.strategic[index],
                        columns.final_value[index],
                    ],
                };
                self.sheet.row(&row)?;
            }
        }
        Ok(())
    }

    /// Whether all rows so far could be written.
    ///
    /// # Errors
    /// If the system refused one.
    pub fn written(&mut self) -> Result<(), PathsError> {
        match self.failed.take() {
            Some(source) => Err(PathsError::Io { path: self.target.clone(), source }),
            None => Ok(()),
        }
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    /// If the system refuses; nothing is left then.
    pub fn finish(self) -> Result<PathBuf, PathsError> {
        let Self { sheet, target, .. } = self;
        let refused = |source| PathsError::Io { path: target.clone(), source };
        let scratch = sheet.finish().map_err(refused)?;
        scratch.as_file().sync_all().map_err(refused)?;
        let _: File = scratch.persist(&target).map_err(|error| refused(error.error))?;
        Ok(target)
    }
}

/// A file that goes away unless it is given a name.
type Scratch = NamedTempFile;

/// The forms of a file.
#[derive(Clone, Copy)]
enum Form {
    Csv,
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Form {
    /// As the file's name ends.
    fn of(target: &Path) -> Result<Self, PathsError> {
        let path = || target.to_owned();
        let ends_in = |form: &str| target.extension().is_some_and(|end| end.eq_ignore_ascii_case(form));
        match (ends_in("csv"), ends_in("parquet")) {
            (true, _) => Ok(Self::Csv),
            #[cfg(feature = "parquet")]
            (_, true) => Ok(Self::Parquet),
            #[cfg(not(feature = "parquet"))]
            (_, true) => Err(PathsError::NoParquet { path: path() }),
            _ => Err(PathsError::Form { path: path() }),
        }
    }
}

/// Rows in one of the forms.
enum Sheet {
    Csv(Box<csv::Sheet>),
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::Sheet>),
}

impl Sheet {
    fn begin(form: Form, scratch: Scratch, numbers: &[String]) -> io::Result<Self> {
        Ok(match form {
            Form::Csv => Self::Csv(Box::new(csv::Sheet::begin(scratch, numbers)?)),
            #[cfg(feature = "parquet")]
            Form::Parquet => Self::Parquet(Box::new(parquet::Sheet::begin(scratch, numbers)?)),
        })
    }

    fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        match self {
            Self::Csv(sheet) => sheet.row(row),
            #[cfg(feature = "parquet")]
            Self::Parquet(sheet) => sheet.row(row),
        }
    }

    fn finish(self) -> io::Result<Scratch> {
        match self {
            Self::Csv(sheet) => sheet.finish(),
            #[cfg(feature = "parquet")]
            Self::Parquet(sheet) => sheet.finish(),
        }
    }
}
