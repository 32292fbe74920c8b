//! [`Figure`]: an exact number of a table.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::CapitalError;
use crate::number::{Decimal, Exact};

/// Figures kept of 28: the last ones of a quotient without an end carry rounding.
const SIGNIFICANT: u32 = 24;

/// An exact decimal of a table: money in currency, shares, or fractions. In JSON it is a number with all its digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Figure(pub Decimal);

impl Figure {
    /// A result of the clauses.
    ///
    /// # Errors
    ///
    /// [`CapitalError::TooLarge`] if it left the range of the decimals.
    pub(super) fn of(value: Exact) -> Result<Self, CapitalError> {
        let value = value.value().ok_or(CapitalError::TooLarge)?;
        Ok(Figure(value.round_sf(SIGNIFICANT).unwrap_or(value).normalize()))
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits = self.0.to_string();
        RawValue::from_string(digits).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}
