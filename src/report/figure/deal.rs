//! Charts of the deal: payoff, endings, tranches, timing.

use super::{Figure, LOW, branch_of, by_meaning, calendar_year, frame, meaning, or_nan, rounded, short_name};
use crate::report::chart::Meaning;
use crate::report::chart::{
    Branch as BranchBar, Branches, ChartError, Event, Exit, Frame, Kink, LineRole, Payoff, PayoffLine, Stage,
    Timing, TimingSeries, Tree,
};
use crate::report::format::{money, percent, years};
use crate::report::summary::{
    MilestoneRow, PayoffCurve, PayoffEvent, PayoffKink, PayoffPoint, Summary, TrancheRow, is_event,
};

pub(super) fn payoff(summary: &Summary) -> Result<Option<Figure>, ChartError> {
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
    let chart = shown.draw(&frame(summary, words.title, &words.subtitle))?;
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

pub(super) fn branches(summary: &Summary) -> Result<Option<Figure>, ChartError> {
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
    let frame = Frame { size: LOW, ..frame(summary, "How the commitment ends", subtitle) };
    let chart = shown.draw(&frame)?;
    let caption = "Each tranche counts with its committed amount, so that the shares add up to 100%; the contributions \
                   add up to the mean present value.";
    Ok(Some(Figure { chart, data: "branches.csv", caption: caption.to_owned() }))
}

pub(super) fn timing(summary: &Summary) -> Result<Option<Figure>, ChartError> {
    let base = summary.base();
    let ends = summary.quarter_ends();
    if ends.is_empty() {
        return Ok(None);
    }
    let with_start =
        |values: &[f64]| std::iter::once(0.0).chain(values.iter().copied()).collect::<Vec<f64>>();
    let rows =
        base.timing.iter().filter_map(|row| Some((branch_of(&row.branch)?, with_start(&row.cumulative))));
    let series: Vec<TimingSeries> = by_meaning(rows)
        .into_iter()
        .map(|(name, meaning, cumulative)| {
            // All that has a date and is not resolved was not funded.
            let name = if meaning == Meaning::Unresolved { "not funded".to_owned() } else { name };
            TimingSeries { name, meaning, cumulative }
        })
        .collect();
    let days = std::iter::once(summary.deal.valuation_date).chain(ends.iter().map(|(_, day)| *day));
    let shown = Timing { dates: days.map(calendar_year).collect(), series, events: events(summary) };
    let subtitle = "share of the committed amount resolved by each date";
    let chart = shown.draw(&frame(summary, "When the commitment is resolved", subtitle))?;
    let caption = "Resolved means converted, repaid, sold, floated or lost, and at the end of each quarter; what is not \
                   funded counts from the day it lapses or is declined. White: still outstanding, or not called yet.";
    let caption = format!("{caption}{}", unnamed(summary));
    Ok(Some(Figure { chart, data: "timing.csv", caption }))
}

/// More dates than this may leave some without a name in the picture.
const CROWDED: usize = 6;

/// A word on hairlines without a name, if there may be some.
pub(super) fn unnamed(summary: &Summary) -> &'static str {
    if summary.dates.len() > CROWDED {
        " Hairlines: last days of tranches, and maturities; those without room for a name have none."
    } else {
        ""
    }
}

/// The dates worth marking, as events of a chart.
pub(super) fn events(summary: &Summary) -> Vec<Event> {
    let event = |mark: &crate::report::summary::DateMark| Event {
        date: calendar_year(crate::report::summary::day_after(summary.deal.valuation_date, mark.years)),
        label: mark.label.clone(),
    };
    summary.dates.iter().map(event).collect()
}

/// The milestones that gate tranches, and the tranches, as stages. How each tranche ends is a share of all paths.
pub(super) fn tree(summary: &Summary) -> Result<Option<Figure>, ChartError> {
    let base = summary.base();
    let mut stages: Vec<Stage> = Vec::new();
    for tranche in &base.tranches {
        for name in &tranche.gated_by {
            let milestone = base.milestones.iter().find(|milestone| milestone.milestone == *name);
            let Some(milestone) = milestone.filter(|m| stages.iter().all(|stage| stage.name != title(m)))
            else {
                continue;
            };
            stages.push(Stage {
                name: title(milestone).to_owned(),
                amount: None,
                reached: or_nan(milestone.reached.value),
                verb: if milestone.throughout { "still stands" } else { "reached" },
                funded: None,
                exits: Vec::new(),
            });
        }
        stages.push(stage(tranche));
    }
    let subtitle = "shares of all paths: milestones reached, tranches funded, and how these end";
    let frame = Frame { size: LOW, ..frame(summary, "Milestones and tranches", subtitle) };
    let chart = Tree { stages }.draw(&frame)?;
    let caption = "Filled boxes are tranches, dashed ones the milestones that the tranche at their right waits for. A \
                   tranche is reached when its conditions are met, and funded if nobody who may decline it does. \
                   Beneath each tranche: how it ends.";
    Ok(Some(Figure { chart, data: "tranches.csv", caption: caption.to_owned() }))
}

/// What a milestone is called.
fn title(milestone: &MilestoneRow) -> &str {
    if milestone.title.is_empty() { &milestone.milestone } else { &milestone.title }
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
        reached: funded + of("declined"),
        verb: "reached",
        funded: Some(funded),
        exits: by_meaning(rows)
            .into_iter()
            .map(|(name, meaning, share)| Exit { name, meaning, probability: share.iter().sum() })
            .collect(),
    }
}
