//! `cabrio new`: a commented scenario to start from, or the one of an existing cap table.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::args::{New, Template};
use super::exit::Failure;
use super::terminal::Terminal;
use crate::diagnostic::render;
use crate::ocf::import;

pub(super) fn new(command: &New, terminal: &mut Terminal) -> Result<(), Failure> {
    let name = command.name.trim_end_matches(".toml");
    let file = PathBuf::from(format!("{name}.toml"));
    let (text, next) = match &command.from_ocf {
        Some(folder) => (imported(command, folder, terminal)?, "add a [round]"),
        None => (template(command.template).to_owned(), "edit it"),
    };
    // An existing file is somebody's work.
    let mut created = std::fs::File::create_new(&file).map_err(|error| {
        let help =
            if error.kind() == std::io::ErrorKind::AlreadyExists { "; choose another name" } else { "" };
        Failure::Output(format!("cannot create {}: {error}{help}", file.display()))
    })?;
    created.write_all(text.as_bytes())?;
    terminal.result(&format!("wrote {}", file.display()))?;
    let then = if command.from_ocf.is_some() { "captable" } else { "run" };
    terminal.hint(&format!("next: {next}, then `cabrio check {0}` and `cabrio {then} {0}`", file.display()));
    Ok(())
}

fn template(template: Template) -> &'static str {
    match template {
        Template::Note => include_str!("template/note.toml"),
        Template::Safe => include_str!("template/safe.toml"),
        Template::Preferred => include_str!("template/preferred.toml"),
        Template::Milestones => include_str!("template/milestones.toml"),
    }
}

/// The scenario of an export, or everything that stands against it.
fn imported(command: &New, folder: &Path, terminal: &Terminal) -> Result<String, Failure> {
    let imported = import(folder, command.date, command.overlay.as_deref());
    if !imported.diagnostics.is_empty() {
        terminal.messages(&render(&imported.diagnostics, &imported.sources, terminal.style()));
    }
    let unusable = || Failure::Scenario(format!("no scenario can be made of {}", folder.display()));
    imported.text.ok_or_else(unusable)
}
