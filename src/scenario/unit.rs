//! [`Unit`]: what a single figure of a scenario is measured in, to read it, turn it and write it again.

use super::keys::Kind;
use crate::number::{Amount, Decimal};
use crate::quantity::{Count, Currency, Money, Multiple, QuantityError, Rate, Shares, Span, YEAR_DAYS};

/// Significant digits that a computed figure is written with: far below any sampling error, and exact in decimals.
const DIGITS: usize = 12;
/// Decimals it may have; rates take no more than 16.
const MOST_DECIMALS: u32 = 14;

/// What a figure is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Units of the deal's currency.
    Money,
    /// A fraction, written as a percentage.
    Rate,
    /// Times the money.
    Multiple,
    /// Whole days.
    Days,
    /// A whole number.
    Whole,
    /// A number of shares, whole or not.
    Shares,
    /// A number without unit.
    Number,
}

impl Unit {
    /// The unit of a key's values; `None` if they are no figures.
    pub(super) fn of(kind: &Kind) -> Option<Unit> {
        match kind {
            Kind::Money => Some(Unit::Money),
            Kind::Rate | Kind::Probability => Some(Unit::Rate),
            Kind::Multiple => Some(Unit::Multiple),
            Kind::Span | Kind::TimePoint => Some(Unit::Days),
            Kind::Count | Kind::Integer => Some(Unit::Whole),
            Kind::Shares => Some(Unit::Shares),
            Kind::Number => Some(Unit::Number),
            Kind::Uncertain(inner) => Unit::of(inner),
            Kind::Either(kinds) => kinds.iter().find_map(Unit::of),
            _ => None,
        }
    }

    /// The unit that a text is written in, for a figure whose key is not described, such as a parameter of a
    /// distribution.
    pub(super) fn of_text(text: &str) -> Option<Unit> {
        let units = [Unit::Money, Unit::Rate, Unit::Multiple, Unit::Days];
        units.into_iter().find(|unit| unit.read(text, None).is_ok())
    }

    /// Reads a figure as a person writes it: money in units of the currency, rates as fractions, spans in days.
    /// Without a currency any mark of one will do.
    ///
    /// # Errors
    /// What is wrong, as a sentence without a full stop.
    pub fn read(self, text: &str, currency: Option<Currency>) -> Result<f64, String> {
        let text = text.trim();
        let why = |error: QuantityError| format!("{}: {}", error.problem, error.fix);
        let decimal = match self {
            Unit::Money => {
                let (money, mark) = Money::parse(text).map_err(why)?;
                match (mark, currency) {
                    (Some(mark), Some(currency)) if !mark.fits(currency) => {
                        return Err(format!("`{text}` is in {mark}, the deal in {currency}"));
                    }
                    _ => money.0,
                }
            }
            Unit::Rate => text.parse::<Rate>().map_err(why)?.0,
            Unit::Multiple => text.parse::<Multiple>().map_err(why)?.0,
            Unit::Days => {
                let span = text.parse::<Span>().map_err(why)?;
                return Ok(libm::round(span.years() * YEAR_DAYS));
            }
            Unit::Whole => Decimal::from(text.parse::<Count>().map_err(why)?.0),
            Unit::Shares => text.parse::<Shares>().map_err(why)?.0,
            Unit::Number => Decimal::from_str_exact(text)
                .map_err(|_| format!("`{text}` is no number: write it like 1.5"))?,
        };
        Ok(f64::from_decimal(decimal))
    }

    /// A figure as it can be written into a scenario, with 12 significant digits; days and whole numbers are rounded.
    /// `None` if it is beyond all quantities.
    #[must_use]
    pub fn write(self, figure: f64, currency: Currency) -> Option<String> {
        let decimal = self.decimal(figure)?;
        Some(match self {
            Unit::Money => Money(decimal).in_currency(currency).to_string(),
            Unit::Rate => Rate(decimal).to_string(),
            Unit::Multiple => Multiple(decimal).to_string(),
            Unit::Days => format!("{decimal} days"),
            Unit::Whole | Unit::Shares | Unit::Number => decimal.to_string(),
        })
    }

    /// Whether it is written without quotes.
    pub(super) fn is_bare(self) -> bool {
        matches!(self, Unit::Whole | Unit::Number)
    }

    /// The figure that is written for another: rounded to what the unit can express.
    pub(super) fn decimal(self, figure: f64) -> Option<Decimal> {
        if !figure.is_finite() {
            return None;
        }
        if self.step() > 0.0 {
            return Decimal::from_str_exact(&format!("{:.0}", libm::round(figure))).ok();
        }
        let digits = format!("{figure:.*e}", DIGITS - 1);
        Some(Decimal::from_scientific(&digits).ok()?.round_dp(MOST_DECIMALS).normalize())
    }

    /// The smallest difference of two figures; 0 where there is none worth telling.
    #[must_use]
    pub fn step(self) -> f64 {
        if matches!(self, Unit::Days | Unit::Whole) { 1.0 } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_and_written_in_their_units() {
        // hand-worked
        for (unit, text, figure, written) in [
            (Unit::Money, "$812.4m", 812.4e6, "$812.4m"),
            (Unit::Rate, "17.3%", 0.173, "17.3%"),
            (Unit::Multiple, "2x", 2.0, "2x"),
            (Unit::Days, "2 years", 731.0, "731 days"),
            (Unit::Whole, "12", 12.0, "12"),
            (Unit::Shares, "2.5m", 2_500_000.0, "2500000"),
            (Unit::Number, "-0.25", -0.25, "-0.25"),
        ] {
            let found = unit.read(text, Some(Currency::USD)).unwrap();
            assert!((found - figure).abs() <= f64::EPSILON * figure.abs(), "{text}: {found}");
            assert_eq!(unit.write(figure, Currency::USD).unwrap(), written);
        }
        assert_eq!(Unit::Rate.write(1.0 / 3.0, Currency::USD).unwrap(), "33.3333333333%");
        assert_eq!(Unit::Days.write(10.6, Currency::USD).unwrap(), "11 days");
        assert_eq!(Unit::Money.write(f64::NAN, Currency::USD), None);
        let wrong = Unit::Money.read("€5m", Some(Currency::USD)).unwrap_err();
        assert_eq!(wrong, "`€5m` is in €, the deal in USD");
        assert!(Unit::Rate.read("0.2", None).unwrap_err().contains("20%"));
        let units = ["$5m", "20%", "2x", "18 months", "growth"].map(Unit::of_text);
        assert_eq!(
            units,
            [Some(Unit::Money), Some(Unit::Rate), Some(Unit::Multiple), Some(Unit::Days), None]
        );
    }
}
