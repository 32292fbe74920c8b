//! Tables of the deal: endings, tranches, milestones, timing, the company's value, assumptions, payoff.

use super::{Cell, Table, chance};
use crate::report::summary::Summary;

pub(super) fn branches(summary: &Summary, currency: &str) -> Table {
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

/// One row for each tranche and ending; what concerns the tranche as a whole is repeated.
pub(super) fn tranches(summary: &Summary, currency: &str) -> Table {
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

pub(super) fn milestones(summary: &Summary) -> Table {
    let header = [
        "case",
        "milestone",
        "title",
        "throughout",
        "probability",
        "probability_standard_error",
        "probability_low",
        "probability_high",
        "mean_years",
        "mean_standard_error_years",
        "probability_lost",
        "probability_lost_standard_error",
        "mean_lost_years",
        "mean_lost_standard_error_years",
    ];
    let mut table = Table::new("milestones.csv", &header, "");
    for case in &summary.cases {
        for milestone in &case.milestones {
            let mut row: Vec<Cell> = vec![
                case.name.as_str().into(),
                milestone.milestone.as_str().into(),
                milestone.title.as_str().into(),
                milestone.throughout.into(),
            ];
            row.extend(chance(&milestone.reached));
            row.extend([
                milestone.reached_years.value.into(),
                milestone.reached_years.standard_error.into(),
                milestone.lost.value.into(),
                milestone.lost.standard_error.into(),
                milestone.lost_years.value.into(),
                milestone.lost_years.standard_error.into(),
            ]);
            table.rows.push(row);
        }
    }
    table
}

/// Only if the scenario has checks.
pub(super) fn checks(summary: &Summary) -> Option<Table> {
    let header = [
        "check",
        "condition",
        "case",
        "metric",
        "unit",
        "verdict",
        "value",
        "standard_error",
        "bound",
        "errors_from_bound",
        "paths_to_settle",
    ];
    let mut table = Table::new("checks.csv", &header, "");
    for row in &summary.checks {
        table.rows.push(vec![
            row.name.as_str().into(),
            row.check.as_str().into(),
            row.case.as_deref().unwrap_or_default().into(),
            row.metric.as_str().into(),
            row.unit.as_ref().into(),
            row.verdict.as_ref().into(),
            row.value.into(),
            row.standard_error.into(),
            row.bound.into(),
            row.errors_from_bound.into(),
            Cell::Count(row.paths_to_settle),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

pub(super) fn timing(summary: &Summary) -> Table {
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

pub(super) fn fan(summary: &Summary, currency: &str) -> Table {
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

pub(super) fn assumptions(summary: &Summary) -> Table {
    let mut table = Table::new("assumptions.csv", &["key", "value", "provenance", "note"], "");
    for row in &summary.assumptions {
        let cells: [Cell; 4] = [&*row.key, &row.value, &row.provenance, &row.note].map(Cell::from);
        table.rows.push(cells.into());
    }
    table
}

pub(super) fn payoff(summary: &Summary, currency: &str) -> Option<Table> {
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
