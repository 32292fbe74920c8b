//! `cabrio compare`: two deals on the same paths.

use std::path::Path;

use super::args::Compare;
use super::exit::Failure;
use super::load::{study, with_run_options};
use super::terminal::Terminal;
use super::whatif::{case_of, currency_and_mark, finish, metrics, refused, within};
use crate::diagnostic::render;
use crate::model::Scenario;
use crate::report::stored::Stored;
use crate::report::whatif::{CompareReport, Side};
use crate::scenario::{Loaded, Standalone};
use crate::simulate::RunOptions;
use crate::valuation::{CompareError, compare as run};

/// What is compared, once it is read.
struct Operand {
    side: Side,
    scenario: Scenario,
}

pub(super) fn compare(command: &Compare, terminal: &Terminal) -> Result<(), Failure> {
    let two = command.b.is_some();
    let (first, second) = match (two, command.cases.as_slice()) {
        (true, []) => (None, None),
        (true, [one]) => (Some(one), Some(one)),
        (false, [one]) => (None, Some(one)),
        (_, [one, other]) => (Some(one), Some(other)),
        (false, []) => {
            let message = "there is nothing to compare with: name a second scenario, or a case with --case";
            return Err(Failure::Usage(message.to_owned()));
        }
        _ => return Err(Failure::Usage("at most two cases can be compared".to_owned())),
    };
    let loaded = load(&command.a, command, terminal)?;
    let a = operand(&loaded, &command.a, first, command, terminal)?;
    let b = match &command.b {
        Some(file) => operand(&load(file, command, terminal)?, file, second, command, terminal)?,
        None => operand(&loaded, &command.a, second, command, terminal)?,
    };
    let (currency, mark) = currency_and_mark(&a.scenario);
    let more = metrics(&command.metrics, currency)?;
    for operand in [&a, &b] {
        if let Some((missing, help)) = more.iter().find_map(|metric| metric.missing_in(&operand.scenario)) {
            return Err(Failure::Usage(format!("{}: {missing}; {help}", operand.side.name)));
        }
    }
    let simulation = a.scenario.simulation;
    let paths = within(simulation.paths)?;
    let mut notes = Vec::new();
    if b.scenario.simulation != simulation {
        notes.push(format!(
            "B is run as A: {} paths, seed {}, {} sampling",
            simulation.paths,
            simulation.seed,
            simulation.sampling.word()
        ));
    }
    let options = RunOptions { paths, threads: command.threads.map(usize::from) };
    let comparison = run(&a.scenario, &b.scenario, &more, options).map_err(|error| match error {
        CompareError::Incomparable(message) => Failure::Usage(message),
        error => Failure::Internal(error.to_string()),
    })?;
    let report = CompareReport {
        a: &a.side,
        b: &b.side,
        comparison: &comparison,
        paths,
        seed: simulation.seed,
        currency: &a.scenario.deal.currency,
        mark: &mark,
        notes: &notes,
    };
    let sheet = report.sheet().map_err(|error| Failure::Internal(error.to_string()))?;
    finish(&sheet, command.out.as_deref(), command.json, terminal)
}

/// A scenario file, or the scenario that a run's folder was made from.
fn load(path: &Path, command: &Compare, terminal: &Terminal) -> Result<Loaded, Failure> {
    if !path.is_dir() {
        let sets = with_run_options(&command.sets, command.paths.as_deref(), command.seed);
        return Ok(study(path, &sets, terminal)?.1);
    }
    let stored = Stored::read(path).map_err(|error| Failure::Usage(error.to_string()))?;
    let damaged = |error: crate::report::stored::StoredError| Failure::Mismatch(error.to_string());
    let alone =
        Standalone { text: stored.resolved_text().map_err(damaged)?, data: stored.data().map_err(damaged)? };
    let name = path.join("scenario.resolved.toml");
    let loaded =
        alone.load(&name.display().to_string()).map_err(|error| Failure::Output(error.to_string()))?;
    if loaded.study.is_none() {
        terminal.messages(&render(&loaded.diagnostics, &loaded.sources, terminal.style()));
        return Err(Failure::Scenario(format!("{} cannot be used", path.display())));
    }
    Ok(loaded)
}

fn operand(
    loaded: &Loaded,
    path: &Path,
    case: Option<&String>,
    command: &Compare,
    terminal: &Terminal,
) -> Result<Operand, Failure> {
    // A folder's scenario is read as it was run; a file has taken its overrides already.
    let sets = if path.is_dir() { command.sets.as_slice() } else { &[] };
    let case = case_of(loaded, case.map(String::as_str))?;
    let read = loaded.study.as_ref().filter(|_| sets.is_empty()).map(|study| match case {
        None => &study.base,
        Some(name) => {
            study.cases.iter().find(|(known, _)| known == name).map_or(&study.base, |(_, case)| case)
        }
    });
    let mut scenario = match read {
        Some(scenario) => scenario.clone(),
        None => loaded
            .with_sets(case, sets)
            .map_err(|error| refused(&error, &path.display().to_string(), terminal))?,
    };
    if let Some(seed) = command.seed {
        scenario.simulation.seed = seed;
    }
    if let Some(paths) = &command.paths {
        let paths = paths.parse::<crate::quantity::Count>();
        scenario.simulation.paths = paths.map_err(|error| Failure::Usage(format!("--paths: {error}")))?.0;
    }
    let name = match case {
        Some(case) => format!("{} · {case}", path.display()),
        None => format!("{} · as stated", path.display()),
    };
    Ok(Operand { side: Side { name, stated: loaded.stated(case) }, scenario })
}
