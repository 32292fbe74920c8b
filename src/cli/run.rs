//! `cabrio run`: simulate a scenario and write its report, or one shard of it.

use std::path::{Path, PathBuf};

use super::args::Run;
use super::checks::conclude;
use super::exit::Failure;
use super::job::{Done, Job};
use super::load::{case_number, study, with_run_options};
use super::report::theme;
use super::shard::{Part, Shard};
use super::target::Target;
use super::terminal::Terminal;
use crate::report::manifest::Asked;
use crate::report::paths::{PathsError, PathsFile};
use crate::report::{Written, json, publish, terminal::screen, write_report};

pub(super) fn run(command: &Run, terminal: &mut Terminal) -> Result<(), Failure> {
    let sets = with_run_options(&command.source.sets, command.paths.as_deref(), command.seed);
    let (study, loaded) = study(&command.source.file, &sets, terminal)?;
    let name = scenario_name(&command.source.file);
    let folder = command.out.clone().unwrap_or_else(|| Path::new("output").join(&name));
    let variable = |name: &str| std::env::var(name).ok();
    let part = command.shard.as_deref().map(|text| Part::read(text, variable)).transpose()?;
    if part.is_none() {
        // Better to hear it now than after the run.
        publish::check_target(&folder).map_err(|error| Failure::Output(error.to_string()))?;
    }
    command.cases.iter().try_for_each(|case| case_number(&study, case).map(drop))?;
    let read = |text: &String| Target::read(text, &study.base.deal.currency).map(drop);
    command.target.as_ref().map_or(Ok(()), read)?;

    let theme = command.theme.as_deref().map(|file| theme(file, terminal)).transpose()?;
    let scenario = loaded.standalone().map_err(|error| Failure::Scenario(error.to_string()))?;
    let asked = Asked { cases: command.cases.clone(), target: command.target.clone() };
    let text = loaded.sources.main_text().to_owned();
    let job = Job::new(name, text, scenario, asked, again(command, &folder), theme)?;
    if let Some(part) = part {
        return shard(command, &job, part, terminal);
    }
    let Some(file) = &command.paths_out else {
        let done = job.run(command.threads, terminal)?;
        let written = job.written(&done, |input| write_report(input, &folder))?;
        show(command.json, &done, &written, terminal)?;
        return conclude(done, command.deny_inconclusive, terminal);
    };
    let prepared = job.prepare(command.threads)?;
    let refused = |error: PathsError| match error {
        PathsError::Form { .. } | PathsError::NoParquet { .. } => Failure::Usage(error.to_string()),
        PathsError::Io { .. } => Failure::Output(error.to_string()),
    };
    let currency = &job.study.base.deal.currency;
    let most = command.paths_out_limit;
    let mut paths =
        PathsFile::begin(file, &prepared.names(), currency, prepared.paths(), most).map_err(refused)?;
    let results = prepared.simulate(None, Some(&mut paths), terminal);
    if let Err(error) = paths.written() {
        return Err(refused(error));
    }
    let done = job.sum_up(&prepared, &results?.outcomes())?;
    // The report first: it is what the run is for.
    let written = job.written(&done, |input| write_report(input, &folder))?;
    let file = paths.finish().map_err(refused)?;
    show(command.json, &done, &written, terminal)?;
    terminal.hint(&format!("wrote paths to {}", file.display()));
    conclude(done, command.deny_inconclusive, terminal)
}

/// Runs one part and writes its file.
fn shard(command: &Run, job: &Job, part: Part, terminal: &Terminal) -> Result<(), Failure> {
    let blocks = part.blocks(job.blocks());
    if blocks.is_empty() {
        let most = job.blocks();
        return Err(Failure::Usage(format!("`--shard {part}`: so few paths make {most} shards at most")));
    }
    let file = shard_file(command, job, part);
    let prepared = job.prepare(command.threads)?;
    let mut results = prepared.simulate(Some(blocks), None, terminal)?;
    Shard::of(job, part, results.to_bytes()).write(&file)?;
    terminal.result(&format!("wrote part {part} to {}", file.display()))
}

/// Where the file of a part goes: the file named, into the folder named, or into one beside the report.
fn shard_file(command: &Run, job: &Job, part: Part) -> PathBuf {
    match &command.out {
        Some(file) if file.extension().is_some_and(|end| end == "shard") => file.clone(),
        Some(folder) => folder.join(part.file()),
        None => Path::new("output").join(format!("{}.shards", job.name)).join(part.file()),
    }
}

/// Prints the result, and where the report is.
pub(super) fn show(json: bool, done: &Done, written: &Written, terminal: &Terminal) -> Result<(), Failure> {
    if json {
        let bytes = json::bytes(&done.summary).map_err(|error| Failure::Internal(error.to_string()))?;
        return terminal.result(&String::from_utf8_lossy(&bytes));
    }
    terminal.result(&screen(&done.summary, Some(done.volatile.wall_seconds)))?;
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

/// The command that makes the same report again; of a shard the command of the whole run.
fn again(command: &Run, folder: &Path) -> String {
    let mut words = vec!["cabrio run".to_owned(), quoted(&command.source.file.display().to_string())];
    words.extend(command.source.sets.iter().map(|set| format!("--set {}", quoted(set))));
    words.extend(command.paths.iter().map(|paths| format!("--paths {paths}")));
    words.extend(command.target.iter().map(|target| format!("--target {}", quoted(target))));
    words.extend(command.seed.iter().map(|seed| format!("--seed {seed}")));
    words.extend(command.cases.iter().map(|case| format!("--case {}", quoted(case))));
    words.extend(
        command.theme.iter().map(|theme| format!("--theme {}", quoted(&theme.display().to_string()))),
    );
    if command.out.is_some() && command.shard.is_none() {
        words.push(format!("--out {}", quoted(&folder.display().to_string())));
    }
    words.join(" ")
}

/// A word for a POSIX shell.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=%:,+@".contains(c);
    if word.chars().all(plain) && !word.is_empty() {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
