//! TOML text to [`Document`], going on after mistakes.
//!
//! The parser recovers from most mistakes by itself. One kind stops it: a line with a key and no `=`. Such lines
//! are blanked out and the rest is parsed again, so that one slip does not hide what comes after.

use toml::Spanned;
use toml::de::{DeArray, DeInteger, DeTable, DeValue, Error};

use super::comment::attach_marks;
use super::tree::{Document, Name, Node, Table, Value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceId, Sources};
use crate::quantity::Day;

/// Levels a scenario may nest. The deepest known term needs nine.
const DEEPEST: usize = 48;
/// A file with more syntax errors than this is not worth a second attempt.
const MOST_ERRORS: usize = 200;
/// Attempts at parsing with stopping lines blanked out.
const MOST_ATTEMPTS: usize = 8;

/// Parses a source into a tree with marks; all mistakes go into `diagnostics`.
/// `None` if brackets are left open or nothing is there, so that no part of the tree could be trusted.
pub fn parse(sources: &Sources, id: SourceId, diagnostics: &mut Diagnostics) -> Option<Document> {
    let text = sources.text(id);
    let mut current = text.to_owned();
    let mut errors: Vec<Error> = Vec::new();
    for _ in 0..MOST_ATTEMPTS {
        let (_, found) = DeTable::parse_recoverable(&current);
        let stops: Vec<usize> = found.iter().filter(|error| stops_parser(error)).map(offset).collect();
        errors.extend(found);
        if stops.is_empty() || errors.len() > MOST_ERRORS {
            break;
        }
        current = blank_lines(&current, &stops);
    }
    let lost = errors.iter().any(|error| error.message().starts_with("unclosed"));
    errors.truncate(MOST_ERRORS);
    for error in &errors {
        diagnostics.push(explain(error, text, id));
    }
    if lost {
        return None;
    }
    let (table, _) = DeTable::parse_recoverable(&current);
    let mut builder = Builder { text, id, errors: &errors, diagnostics };
    let root = builder.root(&table);
    if errors.is_empty() && root.table().is_some_and(|table| table.entries.is_empty()) {
        let message = format!("`{}` says nothing", sources.name(id));
        diagnostics.push(
            Diagnostic::new(Code::EmptyFile, message).help("`cabrio new` writes a scenario to start from"),
        );
        return None;
    }
    let mut document = Document { root, damaged: !errors.is_empty() };
    attach_marks(&mut document.root, sources, id, diagnostics);
    Some(document)
}

/// Parses a single TOML value that stands at `start` of the source; `None` if it is none.
pub(super) fn parse_value(text: &str, id: SourceId, start: usize) -> Option<Node> {
    let (value, errors) = DeValue::parse_recoverable(text);
    if !errors.is_empty() {
        return None;
    }
    let mut diagnostics = Diagnostics::default();
    let mut builder = Builder { text, id, errors: &[], diagnostics: &mut diagnostics };
    let mut node = builder.node(&value, None, 0);
    shift(&mut node, start);
    diagnostics.is_empty().then_some(node)
}

/// Moves all places of a tree.
fn shift(node: &mut Node, by: usize) {
    let moved = |place: Place| {
        let range = place.range();
        Place::new(place.source, range.start + by..range.end + by)
    };
    node.place = moved(node.place);
    node.key_place = node.key_place.map(moved);
    match &mut node.value {
        Value::List(nodes) => nodes.iter_mut().for_each(|node| shift(node, by)),
        Value::Table(table) => {
            for (name, node) in &mut table.entries {
                name.place = moved(name.place);
                shift(node, by);
            }
        }
        _ => {}
    }
}

fn offset(error: &Error) -> usize {
    error.span().map_or(0, |span| span.start)
}

fn stops_parser(error: &Error) -> bool {
    error.message().starts_with("key with no value") || error.message() == "recursion limit"
}

/// Replaces the lines at these offsets by blanks, byte for byte, so that every other place stays what it is.
fn blank_lines(text: &str, offsets: &[usize]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for offset in offsets {
        let at = (*offset).min(bytes.len());
        let line_break = |byte: &u8| *byte == b'\n';
        let start = bytes.iter().take(at).rposition(line_break).map_or(0, |newline| newline + 1);
        for byte in bytes.iter_mut().skip(start).take_while(|byte| **byte != b'\n') {
            *byte = b' ';
        }
    }
    // Whole lines became ASCII, so this never fails.
    String::from_utf8(bytes).unwrap_or_default()
}

/// Turns an error of the parser into a diagnostic that says what to do.
fn explain(error: &Error, text: &str, id: SourceId) -> Diagnostic {
    let span = error.span().unwrap_or_default();
    let place = Place::new(id, span.clone());
    let written = text.get(span.clone()).unwrap_or("");
    let message = error.message();
    let looks_like_date = written.len() >= 8 && written.bytes().filter(|byte| *byte == b'-').count() == 2;
    if message.starts_with("duplicate key") {
        Diagnostic::new(Code::DuplicateKey, format!("`{written}` is set twice"))
            .at(place, "second time")
            .help("delete one of the two")
    } else if message.starts_with("key with no value") {
        Diagnostic::new(Code::Syntax, "a key without `=` and a value")
            .at(place, "expected `=` here")
            .help("write `key = value`; keys of more than one word need quotes or underscores")
    } else if message.starts_with("string values must be quoted") && written.is_empty() {
        Diagnostic::new(Code::Syntax, "a key without a value")
            .at(place, "expected a value here")
            .help("write `key = value`, or delete the line")
    } else if let Some(date) = as_date(written) {
        Diagnostic::new(Code::BadDate, format!("`{written}` is not how a date is written here"))
            .at(place, "")
            .help(format!("write year-month-day, like {date}"))
    } else if message.starts_with("invalid boolean") {
        let (word, place) = bare_word(text, span.start, id);
        Diagnostic::new(Code::Syntax, "a text without quotes").at(place, "").help(format!("write \"{word}\""))
    } else if message.starts_with("string values must be quoted") {
        Diagnostic::new(Code::Syntax, "a text without quotes").at(place, "").help(format!(
            "write \"{}\"",
            written.trim_matches(['“', '”', '\u{2018}', '\u{2019}', '"', '\''])
        ))
    } else if message.contains("recurs") {
        too_deep(place)
    } else if looks_like_date {
        let day = written.parse::<Day>().err();
        let (problem, fix) = day.map_or((message.to_owned(), String::new()), |day| (day.problem, day.fix));
        Diagnostic::new(Code::BadDate, problem).at(place, "").help(fix)
    } else if message.starts_with("unclosed") {
        Diagnostic::new(Code::Syntax, message)
            .at(place, "")
            .help("close the bracket or quote that is open here")
    } else {
        Diagnostic::new(Code::Syntax, message)
            .at(place, "")
            .help("see `cabrio explain E0101`; the cause can lie just before the mark")
    }
}

/// A date in another notation than ours, as we write it: 2026/04/20, 20.04.2026.
fn as_date(written: &str) -> Option<String> {
    let parts: Vec<&str> = written.split(['/', '.']).collect();
    let [first, middle, last] = parts[..] else { return None };
    let digits =
        |part: &str| !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !parts.iter().all(|part| digits(part)) {
        return None;
    }
    // Which of two small numbers is the month depends on the country: only a year in front is certain.
    let certain = if first.len() == 4 { format!("{first}-{middle:0>2}-{last:0>2}") } else { String::new() };
    Some(certain).filter(|day| day.parse::<Day>().is_ok()).or_else(|| Some("2026-04-20".to_owned()))
}

/// The word that stands at or after a byte, up to the next sign, and its place.
fn bare_word(text: &str, from: usize, id: SourceId) -> (String, Place) {
    let rest = text.get(from..).unwrap_or("");
    let start = from + (rest.len() - rest.trim_start().len());
    let word = text.get(start..).unwrap_or("");
    let end = word.find([',', '}', ']', '#', '\n', '\r']).unwrap_or(word.len());
    let word = word.get(..end).unwrap_or("").trim_end();
    (word.to_owned(), Place::new(id, start..start + word.len()))
}

fn too_deep(place: Place) -> Diagnostic {
    Diagnostic::new(Code::TooDeep, "tables or lists stand too deeply inside each other")
        .at(place, "")
        .help("a closing bracket is probably missing")
}

/// Builds our tree from the parser's.
struct Builder<'a> {
    text: &'a str,
    id: SourceId,
    errors: &'a [Error],
    diagnostics: &'a mut Diagnostics,
}

impl Builder<'_> {
    fn root(&mut self, table: &Spanned<DeTable<'_>>) -> Node {
        let value = self.table(table.get_ref(), 0);
        Node { place: Place::new(self.id, 0..0), key_place: None, value, mark: None }
    }

    fn table(&mut self, table: &DeTable<'_>, depth: usize) -> Value {
        let mut entries: Vec<(Name, Node)> = Vec::with_capacity(table.len());
        for (key, value) in table {
            let place = Place::new(self.id, key.span());
            let node = self.node(value, Some(place), depth + 1);
            entries.push((Name { text: key.get_ref().to_string(), place }, node));
        }
        // The parser keeps keys by alphabet; places give back the order of the file.
        entries.sort_by_key(|(name, _)| name.place);
        Value::Table(Table { entries })
    }

    fn list(&mut self, list: &DeArray<'_>, depth: usize) -> Value {
        Value::List(list.iter().map(|value| self.node(value, None, depth + 1)).collect())
    }

    fn node(&mut self, value: &Spanned<DeValue<'_>>, key_place: Option<Place>, depth: usize) -> Node {
        let place = Place::new(self.id, value.span());
        let built = if depth > DEEPEST {
            self.diagnostics.push(too_deep(key_place.unwrap_or(place)));
            Value::Broken
        } else if self.is_damaged(value) {
            Value::Broken
        } else {
            match value.get_ref() {
                DeValue::Table(table) => self.table(table, depth),
                DeValue::Array(list) => self.list(list, depth),
                other => self.scalar(other, place),
            }
        };
        Node { place, key_place, value: built, mark: None }
    }

    fn scalar(&mut self, value: &DeValue<'_>, place: Place) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) => Value::Integer(decimal_digits(number)),
            DeValue::Float(number) => Value::Float(number.as_str().to_owned()),
            DeValue::Boolean(flag) => Value::Flag(*flag),
            DeValue::Datetime(time) => match (time.date, time.time) {
                (Some(date), None) => {
                    match Day::from_civil(i32::from(date.year), u32::from(date.month), u32::from(date.day)) {
                        Ok(day) => Value::Day(day),
                        // The parser lets only days through that exist, so it is the year.
                        Err(error) => {
                            let mistake = Diagnostic::new(Code::OutOfRange, error.problem).at(place, "");
                            self.diagnostics.push(mistake.help(error.fix));
                            Value::Broken
                        }
                    }
                }
                _ => Value::Time(self.text.get(place.range()).unwrap_or("").to_owned()),
            },
            DeValue::Array(_) | DeValue::Table(_) => Value::Broken,
        }
    }

    /// Whether a syntax error lies in this very value: a scalar, or a list or inline table outside the parts of it.
    /// The parser's stand-in for a value that is not there has no place of its own (0 to 0).
    fn is_damaged(&self, value: &Spanned<DeValue<'_>>) -> bool {
        if self.errors.is_empty() {
            return false;
        }
        let span = value.span();
        let inside = |span: &std::ops::Range<usize>, at: usize| span.start <= at && at <= span.end;
        let parts: Vec<std::ops::Range<usize>> = match value.get_ref() {
            DeValue::Array(list) => list.iter().map(Spanned::span).collect(),
            // A table under a header or made of dotted keys has a place that does not hold its parts.
            DeValue::Table(_) if !self.text.get(span.clone()).is_some_and(|text| text.starts_with('{')) => {
                return false;
            }
            DeValue::Table(table) => table.values().map(Spanned::span).collect(),
            _ if span == (0..0) => return true,
            _ => Vec::new(),
        };
        self.errors.iter().filter(|error| !error.message().starts_with("duplicate key")).any(|error| {
            let at = offset(error);
            inside(&span, at) && !parts.iter().any(|part| inside(part, at))
        })
    }
}

/// A whole number of any radix in decimal digits; as written where it is too large even for 128 bits.
fn decimal_digits(number: &DeInteger<'_>) -> String {
    if number.radix() == 10 {
        return number.as_str().to_owned();
    }
    i128::from_str_radix(number.as_str(), number.radix())
        .map_or_else(|_| number.to_string(), |value| value.to_string())
}
