//! Tables of value: statistics, percentiles, shapes, cases, convergence.

use super::{Cell, Table, chance, estimate};
use crate::report::summary::{
    Bins, CaseSummary, Distribution, ExceedanceRow, PERCENTILES, Probability, Quantile, Summary,
};

/// Every statistic in one long table.
pub(super) fn overview(summary: &Summary, currency: &str) -> Table {
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
        if let Some(mean) = &case.efficiency.controlled_mean {
            row("present_value", "mean_with_control_variates", currency, estimate(mean), mean.paths);
        }
        if let Some(mean) = &case.efficiency.given_events_mean {
            row("present_value", "mean_given_events", currency, estimate(mean), mean.paths);
        }
        for (statistic, ratio) in [
            ("variance_ratio", case.efficiency.variance_ratio),
            ("variance_ratio_with_control_variates", case.efficiency.controlled_variance_ratio),
            ("variance_ratio_given_events", case.efficiency.given_events_variance_ratio),
        ] {
            if ratio.is_some() {
                let numbers = [ratio.into(), None.into(), None.into(), None.into()];
                row("present_value", statistic, "multiple", numbers, case.present_value.mean.paths);
            }
        }
        for (statistic, share) in [
            ("share_of_top_0.1pct", case.tail.top_tenth_percent),
            ("share_of_top_1pct", case.tail.top_percent),
        ] {
            let share = [share.into(), None.into(), None.into(), None.into()];
            row("present_value", statistic, "fraction", share, case.present_value.mean.paths);
        }
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

pub(super) fn percentiles(summary: &Summary, currency: &str) -> Table {
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

pub(super) fn histogram(summary: &Summary, currency: &str) -> Table {
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

pub(super) fn exceedance(summary: &Summary, currency: &str) -> Table {
    let header = ["case", "measure", "unit", "at_least", "probability", "low", "high", "more_than"];
    let mut table = Table::new("exceedance.csv", &header, currency);
    for case in &summary.cases {
        for (measure, unit, rows) in [
            ("present_value", currency, &case.present_value_exceedance),
            ("moic", "multiple", &case.moic_exceedance),
        ] {
            for ExceedanceRow { at_least, probability, more_than, low, high } in rows {
                let name = case.name.as_str();
                let mut row: Vec<Cell> = vec![name.into(), measure.into(), unit.into()];
                row.extend([*at_least, *probability, *low, *high, *more_than].map(Cell::from));
                table.rows.push(row);
            }
        }
    }
    table
}

pub(super) fn moic(summary: &Summary) -> Table {
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

pub(super) fn cases(summary: &Summary, currency: &str) -> Table {
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

pub(super) fn convergence(summary: &Summary, currency: &str) -> Table {
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

/// Only if an input is uncertain.
pub(super) fn drivers(summary: &Summary, currency: &str) -> Option<Table> {
    let header = [
        "input",
        "low",
        "high",
        "low_share",
        "mean_at_low_{c}",
        "mean_at_low_standard_error",
        "high_share",
        "mean_at_high_{c}",
        "mean_at_high_standard_error",
        "variance_share",
        "variance_share_standard_error",
        "correlated",
        "paths",
    ];
    let drivers = summary.drivers.as_ref()?;
    let mut table = Table::new("drivers.csv", &header, currency);
    for row in &drivers.rows {
        table.rows.push(vec![
            row.input.as_str().into(),
            row.low.as_str().into(),
            row.high.as_str().into(),
            row.low_share.into(),
            row.mean_at_low.value.into(),
            row.mean_at_low.standard_error.into(),
            row.high_share.into(),
            row.mean_at_high.value.into(),
            row.mean_at_high.standard_error.into(),
            row.variance_share.into(),
            row.variance_share_standard_error.into(),
            row.correlated.into(),
            drivers.paths.into(),
        ]);
    }
    Some(table)
}

/// None if nothing moves together.
pub(super) fn correlations(summary: &Summary) -> Option<Table> {
    let header =
        ["first", "second", "degrees_of_freedom", "requested", "realised", "standard_error", "paths"];
    let mut table = Table::new("correlations.csv", &header, "");
    for row in &summary.correlations {
        table.rows.push(vec![
            row.first.as_str().into(),
            row.second.as_str().into(),
            row.degrees_of_freedom.into(),
            row.requested.into(),
            row.realised.into(),
            row.standard_error.into(),
            row.paths.into(),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}
