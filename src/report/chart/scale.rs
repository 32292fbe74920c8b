//! From values to pixels, linear or logarithmic, and the ticks that readers expect.

use super::font::Font;
use crate::report::format::{count, money, money_to_step, multiple};

/// What the numbers of an axis are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Amounts in the frame's currency.
    Money,
    /// Multiples of the money invested: `1.8x`.
    Multiple,
    /// Fractions shown as percentages: 0.25 is `25%`.
    Fraction,
    /// Calendar years with decimals: 2027.5 is the first of July 2027.
    Year,
    /// Whole numbers.
    Count,
    /// Numbers without a unit.
    Plain,
    /// Nothing that could be written at a tick.
    Blank,
}

/// The range of an axis, and whether it is logarithmic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) log: bool,
}

impl Range {
    /// The range of the values that an axis can show (finite; above nought if logarithmic), or nothing. A single
    /// value gets room on both sides.
    pub(super) fn of(values: impl IntoIterator<Item = f64>, log: bool) -> Option<Self> {
        let shown = values.into_iter().filter(|v| v.is_finite() && (!log || *v > 0.0));
        let (low, high) =
            shown.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        if low > high {
            return None;
        }
        let range = Range { low, high, log };
        Some(if high - low <= 1e-9 * high.abs() { range.opened() } else { range })
    }

    /// The range of dates, in years; a single date gets the year after it.
    pub(super) fn of_dates(dates: impl IntoIterator<Item = f64>) -> Option<Self> {
        let shown = dates.into_iter().filter(|d| d.is_finite());
        let (low, high) =
            shown.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), d| (low.min(d), high.max(d)));
        let range = Range { low, high, log: false };
        match () {
            () if low > high => None,
            () if low < high => Some(range),
            () => Some(Range { low, high: high + 1.0, log: false }),
        }
    }

    fn opened(self) -> Self {
        let Range { low, high, log } = self;
        match (log, high == 0.0) {
            (true, _) => Range { low: low / 2.0, high: high * 2.0, log },
            (false, true) => Range { low, high: 1.0, log },
            (false, false) => Range { low: low - 0.5 * low.abs(), high: high + 0.5 * high.abs(), log },
        }
    }

    /// With nought in it.
    pub(super) fn with_zero(self) -> Self {
        Range { low: self.low.min(0.0), high: self.high.max(0.0), ..self }
    }

    /// Wider by a fraction of itself below and above.
    pub(super) fn padded(self, below: f64, above: f64) -> Self {
        if self.log {
            let decades = libm::log10(self.high / self.low);
            let (down, up) = (libm::pow(10.0, -below * decades), libm::pow(10.0, above * decades));
            return Range { low: self.low * down, high: self.high * up, log: true };
        }
        let span = self.high - self.low;
        Range { low: self.low - below * span, high: self.high + above * span, log: false }
    }

    /// On the pixels between `from` (for the low end) and `to`.
    pub(super) fn onto(self, from: f64, to: f64) -> Scale {
        Scale { range: self, from, to }
    }
}

/// A range laid on pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub(super) range: Range,
    from: f64,
    to: f64,
}

/// A value to mark on an axis, and its text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) value: f64,
    pub(super) text: String,
}

impl Scale {
    /// The pixel of a value; values beyond the range lie on its edge, NaN has no place.
    pub(super) fn at(&self, value: f64) -> f64 {
        let Range { low, high, log } = self.range;
        let share = if log {
            // What is not above nought lies infinitely far down.
            if value <= 0.0 { 0.0 } else { libm::log(value / low) / libm::log(high / low) }
        } else {
            (value - low) / (high - low)
        };
        self.from + (self.to - self.from) * share.clamp(0.0, 1.0)
    }

    /// What is at its low end.
    pub(super) fn low(&self) -> f64 {
        self.range.low
    }

    /// Ticks along a horizontal axis: the densest set whose texts keep clear of each other.
    pub(super) fn ticks_across(&self, unit: Unit, currency: &str, font: Font) -> Vec<Tick> {
        self.ticks(unit, currency, |ticks| {
            ticks.windows(2).all(|pair| {
                let room = (self.at(pair[1].value) - self.at(pair[0].value)).abs();
                room >= f64::midpoint(font.width(&pair[0].text), font.width(&pair[1].text)) + 12.0
            })
        })
    }

    /// Ticks along a vertical axis: the densest set with `gap` pixels between neighbours.
    pub(super) fn ticks_down(&self, unit: Unit, currency: &str, gap: f64) -> Vec<Tick> {
        self.ticks(unit, currency, |ticks| {
            ticks.windows(2).all(|pair| (self.at(pair[1].value) - self.at(pair[0].value)).abs() >= gap)
        })
    }

    fn ticks(&self, unit: Unit, currency: &str, fits: impl Fn(&[Tick]) -> bool) -> Vec<Tick> {
        let mut sets = self.range.tick_sets(unit).into_iter().map(|(step, values)| -> Vec<Tick> {
            values
                .into_iter()
                .map(|value| Tick { value, text: tick_text(value, step, unit, currency) })
                .collect()
        });
        sets.find(|ticks| fits(ticks)).unwrap_or_default()
    }
}

impl Range {
    /// Sets of round values with their step (nought on a logarithmic axis), dense ones first.
    fn tick_sets(&self, unit: Unit) -> Vec<(f64, Vec<f64>)> {
        if self.log {
            let sets = self.log_sets();
            // Less than about a decade: round values an equal step apart serve better.
            if sets.first().is_some_and(|(_, values)| values.len() >= 3) {
                return sets;
            }
        }
        let span = self.high - self.low;
        let steps = match unit {
            // Months are of interest only within a few years.
            Unit::Year if span < 2.5 => vec![1.0 / 12.0, 0.25, 0.5, 1.0],
            Unit::Year => vec![1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0],
            _ => round_steps(span),
        };
        let least = if unit == Unit::Count { 1.0 } else { 0.0 };
        let sets = steps.into_iter().filter(|step| *step >= least && span / step <= 14.0);
        sets.map(|step| (step, multiples(step, self.low, self.high))).collect()
    }

    /// The 1-2-5 series, then powers of ten, ever fewer.
    fn log_sets(&self) -> Vec<(f64, Vec<f64>)> {
        let (first, last) = (libm::floor(libm::log10(self.low)), libm::ceil(libm::log10(self.high)));
        let decades = |every: f64, series: &[f64]| {
            let mut values = Vec::new();
            let mut exponent = libm::ceil(first / every) * every;
            while exponent <= last {
                // A tick on the very edge of the range may miss it by a last bit.
                let round = series.iter().map(|s| s * libm::pow(10.0, exponent));
                values.extend(
                    round.filter(|v| *v >= self.low * (1.0 - 1e-9) && *v <= self.high * (1.0 + 1e-9)),
                );
                exponent += every;
            }
            (0.0, values)
        };
        let mut sets = vec![decades(1.0, &[1.0, 2.0, 5.0])];
        sets.extend([1.0, 2.0, 3.0, 4.0, 6.0, 12.0].map(|every| decades(every, &[1.0])));
        sets
    }
}

/// Steps of 1, 2, 2.5 or 5 times a power of ten that divide a span into two to about twelve.
fn round_steps(span: f64) -> Vec<f64> {
    let decade = libm::pow(10.0, libm::floor(libm::log10(span / 12.0)));
    [1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 25.0, 50.0, 100.0].map(|m| m * decade).to_vec()
}

fn multiples(step: f64, low: f64, high: f64) -> Vec<f64> {
    let slack = 1e-9 * (high - low);
    let first = libm::ceil((low - slack) / step);
    let mut values = Vec::new();
    let mut i = 0.0;
    while (first + i) * step <= high + slack {
        // Adding nought turns a negative zero into a plain one.
        values.push((first + i) * step + 0.0);
        i += 1.0;
    }
    values
}

impl Unit {
    /// A value by itself.
    pub(super) fn text(self, value: f64, currency: &str) -> String {
        if value.is_nan() {
            return crate::report::format::UNKNOWN.to_owned();
        }
        let size = libm::pow(10.0, libm::floor(libm::log10(value.abs().max(1e-12))) - 2.0);
        match self {
            Unit::Money => money(value, currency),
            Unit::Fraction => crate::report::format::percent_estimate(value),
            _ => tick_text(value, size, self, currency),
        }
    }
}

/// A number with the decimals that a step asks for.
fn plain_text(value: f64, step: f64) -> String {
    let places = if step > 0.0 { (-libm::floor(libm::log10(step) + 1e-9)).clamp(0.0, 6.0) } else { 2.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 6")]
    let places = places as usize;
    let text = format!("{:.places$}", value.abs());
    let text = if places > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{}{text}", if value < 0.0 { "−" } else { "" })
}

fn tick_text(value: f64, step: f64, unit: Unit, currency: &str) -> String {
    match unit {
        Unit::Money if step > 0.0 => money_to_step(value, step, currency),
        Unit::Money => money(value, currency),
        Unit::Multiple => multiple(value),
        Unit::Fraction => {
            let percent = value * 100.0;
            let whole = (step * 100.0 - libm::round(step * 100.0)).abs() < 1e-9;
            let places = if whole { 0 } else { 2 };
            let text = format!("{:.places$}", percent.abs());
            let text = if places > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
            format!("{}{text}%", if percent < 0.0 { "−" } else { "" })
        }
        Unit::Year => date_text(value, step),
        Unit::Plain => plain_text(value, step),
        Unit::Blank => String::new(),
        Unit::Count => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "ticks of counts are whole and not negative"
            )]
            let whole = libm::round(value) as u64;
            count(whole)
        }
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A year, or a month and a year where ticks are less than a year apart.
pub(super) fn date_text(year: f64, step: f64) -> String {
    if step >= 1.0 {
        return format!("{year:.0}");
    }
    // The first of a month may lie a last bit before itself.
    let months = libm::floor(year * 12.0 + 1e-6);
    let whole = libm::floor(months / 12.0);
    let month = MONTHS.iter().zip(0_u8..).find(|(_, i)| f64::from(*i) > months - 12.0 * whole - 0.5);
    format!("{} {whole:.0}", month.map_or("", |(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::font::{TICK, register};

    fn texts(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|t| t.text.as_str()).collect()
    }

    // Expected ticks are hand-worked from the 1-2-5 rule.

    #[test]
    fn a_log_axis_ticks_at_one_two_five_where_there_is_room() {
        register().unwrap();
        let range = Range { low: 1e9, high: 1e11, log: true };
        let wide = range.onto(0.0, 600.0).ticks_across(Unit::Money, "$", TICK);
        assert_eq!(texts(&wide), ["$1bn", "$2bn", "$5bn", "$10bn", "$20bn", "$50bn", "$100bn"]);
        let narrow = range.onto(0.0, 120.0).ticks_across(Unit::Money, "$", TICK);
        assert_eq!(texts(&narrow), ["$1bn", "$10bn", "$100bn"]);
    }

    #[test]
    fn nine_decades_and_half_a_decade_both_get_ticks() {
        register().unwrap();
        let all = Range { low: 1e4, high: 1e13, log: true }.onto(0.0, 500.0);
        let ticks = all.ticks_across(Unit::Money, "$", TICK);
        assert_eq!(texts(&ticks).len(), 10);
        let little = Range { low: 3e9, high: 4.2e9, log: true }.onto(0.0, 500.0);
        assert_eq!(
            texts(&little.ticks_across(Unit::Money, "$", TICK)),
            [
                "$3bn", "$3.1bn", "$3.2bn", "$3.3bn", "$3.4bn", "$3.5bn", "$3.6bn", "$3.7bn", "$3.8bn",
                "$3.9bn", "$4bn", "$4.1bn", "$4.2bn"
            ]
            .iter()
            .step_by(2)
            .copied()
            .collect::<Vec<_>>()
        );
    }

    #[test]
    fn linear_ticks_are_round_and_distinct() {
        let range = Range { low: 1.3100e9, high: 1.3125e9, log: false };
        let ticks = range.onto(200.0, 0.0).ticks_down(Unit::Money, "$", 30.0);
        assert_eq!(texts(&ticks), ["$1.31bn", "$1.3105bn", "$1.311bn", "$1.3115bn", "$1.312bn", "$1.3125bn"]);
        let halves = Range { low: 0.0, high: 0.05, log: false }.onto(60.0, 0.0);
        assert_eq!(texts(&halves.ticks_down(Unit::Fraction, "$", 25.0)), ["0%", "2.5%", "5%"]);
        let signed = Range { low: -0.1, high: 0.2, log: false }.onto(100.0, 0.0);
        assert_eq!(texts(&signed.ticks_down(Unit::Fraction, "$", 30.0)), ["−10%", "0%", "10%", "20%"]);
    }

    #[test]
    fn dates_tick_at_years_or_months() {
        register().unwrap();
        let years = Range { low: 2026.9, high: 2031.9, log: false }.onto(0.0, 300.0);
        assert_eq!(
            texts(&years.ticks_across(Unit::Year, "$", TICK)),
            ["2027", "2028", "2029", "2030", "2031"]
        );
        assert_eq!(date_text(2027.5, 0.5), "Jul 2027");
        assert_eq!(date_text(2026.89, 0.25), "Nov 2026");
        assert_eq!(date_text(2026.0 + 11.0 / 12.0, 0.25), "Dec 2026");
    }

    #[test]
    fn values_beyond_the_range_lie_on_its_edge() {
        let scale = Range { low: 1.0, high: 100.0, log: true }.onto(0.0, 10.0);
        let pixels = [0.0, -5.0, 1.0, 10.0, 1e9].map(|v| format!("{:.3}", scale.at(v)));
        assert_eq!(pixels, ["0.000", "0.000", "0.000", "5.000", "10.000"]);
        assert!(scale.at(f64::NAN).is_nan());
    }

    #[test]
    fn a_single_value_gets_room() {
        let one = Range::of([5.0], true).unwrap();
        assert!(one.low < 5.0 && one.high > 5.0);
        assert!(Range::of([f64::NAN], false).is_none());
        assert!(Range::of([0.0, -1.0], true).is_none());
        let day = Range::of_dates([2027.0]).unwrap();
        assert_eq!((day.low, day.high), (2027.0, 2028.0));
        let zero = Range::of([0.0, 0.0], false).unwrap();
        assert!(zero.low < zero.high);
    }
}
