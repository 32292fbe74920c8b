//! Quantities of options.

use super::exit::Failure;
use crate::number::Decimal;
use crate::quantity::{Currency, Money, QuantityErrorKind, Rate, Span};

/// An amount in the deal's currency, zero or more; a bare number is in units of it.
pub(super) fn amount(option: &str, text: &str, currency: &str) -> Result<Decimal, Failure> {
    let text = text.trim();
    let (amount, mark) = match Money::parse(text) {
        Err(error) if error.kind == QuantityErrorKind::MissingUnit => {
            Money::parse(&format!("{currency} {text}"))
                .map_err(|error| Failure::Usage(format!("{option}: {error}")))?
        }
        read => read.map_err(|error| Failure::Usage(format!("{option}: {error}")))?,
    };
    let fits =
        |code: &str| code.parse::<Currency>().is_ok_and(|code| mark.is_none_or(|mark| mark.fits(code)));
    if !fits(currency) {
        return Err(Failure::Usage(format!("{option} {text}: the deal is in {currency}")));
    }
    if amount.0 < Decimal::ZERO {
        return Err(Failure::Usage(format!("{option} {text}: an amount is zero or more")));
    }
    Ok(amount.0)
}

/// A percentage.
pub(super) fn rate(option: &str, text: &str) -> Result<Decimal, Failure> {
    let rate = text.parse::<Rate>().map_err(|error| Failure::Usage(format!("{option}: {error}")))?;
    Ok(rate.0)
}

/// Years: a bare number of them, or a span such as `18 months`.
pub(super) fn years(option: &str, text: &str) -> Result<f64, Failure> {
    use crate::number::Amount as _;
    if let Ok(number) = Decimal::from_str_exact(text.trim()) {
        return Ok(f64::from_decimal(number));
    }
    let span = text.parse::<Span>().map_err(|error| Failure::Usage(format!("{option}: {error}")))?;
    Ok(span.years())
}

/// A number above nought.
pub(super) fn positive(option: &str, value: f64) -> Result<f64, Failure> {
    if value > 0.0 && value.is_finite() {
        return Ok(value);
    }
    Err(Failure::Usage(format!("{option} must be more than nought")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_and_refused() {
        // hand-worked; a span's months are twelfths of a year
        assert_eq!(amount("--x", "$2.50", "USD").unwrap(), Decimal::new(250, 2));
        assert_eq!(amount("--x", "20m", "USD").unwrap(), Decimal::from(20_000_000));
        assert!(amount("--x", "€2", "USD").is_err() && amount("--x", "-$2", "USD").is_err());
        assert_eq!(rate("--x", "60%").unwrap(), Decimal::new(6, 1));
        assert!(rate("--x", "0.6").is_err());
        assert!((years("--x", "2.5").unwrap() - 2.5).abs() < 1e-12);
        assert!((years("--x", "18 months").unwrap() - 1.5).abs() < 0.01);
        assert!(years("--x", "long").is_err() && positive("--x", f64::NAN).is_err());
    }
}
