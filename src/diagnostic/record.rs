//! [`Record`]: a diagnostic as plain data for `--json`.

use serde::Serialize;

use super::{Diagnostic, Label, Severity, Sources};

/// A diagnostic with its places as file, line and column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record {
    /// Stable code, such as `E0201`.
    pub code: &'static str,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where; the first is the mistake itself.
    pub labels: Vec<RecordLabel>,
    /// What to do about it.
    pub help: Vec<String>,
}

/// A place as file, line and column (both from 1, columns in characters; the end is exclusive).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordLabel {
    /// File name, or `--set`.
    pub file: String,
    /// First line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// Column after the last.
    pub end_column: usize,
    /// What is said about the place.
    pub text: String,
}

impl Record {
    /// The plain data of a diagnostic.
    #[must_use]
    pub fn new(diagnostic: &Diagnostic, sources: &Sources) -> Self {
        let label = |label: &Label| {
            let place = label.place;
            let (line, column) = sources.position(place.source, place.start);
            let (end_line, end_column) = sources.position(place.source, place.end);
            let file = sources.name(place.source).to_owned();
            RecordLabel { file, line, column, end_line, end_column, text: label.text.clone() }
        };
        Record {
            code: diagnostic.code.id(),
            severity: match diagnostic.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            message: diagnostic.message.clone(),
            labels: diagnostic.labels.iter().map(label).collect(),
            help: diagnostic.help.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Code, Place};
    use super::*;

    #[test]
    fn places_become_lines_and_columns() {
        let mut sources = Sources::default();
        let id = sources.add("deal.toml", "[deal]\ntitel = 1\n");
        let diagnostic = Diagnostic::new(Code::UnknownKey, "unknown key `titel`")
            .at(Place::new(id, 7..12), "here")
            .suggest(Some("title"));
        let json = serde_json::to_string(&Record::new(&diagnostic, &sources)).unwrap();
        // hand-written
        assert_eq!(
            json,
            r#"{"code":"E0201","severity":"error","message":"unknown key `titel`","labels":[{"file":"deal.toml","line":2,"column":1,"end_line":2,"end_column":6,"text":"here"}],"help":["did you mean `title`?"]}"#
        );
    }
}
