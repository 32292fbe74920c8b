//! The sheet of decisions: who takes them how, and between which bounds the best ones lie.

use rust_xlsxwriter::XlsxError;

use super::Source;
use super::cell::{Cell, estimate};
use super::page::{Grid, Page};
use crate::report::memo;
use crate::report::summary::{DecisionBounds, DecisionsSummary, Mean};

pub(super) fn decisions<'a>(source: &'a Source<'_>) -> Result<Option<Page<'a>>, XlsxError> {
    let Some(found) = &source.summary.decisions else { return Ok(None) };
    let mut page =
        source.page("Decisions", "Who decides", "Rights that are choices, and how they are used.")?;
    let head = vec!["Instrument", "Tranche", "Whether to", "Decided by", "How"];
    let rows = found.decisions.iter().map(|row| memo::decision(row).map(Cell::text).to_vec()).collect();
    page.table(Grid { heading: "", name: "decisions", head, rows, total: None, input: None })?;
    page.table(bounds(found))?;
    if !found.cases.is_empty() {
        page.paragraph("How it was found", &[memo::how_decided(found), memo::about_bounds(found)])?;
    }
    Ok(Some(page))
}

fn bounds(found: &DecisionsSummary) -> Grid<'_> {
    let cells = |mean: &Option<Mean>| estimate(Cell::Money, &mean.unwrap_or_default()).into_iter().take(2);
    let row = |case: &DecisionBounds| {
        let gap = case.investor_gap.or(case.company_gap);
        let mut row = vec![Cell::from(&case.case)];
        row.extend(estimate(Cell::Money, &case.by_rule).into_iter().take(2));
        row.extend(cells(&case.lower).chain(cells(&case.upper)).chain(cells(&gap)));
        row.push(Cell::of(Cell::Percent, case.gap_share));
        row.extend([Cell::Count(case.learning_paths), Cell::Count(case.pricing_paths)]);
        row
    };
    Grid {
        heading: "What is decided as is best: fair value net of what is paid in",
        name: "decision_bounds",
        head: vec![
            "Case",
            "By the rules learnt",
            "Standard error",
            "Lower bound",
            "Its standard error",
            "Upper bound",
            "Standard error of it",
            "Gap",
            "Standard error of the gap",
            "Of what is received",
            "Paths of learning",
            "Paths of the bounds",
        ],
        rows: found.cases.iter().map(row).collect(),
        total: None,
        input: None,
    }
}
