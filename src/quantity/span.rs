//! [`Span`]: a stretch of calendar time, `"18 months"` or `"90 days"`.

use std::fmt::{self, Display};
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::error::excerpt;
use super::figure::{FigureError, figure};
use super::{QuantityError, QuantityErrorKind as Kind};

/// A stretch of calendar time: months and days apart, because a month has no fixed number of days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Whole months; years are twelve of them. Not negative when read from text.
    pub months: i32,
    /// Days on top of the months. Not negative when read from text.
    pub days: i32,
}

/// Longest span that can be read: as long as the calendar Cabrio keeps ([`super::Day`]).
const MOST_MONTHS: i32 = 3_600;
const MOST_DAYS: i32 = 110_000;
const FIX: &str = "write it like \"18 months\", \"5 years\", \"90 days\" or \"1 year 6 months\"";

impl Span {
    /// So many months.
    #[must_use]
    pub const fn of_months(months: i32) -> Self {
        Span { months, days: 0 }
    }

    /// So many days.
    #[must_use]
    pub const fn of_days(days: i32) -> Self {
        Span { months: 0, days }
    }

    /// Length in years for use as a model time: months / 12 + days / 365.25.
    #[must_use]
    pub fn years(self) -> f64 {
        f64::from(self.months) / 12.0 + f64::from(self.days) / super::YEAR_DAYS
    }
}

/// What a unit word stands for.
#[derive(Clone, Copy)]
enum Unit {
    Months(i64),
    Days(i64),
}

fn unit_of(word: &str) -> Option<Unit> {
    match word.to_ascii_lowercase().as_str() {
        "year" | "years" | "yr" | "yrs" | "y" => Some(Unit::Months(12)),
        "quarter" | "quarters" => Some(Unit::Months(3)),
        "month" | "months" | "mo" | "mos" => Some(Unit::Months(1)),
        "week" | "weeks" | "wk" | "wks" => Some(Unit::Days(7)),
        "day" | "days" | "d" => Some(Unit::Days(1)),
        _ => None,
    }
}

impl FromStr for Span {
    type Err = QuantityError;

    /// Reads one or more parts such as `1 year 6 months`; `and` and commas may stand between them.
    /// A part may be broken if it still is a whole number of months or days: `2.5 years`.
    ///
    /// # Errors
    /// If a part has no unit or an unknown one, is negative, is no whole number of months or days, or the
    /// whole exceeds 300 years.
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let unreadable = || {
            QuantityError::new(Kind::Unreadable, format!("`{}` is not a span of time", excerpt(text)), FIX)
        };
        let out_of_range = || {
            QuantityError::new(
                Kind::OutOfRange,
                format!("`{}` is longer or finer than the calendar", excerpt(text)),
                "write whole months or days, at most 300 years",
            )
        };
        let mut rest = text.trim();
        let (mut months, mut days) = (0_i64, 0_i64);
        if rest.is_empty() {
            return Err(unreadable());
        }
        while !rest.is_empty() {
            let (value, after) = figure(rest).map_err(|error| match error {
                FigureError::TooManyDigits => out_of_range(),
                FigureError::NoDigits | FigureError::Grouping => unreadable(),
            })?;
            let after = after.trim_start();
            let end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
            let (word, after) = after.split_at(end);
            let unit = unit_of(word).ok_or_else(|| no_unit(text, word, value))?;
            let (total, size) = match unit {
                Unit::Months(size) => (&mut months, size),
                Unit::Days(size) => (&mut days, size),
            };
            *total += whole(value, size, unit, text)?;
            if *total > i64::from(MOST_DAYS) {
                return Err(out_of_range());
            }
            rest = after.trim_start().trim_start_matches(',').trim_start();
            rest = rest.strip_prefix("and ").unwrap_or(rest).trim_start();
        }
        match (i32::try_from(months), i32::try_from(days)) {
            (Ok(months), Ok(days)) if months <= MOST_MONTHS && days <= MOST_DAYS => Ok(Span { months, days }),
            _ => Err(out_of_range()),
        }
    }
}

/// `value` units of `size` months or days, if that is a whole number.
fn whole(value: Decimal, size: i64, unit: Unit, text: &str) -> Result<i64, QuantityError> {
    let exact = value.checked_mul(Decimal::from(size)).filter(|exact| exact.fract().is_zero());
    match exact {
        // Out-of-range values are capped here and refused by the caller.
        Some(exact) => Ok(exact.to_i64().unwrap_or(i64::MAX).min(i64::from(i32::MAX))),
        None => Err(QuantityError::new(
            Kind::Unreadable,
            format!("`{}` is not a whole number of months or days", excerpt(text)),
            fix_of_broken(value, size, unit),
        )),
    }
}

/// A part of a month is no certain number of days: shows the nearest ones, a month as 30 days, for the author to
/// decide.
fn fix_of_broken(value: Decimal, size: i64, unit: Unit) -> String {
    let usual = || "write whole months or days, like \"8 months\" or \"250 days\"".to_owned();
    let Some(exact) = value.checked_mul(Decimal::from(size)) else { return usual() };
    let (months, days) = match unit {
        Unit::Months(_) => (exact.trunc(), (exact.fract() * Decimal::from(30)).round()),
        Unit::Days(_) => (Decimal::ZERO, exact.round()),
    };
    let (Some(months), Some(days)) = (months.to_i32(), days.to_i32()) else { return usual() };
    format!("write \"{}\"", Span { months, days })
}

fn no_unit(text: &str, word: &str, value: Decimal) -> QuantityError {
    if word.is_empty() {
        return QuantityError::new(
            Kind::MissingUnit,
            format!("`{}` has no unit of time", excerpt(text)),
            format!("write \"{value} months\" or \"{value} years\""),
        );
    }
    if word == "m" {
        let fix = format!("write \"{value} months\"");
        return QuantityError::new(
            Kind::WrongUnit,
            format!("`m` in `{}` could mean much", excerpt(text)),
            fix,
        );
    }
    QuantityError::new(Kind::WrongUnit, format!("`{}` is not a unit of time", excerpt(word)), FIX)
}

impl Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<(i32, &str)> = Vec::new();
        if self.months % 12 == 0 || self.months > 24 {
            parts.push((self.months / 12, "year"));
            parts.push((self.months % 12, "month"));
        } else {
            parts.push((self.months, "month"));
        }
        parts.push((self.days, "day"));
        parts.retain(|(number, _)| *number != 0);
        if parts.is_empty() {
            return f.write_str("0 days");
        }
        for (index, (number, unit)) in parts.iter().enumerate() {
            let gap = if index > 0 { " " } else { "" };
            let plural = if *number == 1 { "" } else { "s" };
            write!(f, "{gap}{number} {unit}{plural}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spans_as_people_write_them() {
        // hand-worked
        for (text, months, days) in [
            ("18 months", 18, 0),
            ("5 years", 60, 0),
            ("90 days", 0, 90),
            ("2 weeks", 0, 14),
            ("1 year 6 months", 18, 0),
            ("1 year, 6 months and 10 days", 18, 10),
            ("2.5 years", 30, 0),
            ("1 quarter", 3, 0),
            ("0 years", 0, 0),
            ("1yr", 12, 0),
        ] {
            assert_eq!(text.parse(), Ok(Span { months, days }), "{text}");
        }
    }

    #[test]
    fn mistakes_show_the_fix() {
        let error = |text: &str| text.parse::<Span>().unwrap_err();
        assert_eq!(error("18").kind, Kind::MissingUnit);
        assert_eq!(error("18").fix, "write \"18 months\" or \"18 years\"");
        assert_eq!(error("6m").kind, Kind::WrongUnit);
        assert_eq!(error("6m").fix, "write \"6 months\"");
        assert_eq!(error("3 fortnights").kind, Kind::WrongUnit);
        // hand-worked: 15.6 months, of which 0.6 × 30 days
        assert_eq!(error("1.3 years").fix, "write \"15 months 18 days\"");
        assert_eq!(error("22.5 months").fix, "write \"22 months 15 days\"");
        assert_eq!(error("1 year 0.5 months").fix, "write \"15 days\"");
        assert_eq!(error("2.6 days").fix, "write \"3 days\"");
        assert_eq!(
            error("9999999999999.5 days").fix,
            "write whole months or days, like \"8 months\" or \"250 days\""
        );
        assert_eq!(error("-3 months").kind, Kind::Unreadable);
        assert_eq!(error("soon").kind, Kind::Unreadable);
        assert_eq!(error("301 years").kind, Kind::OutOfRange);
        assert_eq!(error("99999999999999999999 years").kind, Kind::OutOfRange);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "both sides are the same exact quotients")]
    fn years_count_months_as_twelfths() {
        assert_eq!(Span::of_months(18).years(), 1.5);
        assert_eq!(Span { months: 12, days: 1461 }.years(), 5.0);
    }

    proptest! {
        #[test]
        fn printing_and_reading_gives_the_same_span(months in 0..=MOST_MONTHS, days in 0..=MOST_DAYS) {
            for span in [Span { months, days }, Span::of_months(months), Span::of_days(days)] {
                prop_assert_eq!(span.to_string().parse(), Ok(span));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), near in "([0-9.,]{0,22} ?(year|months|days|and)?,? ?){0,4}") {
            let _ = (text.parse::<Span>(), near.parse::<Span>());
        }
    }
}
