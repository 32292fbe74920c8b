//! How a value may evolve.

use super::canvas::{Anchor, Label, Stroke};
use super::events::{self, Event};
use super::font::{SMALL, STRONG, TICK};
use super::geometry::{Point, spread};
use super::histogram::in_unit;
use super::page::{HALF_CAP, Page, Plan, Plot};
use super::palette::{BLUE, INK, TEXT_BLUE, WHITE};
use super::scale::{Range, Unit, date_text};
use super::{Chart, ChartError, Frame, same_length};

/// Bands of percentiles by date, with marked dates and observed values.
#[derive(Clone, Debug, PartialEq)]
pub struct Fan {
    /// What the y axis measures, such as `Equity value`.
    pub y_title: String,
    /// Its unit.
    pub unit: Unit,
    /// Whether the y axis is logarithmic; what is not above nought then lies at its foot.
    pub log: bool,
    /// Calendar years with decimals, ascending.
    pub dates: Vec<f64>,
    /// The 5th, 25th, 50th, 75th and 95th percentile at each date.
    pub percentiles: Vec<[f64; 5]>,
    /// Dates to mark.
    pub events: Vec<Event>,
    /// Values that were observed: date and value.
    pub observed: Vec<(f64, f64)>,
}

const NAMES: [&str; 5] = ["P5", "P25", "median", "P75", "P95"];
/// Where a logarithmic axis ends at the latest, in currency units.
const LEAST: f64 = 0.01;
/// A labelled value at the foot of a logarithmic axis is at least this ratio below the lowest other.
const FOOT: f64 = 1.5;

impl Fan {
    /// Draws the chart.
    ///
    /// # Errors
    ///
    /// [`ChartError::Length`] if the columns differ in length; else as plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        same_length("fan", "percentiles", self.percentiles.len(), self.dates.len())?;
        let mut page = Page::new(frame, 0.0)?;
        let all = || self.percentiles.iter().flatten().copied().chain(self.observed.iter().map(|o| o.1));
        let dates = self.dates.iter().copied().chain(self.observed.iter().map(|o| o.0));
        let y = Range::of(all(), self.log).or_else(|| Range::of(all(), false));
        let (Some(x), Some(y)) = (Range::of_dates(dates), y) else {
            return page.no_data("fan", "no date was simulated");
        };
        // Paths that failed are worth nothing: they lie below the lowest value that a log axis shows.
        let sinks = y.log && all().any(|v| v <= 0.0);
        let y = if sinks { Range { low: y.low / FOOT, ..y } } else { y };
        // Less than a cent is nothing; further down an axis would be all tail.
        let y = if y.log { Range { low: y.low.max(LEAST.min(y.high / 2.0)), ..y } } else { y };
        let y = if y.log { y.padded(0.02, 0.04) } else { y.with_zero().padded(0.0, 0.05) };
        // An observed value at the very start would sit on the corner.
        let x = if self.observed.is_empty() { x } else { x.padded(0.015, 0.0) };
        let labels = self.edge_labels(&frame.currency);
        let widest = labels.iter().map(Label::width).fold(0.0, f64::max);
        let scale = if y.log { " (log scale)" } else { "" };
        let plot = page.axes(&Plan {
            x: (x, Unit::Year, ""),
            y: (y, self.unit, &format!("{}{scale}", self.y_title)),
            left: 0.0,
            right: widest + 12.0,
            above: events::room(&self.events, x, &page.body, widest + 12.0),
            below: 0.0,
        });
        self.bands(&mut page, &plot);
        events::mark(&mut page, &plot, &self.events);
        self.dots(&mut page, &plot);
        self.name_bands(&mut page, &plot, labels);
        let hint = |(date, values): (&f64, &[f64; 5])| {
            let told = NAMES.iter().zip(values);
            let told =
                told.map(|(name, value)| format!("{name} {}", in_unit(*value, self.unit, &frame.currency)));
            let told: Vec<String> = told.collect();
            (plot.x.at(*date), format!("{}: {}", date_text(*date, 0.25), told.join(", ")))
        };
        let hints: Vec<(f64, String)> = self.dates.iter().zip(&self.percentiles).map(hint).collect();
        page.canvas.hints_across(plot.area, &hints);
        page.finish("fan", &self.in_words(&frame.currency))
    }

    fn edge_labels(&self, currency: &str) -> Vec<Label> {
        let Some(last) = self.percentiles.last() else { return Vec::new() };
        // Where all paths agree, one name serves.
        let same = last[0].to_bits() == last[4].to_bits();
        let names: &[&str] = if same { &["all paths"] } else { &NAMES };
        names
            .iter()
            .zip(last)
            .map(|(name, value)| {
                let font = if *name == "median" || same { STRONG } else { TICK };
                Label::new(format!("{name} {}", in_unit(*value, self.unit, currency)), font).colour(TEXT_BLUE)
            })
            .collect()
    }

    fn bands(&self, page: &mut Page<'_>, plot: &Plot) {
        let edge = |k: usize| -> Vec<Point> {
            let points = self.dates.iter().zip(&self.percentiles);
            points.map(|(d, p)| (plot.x.at(*d), plot.y.at(p[k]))).filter(|p| p.1.is_finite()).collect()
        };
        for (low, high, opacity) in [(0, 4, 0.15), (1, 3, 0.30)] {
            let mut band = edge(low);
            band.extend(edge(high).into_iter().rev());
            page.canvas.area(band, BLUE, opacity);
        }
        page.canvas.curve(&edge(2), Stroke::solid(2.0, BLUE));
        if let ([date], Some(values)) = (self.dates.as_slice(), self.percentiles.first()) {
            // One date has no bands: its percentiles are dots on one upright.
            let ys = values.map(|v| plot.y.at(v));
            let x = plot.x.at(*date);
            page.canvas.line(&[(x, ys[0]), (x, ys[4])], Stroke::solid(1.0, BLUE));
            for y in ys {
                page.canvas.disc((x, y), 3.0, BLUE);
            }
        }
    }

    fn dots(&self, page: &mut Page<'_>, plot: &Plot) {
        let points: Vec<Point> = self.observed.iter().map(|&(d, v)| (plot.x.at(d), plot.y.at(v))).collect();
        for &at in &points {
            page.canvas.disc(at, 4.0, WHITE);
            page.canvas.disc(at, 3.0, INK);
        }
        if let Some(&last) = points.last() {
            let label = Label::new("observed", SMALL).halo();
            page.canvas.place(label, super::canvas::around(last, SMALL, 6.0), plot.area);
        }
    }

    fn name_bands(&self, page: &mut Page<'_>, plot: &Plot, labels: Vec<Label>) {
        let Some(last) = self.percentiles.last() else { return };
        let wanted: Vec<f64> = last
            .iter()
            .take(labels.len())
            .map(|v| plot.y.at(*v))
            .map(|y| if y.is_nan() { plot.area.y1 } else { y })
            .collect();
        // Labels of equal values keep the order of their percentiles, highest on top.
        let ranked: Vec<f64> = wanted.iter().zip([0.4, 0.3, 0.2, 0.1, 0.0]).map(|(y, d)| y + d).collect();
        let ys = spread(&ranked, 13.5, plot.area.y0 + 4.0, plot.area.y1 - 2.0);
        let end = self.dates.last().map_or(plot.area.x1, |d| plot.x.at(*d));
        for ((y, at), label) in ys.into_iter().zip(wanted).zip(labels) {
            let x = plot.area.x1 + 9.0;
            page.canvas.line(&[(end, at), (x - 2.0, y)], Stroke::solid(0.75, BLUE));
            page.canvas.text((x, y + HALF_CAP * label.font.size), Anchor::Start, label);
        }
    }

    fn in_words(&self, currency: &str) -> String {
        let (Some(date), Some(last)) = (self.dates.last(), self.percentiles.last()) else {
            return String::new();
        };
        let values: Vec<String> = NAMES
            .iter()
            .zip(last)
            .map(|(n, v)| format!("{n} {}", in_unit(*v, self.unit, currency)))
            .collect();
        let date = date_text(*date, 1.0 / 12.0);
        format!("At {date}: {}.{}", values.join(", "), events::in_words(&self.events))
    }
}
