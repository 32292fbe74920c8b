//! [`Decoder`]: what the sections share while they are decoded.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

use super::base::{Base, base_value, describe, figure, unit_of, unit_of_kind};
use super::deal::Head;
use super::families::{Maker, all_names, first_figure};
use super::names::elements;
use crate::diagnostic::{Code, Diagnostic, Place, Sources, nearest};
use crate::model::{Clock, Number, Step, Timing, Unit, Variable, VariableId, When};
use crate::number::Decimal;
use crate::quantity::{Day, TimePoint};
use crate::random::Family;
use crate::scenario::context::Context;
use crate::scenario::distribution::{Distribution, Uncertain, uncertain};
use crate::scenario::keys::{Kind, Limits, listed};
use crate::scenario::literal::Literal;
use crate::scenario::reader::TableReader;
use crate::scenario::tree::{Document, Name, Node};

/// Everything decoded so far that other sections refer to.
pub(super) struct Decoder<'a> {
    pub(super) context: &'a Context,
    pub(super) sources: &'a Sources,
    pub(super) folder: &'a Path,
    pub(super) valuation_date: Day,
    /// Whether the file states that date; mistakes of other dates follow from it.
    pub(super) is_dated: bool,
    pub(super) horizon: Day,
    pub(super) investor: String,
    pub(super) milestones: Vec<String>,
    pub(super) factors: Vec<String>,
    /// Names of the instruments, also of those that could not be read.
    pub(super) instruments: Vec<String>,
    /// Names under `[variables]`, also of those that could not be read.
    pub(super) declared: Vec<String>,
    pub(super) variables: RefCell<Vec<Variable>>,
    /// Where each uncertain quantity is written, by variable.
    pub(super) places: RefCell<Vec<Place>>,
    /// Names of variables, factors and milestones that something depends on.
    pub(super) used: RefCell<BTreeSet<String>>,
}

impl<'a> Decoder<'a> {
    /// For the sections of one document.
    pub(super) fn new(
        document: &'a Document,
        context: &'a Context,
        sources: &'a Sources,
        folder: &'a Path,
        deal: Option<&Head>,
    ) -> Self {
        let top = document.root.table();
        let names = |key: &str| {
            let table = top.and_then(|top| top.get(key)).and_then(Node::table);
            table.map(|table| table.names().map(str::to_owned).collect()).unwrap_or_default()
        };
        let name = |node: &Node| Some(node.table()?.get("name")?.text()?.to_owned());
        let instruments = top.map(|top| elements(top, "instruments")).unwrap_or_default();
        Decoder {
            context,
            sources,
            folder,
            valuation_date: deal.map_or(Day(0), |deal| deal.valuation_date),
            is_dated: deal.is_some(),
            horizon: deal.and_then(|deal| deal.horizon).unwrap_or(Day(i32::MAX)),
            investor: deal.map_or_else(String::new, |deal| deal.investor.clone()),
            milestones: names("milestones"),
            factors: names("factors"),
            instruments: instruments.iter().map(|node| name(node).unwrap_or_default()).collect(),
            declared: names("variables"),
            variables: RefCell::default(),
            places: RefCell::default(),
            used: RefCell::default(),
        }
    }

    pub(super) fn report(&self, mistake: Diagnostic) {
        self.context.report(mistake);
    }

    pub(super) fn excerpt(&self, place: Place) -> String {
        self.sources.excerpt(place).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn maker(&self, base: Base) -> Maker<'a> {
        Maker { context: self.context, base, folder: self.folder }
    }

    /// A number that may be uncertain. `path` names its variable; `repeated` numbers are drawn at each use.
    pub(super) fn number(
        &self,
        reader: &TableReader<'a>,
        key: &str,
        path: &str,
        repeated: bool,
    ) -> Option<Number> {
        let limits = reader.limits(key);
        let (literal, place) = match reader.uncertain(key)? {
            Uncertain::Known(literal) => return figure(&literal).map(Number::Known),
            Uncertain::Between { low, high, place } => {
                let family = self.maker(Base::Figure).between(&low, &high, place)?;
                return self.drawn(family, unit_of(&low), path, place, repeated, limits);
            }
            Uncertain::Drawn(distribution) => {
                let family = self.maker(Base::Figure).family(&distribution)?;
                let place = reader.node(key)?.place;
                return self.drawn(
                    family,
                    unit_of_kind(distribution.kind),
                    path,
                    place,
                    repeated,
                    distribution_limits(&distribution),
                );
            }
            Uncertain::Variable { name, place } => (name, place),
        };
        let kind = reader.inner_kind(key)?;
        self.refer(&literal, unit_of_kind(kind), place, kind_limits(kind, limits), repeated)
            .map(Number::Drawn)
    }

    /// A point in time that may be uncertain.
    pub(super) fn when(
        &self,
        reader: &TableReader<'a>,
        key: &str,
        path: &str,
        repeated: bool,
    ) -> Option<When> {
        let place = reader.node(key)?.place;
        let time = |dates| Base::Time { valuation_date: self.valuation_date, dates };
        let (family, dates) = match reader.uncertain(key)? {
            Uncertain::Known(Literal::TimePoint(TimePoint::On(day))) => {
                if day < self.valuation_date {
                    self.too_early(place, day);
                    return None;
                }
                return Some(When::On(day));
            }
            Uncertain::Known(Literal::TimePoint(TimePoint::After(span))) => return Some(When::After(span)),
            Uncertain::Known(_) => return None,
            Uncertain::Between { low, high, place } => {
                let dates = unit_of(&low) == Unit::Date;
                (self.maker(time(dates)).between(&low, &high, place)?, dates)
            }
            Uncertain::Drawn(distribution) => {
                let quiet = Context::new(false);
                let is_date = |node: &Node| {
                    let literal = quiet.literal(node, Kind::TimePoint, Limits::Any, "", "");
                    literal.is_some_and(|literal| unit_of(&literal) == Unit::Date)
                };
                let dates = first_figure(distribution.parameters).is_some_and(is_date);
                (self.maker(time(dates)).family(&distribution)?, dates)
            }
            Uncertain::Variable { name, place } => {
                let limits = Limits::NotNegative;
                let known = self.variables.borrow();
                let unit = known
                    .iter()
                    .find(|variable| variable.name == name)
                    .map_or(Unit::Years, |found| found.unit);
                drop(known);
                let wanted = if unit == Unit::Date { Unit::Date } else { Unit::Years };
                let id = self.refer(&name, wanted, place, limits, repeated)?;
                return Some(if wanted == Unit::Date { When::DrawnDate(id) } else { When::DrawnSpan(id) });
            }
        };
        let unit = if dates { Unit::Date } else { Unit::Years };
        match self.drawn(family, unit, path, place, repeated, Limits::NotNegative)? {
            Number::Drawn(id) if dates => Some(When::DrawnDate(id)),
            Number::Drawn(id) => Some(When::DrawnSpan(id)),
            Number::Known(_) => None,
        }
    }

    pub(super) fn too_early(&self, place: Place, day: Day) {
        let message = format!("{day} lies before the valuation date {}", self.valuation_date);
        self.report(
            Diagnostic::new(Code::DateOrder, message)
                .at(place, "")
                .help("everything that is still to come is dated later"),
        );
    }

    /// Registers an uncertain quantity that stands where it is used.
    fn drawn(
        &self,
        family: Family,
        unit: Unit,
        path: &str,
        place: Place,
        repeated: bool,
        limits: Limits,
    ) -> Option<Number> {
        self.check_support(&family, limits, unit, place)?;
        let text = self.excerpt(place);
        self.add(Variable { name: path.to_owned(), family, unit, repeated, text }, place).map(Number::Drawn)
    }

    fn add(&self, variable: Variable, place: Place) -> Option<VariableId> {
        let mut variables = self.variables.borrow_mut();
        if variables.iter().any(|other| other.name == variable.name) {
            let message = format!("two uncertain quantities are called `{}`", variable.name);
            self.report(
                Diagnostic::new(Code::DuplicateName, message).at(place, "").help("rename the variable"),
            );
            return None;
        }
        variables.push(variable);
        self.places.borrow_mut().push(place);
        Some(variables.len() - 1)
    }

    /// Reads a named variable: what it measures is told by its figures' units.
    pub(super) fn named_variable(&self, name: &Name, node: &'a Node) -> Option<VariableId> {
        let kinds = [Kind::Money, Kind::Rate, Kind::Multiple, Kind::TimePoint, Kind::Number];
        let figure = match node.value {
            crate::scenario::tree::Value::Text(ref text) if text.contains(" to ") => {
                let low = text.split(" to ").next().unwrap_or_default().trim().to_owned();
                Some(Node { value: crate::scenario::tree::Value::Text(low), mark: None, ..node.clone() })
            }
            _ => first_figure(node).cloned(),
        };
        let reads = |kind: &Kind| {
            let quiet = Context::new(false);
            figure.as_ref().is_some_and(|figure| quiet.literal(figure, *kind, Limits::Any, "", "").is_some())
        };
        let kind = kinds.into_iter().find(reads).unwrap_or(Kind::Number);
        let unit_base = |dates| Base::Time { valuation_date: self.valuation_date, dates };
        let (base, unit) = match (kind, &figure) {
            (Kind::TimePoint, Some(figure)) => {
                let quiet = Context::new(false);
                let literal = quiet.literal(figure, kind, Limits::Any, "", "");
                let unit = literal.map_or(Unit::Years, |literal| unit_of(&literal));
                (unit_base(unit == Unit::Date), unit)
            }
            _ => (Base::Figure, unit_of_kind(kind)),
        };
        let family = match uncertain(self.context, node, kind, Limits::Any, &name.text, "")? {
            Uncertain::Between { low, high, place } => self.maker(base).between(&low, &high, place)?,
            Uncertain::Drawn(distribution) => self.maker(base).family(&distribution)?,
            Uncertain::Known(literal) => {
                let value = base_value(&literal, base);
                Family::Constant(crate::random::family::Constant::new(value).ok()?)
            }
            Uncertain::Variable { place, .. } => {
                let mistake = Diagnostic::new(Code::BadDistribution, "a variable cannot be another variable");
                self.report(mistake.at(place, "").help(format!("give it a distribution: {}", all_names())));
                return None;
            }
        };
        self.check_size(&family, node.place)?;
        let variable = Variable {
            name: name.text.clone(),
            family,
            unit,
            repeated: false,
            text: self.excerpt(node.place),
        };
        self.add(variable, node.place)
    }

    fn refer(
        &self,
        name: &str,
        unit: Unit,
        place: Place,
        limits: Limits,
        repeated: bool,
    ) -> Option<VariableId> {
        self.used.borrow_mut().insert(name.to_owned());
        let declared = || self.declared.iter().map(String::as_str);
        if !declared().any(|known| known == name) {
            let mistake = Diagnostic::new(Code::UnknownName, format!("there is no variable `{name}`"));
            let mistake = mistake.at(place, "").suggest(nearest(name, declared()));
            self.report(mistake.help("declare it under [variables]"));
            return None;
        }
        let variables = self.variables.borrow();
        // One that is declared and not here is wrong, which has been said.
        let id = variables.iter().position(|known| known.name == name)?;
        let variable = &variables[id];
        if variable.unit != unit {
            let message = format!(
                "variable `{name}` is {}, and {} is needed here",
                describe(variable.unit),
                describe(unit)
            );
            let mistake = Diagnostic::new(Code::WrongUnit, message).at(place, "");
            let mistake = match self.places.borrow().get(id) {
                Some(declared) => mistake.at(*declared, "what it measures is told by the units here"),
                None => mistake,
            };
            self.report(
                mistake
                    .help(format!("write its figures as {}, or refer to another variable", describe(unit))),
            );
            return None;
        }
        if repeated {
            let message =
                format!("variable `{name}` has one value per path, and a new one is drawn here each time");
            let mistake = Diagnostic::new(Code::ContradictoryTerms, message).at(place, "");
            self.report(mistake.help("write the distribution itself here"));
            return None;
        }
        let family = variable.family.clone();
        drop(variables);
        self.check_support(&family, limits, unit, place)?;
        Some(id)
    }

    /// When something happens: `when`, `hazard` or `hazard_steps`, with a `probability`. `None` if none of them
    /// is there, or if one of them is wrong.
    pub(super) fn clock(
        &self,
        reader: &TableReader<'a>,
        keys: [&'static str; 3],
        path: &str,
    ) -> Option<Clock> {
        let [when, hazard, steps] = keys;
        reader.at_most_one(&keys);
        let probability = reader
            .node("probability")
            .is_some()
            .then(|| self.number(reader, "probability", &format!("{path}.probability"), false));
        let timing = if reader.node(when).is_some() {
            self.when(reader, when, &format!("{path}.{when}"), false).map(Timing::When)
        } else if reader.node(hazard).is_some() {
            let rate = self.number(reader, hazard, &format!("{path}.{hazard}"), false);
            rate.map(|rate| Timing::Hazard(vec![Step { from: 0.0, rate }]))
        } else {
            self.steps(reader, steps, path).map(Timing::Hazard)
        };
        let probability = match probability {
            None => None,
            Some(number) => Some(number?),
        };
        Some(Clock { probability, timing: timing? })
    }

    /// Rates, each from a span on: the first from nought, the others in order.
    fn steps(&self, reader: &TableReader<'a>, key: &'static str, path: &str) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        let mut complete = true;
        let place = reader.node(key)?.place;
        for (name, node) in reader.map(key) {
            let from = self.step_start(name);
            let rate = self.step_rate(node, &format!("{path}.{key}.{}", name.text));
            match (from, rate) {
                (Some(from), Some(rate)) => steps.push(Step { from, rate }),
                _ => complete = false,
            }
        }
        if !complete {
            return None;
        }
        let rising = steps.windows(2).all(|pair| pair[0].from < pair[1].from);
        if steps.first().is_none_or(|first| first.from > 0.0) || !rising {
            let message = "the first step must start at zero, and each one after the one before";
            let mistake = Diagnostic::new(Code::DateOrder, message).at(place, "");
            self.report(mistake.help("write them like { \"0 years\" = \"10%\", \"2 years\" = \"20%\" }"));
            return None;
        }
        Some(steps)
    }

    fn step_start(&self, name: &Name) -> Option<f64> {
        match name.text.parse::<crate::quantity::Span>() {
            Ok(span) => Some(span.years()),
            Err(error) => {
                let mistake = Diagnostic::new(Code::UnreadableValue, error.problem).at(name.place, "");
                self.report(mistake.help(error.fix));
                None
            }
        }
    }

    fn step_rate(&self, node: &'a Node, path: &str) -> Option<Number> {
        let limits = Limits::NotNegative;
        match uncertain(self.context, node, Kind::Rate, limits, "rate", "\"10%\"")? {
            Uncertain::Known(literal) => figure(&literal).map(Number::Known),
            Uncertain::Between { low, high, place } => {
                let family = self.maker(Base::Figure).between(&low, &high, place)?;
                self.drawn(family, Unit::Fraction, path, place, false, limits)
            }
            Uncertain::Drawn(distribution) => {
                let family = self.maker(Base::Figure).family(&distribution)?;
                self.drawn(family, Unit::Fraction, path, node.place, false, limits)
            }
            Uncertain::Variable { name, place } => {
                self.refer(&name, Unit::Fraction, place, limits, false).map(Number::Drawn)
            }
        }
    }

    /// The distribution of a value at a date, as a family.
    pub(super) fn family(&self, reader: &TableReader<'a>, key: &str) -> Option<(Family, Place)> {
        let place = reader.node(key)?.place;
        let maker = self.maker(Base::Figure);
        let family = match reader.uncertain(key)? {
            Uncertain::Known(literal) => {
                let value = base_value(&literal, Base::Figure);
                Family::Constant(crate::random::family::Constant::new(value).ok()?)
            }
            Uncertain::Between { low, high, place } => maker.between(&low, &high, place)?,
            Uncertain::Drawn(distribution) => maker.family(&distribution)?,
            Uncertain::Variable { place, .. } => {
                let mistake =
                    Diagnostic::new(Code::BadDistribution, "a dated value needs a distribution of its own");
                self.report(mistake.at(place, "").help("write the distribution itself here"));
                return None;
            }
        };
        self.check_support(&family, Limits::Positive, Unit::Money, place)?;
        Some((family, place))
    }

    /// A date, or a span after the valuation date; not before it.
    pub(super) fn later_day(&self, reader: &TableReader<'a>, key: &str) -> Option<Day> {
        let day = reader.time_point(key)?.day(self.valuation_date);
        if day < self.valuation_date {
            self.too_early(reader.node(key)?.place, day);
            return None;
        }
        Some(day)
    }

    /// A milestone's index.
    pub(super) fn milestone(&self, name: &str, place: Place) -> Option<usize> {
        self.index(&self.milestones, "milestone", name, place)
    }

    /// A factor's index.
    pub(super) fn factor(&self, name: &str, place: Place) -> Option<usize> {
        self.index(&self.factors, "factor", name, place)
    }

    fn index(&self, names: &[String], what: &str, name: &str, place: Place) -> Option<usize> {
        let found = names.iter().position(|known| known == name);
        if found.is_none() {
            let mistake =
                Diagnostic::new(Code::UnknownName, format!("there is no {what} `{name}`")).at(place, "");
            let mistake = mistake.suggest(nearest(name, names.iter().map(String::as_str)));
            let known = listed(names.iter().map(String::as_str));
            let help = if names.is_empty() {
                format!("the scenario has no {what}s")
            } else {
                format!("the scenario has {known}")
            };
            self.report(mistake.help(help));
        }
        self.used.borrow_mut().extend(found.map(|_| name.to_owned()));
        found
    }

    /// Milestones named in a list.
    pub(super) fn milestone_list(&self, reader: &TableReader<'a>, key: &str) -> Vec<usize> {
        reader
            .list(key)
            .filter_map(|node| match self.context.literal(node, Kind::Text, Limits::Any, key, "") {
                Some(Literal::Text(name)) => self.milestone(&name, node.place),
                _ => None,
            })
            .collect()
    }
}

/// A rate or multiple as a decimal.
pub(super) fn fraction(reader: &TableReader<'_>, key: &str) -> Option<Decimal> {
    reader.rate(key).map(|rate| rate.0)
}

fn kind_limits(kind: Kind, limits: Limits) -> Limits {
    if let Kind::Probability = kind { Limits::ZeroToOne } else { limits }
}

fn distribution_limits(distribution: &Distribution<'_>) -> Limits {
    kind_limits(distribution.kind, distribution.limits)
}
