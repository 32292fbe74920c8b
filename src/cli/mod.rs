//! The command line: one file per command. Nothing else prints.

mod allocate;
mod amount;
mod args;
mod captable;
mod check;
mod checks;
mod compare;
mod exit;
mod explain;
mod interrupt;
mod job;
mod load;
mod merge;
mod new;
mod path;
mod report;
mod reproduce;
mod run;
mod schema;
mod sensitivity;
mod shard;
mod solve;
mod sweep;
mod target;
mod terminal;
mod waterfall;
mod whatif;

use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};
use exit::Failure;
use terminal::Terminal;

/// Whether a command simulates, and writes nothing before the end: Ctrl-C need not wait for it.
fn writes_at_the_end(command: &Command) -> bool {
    matches!(command, Command::Compare(_) | Command::Sweep(_) | Command::Sensitivity(_) | Command::Solve(_))
}

/// Reads the command line, runs the command, and gives the exit code.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if writes_at_the_end(&arguments.command) {
        interrupt::end_at_once();
    } else {
        interrupt::watch();
    }
    let mut terminal = Terminal::new(arguments.color, arguments.quiet);
    let done = match &arguments.command {
        Command::Run(command) => run::run(command, &mut terminal),
        Command::Merge(command) => merge::merge(command, &terminal),
        Command::Reproduce(command) => reproduce::reproduce(command, &terminal),
        Command::Report(command) => report::report(command, &terminal),
        Command::Check(command) => check::check(command, &mut terminal),
        Command::New(command) => new::new(command, &mut terminal),
        Command::Path(command) => path::path(command, &mut terminal),
        Command::Captable(command) => captable::captable(command, &terminal),
        Command::Waterfall(command) => waterfall::waterfall(command, &terminal),
        Command::Allocate(command) => allocate::allocate(command, &terminal),
        Command::Compare(command) => compare::compare(command, &terminal),
        Command::Sweep(command) => sweep::sweep(command, &terminal),
        Command::Sensitivity(command) => sensitivity::sensitivity(command, &terminal),
        Command::Solve(command) => solve::solve(command, &terminal),
        Command::Schema(command) => schema::schema(command, &mut terminal),
        Command::Completions { shell } => schema::completions(*shell, &mut terminal),
        Command::Explain { code } => explain::explain(code.as_deref(), &mut terminal),
    };
    match done {
        Ok(()) | Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal.complain(&failure.to_string());
            ExitCode::from(failure.code())
        }
    }
}
