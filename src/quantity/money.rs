//! [`Money`]: an exact amount, read from `"$5bn"`, `"€850m"` or `"USD 20,000,000"`.

use std::fmt::{self, Display};

use rust_decimal::Decimal;

use super::error::excerpt;
use super::figure::{FigureError, figure, power_of_ten, scale_of, sign, write_scaled};
use super::{Currency, CurrencyMark, QuantityError, QuantityErrorKind as Kind};

/// An exact amount of money in units of the deal's currency (dollars, not cents).
///
/// It has no `Display` of its own: an amount without its currency is not money. See [`Money::in_currency`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(pub Decimal);

const FIX: &str = "write it like \"$5bn\", \"€850m\" or \"USD 20,000,000\"";
/// Amounts reach from minus to plus 10^18: past any company in any currency, far inside [`Decimal`].
const LARGEST: u32 = 18;
/// Smallest part of the currency that is kept: a price per share may be a quotient.
const MOST_DECIMALS: u32 = 18;

impl Money {
    /// Reads an amount, and the currency mark if one is written.
    ///
    /// A mark (`$`, `€`, `USD` …) or a scale (`k`, `m`, `bn`, `tn`) must be there: a bare `"20"` could mean
    /// dollars or billions.
    ///
    /// # Errors
    /// If the text is no amount, lacks both mark and scale, or leaves ±10^18 or 18 decimals.
    ///
    /// ```
    /// use cabrio::quantity::{Currency, Money};
    /// let (amount, mark) = Money::parse("$7.5bn")?;
    /// assert!(mark.is_some_and(|mark| mark.fits(Currency::USD)));
    /// assert_eq!(amount.in_currency(Currency::USD).to_string(), "$7.5bn");
    /// # Ok::<(), cabrio::quantity::QuantityError>(())
    /// ```
    pub fn parse(text: &str) -> Result<(Self, Option<CurrencyMark>), QuantityError> {
        let unreadable = |why: &str| {
            QuantityError::new(
                Kind::Unreadable,
                format!("`{}` is not an amount of money{why}", excerpt(text)),
                FIX,
            )
        };
        let (minus, rest) = sign(text.trim());
        let (front, rest) = CurrencyMark::leading(rest);
        // "-$40m" and "$-40m" are both written; a second minus is not.
        let (inner_minus, rest) = if front.is_some() && !minus { sign(rest) } else { (false, rest) };
        let (value, rest) = figure(rest).map_err(|error| match error {
            FigureError::NoDigits => unreadable(""),
            FigureError::Grouping => {
                unreadable(": commas separate groups of three digits, a point the decimals")
            }
            FigureError::TooManyDigits => too_large(text),
        })?;
        let rest = rest.trim_start();
        let (back, suffix) = if front.is_none() { CurrencyMark::trailing(rest) } else { (None, rest) };
        let exponent = match suffix {
            "" => 0,
            "%" => return Err(wrong_unit(text, "a percentage")),
            "x" | "×" => return Err(wrong_unit(text, "a multiple")),
            _ => scale_of(suffix).ok_or_else(|| unreadable(""))?,
        };
        let mark = front.or(back);
        if mark.is_none() && suffix.is_empty() {
            return Err(QuantityError::new(
                Kind::MissingUnit,
                format!("`{}` is a bare number where money is needed", excerpt(text)),
                format!("write \"${0}\" or a scale such as \"{0}m\"", excerpt(text.trim())),
            ));
        }
        let amount = value.checked_mul(power_of_ten(exponent)).ok_or_else(|| too_large(text))?.normalize();
        if amount > power_of_ten(LARGEST) || amount.scale() > MOST_DECIMALS {
            return Err(too_large(text));
        }
        Ok((Money(if minus || inner_minus { -amount } else { amount }), mark))
    }

    /// The amount ready to print in `currency`: `$1.3bn`, `-$40m`, `CHF 20,000.5`.
    #[must_use]
    pub fn in_currency(self, currency: Currency) -> MoneyIn {
        MoneyIn { money: self, currency }
    }
}

fn wrong_unit(text: &str, what: &str) -> QuantityError {
    QuantityError::new(
        Kind::WrongUnit,
        format!("`{}` is {what} where an amount of money is needed", excerpt(text)),
        FIX,
    )
}

fn too_large(text: &str) -> QuantityError {
    QuantityError::new(
        Kind::OutOfRange,
        format!("`{}` has more digits than an amount can keep", excerpt(text)),
        "keep within 1,000,000tn, 20 digits and 18 decimals",
    )
}

/// Money with its currency, for printing. [`Money::parse`] reads every such text back to the same amount.
#[derive(Clone, Copy, Debug)]
pub struct MoneyIn {
    money: Money,
    currency: Currency,
}

impl Display for MoneyIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.money.0 < Decimal::ZERO {
            f.write_str("-")?;
        }
        match self.currency.symbol() {
            Some(symbol) => f.write_str(symbol)?,
            None => write!(f, "{} ", self.currency)?,
        }
        write_scaled(f, self.money.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn amount(text: &str) -> Decimal {
        Money::parse(text).unwrap().0.0
    }

    #[test]
    fn amounts_as_people_write_them() {
        // hand-worked
        for (text, value) in [
            ("$5bn", "5000000000"),
            ("$7.5bn", "7500000000"),
            ("€850m", "850000000"),
            ("1.3bn", "1300000000"),
            ("USD 20,000,000", "20000000"),
            ("$125k", "125000"),
            ("$1.2tn", "1200000000000"),
            ("-$40m", "-40000000"),
            ("$-40m", "-40000000"),
            ("\u{2212}$40m", "-40000000"),
            ("20mm USD", "20000000"),
            ("3 million €", "3000000"),
            ("US$ 1.50", "1.5"),
            ("$0", "0"),
            ("CHF0.0001", "0.0001"),
        ] {
            assert_eq!(amount(text), Decimal::from_str_exact(value).unwrap(), "{text}");
        }
    }

    #[test]
    fn the_mark_seen_is_reported() {
        assert_eq!(Money::parse("1.3bn").unwrap().1, None);
        assert_eq!(Money::parse("$1").unwrap().1, Some(CurrencyMark::Dollar));
        assert_eq!(Money::parse("EUR 1").unwrap().1, Some(CurrencyMark::Only("EUR".parse().unwrap())));
        assert_eq!(Money::parse("1 EUR").unwrap().1, Some(CurrencyMark::Only("EUR".parse().unwrap())));
    }

    #[test]
    fn mistakes_name_their_kind_and_show_the_fix() {
        let kind = |text: &str| Money::parse(text).map_err(|error| error.kind);
        assert_eq!(kind("20"), Err(Kind::MissingUnit));
        assert_eq!(kind("6%"), Err(Kind::WrongUnit));
        assert_eq!(kind("1.5x"), Err(Kind::WrongUnit));
        assert_eq!(kind("$1,5bn"), Err(Kind::Unreadable));
        assert_eq!(kind("$5zillion"), Err(Kind::Unreadable));
        assert_eq!(kind("--$5"), Err(Kind::Unreadable));
        assert_eq!(kind(""), Err(Kind::Unreadable));
        assert_eq!(kind("$10,000,000tn"), Err(Kind::OutOfRange));
        assert_eq!(kind("$0.0000000000000000001"), Err(Kind::OutOfRange));
        assert_eq!(
            Money::parse("20").unwrap_err().to_string(),
            "`20` is a bare number where money is needed; write \"$20\" or a scale such as \"20m\""
        );
    }

    proptest! {
        #[test]
        fn printing_and_reading_gives_the_same_amount(
            mantissa in -1_000_000_000_000_000_000_i64..=1_000_000_000_000_000_000, scale in 0_u32..=12,
            code in prop::sample::select(vec!["USD", "EUR", "GBP", "JPY", "CHF", "CAD"]),
        ) {
            let money = Money(Decimal::new(mantissa, scale).normalize());
            let currency: Currency = code.parse().unwrap();
            let text = money.in_currency(currency).to_string();
            let (back, mark) = Money::parse(&text).unwrap();
            prop_assert_eq!(back, money, "{}", text);
            prop_assert!(mark.unwrap().fits(currency));
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), near in "[-+−$€A-Z ]{0,4}[0-9.,_]{0,25} ?[a-z%$€A-Z]{0,6}") {
            let _ = Money::parse(&text);
            let _ = Money::parse(&near);
        }
    }
}
