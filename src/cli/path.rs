//! `cabrio path`: one path again, in exact decimals.

use super::args::ReplayPath;
use super::exit::Failure;
use super::load::{Case, case_number, cases, study, with_run_options};
use super::terminal::Terminal;
use crate::simulate::replay;

pub(super) fn path(command: &ReplayPath, terminal: &mut Terminal) -> Result<(), Failure> {
    let sets = with_run_options(&command.source.sets, None, command.seed);
    let (study, _) = study(&command.source.file, &sets, terminal)?;
    let number = command.case.as_deref().map_or(Ok(0), |name| case_number(&study, name))?;
    let Case { scenario, plan, .. } = cases(&study, None)?.swap_remove(number);
    let replay = replay(&plan, command.number);
    if command.json {
        terminal.result(&format!("{:#}", crate::words::path_json(scenario, &plan, &replay)))
    } else {
        terminal.result(&crate::words::path(scenario, &plan, &replay))
    }
}
