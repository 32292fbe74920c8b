//! Distributions: from a family's name and parameters to a [`Family`] in base units.

use super::base::{Base, base_value};
use super::parameters::Parameters;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::random::Family;
use crate::random::family::Lognormal;
use crate::scenario::context::Context;
use crate::scenario::distribution::{Distribution, Uncertain, uncertain};
use crate::scenario::keys::{Kind, Limits, listed};
use crate::scenario::literal::Literal;
use crate::scenario::tree::{Node, Value};

/// What building a distribution needs beside its table.
#[derive(Clone, Copy)]
pub(super) struct Maker<'a> {
    pub(super) context: &'a Context,
    pub(super) base: Base,
    /// Where CSV files are looked for.
    pub(super) folder: &'a std::path::Path,
}

impl<'a> Maker<'a> {
    /// Builds a distribution; reports why it cannot be and gives `None` then.
    pub(super) fn family(self, distribution: &Distribution<'a>) -> Option<Family> {
        let Distribution { family, parameters: node, kind, .. } = *distribution;
        let Some(table) = node.table() else {
            let advice = format!("{family} takes {}", takes(family));
            self.context.wrong_type_with(node, Kind::Map(&Kind::Any), family, "", Some(advice));
            return None;
        };
        Parameters::new(self, table, node.place, family, kind).family()
    }

    /// Builds what stands where an uncertain value may stand, except a reference to a variable.
    pub(super) fn part(self, node: &'a Node, kind: Kind, what: &str) -> Option<Family> {
        match uncertain(self.context, node, kind, Limits::Any, what, "")? {
            Uncertain::Known(literal) => {
                let value = base_value(&literal, self.base);
                crate::random::family::Constant::new(value).ok().map(Family::Constant)
            }
            Uncertain::Between { low, high, place } => self.between(&low, &high, place),
            Uncertain::Drawn(distribution) => self.family(&distribution),
            Uncertain::Variable { place, .. } => {
                let mistake =
                    Diagnostic::new(Code::BadDistribution, "a part of a mixture cannot be a variable");
                self.context.report(mistake.at(place, "").help("write the distribution itself here"));
                None
            }
        }
    }

    /// `"a to b"`: a lognormal with these 5 % and 95 % quantiles.
    pub(super) fn between(self, low: &Literal, high: &Literal, place: Place) -> Option<Family> {
        let ends = (base_value(low, self.base), base_value(high, self.base));
        let built = Lognormal::from_quantiles((0.05, ends.0), (0.95, ends.1));
        self.report_bad(built.map(Family::Lognormal), "lognormal", place)
    }

    pub(super) fn report_bad<E: std::fmt::Display>(
        self,
        built: Result<Family, E>,
        family: &str,
        place: Place,
    ) -> Option<Family> {
        match built {
            Ok(family) => Some(family),
            Err(error) => {
                let message = format!("no {family} has these parameters: {error}");
                self.context.report(
                    Diagnostic::new(Code::BadDistribution, message)
                        .at(place, "")
                        .help(format!("{family} takes {}", takes(family))),
                );
                None
            }
        }
    }
}

/// What a family takes, for messages.
pub(super) fn takes(family: &str) -> &'static str {
    match family {
        "lognormal" => "two quantiles, such as { p10, p90 }; or { mean, sd }; or { mu, sigma }",
        "normal" => "{ mean, sd }, or two quantiles such as { p10, p90 }",
        "uniform" => "{ low, high }",
        "triangular" => "{ low, mode, high }, or { p10, mode, p90 }",
        "pert" => "{ low, mode, high } and perhaps weight",
        "beta" => "{ mean, sd } or { alpha, beta }, and perhaps low and high",
        "gamma" => "{ mean, sd }, or { shape, scale }",
        "exponential" => "{ mean }, or { rate }",
        "weibull" => "{ shape, scale }, or two quantiles such as { p10, p90 }",
        "pareto" => "{ minimum, shape }",
        "student_t" => "{ degrees, mean, sd }, or { degrees, location, scale }",
        "metalog" => "two or more quantiles such as { p10, p50, p90 }, and perhaps low and high",
        "discrete" => "{ values, weights }",
        "empirical" => "{ csv, column }, or { values }",
        _ => "{ weights, of }",
    }
}

/// What a table of parameters is taken for when its unit is to be guessed.
pub(super) fn first_figure(node: &Node) -> Option<&Node> {
    match &node.value {
        Value::Table(table) => {
            let measured = |name: &str| {
                !matches!(
                    name,
                    "shape"
                        | "degrees"
                        | "weight"
                        | "weights"
                        | "mu"
                        | "sigma"
                        | "alpha"
                        | "beta"
                        | "rate"
                        | "csv"
                        | "column"
                )
            };
            table
                .entries
                .iter()
                .filter(|(name, _)| measured(&name.text))
                .find_map(|(_, inner)| first_figure(inner))
        }
        Value::List(elements) => elements.iter().find_map(first_figure),
        Value::Text(_) | Value::Integer(_) | Value::Float(_) | Value::Day(_) => Some(node),
        Value::Flag(_) | Value::Time(_) | Value::Broken => None,
    }
}

/// Families, for messages.
pub(super) fn all_names() -> String {
    listed(crate::scenario::distribution::FAMILIES.names().filter(|name| *name != "variable"))
}
