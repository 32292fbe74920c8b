//! Laying one tree over another: what an override or an extending file does.

use std::collections::BTreeMap;

use super::keys::Kind;
use super::overrides::{Step, apply_steps};
use super::tree::{Node, Table, Value};
use crate::diagnostic::Diagnostics;

/// Lays `value` over `target`. Tables merge key by key, everything else is replaced; so is a table whose key says
/// what it is (a distribution, a process), since half of the old and half of the new would be neither. A table laid
/// over a list changes the elements that its keys name. If the key that decides which keys a table takes changes,
/// the keys that no longer apply are dropped.
pub(super) fn merge(
    target: &mut Node,
    kind: Option<&'static Kind>,
    value: &Node,
    diagnostics: &mut Diagnostics,
) {
    let Value::Table(new) = &value.value else {
        replace(target, value);
        return;
    };
    match &mut target.value {
        Value::Table(old) if !is_whole(kind) => {
            drop_other_variant(old, kind, new);
            merge_tables(old, kind, new, diagnostics);
            // What the new table says of its source holds for both; the old one's word does not cover the new keys.
            if value.mark.is_some() {
                target.mark.clone_from(&value.mark);
            }
        }
        Value::List(_) => {
            for (name, node) in &new.entries {
                let step = Step { text: name.text.clone(), place: name.place };
                apply_steps(target, kind, &[step], node, diagnostics);
            }
        }
        _ => replace(target, value),
    }
}

fn replace(target: &mut Node, value: &Node) {
    let key_place = value.key_place.or(target.key_place);
    *target = Node { key_place, ..value.clone() };
}

fn merge_tables(old: &mut Table, kind: Option<&'static Kind>, new: &Table, diagnostics: &mut Diagnostics) {
    let positions: BTreeMap<String, usize> =
        old.entries.iter().enumerate().map(|(at, (name, _))| (name.text.clone(), at)).collect();
    let tags = tags(old, kind);
    for (name, node) in &new.entries {
        let child = kind.and_then(|kind| kind.child(&name.text, &|tag| tags.get(tag).map(String::as_str)));
        match positions.get(&name.text).and_then(|at| old.entries.get_mut(*at)) {
            Some((_, present)) => merge(present, child, node, diagnostics),
            None => old.entries.push((name.clone(), node.clone())),
        }
    }
}

/// The texts in a table, by key, where its kind depends on one of them.
fn tags(table: &Table, kind: Option<&'static Kind>) -> BTreeMap<String, String> {
    let Some(Kind::Variants(variants)) = kind else { return BTreeMap::new() };
    let text = table.get(variants.tag).and_then(Node::text);
    text.map(|text| (variants.tag.to_owned(), text.to_owned())).into_iter().collect()
}

/// Whether a table of this kind is only replaced as a whole.
fn is_whole(kind: Option<&'static Kind>) -> bool {
    match kind {
        Some(Kind::Uncertain(_) | Kind::OneOf(_)) => true,
        Some(Kind::Either(kinds)) => kinds.iter().any(|kind| is_whole(Some(kind))),
        _ => false,
    }
}

fn drop_other_variant(old: &mut Table, kind: Option<&'static Kind>, new: &Table) {
    let Some(Kind::Variants(variants)) = kind else { return };
    let (was, becomes) =
        (old.get(variants.tag).and_then(Node::text), new.get(variants.tag).and_then(Node::text));
    if was == becomes {
        return;
    }
    if let Some(section) = becomes.and_then(|choice| variants.section(choice)) {
        old.entries.retain(|(name, _)| name.text == variants.tag || section.key(&name.text).is_some());
    }
}
