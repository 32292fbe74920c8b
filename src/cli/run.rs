//! `cabrio run`: simulate a scenario and write its report.

use std::path::Path;
use std::time::Instant;

use super::args::Run;
use super::exit::Failure;
use super::job::Job;
use super::load::{case_number, study, with_run_options};
use super::target::Target;
use super::terminal::Terminal;
use crate::report::manifest::Asked;
use crate::report::summary::Summary;
use crate::report::{Written, json, publish, terminal::screen, write_report};

pub(super) fn run(command: &Run, terminal: &mut Terminal) -> Result<(), Failure> {
    let start = Instant::now();
    let sets = with_run_options(&command.source.sets, command.paths.as_deref(), command.seed);
    let (study, loaded) = study(&command.source.file, &sets, terminal)?;
    let name = scenario_name(&command.source.file);
    let folder = command.out.clone().unwrap_or_else(|| Path::new("output").join(&name));
    // Better to hear it now than after the run.
    publish::check_target(&folder).map_err(|error| Failure::Output(error.to_string()))?;
    command.cases.iter().try_for_each(|case| case_number(&study, case).map(drop))?;
    let read = |text: &String| Target::read(text, &study.base.deal.currency).map(drop);
    command.target.as_ref().map_or(Ok(()), read)?;

    let scenario = loaded.standalone().map_err(|error| Failure::Scenario(error.to_string()))?;
    let asked = Asked { cases: command.cases.clone(), target: command.target.clone() };
    let text = loaded.sources.main_text().to_owned();
    let job = Job::new(name, text, scenario, asked, again(command, &folder))?;
    let done = job.run(command.threads, terminal)?;
    let written = job.written(&done, |input| write_report(input, &folder))?;
    show(command, &done.summary, &written, start.elapsed().as_secs_f64(), terminal)?;
    done.precise
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

/// The command that makes the same report again.
fn again(command: &Run, folder: &Path) -> String {
    let mut words = vec!["cabrio run".to_owned(), quoted(&command.source.file.display().to_string())];
    words.extend(command.source.sets.iter().map(|set| format!("--set {}", quoted(set))));
    words.extend(command.paths.iter().map(|paths| format!("--paths {paths}")));
    words.extend(command.target.iter().map(|target| format!("--target {}", quoted(target))));
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
