//! The program, run as a user runs it.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs it in a folder, with nothing on standard input and the number of threads left to it.
pub(crate) fn cabrio(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cabrio"));
    command.current_dir(folder).args(arguments).env_remove("CABRIO_THREADS").stdin(Stdio::null());
    command.output().expect("the binary runs")
}

/// What it wrote to standard output if it did what was asked, else to standard error. It must end with this code.
#[track_caller]
pub(crate) fn said(output: &Output, code: i32) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(output.status.code(), Some(code), "{}{}", text(&output.stdout), text(&output.stderr));
    if code == 0 { text(&output.stdout) } else { text(&output.stderr) }
}
