//! The `cabrio` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    cabrio::cli::main()
}
