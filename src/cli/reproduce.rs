//! `cabrio reproduce`: run again what a folder says it was made from, and compare every file.

use super::args::Reproduce;
use super::exit::Failure;
use super::job::Job;
use super::terminal::Terminal;
use crate::report::files;
use crate::report::stored::{Stored, StoredError};
use crate::scenario::Standalone;

pub(super) fn reproduce(command: &Reproduce, terminal: &Terminal) -> Result<(), Failure> {
    let folder = command.folder.display();
    let stored = Stored::read(&command.folder).map_err(|error| match error {
        StoredError::NotAReport { .. } => Failure::Usage(error.to_string()),
        _ => Failure::Mismatch(error.to_string()),
    })?;
    let damaged = |error: StoredError| Failure::Mismatch(error.to_string());
    let scenario =
        Standalone { text: stored.resolved_text().map_err(damaged)?, data: stored.data().map_err(damaged)? };
    let job = Job::new(
        stored.manifest.run.scenario.clone(),
        stored.scenario_text().map_err(damaged)?,
        scenario,
        stored.manifest.asked.clone(),
        stored.manifest.command.clone(),
    )?;
    let done = job.run(command.threads, terminal)?;
    let fresh = job.written(&done, files)?;
    let differences = stored.differences(&fresh);
    if differences.is_empty() {
        let run = &stored.manifest.run;
        return terminal.result(&format!(
            "{folder} is reproduced: all {} files have the same bytes (run {}, version {})",
            fresh.len(),
            run.run_id,
            run.engine_version
        ));
    }
    let list = differences.join("\n  ");
    let (count, files) = (differences.len(), if differences.len() == 1 { "file" } else { "files" });
    Err(Failure::Mismatch(format!(
        "{folder} is not what its scenario gives; {count} {files} differ:\n  {list}"
    )))
}
