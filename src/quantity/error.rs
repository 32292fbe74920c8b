//! [`QuantityError`]: why a text is not the quantity wanted, and what to write instead.

use thiserror::Error;

/// What kind of mistake a [`QuantityError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuantityErrorKind {
    /// The text cannot be read as this quantity at all.
    Unreadable,
    /// A number stands where a number with a unit is needed.
    MissingUnit,
    /// The unit belongs to another quantity, or to none.
    WrongUnit,
    /// The value lies outside what can be kept exactly or makes sense.
    OutOfRange,
    /// The date does not exist in the calendar.
    BadDate,
}

/// Why a text is not the quantity wanted. `Display` gives the problem and the fix in one line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{problem}; {fix}")]
pub struct QuantityError {
    /// The kind of mistake.
    pub kind: QuantityErrorKind,
    /// What is wrong, as a lowercase fragment.
    pub problem: String,
    /// What to write instead, as a lowercase fragment.
    pub fix: String,
}

impl QuantityError {
    pub(super) fn new(kind: QuantityErrorKind, problem: impl Into<String>, fix: impl Into<String>) -> Self {
        QuantityError { kind, problem: problem.into(), fix: fix.into() }
    }
}

/// Shortens a text for use in a message, so that a pasted page does not fill the screen.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 40;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain("…".chars()).collect()
}
