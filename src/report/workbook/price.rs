//! Sheets of prices: what each term is worth, and the risk-neutral value.

use rust_xlsxwriter::{Chart, ChartType, XlsxError};

use super::Source;
use super::cell::{Cell, chance, estimate};
use super::diagram::{Axis, BLUE, NAVY, RUST, chart, floating, stack};
use super::page::{Grid, Page, Span};
use crate::report::summary::{FairValueCase, FairValueSummary, InputRow, Mean, TermRow, TermsSummary};

pub(super) fn terms<'a>(source: &'a Source<'_>) -> Result<Option<Page<'a>>, XlsxError> {
    let Some(terms) = &source.summary.terms else { return Ok(None) };
    let measure = match &*terms.measure {
        "risk_neutral" => "Fair values under the risk-neutral measure",
        _ => "Present values at the required return, in real-world probabilities",
    };
    let about = format!(
        "{measure}, net of what is paid in. Each term is added to those above it, and taken out of the whole deal \
         alone."
    );
    let mut page = source.page("Terms", "What each term is worth", &about)?;
    let head = vec![
        "Term",
        "Adds",
        "Standard error",
        "Whole deal loses without it",
        "Its standard error",
        "Level after it",
    ];
    let (rows, parts) = rows(terms);
    let top = page.table(Grid { heading: "", name: "terms", head, rows, total: None, input: None })?;
    let head = vec![
        "Bar",
        "Base",
        "Ends",
        "Ends below nought",
        "Gain",
        "Gain below nought",
        "Loss",
        "Loss below nought",
    ];
    let heading = "Parts of the chart’s bars";
    let grid = Grid { heading, name: "bridge", head, rows: parts, total: None, input: None };
    if let Some((top, span)) = top.zip(page.table(grid)?) {
        page.beside(Span { columns: span.columns, ..top }, &bridge(source, terms, span))?;
    }
    Ok(Some(page))
}

/// Rows of the table, and of the parts of the bars.
fn rows(terms: &TermsSummary) -> (Vec<Vec<Cell>>, Vec<Vec<Cell>>) {
    let row = |name: &str, step: &Mean, alone: &Mean, (from, to): (f64, f64), end: bool| {
        let [adds, error, ..] = estimate(Cell::Money, step);
        let [loses, its_error, ..] = estimate(Cell::Money, alone);
        let cells = vec![Cell::from(name), adds, error, loses, its_error, Cell::of(Cell::Money, Some(to))];
        let mut bar = vec![Cell::from(name)];
        bar.extend(floating(from, to, end).map(|part| Cell::of(Cell::Money, part)));
        (cells, bar)
    };
    let nothing = Mean::default();
    let mut level = terms.floor.value.unwrap_or(f64::NAN);
    let mut rows = vec![row("Without all terms", &terms.floor, &nothing, (0.0, level), true)];
    for TermRow { term, step, alone } in &terms.terms {
        let next = level + step.value.unwrap_or(f64::NAN);
        rows.push(row(term, step, alone, (level, next), false));
        level = next;
    }
    let whole = terms.whole.value.unwrap_or(f64::NAN);
    rows.push(row("Whole deal", &terms.whole, &nothing, (0.0, whole), true));
    rows.into_iter().unzip()
}

fn bridge(source: &Source<'_>, terms: &TermsSummary, span: Span) -> Chart {
    let mut level = terms.floor.value.unwrap_or(0.0);
    let mut most = f64::max(level.abs(), terms.whole.value.unwrap_or(0.0).abs());
    for step in terms.terms.iter().filter_map(|term| term.step.value) {
        level += step;
        most = most.max(level.abs());
    }
    let format = source.styles.money_axis(most, most / 5.0);
    let axes =
        (&Axis { title: "", format: "" }, &Axis { title: "Value, net of what is paid in", format: &format });
    let mut chart = chart(ChartType::ColumnStacked, "What each term is worth", source.alt("bridge"), axes);
    let series = [
        ("base", None),
        ("whole", Some(NAVY)),
        ("", Some(NAVY)),
        ("adds", Some(BLUE)),
        ("", Some(BLUE)),
        ("takes away", Some(RUST)),
        ("", Some(RUST)),
    ];
    stack(&mut chart, span, &series);
    chart
}

pub(super) fn fair_value<'a>(source: &'a Source<'_>) -> Result<Option<Page<'a>>, XlsxError> {
    let Some(fair) = &source.summary.fair_value else { return Ok(None) };
    let about = format!(
        "Risk-neutral probabilities and riskless rates; not comparable with the present values at the required return. \
         A model value under the stated assumptions, not a fair-value conclusion. Credit model: {}",
        fair.credit_model_text
    );
    let mut page = source.page("Fair value", "Fair value", &about)?;
    page.table(values(fair))?;
    page.table(split(fair))?;
    page.table(inputs(fair))?;
    if !fair.changes.is_empty() {
        page.paragraph("What this measure reads otherwise", &fair.changes)?;
    }
    Ok(Some(page))
}

fn values(fair: &FairValueSummary) -> Grid<'_> {
    let row = |case: &FairValueCase| {
        let mut row = vec![Cell::from(&case.name), Cell::text(case.credit_model.replace('_', " "))];
        for mean in [case.value, case.paid, case.net, case.difference.unwrap_or_default()] {
            row.extend(estimate(Cell::Money, &mean).into_iter().take(2));
        }
        let [risk_neutral, ..] = chance(&case.conversion);
        let [real_world, ..] = chance(&case.conversion_real_world);
        row.extend([risk_neutral, real_world]);
        row.extend(estimate(Cell::Number, &case.martingale).into_iter().take(2));
        row
    };
    Grid {
        heading: "Values of today",
        name: "fair_value",
        head: vec![
            "Case",
            "Credit model",
            "Value received",
            "Standard error of it",
            "Value paid",
            "Standard error of that",
            "Net",
            "Standard error of the net",
            "Net against base",
            "Standard error of the difference",
            "Converts, risk-neutral",
            "Converts, real-world",
            "Martingale check (1 is exact)",
            "Its standard error",
        ],
        rows: fair.cases.iter().map(row).collect(),
        total: None,
        input: None,
    }
}

fn split(fair: &FairValueSummary) -> Grid<'static> {
    let mut rows = Vec::new();
    if let Some(split) = &fair.split {
        let row = |name: &str, cells: [Cell; 4]| std::iter::once(Cell::from(name)).chain(cells).collect();
        rows.push(row("Debt floor", estimate(Cell::Money, &split.debt_floor)));
        rows.push(row("Right to convert", estimate(Cell::Money, &split.right_to_convert)));
        if split.parity.is_some() {
            let [none, low, high] = [Cell::Empty, Cell::Empty, Cell::Empty];
            rows.push(row("Parity", [Cell::of(Cell::Money, split.parity), none, low, high]));
        }
    }
    Grid {
        heading: "Base case: debt, and the right to convert",
        name: "conversion_split",
        head: vec!["Part", "Value", "Standard error", "95% low", "95% high"],
        rows,
        total: None,
        input: None,
    }
}

/// Unobservable inputs; what was put in is marked.
fn inputs(fair: &FairValueSummary) -> Grid<'_> {
    let row = |input: &InputRow| {
        let kind = match &*input.unit {
            "currency" => Cell::Money,
            "fraction" => Cell::Percent,
            "multiple" => Cell::Multiple,
            "years" | "date_years" => Cell::Years,
            _ => Cell::Number,
        };
        let unit = if input.unit == "date_years" { "years from today" } else { &input.unit };
        let numbers = [Some(input.low), Some(input.high), input.weighted_average];
        let mut row = vec![Cell::from(&input.input), Cell::from(unit)];
        row.extend(numbers.map(|number| Cell::of(kind, number)));
        row
    };
    Grid {
        heading: "Unobservable inputs, in the form of the Level 3 table of ASC 820 (5th and 95th percentile, mean)",
        name: "level3",
        head: vec!["Input", "Unit", "Low", "High", "Weighted average"],
        rows: fair.inputs.iter().map(row).collect(),
        total: None,
        input: Some(3),
    }
}
