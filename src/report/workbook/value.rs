//! Sheets of value: the headline numbers, percentiles, cases, convergence.

use rust_xlsxwriter::{
    Chart, ChartErrorBars, ChartErrorBarsType, ChartFormat, ChartLine, ChartRange, ChartType, XlsxError,
};

use super::Source;
use super::cell::{Cell, chance, estimate};
use super::diagram::{Axis, BLUE, HEIGHT, MUTED, NAVY, SKY, chart, filled, stroke};
use super::page::{Grid, Page, Span};
use crate::report::summary::{CaseSummary, Distribution, PERCENTILES};

const ESTIMATE: [&str; 4] = ["Value", "Standard error", "95% low", "95% high"];

pub(super) fn summary<'a>(source: &'a Source<'_>) -> Result<Page<'a>, XlsxError> {
    let deal = &source.summary.deal;
    let base = source.summary.base();
    let about = format!(
        "{} financing {}, valued {}, in {}; case “{}”. Illustrative simulation under the stated assumptions, in \
         real-world probabilities: no fair-value conclusion, and no advice.",
        deal.investor, deal.company, deal.valuation_date, deal.currency, base.name
    );
    let mut page = source.page("Summary", &deal.title, &about)?;
    let head = std::iter::once("Result").chain(ESTIMATE).chain(["Meaning"]).collect();
    page.table(Grid {
        heading: "Results",
        name: "summary",
        head,
        rows: results(base, deal.required_return_per_year),
        total: None,
        input: None,
    })?;
    Ok(page)
}

fn results(case: &CaseSummary, required: f64) -> Vec<Vec<Cell>> {
    let p = &case.probabilities;
    let row = |name: &str, cells: [Cell; 4], note: &str| {
        let mut row = vec![Cell::from(name)];
        row.extend(cells);
        row.push(note.into());
        row
    };
    let median = |distribution: &Distribution, kind: fn(f64) -> Cell| {
        let quantile = distribution.percentile(0.5).copied();
        let [value, low, high] =
            [quantile.map(|q| q.value), quantile.and_then(|q| q.low), quantile.and_then(|q| q.high)];
        [Cell::of(kind, value), Cell::Empty, Cell::of(kind, low), Cell::of(kind, high)]
    };
    let at_return = format!("at the required return of {} a year", crate::report::format::percent(required));
    let mut rows = vec![
        row("Mean present value", estimate(Cell::Money, &case.present_value.mean), &at_return),
        row("Median present value", median(&case.present_value, Cell::Money), &at_return),
        row(
            "Multiple of money",
            estimate(Cell::Multiple, &case.moic_of_means),
            "expected proceeds over expected investment",
        ),
        row("Median return a year", median(&case.irr, Cell::Percent), "internal rate of return"),
        row(
            "Expected investment",
            estimate(Cell::Money, &case.invested),
            "undrawn tranches count as nothing",
        ),
        row("Expected proceeds", estimate(Cell::Money, &case.received), "the mark at the horizon included"),
        row(
            "Years to resolution",
            estimate(Cell::Years, &case.resolution_years.mean),
            "mean, until the last funded tranche is resolved",
        ),
        row("Chance of less than 1x", chance(&p.moic_below_1), "where anything is invested"),
        row("Chance of losing all", chance(&p.total_loss), "where anything is invested"),
        row(
            "Chance of a negative present value",
            chance(&p.present_value_below_0),
            "less than the required return",
        ),
        row("Chance that nothing is invested", chance(&p.nothing_invested), ""),
        row("Company is floated", chance(&p.ipo), ""),
        row("Company is sold", chance(&p.sale), ""),
        row("Company fails", chance(&p.failure), ""),
    ];
    if case.has_strategic {
        let note = "commercial flows, in none of the other numbers";
        rows.push(row("Strategic value, apart", estimate(Cell::Money, &case.strategic), note));
    }
    rows
}

/// A measure, what its numbers are, and the heads of its three columns.
type Measure<'m> = (&'m Distribution, fn(f64) -> Cell, [&'m str; 3]);

pub(super) fn percentiles<'a>(source: &'a Source<'_>) -> Result<Page<'a>, XlsxError> {
    let case = source.summary.base();
    let about = format!(
        "With the ends of their 95% intervals, base case.{}",
        if source.summary.cases.len() > 1 { " Other cases: percentiles.csv." } else { "" }
    );
    let mut page = source.page("Percentiles", "Percentiles", &about)?;
    let measures: [Measure<'_>; 5] = [
        (&case.present_value, Cell::Money, ["Present value", "PV, low", "PV, high"]),
        (&case.moic, Cell::Multiple, ["Multiple", "Multiple, low", "Multiple, high"]),
        (&case.irr, Cell::Percent, ["Return a year", "Return, low", "Return, high"]),
        (&case.resolution_years, Cell::Years, ["Years to resolution", "Years, low", "Years, high"]),
        (&case.ownership, Cell::Percent, ["Ownership", "Ownership, low", "Ownership, high"]),
    ];
    let row = |p: &f64| {
        let mut row = vec![Cell::text(format!("P{:.0}", p * 100.0))];
        for (distribution, kind, _) in &measures {
            let quantile = distribution.percentile(*p);
            let numbers =
                [quantile.map(|q| q.value), quantile.and_then(|q| q.low), quantile.and_then(|q| q.high)];
            row.extend(numbers.map(|number| Cell::of(*kind, number)));
        }
        row
    };
    let mut head = vec!["Percentile"];
    head.extend(measures.iter().flat_map(|(_, _, names)| names));
    let rows = PERCENTILES.iter().map(row).collect();
    page.table(Grid { heading: "", name: "percentiles", head, rows, total: None, input: None })?;
    Ok(page)
}

pub(super) fn cases<'a>(source: &'a Source<'_>) -> Result<Option<Page<'a>>, XlsxError> {
    let summary = source.summary;
    if summary.cases.len() < 2 {
        return Ok(None);
    }
    let about = "Other terms on the same simulated paths, so that a difference shows the terms and not the luck of \
                 the draw.";
    let mut page = source.page("Cases", "Cases compared", about)?;
    let strategic = summary.cases.iter().any(|case| case.has_strategic);
    let mut head = vec![
        "Case",
        "Mean present value",
        "Standard error",
        "Against base",
        "Its standard error",
        "Better on",
        "Worse on",
        "P10",
        "P50",
        "P90",
        "Multiple",
        "Median return",
        "Less than 1x",
        "Invested",
    ];
    head.extend(strategic.then_some("Strategic, apart"));
    let rows = summary.cases.iter().map(|case| case_row(case, strategic)).collect();
    let grid = Grid { heading: "", name: "cases", head, rows, total: None, input: None };
    if let Some(span) = page.table(grid)? {
        page.beneath(&case_chart(source, span), HEIGHT)?;
    }
    Ok(Some(page))
}

fn case_row(case: &CaseSummary, strategic: bool) -> Vec<Cell> {
    let difference = case.difference.as_ref();
    let quantile = |p: f64| Cell::of(Cell::Money, case.present_value.percentile(p).map(|q| q.value));
    let [mean, error, ..] = estimate(Cell::Money, &case.present_value.mean);
    let mut row = vec![
        Cell::from(&case.name),
        mean,
        error,
        Cell::of(Cell::Money, difference.and_then(|d| d.present_value.value)),
        Cell::of(Cell::Money, difference.and_then(|d| d.present_value.standard_error)),
        Cell::of(Cell::Percent, difference.and_then(|d| d.better.value)),
        Cell::of(Cell::Percent, difference.and_then(|d| d.worse.value)),
        quantile(0.1),
        quantile(0.5),
        quantile(0.9),
        Cell::of(Cell::Multiple, case.moic_of_means.value),
        Cell::of(Cell::Percent, case.irr.percentile(0.5).map(|q| q.value)),
        Cell::of(Cell::Percent, case.probabilities.moic_below_1.value),
        Cell::of(Cell::Money, case.invested.value),
    ];
    row.extend(strategic.then(|| Cell::of(Cell::Money, case.strategic.value)));
    row
}

/// Bars with whiskers of one standard error.
fn case_chart(source: &Source<'_>, span: Span) -> Chart {
    let means = source.summary.cases.iter().filter_map(|case| case.present_value.mean.value);
    let most = means.map(f64::abs).fold(0.0, f64::max);
    let format = source.styles.money_axis(most, most / 5.0);
    let axes = (
        &Axis { title: "Mean present value ± standard error", format: &format },
        &Axis { title: "", format: "" },
    );
    let mut chart = chart(ChartType::Bar, "Mean present value by case", source.alt("cases"), axes);
    let series = chart.add_series().set_categories(span.column(0)).set_values(span.column(1)).set_gap(60);
    filled(series, BLUE);
    let (sheet, first, _, last, _) = span.column(2);
    let errors = || ChartRange::new_from_range(sheet, first, 2, last, 2);
    let mut bars = ChartErrorBars::new();
    bars.set_type(ChartErrorBarsType::Custom(errors(), errors()));
    bars.set_format(ChartFormat::new().set_line(ChartLine::new().set_color(MUTED).set_width(1.25)));
    series.set_y_error_bars(&bars);
    chart.y_axis().set_reverse();
    chart.legend().set_hidden();
    chart
}

pub(super) fn convergence<'a>(source: &'a Source<'_>) -> Result<Page<'a>, XlsxError> {
    let about = "Mean present value of the first so many paths, and its 95% interval: whether more paths would still \
                 move it.";
    let mut page = source.page("Convergence", "Convergence of the mean", about)?;
    let rows = &source.summary.base().convergence;
    let row = |row: &crate::report::summary::ConvergenceRow| {
        let numbers = [row.mean, row.standard_error, row.low, row.high];
        let cells = numbers.map(|number| Cell::of(Cell::Money, Some(number)));
        std::iter::once(Cell::Count(row.paths as u64)).chain(cells).collect()
    };
    let grid = Grid {
        heading: "",
        name: "convergence",
        head: vec!["Paths", "Mean present value", "Standard error", "95% low", "95% high"],
        rows: rows.iter().map(row).collect(),
        total: None,
        input: None,
    };
    let Some(span) = page.table(grid)? else { return Ok(page) };
    let most = rows.iter().flat_map(|row| [row.low.abs(), row.high.abs()]).fold(0.0, f64::max);
    let format = source.styles.money_axis(most, most / 5.0);
    let axes =
        (&Axis { title: "Paths", format: "#,##0" }, &Axis { title: "Mean present value", format: &format });
    let alt = source.alt("convergence");
    let mut chart = chart(ChartType::ScatterStraight, "Convergence of the mean", alt, axes);
    for (column, name, colour, dashed) in
        [(1, "mean", NAVY, false), (3, "95% low", SKY, true), (4, "95% high", SKY, true)]
    {
        let series = chart.add_series().set_name(name);
        series.set_categories(span.column(0)).set_values(span.column(column));
        stroke(series, colour, if dashed { 1.25 } else { 2.25 }, dashed);
    }
    if rows.len() > 1 {
        chart.x_axis().set_log_base(10);
    }
    page.beside(span, &chart)?;
    Ok(page)
}
