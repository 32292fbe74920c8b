//! Variants of a deal, run on the same paths.

use super::canvas::Stroke;
use super::font::{LABEL, STRONG};
use super::page::Page;
use super::palette::GRID;
use super::panel::{Panel, Rows, Values};
use super::{Chart, ChartError, Frame};
use crate::report::format::money_with_error;

/// Two standard normal quantiles: 95 % of estimates lie within this many standard errors.
pub(super) const Z95: f64 = 1.96;

/// Mean present value of every case, and its paired difference to the base case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cases {
    /// The cases in the order of the scenario; the base case has no difference.
    pub rows: Vec<Case>,
}

/// One case. Money in currency units.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// Mean present value.
    pub mean: f64,
    /// Standard error of the mean.
    pub standard_error: f64,
    /// The difference to the base case; none for the base case itself.
    pub difference: Option<Difference>,
}

/// Mean of path-by-path differences, in currency units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Case minus base.
    pub mean: f64,
    /// Standard error of the paired difference.
    pub standard_error: f64,
}

impl Cases {
    /// Draws the chart; it grows with the number of cases. Whiskers are ±1.96 standard errors.
    ///
    /// # Errors
    ///
    /// As plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        let count = self.rows.len();
        let mut page = Page::new(frame, Rows::room(count))?;
        if self.rows.is_empty() {
            return page.no_data("cases", "the scenario has no cases");
        }
        let place = Rows::new(&page, count);
        let quarter = 0.27 * page.body.width();
        let titles = self.rows.iter().map(|r| (r.name.as_str(), name_font(r)));
        let start = place.names(&mut page, titles, quarter) + 12.0;
        for y in (0..=count).map(|i| place.edge(i)) {
            page.canvas.line(&[(page.body.x0, y), (page.body.x1, y)], Stroke::solid(0.75, GRID));
        }
        let currency = &frame.currency;
        let means: Vec<[f64; 3]> = self.rows.iter().map(|r| interval(r.mean, r.standard_error)).collect();
        let mean_texts: Vec<String> =
            self.rows.iter().map(|r| money_with_error(r.mean, r.standard_error, currency)).collect();
        let parts: Vec<[f64; 3]> = self.rows.iter().map(difference).collect();
        let part_texts: Vec<String> = self.rows.iter().map(|r| difference_text(r, currency)).collect();
        let middle = f64::midpoint(start, page.body.x1);
        let (wide, data) = ((start, middle - 8.0), (means.as_flattened(), mean_texts.as_slice()));
        let left = Panel::new(&mut page, place, "Mean PV", wide, data, Values::InColumn);
        let lowest = means.as_flattened().iter().copied().fold(f64::INFINITY, f64::min);
        let highest = means.as_flattened().iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if lowest < 0.0 && highest > 0.0 {
            left.upright(&mut page, 0.0, count);
        }
        let (wide, data) = ((middle + 8.0, page.body.x1), (parts.as_flattened(), part_texts.as_slice()));
        let right = Panel::new(&mut page, place, "Difference to base", wide, data, Values::InColumnWithZero);
        right.upright(&mut page, 0.0, count);
        for i in 0..count {
            left.dot(&mut page, i, means[i]);
            left.value(&mut page, i, &mean_texts[i]);
            if self.rows[i].difference.is_some() {
                right.dot(&mut page, i, parts[i]);
            }
            right.value(&mut page, i, &part_texts[i]);
        }
        let words: Vec<String> = (0..count)
            .map(|i| format!("{}: {}, difference {}", self.rows[i].name, mean_texts[i], part_texts[i]))
            .collect();
        for (i, text) in words.iter().enumerate() {
            Panel::hint(&mut page, place, i, text);
        }
        page.finish("cases", &format!("{}.", words.join("; ")))
    }
}

fn name_font(row: &Case) -> super::font::Font {
    if row.difference.is_none() { STRONG } else { LABEL }
}

/// The 95 % interval around an estimate; only the estimate if its error is unknown.
fn interval(mean: f64, error: f64) -> [f64; 3] {
    let reach = if error.is_finite() { Z95 * error } else { 0.0 };
    [mean - reach, mean, mean + reach]
}

fn difference(row: &Case) -> [f64; 3] {
    row.difference.map_or([0.0; 3], |d| interval(d.mean, d.standard_error))
}

fn difference_text(row: &Case, currency: &str) -> String {
    row.difference.map_or_else(
        || "base".to_owned(),
        |d| {
            let plus = if d.mean > 0.0 { "+" } else { "" };
            format!("{plus}{}", money_with_error(d.mean, d.standard_error, currency))
        },
    )
}
