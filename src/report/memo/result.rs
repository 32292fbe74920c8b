//! What comes out: headline numbers, payoff and endings, distribution, cases.

use super::words::{self, Measure, amount, chance, interval, percentile, share, time, times};
use super::{Block, Headline, Section, columns, figure, text};
use crate::report::figure::Figure;
use crate::report::format::{UNKNOWN, money, paths, percent, percent_with_error, starred};
use crate::report::summary::{BranchRow, CaseSummary, DriverRow, Mean, PERCENTILES, Summary};

pub(super) fn headlines(summary: &Summary) -> Vec<Headline> {
    let base = summary.base();
    let mark = summary.currency_mark();
    let rate = percent(summary.deal.required_return_per_year);
    let headline = |label: &str, estimate: String, note: String| {
        let (value, error) = estimate.split_once(" ± ").unwrap_or((&estimate, ""));
        Headline { label: label.to_owned(), value: value.to_owned(), error: error.to_owned(), note }
    };
    let median = |p: f64| percentile(base.present_value.percentile(p), Measure::Money(mark));
    let undefined = base.irr.undefined.value.filter(|share| *share > 0.0);
    let mut headlines = vec![
        headline(
            "Mean present value",
            amount(&base.present_value.mean, mark),
            // A line may not break between the minus and its amount.
            format!("at {rate} required return; median {}", median(0.5)),
        ),
        headline(
            "Multiple of money",
            times(&base.moic_of_means),
            "expected proceeds over expected investment".to_owned(),
        ),
        headline(
            "Chance of losing money",
            chance(&base.probabilities.moic_below_1),
            "less than 1x back, where anything is invested".to_owned(),
        ),
        headline(
            "Median return a year",
            words::percentile_with_error(base.irr.percentile(0.5), Measure::Rate),
            undefined.map_or_else(
                || "internal rate of return".to_owned(),
                |share| format!("internal rate of return; undefined on {}", percent(share)),
            ),
        ),
        headline(
            "Expected investment",
            amount(&base.invested, mark),
            format!("of {} if every tranche is funded", money(summary.deal.committed, mark)),
        ),
        headline(
            "Time to resolution",
            time(&base.resolution_years.mean),
            "mean, until the last funded tranche is resolved".to_owned(),
        ),
    ];
    if base.has_strategic {
        headlines.push(headline(
            "Strategic value, apart",
            amount(&base.strategic, mark),
            "commercial flows; in none of the other numbers".to_owned(),
        ));
    }
    headlines
}

pub(super) fn payoff(summary: &Summary, figures: &[Figure]) -> Section {
    let mut blocks: Vec<Block> =
        ["payoff", "branches", "waterfall"].into_iter().filter_map(|id| figure(figures, id)).collect();
    blocks.push(branch_table(summary.base(), summary.currency_mark()));
    Section { title: "Payoff, and how it ends", new_page: false, blocks }
}

fn branch_table(case: &CaseSummary, mark: &str) -> Block {
    let cells = |row: &BranchRow| {
        vec![
            row.label.clone(),
            chance(&row.probability),
            amount(&row.contribution, mark),
            share(row.present_value_per_committed),
        ]
    };
    let mut rows: Vec<Vec<String>> = case.branches.iter().map(cells).collect();
    let total: f64 = case.branches.iter().filter_map(|row| row.probability.value).sum();
    rows.push(vec![
        "total".to_owned(),
        percent(total),
        amount(&case.present_value.mean, mark),
        String::new(),
    ]);
    Block::Table {
        head: columns(
            &["How it ends", "Share of commitment", "Contribution to mean PV", "PV per unit committed"],
            1,
        ),
        rows,
        total: true,
        note: "Each tranche counts with its committed amount. Contributions add up to the mean present value; their \
               errors do not, because one path’s endings exclude or entail each other."
            .to_owned(),
    }
}

pub(super) fn distribution(summary: &Summary, figures: &[Figure]) -> Section {
    let base = summary.base();
    let mut blocks: Vec<Block> =
        ["histogram", "exceedance", "moic"].into_iter().filter_map(|id| figure(figures, id)).collect();
    blocks.push(percentile_table(base, summary.currency_mark()));
    blocks.push(statistics_table(base, summary.currency_mark()));
    Section { title: "Distribution of the outcome", new_page: true, blocks }
}

fn percentile_table(case: &CaseSummary, mark: &str) -> Block {
    let measures = [
        (&case.present_value, Measure::Money(mark)),
        (&case.moic, Measure::Multiple),
        (&case.irr, Measure::Rate),
    ];
    let row = |p: &f64| {
        let mut cells = vec![format!("P{:.0}", p * 100.0)];
        for (distribution, measure) in measures {
            let quantile = distribution.percentile(*p);
            cells.extend([percentile(quantile, measure), interval(quantile, measure)]);
        }
        cells
    };
    let names =
        ["Percentile", "Present value", "95% interval", "Multiple", "95% interval", "IRR", "95% interval"];
    let undefined = percent(case.irr.undefined.value.unwrap_or(f64::NAN));
    Block::Table {
        head: columns(&names, 1),
        rows: PERCENTILES.iter().map(row).collect(),
        total: false,
        note: format!(
            "Intervals lie between order statistics of the paths. The multiple is taken path by path where something is \
             invested; the IRR where there is exactly one, which leaves out {undefined} of paths. A total loss is an \
             IRR of −100%."
        ),
    }
}

fn statistics_table(case: &CaseSummary, mark: &str) -> Block {
    let p = &case.probabilities;
    let deviation = Mean {
        value: case.present_value.standard_deviation,
        standard_error: case.present_value.standard_deviation_error,
        ..Mean::default()
    };
    let shortfall = case.shortfall.map_or_else(Mean::default, |tail| Mean {
        value: Some(tail.mean),
        standard_error: tail.standard_error,
        ..Mean::default()
    });
    let ownership = words::percentile(case.ownership.percentile(0.5), Measure::Share);
    let owner = 1.0 - case.ownership.undefined.value.unwrap_or(f64::NAN);
    let mut rows = vec![
        ("Standard deviation of present value", amount(&deviation, mark)),
        ("Mean of the worst 5% (expected shortfall)", amount(&shortfall, mark)),
        ("Chance of a negative present value", chance(&p.present_value_below_0)),
        ("Chance of less than 1x, where invested", chance(&p.moic_below_1)),
        ("Chance of losing all, where invested", chance(&p.total_loss)),
        ("Chance that nothing is invested", chance(&p.nothing_invested)),
        ("Expected proceeds, mark at the horizon included", amount(&case.received, mark)),
        (
            "Median ownership once shares are held",
            format!("{ownership} (shares on {} of paths)", percent(owner)),
        ),
        ("Company is floated", chance(&p.ipo)),
        ("Company is sold", chance(&p.sale)),
        ("Company fails", chance(&p.failure)),
    ];
    if case.has_strategic {
        rows.push(("Strategic value, counted apart", amount(&case.strategic, mark)));
    }
    Block::Table {
        head: columns(&["Statistic", "Value"], 1),
        rows: rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect(),
        total: false,
        note: String::new(),
    }
}

/// Rows of the table of drivers; the file has all.
const MOST_DRIVERS: usize = 15;

pub(super) fn drivers(summary: &Summary, figures: &[Figure]) -> Option<Section> {
    let drivers = summary.drivers.as_ref()?;
    let mark = summary.currency_mark();
    let row = |row: &DriverRow| {
        let share = row.variance_share.zip(row.variance_share_standard_error);
        let share =
            share.map_or_else(|| UNKNOWN.to_owned(), |(share, error)| percent_with_error(share, error));
        vec![
            starred(&row.input, row.correlated),
            row.low.clone(),
            amount(&row.mean_at_low, mark),
            row.high.clone(),
            amount(&row.mean_at_high, mark),
            share,
        ]
    };
    let names = ["Input", "Low", "Mean PV where low", "High", "Mean PV where high", "Share of variance"];
    let mut head = columns(&names, 2);
    head[3].numeric = false;
    let mut note = format!(
        "From the first {} as they were drawn: means where the input lies in its lowest and its highest tenth, and the first-order \
         index Var E[PV | input] / Var PV (Plischke, Borgonovo and Smith 2013). Shares of inputs that move together overlap; what is \
         missing to 100% is interaction and what is drawn on the way.",
        paths(drivers.paths)
    );
    if drivers.rows.iter().any(|row| row.correlated) {
        note.push_str(" * correlated with other inputs.");
    }
    if summary.base().tail.verdict.as_deref() == Some("infinite_variance") {
        note.push_str(" The variance is infinite, so there is nothing to be shared out.");
    }
    if drivers.rows.len() > MOST_DRIVERS {
        note.push_str(&format!(" {} more inputs: drivers.csv.", drivers.rows.len() - MOST_DRIVERS));
    }
    if !drivers.drawn_anew_at_each_use.is_empty() {
        note.push_str(&format!(
            " Drawn anew at each use, and so not looked at: {}.",
            drivers.drawn_anew_at_each_use.join(", ")
        ));
    }
    let rows = drivers.rows.iter().take(MOST_DRIVERS).map(row).collect();
    let blocks =
        figure(figures, "drivers").into_iter().chain([Block::Table { head, rows, total: false, note }]);
    Some(Section { title: "Drivers", new_page: false, blocks: blocks.collect() })
}

pub(super) fn cases(summary: &Summary, figures: &[Figure]) -> Option<Section> {
    if summary.cases.len() < 2 {
        return None;
    }
    let mark = summary.currency_mark();
    let strategic = summary.cases.iter().any(|case| case.has_strategic);
    let row = |case: &CaseSummary| {
        let mut cells = vec![case.name.clone(), amount(&case.present_value.mean, mark)];
        cells.extend(case.difference.as_ref().map_or_else(
            || ["base".to_owned(), String::new()],
            |difference| [words::difference(&difference.present_value, mark), share(difference.better.value)],
        ));
        cells.extend([
            times(&case.moic_of_means),
            percentile(case.irr.percentile(0.5), Measure::Rate),
            chance(&case.probabilities.moic_below_1),
            amount(&case.invested, mark),
        ]);
        cells.extend(strategic.then(|| amount(&case.strategic, mark)));
        cells
    };
    let mut names = vec![
        "Case",
        "Mean PV",
        "Against base",
        "Better on",
        "Multiple",
        "Median IRR",
        "Less than 1x",
        "Invested",
    ];
    names.extend(strategic.then_some("Strategic, apart"));
    let table = Block::Table {
        head: columns(&names, 1),
        rows: summary.cases.iter().map(row).collect(),
        total: false,
        note: "“Better on” is the share of paths on which the case has the higher present value. Probabilities below \
               1x are of the paths on which that case invests."
            .to_owned(),
    };
    let mut blocks = vec![text(
        "Every case runs on the same simulated paths, so that a difference shows the terms and not the luck of the draw.",
    )];
    blocks.extend(figure(figures, "cases"));
    blocks.push(table);
    Some(Section { title: "Cases", new_page: false, blocks })
}
