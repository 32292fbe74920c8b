//! The page every chart is drawn on: title, subtitle, source line, axes.

use super::canvas::{Anchor, Canvas, Label, Stroke};
use super::font::{self, Font, LABEL, SMALL, TICK, TITLE};
use super::geometry::Rect;
use super::palette::{GRID, INK, MUTED, SOURCE};
use super::scale::{Range, Scale, Tick, Unit};
use super::{Chart, ChartError, Frame, render};

/// Free space at the edges.
const MARGIN: f64 = 10.0;
/// Where the body begins, beneath title and subtitle.
const HEADER: f64 = 50.0;
/// The height kept for the source line.
const FOOTER: f64 = 24.0;
/// From the middle of a line of figures down to its baseline, in em.
pub(super) const HALF_CAP: f64 = 0.36;

/// A page with its header and footer drawn.
pub(super) struct Page<'a> {
    pub(super) frame: &'a Frame,
    pub(super) canvas: Canvas,
    /// What is left for the chart itself.
    pub(super) body: Rect,
}

/// What the axes of a plot shall be.
pub(super) struct Plan<'a> {
    pub(super) x: (Range, Unit, &'a str),
    pub(super) y: (Range, Unit, &'a str),
    /// Room kept left of the plot beyond the tick labels, right of it, above it, and between it and its x ticks.
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) above: f64,
    pub(super) below: f64,
}

/// A plot with its axes drawn.
pub(super) struct Plot {
    pub(super) area: Rect,
    pub(super) x: Scale,
    pub(super) y: Scale,
}

impl<'a> Page<'a> {
    /// A page of the frame's size, or higher if `body_height` pixels do not fit.
    ///
    /// # Errors
    ///
    /// If the embedded font could not be read.
    pub(super) fn new(frame: &'a Frame, body_height: f64) -> Result<Self, ChartError> {
        font::register()?;
        let width = frame.size.width;
        let height = f64::max(frame.size.height, body_height + HEADER + FOOTER);
        let mut canvas = Canvas::new(width, height, frame.size.zoom);
        let room = width - 2.0 * MARGIN;
        for (y, text, font, colour) in [
            (21.0, &frame.title, TITLE, INK),
            (38.0, &frame.subtitle, LABEL, MUTED),
            (height - 8.0, &frame.source, SMALL, SOURCE),
        ] {
            let label = Label::new(font.fit(text, room), font).colour(colour);
            canvas.text((MARGIN, y), Anchor::Start, label);
        }
        let body = Rect::new(MARGIN, HEADER, width - MARGIN, height - FOOTER);
        Ok(Page { frame, canvas, body })
    }

    /// The finished chart. `alt` says in words what the picture shows.
    ///
    /// # Errors
    ///
    /// If plotters fails to draw.
    pub(super) fn finish(mut self, id: &str, alt: &str) -> Result<Chart, ChartError> {
        self.canvas.recolour(&self.frame.recolouring);
        let title = font::plain(&self.frame.title);
        let alt = font::plain(&format!("{title}. {}. {alt}", self.frame.subtitle));
        let svg = render::svg(&self.canvas, &title, &alt)?;
        Ok(Chart { id: id.to_owned(), title, alt, svg })
    }

    /// The finished chart where there is nothing to show: an empty frame that says why.
    ///
    /// # Errors
    ///
    /// If plotters fails to draw.
    pub(super) fn no_data(mut self, id: &str, reason: &str) -> Result<Chart, ChartError> {
        let text = format!("no data: {reason}");
        self.canvas.outline(&self.body.corners(), Stroke::solid(0.75, GRID));
        let middle = (f64::midpoint(self.body.x0, self.body.x1), f64::midpoint(self.body.y0, self.body.y1));
        self.note(middle, Anchor::Middle, &text, LABEL, self.body.width() - 20.0);
        self.finish(id, &text)
    }

    /// A muted text, shortened to `room` pixels.
    pub(super) fn note(&mut self, at: (f64, f64), anchor: Anchor, text: &str, font: Font, room: f64) {
        self.canvas.text(at, anchor, Label::new(font.fit(text, room), font).colour(MUTED));
    }

    /// Draws the axes and says where the plot lies.
    pub(super) fn axes(&mut self, plan: &Plan<'_>) -> Plot {
        let currency = self.frame.currency.as_str();
        let (x_range, x_unit, x_title) = plan.x;
        let (y_range, y_unit, y_title) = plan.y;
        let title_height = if y_title.is_empty() { 4.0 } else { 21.0 };
        let x_height = if x_title.is_empty() { 18.0 } else { 32.0 };
        let y0 = self.body.y0 + title_height + plan.above;
        let y1 = self.body.y1 - x_height - plan.below;
        let y = y_range.onto(y1, y0);
        let y_ticks = y.ticks_down(y_unit, currency, 24.0);
        let widest = y_ticks.iter().map(|t| TICK.width(&t.text)).fold(0.0, f64::max);
        let area = Rect::new(self.body.x0 + widest + 6.0 + plan.left, y0, self.body.x1 - plan.right, y1);
        let x = x_range.onto(area.x0, area.x1);
        // The ends of the axis keep half a label's room to the edge of the page.
        let x_ticks = x.ticks_across(x_unit, currency, TICK);
        self.y_ticks(&area, &y, &y_ticks, plan.left);
        self.x_ticks(&area, &x, &x_ticks, plan.below);
        if !y_title.is_empty() {
            let at = (self.body.x0, self.body.y0 + 9.0);
            self.note(at, Anchor::Start, y_title, TICK, self.body.width());
        }
        let at = (f64::midpoint(area.x0, area.x1), self.body.y1 - 4.0);
        self.note(at, Anchor::Middle, x_title, TICK, area.width());
        Plot { area, x, y }
    }

    /// Gridlines and their labels, `gap` pixels further left than the plot.
    pub(super) fn y_ticks(&mut self, area: &Rect, scale: &Scale, ticks: &[Tick], gap: f64) {
        for tick in ticks {
            let y = scale.at(tick.value);
            self.canvas.line(&[(area.x0 - gap, y), (area.x1, y)], Stroke::solid(0.75, GRID));
            let label = Label::new(&tick.text, TICK).colour(MUTED);
            self.canvas.text((area.x0 - gap - 6.0, y + HALF_CAP * TICK.size), Anchor::End, label);
        }
    }

    /// The base line with its ticks; the labels stand `gap` pixels beneath it.
    pub(super) fn x_ticks(&mut self, area: &Rect, scale: &Scale, ticks: &[Tick], gap: f64) {
        self.canvas.line(&[(area.x0, area.y1), (area.x1, area.y1)], Stroke::solid(1.0, INK));
        let edge = self.canvas.width - 2.0;
        for tick in ticks {
            let x = scale.at(tick.value);
            self.canvas.line(&[(x, area.y1), (x, area.y1 + 4.0)], Stroke::solid(1.0, INK));
            let label = Label::new(&tick.text, TICK).colour(MUTED);
            let half = label.width() / 2.0;
            let at = x.clamp(half + 2.0, f64::max(half + 2.0, edge - half));
            self.canvas.text((at, area.y1 + gap + 14.0), Anchor::Middle, label);
        }
    }
}
