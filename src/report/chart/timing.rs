//! When the deal is resolved.

use super::canvas::{Anchor, Label, Stroke};
use super::events::{self, Event};
use super::font::LABEL;
use super::geometry::{Point, spread};
use super::page::{HALF_CAP, Page, Plan, Plot};
use super::palette::{MUTED, Meaning, WHITE};
use super::panel::fill;
use super::scale::{Range, Unit, date_text};
use super::{Chart, ChartError, Frame, same_length};
use crate::report::format::percent_estimate;

/// Share of the commitment that has ended in each way by each date; the rest is outstanding.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timing {
    /// Calendar years with decimals, ascending.
    pub dates: Vec<f64>,
    /// The ways to end, in any order: they are stacked by kind.
    pub series: Vec<TimingSeries>,
    /// Dates to mark, such as maturity and the deadlines of tranches.
    pub events: Vec<Event>,
}

/// One way to end.
#[derive(Clone, Debug, PartialEq)]
pub struct TimingSeries {
    /// Its name.
    pub name: String,
    /// What it means, which gives colour and order.
    pub meaning: Meaning,
    /// Share of the commitment that ended so by each date.
    pub cumulative: Vec<f64>,
}

/// The widest that names at the right may become.
const WIDEST: f64 = 190.0;
/// What is never more than this share gets no colour, and what is not more at the end no label there.
const LEAST: f64 = 0.0005;

impl Timing {
    /// Draws the chart.
    ///
    /// # Errors
    ///
    /// [`ChartError::Length`] if a series differs in length from the dates; else as plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        for series in &self.series {
            same_length("timing", "cumulative", series.cumulative.len(), self.dates.len())?;
        }
        let mut page = Page::new(frame, 0.0)?;
        let Some(x) = Range::of_dates(self.dates.iter().copied()) else {
            return page.no_data("timing", "no date was simulated");
        };
        let (layers, outstanding) = self.layers();
        let labels: Vec<Label> = layers.iter().chain([&outstanding]).map(Layer::label).collect();
        let widest = labels.iter().map(Label::width).fold(0.0, f64::max);
        let plot = page.axes(&Plan {
            x: (x, Unit::Year, ""),
            y: (Range { low: 0.0, high: 1.0, log: false }, Unit::Fraction, "Share of commitment, cumulative"),
            left: 0.0,
            right: widest + 22.0,
            above: events::room(&self.events, x, &page.body, widest + 22.0),
            below: 0.0,
        });
        for layer in &layers {
            layer.draw(&mut page, &plot, &self.dates);
        }
        events::mark(&mut page, &plot, &self.events);
        name_outstanding(&mut page, &plot, &outstanding, &self.dates);
        let layers: Vec<Layer> = layers.into_iter().chain([outstanding]).collect();
        name_layers(&mut page, &plot, &layers, labels);
        let words: Vec<String> =
            layers.iter().map(|l| format!("{} {}", l.name, percent_estimate(l.last()))).collect();
        let hint = |i: usize| {
            let share = |layer: &Layer| {
                format!("{} {}", layer.name, percent_estimate((layer.top[i] - layer.base[i]).max(0.0)))
            };
            let shares: Vec<String> = layers.iter().map(share).collect();
            (plot.x.at(self.dates[i]), format!("{}: {}", date_text(self.dates[i], 0.25), shares.join(", ")))
        };
        let hints: Vec<(f64, String)> = (0..self.dates.len()).map(hint).collect();
        page.canvas.hints_across(plot.area, &hints);
        page.finish("timing", &format!("At the end: {}.{}", words.join(", "), events::in_words(&self.events)))
    }

    /// The series stacked from the bottom, and what is outstanding on top, which stays white.
    fn layers(&self) -> (Vec<Layer>, Layer) {
        let mut order: Vec<&TimingSeries> = self.series.iter().collect();
        order.sort_by_key(|series| series.meaning);
        let mut base = vec![0.0; self.dates.len()];
        let mut layers = Vec::new();
        for series in order {
            let top: Vec<f64> = base.iter().zip(&series.cumulative).map(|(b, s)| b + s.max(0.0)).collect();
            layers.push(Layer { name: series.name.clone(), meaning: series.meaning, base, top: top.clone() });
            base = top;
        }
        let full = vec![1.0; self.dates.len()];
        let name = "outstanding".to_owned();
        (layers, Layer { name, meaning: Meaning::Unresolved, base, top: full })
    }
}

/// One band of the stack: shares of paths by date.
struct Layer {
    name: String,
    meaning: Meaning,
    base: Vec<f64>,
    top: Vec<f64>,
}

impl Layer {
    fn last(&self) -> f64 {
        self.top.last().zip(self.base.last()).map_or(0.0, |(top, base)| f64::max(top - base, 0.0))
    }

    fn label(&self) -> Label {
        let share = percent_estimate(self.last());
        let name = LABEL.fit(&self.name, WIDEST - LABEL.width(&share) - 6.0);
        Label::new(format!("{name} {share}"), LABEL).colour(self.meaning.text())
    }

    fn seen(&self) -> bool {
        self.top.iter().zip(&self.base).any(|(top, base)| top - base > LEAST)
    }

    fn draw(&self, page: &mut Page<'_>, plot: &Plot, dates: &[f64]) {
        if !self.seen() {
            return;
        }
        let along = |values: &[f64]| -> Vec<Point> {
            let mut points: Vec<Point> =
                dates.iter().zip(values).map(|(d, v)| (plot.x.at(*d), plot.y.at(*v))).collect();
            if let [only] = points[..] {
                // A single date has no extent: its shares fill the width.
                points = vec![(plot.area.x0, only.1), (plot.area.x1, only.1)];
            }
            points
        };
        let top = along(&self.top);
        let mut band = along(&self.base);
        band.extend(top.iter().rev());
        if self.meaning.hatched() {
            fill(page, &band, self.meaning);
        } else {
            page.canvas.area(band, self.meaning.fill(), 1.0);
        }
        page.canvas.line(&top, Stroke::solid(1.0, WHITE));
    }
}

/// Names the white of what is outstanding where it is widest, if that is not at the right end.
fn name_outstanding(page: &mut Page<'_>, plot: &Plot, layer: &Layer, dates: &[f64]) {
    if layer.last() > LEAST {
        return;
    }
    let label = Label::new(layer.name.as_str(), LABEL).colour(MUTED);
    let half = label.width() / 2.0;
    let widths = dates.iter().zip(layer.top.iter().zip(&layer.base));
    let places = widths.filter_map(|(date, (top, base))| {
        let x = plot.x.at(*date).max(plot.area.x0 + half + 6.0);
        let middle = plot.y.at(top - 0.3 * (top - base));
        let room = plot.y.at(*base) - plot.y.at(*top);
        // White all along the name, not only in its middle.
        let foot = middle + LABEL.size;
        let beneath =
            |(date, base): (&f64, &f64)| (plot.x.at(*date) - x).abs() > half + 6.0 || plot.y.at(*base) > foot;
        let clear = room > 40.0 && dates.iter().zip(&layer.base).all(beneath);
        clear.then_some(((x, middle + HALF_CAP * LABEL.size), Anchor::Middle))
    });
    page.canvas.place(label, places, plot.area);
}

/// Sets the names at the right end, moved apart, each tied to the middle of its band.
fn name_layers(page: &mut Page<'_>, plot: &Plot, layers: &[Layer], labels: Vec<Label>) {
    let shown: Vec<(&Layer, Label)> =
        layers.iter().zip(labels).filter(|(layer, _)| layer.last() > LEAST).collect();
    let middle = |l: &Layer| match (l.base.last(), l.top.last()) {
        (Some(base), Some(top)) => plot.y.at(f64::midpoint(*base, f64::max(*top, *base))),
        _ => plot.area.y1,
    };
    let wanted: Vec<f64> = shown.iter().map(|(layer, _)| middle(layer)).collect();
    // Empty bands share a middle: the order of the stack decides.
    let ranked: Vec<f64> = wanted.iter().enumerate().map(|(i, y)| y - 0.01 * i as f64).collect();
    let gap = f64::min(14.0, plot.area.height() / shown.len().max(1) as f64);
    let ys = spread(&ranked, gap, plot.area.y0 + 5.0, plot.area.y1 - 4.0);
    for ((y, at), (_, label)) in ys.into_iter().zip(wanted).zip(shown) {
        let x = plot.area.x1 + 18.0;
        page.canvas.line(&[(plot.area.x1, at), (x - 9.0, y), (x - 3.0, y)], Stroke::solid(0.75, MUTED));
        page.canvas.text((x, y + HALF_CAP * LABEL.size), Anchor::Start, label);
    }
}
