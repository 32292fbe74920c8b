//! The summary as tidy tables: one observation a row, one unit a column.
//!
//! Columns of amounts end in the currency's code in small letters (`present_value_usd`), shares of paths are
//! called `probability`, rates end in `_per_year`, spans of time in `_years`. Tables of several measures have a
//! `unit` column instead. An empty cell is an unknown number.

use super::summary::{
    Bins, CaseSummary, Distribution, ExceedanceRow, Mean, PERCENTILES, Probability, Quantile, Summary,
};

/// A table for a CSV file.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Name of the file.
    pub file: &'static str,
    /// Names of the columns.
    pub header: Vec<String>,
    /// Rows, each as long as the header.
    pub rows: Vec<Vec<Cell>>,
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A number; empty if unknown.
    Number(Option<f64>),
    /// A count; empty if unknown.
    Count(Option<u64>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Self {
        Cell::Number(number)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Cell::Number(Some(number))
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Cell::Count(Some(count))
    }
}

impl Table {
    fn new(file: &'static str, header: &[&str], currency: &str) -> Self {
        // `{c}` stands for the currency.
        let header = header.iter().map(|name| name.replace("{c}", currency)).collect();
        Self { file, header, rows: Vec::new() }
    }
}

/// All tables of a summary, in the order of the report.
#[must_use]
pub fn tables(summary: &Summary) -> Vec<Table> {
    let code = summary.deal.currency.to_lowercase();
    let currency = code.as_str();
    let mut tables = vec![
        overview(summary, currency),
        percentiles(summary, currency),
        histogram(summary, currency),
        exceedance(summary, currency),
        moic(summary),
        branches(summary, currency),
        cases(summary, currency),
        tranches(summary, currency),
        milestones(summary),
        timing(summary),
        fan(summary, currency),
        convergence(summary, currency),
        assumptions(summary),
    ];
    tables.extend(payoff(summary, currency));
    tables
}

fn estimate(mean: &Mean) -> [Cell; 4] {
    [mean.value.into(), mean.standard_error.into(), mean.low.into(), mean.high.into()]
}

fn chance(probability: &Probability) -> [Cell; 4] {
    [
        probability.value.into(),
        probability.standard_error.into(),
        probability.low.into(),
        probability.high.into(),
    ]
}

/// Every statistic in one long table.
fn overview(summary: &Summary, currency: &str) -> Table {
    let header = ["case", "metric", "statistic", "unit", "value", "standard_error", "low", "high", "paths"];
    let mut table = Table::new("summary.csv", &header, currency);
    for case in &summary.cases {
        let mut row = |metric: &str, statistic: &str, unit: &str, numbers: [Cell; 4], paths: u64| {
            let mut cells: Vec<Cell> =
                vec![case.name.as_str().into(), metric.into(), statistic.into(), unit.into()];
            cells.extend(numbers);
            cells.push(paths.into());
            table.rows.push(cells);
        };
        for (metric, unit, d) in distributions(case, currency) {
            let paths = d.mean.paths;
            if metric != "irr" {
                row(metric, "mean", unit, estimate(&d.mean), paths);
            }
            let spread =
                [d.standard_deviation.into(), d.standard_deviation_error.into(), None.into(), None.into()];
            row(metric, "standard_deviation", unit, spread, paths);
            row(metric, "share_undefined", "probability", chance(&d.undefined), d.undefined.paths);
        }
        for (metric, unit, mean) in [
            ("moic_of_means", "multiple", &case.moic_of_means),
            ("invested", currency, &case.invested),
            ("received", currency, &case.received),
            ("strategic_value", currency, &case.strategic),
        ] {
            row(metric, "mean", unit, estimate(mean), mean.paths);
        }
        if let Some(tail) = case.shortfall {
            let numbers = [tail.mean.into(), tail.standard_error.into(), None.into(), None.into()];
            let paths = case.present_value.mean.paths;
            row("present_value", "expected_shortfall_5pct", currency, numbers, paths);
            let edge = [tail.value_at_risk.into(), None.into(), None.into(), None.into()];
            row("present_value", "value_at_risk_5pct", currency, edge, paths);
        }
        for (metric, probability) in probabilities(case) {
            row(metric, "probability", "probability", chance(probability), probability.paths);
        }
        let share = [case.tail.top_tenth_percent.into(), None.into(), None.into(), None.into()];
        row("present_value", "share_of_top_0.1pct", "fraction", share, case.present_value.mean.paths);
    }
    table
}

fn distributions<'a>(
    case: &'a CaseSummary,
    currency: &'a str,
) -> [(&'static str, &'a str, &'a Distribution); 5] {
    [
        ("present_value", currency, &case.present_value),
        ("moic", "multiple", &case.moic),
        ("irr", "per_year", &case.irr),
        ("resolution", "years", &case.resolution_years),
        ("ownership", "fraction", &case.ownership),
    ]
}

fn probabilities(case: &CaseSummary) -> [(&'static str, &Probability); 8] {
    let p = &case.probabilities;
    [
        ("present_value_below_0", &p.present_value_below_0),
        ("moic_below_1", &p.moic_below_1),
        ("total_loss", &p.total_loss),
        ("nothing_invested", &p.nothing_invested),
        ("ipo", &p.ipo),
        ("sale", &p.sale),
        ("failure", &p.failure),
        ("infeasible_conversion", &p.infeasible_conversion),
    ]
}

fn percentiles(summary: &Summary, currency: &str) -> Table {
    let measures =
        ["present_value_{c}", "moic_multiple", "irr_per_year", "resolution_years", "ownership_fraction"];
    let mut header = vec!["case".to_owned(), "probability".to_owned()];
    for measure in measures {
        header.extend(["", "_low", "_high"].map(|end| format!("{measure}{end}").replace("{c}", currency)));
    }
    let mut table = Table { file: "percentiles.csv", header, rows: Vec::new() };
    for case in &summary.cases {
        for probability in PERCENTILES {
            let mut row: Vec<Cell> = vec![case.name.as_str().into(), probability.into()];
            for (_, _, distribution) in distributions(case, currency) {
                row.extend(quantile(distribution.percentile(probability)));
            }
            table.rows.push(row);
        }
    }
    table
}

fn quantile(quantile: Option<&Quantile>) -> [Cell; 3] {
    [
        quantile.map(|q| q.value).into(),
        quantile.and_then(|q| q.low).into(),
        quantile.and_then(|q| q.high).into(),
    ]
}

fn histogram(summary: &Summary, currency: &str) -> Table {
    let header = ["case", "measure", "unit", "kind", "from", "to", "paths", "probability"];
    let mut table = Table::new("histogram.csv", &header, currency);
    for case in &summary.cases {
        for (measure, unit, bins) in
            [("present_value", currency, &case.present_value_bins), ("moic", "multiple", &case.moic_bins)]
        {
            for (kind, from, to, count) in bin_rows(bins) {
                let share = count as f64 / bins.paths as f64;
                let name = case.name.as_str();
                let row: [Cell; 8] = [
                    name.into(),
                    measure.into(),
                    unit.into(),
                    kind.into(),
                    from.into(),
                    to.into(),
                    count.into(),
                    share.into(),
                ];
                table.rows.push(row.into());
            }
        }
    }
    table
}

type BinRow = (&'static str, Option<f64>, Option<f64>, u64);

fn bin_rows(bins: &Bins) -> Vec<BinRow> {
    let mut rows: Vec<BinRow> = bins.atoms.iter().map(|(v, n)| ("atom", Some(*v), Some(*v), *n)).collect();
    if let (Some(first), Some(last)) = (bins.edges.first(), bins.edges.last()) {
        rows.push(("below", None, Some(*first), bins.below));
        rows.extend(
            bins.edges.windows(2).zip(&bins.counts).map(|(e, n)| ("bin", Some(e[0]), Some(e[1]), *n)),
        );
        rows.push(("above", Some(*last), None, bins.above));
    }
    rows
}

fn exceedance(summary: &Summary, currency: &str) -> Table {
    let header = ["case", "measure", "unit", "at_least", "probability", "low", "high"];
    let mut table = Table::new("exceedance.csv", &header, currency);
    for case in &summary.cases {
        for (measure, unit, rows) in [
            ("present_value", currency, &case.present_value_exceedance),
            ("moic", "multiple", &case.moic_exceedance),
        ] {
            for ExceedanceRow { at_least, probability, low, high } in rows {
                let name = case.name.as_str();
                let mut row: Vec<Cell> = vec![name.into(), measure.into(), unit.into()];
                row.extend([*at_least, *probability, *low, *high].map(Cell::from));
                table.rows.push(row);
            }
        }
    }
    table
}

fn moic(summary: &Summary) -> Table {
    let header = [
        "case",
        "bucket",
        "from_multiple",
        "to_multiple",
        "probability",
        "probability_standard_error",
        "share_of_proceeds",
    ];
    let mut table = Table::new("moic.csv", &header, "");
    for case in &summary.cases {
        for bucket in &case.moic_buckets {
            let row: [Cell; 7] = [
                case.name.as_str().into(),
                bucket.label.as_str().into(),
                bucket.from.into(),
                bucket.to.into(),
                bucket.paths.into(),
                bucket.standard_error.into(),
                bucket.proceeds.into(),
            ];
            table.rows.push(row.into());
        }
    }
    table
}

fn branches(summary: &Summary, currency: &str) -> Table {
    let header = [
        "case",
        "branch",
        "label",
        "probability",
        "probability_standard_error",
        "probability_low",
        "probability_high",
        "contribution_{c}",
        "contribution_standard_error_{c}",
        "present_value_per_committed",
        "tranche_paths",
    ];
    let mut table = Table::new("branches.csv", &header, currency);
    for case in &summary.cases {
        for row in &case.branches {
            let mut cells: Vec<Cell> =
                vec![case.name.as_str().into(), row.branch.as_str().into(), row.label.as_str().into()];
            cells.extend(chance(&row.probability));
            cells.extend([
                row.contribution.value.into(),
                row.contribution.standard_error.into(),
                row.present_value_per_committed.into(),
                row.seen.into(),
            ]);
            table.rows.push(cells);
        }
    }
    table
}

fn cases(summary: &Summary, currency: &str) -> Table {
    let header = [
        "case",
        "present_value_{c}",
        "present_value_standard_error_{c}",
        "difference_to_base_{c}",
        "difference_standard_error_{c}",
        "difference_low_{c}",
        "difference_high_{c}",
        "unpaired_standard_error_{c}",
        "probability_better",
        "probability_worse",
        "probability_equal",
        "moic_of_means_multiple",
        "moic_of_means_standard_error_multiple",
        "irr_median_per_year",
        "probability_moic_below_1",
        "invested_{c}",
        "received_{c}",
        "strategic_value_{c}",
    ];
    let mut table = Table::new("cases.csv", &header, currency);
    for case in &summary.cases {
        let difference = case.difference.as_ref();
        let mut row: Vec<Cell> = vec![case.name.as_str().into()];
        row.extend([case.present_value.mean.value.into(), case.present_value.mean.standard_error.into()]);
        row.extend(estimate(&difference.map(|d| d.present_value).unwrap_or_default()));
        row.push(difference.map(|d| d.unpaired_standard_error).into());
        row.extend([
            difference.and_then(|d| d.better.value).into(),
            difference.and_then(|d| d.worse.value).into(),
            difference.and_then(|d| d.equal.value).into(),
            case.moic_of_means.value.into(),
            case.moic_of_means.standard_error.into(),
            case.irr.percentile(0.5).map(|median| median.value).into(),
            case.probabilities.moic_below_1.value.into(),
            case.invested.value.into(),
            case.received.value.into(),
            case.strategic.value.into(),
        ]);
        table.rows.push(row);
    }
    table
}

/// One row for each tranche and ending; what concerns the tranche as a whole is repeated.
fn tranches(summary: &Summary, currency: &str) -> Table {
    let header = [
        "case",
        "instrument",
        "tranche",
        "committed_{c}",
        "probability_funded",
        "probability_funded_standard_error",
        "invested_{c}",
        "invested_standard_error_{c}",
        "present_value_{c}",
        "present_value_standard_error_{c}",
        "branch",
        "probability_branch",
        "probability_branch_standard_error",
    ];
    let mut table = Table::new("tranches.csv", &header, currency);
    for case in &summary.cases {
        for tranche in &case.tranches {
            for ending in &tranche.endings {
                let row: [Cell; 13] = [
                    case.name.as_str().into(),
                    tranche.instrument.as_str().into(),
                    tranche.tranche.as_str().into(),
                    tranche.committed.into(),
                    tranche.funded.value.into(),
                    tranche.funded.standard_error.into(),
                    tranche.invested.value.into(),
                    tranche.invested.standard_error.into(),
                    tranche.present_value.value.into(),
                    tranche.present_value.standard_error.into(),
                    ending.branch.as_str().into(),
                    ending.probability.value.into(),
                    ending.probability.standard_error.into(),
                ];
                table.rows.push(row.into());
            }
        }
    }
    table
}

fn milestones(summary: &Summary) -> Table {
    let header = ["case", "milestone", "title", "probability", "standard_error", "low", "high", "mean_years"];
    let mut table = Table::new("milestones.csv", &header, "");
    for case in &summary.cases {
        for milestone in &case.milestones {
            let mut row: Vec<Cell> = vec![
                case.name.as_str().into(),
                milestone.milestone.as_str().into(),
                milestone.title.as_str().into(),
            ];
            row.extend(chance(&milestone.reached));
            row.push(milestone.mean_years.into());
            table.rows.push(row);
        }
    }
    table
}

fn timing(summary: &Summary) -> Table {
    let mut table = Table::new("timing.csv", &["case", "date", "years", "branch", "probability"], "");
    for case in &summary.cases {
        for row in &case.timing {
            for (date, cumulative) in summary.quarter_ends().iter().zip(&row.cumulative) {
                let cells: [Cell; 5] = [
                    case.name.as_str().into(),
                    date.1.to_string().as_str().into(),
                    date.0.into(),
                    row.branch.as_str().into(),
                    (*cumulative).into(),
                ];
                table.rows.push(cells.into());
            }
        }
    }
    table
}

fn fan(summary: &Summary, currency: &str) -> Table {
    let header = [
        "date",
        "years",
        "p05_{c}",
        "p25_{c}",
        "p50_{c}",
        "p75_{c}",
        "p95_{c}",
        "probability_alive",
        "paths",
    ];
    let mut table = Table::new("fan.csv", &header, currency);
    for row in &summary.fan {
        let mut cells: Vec<Cell> = vec![row.date.as_str().into(), row.years.into()];
        cells.extend((0..5).map(|k| Cell::from(row.percentiles.map(|percentiles| percentiles[k]))));
        cells.extend([row.alive.value.into(), row.alive.paths.into()]);
        table.rows.push(cells);
    }
    table
}

fn convergence(summary: &Summary, currency: &str) -> Table {
    let header = ["case", "paths", "present_value_{c}", "standard_error_{c}", "low_{c}", "high_{c}"];
    let mut table = Table::new("convergence.csv", &header, currency);
    for case in &summary.cases {
        for row in &case.convergence {
            let mut cells: Vec<Cell> = vec![case.name.as_str().into(), (row.paths as u64).into()];
            cells.extend([row.mean, row.standard_error, row.low, row.high].map(Cell::from));
            table.rows.push(cells);
        }
    }
    table
}

fn assumptions(summary: &Summary) -> Table {
    let mut table = Table::new("assumptions.csv", &["key", "value", "provenance", "note"], "");
    for row in &summary.assumptions {
        let cells: [Cell; 4] =
            [&row.key, &row.value, row.provenance, &row.note].map(|text: &str| Cell::from(text));
        table.rows.push(cells.into());
    }
    table
}

fn payoff(summary: &Summary, currency: &str) -> Option<Table> {
    let curve = summary.payoff.as_ref()?;
    let header = ["company_value_{c}", "convertible_{c}", "repaid_only_{c}", "equity_today_{c}"];
    let mut table = Table::new("payoff.csv", &header, currency);
    for point in &curve.points {
        let row: [Cell; 4] = [
            point.company_value.into(),
            point.convertible.into(),
            point.repaid_only.into(),
            point.equity_today.into(),
        ];
        table.rows.push(row.into());
    }
    Some(table)
}
