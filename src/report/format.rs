//! Numbers as a reader wants them: short, three significant figures, and never past their standard error.
//!
//! An exact amount is printed short (`$5bn`, `−$40m`); a rounded one keeps its zeros (`$1.00bn`), so that a
//! reader can tell the two apart. Unknown (NaN) is an en dash, never nought. Minus is U+2212.

use std::cell::Cell;

/// What stands for an unknown number.
pub const UNKNOWN: &str = "–";

/// How thousands, millions, billions and trillions are abbreviated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbers {
    /// `k`, `m`, `bn`, `tn`.
    #[default]
    International,
    /// `K`, `M`, `B`, `T`.
    Us,
}

thread_local! {
    static NUMBERS: Cell<Numbers> = const { Cell::new(Numbers::International) };
}

/// Runs something in which this thread abbreviates amounts in a style; afterwards it is as before.
pub fn with_numbers<T>(numbers: Numbers, run: impl FnOnce() -> T) -> T {
    struct Before(Numbers);
    impl Drop for Before {
        fn drop(&mut self) {
            NUMBERS.set(self.0);
        }
    }
    let _before = Before(NUMBERS.replace(numbers));
    run()
}

/// How the style in force abbreviates `k`, `m`, `bn` or `tn`.
#[must_use]
pub fn abbreviation(unit: &'static str) -> &'static str {
    match (NUMBERS.get(), unit) {
        (Numbers::Us, "tn") => "T",
        (Numbers::Us, "bn") => "B",
        (Numbers::Us, "m") => "M",
        (Numbers::Us, "k") => "K",
        _ => unit,
    }
}

/// Magnitudes and their suffixes, largest first.
const UNITS: [(f64, &str); 5] = [(1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"), (1.0, "")];

/// The smallest mantissa that rounds to 1.00 or more at three significant figures.
const ROUNDS_TO_ONE: f64 = 0.9995;

/// Amounts nearer to nought are told as less than this.
const LEAST_MONEY: f64 = 0.001;

/// More decimals than this are noise in a memo, however small the number.
const MOST_DECIMALS: i32 = 6;

/// An amount of money at three significant figures, with `k`, `m`, `bn` or `tn`.
///
/// `currency` is a symbol (`$`, `€`) or a code (`CHF`, printed with a space before the amount).
///
/// ```
/// use cabrio::report::format::money;
/// assert_eq!(money(1.314e9, "$"), "$1.31bn");
/// assert_eq!(money(-40e6, "$"), "−$40m");
/// assert_eq!(money(1.3e9, "CHF"), "CHF 1.3bn");
/// ```
#[must_use]
pub fn money(value: f64, currency: &str) -> String {
    if value.abs() > 0.0 && value.abs() < LEAST_MONEY {
        let least = with_currency(LEAST_MONEY, currency, &short(LEAST_MONEY, 3), "");
        return if value > 0.0 { format!("<{least}") } else { format!(">−{least}") };
    }
    let (size, suffix) = unit_of(value.abs());
    let mantissa = value.abs() / size;
    with_currency(value, currency, &short(mantissa, three_figures(mantissa)), suffix)
}

/// An amount of money with its standard error, both in the unit of the larger: `$1.31bn ± 0.02`.
///
/// The error is printed at one significant figure; the value at three, but never past the error's figure.
/// An unknown error prints as `± –`.
#[must_use]
pub fn money_with_error(value: f64, standard_error: f64, currency: &str) -> String {
    // The unit is that of the value as it will be shown: 996m ± 120m is 1.0bn ± 0.1.
    let figure = libm::pow(10.0, f64::from(-first_figure(standard_error)));
    let shown = libm::round(value.abs() / figure) * figure;
    let shown = if standard_error > 0.0 && shown.is_finite() { shown } else { value.abs() };
    let (size, suffix) = unit_of(f64::max(shown, standard_error.abs()));
    let (mantissa, error) = value_and_error(value.abs() / size, standard_error / size);
    format!("{} ± {error}", with_currency(value, currency, &mantissa, suffix))
}

/// An amount of money with as many decimals as are needed to tell it from its neighbours `step` away, for the
/// ticks of an axis. `step` is in the same currency units and above nought.
#[must_use]
pub fn money_to_step(value: f64, step: f64, currency: &str) -> String {
    let (size, suffix) = unit_of(value.abs());
    let mantissa = value.abs() / size;
    let first = first_figure(step / size);
    // A step such as 0.025 has two figures; one with more, such as 0.0256, is no step of a scale and rounded to one.
    let whole = |steps: f64| (steps - libm::round(steps)).abs() <= 1e-6;
    let steps = step / size * libm::pow(10.0, f64::from(first));
    let needed = if !whole(steps) && whole(10.0 * steps) { first + 1 } else { first };
    let decimals = i32::max(three_figures(mantissa), needed).min(MOST_DECIMALS);
    with_currency(value, currency, &short(mantissa, decimals), suffix)
}

/// A fraction as a percentage with one decimal: `0.382` is `38.2%`, `0.5` is `50%`.
///
/// What is not quite nought or not quite all says so: `<0.1%`, `>99.9%`.
#[must_use]
pub fn percent(fraction: f64) -> String {
    let value = fraction * 100.0;
    if value.abs() > 0.0 && value.abs() < 0.05 {
        return if value > 0.0 { "<0.1%" } else { ">−0.1%" }.to_owned();
    }
    // Shares that were added up may miss 100 by a few last bits; that is all of them.
    if (99.95..100.0 - 1e-7).contains(&value) {
        return ">99.9%".to_owned();
    }
    signed(value, &short(value.abs(), 1), "%")
}

/// An estimated share as a percentage, always with one decimal so that columns align: `6.0%`. Only exact nought
/// and exactly all are short: `0%`, `100%`.
#[must_use]
pub fn percent_estimate(fraction: f64) -> String {
    let text = percent(fraction);
    let whole = text.strip_suffix('%').filter(|digits| !digits.contains('.'));
    match whole {
        Some(digits) if digits != "0" && digits != "100" => format!("{digits}.0%"),
        _ => text,
    }
}

/// A fraction and its standard error as percentages: `21.40% ± 0.03`, at most two decimals.
#[must_use]
pub fn percent_with_error(fraction: f64, standard_error: f64) -> String {
    let (value, error) = (fraction * 100.0, standard_error * 100.0);
    let decimals = first_figure(error).clamp(0, 2);
    format!("{} ± {}", signed(value, &rounded(value.abs(), decimals), "%"), error_text(error))
}

/// A multiple of the money invested: `1.8x`, at three significant figures and at most two decimals.
#[must_use]
pub fn multiple(value: f64) -> String {
    let decimals = three_figures(value.abs()).min(2);
    signed(value, &short(value.abs(), decimals), "x")
}

/// A multiple and its standard error: `1.55x ± 0.01`.
#[must_use]
pub fn multiple_with_error(value: f64, standard_error: f64) -> String {
    let (mantissa, error) = value_and_error(value.abs(), standard_error);
    // More decimals than an exact multiple has would only look exact.
    let mantissa = match mantissa.split_once('.') {
        Some((_, decimals)) if decimals.len() > 2 => rounded(value.abs(), 2),
        _ => mantissa,
    };
    format!("{} ± {error}", signed(value, &mantissa, "x"))
}

/// A span of time in years with one decimal: `2.5 years`, `1 year`.
#[must_use]
pub fn years(value: f64) -> String {
    let text = short(value.abs(), 1);
    let noun = if text == "1" { " year" } else { " years" };
    signed(value, &text, noun)
}

/// A count with thousands separators: `2,000,000`.
#[must_use]
pub fn count(value: u64) -> String {
    thousands(&value.to_string())
}

/// A number of paths: `2,000,000 paths`, `1 path`.
#[must_use]
pub fn paths(number: u64) -> String {
    format!("{} {}", count(number), if number == 1 { "path" } else { "paths" })
}

/// The unit in which `magnitude` reads best, chosen after rounding, so that 999.5m is `$1.00bn`.
fn unit_of(magnitude: f64) -> (f64, &'static str) {
    let fits = |&&(size, _): &&(f64, &str)| magnitude / size >= ROUNDS_TO_ONE;
    let (size, name) = UNITS.iter().find(fits).copied().unwrap_or((1.0, ""));
    (size, abbreviation(name))
}

/// How many decimals show three significant figures of `mantissa`; nought has none.
fn three_figures(mantissa: f64) -> i32 {
    if !(mantissa > 0.0 && mantissa.is_finite()) {
        return 0;
    }
    // Half a unit of the third figure is enough to carry into the next decade: 9.995 is 10.0.
    let decade = power_of_ten_below(mantissa * (1.0 / ROUNDS_TO_ONE));
    (2 - decade).clamp(0, MOST_DECIMALS)
}

/// The decimal place of the first significant figure after rounding to it (0.096 rounds to 0.1: place 1);
/// negative above ten. Nought and unknown limit nothing.
fn first_figure(error: f64) -> i32 {
    if !(error > 0.0 && error.is_finite()) {
        return MOST_DECIMALS;
    }
    -power_of_ten_below(error * (1.0 / 0.95))
}

/// The exponent of the largest power of ten not above `x`, for `x` above nought.
fn power_of_ten_below(x: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "log10 of a finite positive f64 lies within ±324")]
    let exponent = libm::floor(libm::log10(x) + 1e-12) as i32;
    exponent
}

/// Value and error as texts, the value at three figures but not past the error's first one.
fn value_and_error(value: f64, error: f64) -> (String, String) {
    let decimals = i32::min(three_figures(value), first_figure(error));
    // An exact value (no error) may be printed short; an estimate keeps its zeros.
    let text = if error == 0.0 { short(value, decimals) } else { rounded(value, decimals) };
    (text, error_text(error))
}

/// A standard error at one significant figure.
fn error_text(error: f64) -> String {
    if error == 0.0 { "0".to_owned() } else { rounded(error, first_figure(error)) }
}

/// `value` rounded to `decimals` places; a negative count rounds to tens, hundreds, …
fn rounded(value: f64, decimals: i32) -> String {
    if !value.is_finite() {
        return without_size(value);
    }
    if let Ok(places) = usize::try_from(decimals) {
        return thousands(&format!("{value:.places$}"));
    }
    let step = libm::pow(10.0, f64::from(-decimals));
    thousands(&format!("{:.0}", libm::round(value / step) * step))
}

/// As [`rounded`], but an exact value loses its trailing zeros.
fn short(value: f64, decimals: i32) -> String {
    let text = rounded(value, decimals);
    let exact = text.replace(',', "").parse::<f64>().is_ok_and(|shown| (shown - value).abs() <= 1e-9 * value);
    if exact && text.contains('.') {
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    text
}

/// Commas between groups of three digits of the whole part.
pub(crate) fn thousands(digits: &str) -> String {
    let (whole, decimals) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut text = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + decimals
}

/// A minus, unless what is shown is nought or unknown.
fn sign(value: f64, shown_as_zero: bool) -> &'static str {
    if value < 0.0 && !shown_as_zero { "−" } else { "" }
}

/// Whether a text such as `0.00` shows no figure but nought.
fn is_zero(text: &str) -> bool {
    text.chars().all(|c| c == '0' || c == '.')
}

fn signed(value: f64, text: &str, suffix: &str) -> String {
    if !value.is_finite() {
        return without_size(value);
    }
    format!("{}{text}{suffix}", sign(value, is_zero(text)))
}

/// What stands for a number that is unknown or beyond all bounds.
fn without_size(value: f64) -> String {
    if value.is_nan() { UNKNOWN.to_owned() } else { format!("{}∞", sign(value, false)) }
}

fn with_currency(value: f64, currency: &str, text: &str, suffix: &str) -> String {
    if !value.is_finite() {
        return without_size(value);
    }
    let gap = if currency.ends_with(|c: char| c.is_ascii_alphabetic()) { " " } else { "" };
    format!("{}{currency}{gap}{text}{suffix}", sign(value, is_zero(text)))
}

/// A ratio of variances, to the two digits that are known of it at most; where it is huge, rounding is all that is left.
#[must_use]
pub fn times_as_many(ratio: f64) -> String {
    if ratio >= 1e6 {
        return "over a million".to_owned();
    }
    if ratio < 9.95 { format!("{ratio:.1}") } else { format!("{ratio:.0}") }
}

/// An input's key where a chart has little room: that it is an instrument's is seen from the rest.
pub(super) fn input_in_chart(key: &str) -> &str {
    key.strip_prefix("instruments.").unwrap_or(key)
}

/// An input's name, with a star if it is correlated with others.
pub(super) fn starred(name: &str, correlated: bool) -> String {
    format!("{name}{}", if correlated { " *" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Every expected text below is hand-worked from the rules in the module's opening.

    #[test]
    fn money_has_three_figures_and_exact_amounts_are_short() {
        for (value, text) in [
            (0.0, "$0"),
            (-0.0, "$0"),
            (1.0, "$1"),
            (0.4321, "$0.432"),
            (1.2e-7, "<$0.001"),
            (-1.2e-7, ">−$0.001"),
            (12.3456, "$12.3"),
            (850.0, "$850"),
            (999.4, "$999"),
            (999.5, "$1.00k"),
            (1e4, "$10k"),
            (12_345.0, "$12.3k"),
            (850e6, "$850m"),
            (999.4e6, "$999m"),
            (999.5e6, "$1.00bn"),
            (1e9, "$1bn"),
            (1.004e9, "$1.00bn"),
            (1.314e9, "$1.31bn"),
            (9.996e9, "$10.0bn"),
            (1.2e12, "$1.2tn"),
            (1e13, "$10tn"),
            (1.234_567e15, "$1,235tn"),
            (-40e6, "−$40m"),
            (-1.314e9, "−$1.31bn"),
            (f64::NAN, "–"),
            (f64::NEG_INFINITY, "−∞"),
        ] {
            assert_eq!(money(value, "$"), text, "{value}");
        }
    }

    #[test]
    fn american_abbreviations_hold_within_their_scope() {
        let amounts = || [4e3, 850e6, -1.2e9, 3e12].map(|amount| money(amount, "$")).join(" ");
        assert_eq!(with_numbers(Numbers::Us, amounts), "$4K $850M −$1.2B $3T");
        assert_eq!(amounts(), "$4k $850m −$1.2bn $3tn");
    }

    #[test]
    fn every_power_of_ten_is_exact_and_short() {
        let texts =
            ["$10k", "$100k", "$1m", "$10m", "$100m", "$1bn", "$10bn", "$100bn", "$1tn", "$10tn"].into_iter();
        for (exponent, text) in (4..).zip(texts) {
            assert_eq!(money(libm::pow(10.0, f64::from(exponent)), "$"), text);
        }
    }

    #[test]
    fn a_currency_without_symbol_prints_its_code() {
        assert_eq!(money(1.3e9, "CHF"), "CHF 1.3bn");
        assert_eq!(money(-1.3e9, "CHF"), "−CHF 1.3bn");
        assert_eq!(money(1.3e9, "A$"), "A$1.3bn");
        assert_eq!(money(1.3e9, "€"), "€1.3bn");
    }

    #[test]
    fn figures_stop_at_the_standard_error() {
        for (value, error, text) in [
            (1.314e9, 0.021e9, "$1.31bn ± 0.02"),
            (1.314e9, 0.000_2e9, "$1.31bn ± 0.0002"),
            (1.314e9, 0.31e9, "$1.3bn ± 0.3"),
            (131.4e9, 22e9, "$130bn ± 20"),
            (-996e6, 120e6, "−$1.0bn ± 0.1"),
            (996e6, 2e6, "$996m ± 2"),
            (1.3e9, 0.096e9, "$1.3bn ± 0.1"),
            (1.3e9, 0.0, "$1.3bn ± 0"),
            (1.3e9, 0.004e9, "$1.30bn ± 0.004"),
            (0.4e6, 20e6, "$0m ± 20"),
            (-0.4e6, 20e6, "$0m ± 20"),
            (0.0, 0.0, "$0 ± 0"),
            (1.314e9, f64::NAN, "$1.31bn ± –"),
            (f64::NAN, 1.0, "– ± 1"),
        ] {
            assert_eq!(money_with_error(value, error, "$"), text);
        }
        assert_eq!(multiple_with_error(1.5512, 0.012), "1.55x ± 0.01");
        assert_eq!(percent_with_error(0.214, 0.000_3), "21.40% ± 0.03");
        assert_eq!(percent_with_error(0.214, 0.04), "21% ± 4");
    }

    #[test]
    fn ticks_tell_neighbours_apart() {
        assert_eq!(money_to_step(1.3105e9, 0.0005e9, "$"), "$1.3105bn");
        assert_eq!(money_to_step(1.31e9, 0.0005e9, "$"), "$1.31bn");
        assert_eq!(money_to_step(250e6, 250e6, "$"), "$250m");
        assert_eq!(money_to_step(-7.625e12, 0.025e12, "$"), "−$7.625tn");
        assert_eq!(money_to_step(0.0, 250e6, "$"), "$0");
    }

    #[test]
    fn percentages_say_when_they_are_not_quite_nought_or_all() {
        for (fraction, text) in [
            (0.0, "0%"),
            (1.0, "100%"),
            (0.5, "50%"),
            (0.07, "7%"),
            (0.3816, "38.2%"),
            (0.500_01, "50.0%"),
            (0.000_2, "<0.1%"),
            (-0.000_2, ">−0.1%"),
            (0.999_9, ">99.9%"),
            (1.0 - 1e-12, "100%"),
            (-0.123, "−12.3%"),
            (2.5, "250%"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(percent(fraction), text);
        }
    }

    #[test]
    fn shares_keep_their_decimal() {
        let shares = [0.0, 1.0, 0.06, 0.3816, 0.000_2, 0.999_9, -0.05, f64::NAN].map(percent_estimate);
        assert_eq!(shares, ["0%", "100%", "6.0%", "38.2%", "<0.1%", ">99.9%", "−5.0%", "–"]);
    }

    #[test]
    fn multiples_years_and_counts() {
        let multiples = [1.8, 1.5512, 12.34, 0.0, 0.034, 123.4, -0.001, f64::NAN].map(multiple);
        assert_eq!(multiples, ["1.8x", "1.55x", "12.3x", "0x", "0.03x", "123x", "0.00x", "–"]);
        let spans = [2.53, 1.0, 0.0, 4.0, 1.04].map(years);
        assert_eq!(spans, ["2.5 years", "1 year", "0 years", "4 years", "1.0 years"]);
        assert_eq!([0, 999, 1000, 2_000_000].map(count), ["0", "999", "1,000", "2,000,000"]);
    }
}
