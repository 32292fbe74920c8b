//! Native charts in one look: thin grid, direct colours by meaning, axes with formats of their own.
//!
//! Excel 2007 knows no histogram and no waterfall: columns without a gap, and stacked columns on an invisible
//! base, stand for them. Number formats of axes are set, because not every program takes them from the cells.

use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartLineDashType,
    ChartSeries, ChartSolidFill, ChartType, Color,
};

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

/// A series that only lifts those on it.
pub(super) fn invisible(series: &mut ChartSeries) {
    series.set_format(ChartFormat::new().set_no_fill().set_no_line()).delete_from_legend(true);
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
    use super::short;

    #[test]
    fn long_texts_are_cut_at_a_word() {
        assert_eq!(short("a b"), "a b");
        let long = short(&"word ".repeat(100));
        assert!(long.encode_utf16().count() <= 255 && long.ends_with("word…"), "{long}");
        let wide = short(&"\u{1F697}".repeat(300));
        assert!(wide.encode_utf16().count() <= 255);
    }
}
