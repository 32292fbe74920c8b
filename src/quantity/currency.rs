//! [`Currency`]: the currency of a deal, and the mark a person writes on an amount.

use std::fmt::{self, Display};
use std::str::FromStr;

use super::{QuantityError, QuantityErrorKind};

/// A currency by its three-letter code (ISO 4217).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The United States dollar.
    pub const USD: Currency = Currency(*b"USD");

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        // Only ASCII letters get in, so this never falls back.
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// The symbol that stands for this currency alone in Cabrio's output, if it has one.
    #[must_use]
    pub fn symbol(&self) -> Option<&'static str> {
        match &self.0 {
            b"USD" => Some("$"),
            b"EUR" => Some("€"),
            b"GBP" => Some("£"),
            b"JPY" => Some("¥"),
            _ => None,
        }
    }
}

impl Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = QuantityError;

    /// # Errors
    /// If the text is not three capital letters.
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        match text.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Currency([a, b, c])),
            _ => Err(QuantityError::new(
                QuantityErrorKind::Unreadable,
                format!("`{}` is not a currency code", super::error::excerpt(text)),
                "write its three letters, like \"USD\" or \"EUR\"",
            )),
        }
    }
}

/// What a person wrote beside an amount to say its currency: a symbol or a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurrencyMark {
    /// A code, or a symbol that belongs to one currency only.
    Only(Currency),
    /// `$`, the sign of many dollars.
    Dollar,
    /// `¥`, the sign of the yen and the yuan.
    Yen,
}

/// Codes of currencies whose everyday sign is `$`.
const DOLLARS: [&[u8; 3]; 9] = [b"USD", b"CAD", b"AUD", b"NZD", b"SGD", b"HKD", b"TWD", b"MXN", b"CLP"];

/// Written marks, longest first, so that `US$` is not read as something before a `$`.
const SYMBOLS: [(&str, CurrencyMark); 11] = [
    ("US$", CurrencyMark::Only(Currency::USD)),
    ("HK$", CurrencyMark::Only(Currency(*b"HKD"))),
    ("NZ$", CurrencyMark::Only(Currency(*b"NZD"))),
    ("C$", CurrencyMark::Only(Currency(*b"CAD"))),
    ("A$", CurrencyMark::Only(Currency(*b"AUD"))),
    ("S$", CurrencyMark::Only(Currency(*b"SGD"))),
    ("$", CurrencyMark::Dollar),
    ("€", CurrencyMark::Only(Currency(*b"EUR"))),
    ("£", CurrencyMark::Only(Currency(*b"GBP"))),
    ("₹", CurrencyMark::Only(Currency(*b"INR"))),
    ("¥", CurrencyMark::Yen),
];

impl CurrencyMark {
    /// Whether an amount so marked can be an amount of `currency`.
    #[must_use]
    pub fn fits(self, currency: Currency) -> bool {
        match self {
            CurrencyMark::Only(code) => code == currency,
            CurrencyMark::Dollar => DOLLARS.iter().any(|code| **code == currency.0),
            CurrencyMark::Yen => currency.0 == *b"JPY" || currency.0 == *b"CNY",
        }
    }

    /// Takes a mark off the front of `text`.
    pub(super) fn leading(text: &str) -> (Option<Self>, &str) {
        for (symbol, mark) in SYMBOLS {
            if let Some(rest) = text.strip_prefix(symbol) {
                return (Some(mark), rest.trim_start());
            }
        }
        match text.split_at_checked(3) {
            Some((code, rest)) if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                code.parse().map_or((None, text), |code| (Some(Self::Only(code)), rest.trim_start()))
            }
            _ => (None, text),
        }
    }

    /// Takes a mark off the end of `text`.
    pub(super) fn trailing(text: &str) -> (Option<Self>, &str) {
        for (symbol, mark) in SYMBOLS {
            if let Some(rest) = text.strip_suffix(symbol) {
                return (Some(mark), rest.trim_end());
            }
        }
        match text.len().checked_sub(3).and_then(|at| text.split_at_checked(at)) {
            Some((rest, code)) if !rest.ends_with(|c: char| c.is_ascii_alphabetic()) => {
                code.parse().map_or((None, text), |code| (Some(Self::Only(code)), rest.trim_end()))
            }
            _ => (None, text),
        }
    }
}

impl Display for CurrencyMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CurrencyMark::Only(currency) => f.write_str(currency.symbol().unwrap_or(currency.code())),
            CurrencyMark::Dollar => f.write_str("$"),
            CurrencyMark::Yen => f.write_str("¥"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dollar_sign_fits_every_dollar_and_no_euro() {
        let currency = |code: &str| code.parse::<Currency>().unwrap();
        assert!(CurrencyMark::Dollar.fits(Currency::USD));
        assert!(CurrencyMark::Dollar.fits(currency("CAD")));
        assert!(!CurrencyMark::Dollar.fits(currency("EUR")));
        assert!(CurrencyMark::Yen.fits(currency("CNY")));
        assert!(!CurrencyMark::Only(Currency::USD).fits(currency("CAD")));
    }

    #[test]
    fn codes_are_three_capital_letters() {
        for wrong in ["", "usd", "US", "USDX", "U$D", "€€€"] {
            assert!(wrong.parse::<Currency>().is_err(), "{wrong}");
        }
    }
}
