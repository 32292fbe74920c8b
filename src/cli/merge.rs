//! `cabrio merge`: one result from the shards of a run, the same bytes as of the whole run.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::args::Merge;
use super::checks::conclude;
use super::exit::Failure;
use super::job::Job;
use super::run::{quoted, show};
use super::shard::{Part, Shard};
use super::terminal::Terminal;
use crate::report::{publish, write_report};
use crate::simulate::Collection;

/// Missing parts that are listed with their commands.
const MOST_LISTED: usize = 20;

pub(super) fn merge(command: &Merge, terminal: &Terminal) -> Result<(), Failure> {
    let files = files(&command.shards)?;
    let mut shards = Vec::new();
    let mut broken = Vec::new();
    for file in &files {
        match Shard::read(file) {
            // What the shards found is read again when it is needed: all of it at once may be too much.
            Ok(mut shard) => {
                shard.results = Vec::new();
                shards.push(shard);
            }
            Err(why) => broken.push(format!("`{}` {why}", file.display())),
        }
    }
    check(&mut shards, broken)?;
    // They belong together and are all there.
    let first = shards.remove(0);
    let name = first.name.clone();
    let folder = command.out.clone().unwrap_or_else(|| Path::new("output").join(&name));
    publish::check_target(&folder).map_err(|error| Failure::Output(error.to_string()))?;
    let whole = match &command.out {
        Some(out) => format!("{} --out {}", first.command, quoted(&out.display().to_string())),
        None => first.command.clone(),
    };
    let first_file = first.file.clone();
    let job = Job::new(name, first.scenario_text, first.scenario, first.asked, whole, None)?;
    let prepared = job.prepare(command.threads)?;
    let plans = prepared.plans();
    let read = |file: &Path| {
        let damaged = |why: &str| Failure::Mismatch(format!("`{}` {why}", file.display()));
        let shard = Shard::read(file).map_err(|why| damaged(&why))?;
        let results = Collection::from_bytes(&plans, &shard.results);
        results.ok_or_else(|| damaged("holds results of another shape: run that part again"))
    };
    let mut results = read(&first_file)?;
    for shard in &shards {
        let next = results.append(read(&shard.file)?);
        next.map_err(|error| Failure::Mismatch(format!("`{}`: {error}", shard.file.display())))?;
    }
    let done = job.sum_up(&prepared, &results.outcomes())?;
    let written = job.written(&done, |input| write_report(input, &folder))?;
    show(command.json, &done, &written, terminal)?;
    conclude(done, command.deny_inconclusive, terminal)
}

/// The files named, and those in the folders named.
fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let unreadable = |error: std::io::Error| {
            Failure::Usage(format!("cannot read the folder `{}`: {error}", path.display()))
        };
        for entry in fs::read_dir(path).map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.path();
            if file.extension().is_some_and(|end| end == "shard") {
                files.push(file);
            }
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Failure::Usage(
            "there is no shard: name files, or folders with files *.shard".to_owned(),
        ));
    }
    Ok(files)
}

/// Puts shards in order; fails unless they are one run, whole, each part once.
fn check(shards: &mut [Shard], mut faults: Vec<String>) -> Result<(), Failure> {
    shards.sort_by(|a, b| (a.part.of, a.part.number, &a.file).cmp(&(b.part.of, b.part.number, &b.file)));
    let Some(run) = most_frequent(shards) else {
        return Err(Failure::Mismatch(format!("no shard can be read:\n  {}", faults.join("\n  "))));
    };
    let run = (run.key.clone(), run.part.of, run.command.clone(), run.file.clone());
    let (key, of, command, file) = &run;
    for shard in shards.iter().filter(|shard| shard.key != *key) {
        faults.push(format!("`{}` is of another run: `{}`", shard.file.display(), shard.command));
    }
    let own = |shard: &&Shard| shard.key == *key;
    for shard in shards.iter().filter(own).filter(|shard| shard.part.of != *of) {
        let part = shard.part;
        faults.push(format!(
            "`{}` is part {part} and overlaps: the others are parts of {of}",
            shard.file.display()
        ));
    }
    let mut seen: BTreeSet<u64> = BTreeSet::new();
    for shard in shards.iter().filter(own).filter(|shard| shard.part.of == *of) {
        if !seen.insert(shard.part.number) {
            faults.push(format!("`{}` overlaps: part {} is there already", shard.file.display(), shard.part));
        }
    }
    let missing: Vec<Part> =
        (1..=*of).filter(|number| !seen.contains(number)).map(|number| Part { number, of: *of }).collect();
    let folder = file.parent().unwrap_or_else(|| Path::new(""));
    for part in missing.iter().take(MOST_LISTED) {
        let out = quoted(&folder.join(part.file()).display().to_string());
        faults.push(format!("part {part} is missing: run `{command} --shard {part} --out {out}`"));
    }
    if missing.len() > MOST_LISTED {
        faults.push(format!("and {} more are missing", missing.len() - MOST_LISTED));
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(Failure::Mismatch(format!("these shards do not make one run:\n  {}", faults.join("\n  "))))
}

/// A shard of the run and the division that most of them belong to.
fn most_frequent(shards: &[Shard]) -> Option<&Shard> {
    let kin = |shard: &Shard| {
        shards.iter().filter(|other| other.key == shard.key && other.part.of == shard.part.of).count()
    };
    // Of several the first.
    shards.iter().rev().max_by_key(|shard| kin(shard))
}
