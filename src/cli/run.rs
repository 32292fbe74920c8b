//! `cabrio run`: simulate a scenario and write its report.

use std::path::Path;
use std::time::Instant;

use super::args::Run;
use super::exit::Failure;
use super::load::{Case, case_number, cases, study, with_run_options};
use super::target::Target;
use super::terminal::Terminal;
use crate::model::{RiskNeutral, Scenario};
use crate::plan::Plan;
use crate::report::manifest::Volatile;
use crate::report::summary::{CaseStudy, FairValueStudy, Study as Results, Summary};
use crate::report::{ReportError, ReportInput, Written, json, publish, terminal::screen, write_report};
use crate::scenario::{Check, Study};
use crate::simulate::{Outcomes, RunOptions, cross_check, fan, run as simulate, run_until};
use crate::valuation::{Judged, Measured, estimate, judge, price_terms};

/// Paths priced again in exact decimals.
const CROSS_CHECKED: u64 = 400;
/// Paths and dates of the picture of the company's value over time.
const FAN: (u64, u32) = (20_000, 40);

pub(super) fn run(command: &Run, terminal: &mut Terminal) -> Result<(), Failure> {
    let start = Instant::now();
    let sets = with_run_options(&command.source.sets, command.paths.as_deref(), command.seed);
    let (study, loaded) = study(&command.source.file, &sets, terminal)?;
    let name = scenario_name(&command.source.file);
    let folder = command.out.clone().unwrap_or_else(|| Path::new("output").join(&name));
    // Better to hear it now than after the run.
    publish::check_target(&folder).map_err(|error| Failure::Output(error.to_string()))?;

    let cases = chosen(&study, &command.cases)?;
    let (fair, changes) = risk_neutral(&cases)?;
    let options =
        RunOptions { paths: study.base.simulation.paths, threads: command.threads.map(usize::from) };
    let read = |text: &str| Target::read(text, &study.base.deal.currency);
    let target = command.target.as_deref().map(read).transpose()?;
    let outcomes = simulated(&cases, &fair, options, target, terminal)?;
    let (real_world, fair_outcomes) = outcomes.split_at(cases.len());
    let paths = outcomes[0].tally.paths;
    let base = &cases[0].plan;
    let fan = fan(base, FAN.0.min(paths), FAN.1);
    let valued = fair.first().map_or(cases[0].scenario, |fair| &fair.scenario);
    let terms = price_terms(valued, RunOptions { paths, ..options })
        .map_err(|error| Failure::Internal(error.to_string()))?;
    let studies: Vec<CaseStudy<'_>> = cases
        .iter()
        .zip(real_world)
        .map(|(case, outcomes)| CaseStudy { name: case.name, scenario: case.scenario, outcomes })
        .collect();
    let fair_studies: Vec<CaseStudy<'_>> = fair
        .iter()
        .zip(fair_outcomes)
        .map(|(fair, outcomes)| CaseStudy { name: fair.name, scenario: &fair.scenario, outcomes })
        .collect();
    let fair_value = study.base.fair_value.as_ref().map(|basis| FairValueStudy {
        basis,
        changes: &changes,
        cases: &fair_studies,
    });
    let judged: Vec<Judged> =
        study.checks.iter().map(|check| verdict(check, &cases, (real_world, &fair, fair_outcomes))).collect();
    let text = loaded.sources.main_text();
    let results = Results {
        name: &name,
        scenario_text: text,
        resolved_text: &loaded.resolved,
        cases: &studies,
        fair_value,
        terms: &terms,
        design: &base.world.design,
        fan: &fan,
        cross_check: cross_check(base, paths, CROSS_CHECKED),
        checks: &judged,
    };
    let summary = Summary::new(&results).map_err(|error| Failure::Internal(error.to_string()))?;
    let volatile = Volatile { wall_seconds: start.elapsed().as_secs_f64(), threads: threads(options) };
    let input = ReportInput {
        summary: &summary,
        resolved_text: &loaded.resolved,
        deal_in_words: &crate::words::deal(&study.base),
        command: &again(command, &folder),
        volatile,
    };
    let written = write_report(&input, &folder).map_err(failure)?;
    show(command, &summary, &written, start.elapsed().as_secs_f64(), terminal)?;
    conclude(&summary, command.deny_inconclusive, terminal)?;
    target.map_or(Ok(()), |target| target.check(&outcomes[0], study.base.simulation.sampling))
}

/// Judges a check by the outcomes of its case.
fn verdict(
    check: &Check,
    cases: &[Case<'_>],
    (real_world, fair, fair_outcomes): (&[Outcomes], &[Fair<'_>], &[Outcomes]),
) -> Judged {
    let wanted = |name: &str| check.case.as_deref().is_none_or(|case| case == name);
    let paths = real_world.first().map_or(0, |outcomes| outcomes.tally.paths);
    let sampling = cases.first().map(|case| case.scenario.simulation.sampling).unwrap_or_default();
    let measured = if check.metric.statistic.is_fair_value() {
        let mut found = fair.iter().zip(fair_outcomes).filter(|(fair, _)| wanted(fair.name));
        found.next().map(|(fair, outcomes)| Measured { scenario: &fair.scenario, outcomes })
    } else {
        let mut found = cases.iter().zip(real_world).filter(|(case, _)| wanted(case.name));
        found.next().map(|(case, outcomes)| Measured { scenario: case.scenario, outcomes })
    };
    let found = measured.map(|measured| estimate(&check.metric, measured));
    judge(check, found.as_ref(), paths, sampling)
}

/// Fails if a check does, or is inconclusive and that is not good enough; else says what is open.
fn conclude(summary: &Summary, deny_inconclusive: bool, terminal: &Terminal) -> Result<(), Failure> {
    let named = |verdict: &str| -> Vec<String> {
        let found = summary.checks.iter().filter(|row| row.verdict == verdict);
        found.map(|row| format!("{} ({}): {}", row.name, row.check, row.in_words())).collect()
    };
    let (mut failed, open) = (named("fail"), named("inconclusive"));
    if deny_inconclusive {
        failed.extend(open);
    } else {
        for check in open {
            terminal.messages(&format!("warning: check {check}\n"));
        }
    }
    match failed.as_slice() {
        [] => Ok(()),
        [one] => Err(Failure::Check(format!("a check does not hold: {one}"))),
        several => {
            Err(Failure::Check(format!("{} checks do not hold:\n  {}", several.len(), several.join("\n  "))))
        }
    }
}

/// The base case, and the cases wanted, or all.
fn chosen<'a>(study: &'a Study, wanted: &[String]) -> Result<Vec<Case<'a>>, Failure> {
    let mut all: Vec<Option<Case<'a>>> = cases(study)?.into_iter().map(Some).collect();
    let numbers: Vec<usize> = match wanted {
        [] => (1..all.len()).collect(),
        names => names.iter().map(|name| case_number(study, name)).collect::<Result<_, _>>()?,
    };
    Ok(std::iter::once(0).chain(numbers).filter_map(|number| all[number].take()).collect())
}

/// A case under the risk-neutral measure.
struct Fair<'a> {
    name: &'a str,
    scenario: Scenario,
    plan: Plan,
}

/// The cases under the risk-neutral measure, none if no fair value is asked for, and what the measure changes.
fn risk_neutral<'a>(cases: &[Case<'a>]) -> Result<(Vec<Fair<'a>>, Vec<String>), Failure> {
    let mut found: Vec<(&str, Scenario)> = Vec::new();
    let mut changes: Vec<String> = Vec::new();
    for case in cases {
        let counterpart = case.scenario.risk_neutral();
        // The scenario reader has refused what has no fair value.
        let counterpart =
            counterpart.map_err(|_| Failure::Internal("a case has no fair value".to_owned()))?;
        if let Some(RiskNeutral { scenario, changes: more }) = counterpart {
            found.push((case.name, scenario));
            changes.extend(more.into_iter().filter(|change| !changes.contains(change)).collect::<Vec<_>>());
        }
    }
    let plans = Plan::of_study(found.iter().map(|(_, scenario)| scenario))
        .map_err(|error| Failure::Internal(error.to_string()))?;
    let fair = found.into_iter().zip(plans).map(|((name, scenario), plan)| Fair { name, scenario, plan });
    Ok((fair.collect(), changes))
}

fn simulated(
    cases: &[Case<'_>],
    fair: &[Fair<'_>],
    options: RunOptions,
    target: Option<Target>,
    terminal: &Terminal,
) -> Result<Vec<Outcomes>, Failure> {
    let real_world = cases.iter().map(|case| &case.plan);
    let plans: Vec<&Plan> = real_world.chain(fair.iter().map(|fair| &fair.plan)).collect();
    let bar = terminal.progress(options.paths);
    let progress = |done| bar.set_position(done);
    let outcomes = match target {
        Some(target) => run_until(&plans, options, |so_far| target.is_met(&so_far[0]), progress),
        None => simulate(&plans, options, progress),
    };
    bar.finish_and_clear();
    outcomes.map_err(|error| Failure::Internal(error.to_string()))
}

fn show(
    command: &Run,
    summary: &Summary,
    written: &Written,
    seconds: f64,
    terminal: &Terminal,
) -> Result<(), Failure> {
    if command.json {
        let bytes = json::bytes(summary).map_err(|error| Failure::Internal(error.to_string()))?;
        return terminal.result(&String::from_utf8_lossy(&bytes));
    }
    terminal.result(&screen(summary, Some(seconds)))?;
    let folder = written.folder.display();
    terminal.hint(&format!("wrote {} files to {folder}: open {folder}/report.html", written.files.len()));
    Ok(())
}

/// The stem of the file's name; what comes from standard input is called so.
fn scenario_name(file: &Path) -> String {
    if file == Path::new("-") {
        return "standard-input".to_owned();
    }
    file.file_stem().map_or_else(|| "scenario".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

fn threads(options: RunOptions) -> usize {
    options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// The command that makes the same report again.
fn again(command: &Run, folder: &Path) -> String {
    let mut words = vec!["cabrio run".to_owned(), quoted(&command.source.file.display().to_string())];
    words.extend(command.source.sets.iter().map(|set| format!("--set {}", quoted(set))));
    words.extend(command.paths.iter().map(|paths| format!("--paths {paths}")));
    words.extend(command.target.iter().map(|target| format!("--target {}", quoted(target))));
    words.extend(command.deny_inconclusive.then(|| "--deny-inconclusive".to_owned()));
    words.extend(command.seed.iter().map(|seed| format!("--seed {seed}")));
    words.extend(command.cases.iter().map(|case| format!("--case {}", quoted(case))));
    if command.out.is_some() {
        words.push(format!("--out {}", quoted(&folder.display().to_string())));
    }
    words.join(" ")
}

/// A word for a POSIX shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=%:,+@".contains(c);
    if word.chars().all(plain) && !word.is_empty() {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

fn failure(error: ReportError) -> Failure {
    match error {
        ReportError::Publish(error) => Failure::Output(error.to_string()),
        other => Failure::Internal(other.to_string()),
    }
}
