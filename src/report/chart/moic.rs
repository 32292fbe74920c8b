//! Loss, return of capital or a multiple of it: paths and value by bucket of MOIC.

use super::canvas::{Anchor, Label, Stroke};
use super::font::{LABEL, STRONG, TICK};
use super::geometry::Rect;
use super::page::Page;
use super::palette::{BLUE, Colour, INK, MUTED, NAVY, ORANGE, RUST, SKY};
use super::scale::Range;
use super::{Chart, ChartError, Frame};
use crate::report::format::percent_estimate;

/// Share of paths and share of value in each bucket of multiples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MoicBuckets {
    /// The buckets, lowest first: `0x`, `0–1x`, `1–2x`, `2–5x`, `5–10x`, `≥10x`.
    pub buckets: Vec<MoicBucket>,
}

/// One bucket.
#[derive(Clone, Debug, PartialEq)]
pub struct MoicBucket {
    /// Its bounds: `1–2x`.
    pub label: String,
    /// Share of paths whose multiple lies in it.
    pub paths: f64,
    /// Share of all proceeds that these paths bring; NaN if there are no proceeds.
    pub value: f64,
}

/// Loss is warm, gain is blue and darkens.
const COLOURS: [Colour; 6] = [RUST, ORANGE, PALE, SKY, BLUE, NAVY];
const PALE: Colour = Colour(0xC6, 0xE2, 0xF5);

impl MoicBuckets {
    /// Draws the chart.
    ///
    /// # Errors
    ///
    /// As plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        let mut page = Page::new(frame, 0.0)?;
        let known = |share: f64| share.is_finite();
        if self.buckets.iter().all(|b| !known(b.paths) || b.paths == 0.0) {
            return page.no_data("moic", "no path has a multiple");
        }
        let names = ["Share of paths", "Share of proceeds"];
        let margin = names.iter().map(|n| STRONG.width(n)).fold(0.0, f64::max) + 14.0;
        let middle = f64::midpoint(page.body.y0, page.body.y1 - 20.0);
        let rows = [(page.body.y0, middle - 6.0), (middle + 6.0, page.body.y1 - 20.0)];
        for ((name, (top, bottom)), value) in names.into_iter().zip(rows).zip([false, true]) {
            let area = Rect::new(page.body.x0 + margin, top + 16.0, page.body.x1, bottom);
            let label = Label::new(name, STRONG).colour(MUTED);
            page.canvas.text((page.body.x0, f64::midpoint(area.y0, bottom)), Anchor::Start, label);
            self.row(&mut page, area, |b| if value { b.value } else { b.paths });
        }
        for (i, bucket) in self.buckets.iter().enumerate() {
            let area = Rect::new(page.body.x0 + margin, 0.0, page.body.x1, 0.0);
            let (x, width) = self.slot(&area, i);
            let label = Label::new(TICK.fit(&bucket.label, width), TICK);
            page.canvas.text((x, page.body.y1 - 5.0), Anchor::Middle, label);
        }
        let words: Vec<String> = self
            .buckets
            .iter()
            .map(|b| {
                format!(
                    "{}: {} of paths, {} of proceeds",
                    b.label,
                    percent_estimate(b.paths),
                    percent_estimate(b.value)
                )
            })
            .collect();
        for (i, text) in words.iter().enumerate() {
            let (x, width) = self.slot(&Rect::new(page.body.x0 + margin, 0.0, page.body.x1, 0.0), i);
            let column = Rect::new(x - width / 2.0, page.body.y0, x + width / 2.0, page.body.y1);
            page.canvas.hint(column, text.as_str());
        }
        page.finish("moic", &format!("{}.", words.join("; ")))
    }

    /// The middle and the width of a bucket's column.
    fn slot(&self, area: &Rect, i: usize) -> (f64, f64) {
        let width = area.width() / self.buckets.len() as f64;
        (area.x0 + width * (i as f64 + 0.5), width)
    }

    fn row(&self, page: &mut Page<'_>, area: Rect, share: impl Fn(&MoicBucket) -> f64) {
        // Both rows share one scale, so that columns may be compared across them.
        let all = self.buckets.iter().flat_map(|b| [b.paths, b.value]);
        let range = Range::of(all, false).map_or(Range { low: 0.0, high: 1.0, log: false }, Range::with_zero);
        let scale = range.onto(area.y1 - if range.low < 0.0 { 14.0 } else { 0.0 }, area.y0);
        let zero = scale.at(0.0);
        for (i, bucket) in self.buckets.iter().enumerate() {
            let (x, width) = self.slot(&area, i);
            let part = share(bucket);
            let end = scale.at(part);
            let colour = COLOURS[(i * COLOURS.len() / self.buckets.len()).min(COLOURS.len() - 1)];
            if end.is_finite() && (end - zero).abs() > 0.05 {
                let column = Rect::new(x - 0.32 * width, end.min(zero), x + 0.32 * width, end.max(zero));
                page.canvas.block(column, colour);
                if matches!(colour, SKY | ORANGE | PALE) {
                    page.canvas.outline(&column.corners(), Stroke::solid(0.75, MUTED));
                }
            }
            let y = if part < 0.0 {
                end + 12.0
            } else if end.is_finite() {
                end - 4.0
            } else {
                zero - 4.0
            };
            page.canvas.text((x, y), Anchor::Middle, Label::new(percent_estimate(part), LABEL));
        }
        page.canvas.line(&[(area.x0, zero), (area.x1, zero)], Stroke::solid(1.0, INK));
    }
}
