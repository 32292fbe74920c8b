//! [`DayCount`]: how a contract turns two dates into a part of a year.

use std::fmt::{self, Display};
use std::str::FromStr;

use super::day::is_leap;
use super::error::excerpt;
use super::{Day, QuantityError, QuantityErrorKind as Kind};
use crate::number::Amount;

/// A day count convention. Section numbers are those of the 2006 ISDA Definitions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DayCount {
    /// Days that pass, over 365, in leap years too (§4.16(d), "Actual/365 (Fixed)").
    #[default]
    Actual365Fixed,
    /// Days that pass, over 360 (§4.16(e), "Actual/360").
    Actual360,
    /// Months of 30 days, over 360 (§4.16(f), "30/360" or "Bond Basis", the usual US rule):
    /// a first day of 31 counts as 30; a last day of 31 counts as 30 if the first day is then 30.
    Thirty360,
    /// Days in leap years over 366 plus the other days over 365 (§4.16(b), "Actual/Actual (ISDA)").
    ActualActual,
}

impl DayCount {
    /// All conventions, in the order documentation lists them.
    pub const ALL: [DayCount; 4] =
        [DayCount::Actual365Fixed, DayCount::Actual360, DayCount::Thirty360, DayCount::ActualActual];

    /// How scenario files write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            DayCount::Actual365Fixed => "act/365",
            DayCount::Actual360 => "act/360",
            DayCount::Thirty360 => "30/360",
            DayCount::ActualActual => "act/act",
        }
    }

    /// The part of a year from `from` to `to` as an exact ratio (numerator, denominator above zero).
    /// With `to` before `from` it is the negative of the ratio the other way round.
    ///
    /// ```
    /// use cabrio::quantity::{Day, DayCount};
    /// let day = |text: &str| text.parse::<Day>();
    /// let two_years = DayCount::Actual365Fixed.ratio(day("2027-01-01")?, day("2029-01-01")?);
    /// assert_eq!(two_years, (731, 365));
    /// # Ok::<(), cabrio::quantity::QuantityError>(())
    /// ```
    #[must_use]
    pub fn ratio(self, from: Day, to: Day) -> (i64, i64) {
        if to < from {
            let (numerator, denominator) = self.ratio(to, from);
            return (-numerator, denominator);
        }
        let days = i64::from(to.0) - i64::from(from.0);
        match self {
            DayCount::Actual365Fixed => (days, 365),
            DayCount::Actual360 => (days, 360),
            DayCount::Thirty360 => (thirty_day_months(from, to), 360),
            DayCount::ActualActual => {
                let leap = leap_year_days_before(to) - leap_year_days_before(from);
                (leap * 365 + (days - leap) * 366, 365 * 366)
            }
        }
    }

    /// [`DayCount::ratio`] in either number type.
    #[must_use]
    pub fn years<A: Amount>(self, from: Day, to: Day) -> A {
        let (numerator, denominator) = self.ratio(from, to);
        A::from_i64(numerator).div_or(A::from_i64(denominator), A::ZERO)
    }
}

/// Days from `from` to `to` with every month counted as 30 days.
fn thirty_day_months(from: Day, to: Day) -> i64 {
    let (year_1, month_1, day_1) = from.civil();
    let (year_2, month_2, day_2) = to.civil();
    let day_1 = day_1.min(30);
    let day_2 = if day_1 == 30 { day_2.min(30) } else { day_2 };
    360 * (i64::from(year_2) - i64::from(year_1))
        + 30 * (i64::from(month_2) - i64::from(month_1))
        + (i64::from(day_2) - i64::from(day_1))
}

/// Days before `day` that lie in leap years, counted from the year 0.
fn leap_year_days_before(day: Day) -> i64 {
    let (year, _, _) = day.civil();
    let before = i64::from(year) - 1;
    // The year 0 is a leap year too; it drops out when two of these counts are subtracted.
    let leap_years = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    let new_year = leap_years * 366 + (before - leap_years) * 365;
    // 0001-01-01 is day -719,162.
    let into_year = i64::from(day.0) + 719_162 - new_year;
    leap_years * 366 + if is_leap(year) { into_year } else { 0 }
}

impl Display for DayCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for DayCount {
    type Err = QuantityError;

    /// # Errors
    /// If the text is none of [`DayCount::name`].
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        DayCount::ALL.into_iter().find(|count| count.name() == text).ok_or_else(|| {
            QuantityError::new(
                Kind::Unreadable,
                format!("`{}` is not a day count", excerpt(text)),
                "write \"act/365\", \"act/360\", \"30/360\" or \"act/act\"",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::number::Exact;

    fn ratio(count: DayCount, from: &str, to: &str) -> (i64, i64) {
        count.ratio(from.parse().unwrap(), to.parse().unwrap())
    }

    #[test]
    fn a_leap_day_counts_over_365() {
        // hand-worked: 2027 has 365 days, 2028 has 366
        assert_eq!(ratio(DayCount::Actual365Fixed, "2027-01-01", "2029-01-01"), (731, 365));
        assert_eq!(ratio(DayCount::Actual360, "2027-01-01", "2029-01-01"), (731, 360));
    }

    #[test]
    fn thirty_360_follows_the_bond_basis_rule() {
        // hand-worked from §4.16(f); the February cases show that month ends get no rule of their own
        for (from, to, days) in [
            ("2027-01-01", "2029-01-01", 720),
            ("2026-01-31", "2026-03-31", 60),
            ("2026-01-30", "2026-03-31", 60),
            ("2026-01-29", "2026-03-31", 62),
            ("2026-02-28", "2026-03-31", 33),
            ("2026-01-31", "2026-02-28", 28),
        ] {
            assert_eq!(ratio(DayCount::Thirty360, from, to), (days, 360), "{from} {to}");
        }
    }

    #[test]
    fn actual_actual_is_the_sum_over_leap_and_other_years() {
        // published: ISDA, "EMU and Market Conventions: Recent Developments" (1998), section 4, first example:
        // 1 November 2003 to 1 May 2004 is 61/365 + 121/366
        let (numerator, denominator) = ratio(DayCount::ActualActual, "2003-11-01", "2004-05-01");
        assert_eq!((numerator, denominator), (61 * 366 + 121 * 365, 365 * 366));
        // hand-worked: any whole calendar years are whole
        assert_eq!(ratio(DayCount::ActualActual, "1999-01-01", "2009-01-01"), (10 * 133_590, 133_590));
        assert_eq!(ratio(DayCount::ActualActual, "1900-01-01", "1901-01-01"), (133_590, 133_590));
    }

    #[test]
    fn both_number_types_take_the_same_ratio() {
        let (from, to) = ("2026-01-01".parse().unwrap(), "2027-01-01".parse().unwrap());
        assert_eq!(DayCount::Actual365Fixed.years::<Exact>(from, to), Exact::from_i64(1));
        let half: f64 = DayCount::Thirty360.years(from, "2026-07-01".parse().unwrap());
        assert_eq!(half.to_bits(), 0.5_f64.to_bits());
    }

    proptest! {
        #[test]
        fn turning_the_dates_round_turns_the_sign(a in any::<i32>(), b in any::<i32>()) {
            for count in DayCount::ALL {
                let (there, back) = (count.ratio(Day(a), Day(b)), count.ratio(Day(b), Day(a)));
                prop_assert_eq!(there, (-back.0, back.1));
            }
        }

        #[test]
        fn actual_actual_adds_up_over_any_middle_day(days in prop::array::uniform3(-25_567..84_370_i32)) {
            let [a, b, c] = days.map(Day);
            let part = |from, to| DayCount::ActualActual.ratio(from, to).0;
            prop_assert_eq!(part(a, b) + part(b, c), part(a, c));
        }
    }

    #[test]
    fn names_read_back() {
        for count in DayCount::ALL {
            assert_eq!(count.to_string().parse(), Ok(count));
        }
        assert!("actual/365".parse::<DayCount>().is_err());
    }
}
