//! Whether to believe it: checks and warnings, method and limits, provenance.

use super::words::amount;
use super::{Block, Section, columns, figure, text};
use crate::report::figure::Figure;
use crate::report::format::{count, paths, percent, times_as_many};
use crate::report::summary::{CheckRow, Efficiency, SamplingFacts, Summary, Warning, by_code};

pub(super) fn checks(summary: &Summary, figures: &[Figure]) -> Section {
    let warning = |(first, also): (&Warning, Vec<&str>)| Block::Warning {
        case: first.case.clone().unwrap_or_default(),
        condition: first.condition.clone(),
        also: also.join(", "),
        remedy: first.remedy.clone(),
    };
    let mut blocks: Vec<Block> = verdicts(summary).into_iter().collect();
    blocks.extend(by_code(&summary.warnings).into_iter().map(warning));
    if summary.warnings.is_empty() {
        blocks.push(text(
            "No warning: the tails are tame, every ending was seen often, and the errors are small.",
        ));
    }
    blocks.push(text(cross_check(summary)));
    blocks.extend(efficiency(summary).map(text));
    blocks.extend(figure(figures, "convergence"));
    blocks.extend(figure(figures, "corr"));
    Section { title: "Checks and warnings", new_page: true, blocks }
}

/// The scenario's checks; none if it has none.
fn verdicts(summary: &Summary) -> Option<Block> {
    let row = |check: &CheckRow| {
        let condition = check.check.clone();
        vec![check.name.clone(), condition, check.result.clone(), check.in_words()]
    };
    (!summary.checks.is_empty()).then(|| Block::Table {
        head: columns(&["Check of the scenario", "What must hold", "Result", "Verdict"], 4),
        rows: summary.checks.iter().map(row).collect(),
        total: false,
        note: "A verdict is inconclusive if the bound lies within two standard errors of the result: another seed might \
               say otherwise."
            .to_owned(),
    })
}

fn cross_check(summary: &Summary) -> String {
    let check = &summary.cross_check;
    let base = &summary.base().present_value.mean;
    let difference = if check.worst_difference == 0.0 {
        "there is no difference".to_owned()
    } else {
        format!("the largest difference is {:.0e} of the cash on a path", check.worst_difference)
    };
    format!(
        "{} priced a second time in exact decimals, by the same clauses: {difference}. The mean present value of the base case is {} over {}.",
        if check.paths_compared == 1 {
            "1 path was".to_owned()
        } else {
            format!("{} were", paths(check.paths_compared))
        },
        amount(base, summary.currency_mark()),
        paths(base.paths),
    )
}

/// What sampling and control variates save, in the base case.
fn efficiency(summary: &Summary) -> Option<String> {
    let Efficiency { variance_ratio, controlled_mean, controlled_variance_ratio, .. } =
        summary.base().efficiency;
    let as_many = |ratio: f64| format!("as good as {} independent ones", times_as_many(ratio));
    let sampled = variance_ratio.map(|ratio| {
        let method = summary.run.sampling.method.word().replace('_', " ");
        format!("For the mean present value each path, sampled as “{method}”, is {}.", as_many(ratio))
    });
    let controlled = controlled_mean.as_ref().map(|mean| {
        let worth = controlled_variance_ratio.map(|ratio| format!(", and each path {}", as_many(ratio)));
        format!(
            "With control variates, the company’s motion at the exit and plain notes that convert in the first rounds, \
             whose expectations are known exactly, it is {}{}. Their coefficients for each part of the paths come from the \
             other parts, so they bring no bias.",
            amount(mean, summary.currency_mark()),
            worth.unwrap_or_default()
        )
    });
    let given = given_events(&summary.base().efficiency, summary.currency_mark());
    let told: Vec<String> = sampled.into_iter().chain(controlled).chain(given).collect();
    (!told.is_empty()).then(|| told.join(" "))
}

/// The mean of what is expected given when things happen, or why there is none.
pub(super) fn given_events(efficiency: &Efficiency, mark: &str) -> Option<String> {
    if let Some(why) = &efficiency.given_events_unknown {
        return Some(format!("What is expected given when things happen has no formula here: {why}."));
    }
    let mean = efficiency.given_events_mean.as_ref()?;
    let worth = efficiency.given_events_variance_ratio.map_or_else(String::new, |ratio| {
        format!(", and each of these paths as good as {} independent ones", times_as_many(ratio))
    });
    let exact = efficiency.given_events_exact.map_or_else(String::new, |share| {
        format!(" The motion is gone altogether on {} of them.", percent(share))
    });
    Some(format!(
        "Given when things happen, with the motion of the company’s value taken out by the formula of Black and Scholes, it \
         is {} from {}{worth}.{exact}",
        amount(mean, mark),
        paths(mean.paths)
    ))
}

pub(super) fn method(summary: &Summary) -> Section {
    let deal = &summary.deal;
    let strategic = summary.base().has_strategic.then(|| {
        format!(
            "Commercial flows are discounted at {} a year and reported in a column of their own: they are not added to \
             the value of the financing.",
            percent(deal.strategic_rate_per_year)
        )
    });
    let conventions = [
        format!(
            "Probabilities are real-world ones, and cash flows are discounted at the investor’s required return of {} a \
             year. That is what the deal is worth to an investor with that requirement; {}.",
            percent(deal.required_return_per_year),
            if summary.fair_value.is_some() {
                "fair values, under risk-neutral probabilities, stand in a section of their own"
            } else {
                "a fair value would need risk-neutral probabilities, which a section [fair_value] asks for"
            }
        ),
        "The company’s value is that of all claims on it together. A dollar of new money raises it by a dollar, a \
         dollar paid out lowers it."
            .to_owned(),
        "Shares are priced on what debt leaves over: the company’s value less the debt outstanding that does not \
         convert in the same round."
            .to_owned(),
        "Debt that converts in a round is part of that round’s pre-money value. All conversions of a round are \
         solved together, with caps and discounts as written."
            .to_owned(),
        "Credit: the company fails at a stated rate, and lenders then recover a stated fraction of principal and \
         interest at once. At maturity it pays no more than it is worth. Shares are worth nothing after a failure."
            .to_owned(),
        sampling_in_words(summary),
        format!(
            "What is still open at the horizon, {}, is marked at the company’s value as if sold then, without what only \
             a change of control would pay. The mark counts as proceeds.",
            deal.horizon
        ),
        "Events fall on exact times; between them the company’s value is drawn from its exact conditional law. A year \
         has 365.25 days."
            .to_owned(),
    ];
    let limits = [
        "Taxes, fees, control and voting rights, information rights, and any trading of the instrument before its \
         end are left out.",
        "Everybody follows the rules written in the scenario, or rules learnt from its model where it asks for the best ones.",
        "The results are no better than the assumptions. Standard errors say nothing about those.",
        "Illustrative: no fair-value conclusion under any accounting standard, no investment advice.",
    ];
    let limits = limits.map(str::to_owned).into();
    let blocks = vec![
        Block::List { heading: String::new(), items: conventions.into_iter().chain(strategic).collect() },
        Block::List { heading: "Limits.".to_owned(), items: limits },
    ];
    Section { title: "Method and limits", new_page: false, blocks }
}

fn sampling_in_words(summary: &Summary) -> String {
    let Some(groups) = summary.run.sampling.independent_groups else {
        return "Paths are independent of one another, and standard errors those of independent paths."
            .to_owned();
    };
    format!(
        "Paths are not independent of one another ({}): each follows the law of the scenario, and together they cover \
         it more evenly. They form {} groups that are independent, and every standard error and interval comes from the differences \
         between these, with Student’s t.",
        summary.run.sampling.method.word().replace('_', " "),
        count(groups)
    )
}

/// How the random numbers of different paths hang together.
fn sampling(facts: &SamplingFacts) -> String {
    let Some(groups) = facts.independent_groups else { return "independent paths".to_owned() };
    let errors = format!("all errors from {} independent groups of paths", count(groups));
    match facts.sobol_dimensions {
        Some(dimensions) => format!(
            "Sobol' points with Owen's scrambling in {dimensions} dimensions, pseudo-random beyond; {errors}"
        ),
        None => format!("{}; {errors}", facts.method.word().replace('_', " ")),
    }
}

fn percentiles(error: f64) -> String {
    if error > 0.0 {
        format!(
            "within {:.4}% of themselves, read from bins; means and probabilities are exact",
            100.0 * error
        )
    } else {
        "exact, from all values".to_owned()
    }
}

pub(super) fn provenance(summary: &Summary, command: &str) -> Section {
    let run = &summary.run;
    let rows = [
        ("Scenario", run.scenario.clone()),
        ("Run", run.run_id.clone()),
        ("Program", format!("Cabrio {}", run.engine_version)),
        ("Seed", run.seed.to_string()),
        ("Paths", count(run.paths)),
        ("Random numbers", format!("{}, blocks of {} paths", run.stream, count(run.block_paths))),
        ("Sampling", sampling(&run.sampling)),
        ("Percentiles", percentiles(run.percentile_error)),
        ("Scenario as written, BLAKE3", run.scenario_blake3.clone()),
        ("Scenario resolved, BLAKE3", run.resolved_blake3.clone()),
    ];
    let blocks = vec![
        Block::Table {
            head: columns(&["Fact", "Value"], 2),
            rows: rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect(),
            total: false,
            note: String::new(),
        },
        text(
            "The same scenario, seed and version give the same bytes on any machine and any number of threads. Hashes of \
             every file stand in manifest.json. To make this report again:",
        ),
        Block::Command { text: command.to_owned() },
    ];
    Section { title: "Provenance", new_page: false, blocks }
}
