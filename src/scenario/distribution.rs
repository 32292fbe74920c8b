//! Values that may be uncertain: a known value, a range, a distribution table, or a named variable.
//!
//! Only the outer form is read here. What parameters a family takes is decided where families are built.

use super::context::Context;
use super::forms::{self, Form};
use super::keys::{Key, Kind, Limits, Section};
use super::literal::Literal;
use super::reader::one_of;
use super::tree::{Node, Value};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::quantity::Day;

/// What may stand where a number goes.
#[derive(Clone, Debug)]
pub enum Uncertain<'a> {
    /// A value that is known.
    Known(Literal),
    /// `"$250bn to $900bn"`: a lognormal with these as its 5 % and 95 % quantiles, both above zero, low below high.
    Between {
        /// The 5 % quantile.
        low: Literal,
        /// The 95 % quantile.
        high: Literal,
        /// Where it is written.
        place: Place,
    },
    /// `{ triangular = { … } }`.
    Drawn(Distribution<'a>),
    /// `{ variable = "name" }`.
    Variable {
        /// The variable's name.
        name: String,
        /// Where it is written.
        place: Place,
    },
}

/// A distribution as written: a family, and parameters that are not read yet.
#[derive(Clone, Copy, Debug)]
pub struct Distribution<'a> {
    /// A key of [`FAMILIES`].
    pub family: &'static str,
    /// The table of parameters.
    pub parameters: &'a Node,
    /// What kind of value is drawn; quantiles and bounds among the parameters are of it.
    pub kind: Kind,
    /// Limits on every value drawn.
    pub limits: Limits,
}

const fn family(
    name: &'static str,
    parameters: &'static [Form],
    example: &'static str,
    doc: &'static str,
) -> Key {
    Key::new(name, Kind::Parameters(parameters), example, doc)
}

/// The families, and the reference to a named variable. A distribution table has exactly one of these keys.
pub static FAMILIES: Section = Section {
    name: "distribution",
    doc: "An uncertain value: a table with one key, the family, and its parameters.",
    keys: &[
        family(
            "lognormal",
            forms::LOGNORMAL,
            "{ p10 = \"$60bn\", p90 = \"$900bn\" }",
            "Positive values with a long upper tail.",
        ),
        family("normal", forms::NORMAL, "{ mean = \"10%\", sd = \"2%\" }", "The bell curve."),
        family(
            "uniform",
            forms::UNIFORM,
            "{ low = \"10%\", high = \"20%\" }",
            "Every value between two bounds alike.",
        ),
        family(
            "triangular",
            forms::TRIANGULAR,
            "{ low = \"10%\", mode = \"15%\", high = \"30%\" }",
            "A most likely value between two bounds, straight sides.",
        ),
        family(
            "pert",
            forms::PERT,
            "{ low = \"$8bn\", mode = \"$11bn\", high = \"$15bn\" }",
            "A most likely value between two bounds, smooth sides.",
        ),
        family("beta", forms::BETA, "{ mean = \"29%\", sd = \"18%\" }", "A share between 0% and 100%."),
        family(
            "gamma",
            forms::GAMMA,
            "{ mean = \"2 years\", sd = \"1 year\" }",
            "Positive values; waiting for several events.",
        ),
        family(
            "exponential",
            forms::EXPONENTIAL,
            "{ mean = \"3 years\" }",
            "The wait for an event of constant hazard.",
        ),
        family(
            "weibull",
            forms::WEIBULL,
            "{ shape = 1.5, scale = \"4 years\" }",
            "A wait whose hazard rises or falls with age.",
        ),
        family(
            "pareto",
            forms::PARETO,
            "{ minimum = \"$1bn\", shape = 1.8 }",
            "Values with a power-law tail.",
        ),
        family(
            "student_t",
            forms::STUDENT_T,
            "{ degrees = 4, mean = \"8%\", sd = \"20%\" }",
            "A bell curve with heavier tails.",
        ),
        family(
            "metalog",
            forms::METALOG,
            "{ p10 = \"5%\", p50 = \"12%\", p90 = \"30%\" }",
            "A smooth curve through the given quantiles.",
        ),
        family(
            "discrete",
            forms::DISCRETE,
            "{ values = [\"10%\", \"20%\"], weights = [3, 1] }",
            "One of some values.",
        ),
        family(
            "empirical",
            forms::EMPIRICAL,
            "{ csv = \"growth.csv\", column = \"growth\" }",
            "Values drawn from data.",
        ),
        family(
            "mixture",
            forms::MIXTURE,
            "{ weights = [4, 1], of = [{ normal = { mean = \"8%\", sd = \"2%\" } }, \"0%\"] }",
            "One of some distributions.",
        ),
        Key::new(
            "variable",
            Kind::Text,
            "\"growth\"",
            "The value of a named variable, shared by all that refer to it.",
        ),
    ],
};

/// Reads the outer form of a value that may be uncertain; `kind` is the kind of a known value.
pub(super) fn uncertain<'a>(
    context: &Context,
    node: &'a Node,
    kind: Kind,
    limits: Limits,
    what: &str,
    example: &str,
) -> Option<Uncertain<'a>> {
    match &node.value {
        Value::Table(_) => {
            let (key, value) = one_of(context, &FAMILIES, node, what, example)?;
            if key.name != "variable" {
                return Some(Uncertain::Drawn(Distribution {
                    family: key.name,
                    parameters: value,
                    kind,
                    limits,
                }));
            }
            match context.literal(value, Kind::Text, Limits::Any, key.name, key.example)? {
                Literal::Text(name) => Some(Uncertain::Variable { name, place: value.place }),
                _ => None,
            }
        }
        Value::Text(text) => match text.split_once(" to ") {
            Some((low, high)) => between(context, node, [low, high], kind, limits, [what, example]),
            None => context.literal(node, kind, limits, what, example).map(Uncertain::Known),
        },
        _ => context.literal(node, kind, limits, what, example).map(Uncertain::Known),
    }
}

fn between<'a>(
    context: &Context,
    node: &Node,
    ends: [&str; 2],
    kind: Kind,
    limits: Limits,
    [what, example]: [&str; 2],
) -> Option<Uncertain<'a>> {
    let [from, to] = ends.map(|end| end.trim().parse::<Day>().ok());
    if let (Kind::TimePoint, Some(day), _) | (Kind::TimePoint, _, Some(day)) = (kind, from, to) {
        let message = "\"a to b\" takes spans, not dates";
        let mistake = Diagnostic::new(Code::BadDistribution, message).at(node.place, "");
        let [from, to] = [from, to].map(|end| end.unwrap_or(day));
        let example = format!("{{ uniform = {{ low = {from}, high = {to} }} }}");
        context.report(mistake.help(format!("for any day between two, write {example}")));
        return None;
    }
    let read = |text: &str| {
        let end = Node { value: Value::Text(text.trim().to_owned()), mark: None, ..node.clone() };
        context.literal(&end, kind, limits, what, example)
    };
    let [low, high] = ends.map(read);
    let (low, high) = (low?, high?);
    let rises = low.size().zip(high.size()).is_some_and(|(low, high)| 0.0 < low && low < high);
    if !rises {
        let message = format!("`{what}` needs a lower and a higher value, both above zero");
        let mistake = Diagnostic::new(Code::BadDistribution, message).at(node.place, "");
        context
            .report(mistake.help("\"a to b\" is a lognormal with 5% of its values below a and 5% above b"));
        return None;
    }
    Some(Uncertain::Between { low, high, place: node.place })
}
