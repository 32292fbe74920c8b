//! Whether there were enough paths.

use super::canvas::{Anchor, Label, Stroke};
use super::cases::Z95;
use super::font::STRONG;
use super::geometry::Point;
use super::page::{HALF_CAP, Page, Plan, Plot};
use super::palette::{BLUE, GREY, TEXT_BLUE};
use super::scale::{Range, Unit};
use super::{Chart, ChartError, Frame, same_length};
use crate::report::format::count;
use crate::report::format::{money_with_error, multiple_with_error, percent_with_error};

/// Running mean and its 95 % band against the number of paths (logarithmic).
#[derive(Clone, Debug, PartialEq)]
pub struct Convergence {
    /// What is estimated, such as `Mean present value`.
    pub y_title: String,
    /// Its unit.
    pub unit: Unit,
    /// Numbers of paths at the checkpoints, ascending.
    pub paths: Vec<f64>,
    /// The estimate at each checkpoint.
    pub mean: Vec<f64>,
    /// Its standard error at each checkpoint; NaN if unknown.
    pub standard_error: Vec<f64>,
}

impl Convergence {
    /// Draws the chart.
    ///
    /// # Errors
    ///
    /// [`ChartError::Length`] if the columns differ in length; else as plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        same_length("convergence", "mean", self.mean.len(), self.paths.len())?;
        same_length("convergence", "standard_error", self.standard_error.len(), self.paths.len())?;
        let mut page = Page::new(frame, 0.0)?;
        let bounds = || (0..self.paths.len()).flat_map(|i| self.interval(i));
        let (Some(x), Some(y)) = (Range::of(self.paths.iter().copied(), true), Range::of(bounds(), false))
        else {
            return page.no_data("convergence", "too few paths for a running mean");
        };
        let plot = page.axes(&Plan {
            x: (x, Unit::Count, "Paths (log scale)"),
            y: (y.padded(0.05, 0.1), self.unit, &format!("{}, running, ±1.96 s.e.", self.y_title)),
            left: 0.0,
            right: 24.0,
            above: 0.0,
            below: 0.0,
        });
        let label = self.draw_band(&mut page, &plot, &frame.currency);
        let hint = |i: usize| {
            (
                plot.x.at(self.paths[i]),
                format!("{} after {}", self.estimate(i, &frame.currency), paths(self.paths[i])),
            )
        };
        let hints: Vec<(f64, String)> = (0..self.paths.len()).map(hint).collect();
        page.canvas.hints_across(plot.area, &hints);
        page.finish("convergence", &format!("{}: {label}.", self.y_title))
    }

    fn draw_band(&self, page: &mut Page<'_>, plot: &Plot, currency: &str) -> String {
        let last = self.paths.len() - 1;
        let [low, mean, high] = self.interval(last).map(|v| plot.y.at(v));
        let across = [(plot.area.x0, low), (plot.area.x1, low), (plot.area.x1, high), (plot.area.x0, high)];
        page.canvas.area(across.to_vec(), GREY, 0.45);
        let edge = |side: usize| -> Vec<Point> {
            let point = |i: usize| (plot.x.at(self.paths[i]), plot.y.at(self.interval(i)[side]));
            (0..self.paths.len()).map(point).filter(|p| p.1.is_finite()).collect()
        };
        let mut band = edge(0);
        band.extend(edge(2).into_iter().rev());
        page.canvas.area(band, BLUE, 0.25);
        for side in [0, 2] {
            page.canvas.curve(&edge(side), Stroke::solid(0.75, BLUE));
        }
        page.canvas.curve(&edge(1), Stroke::solid(2.0, BLUE));
        page.canvas.disc((plot.x.at(self.paths[last]), mean), 4.0, BLUE);
        let text = format!("{} after {}", self.estimate(last, currency), paths(self.paths[last]));
        let label = Label::new(text.clone(), STRONG).colour(TEXT_BLUE).halo();
        let places = (0..40).flat_map(|i| {
            let up = 8.0 + 5.0 * f64::from(i);
            [mean - up, mean + up + 2.0 * HALF_CAP * STRONG.size].map(|y| ((plot.area.x1, y), Anchor::End))
        });
        page.canvas.place(label, places, plot.area);
        text
    }

    fn interval(&self, i: usize) -> [f64; 3] {
        let reach = Z95 * if self.standard_error[i].is_finite() { self.standard_error[i] } else { 0.0 };
        [self.mean[i] - reach, self.mean[i], self.mean[i] + reach]
    }

    fn estimate(&self, i: usize, currency: &str) -> String {
        let (mean, error) = (self.mean[i], self.standard_error[i]);
        match self.unit {
            Unit::Multiple => multiple_with_error(mean, error),
            Unit::Fraction => percent_with_error(mean, error),
            _ => money_with_error(mean, error, currency),
        }
    }
}

fn paths(number: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of paths, above nought"
    )]
    let whole = number as u64;
    format!("{} {}", count(whole), if whole == 1 { "path" } else { "paths" })
}
