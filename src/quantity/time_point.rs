//! [`TimePoint`]: a date, or a span counted from another date.

use std::fmt::{self, Display};

use super::{Day, Span};

/// A point in time as scenario files write it: `2027-12-31`, or `"5 years"` after a date the context gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimePoint {
    /// A calendar day.
    On(Day),
    /// So long after the start that the key's documentation names.
    After(Span),
}

impl TimePoint {
    /// The day, counted from `start` where the point is a span.
    #[must_use]
    pub fn day(self, start: Day) -> Day {
        match self {
            TimePoint::On(day) => day,
            TimePoint::After(span) => start.plus(span),
        }
    }
}

impl Display for TimePoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TimePoint::On(day) => day.fmt(f),
            TimePoint::After(span) => span.fmt(f),
        }
    }
}
