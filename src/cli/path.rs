//! `cabrio path`: one path again, in exact decimals.

use super::args::{PathMeasure, ReplayPath};
use super::exit::Failure;
use super::job::risk_neutral;
use super::load::{case_number, cases, study, with_run_options};
use super::terminal::Terminal;
use crate::model::Scenario;
use crate::plan::Plan;
use crate::simulate::replay;

pub(super) fn path(command: &ReplayPath, terminal: &mut Terminal) -> Result<(), Failure> {
    let sets = with_run_options(&command.source.sets, None, command.seed);
    let (study, _) = study(&command.source.file, &sets, terminal)?;
    let number = command.case.as_deref().map_or(Ok(0), |name| case_number(&study, name))?;
    let mut all = cases(&study, None)?;
    if command.measure == PathMeasure::RealWorld {
        let case = all.swap_remove(number);
        return show(case.scenario, &case.plan, command, terminal);
    }
    // All cases are planned together, as in a run: evenly spread draws are dealt to them together.
    let name = all[number].name;
    let (fair, _) = risk_neutral(&all)?;
    let fair = fair.into_iter().find(|fair| fair.name == name).ok_or_else(|| {
        Failure::Usage(
            "--measure risk-neutral needs a section [fair_value], which the scenario has not".to_owned(),
        )
    })?;
    show(&fair.scenario, &fair.plan, command, terminal)
}

fn show(
    scenario: &Scenario,
    plan: &Plan,
    command: &ReplayPath,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let replay = replay(plan, command.number);
    if command.json {
        terminal.result(&format!("{:#}", crate::words::path_json(scenario, plan, &replay)))
    } else {
        terminal.result(&crate::words::path(scenario, plan, &replay))
    }
}
