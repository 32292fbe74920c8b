//! How wide the outcome is: columns for what is spread out, spikes for what is not.

use super::canvas::{Anchor, Label, Stroke};
use super::font::{DESCENT, LABEL, TICK};
use super::geometry::{Point, Rect};
use super::page::{Page, Plan, Plot};
use super::palette::{BLUE, GREY, INK, MUTED, Meaning, WHITE};
use super::scale::{Range, Unit};
use super::strip::{self, Strip};
use super::{Chart, ChartError, Frame, same_length};
use crate::report::format::{money, multiple, percent_estimate};

/// Shares of paths by outcome. Atoms (nothing back, repaid at par) are spikes and are never smoothed.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// What the x axis measures.
    pub x_title: String,
    /// The unit of the outcomes.
    pub unit: Unit,
    /// Whether the x axis is logarithmic; values at or below nought then stand left of it.
    pub log: bool,
    /// Edges of the bins, ascending; one more than `shares`, or none.
    pub edges: Vec<f64>,
    /// Share of paths in each bin, atoms not counted.
    pub shares: Vec<f64>,
    /// Single values with a share of their own.
    pub atoms: Vec<Atom>,
    /// Share of paths below the first edge, atoms not counted.
    pub underflow: f64,
    /// Share of paths above the last edge, atoms not counted.
    pub overflow: f64,
    /// Mean of all outcomes, if known.
    pub mean: Option<f64>,
    /// The 10th, 50th and 90th percentile of all outcomes, if known.
    pub percentiles: Option<[f64; 3]>,
    /// The line below which money is lost.
    pub loss: Option<LossLine>,
}

/// A single value that many paths share.
#[derive(Clone, Debug, PartialEq)]
pub struct Atom {
    /// The value.
    pub value: f64,
    /// Share of paths.
    pub share: f64,
    /// Its name, such as `repaid at par`.
    pub label: String,
    /// What it means, which gives its colour.
    pub meaning: Meaning,
}

/// The outcome that returns the money invested, and how often less came back.
#[derive(Clone, Debug, PartialEq)]
pub struct LossLine {
    /// Where it lies on the x axis.
    pub at: f64,
    /// Share of paths below it.
    pub share_below: f64,
    /// Its name, such as `1x`.
    pub label: String,
}

/// Width of the columns beyond the ends of the axis.
const GUTTER: f64 = 40.0;
/// An atom this many times higher than the highest column is cut, and says so.
const CUT: f64 = 3.0;

/// A number of the axis in words.
pub(super) fn in_unit(value: f64, unit: Unit, currency: &str) -> String {
    match unit {
        Unit::Multiple => multiple(value),
        Unit::Fraction => percent_estimate(value),
        _ => money(value, currency),
    }
}

impl Histogram {
    /// Draws the chart.
    ///
    /// # Errors
    ///
    /// [`ChartError::Length`] if there is not one edge more than shares; else as plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        if !self.shares.is_empty() || !self.edges.is_empty() {
            same_length("histogram", "edges", self.edges.len(), self.shares.len() + 1)?;
        }
        let mut page = Page::new(frame, 0.0)?;
        let Some(x) = self.x_range() else {
            return page.no_data("histogram", "no path has an outcome");
        };
        let atom = self.atoms.iter().map(|a| a.share).fold(0.0, f64::max);
        let column = self.shares.iter().copied().fold(f64::max(self.overflow, self.underflow), f64::max);
        let (highest, cut) = if atom > CUT * column && column > 0.0 {
            (1.35 * column, true)
        } else {
            (f64::max(atom, column) * 1.12, false)
        };
        let y = Range { low: 0.0, high: if highest > 0.0 { highest } else { 1.0 }, log: false };
        let scale = if x.log { " (log scale)" } else { "" };
        let plot = page.axes(&Plan {
            x: (x, self.unit, &format!("{}{scale}", self.x_title)),
            y: (y, Unit::Fraction, "Share of paths"),
            left: self.left(x, &frame.currency),
            right: if self.overflow > 0.0 { GUTTER + 26.0 } else { 14.0 },
            above: strip::HEIGHT,
            below: 0.0,
        });
        self.columns(&mut page, &plot);
        self.beyond(&mut page, &plot);
        self.loss_line(&mut page, &plot);
        self.spikes(&mut page, &plot, cut);
        self.strip(&mut page, &plot);
        for (pair, &share) in self.edges.windows(2).zip(&self.shares) {
            let [from, to] = [pair[0], pair[1]].map(|edge| in_unit(edge, self.unit, &frame.currency));
            let column = Rect::new(plot.x.at(pair[0]), plot.area.y0, plot.x.at(pair[1]), plot.area.y1);
            page.canvas.hint(column, format!("{from} to {to}: {} of paths", percent_estimate(share)));
        }
        page.finish("histogram", &self.in_words(&frame.currency))
    }

    fn x_range(&self) -> Option<Range> {
        let atoms = || self.atoms.iter().map(|a| a.value);
        let values = || self.edges.iter().copied().chain(atoms());
        let range = Range::of(values(), self.log).or_else(|| Range::of(values(), false))?;
        // A spike at the very edge would sit on the axis.
        let at_edge = |edge: f64| atoms().any(|a| (a - edge).abs() <= 1e-9 * edge.abs());
        let pad = |edge| if at_edge(edge) { 0.03 } else { 0.0 };
        Some(range.padded(pad(range.low), pad(range.high)))
    }

    /// The room left of the plot for spikes that have no place on its axis, and for what lies below it.
    fn left(&self, range: Range, currency: &str) -> f64 {
        let spikes = if self.has_aside(range) { self.aside(range, currency) + 18.0 } else { 6.0 };
        spikes + if self.underflow > 0.0 { GUTTER + 8.0 } else { 0.0 }
    }

    fn has_aside(&self, range: Range) -> bool {
        self.atoms.iter().any(|a| left_of(a.value, range))
    }

    /// How far left of a logarithmic axis nought stands: its text keeps clear of the first tick's.
    fn aside(&self, range: Range, currency: &str) -> f64 {
        let widths = [0.0, range.low].map(|v| TICK.width(&in_unit(v, self.unit, currency)));
        f64::midpoint(widths[0], widths[1]) + 12.0
    }

    fn columns(&self, page: &mut Page<'_>, plot: &Plot) {
        for (pair, &share) in self.edges.windows(2).zip(&self.shares) {
            let (from, to, top) = (plot.x.at(pair[0]), plot.x.at(pair[1]), plot.y.at(share));
            if share > 0.0 && to > from {
                let gap = if to - from > 4.0 { 0.5 } else { 0.0 };
                page.canvas.block(Rect::new(from + gap, top, to - gap, plot.area.y1), BLUE);
                // Names of spikes keep off the columns, if they can.
                let mut x = from;
                while x < to {
                    page.canvas.avoid(&[(x, top), (x, plot.area.y1)]);
                    x += 4.0;
                }
            }
        }
    }

    /// The hatched columns of what lies beyond the edges.
    fn beyond(&self, page: &mut Page<'_>, plot: &Plot) {
        let (Some(&first), Some(&last)) = (self.edges.first(), self.edges.last()) else { return };
        let currency = page.frame.currency.clone();
        let right = over_at(plot);
        column_beyond(
            page,
            plot,
            right,
            self.overflow,
            &format!("> {}", in_unit(last, self.unit, &currency)),
        );
        let left = self.under_at(plot, &currency);
        column_beyond(
            page,
            plot,
            left,
            self.underflow,
            &format!("< {}", in_unit(first, self.unit, &currency)),
        );
    }

    /// The middle of the column of what lies below the axis.
    fn under_at(&self, plot: &Plot, currency: &str) -> f64 {
        plot.area.x0 - self.left(plot.x.range, currency) + (GUTTER - 8.0) / 2.0 + 4.0
    }

    fn loss_line(&self, page: &mut Page<'_>, plot: &Plot) {
        let Some(loss) = &self.loss else { return };
        if plot.x.range.low <= loss.at && loss.at <= plot.x.range.high {
            let x = plot.x.at(loss.at);
            page.canvas.curve(&[(x, plot.area.y0 - 14.0), (x, plot.area.y1)], Stroke::dashed(1.0, MUTED));
        }
    }

    fn spikes(&self, page: &mut Page<'_>, plot: &Plot, cut: bool) {
        let mut heads: Vec<(Point, &Atom)> = Vec::new();
        for atom in self.atoms.iter().filter(|a| a.share > 0.0) {
            let x = self.place_of(atom.value, plot, &page.frame.currency);
            let broken = cut && atom.share > plot.y.range.high;
            let y = if broken { plot.area.y0 + 8.0 } else { plot.y.at(atom.share) };
            // Set in the colour of texts: a thin stem needs more contrast than a column.
            let colour = atom.meaning.text();
            // A white rim keeps it apart from the columns behind.
            page.canvas.line(&[(x, plot.area.y1), (x, y)], Stroke::solid(4.5, WHITE));
            page.canvas.disc((x, y), 6.0, WHITE);
            page.canvas.curve(&[(x, plot.area.y1), (x, y)], Stroke::solid(2.5, colour));
            if broken {
                break_mark(page, (x, y + 26.0));
            }
            page.canvas.disc((x, y), 4.5, colour);
            page.canvas.reserve(Rect::new(x, y, x, y).grown(4.0, 4.0));
            if left_of(atom.value, plot.x.range) {
                let foot = [(x - 12.0, plot.area.y1), (x + 12.0, plot.area.y1)];
                page.canvas.line(&foot, Stroke::solid(1.0, INK));
                let value = in_unit(atom.value, self.unit, &page.frame.currency);
                let value = Label::new(value, TICK).colour(MUTED);
                page.canvas.place(value, [((x, plot.area.y1 + 14.0), Anchor::Middle)], page.body);
            }
            heads.push(((x, y), atom));
        }
        // Names come last, when all spikes are known as obstacles; the tallest spikes have least choice.
        heads.sort_by(|a, b| a.0.1.total_cmp(&b.0.1));
        for (head, atom) in heads {
            name_spike(page, plot, head, atom);
        }
    }

    /// Mean, percentiles and the share of losses above the plot.
    fn strip(&self, page: &mut Page<'_>, plot: &Plot) {
        let currency = page.frame.currency.clone();
        let show = |v: f64| in_unit(v, self.unit, &currency);
        let place = |v: f64| self.place_of(v, plot, &currency);
        let mean = self.mean.filter(|m| m.is_finite()).map(|m| (place(m), format!("mean {}", show(m))));
        let named = |values: [f64; 3]| {
            let same = values[0].to_bits() == values[2].to_bits();
            let names: &[&str] = if same { &["P10–P90"] } else { &["P10", "P50", "P90"] };
            values.iter().zip(names).map(|(v, name)| (place(*v), format!("{name} {}", show(*v)))).collect()
        };
        let percentiles = self.percentiles.filter(|values| values.iter().all(|v| v.is_finite()));
        let loss = self.loss.as_ref().map(|loss| {
            let off = loss.at < plot.x.range.low || loss.at > plot.x.range.high;
            let where_it_is =
                if off { format!(" (at {}, off the axis)", show(loss.at)) } else { String::new() };
            let text = format!("{} below {}{where_it_is}", percent_estimate(loss.share_below), loss.label);
            (plot.x.at(loss.at), text)
        });
        Strip { mean, percentiles: percentiles.map_or_else(Vec::new, named), loss }.draw(page, plot);
    }

    /// Where a value stands: on the axis, or beyond its ends.
    fn place_of(&self, value: f64, plot: &Plot, currency: &str) -> f64 {
        let past = self.overflow > 0.0 && value > plot.x.range.high;
        let short = self.underflow > 0.0 && value < plot.x.range.low;
        match () {
            () if left_of(value, plot.x.range) && self.has_aside(plot.x.range) => {
                plot.area.x0 - self.aside(plot.x.range, currency)
            }
            () if short => self.under_at(plot, currency),
            () if past => over_at(plot),
            () => plot.x.at(value),
        }
    }

    fn in_words(&self, currency: &str) -> String {
        let show = |v: f64| in_unit(v, self.unit, currency);
        let mut words = Vec::new();
        words.extend(self.mean.map(|m| format!("Mean {}", show(m))));
        words.extend(
            self.percentiles.map(|[a, b, c]| format!("P10 {}, P50 {}, P90 {}", show(a), show(b), show(c))),
        );
        words.extend(
            self.loss
                .iter()
                .map(|l| format!("{} of paths below {}", percent_estimate(l.share_below), l.label)),
        );
        words.extend(
            self.atoms.iter().map(|a| {
                format!("{} of paths at {} ({})", percent_estimate(a.share), show(a.value), a.label)
            }),
        );
        if let (Some(edge), true) = (self.edges.first(), self.underflow > 0.0) {
            words.push(format!("{} of paths below {}", percent_estimate(self.underflow), show(*edge)));
        }
        if let (Some(edge), true) = (self.edges.last(), self.overflow > 0.0) {
            words.push(format!("{} of paths above {}", percent_estimate(self.overflow), show(*edge)));
        }
        words.join("; ") + "."
    }
}

/// Whether a value has no place on the axis and stands left of it.
fn left_of(value: f64, range: Range) -> bool {
    range.log && value <= 0.0
}

/// The middle of the column of what lies above the axis.
fn over_at(plot: &Plot) -> f64 {
    plot.area.x1 + 14.0 + (GUTTER - 8.0) / 2.0
}

/// A hatched column around `x` for what lies beyond an end of the axis.
fn column_beyond(page: &mut Page<'_>, plot: &Plot, x: f64, share: f64, beyond: &str) {
    if !share.is_finite() || share <= 0.0 {
        return;
    }
    let half = (GUTTER - 8.0) / 2.0;
    let column = Rect::new(x - half, plot.y.at(share), x + half, plot.area.y1);
    page.canvas.block(column, GREY);
    page.canvas.hatching(&column.corners());
    page.canvas.outline(&column.corners(), Stroke::solid(0.75, MUTED));
    let foot = [(column.x0 - 6.0, plot.area.y1), (column.x1 + 6.0, plot.area.y1)];
    page.canvas.line(&foot, Stroke::solid(1.0, INK));
    let share = Label::new(percent_estimate(share), LABEL).halo();
    page.canvas.text((x, column.y0 - 5.0), Anchor::Middle, share);
    let beyond = Label::new(beyond, TICK).colour(MUTED);
    // One line below the ticks, so as not to meet the nearest of them.
    let room = (3.0 + beyond.width() / 2.0, page.canvas.width - 3.0 - beyond.width() / 2.0);
    page.canvas.text(
        (x.clamp(room.0, f64::max(room.0, room.1)), plot.area.y1 + 28.0),
        Anchor::Middle,
        beyond,
    );
}

/// Sets the name of a spike above its head or beside it, or further up, tied to it by a line.
fn name_spike(page: &mut Page<'_>, plot: &Plot, (x, y): Point, atom: &Atom) {
    let room = Rect { x0: page.body.x0 + 30.0, x1: page.body.x1, y0: plot.area.y0 - 2.0, ..plot.area };
    let text = format!("{} {}", LABEL.fit(&atom.label, 150.0), percent_estimate(atom.share));
    let label = Label::new(text, LABEL).colour(atom.meaning.text()).halo();
    let above = ((x, y - 7.0 - DESCENT * LABEL.size), Anchor::Middle);
    let beside = |y: f64| [((x + 8.0, y + 4.0), Anchor::Start), ((x - 8.0, y + 4.0), Anchor::End)];
    let up = (0..20).map(|row| y - 12.0 * f64::from(row)).take_while(|y| *y > plot.area.y0);
    let down = (1..12).map(|row| y + 14.0 * f64::from(row));
    // Past a line that would run through the name.
    let aside = (1..8).flat_map(|k| {
        let shift = 24.0 * f64::from(k);
        [y, y - 14.0].map(|y| ((x + 8.0 + shift, y + 4.0), Anchor::Start))
    });
    let places: Vec<_> = std::iter::once(above).chain(up.chain(down).flat_map(beside)).chain(aside).collect();
    let Some(area) = page.canvas.place(label, places, room) else { return };
    let nearest = (x.clamp(area.x0, area.x1), y.clamp(area.y0, area.y1));
    if (nearest.0 - x).abs() + (nearest.1 - y).abs() > 18.0 {
        page.canvas.line(&[(x, y), nearest], Stroke::solid(0.75, MUTED));
    }
}

/// Two slanted strokes: this stem is longer than drawn.
fn break_mark(page: &mut Page<'_>, (x, y): Point) {
    let band = vec![(x - 6.0, y + 1.0), (x + 6.0, y - 5.0), (x + 6.0, y - 1.0), (x - 6.0, y + 5.0)];
    page.canvas.area(band.clone(), WHITE, 1.0);
    page.canvas.line(&band[..2], Stroke::solid(1.0, INK));
    page.canvas.line(&band[2..], Stroke::solid(1.0, INK));
}
