//! Who decides what, and how much better than by the rules learnt it could be decided.

use super::words::{amount, difference};
use super::{Block, Section, columns, text};
use crate::report::format::{UNKNOWN, count, percent};
use crate::report::summary::{DecisionBounds, DecisionRow, Summary};

pub(super) fn decisions(summary: &Summary) -> Option<Section> {
    let found = summary.decisions.as_ref()?;
    let row = |row: &DecisionRow| {
        let choice = match row.choice.as_ref() {
            "convert_early" => "convert before maturity",
            "extend" => "extend the maturity",
            _ => "fund",
        };
        let manner = match row.manner.as_ref() {
            "optimal" => "as is best for it",
            "rate" => "at a rate a year",
            _ => "by the rule stated",
        };
        let tranche = row.tranche.clone().unwrap_or_else(|| "all".to_owned());
        [&row.instrument, &tranche, choice, row.decided_by.as_ref(), manner].map(str::to_owned).to_vec()
    };
    let mut blocks = vec![Block::Table {
        head: columns(&["Instrument", "Tranche", "Whether to", "Decided by", "How"], 5),
        rows: found.decisions.iter().map(row).collect(),
        total: false,
        note: String::new(),
    }];
    if let Some(first) = found.cases.first() {
        let mark = summary.currency_mark();
        blocks.push(text(format!(
            "Best is what makes the fair value, under the risk-neutral measure, largest where the investor decides and smallest \
             where the company does: what the investor does not get stays with the company's owners. Rules learnt by \
             regression on {} paths were followed on {} others; the bound is what nobody who does not know the future can \
             better: the worth to somebody who does, less a hedge that makes him pay for it.",
            count(first.learning_paths),
            count(first.pricing_paths)
        )));
        let cell =
            |mean: &Option<_>| mean.as_ref().map_or_else(|| UNKNOWN.to_owned(), |mean| amount(mean, mark));
        let row = |case: &DecisionBounds| {
            let gap = case.investor_gap.as_ref().or(case.company_gap.as_ref());
            vec![
                case.case.clone(),
                amount(&case.by_rule, mark),
                cell(&case.lower),
                cell(&case.upper),
                gap.map_or_else(|| UNKNOWN.to_owned(), |gap| difference(gap, mark)),
                case.gap_share.map_or_else(|| UNKNOWN.to_owned(), percent),
            ]
        };
        blocks.push(Block::Table {
            head: columns(
                &["Case", "By the rules learnt", "Lower bound", "Upper bound", "Gap", "Of what is received"],
                1,
            ),
            rows: found.cases.iter().map(row).collect(),
            total: false,
            note: note(&found.cases),
        });
    }
    Some(Section { title: "Who decides", new_page: false, blocks })
}

fn note(cases: &[DecisionBounds]) -> String {
    let mut note = "Net of what is paid in. Where both sides decide, each bound takes the other side's rule as it is; the gap \
                    is then the investor's."
        .to_owned();
    for case in cases {
        if let Some(reason) = &case.no_bounds {
            note.push_str(&format!(" {}: no bounds, since {reason}.", case.case));
        }
    }
    note
}
