//! [`Count`]: a number of things, `"1m"` paths or `250k`.

use std::fmt::{self, Display};
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::error::excerpt;
use super::figure::{FigureError, figure, power_of_ten, scale_of, write_scaled};
use super::{QuantityError, QuantityErrorKind as Kind};

/// A whole number of things, from 0 to 10^15 (where `f64` still counts in ones).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count(pub u64);

const LARGEST: u64 = 1_000_000_000_000_000;

impl FromStr for Count {
    type Err = QuantityError;

    /// Reads `1m`, `250k`, `2.5e6`, `1_000_000` or `1,000,000`.
    ///
    /// # Errors
    /// If the text is no whole number, is negative, or exceeds 10^15.
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let unreadable = || {
            QuantityError::new(
                Kind::Unreadable,
                format!("`{}` is not a whole number of things", excerpt(text)),
                "write it like \"1m\", \"250k\" or 1000000",
            )
        };
        let out_of_range = || {
            QuantityError::new(
                Kind::OutOfRange,
                format!("`{}` is out of range", excerpt(text)),
                "write a whole number from 0 to 1,000,000bn",
            )
        };
        let (value, suffix) = figure(text.trim()).map_err(|error| match error {
            FigureError::TooManyDigits => out_of_range(),
            FigureError::NoDigits | FigureError::Grouping => unreadable(),
        })?;
        let suffix = suffix.trim();
        let exponent = match suffix {
            "" => 0,
            _ => match suffix.strip_prefix(['e', 'E']) {
                Some(power) => {
                    power.parse::<u32>().ok().filter(|power| *power <= 15).ok_or_else(unreadable)?
                }
                None => scale_of(suffix).ok_or_else(unreadable)?,
            },
        };
        let value = value.checked_mul(power_of_ten(exponent)).ok_or_else(out_of_range)?;
        if !value.fract().is_zero() {
            return Err(unreadable());
        }
        value.to_u64().filter(|count| *count <= LARGEST).map(Count).ok_or_else(out_of_range)
    }
}

impl Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scaled(f, Decimal::from(self.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn counts_as_people_write_them() {
        // hand-worked
        for (text, count) in [
            ("1m", 1_000_000),
            ("250k", 250_000),
            ("2.5e6", 2_500_000),
            ("1000000", 1_000_000),
            ("1_000", 1_000),
            ("1,000", 1_000),
            ("0", 0),
        ] {
            assert_eq!(text.parse(), Ok(Count(count)), "{text}");
        }
        for text in ["1.5", "-1", "1e16", "2e-3", "1mk", "many", "", "1e"] {
            assert!(text.parse::<Count>().is_err(), "{text}");
        }
        assert_eq!("2000tn".parse::<Count>().unwrap_err().kind, Kind::OutOfRange);
    }

    proptest! {
        #[test]
        fn printing_and_reading_gives_the_same_count(count in 0..=LARGEST, thousands in 0..1_000_000_u64) {
            for count in [Count(count), Count(thousands * 1_000)] {
                prop_assert_eq!(count.to_string().parse(), Ok(count));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), near in "[0-9.,_]{0,25}[ekmbn0-9]{0,6}") {
            let _ = (text.parse::<Count>(), near.parse::<Count>());
        }
    }
}
