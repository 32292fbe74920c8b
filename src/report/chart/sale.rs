//! What each class gets at each price of a company that is sold.

use super::canvas::{Anchor, Label, Stroke, around};
use super::font::{ASCENT, DESCENT, LABEL, TICK};
use super::geometry::Rect;
use super::page::{Page, Plan, Plot};
use super::palette::{Colour, INK, MUTED, WHITE};
use super::payoff::Kink;
use super::scale::{Range, Unit};
use super::{Chart, ChartError, Frame};
use crate::report::format::money;

/// Payouts by class against the price, with the places where they bend.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SalePayoffs {
    /// Whether both axes are logarithmic; payouts below a thousandth of the largest are then left out.
    pub log: bool,
    /// The classes.
    pub lines: Vec<SaleLine>,
    /// Bends worth naming.
    pub kinks: Vec<Kink>,
}

/// The payoff of one class.
#[derive(Clone, Debug, PartialEq)]
pub struct SaleLine {
    /// Its name, set beside it.
    pub name: String,
    /// Price of the company and payout, in currency units, ascending in price.
    pub points: Vec<(f64, f64)>,
}

/// Colours of the lines, dark enough for their names as well; then they come again, dashed.
const COLOURS: [Colour; 5] = [
    Colour(0x00, 0x4C, 0x78),
    Colour(0xA6, 0x36, 0x03),
    Colour(0x8F, 0x3F, 0x6B),
    Colour(0x00, 0x6B, 0x4F),
    Colour(0x8A, 0x5A, 0x00),
];

/// The least payout a logarithmic axis shows, as a part of the largest.
const LEAST_SHOWN: f64 = 1e-3;

fn stroke(index: usize) -> Stroke {
    let colour = COLOURS[index % COLOURS.len()];
    if index < COLOURS.len() { Stroke::solid(2.0, colour) } else { Stroke::dashed(2.0, colour) }
}

impl SalePayoffs {
    /// Draws the chart.
    ///
    /// # Errors
    ///
    /// As plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        let mut page = Page::new(frame, 0.0)?;
        let highest = self.points().map(|p| p.1).fold(0.0, f64::max);
        let least = if self.log { LEAST_SHOWN * highest } else { f64::NEG_INFINITY };
        let shown = |p: &(f64, f64)| p.1 >= least;
        let x = Range::of(self.points().map(|p| p.0), self.log);
        let seen = self.lines.iter().flat_map(|line| visible(&line.points, least));
        let y = Range::of(seen.map(|p| p.1), self.log);
        let (Some(x), Some(y)) = (x, y) else {
            return page.no_data("waterfall", "no price was given");
        };
        let plot = page.axes(&Plan {
            x: (
                from_zero(x),
                Unit::Money,
                if self.log { "Price of the company (log scale)" } else { "Price of the company" },
            ),
            y: (
                from_zero(y).padded(0.0, 0.06),
                Unit::Money,
                if self.log { "Payout (log scale)" } else { "Payout" },
            ),
            left: 0.0,
            right: 14.0,
            above: 0.0,
            below: 0.0,
        });
        for (index, line) in self.lines.iter().enumerate() {
            let seen = visible(&line.points, least);
            let pixels: Vec<_> = seen.iter().map(|p| (plot.x.at(p.0), plot.y.at(p.1))).collect();
            page.canvas.curve(&pixels, stroke(index));
            page.canvas.avoid(&pixels);
        }
        let kinks = || self.kinks.iter().filter(|kink| shown(&(kink.x, kink.y)));
        for kink in kinks() {
            let at = (plot.x.at(kink.x), plot.y.at(kink.y));
            page.canvas.disc(at, 3.5, INK);
            page.canvas.disc(at, 2.0, WHITE);
            page.canvas.reserve(Rect::new(at.0, at.1, at.0, at.1).grown(4.0, 4.0));
        }
        for (index, line) in self.lines.iter().enumerate() {
            name_line(&mut page, &plot, line, least, COLOURS[index % COLOURS.len()]);
        }
        for kink in kinks() {
            name_kink(&mut page, &plot, kink);
        }
        page.finish("waterfall", &self.in_words(&frame.currency))
    }

    fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        self.lines.iter().flat_map(|line| line.points.iter().copied())
    }

    fn in_words(&self, currency: &str) -> String {
        let last = self.lines.iter().filter_map(|line| Some((line.name.as_str(), line.points.last()?)));
        let mut sentences = Vec::new();
        if let Some((_, (price, _))) = last.clone().next() {
            let paid: Vec<String> =
                last.map(|(name, point)| format!("{name} {}", money(point.1, currency))).collect();
            sentences.push(format!("Payouts at {}: {}", money(*price, currency), paid.join(", ")));
        }
        sentences
            .extend(self.kinks.iter().map(|kink| format!("{} from {}", kink.text, money(kink.x, currency))));
        format!("{}.", sentences.join("; "))
    }
}

/// The part of a line from the least payout shown up. Between two points it is straight.
fn visible(points: &[(f64, f64)], least: f64) -> Vec<(f64, f64)> {
    let mut seen = Vec::new();
    for (index, &(x, y)) in points.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| points.get(before));
        if let Some(&(x0, y0)) = before.filter(|before| (before.1 < least) != (y < least)) {
            seen.push((x0 + (least - y0) / (y - y0) * (x - x0), least));
        }
        if y >= least {
            seen.push((x, y));
        }
    }
    seen
}

/// A linear axis begins at nought.
fn from_zero(range: Range) -> Range {
    if range.log { range } else { range.with_zero() }
}

fn name_kink(page: &mut Page<'_>, plot: &Plot, kink: &Kink) {
    let at = (plot.x.at(kink.x), plot.y.at(kink.y));
    let label = Label::new(TICK.fit(&kink.text, 220.0), TICK).colour(MUTED).halo();
    let Some(area) = page.canvas.place(label, around(at, TICK, 7.0), plot.area) else { return };
    let nearest = (at.0.clamp(area.x0, area.x1), at.1.clamp(area.y0, area.y1));
    if (nearest.0 - at.0).abs() + (nearest.1 - at.1).abs() > 16.0 {
        page.canvas.line(&[at, nearest], Stroke::solid(0.75, MUTED));
    }
}

/// Sets a line's name beside it, as far right as there is room.
fn name_line(page: &mut Page<'_>, plot: &Plot, line: &SaleLine, least: f64, colour: Colour) {
    let label = Label::new(LABEL.fit(&line.name, 200.0), LABEL).colour(colour).halo();
    let mut places = Vec::new();
    for point in line.points.iter().rev().filter(|point| point.1 >= least) {
        let (x, y) = (plot.x.at(point.0), plot.y.at(point.1));
        let gap = 6.0;
        places.push(((x - 3.0, y - gap - DESCENT * LABEL.size), Anchor::End));
        places.push(((x - 3.0, y + gap + ASCENT * LABEL.size), Anchor::End));
    }
    page.canvas.place(label, places, plot.area);
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn a_line_begins_where_it_reaches_the_least_payout_shown() {
        // hand-worked: half way from 0 to 2, and again on the way down
        let points = [(10.0, 0.0), (20.0, 2.0), (30.0, 2.0), (40.0, 0.0)];
        assert_eq!(visible(&points, 1.0), [(15.0, 1.0), (20.0, 2.0), (30.0, 2.0), (35.0, 1.0)]);
        assert_eq!(visible(&points, f64::NEG_INFINITY), points);
    }
}
