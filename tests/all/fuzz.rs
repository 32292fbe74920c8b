//! Valid scenarios, broken at random: nothing makes the reader panic, and what it lets through can be run.
//!
//! A fixed number of mutations of a fixed seed runs with the suite. By hand, for longer and with other seeds:
//! `CABRIO_FUZZ_SECONDS=60 CABRIO_FUZZ_SEED=7 cargo test --release --test fuzz -- --nocapture`. A failure prints the
//! scenario, which then belongs into `tests/errors` or into a test of what it broke.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use cabrio::diagnostic::{Record, Style, render};
use cabrio::model::Scenario;
use cabrio::plan::Plan;
use cabrio::random::Law as _;
use cabrio::scenario::{Loaded, load_bytes};
use cabrio::simulate::{RunOptions, replay, run};

/// Mutated scenarios of the suite: about ten seconds.
const MUTATIONS: u64 = 8_000;
/// Longest time one scenario may take to be read and run; the slowest legitimate ones, with a round every day for
/// a hundred years, stay far below.
const SLOWEST: Duration = Duration::from_secs(20);

const SEEDS: [&str; 9] = [
    include_str!("../../scenarios/minimal.toml"),
    include_str!("../../scenarios/amazon-anthropic.toml"),
    include_str!("../../src/cli/template/note.toml"),
    include_str!("../../src/cli/template/safe.toml"),
    include_str!("../../src/cli/template/preferred.toml"),
    include_str!("../../src/cli/template/milestones.toml"),
    include_str!("../errors/fine_unicode_names.toml"),
    include_str!("../errors/fine_correlated_timing.toml"),
    include_str!("../data/every_term.toml"),
];

/// Values that break arithmetic, and values of other kinds.
const EXTREMES: [&str; 60] = [
    "0",
    "-1",
    "1",
    "1e400",
    "-0.0",
    "nan",
    "inf",
    "99999999999999999999999999",
    "true",
    "[]",
    "{}",
    "[[]]",
    "\"\"",
    "2026-01-01",
    "2200-12-31",
    "1900-01-01",
    "\"$0\"",
    "\"$1\"",
    "\"$0.01\"",
    "\"$1000000tn\"",
    "\"-$5m\"",
    "\"0%\"",
    "\"-99.99%\"",
    "\"100%\"",
    "\"99.9999%\"",
    "\"1000%\"",
    "\"1000000%\"",
    "\"-1000000%\"",
    "\"0.0001%\"",
    "\"0x\"",
    "\"1000000x\"",
    "\"0.000001x\"",
    "\"0 days\"",
    "\"1 day\"",
    "\"1 month\"",
    "\"100 years\"",
    "\"300 years\"",
    "\"none\"",
    "\"at_closing\"",
    "\"company.value\"",
    "\"$1 to $1000000tn\"",
    "\"0.01% to 900%\"",
    "\"1 day to 90 years\"",
    "\"$1m to $2m\"",
    "\"5% to 9%\"",
    "\"1x to 9x\"",
    "{ normal = { mean = \"5%\", sd = \"300%\" } }",
    "{ normal = { mean = \"$5m\", sd = \"$1\" } }",
    "{ uniform = { low = \"0 days\", high = \"40 years\" } }",
    "{ lognormal = { mu = 40, sigma = 3 } }",
    "{ student_t = { degrees = 1.1, location = \"5%\", scale = \"1%\" } }",
    "{ pareto = { minimum = \"$1\", shape = 0.5 } }",
    "{ discrete = { values = [\"0%\", \"100%\"], weights = [1, 1e-300] } }",
    "{ beta = { mean = \"50%\", sd = \"49.9%\" } }",
    "{ weibull = { shape = 0.05, scale = \"1 day\" } }",
    "{ metalog = { p1 = \"1%\", p50 = \"2%\", p99 = \"90%\" } }",
    "{ exponential = { mean = \"1 day\" } }",
    "{ gamma = { shape = 1e-3, scale = \"1 year\" } }",
    "{ variable = \"x\" }",
    "{ mixture = { weights = [1, 1], of = [\"0%\", { normal = { mean = \"1%\", sd = \"1%\" } }] } }",
];

/// `SplitMix64` (Steele, Lea and Flood 2014): small, and independent of the generator that is tested.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).expect("below a usize")
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }
}

/// Pieces of a TOML text: strings, words, signs, blanks.
fn tokens(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let length = if first == '"' {
            rest[1..].find(['"', '\n']).map_or(rest.len(), |end| end + 2)
        } else if first == '#' {
            rest.find('\n').unwrap_or(rest.len())
        } else if word(first) {
            rest.find(|c| !word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let length = length.min(rest.len());
        let (token, after) = rest.split_at(length);
        found.push(token.to_owned());
        rest = after;
    }
    found
}

fn is_value(token: &str) -> bool {
    token.starts_with('"')
        || token.starts_with(|c: char| c.is_ascii_digit())
        || token == "true"
        || token == "false"
}

fn mutate(dice: &mut Dice) -> Vec<u8> {
    let mut text = (*dice.pick(&SEEDS).expect("a seed")).to_owned();
    // Mostly one change: several together are mostly refused for the first one.
    let changes = 1 + dice.below(4) / 3 * (1 + dice.below(3));
    for _ in 0..changes {
        text = match dice.below(10) {
            0 => lines(dice, &text),
            1 => swap(dice, &text),
            2 => return bytes(dice, text),
            3 => graft(dice, &text),
            _ => values(dice, &text),
        };
    }
    text.into_bytes()
}

/// Flips, adds or cuts bytes.
fn bytes(dice: &mut Dice, text: String) -> Vec<u8> {
    let mut bytes = text.into_bytes();
    let at = dice.below(bytes.len());
    match dice.below(4) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, u8::try_from(dice.below(256)).expect("a byte")),
        2 => bytes[at] ^= 1 << dice.below(8),
        _ => {
            bytes.remove(at);
        }
    }
    bytes
}

/// Deletes, doubles or moves a line.
fn lines(dice: &mut Dice, text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let from = dice.below(lines.len());
    match dice.below(3) {
        0 => {
            lines.remove(from);
        }
        1 => lines.insert(from, lines[from]),
        _ => {
            let line = lines.remove(from);
            lines.insert(dice.below(lines.len()), line);
        }
    }
    lines.join("\n")
}

/// Exchanges two tokens, or deletes one.
fn swap(dice: &mut Dice, text: &str) -> String {
    let mut tokens = tokens(text);
    let (a, b) = (dice.below(tokens.len()), dice.below(tokens.len()));
    if dice.below(3) == 0 {
        tokens.remove(a);
    } else {
        tokens.swap(a, b);
    }
    tokens.concat()
}

/// Puts a line of another scenario into this one.
fn graft(dice: &mut Dice, text: &str) -> String {
    let other: Vec<&str> = dice.pick(&SEEDS).expect("a seed").lines().collect();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(dice.below(lines.len()), other[dice.below(other.len())]);
    lines.join("\n")
}

/// Replaces a value by an extreme one, mostly of its own kind, or by one from elsewhere in the text.
fn values(dice: &mut Dice, text: &str) -> String {
    let mut tokens = tokens(text);
    let places: Vec<usize> = (0..tokens.len()).filter(|index| is_value(&tokens[*index])).collect();
    let Some(&place) = dice.pick(&places) else { return tokens.concat() };
    let kind = kind(&tokens[place]);
    let alike: Vec<&str> = EXTREMES.iter().copied().filter(|extreme| self::kind(extreme) == kind).collect();
    tokens[place] = match dice.below(4) {
        0 => tokens[*dice.pick(&places).expect("the same list")].clone(),
        1 => (*dice.pick(&EXTREMES).expect("an extreme")).to_owned(),
        _ => (*dice.pick(&alike).unwrap_or(&"0")).to_owned(),
    };
    tokens.concat()
}

/// What a value measures, by its sign or unit; of a distribution, by that of its figures.
fn kind(value: &str) -> u8 {
    let has = |part: &str| value.contains(part);
    match () {
        () if has("$") => b'$',
        () if has("%") => b'%',
        () if has(" year") || has(" month") || has(" day") => b't',
        () if has("x\"") => b'x',
        () if value.matches('-').count() == 2 => b'd',
        () if has("\"") => b'"',
        () => b'0',
    }
}

/// Reads a scenario and everything that is said about it; true if it can be run.
fn survives(bytes: &[u8]) -> bool {
    let loaded = load_bytes("fuzzed.toml", bytes.to_vec(), Path::new("tests/errors"), &[]);
    let shown = render(&loaded.diagnostics, &loaded.sources, Style::Plain);
    assert_eq!(shown.is_empty(), loaded.diagnostics.is_empty());
    for found in loaded.diagnostics.sorted() {
        let record = Record::new(found, &loaded.sources);
        assert!(!record.help.is_empty(), "no advice: {record:?}");
        assert!(record.labels.iter().all(|label| label.line >= 1 && label.column >= 1), "{record:?}");
    }
    assert_eq!(
        loaded.study.is_none(),
        loaded.diagnostics.has_errors(),
        "refused without a reason, or not refused"
    );
    let Loaded { study: Some(study), resolved, .. } = loaded else { return false };
    let cases = study.cases.iter().map(|(_, scenario)| scenario);
    let plans: Vec<Plan> = std::iter::once(&study.base).chain(cases).map(runnable).collect();
    // The scenario written out again is the same scenario.
    let again = load_bytes("resolved.toml", resolved.clone().into_bytes(), Path::new("tests/errors"), &[]);
    let again = again.study.unwrap_or_else(|| panic!("cannot be read again:\n{resolved}"));
    let same = runnable(&again.base);
    assert!(same.world == plans[0].world && same.terms == plans[0].terms, "not the same again:\n{resolved}");
    assert_eq!(again.cases.len(), study.cases.len());
    for ((_, case), plan) in again.cases.iter().zip(&plans[1..]) {
        let same = runnable(case);
        assert!(
            same.world == plan.world && same.terms == plan.terms,
            "a case is not the same again:\n{resolved}"
        );
    }
    let plans: Vec<&Plan> = plans.iter().collect();
    let outcomes = run(&plans, RunOptions { paths: 64, threads: Some(1) }, |_| ()).expect("a thread");
    for outcome in outcomes {
        let columns = outcome.columns;
        for (name, column) in [
            ("present value", &columns.present_value),
            ("invested", &columns.invested),
            ("received", &columns.received),
            ("strategic", &columns.strategic),
            ("resolved", &columns.resolved),
            ("final value", &columns.final_value),
        ] {
            assert_eq!(column.len(), 64);
            let bad = column.iter().position(|value| !value.is_finite());
            assert!(bad.is_none(), "{name} of path {bad:?} is {:?}", bad.map(|bad| column[bad]));
        }
    }
    let replayed = replay(plans[0], 63);
    assert!(!cabrio::words::path(&study.base, plans[0], &replayed).is_empty());
    true
}

/// Resolves a scenario, looking at its numbers and retelling it on the way.
fn runnable(scenario: &Scenario) -> Plan {
    for variable in &scenario.variables {
        let ends = [1e-9, 0.5, 1.0 - 1e-9].map(|uniform| variable.family.quantile(uniform));
        assert!(ends.iter().all(|end| end.is_finite()), "{}: {ends:?}", variable.name);
    }
    assert!(!cabrio::words::deal(scenario).is_empty());
    Plan::undecided(scenario).expect("the reader lets only through what can be resolved")
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn nothing_breaks_the_reader_and_what_it_lets_through_runs() {
    let seed = number("CABRIO_FUZZ_SEED").unwrap_or(1);
    let time = number("CABRIO_FUZZ_SECONDS").map(Duration::from_secs);
    let mut dice = Dice(seed);
    let started = Instant::now();
    let (mut tried, mut ran) = (0_u64, 0_u64);
    while time.map_or(tried < MUTATIONS, |time| started.elapsed() < time) {
        let bytes = mutate(&mut dice);
        let begun = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| survives(&bytes)));
        let took = begun.elapsed();
        let text = String::from_utf8_lossy(&bytes);
        match result {
            Ok(can_run) => ran += u64::from(can_run),
            Err(panic) => panic!("seed {seed}, mutation {tried}: {panic:?}\n{text}"),
        }
        assert!(took < SLOWEST, "seed {seed}, mutation {tried} took {took:?}:\n{text}");
        tried += 1;
    }
    println!("{tried} mutations, {ran} of them could be run");
    assert!(
        ran * 20 > tried,
        "only {ran} of {tried} could be run: the mutations are too wild to test anything"
    );
}

#[test]
fn the_seeds_are_valid() {
    for seed in SEEDS {
        assert!(survives(seed.as_bytes()), "{seed}");
    }
}
