//! Definitions that nothing depends on.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::scenario::tree::Node;

/// Warns of variables, factors and milestones that neither the deal nor any case uses. A correlation is no use:
/// it changes nothing unless what it joins does.
pub(super) fn unused(root: &Node, used: &BTreeSet<String>, diagnostics: &mut Diagnostics) {
    for (section, what, help) in [
        ("variables", "variable", "refer to it as `{ variable = \"…\" }`, or delete it"),
        ("factors", "factor", "look at it in the `condition` of a milestone, or delete it"),
        (
            "milestones",
            "milestone",
            "let a tranche or a conversion wait for it or give it a `value_effect`, or delete it",
        ),
    ] {
        let table = root.table().and_then(|top| top.get(section)).and_then(Node::table);
        for (name, _) in table.map(|table| table.entries.as_slice()).unwrap_or_default() {
            if !used.contains(&name.text) {
                let message = format!("nothing depends on the {what} `{}`", name.text);
                let help = help.replace('…', &name.text);
                diagnostics
                    .push(Diagnostic::new(Code::UnusedDefinition, message).at(name.place, "").help(help));
            }
        }
    }
}
