//! Figures with a unit of the scenario language, as a reader wants them.

use super::format::{
    UNKNOWN, count, money, money_with_error, multiple, multiple_with_error, percent, percent_with_error,
};
use crate::scenario::Unit;

/// A figure with its standard error if there is one; `mark` is the currency's.
pub(super) fn shown(unit: Unit, figure: f64, error: Option<f64>, mark: &str) -> String {
    let plain = |suffix: &str| match error {
        Some(error) => format!("{}{suffix} ± {}", significant(figure, error), significant(error, 0.0)),
        None => significant(figure, 0.0) + suffix,
    };
    match (unit, error) {
        _ if figure.is_nan() => UNKNOWN.to_owned(),
        (Unit::Money, Some(error)) => money_with_error(figure, error, mark),
        (Unit::Money, None) => money(figure, mark),
        (Unit::Rate, Some(error)) => percent_with_error(figure, error),
        (Unit::Rate, None) => percent(figure),
        (Unit::Multiple, Some(error)) => multiple_with_error(figure, error),
        (Unit::Multiple, None) => multiple(figure),
        (Unit::Days, _) => plain(" days"),
        (Unit::Whole | Unit::Shares | Unit::Number, _) => plain(""),
    }
}

/// A number at four significant figures and not past its error, whole ones with their thousands separated.
fn significant(value: f64, error: f64) -> String {
    let size = if value == 0.0 { 0.0 } else { libm::floor(libm::log10(value.abs())) };
    let finest = if error > 0.0 { libm::floor(libm::log10(error)) } else { size - 3.0 };
    let whole = error == 0.0 && value.fract() == 0.0;
    let power = if whole { 0.0 } else { finest.max(size - 3.0).min(0.0) };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred at most")]
    let decimals = -power as usize;
    if decimals > 0 || value < 0.0 {
        return format!("{value:.decimals$}").replace('-', "−");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
    let whole = libm::round(value) as u64;
    count(whole)
}

/// What figures of a unit are called in data files.
pub(super) fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "money",
        Unit::Rate => "fraction",
        Unit::Multiple => "multiple",
        Unit::Days => "days",
        Unit::Whole => "whole_number",
        Unit::Shares => "shares",
        Unit::Number => "number",
    }
}
