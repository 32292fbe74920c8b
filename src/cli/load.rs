//! Scenario files for commands.

use std::io::Read;
use std::path::Path;

use super::args::RoundToCome;
use super::exit::Failure;
use super::interrupt;
use super::terminal::Terminal;
use crate::diagnostic::render;
use crate::model::Scenario;
use crate::number::Decimal;
use crate::plan::Plan;
use crate::scenario::{LARGEST_FILE, Loaded, Reading, Structure, Study, load_as, load_bytes_as};
use crate::valuation::decide::{Decisions, SETTINGS, decide};

/// Reads a scenario from a file or, for `-`, from standard input.
pub(super) fn read(file: &Path, reading: Reading, sets: &[String]) -> Result<Loaded, Failure> {
    if file != Path::new("-") {
        return Ok(load_as(reading, file, sets));
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(LARGEST_FILE).unwrap_or(u64::MAX);
    std::io::stdin()
        .lock()
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::Usage(format!("cannot read standard input: {error}")))?;
    Ok(load_bytes_as(reading, "standard input", bytes, Path::new("."), sets))
}

/// Reads a scenario, prints what is wrong with it, and gives the study if nothing is.
pub(super) fn study(file: &Path, sets: &[String], terminal: &Terminal) -> Result<(Study, Loaded), Failure> {
    let mut loaded = read(file, Reading::Study, sets)?;
    if !loaded.diagnostics.is_empty() {
        terminal.messages(&render(&loaded.diagnostics, &loaded.sources, terminal.style()));
    }
    match loaded.study.take() {
        Some(study) => Ok((study, loaded)),
        None => Err(Failure::Scenario(format!("{} cannot be used", file.display()))),
    }
}

/// Reads a capital structure, prints what is wrong with it, and gives it if nothing is.
pub(super) fn structure(file: &Path, sets: &[String], terminal: &Terminal) -> Result<Structure, Failure> {
    let loaded = read(file, Reading::Structure, sets)?;
    if !loaded.diagnostics.is_empty() {
        terminal.messages(&render(&loaded.diagnostics, &loaded.sources, terminal.style()));
    }
    loaded.structure.ok_or_else(|| Failure::Scenario(format!("{} cannot be used", file.display())))
}

/// The overrides that `--paths` and `--seed` stand for, after those given.
pub(super) fn with_run_options(sets: &[String], paths: Option<&str>, seed: Option<u64>) -> Vec<String> {
    let paths = paths.map(|paths| format!("simulation.paths={paths}"));
    let seed = seed.map(|seed| format!("simulation.seed={seed}"));
    sets.iter().cloned().chain(paths).chain(seed).collect()
}

/// A case by name, with what it says and what the machine does.
pub(super) struct Case<'a> {
    pub(super) name: &'a str,
    pub(super) scenario: &'a Scenario,
    pub(super) plan: Plan,
    /// What is decided as is best; none if nothing is.
    pub(super) decisions: Option<Decisions>,
}

/// All cases of a study, the deal as it stands first.
pub(super) fn cases(study: &Study, threads: Option<usize>) -> Result<Vec<Case<'_>>, Failure> {
    let others = study.cases.iter().map(|(name, scenario)| (name.as_str(), scenario));
    let all: Vec<(&str, &Scenario)> = std::iter::once(("As stated", &study.base)).chain(others).collect();
    let failure = |error: &dyn std::error::Error| Failure::Internal(error.to_string());
    let mut found = Vec::new();
    for (_, scenario) in &all {
        found.push(decide(scenario, SETTINGS, threads).map_err(|error| failure(&error))?);
        interrupt::check()?;
    }
    let rules = found.iter().map(|found| found.as_ref().map(|found| &found.rules));
    let scenarios = all.iter().map(|(_, scenario)| *scenario);
    let plans = Plan::of_decided(scenarios.zip(rules)).map_err(|error| failure(&error))?;
    let case = |(((name, scenario), plan), decisions)| Case { name, scenario, plan, decisions };
    Ok(all.into_iter().zip(plans).zip(found).map(case).collect())
}

/// Where in [`cases`] the case of a name is.
pub(super) fn case_number(study: &Study, name: &str) -> Result<usize, Failure> {
    let place = study.cases.iter().position(|(known, _)| known == name);
    place.map(|place| place + 1).ok_or_else(|| {
        let known: Vec<String> = study.cases.iter().map(|(known, _)| format!("\"{known}\"")).collect();
        let help = if known.is_empty() { "the scenario has none".to_owned() } else { known.join(", ") };
        Failure::Usage(format!("there is no case \"{name}\"; cases: {help}"))
    })
}

/// The overrides that the options of a round stand for, after those given.
pub(super) fn with_round(sets: &[String], round: &RoundToCome) -> Vec<String> {
    let key = |key: &str, value: &Option<String>| {
        value.as_ref().map(|value| format!("round.{key}={}", with_a_unit(value)))
    };
    let round = [
        key("pre_money", &round.pre_money),
        key("price_per_share", &round.price),
        key("new_money", &round.new_money),
    ];
    sets.iter().cloned().chain(round.into_iter().flatten()).collect()
}

/// An amount as typed; a bare number, which a scenario file does not take, in millions: `1.5` and `1e6` count units of the
/// currency, as in `--exit`.
fn with_a_unit(value: &str) -> String {
    let number = Decimal::from_str_exact(value).or_else(|_| Decimal::from_scientific(value)).ok();
    let millions = number.and_then(|number| number.checked_mul(Decimal::new(1, 6)));
    millions.map_or_else(|| value.to_owned(), |millions| format!("{}m", millions.normalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_numbers_count_units_of_the_currency() {
        // hand-written
        for (typed, read) in
            [("1.5", "0.0000015m"), ("1e6", "1m"), ("15m", "15m"), ("$1.50", "$1.50"), ("x", "x")]
        {
            assert_eq!(with_a_unit(typed), read);
        }
    }
}
