//! Charts of the deal: payoff, endings, tranches.

use super::{Figure, Look, branch_of, by_meaning, frame, meaning, or_nan, rounded, short_name};
use crate::report::chart::{
    Branch as BranchBar, Branches, Bridge, ChartError, Exit, Frame, Kink, LineRole, Payoff, PayoffLine,
    Stage, Step, Tree,
};
use crate::report::format::{money, percent, years};
use crate::report::summary::{
    Mean, PayoffCurve, PayoffEvent, PayoffKink, PayoffPoint, Summary, TrancheRow, is_event,
};
use crate::simulate::Branch;

pub(super) fn payoff(summary: &Summary, look: &Look) -> Result<Option<Figure>, ChartError> {
    let Some(curve) = &summary.payoff else { return Ok(None) };
    let line = |name: &str, role, of: fn(&PayoffPoint) -> f64| PayoffLine {
        name: name.to_owned(),
        role,
        points: curve.points.iter().map(|p| (p.company_value, of(p))).collect(),
    };
    let mark = summary.currency_mark();
    let (principal, claim) = (money(curve.principal, mark), money(curve.claim, mark));
    let words = match curve.event {
        PayoffEvent::Conversion => PayoffWords {
            title: "Payoff by company value at conversion",
            x_title: "Company value at conversion, before new money",
            y_title: "Worth at conversion",
            claim: "repaid only",
            subtitle: format!(
                "{}, all tranches: {principal} principal, {claim} with interest",
                curve.instrument
            ),
            caption: conversion_caption(curve, mark),
        },
        PayoffEvent::Sale => PayoffWords {
            title: "Payoff by price in a sale today",
            x_title: "Price of the company",
            y_title: "Payout",
            claim: "claim alone",
            subtitle: format!("{}: {principal} paid, {claim} claimed before common shares", curve.instrument),
            caption: sale_caption(),
        },
    };
    let mut lines = vec![line(words.claim, LineRole::RepaidOnly, |p| p.repaid_only)];
    if curve.points.iter().any(|p| p.equity_today.is_some()) {
        lines.push(line("shares at today’s price", LineRole::StraightEquity, |p| or_nan(p.equity_today)));
    }
    lines.push(line(&curve.instrument, LineRole::Main, |p| p.convertible));
    let kink = |kink: &PayoffKink| Kink { x: kink.company_value, y: kink.payoff, text: kink.text.clone() };
    let shown = Payoff {
        x_title: words.x_title.to_owned(),
        y_title: words.y_title.to_owned(),
        lines,
        kinks: curve.kinks.iter().map(kink).collect(),
        edges: curve.value_edges.clone(),
        shares: curve.value_counts.iter().map(|count| *count as f64 / curve.paths as f64).collect(),
    };
    let chart = shown.draw(&frame(summary, look, words.title, &words.subtitle))?;
    Ok(Some(Figure { chart, data: "payoff.csv", caption: words.caption }))
}

/// The words of a payoff chart.
struct PayoffWords {
    title: &'static str,
    x_title: &'static str,
    y_title: &'static str,
    /// The line of what can be claimed in money.
    claim: &'static str,
    subtitle: String,
    caption: String,
}

fn sale_caption() -> String {
    "All tranches funded, and the company sold on the valuation date before any round, every holder deciding for its \
     best, at expected terms. The dashed lines are what the claim alone is paid, and the same money in common shares \
     at today’s value, after the costs of the sale. Grey columns: company value at the end of each simulated path."
        .to_owned()
}

fn conversion_caption(curve: &PayoffCurve, mark: &str) -> String {
    let when =
        if curve.years_from_run { "the median time of conversion in this run" } else { "an assumed time" };
    let round = match (curve.new_money_fraction, curve.new_money) {
        (Some(fraction), _) => format!("a round of {} of the value before it", percent(fraction)),
        (None, Some(amount)) => format!("a round of {}", money(amount, mark)),
        (None, None) => "no new money".to_owned(),
    };
    format!(
        "All tranches funded on the valuation date and converting {} later ({when}), in {round}, at expected terms. \
         Company value covers all claims. The dashed lines put the same principal into a loan that cannot convert, \
         and into shares at today’s value. Grey columns: company value at the end of each simulated path.",
        years(curve.years)
    )
}

pub(super) fn branches(summary: &Summary, look: &Look) -> Result<Option<Figure>, ChartError> {
    let base = summary.base();
    let row = |row: &crate::report::summary::BranchRow| {
        Some(BranchBar {
            name: short_name(branch_of(&row.branch)?).to_owned(),
            meaning: meaning(branch_of(&row.branch)?),
            probability: row.probability.value?,
            contribution: rounded(&row.contribution),
        })
    };
    let shown = Branches {
        rows: base.branches.iter().filter_map(row).collect(),
        mean: rounded(&base.present_value.mean),
    };
    let subtitle = "share of the committed amount, and contribution to the mean present value";
    let frame = Frame { size: look.low(), ..frame(summary, look, "How the commitment ends", subtitle) };
    let chart = shown.draw(&frame)?;
    let caption = "Each tranche counts with its committed amount, so that the shares add up to 100%; the contributions \
                   add up to the mean present value.";
    Ok(Some(Figure { chart, data: "branches.csv", caption: caption.to_owned() }))
}

/// How the contributions of the endings add up.
pub(super) fn waterfall(summary: &Summary, look: &Look) -> Result<Option<Figure>, ChartError> {
    let base = summary.base();
    let step = |name: &str, mean: &Mean| Step {
        name: name.to_owned(),
        value: or_nan(mean.value),
        standard_error: or_nan(mean.standard_error),
    };
    let mut rows: Vec<(Branch, &Mean)> = base
        .branches
        .iter()
        .filter_map(|row| Some((branch_of(&row.branch)?, &row.contribution)))
        .filter(|(_, contribution)| contribution.value.is_some_and(|value| value.abs() > 0.0))
        .collect();
    if rows.len() < 2 {
        return Ok(None);
    }
    rows.sort_by_key(|(branch, _)| meaning(*branch));
    let shown = Bridge {
        id: "waterfall",
        heading: "Mean PV".to_owned(),
        floor: None,
        steps: rows.iter().map(|(branch, mean)| step(short_name(*branch), mean)).collect(),
        whole: step("All endings", &base.present_value.mean),
    };
    let subtitle = "contributions to the mean present value, ± standard error";
    let frame = Frame { size: look.low(), ..frame(summary, look, "How the endings add up", subtitle) };
    let chart = shown.draw(&frame)?;
    let caption = "Each ending adds its share of paths times the mean present value there.";
    Ok(Some(Figure { chart, data: "branches.csv", caption: caption.to_owned() }))
}

/// More tranches than these would make a picture of many pages.
const MOST_TRANCHES: usize = 16;

/// The milestones that gate tranches, and the tranches, as stages. How each tranche ends is a share of all paths.
pub(super) fn tree(summary: &Summary, look: &Look) -> Result<Option<Figure>, ChartError> {
    let base = summary.base();
    let mut stages: Vec<Stage> = Vec::new();
    let mut shown: Vec<&str> = Vec::new();
    for tranche in base.tranches.iter().take(MOST_TRANCHES) {
        let mut also_after = Vec::new();
        let gates =
            base.milestones.iter().filter(|milestone| tranche.gated_by.contains(&milestone.milestone));
        for milestone in gates {
            if shown.contains(&milestone.milestone.as_str()) {
                also_after.push(milestone.heading().to_owned());
                continue;
            }
            shown.push(&milestone.milestone);
            stages.push(Stage {
                name: milestone.heading().to_owned(),
                amount: None,
                also_after: Vec::new(),
                value: None,
                reached: or_nan(milestone.reached.value),
                verb: if milestone.throughout { "still stands" } else { "reached" },
                funded: None,
                exits: Vec::new(),
            });
        }
        stages.push(Stage { also_after, ..stage(tranche) });
    }
    let subtitle = "shares of all paths: milestones reached, tranches funded, and how these end";
    let frame = Frame { size: look.low(), ..frame(summary, look, "Milestones and tranches", subtitle) };
    let chart = Tree { stages }.draw(&frame)?;
    let caption = "Filled boxes are tranches, dashed ones the milestones that the tranche at their right waits for. A \
                   tranche is reached when its conditions are met, and funded if nobody who may decline it does. \
                   Mean PV: mean present value of the tranche where it is funded. Beneath each tranche: how it ends.";
    let left_out = base.tranches.len().saturating_sub(MOST_TRANCHES);
    let more = match left_out {
        0 => String::new(),
        1 => " One more tranche is in the table.".to_owned(),
        several => format!(" {several} more tranches are in the table."),
    };
    Ok(Some(Figure { chart, data: "tranches.csv", caption: format!("{caption}{more}") }))
}

fn stage(tranche: &TrancheRow) -> Stage {
    let of = |id: &str| {
        let ending = tranche.endings.iter().find(|ending| ending.branch == id);
        ending.and_then(|ending| ending.probability.value).unwrap_or(0.0)
    };
    let funded = or_nan(tranche.funded.value);
    let rows = tranche.endings.iter().filter_map(|ending| {
        let branch = branch_of(&ending.branch)?;
        let ended = is_event(branch) || matches!(branch.id(), "debt_at_horizon" | "shares_at_horizon");
        ended.then_some((branch, vec![ending.probability.value?]))
    });
    Stage {
        name: tranche.tranche.clone(),
        amount: Some(tranche.committed),
        also_after: Vec::new(),
        value: tranche.present_value.value.filter(|_| funded > 0.0).map(|value| value / funded),
        reached: funded + of("declined"),
        verb: "reached",
        funded: Some(funded),
        exits: by_meaning(rows)
            .into_iter()
            .map(|(name, meaning, share)| Exit { name, meaning, probability: share.iter().sum() })
            .collect(),
    }
}
