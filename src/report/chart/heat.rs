//! Two figures varied together: a table in colours.

use super::canvas::{Anchor, Label, Stroke};
use super::font::{LABEL, SMALL, STRONG, TICK};
use super::geometry::Rect;
use super::page::{HALF_CAP, Page};
use super::palette::{Colour, INK, MUTED, NAVY, RUST, WHITE};
use super::{Chart, ChartError, Frame};

/// A table of results, coloured by their difference to the deal as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Heat {
    /// What runs down, and its values.
    pub rows: (String, Vec<String>),
    /// What runs across, and its values.
    pub columns: (String, Vec<String>),
    /// Row by row.
    pub cells: Vec<HeatCell>,
}

/// One result.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatCell {
    /// Result less that of the deal as it stands: sets the colour.
    pub difference: f64,
    /// The result as text.
    pub text: String,
    /// Whether it cannot be told from the deal as it stands.
    pub open: bool,
    /// Whether it is the deal as it stands.
    pub base: bool,
}

/// Height of a row, at least, and of the headings.
const ROW: f64 = 22.0;
const HEADINGS: f64 = 38.0;
/// The middle of the colours.
const MIDDLE: Colour = Colour(0xF7, 0xF7, 0xF7);
/// Grey that is read on pale colours.
const PALE_TEXT: Colour = MUTED;

impl Heat {
    /// Draws the chart.
    ///
    /// # Errors
    ///
    /// As plotters fails, or if there are more or fewer cells than rows times columns.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        let (down, across) = (self.rows.1.len(), self.columns.1.len());
        super::same_length("heat", "cells", self.cells.len(), down * across)?;
        let mut page = Page::new(frame, HEADINGS + ROW * down as f64)?;
        if self.cells.is_empty() {
            return page.no_data("heat", "nothing was varied");
        }
        let widest = self.rows.1.iter().map(|text| TICK.width(text)).fold(0.0, f64::max);
        let key = Label::new(STRONG.fit(&format!("{} ↓", self.rows.0), 0.45 * page.body.width()), STRONG);
        let x0 = page.body.x0 + widest.min(0.3 * page.body.width()) + 10.0;
        let y0 = page.body.y0 + HEADINGS;
        let (width, height) = ((page.body.x1 - x0) / across as f64, (page.body.y1 - y0) / down as f64);
        let key_width = key.width();
        page.canvas.text((page.body.x0, page.body.y0 + 10.0), Anchor::Start, key.colour(MUTED));
        let room = page.body.width() - key_width - 20.0;
        let heading = Label::new(STRONG.fit(&format!("{} →", self.columns.0), room), STRONG).colour(MUTED);
        page.canvas.text((page.body.x1, page.body.y0 + 10.0), Anchor::End, heading);
        for (column, text) in self.columns.1.iter().enumerate() {
            let label = Label::new(TICK.fit(text, width - 4.0), TICK).colour(MUTED);
            page.canvas.text((x0 + width * (column as f64 + 0.5), y0 - 7.0), Anchor::Middle, label);
        }
        for (row, text) in self.rows.1.iter().enumerate() {
            let label = Label::new(TICK.fit(text, x0 - page.body.x0 - 8.0), TICK).colour(MUTED);
            let y = y0 + height * (row as f64 + 0.5) + HALF_CAP * TICK.size;
            page.canvas.text((x0 - 8.0, y), Anchor::End, label);
        }
        let most =
            self.cells.iter().map(|cell| cell.difference.abs()).filter(|d| d.is_finite()).fold(0.0, f64::max);
        for (index, cell) in self.cells.iter().enumerate() {
            let (row, column) = ((index / across) as f64, (index % across) as f64);
            let area = Rect::new(
                x0 + width * column,
                y0 + height * row,
                x0 + width * (column + 1.0),
                y0 + height * (row + 1.0),
            );
            draw_cell(
                &mut page,
                cell,
                area.grown(-1.0, -1.0),
                if most > 0.0 { cell.difference / most } else { 0.0 },
            );
        }
        page.finish("heat", &self.in_words())
    }

    fn in_words(&self) -> String {
        let across = self.columns.1.len();
        let told: Vec<String> = self
            .cells
            .iter()
            .enumerate()
            .map(|(index, cell)| {
                let open = if cell.open { " (not told from as stated)" } else { "" };
                format!(
                    "{}, {}: {}{open}",
                    self.rows.1[index / across],
                    self.columns.1[index % across],
                    cell.text
                )
            })
            .collect();
        format!("{} down, {} across. {}.", self.rows.0, self.columns.0, told.join("; "))
    }
}

/// `share` runs from −1 (worst) to 1 (best).
fn draw_cell(page: &mut Page<'_>, cell: &HeatCell, area: Rect, share: f64) {
    // A known colour is paler than the full one, so that dark figures stay readable on most.
    let share = if share.is_finite() { share } else { 0.0 };
    let colour = blend(MIDDLE, if share < 0.0 { RUST } else { NAVY }, share.abs());
    page.canvas.block(area, colour);
    if cell.base {
        page.canvas.outline(&area.grown(-1.0, -1.0).corners(), Stroke::solid(2.0, INK));
    }
    let dark = luminance(colour) < 0.18;
    let text_colour = match (dark, cell.open && !cell.base) {
        (true, _) => WHITE,
        (false, true) => PALE_TEXT,
        (false, false) => INK,
    };
    let font = if cell.base { STRONG } else { LABEL };
    let room = area.width() - 4.0;
    let font = if font.width(&cell.text) > room { SMALL } else { font };
    let label = Label::new(font.fit(&cell.text, room), font).colour(text_colour);
    let at = (f64::midpoint(area.x0, area.x1), f64::midpoint(area.y0, area.y1) + HALF_CAP * font.size);
    page.canvas.text(at, Anchor::Middle, label);
}

fn blend(from: Colour, to: Colour, share: f64) -> Colour {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two bytes")]
    let mix = |a: u8, b: u8| libm::round(f64::from(a) + (f64::from(b) - f64::from(a)) * share) as u8;
    Colour(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

/// Relative luminance, as WCAG 2 defines it.
fn luminance(Colour(r, g, b): Colour) -> f64 {
    let linear = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { libm::pow((c + 0.055) / 1.055, 2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}
