//! The report as a sequence of headings, texts, tables and figures: HTML and Markdown are two prints of it.

mod deal;
mod decisions;
mod fair_value;
mod result;
mod trust;
pub(super) mod words;

use serde::Serialize;

use super::figure::Figure;
use super::summary::{Summary, by_code};
pub(super) use decisions::{about_bounds, decision, how_decided};

/// A report, ready to be printed.
#[derive(Clone, Debug, Serialize)]
pub struct Memo {
    /// The deal's title.
    pub title: String,
    /// Parties, date and case.
    pub subtitle: String,
    /// What a reader must know before the first number.
    pub notice: String,
    /// The numbers that come first.
    pub headlines: Vec<Headline>,
    /// How to read them.
    pub headline_note: String,
    /// The sections.
    pub sections: Vec<Section>,
}

/// One number at the top.
#[derive(Clone, Debug, Serialize)]
pub struct Headline {
    /// What it is.
    pub label: String,
    /// The number.
    pub value: String,
    /// Its standard error in the same unit; empty if it has none.
    pub error: String,
    /// A few words on it.
    pub note: String,
}

/// A section with its heading.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// The heading.
    pub title: &'static str,
    /// Whether it starts a new page in print.
    pub new_page: bool,
    /// Its content.
    pub blocks: Vec<Block>,
}

/// A piece of content.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A paragraph.
    Text {
        /// What it is about, set at its start; may be empty.
        heading: String,
        /// Plain text.
        text: String,
    },
    /// A list of short texts.
    List {
        /// What they are about; may be empty.
        heading: String,
        /// Plain texts.
        items: Vec<String>,
    },
    /// A table.
    Table {
        /// Headings.
        head: Vec<Column>,
        /// Cells as texts.
        rows: Vec<Vec<String>>,
        /// Whether the last row is a total.
        total: bool,
        /// A note beneath; may be empty.
        note: String,
    },
    /// A chart.
    Figure {
        /// Title.
        title: String,
        /// The picture in words.
        alt: String,
        /// The drawing.
        svg: String,
        /// The picture's path from the report's folder.
        png: String,
        /// What the picture cannot say by itself.
        caption: String,
        /// The CSV file with its numbers.
        data: &'static str,
    },
    /// A reason for care.
    Warning {
        /// The case, if it concerns one.
        case: String,
        /// What was found.
        condition: String,
        /// The other cases with a warning of this kind; may be empty.
        also: String,
        /// What to do.
        remedy: String,
    },
    /// A command to type.
    Command {
        /// The command line.
        text: String,
    },
}

/// A column of a table.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// Its heading.
    pub name: String,
    /// Whether it holds numbers, to be aligned right.
    pub numeric: bool,
}

impl Memo {
    /// Writes the report of a summary around its figures.
    #[must_use]
    pub fn new(summary: &Summary, figures: &[Figure], command: &str) -> Self {
        let deal = &summary.deal;
        let sections = [
            Some(result::payoff(summary, figures)),
            Some(result::distribution(summary, figures)),
            result::drivers(summary, figures),
            Some(deal::tranches(summary, figures)),
            deal::timing(summary, figures),
            result::cases(summary, figures),
            fair_value::terms(summary, figures),
            fair_value::fair_value(summary),
            decisions::decisions(summary),
            deal::in_words(&summary.deal_in_words),
            Some(deal::assumptions(summary)),
            Some(trust::checks(summary, figures)),
            Some(trust::method(summary)),
            Some(trust::provenance(summary, command)),
        ];
        Self {
            title: deal.title.clone(),
            subtitle: format!(
                "{} financing {} · valued {} · case “{}”",
                deal.investor,
                deal.company,
                deal.valuation_date,
                summary.base().name
            ),
            notice: "Illustrative simulation under the stated assumptions, in real-world probabilities. Not a fair-value \
                     conclusion, and not advice."
                .to_owned(),
            headlines: result::headlines(summary),
            headline_note: headline_note(summary),
            sections: sections.into_iter().flatten().collect(),
        }
    }
}

/// The figure of that identifier, if it was drawn.
fn figure(figures: &[Figure], id: &str) -> Option<Block> {
    figures.iter().find(|figure| figure.chart.id == id).map(|figure| Block::Figure {
        title: figure.chart.title.clone(),
        alt: figure.chart.alt.clone(),
        svg: figure.chart.svg.clone(),
        png: figure.path("png"),
        caption: figure.caption.clone(),
        data: figure.data,
    })
}

fn headline_note(summary: &Summary) -> String {
    let error = "After ± stands one standard error of the simulation; it measures chance in the sampling, not doubt \
                 about the assumptions.";
    let warnings = match by_code(&summary.warnings).len() {
        0 => return error.to_owned(),
        1 => "There is a warning".to_owned(),
        several => format!("There are {several} kinds of warning"),
    };
    format!("{error} {warnings} under “Checks and warnings”, to be read before a number is quoted.")
}

fn text(text: impl Into<String>) -> Block {
    Block::Text { heading: String::new(), text: text.into() }
}

/// Headings: the first `texts` columns hold texts, the others numbers.
fn columns<S: AsRef<str>>(names: &[S], texts: usize) -> Vec<Column> {
    let column =
        |(index, name): (usize, &S)| Column { name: name.as_ref().to_owned(), numeric: index >= texts };
    names.iter().enumerate().map(column).collect()
}
