//! Estimates as a reader wants them: rounded to their errors, unknown ones as a dash.

use crate::report::format::{
    UNKNOWN, money, money_with_error, multiple, multiple_with_error, percent, percent_with_error, years,
};
use crate::report::summary::{Mean, Probability, Quantile};
use crate::statistics::Z95;

/// A mean amount and its error: `$1.31bn ± 0.02`.
pub(in crate::report) fn amount(mean: &Mean, currency: &str) -> String {
    match (mean.value, mean.standard_error) {
        (None, _) => UNKNOWN.to_owned(),
        (Some(value), None) => money(value, currency),
        // Without spread the mean is exact.
        (Some(value), Some(error)) if error <= 1e-9 * value.abs() => money(value, currency),
        (Some(value), Some(error)) => money_with_error(value, error, currency),
    }
}

/// As [`amount`], with a plus if it is above nought.
pub(in crate::report) fn difference(mean: &Mean, currency: &str) -> String {
    let plus = if mean.value.is_some_and(|value| value > 0.0) { "+" } else { "" };
    format!("{plus}{}", amount(mean, currency))
}

/// A mean multiple and its error: `1.55x ± 0.01`.
pub(in crate::report) fn times(mean: &Mean) -> String {
    match (mean.value, mean.standard_error) {
        (None, _) => UNKNOWN.to_owned(),
        (Some(value), None) => multiple(value),
        (Some(value), Some(error)) if error <= 1e-9 * value.abs() => multiple(value),
        (Some(value), Some(error)) => multiple_with_error(value, error),
    }
}

/// A mean time and its error: `2.53 years ± 0.01`.
pub(in crate::report) fn time(mean: &Mean) -> String {
    match (mean.value, mean.standard_error) {
        (Some(value), Some(error)) if error > 1e-9 * value.abs() => {
            // An amount of no currency is a number rounded to its error.
            money_with_error(value, error, "").replacen(" ±", " years ±", 1)
        }
        (value, _) => value.map_or_else(|| UNKNOWN.to_owned(), years),
    }
}

/// A probability and its error: `21.40% ± 0.03`; without error where all paths agree.
pub(in crate::report) fn chance(probability: &Probability) -> String {
    match (probability.value, probability.standard_error) {
        (None, _) => UNKNOWN.to_owned(),
        (Some(value), None) => percent(value),
        (Some(value), Some(error)) => percent_with_error(value, error),
    }
}

/// A share without its error.
pub(in crate::report) fn share(value: Option<f64>) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), percent)
}

/// What a percentile is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Measure<'a> {
    /// Currency units.
    Money(&'a str),
    /// Multiples of the money invested.
    Multiple,
    /// Fractions a year.
    Rate,
    /// Fractions.
    Share,
}

/// A percentile, rounded as [`percentile_with_error`].
pub(in crate::report) fn percentile(quantile: Option<&Quantile>, measure: Measure<'_>) -> String {
    let text = percentile_with_error(quantile, measure);
    text.split(" ±").next().unwrap_or_default().to_owned()
}

/// A percentile, with the standard error that its interval would have if it were normal; none where many paths
/// share the value.
pub(in crate::report) fn percentile_with_error(quantile: Option<&Quantile>, measure: Measure<'_>) -> String {
    let Some(quantile) = quantile else { return UNKNOWN.to_owned() };
    let error = match (quantile.low, quantile.high) {
        (Some(low), Some(high)) => (high - low) / (2.0 * Z95),
        _ => 0.0,
    };
    // Of returns beyond the limit, and of those known to less than a figure shown, the error is not told.
    let no_error = match measure {
        Measure::Rate => quantile.value > HIGHEST_RATE || error < 0.000_5,
        _ => error <= 0.0,
    };
    if no_error {
        return plain(quantile.value, measure);
    }
    match measure {
        Measure::Money(currency) => money_with_error(quantile.value, error, currency),
        Measure::Multiple => multiple_with_error(quantile.value, error),
        Measure::Rate | Measure::Share => percent_with_error(quantile.value, error),
    }
}

/// The interval of a percentile: `$1.30bn to $1.32bn`, or `one value` where many paths share it.
pub(in crate::report) fn interval(quantile: Option<&Quantile>, measure: Measure<'_>) -> String {
    match quantile {
        Some(Quantile { low: Some(low), high: Some(high), .. }) if high > low => {
            let (low_text, high_text) = (plain(*low, measure), plain(*high, measure));
            if low_text == high_text {
                return low_text;
            }
            format!("{low_text} to {high_text}")
        }
        Some(Quantile { low: Some(_), high: Some(_), .. }) => "one value".to_owned(),
        _ => UNKNOWN.to_owned(),
    }
}

/// Returns a year above this are told as “more than”: money that comes back within hours earns any rate.
const HIGHEST_RATE: f64 = 10.0;

fn plain(value: f64, measure: Measure<'_>) -> String {
    match measure {
        Measure::Rate if value > HIGHEST_RATE => ">1,000%".to_owned(),
        Measure::Money(currency) => money(value, currency),
        Measure::Multiple => multiple(value),
        Measure::Rate | Measure::Share => percent(value),
    }
}
