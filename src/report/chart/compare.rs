//! Two deals: how likely at least so much, and the difference on the same paths.

use super::canvas::{Anchor, Label, Stroke, around};
use super::font::{LABEL, STRONG, TICK};
use super::geometry::{Point, Rect};
use super::page::{Page, Plan, Plot};
use super::palette::{BLUE, Colour, INK, RUST, TEXT_BLUE};
use super::scale::{Range, Unit};
use super::strip::{HEIGHT, Strip};
use super::{Chart, ChartError, Frame};
use crate::report::format::money;

/// Exceedance of both, and the paired differences beneath.
#[derive(Clone, Debug, PartialEq)]
pub struct Compare {
    /// The curve of A, then that of B, ascending.
    pub curves: [Vec<ComparePoint>; 2],
    /// The mean difference, and as text.
    pub mean: Option<(f64, String)>,
    /// The differences path by path; none if the two do not have their paths in common.
    pub differences: Option<Differences>,
}

/// B less A on the same paths.
#[derive(Clone, Debug, PartialEq)]
pub struct Differences {
    /// Percentiles of the difference with their shares, ascending.
    pub percentiles: Vec<(f64, f64)>,
    /// How often which is better, in words.
    pub shares: String,
}

/// A point of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ComparePoint {
    /// The outcome, in currency units.
    pub x: f64,
    /// Probability of at least so much.
    pub at_least: f64,
    /// Probability of more.
    pub more_than: f64,
}

/// The height of the curves and of the differences with their axis.
const CURVES: f64 = 226.0;
const DIFFERENCES: f64 = 118.0;
/// The outcomes shown: all but this share at each end.
const END: f64 = 0.01;

impl Compare {
    /// Draws the chart.
    ///
    /// # Errors
    ///
    /// As plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        let beneath = if self.differences.is_some() { DIFFERENCES } else { 0.0 };
        let mut page = Page::new(frame, CURVES + beneath)?;
        let all = || self.curves.iter().flatten();
        let inside = |point: &&ComparePoint| (END..=1.0 - END).contains(&point.at_least);
        let range = Range::of(all().filter(inside).map(|point| point.x), false)
            .or_else(|| Range::of(all().map(|point| point.x), false));
        let Some(range) = range else { return page.no_data("compare", "no path has an outcome") };
        let whole = page.body;
        page.body = Rect::new(whole.x0, whole.y0, whole.x1, whole.y1 - beneath);
        let plot = page.axes(&Plan {
            x: (range.padded(0.02, 0.02), Unit::Money, "Present value, all but the outermost 1%"),
            y: (
                Range { low: 0.0, high: 1.0, log: false },
                Unit::Fraction,
                "Probability of at least this present value",
            ),
            left: 0.0,
            right: 14.0,
            above: 4.0,
            below: 0.0,
        });
        let strokes = [Stroke::solid(2.0, BLUE), Stroke::dashed(2.0, RUST)];
        let traces = [0, 1].map(|side| trace(&plot, &self.curves[side]));
        for (trace, stroke) in traces.iter().zip(strokes) {
            page.canvas.curve(trace, stroke);
        }
        for (trace, (name, colour)) in traces.iter().zip([("A", TEXT_BLUE), ("B", RUST)]) {
            name_curve(&mut page, &plot, trace, name, colour);
        }
        page.body = whole;
        if let Some(differences) = &self.differences {
            self.strip(differences, &mut page, frame);
        }
        page.finish("compare", &self.in_words(&frame.currency))
    }

    fn strip(&self, differences: &Differences, page: &mut Page<'_>, frame: &Frame) {
        let values = differences.percentiles.iter().map(|(_, value)| *value);
        let values = values.chain(self.mean.as_ref().map(|(mean, _)| *mean));
        let Some(range) = Range::of(values, false) else { return };
        let foot = page.body.y1 - 32.0;
        let area =
            Rect::new(page.body.x0 + 30.0, foot - DIFFERENCES + 32.0 + HEIGHT, page.body.x1 - 30.0, foot);
        let x = range.with_zero().padded(0.03, 0.03).onto(area.x0, area.x1);
        page.x_ticks(&area, &x, &x.ticks_across(Unit::Money, &frame.currency, TICK), 0.0);
        let middle = (f64::midpoint(area.x0, area.x1), page.body.y1 - 4.0);
        page.note(middle, Anchor::Middle, "B less A on the same path", TICK, area.width());
        let nought = x.at(0.0);
        page.canvas.line(&[(nought, area.y0 - 16.0), (nought, area.y1)], Stroke::dashed(1.0, INK));
        let plot = Plot { area, x, y: Range { low: 0.0, high: 1.0, log: false }.onto(area.y1, area.y0) };
        let name = |p: f64, value: f64| format!("P{:.0} {}", p * 100.0, money(value, &frame.currency));
        let strip = Strip {
            mean: self.mean.as_ref().map(|(mean, text)| (plot.x.at(*mean), format!("mean {text}"))),
            percentiles: differences
                .percentiles
                .iter()
                .map(|(p, value)| (plot.x.at(*value), name(*p, *value)))
                .collect(),
            loss: Some((nought, differences.shares.clone())),
        };
        strip.draw(page, &plot);
    }

    fn in_words(&self, currency: &str) -> String {
        let mean =
            self.mean.as_ref().map_or_else(String::new, |(_, text)| format!("Mean difference {text}. "));
        let Some(differences) = &self.differences else { return mean.trim_end().to_owned() };
        let percentiles: Vec<String> = differences
            .percentiles
            .iter()
            .map(|(p, value)| format!("P{:.0} {}", p * 100.0, money(*value, currency)))
            .collect();
        format!("{mean}{}. Percentiles of the difference: {}.", differences.shares, percentiles.join(", "))
    }
}

/// Level up to the first point, down where paths share a value, straight between.
fn trace(plot: &Plot, points: &[ComparePoint]) -> Vec<Point> {
    let mut trace = vec![(plot.area.x0, plot.y.at(1.0))];
    for point in points {
        let x = plot.x.at(point.x);
        trace.push((x, plot.y.at(point.at_least)));
        trace.push((x, plot.y.at(point.more_than)));
    }
    trace
}

/// Sets a curve's name beside it, where it is clear of the other.
fn name_curve(page: &mut Page<'_>, plot: &Plot, trace: &[Point], name: &str, colour: Colour) {
    let label = || Label::new(name, STRONG).colour(colour).halo();
    let inside = |at: &&Point| plot.area.grown(-12.0, -12.0).contains(**at);
    let seen: Vec<&Point> = trace.iter().filter(inside).collect();
    let step = (seen.len() / 12).max(1);
    let places: Vec<_> = seen.iter().step_by(step).flat_map(|at| around(**at, LABEL, 7.0)).collect();
    page.canvas.place(label(), places, plot.area);
}
