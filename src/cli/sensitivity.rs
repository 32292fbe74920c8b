//! `cabrio sensitivity`: which uncertain inputs carry a result.

use super::args::Sensitivity;
use super::exit::Failure;
use super::load::{study, with_run_options};
use super::terminal::Terminal;
use super::whatif::{case_of, currency_and_mark, finish, metrics, paths, prepared, refused};
use crate::report::theme::Theme;
use crate::report::whatif::SensitivityReport;
use crate::simulate::RunOptions;
use crate::valuation::attribute;

pub(super) fn sensitivity(command: &Sensitivity, terminal: &Terminal) -> Result<(), Failure> {
    let theme = prepared(&command.how, terminal)?;
    let sets = with_run_options(&command.source.sets, command.paths.as_deref(), command.how.seed);
    let (study, loaded) = study(&command.source.file, &sets, terminal)?;
    let (currency, mark) = currency_and_mark(&study.base);
    let case = case_of(&study, command.case.as_deref())?;
    let metric = metrics(std::slice::from_ref(&command.metric), currency)?.remove(0);
    let found = loaded.with_sets(case, &[]);
    let scenario = found.map_err(|error| refused(&error, "the scenario", terminal))?;
    if let Some((missing, help)) = metric.missing_in(&scenario) {
        return Err(Failure::Usage(format!("{missing}; {help}")));
    }
    let paths = paths(command.paths.is_some(), study.base.simulation.paths)?;
    let options = RunOptions { paths, threads: command.how.threads.map(usize::from) };
    let bar = terminal.progress(paths);
    let attributed = attribute(&scenario, &metric, options, |done, all| {
        bar.set_length(all as u64 * paths);
        bar.set_position(done as u64 * paths);
    });
    bar.finish_and_clear();
    let attributed = attributed.map_err(|error| Failure::Internal(error.to_string()))?;
    let name = format!("{} · {}", command.source.file.display(), case.unwrap_or("as stated"));
    let report = SensitivityReport {
        name: &name,
        metric: &metric,
        attributed: &attributed,
        paths,
        seed: study.base.simulation.seed,
        currency: &study.base.deal.currency,
        mark: &mark,
    };
    let sheet = Theme::dressed(theme.as_ref(), |look| report.sheet(look))
        .map_err(|error| Failure::Internal(error.to_string()))?;
    finish(&sheet, command.how.out.as_deref(), command.how.json, terminal)
}
