//! [`Diagnostic`]: one mistake, with its places and its fix.

use super::{Code, Place, Severity};

/// A place with what is to be said about it. The first label of a diagnostic is where the mistake is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is said beside the mark; may be empty.
    pub text: String,
}

/// One mistake (or warning) about what a person wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a diagnostic does nothing until it is pushed into `Diagnostics`"]
pub struct Diagnostic {
    /// Which mistake of the catalogue this is.
    pub code: Code,
    /// What is wrong, as a lowercase fragment without a full stop.
    pub message: String,
    /// Where: first the mistake itself, then other places it has to do with.
    pub labels: Vec<Label>,
    /// What to do about it, one piece of advice each.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// A mistake without a place; most get one through [`Diagnostic::at`].
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Diagnostic { code, message: message.into(), labels: Vec::new(), help: Vec::new() }
    }

    /// Adds a place with a word about it.
    pub fn at(mut self, place: Place, text: impl Into<String>) -> Self {
        self.labels.push(Label { place, text: text.into() });
        self
    }

    /// Adds a piece of advice.
    pub fn help(mut self, advice: impl Into<String>) -> Self {
        self.help.push(advice.into());
        self
    }

    /// Adds "did you mean" advice if there is a suggestion.
    pub fn suggest(self, suggestion: Option<&str>) -> Self {
        match suggestion {
            Some(word) => self.help(format!("did you mean `{word}`?")),
            None => self,
        }
    }

    /// Whether it stops a run.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Where the mistake is.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.labels.first().map(|label| label.place)
    }
}
