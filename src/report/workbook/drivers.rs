//! The sheet of what the present value moves with.

use rust_xlsxwriter::{Chart, ChartType, XlsxError};

use super::Source;
use super::cell::{Cell, estimate};
use super::diagram::{Axis, BLUE, HEIGHT, RUST, chart, floating, stack};
use super::page::{Grid, Page, Span};
use crate::report::summary::{DriverRow, DriversSummary};

/// Pixels of the chart for an input, and for how many more title, axis and legend take.
const ROW: u32 = 20;
const MARGIN: u32 = 7;

pub(super) fn drivers<'a>(source: &'a Source<'_>) -> Result<Option<Page<'a>>, XlsxError> {
    let Some(drivers) = &source.summary.drivers else { return Ok(None) };
    let about = format!(
        "Mean present value where an input is in its lowest and its highest tenth, over the first {} as they were drawn, and the \
         share of the variance that it explains by itself.",
        crate::report::format::paths(drivers.paths)
    );
    let mut page = source.page("Drivers", "What the present value moves with", &about)?;
    let head = vec![
        "Input",
        "Low",
        "Mean PV where low",
        "Its standard error",
        "High",
        "Mean PV where high",
        "Standard error of that",
        "Share of variance",
        "Standard error of the share",
        "Moves with others",
    ];
    let row = |row: &DriverRow| {
        let [at_low, low_error, ..] = estimate(Cell::Money, &row.mean_at_low);
        let [at_high, high_error, ..] = estimate(Cell::Money, &row.mean_at_high);
        vec![
            Cell::from(&row.input),
            Cell::from(&row.low),
            at_low,
            low_error,
            Cell::from(&row.high),
            at_high,
            high_error,
            Cell::of(Cell::Percent, row.variance_share),
            Cell::of(Cell::Percent, row.variance_share_standard_error),
            Cell::from(if row.correlated { "yes" } else { "no" }),
        ]
    };
    let rows = drivers.rows.iter().map(row).collect();
    let top = page.table(Grid { heading: "", name: "drivers", head, rows, total: None, input: None })?;
    let head = vec!["Input", "Base", "Rises", "Rises below nought", "Falls", "Falls below nought"];
    let heading = "Parts of the chart’s bars";
    let rows = drivers.rows.iter().map(bar).collect();
    let grid = Grid { heading, name: "driver_bars", head, rows, total: None, input: None };
    if let Some((top, span)) = top.zip(page.table(grid)?) {
        page.beside(top, &bars(source, drivers, span))?;
    }
    Ok(Some(page))
}

/// The parts of one bar; none where the input never was low or high.
fn bar(row: &DriverRow) -> Vec<Cell> {
    let ends = row.mean_at_low.value.zip(row.mean_at_high.value);
    let [base, _, _, rises, rises_below, falls, falls_below] =
        ends.map_or([None; 7], |(low, high)| floating(low, high, false));
    let parts = [base, rises, rises_below, falls, falls_below].map(|part| Cell::of(Cell::Money, part));
    std::iter::once(Cell::from(&row.input)).chain(parts).collect()
}

/// Bars from the mean where an input is low to the mean where it is high.
fn bars(source: &Source<'_>, drivers: &DriversSummary, span: Span) -> Chart {
    let ends = |row: &DriverRow| [row.mean_at_low.value, row.mean_at_high.value];
    let means = drivers.rows.iter().flat_map(ends).flatten();
    let most = means.map(f64::abs).fold(0.0, f64::max);
    let format = source.styles.money_axis(most, most / 5.0);
    let axes = (
        &Axis {
            title: "Mean present value, from where the input is low to where it is high",
            format: &format,
        },
        &Axis { title: "", format: "" },
    );
    let title = "What the present value moves with";
    let mut chart = chart(ChartType::BarStacked, title, source.alt("drivers"), axes);
    let series = [
        ("base", None),
        ("more where the input is high", Some(BLUE)),
        ("", Some(BLUE)),
        ("less where the input is high", Some(RUST)),
        ("", Some(RUST)),
    ];
    stack(&mut chart, span, &series);
    // Every input is named, however many there are.
    chart.y_axis().set_reverse().set_label_interval(1);
    let height = ROW * u32::try_from(drivers.rows.len()).unwrap_or(u32::MAX).saturating_add(MARGIN);
    chart.set_height(height.max(HEIGHT));
    chart
}
