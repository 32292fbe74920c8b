//! [`Rate`] and [`Multiple`]: `"6%"`, `"150bp"`, `"1.5x"`.

use std::fmt::{self, Display};
use std::str::FromStr;

use rust_decimal::Decimal;

use super::error::excerpt;
use super::figure::{FigureError, figure, scale_of, sign};
use super::{CurrencyMark, QuantityError, QuantityErrorKind as Kind};

/// A fraction written as a percentage or in basis points: `"6%"` is 0.06, `"150bp"` is 0.015.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(pub Decimal);

/// A multiple of something: `"1.5x"` is 1.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Multiple(pub Decimal);

const LARGEST_RATE: i64 = 10_000;
const LARGEST_MULTIPLE: i64 = 1_000_000;
/// Decimals a rate or multiple may have once its unit is taken off.
const MOST_DECIMALS: u32 = 16;

/// A signed figure and the unit text after it.
fn figure_and_unit<'a>(text: &'a str, what: &str, fix: &str) -> Result<(Decimal, &'a str), QuantityError> {
    let trimmed = text.trim();
    let (minus, rest) = sign(trimmed);
    match figure(rest) {
        Ok((value, unit)) => Ok((if minus { -value } else { value }, unit.trim())),
        Err(FigureError::TooManyDigits) => Err(QuantityError::new(
            Kind::OutOfRange,
            format!("`{}` has more digits than can be kept", excerpt(text)),
            "write at most 20 digits",
        )),
        Err(_) if CurrencyMark::leading(rest).0.is_some() => Err(QuantityError::new(
            Kind::WrongUnit,
            format!("`{}` is money where {what} is needed", excerpt(text)),
            fix,
        )),
        Err(_) => {
            Err(QuantityError::new(Kind::Unreadable, format!("`{}` is not {what}", excerpt(text)), fix))
        }
    }
}

/// The error for a unit that is not the one needed.
fn wrong_unit(text: &str, unit: &str, what: &str, fix: &str) -> QuantityError {
    let foreign = match unit {
        "%" => "a percentage",
        "x" | "×" => "a multiple",
        _ if scale_of(unit).is_some() => "an amount",
        _ => return QuantityError::new(Kind::Unreadable, format!("`{}` is not {what}", excerpt(text)), fix),
    };
    QuantityError::new(
        Kind::WrongUnit,
        format!("`{}` is {foreign} where {what} is needed", excerpt(text)),
        fix,
    )
}

fn in_range(value: Decimal, largest: i64, text: &str) -> Result<Decimal, QuantityError> {
    let value = value.normalize();
    if value.abs() > Decimal::from(largest) || value.scale() > MOST_DECIMALS {
        return Err(QuantityError::new(
            Kind::OutOfRange,
            format!("`{}` is out of range", excerpt(text)),
            "check the unit: rates stay within ±1,000,000%, multiples within ±1,000,000x, both within 16 decimals",
        ));
    }
    Ok(value)
}

impl Rate {
    /// The percentage that a bare number most likely meant, for error messages: 0.06 and 6 both give `6%`.
    #[must_use]
    pub fn meant_by(bare: Decimal) -> String {
        if bare.abs() < Decimal::ONE { Rate(bare).to_string() } else { format!("{}%", bare.normalize()) }
    }
}

impl FromStr for Rate {
    type Err = QuantityError;

    /// # Errors
    /// If the text is not a figure with `%` or `bp`, or lies outside ±1,000,000 %.
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let (what, fix) = ("a rate", "write it like \"6%\" or \"150bp\"");
        let (value, unit) = figure_and_unit(text, what, fix)?;
        let decimals = match unit {
            "%" => 2,
            "bp" | "bps" => 4,
            "" => {
                return Err(QuantityError::new(
                    Kind::MissingUnit,
                    format!("`{}` is a bare number where a rate is needed", excerpt(text)),
                    format!("write \"{}\"", Rate::meant_by(value)),
                ));
            }
            _ => return Err(wrong_unit(text, unit, what, fix)),
        };
        // A shift of the point: exact, since a figure has at most 20 of the 28 digits.
        let value = value.checked_mul(Decimal::new(1, decimals)).unwrap_or(Decimal::MAX);
        in_range(value, LARGEST_RATE, text).map(Rate)
    }
}

impl Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = self.0.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(self.0);
        write!(f, "{}%", percent.normalize())
    }
}

impl FromStr for Multiple {
    type Err = QuantityError;

    /// # Errors
    /// If the text is not a figure with `x`, or lies outside ±1,000,000x.
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let (what, fix) = ("a multiple", "write it like \"1.5x\"");
        let (value, unit) = figure_and_unit(text, what, fix)?;
        match unit {
            "x" | "X" | "×" => in_range(value, LARGEST_MULTIPLE, text).map(Multiple),
            "" => Err(QuantityError::new(
                Kind::MissingUnit,
                format!("`{}` is a bare number where a multiple is needed", excerpt(text)),
                format!("write \"{value}x\""),
            )),
            _ => Err(wrong_unit(text, unit, what, fix)),
        }
    }
}

impl Display for Multiple {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x", self.0.normalize())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rates_as_people_write_them() {
        // hand-worked
        for (text, value) in [
            ("6%", "0.06"),
            ("12.5%", "0.125"),
            ("150bp", "0.015"),
            ("25 bps", "0.0025"),
            ("-5 %", "-0.05"),
            ("+5%", "0.05"),
        ] {
            assert_eq!(text.parse::<Rate>().unwrap().0, Decimal::from_str_exact(value).unwrap(), "{text}");
        }
        assert_eq!("1.5x".parse::<Multiple>().unwrap().0, Decimal::new(15, 1));
        assert_eq!("2×".parse::<Multiple>().unwrap().0, Decimal::from(2));
    }

    #[test]
    fn a_bare_number_is_refused_with_the_percentage_it_most_likely_meant() {
        for (text, fix) in [("0.06", "write \"6%\""), ("6", "write \"6%\""), ("-0.5", "write \"-50%\"")] {
            let error = text.parse::<Rate>().unwrap_err();
            assert_eq!((error.kind, error.fix.as_str()), (Kind::MissingUnit, fix), "{text}");
        }
        assert_eq!("2".parse::<Multiple>().unwrap_err().fix, "write \"2x\"");
    }

    #[test]
    fn other_units_are_named() {
        assert_eq!("1.5x".parse::<Rate>().unwrap_err().kind, Kind::WrongUnit);
        assert_eq!("$6".parse::<Rate>().unwrap_err().kind, Kind::WrongUnit);
        assert_eq!("6m".parse::<Rate>().unwrap_err().kind, Kind::WrongUnit);
        assert_eq!("6%".parse::<Multiple>().unwrap_err().kind, Kind::WrongUnit);
        assert_eq!("six".parse::<Rate>().unwrap_err().kind, Kind::Unreadable);
        assert_eq!("1000001%".parse::<Rate>().unwrap_err().kind, Kind::OutOfRange);
    }

    proptest! {
        #[test]
        fn printing_and_reading_gives_the_same_value(mantissa in -1_000_000_000_000_i64..=1_000_000_000_000, scale in 8_u32..=14) {
            let rate = Rate(Decimal::new(mantissa, scale).normalize());
            prop_assert_eq!(rate.to_string().parse::<Rate>().unwrap(), rate);
            let multiple = Multiple(rate.0);
            prop_assert_eq!(multiple.to_string().parse::<Multiple>().unwrap(), multiple);
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), near in "[-+]?[0-9.,_]{0,25} ?[a-z%$€×]{0,4}") {
            let _ = (text.parse::<Rate>(), text.parse::<Multiple>());
            let _ = (near.parse::<Rate>(), near.parse::<Multiple>());
        }
    }
}
