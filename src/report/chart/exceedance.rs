//! The probability of at least so much.

use super::canvas::{Anchor, Label, Stroke};
use super::font::{LABEL, STRONG, TICK};
use super::geometry::{Point, Rect};
use super::histogram::in_unit;
use super::page::{HALF_CAP, Page, Plan, Plot};
use super::palette::{BLUE, GRID, INK, MUTED, TEXT_BLUE, WHITE};
use super::scale::{Range, Unit};
use super::{Chart, ChartError, Frame};
use crate::report::format::percent_estimate;

/// The curve of P(outcome ≥ x) with its Monte Carlo band and a table of chosen thresholds. It falls upright at
/// single values that many paths share.
#[derive(Clone, Debug, PartialEq)]
pub struct Exceedance {
    /// What the x axis measures.
    pub x_title: String,
    /// The unit of the outcomes.
    pub unit: Unit,
    /// Whether the x axis is logarithmic; nought then stands left of it.
    pub log: bool,
    /// Share of paths at nought, shown left of a logarithmic axis; 0 if there are none.
    pub nothing: f64,
    /// The curve, ascending in x.
    pub points: Vec<ExceedancePoint>,
    /// Thresholds for the table.
    pub thresholds: Vec<Threshold>,
}

/// One point of the curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExceedancePoint {
    /// The outcome.
    pub x: f64,
    /// Estimated probability of at least `x`, 0 to 1.
    pub probability: f64,
    /// Estimated probability of more than `x`: less by the share of paths at `x` itself.
    pub more_than: f64,
    /// Lower end of the confidence interval of `probability`.
    pub low: f64,
    /// Upper end of its confidence interval.
    pub high: f64,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// The outcome.
    pub x: f64,
    /// Probability of at least `x`, 0 to 1.
    pub probability: f64,
}

/// Height of a row of the table, and more rows than this are left to the CSV.
const ROW: f64 = 15.0;
const MOST_ROWS: usize = 7;
/// Places along a curve that tell their numbers.
const HINTS: usize = 60;
/// The room left of a logarithmic axis in which nought stands.
const ASIDE: f64 = 46.0;

impl Exceedance {
    /// Draws the chart.
    ///
    /// # Errors
    ///
    /// As plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        let mut page = Page::new(frame, 0.0)?;
        let start = self.start();
        let seen = || self.points.iter().map(|p| p.x).filter(move |x| *x >= start);
        let xs = || seen().chain(self.thresholds.iter().map(|t| t.x));
        let range = if self.points.is_empty() {
            None
        } else {
            Range::of(xs(), self.log).or_else(|| Range::of(xs(), false))
        };
        let Some(x) = range else {
            return page.no_data("exceedance", "no path has an outcome");
        };
        // A curve that falls at once would fall along the axis.
        let x = x.padded(0.02, 0.02);
        let aside = x.log && self.nothing > 0.0;
        let scale = if x.log { " (log scale)" } else { "" };
        let plot = page.axes(&Plan {
            x: (x, self.unit, &format!("{}{scale}", self.x_title)),
            y: (
                Range { low: 0.0, high: 1.0, log: false },
                Unit::Fraction,
                "Probability of at least this outcome",
            ),
            left: if aside { ASIDE } else { 0.0 },
            right: 14.0,
            above: 4.0,
            below: 0.0,
        });
        self.curve(&mut page, &plot);
        if aside {
            self.fall_at_nought(&mut page, &plot);
        }
        self.table(&mut page, &plot);
        self.hints(&mut page, &plot);
        page.finish("exceedance", &self.in_words(&frame.currency))
    }

    /// The probability at a few dozen outcomes.
    fn hints(&self, page: &mut Page<'_>, plot: &Plot) {
        let (_, seen) = self.split_at_axis(plot);
        let every = seen.len().div_ceil(HINTS).max(1);
        let currency = page.frame.currency.clone();
        let hint = |point: &ExceedancePoint| {
            let [p, low, high] = [point.probability, point.low, point.high].map(percent_estimate);
            let outcome = in_unit(point.x, self.unit, &currency);
            (plot.x.at(point.x), format!("at least {outcome}: {p} (95% interval {low} to {high})"))
        };
        let hints: Vec<(f64, String)> = seen.iter().step_by(every).map(hint).collect();
        page.canvas.hints_across(plot.area, &hints);
    }

    /// Where a logarithmic axis begins: all but 5 % of the paths that bring something lie right of it. Payoffs near
    /// nought would take most of it else.
    fn start(&self) -> f64 {
        let nearly_all = 0.95 * (1.0 - self.nothing);
        let before = self.points.iter().take_while(|point| point.probability > nearly_all);
        if self.log { before.last().map_or(f64::NEG_INFINITY, |point| point.x) } else { f64::NEG_INFINITY }
    }

    /// The points left of where the axis begins, and the others.
    fn split_at_axis(&self, plot: &Plot) -> (&[ExceedancePoint], &[ExceedancePoint]) {
        self.points.split_at(self.points.partition_point(|point| point.x < plot.x.low()))
    }

    fn curve(&self, page: &mut Page<'_>, plot: &Plot) {
        let mut band = self.trace(plot, |p| p.high);
        band.extend(self.trace(plot, |p| p.low).into_iter().rev());
        page.canvas.area(band, BLUE, 0.25);
        page.canvas.curve(&self.trace(plot, |p| p.probability), Stroke::solid(2.0, BLUE));
        for threshold in self.thresholds.iter().take(MOST_ROWS) {
            let at = (plot.x.at(threshold.x), plot.y.at(threshold.probability));
            page.canvas.disc(at, 4.0, INK);
            page.canvas.disc(at, 2.5, WHITE);
        }
    }

    /// The curve through the points: level up to the first, down where paths share a value, straight between.
    fn trace(&self, plot: &Plot, of: impl Fn(&ExceedancePoint) -> f64) -> Vec<Point> {
        // The bounds fall by what the estimate falls.
        let fallen = |point: &ExceedancePoint| of(point) - (point.probability - point.more_than);
        let (before, seen) = self.split_at_axis(plot);
        let mut trace: Vec<Point> = Vec::new();
        if let Some(first) = seen.first() {
            let start = before.last().map_or_else(
                || of(first),
                |last| self.between(plot, (last, fallen(last)), (first, of(first))),
            );
            trace.push((plot.area.x0, plot.y.at(start)));
        }
        for point in seen {
            let x = plot.x.at(point.x);
            trace.push((x, plot.y.at(of(point))));
            trace.push((x, plot.y.at(fallen(point))));
        }
        if self.points.last().is_some_and(|last| last.more_than <= 0.0) {
            trace.push((plot.area.x1, plot.y.at(0.0)));
        }
        trace
    }

    /// Where the axis begins, on the straight line between the points around it.
    fn between(
        &self,
        plot: &Plot,
        (last, from): (&ExceedancePoint, f64),
        (first, to): (&ExceedancePoint, f64),
    ) -> f64 {
        let along = |x: f64| if self.log { libm::log(x) } else { x };
        let share = (along(plot.x.low()) - along(last.x)) / (along(first.x) - along(last.x));
        from + (to - from) * share
    }

    /// Nought has no place on a logarithmic axis: the curve's fall there is shown left of it.
    fn fall_at_nought(&self, page: &mut Page<'_>, plot: &Plot) {
        let currency = page.frame.currency.clone();
        let x = plot.area.x0 - ASIDE + 14.0;
        let (top, foot) = (plot.y.at(1.0), plot.y.at(1.0 - self.nothing));
        page.canvas.curve(&[(x, top), (x, foot)], Stroke::solid(2.0, BLUE));
        let start = self.trace(plot, |p| p.probability).first().map_or(foot, |start| start.1);
        page.canvas.line(&[(x, foot), (plot.area.x0, start)], Stroke::dashed(2.0, BLUE));
        page.canvas.line(&[(x - 12.0, plot.area.y1), (x + 12.0, plot.area.y1)], Stroke::solid(1.0, INK));
        page.canvas.line(&[(x, plot.area.y1), (x, plot.area.y1 + 4.0)], Stroke::solid(1.0, INK));
        let nought = Label::new(in_unit(0.0, self.unit, &currency), TICK).colour(MUTED);
        page.canvas.place(nought, [((x, plot.area.y1 + 14.0), Anchor::Middle)], page.body);
        let text = format!("{} at {}", percent_estimate(self.nothing), in_unit(0.0, self.unit, &currency));
        let label = Label::new(text, LABEL).colour(TEXT_BLUE).halo();
        // Beside a long fall, beneath a short one: not on the line that leads on.
        let middle = f64::midpoint(top, foot) + HALF_CAP * LABEL.size;
        let beneath = [start + 16.0, start + 30.0, start + 44.0];
        let beside = [middle, top + 12.0].into_iter().filter(|_| foot - top > 2.0 * LABEL.size);
        let places: Vec<_> = beside.chain(beneath).map(|y| ((x + 7.0, y), Anchor::Start)).collect();
        page.canvas.place(label, places, page.body);
    }

    fn table(&self, page: &mut Page<'_>, plot: &Plot) {
        let currency = page.frame.currency.clone();
        let rows: Vec<(String, String)> = self
            .thresholds
            .iter()
            .take(MOST_ROWS)
            .map(|t| (format!("≥ {}", in_unit(t.x, self.unit, &currency)), percent_estimate(t.probability)))
            .collect();
        if rows.is_empty() {
            return;
        }
        let heads = ("Outcome".to_owned(), "Probability".to_owned());
        let widest = |column: fn(&(String, String)) -> &String| {
            let cells = rows.iter().map(|row| LABEL.width(column(row)));
            cells.fold(STRONG.width(column(&heads)), f64::max)
        };
        let (left, right) = (widest(|row| &row.0), widest(|row| &row.1));
        let (width, height) = (left + right + 34.0, ROW * (rows.len() + 1) as f64 + 8.0);
        let Some(area) = quietest(page, plot, width, height) else { return };
        page.canvas.block(area, WHITE);
        page.canvas.outline(&area.corners(), Stroke::solid(0.75, GRID));
        let mut y = area.y0 + 15.0;
        for (i, (threshold, share)) in std::iter::once(heads).chain(rows).enumerate() {
            let (font, colour) = if i == 0 { (STRONG, MUTED) } else { (LABEL, INK) };
            page.canvas.text((area.x0 + 9.0, y), Anchor::Start, Label::new(threshold, font).colour(colour));
            page.canvas.text((area.x1 - 9.0, y), Anchor::End, Label::new(share, font).colour(colour));
            y += ROW;
        }
    }

    fn in_words(&self, currency: &str) -> String {
        let rows: Vec<String> = self
            .thresholds
            .iter()
            .map(|t| {
                format!("at least {}: {}", in_unit(t.x, self.unit, currency), percent_estimate(t.probability))
            })
            .collect();
        let nought = if self.nothing > 0.0 {
            format!("Exactly {}: {}; ", in_unit(0.0, self.unit, currency), percent_estimate(self.nothing))
        } else {
            String::new()
        };
        nought + &rows.join("; ") + "."
    }
}

/// The place within the plot where a box of this size hides least of the curve; the upper right is preferred.
fn quietest(page: &Page<'_>, plot: &Plot, width: f64, height: f64) -> Option<Rect> {
    let room = plot.area.grown(-8.0, -8.0);
    if width > room.width() || height > room.height() {
        return None;
    }
    let mut best: Option<(usize, Rect)> = None;
    for (right, down) in [(4, 0), (0, 4), (4, 1), (0, 3), (3, 0), (1, 4), (4, 2), (2, 0), (4, 4), (0, 0)] {
        let x0 = room.x0 + (room.width() - width) * f64::from(right) / 4.0;
        let y0 = room.y0 + (room.height() - height) * f64::from(down) / 4.0;
        let area = Rect::new(x0, y0, x0 + width, y0 + height);
        let hidden = page.canvas.ink_in(&area.grown(6.0, 6.0));
        if best.is_none_or(|(least, _)| hidden < least) {
            best = Some((hidden, area));
        }
    }
    best.map(|(_, area)| area)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hand-worked: between 0.25 at 60 % (of which a tenth is there itself, so 50 % lie beyond) and 1 at 40 % an axis that begins at 0.5
    /// meets the line half way by logarithms, at 45 %; and there the curve starts, not level with its first point.
    #[test]
    fn the_curve_begins_where_the_axis_does() {
        let point = |x: f64, probability: f64, more_than: f64| ExceedancePoint {
            x,
            probability,
            more_than,
            low: probability,
            high: probability,
        };
        let shown = Exceedance {
            x_title: String::new(),
            unit: Unit::Multiple,
            log: true,
            nothing: 0.4,
            points: vec![point(0.25, 0.6, 0.5), point(1.0, 0.4, 0.4), point(4.0, 0.1, 0.0)],
            thresholds: Vec::new(),
        };
        let area = Rect::new(0.0, 0.0, 100.0, 100.0);
        let x = Range { low: 0.5, high: 8.0, log: true }.onto(0.0, 100.0);
        let y = Range { low: 0.0, high: 1.0, log: false }.onto(100.0, 0.0);
        let trace = shown.trace(&Plot { area, x, y }, |point| point.probability);
        assert!(trace[0].0.abs() < 1e-9 && (trace[0].1 - 55.0).abs() < 1e-9, "{trace:?}");
        assert!((trace[1].0 - 25.0).abs() < 1e-9 && (trace[1].1 - 60.0).abs() < 1e-9, "{trace:?}");
    }
}
