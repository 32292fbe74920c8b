//! `cabrio path`: one path again, in exact decimals.

use super::args::ReplayPath;
use super::exit::Failure;
use super::load::{study, with_run_options};
use super::terminal::Terminal;
use crate::model::Scenario;
use crate::plan::Plan;
use crate::scenario::Study;
use crate::simulate::replay;

pub(super) fn path(command: &ReplayPath, terminal: &mut Terminal) -> Result<(), Failure> {
    let sets = with_run_options(&command.source.sets, None, command.seed);
    let (study, _) = study(&command.source.file, &sets, terminal)?;
    let scenario = chosen(&study, command.case.as_deref())?;
    let plan = Plan::new(scenario).map_err(|error| Failure::Internal(error.to_string()))?;
    let replay = replay(&plan, command.number);
    if command.json {
        terminal.result(&format!("{:#}", crate::words::path_json(scenario, &plan, &replay)))
    } else {
        terminal.result(&crate::words::path(scenario, &plan, &replay))
    }
}

fn chosen<'a>(study: &'a Study, case: Option<&str>) -> Result<&'a Scenario, Failure> {
    let Some(name) = case else { return Ok(&study.base) };
    case_named(study, name).map(|(_, scenario)| scenario)
}

/// The case of a name.
pub(super) fn case_named<'a>(study: &'a Study, name: &str) -> Result<&'a (String, Scenario), Failure> {
    study.cases.iter().find(|(known, _)| known == name).ok_or_else(|| {
        let known: Vec<String> = study.cases.iter().map(|(known, _)| format!("\"{known}\"")).collect();
        let help = if known.is_empty() { "the scenario has none".to_owned() } else { known.join(", ") };
        Failure::Usage(format!("there is no case \"{name}\"; cases: {help}"))
    })
}
