//! [`Day`]: a calendar day as a number, with the calendar's arithmetic.

use std::fmt::{self, Display};
use std::str::FromStr;

use super::error::excerpt;
use super::{QuantityError, QuantityErrorKind as Kind, Span};

/// Days in a year of simulated time: dates and years are converted at this rate everywhere.
pub const YEAR_DAYS: f64 = 365.25;

/// A day of the Gregorian calendar, counted from 1970-01-01 (day 0).
///
/// Texts are read from 1900-01-01 to 2200-12-31. Arithmetic may leave that range; it saturates, never panics
/// and never allocates, so that it can stand in the inner loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// Days in 400 years of the Gregorian calendar, after which it repeats.
const DAYS_PER_CYCLE: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_FROM_MARCH_0: i64 = 719_468;

/// Years that texts may name.
const FIRST_YEAR: i32 = 1900;
const LAST_YEAR: i32 = 2200;

impl Day {
    /// The day `year`-`month`-`day`.
    ///
    /// # Errors
    /// If the calendar has no such day, or the year lies outside 1900–2200.
    pub fn from_civil(year: i32, month: u32, day: u32) -> Result<Self, QuantityError> {
        if !(1..=12).contains(&month) || !(1..=days_in_month(year, month)).contains(&day) {
            let fix = match month {
                1..=12 => {
                    format!("that month ends on {year:04}-{month:02}-{:02}", days_in_month(year, month))
                }
                _ => "write year-month-day, like 2026-04-20".to_owned(),
            };
            let problem = format!("the calendar has no day {year:04}-{month:02}-{day:02}");
            return Err(QuantityError::new(Kind::BadDate, problem, fix));
        }
        if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
            return Err(QuantityError::new(
                Kind::OutOfRange,
                format!("the year {year} lies outside the calendar kept here"),
                format!("write a year from {FIRST_YEAR} to {LAST_YEAR}"),
            ));
        }
        Ok(Day::of(year, month, day))
    }

    /// The day number of a date known to exist. Years run from March so that the leap day comes last, and
    /// within such a year day-of-year is `(153 m + 2) / 5 + d` (months of 31 and 30 days in fixed alternation).
    ///
    /// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
    fn of(year: i32, month: u32, day: u32) -> Self {
        let month_from_march = (i64::from(month) + 9) % 12;
        let march_year = i64::from(year) - i64::from(month <= 2);
        let cycle = march_year.div_euclid(400);
        let year_of_cycle = march_year.rem_euclid(400);
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
        let day_of_cycle = 365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
        Day(saturate(cycle * DAYS_PER_CYCLE + day_of_cycle - EPOCH_FROM_MARCH_0))
    }

    /// Year, month (1–12) and day of the month (1–31).
    ///
    /// Source: as [`Day::from_civil`], `civil_from_days`.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "month and day are at most 12 and 31; a year of an i32 of days fits an i32"
    )]
    pub fn civil(self) -> (i32, u32, u32) {
        let from_march_0 = i64::from(self.0) + EPOCH_FROM_MARCH_0;
        let cycle = from_march_0.div_euclid(DAYS_PER_CYCLE);
        let day_of_cycle = from_march_0.rem_euclid(DAYS_PER_CYCLE);
        // Leap days counted off: every 1461st day, but not every 36525th, but every 146097th.
        let year_of_cycle =
            (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
        let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = cycle * 400 + year_of_cycle + i64::from(month <= 2);
        (year as i32, month as u32, day as u32)
    }

    /// The day a span later: months first, falling back to the end of a shorter month, then days.
    ///
    /// 31 January plus one month is 28 (or 29) February.
    #[inline]
    #[must_use]
    pub fn plus(self, span: Span) -> Self {
        let day = if span.months == 0 { self } else { self.plus_months(span.months) };
        Day(day.0.saturating_add(span.days))
    }

    fn plus_months(self, months: i32) -> Self {
        let (year, month, day) = self.civil();
        let count = i64::from(year) * 12 + i64::from(month) - 1 + i64::from(months);
        let year = saturate(count.div_euclid(12));
        let month = u32::try_from(count.rem_euclid(12)).unwrap_or(0) + 1;
        Day::of(year, month, day.min(days_in_month(year, month)))
    }

    /// Days from `self` to `later`; negative if `later` comes first.
    #[must_use]
    pub fn days_until(self, later: Day) -> i32 {
        later.0.saturating_sub(self.0)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to the range of i32 first")]
fn saturate(value: i64) -> i32 {
    value.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

/// Whether `year` has a 29 February.
pub(super) fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = QuantityError;

    /// Reads `2026-04-20`.
    ///
    /// # Errors
    /// If the text is not year-month-day, the calendar has no such day, or the year is not in 1900–2200.
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let unreadable = || {
            QuantityError::new(
                Kind::Unreadable,
                format!("`{}` is not a date", excerpt(text)),
                "write year-month-day, like 2026-04-20",
            )
        };
        let (year, rest) = text.trim().split_once('-').ok_or_else(unreadable)?;
        let (month, day) = rest.split_once('-').ok_or_else(unreadable)?;
        let number = |digits: &str, width: usize| {
            let plain = digits.len() == width && digits.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| digits.parse::<u16>().ok()).flatten().ok_or_else(unreadable)
        };
        let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
        Day::from_civil(i32::from(year), u32::from(month), u32::from(day))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use jiff::{ToSpan, Unit};
    use proptest::prelude::*;

    use super::*;

    /// Day numbers of 1900-01-01 and 2200-12-31: independent code (jiff) confirms them below.
    const FIRST: i32 = -25_567;
    const LAST: i32 = 84_370;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    /// The same day in independent code.
    fn oracle(day: Day) -> Date {
        date(1970, 1, 1).checked_add(i64::from(day.0).days()).unwrap()
    }

    #[test]
    fn the_ends_of_the_calendar() {
        assert_eq!(day("1970-01-01"), Day(0));
        assert_eq!(day("1900-01-01"), Day(FIRST));
        assert_eq!(day("2200-12-31"), Day(LAST));
        for text in ["1899-12-31", "2201-01-01"] {
            assert_eq!(text.parse::<Day>().unwrap_err().kind, Kind::OutOfRange);
        }
    }

    #[test]
    fn every_day_of_the_calendar_agrees_with_independent_code() {
        let mut expected = date(1900, 1, 1);
        for number in FIRST..=LAST {
            let (year, month, of_month) = Day(number).civil();
            let same =
                (i32::from(expected.year()), expected.month().unsigned_abs(), expected.day().unsigned_abs());
            assert_eq!((year, month, of_month), (same.0, u32::from(same.1), u32::from(same.2)));
            assert_eq!(Day::from_civil(year, month, of_month), Ok(Day(number)));
            expected = expected.tomorrow().unwrap();
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused_with_the_month_end() {
        let error = "2027-02-29".parse::<Day>().unwrap_err();
        assert_eq!(error.to_string(), "the calendar has no day 2027-02-29; that month ends on 2027-02-28");
        assert_eq!("2026-13-01".parse::<Day>().unwrap_err().kind, Kind::BadDate);
        for text in ["", "2026", "2026-4-20", "26-04-20", "2026-04-20T00:00", "2026/04/20", "+026-04-20"] {
            assert_eq!(text.parse::<Day>().unwrap_err().kind, Kind::Unreadable, "{text}");
        }
    }

    #[test]
    fn a_month_later_falls_back_to_the_end_of_a_shorter_month() {
        // hand-worked
        assert_eq!(day("2026-01-31").plus(Span::of_months(1)), day("2026-02-28"));
        assert_eq!(day("2028-01-31").plus(Span::of_months(1)), day("2028-02-29"));
        assert_eq!(day("2028-02-29").plus(Span::of_months(12)), day("2029-02-28"));
        assert_eq!(day("2026-11-30").plus(Span { months: 3, days: 1 }), day("2027-03-01"));
        assert_eq!(day("2026-03-31").plus(Span::of_months(-1)), day("2026-02-28"));
        assert_eq!(Day(i32::MAX).plus(Span { months: i32::MAX, days: i32::MAX }), Day(i32::MAX));
        assert_eq!(Day(i32::MIN).plus(Span { months: i32::MIN, days: i32::MIN }), Day(i32::MIN));
    }

    proptest! {
        #[test]
        fn adding_a_span_agrees_with_independent_code(start in FIRST..=LAST, months in 0..1_200, days in 0..20_000) {
            let ours = Day(start).plus(Span { months, days });
            let theirs = oracle(Day(start)).checked_add(months.months()).unwrap();
            let theirs = theirs.checked_add(i64::from(days).days()).unwrap();
            prop_assert_eq!(ours.to_string(), theirs.to_string());
            let apart = oracle(Day(start)).until((Unit::Day, theirs)).unwrap().get_days();
            prop_assert_eq!(Day(start).days_until(ours), apart);
        }

        #[test]
        fn printing_and_reading_gives_the_same_day(number in FIRST..=LAST) {
            prop_assert_eq!(Day(number).to_string().parse(), Ok(Day(number)));
        }

        #[test]
        fn no_number_and_no_text_makes_it_panic(number in any::<i32>(), text in any::<String>(), near in "[0-9+-]{0,12}") {
            let (year, month, of_month) = Day(number).civil();
            prop_assert_eq!(Day::of(year, month, of_month), Day(number));
            let _ = (text.parse::<Day>(), near.parse::<Day>());
        }
    }
}
