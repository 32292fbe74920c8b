//! What an instrument pays at each value of the company.

use super::canvas::{Anchor, Label, Stroke, around};
use super::font::{ASCENT, DESCENT, LABEL, SMALL, STRONG, TICK};
use super::geometry::{Point, Rect};
use super::page::{Page, Plan, Plot};
use super::palette::{BLUE, Colour, GREY, INK, MUTED, NAVY, RUST, SOURCE, TEXT_BLUE, WHITE};
use super::scale::{Range, Unit};
use super::{Chart, ChartError, Frame, same_length};
use crate::report::format::money;

/// Payoff against the value of the company (logarithmic), with the places where the law of the deal bends, and
/// how often each value came up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Payoff {
    /// What the x axis measures, such as `Company value at conversion`.
    pub x_title: String,
    /// What the y axis measures, such as `Payoff to the investor`.
    pub y_title: String,
    /// The instrument and what it is held against. The instrument is drawn first: dashes over it show where
    /// another line coincides with it.
    pub lines: Vec<PayoffLine>,
    /// Where the main line bends, and why.
    pub kinks: Vec<Kink>,
    /// Edges of bins of simulated values, ascending and above nought; one more than `shares`, or none.
    pub edges: Vec<f64>,
    /// Share of paths in each bin.
    pub shares: Vec<f64>,
}

/// One payoff by company value.
#[derive(Clone, Debug, PartialEq)]
pub struct PayoffLine {
    /// Its name, set beside it.
    pub name: String,
    /// How it is drawn.
    pub role: LineRole,
    /// Company value (above nought) and payoff, both in currency units, ascending in value.
    pub points: Vec<(f64, f64)>,
}

/// What a line in a payoff chart stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineRole {
    /// The instrument itself: thick.
    Main,
    /// If it were repaid only: grey, dashed.
    RepaidOnly,
    /// Straight equity for the same money: dashed.
    StraightEquity,
    /// Another instrument.
    Other,
}

/// A bend worth naming.
#[derive(Clone, Debug, PartialEq)]
pub struct Kink {
    /// Company value in currency units.
    pub x: f64,
    /// Payoff in currency units.
    pub y: f64,
    /// What happens here, in a few words.
    pub text: String,
}

/// The height of the strip with the simulated values.
const STRIP: f64 = 26.0;
/// Payoffs that span more than this ratio are drawn on a logarithmic axis: the floor would vanish.
const WIDE: f64 = 60.0;

/// Places along the curves that tell their numbers.
const HINTS: usize = 60;

impl LineRole {
    fn stroke(self) -> Stroke {
        match self {
            LineRole::Main => Stroke::solid(3.0, BLUE),
            LineRole::RepaidOnly => Stroke::dashed(2.0, SOURCE),
            LineRole::StraightEquity => Stroke::dashed(2.0, RUST),
            LineRole::Other => Stroke::solid(2.0, NAVY),
        }
    }

    fn text(self) -> Colour {
        match self {
            LineRole::Main | LineRole::Other => TEXT_BLUE,
            LineRole::RepaidOnly => MUTED,
            LineRole::StraightEquity => RUST,
        }
    }
}

impl Payoff {
    /// Draws the chart.
    ///
    /// # Errors
    ///
    /// [`ChartError::Length`] if there is not one edge more than shares; else as plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        if !self.shares.is_empty() || !self.edges.is_empty() {
            same_length("payoff", "edges", self.edges.len(), self.shares.len() + 1)?;
        }
        let mut page = Page::new(frame, 0.0)?;
        let points = || self.lines.iter().flat_map(|line| line.points.iter().copied());
        let (Some(x), Some(y)) = (Range::of(points().map(|p| p.0), true), self.y_range()) else {
            return page.no_data("payoff", "no payoff was computed");
        };
        let strip = if self.shares.iter().any(|share| *share > 0.0) { STRIP } else { 0.0 };
        let y_title = if y.log { format!("{} (log scale)", self.y_title) } else { self.y_title.clone() };
        let plot = page.axes(&Plan {
            x: (x, Unit::Money, &format!("{} (log scale)", self.x_title)),
            y: (y, Unit::Money, &y_title),
            left: 0.0,
            right: 14.0,
            above: 0.0,
            below: strip,
        });
        self.strip(&mut page, &plot);
        let mut lines: Vec<&PayoffLine> = self.lines.iter().collect();
        lines.sort_by_key(|line| line.role != LineRole::Main);
        for line in &lines {
            page.canvas.curve(&inside(&plot, &line.points), line.role.stroke());
        }
        self.mark_kinks(&mut page, &plot);
        self.name_kinks(&mut page, &plot);
        for (i, line) in lines.iter().enumerate() {
            let others: Vec<&PayoffLine> =
                lines.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, other)| *other).collect();
            name_line(&mut page, &plot, line, &others);
        }
        Self::hints(&mut page, &plot, &lines);
        page.finish("payoff", &self.in_words(&frame.currency))
    }

    /// What every line is worth at a few dozen company values.
    fn hints(page: &mut Page<'_>, plot: &Plot, lines: &[&PayoffLine]) {
        let longest = lines.iter().map(|line| line.points.len()).max().unwrap_or(0);
        let Some(first) = lines.iter().find(|line| line.points.len() == longest && longest > 0) else {
            return;
        };
        let every = longest.div_ceil(HINTS).max(1);
        let currency = page.frame.currency.clone();
        let hint = |i: usize| {
            let x = first.points[i].0;
            let worth = lines.iter().filter_map(|line| {
                let y = line.points.get(i).filter(|point| point.0.to_bits() == x.to_bits())?.1;
                y.is_finite().then(|| format!("{} {}", line.name, money(y, &currency)))
            });
            let worth: Vec<String> = worth.collect();
            (plot.x.at(x), format!("company value {}: {}", money(x, &currency), worth.join(", ")))
        };
        let hints: Vec<(f64, String)> = (0..longest).step_by(every).map(hint).collect();
        page.canvas.hints_across(plot.area, &hints);
    }

    fn y_range(&self) -> Option<Range> {
        let values = || self.lines.iter().flat_map(|line| line.points.iter().map(|p| p.1));
        let linear = Range::of(values(), false)?.with_zero().padded(0.0, 0.05);
        // The smallest payoff that matters is where the main line first bends, else its least.
        let main =
            self.lines.iter().filter(|l| l.role == LineRole::Main).flat_map(|l| l.points.iter().map(|p| p.1));
        let floor = Range::of(main, true);
        Some(match floor {
            Some(main) if linear.low >= 0.0 && main.high / main.low > WIDE => main.padded(0.08, 0.05),
            _ => linear,
        })
    }

    /// How often each company value came up: columns beneath the axis.
    fn strip(&self, page: &mut Page<'_>, plot: &Plot) {
        let highest = self.shares.iter().copied().filter(|s| s.is_finite()).fold(0.0, f64::max);
        if self.edges.is_empty() || highest <= 0.0 {
            return;
        }
        let base = plot.area.y1 + STRIP;
        for (pair, share) in self.edges.windows(2).zip(&self.shares) {
            let (from, to) = (plot.x.at(pair[0]), plot.x.at(pair[1]));
            let height = (STRIP - 8.0) * share / highest;
            if to > from && height > 0.0 {
                page.canvas.block(Rect::new(from, base - height, to, base), GREY);
            }
        }
        page.canvas.line(&[(plot.area.x0, base), (plot.area.x1, base)], Stroke::solid(0.75, SOURCE));
        let label = Label::new("simulated values", SMALL).colour(MUTED).halo();
        let y = plot.area.y1 + 13.0;
        let quiet = |x0: f64, x1: f64| -> f64 {
            let bins = self.edges.windows(2).zip(&self.shares);
            bins.filter(|(e, _)| plot.x.at(e[1]) > x0 && plot.x.at(e[0]) < x1).map(|(_, s)| *s).sum()
        };
        let width = label.width() + 6.0;
        let (start, end) = (plot.area.x0 + 4.0, plot.area.x1 - 4.0);
        if quiet(start, start + width) <= quiet(end - width, end) {
            page.canvas.text((start, y), Anchor::Start, label);
        } else {
            page.canvas.text((end, y), Anchor::End, label);
        }
    }

    fn mark_kinks(&self, page: &mut Page<'_>, plot: &Plot) {
        for kink in &self.kinks {
            let at = (plot.x.at(kink.x), plot.y.at(kink.y));
            page.canvas.disc(at, 4.0, INK);
            page.canvas.disc(at, 2.5, WHITE);
            page.canvas.reserve(Rect::new(at.0, at.1, at.0, at.1).grown(4.5, 4.5));
        }
    }

    /// Sets the texts of the kinks near them, tied by a line where they had to go further away.
    fn name_kinks(&self, page: &mut Page<'_>, plot: &Plot) {
        for kink in &self.kinks {
            let at = (plot.x.at(kink.x), plot.y.at(kink.y));
            let label = Label::new(TICK.fit(&kink.text, 250.0), TICK).halo();
            // A bend at the very top may have its text above the plot.
            let room = plot.area.grown(0.0, 12.0);
            let Some(area) = page.canvas.place(label, around(at, TICK, 7.0), room) else { continue };
            let nearest = (at.0.clamp(area.x0, area.x1), at.1.clamp(area.y0, area.y1));
            if (nearest.0 - at.0).abs() + (nearest.1 - at.1).abs() > 16.0 {
                page.canvas.curve(&[at, nearest], Stroke::solid(0.75, MUTED));
                page.canvas.disc(at, 2.5, WHITE);
            }
        }
    }

    fn in_words(&self, currency: &str) -> String {
        let lines: Vec<&str> = self.lines.iter().map(|l| l.name.as_str()).collect();
        let kinks: Vec<String> = self
            .kinks
            .iter()
            .map(|k| format!("{}: pays {} at {}", k.text, money(k.y, currency), money(k.x, currency)))
            .collect();
        format!("Lines: {}. {}.", lines.join(", "), kinks.join("; "))
    }
}

/// A line in pixels, without what runs along the foot of the plot because its axis starts higher.
fn inside(plot: &Plot, points: &[(f64, f64)]) -> Vec<Point> {
    let low = plot.y.range.low;
    let shown = |i: usize| points.get(i).is_some_and(|p| p.1 >= low);
    let near = (0..points.len())
        .filter(|&i| shown(i) || (plot.y.range.log && (shown(i + 1) || i > 0 && shown(i - 1))));
    near.map(|i| (plot.x.at(points[i].0), plot.y.at(points[i].1))).collect()
}

/// How high a line runs at `x`, in pixels; none beyond its ends.
fn height_at(points: &[Point], x: f64) -> Option<f64> {
    let pair = points.windows(2).find(|p| p[0].0 <= x && x <= p[1].0 && p[1].0 > p[0].0)?;
    Some(pair[0].1 + (x - pair[0].0) / (pair[1].0 - pair[0].0) * (pair[1].1 - pair[0].1))
}

/// Sets a line's name beside it, wherever along it there is most room; the right end is preferred. No other line
/// may come between the two.
fn name_line(page: &mut Page<'_>, plot: &Plot, line: &PayoffLine, others: &[&PayoffLine]) {
    let font = if line.role == LineRole::Main { STRONG } else { LABEL };
    let label = Label::new(font.fit(&line.name, 200.0), font).colour(line.role.text()).halo();
    let points = inside(plot, &line.points);
    let others: Vec<Vec<Point>> = others.iter().map(|other| inside(plot, &other.points)).collect();
    let width = label.width();
    let gap = 6.0;
    let (up, down) = (-gap - DESCENT * font.size, gap + ASCENT * font.size);
    let mut places = Vec::new();
    for step in 0..40 {
        let x = plot.area.x1 - f64::from(step) * plot.area.width() / 40.0;
        let Some(y) = height_at(&points, x) else { continue };
        let sides =
            [(x - 3.0, up, Anchor::End), (x - 3.0, down, Anchor::End), (x + 6.0, down, Anchor::Start)];
        places.extend(sides.into_iter().filter_map(|(at, shift, anchor)| {
            let middle = if anchor == Anchor::End { at - width / 2.0 } else { at + width / 2.0 };
            // From the line to the far side of the name; a line that coincides is no obstacle.
            let far = y + shift + if shift < 0.0 { -ASCENT * font.size } else { 0.0 };
            let (low, high) = (f64::min(y, far), f64::max(y, far));
            let between = |x: f64| {
                let own = height_at(&points, x).unwrap_or(y);
                others
                    .iter()
                    .filter_map(|other| height_at(other, x))
                    .any(|other| low - 1.0 < other && other < high + 1.0 && (other - own).abs() > 1.5)
            };
            (![at, middle].into_iter().any(between)).then_some(((at, y + shift), anchor))
        }));
    }
    page.canvas.place(label, places, plot.area);
}
