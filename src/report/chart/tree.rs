//! Milestones and tranches from left to right: how far the deal gets, and how it ends at each stage.

use super::canvas::{Anchor, Label, Stroke};
use super::font::{Font, STRONG, TICK};
use super::geometry::Rect;
use super::page::{HALF_CAP, Page};
use super::palette::{BLUE, Colour, INK, MUTED, Meaning};
use super::panel::fill;
use super::{Chart, ChartError, Frame};
use crate::report::format::{money, percent_estimate};

/// The stages of a deal in order. Every probability is a share of all paths, so that what reaches a stage is
/// what reaches the next one plus what ends here.
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
    /// Share of paths that get here.
    pub reached: f64,
    /// Share of paths in which the tranche is funded; none for a milestone.
    pub funded: Option<f64>,
    /// How the paths end that get here and no further.
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
const BETWEEN: f64 = 52.0;
const LINE: f64 = 13.0;
/// The height of a stage's box.
const BOX: f64 = 4.0 * LINE + 8.0;
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
        let rows: Vec<&[Stage]> = self.stages.chunks(columns as usize).collect();
        let heights: Vec<f64> = rows.iter().map(|row| row_height(row, exit)).collect();
        let mut page = Page::new(frame, heights.iter().sum())?;
        if self.stages.is_empty() {
            return page.no_data("tree", "the deal has neither tranches nor milestones");
        }
        let mut top = page.body.y0 + 6.0;
        let mut next = self.stages.iter().skip(1);
        for (row, height) in rows.iter().zip(&heights) {
            for (i, stage) in row.iter().enumerate() {
                let x = page.body.x0 + wide * i as f64;
                let room = Rect::new(x, top, x + wide, top + height);
                draw_box(&mut page, &room, stage);
                draw_exits(&mut page, &room, stage, exit);
                if let Some(next) = next.next() {
                    go_on(&mut page, &room, next.reached, i + 1 == row.len());
                }
            }
            top += height;
        }
        let words: Vec<String> = self.stages.iter().map(|s| in_words(s, &frame.currency)).collect();
        page.finish("tree", &words.join(" "))
    }
}

fn row_height(row: &[Stage], exit: f64) -> f64 {
    BOX + exit * row.iter().map(|s| gathered(&s.exits).len()).max().unwrap_or(0) as f64 + 18.0
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
        exits.iter().any(|e| TICK.wrap(&e.name, room).len() > 1)
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

fn box_of(room: &Rect) -> Rect {
    Rect::new(room.x0, room.y0, room.x1 - BETWEEN, room.y0 + BOX)
}

/// The stage itself: tranches are filled, milestones have a dashed rim.
fn draw_box(page: &mut Page<'_>, room: &Rect, stage: &Stage) {
    let area = box_of(room);
    if stage.amount.is_some() {
        page.canvas.block(area, TRANCHE);
        page.canvas.outline(&area.corners(), Stroke::solid(1.0, BLUE));
    } else {
        page.canvas.outline(&area.corners(), Stroke::dashed(1.0, BLUE));
    }
    let mut lines: Vec<(String, Font, Colour)> = vec![(stage.name.clone(), STRONG, INK)];
    lines.extend(stage.amount.map(|amount| (money(amount, &page.frame.currency), TICK, INK)));
    lines.push((format!("reached {}", percent_estimate(stage.reached)), TICK, MUTED));
    lines.extend(stage.funded.map(|funded| (format!("funded {}", percent_estimate(funded)), TICK, MUTED)));
    let mut y = f64::midpoint(area.y0, area.y1) - LINE * (lines.len() - 1) as f64 / 2.0;
    for (text, font, colour) in lines {
        let label = Label::new(font.fit(&text, area.width() - 12.0), font).colour(colour);
        page.canvas.text((area.x0 + 7.0, y + HALF_CAP * font.size), Anchor::Start, label);
        y += LINE;
    }
}

/// The ribbon to the next stage with the share of paths that go on.
fn go_on(page: &mut Page<'_>, room: &Rect, share: f64, last_in_row: bool) {
    let area = box_of(room);
    let y = f64::midpoint(area.y0, area.y1);
    let half = f64::max(FULL * share.clamp(0.0, 1.0), 0.75) / 2.0;
    let end = room.x1 - if last_in_row { 8.0 } else { 0.0 };
    let mut ribbon = vec![(area.x1, y + half), (area.x1, y - half), (end, y - half)];
    if last_in_row {
        // An arrow: the next stage stands in the row below.
        ribbon.push((end + 8.0, y));
    }
    ribbon.push((end, y + half));
    page.canvas.area(ribbon, BLUE, 0.45);
    let at = (f64::midpoint(area.x1, room.x1), y - half - 4.0);
    page.canvas.text(at, Anchor::Middle, Label::new(percent_estimate(share), TICK));
}

/// The endings beneath a stage. Ribbons leave its lower edge side by side, the topmost ending rightmost, so that
/// none crosses another.
fn draw_exits(page: &mut Page<'_>, room: &Rect, stage: &Stage, height: f64) {
    let area = box_of(room);
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
            page.canvas.area(ribbon.to_vec(), exit.meaning.text(), 1.0);
        }
        let colour = exit.meaning.text();
        let share = Label::new(percent_estimate(exit.probability), STRONG).colour(colour);
        page.canvas.text((text, y + HALF_CAP * STRONG.size), Anchor::Start, share);
        let lines = TICK.wrap(&exit.name, room.x1 - text - 6.0);
        for (line, baseline) in lines.into_iter().zip([y + 16.0, y + 27.0]) {
            page.canvas.text((text, baseline), Anchor::Start, Label::new(line, TICK).colour(colour));
        }
    }
}

fn in_words(stage: &Stage, currency: &str) -> String {
    let amount = stage.amount.map(|a| format!(" ({})", money(a, currency))).unwrap_or_default();
    let funded = stage.funded.map(|f| format!(", funded {}", percent_estimate(f))).unwrap_or_default();
    let exits: Vec<String> =
        stage.exits.iter().map(|e| format!("{} {}", e.name, percent_estimate(e.probability))).collect();
    let ends = if exits.is_empty() { String::new() } else { format!("; ends here: {}", exits.join(", ")) };
    format!("{}{amount}: reached {}{funded}{ends}.", stage.name, percent_estimate(stage.reached))
}
