//! [`Shares`]: a number of shares, `8000000`, `"8m"` or `2571428.5714285714`.

use std::fmt::{self, Display};
use std::str::FromStr;

use rust_decimal::Decimal;

use super::error::excerpt;
use super::figure::{FigureError, figure, power_of_ten, scale_of, sign, write_scaled};
use super::{QuantityError, QuantityErrorKind as Kind};

/// A number of shares, whole or not: exact solutions of a round have fractions. From minus to plus 10^15, so that
/// limits can refuse what is negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shares(pub Decimal);

const LARGEST: u32 = 15;

impl FromStr for Shares {
    type Err = QuantityError;

    /// Reads `8000000`, `8,000,000`, `8m`, `250k` or `2571428.5714285714`.
    ///
    /// # Errors
    /// If the text is no such number, or leaves ±10^15 or 20 digits.
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let unreadable = || {
            QuantityError::new(
                Kind::Unreadable,
                format!("`{}` is not a number of shares", excerpt(text)),
                "write it like 8000000, \"8m\" or 2571428.57",
            )
        };
        let out_of_range = || {
            QuantityError::new(
                Kind::OutOfRange,
                format!("`{}` is out of range", excerpt(text)),
                "write at most 20 digits and 1,000,000bn shares",
            )
        };
        let (minus, rest) = sign(text.trim());
        let (value, suffix) = figure(rest).map_err(|error| match error {
            FigureError::TooManyDigits => out_of_range(),
            FigureError::NoDigits | FigureError::Grouping => unreadable(),
        })?;
        let suffix = suffix.trim();
        if matches!(suffix, "%" | "x" | "×") {
            let message = format!("`{}` has a unit where a number of shares is needed", excerpt(text));
            return Err(QuantityError::new(
                Kind::WrongUnit,
                message,
                "write the number alone, like 8000000 or \"8m\"",
            ));
        }
        let exponent = if suffix.is_empty() { 0 } else { scale_of(suffix).ok_or_else(unreadable)? };
        let value = value.checked_mul(power_of_ten(exponent)).ok_or_else(out_of_range)?.normalize();
        if value > power_of_ten(LARGEST) {
            return Err(out_of_range());
        }
        Ok(Shares(if minus { -value } else { value }))
    }
}

impl Display for Shares {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < Decimal::ZERO {
            f.write_str("-")?;
        }
        write_scaled(f, self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shares_as_people_write_them() {
        // hand-worked
        for (text, shares) in [
            ("8000000", "8000000"),
            ("8m", "8000000"),
            ("8,000,000", "8000000"),
            ("2571428.5714285714", "2571428.5714285714"),
            ("1.5m", "1500000"),
            ("-3", "-3"),
            ("0", "0"),
        ] {
            assert_eq!(text.parse(), Ok(Shares(Decimal::from_str_exact(shares).unwrap())), "{text}");
        }
        for text in ["", "8mm mm", "$8", "many", "1,5", "8e6"] {
            assert_eq!(text.parse::<Shares>().unwrap_err().kind, Kind::Unreadable, "{text}");
        }
        assert_eq!("8%".parse::<Shares>().unwrap_err().kind, Kind::WrongUnit);
        assert_eq!("8000tn".parse::<Shares>().unwrap_err().kind, Kind::OutOfRange);
        assert_eq!("1.12345678901234567890".parse::<Shares>().unwrap_err().kind, Kind::OutOfRange);
    }

    proptest! {
        #[test]
        fn printing_and_reading_gives_the_same_number(
            mantissa in -1_000_000_000_000_000_i64..=1_000_000_000_000_000, scale in 0_u32..=12,
        ) {
            let shares = Shares(Decimal::new(mantissa, scale).normalize());
            prop_assert_eq!(shares.to_string().parse(), Ok(shares));
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), near in "[-+]?[0-9.,_]{0,25}[ekmbn0-9%]{0,6}") {
            let _ = (text.parse::<Shares>(), near.parse::<Shares>());
        }
    }
}
