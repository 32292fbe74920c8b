//! What a result is at both ends of each input.

use super::canvas::{Anchor, Label, Stroke};
use super::cases::Z95;
use super::font::{LABEL, SMALL, STRONG, TICK};
use super::geometry::Rect;
use super::page::{HALF_CAP, Page};
use super::palette::{BLUE, Colour, INK, MUTED, RUST};
use super::scale::{Range, Unit};
use super::{Chart, ChartError, Frame};

/// Bars around a result, the widest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Tornado {
    /// What kind of tornado it is, fit for a file name.
    pub id: &'static str,
    /// The result that the bars start from.
    pub base: f64,
    /// What it is called: "as stated".
    pub base_name: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// The inputs.
    pub rows: Vec<TornadoRow>,
}

/// One input.
#[derive(Clone, Debug, PartialEq)]
pub struct TornadoRow {
    /// Its name.
    pub name: String,
    /// What it is at its low and its high end.
    pub ends: [String; 2],
    /// The result there.
    pub values: [f64; 2],
    /// Their standard errors, or those of the differences to the result that the bars start from.
    pub errors: [f64; 2],
    /// The share of the variance that it explains, as text.
    pub share: Option<String>,
}

/// Height of a row, of the axis, and the part of the width for names.
const ROW: f64 = 27.0;
const AXIS: f64 = 34.0;
const HEADING: f64 = 18.0;
const NAMES: f64 = 0.42;
/// The heading of the column of shares.
const SHARE: &str = "variance";
/// The colours of both ends of an input, and what they stand for.
const ENDS: [(Colour, &str); 2] = [(RUST, "input low"), (BLUE, "input high")];
const OPACITY: f64 = 0.85;

impl Tornado {
    /// Draws the chart; it grows with the number of inputs. Whiskers are ±1.96 standard errors.
    ///
    /// # Errors
    ///
    /// As plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        let shares = self.rows.iter().any(|row| row.share.is_some());
        let mut page = Page::new(frame, ROW * self.rows.len() as f64 + AXIS + HEADING)?;
        let values = self.rows.iter().flat_map(|row| {
            let reach = |end: usize| if row.errors[end].is_finite() { Z95 * row.errors[end] } else { 0.0 };
            [0, 1]
                .into_iter()
                .flat_map(move |end| [row.values[end] - reach(end), row.values[end] + reach(end)])
        });
        let range = Range::of(values.chain([self.base]), false).filter(|_| !self.rows.is_empty());
        let Some(range) = range else { return page.no_data(self.id, "no input is uncertain") };
        let x0 = page.body.x0 + NAMES * page.body.width();
        let texts = self.rows.iter().flat_map(|row| &row.share);
        let column = texts.map(|text| LABEL.width(text)).fold(STRONG.width(SHARE), f64::max) + 14.0;
        let x1 = page.body.x1 - if shares { column } else { 8.0 };
        let area = Rect::new(x0, page.body.y0 + HEADING, x1, page.body.y1 - AXIS);
        key(&mut page, x0);
        if shares {
            let label = Label::new(SHARE, STRONG).colour(MUTED);
            page.canvas.text((page.body.x1, page.body.y0 + 11.0), Anchor::End, label);
        }
        let x = range.padded(0.03, 0.03).onto(area.x0, area.x1);
        let ticks = x.ticks_across(self.unit, &frame.currency, TICK);
        page.x_ticks(&area, &x, &ticks, 0.0);
        let height = (area.height() / self.rows.len() as f64).min(40.0);
        for (index, row) in self.rows.iter().enumerate() {
            let middle = area.y0 + height * (index as f64 + 0.5);
            let room = x0 - page.body.x0 - 12.0;
            let name = Label::new(LABEL.fit(&row.name, room), LABEL);
            page.canvas.text((page.body.x0, middle - 1.5), Anchor::Start, name);
            let ends = format!("{} → {}", row.ends[0], row.ends[1]);
            let ends = Label::new(SMALL.fit(&ends, room), SMALL).colour(MUTED);
            page.canvas.text((page.body.x0, middle + 9.5), Anchor::Start, ends);
            for (end, (colour, _)) in ENDS.into_iter().enumerate() {
                let (from, to) = (x.at(self.base), x.at(row.values[end]));
                let bar = Rect::new(from.min(to), middle - 7.0, from.max(to), middle + 7.0);
                if bar.width() > 0.05 {
                    page.canvas.area(bar.corners().to_vec(), colour, OPACITY);
                }
            }
            if let Some(share) = &row.share {
                let at = (page.body.x1, middle + HALF_CAP * LABEL.size);
                page.canvas.text(at, Anchor::End, Label::new(share.as_str(), LABEL));
            }
            let band = Rect::new(page.body.x0, middle - height / 2.0, page.body.x1, middle + height / 2.0);
            page.canvas.hint(band, self.of_row(row, &frame.currency));
            for end in [0, 1] {
                let reach = Z95 * row.errors[end];
                let (from, to) = (x.at(row.values[end] - reach), x.at(row.values[end] + reach));
                if to - from > 2.0 {
                    page.canvas.line(&[(from, middle), (to, middle)], Stroke::solid(1.5, INK));
                }
            }
        }
        let at = x.at(self.base);
        page.canvas.line(&[(at, area.y0), (at, area.y1)], Stroke::solid(1.0, INK));
        let text = format!("{} {}", self.base_name, self.unit.text(self.base, &frame.currency));
        let half = TICK.width(&text) / 2.0;
        let middle = at.clamp(area.x0 + half, f64::max(area.x0 + half, page.body.x1 - half));
        page.note((middle, page.body.y1 - 4.0), Anchor::Middle, &text, TICK, area.width());
        page.finish(self.id, &self.in_words(&frame.currency))
    }

    fn of_row(&self, row: &TornadoRow, currency: &str) -> String {
        let text = |value: f64| self.unit.text(value, currency);
        let [low, high] = &row.ends;
        let share = row.share.as_ref().map_or_else(String::new, |share| format!(", {share} of the variance"));
        let [at_low, at_high] = row.values.map(text);
        format!("{}: {low} gives {at_low}, {high} gives {at_high}{share}", row.name)
    }

    fn in_words(&self, currency: &str) -> String {
        let rows: Vec<String> = self.rows.iter().map(|row| self.of_row(row, currency)).collect();
        format!("{}: {}. {}.", self.base_name, self.unit.text(self.base, currency), rows.join("; "))
    }
}

/// What the colours stand for, from `x` on.
fn key(page: &mut Page<'_>, x: f64) {
    let (mut x, y) = (x, page.body.y0 + 11.0);
    for (colour, text) in ENDS {
        page.canvas.area(Rect::new(x, y - 8.0, x + 9.0, y + 1.0).corners().to_vec(), colour, OPACITY);
        let label = Label::new(text, TICK).colour(MUTED);
        let width = label.width();
        page.canvas.text((x + 14.0, y), Anchor::Start, label);
        x += width + 30.0;
    }
}
