//! Overrides: `path = value` from `--set` and from the cases of a scenario.

use super::keys::{Kind, listed};
use super::merge::merge;
use super::syntax::parse_value;
use super::tree::{Name, Node, Table, Value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceId, Sources, nearest};

/// One change to a scenario: a path from the top, and what is laid over the value there.
#[derive(Clone, Debug)]
pub struct Override {
    steps: Vec<Step>,
    value: Node,
}

impl Override {
    /// Lays `value` over what stands at a path.
    pub(super) fn new(steps: Vec<Step>, value: Node) -> Self {
        Override { steps, value }
    }

    /// Where its value stands.
    pub(super) fn place(&self) -> Place {
        self.value.place
    }

    /// The path as text.
    pub(super) fn path(&self) -> String {
        self.steps.iter().map(|step| step.text.as_str()).collect::<Vec<_>>().join(".")
    }
}

/// One part of a path: a key, the number or name of an element, or `*` for all.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) text: String,
    pub(super) place: Place,
}

impl Step {
    /// Whether the step leads to a key of this name.
    pub(super) fn takes(&self, name: &str) -> bool {
        self.text == "*" || self.text == name
    }
}

/// The steps of a path that is written as a text at a place.
///
/// # Errors
/// If the path is malformed.
pub(super) fn text_steps(path: &str, place: Place) -> Result<Vec<Step>, Diagnostic> {
    steps_of(path, place.source, 0, Some(place))
}

/// Steps a path may have; no scenario is that deep.
const MOST_STEPS: usize = 32;
/// Names listed in a message.
const MOST_LISTED: usize = 12;

/// Reads a `--set` argument such as `instruments.0.conversion.discount=20%`. The value is TOML; a bare word or
/// figure that is no TOML counts as text, so that units need no quotes. The argument becomes a source of its own.
///
/// # Errors
/// If there is no `=`, the path is malformed, or the value opens a quote or bracket and is no TOML.
pub fn set_override(argument: &str, sources: &mut Sources) -> Result<Override, Diagnostic> {
    let id = sources.add("--set", argument);
    let whole = Place::new(id, 0..argument.len());
    let bad = |message: &str, place| {
        let mistake = Diagnostic::new(Code::BadOverride, message).at(place, "");
        mistake.help("write a path, `=` and a value, like `--set simulation.seed=7`")
    };
    let Some(equals) = find_outside_quotes(argument, '=') else {
        return Err(bad("an override without `=`", whole));
    };
    let (path, value) = (argument.get(..equals).unwrap_or(""), argument.get(equals + 1..).unwrap_or(""));
    let steps = steps_of(path, id, 0, None)?;
    let start = equals + 1 + (value.len() - value.trim_start().len());
    let value = value.trim();
    let place = Place::new(id, start..start + value.len());
    let node = match parse_value(value, id, start) {
        Some(node) => node,
        None if value.is_empty() => return Err(bad("an override without a value", whole)),
        None if value.starts_with(['"', '\'', '[', '{']) => {
            return Err(bad("the value of an override is no TOML", place));
        }
        None => Node { place, key_place: None, value: Value::Text(value.to_owned()), mark: None },
    };
    let key_place = steps.last().map(|step| step.place);
    Ok(Override { steps, value: Node { key_place, ..node } })
}

/// The overrides in the `set` table of a case, each key a path. Mistakes in paths are reported, the rest is kept.
pub fn case_overrides(set: &Node, sources: &Sources, diagnostics: &mut Diagnostics) -> Vec<Override> {
    let Some(table) = set.table() else { return Vec::new() };
    let mut overrides = Vec::new();
    for (name, node) in &table.entries {
        // Inside a quoted key each step has its own place if nothing is escaped.
        let written = sources.excerpt(name.place);
        let offset = usize::from(written.starts_with(['"', '\'']));
        let plain = written.get(offset..written.len().saturating_sub(offset)) == Some(name.text.as_str());
        let start = name.place.range().start + offset;
        match steps_of(&name.text, name.place.source, start, (!plain).then_some(name.place)) {
            Ok(steps) => overrides.push(Override { steps, value: node.clone() }),
            Err(mistake) => diagnostics.push(mistake),
        }
    }
    overrides
}

/// Applies an override to a scenario whose top table is of `kind`. A path that leads nowhere is reported and
/// changes nothing; a last key that is merely absent is added, for the reader to judge.
pub fn apply(root: &mut Node, kind: &'static Kind, change: &Override, diagnostics: &mut Diagnostics) {
    apply_steps(root, Some(kind), &change.steps, &change.value, diagnostics);
}

/// The first `wanted` outside of quotes.
fn find_outside_quotes(text: &str, wanted: char) -> Option<usize> {
    let mut open = None;
    for (at, c) in text.char_indices() {
        match open {
            Some(quote) if c == quote => open = None,
            None if c == wanted => return Some(at),
            None if c == '"' || c == '\'' => open = Some(c),
            _ => {}
        }
    }
    None
}

/// Splits a path into steps. `whole` replaces the places of single steps where they are not known.
pub(super) fn steps_of(
    path: &str,
    id: SourceId,
    start: usize,
    whole: Option<Place>,
) -> Result<Vec<Step>, Diagnostic> {
    let mut steps = Vec::new();
    let mut at = 0;
    loop {
        let rest = path.get(at..).unwrap_or("");
        let end = find_outside_quotes(rest, '.').unwrap_or(rest.len());
        let part = rest.get(..end).unwrap_or("");
        let trimmed = part.trim();
        let from = start + at + (part.len() - part.trim_start().len());
        let place = whole.unwrap_or_else(|| Place::new(id, from..from + trimmed.len()));
        let text = unquoted(trimmed);
        if text.is_empty() || steps.len() == MOST_STEPS {
            let place = whole.unwrap_or_else(|| Place::new(id, start..start + path.len()));
            let mistake =
                Diagnostic::new(Code::BadOverride, "a path with an empty or endless part").at(place, "");
            return Err(mistake.help("join keys by single points, like `simulation.seed`"));
        }
        steps.push(Step { text: text.to_owned(), place });
        if end == rest.len() {
            return Ok(steps);
        }
        at += end + 1;
    }
}

fn unquoted(text: &str) -> &str {
    ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(text)
}

/// Follows `steps` down from `target` and lays `value` over what is there.
pub(super) fn apply_steps(
    target: &mut Node,
    kind: Option<&'static Kind>,
    steps: &[Step],
    value: &Node,
    diagnostics: &mut Diagnostics,
) {
    let Some((step, rest)) = steps.split_first() else {
        merge(target, kind, value, diagnostics);
        return;
    };
    let described = target.value.describe();
    match &mut target.value {
        Value::Table(table) => step_into_table(table, kind, step, rest, value, diagnostics),
        Value::List(nodes) => step_into_list(nodes, kind, step, rest, value, diagnostics),
        Value::Broken => {}
        _ => {
            let message =
                format!("the path goes on with `{}`, but what stands there is {described}", step.text);
            let mistake = Diagnostic::new(Code::UnknownPath, message).at(step.place, "");
            let mistake = mistake.at(target.place, "this is reached");
            diagnostics.push(mistake.help("end the path there"));
        }
    }
}

fn step_into_table(
    table: &mut Table,
    kind: Option<&'static Kind>,
    step: &Step,
    rest: &[Step],
    value: &Node,
    diagnostics: &mut Diagnostics,
) {
    let tag_text = match kind {
        Some(Kind::Variants(variants)) => table.get(variants.tag).and_then(Node::text).map(str::to_owned),
        _ => None,
    };
    let tag = |_: &'static str| tag_text.as_deref();
    let child = |name: &str| kind.and_then(|kind| kind.child(name, &tag));
    if step.text == "*" {
        for (name, node) in &mut table.entries {
            apply_steps(node, child(&name.text), rest, value, diagnostics);
        }
        return;
    }
    let inner = child(&step.text);
    if let Some((_, node)) = table.entries.iter_mut().find(|(name, _)| name.text == step.text) {
        apply_steps(node, inner, rest, value, diagnostics);
        return;
    }
    // An absent key: fine if the section has it, or if it is a new name with all that belongs to it.
    let is_listed = kind.is_none_or(|kind| kind.child_names(&tag).contains(&step.text.as_str()));
    let is_new_name = kind.is_some_and(Kind::takes_any_name) && rest.is_empty();
    if is_listed || is_new_name {
        let name = Name { text: step.text.clone(), place: step.place };
        let empty = Value::Table(Table::default());
        let mut node = Node { place: step.place, key_place: Some(step.place), value: empty, mark: None };
        apply_steps(&mut node, inner, rest, value, diagnostics);
        table.entries.push((name, node));
        return;
    }
    let mut names: Vec<String> = table.names().map(str::to_owned).collect();
    names.extend(kind.map(|kind| kind.child_names(&tag)).unwrap_or_default().into_iter().map(str::to_owned));
    diagnostics.push(leads_nowhere(step, &names));
}

fn step_into_list(
    nodes: &mut [Node],
    kind: Option<&'static Kind>,
    step: &Step,
    rest: &[Step],
    value: &Node,
    diagnostics: &mut Diagnostics,
) {
    let child = kind.and_then(|kind| kind.child("", &|_| None));
    if step.text == "*" {
        for node in nodes {
            apply_steps(node, child, rest, value, diagnostics);
        }
        return;
    }
    let wanted = step.text.parse::<usize>().ok();
    let found = nodes
        .iter()
        .position(|node| name_of(node) == Some(step.text.as_str()))
        .or_else(|| wanted.filter(|index| *index < nodes.len()));
    if let Some(node) = found.and_then(|index| nodes.get_mut(index)) {
        apply_steps(node, child, rest, value, diagnostics);
        return;
    }
    diagnostics.push(leads_nowhere_in_list(step, nodes));
}

/// The name by which a path may call an element of a list.
pub(super) fn name_of(node: &Node) -> Option<&str> {
    let table = node.table()?;
    ["name", "title"].into_iter().find_map(|key| table.get(key)?.text())
}

/// A path leads to no element of a list.
pub(super) fn leads_nowhere_in_list(step: &Step, nodes: &[Node]) -> Diagnostic {
    let names: Vec<String> = nodes.iter().filter_map(name_of).map(str::to_owned).collect();
    let mistake = leads_nowhere(step, &names);
    if step.text.parse::<usize>().is_err() && !mistake.help.is_empty() {
        return mistake;
    }
    let count = nodes.len();
    mistake.help(match count {
        0 => "the list is empty".to_owned(),
        1 => "the list has one element, number 0".to_owned(),
        _ => format!("the list has {count} elements, numbered 0 to {}", count - 1),
    })
}

/// A path leads to no key.
pub(super) fn leads_nowhere(step: &Step, names: &[String]) -> Diagnostic {
    let names = || names.iter().map(String::as_str);
    let suggestion = nearest(&step.text, names());
    let mistake = Diagnostic::new(Code::UnknownPath, format!("the path leads nowhere at `{}`", step.text));
    let mistake = mistake.at(step.place, "").suggest(suggestion);
    if suggestion.is_some() || names().next().is_none() {
        return mistake;
    }
    mistake.help(format!("here are {}", listed(names().take(MOST_LISTED))))
}
