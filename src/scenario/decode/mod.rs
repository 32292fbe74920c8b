//! From the tree to the model: every section decoded, every name resolved, every contradiction reported.

mod agreements;
mod assumptions;
mod base;
mod capitalization;
mod cases;
mod checks;
mod correlations;
mod data;
mod deal;
mod decisions;
mod decoder;
mod dial;
mod earliest;
mod expectations;
mod fair_value;
mod families;
mod instruments;
mod names;
mod parameters;
mod rights;
mod rounds;
mod rule;
mod size;
mod standalone;
mod structure;
mod support;
mod tranches;
mod unreachable;
mod unused;
mod variant;
mod world;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Sources};
use crate::model::{
    CUBE_PATHS, CapitalStructure, Coordinate, Deal, Measure, Milestone, MilestoneKind, NextRound,
    RANDOMISATIONS, SaleCosts, Sampling, Scenario, Simulation,
};
use crate::scenario::context::Context;
use crate::scenario::keys::{Kind, Limits};
use crate::scenario::language;
use crate::scenario::load::Loading;
use crate::scenario::metric::Check;
use crate::scenario::reader::TableReader;
use crate::scenario::resolved::resolved;
use crate::scenario::tree::{Document, Node, Value};
use assumptions::assumptions;
use deal::Head;
use decoder::Decoder;
pub use dial::{Dial, Refused, Turned};
pub use fair_value::Market;
pub use standalone::{DataError, Standalone};

/// A scenario file, decoded: the deal as it stands and its variants.
#[derive(Clone, Debug)]
pub struct Study {
    /// The deal as the file states it.
    pub base: Scenario,
    /// Its cases by name.
    pub cases: Vec<(String, Scenario)>,
    /// The round to come, for the exact tables; a simulation draws its own.
    pub round: Option<NextRound>,
    /// What must hold of the results.
    pub checks: Vec<Check>,
}

/// The capital structure of a scenario, for the exact tables.
#[derive(Clone, Debug)]
pub struct Structure {
    /// Shares, instruments outstanding, the next round.
    pub capital: CapitalStructure,
    /// What the file describes and the tables leave out, each with the reason, as sentences.
    pub left_out: Vec<String>,
    /// What it says of prices, for allocations.
    pub market: Market,
}

/// What a scenario file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A deal to be simulated.
    Study,
    /// A capital structure for the exact tables; what may happen to the company is not looked at.
    Structure,
    /// A deal to be simulated if it says anything about the future, else a capital structure.
    WhatItIs,
}

/// What came of reading a scenario file.
#[derive(Debug)]
pub struct Loaded {
    /// All texts read, for messages.
    pub sources: Sources,
    /// All mistakes and warnings.
    pub diagnostics: Diagnostics,
    /// The study, if the file was read as one and has no mistakes.
    pub study: Option<Study>,
    /// The capital structure, if the file was read as one and has no mistakes.
    pub structure: Option<Structure>,
    /// The scenario written out again, base file and overrides merged; empty if nothing could be read.
    pub resolved: String,
    // What a dial turns, and the folder that paths in it count from.
    document: Option<Document>,
    folder: PathBuf,
}

/// Reads and checks a scenario file that is to be simulated; `sets` are overrides such as `deal.horizon=5 years`.
#[must_use]
pub fn load(path: &Path, sets: &[String]) -> Loaded {
    load_as(Reading::Study, path, sets)
}

/// Reads and checks a scenario file.
#[must_use]
pub fn load_as(reading: Reading, path: &Path, sets: &[String]) -> Loaded {
    decode(Loading::from_file(path, sets, &language::SCENARIO_KIND), reading)
}

/// Reads and checks a scenario to be simulated, given as bytes; files it names are looked for in `folder`.
#[must_use]
pub fn load_bytes(name: &str, bytes: Vec<u8>, folder: &Path, sets: &[String]) -> Loaded {
    load_bytes_as(Reading::Study, name, bytes, folder, sets)
}

/// Reads and checks a scenario given as bytes.
#[must_use]
pub fn load_bytes_as(reading: Reading, name: &str, bytes: Vec<u8>, folder: &Path, sets: &[String]) -> Loaded {
    decode(Loading::from_bytes(name, bytes, folder, sets, &language::SCENARIO_KIND), reading)
}

/// Finds what is wrong with a scenario given as a tree, whose places lie in `sources`.
pub fn check_tree(root: &Node, sources: &Sources, diagnostics: &mut Diagnostics) {
    let document = Document { root: root.clone(), damaged: false };
    if structure::has_future(root) {
        study(&document, sources, Path::new(""), diagnostics);
    } else {
        structure::structure(&document, sources, Path::new(""), diagnostics);
    }
}

fn decode(loading: Loading, reading: Reading) -> Loaded {
    let Loading { sources, diagnostics, document, folder } = loading;
    let mut loaded = Loaded {
        sources,
        diagnostics,
        study: None,
        structure: None,
        resolved: String::new(),
        document: None,
        folder,
    };
    let Some(document) = document else { return loaded };
    let simulated = match reading {
        Reading::Study => true,
        Reading::Structure => false,
        Reading::WhatItIs => structure::has_future(&document.root),
    };
    let (sources, diagnostics, folder) = (&loaded.sources, &mut loaded.diagnostics, &loaded.folder);
    if simulated {
        loaded.study = study(&document, sources, folder, diagnostics);
    } else {
        loaded.structure = structure::structure(&document, sources, folder, diagnostics);
    }
    loaded.resolved = resolved(&document.root, &language::SCENARIO_KIND);
    loaded.document = Some(document);
    loaded
}

fn study(
    document: &Document,
    sources: &Sources,
    folder: &Path,
    diagnostics: &mut Diagnostics,
) -> Option<Study> {
    // A case of a broken deal would repeat the deal's mistakes.
    let Decoded { scenario: base, round, mut used } = scenario(document, sources, folder, diagnostics)?;
    let mut cases = Vec::new();
    for node in case_nodes(&document.root) {
        if let Some((name, decoded)) = cases::case(node, &base, document, sources, folder, diagnostics) {
            used.extend(decoded.used);
            cases.push((name, decoded.scenario));
        }
    }
    cases::duplicates(&document.root, diagnostics);
    let mut study = Study { base, cases, round, checks: Vec::new() };
    study.checks = expectations::checks(document, &study, sources, diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    unused::unused(&document.root, &used, diagnostics);
    Some(study)
}

/// A document decoded, and the names of variables, factors and milestones that something in it depends on.
struct Decoded {
    scenario: Scenario,
    round: Option<NextRound>,
    used: BTreeSet<String>,
}

fn case_nodes(root: &Node) -> &[Node] {
    match root.table().and_then(|table| table.get("cases")).map(|node| &node.value) {
        Some(Value::List(nodes)) => nodes,
        _ => &[],
    }
}

/// Decodes one document; `None` if it has mistakes, which are reported.
fn scenario(
    document: &Document,
    sources: &Sources,
    folder: &Path,
    diagnostics: &mut Diagnostics,
) -> Option<Decoded> {
    let context = Context::new(document.damaged);
    let decoded = read(document, &context, sources, folder);
    let found = context.into_diagnostics();
    let fine = !found.has_errors();
    diagnostics.append(found);
    decoded.filter(|_| fine)
}

fn read(document: &Document, context: &Context, sources: &Sources, folder: &Path) -> Option<Decoded> {
    let top = TableReader::open(context, &language::SCENARIO, &document.root)?;
    let _ = (top.text("extends"), top.list("cases").count());
    for (name, node) in top.map("checks") {
        let _ = context.literal(node, Kind::Text, Limits::Any, &name.text, "\"P(moic < 1x) <= 25%\"");
    }
    for node in top.list("cases") {
        if let Some(case) = TableReader::open(context, &language::CASE, node) {
            let _ = (case.text("name"), case.map("set").count(), case.list("remove").count());
            case.finish();
        }
    }
    let deal = deal::deal(&top, context);
    let decoder = Decoder::new(document, context, sources, folder, deal.as_ref());
    for (name, node) in top.map("variables") {
        let _ = decoder.named_variable(name, node);
    }
    let scenario = sections(&decoder, &top, deal.and_then(Head::deal));
    let round = section(&top, "round", |table| rounds::next_round(&decoder, table));
    top.finish();
    names::names(&decoder, document.root.table()?);
    let mut scenario = scenario?;
    let round = round.optional()?;
    checks::whole(&decoder, document.root.table()?, &scenario);
    let capitalization = scenario.company.capitalization.as_ref();
    checks::structure(
        &decoder,
        document.root.table()?,
        capitalization,
        &scenario.instruments,
        round.as_ref(),
    );
    if !context.has_errors() {
        fair_value::counterpart(&decoder, document.root.table()?, &scenario);
        size::sizes(&decoder, &document.root, &scenario);
        unreachable::unreachable(&decoder, &document.root, &scenario);
    }
    scenario.assumptions = assumptions(&document.root, sources);
    Some(Decoded { scenario, round, used: decoder.used.into_inner() })
}

fn sections<'a>(decoder: &Decoder<'a>, top: &TableReader<'a>, deal: Option<Deal>) -> Option<Scenario> {
    let simulation = simulation(decoder, top);
    let discounting = top.table("discounting").and_then(|table| {
        let discounting = world::discounting(&table);
        table.finish();
        discounting
    });
    let company = section(top, "company", |table| world::company(decoder, table));
    let factors: Vec<_> = top
        .map("factors")
        .map(|(name, node)| {
            let table = TableReader::open(decoder.context, &language::FACTOR, node)?;
            let factor = world::factor(decoder, &name.text, &table);
            table.finish();
            factor
        })
        .collect();
    let rounds = section(top, "financing_rounds", |table| world::rounds(decoder, table));
    let milestones: Vec<_> = top
        .map("milestones")
        .map(|(name, node)| {
            let table = TableReader::open(decoder.context, &language::MILESTONE, node)?;
            let milestone = world::milestone(decoder, &name.text, &table);
            table.finish();
            milestone
        })
        .collect();
    let (ipo, sale) = match top.table("exit") {
        None => (Absent::of(top, "exit"), Absent::of(top, "exit")),
        Some(exit) => {
            let parts = (
                section(&exit, "ipo", |table| world::ipo(decoder, table)),
                section(&exit, "sale", |table| {
                    let (sale, costs) = (world::sale(decoder, table), world::sale_costs(decoder, table));
                    Some((sale?, costs?))
                }),
            );
            exit.finish();
            parts
        }
    };
    let failure = section(top, "failure", |table| world::failure(decoder, table));
    let fair_value =
        section(top, "fair_value", |table| fair_value::fair_value(decoder, table, failure.value()));
    let instruments: Vec<_> =
        top.filled_list("instruments").map(|node| instruments::instrument(decoder, node)).collect();
    let strategic: Vec<_> = top
        .list("strategic")
        .enumerate()
        .map(|(index, node)| {
            let table = TableReader::open(decoder.context, &language::STRATEGIC, node)?;
            let flow = world::strategic(decoder, index, &table);
            table.finish();
            flow
        })
        .collect();
    let exits = [ipo.is_there(), sale.is_there(), failure.is_there()];
    let sale_costs = sale.value().map_or(SaleCosts::NONE, |(_, costs)| *costs);
    let clocks = [
        (Coordinate::Ipo, "exit.ipo", ipo.value().map(|ipo| &ipo.clock)),
        (Coordinate::Sale, "exit.sale", sale.value().map(|(sale, _)| &sale.clock)),
        (Coordinate::Failure, "failure", failure.value().map(|failure| &failure.clock)),
    ];
    let certain = clocks
        .into_iter()
        .filter_map(|(coordinate, path, clock)| Some((coordinate, correlations::certainty(clock?, path)?)));
    let certain: Vec<_> = certain.chain(milestones.iter().enumerate().filter_map(determined)).collect();
    let correlations = correlations(decoder, top, exits, &certain);
    let company = company.required();
    Some(Scenario {
        deal: deal?,
        simulation: simulation?,
        discounting: discounting?,
        fair_value: fair_value.optional()?,
        measure: Measure::RealWorld,
        correlations,
        company: company?,
        factors: factors.into_iter().collect::<Option<_>>()?,
        rounds: rounds.optional()?,
        milestones: milestones.into_iter().collect::<Option<_>>()?,
        ipo: ipo.optional()?,
        sale: sale.optional()?.map(|(sale, _)| sale),
        failure: failure.optional()?,
        instruments: instruments.into_iter().collect::<Option<_>>()?,
        strategic: strategic.into_iter().collect::<Option<_>>()?,
        sale_costs,
        variables: decoder.variables.borrow().clone(),
        assumptions: Vec::new(),
    })
}

/// Why nothing can be correlated with a milestone, if that is so.
fn determined((id, milestone): (usize, &Option<Milestone>)) -> Option<(Coordinate, String)> {
    let milestone = milestone.as_ref()?;
    let reason = match &milestone.kind {
        MilestoneKind::Timed(clock) => {
            correlations::certainty(clock, &format!("milestones.{}", milestone.name))?
        }
        MilestoneKind::ValueReaches(_) | MilestoneKind::Checked { .. } => {
            "it follows values that move over time: name those, as \"company.value\"".to_owned()
        }
    };
    Some((Coordinate::Milestone(id), reason))
}

/// A section that may be left out.
enum Absent<T> {
    /// It is not there.
    LeftOut,
    /// It is there, and wrong if it has no value.
    Read(Option<T>),
}

impl<T> Absent<T> {
    fn of(top: &TableReader<'_>, key: &str) -> Self {
        if top.node(key).is_some() { Absent::Read(None) } else { Absent::LeftOut }
    }

    fn is_there(&self) -> bool {
        matches!(self, Absent::Read(_))
    }

    fn value(&self) -> Option<&T> {
        if let Absent::Read(value) = self { value.as_ref() } else { None }
    }

    fn required(self) -> Option<T> {
        if let Absent::Read(value) = self { value } else { None }
    }

    fn optional(self) -> Option<Option<T>> {
        match self {
            Absent::LeftOut => Some(None),
            Absent::Read(value) => value.map(Some),
        }
    }
}

fn section<'a, T>(
    top: &TableReader<'a>,
    key: &str,
    read: impl FnOnce(&TableReader<'a>) -> Option<T>,
) -> Absent<T> {
    if top.node(key).is_none() {
        return Absent::LeftOut;
    }
    Absent::Read(top.table(key).and_then(|table| {
        let value = read(&table);
        table.finish();
        value
    }))
}

fn correlations<'a>(
    decoder: &Decoder<'a>,
    top: &TableReader<'a>,
    exits: [bool; 3],
    certain: &[(Coordinate, String)],
) -> Vec<crate::model::CorrelationGroup> {
    let open = |node| TableReader::open(decoder.context, &language::CORRELATION, node);
    let tables: Vec<TableReader<'a>> = top.list("correlations").filter_map(open).collect();
    let names = correlations::coordinates(decoder, exits, certain);
    let groups = correlations::groups(decoder, &tables, &names);
    tables.into_iter().for_each(TableReader::finish);
    groups
}

fn simulation<'a>(decoder: &Decoder<'a>, top: &TableReader<'a>) -> Option<Simulation> {
    let standard = Simulation { paths: 100_000, seed: 1, sampling: Sampling::default() };
    if top.node("simulation").is_none() {
        return Some(standard);
    }
    let table = top.table("simulation")?;
    let paths = table.count("paths").map(|count| count.0);
    let seed = table.integer("seed").and_then(|seed| u64::try_from(seed).ok());
    if paths.is_some_and(|paths| paths > MOST_PATHS) {
        let place = table.node("paths").map_or(table.place(), |node| node.place);
        let message = format!("at most {MOST_PATHS} paths can be run at once");
        let mistake = Diagnostic::new(Code::OutOfRange, message).at(place, "");
        decoder.report(mistake.help("write it like \"10m\"; errors fall with the square root of the number"));
    }
    let sampling = table.choice("sampling").map(|word| {
        Sampling::WORDS.iter().find(|(name, _)| *name == word).map_or_else(Sampling::default, |found| found.1)
    });
    if let (Some(paths), Some(sampling)) = (paths, sampling)
        && paths < fewest_paths(sampling)
    {
        let place = table.node("paths").or(table.node("sampling")).map_or(table.place(), |node| node.place);
        let (word, fewest) = (sampling.word(), fewest_paths(sampling));
        let message = format!("`{word}` sampling needs at least {fewest} paths to show its error");
        decoder.report(Diagnostic::new(Code::OutOfRange, message).at(place, "").help("raise `paths`"));
    }
    table.finish();
    Some(Simulation { paths: paths?, seed: seed?, sampling: sampling? })
}

/// Two of what is independent: two points of each Sobol' sequence, so that none has but its first point, two
/// pairs, two cubes.
fn fewest_paths(sampling: Sampling) -> u64 {
    match sampling {
        Sampling::PseudoRandom => 1,
        Sampling::Sobol => 2 * u64::from(RANDOMISATIONS),
        Sampling::Antithetic => 4,
        Sampling::LatinHypercube => 2 * u64::from(CUBE_PATHS),
    }
}

/// Most paths in one run: a timing of more would not fit its count.
pub const MOST_PATHS: u64 = 4_000_000_000;
