//! Tests of the reading primitives on a small language of their own: a deal with notes, milestones and a process.

mod audit;
mod decoding;
mod fuzz;
mod layering;
mod schemas;
mod syntax;

use super::*;
use crate::diagnostic::{Code, Diagnostics, Sources, Style, render};

pub(super) static DEAL: Section = Section {
    name: "deal",
    doc: "What is valued.",
    keys: &[
        Key::new("title", Kind::Text, "\"A deal\"", "Its name.").required(),
        Key::new("currency", Kind::Text, "\"USD\"", "Three letters.").required(),
        Key::new("valuation_date", Kind::Date, "2026-05-04", "The day of the value.").required(),
        Key::new("horizon", Kind::Span, "\"10 years\"", "How far it looks.").default("\"5 years\""),
    ],
};

static NOTE: Section = Section {
    name: "note",
    doc: "A convertible note.",
    keys: &[
        Key::new("name", Kind::Text, "\"Note\"", "Its name.").required(),
        Key::new("amount", Kind::Money, "\"$5bn\"", "The principal.").required().limits(Limits::Positive),
        Key::new("rate", Kind::Rate, "\"5%\"", "Interest a year.").default("\"0%\""),
        Key::new(
            "conversion",
            Kind::Either(&[Kind::Choice(&["none"]), Kind::Table(&CONVERSION)]),
            "\"none\"",
            "How it converts.",
        ),
        Key::new("tranches", Kind::List(&Kind::Table(&TRANCHE)), "[]", "Its parts."),
    ],
};

static CONVERSION: Section = Section {
    name: "conversion",
    doc: "How a note converts.",
    keys: &[
        Key::new("discount", Kind::Rate, "\"15%\"", "Off the price.").limits(Limits::BelowOne),
        Key::new("cap", Kind::Money, "\"$500bn\"", "The highest value."),
        Key::new("accrues", Kind::Choice(&["simple", "compound"]), "\"simple\"", "Interest on interest.")
            .default("\"simple\""),
    ],
};

static TRANCHE: Section = Section {
    name: "tranche",
    doc: "A part of a note.",
    keys: &[
        Key::new("amount", Kind::Money, "\"$5bn\"", "Its size.").required(),
        Key::new(
            "funds",
            Kind::Either(&[Kind::Choice(&["at_closing"]), Kind::Any]),
            "\"at_closing\"",
            "When.",
        ),
    ],
};

static PREFERRED: Section = Section {
    name: "preferred",
    doc: "Preferred stock.",
    keys: &[
        Key::new("name", Kind::Text, "\"Series A\"", "Its name.").required(),
        Key::new("price", Kind::Money, "\"$10\"", "A share.").required(),
    ],
};

static INSTRUMENT: Variants = Variants {
    name: "instrument",
    tag: "kind",
    doc: "What it is.",
    choices: &[("note", &NOTE), ("preferred", &PREFERRED)],
};

static MILESTONE: Section = Section {
    name: "milestone",
    doc: "Something to reach.",
    keys: &[
        Key::new("probability", Kind::Probability, "\"85%\"", "Of reaching it."),
        Key::new("when", Kind::Uncertain(&Kind::TimePoint), "\"2 years\"", "When it is reached."),
        Key::new("requires", Kind::List(&Kind::Text), "[\"first\"]", "What comes before.").default("[]"),
        Key::new("checked", Kind::Flag, "true", "Whether it is looked at.").default("true"),
        Key::new("weight", Kind::Number, "0.45", "How much it counts.").limits(Limits::MinusOneToOne),
        Key::new("looks", Kind::Integer, "4", "How often it is looked at.").limits(Limits::Positive),
    ],
};

static PROCESS: Section = Section {
    name: "process",
    doc: "How a value moves.",
    keys: &[
        Key::new(
            "gbm",
            Kind::Table(&GBM),
            "{ drift = \"12%\", volatility = \"60%\" }",
            "Geometric Brownian motion.",
        ),
        Key::new("still", Kind::Flag, "true", "Not at all."),
    ],
};

static GBM: Section = Section {
    name: "gbm",
    doc: "Geometric Brownian motion.",
    keys: &[
        Key::new("drift", Kind::Uncertain(&Kind::Rate), "\"12%\"", "A year.").required(),
        Key::new("volatility", Kind::Rate, "\"60%\"", "A year.").required().limits(Limits::Positive),
    ],
};

static SIMULATION: Section = Section {
    name: "simulation",
    doc: "How much is computed.",
    keys: &[
        Key::new("paths", Kind::Count, "\"1m\"", "Number of paths.")
            .default("\"100k\"")
            .limits(Limits::Positive),
        Key::new("multiple", Kind::Multiple, "\"1.5x\"", "A multiple.").default("\"1x\""),
    ],
};

pub(super) static ROOT: Section = Section {
    name: "scenario",
    doc: "A scenario for tests.",
    keys: &[
        Key::new("extends", Kind::Text, "\"base.toml\"", "A base."),
        Key::new(
            "deal",
            Kind::Table(&DEAL),
            "{ title = \"A\", currency = \"USD\", valuation_date = 2026-05-04 }",
            "The deal.",
        )
        .required(),
        Key::new("simulation", Kind::Table(&SIMULATION), "{}", "The simulation."),
        Key::new("process", Kind::OneOf(&PROCESS), "{ still = true }", "The process."),
        Key::new("milestones", Kind::Map(&Kind::Table(&MILESTONE)), "{}", "The milestones."),
        Key::new("instruments", Kind::List(&Kind::Variants(&INSTRUMENT)), "[]", "The instruments."),
        Key::new("cases", Kind::List(&Kind::Any), "[]", "Variants."),
    ],
};

pub(super) static TOP: Kind = Kind::Table(&ROOT);

/// A scenario of the test language without a mistake.
pub(super) const SAMPLE: &str = r#"# A scenario for tests
[deal]
title          = "Sample # not a comment"
currency       = "USD"
valuation_date = 2026-05-04

[process]
gbm = { drift = "8% to 16%", volatility = "60%" }    # [derived] peers

[milestones.first]
probability = "85%"                                  # [assumed] base rate
when = { triangular = { low = 2026-09-30, mode = 2026-12-31, high = 2027-12-31 } }

[milestones.second]
requires = [                                         # [stated] the contract
  "first",
]
when = { lognormal = { p10 = "9 months", p90 = "24 months" } }

[[instruments]]
kind   = "note"
name   = "Notes"
amount = "$20bn"                                     # [stated] press release

  [instruments.conversion]
  discount = "15%"

  [[instruments.tranches]]
  amount = "$5bn"
  funds  = "at_closing"

  [[instruments.tranches]]
  amount = "$15bn"
  funds  = { when = "first" }

[[instruments]]
kind  = "preferred"
name  = "Series A"
price = "$10"

[[cases]]
name = "no conversion"
set  = { "instruments.0.conversion" = "none" }
"#;

/// Reads every key of the test language, as a decoder would.
pub(super) fn decode(context: &Context, document: &Document) -> Option<()> {
    let root = TableReader::open(context, &ROOT, &document.root)?;
    let _ = (root.text("extends"), root.list("cases").count());
    if let Some(deal) = root.table("deal") {
        if let Some(Ok(currency)) = deal.text("currency").map(|code| code.parse()) {
            context.set_currency(currency);
        }
        let _ = (deal.text("title"), deal.date("valuation_date"), deal.span("horizon"));
        deal.finish();
    }
    if let Some(simulation) = root.table("simulation") {
        let _ = (simulation.count("paths"), simulation.multiple("multiple"));
        simulation.finish();
    }
    if let Some((key, node)) = root.one_of("process")
        && key.name == "gbm"
        && let Some(gbm) = TableReader::open(context, &GBM, node)
    {
        let _ = (gbm.uncertain("drift"), gbm.rate("volatility"));
        gbm.finish();
    }
    for (_, node) in root.map("milestones") {
        if let Some(milestone) = TableReader::open(context, &MILESTONE, node) {
            let _ = (milestone.rate("probability"), milestone.uncertain("when"), milestone.flag("checked"));
            let _ =
                (milestone.number("weight"), milestone.integer("looks"), milestone.list("requires").count());
            milestone.finish();
        }
    }
    for node in root.filled_list("instruments") {
        decode_instrument(context, node);
    }
    root.finish();
    Some(())
}

fn decode_instrument(context: &Context, node: &Node) {
    match TableReader::open_variants(context, &INSTRUMENT, node) {
        Some(("note", note)) => {
            let _ = (note.text("name"), note.money("amount"), note.rate("rate"));
            if note.node("conversion").is_some_and(|node| node.table().is_none()) {
                let _ = note.choice("conversion");
            } else if let Some(conversion) = note.table("conversion") {
                let _ = (conversion.rate("discount"), conversion.money("cap"), conversion.choice("accrues"));
                conversion.finish();
            }
            for node in note.list("tranches") {
                if let Some(tranche) = TableReader::open(context, &TRANCHE, node) {
                    let _ = (tranche.money("amount"), tranche.node("funds"));
                    tranche.finish();
                }
            }
            note.finish();
        }
        Some((_, preferred)) => {
            let _ = (preferred.text("name"), preferred.money("price"));
            preferred.finish();
        }
        None => {}
    }
}

/// Loads and decodes a text of the test language.
pub(super) fn read(text: &str, sets: &[&str]) -> (Loading, Diagnostics) {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let folder = std::path::Path::new("");
    let mut loading = Loading::from_bytes("sample.toml", text.as_bytes().to_vec(), folder, &sets, &TOP);
    let mut all = std::mem::take(&mut loading.diagnostics);
    if let Some(document) = &loading.document {
        let context = Context::new(document.damaged);
        decode(&context, document);
        all.append(context.into_diagnostics());
    }
    (loading, all)
}

/// All mistakes in a text, rendered.
pub(super) fn shown(text: &str, sets: &[&str]) -> String {
    let (loading, all) = read(text, sets);
    render(&all, &loading.sources, Style::Plain)
}

/// The codes of all mistakes in a text.
pub(super) fn codes(text: &str, sets: &[&str]) -> Vec<Code> {
    read(text, sets).1.sorted().iter().map(|mistake| mistake.code).collect()
}

/// The tree of a text that must have no syntax error.
pub(super) fn tree(text: &str) -> (Sources, Document) {
    let mut sources = Sources::default();
    let id = sources.add("sample.toml", text);
    let mut diagnostics = Diagnostics::default();
    let document = parse(&sources, id, &mut diagnostics).unwrap();
    assert!(diagnostics.is_empty(), "{}", render(&diagnostics, &sources, Style::Plain));
    (sources, document)
}

/// The value at a path of keys and numbers.
pub(super) fn at<'a>(document: &'a Document, path: &str) -> &'a Node {
    path.split('.').fold(&document.root, |node, step| match &node.value {
        Value::Table(table) => table.get(step).unwrap(),
        Value::List(nodes) => &nodes[step.parse::<usize>().unwrap()],
        _ => panic!("no `{step}` in {path}"),
    })
}

#[test]
fn the_sample_has_no_mistake() {
    assert_eq!(shown(SAMPLE, &[]), "");
}
