//! Rows of named values, and panels beside each other that share them.

use super::canvas::{Anchor, Label, Stroke};
use super::font::{Font, LABEL, SMALL, STRONG};
use super::geometry::{Point, Rect};
use super::page::{HALF_CAP, Page};
use super::palette::{INK, MUTED, Meaning};
use super::scale::{Range, Scale};

/// The least and the most height of a row, and the height of the heading above the rows.
const LEAST_ROW: f64 = 22.0;
const MOST_ROW: f64 = 30.0;
const HEADING: f64 = 20.0;
/// The radius of a dot.
const DOT: f64 = 3.5;
/// Between the two lines of a long name.
const TWO_LINES: f64 = 10.5;
/// Between a mark and its value.
const GAP: f64 = 6.0;

/// Where the rows of a chart lie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows {
    pub(super) top: f64,
    height: f64,
}

impl Rows {
    /// The height of a page's body that has room for so many rows.
    pub(super) fn room(count: usize) -> f64 {
        HEADING + LEAST_ROW * count as f64
    }

    /// So many rows in the body of a page, beneath a heading.
    pub(super) fn new(page: &Page<'_>, count: usize) -> Rows {
        let top = page.body.y0 + HEADING;
        let height = (page.body.y1 - top) / f64::max(count as f64, 1.0);
        Rows { top, height: height.clamp(LEAST_ROW, MOST_ROW) }
    }

    /// The upper edge of row `i`.
    pub(super) fn edge(&self, i: usize) -> f64 {
        self.top + self.height * i as f64
    }

    /// The middle of row `i`.
    pub(super) fn middle(&self, i: usize) -> f64 {
        self.edge(i) + self.height / 2.0
    }

    /// Sets the names of rows at the left, in `most` pixels: on two lines of smaller type if they must; says where
    /// the longest ends.
    pub(super) fn names<'n>(
        &self,
        page: &mut Page<'_>,
        names: impl Iterator<Item = (&'n str, Font)>,
        most: f64,
    ) -> f64 {
        let mut end = page.body.x0;
        for (i, (name, font)) in names.enumerate() {
            let whole = font.width(&super::font::plain(name)) <= most;
            let font = if whole { font } else { Font { size: SMALL.size, ..font } };
            let lines = font.wrap(name, most, 2);
            let mut y = self.middle(i) - TWO_LINES * (lines.len() - 1) as f64 / 2.0;
            for line in lines {
                let label = Label::new(line, font);
                end = f64::max(end, page.body.x0 + label.width());
                page.canvas.text((page.body.x0, y + HALF_CAP * font.size), Anchor::Start, label);
                y += TWO_LINES;
            }
        }
        end
    }
}

/// A panel of horizontal marks.
pub(super) struct Panel {
    pub(super) scale: Scale,
    rows: Rows,
    x1: f64,
    column: f64,
}

/// Where the values of a panel are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Values {
    /// Beside the end of each bar; nought is in the panel.
    AtBars,
    /// In a column at the right; nought is in the panel only if the values reach it.
    InColumn,
    /// In a column at the right; nought is in the panel.
    InColumnWithZero,
}

impl Panel {
    /// A panel between `x0` and `x1` for the given values and their texts.
    pub(super) fn new(
        page: &mut Page<'_>,
        rows: Rows,
        heading: &str,
        (x0, x1): (f64, f64),
        (values, texts): (&[f64], &[String]),
        place: Values,
    ) -> Panel {
        let heading = Label::new(STRONG.fit(heading, x1 - x0), STRONG).colour(MUTED);
        page.canvas.text((x0, page.body.y0 + 11.0), Anchor::Start, heading);
        let range = Range::of(values.iter().copied(), false);
        let mut range = range.unwrap_or(Range { low: 0.0, high: 1.0, log: false });
        if place != Values::InColumn {
            range = range.with_zero();
        }
        let widest = texts.iter().map(|t| LABEL.width(t)).fold(0.0, f64::max);
        // Room for dots at the ends, or for values beside bars.
        let beside = widest + GAP + 2.0;
        let (left, right) = match place {
            Values::AtBars if range.low < 0.0 => (f64::min(beside, (x1 - x0) / 3.0), beside),
            Values::AtBars => (0.0, beside),
            _ => (5.0, beside + 6.0),
        };
        let right = f64::min(right, 0.6 * (x1 - x0));
        Panel { scale: range.onto(x0 + left, x1 - right), rows, x1, column: widest }
    }

    /// What row `i` of all panels says to who points at it.
    pub(super) fn hint(page: &mut Page<'_>, rows: Rows, i: usize, text: &str) {
        let band = Rect::new(page.body.x0, rows.edge(i), page.body.x1, rows.edge(i + 1));
        page.canvas.hint(band, text);
    }

    /// A vertical line at a value through the first `count` rows.
    pub(super) fn upright(&self, page: &mut Page<'_>, value: f64, count: usize) {
        let x = self.scale.at(value);
        page.canvas.line(&[(x, self.rows.top), (x, self.rows.edge(count))], Stroke::solid(1.0, INK));
    }

    /// A bar from nought to `value` in row `i`, with its text at the end.
    pub(super) fn bar(&self, page: &mut Page<'_>, i: usize, value: f64, meaning: Meaning, text: &str) {
        let y = self.rows.middle(i);
        let half = 0.3 * self.rows.height;
        let (zero, end) = (self.scale.at(0.0), self.scale.at(value));
        let end = if end.is_finite() { end } else { zero };
        let bar = Rect::new(zero.min(end), y - half, zero.max(end), y + half);
        if bar.width() > 0.05 {
            fill(page, &bar.corners(), meaning);
        }
        let label = Label::new(text, LABEL).halo();
        let (x, anchor) =
            if value < 0.0 { (bar.x0 - GAP, Anchor::End) } else { (bar.x1 + GAP, Anchor::Start) };
        page.canvas.text((x, y + HALF_CAP * LABEL.size), anchor, label);
    }

    /// A bar from one value to another in row `i`.
    pub(super) fn span(&self, page: &mut Page<'_>, i: usize, (from, to): (f64, f64), meaning: Meaning) {
        let y = self.rows.middle(i);
        let half = 0.3 * self.rows.height;
        let (a, b) = (self.scale.at(from), self.scale.at(to));
        // A step of nothing is still seen.
        let (a, b) = if (b - a).abs() < 1.0 { (a - 0.5, a + 0.5) } else { (a.min(b), a.max(b)) };
        if a.is_finite() && b.is_finite() {
            fill(page, &Rect::new(a, y - half, b, y + half).corners(), meaning);
        }
    }

    /// A dot in row `i` with whiskers at both ends of an interval.
    pub(super) fn dot(&self, page: &mut Page<'_>, i: usize, [low, value, high]: [f64; 3]) {
        let y = self.rows.middle(i);
        let [a, x, b] = [low, value, high].map(|v| self.scale.at(v));
        // Whiskers that the dot would hide are left out.
        if b - a > 2.0 * DOT + 1.0 {
            page.canvas.line(&[(a, y), (b, y)], Stroke::solid(1.5, INK));
            for end in [a, b] {
                page.canvas.line(&[(end, y - 4.0), (end, y + 4.0)], Stroke::solid(1.5, INK));
            }
        }
        page.canvas.disc((x, y), DOT, Meaning::Cap.fill());
    }

    /// A value in the column at the right of row `i`.
    pub(super) fn value(&self, page: &mut Page<'_>, i: usize, text: &str) {
        let label = Label::new(LABEL.fit(text, self.column), LABEL);
        page.canvas.text((self.x1, self.rows.middle(i) + HALF_CAP * LABEL.size), Anchor::End, label);
    }

    /// A total in row `i`, where the bars begin: a bar would dwarf its parts.
    pub(super) fn total(&self, page: &mut Page<'_>, i: usize, text: &str) {
        let at = (self.scale.at(0.0) + GAP, self.rows.middle(i) + HALF_CAP * STRONG.size);
        page.canvas.text(at, Anchor::Start, Label::new(text, STRONG));
    }
}

/// Fills a polygon with the colour of a meaning; hatched and outlined where the palette asks for it.
pub(super) fn fill(page: &mut Page<'_>, polygon: &[Point], meaning: Meaning) {
    // Hatching over a full grey would be too dark to stand beside the colours.
    page.canvas.area(polygon.to_vec(), meaning.fill(), if meaning.hatched() { 0.45 } else { 1.0 });
    if meaning.hatched() {
        page.canvas.hatching(polygon);
    }
    if meaning.outlined() {
        page.canvas.outline(polygon, Stroke::solid(0.75, MUTED));
    }
}
