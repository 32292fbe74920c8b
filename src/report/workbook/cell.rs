//! Cells and their looks: what a number is decides how it is printed, and a reader may always change that.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::report::summary::{Mean, Probability};

/// The colour of what was put in, as analysts mark it.
pub(super) const INPUT: Color = Color::RGB(0x00_00_FF);
/// Headings.
pub(super) const NAVY: Color = Color::RGB(0x08_30_6B);
/// Notes.
pub(super) const MUTED: Color = Color::RGB(0x59_59_59);

/// The content of a cell. Unknown numbers leave it empty.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Empty,
    Text(String),
    /// In the deal's currency.
    Money(f64),
    /// A fraction.
    Percent(f64),
    Multiple(f64),
    Years(f64),
    Number(f64),
    Count(u64),
    /// ISO 8601.
    Day(String),
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number of some kind, if it is known.
    pub(super) fn of(kind: fn(f64) -> Self, number: Option<f64>) -> Self {
        number.filter(|number| number.is_finite()).map_or(Self::Empty, kind)
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Money(x) | Self::Percent(x) | Self::Multiple(x) | Self::Years(x) | Self::Number(x) => {
                Some(*x)
            }
            Self::Count(count) => Some(*count as f64),
            Self::Empty | Self::Text(_) | Self::Day(_) => None,
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::text(text.as_str())
    }
}

/// An estimate: value, standard error, and the ends of its 95 % interval.
pub(super) fn estimate(kind: fn(f64) -> Cell, mean: &Mean) -> [Cell; 4] {
    [mean.value, mean.standard_error, mean.low, mean.high].map(|number| Cell::of(kind, number))
}

/// A probability in the same form.
pub(super) fn chance(probability: &Probability) -> [Cell; 4] {
    let Probability { value, standard_error, low, high, .. } = *probability;
    [value, standard_error, low, high].map(|number| Cell::of(Cell::Percent, number))
}

/// A unit of money: its size, its name, and the commas that divide by it in a number format.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) size: f64,
    name: &'static str,
    commas: &'static str,
}

const SCALES: [Scale; 5] = [
    Scale { size: 1e12, name: "tn", commas: ",,,," },
    Scale { size: 1e9, name: "bn", commas: ",,," },
    Scale { size: 1e6, name: "m", commas: ",," },
    Scale { size: 1e3, name: "k", commas: "," },
    Scale { size: 1.0, name: "", commas: "" },
];

impl Scale {
    /// The largest unit that an amount fills.
    pub(super) fn of(amount: f64) -> Self {
        // Two decimals round 999.996m to 1,000.00m.
        let fits = |scale: &&Scale| amount.abs() >= 0.999_995 * scale.size;
        SCALES.iter().find(fits).copied().unwrap_or(SCALES[4])
    }

    fn next_smaller(self) -> Option<Self> {
        SCALES.iter().find(|scale| scale.size < self.size).copied()
    }
}

/// Number formats that know the currency.
#[derive(Clone, Debug)]
pub(super) struct Styles {
    /// The currency as a literal of a number format.
    mark: String,
}

impl Styles {
    /// `mark` is a symbol or a code.
    pub(super) fn new(mark: &str) -> Self {
        let gap = if mark.ends_with(|c: char| c.is_ascii_alphabetic()) { " " } else { "" };
        Self { mark: format!("\"{}{gap}\"", mark.replace('"', "")) }
    }

    /// Amounts of about one size: two decimals of that unit.
    pub(super) fn money(&self, scale: Scale) -> String {
        let amount = format!("{}#,##0.00{}{}", self.mark, scale.commas, quoted(scale.name));
        format!("{amount};-{amount};{}0", self.mark)
    }

    /// Amounts along an axis up to `most`, in three units at most; Excel allows no more conditions.
    pub(super) fn money_axis(&self, most: f64, step: f64) -> String {
        let largest = Scale::of(most);
        let places = |scale: Scale| if step >= scale.size || step <= 0.0 { "" } else { ".0" };
        let amount = |scale: Scale| {
            format!("{}#,##0{}{}{}", self.mark, places(scale), scale.commas, quoted(scale.name))
        };
        let Some(middle) = largest.next_smaller().filter(|_| step <= 0.0) else {
            let amount = amount(largest);
            return format!("{amount};-{amount};{}0", self.mark);
        };
        let smallest = middle.next_smaller().unwrap_or(middle);
        let [first, second, third] = [largest, middle, smallest].map(amount);
        format!("[>={}]{first};[>={}]{second};{third}", largest.size, middle.size)
    }

    /// How a cell is printed; the scale is that of its column, `first` whether that is the first one.
    pub(super) fn of(&self, cell: &Cell, column: Scale, first: bool) -> Format {
        let plain = Format::new().set_align(FormatAlign::Top);
        match cell {
            Cell::Empty => plain,
            Cell::Text(text) => {
                // A text after a number would stick to it.
                let format = plain.set_text_wrap().set_align(FormatAlign::Left).set_indent(u8::from(!first));
                // The apostrophe keeps it a text when the cell is edited.
                if text.starts_with(['=', '+', '-', '@']) { format.set_quote_prefix() } else { format }
            }
            Cell::Money(amount) => {
                let own = Scale::of(*amount);
                // What its column's unit would round to almost nothing has its own.
                let small = amount.abs() < 0.1 * column.size;
                plain.set_num_format(self.money(if small { own } else { column }))
            }
            Cell::Percent(share) => {
                let exact = *share == 0.0 || (*share - 1.0).abs() <= 0.0;
                plain.set_num_format(if exact { "0%" } else { "0.00%" })
            }
            Cell::Multiple(_) => plain.set_num_format("0.00\"x\""),
            Cell::Years(_) => plain.set_num_format("0.00"),
            Cell::Number(x) => {
                let whole = (libm::trunc(*x) - *x).abs() <= 0.0 && x.abs() < 1e15;
                plain.set_num_format(if whole { "#,##0" } else { "0.0000" })
            }
            Cell::Count(_) => plain.set_num_format("#,##0"),
            Cell::Day(_) => plain.set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
        }
    }
}

fn quoted(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!("\"{name}\"") }
}

/// The title of a sheet.
pub(super) fn title() -> Format {
    Format::new().set_bold().set_font_size(14).set_font_color(NAVY)
}

/// The heading of a table.
pub(super) fn heading() -> Format {
    Format::new().set_bold().set_font_size(12).set_font_color(NAVY)
}

/// Notes.
pub(super) fn note() -> Format {
    Format::new().set_font_color(MUTED)
}

/// The head of a column.
pub(super) fn head(numeric: bool) -> Format {
    let format = Format::new().set_bold().set_text_wrap().set_border_bottom(FormatBorder::Thin);
    format.set_align(FormatAlign::Bottom).set_align(if numeric {
        FormatAlign::Right
    } else {
        FormatAlign::Left
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hand-worked: the commas of a number format divide by 1,000 each (ECMA-376 part 1, 18.8.31).
    #[test]
    fn amounts_are_printed_in_the_unit_they_fill() {
        let styles = Styles::new("$");
        let format = |amount| styles.money(Scale::of(amount));
        assert_eq!(format(1.31e9), "\"$\"#,##0.00,,,\"bn\";-\"$\"#,##0.00,,,\"bn\";\"$\"0");
        assert_eq!(format(-4e4), "\"$\"#,##0.00,\"k\";-\"$\"#,##0.00,\"k\";\"$\"0");
        assert_eq!(format(999.0), "\"$\"#,##0.00;-\"$\"#,##0.00;\"$\"0");
        assert!(format(9.999_99e11).contains(",,,,\"tn\""));
        assert!(Styles::new("CHF").money(Scale::of(1e6)).starts_with("\"CHF \"#"));
    }

    #[test]
    fn an_axis_has_three_units_at_most() {
        let styles = Styles::new("€");
        assert_eq!(
            styles.money_axis(2e12, 0.0),
            "[>=1000000000000]\"€\"#,##0,,,,\"tn\";[>=1000000000]\"€\"#,##0,,,\"bn\";\"€\"#,##0,,\"m\""
        );
        assert_eq!(styles.money_axis(3e9, 5e8), "\"€\"#,##0.0,,,\"bn\";-\"€\"#,##0.0,,,\"bn\";\"€\"0");
        assert_eq!(styles.money_axis(30e9, 5e9), "\"€\"#,##0,,,\"bn\";-\"€\"#,##0,,,\"bn\";\"€\"0");
    }
}
