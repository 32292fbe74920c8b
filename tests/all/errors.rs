//! Broken scenarios, one mistake each, with what must be said about it written into the file.
//!
//! The head of each `tests/errors/*.toml` lists everything that must be reported, in order, and nothing else may be:
//!
//! ```toml
//! #! error: 9:3 E0201 unknown key `curency`     place, code, part of the message
//! #! help: did you mean `currency`?             part of an advice; the first one to an error is its own
//! ```
//!
//! The place is `LINE:COLUMN`, with another file or `--set` in front where it does not lie in the file itself, or
//! `-` for none. `warning` instead of `error` for what does not stop a run, `#! set: PATH=VALUE` for an override.
//! Each file is read by the library and by the binary.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use cabrio::diagnostic::{Code, Record};
use cabrio::scenario::{Loaded, Reading, load_as, load_bytes};

/// One expected diagnostic.
#[derive(Debug)]
struct Expected {
    severity: &'static str,
    place: Option<String>,
    code: String,
    message: String,
    help: Vec<String>,
}

/// A fixture and what it expects.
struct Fixture {
    path: PathBuf,
    name: String,
    sets: Vec<String>,
    expected: Vec<Expected>,
}

/// Below the folder of the package, where cargo runs tests.
const FOLDER: &str = "tests/errors";

fn fixtures() -> Vec<Fixture> {
    let files = std::fs::read_dir(FOLDER)
        .expect("the folder of fixtures")
        .map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    paths.sort();
    paths.into_iter().map(fixture).collect()
}

fn fixture(path: PathBuf) -> Fixture {
    let name = path.file_name().expect("a file name").to_string_lossy().into_owned();
    let text = std::fs::read_to_string(&path).expect("a readable fixture");
    let (mut sets, mut expected) = (Vec::new(), Vec::<Expected>::new());
    for line in text.trim_start_matches('\u{feff}').lines().map_while(|line| line.strip_prefix("#! ")) {
        let (word, rest) = line.split_once(": ").unwrap_or_else(|| panic!("{name}: `{line}`"));
        match word {
            "set" => sets.push(rest.to_owned()),
            "help" => expected
                .last_mut()
                .unwrap_or_else(|| panic!("{name}: help of nothing"))
                .help
                .push(rest.to_owned()),
            "error" => expected.push(diagnostic("error", rest, &name)),
            "warning" => expected.push(diagnostic("warning", rest, &name)),
            _ => panic!("{name}: unknown word `{word}`"),
        }
    }
    Fixture { path, name, sets, expected }
}

fn diagnostic(severity: &'static str, text: &str, name: &str) -> Expected {
    let mut parts = text.splitn(3, ' ');
    let mut part = || parts.next().unwrap_or_else(|| panic!("{name}: `{text}`")).to_owned();
    let (place, code, message) = (part(), part(), part());
    let place = match place.as_str() {
        "-" => None,
        _ if place.matches(':').count() == 1 => Some(format!("{name}:{place}")),
        _ => Some(place),
    };
    Expected { severity, place, code, message, help: Vec::new() }
}

fn records(loaded: &Loaded) -> Vec<Record> {
    loaded.diagnostics.sorted().into_iter().map(|found| Record::new(found, &loaded.sources)).collect()
}

/// `file:line:column` of the first label; files by their path below the folder of fixtures.
fn place(record: &Record) -> Option<String> {
    let label = record.labels.first()?;
    Some(format!("{}:{}:{}", below(&label.file), label.line, label.column))
}

/// Paths in a text as they are seen from the folder of fixtures.
fn below(text: &str) -> String {
    text.replace(&format!("{FOLDER}{}", std::path::MAIN_SEPARATOR), "")
}

/// What differs between a fixture and what was reported; empty if nothing does.
fn differences(fixture: &Fixture, found: &[Record]) -> String {
    let mut out = String::new();
    for (expected, record) in fixture.expected.iter().zip(found) {
        let said = |part: &String| record.help.iter().any(|help| help.contains(part.as_str()));
        let same = expected.severity == record.severity
            && expected.place == place(record)
            && expected.code == record.code
            && below(&record.message).contains(&expected.message)
            && expected.help.iter().all(said);
        if !same {
            let _ = writeln!(out, "  expected {expected:?}\n  found    {:?} {record:?}", place(record));
        }
        if record.help.is_empty() {
            let _ = writeln!(out, "  no advice: {record:?}");
        }
    }
    if fixture.expected.len() != found.len() {
        let _ = writeln!(out, "  expected {} diagnostics, found {}:", fixture.expected.len(), found.len());
        for record in found {
            let _ =
                writeln!(out, "    {:?} {} {} {:?}", place(record), record.code, record.message, record.help);
        }
    }
    out
}

fn check(folder: &Path, file: &str, sets: &[String]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cabrio"));
    command.current_dir(folder).args(["--color", "never", "check", file]);
    for set in sets {
        command.args(["--set", set]);
    }
    command.stdin(Stdio::null()).output().expect("the binary runs")
}

#[test]
fn every_mistake_is_reported_with_its_place_and_its_fix() {
    let mut out = String::new();
    for fixture in fixtures() {
        let loaded = load_as(Reading::WhatItIs, &fixture.path, &fixture.sets);
        let differences = differences(&fixture, &records(&loaded));
        let stops = fixture.expected.iter().any(|expected| expected.severity == "error");
        if (loaded.study.is_some() || loaded.structure.is_some()) == stops {
            let _ = writeln!(out, "{}: there is {} result", fixture.name, if stops { "a" } else { "no" });
        }
        if !differences.is_empty() {
            let _ = writeln!(out, "{}\n{differences}", fixture.name);
        }
    }
    assert!(out.is_empty(), "\n{out}");
}

#[test]
fn the_command_says_the_same_and_exits_with_3() {
    let mut out = String::new();
    for fixture in fixtures() {
        let Output { status, stdout, stderr } = check(Path::new(FOLDER), &fixture.name, &fixture.sets);
        let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        let stops = fixture.expected.iter().any(|expected| expected.severity == "error");
        let mut complain = |what: &str| {
            let _ = writeln!(out, "{}: {what}\n{stderr}", fixture.name);
        };
        if status.code() != Some(if stops { 3 } else { 0 }) {
            complain(&format!("exit code {:?}", status.code()));
        }
        if stops && !stdout.is_empty() {
            complain("a broken scenario has a result");
        }
        if stderr.contains("panicked") {
            complain("panic");
        }
        for expected in &fixture.expected {
            let head = format!("{}[{}]: ", expected.severity, expected.code);
            let said = stderr.lines().any(|line| line.starts_with(&head) && line.contains(&expected.message));
            let placed =
                expected.place.as_ref().is_none_or(|place| stderr.contains(&format!("--> {place}\n")));
            // A long advice is broken into lines, and those of several lines are indented.
            let advised = expected.help.iter().all(|help| stderr.contains(help.as_str()));
            if !(said && placed && advised) {
                complain(&format!("not said: {expected:?}"));
            }
        }
    }
    assert!(out.is_empty(), "\n{out}");
}

/// Scenarios that cannot be kept as text files with a head: bytes, the code, and part of the message.
fn unkeepable() -> Vec<(&'static str, Vec<u8>, &'static str, &'static str)> {
    let good = include_str!("../errors/fine_smallest.toml");
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(good.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let latin1 = good.replace("title = \"T\"", "title = \"Caf@\"").replace('@', "\u{1}").into_bytes();
    let latin1 = latin1.into_iter().map(|byte| if byte == 1 { 0xE9 } else { byte }).collect();
    let mut large = good.as_bytes().to_vec();
    large.resize(50 << 20, b' ');
    vec![
        ("empty", Vec::new(), "E0105", "says nothing"),
        ("blank", b" \n\t\n".to_vec(), "E0105", "says nothing"),
        ("utf-16", utf16, "E0102", "UTF-16"),
        ("latin-1", latin1, "E0102", "not in UTF-8"),
        ("binary", (0..=255_u8).cycle().take(4096).collect(), "E0103", "not a text file"),
        ("image", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "E0103", "not a text file"),
        ("50 MB", large, "E0104", "larger than a scenario may be"),
    ]
}

#[test]
fn bytes_that_are_no_scenario_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes, code, message) in unkeepable() {
        let loaded = load_bytes(name, bytes.clone(), folder.path(), &[]);
        let found = records(&loaded);
        assert!(loaded.study.is_none() && found.len() == 1, "{name}: {found:?}");
        assert_eq!(found[0].code, code, "{name}: {found:?}");
        assert!(found[0].message.contains(message) && !found[0].help.is_empty(), "{name}: {found:?}");
        std::fs::write(folder.path().join("broken.toml"), bytes).expect("a file");
        let Output { status, stderr, .. } = check(folder.path(), "broken.toml", &[]);
        let stderr = String::from_utf8_lossy(&stderr);
        assert_eq!(status.code(), Some(3), "{name}: {stderr}");
        assert!(stderr.contains(&format!("error[{code}]")) && stderr.contains(message), "{name}: {stderr}");
    }
    let missing = check(folder.path(), "no_such.toml", &[]);
    assert_eq!(missing.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("error[E0106]"));
    let of_folder = check(folder.path(), ".", &[]);
    assert_eq!(of_folder.status.code(), Some(3));
}

#[test]
fn marks_of_editors_and_systems_do_no_harm() {
    let good = include_str!("../errors/fine_smallest.toml");
    let with_mark = format!("\u{feff}{good}");
    for (name, text) in [
        ("byte order mark", with_mark),
        ("CRLF", good.replace('\n', "\r\n")),
        ("tabs", good.replace(" = ", "\t=\t")),
        ("no last line break", good.trim_end().to_owned()),
    ] {
        let loaded = load_bytes(name, text.into_bytes(), Path::new(""), &[]);
        assert!(loaded.study.is_some(), "{name}: {:?}", records(&loaded));
    }
    // Places count the mark's line and the carriage return as nothing.
    let broken = good.replace("horizon", "horizn").replace('\n', "\r\n");
    let loaded = load_bytes("broken", format!("\u{feff}{broken}").into_bytes(), Path::new(""), &[]);
    let line = 1 + good.lines().position(|line| line.contains("horizon")).expect("a horizon");
    let label = &records(&loaded)[0].labels[0];
    assert_eq!(label.line, line);
}

#[test]
fn very_many_mistakes_are_reported_in_time_and_in_measure() {
    let good = include_str!("../errors/fine_smallest.toml");
    let mut text = good.to_owned();
    for number in 0..10_000 {
        let _ = writeln!(text, "[milestones.m{number}]\nprobability = \"150%\"\nwhen = 5\nnonsense = 1");
    }
    let started = std::time::Instant::now();
    let loaded = load_bytes("many", text.into_bytes(), Path::new(""), &[]);
    assert!(loaded.study.is_none() && loaded.diagnostics.counts().0 >= 1_000);
    // Takes a tenth of a second; the bound only catches what grows with the square of the number.
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn the_matrix_shown_for_impossible_correlations_is_accepted() {
    let broken =
        std::fs::read_to_string(Path::new(FOLDER).join("correlations_impossible.toml")).expect("the fixture");
    let loaded = load_bytes("broken", broken.clone().into_bytes(), Path::new(""), &[]);
    let found = records(&loaded);
    let advice =
        found[0].help.iter().find(|help| help.contains("[[correlations]]")).expect("a matrix to paste");
    let pasted: String = advice.lines().skip(1).fold(String::new(), |text, line| text + line + "\n");
    // Everything from the first correlation to the instruments is replaced by what the message shows.
    let (before, rest) = broken.split_once("[[correlations]]").expect("correlations");
    let (_, after) = rest.split_once("[[instruments]]").expect("instruments");
    let mended = format!("{before}{pasted}[[instruments]]{after}");
    let loaded = load_bytes("mended", mended.clone().into_bytes(), Path::new(""), &[]);
    assert!(loaded.study.is_some(), "{mended}\n{:?}", records(&loaded));
}

#[test]
fn every_code_has_a_fixture() {
    let mut seen: BTreeSet<String> =
        fixtures().into_iter().flat_map(|fixture| fixture.expected).map(|expected| expected.code).collect();
    seen.extend(unkeepable().into_iter().map(|(_, _, code, _)| code.to_owned()));
    let missing: Vec<&str> = Code::ALL
        .iter()
        .map(|code| code.id())
        .filter(|id| !seen.contains(*id) && !id.starts_with("E09"))
        .collect();
    // Those of exports are tried in ocf.rs.
    assert!(missing.is_empty(), "{missing:?}");
    assert!(fixtures().len() >= 200, "{}", fixtures().len());
}
