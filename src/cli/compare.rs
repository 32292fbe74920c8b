//! `cabrio compare`: two deals on the same paths.

use std::path::Path;

use super::args::Compare;
use super::exit::Failure;
use super::load::{study, with_run_options};
use super::terminal::Terminal;
use super::whatif::{case_of, currency_and_mark, finish, metrics, prepared, refused, within};
use crate::diagnostic::render;
use crate::model::Scenario;
use crate::report::stored::{Stored, StoredError};
use crate::report::theme::Theme;
use crate::report::whatif::{CompareReport, Side, of_summaries};
use crate::scenario::{Loaded, Standalone, Study};
use crate::simulate::RunOptions;
use crate::valuation::{CompareError, MOST_SOLVE_PATHS, compare as run};

/// What is compared, once it is read.
struct Operand {
    side: Side,
    scenario: Scenario,
}

pub(super) fn compare(command: &Compare, terminal: &Terminal) -> Result<(), Failure> {
    let theme = prepared(&command.how, terminal)?;
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
    if let Some(why) = as_they_are(command)? {
        return folders(command, [first, second], &why, theme.as_ref(), terminal);
    }
    let read = load(&command.a, command, terminal)?;
    let a = operand(&read, &command.a, first, command, terminal)?;
    let b = match &command.b {
        Some(file) => operand(&load(file, command, terminal)?, file, second, command, terminal)?,
        None => operand(&read, &command.a, second, command, terminal)?,
    };
    let (currency, mark) = currency_and_mark(&a.scenario);
    let more = metrics(&command.metrics, currency)?;
    for operand in [&a, &b] {
        if let Some((missing, help)) = more.iter().find_map(|metric| metric.missing_in(&operand.scenario)) {
            return Err(Failure::Usage(format!("{}: {missing}; {help}", operand.side.name())));
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
    let options = RunOptions { paths, threads: command.how.threads.map(usize::from) };
    let comparison = run(&a.scenario, &b.scenario, &more, options).map_err(|error| match error {
        CompareError::Incomparable(message) => Failure::Usage(message),
        error => Failure::Internal(error.to_string()),
    })?;
    let report = CompareReport {
        a: &a.side,
        b: &b.side,
        comparison: &comparison,
        runs: [(paths, simulation.seed); 2],
        currency: &a.scenario.deal.currency,
        mark: &mark,
        notes: &notes,
    };
    let sheet = Theme::dressed(theme.as_ref(), |look| report.sheet(look))
        .map_err(|error| Failure::Internal(error.to_string()))?;
    finish(&sheet, command.how.out.as_deref(), command.how.json, terminal)
}

/// Why two folders are compared by what they hold, if they are: it was asked for, or they cannot be run again.
fn as_they_are(command: &Compare) -> Result<Option<String>, Failure> {
    let two = command.b.as_ref().filter(|b| command.a.is_dir() && b.is_dir());
    let Some(b) = two else {
        let wrong = || Failure::Usage("--stored compares two folders that `cabrio run` wrote".to_owned());
        return if command.stored { Err(wrong()) } else { Ok(None) };
    };
    if command.stored {
        return Ok(Some("as asked".to_owned()));
    }
    for folder in [&command.a, b] {
        let stored = open(folder)?;
        let (name, version) = (folder.display(), &stored.manifest.run.engine_version);
        let why = if version != env!("CARGO_PKG_VERSION") {
            Some(format!("{name} was made by version {version}, whose paths this version cannot run again"))
        } else if stored.manifest.run.paths > MOST_SOLVE_PATHS && command.paths.is_none() {
            Some(format!(
                "{name} has more paths than are run again here; with --paths both are run, and paired"
            ))
        } else {
            None
        };
        if let Some(why) = why {
            let plain = command.sets.is_empty() && command.metrics.is_empty() && command.how.seed.is_none();
            if !plain || command.paths.is_some() {
                return Err(Failure::Usage(format!("{why}: --set, --metric, --paths and --seed need a run")));
            }
            return Ok(Some(why));
        }
    }
    Ok(None)
}

/// Compares two folders by what they hold.
fn folders(
    command: &Compare,
    cases: [Option<&String>; 2],
    why: &str,
    theme: Option<&Theme>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let named =
        cases.map(|case| case.map(String::as_str).filter(|name| !name.eq_ignore_ascii_case("As stated")));
    let b = command.b.as_ref().unwrap_or(&command.a);
    let both = [open(&command.a)?, open(b)?];
    let damaged = |error: StoredError| Failure::Mismatch(error.to_string());
    let summaries = [both[0].summary().map_err(damaged)?, both[1].summary().map_err(damaged)?];
    let comparison = of_summaries(&summaries[0], &summaries[1], named).map_err(Failure::Usage)?;
    let mut notes = vec![format!(
        "not paired ({why}): errors of differences are those of independent runs, as a rule too large for runs of one seed"
    )];
    let mut sides = Vec::new();
    for ((stored, path), case) in both.iter().zip([&command.a, b]).zip(named) {
        let stated = standalone(stored, path).ok().filter(|loaded| loaded.study.is_some());
        if stated.is_none() {
            notes.push(format!("the inputs of {} cannot be read by this version", path.display()));
        }
        let (path, own) = (path.display().to_string(), case.map(str::to_owned));
        sides.push(Side {
            path,
            case: own,
            stated: stated.map_or_else(Vec::new, |loaded| loaded.stated(case)),
        });
    }
    let mark = summaries[0].currency_mark().to_owned();
    let report = CompareReport {
        a: &sides[0],
        b: &sides[1],
        comparison: &comparison,
        runs: summaries.each_ref().map(|summary| (summary.run.paths, summary.run.seed)),
        currency: &summaries[0].deal.currency,
        mark: &mark,
        notes: &notes,
    };
    let sheet = Theme::dressed(theme, |look| report.sheet(look))
        .map_err(|error| Failure::Internal(error.to_string()))?;
    finish(&sheet, command.how.out.as_deref(), command.how.json, terminal)
}

fn open(folder: &Path) -> Result<Stored, Failure> {
    Stored::open(folder).map_err(|error| Failure::Usage(error.to_string()))
}

/// A scenario file, or the scenario that a run's folder was made from.
fn load(path: &Path, command: &Compare, terminal: &Terminal) -> Result<(Study, Loaded), Failure> {
    if !path.is_dir() {
        let sets = with_run_options(&command.sets, command.paths.as_deref(), command.how.seed);
        return study(path, &sets, terminal);
    }
    let stored = Stored::read(path).map_err(|error| Failure::Usage(error.to_string()))?;
    let mut loaded = standalone(&stored, path)?;
    if let Some(study) = loaded.study.take() {
        return Ok((study, loaded));
    }
    terminal.messages(&render(&loaded.diagnostics, &loaded.sources, terminal.style()));
    Err(Failure::Scenario(format!("{} cannot be used", path.display())))
}

/// The scenario of a folder, as it was run.
fn standalone(stored: &Stored, path: &Path) -> Result<Loaded, Failure> {
    let damaged = |error: StoredError| Failure::Mismatch(error.to_string());
    let alone =
        Standalone { text: stored.resolved_text().map_err(damaged)?, data: stored.data().map_err(damaged)? };
    let name = path.join("scenario.resolved.toml");
    alone.load(&name.display().to_string()).map_err(|error| Failure::Output(error.to_string()))
}

fn operand(
    (study, loaded): &(Study, Loaded),
    path: &Path,
    case: Option<&String>,
    command: &Compare,
    terminal: &Terminal,
) -> Result<Operand, Failure> {
    // A folder's scenario is read as it was run; a file has taken its overrides already.
    let sets = if path.is_dir() { command.sets.as_slice() } else { &[] };
    let case = case_of(study, case.map(String::as_str))?;
    let mut scenario = loaded
        .with_sets(case, sets)
        .map_err(|error| refused(&error, &path.display().to_string(), terminal))?;
    if let Some(seed) = command.how.seed {
        scenario.simulation.seed = seed;
    }
    if let Some(paths) = &command.paths {
        let paths = paths.parse::<crate::quantity::Count>();
        scenario.simulation.paths = paths.map_err(|error| Failure::Usage(format!("--paths: {error}")))?.0;
    }
    let side =
        Side { path: path.display().to_string(), case: case.map(str::to_owned), stated: loaded.stated(case) };
    Ok(Operand { side, scenario })
}
