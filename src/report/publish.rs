//! Putting a report's folder in place: whole, or not at all.
//!
//! Everything is written into a temporary folder beside the target, which is then renamed over it. If anything
//! fails on the way, the old folder stays as it was and the temporary one is removed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::manifest;

/// Why a folder could not be put in place.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The operating system refused.
    #[error("cannot {action} `{}`: {}", path.display(), reason(source))]
    Io {
        /// What was to be done.
        action: &'static str,
        /// To which file or folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A file stands where the folder should be.
    #[error("`{}` is a file where the report's folder should be: move it away, or choose another folder", path.display())]
    NotAFolder {
        /// The file.
        path: PathBuf,
    },
    /// The folder holds something that is no report of this program.
    #[error(
        "`{}` is not empty and holds no report of Cabrio, so it is left alone: choose another folder, or empty this one",
        path.display()
    )]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// The path names no folder, such as `/`.
    #[error("`{}` names no folder that a report could be written to: choose another one", path.display())]
    NoName {
        /// The path.
        path: PathBuf,
    },
}

/// The system's answer, with what to do where that is plain.
fn reason(error: &io::Error) -> String {
    let fix = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room on that disk, or choose a folder on another"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "choose a folder that you may write to"
        }
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "a file stands where a folder should be"
        }
        _ => return error.to_string(),
    };
    format!("{error}; {fix}")
}

fn io_error<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> PublishError + 'a {
    move |source| PublishError::Io { action, path: path.to_owned(), source }
}

/// A file in `folder` that goes away unless it is given a name, to be read by whom the system lets read new files.
///
/// # Errors
/// If the system refuses.
pub fn scratch_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.prefix(".cabrio-").tempfile_in(folder)
}

/// Makes `folder` hold exactly these files, given by path within it and content. An older report there is
/// replaced; any other folder with something in it is left alone.
///
/// # Errors
/// See [`PublishError`]. After an error the target is what it was before.
pub fn publish(files: &[(String, Vec<u8>)], folder: &Path) -> Result<(), PublishError> {
    // A link to a folder stays a link: what it points to is replaced.
    let target = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let no_name = || PublishError::NoName { path: folder.to_owned() };
    let parent = match target.parent().ok_or_else(no_name)? {
        parent if parent.as_os_str().is_empty() => Path::new("."),
        parent => parent,
    };
    target.file_name().ok_or_else(no_name)?;
    let exists = may_replace(&target, folder)?;
    fs::create_dir_all(parent).map_err(io_error("create the folder", parent))?;
    let scratch = tempfile::Builder::new()
        .prefix(".cabrio-")
        .tempdir_in(parent)
        .map_err(io_error("create a temporary folder in", parent))?;
    let fresh = scratch.path().join("new");
    write_all(files, &fresh)?;
    swap(&fresh, &target, &scratch, exists)?;
    // The report stands; what is left of the old one is no reason to fail.
    let _ = scratch.close();
    Ok(())
}

/// Whether a report could be put there, as far as can be told before anything is written.
///
/// # Errors
/// If something stands there that is not replaced.
pub fn check_target(folder: &Path) -> Result<(), PublishError> {
    let target = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    may_replace(&target, folder).map(drop)
}

/// Whether the target exists; an error if it may not be replaced.
fn may_replace(target: &Path, asked: &Path) -> Result<bool, PublishError> {
    let kind = match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        found => found.map_err(io_error("look at", target))?,
    };
    if !kind.is_dir() {
        return Err(PublishError::NotAFolder { path: asked.to_owned() });
    }
    let mut entries = fs::read_dir(target).map_err(io_error("read the folder", target))?;
    if entries.next().is_none() || is_report(target) {
        Ok(true)
    } else {
        Err(PublishError::NotOurs { path: asked.to_owned() })
    }
}

/// Whether a folder has a manifest of this program.
fn is_report(folder: &Path) -> bool {
    let manifest = fs::read(folder.join(manifest::FILE)).ok();
    let value: Option<serde_json::Value> = manifest.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    value.is_some_and(|value| value.get("program").is_some_and(|program| program == manifest::PROGRAM))
}

fn write_all(files: &[(String, Vec<u8>)], folder: &Path) -> Result<(), PublishError> {
    fs::create_dir(folder).map_err(io_error("create the folder", folder))?;
    for (path, content) in files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(io_error("create the folder", parent))?;
        }
        fs::write(&path, content).map_err(io_error("write", &path))?;
    }
    Ok(())
}

/// Moves the old folder aside and the new one in; if that fails, the old one back.
fn swap(fresh: &Path, target: &Path, scratch: &TempDir, exists: bool) -> Result<(), PublishError> {
    let old = scratch.path().join("old");
    if exists {
        fs::rename(target, &old).map_err(io_error("replace", target))?;
    }
    fs::rename(fresh, target).map_err(|source| {
        if exists {
            // If even this fails, the first error is the one to tell.
            let _ = fs::rename(&old, target);
        }
        PublishError::Io { action: "move the report to", path: target.to_owned(), source }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(note: &str) -> Vec<(String, Vec<u8>)> {
        vec![
            ("manifest.json".to_owned(), b"{\"program\": \"cabrio\"}".to_vec()),
            ("charts/note.txt".to_owned(), note.as_bytes().to_vec()),
        ]
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_report_replaces_an_older_one_whole() {
        let room = tempfile::tempdir().unwrap();
        let folder = room.path().join("output").join("deal");
        publish(&report("first"), &folder).unwrap();
        fs::write(folder.join("charts").join("stale.svg"), "old").unwrap();
        publish(&report("second"), &folder).unwrap();
        assert_eq!(fs::read_to_string(folder.join("charts").join("note.txt")).unwrap(), "second");
        assert_eq!(names(&folder.join("charts")), ["note.txt"]);
        // no temporary folder is left beside it
        assert_eq!(names(&room.path().join("output")), ["deal"]);
    }

    #[test]
    fn what_is_no_report_is_left_alone() {
        let room = tempfile::tempdir().unwrap();
        let folder = room.path().join("thesis");
        fs::create_dir(&folder).unwrap();
        publish(&report("an empty folder may be filled"), &folder).unwrap();
        let other = room.path().join("photos");
        fs::create_dir(&other).unwrap();
        fs::write(other.join("manifest.json"), "{\"name\": \"a browser's extension\"}").unwrap();
        let error = publish(&report("x"), &other).unwrap_err();
        assert!(matches!(error, PublishError::NotOurs { .. }), "{error}");
        assert!(error.to_string().contains("choose another folder"), "{error}");
        assert_eq!(names(&other), ["manifest.json"]);
        let file = room.path().join("file");
        fs::write(&file, "text").unwrap();
        assert!(matches!(publish(&report("x"), &file), Err(PublishError::NotAFolder { .. })));
        let beneath = publish(&report("x"), &file.join("deal")).unwrap_err().to_string();
        assert!(beneath.contains("file"), "{beneath}");
        assert!(matches!(publish(&report("x"), Path::new("/")), Err(PublishError::NoName { .. })));
    }

    /// A path that leads through a file cannot be written: the old report stays, nothing is left behind.
    #[test]
    fn a_failure_leaves_the_old_report() {
        let room = tempfile::tempdir().unwrap();
        let folder = room.path().join("deal");
        publish(&report("first"), &folder).unwrap();
        let mut broken = report("second");
        broken.push(("manifest.json/inside".to_owned(), Vec::new()));
        let error = publish(&broken, &folder).unwrap_err().to_string();
        assert!(error.contains("manifest.json"), "{error}");
        assert_eq!(fs::read_to_string(folder.join("charts").join("note.txt")).unwrap(), "first");
        assert_eq!(names(room.path()), ["deal"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_folder_stays_a_link() {
        let room = tempfile::tempdir().unwrap();
        let (real, link) = (room.path().join("real"), room.path().join("link"));
        fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        publish(&report("x"), &link).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(real.join("manifest.json").exists());
    }
}
