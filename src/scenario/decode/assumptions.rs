//! Figures whose comments say where they come from.

use crate::diagnostic::Sources;
use crate::model::{Assumption, Provenance};
use crate::scenario::mark::MarkKind;
use crate::scenario::tree::{Node, Value};

/// Every marked figure of the file, by the path of its key.
pub(super) fn assumptions(root: &Node, sources: &Sources) -> Vec<Assumption> {
    let mut found = Vec::new();
    collect(root, "", sources, &mut found);
    found
}

fn collect(node: &Node, path: &str, sources: &Sources, found: &mut Vec<Assumption>) {
    if let Some(mark) = &node.mark {
        let provenance = match mark.kind {
            MarkKind::Stated => Provenance::Stated,
            MarkKind::Derived => Provenance::Derived,
            MarkKind::Assumed => Provenance::Assumed,
        };
        let value = sources.excerpt(node.place).split_whitespace().collect::<Vec<_>>().join(" ");
        found.push(Assumption { key: path.to_owned(), value, provenance, note: mark.text.clone() });
    }
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match &node.value {
        Value::Table(table) if path != "cases" => {
            for (name, inner) in &table.entries {
                if !(path.is_empty() && name.text == "cases") {
                    collect(inner, &below(&name.text), sources, found);
                }
            }
        }
        Value::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect(element, &below(&index.to_string()), sources, found);
            }
        }
        _ => {}
    }
}
