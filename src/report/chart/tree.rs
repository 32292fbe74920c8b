//! Milestones and tranches from left to right: how far the deal gets, and how it ends at each stage.

use super::canvas::{Anchor, Label, Stroke};
use super::font::{Font, STRONG, TICK};
use super::geometry::Rect;
use super::page::{HALF_CAP, Page};
use super::palette::{BLUE, Colour, INK, MUTED, Meaning};
use super::panel::fill;
use super::{Chart, ChartError, Frame};
use crate::report::format::{money, percent_estimate};

/// The stages of a deal in order: each tranche after the milestones it waits for. Every probability is a share of
/// all paths.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// Milestones and tranches, first to last.
    pub stages: Vec<Stage>,
}

/// One milestone or tranche.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// The amount of a tranche in currency units; none for a milestone.
    pub amount: Option<f64>,
    /// Milestones shown before other tranches that this one waits for too.
    pub also_after: Vec<String>,
    /// Mean present value of a tranche on the paths on which it is funded, in currency units.
    pub value: Option<f64>,
    /// Share of paths that get here.
    pub reached: f64,
    /// What “get here” means for a milestone: `reached`, or `still stands`.
    pub verb: &'static str,
    /// Share of paths in which the tranche is funded; none for a milestone.
    pub funded: Option<f64>,
    /// How a tranche ends, once funded.
    pub exits: Vec<Exit>,
}

/// One way to end at a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Exit {
    /// Its name.
    pub name: String,
    /// What it means, which gives its colour and place.
    pub meaning: Meaning,
    /// Share of all paths that end here in this way.
    pub probability: f64,
}

/// An edge's width where every path takes it.
const FULL: f64 = 24.0;
/// Columns are at least this wide; further stages go into a row of their own.
const COLUMN: f64 = 145.0;
/// Between two boxes, where the probability of going on stands.
const BETWEEN: f64 = 46.0;
const LINE: f64 = 13.0;
/// The most lines that a name takes.
const NAME_LINES: usize = 6;
/// The height of an ending beneath it: its share, and its name on one line or two.
const EXIT: [f64; 2] = [33.0, 44.0];
/// Endings rarer than this are gathered.
const RARE: f64 = 0.01;
const TRANCHE: Colour = Colour(0xEA, 0xF2, 0xF8);

impl Tree {
    /// Draws the chart; it grows with the number of stages and endings.
    ///
    /// # Errors
    ///
    /// As plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        let width = Page::new(frame, 0.0)?.body.width();
        let most = f64::max(1.0, libm::floor(width / COLUMN));
        let columns = f64::min(most, self.stages.len().max(1) as f64);
        let wide = f64::min(width / columns, 1.6 * COLUMN);
        let exit = exit_height(&self.stages, wide);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few columns")]
        let rows = in_rows(&self.stages, columns as usize);
        let heights: Vec<f64> = rows.iter().map(|row| row_height(row, exit, wide)).collect();
        let mut page = Page::new(frame, heights.iter().sum())?;
        if self.stages.is_empty() {
            return page.no_data("tree", "the deal has neither tranches nor milestones");
        }
        let mut top = page.body.y0 + 6.0;
        for (row, height) in rows.iter().zip(&heights) {
            let box_height = row.iter().map(|s| box_height(s, wide)).fold(0.0, f64::max);
            for (i, stage) in row.iter().enumerate() {
                let x = page.body.x0 + wide * i as f64;
                let area = Rect::new(x, top, x + wide - BETWEEN, top + box_height);
                draw_box(&mut page, &area, stage);
                draw_exits(&mut page, &area, stage, exit);
                if let (None, Some(next)) = (stage.amount, row.get(i + 1)) {
                    go_on(&mut page, &area, next);
                }
            }
            top += height;
        }
        let words: Vec<String> = self.stages.iter().map(|s| in_words(s, &frame.currency)).collect();
        page.finish("tree", &words.join(" "))
    }
}

/// The stages in rows of so many columns; a tranche stays in the row of its milestones, if they fit into one.
fn in_rows(stages: &[Stage], columns: usize) -> Vec<&[Stage]> {
    let mut rows = Vec::new();
    let (mut from, mut to) = (0, 0);
    while to < stages.len() {
        let group = stages[to..].iter().take_while(|stage| stage.amount.is_none()).count() + 1;
        let end = (to + group).min(stages.len());
        if end - from > columns && to > from {
            rows.push(&stages[from..to]);
            from = to;
        }
        to = end;
    }
    rows.push(&stages[from..to]);
    rows.into_iter().flat_map(|row| row.chunks(columns)).collect()
}

fn row_height(row: &[Stage], exit: f64, wide: f64) -> f64 {
    let boxes = row.iter().map(|s| box_height(s, wide)).fold(0.0, f64::max);
    boxes + exit * row.iter().map(|s| gathered(&s.exits).len()).max().unwrap_or(0) as f64 + 18.0
}

/// The texts in a stage's box, from the top.
fn box_lines(stage: &Stage, wide: f64, currency: &str) -> Vec<(String, Font, Colour)> {
    let names = STRONG.wrap(&stage.name, wide - BETWEEN - 12.0, NAME_LINES);
    let mut lines: Vec<(String, Font, Colour)> = names.into_iter().map(|name| (name, STRONG, INK)).collect();
    lines.extend(stage.amount.map(|amount| (money(amount, currency), TICK, INK)));
    let (reached, funded) = (percent_estimate(stage.reached), stage.funded.map(percent_estimate));
    // A tranche that nobody declines is funded whenever it is reached.
    if funded.as_ref() != Some(&reached) {
        lines.push((format!("{} {reached}", stage.verb), TICK, MUTED));
    }
    lines.extend(funded.map(|funded| (format!("funded {funded}"), TICK, MUTED)));
    lines.extend(stage.value.map(|value| (format!("mean PV {}", money(value, currency)), TICK, MUTED)));
    for name in &stage.also_after {
        let after = TICK.wrap(&format!("after {name}"), wide - BETWEEN - 12.0, NAME_LINES);
        lines.extend(after.into_iter().map(|line| (line, TICK, MUTED)));
    }
    lines
}

fn box_height(stage: &Stage, wide: f64) -> f64 {
    LINE * box_lines(stage, wide, "").len() as f64 + 8.0
}

/// Where the texts of endings begin, right of the left edge of their stage.
fn indent(widths: &[f64]) -> f64 {
    7.0 + f64::max(FULL, widths.iter().sum()) + 14.0
}

/// The height that every ending of the chart gets.
fn exit_height(stages: &[Stage], wide: f64) -> f64 {
    let long = |stage: &Stage| {
        let exits = gathered(&stage.exits);
        let room = wide - indent(&ribbons(&exits)) - 6.0;
        exits.iter().any(|e| TICK.wrap(&e.name, room, 2).len() > 1)
    };
    EXIT[usize::from(stages.iter().any(long))]
}

/// How wide the ribbons of endings are.
fn ribbons(exits: &[Exit]) -> Vec<f64> {
    exits.iter().map(|e| f64::max(FULL * e.probability.clamp(0.0, 1.0), 1.0)).collect()
}

/// The endings by kind; two or more rare ones become one.
fn gathered(exits: &[Exit]) -> Vec<Exit> {
    let (rare, mut shown): (Vec<Exit>, Vec<Exit>) =
        exits.iter().filter(|e| e.probability > 0.0).cloned().partition(|e| e.probability < RARE);
    shown.sort_by(|a, b| a.meaning.cmp(&b.meaning).then(b.probability.total_cmp(&a.probability)));
    match rare.as_slice() {
        [] | [_] => shown.extend(rare),
        _ => shown.push(Exit {
            name: "other".to_owned(),
            meaning: Meaning::Unresolved,
            probability: rare.iter().map(|e| e.probability).sum(),
        }),
    }
    shown
}

/// The stage itself: tranches are filled, milestones have a dashed rim.
fn draw_box(page: &mut Page<'_>, area: &Rect, stage: &Stage) {
    if stage.amount.is_some() {
        page.canvas.block(*area, TRANCHE);
        page.canvas.outline(&area.corners(), Stroke::solid(1.0, BLUE));
    } else {
        page.canvas.outline(&area.corners(), Stroke::dashed(1.0, BLUE));
    }
    let lines = box_lines(stage, area.width() + BETWEEN, &page.frame.currency);
    let mut y = f64::midpoint(area.y0, area.y1) - LINE * (lines.len() - 1) as f64 / 2.0;
    for (text, font, colour) in lines {
        let label = Label::new(font.fit(&text, area.width() - 12.0), font).colour(colour);
        page.canvas.text((area.x0 + 7.0, y + HALF_CAP * font.size), Anchor::Start, label);
        y += LINE;
    }
}

/// From a milestone to what it opens: a plus to the next milestone, to a tranche a ribbon with the share of paths.
fn go_on(page: &mut Page<'_>, area: &Rect, next: &Stage) {
    let y = f64::midpoint(area.y0, area.y1);
    let (x0, x1) = (area.x1, area.x1 + BETWEEN);
    let middle = f64::midpoint(x0, x1);
    if next.amount.is_none() {
        let and = Label::new("and", TICK).colour(MUTED);
        page.canvas.text((middle, y + HALF_CAP * TICK.size), Anchor::Middle, and);
        return;
    }
    let half = f64::max(FULL * next.reached.clamp(0.0, 1.0), 0.75) / 2.0;
    let ribbon = vec![(x0, y + half), (x0, y - half), (x1, y - half), (x1, y + half)];
    page.canvas.area(ribbon, BLUE, 0.45);
    let share = Label::new(percent_estimate(next.reached), TICK);
    page.canvas.text((middle, y - half - 4.0), Anchor::Middle, share);
}

/// The endings beneath a stage. Ribbons leave its lower edge side by side, the topmost ending rightmost, so that
/// none crosses another.
fn draw_exits(page: &mut Page<'_>, area: &Rect, stage: &Stage, height: f64) {
    let exits = gathered(&stage.exits);
    let widths = ribbons(&exits);
    let start = area.x0 + 7.0;
    let text = area.x0 + indent(&widths);
    for (i, (exit, width)) in exits.iter().zip(&widths).enumerate() {
        let left = start + widths[i + 1..].iter().sum::<f64>();
        let right = left + width;
        let y = area.y1 + height * i as f64 + 16.0;
        let (upper, lower) = (y - width / 2.0, y + width / 2.0);
        let end = text - 6.0;
        let ribbon =
            [(left, area.y1), (right, area.y1), (right, upper), (end, upper), (end, lower), (left, lower)];
        if *width > 4.0 {
            fill(page, &ribbon, exit.meaning);
        } else {
            // Too thin for hatching and outlines.
            page.canvas.area(ribbon.to_vec(), exit.meaning.fill(), 1.0);
        }
        let colour = exit.meaning.text();
        let share = Label::new(percent_estimate(exit.probability), STRONG).colour(colour);
        page.canvas.text((text, y + HALF_CAP * STRONG.size), Anchor::Start, share);
        let lines = TICK.wrap(&exit.name, area.x1 + BETWEEN - text - 6.0, 2);
        for (line, baseline) in lines.into_iter().zip([y + 16.0, y + 27.0]) {
            page.canvas.text((text, baseline), Anchor::Start, Label::new(line, TICK).colour(colour));
        }
    }
}

fn in_words(stage: &Stage, currency: &str) -> String {
    let amount = stage.amount.map(|a| format!(" ({})", money(a, currency))).unwrap_or_default();
    let funded = stage.funded.map(|f| format!(", funded {}", percent_estimate(f))).unwrap_or_default();
    let worth =
        stage.value.map(|v| format!(", then worth {} on average", money(v, currency))).unwrap_or_default();
    let after = match stage.also_after.as_slice() {
        [] => String::new(),
        names => format!(", after {}", names.join(" and ")),
    };
    let exits: Vec<String> =
        stage.exits.iter().map(|e| format!("{} {}", e.name, percent_estimate(e.probability))).collect();
    let ends = if exits.is_empty() { String::new() } else { format!("; how it ends: {}", exits.join(", ")) };
    format!(
        "{}{amount}{after}: {} {}{funded}{worth}{ends}.",
        stage.name,
        stage.verb,
        percent_estimate(stage.reached)
    )
}
