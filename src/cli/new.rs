//! `cabrio new`: a commented scenario to start from.

use std::io::Write;
use std::path::PathBuf;

use super::args::{New, Template};
use super::exit::Failure;
use super::terminal::Terminal;

pub(super) fn new(command: &New, terminal: &mut Terminal) -> Result<(), Failure> {
    let name = command.name.trim_end_matches(".toml");
    let file = PathBuf::from(format!("{name}.toml"));
    let text = match command.template {
        Template::Note => include_str!("template/note.toml"),
        Template::Preferred => include_str!("template/preferred.toml"),
        Template::Milestones => include_str!("template/milestones.toml"),
    };
    // An existing file is somebody's work.
    let mut created = std::fs::File::create_new(&file).map_err(|error| {
        let help =
            if error.kind() == std::io::ErrorKind::AlreadyExists { "; choose another name" } else { "" };
        Failure::Output(format!("cannot create {}: {error}{help}", file.display()))
    })?;
    created.write_all(text.as_bytes())?;
    terminal.result(&format!("wrote {}", file.display()))?;
    terminal.hint(&format!("next: edit it, then `cabrio check {0}` and `cabrio run {0}`", file.display()));
    Ok(())
}
