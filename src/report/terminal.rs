//! The result on one screen: at most 24 lines of at most 100 columns, plain text.

use super::format::{money, paths, percent, times_as_many};
use super::memo::words::{Measure, amount, chance, difference, percentile, share, time, times};
use super::summary::{CaseSummary, CheckRow, Distribution, Efficiency, Mean, Summary, Warning, by_code};

/// Columns of a screen.
const WIDTH: usize = 100;
/// Rows that grow with the run are cut at these numbers, and say so.
const MOST_CASES: usize = 4;
const MOST_WARNINGS: usize = 3;
const MOST_CHECKS: usize = 3;
/// Lines of endings.
const MOST_ENDING_LINES: usize = 2;
/// Between two endings, and the room for those that are not named.
const GAP: &str = "   ";
const REST: usize = 15;
/// Percentiles shown.
const SHOWN: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
/// Width of the names on the left.
const NAME: usize = 17;

/// The summary on one screen, a line feed at the end. `wall_seconds` is told if known.
#[must_use]
pub fn screen(summary: &Summary, wall_seconds: Option<f64>) -> String {
    let base = summary.base();
    let mut lines = head(summary, wall_seconds);
    lines.push(String::new());
    lines.extend(numbers(summary));
    lines.push(String::new());
    lines.extend(distribution(base, summary.currency_mark()));
    lines.extend(endings(base));
    if summary.cases.len() > 1 {
        lines.push(String::new());
        lines.extend(cases(summary));
    }
    lines.push(row("Exact check", &exact_check(summary)));
    lines.extend(checks(&summary.checks));
    lines.extend(warnings(&summary.warnings));
    lines.iter().map(|line| fitted(line.trim_end(), WIDTH) + "\n").collect()
}

fn head(summary: &Summary, wall_seconds: Option<f64>) -> Vec<String> {
    let run = &summary.run;
    let wall = wall_seconds.map_or_else(String::new, |seconds| format!(" · {seconds:.1} s"));
    let sampling = match run.sampling.independent_groups {
        Some(_) => format!(" · {}", run.sampling.method.word().replace('_', " ")),
        None => String::new(),
    };
    let left = format!(
        "{} · {} · {}{sampling} · seed {}{wall}",
        run.scenario,
        summary.base().name,
        paths(run.paths),
        run.seed
    );
    let right = format!("run {}", run.run_id);
    let left = fitted(&left, WIDTH - length(&right) - 2);
    vec![format!("{}{}{right}", left, " ".repeat(WIDTH - length(&left) - length(&right)))]
}

fn numbers(summary: &Summary) -> Vec<String> {
    let base = summary.base();
    let mark = summary.currency_mark();
    let rate = percent(summary.deal.required_return_per_year);
    let less = format!("{} less than 1x back", chance(&base.probabilities.moic_below_1));
    let committed = money(summary.deal.committed, mark);
    let mut lines = vec![row(
        "Present value",
        &format!("{} mean at {rate} required return", amount(&base.present_value.mean, mark)),
    )];
    let surest = given_events(&base.efficiency, mark).or_else(|| efficiency(&base.efficiency, mark));
    lines.extend(surest.map(|text| row("", &text)));
    lines.extend([
        row("Multiple", &format!("{} expected proceeds over investment; {less}", times(&base.moic_of_means))),
        row(
            "Investment",
            &format!(
                "{} expected of {committed} committed; resolved after {}",
                amount(&base.invested, mark),
                time(&base.resolution_years.mean)
            ),
        ),
    ]);
    if base.has_strategic {
        lines.push(row(
            "Strategic value",
            &format!("{}, apart from all other numbers", amount(&base.strategic, mark)),
        ));
    }
    lines.extend(fair_value(summary));
    lines.extend(decisions(summary));
    lines
}

/// What the best decisions are worth, and how far from best the rules learnt may be.
fn decisions(summary: &Summary) -> Option<String> {
    let case = summary.decisions.as_ref()?.cases.first()?;
    let mark = summary.currency_mark();
    let by_rule = amount(&case.by_rule, mark);
    let bounds = [("at least", &case.lower), ("at most", &case.upper)];
    let bounds =
        bounds.iter().filter_map(|(word, bound)| Some(format!("{word} {}", amount(bound.as_ref()?, mark))));
    let bounds: Vec<String> = bounds.collect();
    let of_best =
        if bounds.is_empty() { "no bounds".to_owned() } else { format!("best {}", bounds.join(", ")) };
    let share = case.gap_share.map_or_else(String::new, |share| format!("; gap {}", percent(share)));
    Some(row("Best decisions", &format!("{by_rule} net by rules learnt, {of_best}{share}")))
}

/// The risk-neutral value, which is not to be compared with the lines above it.
fn fair_value(summary: &Summary) -> Option<String> {
    let case = summary.fair_value.as_ref()?.cases.first()?;
    let mark = summary.currency_mark();
    let (value, paid) = (amount(&case.value, mark), amount(&case.paid, mark));
    let text = format!("{value} received for {paid} paid, in risk-neutral values of today");
    Some(row("Fair value", &text))
}

/// The mean with control variates, and how many independent paths one path is worth.
fn efficiency(efficiency: &Efficiency, mark: &str) -> Option<String> {
    let Efficiency { variance_ratio, controlled_mean, controlled_variance_ratio, .. } = efficiency;
    let worth = |ratio: &Option<f64>| ratio.map(times_as_many);
    let sampled = worth(variance_ratio);
    let Some(mean) = controlled_mean else {
        return sampled.map(|sampled| format!("as sampled, a path is worth {sampled} independent ones"));
    };
    let controlled = worth(controlled_variance_ratio).map(|ratio| format!("; a path is then worth {ratio}"));
    let without = sampled.map(|ratio| format!(", and {ratio} without"));
    let told: String = controlled.into_iter().chain(without).collect();
    Some(format!("{} with control variates{told}", amount(mean, mark)))
}

/// The mean of what is expected given when things happen, and how many independent paths one path is then worth; none where the one
/// with control variates is surer.
fn given_events(efficiency: &Efficiency, mark: &str) -> Option<String> {
    let mean = efficiency.given_events_mean.as_ref()?;
    let error = |mean: &Mean| mean.standard_error.unwrap_or(f64::INFINITY);
    if efficiency.controlled_mean.as_ref().is_some_and(|controlled| error(controlled) < error(mean)) {
        return None;
    }
    let worth = efficiency.given_events_variance_ratio.map(times_as_many);
    let worth = worth.map_or_else(String::new, |ratio| format!("; a path is then worth {ratio}"));
    Some(format!("{} given when things happen, from {}{worth}", amount(mean, mark), paths(mean.paths)))
}

fn distribution(base: &CaseSummary, mark: &str) -> Vec<String> {
    let measures: [(&str, &Distribution, Measure<'_>); 3] = [
        ("Present value", &base.present_value, Measure::Money(mark)),
        ("Multiple", &base.moic, Measure::Multiple),
        ("IRR a year", &base.irr, Measure::Rate),
    ];
    let heads = SHOWN.map(|p| format!("{:>12}", format!("P{:.0}", p * 100.0)));
    let mut lines = vec![row("", &heads.concat())];
    for (name, distribution, measure) in measures {
        let cells = SHOWN.map(|p| right(&percentile(distribution.percentile(p), measure), 12));
        let undefined = distribution.undefined.value.filter(|share| *share > 0.0);
        let none = undefined.map_or_else(String::new, |share| format!("   none on {}", percent(share)));
        lines.push(row(name, &(cells.concat() + &none)));
    }
    lines
}

/// How the commitment ends, most likely first, in as many lines as are allowed.
fn endings(base: &CaseSummary) -> Vec<String> {
    let mut rows: Vec<(f64, String)> = base
        .branches
        .iter()
        .filter_map(|row| row.probability.value.map(|p| (p, format!("{} {}", row.label, percent(p)))))
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut lines: Vec<String> = Vec::new();
    let mut named: f64 = 0.0;
    for (index, (probability, text)) in rows.iter().enumerate() {
        let last = lines.len() == MOST_ENDING_LINES;
        // The last line keeps room for what is not named.
        let rest = if last && index + 1 < rows.len() { REST } else { 0 };
        match lines.last_mut() {
            Some(line) if NAME + length(line) + length(GAP) + length(text) + rest + 2 <= WIDTH => {
                line.extend([GAP, text]);
            }
            Some(line) if last => {
                line.extend([GAP, "other ", &percent(1.0 - named)]);
                break;
            }
            _ => lines.push(text.clone()),
        }
        named += probability;
    }
    lines.iter().zip(["Ends as", ""]).map(|(line, name)| row(name, line)).collect()
}

fn cases(summary: &Summary) -> Vec<String> {
    let mark = summary.currency_mark();
    let columns = |name: &str, mean: &str, change: &str, better: &str, median: &str| {
        let name = fitted(name, 30);
        let gap = " ".repeat(30 - length(&name));
        format!(
            "  {name}{gap}{}{}{}{}",
            right(mean, 20),
            right(change, 22),
            right(better, 12),
            right(median, 12)
        )
    };
    let mut lines = vec![columns("Case", "mean PV", "against base", "better on", "median IRR")];
    let all = summary.cases.len();
    // A line on fair value takes the place of a case.
    let most = MOST_CASES - usize::from(summary.fair_value.is_some());
    let shown = if all > most { most - 1 } else { most };
    for case in summary.cases.iter().take(shown) {
        let (change, better) = case.difference.as_ref().map_or_else(
            || ("base".to_owned(), String::new()),
            |d| (difference(&d.present_value, mark), share(d.better.value)),
        );
        let median = percentile(case.irr.percentile(0.5), Measure::Rate);
        lines.push(columns(&case.name, &amount(&case.present_value.mean, mark), &change, &better, &median));
    }
    if all > shown {
        lines.push(format!("  and {} more cases, in cases.csv", all - shown));
    }
    lines
}

fn exact_check(summary: &Summary) -> String {
    let check = &summary.cross_check;
    let compared = paths(check.paths_compared);
    if check.worst_difference == 0.0 {
        return format!("{compared} in exact decimals; no difference");
    }
    format!(
        "{compared} in exact decimals; largest difference {:.0e} of a path’s cash",
        check.worst_difference
    )
}

/// How many checks came out how, and those that did not pass.
fn checks(checks: &[CheckRow]) -> Vec<String> {
    if checks.is_empty() {
        return Vec::new();
    }
    let number = |verdict: &str| checks.iter().filter(|check| check.verdict == verdict).count();
    let told: Vec<String> = ["pass", "fail", "inconclusive", "not_run", "not_kept"]
        .into_iter()
        .filter_map(|verdict| Some((number(verdict), verdict)).filter(|(number, _)| *number > 0))
        .map(|(number, verdict)| format!("{number} {}", verdict.replace('_', " ")))
        .collect();
    let mut lines = vec![row("Checks", &told.join(", "))];
    let rank = |check: &&CheckRow| u8::from(check.verdict != "fail");
    let mut open: Vec<&CheckRow> =
        checks.iter().filter(|check| !matches!(check.verdict.as_ref(), "pass" | "not_run")).collect();
    open.sort_by_key(rank);
    let shown = if open.len() > MOST_CHECKS { MOST_CHECKS - 1 } else { open.len() };
    lines.extend(
        open[..shown].iter().map(|c| row("", &format!("{} is {}: {}", c.name, c.result, c.in_words()))),
    );
    if open.len() > shown {
        lines.push(row("", &format!("and {} more: see the report", open.len() - shown)));
    }
    lines
}

fn warnings(warnings: &[Warning]) -> Vec<String> {
    let kinds = by_code(warnings);
    let shown = MOST_WARNINGS - 1;
    let mut lines: Vec<String> =
        kinds.iter().take(shown).map(|(first, _)| row("Warning", &first.in_words())).collect();
    let more: usize = kinds.iter().skip(shown).count();
    let elsewhere = kinds.iter().any(|(_, also)| !also.is_empty());
    if more > 0 || elsewhere {
        let kinds = if more == 1 { "1 other kind".to_owned() } else { format!("{more} other kinds") };
        let text = match (more > 0, elsewhere) {
            (true, true) => format!("and {kinds}, and the same in other cases: see the report"),
            (true, false) => format!("and {kinds}: see the report"),
            _ => "and the same in other cases: see the report".to_owned(),
        };
        lines.push(row("", &text));
    }
    lines
}

fn row(name: &str, text: &str) -> String {
    format!("  {name}{}{text}", " ".repeat(NAME.saturating_sub(length(name))))
}

fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(length(text))))
}

/// Columns a text takes: one a character, which holds for all signs that this program itself prints.
fn length(text: &str) -> usize {
    text.chars().count()
}

/// A text cut to a width, with an ellipsis if it was longer.
fn fitted(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}
