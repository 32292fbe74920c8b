//! The bounds of the best decisions.

use super::{Cell, Table, estimate};
use crate::report::summary::{Mean, Summary};

/// One row a case in which something is decided as is best; none without any.
pub(super) fn decisions(summary: &Summary, currency: &str) -> Option<Table> {
    let header = [
        "case",
        "by_rule_{c}",
        "by_rule_standard_error_{c}",
        "by_rule_low_{c}",
        "by_rule_high_{c}",
        "lower_{c}",
        "lower_standard_error_{c}",
        "lower_low_{c}",
        "lower_high_{c}",
        "upper_{c}",
        "upper_standard_error_{c}",
        "upper_low_{c}",
        "upper_high_{c}",
        "investor_gap_{c}",
        "investor_gap_standard_error_{c}",
        "company_gap_{c}",
        "company_gap_standard_error_{c}",
        "gap_share",
        "no_bounds",
        "learning_paths",
        "pricing_paths",
    ];
    let found = summary.decisions.as_ref().filter(|found| !found.cases.is_empty())?;
    let mut table = Table::new("decisions.csv", &header, currency);
    for case in &found.cases {
        let none = Mean::default();
        let mut cells: Vec<Cell> = vec![case.case.as_str().into()];
        cells.extend(estimate(&case.by_rule));
        cells.extend(estimate(case.lower.as_ref().unwrap_or(&none)));
        cells.extend(estimate(case.upper.as_ref().unwrap_or(&none)));
        for gap in [&case.investor_gap, &case.company_gap] {
            let gap = gap.as_ref().unwrap_or(&none);
            cells.extend([gap.value.into(), gap.standard_error.into()]);
        }
        cells.extend([
            case.gap_share.into(),
            case.no_bounds.as_deref().unwrap_or("").into(),
            case.learning_paths.into(),
            case.pricing_paths.into(),
        ]);
        table.rows.push(cells);
    }
    Some(table)
}
