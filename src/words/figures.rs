//! Figures inside sentences: exact ones as the contract has them, computed ones at three figures or as many
//! as tell the neighbours apart.

use crate::number::{Amount, Decimal, Exact};
use crate::quantity::{Currency, Day, Money, Multiple, Rate, Span};
use crate::report::format;

/// What stands for a number that left the range of the exact decimals.
const OUT_OF_RANGE: &str = "(beyond 28 digits)";

/// Significant figures of prices, share counts and factors: enough to work out ten thousand million to the
/// cent.
const FIGURES: u32 = 12;

/// Symbol of a currency, or its code where it has none of its own.
pub(super) fn mark(code: &str) -> String {
    let symbol = code.parse::<Currency>().ok().and_then(|currency| currency.symbol());
    symbol.map_or_else(|| code.to_owned(), ToOwned::to_owned)
}

/// An exact amount, short where that is exact too: `$5bn`, `$1,234,567.89`.
pub(super) fn amount(value: Decimal, currency: &str) -> String {
    match currency.parse::<Currency>() {
        Ok(currency) => minus(&Money(value).in_currency(currency).to_string()),
        Err(_) => minus(&format!("{currency} {}", value.normalize())),
    }
}

/// A fraction as an exact percentage.
pub(super) fn rate(value: Decimal) -> String {
    minus(&Rate(value).to_string())
}

/// An exact multiple.
pub(super) fn multiple(value: Decimal) -> String {
    minus(&Multiple(value).to_string())
}

/// An exact number with commas between thousands.
pub(super) fn number(value: Decimal) -> String {
    grouped(&value.normalize().to_string())
}

/// An amount to the cent.
pub(super) fn cents(value: Exact, currency: &str) -> String {
    let Some(value) = value.value() else { return OUT_OF_RANGE.to_owned() };
    let text = grouped(&format!("{:.2}", value.abs().round_dp(2)));
    let sign = if value.round_dp(2) < Decimal::ZERO { "−" } else { "" };
    with_mark(sign, &text, currency)
}

/// A price per share, at [`FIGURES`] figures and at least two decimals.
pub(super) fn price(value: Exact, currency: &str) -> String {
    let Some(value) = value.value() else { return OUT_OF_RANGE.to_owned() };
    let rounded = significant(value.abs());
    let text = if rounded.scale() < 2 { format!("{rounded:.2}") } else { rounded.to_string() };
    with_mark(if value < Decimal::ZERO { "−" } else { "" }, &grouped(&text), currency)
}

/// A share count or another pure number, at [`FIGURES`] figures.
pub(super) fn shares(value: Exact) -> String {
    value.value().map_or_else(|| OUT_OF_RANGE.to_owned(), |value| number(significant(value)))
}

/// A percentage at [`FIGURES`] figures.
pub(super) fn exact_rate(value: Exact) -> String {
    value.value().map_or_else(|| OUT_OF_RANGE.to_owned(), |value| rate(significant(value)))
}

/// The sampled number in all its digits.
pub(super) fn sampled(value: f64) -> Exact {
    Exact::from_f64(value)
}

/// A number as its shortest decimal, which is how the file wrote it.
pub(super) fn as_written(value: f64) -> String {
    Decimal::from_str_exact(&value.to_string()).map_or_else(|_| value.to_string(), number)
}

/// `value` at three figures, or as many decimals as show steps of `step`; without trailing zeros where that
/// is exact.
pub(super) fn to_step(value: f64, step: f64) -> String {
    let decimals_of = |size: f64, figures: f64| {
        if size > 0.0 { (figures - 1.0 - libm::floor(libm::log10(size) + 1e-9)).clamp(0.0, 6.0) } else { 0.0 }
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 6")]
    let decimals = decimals_of(value.abs(), 3.0).max(decimals_of(step, 1.0)) as usize;
    let text = format!("{value:.decimals$}");
    let exact = text.parse::<f64>().is_ok_and(|shown| (shown - value).abs() <= 1e-9 * value.abs());
    let text =
        if exact && text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text.trim_matches(['-', '0', '.']).is_empty() { "0".to_owned() } else { grouped(text) }
}

/// A computed amount of money, likewise.
pub(super) fn money_to_step(value: f64, step: f64, currency: &str) -> String {
    format::money_to_step(value, step, &mark(currency))
}

/// A span of years: whole months as such, anything else in years.
pub(super) fn years(value: f64) -> String {
    let months = value * 12.0;
    let whole = libm::round(months);
    if (months - whole).abs() < 1e-9 && whole.abs() < 1e6 {
        #[expect(clippy::cast_possible_truncation, reason = "checked to be small")]
        return Span::of_months(whole as i32).to_string();
    }
    format!("{} years", as_written(value))
}

/// The day on which a moment of simulated time falls.
pub(super) fn day(valuation_date: Day, t: f64) -> Day {
    // The small addition keeps a moment that was made from a date on that date.
    #[expect(clippy::cast_possible_truncation, reason = "days within the horizon")]
    let days = libm::floor(t * crate::quantity::YEAR_DAYS + 1e-6) as i32;
    Day(valuation_date.0.saturating_add(days))
}

/// `1 round`, `2 rounds`.
pub(super) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", format::count(number))
}

/// `once`, `twice`, `4 times`.
pub(super) fn times(number: u32) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{number} times"),
    }
}

/// What `every` stands before: `year`, `18 months`.
pub(super) fn each(span: Span) -> String {
    let text = span.to_string();
    text.strip_prefix("1 ").filter(|unit| !unit.contains(' ')).map_or(text.clone(), ToOwned::to_owned)
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

fn significant(value: Decimal) -> Decimal {
    value.round_sf(FIGURES).unwrap_or(value).normalize()
}

fn with_mark(sign: &str, text: &str, currency: &str) -> String {
    let mark = mark(currency);
    let gap = if mark.ends_with(|c: char| c.is_ascii_alphabetic()) { " " } else { "" };
    format!("{sign}{mark}{gap}{text}")
}

/// A true minus in place of the hyphen.
fn minus(text: &str) -> String {
    text.replacen('-', "−", 1)
}

/// Commas between groups of three digits of the whole part.
fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("−", digits));
    format!("{sign}{}", format::thousands(digits))
}
