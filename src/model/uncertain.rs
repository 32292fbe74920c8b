//! Quantities that may be uncertain.

use crate::number::{Amount, Decimal};
use crate::quantity::{Day, Span};
use crate::random::Family;

/// Index of a [`Variable`] in its scenario.
pub type VariableId = usize;

/// What a variable is measured in; its distribution is in the base unit named here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Units of the deal's currency.
    Money,
    /// A fraction: 6 % is 0.06.
    Fraction,
    /// A multiple: 1.5x is 1.5.
    Multiple,
    /// Years after something else happened.
    Years,
    /// A calendar day, as years after the valuation date.
    Date,
    /// A pure number.
    Number,
}

/// An uncertain quantity: one value per path, or one per use where `repeated`.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Unique name: the given one, or the path of the key it stands at. The random stream is keyed by it.
    pub name: String,
    /// Its distribution, in base units.
    pub family: Family,
    /// What it measures.
    pub unit: Unit,
    /// Whether it is drawn anew at each use (the gap before each financing round, say).
    pub repeated: bool,
    /// The distribution as the file writes it, for reports.
    pub text: String,
}

/// A number that is known, or drawn from a variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// Known exactly, in base units.
    Known(Decimal),
    /// The value of a variable on the path.
    Drawn(VariableId),
}

impl Number {
    /// The value if it is known.
    #[must_use]
    pub fn known(self) -> Option<f64> {
        match self {
            Number::Known(value) => Some(f64::from_decimal(value)),
            Number::Drawn(_) => None,
        }
    }
}

/// A point in time: a date, or a span after whatever the context counts from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum When {
    /// On a calendar day.
    On(Day),
    /// A fixed span after the context's starting point.
    After(Span),
    /// An uncertain calendar day: years after the valuation date.
    DrawnDate(VariableId),
    /// An uncertain span, in years, after the context's starting point.
    DrawnSpan(VariableId),
}
