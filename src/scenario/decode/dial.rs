//! [`Dial`]: one figure of a scenario, turned again and again.

use std::path::PathBuf;

use super::{Loaded, case_nodes, cases, scenario};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Sources};
use crate::model::Scenario;
use crate::quantity::Currency;
use crate::scenario::keys::{Key, Kind, Limits};
use crate::scenario::language;
use crate::scenario::overrides::{Override, Step, apply, name_of, steps_of};
use crate::scenario::tree::{Document, Node, Value};
use crate::scenario::unit::Unit;

/// Sections whose keys are no part of the deal.
const NO_DEAL: [&str; 4] = ["simulation", "cases", "checks", "extends"];

/// One figure of a scenario that can be set otherwise: in the deal as it stands or in one of its cases.
#[derive(Clone, Debug)]
pub struct Dial {
    /// The path of the key, as given.
    pub key: String,
    /// What the figure is measured in.
    pub unit: Unit,
    /// What figures the key takes.
    pub limits: Limits,
    /// The figure as the scenario states it; `None` if it states none, or a distribution.
    pub current: Option<f64>,
    /// The deal's currency.
    pub currency: Currency,
    steps: Vec<Step>,
    place: Place,
    plain: Document,
    deal: Variant,
    against: Option<Variant>,
    sources: Sources,
    folder: PathBuf,
}

/// The deal as it stands, or a case of it.
#[derive(Clone, Debug)]
pub(super) struct Variant(Option<Node>);

/// A scenario with the figure set.
#[derive(Clone, Debug)]
pub struct Turned {
    /// The deal, or the case of it that is looked at.
    pub deal: Scenario,
    /// The case it is compared with.
    pub against: Option<Scenario>,
}

/// Mistakes that a figure brings, or that a path has, with the texts they stand in.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The mistakes.
    pub diagnostics: Diagnostics,
    /// All texts.
    pub sources: Sources,
}

impl Loaded {
    /// The figure at `key` of a scenario without mistakes, in the deal as it stands or in a case. It is set after the
    /// changes of that case; a case compared `against` has it from the deal, as with `--set`, unless it says otherwise
    /// itself. Cases are named as in the file, the deal as it stands "As stated". The currency is the deal's.
    ///
    /// # Errors
    /// If the path leads nowhere or to what is no figure, a case is not there, or nothing could be read.
    pub fn dial(
        &self,
        currency: Currency,
        key: &str,
        case: Option<&str>,
        against: Option<&str>,
    ) -> Result<Dial, Refused> {
        let mut sources = self.sources.clone();
        let id = sources.add("--for", key);
        let place = Place::new(id, 0..key.len());
        let refused = |mistake: Diagnostic, sources: &Sources| {
            let mut diagnostics = Diagnostics::default();
            diagnostics.push(mistake);
            Refused { diagnostics, sources: sources.clone() }
        };
        let Some(plain) = &self.document else {
            let mistake = Diagnostic::new(Code::BadOverride, "the scenario could not be read").at(place, "");
            return Err(refused(mistake.help("correct it first"), &sources));
        };
        let steps = steps_of(key, id, 0, None).map_err(|mistake| refused(mistake, &sources))?;
        let variant = |name: &str| {
            let found = Variant::named(plain, name);
            let message = format!("there is no case \"{name}\"");
            found.ok_or_else(|| {
                let mistake = Diagnostic::new(Code::BadCase, message).at(place, "");
                refused(mistake.help("`cabrio check` lists the cases"), &sources)
            })
        };
        let deal = case.map_or(Ok(Variant(None)), variant)?;
        let against = against.map(variant).transpose()?;
        let mut dial = Dial {
            key: key.to_owned(),
            unit: Unit::Number,
            limits: Limits::Any,
            current: None,
            currency,
            steps,
            place,
            plain: plain.clone(),
            deal,
            against,
            sources,
            folder: self.folder.clone(),
        };
        dial.look()?;
        Ok(dial)
    }
}

impl Variant {
    pub(super) fn named(plain: &Document, name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case(cases::BASE_NAME) {
            return Some(Variant(None));
        }
        case_nodes(&plain.root)
            .iter()
            .find(|node| name_of(node) == Some(name))
            .cloned()
            .map(|node| Variant(Some(node)))
    }

    /// The document with the changes of the case.
    pub(super) fn document(&self, plain: &Document, sources: &Sources, found: &mut Diagnostics) -> Document {
        match &self.0 {
            None => plain.clone(),
            Some(node) => cases::changed(node, plain, sources, found),
        }
    }
}

impl Dial {
    /// Finds unit, limits and present figure of the key.
    fn look(&mut self) -> Result<(), Refused> {
        let mut found = Diagnostics::default();
        let document = self.deal.document(&self.plain, &self.sources, &mut found);
        let at = At { node: Some(&document.root), kind: Some(&language::SCENARIO_KIND), key: None };
        let at = self.steps.iter().fold(at, At::below);
        let text = at.node.and_then(Node::text);
        let unit = at.kind.map_or_else(|| at.node.and_then(unit_of_node), Unit::of);
        let outside = self.steps.first().is_some_and(|step| NO_DEAL.contains(&step.text.as_str()));
        let Some(unit) = unit.filter(|_| !outside) else {
            // A path that leads nowhere is reported with what is there.
            let probe =
                Node { place: self.place, key_place: None, value: Value::Text("$1".to_owned()), mark: None };
            let mut probed = document.clone();
            apply(
                &mut probed.root,
                &language::SCENARIO_KIND,
                &Override::new(self.steps.clone(), probe),
                &mut found,
            );
            if !found.has_errors() {
                let what = at.kind.map_or_else(|| "no figure".to_owned(), |kind| kind.describe());
                let message = format!("`{}` takes {what}: there is no figure to solve for", self.key);
                let message =
                    if outside { format!("`{}` is no part of the deal", self.key) } else { message };
                let mistake = Diagnostic::new(Code::BadOverride, message).at(self.place, "");
                found.push(
                    mistake.help("name a key that takes an amount, a rate, a multiple, a span or a number"),
                );
            }
            return Err(Refused { diagnostics: found, sources: self.sources.clone() });
        };
        self.unit = unit;
        self.limits = limits_of(at.key, at.kind);
        let bare = at.node.and_then(|node| bare_digits(&node.value));
        self.current = text.or(bare).and_then(|text| unit.read(text, None).ok());
        Ok(())
    }

    /// The scenario with this figure, rounded to 12 significant digits, to days or to a whole number.
    ///
    /// # Errors
    /// The mistakes that the scenario then has.
    pub fn set(&self, figure: f64) -> Result<Turned, Refused> {
        let mut found = Diagnostics::default();
        let turned = self.turned(figure, &mut found);
        turned.ok_or_else(|| {
            if !found.has_errors() {
                let message = format!("`{}` cannot be {figure}", self.key);
                found.push(
                    Diagnostic::new(Code::OutOfRange, message).at(self.place, "").help("choose other bounds"),
                );
            }
            found.help_all(&format!("this is so with {} = {}", self.key, self.text(figure)));
            Refused { diagnostics: found, sources: self.sources.clone() }
        })
    }

    fn turned(&self, figure: f64, found: &mut Diagnostics) -> Option<Turned> {
        self.unit.decimal(figure).filter(|decimal| self.limits.allow(*decimal))?;
        let change = Override::new(self.steps.clone(), self.node(figure)?);
        let mut document = self.deal.document(&self.plain, &self.sources, found);
        apply(&mut document.root, &language::SCENARIO_KIND, &change, found);
        let deal = self.decoded(&document, found)?;
        let Some(against) = &self.against else { return Some(Turned { deal, against: None }) };
        let mut plain = self.plain.clone();
        apply(&mut plain.root, &language::SCENARIO_KIND, &change, found);
        let document = against.document(&plain, &self.sources, found);
        Some(Turned { deal, against: Some(self.decoded(&document, found)?) })
    }

    fn decoded(&self, document: &Document, found: &mut Diagnostics) -> Option<Scenario> {
        if found.has_errors() {
            return None;
        }
        Some(scenario(document, &self.sources, &self.folder, found)?.scenario)
    }

    /// The figure as it is written into the scenario.
    #[must_use]
    pub fn text(&self, figure: f64) -> String {
        self.unit.write(figure, self.currency).unwrap_or_else(|| figure.to_string())
    }

    fn node(&self, figure: f64) -> Option<Node> {
        let text = self.unit.write(figure, self.currency)?;
        let value = match self.unit.is_bare() {
            true if text.contains('.') => Value::Float(text),
            true => Value::Integer(text),
            false => Value::Text(text),
        };
        Some(Node { place: self.place, key_place: Some(self.place), value, mark: None })
    }
}

/// A place in a scenario while a path is followed.
#[derive(Clone, Copy)]
struct At<'a> {
    node: Option<&'a Node>,
    kind: Option<&'static Kind>,
    key: Option<&'static Key>,
}

impl<'a> At<'a> {
    fn below(self, step: &Step) -> At<'a> {
        let tag = |name: &'static str| self.node?.table()?.get(name)?.text();
        let node = self.node.and_then(|node| match &node.value {
            Value::Table(table) if step.text == "*" => table.entries.first().map(|(_, node)| node),
            Value::Table(table) => table.get(&step.text),
            Value::List(nodes) if step.text == "*" => nodes.first(),
            Value::List(nodes) => {
                let named = nodes.iter().find(|node| name_of(node) == Some(step.text.as_str()));
                named.or_else(|| nodes.get(step.text.parse::<usize>().ok()?))
            }
            _ => None,
        });
        let kind = self.kind.and_then(|kind| kind.child(&step.text, &tag));
        At { node, kind, key: self.kind.and_then(|kind| kind.key(&step.text, &tag)) }
    }
}

fn unit_of_node(node: &Node) -> Option<Unit> {
    match &node.value {
        Value::Text(text) => Unit::of_text(text),
        Value::Integer(_) | Value::Float(_) => Some(Unit::Number),
        _ => None,
    }
}

fn bare_digits(value: &Value) -> Option<&str> {
    if let Value::Integer(digits) | Value::Float(digits) = value { Some(digits) } else { None }
}

fn limits_of(key: Option<&Key>, kind: Option<&Kind>) -> Limits {
    let is_probability = matches!(kind, Some(Kind::Probability | Kind::Uncertain(Kind::Probability)));
    if is_probability { Limits::ZeroToOne } else { key.map_or(Limits::Any, |key| key.limits) }
}
