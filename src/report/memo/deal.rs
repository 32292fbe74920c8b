//! The deal itself: tranches and milestones, timing, assumptions, its terms in words.

use super::words::{amount, chance, time};
use super::{Block, Section, columns, figure, text};
use crate::report::figure::Figure;
use crate::report::format::money;
use crate::report::summary::{MilestoneRow, Summary, TrancheRow};
use crate::words::{PROVENANCE, Paragraph};

pub(super) fn tranches(summary: &Summary, figures: &[Figure]) -> Section {
    let base = summary.base();
    let mark = summary.currency_mark();
    let row = |tranche: &TrancheRow| {
        let about = if tranche.size_uncertain { "about " } else { "" };
        vec![
            format!("{}: {}", tranche.instrument, tranche.tranche),
            format!("{about}{}", money(tranche.committed, mark)),
            chance(&tranche.funded),
            amount(&tranche.invested, mark),
            amount(&tranche.present_value, mark),
        ]
    };
    let mut blocks: Vec<Block> = figure(figures, "tree").into_iter().collect();
    blocks.push(Block::Table {
        head: columns(&["Tranche", "Committed", "Funded", "Expected investment", "Mean PV"], 1),
        rows: base.tranches.iter().map(row).collect(),
        total: false,
        note: String::new(),
    });
    if !base.milestones.is_empty() {
        blocks.push(milestones(&base.milestones));
    }
    Section { title: "Tranches and milestones", new_page: false, blocks }
}

fn milestones(milestones: &[MilestoneRow]) -> Block {
    let row = |milestone: &MilestoneRow| {
        let title = milestone.heading();
        let (means, when) = if milestone.throughout {
            let lost = chance(&milestone.lost);
            let never = milestone.lost.count == Some(0);
            let when = if never {
                "never lost".to_owned()
            } else {
                format!("lost in {lost}, after {}", time(&milestone.lost_years))
            };
            ("still stands at the end", when)
        } else {
            ("reached", time(&milestone.reached_years))
        };
        vec![title.to_owned(), means.to_owned(), chance(&milestone.reached), when]
    };
    let throughout = milestones.iter().any(|milestone| milestone.throughout);
    let note = if throughout {
        "Times are means over the paths concerned. What must hold throughout stands from the start until a check \
         finds that it does not; the end is the horizon, or the day the company is sold or fails."
    } else {
        "Times are means over the paths on which the milestone is reached."
    };
    let head = columns(&["Milestone", "Counted", "Share of paths", "Mean time"], 2);
    Block::Table { head, rows: milestones.iter().map(row).collect(), total: false, note: note.to_owned() }
}

pub(super) fn timing(_: &Summary, figures: &[Figure]) -> Option<Section> {
    let blocks: Vec<Block> = ["timing", "fan"].into_iter().filter_map(|id| figure(figures, id)).collect();
    (!blocks.is_empty()).then_some(Section {
        title: "Timing, and the value of the company",
        new_page: false,
        blocks,
    })
}

pub(super) fn assumptions(summary: &Summary) -> Section {
    let rows: Vec<Vec<String>> = summary
        .assumptions
        .iter()
        .map(|row| vec![row.key.clone(), row.value.clone(), row.provenance.to_string(), row.note.clone()])
        .collect();
    let blocks = if rows.is_empty() {
        vec![text("The scenario marks no figure as stated, derived or assumed: take all of them as assumed.")]
    } else {
        let count = |kind: &str| summary.assumptions.iter().filter(|row| row.provenance == kind).count();
        vec![
            text(format!(
                "Figures stated by a source: {}; derived from such: {}; assumed: {}.",
                count("stated"),
                count("derived"),
                count("assumed")
            )),
            Block::Table {
                head: columns(&["Key", "Value", "Marked", "Source or reason"], 4),
                rows,
                total: false,
                note: String::new(),
            },
        ]
    };
    Section { title: "Assumptions", new_page: false, blocks }
}

/// A paragraph of more lines than this is printed as a list.
const LONG: usize = 6;

pub(super) fn in_words(paragraphs: &[Paragraph]) -> Option<Section> {
    // Where the figures come from stands in the table of assumptions.
    let told = paragraphs.iter().filter(|paragraph| paragraph.heading != PROVENANCE);
    let block = |paragraph: &Paragraph| {
        let heading = format!("{}.", paragraph.heading);
        if paragraph.lines.len() > LONG {
            Block::List { heading, items: paragraph.lines.clone() }
        } else {
            Block::Text { heading, text: paragraph.lines.join(" ") }
        }
    };
    let blocks: Vec<Block> = told.map(block).collect();
    (!blocks.is_empty()).then_some(Section { title: "The deal in words", new_page: false, blocks })
}
