//! Plain figures: sign, digits, separators. What all quantities are read from and printed with.

use std::fmt::{self, Display};

use rust_decimal::Decimal;

/// Digits a figure may have. Fewer than the 28 of [`Decimal`], so that a unit never costs precision.
const MOST_DIGITS: usize = 20;

/// Why a figure could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FigureError {
    /// No digit where one is needed.
    NoDigits,
    /// Commas that do not separate groups of three digits.
    Grouping,
    /// More digits than are kept exactly.
    TooManyDigits,
}

/// Takes a sign off the front: the rest, and whether it was a minus.
pub(super) fn sign(text: &str) -> (bool, &str) {
    if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
        (true, rest.trim_start())
    } else if let Some(rest) = text.strip_prefix('+') {
        (false, rest.trim_start())
    } else {
        (false, text)
    }
}

/// Reads the unsigned figure at the front of `text` and gives what follows it.
///
/// `1,234,567.5`, `1_000` and `12` are figures; `1,5` is not (a comma only separates thousands).
pub(super) fn figure(text: &str) -> Result<(Decimal, &str), FigureError> {
    let whole_end = text.find(|c: char| !matches!(c, '0'..='9' | ',' | '_')).unwrap_or(text.len());
    let (whole, mut rest) = text.split_at(whole_end);
    let mut fraction = "";
    if let Some(after) = rest.strip_prefix('.') {
        let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        (fraction, rest) = after.split_at(end);
        if fraction.is_empty() {
            return Err(FigureError::NoDigits);
        }
    }
    let digits = whole_digits(whole)?;
    if digits.len() + fraction.len() > MOST_DIGITS {
        return Err(FigureError::TooManyDigits);
    }
    let written = if fraction.is_empty() { digits } else { format!("{digits}.{fraction}") };
    let value = Decimal::from_str_exact(&written).map_err(|_| FigureError::TooManyDigits)?;
    Ok((value.normalize(), rest))
}

/// The digits before the point without their separators.
fn whole_digits(written: &str) -> Result<String, FigureError> {
    if written.is_empty() {
        return Err(FigureError::NoDigits);
    }
    if written.contains(',') {
        let mut groups = written.split(',');
        let first = groups.next().unwrap_or_default();
        let all_digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
        let first_fits = (1..=3).contains(&first.len()) && all_digits(first);
        if !first_fits || groups.any(|group| group.len() != 3 || !all_digits(group)) {
            return Err(FigureError::Grouping);
        }
    }
    if written.starts_with('_') || written.ends_with('_') || written.contains("__") {
        return Err(FigureError::Grouping);
    }
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let significant = digits.trim_start_matches('0');
    Ok(if significant.is_empty() { "0".to_owned() } else { significant.to_owned() })
}

/// Suffixes for powers of a thousand, largest first, with the power of ten.
const SCALES: [(&str, u32); 4] = [("tn", 12), ("bn", 9), ("m", 6), ("k", 3)];

/// The power of ten a scale suffix stands for (`k`, `m`, `bn`, `tn` and their longer forms, in any case).
pub(super) fn scale_of(suffix: &str) -> Option<u32> {
    match suffix.to_ascii_lowercase().as_str() {
        "k" | "thousand" => Some(3),
        "m" | "mn" | "mm" | "million" => Some(6),
        "bn" | "b" | "billion" => Some(9),
        "tn" | "t" | "trillion" => Some(12),
        _ => None,
    }
}

/// `10^exponent` for the exponents of [`scale_of`].
pub(super) fn power_of_ten(exponent: u32) -> Decimal {
    Decimal::from(10_u64.pow(exponent.min(18)))
}

/// A value as people write it: `1.3bn`, `850m`, or with commas where no short form is exact.
pub(super) fn write_scaled(f: &mut fmt::Formatter<'_>, value: Decimal) -> fmt::Result {
    let size = value.abs();
    for (suffix, exponent) in SCALES {
        let unit = power_of_ten(exponent);
        if size >= unit {
            let short = size.checked_div(unit).unwrap_or(size).normalize();
            // Three decimals or fewer read well; with more, the plain figure reads better.
            if short.scale() <= 3 {
                return write!(f, "{}{suffix}", Grouped(short));
            }
            break;
        }
    }
    write!(f, "{}", Grouped(size))
}

/// A non-negative decimal with commas between thousands.
pub(super) struct Grouped(pub(super) Decimal);

impl Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.normalize().to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        if fraction.is_empty() { Ok(()) } else { write!(f, ".{fraction}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_group_thousands_and_nothing_else() {
        // hand-worked
        let read = |text| figure(text).map(|(value, rest)| (value.to_string(), rest.to_owned()));
        assert_eq!(read("1,234,567.50 rest"), Ok(("1234567.5".into(), " rest".into())));
        assert_eq!(read("20_000m"), Ok(("20000".into(), "m".into())));
        assert_eq!(read("007"), Ok(("7".into(), String::new())));
        assert_eq!(read("1,5"), Err(FigureError::Grouping));
        assert_eq!(read("1,2345"), Err(FigureError::Grouping));
        assert_eq!(read(",100"), Err(FigureError::Grouping));
        assert_eq!(read("1__0"), Err(FigureError::Grouping));
        assert_eq!(read("1."), Err(FigureError::NoDigits));
        assert_eq!(read(".5"), Err(FigureError::NoDigits));
        assert_eq!(read("123456789012345678901"), Err(FigureError::TooManyDigits));
    }
}
