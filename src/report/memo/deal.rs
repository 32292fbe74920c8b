//! The deal itself: tranches and milestones, timing, assumptions, its terms in words.

use super::words::{amount, chance};
use super::{Block, Section, columns, figure, text};
use crate::report::figure::Figure;
use crate::report::format::{UNKNOWN, money, years};
use crate::report::summary::{MilestoneRow, Summary, TrancheRow};

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
        let row = |milestone: &MilestoneRow| {
            let time = milestone.mean_years.map_or_else(|| UNKNOWN.to_owned(), years);
            let title = if milestone.title.is_empty() { &milestone.milestone } else { &milestone.title };
            vec![title.clone(), chance(&milestone.reached), time]
        };
        blocks.push(Block::Table {
            head: columns(&["Milestone", "Reached", "Mean time, where reached"], 1),
            rows: base.milestones.iter().map(row).collect(),
            total: false,
            note:
                "Reached means: and never lost. A condition that must hold throughout stands from the start."
                    .to_owned(),
        });
    }
    Section { title: "Tranches and milestones", new_page: false, blocks }
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
        .map(|row| vec![row.key.clone(), row.value.clone(), row.provenance.to_owned(), row.note.clone()])
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

pub(super) fn in_words(paragraphs: &[String]) -> Option<Section> {
    let blocks: Vec<Block> = paragraphs.iter().map(|paragraph| text(paragraph.as_str())).collect();
    (!blocks.is_empty()).then_some(Section { title: "The deal in words", new_page: false, blocks })
}
