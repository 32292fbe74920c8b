//! Sheets of facts: how to read the workbook, what was put in, checks, provenance.

use rust_xlsxwriter::XlsxError;

use super::Source;
use super::cell::Cell;
use super::page::{Grid, Page};
use crate::report::memo::words::amount;
use crate::report::summary::{CheckRow, DateMark, Warning};
use crate::words::PROVENANCE;

pub(super) fn readme<'a>(source: &'a Source<'_>, pages: &[Page<'_>]) -> Result<Page<'a>, XlsxError> {
    let summary = source.summary;
    let about = format!("Results of run {} of scenario “{}”.", summary.run.run_id, summary.run.scenario);
    let mut page = source.page("README", &summary.deal.title, &about)?;
    let lines = [
        "This workbook holds values, not a model: no cell computes anything. To change an assumption, change the scenario \
         file and run Cabrio again.",
        "Figures in blue were put in; all others came out of the simulation.",
        "Amounts are kept in full and printed in thousands, millions, billions or trillions of the deal’s currency. Shares and rates are fractions printed as percentages. Empty is unknown, never nought.",
        "Standard errors and 95% intervals measure the chance in the sampling of paths, not doubt about the assumptions.",
        "Probabilities are real-world ones, and present values are at the investor’s required return, but for the sheet \
         “Fair value” and, where it says so, “Terms”.",
        "Illustrative simulation under the stated assumptions: no fair-value conclusion, and no advice.",
    ];
    page.paragraph("How to read it", &lines.map(str::to_owned))?;
    page.paragraph("Sheets", &[])?;
    for sheet in pages {
        page.link(sheet.name, &sheet.about)?;
    }
    Ok(page)
}

pub(super) fn inputs<'a>(source: &'a Source<'_>) -> Result<Page<'a>, XlsxError> {
    let summary = source.summary;
    let (deal, run) = (&summary.deal, &summary.run);
    let about = "Figures in blue were put in. Every marked figure of the scenario with where it comes from: stated by \
                 a source, derived from such, or assumed. The whole scenario: scenario.resolved.toml.";
    let mut page = source.page("Inputs", "Inputs and assumptions", about)?;
    let row = |name: &str, value: Cell| vec![Cell::from(name), value];
    let mut rows = vec![
        row("Investor", (&deal.investor).into()),
        row("Company", (&deal.company).into()),
        row("Currency", (&deal.currency).into()),
        row("Valuation date", Cell::Day(deal.valuation_date.to_string())),
        row("Horizon", Cell::Day(deal.horizon.to_string())),
        row("Required return a year", Cell::Percent(deal.required_return_per_year)),
        row("Company value today", Cell::of(Cell::Money, deal.company_value_today)),
        row("Committed, all tranches", Cell::Money(deal.committed)),
        row("Paths", Cell::Count(run.paths)),
        // A seed may have more digits than a number of a worksheet.
        row("Seed", Cell::Text(run.seed.to_string())),
    ];
    if summary.base().has_strategic {
        let rate = Cell::Percent(deal.strategic_rate_per_year);
        rows.insert(6, row("Rate of the commercial flows a year", rate));
    }
    let head = vec!["Fact", "Value"];
    page.table(Grid { heading: "The deal", name: "deal", head, rows, total: None, input: Some(1) })?;
    let rows = summary.assumptions.iter().map(|row| {
        [row.key.as_str(), &row.value, &row.provenance, &row.note].map(Cell::from).into_iter().collect()
    });
    page.table(Grid {
        heading: "Marked figures",
        name: "assumptions",
        head: vec!["Key", "Figure", "Marked", "Source or reason"],
        rows: rows.collect(),
        total: None,
        input: Some(1),
    })?;
    let row = |mark: &DateMark| vec![Cell::Text(mark.label.clone()), Cell::Day(mark.date.clone())];
    page.table(Grid {
        heading: "Dates known beforehand",
        name: "dates",
        head: vec!["What", "Date"],
        rows: summary.dates.iter().map(row).collect(),
        total: None,
        input: Some(1),
    })?;
    Ok(page)
}

/// The deal in words; where its figures come from stands among the inputs.
pub(super) fn deal<'a>(source: &'a Source<'_>) -> Result<Option<Page<'a>>, XlsxError> {
    let told = || source.summary.deal_in_words.iter().filter(|paragraph| paragraph.heading != PROVENANCE);
    if told().next().is_none() {
        return Ok(None);
    }
    let mut page =
        source.page("Deal", "The deal in words", "What the scenario says, and what it leaves unsaid.")?;
    for paragraph in told() {
        page.paragraph(&paragraph.heading, &paragraph.lines)?;
    }
    Ok(Some(page))
}

pub(super) fn checks<'a>(source: &'a Source<'_>) -> Result<Page<'a>, XlsxError> {
    let summary = source.summary;
    let check = &summary.cross_check;
    let about = format!(
        "{} priced a second time in exact decimals, by the same clauses; the largest difference is {:.0e} of the cash \
         on a path. Mean present value of the base case: {}.",
        crate::report::format::paths(check.paths_compared),
        check.worst_difference,
        amount(&summary.base().present_value.mean, summary.currency_mark())
    );
    let mut page = source.page("Checks", "Checks and warnings", &about)?;
    page.table(Grid {
        heading: "Checks of the scenario",
        name: "checks",
        head: vec!["Check", "What must hold", "Verdict", "Result", "Standard error", "Bound", "In words"],
        rows: summary.checks.iter().map(check_row).collect(),
        total: None,
        input: None,
    })?;
    let row = |warning: &Warning| {
        let case = warning.case.clone().unwrap_or_else(|| "the run".to_owned());
        let [condition, remedy] = [&warning.condition, &warning.remedy].map(Cell::from);
        vec![Cell::Text(case), condition, Cell::of(Cell::Number, Some(warning.number)), remedy]
    };
    let table = page.table(Grid {
        heading: "Warnings",
        name: "warnings",
        head: vec!["Case", "What was found", "Number behind it", "What to do"],
        rows: summary.warnings.iter().map(row).collect(),
        total: None,
        input: None,
    })?;
    if table.is_none() {
        page.paragraph(
            "No warning",
            &["The tails are tame, every ending was seen often, and errors are small.".into()],
        )?;
    }
    Ok(page)
}

fn check_row(check: &CheckRow) -> Vec<Cell> {
    let kind: fn(f64) -> Cell = match check.unit.as_ref() {
        "money" => Cell::Money,
        "fraction" => Cell::Percent,
        "multiple" => Cell::Multiple,
        _ => Cell::Number,
    };
    let [result, error, bound] =
        [check.value, check.standard_error, check.bound].map(|number| Cell::of(kind, number));
    let verdict = Cell::text(check.verdict.replace('_', " "));
    let words = Cell::text(check.in_words());
    vec![Cell::from(&check.name), Cell::from(&check.check), verdict, result, error, bound, words]
}

pub(super) fn manifest<'a>(source: &'a Source<'_>, command: &str) -> Result<Page<'a>, XlsxError> {
    let run = &source.summary.run;
    let about = "The same scenario, seed and version give the same bytes on any machine. Hashes of the files beside this \
                 workbook: manifest.json.";
    let mut page = source.page("Manifest", "Provenance", about)?;
    let row = |name: &str, value: Cell| vec![Cell::from(name), value];
    let groups = run.sampling.independent_groups.map_or(Cell::Empty, Cell::Count);
    let rows = vec![
        row("Scenario", (&run.scenario).into()),
        row("Run", (&run.run_id).into()),
        row("Program", Cell::text(format!("Cabrio {}", run.engine_version))),
        row("Seed", Cell::Text(run.seed.to_string())),
        row("Paths", Cell::Count(run.paths)),
        row("Paths in a block", Cell::Count(run.block_paths)),
        row("Random numbers", Cell::text(&*run.stream)),
        row("Sampling", Cell::text(run.sampling.method.word().replace('_', " "))),
        row("Independent groups of paths", groups),
        row("Scenario as written, BLAKE3", (&run.scenario_blake3).into()),
        row("Scenario resolved, BLAKE3", (&run.resolved_blake3).into()),
        row("Command that makes it again", command.into()),
    ];
    let head = vec!["Fact", "Value"];
    page.table(Grid { heading: "", name: "manifest", head, rows, total: None, input: None })?;
    Ok(page)
}
