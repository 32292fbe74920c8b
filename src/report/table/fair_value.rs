//! Tables of fair values and of the prices of terms.

use super::{Cell, Table, chance, estimate};
use crate::report::summary::{Mean, Summary};

/// One row a case; none without fair values.
pub(super) fn fair_value(summary: &Summary, currency: &str) -> Option<Table> {
    let mut header = vec!["case".to_owned(), "credit_model".to_owned()];
    for name in ["value", "paid", "net", "net_difference_to_base"] {
        let ends = ["", "_standard_error", "_low", "_high"];
        header.extend(ends.map(|end| format!("{name}{end}_{currency}")));
    }
    for name in ["risk_neutral", "real_world"] {
        let ends = ["", "_standard_error", "_low", "_high"];
        header.extend(ends.map(|end| format!("probability_conversion_{name}{end}")));
    }
    header.extend(
        ["probability_failure_risk_neutral", "martingale", "martingale_standard_error"].map(str::to_owned),
    );
    for name in ["value_with_control_variates", "value_given_events"] {
        let ends = ["", "_standard_error", "_low", "_high"];
        header.extend(ends.map(|end| format!("{name}{end}_{currency}")));
        header.push(format!("{name}_variance_ratio"));
    }
    let fair = summary.fair_value.as_ref()?;
    let mut table = Table { file: "fair_value.csv", header, rows: Vec::new() };
    for case in &fair.cases {
        let mut row: Vec<Cell> = vec![case.name.as_str().into(), (&*case.credit_model).into()];
        let difference = case.difference.unwrap_or_default();
        for mean in [&case.value, &case.paid, &case.net, &difference] {
            row.extend(estimate(mean));
        }
        row.extend(chance(&case.conversion));
        row.extend(chance(&case.conversion_real_world));
        row.extend([
            case.failure.value.into(),
            case.martingale.value.into(),
            case.martingale.standard_error.into(),
        ]);
        let efficiency = &case.efficiency;
        for (mean, ratio) in [
            (efficiency.controlled_mean, efficiency.controlled_variance_ratio),
            (efficiency.given_events_mean, efficiency.given_events_variance_ratio),
        ] {
            row.extend(estimate(&mean.unwrap_or_default()));
            row.push(ratio.into());
        }
        table.rows.push(row);
    }
    Some(table)
}

/// One row a step of the bridge, floor and whole among them; none for a deal without terms.
pub(super) fn terms(summary: &Summary, currency: &str) -> Option<Table> {
    let header = [
        "order",
        "term",
        "measure",
        "step_{c}",
        "step_standard_error_{c}",
        "step_low_{c}",
        "step_high_{c}",
        "alone_{c}",
        "alone_standard_error_{c}",
        "alone_low_{c}",
        "alone_high_{c}",
        "paths",
    ];
    let terms = summary.terms.as_ref()?;
    let mut table = Table::new("terms.csv", &header, currency);
    let mut row = |term: &str, step: &Mean, alone: &Mean| {
        let mut cells: Vec<Cell> =
            vec![(table.rows.len() as u64).into(), term.into(), (&*terms.measure).into()];
        cells.extend(estimate(step));
        cells.extend(estimate(alone));
        cells.push(terms.paths.into());
        table.rows.push(cells);
    };
    row("without all terms", &terms.floor, &Mean::default());
    for term in &terms.terms {
        row(&term.term, &term.step, &term.alone);
    }
    row("whole deal", &terms.whole, &Mean::default());
    Some(table)
}

/// One row an unobservable input of the base case, as filers list them; none without fair values.
pub(super) fn inputs(summary: &Summary) -> Option<Table> {
    let header = ["input", "unit", "technique", "low", "high", "weighted_average"];
    let fair = summary.fair_value.as_ref()?;
    let mut table = Table::new("level3.csv", &header, "");
    let technique = format!("Monte Carlo simulation, credit model {}", fair.credit_model);
    for input in &fair.inputs {
        let row: [Cell; 6] = [
            input.input.as_str().into(),
            (&*input.unit).into(),
            technique.as_str().into(),
            input.low.into(),
            input.high.into(),
            input.weighted_average.into(),
        ];
        table.rows.push(row.into());
    }
    Some(table)
}
