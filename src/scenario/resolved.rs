//! A scenario written out again: base file and overrides merged, marks kept.

use super::tree::{Node, Table, Value};

/// Tables and lists shorter than this stay on one line.
const LINE: usize = 96;

/// The scenario as one TOML text that reads to the same deal.
#[must_use]
pub(super) fn resolved(root: &Node) -> String {
    let mut text = String::new();
    if let Some(table) = root.table() {
        section(table, "", &mut text);
    }
    text
}

/// Writes the entries that fit on a line, then the others under headings of their own. Tables keep their order,
/// in which milestones happen on a tie and correlated variables are drawn: after the first one that needs a heading
/// all get one, and names that may stand for texts as well as tables never do.
fn section(table: &Table, path: &str, text: &mut String) {
    let (mut lines, mut sections) = (Vec::new(), Vec::new());
    for (name, node) in table.entries.iter().filter(|(name, _)| !(path.is_empty() && name.text == "extends"))
    {
        let in_order = path == "variables" || path.ends_with("_steps");
        let on_line = in_order || !is_tables(node) || (sections.is_empty() && is_short(node));
        if on_line { lines.push((name, node)) } else { sections.push((name, node)) }
    }
    for (name, node) in lines {
        text.push_str(&format!("{} = {}{}\n", key(&name.text), inline(node), mark(node)));
    }
    for (name, node) in sections {
        let below = if path.is_empty() { key(&name.text) } else { format!("{path}.{}", key(&name.text)) };
        match &node.value {
            Value::Table(table) => {
                text.push_str(&format!("\n[{below}]{}\n", mark(node)));
                section(table, &below, text);
            }
            Value::List(elements) => {
                for element in elements {
                    text.push_str(&format!("\n[[{below}]]{}\n", mark(element)));
                    if let Some(table) = element.table() {
                        section(table, &below, text);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether a value is a table or a list of tables, which may stand under headings.
fn is_tables(node: &Node) -> bool {
    match &node.value {
        Value::Table(_) => true,
        Value::List(elements) => {
            !elements.is_empty() && elements.iter().all(|element| element.table().is_some())
        }
        _ => false,
    }
}

/// Whether a value fits on one line: it is short and has no marks inside that a line could not carry.
fn is_short(node: &Node) -> bool {
    !marked_inside(node) && inline(node).len() <= LINE
}

fn marked_inside(node: &Node) -> bool {
    let below = |inner: &Node| inner.mark.is_some() || marked_inside(inner);
    match &node.value {
        Value::Table(table) => table.entries.iter().any(|(_, inner)| below(inner)),
        Value::List(elements) => elements.iter().any(below),
        _ => false,
    }
}

fn mark(node: &Node) -> String {
    node.mark.as_ref().map_or_else(String::new, |mark| {
        format!("  # [{}] {}", mark.kind.name(), mark.text).trim_end().to_owned()
    })
}

fn inline(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => quoted(text),
        Value::Integer(digits) | Value::Float(digits) | Value::Time(digits) => digits.clone(),
        Value::Flag(flag) => flag.to_string(),
        Value::Day(day) => day.to_string(),
        Value::List(elements) => format!("[{}]", elements.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => {
            let entry =
                |(name, node): &(super::tree::Name, Node)| format!("{} = {}", key(&name.text), inline(node));
            format!("{{ {} }}", table.entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        // A run only starts when nothing is broken.
        Value::Broken => "\"\"".to_owned(),
    }
}

/// A key of TOML, quoted if it needs to be.
#[must_use]
pub fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if bare { name.to_owned() } else { quoted(name) }
}

/// A basic string of TOML (§ String): quotes, backslashes and control characters escaped.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::decode::load_bytes;

    fn round_trip(text: &str, sets: &[String]) {
        let first = load_bytes("first.toml", text.as_bytes().to_vec(), Path::new("."), sets);
        let study = first.study.unwrap();
        let again = load_bytes("again.toml", first.resolved.clone().into_bytes(), Path::new("."), &[]);
        let second = again.study.unwrap_or_else(|| panic!("{}", first.resolved));
        // The texts of distributions are kept as written, so that everything but their spacing is equal.
        let strip = |scenario: &crate::model::Scenario| {
            let mut scenario = scenario.clone();
            scenario.variables.iter_mut().for_each(|variable| variable.text.clear());
            scenario.assumptions.sort_by(|a, b| a.key.cmp(&b.key));
            scenario.assumptions.iter_mut().for_each(|assumption| assumption.value.clear());
            scenario.variables.sort_by(|a, b| a.name.cmp(&b.name));
            (
                scenario.deal,
                scenario.simulation,
                scenario.variables,
                scenario.assumptions,
                scenario.instruments.len(),
            )
        };
        assert_eq!(strip(&study.base), strip(&second.base));
        assert_eq!(study.cases.len(), second.cases.len());
    }

    #[test]
    fn a_resolved_scenario_reads_to_the_same_deal() {
        for template in [
            include_str!("../cli/template/note.toml"),
            include_str!("../cli/template/preferred.toml"),
            include_str!("../cli/template/milestones.toml"),
        ] {
            round_trip(template, &[]);
            round_trip(template, &["simulation.seed=99".to_owned(), "simulation.paths=12k".to_owned()]);
        }
    }
}
