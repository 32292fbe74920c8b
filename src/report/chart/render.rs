//! From the list of shapes to SVG: plotters draws on a fine integer grid, and the result is rewritten in the
//! plain dialect that browsers, Word, `PowerPoint` and resvg all understand.
//!
//! The dialect has presentation attributes only: no style sheets, patterns, ids, `dy` or baselines. Texts stand
//! on their numeric `y`; a text in the halo colour gets a white rim. Coordinates have two decimals.

use std::fmt::Write as _;

use plotters::coord::Shift;
use plotters::element::{Circle, DashedPathElement, PathElement, Polygon, Text};
use plotters::prelude::{DrawingArea, IntoDrawingArea, RGBAColor, SVGBackend, ShapeStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, RGBColor, TextStyle};

use super::ChartError;
use super::canvas::{Anchor, Canvas, Label, Shape, Stroke};
use super::font::FAMILY;
use super::geometry::Point;
use super::palette::{Colour, HALO};

/// plotters' SVG backend has whole-number coordinates only: this many of them make a pixel.
const GRID: f64 = 8.0;
/// plotters divides font sizes by this before it writes them (plotters-svg 0.3, `draw_text`).
const FONT_SCALE: f64 = 1.24;
/// CSS pixels to an inch.
const PIXELS_PER_INCH: f64 = 96.0;
const DASH: (i32, i32) = (40, 28);

/// The SVG of a canvas, with a title and a description for readers who cannot see it.
///
/// # Errors
///
/// If plotters fails to draw.
pub(super) fn svg(canvas: &Canvas, title: &str, description: &str) -> Result<String, ChartError> {
    let mut raw = String::new();
    {
        let size = (whole(canvas.width).unsigned_abs(), whole(canvas.height).unsigned_abs());
        let area = SVGBackend::with_string(&mut raw, size).into_drawing_area();
        for shape in &canvas.shapes {
            draw(&area, shape).map_err(|error| ChartError::Draw(error.to_string()))?;
        }
        area.present().map_err(|error| ChartError::Draw(error.to_string()))?;
    }
    Ok(dialect(&raw, canvas, title, description))
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn<'a> = Result<
    (),
    plotters::drawing::DrawingAreaErrorKind<<SVGBackend<'a> as plotters::prelude::DrawingBackend>::ErrorType>,
>;

fn draw<'a>(area: &Area<'a>, shape: &Shape) -> Drawn<'a> {
    match shape {
        Shape::Line { points, stroke } if stroke.dashed => {
            area.draw(&DashedPathElement::new(grid(points), DASH.0, DASH.1, style(stroke)))
        }
        Shape::Line { points, stroke } => area.draw(&PathElement::new(grid(points), style(stroke))),
        Shape::Area { points, colour, opacity } => {
            area.draw(&Polygon::new(grid(points), paint(*colour, *opacity).filled()))
        }
        Shape::Disc { centre, radius, colour } => {
            area.draw(&Circle::new(to_grid(centre), whole(*radius), paint(*colour, 1.0).filled()))
        }
        Shape::Text { at, anchor, label } => {
            area.draw(&Text::new(label.text.as_str(), to_grid(at), text_style(label, *anchor)))
        }
    }
}

/// Pixels to grid steps.
fn whole(pixels: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "charts are at most some ten thousand pixels large")]
    let steps = libm::round(pixels * GRID) as i32;
    steps
}

fn to_grid(&(x, y): &Point) -> (i32, i32) {
    (whole(x), whole(y))
}

/// Points on the grid, without repetitions.
fn grid(points: &[Point]) -> Vec<(i32, i32)> {
    let mut points: Vec<(i32, i32)> = points.iter().map(to_grid).collect();
    points.dedup();
    points
}

fn paint(Colour(r, g, b): Colour, opacity: f64) -> RGBAColor {
    RGBColor(r, g, b).mix(opacity)
}

fn style(stroke: &Stroke) -> ShapeStyle {
    paint(stroke.colour, 1.0).stroke_width(whole(stroke.width).unsigned_abs())
}

fn text_style(label: &Label, anchor: Anchor) -> TextStyle<'static> {
    let horizontal = match anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let size = label.font.size * GRID * FONT_SCALE;
    // A style set later would keep the regular face: the description must be made with it.
    let font = FontDesc::new(FontFamily::Name(FAMILY), size, label.font.style());
    let colour = paint(label.colour, 1.0).to_backend_color();
    TextStyle { color: colour, pos: Pos::new(horizontal, VPos::Top), ..TextStyle::from(font) }
}

/// Rewrites plotters' SVG, which has one element a line and a text's content on lines of its own.
fn dialect(raw: &str, canvas: &Canvas, title: &str, description: &str) -> String {
    let mut svg = String::with_capacity(raw.len());
    let (width, height) = (canvas.width, canvas.height);
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{}in\" height=\"{}in\" viewBox=\"0 0 {} {}\">\n\
         <title>{}</title>\n<desc>{}</desc>\n<rect x=\"0\" y=\"0\" width=\"{2}\" height=\"{3}\" fill=\"#FFFFFF\"/>",
        decimal(width * canvas.zoom / PIXELS_PER_INCH, 4),
        decimal(height * canvas.zoom / PIXELS_PER_INCH, 4),
        decimal(width, 2),
        decimal(height, 2),
        escaped(title),
        escaped(description),
    );
    // The first line opens plotters' own <svg>, which the header above replaces.
    for line in raw.lines().skip(1) {
        match line {
            "</svg>" => {
                for (rect, text) in &canvas.hints {
                    let _ = writeln!(
                        svg,
                        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#FFFFFF\" \
                         fill-opacity=\"0\"><title>{}</title></rect>",
                        decimal(rect.x0, 2),
                        decimal(rect.y0, 2),
                        decimal(rect.width(), 2),
                        decimal(rect.height(), 2),
                        escaped(text)
                    );
                }
                svg.push_str("</svg>\n");
            }
            "</text>" => {
                svg.push_str(line);
                svg.push('\n');
            }
            tag if tag.starts_with('<') => {
                let closed = tag.ends_with("/>");
                svg.push_str(&element(tag));
                svg.push_str(if closed { "/>\n" } else { ">" });
            }
            content => svg.push_str(content),
        }
    }
    svg
}

/// One opening tag in the dialect, without its end.
fn element(tag: &str) -> String {
    let inner = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
    let (name, attributes) = inner.split_once(' ').unwrap_or((inner, ""));
    let mut text = format!("<{name}");
    for (key, value) in attributes.split("\" ").filter_map(|a| a.split_once("=\"")) {
        let value = value.trim_end_matches('"');
        match key {
            // Baselines are numbers already; no opacity means opaque.
            "dy" => {}
            "opacity" if value == "1" => {}
            // A circle that is filled has no stroke.
            "stroke" if value == "none" => {}
            "stroke-width" if name == "circle" => {}
            "x" | "y" | "x1" | "y1" | "x2" | "y2" | "cx" | "cy" | "r" | "width" | "height"
            | "stroke-width" | "font-size" => {
                let _ = write!(text, " {key}=\"{}\"", pixels(value));
            }
            "points" => {
                let pairs = value.split_whitespace().filter_map(|p| p.split_once(','));
                let points: Vec<String> =
                    pairs.map(|(x, y)| format!("{},{}", pixels(x), pixels(y))).collect();
                let _ = write!(text, " points=\"{}\"", points.join(" "));
            }
            _ => {
                let _ = write!(text, " {key}=\"{value}\"");
            }
        }
    }
    let Colour(r, g, b) = HALO;
    if name == "text" && text.contains(&format!("#{r:02X}{g:02X}{b:02X}")) {
        text.push_str(" stroke=\"#FFFFFF\" stroke-width=\"3\" stroke-linejoin=\"round\"");
    }
    if name == "polyline" {
        text.push_str(" stroke-linejoin=\"round\"");
    }
    text
}

/// A number on the grid as pixels; plotters writes nothing else into these attributes.
fn pixels(grid: &str) -> String {
    grid.parse::<f64>().map_or_else(|_| grid.to_owned(), |steps| decimal(steps / GRID, 2))
}

/// A number with at most `places` decimals.
fn decimal(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// Text as XML content.
fn escaped(text: &str) -> String {
    super::font::plain(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
