//! Rows of named values, and panels beside each other that share them.

use super::canvas::{Anchor, Label, Stroke};
use super::font::{Font, LABEL, STRONG};
use super::geometry::{Point, Rect};
use super::page::{HALF_CAP, Page};
use super::palette::{INK, MUTED, Meaning};
use super::scale::{Range, Scale};

/// Height of a row, and of the heading above the rows.
pub(super) const ROW: f64 = 22.0;
pub(super) const HEADING: f64 = 20.0;
/// Between a mark and its value.
const GAP: f64 = 6.0;

/// A panel of horizontal marks.
pub(super) struct Panel {
    pub(super) area: Rect,
    pub(super) scale: Scale,
}

/// The middle of row `i` where rows begin at `top`.
pub(super) fn row_middle(top: f64, i: usize) -> f64 {
    top + ROW * (i as f64 + 0.5)
}

/// Sets the names of rows at the left, shortened to at most a third of the page; says where they end.
pub(super) fn names<'n>(page: &mut Page<'_>, top: f64, names: impl Iterator<Item = (&'n str, Font)>) -> f64 {
    let most = page.body.width() / 3.0;
    let mut end = page.body.x0;
    for (i, (name, font)) in names.enumerate() {
        let label = Label::new(font.fit(name, most), font);
        end = f64::max(end, page.body.x0 + label.width());
        page.canvas.text((page.body.x0, row_middle(top, i) + HALF_CAP * font.size), Anchor::Start, label);
    }
    end
}

impl Panel {
    /// A panel between `x0` and `x1` for the given values, nought included if `zero`; the widest value text
    /// fits beside the outermost mark.
    pub(super) fn new(
        page: &mut Page<'_>,
        heading: &str,
        (x0, x1): (f64, f64),
        values: &[f64],
        texts: &[String],
        zero: bool,
    ) -> Panel {
        let area = Rect::new(x0, page.body.y0 + HEADING, x1, page.body.y1);
        page.canvas.text(
            (x0, page.body.y0 + 12.0),
            Anchor::Start,
            Label::new(STRONG.fit(heading, x1 - x0), STRONG).colour(MUTED),
        );
        let range = Range::of(values.iter().copied(), false);
        let range =
            range.map_or(Range { low: 0.0, high: 1.0, log: false }, |r| if zero { r.from_zero() } else { r });
        let widest = texts.iter().map(|t| LABEL.width(t)).fold(0.0, f64::max) + GAP + 2.0;
        let left = if zero && range.low >= 0.0 { 0.0 } else { widest };
        // Where texts are wider than half the panel, marks keep a third of it and texts run shorter.
        let (left, right) = (f64::min(left, area.width() / 3.0), f64::min(widest, area.width() / 2.0));
        let scale = range.onto(x0 + left, x1 - right);
        Panel { area, scale }
    }

    /// A vertical line through all rows down to `bottom`.
    pub(super) fn upright(&self, page: &mut Page<'_>, value: f64, bottom: f64, stroke: Stroke) {
        let x = self.scale.at(value);
        page.canvas.line(&[(x, self.area.y0), (x, bottom)], stroke);
    }

    /// A bar from nought to `value` around `y`, with its text at the end.
    pub(super) fn bar(&self, page: &mut Page<'_>, y: f64, value: f64, meaning: Option<Meaning>, text: &str) {
        let (zero, end) = (self.scale.at(0.0), self.scale.at(value));
        let mut tip = (zero, zero);
        if end.is_finite() {
            let bar = Rect::new(zero.min(end), y - 6.5, zero.max(end), y + 6.5);
            if bar.width() > 0.05 {
                match meaning {
                    Some(meaning) => fill(page, &bar.corners(), meaning),
                    None => page.canvas.block(bar, MUTED),
                }
            }
            tip = (bar.x0, bar.x1);
        }
        let (x, anchor) = if value < 0.0 { (tip.0 - GAP, Anchor::End) } else { (tip.1 + GAP, Anchor::Start) };
        self.value(page, (x, y), anchor, text);
    }

    /// A dot with whiskers at `low` and `high`, and its text right of them.
    pub(super) fn dot(&self, page: &mut Page<'_>, y: f64, [low, value, high]: [f64; 3], text: &str) {
        let [a, x, b] = [low, value, high].map(|v| self.scale.at(v));
        page.canvas.line(&[(a, y), (b, y)], Stroke::solid(1.5, INK));
        for end in [a, b] {
            page.canvas.line(&[(end, y - 3.5), (end, y + 3.5)], Stroke::solid(1.5, INK));
        }
        page.canvas.disc((x, y), 4.0, Meaning::Cap.fill());
        let beside =
            [a, x, b].into_iter().filter(|v| v.is_finite()).fold(f64::NEG_INFINITY, f64::max) + GAP + 3.0;
        let start = if beside.is_finite() { beside } else { self.scale.at(self.scale.range.low) };
        self.value(page, (start, y), Anchor::Start, text);
    }

    fn value(&self, page: &mut Page<'_>, (x, y): Point, anchor: Anchor, text: &str) {
        let room = if anchor == Anchor::Start { page.canvas.width - 3.0 - x } else { x - self.area.x0 };
        let label = Label::new(LABEL.fit(text, room), LABEL).halo();
        page.canvas.text((x, y + HALF_CAP * LABEL.size), anchor, label);
    }
}

/// Fills a polygon with the colour of a meaning; hatched and outlined where the palette asks for it.
pub(super) fn fill(page: &mut Page<'_>, polygon: &[Point], meaning: Meaning) {
    page.canvas.area(polygon.to_vec(), meaning.fill(), 1.0);
    if meaning.hatched() {
        page.canvas.hatching(polygon);
    }
    if meaning.outlined() {
        page.canvas.outline(polygon, Stroke::solid(0.75, MUTED));
    }
}
