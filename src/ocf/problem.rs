//! [`Problems`]: everything wrong with an export, and [`Origin`], the object it is wrong with.

use std::fmt::{self, Display};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// An object of an export: its file and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) file: String,
    pub(super) id: String,
}

impl Origin {
    /// Both come from somebody else's file: without line breaks they are safe in messages and comments.
    pub(super) fn new(file: &str, id: &str) -> Self {
        Origin { file: one_line(file), id: one_line(id) }
    }
}

impl Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.file, self.id)
    }
}

/// A text on one line: whatever could end a comment or a message becomes a space.
pub(super) fn one_line(text: &str) -> String {
    let blank = |c: char| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c };
    text.chars().map(blank).collect::<String>().trim().to_owned()
}

/// Problems of one export; more have one cause.
const MOST: usize = 1_000;

/// All problems of one export.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: Diagnostics,
    count: usize,
}

impl Problems {
    fn push(&mut self, code: Code, place: &str, reason: &str, help: &str) {
        if self.count < MOST {
            self.count += 1;
            self.found.push(Diagnostic::new(code, format!("{place}: {reason}")).help(help));
        }
    }

    /// A file, or an object in it, cannot be read.
    pub(super) fn unreadable(&mut self, place: &impl Display, reason: &str, help: &str) {
        self.push(Code::ExportUnreadable, &place.to_string(), reason, help);
    }

    /// The export contradicts itself.
    pub(super) fn contradiction(&mut self, origin: &Origin, reason: &str, help: &str) {
        self.push(Code::ExportContradiction, &origin.to_string(), reason, help);
    }

    /// The export says something that a scenario cannot say.
    pub(super) fn unmapped(&mut self, origin: &Origin, reason: &str, help: &str) {
        self.push(Code::ExportUnmapped, &origin.to_string(), reason, help);
    }

    /// Whether there are any.
    pub(super) fn any(&self) -> bool {
        self.count > 0
    }

    /// All of them.
    pub(super) fn into_diagnostics(self) -> Diagnostics {
        self.found
    }
}
