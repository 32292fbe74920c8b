//! Who decides what, and how much better than by the rules learnt it could be decided.

use super::words::{amount, difference};
use super::{Block, Section, columns, text};
use crate::report::format::{UNKNOWN, count, percent};
use crate::report::summary::{DecisionBounds, DecisionRow, DecisionsSummary, Summary};

pub(super) fn decisions(summary: &Summary) -> Option<Section> {
    let found = summary.decisions.as_ref()?;
    let mut blocks = vec![Block::Table {
        head: columns(&["Instrument", "Tranche", "Whether to", "Decided by", "How"], 5),
        rows: found.decisions.iter().map(|row| decision(row).to_vec()).collect(),
        total: false,
        note: String::new(),
    }];
    if !found.cases.is_empty() {
        let mark = summary.currency_mark();
        blocks.push(text(how_decided(found)));
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
            note: about_bounds(found),
        });
    }
    Some(Section { title: "Who decides", new_page: false, blocks })
}

/// One decision in words: instrument, tranche, whether to do what, who decides, how.
pub(in crate::report) fn decision(row: &DecisionRow) -> [String; 5] {
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
    let tranche = row.tranche.as_deref().unwrap_or("all");
    [&row.instrument, tranche, choice, row.decided_by.as_ref(), manner].map(str::to_owned)
}

/// What best means, and how rules and bounds were found.
pub(in crate::report) fn how_decided(found: &DecisionsSummary) -> String {
    let learning =
        |pick: fn(u64, u64) -> u64| found.cases.iter().map(|case| case.learning_paths).reduce(pick);
    let (least, most) = (learning(u64::min).unwrap_or(0), learning(u64::max).unwrap_or(0));
    let learning = if least == most {
        count(most)
    } else {
        format!("{} or, where the bounds lay far apart, {}", count(least), count(most))
    };
    format!(
        "Best is what makes the fair value, under the risk-neutral measure, largest where the investor decides and smallest \
         where the company does: what the investor does not get stays with the company's owners. Rules learnt by \
         regression on {learning} paths were followed on {} others; the bound is what nobody who does not know the future can \
         better: the worth to somebody who does, less a hedge that makes him pay for it.",
        count(found.cases.first().map_or(0, |case| case.pricing_paths))
    )
}

/// What the bounds are of, and where there are none.
pub(in crate::report) fn about_bounds(found: &DecisionsSummary) -> String {
    let mut note = "Net of what is paid in. Where both sides decide, each bound takes the other side's rule as it is; the gap \
                    is then the investor's."
        .to_owned();
    for case in &found.cases {
        if let Some(reason) = &case.no_bounds {
            note.push_str(&format!(" {}: no bounds, since {reason}.", case.case));
        }
    }
    note
}
