//! A scenario written out again: base file and overrides merged, defaults filled in, marks kept.

use super::defaults::fill;
use super::keys::Kind;
use super::tree::{Node, Table, Value};

/// Tables and lists shorter than this stay on one line.
const LINE: usize = 96;

/// The scenario, its top table of `kind`, as one TOML text that reads to the same deal.
#[must_use]
pub(super) fn resolved(root: &Node, kind: &'static Kind) -> String {
    let mut root = root.clone();
    fill(&mut root, kind);
    written(&root)
}

/// A table as TOML, with its marks and nothing added.
#[must_use]
pub(super) fn written(root: &Node) -> String {
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

pub(super) fn inline(node: &Node) -> String {
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

    use super::super::decode::{Study, load_bytes};
    use crate::diagnostic::Diagnostics;
    use crate::model::Scenario;

    /// Everything a scenario says, but for the spacing of quoted texts.
    fn plain(scenario: &Scenario) -> Scenario {
        let mut scenario = scenario.clone();
        scenario.variables.iter_mut().for_each(|variable| variable.text.clear());
        scenario.assumptions.sort_by(|a, b| a.key.cmp(&b.key));
        scenario.assumptions.iter_mut().for_each(|assumption| assumption.value.clear());
        scenario
    }

    /// Reads a scenario and what it is written out as; gives the latter.
    fn round_trip(text: &str, sets: &[String]) -> String {
        let folder = Path::new("scenarios");
        let first = load_bytes("first.toml", text.as_bytes().to_vec(), folder, sets);
        let study = first.study.unwrap();
        let again = load_bytes("again.toml", first.resolved.clone().into_bytes(), folder, &[]);
        let second = again.study.unwrap_or_else(|| panic!("{:#?}\n{}", again.diagnostics, first.resolved));
        assert_eq!(plain(&study.base), plain(&second.base));
        let cases = |study: &Study| -> Vec<(String, Scenario)> {
            study.cases.iter().map(|(name, case)| (name.clone(), plain(case))).collect()
        };
        assert_eq!(cases(&study), cases(&second));
        let warnings = |found: &Diagnostics| found.sorted().len();
        assert_eq!(warnings(&first.diagnostics), warnings(&again.diagnostics), "{}", first.resolved);
        assert_eq!(first.resolved, again.resolved);
        first.resolved
    }

    #[test]
    fn a_resolved_scenario_reads_to_the_same_deal() {
        for text in [
            include_str!("../cli/template/note.toml"),
            include_str!("../cli/template/preferred.toml"),
            include_str!("../cli/template/milestones.toml"),
            include_str!("../../tests/data/every_term.toml"),
            include_str!("../../scenarios/minimal.toml"),
            include_str!("../../scenarios/amazon-anthropic.toml"),
        ] {
            round_trip(text, &[]);
            round_trip(text, &["simulation.seed=99".to_owned(), "simulation.paths=12k".to_owned()]);
        }
    }

    #[test]
    fn defaults_are_written_out_where_they_mean_something() {
        let text = r#"
            deal = { title = "T", valuation_date = 2026-01-01, horizon = "5 years" }
            discounting = { required_return = "20%" }
            company.value.today = "$10m"
            financing_rounds = { first = "1 year", new_money = "$1m" }
            [[instruments]]
            name = "Note"
            kind = "convertible_note"
            interest = { rate = "5%" }
            conversion = { qualified_financing = "$1m" }
            maturity = { after = "3 years" }
            tranches = [{ amount = "$1m" }]
            [[instruments]]
            name = "Shares"
            kind = "preferred"
            tranches = [{ amount = "$1m" }]
        "#;
        let resolved = round_trip(text, &[]);
        for line in [
            "paths = \"100k\"",
            "seed = 1",
            "accrues = \"simple\"",
            "day_count = \"act/365\"",
            "paid = \"at_end\"",
            "non_qualified = \"stays\"",
            "liquidation_preference = \"1x\"",
            "principal_multiple = \"1x\"",
            "seniority = 0",
            "funds = \"at_closing\"",
            "price = \"at_funding\"",
            "currency = \"USD\"",
        ] {
            assert!(resolved.contains(line), "{line} is not in\n{resolved}");
        }
        for key in ["extensions", "periods_per_year", "paid_every"] {
            assert!(!resolved.contains(key), "{key} is in\n{resolved}");
        }
        // A case may say in another way what a default says.
        let case = "[[cases]]\nname = \"Fixed\"\nset = { \"instruments.1.pre_money\" = \"$9m\" }";
        assert!(!round_trip(&format!("{text}\n{case}"), &[]).contains("price ="));
    }
}
