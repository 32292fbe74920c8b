//! `workbook.xlsx`: the results as values, with native charts, for readers who live in Excel.
//!
//! Every sheet is made from the summary alone. Texts are written as texts, never as formulas, so that a name which
//! begins with `=` stays a name. The creation date of the document is the valuation date: the same results give
//! the same bytes.

mod cell;
mod deal;
mod decisions;
mod diagram;
mod drivers;
mod facts;
mod page;
mod price;
mod shape;
mod value;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::figure::Figure;
use super::summary::Summary;
use cell::Styles;
use page::Page;

/// Name of the file.
pub(super) const FILE: &str = "workbook.xlsx";

/// What the sheets are made from.
struct Source<'a> {
    summary: &'a Summary,
    figures: &'a [Figure],
    styles: Styles,
}

impl Source<'_> {
    /// A chart of the report in words, as the text for readers who cannot see the sheet's own.
    fn alt(&self, id: &str) -> &str {
        self.figures.iter().find(|figure| figure.chart.id == id).map_or("", |figure| &figure.chart.alt)
    }

    fn page(&self, name: &'static str, title: &str, about: &str) -> Result<Page<'_>, XlsxError> {
        Page::new(&self.styles, name, title, about)
    }
}

/// The workbook as the bytes of its file.
///
/// # Errors
/// If a sheet breaks a rule of the format, which those made here do not.
pub(super) fn bytes(summary: &Summary, figures: &[Figure], command: &str) -> Result<Vec<u8>, XlsxError> {
    let source = Source { summary, figures, styles: Styles::new(summary.currency_mark()) };
    let pages = vec![
        Some(value::summary(&source)?),
        Some(value::percentiles(&source)?),
        Some(facts::inputs(&source)?),
        facts::deal(&source)?,
        deal::payoff(&source)?,
        Some(deal::branches(&source)?),
        Some(shape::distribution(&source)?),
        Some(shape::exceedance(&source)?),
        Some(shape::moic(&source)?),
        drivers::drivers(&source)?,
        value::cases(&source)?,
        price::terms(&source)?,
        price::fair_value(&source)?,
        decisions::decisions(&source)?,
        Some(deal::tranches(&source)?),
        deal::timing(&source)?,
        deal::company(&source)?,
        Some(value::convergence(&source)?),
        Some(facts::checks(&source)?),
        Some(facts::manifest(&source, command)?),
    ];
    let pages: Vec<Page<'_>> = pages.into_iter().flatten().collect();
    let mut book = Workbook::new();
    book.set_properties(&properties(summary)?);
    book.push_worksheet(facts::readme(&source, &pages)?.finish()?);
    for page in pages {
        book.push_worksheet(page.finish()?);
    }
    book.save_to_buffer()
}

fn properties(summary: &Summary) -> Result<DocProperties, XlsxError> {
    let deal = &summary.deal;
    let mut properties = DocProperties::new()
        .set_title(deal.title.as_str())
        .set_subject(format!("{} financing {}, valued {}", deal.investor, deal.company, deal.valuation_date))
        .set_author(format!("Cabrio {}", summary.run.engine_version))
        .set_comment(format!(
            "Run {} of scenario {}. Values only.",
            summary.run.run_id, summary.run.scenario
        ));
    // Excel knows no day before 1900; such a document has its writer's own fixed date.
    let created = ExcelDateTime::parse_from_str(&deal.valuation_date.to_string());
    let created = created.or_else(|_| ExcelDateTime::from_ymd(1900, 1, 1))?;
    properties = properties.set_creation_datetime(&created);
    Ok(properties)
}
