//! Sheets of the deal: payoff, endings, tranches and milestones, timing, the company's value.

use rust_xlsxwriter::{Chart, ChartFormat, ChartPoint, ChartSolidFill, ChartType, Color, XlsxError};

use super::Source;
use super::cell::{Cell, chance, estimate};
use super::diagram::{Axis, BLUE, GREY, HEIGHT, MUTED, NAVY, ORANGE, RUST, SKY, chart, filled, stroke};
use super::page::{Grid, Page, Span};
use crate::report::chart::Meaning;
use crate::report::figure::{branch_of, by_meaning, meaning};
use crate::report::summary::{BranchRow, FanRow, MilestoneRow, PayoffEvent, PayoffPoint, TrancheRow};

const PURPLE: Color = Color::RGB(0xCC_79_A7);

/// The colours of the charts of the report.
fn colour(meaning: Meaning) -> Color {
    match meaning {
        Meaning::Liquidity => NAVY,
        Meaning::Cap => BLUE,
        Meaning::Round => SKY,
        Meaning::ChangeOfControl => PURPLE,
        Meaning::Repaid => ORANGE,
        Meaning::Default => RUST,
        Meaning::Unresolved => GREY,
    }
}

pub(super) fn payoff<'a>(source: &'a Source<'_>) -> Result<Option<Page<'a>>, XlsxError> {
    let Some(curve) = &source.summary.payoff else { return Ok(None) };
    let (title, about) = match curve.event {
        PayoffEvent::Conversion => (
            "Payoff by company value at conversion",
            "All tranches funded on the valuation date and converting in a typical round, at expected terms.",
        ),
        PayoffEvent::Sale => (
            "Payoff by price in a sale today",
            "The company sold on the valuation date before any round, every holder deciding for its best.",
        ),
    };
    let mut page = source.page("Payoff", title, &format!("{}. {about}", curve.instrument))?;
    let row = |point: &PayoffPoint| {
        let known = [Some(point.company_value), Some(point.convertible), Some(point.repaid_only)];
        known.into_iter().chain([point.equity_today]).map(|number| Cell::of(Cell::Money, number)).collect()
    };
    let grid = Grid {
        heading: "",
        name: "payoff",
        head: vec!["Company value", "This instrument", "Repaid only", "Shares at today’s price"],
        rows: curve.points.iter().map(row).collect(),
        total: None,
        input: None,
    };
    if let Some(span) = page.table(grid)? {
        let values = || curve.points.iter().map(|point| point.company_value).filter(|value| *value > 0.0);
        let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max));
        let x = source.styles.money_axis(high, 0.0);
        let most = curve.points.iter().map(|point| point.convertible).fold(0.0, f64::max);
        let y = source.styles.money_axis(most, most / 5.0);
        let axes = (&Axis { title: "Company value", format: &x }, &Axis { title: "Worth", format: &y });
        let mut chart = chart(ChartType::ScatterStraight, title, source.alt("payoff"), axes);
        let lines =
            [("this instrument", NAVY, false), ("repaid only", MUTED, true), ("shares today", GREY, true)];
        let equity = curve.points.iter().any(|point| point.equity_today.is_some());
        for ((name, colour, dashed), column) in lines.into_iter().zip(1..).take(if equity { 3 } else { 2 }) {
            let series = chart.add_series().set_name(name);
            series.set_categories(span.column(0)).set_values(span.column(column));
            stroke(series, colour, if dashed { 1.5 } else { 2.25 }, dashed);
        }
        decades(&mut chart, true, (low, high));
        page.beside(span, &chart)?;
    }
    Ok(Some(page))
}

/// A logarithmic axis over whole decades; programs start it at 1 by themselves.
fn decades(chart: &mut Chart, across: bool, (low, high): (f64, f64)) {
    if !(low > 0.0 && high > low) {
        return;
    }
    let axis = if across { chart.x_axis() } else { chart.y_axis() };
    let (low, high) = (libm::floor(libm::log10(low)), libm::ceil(libm::log10(high)));
    axis.set_log_base(10).set_min(libm::exp10(low)).set_max(libm::exp10(high)).set_major_unit(10);
}

pub(super) fn branches<'a>(source: &'a Source<'_>) -> Result<Page<'a>, XlsxError> {
    let summary = source.summary;
    let base = summary.base();
    let about = format!(
        "Each tranche counts with its committed amount: shares add up to 100%, contributions to the mean present value. \
         Base case.{}",
        if summary.cases.len() > 1 { " Other cases: branches.csv." } else { "" }
    );
    let mut page = source.page("Branches", "How the commitment ends", &about)?;
    let row = |row: &BranchRow| {
        let [share, share_error, ..] = chance(&row.probability);
        let [adds, adds_error, ..] = estimate(Cell::Money, &row.contribution);
        let per = Cell::of(Cell::Percent, row.present_value_per_committed);
        vec![Cell::from(&row.label), share, share_error, adds, adds_error, per]
    };
    let total: f64 = base.branches.iter().filter_map(|row| row.probability.value).sum();
    let [mean, error, ..] = estimate(Cell::Money, &base.present_value.mean);
    let grid = Grid {
        heading: "",
        name: "branches",
        head: vec![
            "How it ends",
            "Share of commitment",
            "Standard error",
            "Contribution to mean PV",
            "Its standard error",
            "PV per unit committed",
        ],
        rows: base.branches.iter().map(row).collect(),
        total: Some(vec!["total".into(), Cell::Percent(total), Cell::Empty, mean, error, Cell::Empty]),
        input: None,
    };
    if let Some(span) = page.table(grid)? {
        let rows = u32::try_from(base.branches.len()).unwrap_or(u32::MAX);
        let height = HEIGHT.max(60 + 26 * rows.min(60));
        let most = base.branches.iter().filter_map(|row| row.contribution.value);
        let most = most.map(f64::abs).fold(0.0, f64::max);
        let money = source.styles.money_axis(most, most / 5.0);
        let bars = [
            (1, "Share of commitment", "0%", source.alt("branches")),
            (3, "Contribution to mean present value", money.as_str(), "The contributions of the table."),
        ];
        for (column, title, format, alt) in bars {
            let axes = (&Axis { title: "", format }, &Axis { title: "", format: "" });
            let mut chart = chart(ChartType::Bar, title, alt, axes);
            chart.set_height(height);
            bar_series(&mut chart, span, column, &base.branches);
            page.beneath(&chart, height)?;
        }
    }
    Ok(page)
}

fn bar_series(chart: &mut Chart, span: Span, column: u16, rows: &[BranchRow]) {
    let point = |row: &BranchRow| {
        let colour = branch_of(&row.branch).map_or(GREY, |branch| colour(meaning(branch)));
        let mut fill = ChartFormat::new();
        fill.set_solid_fill(ChartSolidFill::new().set_color(colour));
        ChartPoint::new().set_format(&mut fill)
    };
    let points: Vec<ChartPoint> = rows.iter().map(point).collect();
    let series = chart.add_series().set_categories(span.column(0)).set_values(span.column(column));
    filled(series, BLUE);
    series.set_gap(40).set_points(&points);
    chart.y_axis().set_reverse();
    chart.legend().set_hidden();
}

pub(super) fn tranches<'a>(source: &'a Source<'_>) -> Result<Page<'a>, XlsxError> {
    let base = source.summary.base();
    let about = "What is committed and when it is paid, base case. Expected investments count unfunded paths as nothing.";
    let mut page = source.page("Tranches", "Tranches and milestones", about)?;
    let row = |row: &TrancheRow| {
        let [funded, funded_error, ..] = chance(&row.funded);
        let [invested, ..] = estimate(Cell::Money, &row.invested);
        let [value, error, ..] = estimate(Cell::Money, &row.present_value);
        let committed = Cell::of(Cell::Money, Some(row.committed));
        vec![
            Cell::from(&row.instrument),
            Cell::from(&row.tranche),
            committed,
            funded,
            funded_error,
            invested,
            value,
            error,
        ]
    };
    page.table(Grid {
        heading: "Tranches",
        name: "tranches",
        head: vec![
            "Instrument",
            "Tranche",
            "Committed",
            "Funded",
            "Standard error",
            "Expected investment",
            "Mean PV",
            "Its standard error",
        ],
        rows: base.tranches.iter().map(row).collect(),
        total: None,
        input: None,
    })?;
    let row = |row: &MilestoneRow| {
        let title = row.heading();
        let [share, error, ..] = chance(&row.reached);
        let counted = if row.throughout { "still stands at the end" } else { "reached" };
        let years = Cell::of(Cell::Years, row.reached_years.value);
        let lost = Cell::of(Cell::Percent, row.lost.value);
        vec![Cell::from(title), counted.into(), share, error, years, lost]
    };
    page.table(Grid {
        heading: "Milestones",
        name: "milestones",
        head: vec!["Milestone", "Counted", "Share of paths", "Standard error", "Mean years", "Lost on"],
        rows: base.milestones.iter().map(row).collect(),
        total: None,
        input: None,
    })?;
    Ok(page)
}

pub(super) fn timing<'a>(source: &'a Source<'_>) -> Result<Option<Page<'a>>, XlsxError> {
    let summary = source.summary;
    let ends = summary.quarter_ends();
    let rows = summary.base().timing.iter();
    let groups = by_meaning(rows.filter_map(|row| Some((branch_of(&row.branch)?, row.cumulative.clone()))));
    if ends.is_empty() || groups.is_empty() {
        return Ok(None);
    }
    let about = "Share of the committed amount resolved by the end of each quarter, base case; every ending by itself \
                 and every case: timing.csv.";
    let mut page = source.page("Timing", "When the commitment is resolved", about)?;
    let names: Vec<String> = groups
        .iter()
        .map(
            |(name, meaning, _)| {
                if *meaning == Meaning::Unresolved { "not funded".into() } else { name.clone() }
            },
        )
        .collect();
    let mut head = vec!["Quarter’s end"];
    head.extend(names.iter().map(String::as_str));
    let row = |(quarter, (_, day)): (usize, &(f64, crate::quantity::Day))| {
        let shares = groups.iter().map(|(_, _, sums)| Cell::of(Cell::Percent, sums.get(quarter).copied()));
        std::iter::once(Cell::Day(day.to_string())).chain(shares).collect()
    };
    let rows = ends.iter().enumerate().map(row).collect();
    let grid = Grid { heading: "", name: "timing", head, rows, total: None, input: None };
    if let Some(span) = page.table(grid)? {
        let axes =
            (&Axis { title: "", format: "yyyy" }, &Axis { title: "Share of commitment", format: "0%" });
        let alt = source.alt("timing");
        let mut chart = chart(ChartType::AreaStacked, "When the commitment is resolved", alt, axes);
        for ((name, (_, meaning, _)), column) in names.iter().zip(&groups).zip(1..) {
            let series = chart.add_series().set_name(name);
            series.set_categories(span.column(0)).set_values(span.column(column));
            filled(series, colour(*meaning));
        }
        chart.y_axis().set_min(0).set_max(1);
        chart.x_axis().set_date_axis(true);
        page.beside(span, &chart)?;
    }
    Ok(Some(page))
}

pub(super) fn company<'a>(source: &'a Source<'_>) -> Result<Option<Page<'a>>, XlsxError> {
    let fan = &source.summary.fan;
    if fan.iter().all(|row| row.percentiles.is_none()) {
        return Ok(None);
    }
    let about =
        "Value of all claims together on the paths where the company still exists on its own, base case.";
    let mut page = source.page("Company value", "Value of the company", about)?;
    let row = |row: &FanRow| {
        let values = (0..5).map(|k| Cell::of(Cell::Money, row.percentiles.map(|values| values[k])));
        let alive = Cell::of(Cell::Percent, row.alive.value);
        std::iter::once(Cell::Day(row.date.clone())).chain(values).chain([alive]).collect()
    };
    let grid = Grid {
        heading: "",
        name: "company_value",
        head: vec!["Date", "P5", "P25", "P50", "P75", "P95", "Paths that still exist"],
        rows: fan.iter().map(row).collect(),
        total: None,
        input: None,
    };
    if let Some(span) = page.table(grid)? {
        let values = || fan.iter().filter_map(|row| row.percentiles).flatten().filter(|value| *value > 0.0);
        let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max));
        let format = source.styles.money_axis(high, 0.0);
        let axes = (&Axis { title: "", format: "yyyy" }, &Axis { title: "Company value", format: &format });
        let mut chart = chart(ChartType::Line, "Value of the company", source.alt("fan"), axes);
        let lines = [("P95", SKY), ("P75", BLUE), ("P50", NAVY), ("P25", BLUE), ("P5", SKY)];
        for ((name, colour), column) in lines.into_iter().zip((1..=5).rev()) {
            let series = chart.add_series().set_name(name);
            series.set_categories(span.column(0)).set_values(span.column(column));
            stroke(series, colour, if name == "P50" { 2.5 } else { 1.5 }, false);
        }
        decades(&mut chart, false, (low, high));
        chart.x_axis().set_date_axis(true);
        page.beside(span, &chart)?;
    }
    Ok(Some(page))
}
