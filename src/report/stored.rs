//! [`Stored`]: a report's folder read back, to be compared with what its scenario gives today.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::manifest::{self, Asked, Volatile};
use super::summary::{SCHEMA_VERSION, Summary};

/// The results.
const SUMMARY: &str = "summary.json";

/// A folder that a run wrote, as far as its manifest tells.
#[derive(Clone, Debug)]
pub struct Stored {
    /// What it was made from.
    pub manifest: StoredManifest,
    folder: PathBuf,
    whole: Value,
}

/// The manifest, as far as it is needed to run again.
#[derive(Clone, Debug, Deserialize)]
pub struct StoredManifest {
    /// What fixes the numbers.
    pub run: StoredRun,
    /// Cases and target.
    pub asked: Asked,
    /// The command that made the report.
    pub command: String,
    /// All files, with their hashes.
    pub files: Vec<manifest::Entry>,
    /// What a second run may change.
    pub volatile: Volatile,
}

/// The facts of the run that name it.
#[derive(Clone, Debug, Deserialize)]
pub struct StoredRun {
    /// Name of the scenario.
    pub scenario: String,
    /// Stands for all that fixes the numbers.
    pub run_id: String,
    /// Version of the program.
    pub engine_version: String,
    /// Paths.
    pub paths: u64,
}

/// Why a folder cannot be run again.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    /// It holds no report.
    #[error("`{}` holds no report of Cabrio ({why}): name the folder that `cabrio run` wrote", folder.display())]
    NotAReport {
        /// The folder.
        folder: PathBuf,
        /// What is missing.
        why: String,
    },
    /// Its manifest is incomplete.
    #[error("`{}` is damaged, so that nobody can tell what the report was made from: {why}", file.display())]
    Manifest {
        /// The manifest.
        file: PathBuf,
        /// Where reading ended.
        why: String,
    },
    /// Its results are laid out otherwise.
    #[error(
        "`{}` has results in layout {theirs} and this version of Cabrio reads layout {SCHEMA_VERSION}: redraw it with the \
         version that wrote it, or run its scenario.resolved.toml again",
        folder.display()
    )]
    OtherLayout {
        /// The folder.
        folder: PathBuf,
        /// The layout it has.
        theirs: String,
    },
    /// Another version of the program wrote it.
    #[error(
        "`{}` was made by version {theirs} of Cabrio and this is {}: the same bytes are promised for the same \
         version only, so reproduce it with version {theirs}",
        folder.display(), env!("CARGO_PKG_VERSION")
    )]
    OtherVersion {
        /// The folder.
        folder: PathBuf,
        /// The version that wrote it.
        theirs: String,
    },
    /// A file that the run is made from is gone or changed.
    #[error("`{}` {why}: without it the run cannot be made again", file.display())]
    Source {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

impl Stored {
    /// Reads the manifest of a folder that this version wrote.
    ///
    /// # Errors
    /// If there is none, it cannot be read, or another version wrote it.
    pub fn read(folder: &Path) -> Result<Self, StoredError> {
        let stored = Self::open(folder)?;
        let theirs = &stored.manifest.run.engine_version;
        if theirs != env!("CARGO_PKG_VERSION") {
            return Err(StoredError::OtherVersion { folder: folder.to_owned(), theirs: theirs.clone() });
        }
        Ok(stored)
    }

    /// Reads the manifest of a folder, whichever version wrote it.
    ///
    /// # Errors
    /// If there is none, or it cannot be read.
    pub fn open(folder: &Path) -> Result<Self, StoredError> {
        let file = folder.join(manifest::FILE);
        let not = |why: String| StoredError::NotAReport { folder: folder.to_owned(), why };
        let bytes = fs::read(&file).map_err(|error| not(format!("{}: {error}", manifest::FILE)))?;
        let damaged = |why: String| StoredError::Manifest { file: file.clone(), why };
        let whole: Value = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        if whole.get("program").is_none_or(|program| program != manifest::PROGRAM) {
            return Err(not(format!("{} is of another program", manifest::FILE)));
        }
        if let Some(kind) = whole.get("kind").and_then(Value::as_str) {
            return Err(not(format!("{} is of `cabrio {kind}`", manifest::FILE)));
        }
        let manifest = StoredManifest::deserialize(&whole).map_err(|error| damaged(error.to_string()))?;
        Ok(Self { manifest, folder: folder.to_owned(), whole })
    }

    /// The scenario as it was written.
    ///
    /// # Errors
    /// If the file is gone or changed.
    pub fn scenario_text(&self) -> Result<String, StoredError> {
        self.text(super::SCENARIO)
    }

    /// The scenario that was run.
    ///
    /// # Errors
    /// If the file is gone or changed.
    pub fn resolved_text(&self) -> Result<String, StoredError> {
        self.text(super::RESOLVED)
    }

    /// The results, as the run wrote them.
    ///
    /// # Errors
    /// If `summary.json` is gone or changed, or laid out otherwise than this version reads it.
    pub fn summary(&self) -> Result<Summary, StoredError> {
        #[derive(Deserialize)]
        struct Layout {
            schema_version: Value,
        }
        let bytes = self.intact(SUMMARY)?;
        let broken = |error: serde_json::Error| self.broken(SUMMARY, format!("cannot be read: {error}"));
        let layout: Layout = serde_json::from_slice(&bytes).map_err(broken)?;
        if layout.schema_version != SCHEMA_VERSION {
            let theirs = layout.schema_version.to_string();
            return Err(StoredError::OtherLayout { folder: self.folder.clone(), theirs });
        }
        let summary: Summary = serde_json::from_slice(&bytes).map_err(broken)?;
        if summary.cases.is_empty() {
            return Err(self.broken(SUMMARY, "has no case"));
        }
        Ok(summary)
    }

    /// The theme that the report was drawn with, if any.
    ///
    /// # Errors
    /// If the file is gone or changed.
    pub fn theme_text(&self) -> Result<Option<String>, StoredError> {
        let themed = self.manifest.files.iter().any(|entry| entry.path == super::THEME);
        themed.then(|| self.text(super::THEME)).transpose()
    }

    /// The data files that the scenario reads.
    ///
    /// # Errors
    /// If one is gone or changed.
    pub fn data(&self) -> Result<BTreeMap<String, Vec<u8>>, StoredError> {
        let names = self.manifest.files.iter().map(|entry| entry.path.as_str());
        let data = names.filter(|name| name.starts_with("data/"));
        let read = |name: &str| {
            // A name that leads out of the folder is nothing that a run wrote.
            let plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
            let content =
                if plain { self.intact(name) } else { Err(self.broken(name, "is no name of a data file")) };
            Ok((name.to_owned(), content?))
        };
        data.map(read).collect()
    }

    fn text(&self, name: &str) -> Result<String, StoredError> {
        String::from_utf8(self.intact(name)?).map_err(|_| self.broken(name, "is no text"))
    }

    fn broken(&self, name: &str, why: impl Into<String>) -> StoredError {
        StoredError::Source { file: self.folder.join(name), why: why.into() }
    }

    /// The content of a file that has the hash that the manifest says.
    fn intact(&self, name: &str) -> Result<Vec<u8>, StoredError> {
        let entry = self.manifest.files.iter().find(|entry| entry.path == name);
        let entry = entry.ok_or_else(|| self.broken(name, "is not listed in the manifest"))?;
        let bytes = fs::read(self.folder.join(name)).map_err(|error| self.broken(name, told(&error)))?;
        if entry.is_of(&bytes) {
            Ok(bytes)
        } else {
            Err(self.broken(name, "was changed since it was written"))
        }
    }

    /// What differs between the folder, its manifest, and the files of the same run made now; one sentence for each file.
    #[must_use]
    pub fn differences(&self, fresh: &[(String, Vec<u8>)]) -> Vec<String> {
        let now: BTreeMap<&str, &[u8]> =
            fresh.iter().map(|(path, content)| (path.as_str(), content.as_slice())).collect();
        let mut found: Vec<String> = Vec::new();
        for entry in &self.manifest.files {
            let path = &entry.path;
            let on_disk = fs::read(self.folder.join(path));
            match (now.get(path.as_str()), on_disk) {
                (_, Err(error)) => found.push(format!("{path} {}", told(&error))),
                (None, _) => found.push(format!("{path} does not come out any more")),
                (Some(fresh), Ok(stored)) if stored != **fresh => {
                    let changed = if entry.is_of(fresh) {
                        "was changed since it was written"
                    } else if entry.is_of(&stored) {
                        "comes out otherwise"
                    } else {
                        "was changed, and comes out otherwise than the manifest says"
                    };
                    found.push(format!("{path} {changed}{}", first_difference(&stored, fresh)));
                }
                (Some(fresh), Ok(_)) if !entry.is_of(fresh) => {
                    found.push(format!("{path} is as it comes out, and not as the manifest says"));
                }
                _ => {}
            }
        }
        let listed = |path: &str| self.manifest.files.iter().any(|entry| entry.path == path);
        let unlisted = now.keys().filter(|path| **path != manifest::FILE && !listed(path));
        found.extend(unlisted.map(|path| format!("{path} comes out now, and is not in the manifest")));
        let manifest = now.get(manifest::FILE).and_then(|bytes| serde_json::from_slice(bytes).ok());
        if found.is_empty() && manifest.map(lasting) != Some(lasting(self.whole.clone())) {
            found.push(format!("{} comes out otherwise", manifest::FILE));
        }
        found
    }
}

/// A manifest without the part that a second run may change.
fn lasting(mut manifest: Value) -> Value {
    manifest.as_object_mut().and_then(|fields| fields.remove("volatile"));
    manifest
}

fn told(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "is missing".to_owned(),
        _ => format!("cannot be read ({error})"),
    }
}

/// The first line in which two texts differ; nothing for what is no text.
fn first_difference(stored: &[u8], fresh: &[u8]) -> String {
    let (Ok(stored), Ok(fresh)) = (str::from_utf8(stored), str::from_utf8(fresh)) else {
        return String::new();
    };
    let pairs = stored.lines().zip(fresh.lines());
    let same = pairs.take_while(|(stored, fresh)| stored == fresh).count();
    format!(" (from line {} on)", same + 1)
}
