//! Comments of a TOML text, and the marks of provenance in them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::mark::{Mark, MarkText};
use super::tree::{Node, Value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceId, Sources};

/// The byte ranges of all comments, from `#` to the end of the line. Works on broken texts too: a text left
/// open in one line ends with the line.
fn comments(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        at = match byte {
            b'#' => {
                let end = line_end(text, at);
                found.push(at..end);
                end
            }
            b'"' | b'\'' => after_string(text, at, *byte),
            _ => at + 1,
        };
    }
    found
}

fn line_end(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    from + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}

/// The byte after the string that opens at `at`.
fn after_string(text: &str, at: usize, quote: u8) -> usize {
    let bytes = text.as_bytes();
    let is_quote = |at: usize| bytes.get(at) == Some(&quote);
    let long = is_quote(at + 1) && is_quote(at + 2);
    let mut now = if long { at + 3 } else { at + 1 };
    while let Some(byte) = bytes.get(now) {
        match byte {
            b'\\' if quote == b'"' => now += 2,
            b'\n' if !long => return now,
            _ if *byte == quote && !long => return now + 1,
            _ if *byte == quote && is_quote(now + 1) && is_quote(now + 2) => {
                // One or two more quotes may belong to the text before the closing three.
                let more =
                    usize::from(is_quote(now + 3)) + usize::from(is_quote(now + 3) && is_quote(now + 4));
                return now + 3 + more;
            }
            _ => now += 1,
        }
    }
    bytes.len()
}

/// Reads the marks in comments that follow something on their line, and gives each to the outermost value
/// whose key starts, or which ends, on that line. Marks of unknown words become warnings.
pub(super) fn attach_marks(root: &mut Node, sources: &Sources, id: SourceId, diagnostics: &mut Diagnostics) {
    let text = sources.text(id);
    let mut marks: BTreeMap<usize, Mark> = BTreeMap::new();
    for comment in comments(text) {
        let place = Place::new(id, comment.clone());
        let line = sources.line_index(id, place.start);
        let before = text.get(..comment.start).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        if before.get(line_start..).is_none_or(|before| before.trim().is_empty()) {
            continue;
        }
        match MarkText::read(text.get(comment.clone()).unwrap_or("")) {
            MarkText::None => {}
            MarkText::Known(mark) => {
                marks.insert(line, mark);
            }
            MarkText::Unknown { word, range, suggestion } => {
                let place = Place::new(id, comment.start + range.start..comment.start + range.end);
                diagnostics.push(
                    Diagnostic::new(Code::UnknownMark, format!("unknown mark `[{word}]`"))
                        .at(place, "")
                        .suggest(suggestion)
                        .help("marks are [stated], [derived] and [assumed]"),
                );
            }
        }
    }
    if !marks.is_empty() {
        attach(root, &mut marks, sources);
    }
}

/// Hands out marks from the outside in; each is given once.
fn attach(node: &mut Node, marks: &mut BTreeMap<usize, Mark>, sources: &Sources) {
    // A table made by dotted keys has its key's place, and lines that belong to what is in it.
    let is_dotted = matches!(node.value, Value::Table(_)) && node.key_place == Some(node.place);
    if node.place.end > 0 && !is_dotted && !is_list_of_headers(node) {
        let source = node.place.source;
        let first = sources.line_index(source, node.key_place.unwrap_or(node.place).start);
        let last = sources.line_index(source, node.place.end.saturating_sub(1));
        node.mark = marks.remove(&first).or_else(|| marks.remove(&last));
    }
    match &mut node.value {
        Value::List(nodes) => nodes.iter_mut().for_each(|node| attach(node, marks, sources)),
        Value::Table(table) => table.entries.iter_mut().for_each(|(_, node)| attach(node, marks, sources)),
        _ => {}
    }
}

/// Whether this is a list of `[[headers]]`: its place is that of its first element.
fn is_list_of_headers(node: &Node) -> bool {
    matches!(&node.value, Value::List(nodes) if nodes.first().is_some_and(|first| first.place == node.place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_found_outside_texts_only() {
        // hand-worked
        let text = "a = \"# no\" # yes\nb = '''\n# no\n''''' # yes2\n# yes3\nc = \"open # no\nd = 1 # yes4\ne = \"\\\"#\"";
        let found: Vec<&str> = comments(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["# yes", "# yes2", "# yes3", "# yes4"]);
    }
}
