//! A list of what is to be drawn, which knows where text already stands.

use super::font::{ASCENT, DESCENT, Font, plain};
use super::geometry::{Point, Rect, hatch};
use super::palette::{Colour, HALO, HATCH, INK, Recolouring};

/// Where a text lies relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Strokes: width in pixels, colour, and whether dashed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stroke {
    pub(super) width: f64,
    pub(super) colour: Colour,
    pub(super) dashed: bool,
}

impl Stroke {
    pub(super) fn solid(width: f64, colour: Colour) -> Self {
        Stroke { width, colour, dashed: false }
    }

    pub(super) fn dashed(width: f64, colour: Colour) -> Self {
        Stroke { width, colour, dashed: true }
    }
}

/// A piece of text with its look.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub(super) text: String,
    pub(super) font: Font,
    pub(super) colour: Colour,
    pub(super) halo: bool,
}

impl Label {
    pub(super) fn new(text: impl Into<String>, font: Font) -> Self {
        Label { text: plain(&text.into()), font, colour: INK, halo: false }
    }

    pub(super) fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }

    /// With a white rim that keeps it readable over lines.
    pub(super) fn halo(mut self) -> Self {
        self.halo = true;
        self
    }

    pub(super) fn width(&self) -> f64 {
        self.font.width(&self.text)
    }

    /// The box of the text with its baseline at `y`.
    pub(super) fn bounds(&self, (x, y): Point, anchor: Anchor) -> Rect {
        let width = self.width();
        let x0 = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        };
        Rect::new(x0, y - ASCENT * self.font.size, x0 + width, y + DESCENT * self.font.size)
    }
}

/// One thing to draw.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Line { points: Vec<Point>, stroke: Stroke },
    Area { points: Vec<Point>, colour: Colour, opacity: f64 },
    Disc { centre: Point, radius: f64, colour: Colour },
    Text { at: Point, anchor: Anchor, label: Label },
}

/// What is to be drawn, in order, and where text and lines already are.
#[derive(Debug)]
pub(super) struct Canvas {
    pub(super) width: f64,
    pub(super) height: f64,
    /// CSS pixels to a unit of the drawing.
    pub(super) zoom: f64,
    pub(super) shapes: Vec<Shape>,
    /// Places that tell their numbers to who points at them.
    pub(super) hints: Vec<(Rect, String)>,
    taken: Vec<Rect>,
    ink: Vec<Point>,
}

/// Labels keep this far from each other and from the edge.
const CLEARANCE: f64 = 1.5;
/// And this far along the line, or two texts would read as one.
const BESIDE: f64 = 4.0;

impl Canvas {
    pub(super) fn new(width: f64, height: f64, zoom: f64) -> Self {
        Canvas {
            width,
            height,
            zoom,
            shapes: Vec::new(),
            hints: Vec::new(),
            taken: Vec::new(),
            ink: Vec::new(),
        }
    }

    /// Gives everything drawn so far the colours of a theme.
    pub(super) fn recolour(&mut self, colours: &Recolouring) {
        for shape in &mut self.shapes {
            let colour = match shape {
                Shape::Line { stroke, .. } => &mut stroke.colour,
                Shape::Area { colour, .. } | Shape::Disc { colour, .. } => colour,
                Shape::Text { label, .. } => &mut label.colour,
            };
            *colour = colours.of(*colour);
        }
    }

    /// A line through points; those without a place (NaN) are left out.
    pub(super) fn line(&mut self, points: &[Point], stroke: Stroke) {
        let points: Vec<Point> = points.iter().copied().filter(is_finite).collect();
        if points.len() > 1 {
            self.shapes.push(Shape::Line { points, stroke });
        }
    }

    /// A line that labels should keep clear of, if they can.
    pub(super) fn curve(&mut self, points: &[Point], stroke: Stroke) {
        self.avoid(points);
        self.line(points, stroke);
    }

    /// Asks labels to keep clear of a line that is drawn in some other way.
    pub(super) fn avoid(&mut self, points: &[Point]) {
        for pair in points.windows(2) {
            let [(ax, ay), (bx, by)] = [pair[0], pair[1]];
            let length = f64::max((bx - ax).abs(), (by - ay).abs());
            if !length.is_finite() {
                continue;
            }
            let mut at = 0.0;
            while at < length {
                let t = at / length;
                self.ink.push((ax + (bx - ax) * t, ay + (by - ay) * t));
                at += 4.0;
            }
        }
    }

    /// A filled polygon.
    pub(super) fn area(&mut self, points: Vec<Point>, colour: Colour, opacity: f64) {
        if points.len() > 2 && points.iter().all(is_finite) {
            self.shapes.push(Shape::Area { points, colour, opacity });
        }
    }

    /// A filled rectangle.
    pub(super) fn block(&mut self, rect: Rect, colour: Colour) {
        self.area(rect.corners().to_vec(), colour, 1.0);
    }

    /// Hatching over a polygon, drawn as lines: office programs lose SVG patterns.
    pub(super) fn hatching(&mut self, polygon: &[Point]) {
        if !polygon.iter().all(is_finite) {
            return;
        }
        for ends in hatch(polygon, 5.0) {
            self.line(&ends, Stroke::solid(0.75, HATCH));
        }
    }

    /// The outline of a polygon.
    pub(super) fn outline(&mut self, polygon: &[Point], stroke: Stroke) {
        let mut closed = polygon.to_vec();
        closed.extend(polygon.first());
        self.line(&closed, stroke);
    }

    /// Numbers for who points at a place; they are in no picture.
    pub(super) fn hint(&mut self, rect: Rect, text: impl Into<String>) {
        if rect.width() > 0.0 && [rect.x0, rect.x1, rect.y0, rect.y1].iter().all(|edge| edge.is_finite()) {
            self.hints.push((rect, plain(&text.into())));
        }
    }

    /// Hints side by side, each around its own x: they meet half-way between neighbours.
    pub(super) fn hints_across(&mut self, area: Rect, points: &[(f64, String)]) {
        for (i, (x, text)) in points.iter().enumerate() {
            let edge =
                |other: Option<&(f64, String)>, end: f64| other.map_or(end, |o| f64::midpoint(*x, o.0));
            let from = edge(i.checked_sub(1).and_then(|before| points.get(before)), area.x0);
            let to = edge(points.get(i + 1), area.x1);
            self.hint(Rect::new(from, area.y0, to, area.y1), text.as_str());
        }
    }

    pub(super) fn disc(&mut self, centre: Point, radius: f64, colour: Colour) {
        if is_finite(&centre) {
            self.shapes.push(Shape::Disc { centre, radius, colour });
        }
    }

    /// Keeps labels off a rectangle.
    pub(super) fn reserve(&mut self, rect: Rect) {
        self.taken.push(rect);
    }

    /// Sets a text where it is told to; the caller has made sure that there is room.
    pub(super) fn text(&mut self, at: Point, anchor: Anchor, label: Label) {
        if label.text.is_empty() || !is_finite(&at) {
            return;
        }
        self.taken.push(label.bounds(at, anchor));
        if label.halo {
            let halo = Label { colour: HALO, ..label.clone() };
            self.shapes.push(Shape::Text { at, anchor, label: halo });
        }
        self.shapes.push(Shape::Text { at, anchor, label });
    }

    /// Sets a text at the best of several places: within `bounds`, clear of all other text, and covering as
    /// little of the curves as may be; earlier places are preferred. Says where it went, or that no place was
    /// free and the text was left out.
    pub(super) fn place(
        &mut self,
        label: Label,
        places: impl IntoIterator<Item = (Point, Anchor)>,
        bounds: Rect,
    ) -> Option<Rect> {
        let mut best: Option<(f64, (Point, Anchor))> = None;
        for (rank, (at, anchor)) in places.into_iter().enumerate() {
            let area = label.bounds(at, anchor);
            let near = area.grown(BESIDE, CLEARANCE);
            if !is_finite(&at) || !area.inside(&bounds) || self.taken.iter().any(|t| t.overlaps(&near)) {
                continue;
            }
            let cost = 4.0 * self.ink_in(&near) as f64 + 0.3 * rank as f64;
            if best.as_ref().is_none_or(|(lowest, _)| cost < *lowest) {
                best = Some((cost, (at, anchor)));
            }
        }
        let (_, (at, anchor)) = best?;
        let area = label.bounds(at, anchor);
        self.text(at, anchor, label);
        Some(area)
    }

    /// How much of the curves lies in a rectangle.
    pub(super) fn ink_in(&self, rect: &Rect) -> usize {
        self.ink.iter().filter(|&&p| rect.contains(p)).count()
    }
}

/// Places around a point, near ones first: right, left, above, below, and further out.
pub(super) fn around((x, y): Point, font: Font, gap: f64) -> Vec<(Point, Anchor)> {
    let middle = y + 0.36 * font.size;
    let mut places = Vec::new();
    for ring in 0..6 {
        let d = gap + 12.0 * f64::from(ring);
        let above = (y - d - DESCENT * font.size, y + d + ASCENT * font.size);
        places.extend([
            ((x + d, above.0), Anchor::Start),
            ((x + d, above.1), Anchor::Start),
            ((x - d, above.0), Anchor::End),
            ((x - d, above.1), Anchor::End),
            ((x, above.0), Anchor::Middle),
            ((x, above.1), Anchor::Middle),
            ((x + d, middle), Anchor::Start),
            ((x - d, middle), Anchor::End),
        ]);
    }
    places
}

fn is_finite(point: &Point) -> bool {
    point.0.is_finite() && point.1.is_finite()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::font::{LABEL, register};

    #[test]
    fn labels_wanted_at_one_point_end_up_apart_and_inside() {
        register().unwrap();
        let mut canvas = Canvas::new(200.0, 100.0, 1.0);
        let bounds = Rect::new(0.0, 0.0, 200.0, 100.0);
        let boxes: Vec<Rect> = (0..6)
            .filter_map(|i| {
                let label = Label::new(format!("label {i}"), LABEL);
                canvas.place(label, around((195.0, 50.0), LABEL, 4.0), bounds)
            })
            .collect();
        assert!(boxes.len() >= 4);
        for (i, a) in boxes.iter().enumerate() {
            assert!(a.inside(&bounds));
            assert!(boxes[..i].iter().all(|b| !a.overlaps(b)));
        }
    }

    #[test]
    fn a_label_with_no_room_is_left_out() {
        register().unwrap();
        let mut canvas = Canvas::new(200.0, 100.0, 1.0);
        let bounds = Rect::new(0.0, 0.0, 200.0, 100.0);
        canvas.reserve(bounds);
        assert_eq!(canvas.place(Label::new("x", LABEL), around((100.0, 50.0), LABEL, 4.0), bounds), None);
        assert!(canvas.shapes.is_empty());
    }
}
