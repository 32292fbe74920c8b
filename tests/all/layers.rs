//! The order of the layers and the fences around other people's crates, read from the sources.
//!
//! A module of `src/` may use only modules declared before it in `src/lib.rs`. Some crates may be used in some
//! places only, so that they can be exchanged there. Tests inside the sources are exempt.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Uses against the order: file, module used, why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[(
    "words/figures.rs",
    "report",
    "figures are rounded by report::format, which stands alone and may move down",
)];

/// Crates and the only places below `src/` where they may be used.
const FENCES: &[(&str, &[&str])] = &[
    ("toml", &["scenario/"]),
    ("rand", &["random/"]),
    ("rand_distr", &["random/"]),
    ("rayon", &["simulate/", "statistics/", "report/mod.rs", "report/summary/"]),
    ("plotters", &["report/chart/"]),
    ("resvg", &["report/chart/"]),
    ("png", &["report/chart/"]),
    ("pulp", &["random/"]),
    ("dejavu", &["report/chart/"]),
    ("rust_xlsxwriter", &["report/mod.rs", "report/workbook/"]),
    ("csv", &["report/", "scenario/decode/data.rs"]),
    ("parquet", &["report/paths/"]),
    ("clap", &["cli/"]),
    ("clap_complete", &["cli/"]),
    ("indicatif", &["cli/"]),
    ("signal_hook", &["cli/"]),
    ("rust_decimal", &["number/", "quantity/"]),
    ("annotate_snippets", &["diagnostic/"]),
    ("strsim", &["diagnostic/"]),
    ("minijinja", &["report/"]),
];

/// What writes to the screen, in `cli` only.
const SCREEN: &[&str] = &["println!", "print!", "eprintln!", "eprint!", "dbg!", "stdout()", "stderr()"];

/// Lines a file may have.
const MOST_LINES: usize = 500;

/// A source file without its comments and inner tests.
struct Source {
    /// Below `src/`, with `/` between parts.
    path: String,
    code: String,
    lines: usize,
}

fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    walk(Path::new("src"), &mut files);
    files.sort();
    let tests_only = tests_only(&files);
    let is_test = |path: &PathBuf| {
        tests_only.iter().any(|test| path.starts_with(test) || *path == test.with_extension("rs"))
    };
    files.iter().filter(|path| !is_test(path)).map(|path| source(path)).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

/// Modules declared for tests only, as folders.
fn tests_only(files: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(path).expect("a source");
        let home = match path.file_stem().and_then(|stem| stem.to_str()) {
            Some("mod" | "lib" | "main") => path.parent().expect("a folder").to_path_buf(),
            _ => path.with_extension(""),
        };
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for pair in lines.windows(2).filter(|pair| pair[0] == "#[cfg(test)]") {
            let name = pair[1]
                .trim_start_matches("pub(crate) ")
                .trim_start_matches("pub(super) ")
                .strip_prefix("mod ");
            found.extend(name.and_then(|name| name.strip_suffix(';')).map(|name| home.join(name)));
        }
    }
    found
}

fn source(path: &Path) -> Source {
    let text = std::fs::read_to_string(path).expect("a source");
    let body = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code: String = body
        .lines()
        .map(|line| line.split("//").next().unwrap_or(""))
        .fold(String::new(), |all, line| all + line + "\n");
    let below = path.strip_prefix("src").expect("below src");
    let path =
        below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
    Source { path, code, lines: text.lines().count() }
}

/// Modules in the order of `src/lib.rs`.
fn layers() -> Vec<String> {
    let text = std::fs::read_to_string("src/lib.rs").expect("lib.rs");
    let name = |line: &str| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned());
    text.lines().filter_map(name).collect()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where `word` stands in a text as a whole, not as a part of a longer path or name.
fn occurrences<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(word).filter_map(move |(at, _)| {
        let before = text[..at].chars().next_back();
        let fits = before.is_none_or(|c| !is_word(c) && c != ':' && c != '.' && c != '"' && c != '\'');
        fits.then(|| &text[at + word.len()..])
    })
}

/// Modules named after `crate::`, also in braces.
fn used_modules(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for rest in occurrences(code, "crate::") {
        let Some(group) = rest.strip_prefix('{') else {
            used.insert(rest.chars().take_while(|c| is_word(*c)).collect());
            continue;
        };
        let mut depth = 1;
        let mut name = String::new();
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 || (depth == 1 && c == ',') {
                used.insert(name.trim().chars().take_while(|c| is_word(*c)).collect());
                name.clear();
            } else {
                name.push(c);
            }
            if depth == 0 {
                break;
            }
        }
    }
    used.remove("");
    used
}

#[test]
fn a_layer_uses_only_what_stands_before_it() {
    let layers = layers();
    assert!(layers.len() >= 10, "{layers:?}");
    let rank = |name: &str| layers.iter().position(|layer| layer == name);
    let mut out = String::new();
    let mut excused = BTreeSet::new();
    for source in sources() {
        let Some(own) = source.path.split('/').next().and_then(rank) else { continue };
        for used in used_modules(&source.code) {
            let exception =
                EXCEPTIONS.iter().position(|(file, module, _)| *file == source.path && *module == used);
            match (rank(&used), exception) {
                (Some(other), None) if other > own => {
                    let _ =
                        writeln!(out, "src/{} uses crate::{used}, which is declared after it", source.path);
                }
                (Some(other), Some(index)) if other > own => {
                    excused.insert(index);
                }
                _ => {}
            }
        }
    }
    for (index, (file, module, _)) in
        EXCEPTIONS.iter().enumerate().filter(|(index, _)| !excused.contains(index))
    {
        let _ = writeln!(out, "exception {index}: src/{file} uses crate::{module} no more");
    }
    assert!(out.is_empty(), "\n{out}");
}

#[test]
fn crates_stay_behind_their_fences() {
    let mut out = String::new();
    for source in sources() {
        for (name, allowed) in FENCES {
            let used =
                occurrences(&source.code, name).any(|rest| rest.starts_with("::") || rest.starts_with(';'));
            if used && !allowed.iter().any(|place| source.path.starts_with(place)) {
                let _ = writeln!(out, "src/{} uses {name}, which belongs in {allowed:?}", source.path);
            }
        }
        for word in SCREEN.iter().filter(|_| !source.path.starts_with("cli/")) {
            if source.code.match_indices(word).any(|(at, _)| !source.code[..at].ends_with(is_word)) {
                let _ = writeln!(out, "src/{} writes to the screen by {word}", source.path);
            }
        }
    }
    assert!(out.is_empty(), "\n{out}");
}

#[test]
fn files_stay_readable() {
    let mut files = Vec::new();
    walk(Path::new("src"), &mut files);
    walk(Path::new("tests"), &mut files);
    let long: Vec<(String, usize)> = files
        .iter()
        .map(|path| (path.display().to_string(), source_lines(path)))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .collect();
    assert!(long.is_empty(), "{long:?}");
    assert!(sources().iter().all(|source| source.lines > 0));
}

fn source_lines(path: &Path) -> usize {
    std::fs::read_to_string(path).expect("a source").lines().count()
}

#[test]
fn this_test_reads_what_it_should() {
    // hand-worked
    let code = "use crate::a::B;\nuse crate::{c, d::{E, f}, g};\nlet x = crate::h::y();\n\"crate::z\"";
    let used: Vec<String> = used_modules(code).into_iter().collect();
    assert_eq!(used, ["a", "c", "d", "g", "h"]);
    let by = |text: &str| occurrences(text, "rand").any(|rest| rest.starts_with("::"));
    assert!(
        by("use rand::Rng;") && !by("use rand_distr::Normal;") && !by("crate::rand::x") && !by("operand::x")
    );
    assert!(sources().iter().all(|source| !source.path.contains("tests")), "tests are left out");
}
