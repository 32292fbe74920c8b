//! Whether uncertain things moved together as asked.

use super::canvas::Stroke;
use super::cases::Z95;
use super::font::LABEL;
use super::page::Page;
use super::palette::{GRID, INK};
use super::panel::{Panel, Rows, Values};
use super::{Chart, ChartError, Frame};

/// Rows that a chart has room for; of more pairs those with the widest gaps are shown.
pub(in crate::report) const MOST_ROWS: usize = 14;

/// Correlations asked for, and those that came out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Correlations {
    /// The pairs, at most [`MOST_ROWS`].
    pub rows: Vec<CorrelatedPair>,
}

/// Two uncertain things.
#[derive(Clone, Debug, PartialEq)]
pub struct CorrelatedPair {
    /// Their names.
    pub name: String,
    /// Correlation asked for, −1 to 1.
    pub requested: f64,
    /// Correlation that came out, −1 to 1.
    pub realised: f64,
    /// Its standard error.
    pub standard_error: f64,
}

impl CorrelatedPair {
    fn gap(&self) -> f64 {
        self.realised - self.requested
    }
}

impl Correlations {
    /// Draws the chart; it grows with the number of pairs. Whiskers are ±1.96 standard errors.
    ///
    /// # Errors
    ///
    /// As plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        let count = self.rows.len();
        let mut page = Page::new(frame, Rows::room(count))?;
        if self.rows.is_empty() {
            return page.no_data("corr", "no correlation is asked for");
        }
        let place = Rows::new(&page, count);
        let most = 0.32 * page.body.width();
        let start = place.names(&mut page, self.rows.iter().map(|r| (r.name.as_str(), LABEL)), most) + 12.0;
        for y in (0..=count).map(|i| place.edge(i)) {
            page.canvas.line(&[(page.body.x0, y), (page.body.x1, y)], Stroke::solid(0.75, GRID));
        }
        let middle = f64::midpoint(start, page.body.x1);
        let levels: Vec<f64> = self.rows.iter().flat_map(|r| [r.requested, r.realised, 0.0]).collect();
        let level_texts: Vec<String> = self.rows.iter().map(|r| two_places(r.realised)).collect();
        let heading = "Asked for (bar), came out (dot)";
        let (wide, data) = ((start, middle - 8.0), (levels.as_slice(), level_texts.as_slice()));
        let left = Panel::new(&mut page, place, heading, wide, data, Values::InColumn);
        left.upright(&mut page, 0.0, count);
        let gaps: Vec<[f64; 3]> = self.rows.iter().map(gap_interval).collect();
        let gap_texts: Vec<String> = self.rows.iter().map(gap_text).collect();
        let (wide, data) = ((middle + 8.0, page.body.x1), (gaps.as_flattened(), gap_texts.as_slice()));
        let right = Panel::new(&mut page, place, "Gap, 95% interval", wide, data, Values::InColumnWithZero);
        right.upright(&mut page, 0.0, count);
        for (i, row) in self.rows.iter().enumerate() {
            let (x, y) = (left.scale.at(row.requested), place.middle(i));
            page.canvas.line(&[(x, y - 7.0), (x, y + 7.0)], Stroke::solid(2.0, INK));
            left.dot(&mut page, i, [row.realised; 3]);
            left.value(&mut page, i, &level_texts[i]);
            right.dot(&mut page, i, gaps[i]);
            right.value(&mut page, i, &gap_texts[i]);
            Panel::hint(&mut page, place, i, &in_words(row));
        }
        let words: Vec<String> = self.rows.iter().map(in_words).collect();
        page.finish("corr", &format!("{}.", words.join("; ")))
    }
}

fn gap_interval(row: &CorrelatedPair) -> [f64; 3] {
    let reach = if row.standard_error.is_finite() { Z95 * row.standard_error } else { 0.0 };
    [row.gap() - reach, row.gap(), row.gap() + reach]
}

fn gap_text(row: &CorrelatedPair) -> String {
    let plus = if row.gap() > 0.0 { "+" } else { "" };
    format!("{plus}{} ± {:.3}", minus(format!("{:.3}", row.gap())), row.standard_error)
}

fn in_words(row: &CorrelatedPair) -> String {
    format!(
        "{}: {} asked for, {} came out, gap {}",
        row.name,
        two_places(row.requested),
        two_places(row.realised),
        gap_text(row)
    )
}

fn two_places(correlation: f64) -> String {
    minus(format!("{correlation:.2}"))
}

/// With a proper minus sign, and none before nought.
fn minus(number: String) -> String {
    match number.strip_prefix('-') {
        Some(rest) if rest.trim_matches(['0', '.']).is_empty() => rest.to_owned(),
        Some(rest) => format!("−{rest}"),
        None => number,
    }
}
