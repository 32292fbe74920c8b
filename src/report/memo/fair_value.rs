//! The risk-neutral value, and the price of every term.

use super::trust::given_events;
use super::words::{amount, chance, difference, times};
use super::{Block, Section, columns, figure, text};
use crate::report::figure::Figure;
use crate::report::format::{UNKNOWN, money, multiple, percent, times_as_many, years};
use crate::report::summary::{
    ConversionSplit, FairValueCase, FairValueSummary, InputRow, Summary, TermRow, ZeroRate,
};

pub(super) fn terms(summary: &Summary, figures: &[Figure]) -> Option<Section> {
    let terms = summary.terms.as_ref()?;
    let mark = summary.currency_mark();
    let basis = if terms.measure == "risk_neutral" {
        "Fair values under the risk-neutral measure"
    } else {
        "Present values at the required return, in real-world probabilities"
    };
    let row = |term: &TermRow| {
        vec![term.term.to_string(), difference(&term.step, mark), difference(&term.alone, mark)]
    };
    let end = |name: &str, mean| vec![name.to_owned(), amount(mean, mark), String::new()];
    let mut rows = vec![end("without all terms", &terms.floor)];
    rows.extend(terms.terms.iter().map(row));
    rows.push(end("whole deal", &terms.whole));
    let mut blocks = vec![text(format!(
        "{basis}, net of what is paid in. Each term is added to those before it, and taken out of the whole deal alone; \
         the two differ where terms work together. Both are differences on the same {} paths.",
        crate::report::format::count(terms.paths)
    ))];
    blocks.extend(figure(figures, "bridge"));
    blocks.push(Block::Table {
        head: columns(&["Term", "Adds", "Whole deal loses without it"], 1),
        rows,
        total: true,
        note: "Without all terms a note is a loan that bears no interest, shares are common, and money is paid at \
               closing or on fixed dates."
            .to_owned(),
    });
    Some(Section { title: "What each term is worth", new_page: false, blocks })
}

pub(super) fn fair_value(summary: &Summary) -> Option<Section> {
    let fair = summary.fair_value.as_ref()?;
    let mark = summary.currency_mark();
    let models = fair.cases.iter().any(|case| case.credit_model != fair.credit_model);
    let row = |case: &FairValueCase| {
        let mut cells = vec![case.name.clone()];
        cells.extend(models.then(|| case.credit_model.replace('_', " ")));
        cells.extend([
            amount(&case.value, mark),
            amount(&case.paid, mark),
            amount(&case.net, mark),
            case.difference.as_ref().map_or_else(|| "base".to_owned(), |d| difference(d, mark)),
            chance(&case.conversion),
            chance(&case.conversion_real_world),
        ]);
        cells
    };
    let mut names = vec!["Case"];
    names.extend(models.then_some("Credit model"));
    names.extend([
        "Value received",
        "Value paid",
        "Net",
        "Net against base",
        "Converts, risk-neutral",
        "Converts, real-world",
    ]);
    let mut blocks = vec![
        text(format!(
            "Risk-neutral probabilities and riskless rates ({}). Not comparable with the present values above, which are \
             expectations at the required return. Credit model: {}",
            rates(fair),
            fair.credit_model_text
        )),
        Block::Table {
            head: columns(&names, 1 + usize::from(models)),
            rows: fair.cases.iter().map(row).collect(),
            total: false,
            note: format!(
                "Values are of today. A model value under the stated assumptions, not a fair-value conclusion.{}",
                if fair.cases.iter().any(|case| case.tail.by_law) {
                    " Where no error stands the variance is infinite: the mean settles slowly and has no standard error."
                } else {
                    ""
                }
            ),
        },
    ];
    blocks.extend(fair.split.as_ref().map(|split| text(split_text(split, mark))));
    blocks.extend(fair.cases.first().and_then(|case| exacter(case, mark)).map(text));
    blocks.push(text(martingale(fair)));
    blocks.push(inputs(fair, mark));
    if !fair.changes.is_empty() {
        blocks.push(Block::List {
            heading: "What this measure reads otherwise.".to_owned(),
            items: fair.changes.clone(),
        });
    }
    Some(Section { title: "Fair value", new_page: false, blocks })
}

/// The value received with control variates and given when things happen.
fn exacter(case: &FairValueCase, mark: &str) -> Option<String> {
    let worth = |ratio: Option<f64>| {
        ratio.map_or_else(String::new, |ratio| {
            format!(", a path as good as {} independent ones", times_as_many(ratio))
        })
    };
    let efficiency = &case.efficiency;
    let controlled = efficiency.controlled_mean.as_ref().map(|mean| {
        format!(
            "The value received of the base case is {} with control variates{}.",
            amount(mean, mark),
            worth(efficiency.controlled_variance_ratio)
        )
    });
    let told: Vec<String> = controlled.into_iter().chain(given_events(efficiency, mark)).collect();
    (!told.is_empty()).then(|| told.join(" "))
}

fn split_text(split: &ConversionSplit, mark: &str) -> String {
    let parity = split.parity.map_or_else(String::new, |parity| {
        format!(" Converted today it would be worth {} (parity).", money(parity, mark))
    });
    format!(
        "As stated: a debt floor of {}, which is the deal without any right to convert, and a right to convert worth {}.{parity}",
        amount(&split.debt_floor, mark),
        amount(&split.right_to_convert, mark)
    )
}

/// The unobservable inputs as filers list them.
fn inputs(fair: &FairValueSummary, mark: &str) -> Block {
    let row = |input: &InputRow| {
        let shown = |value: f64| figure_of(value, &input.unit, mark);
        let range = if input.low < input.high {
            format!("{} to {}", shown(input.low), shown(input.high))
        } else {
            shown(input.low)
        };
        let mean = input.weighted_average.map_or_else(|| UNKNOWN.to_owned(), shown);
        vec![input.input.clone(), range, mean]
    };
    Block::Table {
        head: columns(&["Unobservable input", "Range", "Weighted average"], 1),
        rows: fair.inputs.iter().map(row).collect(),
        total: false,
        note: format!(
            "Technique: Monte Carlo simulation, credit model {}. The range of a distribution is from its 5th to its 95th \
             percentile, and the average is weighted by its probabilities. In the form of the Level 3 table of ASC 820; \
             illustrative.",
            fair.credit_model.replace('_', " ")
        ),
    }
}

fn figure_of(value: f64, unit: &str, mark: &str) -> String {
    match unit {
        "currency" => money(value, mark),
        "fraction" => percent(value),
        "multiple" => multiple(value),
        "years" => years(value),
        "date_years" => format!("{} from today", years(value)),
        _ => format!("{value:.3}"),
    }
}

fn rates(fair: &FairValueSummary) -> String {
    let told = |rate: &ZeroRate| match rate.years {
        None => format!("{} a year", percent(rate.rate_per_year)),
        Some(years) => format!("{} for {years} years", percent(rate.rate_per_year)),
    };
    fair.risk_free.iter().map(told).collect::<Vec<_>>().join(", ")
}

fn martingale(fair: &FairValueSummary) -> String {
    let base = fair.cases.first().map(|case| times(&case.martingale)).unwrap_or_default();
    // Beyond that there is a warning.
    let away = fair.cases.first().and_then(FairValueCase::away_from_martingale);
    let verdict = away.map_or_else(String::new, |away| format!(", {away:.1} standard errors away"));
    format!(
        "Check: today’s shares, held to the end of each path and discounted, are worth {base} of their value today; 1x is \
         exact{verdict}."
    )
}
