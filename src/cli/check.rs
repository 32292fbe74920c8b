//! `cabrio check`: every mistake with its place and fix, and the deal retold in plain words.

use super::args::Check;
use super::exit::Failure;
use super::load::read;
use super::terminal::Terminal;
use crate::capital::round_table;
use crate::diagnostic::{Record, render};
use crate::scenario::{Loaded, Reading, Structure, Study};
use crate::words::{self, Paragraph};

pub(super) fn check(command: &Check, terminal: &mut Terminal) -> Result<(), Failure> {
    let mut bad = Vec::new();
    let mut records = Vec::new();
    for file in &command.files {
        let loaded = read(file, Reading::WhatItIs, &command.sets)?;
        if command.json {
            records.push(record(&file.display().to_string(), &loaded));
        } else {
            report(&file.display().to_string(), &loaded, terminal)?;
        }
        if !is_valid(&loaded) || refused(&loaded).is_some() {
            bad.push(file.display().to_string());
        }
    }
    if command.json {
        let object = serde_json::json!({ "schema_version": 1, "files": records });
        terminal.result(&format!("{object:#}"))?;
    }
    if bad.is_empty() { Ok(()) } else { Err(Failure::Scenario(format!("not usable: {}", bad.join(", ")))) }
}

fn is_valid(loaded: &Loaded) -> bool {
    loaded.study.is_some() || loaded.structure.is_some()
}

/// Why the round of a capital structure cannot close.
fn refused(loaded: &Loaded) -> Option<String> {
    let structure = loaded.structure.as_ref().filter(|structure| structure.capital.round.is_some())?;
    let error = round_table(&structure.capital, &structure.left_out).err()?;
    Some(format!("the round cannot close: {error}"))
}

fn report(file: &str, loaded: &Loaded, terminal: &Terminal) -> Result<(), Failure> {
    if !loaded.diagnostics.is_empty() {
        terminal.messages(&render(&loaded.diagnostics, &loaded.sources, terminal.style()));
    }
    if let Some(reason) = refused(loaded) {
        terminal.messages(&format!("error: {reason}\n"));
    } else if is_valid(loaded) {
        terminal.result(&retold(file, loaded))?;
    }
    Ok(())
}

/// The deal or the capital structure in words.
fn told(loaded: &Loaded) -> Option<Vec<Paragraph>> {
    let study = |study: &Study| {
        let mut told = words::deal(&study.base);
        let currency = &study.base.deal.currency;
        told.extend(study.round.as_ref().map(|round| words::next_round(round, currency)));
        told
    };
    let structure = |structure: &Structure| words::structure(&structure.capital, &structure.left_out);
    loaded.study.as_ref().map(study).or(loaded.structure.as_ref().map(structure))
}

fn record(file: &str, loaded: &Loaded) -> serde_json::Value {
    let records: Vec<Record> = loaded
        .diagnostics
        .sorted()
        .into_iter()
        .map(|diagnostic| Record::new(diagnostic, &loaded.sources))
        .collect();
    let words = told(loaded).map(|paragraphs| {
        paragraphs
            .into_iter()
            .map(|paragraph| serde_json::json!({ "heading": paragraph.heading, "lines": paragraph.lines }))
            .collect::<Vec<_>>()
    });
    let cases =
        loaded.study.as_ref().map(|study| study.cases.iter().map(|(name, _)| name).collect::<Vec<_>>());
    serde_json::json!({
        "file": file,
        "valid": is_valid(loaded) && refused(loaded).is_none(),
        "refused": refused(loaded),
        "diagnostics": records,
        "deal": words,
        "cases": cases,
    })
}

fn retold(file: &str, loaded: &Loaded) -> String {
    let mut text = format!("{file}: valid\n");
    for paragraph in told(loaded).unwrap_or_default() {
        text.push_str(&format!("\n{}\n", paragraph.heading));
        for line in paragraph.lines {
            text.push_str(&format!("  {line}\n"));
        }
    }
    if let Some(study) = loaded.study.as_ref().filter(|study| !study.cases.is_empty()) {
        text.push_str("\nCases, run on the same paths\n");
        for (name, _) in &study.cases {
            text.push_str(&format!("  {name}\n"));
        }
    }
    if let Some(study) = loaded.study.as_ref().filter(|study| !study.checks.is_empty()) {
        text.push_str("\nWhat must hold of the results\n");
        for check in &study.checks {
            text.push_str(&format!("  {}: {}\n", check.name, check.text));
        }
    }
    text
}
