//! From literals to numbers in base units.

use crate::model::Unit;
use crate::number::{Amount, Decimal};
use crate::quantity::{Count, Day, Money, Multiple, Rate, Shares, Span, TimePoint};
use crate::scenario::literal::Literal;

/// What values are turned into.
#[derive(Clone, Copy, Debug)]
pub(super) enum Base {
    /// The figure itself: currency units, fractions, multiples.
    Figure,
    /// Years: after the valuation date for dates, their length for spans.
    Time {
        /// Time zero.
        valuation_date: Day,
        /// Whether the distribution is given in dates.
        dates: bool,
    },
}

/// Years from one day to another, as simulated time counts them.
pub(super) fn years_between(from: Day, to: Day) -> f64 {
    Span::of_days(from.days_until(to)).years()
}

/// A literal in base units.
pub(super) fn base_value(literal: &Literal, base: Base) -> f64 {
    let years = |day: Day| match base {
        Base::Time { valuation_date, .. } => years_between(valuation_date, day),
        Base::Figure => f64::NAN,
    };
    match literal {
        Literal::Span(span) | Literal::TimePoint(TimePoint::After(span)) => span.years(),
        Literal::Day(day) | Literal::TimePoint(TimePoint::On(day)) => years(*day),
        _ => figure(literal).map_or(f64::NAN, f64::from_decimal),
    }
}

/// The exact figure of a literal, if it has one.
pub(super) fn figure(literal: &Literal) -> Option<Decimal> {
    match *literal {
        Literal::Money(Money(value))
        | Literal::Rate(Rate(value))
        | Literal::Multiple(Multiple(value))
        | Literal::Shares(Shares(value))
        | Literal::Number(value) => Some(value),
        Literal::Count(Count(value)) => Some(Decimal::from(value)),
        Literal::Integer(value) => Some(Decimal::from(value)),
        Literal::Span(_)
        | Literal::Day(_)
        | Literal::TimePoint(_)
        | Literal::Text(_)
        | Literal::Flag(_)
        | Literal::Choice(_) => None,
    }
}

/// What a literal measures.
pub(super) fn unit_of(literal: &Literal) -> Unit {
    match literal {
        Literal::Money(_) => Unit::Money,
        Literal::Rate(_) => Unit::Fraction,
        Literal::Multiple(_) => Unit::Multiple,
        Literal::Span(_) | Literal::TimePoint(TimePoint::After(_)) => Unit::Years,
        Literal::Day(_) | Literal::TimePoint(TimePoint::On(_)) => Unit::Date,
        Literal::Number(_)
        | Literal::Count(_)
        | Literal::Shares(_)
        | Literal::Integer(_)
        | Literal::Text(_)
        | Literal::Flag(_)
        | Literal::Choice(_) => Unit::Number,
    }
}
