//! `cabrio report`: a report's folder drawn anew from its results, without simulating.

use std::path::Path;

use super::args::Report;
use super::exit::Failure;
use super::terminal::Terminal;
use crate::diagnostic::{Diagnostics, Sources, render};
use crate::report::stored::{Stored, StoredError};
use crate::report::theme::Theme;
use crate::report::{ReportError, ReportInput, write_report};

pub(super) fn report(command: &Report, terminal: &Terminal) -> Result<(), Failure> {
    let theme = command.theme.as_deref().map(|file| theme(file, terminal)).transpose()?;
    let stored = Stored::open(&command.folder).map_err(|error| match error {
        StoredError::NotAReport { .. } => Failure::Usage(error.to_string()),
        _ => Failure::Mismatch(error.to_string()),
    })?;
    let damaged = |error: StoredError| Failure::Mismatch(error.to_string());
    let summary = stored.summary().map_err(damaged)?;
    let input = ReportInput {
        summary: &summary,
        scenario_text: &stored.scenario_text().map_err(damaged)?,
        resolved_text: &stored.resolved_text().map_err(damaged)?,
        data: &stored.data().map_err(damaged)?,
        asked: &stored.manifest.asked,
        command: &stored.manifest.command,
        theme: theme.as_ref(),
        volatile: stored.manifest.volatile,
    };
    let written = write_report(&input, &command.folder).map_err(failure)?;
    let folder = command.folder.display();
    terminal.result(&format!("drew {} files in {folder} from its summary.json", written.files.len()))
}

pub(super) fn failure(error: ReportError) -> Failure {
    match error {
        ReportError::Publish(error) => Failure::Output(error.to_string()),
        other => Failure::Internal(other.to_string()),
    }
}

/// Reads a theme, and prints what is wrong with it.
pub(super) fn theme(file: &Path, terminal: &Terminal) -> Result<Theme, Failure> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::Usage(format!("cannot read the theme `{name}`: {error}")))?;
    let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
    let theme = Theme::read(&name, &text, &mut sources, &mut found);
    if !found.is_empty() {
        terminal.messages(&render(&found, &sources, terminal.style()));
    }
    theme.ok_or_else(|| Failure::Scenario(format!("the theme `{name}` cannot be used")))
}
