//! Laying a file over a scenario that was written by a program: what an import does with what a person adds to it.

use std::path::Path;

use super::file::read_file;
use super::language::SCENARIO_KIND;
use super::merge::merge;
use super::overrides::{Step, apply_steps};
use super::resolved::written;
use super::syntax::parse;
use super::tree::{Node, Value};
use crate::diagnostic::{Diagnostics, Sources};

/// Lists whose elements have names: those that an overlay lists too are merged by name, new ones are added.
const NAMED_LISTS: &[&[&str]] = &[
    &["instruments"],
    &["company", "capitalization", "options"],
    &["company", "capitalization", "preferred"],
    &["company", "capitalization", "warrants"],
];

/// A scenario, and the text that says it.
#[derive(Clone, Debug)]
pub struct Overlaid {
    /// The top table.
    pub root: Node,
    /// Reads to that table; comments other than marks are lost where an overlay was laid over it.
    pub text: String,
}

/// Reads a scenario `text` under the `name` that messages show, and lays the file `overlay` over it: tables merge key
/// by key, elements of the lists of instruments, series, options and warrants by their names, and everything else is
/// replaced. Gives nothing if a file cannot be read; mistakes are reported, also those that leave a result.
pub fn lay_over(
    name: &str,
    text: &str,
    overlay: Option<&Path>,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Overlaid> {
    let id = sources.add(name, text);
    let mut root = parse(sources, id, diagnostics)?.root;
    let Some(path) = overlay else { return Some(Overlaid { root, text: text.to_owned() }) };
    let added = match read_file(path, sources) {
        Ok(added) => added,
        Err(mistake) => {
            diagnostics.push(mistake);
            return None;
        }
    };
    let id = sources.add(path.display().to_string(), added);
    let mut above = parse(sources, id, diagnostics)?.root;
    for list in NAMED_LISTS {
        merge_by_name(&mut root, &mut above, list, diagnostics);
    }
    merge(&mut root, Some(&SCENARIO_KIND), &above, diagnostics);
    let text = written(&root);
    Some(Overlaid { root, text })
}

/// Moves the elements of a list from `above` into the same list of `root`.
fn merge_by_name(root: &mut Node, above: &mut Node, path: &[&str], diagnostics: &mut Diagnostics) {
    let step = |text: &str, node: &Node| Step { text: text.to_owned(), place: node.place };
    let Some(Value::List(present)) = find(root, path).map(|node| &mut node.value) else { return };
    let Some(added) = find(above, path) else { return };
    let Value::List(elements) = &mut added.value else { return };
    let name_of = |node: &Node| node.table().and_then(|table| table.get("name")?.text()).map(str::to_owned);
    let names: Vec<Option<String>> = present.iter().map(name_of).collect();
    let mut merged = Vec::new();
    for element in std::mem::take(elements) {
        match name_of(&element) {
            Some(name) if names.contains(&Some(name.clone())) => merged.push((name, element)),
            _ => present.push(element),
        }
    }
    for (name, element) in merged {
        let mut steps: Vec<Step> = path.iter().map(|key| step(key, &element)).collect();
        steps.push(step(&name, &element));
        apply_steps(root, Some(&SCENARIO_KIND), &steps, &element, diagnostics);
    }
    // An empty table changes nothing, where an empty list would replace the other.
    if let Some(emptied) = find(above, path) {
        emptied.value = Value::Table(super::tree::Table::default());
    }
}

fn find<'n>(node: &'n mut Node, path: &[&str]) -> Option<&'n mut Node> {
    let Some((key, rest)) = path.split_first() else { return Some(node) };
    let Value::Table(table) = &mut node.value else { return None };
    let (_, inner) = table.entries.iter_mut().find(|(name, _)| name.text == *key)?;
    find(inner, rest)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn elements_of_lists_merge_by_name_and_new_ones_are_added() {
        let base = "[[instruments]]\nname = \"A\"\nkind = \"loan\"\nseniority = 1  # [stated] here\n\
                    [[instruments]]\nname = \"B\"\nkind = \"loan\"\n";
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(
            b"[[instruments]]\nname = \"C\"\nkind = \"loan\"\n[[instruments]]\nname = \"B\"\nseniority = 2  # [assumed]\n",
        )
        .unwrap();
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let found = lay_over("base", base, Some(file.path()), &mut sources, &mut diagnostics).unwrap();
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        // hand-written
        assert_eq!(
            found.text,
            "\n[[instruments]]\nname = \"A\"\nkind = \"loan\"\nseniority = 1  # [stated] here\n\
             \n[[instruments]]\nname = \"B\"\nkind = \"loan\"\nseniority = 2  # [assumed]\n\
             \n[[instruments]]\nname = \"C\"\nkind = \"loan\"\n"
        );
    }
}
