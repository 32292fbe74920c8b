//! Why a command stopped, and the exit code that says so.

use std::io;

/// Exit code of a command that was ended by Ctrl-C or SIGTERM, as of shells.
pub(super) const INTERRUPTED: u8 = 130;

/// A command that did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// Whoever read the output has stopped reading.
    #[error("the output was closed")]
    ClosedPipe,
    /// A fault of the program or the machine.
    #[error("{0}")]
    Internal(String),
    /// The command makes no sense for this scenario.
    #[error("{0}")]
    Usage(String),
    /// The scenario has mistakes, which have been printed.
    #[error("{0}")]
    Scenario(String),
    /// The run is done and written, and a check of the scenario fails.
    #[error("{0}")]
    Check(String),
    /// The run is done and written, and less exact than was asked.
    #[error("{0}")]
    Target(String),
    /// What was solved for has no answer, or not one.
    #[error("{0}")]
    NoAnswer(String),
    /// What a folder or shards hold is not what it should be.
    #[error("{0}")]
    Mismatch(String),
    /// The user, or the machine's scheduler, ended it.
    #[error("interrupted: nothing was written")]
    Interrupted,
    /// Output could not be written.
    #[error("{0}")]
    Output(String),
}

impl Failure {
    /// The exit code, as documented in the README.
    pub(super) fn code(&self) -> u8 {
        match self {
            Failure::ClosedPipe => 0,
            Failure::Internal(_) => 1,
            Failure::Usage(_) => 2,
            Failure::Scenario(_) => 3,
            Failure::Check(_) => 4,
            Failure::Target(_) | Failure::NoAnswer(_) => 5,
            Failure::Mismatch(_) => 6,
            Failure::Output(_) => 7,
            Failure::Interrupted => INTERRUPTED,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Failure::ClosedPipe
        } else {
            Failure::Output(format!("cannot write the output: {error}"))
        }
    }
}
