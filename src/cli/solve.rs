//! `cabrio solve`: the figure of a scenario at which a result of the run is as wanted.

use super::args::Solve;
use super::exit::Failure;
use super::load::{case_number, study, with_run_options};
use super::terminal::Terminal;
use crate::diagnostic::render;
use crate::quantity::Currency;
use crate::report::{json, solution::SolveReport};
use crate::scenario::{Dial, Refused, Study};
use crate::simulate::RunOptions;
use crate::valuation::{
    MOST_SOLVE_PATHS, SOLVE_PATHS, SolveError, SolveOptions, Target, Wanted, solve as search,
};

/// Fewest paths that a standard error can be had from.
const FEWEST_PATHS: u64 = 1000;

pub(super) fn solve(command: &Solve, terminal: &Terminal) -> Result<(), Failure> {
    let sets = with_run_options(&command.source.sets, command.paths.as_deref(), command.seed);
    let (study, loaded) = study(&command.source.file, &sets, terminal)?;
    // The reader has refused what is no currency.
    let currency = study.base.deal.currency.parse().unwrap_or(Currency::USD);
    let target = Target::read(&command.target, Some(currency)).map_err(Failure::Usage)?;
    let against = match &target.wanted {
        Wanted::Value(_) => None,
        Wanted::Case(name) => Some(name.as_str()),
    };
    for name in command.case.iter().map(String::as_str).chain(against) {
        known(&study, name)?;
    }
    let refused = |refused: &Refused| {
        terminal.messages(&render(&refused.diagnostics, &refused.sources, terminal.style()));
        Failure::Scenario(format!("{} cannot be solved for", command.key))
    };
    let dial = loaded
        .dial(currency, &command.key, command.case.as_deref(), against)
        .map_err(|error| refused(&error))?;
    let between = command.between.as_deref().map(|text| bounds(&dial, text)).transpose()?;
    let paths = paths(command, &study)?;
    let run = RunOptions { paths, threads: command.threads.map(usize::from) };
    let solved = search(&dial, &target, SolveOptions { run, between }).map_err(|error| match error {
        SolveError::Usage(message) => Failure::Usage(message),
        SolveError::Invalid(error) => refused(&error),
        error => Failure::Internal(error.to_string()),
    })?;
    let seed = study.base.simulation.seed;
    let report = SolveReport {
        dial: &dial,
        target: &target,
        solved: &solved,
        case: command.case.as_deref(),
        paths,
        seed,
    };
    if command.json {
        let bytes = json::bytes(&report.json()).map_err(|error| Failure::Internal(error.to_string()))?;
        terminal.result(&String::from_utf8_lossy(&bytes))?;
    } else if solved.answer.is_ok() {
        terminal.result(&report.text())?;
    }
    match solved.answer {
        Ok(_) => Ok(()),
        Err(_) if command.json => Err(Failure::NoAnswer("no answer; see `refusal`".to_owned())),
        Err(_) => Err(Failure::NoAnswer(report.text().trim_end().to_owned())),
    }
}

/// Refuses the name of a case that is not there; the deal as it stands has one too.
fn known(study: &Study, name: &str) -> Result<(), Failure> {
    if name.eq_ignore_ascii_case("As stated") { Ok(()) } else { case_number(study, name).map(|_| ()) }
}

/// `LO..HI` in the unit of the key.
fn bounds(dial: &Dial, text: &str) -> Result<(f64, f64), Failure> {
    let wrong = |why: String| Failure::Usage(format!("--between {text}: {why}"));
    let (lower, upper) = text.split_once("..").ok_or_else(|| wrong("write it like LO..HI".to_owned()))?;
    let read = |text: &str| dial.unit.read(text, Some(dial.currency)).map_err(wrong);
    Ok((read(lower)?, read(upper)?))
}

/// The paths of an evaluation: as given, or the scenario's own up to a number that is enough for most.
fn paths(command: &Solve, study: &Study) -> Result<u64, Failure> {
    let own = study.base.simulation.paths;
    let paths = if command.paths.is_some() { own } else { own.min(SOLVE_PATHS) };
    if (FEWEST_PATHS..=MOST_SOLVE_PATHS).contains(&paths) {
        return Ok(paths);
    }
    Err(Failure::Usage(format!("a search takes {FEWEST_PATHS} to {MOST_SOLVE_PATHS} paths, not {paths}")))
}
