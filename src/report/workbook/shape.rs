//! Sheets of the distribution: histogram, exceedance, multiples.

use rust_xlsxwriter::{Chart, ChartType, XlsxError};

use super::Source;
use super::cell::Cell;
use super::diagram::{Axis, BLUE, NAVY, ORANGE, SKY, chart, filled, stroke};
use super::page::{Grid, Page, Span};
use crate::report::format::{money, multiple};
use crate::report::summary::{Bins, ExceedanceRow};

pub(super) fn distribution<'a>(source: &'a Source<'_>) -> Result<Page<'a>, XlsxError> {
    let summary = source.summary;
    let about = format!(
        "Paths by present value, base case; paths that share one value exactly are counted apart.{}",
        if summary.cases.len() > 1 { " Other cases: histogram.csv." } else { "" }
    );
    let mut page = source.page("Distribution", "Distribution of present value", &about)?;
    let mark = summary.currency_mark();
    let bins = &summary.base().present_value_bins;
    let rows = bars(bins).into_iter().map(|bar| bar.cells(bins.paths, mark)).collect();
    let grid = Grid {
        heading: "",
        name: "distribution",
        head: vec![
            "Value",
            "From",
            "To",
            "Share on any value",
            "Share on shared values",
            "Values that many paths share",
            "Paths",
        ],
        rows,
        total: None,
        input: None,
    };
    if let Some(span) = page.table(grid)? {
        let scale = if bins.logarithmic { "bins of equal ratio" } else { "bins of equal width" };
        let axes = (
            &Axis { title: &format!("Present value ({scale})"), format: "" },
            &Axis { title: "Share of paths", format: "0%" },
        );
        let alt = source.alt("histogram");
        let mut chart = chart(ChartType::ColumnStacked, "Distribution of present value", alt, axes);
        for (column, name, colour) in
            [(3, "any value of the range", BLUE), (4, "one value that many paths share", ORANGE)]
        {
            let series = chart.add_series().set_name(name);
            series.set_categories(span.column(0)).set_values(span.column(column)).set_gap(0).set_overlap(100);
            filled(series, colour);
        }
        // About eight names along the axis.
        let rows = span.last - span.first + 1;
        chart.x_axis().set_label_interval(u16::try_from(rows.div_ceil(8)).unwrap_or(1));
        page.beside(span, &chart)?;
    }
    Ok(page)
}

/// One column of a histogram, in ascending order of values.
struct Bar {
    from: Option<f64>,
    to: Option<f64>,
    /// Paths on any value of the range but those that many share.
    spread: u64,
    /// Values that many paths share, and these paths.
    exact: Vec<(f64, u64)>,
}

impl Bar {
    fn holds(&self, value: f64) -> bool {
        self.from.is_none_or(|from| from <= value) && self.to.is_none_or(|to| value < to)
    }

    fn cells(&self, all: u64, mark: &str) -> Vec<Cell> {
        let name = match (self.from, self.to) {
            (Some(from), Some(_)) => money(from, mark),
            (Some(from), None) => format!("{} and more", money(from, mark)),
            (None, Some(to)) => format!("below {}", money(to, mark)),
            (None, None) => "all".to_owned(),
        };
        let exact: u64 = self.exact.iter().map(|(_, paths)| paths).sum();
        let share = |paths: u64| Cell::of(Cell::Percent, (paths > 0).then(|| paths as f64 / all as f64));
        let [from, to] = [self.from, self.to].map(|end| Cell::of(Cell::Money, end));
        let values: Vec<String> = self.exact.iter().map(|(value, _)| money(*value, mark)).collect();
        let values = if values.is_empty() { Cell::Empty } else { Cell::Text(values.join(", ")) };
        vec![
            Cell::Text(name),
            from,
            to,
            share(self.spread),
            share(exact),
            values,
            Cell::Count(self.spread + exact),
        ]
    }
}

fn bars(bins: &Bins) -> Vec<Bar> {
    let bar = |from, to, spread| Bar { from, to, spread, exact: Vec::new() };
    let ends = bins.edges.first().copied().zip(bins.edges.last().copied());
    let mut bars = match ends {
        Some((first, last)) => {
            let pairs = bins.edges.windows(2).zip(&bins.counts);
            let mut bars = vec![bar(None, Some(first), bins.below)];
            bars.extend(pairs.map(|(edge, paths)| bar(Some(edge[0]), Some(edge[1]), *paths)));
            bars.push(bar(Some(last), None, bins.above));
            bars
        }
        None => vec![bar(None, None, 0)],
    };
    for atom in &bins.atoms {
        if let Some(bar) = bars.iter_mut().find(|bar| bar.holds(atom.0)) {
            bar.exact.push(*atom);
        }
    }
    // The open ranges at both ends are told only if there is something in them.
    bars.retain(|bar| (bar.from.is_some() && bar.to.is_some()) || bar.spread > 0 || !bar.exact.is_empty());
    bars
}

pub(super) fn exceedance<'a>(source: &'a Source<'_>) -> Result<Page<'a>, XlsxError> {
    let base = source.summary.base();
    let about = "Probability of at least so much, base case, with its 95% interval at each point.";
    let mut page = source.page("Exceedance", "Probability of at least so much", about)?;
    let row = |row: &ExceedanceRow, kind: fn(f64) -> Cell| {
        let shares = [row.probability, row.low, row.high, row.more_than];
        let shares = shares.map(|share| Cell::of(Cell::Percent, Some(share)));
        std::iter::once(Cell::of(kind, Some(row.at_least))).chain(shares).collect()
    };
    let mut grid = |heading, name, rows: &[ExceedanceRow], kind| {
        page.table(Grid {
            heading,
            name,
            head: vec!["At least", "Probability", "95% low", "95% high", "Probability of more"],
            rows: rows.iter().map(|r| row(r, kind)).collect(),
            total: None,
            input: None,
        })
    };
    grid(
        "Round multiples of the money invested",
        "multiples_reached",
        &base.multiples_reached,
        Cell::Multiple,
    )?;
    let moic =
        grid("Multiple of the money invested", "moic_exceedance", &base.moic_exceedance, Cell::Multiple)?;
    let value = grid("Present value", "value_exceedance", &base.present_value_exceedance, Cell::Money)?;
    if let Some(span) = moic {
        let shown = span.rows(shown(&base.moic_exceedance));
        let title = "Probability of at least this multiple";
        let alt = source.alt("exceedance");
        page.beside(span, &curve(shown, title, "Multiple of the money invested", "0.0\"x\"", alt))?;
    }
    if let Some(span) = value {
        let rows = &base.present_value_exceedance;
        let most = rows[..shown(rows)].iter().map(|row| row.at_least.abs()).fold(0.0, f64::max);
        let format = source.styles.money_axis(most, most / 5.0);
        let title = "Probability of at least this present value";
        page.beside(span, &curve(span.rows(shown(rows)), title, "Present value", &format, title))?;
    }
    Ok(page)
}

/// The curve is drawn down to this probability: beyond, the axis would be all tail.
const LEAST_SHOWN: f64 = 0.005;

/// Rows that the chart shows, of rows that descend in probability.
fn shown(rows: &[ExceedanceRow]) -> usize {
    rows.iter().take_while(|row| row.probability >= LEAST_SHOWN).count()
}

/// Probability and its interval by value.
fn curve(span: Span, title: &str, x: &str, format: &str, alt: &str) -> Chart {
    let axes = (&Axis { title: x, format }, &Axis { title: "Probability", format: "0%" });
    let mut chart = chart(ChartType::ScatterStraight, title, alt, axes);
    for (column, name, colour, dashed) in
        [(1, "probability", NAVY, false), (2, "95% low", SKY, true), (3, "95% high", SKY, true)]
    {
        let series = chart.add_series().set_name(name);
        series.set_categories(span.column(0)).set_values(span.column(column));
        stroke(series, colour, if dashed { 1.0 } else { 2.25 }, dashed);
    }
    chart.y_axis().set_min(0).set_max(1);
    chart
}

pub(super) fn moic<'a>(source: &'a Source<'_>) -> Result<Page<'a>, XlsxError> {
    let summary = source.summary;
    let about = "Paths on which something is invested by multiple of the money, and the share of all proceeds that \
                 they bring. Multiples are not discounted.";
    let mut page = source.page("MOIC", "Multiples of the money invested", about)?;
    let mut rows = Vec::new();
    for case in &summary.cases {
        for bucket in &case.moic_buckets {
            let to = bucket.to.filter(|to| *to > bucket.from).map(multiple);
            let label = match to {
                _ if bucket.to == Some(0.0) => "0x".to_owned(),
                Some(to) => format!("{} to {to}", multiple(bucket.from)),
                None => format!("{} or more", multiple(bucket.from)),
            };
            rows.push(vec![
                Cell::Text(label),
                Cell::of(Cell::Percent, bucket.paths),
                Cell::of(Cell::Percent, bucket.standard_error),
                Cell::of(Cell::Percent, bucket.proceeds),
                Cell::from(&case.name),
            ]);
        }
    }
    let grid = Grid {
        heading: "",
        name: "moic",
        head: vec!["Multiple", "Share of paths", "Standard error", "Share of proceeds", "Case"],
        rows,
        total: None,
        input: None,
    };
    if let Some(span) = page.table(grid)? {
        let base = span.rows(summary.base().moic_buckets.len());
        let axes = (&Axis { title: "Multiple, base case", format: "" }, &Axis { title: "", format: "0%" });
        let mut chart = chart(ChartType::Column, "Multiples of the money invested", source.alt("moic"), axes);
        for (column, name, colour) in [(1, "share of paths", BLUE), (3, "share of proceeds", ORANGE)] {
            let series = chart.add_series().set_name(name);
            series.set_categories(base.column(0)).set_values(base.column(column)).set_gap(60);
            filled(series, colour);
        }
        page.beside(span, &chart)?;
    }
    Ok(page)
}
