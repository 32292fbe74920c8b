//! `cabrio check`: every mistake with its place and fix, and the deal retold in plain words.

use super::args::Check;
use super::exit::Failure;
use super::load::read;
use super::terminal::Terminal;
use crate::diagnostic::{Record, render};
use crate::scenario::{Loaded, Study};

pub(super) fn check(command: &Check, terminal: &mut Terminal) -> Result<(), Failure> {
    let mut bad = Vec::new();
    let mut records = Vec::new();
    for file in &command.files {
        let loaded = read(file, &command.sets)?;
        if command.json {
            records.push(record(&file.display().to_string(), &loaded));
        } else {
            report(&file.display().to_string(), &loaded, terminal)?;
        }
        if loaded.study.is_none() {
            bad.push(file.display().to_string());
        }
    }
    if command.json {
        let object = serde_json::json!({ "schema_version": 1, "files": records });
        terminal.result(&format!("{object:#}"))?;
    }
    if bad.is_empty() { Ok(()) } else { Err(Failure::Scenario(format!("not usable: {}", bad.join(", ")))) }
}

fn report(file: &str, loaded: &Loaded, terminal: &Terminal) -> Result<(), Failure> {
    if !loaded.diagnostics.is_empty() {
        terminal.messages(&render(&loaded.diagnostics, &loaded.sources, terminal.style()));
    }
    if let Some(study) = &loaded.study {
        terminal.result(&retold(file, study))?;
    }
    Ok(())
}

fn record(file: &str, loaded: &Loaded) -> serde_json::Value {
    let records: Vec<Record> = loaded
        .diagnostics
        .sorted()
        .into_iter()
        .map(|diagnostic| Record::new(diagnostic, &loaded.sources))
        .collect();
    let words = loaded.study.as_ref().map(|study| {
        let paragraphs = crate::words::deal(&study.base);
        paragraphs
            .into_iter()
            .map(|paragraph| serde_json::json!({ "heading": paragraph.heading, "lines": paragraph.lines }))
            .collect::<Vec<_>>()
    });
    let cases =
        loaded.study.as_ref().map(|study| study.cases.iter().map(|(name, _)| name).collect::<Vec<_>>());
    serde_json::json!({
        "file": file,
        "valid": loaded.study.is_some(),
        "diagnostics": records,
        "deal": words,
        "cases": cases,
    })
}

fn retold(file: &str, study: &Study) -> String {
    let mut text = format!("{file}: valid\n");
    for paragraph in crate::words::deal(&study.base) {
        text.push_str(&format!("\n{}\n", paragraph.heading));
        for line in paragraph.lines {
            text.push_str(&format!("  {line}\n"));
        }
    }
    if !study.cases.is_empty() {
        text.push_str("\nCases, run on the same paths\n");
        for (name, _) in &study.cases {
            text.push_str(&format!("  {name}\n"));
        }
    }
    text
}
