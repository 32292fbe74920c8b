//! `manifest.json`: what the report was made from, and a hash of every file in it.

use serde::{Deserialize, Serialize};

use super::summary::{CheckRow, RunFacts, Summary, Warning};

/// Name of the manifest, which also tells a report's folder from any other.
pub const FILE: &str = "manifest.json";

/// What [`Manifest::program`] says.
pub(super) const PROGRAM: &str = "cabrio";

/// What differs between two runs that are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Volatile {
    /// Time of the run by the clock on the wall.
    pub wall_seconds: f64,
    /// Threads used.
    pub threads: usize,
}

/// What was asked of the run beyond what the resolved scenario says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The cases run beside the deal as it stands; all if empty.
    pub cases: Vec<String>,
    /// How exact the mean was to be.
    pub target: Option<String>,
}

/// The manifest of a report.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest<'a> {
    /// Always `cabrio`.
    pub program: &'static str,
    /// Version of the layout of `summary.json` and of this file.
    pub schema_version: u32,
    /// What fixes the numbers.
    pub run: &'a RunFacts,
    /// Cases and target asked for.
    pub asked: &'a Asked,
    /// The command that makes the report again.
    pub command: &'a str,
    /// What came of the scenario's checks.
    pub checks: &'a [CheckRow],
    /// Reasons for care.
    pub warnings: &'a [Warning],
    /// All files but this one, by path.
    pub files: Vec<Entry>,
    /// What a second run may change.
    pub volatile: Volatile,
}

/// One file of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// From the report's folder, with slashes.
    pub path: String,
    /// Length.
    pub bytes: usize,
    /// BLAKE3 of the content, hexadecimal.
    pub blake3: String,
}

impl Entry {
    /// Of a file by path and content.
    pub(super) fn of(path: &str, content: &[u8]) -> Self {
        Self {
            path: path.to_owned(),
            bytes: content.len(),
            blake3: blake3::hash(content).to_hex().to_string(),
        }
    }

    /// Whether this is the file with this content.
    pub(super) fn is_of(&self, content: &[u8]) -> bool {
        self.bytes == content.len() && self.blake3 == blake3::hash(content).to_hex().as_str()
    }
}

impl<'a> Manifest<'a> {
    /// The manifest of files given by path and content.
    #[must_use]
    pub fn new(
        summary: &'a Summary,
        asked: &'a Asked,
        command: &'a str,
        files: &[(String, Vec<u8>)],
        volatile: Volatile,
    ) -> Self {
        let mut files: Vec<Entry> = files.iter().map(|(path, content)| Entry::of(path, content)).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self {
            program: PROGRAM,
            schema_version: summary.schema_version,
            run: &summary.run,
            asked,
            command,
            checks: &summary.checks,
            warnings: &summary.warnings,
            files,
            volatile,
        }
    }
}
