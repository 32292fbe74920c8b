//! Native charts in one look: thin grid, direct colours by meaning, axes with formats of their own.
//!
//! Excel 2007 knows no histogram and no waterfall: columns without a gap, and stacked columns on an invisible
//! base, stand for them. Number formats of axes are set, because not every program takes them from the cells.

use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartLineDashType,
    ChartSeries, ChartSolidFill, ChartType, Color,
};

use super::page::Span;

/// Pixels.
pub(super) const WIDTH: u32 = 680;
pub(super) const HEIGHT: u32 = 380;
/// Longest text for readers who cannot see a chart, in UTF-16 units.
const LONGEST_ALT: usize = 255;

pub(super) const NAVY: Color = Color::RGB(0x08_30_6B);
pub(super) const BLUE: Color = Color::RGB(0x00_72_B2);
pub(super) const SKY: Color = Color::RGB(0x56_B4_E9);
pub(super) const ORANGE: Color = Color::RGB(0xE6_9F_00);
pub(super) const RUST: Color = Color::RGB(0xA6_36_03);
pub(super) const GREY: Color = Color::RGB(0xBD_BD_BD);
pub(super) const MUTED: Color = Color::RGB(0x59_59_59);
const GRID: Color = Color::RGB(0xE3_E3_E3);

/// What an axis shows.
pub(super) struct Axis<'a> {
    pub(super) title: &'a str,
    pub(super) format: &'a str,
}

/// An empty chart in the house's look. `alt` is cut to what the format holds.
pub(super) fn chart(kind: ChartType, title: &str, alt: &str, (x, y): (&Axis<'_>, &Axis<'_>)) -> Chart {
    let mut chart = Chart::new(kind);
    let plain = |size: i32| {
        let mut font = ChartFont::new();
        font.set_size(size).set_color(MUTED).unset_bold();
        font
    };
    let mut bold = ChartFont::new();
    bold.set_bold().set_size(12).set_color(NAVY);
    chart.title().set_name(title).set_font(&bold);
    chart.set_width(WIDTH).set_height(HEIGHT).set_name(title).set_alt_text(short(alt));
    chart.chart_area().set_format(ChartFormat::new().set_no_border());
    let mut grid = ChartLine::new();
    grid.set_color(GRID).set_width(0.75);
    let font = plain(9);
    for (axis, shown) in [(0, x), (1, y)] {
        let axis = if axis == 0 { chart.x_axis() } else { chart.y_axis() };
        axis.set_font(&font).set_label_position(ChartAxisLabelPosition::Low);
        if !shown.title.is_empty() {
            axis.set_name(shown.title).set_name_font(&font);
        }
        if !shown.format.is_empty() {
            axis.set_num_format(shown.format);
        }
    }
    let values =
        if matches!(kind, ChartType::Bar | ChartType::BarStacked) { chart.x_axis() } else { chart.y_axis() };
    values.set_major_gridlines(true).set_major_gridlines_line(&grid);
    chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&font);
    chart
}

/// A series of filled shapes.
pub(super) fn filled(series: &mut ChartSeries, colour: Color) {
    let outline = colour == GREY || colour == SKY || colour == ORANGE;
    let mut format = ChartFormat::new();
    format.set_solid_fill(ChartSolidFill::new().set_color(colour));
    if outline {
        format.set_border(ChartLine::new().set_color(MUTED).set_width(0.5));
    }
    series.set_format(&mut format);
}

/// Stacks the columns of a table after its first one, by name and colour. What has no colour only lifts the others; what has no
/// name stands in no legend.
pub(super) fn stack(chart: &mut Chart, span: Span, parts: &[(&str, Option<Color>)]) {
    for (&(name, colour), column) in parts.iter().zip(1..) {
        let series = chart.add_series().set_categories(span.column(0)).set_values(span.column(column));
        series.set_gap(40).set_overlap(100);
        match colour {
            Some(colour) => filled(series, colour),
            None => {
                series.set_format(ChartFormat::new().set_no_fill().set_no_line()).delete_from_legend(true);
            }
        }
        if name.is_empty() {
            series.delete_from_legend(true);
        } else {
            series.set_name(name);
        }
    }
}

/// A floating bar from one level to another as stacked columns: what lifts it, and what is seen above and below
/// nought, which stack apart. In turn: base, ends (two), gain (two), loss (two).
pub(super) fn floating(from: f64, to: f64, end: bool) -> [Option<f64>; 7] {
    let (low, high) = (from.min(to), from.max(to));
    let base = if low > 0.0 { low } else { high.min(0.0) };
    let (above, below) = (high.max(0.0) - low.max(0.0), low.min(0.0) - high.min(0.0));
    let seen = |part: f64| (part.abs() > 0.0).then_some(part);
    let [above, below] = [seen(above), seen(below)];
    let mut parts = [seen(base), None, None, None, None, None, None];
    let place = match (end, to < from) {
        (true, _) => 1,
        (false, false) => 3,
        (false, true) => 5,
    };
    (parts[place], parts[place + 1]) = (above, below);
    parts
}

/// A line.
pub(super) fn stroke(series: &mut ChartSeries, colour: Color, width: f64, dashed: bool) {
    let mut line = ChartLine::new();
    line.set_color(colour).set_width(width);
    if dashed {
        line.set_dash_type(ChartLineDashType::Dash);
    }
    series.set_format(ChartFormat::new().set_line(&line));
}

/// A text of so many UTF-16 units at most, ending at a word where it is cut.
fn short(text: &str) -> String {
    if text.encode_utf16().count() <= LONGEST_ALT {
        return text.to_owned();
    }
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units < LONGEST_ALT - 1
    };
    let cut: String = text.chars().take_while(fits).collect();
    let whole = cut.rfind(' ').map_or(cut.as_str(), |end| &cut[..end]);
    format!("{whole}…")
}

#[cfg(test)]
mod tests {
    use super::{floating, short};

    #[test]
    fn long_texts_are_cut_at_a_word() {
        assert_eq!(short("a b"), "a b");
        let long = short(&"word ".repeat(100));
        assert!(long.encode_utf16().count() <= 255 && long.ends_with("word…"), "{long}");
        let wide = short(&"\u{1F697}".repeat(300));
        assert!(wide.encode_utf16().count() <= 255);
    }

    /// Hand-worked: stacked columns grow from nought upwards and, apart from that, downwards.
    #[test]
    fn a_floating_bar_is_a_stack() {
        let none = None;
        assert_eq!(floating(2.0, 5.0, false), [Some(2.0), none, none, Some(3.0), none, none, none]);
        assert_eq!(floating(5.0, 2.0, false), [Some(2.0), none, none, none, none, Some(3.0), none]);
        assert_eq!(floating(-2.0, -5.0, false), [Some(-2.0), none, none, none, none, none, Some(-3.0)]);
        assert_eq!(floating(-2.0, 3.0, false), [none, none, none, Some(3.0), Some(-2.0), none, none]);
        assert_eq!(floating(0.0, -4.0, true), [none, none, Some(-4.0), none, none, none, none]);
        assert_eq!(floating(1.0, 1.0, false), [Some(1.0), none, none, none, none, none, none]);
    }
}
