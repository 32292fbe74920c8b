//! A result along a figure that is varied.

use super::canvas::{Anchor, Label, Stroke, around};
use super::cases::Z95;
use super::font::{LABEL, TICK};
use super::geometry::Point;
use super::page::{Page, Plan};
use super::palette::{BLUE, INK, MUTED, WHITE};
use super::scale::{Range, Unit};
use super::{Chart, ChartError, Frame};

/// A line through estimates, with a band of ±1.96 standard errors.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What is varied.
    pub x_title: String,
    /// Its unit.
    pub x_unit: Unit,
    /// Names in place of numbers, one a point.
    pub names: Option<Vec<String>>,
    /// What is measured.
    pub y_title: String,
    /// Its unit.
    pub y_unit: Unit,
    /// The estimates, in the order of the line.
    pub points: Vec<LinePoint>,
    /// The deal as it stands.
    pub base: Option<(f64, f64)>,
}

/// An estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinePoint {
    /// The figure.
    pub x: f64,
    /// The result there.
    pub y: f64,
    /// Its standard error.
    pub standard_error: f64,
}

impl Line {
    /// Draws the chart.
    ///
    /// # Errors
    ///
    /// As plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        let mut page = Page::new(frame, 0.0)?;
        let mut points = self.points.clone();
        points.sort_by(|a, b| a.x.total_cmp(&b.x));
        let reach = |p: &LinePoint| if p.standard_error.is_finite() { Z95 * p.standard_error } else { 0.0 };
        let base = || self.base.into_iter();
        let ys = points.iter().flat_map(|p| [p.y - reach(p), p.y + reach(p)]).chain(base().map(|b| b.1));
        let y = Range::of(ys, false);
        let x = Range::of(points.iter().map(|p| p.x).chain(base().map(|b| b.0)), false);
        let (Some(x), Some(y)) = (x, y) else {
            return page.no_data("sweep", "the result is undefined everywhere");
        };
        let title = if self.names.is_some() { "" } else { &self.x_title };
        let plot = page.axes(&Plan {
            x: (x.padded(0.03, 0.03), if self.names.is_some() { Unit::Blank } else { self.x_unit }, title),
            y: (y.padded(0.06, 0.06), self.y_unit, &self.y_title),
            left: 0.0,
            right: 14.0,
            above: 4.0,
            below: 0.0,
        });
        let at = |x: f64, y: f64| -> Point { (plot.x.at(x), plot.y.at(y)) };
        let known: Vec<&LinePoint> = points.iter().filter(|p| p.y.is_finite()).collect();
        if self.names.is_none() {
            let mut band: Vec<Point> = known.iter().map(|p| at(p.x, p.y + reach(p))).collect();
            band.extend(known.iter().rev().map(|p| at(p.x, p.y - reach(p))));
            page.canvas.area(band, BLUE, 0.25);
            let line: Vec<Point> = known.iter().map(|p| at(p.x, p.y)).collect();
            page.canvas.curve(&line, Stroke::solid(2.0, BLUE));
        }
        for p in &known {
            if self.names.is_some() {
                let ends = [at(p.x, p.y - reach(p)), at(p.x, p.y + reach(p))];
                page.canvas.line(&ends, Stroke::solid(1.5, INK));
            }
            page.canvas.disc(at(p.x, p.y), 3.0, BLUE);
        }
        if let Some((x, y)) = self.base {
            page.canvas.disc(at(x, y), 5.5, INK);
            page.canvas.disc(at(x, y), 3.5, WHITE);
            let label = Label::new("as stated", LABEL).halo();
            page.canvas.place(label, around(at(x, y), LABEL, 9.0), plot.area);
        }
        if let Some(names) = &self.names {
            let room = plot.area.width() / names.len().max(1) as f64 - 6.0;
            for (index, name) in names.iter().enumerate() {
                let label = Label::new(TICK.fit(name, room), TICK).colour(MUTED);
                let half = label.width() / 2.0;
                let x = plot.x.at(index as f64).clamp(page.body.x0 + half, page.body.x1 - half);
                page.canvas.text((x, plot.area.y1 + 14.0), Anchor::Middle, label);
            }
        }
        page.finish("sweep", &self.in_words(frame))
    }

    fn in_words(&self, frame: &Frame) -> String {
        let told: Vec<String> = self
            .points
            .iter()
            .enumerate()
            .map(|(index, p)| {
                let x = match &self.names {
                    Some(names) => names[index].clone(),
                    None => self.x_unit.text(p.x, &frame.currency),
                };
                format!("{x}: {}", self.y_unit.text(p.y, &frame.currency))
            })
            .collect();
        format!("{}: {}.", self.y_title, told.join("; "))
    }
}
