//! `cabrio schema` and `cabrio completions`.

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::{Arguments, Schema};
use super::exit::Failure;
use super::terminal::Terminal;
use crate::scenario::{SCENARIO, json_schema, reference};

pub(super) fn schema(command: &Schema, terminal: &mut Terminal) -> Result<(), Failure> {
    let text =
        if command.reference { reference(&SCENARIO) } else { format!("{:#}\n", json_schema(&SCENARIO)) };
    let Some(file) = &command.out else { return terminal.result(&text) };
    std::fs::write(file, text)
        .map_err(|error| Failure::Output(format!("cannot write {}: {error}", file.display())))?;
    terminal.hint(&format!(
        "wrote {}; name it in a scenario's first line: #:schema {}",
        file.display(),
        file.display()
    ));
    Ok(())
}

pub(super) fn completions(shell: Shell, terminal: &mut Terminal) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "cabrio", &mut script);
    terminal.result(&String::from_utf8_lossy(&script))
}
