//! Mean, percentiles and a loss line above a histogram, each in a row of its own so that none meets another.

use super::canvas::{Anchor, Label, Stroke};
use super::font::{LABEL, STRONG, TICK};
use super::geometry::spread;
use super::page::{Page, Plot};
use super::palette::{INK, MUTED, NAVY, TEXT_BLUE};

/// What stands above the plot: places along x and texts.
pub(super) struct Strip {
    pub(super) mean: Option<(f64, String)>,
    /// Ascending; the line runs from the first to the last.
    pub(super) percentiles: Vec<(f64, String)>,
    pub(super) loss: Option<(f64, String)>,
}

/// The height of the strip.
pub(super) const HEIGHT: f64 = 60.0;
/// From the top of the plot up to the baselines of the rows and to the line of percentiles.
const PERCENTILES: f64 = 51.0;
const LINE: f64 = 36.0;
const MEAN: f64 = 22.0;
const LOSS: f64 = 6.0;

impl Strip {
    pub(super) fn draw(self, page: &mut Page<'_>, plot: &Plot) {
        let top = plot.area.y0;
        self.name_percentiles(page, top);
        if let Some((x, text)) = self.mean {
            let y = top - LINE + 2.0;
            page.canvas.area(vec![(x, y), (x - 5.0, y + 9.0), (x + 5.0, y + 9.0)], INK, 1.0);
            beside(page, x, top - MEAN, 9.0, Label::new(text, STRONG), Anchor::Start);
        }
        if let Some((x, text)) = self.loss.filter(|(x, _)| x.is_finite()) {
            beside(page, x, top - LOSS, 5.0, Label::new(text, LABEL), Anchor::End);
        }
    }

    /// The names stand in one row, moved apart, each tied to its place on the line.
    fn name_percentiles(&self, page: &mut Page<'_>, top: f64) {
        let (Some(first), Some(last)) = (self.percentiles.first(), self.percentiles.last()) else { return };
        let y = top - LINE;
        page.canvas.line(&[(first.0, y), (last.0, y)], Stroke::solid(2.0, NAVY));
        let labels: Vec<Label> =
            self.percentiles.iter().map(|(_, text)| Label::new(text, TICK).colour(TEXT_BLUE)).collect();
        let widest = labels.iter().map(Label::width).fold(0.0, f64::max);
        let wanted: Vec<f64> = self.percentiles.iter().map(|(x, _)| *x).collect();
        let half = widest / 2.0;
        let middles = spread(&wanted, widest + 8.0, page.body.x0 + half, page.body.x1 - half);
        for ((x, middle), label) in wanted.into_iter().zip(middles).zip(labels) {
            page.canvas.line(&[(x, y - 4.0), (x, y + 4.0)], Stroke::solid(2.0, NAVY));
            let foot = top - PERCENTILES + 3.5;
            page.canvas.line(&[(x, y - 4.0), (middle, foot)], Stroke::solid(0.75, MUTED));
            page.canvas.text((middle, top - PERCENTILES), Anchor::Middle, label);
        }
    }
}

/// Sets a text beside `x`, on the side asked for if there is room, else on the other.
fn beside(page: &mut Page<'_>, x: f64, y: f64, gap: f64, label: Label, side: Anchor) {
    let right = ((x + gap, y), Anchor::Start);
    let left = ((x - gap, y), Anchor::End);
    let places = if side == Anchor::Start { [right, left] } else { [left, right] };
    page.canvas.place(label, places, page.body);
}
